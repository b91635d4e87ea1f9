"""What exact solutions keep: scales, permutations, restarts, order, and rows of a batch."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sam_lib import exact

INF = np.inf


positive = st.floats(0.05, 5.0)


signed = st.floats(-3.0, 3.0).filter(lambda x: abs(x) > 1e-3)


@st.composite
def problems(draw, dimension=4):
    d = draw(st.integers(1, dimension))
    mu = draw(st.lists(positive, min_size=d, max_size=d))
    theta = draw(st.lists(signed, min_size=2 * d, max_size=2 * d))
    return np.array(mu), np.array(theta).reshape(2, d), draw(st.floats(0.05, 3.0))


def before(mu, theta, rho, fraction=0.8, limit=2.0):
    """A time that lies before a collapse."""
    end = float(exact.l2_reduction([0], mu, theta, rho).collapse_time)
    return min(fraction * end, limit / mu.max())


@settings(max_examples=60, deadline=None)
@given(problems(), st.floats(0.01, 100.0))
def test_scaling_of_lengths_and_of_features(problem, c):
    mu, theta, rho = problem
    s = before(mu, theta, rho)
    w = exact.l2_flow([s], mu, theta, rho)
    sizes = np.abs(w).max(axis=1, keepdims=True)
    assert np.all(np.abs(exact.l2_flow([s], mu, c * theta, c * rho) / c - w) <= 1e-9 * sizes)
    assert np.all(np.abs(exact.l2_flow([s / c], c * mu, theta, rho) - w) <= 1e-9 * sizes)


@settings(max_examples=40, deadline=None)
@given(problems(), st.randoms())
def test_permutation_of_coordinates(problem, random):
    mu, theta, rho = problem
    order = list(range(mu.size))
    random.shuffle(order)
    s = before(mu, theta, rho)
    for flow in (exact.l2_flow, exact.linf_flow_depth_two):
        w = flow([0, s], mu, theta, rho)
        moved = flow([0, s], mu[order], theta[:, order], rho)
        sizes = np.abs(w).max(axis=1, keepdims=True)[..., order] + 1e-300
        assert np.all(np.abs(moved - w[..., order]) <= 1e-10 * sizes)


@settings(max_examples=40, deadline=None)
@given(problems(), st.floats(0.1, 0.9))
def test_semigroup(problem, fraction):
    mu, theta, rho = problem
    s = before(mu, theta, rho)
    first = fraction * s
    whole = exact.l2_flow([s], mu, theta, rho)[0]
    half = exact.l2_flow([first], mu, theta, rho)[0]
    rest = exact.l2_flow([s - first], mu, half, rho)[0]
    assert np.all(np.abs(rest - whole) <= 1e-8 * np.abs(whole).max(axis=0))
    whole = exact.linf_flow_depth_two([s], mu, theta, rho)[0]
    half = exact.linf_flow_depth_two([first], mu, theta, rho)[0]
    rest = exact.linf_flow_depth_two([s - first], mu, half, rho)[0]
    assert np.all(np.abs(rest - whole) <= 1e-8 * (rho + np.abs(theta).max()))


@settings(max_examples=40, deadline=None)
@given(problems(), st.lists(st.floats(1.0, 2.0), min_size=4, max_size=4))
def test_the_balanced_l2_flow_preserves_order(problem, factors):
    mu, theta, rho = problem
    low = np.abs(theta[0])
    high = low * np.array(factors[: mu.size])
    times = np.linspace(0, 2, 9) / mu.max()
    w = exact.l2_flow(times, mu, np.stack([low, low]), rho)[:, 0]
    v = exact.l2_flow(times, mu, np.stack([high, high]), rho)[:, 0]
    assert np.all(w <= v * (1 + 1e-9))


@settings(max_examples=25, deadline=None)
@given(problems(3), st.integers(1, 12))
def test_a_batch_is_a_loop(problem, count):
    mu, theta, rho = problem
    batch = theta * np.linspace(0.2, 2, count)[:, None, None]
    times = np.linspace(0, 1.5, 5) / mu.max()
    for flow in (exact.l2_flow, exact.linf_flow_depth_two):
        together = flow(times, mu, batch, rho)
        for i in range(count):
            np.testing.assert_array_equal(together[:, i], flow(times, mu, batch[i], rho))
    for depth in (1, 2, 3, 4):
        together = exact.linf_flow(times, mu, batch, rho, depth)
        np.testing.assert_array_equal(
            together[:, 0, 1], exact.linf_flow(times, mu, batch[0, 1], rho, depth)
        )
    together = exact.l2_reduction(times, mu, batch[None], rho)
    assert together.tau.shape == (5, 1, count) and together.fate.shape == (1, count)
