"""The browser computes what NumPy computes: formulas to 1e-12, integrators to 1e-10."""

import numpy as np
import pytest
from node import javascript, numbers

import sam_lib as sam
from sam_lib import closed_form, formulas


def test_l2_clock_with_any_start(folder):
    """The scalar reduction against the library's, unbalanced starts of any sign."""
    rng = np.random.default_rng(3)
    times = np.linspace(0, 4, 9)
    cases = []
    for _ in range(60):
        d = int(rng.integers(1, 6))
        theta = rng.normal(size=(2, d))
        cases.append({"mu": rng.uniform(0.3, 3, d), "rho": rng.uniform(0, 1.5), "theta": theta})
    data = [
        {
            "mu": c["mu"],
            "rho": c["rho"],
            "p0": c["theta"][0] + c["theta"][1],
            "q0": c["theta"][0] - c["theta"][1],
        }
        for c in cases
    ]
    found = javascript(
        "l2",
        ("l2Clock",),
        f"data.map((start) => l2Clock({times.tolist()}, start))",
        data,
        folder,
    )
    collapsed = 0
    for case, start, result in zip(cases, data, found, strict=True):
        theta = sam.exact.l2_flow(times, case["mu"], case["theta"], case["rho"])
        tau, mu, rho = numbers(result["tau"]), case["mu"], case["rho"]
        alive = np.isfinite(tau)
        collapsed += not alive.all()
        scale = np.abs(theta).max(axis=(1, 2))
        s, tau = times[alive, None], tau[alive, None]
        p = formulas.l2_p(s, tau, mu, rho, start["p0"])
        q = formulas.l2_q(s, tau, mu, rho, start["q0"])
        layers = np.stack([p + q, p - q], axis=1) / 2
        error = np.abs(layers - theta[alive]).max(axis=(1, 2)) / scale[alive]
        assert error.max() <= 1e-10
        assert (scale[~alive] == 0).all()
    assert 3 < collapsed < 57


def test_balanced_flow_and_collapse_time(folder):
    times = np.linspace(0, 6, 13)
    found = javascript(
        "l2",
        ("l2Balanced",),
        f"[0.3, 0.5, 0.55, 0.9].map((a) => l2Balanced({times.tolist()}, [1, 2], [a, a], 1))",
        None,
        folder,
    )
    for alpha, result in zip((0.3, 0.5, 0.55, 0.9), found, strict=True):
        start = sam.balanced([alpha, alpha], 2)
        expected = sam.exact.l2_flow(times, [1, 2], start, 1.0)[:, 0]
        np.testing.assert_allclose(numbers(result["w"]), expected, rtol=1e-10, atol=0)


def test_collapse_threshold(folder):
    rng = np.random.default_rng(4)
    mus = [[1.0, 2.0], *(np.sort(rng.uniform(0.5, 4, d)).tolist() for d in (2, 3, 4, 5))]
    found = javascript(
        "l2",
        ("collapseThreshold",),
        "data.map((mu) => collapseThreshold(mu, 0.7, 1e-11))",
        mus,
        folder,
    )
    assert found[0] / 0.7 == pytest.approx(0.52132128260, abs=2e-10)
    for mu, value in zip(mus, found, strict=True):
        assert value == pytest.approx(sam.theory.collapse_threshold(mu, 0.7), rel=1e-9)


def test_dominant_coordinate(folder):
    times = np.linspace(0.05, 12, 60)
    found = javascript(
        "l2",
        ("l2Clock", "leaders", "balancedStart"),
        "data.map(({ mu, a }) => { const starts = mu.map(() => a);"
        f"const times = {times.tolist()};"
        "const { tau } = l2Clock(times, balancedStart(mu, starts, 1));"
        "return leaders(times, tau, mu, starts, 1); })",
        [{"mu": [1, 1.2, 1.5, 6], "a": 0.4569}, {"mu": [1, 2, 4, 8], "a": 0.4822}]
        + [{"mu": [1, 2], "a": a} for a in (0.3, 0.55, 1.0)],
        folder,
    )
    mus = [[1, 1.2, 1.5, 6], [1, 2, 4, 8]] + 3 * [[1, 2]]
    for mu, alpha, lead in zip(mus, (0.4569, 0.4822, 0.3, 0.55, 1.0), found, strict=True):
        starts = np.full(len(mu), alpha)
        expected = sam.theory.dominant_coordinate(times, mu, starts, 1.0)
        np.testing.assert_array_equal(lead, expected)


