"""Closed forms against 50-digit arithmetic, and flows against integrators that know no formula."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from sam_lib import exact, formulas

INF = np.inf


def relative(got, expected):
    return float(np.max(np.abs(got - expected) / np.maximum(np.abs(expected), 1e-300)))


# --- depth one --------------------------------------------------------------------------------
@pytest.mark.parametrize("p", [2, INF])
@pytest.mark.parametrize("t", [0.0, 1e-9, 0.3, 7.0, 1e5, 1e40, 1e300])
def test_depth_one_solves_its_implicit_equation_in_50_digits(p, t):
    rng = np.random.default_rng(3)
    mu, w0 = rng.uniform(0.1, 3, 4), rng.normal(size=(5, 4)) * 3
    for rho in (0.0, 0.2, 2.0):
        got = exact.depth_one([t], mu, w0, rho, p)[0]
        with mp.workdps(50):
            vector = [mp.mpf(m) for m in mu.tolist()]
            square = sum(m * m for m in vector)
            shift = mp.mpf(rho) * (mp.sqrt(square) if p == 2 else sum(vector))
            for i, start in enumerate(w0.tolist()):
                u0 = sum(m * w for m, w in zip(vector, start, strict=True))
                constant = square * mp.mpf(t) + u0 + mp.exp(u0 - shift)
                big = constant - shift
                v = mp.log(big) if big > 1 else big
                for _ in range(60):
                    v -= (v + mp.exp(v) - big) / (1 + mp.exp(v))
                move = (v + shift - u0) / square
                expected = [float(w + move * m) for w, m in zip(start, vector, strict=True)]
                scale = np.maximum(np.abs(expected), np.abs(start))
                assert np.max(np.abs(got[i] - expected) / scale) < 1e-12


def test_depth_one_far_from_the_origin():
    for start in (1e3, 1e6, -1e6):
        w = exact.depth_one([0, 1, 1e10, 1e300], [1.0], [start], 0.5, 2)[:, 0]
        assert np.isfinite(w).all() and w[0] == start and (np.diff(w) >= 0).all()


# --- the balanced l_inf flow ------------------------------------------------------------------
def linf_in_50_digits(s, mu, alpha, rho, depth):
    s, mu, alpha, rho = (mp.mpf(float(x)) for x in (s, mu, alpha, rho))
    k, gap = depth - 2, alpha - rho
    if gap == 0:
        return rho
    if depth == 2:
        w = rho + gap * mp.exp(mu * s)
    else:
        base = 1 - k * mu * s * gap**k
        if base <= 0:
            return mp.inf if gap > 0 else mp.mpf(0)
        w = rho + gap * base ** (-mp.mpf(1) / k)
    return max(w, mp.mpf(0)) if depth % 2 == 0 else w


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
def test_linf_flow_in_50_digits(depth):
    rng = np.random.default_rng(depth)
    for _ in range(40):
        mu, rho = rng.uniform(0.2, 3), rng.uniform(0.2, 2)
        for factor in (rng.uniform(0.01, 0.99), 1 - 1e-7, 1.0, 1 + 1e-7, rng.uniform(1.01, 3)):
            alpha = factor * rho
            k = max(depth - 2, 1)
            unit = 1 / (mu * max(abs(alpha - rho), 0.05) ** k)
            times = np.sort(np.r_[0, rng.uniform(0, 3, 12)]) * unit
            got = exact.linf_flow(times, [mu], [alpha], rho, depth)[:, 0]
            with mp.workdps(50):
                expected = [linf_in_50_digits(s, mu, alpha, rho, depth) for s in times]
            for g, e in zip(got, expected, strict=True):
                if e == mp.inf or e == 0:
                    assert g == float(e)
                else:
                    assert abs(g - e) <= 1e-12 * max(abs(e), mp.mpf(1e-3)), (alpha, rho)


def stop_at(event):
    """A terminal event where a positive function falls to 0; it may start from 0."""
    event.terminal, event.direction = True, -1
    return event


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
def test_linf_flow_against_an_integrator_with_events(depth):
    rng = np.random.default_rng(10 + depth)
    for _ in range(8):
        mu, rho = rng.uniform(0.3, 2), rng.uniform(0.3, 1.5)
        alpha = rng.uniform(-0.9, 0.95) * rho if depth % 2 else rng.uniform(0.1, 0.95) * rho
        end = 3 / (mu * rho ** max(depth - 2, 1))

        def field(_, w, mu=mu, rho=rho):
            sign = np.sign(w ** (depth - 1))
            return mu * (w - rho * sign) ** (depth - 1)

        events = [stop_at(lambda _, w: w[0])] if depth % 2 == 0 else None
        options = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-14, "dense_output": True}
        path = solve_ivp(field, (0, end), [alpha], events=events, **options)
        times = np.linspace(0, end, 30)
        reached = path.t[-1]
        expected = np.where(times <= reached, path.sol(np.minimum(times, reached))[0], 0.0)
        got = exact.linf_flow(times, [mu], [alpha], rho, depth)[:, 0]
        np.testing.assert_allclose(got, expected, atol=1e-8)


def test_linf_flow_mirrors_rests_and_holds():
    times = [0, 0.5, 3, 50, 800]
    for depth in (2, 4):
        plus = exact.linf_flow(times, [1, 2], [0.4, 1.2], 1.0, depth)
        np.testing.assert_array_equal(
            exact.linf_flow(times, [1, 2], [-0.4, -1.2], 1.0, depth), -plus
        )
    for depth in (2, 3, 4, 5):
        held = exact.linf_flow(times, [1, 2, 3], [0, 1, -0.0], 1.0, depth)
        np.testing.assert_array_equal(held, np.tile([0.0, 1.0, 0.0], (5, 1)))
    descent = exact.linf_flow(times, [1.0], [-0.5], 0.0, 3)[:, 0]
    np.testing.assert_allclose(descent, -0.5 / (1 + 0.5 * np.array(times)), rtol=1e-14)
    line = exact.linf_flow(times, [1, 2], [0.1, -3], 0.7, 1)
    np.testing.assert_allclose(line, np.add([0.1, -3], np.outer(times, [1, 2])), rtol=1e-15)


# --- two unbalanced layers under l_inf ----------------------------------------------------------
def layers_by_events(times, mu, v, w, rho):
    """One coordinate: signs frozen between events, each event decided by the speeds beside it."""

    def speeds(v, w, sign_v, sign_w):
        return mu * (w - rho * sign_v), mu * (v - rho * sign_w)

    def side(x, other):
        """The sign with which ``x`` leaves 0, or 0 if both sides push it back."""
        if other - rho > 0:
            return 1.0
        return -1.0 if other + rho < 0 else 0.0

    def crossing(i, sign):
        return stop_at(lambda _, y: y[i] * sign)

    now, out, state = 0.0, np.zeros((len(times), 2)), np.array([v, w], dtype=float)
    while now < times[-1]:
        signs = [np.sign(x) or side(x, state[1 - i]) for i, x in enumerate(state)]
        held = [x == 0 and s == 0 for x, s in zip(state, signs, strict=True)]

        def field(_, y, signs=signs, held=held):
            if held[0] and held[1]:
                return [0.0, 0.0]
            if held[0]:
                return [0.0, -mu * rho * signs[1]]
            if held[1]:
                return [-mu * rho * signs[0], 0.0]
            return speeds(*y, *signs)

        events = [crossing(i, sign) for i, sign in enumerate(signs) if not held[i]]
        piece = solve_ivp(
            field, (now, times[-1]), state, events=events or None, dense_output=True,
            method="DOP853", rtol=1e-12, atol=1e-14,
        )  # fmt: skip
        inside = (times >= now) & (times <= piece.t[-1])
        if inside.any():
            out[inside] = piece.sol(times[inside]).T
        now, state = piece.t[-1], piece.y[:, -1].copy()
        state[np.abs(state) < 1e-11] = 0.0
    return out


def test_two_layers_against_an_event_driven_integrator():
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(120):
        mu, rho = rng.uniform(0.3, 2), rng.uniform(0.3, 1.5)
        v, w = rng.uniform(-3, 3, 2) * rho
        times = np.linspace(0, 2.5 / mu, 25)
        got = exact.linf_flow_depth_two(times, [mu], [[v], [w]], rho)[..., 0]
        expected = layers_by_events(times, mu, v, w, rho)
        np.testing.assert_allclose(got, expected, atol=1e-8 * (1 + np.abs(expected).max()))
        crossed = bool((np.sign(expected[-1]) * np.sign([v, w]) < 0).any())
        held = bool((expected[-1] == 0).any())
        seen.add((v * w > 0, crossed, held))
    assert {(True, False, False), (True, False, True), (False, True, False)} <= seen
    assert (False, False, True) in seen


def test_two_equal_layers_are_the_balanced_flow():
    times = np.linspace(0, 4, 30)
    alpha = np.array([0.3, 1.0, 1.7, 0.0, -0.6])
    mu = np.array([1.0, 2.0, 0.5, 1.0, 1.5])
    layers = exact.linf_flow_depth_two(times, mu, np.stack([alpha, alpha]), 1.0)
    w = exact.linf_flow(times, mu, alpha, 1.0, 2)
    np.testing.assert_allclose(layers[:, 0], w, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(layers[:, 1], w, rtol=1e-13, atol=1e-14)


# --- the l_2 flow -------------------------------------------------------------------------------
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


# --- clocks ---------------------------------------------------------------------------------------
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


# --- properties -----------------------------------------------------------------------------------
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
