"""The browser computes what NumPy computes, in the chapters beyond the paper."""

import numpy as np
import pytest
from node import javascript, numbers

import sam_lib as sam


def test_every_norm(folder):
    """The Bernoulli formula with its integrated tolls: weights, deaths and collapses."""
    times = np.linspace(0, 2, 9)
    rng = np.random.default_rng(56)
    cases = []
    for inverse in (0.0, 0.2, 0.4, 0.5, 0.6, 0.8):
        for _ in range(5):
            mu, alpha = rng.uniform(0.5, 2.5, 3), rng.uniform(0.02, 1.5, 3)
            cases.append({"inverse": inverse, "mu": mu, "alpha": alpha})
    found = javascript(
        "lp",
        ("lpBalanced", "dualExponent"),
        "data.map(({ inverse, mu, alpha }) => "
        f"lpBalanced({times.tolist()}, mu, alpha, 0.8, dualExponent(inverse)))",
        cases,
        folder,
    )
    dead = 0
    for case, result in zip(cases, found, strict=True):
        p = 1 / case["inverse"] if case["inverse"] else np.inf
        expected = sam.exact.lp_flow(times, case["mu"], case["alpha"], 0.8, p)
        w = numbers(result["w"])
        scale = np.maximum(expected.max(axis=1, keepdims=True), 1e-3)
        np.testing.assert_allclose(w / scale, expected / scale, rtol=1e-8, atol=1e-9)
        deaths = numbers(result["deaths"])
        dead += int(np.isfinite(deaths).sum())
        assert p > 2 or np.isinf(deaths).all() or np.isfinite(numbers(result["collapse"]))
    assert 5 < dead < 80


@pytest.mark.parametrize("method", ["normalized", "decaying", "unnormalized"])
def test_steps_on_a_parabola(folder, method):
    rho, eta, x, wanted = 0.7, 0.3, 2.0, [2.0]
    for k in range(40):
        radius = rho / (k + 1) if method == "decaying" else rho
        x -= eta * (x + (rho * x if method == "unnormalized" else radius * np.sign(x)))
        wanted.append(x)
    data = {"method": method, "rho": rho, "eta": eta, "noise": 0, "count": 40, "seed": 1}
    path = javascript("quadratic", ("quadraticSteps",), "quadraticSteps(2, data)", data, folder)
    np.testing.assert_allclose(path, wanted, rtol=1e-12)


def test_skewed_noise_has_mean_zero(folder):
    draws = "Array.from({ length: 200000 }, () => 0)"
    expression = f"((r) => {draws}.map(() => skewed(r, data)))(chance(3))"
    values = numbers(javascript("quadratic", ("chance", "skewed"), expression, 1.5, folder))
    assert set(values) == {3.0, -0.75}
    assert abs(values.mean()) < 0.02 and abs(values.std() - 1.5) < 0.02


def test_a_radius_in_pieces(folder):
    """T(s) over pieces of constant radius, with a rest and with a collapse."""
    times = np.linspace(0, 4, 17)
    rng = np.random.default_rng(68)
    cases = []
    for _ in range(12):
        mu, alpha = rng.uniform(0.5, 2.5, 3), rng.uniform(0.05, 0.4, 3)
        radii = rng.uniform(0, 1.6, 4) * (rng.random(4) < 0.8)
        cases.append({"mu": mu, "alpha": alpha, "radii": radii})
    found = javascript(
        "schedule",
        ("scheduleDelay",),
        "data.map(({ mu, alpha, radii }) => "
        f"scheduleDelay({times.tolist()}, [0, 0.7, 1.5, 3], radii, mu, alpha))",
        cases,
        folder,
    )
    ends = 0
    for case, result in zip(cases, found, strict=True):
        start = [case["alpha"], case["alpha"]]
        expected = sam.exact.schedule_delay(
            times, [0, 0.7, 1.5, 3], case["radii"], case["mu"], start
        )
        np.testing.assert_allclose(numbers(result), expected, rtol=1e-9, atol=1e-11)
        ends += np.isinf(expected[-1])
    assert 0 < ends < 12


def test_every_depth(folder):
    """The threshold of a ray, the saddle, and the path against the integrator of the library."""
    rng = np.random.default_rng(44)
    for depth in (4, 6):
        mu, ray = np.sort(rng.uniform(0.5, 2.5, 2)), rng.uniform(0.5, 1.5, 2)
        call = f"[deepThreshold(data.mu, data.ray, 0.8, {depth}), saddle(data.mu, 0.8, {depth})]"
        data = {"mu": mu.tolist(), "ray": ray.tolist()}
        found, rest = javascript("deep", ("deepThreshold", "saddle"), call, data, folder)
        expected = sam.theory.collapse_threshold(mu, 0.8, ray, depth)
        assert abs(found / expected - 1) < 3e-8
        np.testing.assert_allclose(rest, sam.theory.deep_equilibrium(mu, 0.8, depth), rtol=1e-12)
    for depth in (3, 4):
        data = {"mu": [1.0, 2.0], "alpha": [0.5, 0.45]}
        call = f"deepPath(data.mu, data.alpha, 0.8, {depth}, 1e-12)"
        path = javascript("deep", ("deepPath",), call, data, folder)
        times = numbers(path["s"])[:-1:20]
        run = sam.flow(
            sam.balanced(data["alpha"], depth),
            sam.single_example(data["mu"]),
            sam.SAM(0.8),
            times,
            rtol=1e-11,
        )
        w = numbers(path["w"])[:-1:20]
        early = w.max(1) < 5
        np.testing.assert_allclose(run.theta[early, 0], w[early], rtol=1e-7)
