"""Predictions against flows, against independent integrators, and against hostile arguments."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sam_lib import exact, theory

INF = np.inf


def stacked(alpha):
    return np.stack([alpha, alpha], axis=-2)


# --- limits -----------------------------------------------------------------------------------
def test_limit_direction_of_linf_is_where_the_flow_goes():
    rng = np.random.default_rng(0)
    for depth in (2, 3, 4, 5):
        for _ in range(30):
            d = int(rng.integers(1, 5))
            mu, rho = rng.uniform(0.5, 2, d), rng.uniform(0.5, 1.5)
            alpha = rng.uniform(0.2, 2.5, d) * rho
            predicted = theory.limit_direction(mu, alpha, rho, depth, INF)
            ends = theory.blow_up_times(mu, alpha, rho, depth)
            if np.isfinite(ends).any():
                late = ends.min() * (1 - 1e-12)
            else:
                late = 60 / mu.min() if depth == 2 else 1e9
            w = exact.linf_flow([late], mu, alpha, rho, depth)[0]
            beta = (w / max(w.max(), 1.0)) ** depth
            size = np.linalg.norm(beta)
            if size == 0:
                assert not predicted.any()
            elif depth == 2 and d > 1:
                leader = np.argmax(predicted)
                assert beta[leader] == beta.max() and predicted[leader] == 1
            else:
                assert beta @ predicted > (1 - 1e-3) * size


def test_limit_direction_ties():
    direction = theory.limit_direction([1, 2, 2], [3, 1.5, 2], 1, 2, INF)
    beta = exact.linf_flow([30], [1, 2, 2], [3, 1.5, 2], 1, 2)[0] ** 2
    np.testing.assert_allclose(direction, np.array([0, 0.25, 1]) / np.hypot(0.25, 1), rtol=1e-14)
    np.testing.assert_allclose(beta / np.linalg.norm(beta), direction, atol=1e-10)
    mu, alpha = np.array([1.0, 2.0, 0.5]), np.array([3.0, 2.0, 2.0])  # scores 2, 2 and 0.5
    for depth in (3,):
        direction = theory.limit_direction(mu, alpha, 1, depth, INF)
        end = theory.blow_up_times(mu, alpha, 1, depth).min()
        beta = exact.linf_flow([end * (1 - 1e-9)], mu, alpha, 1, depth)[0] ** depth
        np.testing.assert_allclose(direction, beta / np.linalg.norm(beta), atol=1e-7)
    l2 = theory.limit_direction([1, 2, 2], [1, 1, 2], 0.5, 2, 2)
    beta = exact.l2_flow([40], [1, 2, 2], stacked(np.array([1.0, 1, 2])), 0.5)[0].prod(axis=0)
    np.testing.assert_allclose(l2, beta / np.linalg.norm(beta), atol=1e-8)


def test_limit_direction_elsewhere():
    ones = np.ones(2) / np.sqrt(2)
    assert not theory.limit_direction([1, 2], [0.3, 0.9], 1, 2, INF).any()
    assert not theory.limit_direction([1, 2], [0.3, 0.9], 1, 4, INF).any()
    np.testing.assert_allclose(theory.limit_direction([1, 2], [0.3, 0.9], 1, 3, INF), ones)
    np.testing.assert_allclose(theory.limit_direction([1, 2], [-3, 0], 1, 3, INF), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [1, 0.5], 1, 2, INF), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([3, 4], [9, -9], 1, 1, 2), [0.6, 0.8])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [5, 0], 0.1, 2, 2), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [5, 1e-9], 0, 2, 2), [0, 1])
    assert not theory.limit_direction([1, 2], 0.0, 1, 2, 2).any()
    batch = theory.limit_direction([1, 2], [[2, 2], [2, 0.5], [0.1, 0.1]], 1, 2, INF)
    np.testing.assert_array_equal(batch, [[0, 1], [1, 0], [0, 0]])
    deep = theory.limit_direction([1, 2], [3, 2.5], 1, 2000, INF)
    np.testing.assert_array_equal(deep, [1, 0])


def test_event_times_are_where_the_flow_has_its_events():
    rng = np.random.default_rng(2)
    for depth in (2, 3, 4, 6):
        mu, rho = rng.uniform(0.5, 2, 6), 1.0
        alpha = np.array([0.2, 0.7, 0.95, 1.2, 1.6, 2.4])
        zeros = theory.zero_times(mu, alpha, rho, depth)
        ends = theory.blow_up_times(mu, alpha, rho, depth)
        assert np.isfinite(zeros).tolist() == [depth % 2 == 0] * 3 + [False] * 3
        assert np.isfinite(ends).tolist() == [False] * 3 + [depth > 2] * 3
        for j in range(6):
            for s, after in ((zeros[j], 0), (ends[j], INF)):
                if np.isfinite(s):
                    times = [s * (1 - 1e-9), s * (1 + 1e-9)]
                    w = exact.linf_flow(times, mu, alpha, rho, depth)[:, j]
                    assert w[1] == after and 0 < w[0] < INF
    np.testing.assert_array_equal(theory.zero_times([1, 2], [0, -0.5], 1, 2)[0], 0)
    assert theory.zero_times([1, 2], [0, -0.5], 1, 2)[1] == theory.zero_times([2], [0.5], 1, 2)[0]


# --- who dominates ------------------------------------------------------------------------------
def runs(index):
    """The sequence of values, without repetitions."""
    return [int(i) for k, i in enumerate(index) if k == 0 or i != index[k - 1]]


def test_the_two_walks_of_the_rewind():
    times = np.linspace(0, 30, 40_000)
    assert runs(theory.dominant_coordinate(times, [1, 1.2, 1.5, 6], 0.4569, 1)) == [
        2,
        1,
        0,
        1,
        2,
        3,
    ]
    assert runs(theory.dominant_coordinate(times, [1, 2, 4, 8], 0.4822, 1)) == [2, 1, 2, 3]


@st.composite
def uniform_starts(draw):
    mu = draw(st.lists(st.floats(0.2, 5.0), min_size=1, max_size=6, unique=True))
    return np.array(mu), draw(st.floats(0.02, 2.0)), draw(st.floats(0.1, 3.0))


@settings(max_examples=60, deadline=None)
@given(uniform_starts())
def test_the_dominant_coordinate_is_the_largest_and_its_walk_a_v(start):
    mu, alpha, rho = start
    times = np.linspace(0, 12, 400) / mu.max()
    index = theory.dominant_coordinate(times, mu, alpha * rho, rho)
    theta = np.full((2, mu.size), alpha * rho)
    w = exact.l2_flow(times, mu, theta, rho)[:, 0]
    for i, sizes in zip(index[1:], w[1:], strict=True):
        if i < 0:
            assert (sizes <= 1e-9 * rho).all()
        elif np.isfinite(sizes).all():
            assert sizes[i] >= sizes.max() * (1 - 1e-8)
    vector = theory.dominant_coordinate(times, mu, np.full((1, mu.size), alpha * rho), rho)[:, 0]
    rank = np.argsort(np.argsort(mu))
    walk = [rank[i] for i in runs(index) if i >= 0]
    bottom = int(np.argmin(walk)) if walk else 0
    assert walk[: bottom + 1] == sorted(walk[: bottom + 1], reverse=True)
    assert walk[bottom:] == sorted(walk[bottom:])
    assert np.mean(vector[1:] == index[1:]) > 0.98  # they may differ next to a swap


def test_phase_diagram_is_a_loop_over_scales_and_follows_the_order_of_mu():
    rng = np.random.default_rng(3)
    mu, scales, times = rng.uniform(0.5, 3, 5), np.linspace(0, 1.5, 40), np.linspace(0, 6, 50)
    diagram = theory.phase_diagram(mu, scales, times, 1.0)
    assert diagram.shape == (40, 50) and (diagram[0] == -1).all()
    for i in (1, 13, 30):
        row = theory.dominant_coordinate(times, mu, scales[i], 1.0)
        np.testing.assert_array_equal(diagram[i], row)
    order = rng.permutation(5)
    moved = theory.phase_diagram(mu[order], scales, times, 1.0)
    np.testing.assert_array_equal(np.where(moved < 0, -1, order[moved]), diagram)
    scaled = theory.phase_diagram(mu * 4, scales * 8, times / 4, 8.0)
    np.testing.assert_array_equal(scaled, diagram)
    assert (theory.phase_diagram(mu, scales[1:], times, 0) == np.argmax(mu)).all()


def test_equal_features_stay_level_and_the_first_is_reported():
    times = np.linspace(0, 8, 50)
    pair = theory.phase_diagram([2, 1, 2, 1], [0.3, 0.5, 1.0], times, 1.0)
    assert set(np.unique(pair)) == {-1, 0, 1}
    single = theory.phase_diagram([3.0, 3.0], [0.4, 0.6], times, 1.0)
    assert set(np.unique(single)) == {-1, 0}


def test_swap_times_are_where_two_coordinates_are_level():
    mu, alpha = np.array([1, 1.2, 1.5, 6.0]), 0.4569
    swaps = theory.swap_times(mu, alpha, 1.0)
    index = [2, 1, 0, 1, 2, 3]
    finite = np.isfinite(swaps)
    theta = np.full((2, 4), alpha)
    for way, i, j in zip(*np.nonzero(finite), strict=True):
        w = exact.l2_flow([swaps[way, i, j]], mu, theta, 1.0)[0, 0]
        assert abs(w[i] / w[j] - 1) < 1e-9
    pairs = [(0, 1, 2), (0, 0, 1), (1, 0, 1), (1, 1, 2), (1, 2, 3)]
    order = [swaps[pair] for pair in pairs]
    assert order == sorted(order) and np.isfinite(order).all()
    middles = 0.5 * (np.array([0, *order]) + np.array([*order, order[-1] + 1]))
    seen = theory.dominant_coordinate(middles, mu, alpha, 1.0)
    assert seen.tolist() == index
    assert np.isinf(theory.swap_times([1, 2], 0.3, 1.0)[1]).all()


# --- thresholds -----------------------------------------------------------------------------------
def test_the_threshold_of_one_two():
    assert abs(theory.collapse_threshold([1, 2]) - 0.52132128260) < 1e-10
    assert abs(theory.collapse_threshold([2, 1], 10.0) - 5.2132128260) < 1e-9
    assert theory.collapse_threshold([1, 2], 0) == 0
    assert abs(theory.collapse_threshold([3.0]) - np.sqrt(0.5)) < 1e-15


def collapses(mu, w, rho):
    """The full system by an adaptive method, until its norm has fallen or grown tenfold."""

    def field(_, w):
        n = np.sqrt(2) * np.linalg.norm(mu * w)
        return mu * w * (1 - rho * mu / n)

    def far(_, w):
        return abs(np.log(np.linalg.norm(w) / start)) - np.log(10)

    far.terminal, start = True, np.linalg.norm(w)
    path = solve_ivp(field, (0, 200), w, method="DOP853", rtol=1e-12, atol=1e-300, events=far)
    return np.linalg.norm(path.y[:, -1]) < start


def test_collapse_threshold_against_bisection_on_the_full_system():
    rng = np.random.default_rng(4)
    for _ in range(6):
        d = int(rng.integers(2, 5))
        mu, ray, rho = rng.uniform(0.7, 3, d), rng.uniform(0.3, 1.5, d), rng.uniform(0.5, 2)
        found = theory.collapse_threshold(mu, rho, ray)
        for factor in (1e-3, 1e-6, 1e-8):
            assert collapses(mu, found * (1 - factor) * ray, rho)
            assert not collapses(mu, found * (1 + factor) * ray, rho)


@settings(max_examples=50, deadline=None)
@given(uniform_starts())
def test_bounds_of_the_thresholds(start):
    mu, _, rho = start
    found = theory.collapse_threshold(mu, rho)
    unit = rho / (np.sqrt(2) * np.linalg.norm(mu))
    assert mu.min() * unit * (1 - 1e-12) <= found <= mu.max() * unit * (1 + 1e-12)
    assert found <= theory.rewind_threshold(mu, rho) * (1 + 1e-12)
    assert found <= theory.major_threshold(mu, rho) * (1 + 1e-12)
    assert abs(theory.collapse_threshold(7 * mu, rho / 3) / (found / 3) - 1) < 1e-12
    low = exact.l2_reduction([0], mu, np.full((2, mu.size), found * (1 - 1e-6)), rho)
    high = exact.l2_reduction([0], mu, np.full((2, mu.size), found * (1 + 1e-6)), rho)
    assert low.fate == exact.Fate.COLLAPSES and high.fate == exact.Fate.ESCAPES


def test_regimes_are_what_the_flow_does():
    mu, rho = np.array([1.0, 2.0, 3.5]), 0.8
    low, high = theory.collapse_threshold(mu, rho), theory.major_threshold(mu, rho)
    times = np.linspace(0, 80, 4000)
    scales = np.array([0.9 * low, 1.001 * low, 0.999 * high, 1.001 * high, 2 * high])
    expected = [theory.Regime.COLLAPSE] + [theory.Regime.SEQUENTIAL] * 2 + [theory.Regime.MAJOR] * 2
    assert theory.regime(mu, scales, rho).tolist() == expected
    diagram = theory.phase_diagram(mu, scales, times, rho)
    assert diagram[0, -1] == -1 and (diagram[1:, -1] == 2).all()
    assert (diagram[1:3, 0] < 2).all() and (diagram[3:] == 2).all()
    assert theory.regime(mu, 0, rho) is theory.Regime.COLLAPSE
    assert theory.regime(mu, 1e-9, 0) is theory.Regime.MAJOR
    assert theory.regime([2, 2], [0.49, 0.51], 1).tolist() == [
        theory.Regime.COLLAPSE,
        theory.Regime.MAJOR,
    ]


def test_no_rewind_above_its_threshold():
    mu = np.array([1, 1.2, 1.5, 6.0])
    edge = theory.rewind_threshold(mu)
    for factor, falls in ((1 - 1e-6, True), (1 + 1e-6, False)):
        result = exact.l2_reduction([0, 1e-9], mu, np.full((2, 4), edge * factor), 1.0)
        result = exact.l2_reduction([0, 1e-6], mu, np.full((2, 4), edge * factor), 1.0)
        assert (result.log_n[1] < result.log_n[0]) == falls
    batch = theory.rewind_threshold([[1, 2], [2, 1]], 3.0)
    np.testing.assert_allclose(batch, 3 * theory.rewind_threshold([1, 2]), rtol=1e-15)


def test_equilibria_rest():
    mu = np.array([1.0, 2.0, 3.0])
    for k, w in enumerate(theory.equilibria(mu, 0.7)):
        moved = exact.l2_flow([1.0], mu, stacked(w), 0.7)[0, 0]
        np.testing.assert_allclose(moved, w, rtol=1e-13)
        assert np.argmax(w) == k and np.count_nonzero(w) == 1


def test_plateau_length_up_to_a_constant():
    mu, rho = np.array([1.0, 2.0]), 1.0
    edge = theory.collapse_threshold(mu, rho)
    times = np.linspace(0, 60, 20_000)
    spent, law = [], []
    for distance in (1e-4, 1e-7, 1e-10):
        alpha = edge * (1 + distance)
        w = exact.l2_flow(times, mu, np.full((2, 2), alpha), rho)[:, 0]
        near = np.linalg.norm(w - [rho / np.sqrt(2), 0], axis=1) < 0.05
        spent.append(np.count_nonzero(near) * times[1])
        law.append(theory.plateau_length(mu, alpha, rho))
    np.testing.assert_allclose(np.diff(spent), np.diff(law), atol=0.02)
    assert theory.plateau_length(mu, edge, rho) == INF


# --- rates ------------------------------------------------------------------------------------
def test_rates_in_the_original_clock():
    mu, alpha, rho = np.array([1.0, 2.0, 3.0]), np.array([1.6, 1.3, 0.4]), 1.0
    s = np.array([1.0, 2.5, 4.0, 5.5])
    w = exact.linf_flow(s, mu, alpha, rho, 2)
    margin = w**2 @ mu
    perturbed = (w - rho) ** 2 @ mu
    np.testing.assert_allclose(theory.margin_gap(w, mu, rho), margin - perturbed, rtol=1e-12)
    log_t = exact.original_time(s, mu, alpha, rho, 2, log=True)
    lead = margin - log_t  # -log L is the margin, up to exp(-margin)
    predicted = -theory.log_loss_rate(log_t, mu, alpha, rho) - log_t
    ratio = lead / predicted
    assert (np.diff(np.abs(ratio - 1)) < 0).all() and abs(ratio[-1] - 1) < 0.06
    exponents = theory.growth_exponents(mu, alpha, rho)
    np.testing.assert_allclose(exponents, [0.5, 1, 0])
    slope = np.diff(2 * np.log(w[-2:, :2] - rho), axis=0) / np.diff(np.log(log_t[-2:]))
    np.testing.assert_allclose(slope[0], exponents[:2], rtol=0.02)


# --- hostile arguments ------------------------------------------------------------------------
MU, HALF, PAIR = [1.0, 2.0], [0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]
CALLS = {
    "depth_one": (exact.depth_one, dict(times=[0, 1], mu=MU, w0=HALF, rho=1.0, p=2)),
    "linf_flow": (exact.linf_flow, dict(times=[0, 1], mu=MU, alpha=HALF, rho=1.0, depth=2)),
    "two": (exact.linf_flow_depth_two, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "l2_flow": (exact.l2_flow, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "reduction": (exact.l2_reduction, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "clock": (exact.original_time, dict(times=[0, 1], mu=MU, alpha=HALF, rho=1.0, depth=2, p=2)),
    "limit": (theory.limit_direction, dict(mu=MU, alpha=HALF, rho=1.0, depth=2, p=2)),
    "blow_up": (theory.blow_up_times, dict(mu=MU, alpha=HALF, rho=1.0, depth=3)),
    "zero": (theory.zero_times, dict(mu=MU, alpha=HALF, rho=1.0, depth=2)),
    "dominant": (theory.dominant_coordinate, dict(times=[0, 1], mu=MU, alpha=0.5, rho=1.0)),
    "phase": (theory.phase_diagram, dict(mu=MU, scales=[0.5], times=[0, 1], rho=1.0)),
    "swap": (theory.swap_times, dict(mu=MU, alpha=0.6, rho=1.0)),
    "collapse": (theory.collapse_threshold, dict(mu=MU, rho=1.0, direction=[1.0, 1.0])),
    "major": (theory.major_threshold, dict(mu=MU, rho=1.0)),
    "rewind": (theory.rewind_threshold, dict(mu=MU, rho=1.0)),
    "regime": (theory.regime, dict(mu=MU, alpha=0.6, rho=1.0)),
    "equilibria": (theory.equilibria, dict(mu=MU, rho=1.0)),
    "plateau": (theory.plateau_length, dict(mu=MU, alpha=0.6, rho=1.0)),
    "exponents": (theory.growth_exponents, dict(mu=MU, alpha=HALF, rho=1.0)),
    "loss": (theory.log_loss_rate, dict(log_t=3.0, mu=MU, alpha=[1.5, 0.5], rho=1.0)),
    "gap": (theory.margin_gap, dict(w=[1.0, 2.0], mu=MU, rho=1.0)),
}
NEVER = {
    "times": [[1, 0], [-1, 0], [np.nan], [INF], [], "soon", [[0, 1]], None, [1j]],
    "mu": [[0, 1], [-1, 2], [np.nan, 1], [INF, 1], [], 1.0, "x", None, [[[]]]],
    "rho": [-1, np.nan, INF, "x", None, [1], 1j],
    "alpha": [[np.nan, 1], INF, [], "x", [1, 2, 3], 1j],
    "w": [[np.nan, 1], INF, [], "x", [1, 2, 3]],
    "w0": [[np.nan, 1], [INF, 1], [], "x", [1, 2, 3]],
    "theta": [[[1, 2]], [[1, 2, 3]] * 2, [1, 2], [], np.nan, [[np.nan, 1]] * 2, [[1, 2]] * 3],
    "depth": [0, -1, 1.5, "2", None, np.nan, True, [2]],
    "p": [1, 3, 0, np.nan, "inf", None],
    "scales": [[-1], [np.nan], [], [[1]], "x", [INF]],
    "direction": [[0, 0], [1], [np.nan, 1], [1, 2, 3], "x"],
    "log_t": [0, -1, np.nan, [], "x"],
}


@pytest.mark.parametrize("name", CALLS)
def test_every_bad_argument_is_named(name):
    function, good = CALLS[name]
    assert set(good) <= set(inspect.signature(function).parameters)
    function(**good)
    tried = 0
    for argument, values in NEVER.items():
        for value in values if argument in good else ():
            if name in ("regime", "plateau") and value == [1, 2, 3]:
                continue  # three scales
            with pytest.raises(ValueError, match=rf"^{argument} "):
                function(**{**good, argument: value})
            tried += 1
    assert tried >= 12


@pytest.mark.parametrize("name", CALLS)
def test_legal_but_odd_arguments_give_numbers(name):
    function, good = CALLS[name]
    rng = np.random.default_rng(0)
    odd = {
        "times": [[0], [0, 0, 3], [1e-300, 1e300], np.arange(3), 5 * [1]],
        "mu": [[2, 2], [3, 1], [1e-6, 1e6], np.array([1, 2])],
        "rho": [0, 1, 1e-200, 1e200],
        "alpha": [0, 1, -0.5, 1e-200, 1e100, [0, 0], [0, 1], [1e-160, 1e160]],
        "theta": [np.zeros((2, 2)), np.ones((2, 2), int), [[1, 0], [0, 1]], [[1, 2], [-1, -2]]],
        "depth": [1, 2, 3, 7, 1000],
        "p": [2, INF],
        "scales": [[0], [0, 1e-200, 1e200], [1, 1]],
        "w": [[0, 0], [1e100, 1]],
        "w0": [[0, 0], [1e100, 1], [-1e100, 1]],
    }
    tried = 0
    for _ in range(150):
        arguments = dict(good)
        for argument in good:
            if argument in odd and rng.random() < 0.5:
                arguments[argument] = odd[argument][rng.integers(len(odd[argument]))]
        try:
            result = function(**arguments)
        except ValueError as refusal:
            assert any(str(refusal).startswith(f"{a} ") for a in good), refusal
            continue
        parts = result if isinstance(result, tuple) else (result,)
        for part in parts:
            if np.asarray(part).dtype.kind == "f":
                assert not np.isnan(part).any(), arguments
        tried += 1
    assert tried >= 20