def test_winner_of_the_gate(folder):
    rng = np.random.default_rng(5)
    cases = [
        {
            "mu": np.sort(rng.uniform(0.5, 4, 3)),
            "alpha": rng.uniform(0.05, 2, 3),
            "rho": rng.uniform(0, 1.5),
            "depth": int(rng.integers(2, 7)),
        }
        for _ in range(300)
    ]
    found = javascript(
        "linf",
        ("linfWinner",),
        "data.map(({ mu, alpha, rho, depth }) => linfWinner(mu, alpha, rho, depth))",
        cases,
        folder,
    )
    for case, winner in zip(cases, found, strict=True):
        limit = sam.theory.limit_direction(
            case["mu"], case["alpha"], case["rho"], case["depth"], np.inf
        )
        if winner >= 0:
            np.testing.assert_array_equal(limit, np.eye(3)[winner])
        else:
            assert case["alpha"].max() <= case["rho"]


@pytest.mark.parametrize("clock", ["normalized", "original"])
@pytest.mark.parametrize("p", [2, np.inf])
def test_discrete_steps(folder, clock, p):
    rng = np.random.default_rng(6)
    cases = [
        {
            "Z": rng.normal((0.5, 1.0), 0.5, (int(rng.integers(1, 5)), 2)),
            "w0": rng.uniform(0.2, 0.7, 2),
            "rho": float(rng.choice([0.0, 0.1, 0.5])),
            "depth": int(rng.integers(1, 4)),
        }
        for _ in range(40)
    ]
    marks = [0, 1, 10, 60]
    found = javascript(
        "descent",
        ("samSteps",),
        "data.map(({ Z, w0, rho, depth }) => samSteps(w0, Z, "
        f"{{ rho, p: {'Infinity' if p == np.inf else p}, depth }}, 0.02, {marks}, '{clock}'))",
        cases,
        folder,
    )
    for case, result in zip(cases, found, strict=True):
        data = sam.Dataset(case["Z"], np.ones(len(case["Z"])))
        theta = sam.balanced(case["w0"], case["depth"])
        run = sam.descend(theta, data, sam.SAM(case["rho"], p), 0.02, 60, marks, clock=clock)
        np.testing.assert_allclose(numbers(result), run.theta[:, 0], rtol=1e-10)


