"""The l_2 flow: one delay, odd depth, the time and the threshold of collapse."""

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import Status

INF = np.inf


@pytest.mark.parametrize("seed", range(12))
def test_l2_depth_two_has_one_delay_for_all_coordinates(seed):
    """D5: p_j = p_j(0) exp(mu_j s - rho mu_j^2 tau), q_j likewise with -mu_j, tau' = 1/n."""
    rng = np.random.default_rng(seed)
    d, rho = int(rng.integers(1, 6)), rng.uniform(0.3, 1)
    mu, theta = rng.uniform(0.3, 2, d), rng.normal(size=(2, d))
    times = np.linspace(0, 2, 201)
    run = sam.flow(theta, sam.single_example(mu), sam.SAM(rho), times)
    inside = times < run.end * (1 if run.status is Status.COMPLETED else 0.98)
    path, s = run.theta[inside], times[inside]
    n = np.linalg.norm(mu * path, axis=(1, 2))
    p, q = path.sum(axis=1), path[:, 0] - path[:, 1]
    tau = (mu[0] * s - np.log(p[:, 0] / p[0, 0])) / (rho * mu[0] ** 2)
    scale = np.abs(path).max(axis=(1, 2))
    for values, rate in ((p, mu), (q, -mu)):
        expected = values[0] * np.exp(rate * s[:, None] - rho * mu**2 * tau[:, None])
        assert np.max(np.abs(values - expected) / scale[:, None]) < 1e-8
    middle = ((tau[2:] - tau[:-2]) / (s[2:] - s[:-2]))[s[1:-1] < 0.9 * run.end]
    assert np.max(np.abs(middle * n[1 : len(middle) + 1] - 1)) < 1e-2


@pytest.mark.parametrize("depth", [3, 5])
def test_l2_odd_depth_one_coordinate_passes_through_zero(depth):
    """Balanced, d = 1: w' = mu (w - c)^(depth - 1) with c = rho / sqrt(depth), also at w = 0."""
    mu, rho, w0, times = 1.3, 0.9, -0.4, np.linspace(0, 30, 31)
    c = rho / np.sqrt(depth)
    run = sam.flow([[w0]] * depth, sam.single_example([mu]), sam.SAM(rho), times)
    rest = (w0 - c) ** (2 - depth) - (depth - 2) * mu * times
    expected = c - np.abs(rest) ** (-1 / (depth - 2))
    np.testing.assert_allclose(run.theta[:, 0, 0], expected, atol=1e-9)
    assert run.status is Status.COMPLETED and run.theta[-1, 0, 0] > 0


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.7])
def test_l2_collapse_time_of_one_coordinate(alpha):
    """Balanced, d = 1: w = c + (alpha - c) e^(mu s) with c = rho / sqrt(2)."""
    mu, rho = 1.7, 1.0
    c = rho / np.sqrt(2)
    life = np.log(c / (c - alpha)) / mu
    times = np.append(np.linspace(0, 0.999 * life, 20), [life * 1.001, life * 2])
    run = sam.flow([[alpha]] * 2, sam.single_example([mu]), sam.SAM(rho), times)
    assert run.status is Status.COLLAPSED
    assert run.end == pytest.approx(life, rel=1e-10)
    expected = c + (alpha - c) * np.exp(mu * times[:-2])
    np.testing.assert_allclose(run.theta[:-2, 0, 0], expected, atol=1e-8)
    assert np.all(run.theta[-2:] == 0) and np.all(run.loss[-2:] == np.log(2))


def test_l2_depth_two_far_beyond_the_first_digit_of_the_threshold():
    c = 0.52132128260
    data = sam.single_example([1, 2])
    below = sam.flow(sam.balanced([c - 1e-9] * 2, 2), data, sam.SAM(1.0), [0, 40])
    above = sam.flow(sam.balanced([c + 1e-9] * 2, 2), data, sam.SAM(1.0), [0, 40])
    assert below.status is Status.COLLAPSED and above.status is Status.COMPLETED
