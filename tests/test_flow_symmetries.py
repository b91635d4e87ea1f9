"""What integrated flows keep: symmetries of the problem, copies of examples, order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sam_lib as sam
from sam_lib import Status
from sam_lib._flow.copies import Copies

INF = np.inf


METHODS = [sam.GD(), sam.SAM(0.4), sam.SAM(0.4, 1.5), sam.SAM(0.4, INF)]


@pytest.mark.parametrize("method", METHODS, ids=repr)
@pytest.mark.parametrize("depth", [1, 2, 3])
@given(seed=st.integers(0, 10**6), c=st.floats(0.5, 2))
@settings(max_examples=8)
def test_symmetries(method, depth, seed, c):
    """Scale everything, scale the features, permute coordinates and layers, stop and go on."""
    rng = np.random.default_rng(seed)
    mu, theta = rng.uniform(0.5, 2, 3), rng.uniform(0.5, 1.2, (depth, 3))
    s = 0.2

    def end(theta, mu, rho, s):
        return sam.flow(theta, sam.single_example(mu), sam.SAM(rho, method.p), [s])

    run = end(theta, mu, method.rho, s)
    expected = run.theta[0]
    assert run.status in (Status.COMPLETED, Status.COLLAPSED)
    close = {"rtol": 1e-8, "atol": 1e-9}
    scaled = end(c * theta, mu, c * method.rho, s * c ** (2 - depth)).theta[0]
    np.testing.assert_allclose(scaled, c * expected, **close)
    np.testing.assert_allclose(end(theta, c * mu, method.rho, s / c).theta[0], expected, **close)
    order, layers = rng.permutation(3), rng.permutation(depth)
    moved = end(theta[layers][:, order], mu[order], method.rho, s).theta[0]
    np.testing.assert_allclose(moved, expected[layers][:, order], **close)
    half = end(theta, mu, method.rho, s / 2).theta[0]
    if np.all(half != 0):
        np.testing.assert_allclose(end(half, mu, method.rho, s / 2).theta[0], expected, **close)


@pytest.mark.parametrize("method", METHODS[:3], ids=repr)
@pytest.mark.parametrize("clock", ["original", "normalized"])
def test_copies_of_examples_change_nothing(method, clock):
    data = sam.random_separable(4, 3, seed=8)
    twice = sam.Dataset(np.vstack([data.X, data.X]), np.tile(data.y, 2))
    theta = np.random.default_rng(1).uniform(0.4, 1, (2, 3))
    once = sam.flow(theta, data, method, [1.0], clock)
    np.testing.assert_allclose(
        sam.flow(theta, twice, method, [1.0], clock).theta, once.theta, rtol=1e-9
    )
    steps = [
        sam.descend(theta, each, method, 0.01, 100, [100], clock).theta for each in (data, twice)
    ]
    np.testing.assert_allclose(steps[1], steps[0], rtol=1e-10)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_l2_flow_preserves_order(seed):
    """D8: balanced, positive, depth two: a larger start stays larger."""
    rng = np.random.default_rng(seed)
    mu, alpha = rng.uniform(0.5, 2, 3), rng.uniform(0.2, 1.0, 3)
    above = alpha + rng.uniform(0, 0.3, 3)
    runs = sam.flow(
        sam.balanced([alpha, above], 2), sam.single_example(mu), sam.SAM(1.0), [0.3, 1, 2]
    )
    assert np.all(runs.theta[:, 1] >= runs.theta[:, 0] * (1 - 1e-9) - 1e-9)


def test_columns_of_any_size_are_compared():
    theta = np.array([[1.0, 0.5, 0.4], [1.0, 0.5, 0.4]])
    for size in (1e-200, 1.0, 1e200):
        Z = size * np.array([[1.0, 2.0, -1.0], [3.0, 4.0, -3.0]])
        with np.errstate(all="raise", under="ignore"):
            copies = Copies(theta, Z)
        assert copies.column[0] == copies.column[2] != copies.column[1]
