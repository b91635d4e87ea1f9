"""Balls contain the truth: known solutions, 40-digit arithmetic, routes that must agree."""

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from sam_lib import certify, exact, theory
from sam_lib.certify import End, balls, fields, runs, taylor


class Square:
    """``x' = x^2``, solved by ``x/(1 - x t)``."""

    def __call__(self, state):
        return [state[0] * state[0]]

    def jacobian(self, state):
        return [[2 * state[0]]]


class Rotation:
    """``x' = -y, y' = x``."""

    def __call__(self, state):
        return [-state[1], state[0]]

    def jacobian(self, state):
        one, zero = balls.ball(1), balls.ball(0)
        return [[zero, -one], [one, zero]]


def test_a_step_contains_a_known_solution_at_every_time_and_is_tight():
    with balls.precision(128):
        arb = balls.flint().arb
        step = taylor.proved_step(Square(), [arb(2)], 1e-20)
        for share in (0, "0.3", 1):
            t = arb(share) * step.length
            truth = 2 / (1 - 2 * t)
            assert step.at(t)[0].overlaps(truth) and step.at(t)[0].rad() < 1e-18
        assert step.end()[0].overlaps(2 / (1 - 2 * step.length))
        assert not step.end()[0].overlaps(2 / (1 - 2 * step.length) + arb("1e-15"))


def test_a_box_of_starts_is_carried_whole_and_grows_no_faster_than_it_must():
    with balls.precision(128):
        arb = balls.flint().arb
        step = taylor.proved_step(Square(), [arb(2, 1e-6)], 1e-20)
        ends = [(2 + e) / (1 - (2 + e) * step.length) for e in (arb("-1e-6"), arb("1e-6"))]
        assert all(step.end()[0].overlaps(x) for x in ends)
        assert float(step.end()[0].rad()) < 1.2 * float((ends[1] - ends[0]).abs_upper()) / 2


def test_several_steps_of_a_rotation_stay_on_the_circle():
    with balls.precision(128):
        arb, state = balls.flint().arb, [balls.ball(1), balls.ball(0)]
        time = arb(0)
        for _ in range(12):
            step = taylor.proved_step(Rotation(), state, 1e-22)
            state, time = step.end(), time + step.length
        assert time > 0.5
        assert state[0].overlaps(time.cos()) and state[1].overlaps(time.sin())
        assert state[0].rad() < 1e-18


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_the_jacobian_is_the_derivative(depth):
    mu, start = [Fraction(1), Fraction(2), Fraction(7, 2)], ["0.4", "0.7", "0.5"]
    with balls.precision(200):
        field = fields.Balanced(mu, [Fraction(a) for a in start], Fraction(1), depth)
        check_jacobian(field, field.start)


def test_the_jacobian_of_the_reduction_is_the_derivative():
    with balls.precision(200):
        layers = [[Fraction(1, 2), Fraction(-1)], [Fraction(2), Fraction(3, 4)]]
        field = fields.Reduction([Fraction(1), Fraction(2)], layers, Fraction(1))
        check_jacobian(field, [balls.ball(Fraction(1, 5)), balls.ball(Fraction(-3, 7))])


def check_jacobian(field, state):
    shift = balls.flint().arb(2) ** -80
    rows = field.jacobian(state)
    for j in range(len(state)):
        up, down = (
            [x + sign * shift if k == j else x for k, x in enumerate(state)] for sign in (1, -1)
        )
        ends = zip(taylor.slope(field, up), taylor.slope(field, down), strict=True)
        for row, (above, below) in zip(rows, ends, strict=True):
            assert abs((above - below) / (2 * shift) - row[j]) < 1e-20


def test_a_square_root_across_its_cut_is_no_bound():
    with balls.precision(64):
        acb, arb = balls.flint().acb, balls.flint().arb
        assert not balls.root(acb(arb(-1, 0.1), arb(0, 0.1))).is_finite()
        assert balls.root(acb(arb(1, 0.1), arb(0, 0.1))).is_finite()


def test_the_delay_contains_the_program_and_forty_digits():
    mu, theta = [1, 2], [["0.6", "-0.3"], ["0.1", "2"]]
    enclosed = certify.delay("0.8", mu, theta)
    floats = np.array([[float(x) for x in row] for row in theta])
    assert enclosed.outside(*enclosed) == 0 and enclosed.high - enclosed.low < 1e-14
    assert abs(exact.l2_reduction([0.8], mu, floats, 1.0).tau[0] - enclosed.low) < 1e-14
    with mp.workdps(40):
        first, second = ([mp.mpf(x) for x in row] for row in theta)

        def slope(s, tau):
            total = mp.mpf(0)
            for m, a, b in zip(mu, first, second, strict=True):
                for rate, x in ((m, a + b), (-m, a - b)):
                    total += rate**2 * x**2 / 2 * mp.exp(2 * (rate * s - rate**2 * tau))
            return 1 / mp.sqrt(total)

        truth = mp.odefun(slope, 0, mp.mpf(0))(mp.mpf("0.8"))
        assert enclosed.low <= truth <= enclosed.high


