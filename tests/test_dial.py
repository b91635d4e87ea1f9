"""Margin SAM and radius schedules: symmetries, extremes, and the limit against long runs."""

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import exact, theory

MU = np.array([1.0, 2.0, 4.0])


@pytest.mark.parametrize("kappa", [0.0, 0.05, 0.125, 0.2, 0.3, 0.5, 0.9])
def test_the_limit_is_where_steps_go(kappa):
    data, start = sam.single_example(MU), sam.balanced([0.1, 0.3, 0.2], 2)
    run = sam.descend(start, data, sam.MarginSAM(kappa), 0.02, 2500, clock="normalized")
    found = run.beta[-1] / run.beta[-1].max()
    found /= np.linalg.norm(found)
    np.testing.assert_allclose(found, theory.dial_direction(MU, start[0], kappa), atol=1e-3)


def test_ties_and_the_fall():
    tie = theory.dial_direction([1, 3], [0.1, 0.2], 0.25)  # 1 + 3 = 1 / kappa
    np.testing.assert_allclose(tie, np.array([1, 4]) / np.sqrt(17), rtol=1e-14)
    assert np.all(theory.dial_direction(MU, 0.1, 1.01) == 0)
    assert theory.dial_direction(MU, 0.1, 1.0).argmax() == 0  # the first rests
    assert np.all(theory.dial_direction(MU, [0, 0, 0.1], 0.251) == 0)
    assert theory.dial_direction(MU, [0, 0, 0.1], 0.25).argmax() == 2  # rests


@pytest.mark.parametrize("k", [1e-300, 1e-10, 1.0, 1e10, 1e300])
def test_only_kappa_times_mu_counts(k):
    start = sam.balanced([0.1, 0.3, 0.2], 2)
    with np.errstate(all="raise"):
        assert theory.dial_direction(k * MU, 0.1, 0.25 / k).argmax() == 1
        found = exact.margin_flow([2 / k], k * MU, start, 0.25 / k)
    np.testing.assert_allclose(found, exact.margin_flow([2.0], MU, start, 0.25), rtol=1e-12)


def test_the_radius_returns_the_schedule_at_every_size():
    for size in (1e-200, 1.0, 1e200):
        start = size * sam.balanced([0.1, 0.3, 0.2], 2)
        radius = exact.schedule_radius([0.0, 1.0], [0.0, 0.3], [0.3, 0.3], MU, start)
        w = exact.margin_flow([0.0, 1.0], MU, start, 0.3)
        norm = np.sqrt(np.sum((MU * (w / size)) ** 2, axis=(-2, -1)))
        np.testing.assert_allclose(radius / size, 0.3 * norm, rtol=1e-12)


def test_pieces_of_one_radius_are_one_piece():
    start, times = sam.balanced([0.5, 0.6, 0.4], 2), np.linspace(0, 3, 31)
    whole = exact.schedule_delay(times, [0.0], [0.4], MU, start)
    parts = exact.schedule_delay(times, [0.0, 0.15, 1.0, 2.0], [0.4] * 4, MU, start)
    np.testing.assert_allclose(parts, whole, rtol=1e-11)
    tau = 0.4 * exact.l2_reduction(times, MU, start, 0.4).tau
    np.testing.assert_allclose(whole, tau, rtol=1e-12)
    dead = exact.schedule_delay([0.1, 5.0, 9.0], [0.0, 6.0], [3.0, 0.0], MU, start)
    assert np.isfinite(dead[0]) and np.all(np.isinf(dead[1:]))


def test_a_game_has_no_regret_at_its_equilibrium_and_some_elsewhere():
    data = sam.random_separable(4, 3, seed=2)
    Z = np.abs(data.Z)
    best = sam.l1_max_margin(sam.Dataset(Z, np.ones(4)))
    assert abs(theory.dial_regret(best, Z, 0.0)[0]) < 1e-9
    assert theory.dial_regret([1.0, 1.0, 1.0], Z, 0.0)[0] > 1e-3
    regret, pi = theory.dial_regret([0, 1.0, 0], [MU, MU], 0.25)
    assert abs(regret) < 1e-12 and pi.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: sam.MarginSAM(-1), "kappa"),
        (lambda: sam.MarginSAM(np.nan), "kappa"),
        (lambda: sam.MarginSAM(0.1, per_example=1), "per_example"),
        (lambda: exact.margin_flow([0, 1], MU, np.ones((2, 3)), -0.1), "kappa"),
        (lambda: exact.scheduled_flow([0, 1], [0], MU, np.ones((2, 3))), "delays"),
        (lambda: exact.scheduled_flow([0, 1], [1, 0], MU, np.ones((2, 3))), "delays"),
        (lambda: exact.schedule_radius([0], [0], [-1], MU, np.ones((2, 3))), "rates"),
        (lambda: exact.schedule_delay([0], [1], [1], MU, np.ones((2, 3))), "starts"),
        (lambda: exact.schedule_delay([0], [0], [-1], MU, np.ones((2, 3))), "radii"),
        (lambda: exact.schedule_delay([0], [0], [1], MU, np.ones((4, 2, 3))), "theta"),
        (lambda: theory.dial_direction(MU, 0.1, -1), "kappa"),
        (lambda: theory.dial_regret([0, 0, 0], [MU], 0.1), "beta"),
        (lambda: theory.dial_regret([1, 1], [MU], 0.1), "beta"),
    ],
)
def test_bad_input(call, named):
    with pytest.raises(ValueError, match=f"^{named} must be .*; got "):
        call()
