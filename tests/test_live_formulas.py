"""The browser's formulas give what NumPy's give, to 1e-12, at random places."""

import numpy as np
import pytest
import sympy as sp
from node import javascript, numbers
from places import span

from sam_lib import closed_form, formulas
from sam_lib.codegen import argument_name

POINTS = 2000


def sample(formula, rng):
    """Arguments of a formula at ``POINTS`` random places, arrays over coordinates last."""
    values = {}
    for argument in formula.args:
        name = argument_name(argument)
        if name in ("depth", "k"):
            values[name] = rng.integers(2, 7, POINTS)
        elif isinstance(argument, sp.IndexedBase):
            values[name] = rng.uniform(0.3, 2.0, (POINTS, 4))
        else:
            values[name] = rng.uniform(*span(name), POINTS)
    return values


@pytest.fixture(scope="module")
def browser_side(folder):
    """What maths/formulas.js gives: all formulas at their random places, in one run."""
    rng = np.random.default_rng(20)
    names = tuple(closed_form.FORMULAS)
    places = {name: sample(closed_form.FORMULAS[name], rng) for name in names}
    table = "({" + ",".join(names) + "})"
    expression = (
        f"Object.fromEntries(Object.entries({table}).map(([name, f]) => [name, "
        f"Array.from({{ length: {POINTS} }}, (_, i) => "
        "f(...Object.values(data[name]).map((v) => v[i])))]))"
    )
    return places, javascript("formulas", names, expression, places, folder)


@pytest.mark.parametrize("name", list(closed_form.FORMULAS))
def test_formula(name, browser_side):
    places, results = browser_side
    with np.errstate(all="ignore"):
        expected = getattr(formulas, name)(*places[name].values())
    found = numbers(results[name])
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)
    assert np.isfinite(found).mean() > 0.2


def test_a_changed_exponent_is_noticed(browser_side):
    """The same comparison refuses a neighbor of a formula."""
    places, results = browser_side
    args = dict(places["linf_score"])
    args["depth"] = args["depth"] + 1e-6
    with np.errstate(all="ignore"):
        wrong = formulas.linf_score(*args.values())
    found = numbers(results["linf_score"])
    both = np.isfinite(wrong) & np.isfinite(found)
    assert not np.allclose(found[both], wrong[both], rtol=1e-12, atol=1e-13)
