"""From the formulas of ``closed_form`` to NumPy and JavaScript source, by generation.

python -m sam_lib.codegen            write formulas.py and live/js/maths/formulas.js
python -m sam_lib.codegen --check    fail if either file is not what would be written
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.numpy import NumPyPrinter

from sam_lib import closed_form

HERE = Path(__file__).parent
TARGETS = {
    "numpy": HERE / "formulas.py",
    "javascript": HERE / "live" / "js" / "maths" / "formulas.js",
}

# Python and JavaScript names of the arguments, where the symbol's own name will not do.
ARGUMENT_NAMES = {
    "L": "depth",
    "w_0": "w0",
    "u_0": "u0",
    "p_0": "p0",
    "q_0": "q0",
    "c": "shift",
    "M": "mu_norm",
    "m": "margin",
    "s_0": "s_zero",
    "S": "s_blow_up",
    "T": "log_time",
    "x": "share",
    "r": "level",
    "G": "norm",
    "I": "toll",
    "c_0": "scale",
    "h": "tilt",
}


def argument_name(symbol) -> str:
    """The name under which generated code takes ``symbol``."""
    name = str(symbol.label if isinstance(symbol, sp.IndexedBase) else symbol)
    return ARGUMENT_NAMES.get(name, name)


class _Shared:
    """What both languages print alike."""

    def _print_Piecewise(self, expr):
        *branches, (last, condition) = expr.args
        if condition != sp.true:
            raise ValueError(f"a Piecewise needs a last branch that is always true: {expr}")
        code = self._print(last)
        for value, condition in reversed(branches):
            code = self._choice(self._print(condition), self._print(value), code)
        return code

    def _print_log_omega(self, expr):
        return f"log_omega({self._print(expr.args[0])})"


class _NumPy(_Shared, NumPyPrinter):
    """Sums run over the last axis; scalars inside a sum are given that axis."""

    _inside_sum = False

    def _print_Symbol(self, expr):
        name = argument_name(expr)
        return f"np.asarray({name})[..., None]" if self._inside_sum else name

    def _print_Indexed(self, expr):
        return argument_name(expr.base)

    def _print_Sum(self, expr):
        self._inside_sum, before = True, self._inside_sum
        body = self._print(expr.function)
        self._inside_sum = before
        return f"np.sum({body}, axis=-1)"

    def _choice(self, condition, value, otherwise):
        return f"np.where({condition}, {value}, {otherwise})"

    def _print_And(self, expr):
        return "(" + " & ".join(f"({self._print(a)})" for a in expr.args) + ")"

    def _print_Relational(self, expr):
        operator = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}[expr.rel_op]
        return f"({self._print(expr.lhs)} {operator} {self._print(expr.rhs)})"

    def _print_Infinity(self, expr):
        return "np.inf"

    def _print_Pow(self, expr, rational=False):
        if expr.exp == -1:
            return f"1/{self.parenthesize(expr.base, sp.printing.precedence.PRECEDENCE['Pow'])}"
        return super()._print_Pow(expr, rational=rational)


class _JavaScript(_Shared, JavascriptCodePrinter):
    """Sums become loops over the length of their first array."""

    def _print_Symbol(self, expr):
        return argument_name(expr)

    def _print_Idx(self, expr):
        return str(expr.label)

    def _print_Indexed(self, expr):
        return f"{argument_name(expr.base)}[{self._print(expr.indices[0])}]"

    def _print_Sum(self, expr):
        (index, *_), body = expr.limits[0], expr.function
        arrays = sorted({argument_name(a.base) for a in body.atoms(sp.Indexed)})
        return f"sum({arrays[0]}.length, ({index.label}) => {self._print(body)})"

    def _choice(self, condition, value, otherwise):
        return f"({condition} ? {value} : {otherwise})"

    def _print_And(self, expr):
        return "(" + " && ".join(self._print(a) for a in expr.args) + ")"

    def _print_Relational(self, expr):
        operator = {"==": "===", "!=": "!=="}.get(expr.rel_op, expr.rel_op)
        return f"({self._print(expr.lhs)} {operator} {self._print(expr.rhs)})"

    def _print_Mod(self, expr):
        left, right = expr.args
        return f"(({self._print(left)}) % ({self._print(right)}))"

    def _print_expm1(self, expr):
        return f"Math.expm1({self._print(expr.args[0])})"

    def _print_log1p(self, expr):
        return f"Math.log1p({self._print(expr.args[0])})"

    def _print_Infinity(self, expr):
        return "Infinity"


NUMPY_HEAD = '''"""Written by ``python -m sam_lib.codegen`` from ``closed_form.py``. Do not edit."""

import numpy as np

from sam_lib.special import log_omega  # noqa: F401
'''

JAVASCRIPT_HEAD = """// Written by `python -m sam_lib.codegen` from closed_form.py. Do not edit.
import { log_omega, sum } from "./special.js";
"""


def numpy_function(formula: closed_form.Formula) -> str:
    """Source of the NumPy function of one formula.

    Where a formula has branches, NumPy evaluates all of them; what the branches not taken give is
    discarded, and so are their warnings.
    """
    names = ", ".join(argument_name(a) for a in formula.args)
    body = _NumPy({"fully_qualified_modules": False}).doprint(formula.code)
    body = body.replace("numpy.", "np.")
    for function in ("sqrt", "exp", "log", "sinh", "expm1", "log1p", "abs", "mod", "sign"):
        body = _qualify(body, function)
    returned = f"    return {body}"
    if formula.code.has(sp.Piecewise):
        returned = f'    with np.errstate(all="ignore"):\n        return {body}'
    head = f'def {formula.name}({names}):\n    """{formula.doc} [{formula.source}]"""'
    return f"\n\n{head}\n{returned}\n"


def _qualify(code: str, function: str) -> str:
    return re.sub(rf"(?<![\w.]){function}\(", f"np.{function}(", code)


def javascript_function(formula: closed_form.Formula) -> str:
    """Source of the JavaScript function of one formula."""
    names = ", ".join(argument_name(a) for a in formula.args)
    body = _JavaScript().doprint(formula.code)
    return (
        f"\n// {formula.doc} [{formula.source}]\n"
        f"export function {formula.name}({names}) {{\n  return {body};\n}}\n"
    )


def generate() -> dict[Path, str]:
    """The text of every generated file, by path."""
    formulas = closed_form.FORMULAS.values()
    return {
        TARGETS["numpy"]: NUMPY_HEAD + "".join(map(numpy_function, formulas)),
        TARGETS["javascript"]: JAVASCRIPT_HEAD + "".join(map(javascript_function, formulas)),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    stale = []
    for path, text in generate().items():
        if options.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
        else:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path} is not what closed_form.py gives: run `python -m sam_lib.codegen`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
