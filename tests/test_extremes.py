"""Features, weights and radii from 1e-300 to 1e300: an answer or the library's own error.

Under a caller's ``np.errstate(all="raise")`` and with warnings as errors; and what is only a change
of units gives the same numbers.
"""

from itertools import product

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import exact, theory

SIZES = [5e-324, 1e-170, 1.0, 1e160, 1e300]
WEIGHTS = [1e-170, 0.7, 1e160]
METHODS = [sam.GD()]
METHODS += [sam.SAM(rho, p) for rho in (1e-170, 1.0, 1e160) for p in (1, 1.5, 2, np.inf)]
pytestmark = pytest.mark.filterwarnings("error")


def answer(function, *arguments, **more):
    """The numbers of an answer, or the first word of the error: the argument."""
    try:
        with np.errstate(all="raise"):
            found = function(*arguments, **more)
    except ValueError as error:
        assert " must " in str(error)
        return str(error).split()[0]
    parts = (found.theta, found.loss) if isinstance(found, sam.Run) else (found,)
    assert not any(np.any(np.isnan(part)) for part in parts), arguments
    return found


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_model_and_its_steps(depth):
    answers = 0
    for size, weight, rows in product(SIZES, WEIGHTS, ([[1, 2]], [[1, 2], [2, -1]])):
        data = sam.Dataset(np.array(rows) * size, np.ones(len(rows)))
        theta = sam.balanced(np.array([1.0, 0.7]) * weight, depth)
        for function in (sam.margins, sam.loss, sam.log_loss, sam.gradient):
            answers += not isinstance(answer(function, theta, data), str)
        for method in METHODS:
            answers += not isinstance(answer(sam.perturbation, theta, data, method), str)
            answers += not isinstance(answer(sam.descend, theta, data, method, 0.1, 10), str)
    assert answers > 500


@pytest.mark.parametrize(("depth", "clock"), [(2, "original"), (3, "rescaled")])
def test_flows(depth, clock):
    answers = 0
    for size, weight in product(SIZES, WEIGHTS):
        theta, data = sam.balanced(np.array([1.0, 0.7]) * weight, depth), [size, 2 * size]
        for method in (sam.GD(), sam.SAM(1.0), sam.SAM(1e-170, np.inf), sam.SAM(1e160)):
            arguments = theta, sam.single_example(np.array(data)), method, [0, 0.1], clock
            answers += not isinstance(answer(sam.flow, *arguments, rtol=1e-3, atol=1e-3), str)
    assert answers > 20


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_clocks_of_closed_forms(depth):
    answers = 0
    for size, weight, method in product(SIZES, WEIGHTS, METHODS):
        if method.p in (2, np.inf) and (depth < 3 or method.p == np.inf):
            times = np.array([0, 0.5, 3]) / max(size, 1e-300)
            mu, alpha = np.array([1.0, 2.0]) * size, np.array([1.0, 0.7]) * weight
            given = times, mu, alpha, method.rho, depth, method.p
            answers += not isinstance(answer(exact.original_time, *given, log=True), str)
            if method.p == np.inf:
                answers += not isinstance(answer(exact.linf_flow, *given[:-1]), str)
    assert answers > 50


def test_a_step_that_is_refused_without_end_is_given_up():
    """At 1e160 the integrator used to halve one step for minutes; small steps take over."""
    start, data = sam.balanced([1e-170, 0.7e-170], 3), sam.single_example([1e160, 2e160])
    run = sam.flow(start, data, sam.SAM(1.0), [0, 0.1], "original", rtol=1e-3, atol=1e-3)
    assert run.approximate and np.all(np.isfinite(run.theta))


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("p", [2, np.inf])
@pytest.mark.parametrize("exponent", [-800, 800])
def test_units_change_nothing(depth, p, exponent):
    """Features times c, weights and radius by c^(1/L): margins stay, time is c^(-2/L) of it."""
    if depth == 4 and p == 2:
        pytest.skip("no closed form")
    exponent /= 2 if depth == 1 else 1
    weight, time = 2.0 ** (-exponent / depth), 2.0 ** (-2 * exponent / depth)
    mu, alpha, s = np.array([0.7, 1.6]), np.array([[1.3, 0.4], [0.3, 0.2]]), np.array([0, 0.3, 0.9])
    plain = exact.original_time(s, mu, alpha, 1.0, depth, p)
    found = exact.original_time(s * time, mu * 2.0**exponent, alpha * weight, weight, depth, p)
    np.testing.assert_allclose(found / time, plain, rtol=1e-12)


@pytest.mark.parametrize("unit", [1e-300, 1e-170, 1e160, 1e300])
def test_thresholds_have_no_unit_of_features(unit):
    for threshold in (theory.collapse_threshold, theory.major_threshold, theory.rewind_threshold):
        with np.errstate(all="raise"):
            for rho in (1e-170, 1.0, 1e160):
                found = threshold(np.array([1.0, 2.0]) * unit, rho)
                assert found == pytest.approx(rho * threshold([1.0, 2.0]), rel=1e-9)
