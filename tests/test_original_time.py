"""Original time: every clock against quadrature, and against integration in that time."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from sam_lib import exact, formulas

INF = np.inf


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_original_time_of_the_linf_flow(depth):
    mu, alpha, rho = np.array([1.0, 2.0]), np.array([0.5, 1.3]), 1.0
    ends = formulas.linf_blow_up_time(mu, alpha, rho, depth)
    zeros = formulas.linf_zero_time(mu, alpha, rho, depth)
    times = np.linspace(0, min(0.9, 0.9 * ends.min()), 6)

    def rate(s):
        w = exact.linf_flow([s], mu, alpha, rho, depth)[0]
        return 1 + np.exp(mu @ (w - rho) ** depth)  # 0 when it is held, and still perturbed

    got = exact.original_time(times, mu, alpha, rho, depth)
    for t, s in zip(got, times, strict=True):
        breaks = [z for z in zeros if 0 < z < s]
        expected = quad(rate, 0, s, points=breaks or None, epsabs=1e-13, epsrel=1e-12, limit=200)
        assert abs(t - expected[0]) <= 1e-10 * max(t, 1e-3)
    if np.isfinite(ends).any():
        assert exact.original_time([ends.min()], mu, alpha, rho, depth)[0] == INF


def test_original_time_of_the_l2_flow_also_through_a_collapse():
    mu = np.array([1.0, 2.0])
    for theta in (np.full((2, 2), 0.7), np.full((2, 2), 0.4), np.array([[0.3, -0.3], [0.2, 0.3]])):
        end = float(exact.l2_reduction([0], mu, theta, 1.0).collapse_time)
        times = np.array([0, 0.3, 1.2, 1.9])

        def rate(s, theta=theta):
            w1, w2 = exact.l2_flow([s], mu, theta, 1.0)[0]
            n = np.linalg.norm([mu * w1, mu * w2])
            if n == 0:  # the steps jump across 0 along the second feature
                return 1 + np.exp(theta[0, 1] / theta[1, 1])
            return 1 + np.exp(mu @ ((w1 - mu * w2 / n) * (w2 - mu * w1 / n)))

        got = exact.original_time(times, mu, rho=1.0, p=2, theta=theta)
        for t, s in zip(got, times, strict=True):
            breaks = [end] if end < s else None
            expected = quad(rate, 0, s, points=breaks, epsabs=1e-12, epsrel=1e-11, limit=300)[0]
            assert abs(t - expected) <= 1e-9 * max(t, 1e-3)


def test_original_time_by_direct_integration_in_the_original_clock():
    mu, rho = np.array([1.0, 2.0]), 0.5
    theta = np.array([[0.9, 0.2], [0.5, 0.8]])

    def field(_, y):
        w1, w2 = y.reshape(2, 2)
        n = np.linalg.norm([mu * w1, mu * w2])
        v1, v2 = w1 + rho * mu * -w2 / n, w2 + rho * mu * -w1 / n
        slope = 1 / (1 + np.exp(mu @ (v1 * v2)))
        return slope * np.concatenate([mu * v2, mu * v1])

    times = np.array([0.2, 0.5, 0.8])
    t = exact.original_time(times, mu, rho=rho, p=2, theta=theta)
    path = solve_ivp(
        field, (0, t[-1]), theta.ravel(), t_eval=t, method="DOP853", rtol=1e-12, atol=1e-13
    )
    np.testing.assert_allclose(
        exact.l2_flow(times, mu, theta, rho), path.y.T.reshape(-1, 2, 2), rtol=1e-9
    )
    alpha, rho = np.array([0.6, 1.4]), 1.0

    def balanced(_, w):
        return mu * np.where(w > 0, w - rho, 0) / (1 + np.exp(mu @ (w - rho) ** 2))

    times = np.array([0.1, 0.5, 0.9])
    t = exact.original_time(times, mu, alpha, rho)
    path = solve_ivp(balanced, (0, t[-1]), alpha, t_eval=t, method="DOP853", rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        exact.linf_flow(times, mu, alpha, rho, 2), path.y.T, rtol=1e-8, atol=1e-9
    )


@pytest.mark.parametrize("p", [2, INF])
def test_original_time_at_depth_one_undoes_depth_one(p):
    mu, w0, rho = np.array([1.0, 2.0]), np.array([[0.3, -0.4], [1.0, 2.0]]), 0.5
    s = np.array([0, 1e-6, 0.4, 2.0, 5.0])
    t = exact.original_time(s, mu, w0, rho, 1, p)
    for i in range(2):
        w = np.array([exact.depth_one([x], mu, w0[i], rho, p)[0] for x in t[:, i]])
        np.testing.assert_allclose(w, w0[i] + np.outer(s, mu), rtol=1e-12)
    assert np.isfinite(exact.original_time([1e6], mu, w0, rho, 1, p, log=True)).all()


def test_original_time_in_logarithms_outlives_overflow():
    log_t = exact.original_time([0, 1, 3, 6], [1, 2], 1.3, 1.0, 2, log=True)
    assert log_t[0] == -INF and (np.diff(log_t) > 0).all() and np.isfinite(log_t[1:]).all()
    w = exact.linf_flow([6], [1, 2], 1.3, 1.0, 2)[0]
    margin = np.array([1, 2]) @ (w - 1) ** 2
    speed = 2 * np.array([1, 4]) @ (w - 1) ** 2
    assert abs(log_t[-1] - (margin - np.log(speed))) < 1e-4 * margin
