"""Thresholds, regimes and rates against bisection, the flows and quadrature."""

import numpy as np
from hypothesis import given, settings
from scipy.integrate import solve_ivp
from starts import uniform_starts

from sam_lib import exact, theory

INF = np.inf


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
        moved = exact.l2_flow([1.0], mu, np.stack([w, w]), 0.7)[0, 0]
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
