"""The l_2 flow at depth two against the full system of 2d weights, in many digits."""

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sam_lib import exact

INF = np.inf


def full_system(mu, theta, rho, finish, digits=30):
    """All 2d logarithms in the clock ``u``, in many digits, by extrapolated midpoint steps.

    Knows nothing of ``tau``: it integrates ``log |p_j|``, ``log |q_j|`` and ``s`` side by side.
    Goes on until ``s`` has passed ``finish`` and then closes in on it.
    """
    mp.mp.dps = digits
    mu = [mp.mpf(m) for m in mu]
    first, second = ([mp.mpf(x) for x in layer] for layer in theta)
    sums = [a + b for a, b in zip(first, second, strict=True)]
    sums += [a - b for a, b in zip(first, second, strict=True)]
    present = [i for i, x in enumerate(sums) if x != 0]
    nu = [(mu + [-m for m in mu])[i] for i in present]
    rho, state = mp.mpf(rho), [mp.log(abs(sums[i])) for i in present] + [mp.mpf(0)]

    def field(y):
        n = mp.sqrt(sum((v * mp.exp(x)) ** 2 for v, x in zip(nu, y, strict=False)) / 2)
        return [(v * n - rho * v * v) / (1 + n) for v in nu] + [n / (1 + n)]

    def step(y, h):
        table = []
        for i in range(1, 15):
            m = 2 * i
            before, now = y, [a + h / m * b for a, b in zip(y, field(y), strict=True)]
            for _ in range(m - 1):
                following = [a + 2 * h / m * b for a, b in zip(before, field(now), strict=True)]
                before, now = now, following
            row = [
                [(a + b + h / m * c) / 2 for a, b, c in zip(before, now, field(now), strict=True)]
            ]
            for k in range(1, i):
                ratio = (mp.mpf(i) / (i - k)) ** 2 - 1
                pairs = zip(row[-1], table[-1][k - 1], strict=True)
                row.append([a + (a - b) / ratio for a, b in pairs])
            table.append(row)
        error = max(abs(a - b) for a, b in zip(table[-1][-1], table[-1][-2], strict=True))
        return table[-1][-1], error

    h, finish = mp.mpf("0.25") / max(mu), mp.mpf(finish)
    for _ in range(500):
        new, error = step(state, h)
        if error > mp.mpf(10) ** (-digits + 6):
            h /= 2
            continue
        if new[-1] > finish:
            h = min(h / 2, (finish - state[-1]) / field(state)[-1])
            if h < mp.mpf(10) ** (-digits + 4):
                break
            continue
        state = new
        if finish - state[-1] < mp.mpf(10) ** (-digits + 6):
            break
        h *= mp.mpf("1.3")
    values = [mp.mpf(0)] * len(sums)
    for i, x in zip(present, state, strict=False):
        values[i] = mp.sign(sums[i]) * mp.exp(x)
    d = len(mu)
    layers = [
        [(a + s * b) / 2 for a, b in zip(values[:d], values[d:], strict=True)] for s in (1, -1)
    ]
    return np.array([[float(x) for x in layer] for layer in layers]), values


@pytest.mark.parametrize("seed", range(4))
def test_l2_flow_against_the_full_system_also_next_to_a_collapse(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 4))
    mu, rho = rng.uniform(0.4, 2.5, d), rng.uniform(0.5, 1.5)
    theta = rng.normal(size=(2, d)) * rho * (0.35 if seed % 2 else 1.0)
    end = float(exact.l2_reduction([0], mu, theta, rho).collapse_time)
    times = [0.3, 2.0] if end == INF else [0.5 * end, end - 1e-6 * end]
    got = exact.l2_flow(times, mu, theta, rho)
    for i, s in enumerate(times):
        expected, sums = full_system(mu.tolist(), theta.tolist(), rho, s)
        size = np.array(
            [float(abs(a) + abs(b)) / 2 for a, b in zip(sums[:d], sums[d:], strict=True)]
        )
        assert np.max(np.abs(got[i] - expected) / size) < 1e-10


