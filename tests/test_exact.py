"""Closed forms against 50-digit arithmetic, and flows against integrators that know no formula."""

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sam_lib import exact

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
