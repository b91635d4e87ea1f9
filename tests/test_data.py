"""Data sets: what they hold, what they refuse."""

import numpy as np
import pytest

import sam_lib as sam


def test_dataset_is_frozen_and_signed():
    X, y = np.arange(1, 7).reshape(3, 2), [1, -1, 1]
    data = sam.Dataset(X, y)
    np.testing.assert_array_equal(data.Z, [[1, 2], [-3, -4], [5, 6]])
    assert (data.n, data.d, data.X.dtype) == (3, 2, np.float64)
    X[0, 0] = 100  # the data set has its own copy
    assert data.X[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        data.Z[0, 0] = 1
    with pytest.raises(AttributeError):
        data.X = X


def test_single_example():
    data = sam.single_example([2, 1])
    np.testing.assert_array_equal(data.Z, [[2, 1]])
    assert data.n == 1


@pytest.mark.parametrize("seed", range(20))
def test_random_separable_has_the_margin_it_promises(seed):
    data = sam.random_separable(12, 5, seed=seed, margin=0.2)
    assert np.min(data.Z @ sam.l2_max_margin(data)) >= 0.2
    np.testing.assert_array_equal(data.X, sam.random_separable(12, 5, seed=seed, margin=0.2).X)
    assert not np.array_equal(data.X, sam.random_separable(12, 5, seed=seed + 1, margin=0.2).X)


def test_two_gaussians():
    data = sam.two_gaussians(20_001, seed=3, scale=0.5)
    assert np.sum(data.y) == 1
    np.testing.assert_allclose(data.Z.mean(axis=0), [1, 2], atol=0.02)
    np.testing.assert_allclose(data.Z.std(axis=0), [0.5, 0.5], atol=0.02)
    for label in (1, -1):
        np.testing.assert_allclose(
            data.X[data.y == label].mean(0), label * np.array([1, 2]), atol=0.02
        )
    np.testing.assert_array_equal(sam.two_gaussians(3, mean=(3, 4, 5), scale=0).Z, [[3, 4, 5]] * 3)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: sam.Dataset([[1, 2]], [2]), "y"),
        (lambda: sam.Dataset([[1, 2]], [1, 1]), "y"),
        (lambda: sam.Dataset([[1, 2]], [0]), "y"),
        (lambda: sam.Dataset([[1, 2]], [np.nan]), "y"),
        (lambda: sam.Dataset([[1, 2]], 1), "y"),
        (lambda: sam.Dataset([1, 2], [1]), "X"),
        (lambda: sam.Dataset([[1, np.inf]], [1]), "X"),
        (lambda: sam.Dataset([[1, np.nan]], [1]), "X"),
        (lambda: sam.Dataset(np.empty((0, 2)), []), "X"),
        (lambda: sam.Dataset(np.empty((2, 0)), [1, 1]), "X"),
        (lambda: sam.Dataset([["a"]], [1]), "X"),
        (lambda: sam.Dataset([[1], [1, 2]], [1, 1]), "X"),
        (lambda: sam.Dataset([[1 + 2j]], [1]), "X"),
        (lambda: sam.Dataset(None, [1]), "X"),
        (lambda: sam.single_example([0, 1]), "mu"),
        (lambda: sam.single_example([-1, 1]), "mu"),
        (lambda: sam.single_example([]), "mu"),
        (lambda: sam.single_example(1.0), "mu"),
        (lambda: sam.single_example([[1.0]]), "mu"),
        (lambda: sam.random_separable(0, 2), "n"),
        (lambda: sam.random_separable(2.5, 2), "n"),
        (lambda: sam.random_separable(2, 2, seed=-1), "seed"),
        (lambda: sam.random_separable(2, 2, margin=5), "margin"),
        (lambda: sam.two_gaussians(2, scale=-1), "scale"),
        (lambda: sam.two_gaussians(2, mean=3), "mean"),
    ],
)
def test_bad_arguments_are_named(make, name):
    with pytest.raises(ValueError, match=rf"^{name} must be .*; got "):
        make()