@pytest.mark.parametrize("d", [5, 50])
def test_l2_flow_in_many_dimensions(d):
    rng = np.random.default_rng(d)
    for scale in (0.1, 0.6):
        mu, theta = rng.uniform(0.5, 3, d), rng.normal(size=(2, d)) * scale
        end = float(exact.l2_reduction([0], mu, theta, 1.0).collapse_time)
        times = np.array([0.2, 0.5, 0.9]) * min(end, 3.0)
        sums = np.concatenate([theta[0] + theta[1], theta[0] - theta[1]])
        nu = np.concatenate([mu, -mu])

        def field(_, y, nu=nu):
            n = np.sqrt(0.5 * np.sum((nu * np.exp(y)) ** 2))
            return nu - nu**2 / n

        path = solve_ivp(
            field, (0, times[-1]), np.log(np.abs(sums)), t_eval=times, method="DOP853",
            rtol=1e-13, atol=1e-13,
        )  # fmt: skip
        p, q = np.split(np.sign(sums)[:, None] * np.exp(path.y), 2)
        got = exact.l2_flow(times, mu, theta, 1.0)
        size = (np.abs(p) + np.abs(q)).T / 2
        assert np.max(np.abs(got[:, 0] - (p + q).T / 2) / size) < 1e-10
        assert np.max(np.abs(got[:, 1] - (p - q).T / 2) / size) < 1e-10


def test_l2_flow_beyond_the_range_of_double_precision():
    w = exact.l2_flow([0, 100, 700, 5000], [1, 2], [[1.0, 1.0], [1.0, 0.5]], 1.0)
    assert not np.isnan(w).any() and np.isinf(w[-1]).all() and np.isfinite(w[1]).all()
    result = exact.l2_reduction([0, 5000], [1, 2], [[1.0, 1.0], [1.0, 0.5]], 1.0)
    assert 9990 < result.log_n[1] < 10010 and np.isfinite(result.tau).all()


def test_l2_reduction_says_how_it_ends():
    starts = np.array([0.3, 0.9, 0.0])[:, None, None] * np.ones((2, 2))
    result = exact.l2_reduction([0, 0.5, 60], [1, 2], starts, 1.0)
    fates = [exact.Fate.COLLAPSES, exact.Fate.ESCAPES, exact.Fate.COLLAPSES]
    assert list(result.fate) == fates
    assert result.collapse_time[1] == INF and result.collapse_time[2] == 0
    assert result.log_n[2, 0] == -INF and result.tau.shape == (3, 3)
    n = np.sqrt(2) * np.linalg.norm([0.3, 0.6])
    np.testing.assert_allclose(np.exp(result.log_n[0, 0]), n, rtol=1e-15)


def test_negative_sums_only_always_collapse():
    """With p = 0 every rate is negative: ``w1 = -w2`` is a start with loss above log 2."""
    rng = np.random.default_rng(0)
    v = rng.normal(size=(20, 3)) * 5
    result = exact.l2_reduction([0], [1, 2, 3], np.stack([v, -v], axis=1), 1.0)
    assert (result.fate == exact.Fate.COLLAPSES).all() and np.isfinite(result.collapse_time).all()


def test_curvature_identity():
    """D13, by differences of ``log n`` along random trajectories."""
    rng = np.random.default_rng(1)
    for _ in range(40):
        d = int(rng.integers(1, 5))
        mu, theta, rho = rng.uniform(0.5, 2, d), rng.normal(size=(2, d)), rng.uniform(0.3, 1)
        h, s = 2e-3, 0.05
        result = exact.l2_reduction(s + h * np.arange(-2, 3), mu, theta, rho)
        if not np.isfinite(result.log_n).all():
            continue
        f = result.log_n
        first = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h)
        second = (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * h * h)
        w1, w2 = exact.l2_flow([s], mu, theta, rho)[0]
        x, nu, n = np.r_[w1 + w2, w1 - w2], np.r_[mu, -mu], np.exp(f[2])
        weight, rate = (nu * x) ** 2 / (2 * n * n), nu - rho * nu**2 / n
        mean = weight @ rate
        expected = 2 * weight @ (rate - mean) ** 2 + rho * (weight @ nu**2) / n * mean
        assert abs(first - mean) < 1e-6 * (1 + abs(mean) ** 3)
        assert abs(second - expected) < 1e-4 * (1 + abs(expected) ** 2)
