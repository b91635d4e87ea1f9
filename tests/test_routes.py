"""Every pair of routes that must agree, on one shared list of problems.

A route answers: where are the parameters at these times of this clock? A new route joins by one
line of ``ROUTES``. Small steps come last: their error must fall in proportion to the step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from problems import INF, PROBLEMS, gated
from scipy.optimize import brentq

import sam_lib as sam
from sam_lib import exact

CLOCKS = ("rescaled", "normalized", "original")


def is_dial(problem):
    return isinstance(problem.method, sam.MarginSAM)


def has_formula(problem):
    p, method = problem.method.p, problem.method
    if is_dial(problem):
        return False
    if problem.data.n > 1 or not method.normalized or p not in (2, INF):
        return False
    if problem.depth == 1:
        return method.rho > 0
    return method.rho == 0 or problem.depth == 2 or (p == INF and problem.balanced)


def closed_form(problem, times):
    """Rescaled clock."""
    mu, rho = problem.data.Z[0], problem.method.rho
    if problem.balanced and (problem.method.p == INF or problem.depth != 2 or rho == 0):
        w = exact.linf_flow(times, mu, problem.theta[0], rho, problem.depth)
        return np.repeat(w[:, None], problem.depth, axis=1)
    if problem.method.p == INF:
        return exact.linf_flow_depth_two(times, mu, problem.theta, rho)
    return exact.l2_flow(times, mu, problem.theta, rho)


def original_time(problem, times):
    """Original times at rescaled ``times``."""
    rho, p = problem.method.rho, problem.method.p if problem.method.rho else INF
    args = (times, problem.data.Z[0])
    if problem.balanced:
        return exact.original_time(*args, problem.theta[0], rho, problem.depth, p)
    return exact.original_time(*args, rho=rho, p=p, theta=problem.theta)


def formula(problem, times, clock):
    if clock == "original":
        reach = [0.0, problem.time * (1 + 1e-9)]

        def late(s, t):
            return original_time(problem, np.array([0.0, s]))[1] - t

        times = [brentq(late, *reach, args=(t,), xtol=1e-14, rtol=1e-14) if t else 0 for t in times]
    return closed_form(problem, np.array(times))


def dial_formula(problem, times, clock):
    return exact.margin_flow(times, problem.data.Z[0], problem.theta, problem.method.kappa)


def radius_that_follows(problem, times, clock):
    """The same as l_2-SAM whose radius is renewed on short pieces, extrapolated to none."""
    mu, kappa = problem.data.Z[0], problem.method.kappa
    ends = []
    for pieces in (100, 200, 400):
        starts = np.linspace(0, problem.time, pieces, endpoint=False)
        middle = starts + problem.time / pieces / 2
        radii = exact.schedule_radius(
            middle, kappa * middle, np.full(pieces, kappa), mu, problem.theta
        )
        delays = exact.schedule_delay(times, starts, radii, mu, problem.theta)
        ends.append(exact.scheduled_flow(times, delays, mu, problem.theta))
    first, second = (4 * ends[1] - ends[0]) / 3, (4 * ends[2] - ends[1]) / 3
    return (16 * second - first) / 15


def unbalanced_formula(problem, times, clock):
    """The code for any two layers, from layers that happen to be equal."""
    mu, rho = problem.data.Z[0], problem.method.rho
    if clock == "original":
        both = [original_time(problem, problem.times)]
        both.append(exact.original_time(problem.times, mu, rho=rho, theta=problem.theta))
        np.testing.assert_allclose(*both, rtol=1e-11)
        return formula(problem, times, clock)
    return exact.linf_flow_depth_two(times, mu, problem.theta, rho)


def flow(problem, times, clock, data=None, theta=None):
    data = problem.data if data is None else data
    theta = problem.theta if theta is None else theta
    return sam.flow(theta, data, problem.method, times, clock).theta


def listed_twice(problem, times, clock):
    Z = np.vstack([problem.data.Z, problem.data.Z])
    clock = "normalized" if clock == "rescaled" else clock
    return flow(problem, times, clock, sam.Dataset(Z, np.ones(len(Z))))


def in_a_batch(problem, times, clock):
    return flow(problem, times, clock, theta=np.stack([0.9 * problem.theta, problem.theta]))[:, 1]


def through_the_other_clock(problem, times, clock):
    """Original time, from the rescaled flow and the exact relation of the clocks."""
    if clock == "original":
        return flow(problem, problem.times, "rescaled")
    return flow(problem, original_time(problem, times), "original")


@dataclass(frozen=True)
class Route:
    name: str
    run: Callable
    applies: Callable = lambda problem, clock: True


ROUTES = [
    Route("closed form", formula, lambda q, clock: has_formula(q)),
    Route("closed form for any two layers", unbalanced_formula, lambda q, clock: (
        has_formula(q) and q.balanced and q.depth == 2 and q.method.p == INF)),
    Route("closed form of the dial", dial_formula, lambda q, clock: (
        is_dial(q) and q.data.n == 1 and q.depth == 2 and clock != "original")),
    Route("a radius that follows the norm", radius_that_follows, lambda q, clock: (
        is_dial(q) and q.data.n == 1 and q.depth == 2 and clock != "original"
        and q.method.kappa < 1)),
    Route("flow", flow),
    Route("flow, examples listed twice", listed_twice, lambda q, clock: not q.method.per_example),
    Route("flow, in a batch", in_a_batch),
    Route("flow, through the other clock", through_the_other_clock, lambda q, clock: (
        has_formula(q))),
]  # fmt: skip


def times_of(problem, clock):
    """The same moments in every clock, if they are known; for several examples the same numbers."""
    if clock == "original" and has_formula(problem):
        return original_time(problem, problem.times)
    return problem.times


def clocks(problem):
    return [clock for clock in CLOCKS if problem.data.n == 1 or clock != "rescaled"]


CASES = [(problem, clock) for problem in PROBLEMS for clock in clocks(problem)]


@pytest.mark.parametrize(("problem", "clock"), CASES, ids=str)
def test_all_routes_agree(problem, clock):
    times = times_of(problem, clock)
    found = {r.name: r.run(problem, times, clock) for r in ROUTES if r.applies(problem, clock)}
    assert len(found) >= 2
    for (one, a), (other, b) in combinations(found.items(), 2):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8, err_msg=f"{one} and {other}")


def small_steps(problem, times, clock, steps):
    clock = "original" if clock == "original" else "normalized"
    run = sam.descend(
        problem.theta, problem.data, problem.method, times[-1] / steps, steps, [steps], clock
    )
    return run.theta[-1]


def assert_first_order(problem, clock, counts=(1000, 4000, 16000), phases=(0, 1, 2, 3, 5, 8)):
    """Errors fall like the step; what is held at 0 chatters within a few steps.

    Where a parameter passes 0 the error depends on the phase of the step at which it does, so the
    largest one of several nearby counts stands for all.
    """
    times = times_of(problem, clock)[[0, -1]]
    end = flow(problem, times, clock)[-1]
    errors = []
    for count in counts:
        ends = [small_steps(problem, times, clock, count + phase) for phase in phases]
        gaps = np.max(np.abs(np.array(ends) - end), axis=0)
        assert np.max(gaps[end == 0], initial=0.0) <= 20 * times[-1] / count
        errors.append(np.max(gaps[end != 0], initial=0.0))
    if max(errors) > 1e-9:  # some are exact
        order = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
        assert order > 0.8 and errors[-1] < 2e-3 * (1 + np.max(np.abs(end))), errors


@pytest.mark.parametrize(("problem", "clock"), CASES, ids=str)
def test_small_steps_converge_to_the_flow(problem, clock):
    assert_first_order(problem, clock)


@pytest.mark.parametrize("depth", [2, 4, 6])
@pytest.mark.parametrize("seed", range(4))
def test_the_original_clock_of_stopped_coordinates(seed, depth):
    """What stood here before counted them with 0: the clock was too fast."""
    problem = gated(seed, depth)
    assert np.any(closed_form(problem, problem.times)[-1] == 0)
    assert_first_order(problem, "original")
    times = times_of(problem, "original")
    np.testing.assert_allclose(
        flow(problem, times, "original"), listed_twice(problem, times, "original"), atol=1e-8
    )


def test_no_clock_is_invented_where_steps_have_none():
    """Two layers held at once, or unequal layers at rest: it depends on the phases of the steps."""
    for theta, end in (
        ([[1.5, 0.9, 0.8], [1.5, 0.2, 0.3]], 0.580523),
        ([[1.2, 0.9], [1.2, 0.2]], 1.0),
    ):
        mu = [0.5, 1.0, 1.3][: len(theta[0])]
        begin = 0.972247 if len(mu) == 2 else end
        before = exact.original_time([0, 0.99 * begin], mu, rho=1.0, theta=theta)
        with pytest.raises(ValueError, match="times must be up to"):
            exact.original_time([0, 1.01 * begin], mu, rho=1.0, theta=theta)
        late = sam.flow(
            theta, sam.single_example(mu), sam.SAM(1.0, INF), [before[1], 4], "original"
        )
        early = sam.flow(theta, sam.single_example(mu), sam.SAM(1.0, INF), [before[1]], "original")
        assert late.approximate and not early.approximate


def test_a_start_at_zero_adds_nothing_to_the_clock():
    with_zero = exact.original_time([0.5], [0.7, 1.6], [1.3, 0.0], 1.0, 2)
    np.testing.assert_allclose(with_zero, exact.original_time([0.5], [0.7], [1.3], 1.0, 2))
