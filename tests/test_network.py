"""The network against its definition and against finite differences."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sam_lib as sam

numbers = st.floats(-3, 3, allow_subnormal=False)


@st.composite
def problems(draw):
    """A data set and a network of any depth, signs and zeros included."""
    n, d, depth = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    X = draw(arrays(float, (n, d), elements=numbers))
    y = draw(arrays(float, n, elements=st.sampled_from([-1.0, 1.0])))
    return sam.Dataset(X, y), draw(arrays(float, (depth, d), elements=numbers))


@given(problems())
@settings(max_examples=100)
def test_gradient_is_the_derivative_of_the_loss(problem):
    data, theta = problem
    gradient = sam.gradient(theta, data)
    h = 1e-5
    for index in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[index] = h
        difference = (sam.loss(theta + step, data) - sam.loss(theta - step, data)) / (2 * h)
        assert abs(difference - gradient[index]) < 1e-4 * (1 + np.abs(gradient).max()) ** 3


@given(problems(), st.integers(2, 4))
@settings(max_examples=60)
def test_duplicated_and_permuted_examples_change_nothing(problem, copies):
    data, theta = problem
    order = np.random.default_rng(0).permutation(np.tile(np.arange(data.n), copies))
    again = sam.Dataset(data.X[order], data.y[order])
    np.testing.assert_allclose(sam.loss(theta, again), sam.loss(theta, data), rtol=1e-12)
    np.testing.assert_allclose(
        sam.gradient(theta, again), sam.gradient(theta, data), rtol=1e-9, atol=1e-12
    )


@given(problems())
@settings(max_examples=60)
def test_coordinates_can_be_permuted_and_layers_too(problem):
    data, theta = problem
    order, layers = np.arange(data.d)[::-1], np.roll(np.arange(len(theta)), 1)
    mirrored = sam.Dataset(data.X[:, order], data.y)
    gradient = sam.gradient(theta, data)
    np.testing.assert_allclose(
        sam.gradient(theta[:, order], mirrored), gradient[:, order], rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        sam.gradient(theta[layers], data), gradient[layers], rtol=1e-9, atol=1e-12
    )


def test_batches():
    data = sam.random_separable(6, 3)
    theta = np.random.default_rng(0).normal(size=(4, 5, 3, 3))
    assert sam.predictor(theta).shape == (4, 5, 3)
    assert sam.margins(theta, data).shape == (4, 5, 6)
    assert sam.loss(theta, data).shape == (4, 5)
    for i in np.ndindex(4, 5):
        np.testing.assert_allclose(
            sam.gradient(theta, data)[i], sam.gradient(theta[i], data), rtol=1e-12
        )
    assert sam.balanced(np.ones((4, 5, 3)), 2).shape == (4, 5, 2, 3)


def test_zeros_in_the_layers_do_no_harm():
    data = sam.single_example([1.0, 1.0])
    theta = np.array([[0.0, 0.0], [2.0, 0.0], [3.0, 5.0]])
    np.testing.assert_array_equal(sam.gradient(theta, data), [[-3, 0], [0, 0], [0, 0]])


@pytest.mark.parametrize("margin", [-1e6, -400, -1, 0, 1, 30, 36.9, 37.1, 400, 700])
def test_loss_keeps_its_digits(margin):
    data = sam.Dataset([[1.0], [1.0], [-1.0]], [1, 1, -1])
    with mpmath.workdps(40):
        exact = mpmath.log1p(mpmath.exp(-mpmath.mpf(margin)))
        assert float(sam.loss([[margin]], data)) == pytest.approx(float(exact), rel=1e-14)
        log = float(mpmath.log(exact))
    assert float(sam.log_loss([[margin]], data)) == pytest.approx(log, rel=1e-13, abs=1e-13)
    assert float(sam.log_loss([[1e6]], data)) == pytest.approx(-1e6, rel=1e-15)


@pytest.mark.parametrize("depth", [0, -1, 1.5, "2", None, np.inf, True, [2]])
def test_bad_depths(depth):
    with pytest.raises(ValueError, match=r"^depth must be a whole number >= 1 and <= 1e\+04; got "):
        sam.balanced([1.0, 2.0], depth)


@pytest.mark.parametrize(
    "theta", [[], [1.0, 2.0], [[1.0]], [[np.nan, 1]], [["a", "b"]], None, [[1e200, 1]] * 2]
)
@pytest.mark.parametrize("function", ["loss", "gradient", "margins", "log_loss"])
def test_bad_parameters(function, theta):
    with pytest.raises(ValueError, match=r"^theta must be .*; got "):
        getattr(sam, function)(theta, sam.single_example([1, 2]))