def test_thresholds_are_enclosed_on_both_routes():
    low, high = certify.collapse_threshold([1, 2], digits=4)
    assert Fraction(low) < Fraction(theory.collapse_threshold([1, 2])) < Fraction(high)
    mu = [Fraction(1), Fraction(2)]
    for scale, end in ((low, End.COLLAPSES), (high, End.ESCAPES)):
        assert certify.fate([1, 2], scale) is end

        def balanced(a=scale):
            return fields.Balanced(mu, [Fraction(a)] * 2, Fraction(1), 2)

        assert End[runs.with_enough_bits(balanced, runs.end)] is end


def test_a_radius_scales_the_threshold():
    assert certify.collapse_threshold([1, 2], rho="0.5", digits=3).low == "0.260"


def test_fates_of_unbalanced_starts_agree_with_the_program():
    rng = np.random.default_rng(5)
    for _ in range(6):
        mu, theta = np.sort(rng.uniform(0.5, 3, 3)), rng.normal(size=(2, 3)) * 0.5
        name = exact.l2_reduction([1], mu, theta, 1.0).fate.item().name
        assert certify.fate(mu.tolist(), theta.tolist()).name == name


def test_walks_agree_with_the_dominance_law():
    mu, times = [1, 1.2, 1.5, 6], np.linspace(0, 30, 60001)
    index = theory.dominant_coordinate(times, mu, 0.4569, 1.0)
    seen = index[np.flatnonzero(np.diff(index, prepend=-1))].tolist()
    found = certify.walk(["1", "1.2", "1.5", "6"], "0.4569")
    assert seen == list(found.leaders)
    for (low, high), at in zip(found.times, times[np.flatnonzero(np.diff(index))], strict=False):
        assert at - 1e-12 <= high and low <= at + 30 / 60000


def test_a_walk_that_collapses_and_one_from_different_weights():
    assert certify.walk([1, 2], "0.5").leaders == (0,)
    assert certify.walk([1, 2], ["0.5", "1.5"]).leaders == (1,)
    assert certify.walk([1, 2], ["0.9", "0.3"]).leaders == (0, 1)


def test_expressions_are_enclosed():
    x = sp.Symbol("x")
    low, high = certify.enclose(sp.LambertW(x) + sp.sqrt(x) / 3 - x ** sp.Rational(2, 3), x=2)
    with mp.workdps(30):
        truth = mp.lambertw(2) + mp.sqrt(2) / 3 - mp.mpf(2) ** (mp.mpf(2) / 3)
    assert low <= truth <= high and high - low < 1e-14
    assert certify.enclose(x, x="0.1").low < Fraction(1, 10) < certify.enclose(x, x="0.1").high


def test_an_interval_tells_how_far_it_is_off():
    inside = certify.Enclosure(0.2, 0.3)
    assert inside.outside(0, 1) == 0 and inside.gap(0, 0.25) == 0
    assert inside.outside(0.25, 1) == pytest.approx(0.05) and inside.gap(0.5, 1) == 0.2


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: certify.fate([1, -2], 1), "mu"),
        (lambda: certify.fate([1, 2], [1, 2, 3]), "theta"),
        (lambda: certify.fate([1, 2], "x"), "theta"),
        (lambda: certify.fate([1, 2], float("nan")), "theta"),
        (lambda: certify.fate([1, 2], 1, depth=3), "depth"),
        (lambda: certify.fate([1, 2], 1, rho=0), "rho"),
        (lambda: certify.walk([1, 1], 1), "mu"),
        (lambda: certify.walk([1, 2], -1), "alpha"),
        (lambda: certify.delay(-1, [1, 2], 1), "time"),
        (lambda: certify.delay(1, [1, 2], 0), "theta"),
        (lambda: certify.enclose(sp.Symbol("x")), "values"),
        (lambda: certify.enclose(sp.gamma(sp.Symbol("x")), x=1), "expression"),
        (lambda: certify.enclose(sp.log(sp.Symbol("x")), x=0), "values"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_what_cannot_be_told_is_an_error(monkeypatch):
    monkeypatch.setattr(runs, "MOST_STEPS", 3)
    with pytest.raises(ArithmeticError, match="not sure after 3 steps"):
        certify.fate([1, 2], "0.52")


def test_nothing_changes_the_precision_of_others():
    context = balls.flint().ctx
    before = context.prec, context.cap
    certify.fate([1, 2], "0.7")
    assert (context.prec, context.cap) == before