def test_a_run_bounds_the_margin_as_in_python(folder):
    rng = np.random.default_rng(8)
    clouds = [rng.normal(size=(4, 2)) * 0.7 + (1.0, 1.5) for _ in range(10)]
    found = javascript(
        "descent",
        ("samSteps",),
        "data.map((Z) => { const shares = []; samSteps([0.9, 0.8], Z, "
        "{ rho: 0.5, p: 2, depth: 2 }, 0.02, [0, 40, 200], 'normalized', shares); "
        "return shares; })",
        clouds,
        folder,
    )
    for Z, result in zip(clouds, found, strict=True):
        data, theta = sam.Dataset(Z, np.ones(4)), sam.balanced([0.9, 0.8], 2)
        every = np.arange(201)
        run = sam.descend(theta, data, sam.SAM(0.5), 0.02, 200, every, clock="normalized")
        hat = run.theta[:-1] + sam.perturbation(run.theta[:-1], data, run.method)
        logs = -np.logaddexp(0, sam.margins(hat, data))
        weights = np.exp(logs - logs.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        means = [weights[:k].mean(0) for k in (40, 200)]
        np.testing.assert_allclose(numbers(result)[1:], means, rtol=1e-10)


def test_margins_of_a_million_are_ordinary(folder):
    found = javascript(
        "descent",
        ("samSteps",),
        "samSteps([1000, 1], [[1, 2], [2, 1]], { rho: 0.5, p: 2, depth: 2 }, 1e-3, [0, 5])",
        None,
        folder,
    )
    data = sam.Dataset([[1, 2], [2, 1]], [1, 1])
    theta = sam.balanced([1000.0, 1.0], 2)
    run = sam.descend(theta, data, sam.SAM(0.5), 1e-3, 5, [0, 5], clock="normalized")
    np.testing.assert_allclose(numbers(found), run.theta[:, 0], rtol=1e-12)


@pytest.mark.parametrize("p", [1, 2])
def test_max_margin_directions(folder, p):
    rng = np.random.default_rng(7)
    clouds = [rng.normal(size=(5, 2)) + rng.uniform(1, 3, 2) for _ in range(40)]
    found = javascript(
        "margin", ("maxMargin",), f"data.map((Z) => maxMargin(Z, {p}))", clouds, folder
    )
    exact = {1: sam.l1_max_margin, 2: sam.l2_max_margin}[p]
    separable = 0
    for Z, best in zip(clouds, found, strict=True):
        data = sam.Dataset(Z, np.ones(5))
        if best["direction"] is None:
            with pytest.raises(ValueError, match="separable"):
                exact(data)
            continue
        separable += 1
        np.testing.assert_allclose(best["direction"], exact(data), atol=1e-9)
    assert separable > 20


def test_two_clocks(folder):
    rng = np.random.default_rng(9)
    cases = []
    for depth in (2, 3, 4, 5, 6) * 6:
        mu, alpha, rho = rng.uniform(0.5, 3, 2), rng.uniform(0.1, 1.8, 2), rng.uniform(0.3, 1.2)
        end = min(closed_form.FORMULAS["linf_blow_up_time"](mu, alpha, rho, depth).min(), 1.5)
        cases.append(
            {"mu": mu, "alpha": alpha, "rho": rho, "depth": depth, "s": np.linspace(0, end, 8)[1:7]}
        )
    found = javascript(
        "clock",
        ("linfFlow", "originalClock", "originalTime", "rescaledTime"),
        """data.map(({ mu, alpha, rho, depth, s }) => {
          const flow = linfFlow(mu, alpha, rho, depth);
          const table = originalClock(flow, 1.5, 1e12);
          const shown = s.filter((x) => x <= table.s.at(-1));
          const t = shown.map((x) => originalTime(flow, table, x));
          return { t, back: t.map((x) => rescaledTime(flow, table, x)) };
        })""",
        cases,
        folder,
    )
    compared = 0
    for case, result in zip(cases, found, strict=True):
        s = case["s"][: len(result["t"])]
        exact = sam.exact.original_time(
            s, case["mu"], case["alpha"], rho=case["rho"], depth=case["depth"]
        )
        np.testing.assert_allclose(numbers(result["t"]), exact, rtol=1e-10)
        np.testing.assert_allclose(numbers(result["back"]), s, rtol=1e-10)
        compared += len(s)
    assert compared > 100


def test_unnormalized_clock(folder):
    times = np.array([0.0, 0.5, 1.0, 2.0])
    cases = [([1.0, 2.0], 0.3, 1.0), ([1.0, 2.0], 0.8, 0.5), ([0.5, 1.0, 1.7], 0.4, 1.2)]
    found = javascript(
        "unnormalized",
        ("rawClock",),
        f"data.map(([mu, a, rho]) => rawClock({times.tolist()}, mu, mu.map(() => a), rho))",
        cases,
        folder,
    )
    for (mu, alpha, rho), result in zip(cases, found, strict=True):
        start = sam.balanced(np.full(len(mu), alpha), 2)
        method = sam.SAM(rho, normalized=False)
        run = sam.flow(start, sam.single_example(mu), method, times, rtol=1e-12)
        tau = numbers(result)[:, None]
        w = alpha * np.exp(closed_form.l2_log_gain(times[:, None], tau, mu, rho))
        np.testing.assert_allclose(w, run.theta[:, 0], rtol=1e-9)
