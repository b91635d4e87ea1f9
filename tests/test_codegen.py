"""The generated code is what the formulas say: not stale, and equal to them in 40 digits."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from places import span

from sam_lib import closed_form, codegen, formulas


def draw(rng, name):
    if name == "depth":
        return int(rng.integers(2, 7))
    return float(rng.uniform(*span(name)))


def test_generated_files_are_not_stale():
    for path, text in codegen.generate().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name}: run python -m sam_lib.codegen"
        )


def test_check_reports_a_stale_file(monkeypatch, tmp_path, capsys):
    stale = tmp_path / "formulas.js"
    stale.write_text("// edited by hand\n")
    monkeypatch.setitem(codegen.TARGETS, "javascript", stale)
    assert codegen.main(["--check"]) == 1
    assert "formulas.js" in capsys.readouterr().out


def test_a_changed_exponent_makes_the_generated_file_stale(monkeypatch):
    formula = closed_form.FORMULAS["linf_score"]
    changed = closed_form.mu * (closed_form.alpha - closed_form.rho) ** (closed_form.depth - 1)
    monkeypatch.setitem(
        closed_form.FORMULAS,
        "linf_score",
        closed_form.Formula(formula.name, formula.args, changed, formula.doc, "", ""),
    )
    assert codegen.main(["--check"]) == 1


def zero_exists(values):
    """A coordinate reaches 0 only from below the gate and at even depth."""
    return values["alpha"] < values["rho"] and values.get("depth", 4) in (4, 6)


def scalar_formulas():
    return [
        f
        for f in closed_form.FORMULAS.values()
        if not any(isinstance(a, sp.IndexedBase) for a in f.args)
    ]


@pytest.mark.parametrize("formula", scalar_formulas(), ids=lambda f: f.name)
def test_code_equals_the_readable_form_in_40_digits(formula):
    """The readable expression in 40 digits, by substitution, against the generated function."""
    rng = np.random.default_rng(7)
    names = [codegen.argument_name(a) for a in formula.args]
    reference = sp.lambdify(formula.args, formula.expr, "mpmath")
    compared = 0
    with mp.workdps(40):
        for _ in range(300):
            values = [draw(rng, name) for name in names]
            if "linf_zero_time_" in formula.name and not zero_exists(
                dict(zip(names, values, strict=True))
            ):
                continue
            try:
                expected = reference(*(v if isinstance(v, int) else mp.mpf(v) for v in values))
            except ZeroDivisionError:
                continue  # a formula for depth 3 or more, met at depth 2
            if isinstance(expected, mp.mpc):
                continue  # past a blow-up: the branch does not apply
            got = float(formula(*values))
            scale = max(abs(float(expected)), 1e-3)
            assert got == expected or abs(got - expected) <= 1e-12 * scale, (formula.name, values)
            compared += 1
    assert compared >= 40


@pytest.mark.parametrize("d", [1, 2, 7])
def test_sums_run_over_the_last_axis_and_batch(d):
    rng = np.random.default_rng(d)
    mu, p, q = rng.uniform(0.2, 2, d), rng.normal(size=(5, 3, d)), rng.normal(size=(5, 3, d))
    n = formulas.l2_norm(mu, p, q)
    assert n.shape == (5, 3)
    np.testing.assert_allclose(
        n[2, 1], np.sqrt(0.5 * np.sum(mu**2 * (p**2 + q**2)[2, 1])), rtol=1e-14
    )
    rewind = formulas.rewind_scale(mu, 0.7)
    expected = 0.7 * np.sum(mu**4) / (np.sqrt(2) * np.linalg.norm(mu) * np.sum(mu**3))
    np.testing.assert_allclose(rewind, expected, rtol=1e-14)


def test_a_formula_refuses_unknown_symbols_and_wrong_calls():
    with pytest.raises(ValueError, match="not among its arguments"):
        closed_form._formula("broken", (closed_form.s,), sp.Symbol("zzz"), "", "", "")
    assert "broken" not in closed_form.FORMULAS
    with pytest.raises(ValueError, match="growth_top"):
        closed_form.growth_top(1.0)


def test_piecewise_without_a_last_branch_is_refused():
    half = sp.Piecewise((1, closed_form.s > 0))
    for printer in (codegen._NumPy(), codegen._JavaScript()):
        with pytest.raises(ValueError, match="always true"):
            printer.doprint(half)


def test_formulas_are_typeset_in_the_letters_of_the_text():
    assert r"\xi" in closed_form.score_rate.latex and " z" not in closed_form.score_rate.latex
    assert r"\omega" in closed_form.adaptive_share.latex
