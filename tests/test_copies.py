"""No formula is typed a second time, in Python or in JavaScript."""

import ast
import itertools
import math
import operator
import re
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from pygments.lexers import JavascriptLexer
from pygments.token import Comment, String

from sam_lib import closed_form, formulas, special
from sam_lib.codegen import TARGETS

ROOT = Path(__file__).parents[1]
# Chapters are left out: their checks write a formula a second time on purpose, as another route.
# A simulation knows no formula, so it may and must compute its own way: see test_rooms.py.
SIMULATE = re.compile(
    r"(_descent|descent|flows|ascent|network|run)\.py|_flow/.*|.*/maths/descent\.js"
)
SOURCES = [
    path
    for place in ("sam_lib", "extensions")
    for path in sorted((ROOT / place).rglob("*.*"))
    if path.suffix in (".py", ".js")
    and path not in TARGETS.values()
    and path.name != "closed_form.py"
    and not SIMULATE.fullmatch(path.relative_to(ROOT / place).as_posix())
]

# An expression of the source gets the value that it has when its operands, in the order in which
# they appear, are these numbers. A formula that has this value for some order of its arguments is
# the same formula, however it is written and whatever its operands are called.
# Two lists, since a logarithm or a root may not exist at the numbers of one.
SPOTS = ((0.7312, 1.1937, 0.4127, 1.6203, 0.9451), (1.0451, 0.3127, 0.9312, 1.4203, 0.6937))
FUNCTIONS = {
    name: getattr(math, name)
    for name in ("exp", "log", "sqrt", "expm1", "log1p", "pow", "sinh", "cosh", "tanh", "atan")
} | {"abs": abs, "log_omega": lambda x: float(special.log_omega(x))}
BLIND = (sp.Sum, sp.Piecewise, sp.sign, sp.Max)  # sums, and what has branches, is not looked up
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def rounded(value: float) -> float:
    return float(f"{value:.10e}")


def plain(expr: sp.Expr) -> bool:
    """Too little to call it a formula: a / b, a + b c, n / (2 r)."""
    if expr.atoms(sp.Function) or expr.has(sp.sqrt(2)):
        return False
    numbers = expr.atoms(sp.Number) - {sp.Integer(-1), sp.Integer(1)}
    return sp.count_ops(expr) < (3 if numbers else 4)


def fingerprints() -> dict[float, str]:
    """Values of all formulas that have no sum, by every order of the arguments."""
    found = {}
    for name, formula in closed_form.FORMULAS.items():
        count = len(formula.args)
        if formula.expr.has(*BLIND) or count > len(SPOTS[0]) or plain(formula.expr):
            continue
        for values in (p for spots in SPOTS for p in itertools.permutations(spots[:count])):
            with np.errstate(all="ignore"):
                value = getattr(formulas, name)(*np.array(values))
            if math.isfinite(value) and value != 0:
                found.setdefault(rounded(value), name)
    return found


KNOWN = fingerprints()


class Reading(ast.NodeVisitor):
    """Looks up every arithmetic expression of a syntax tree."""

    def __init__(self):
        self.found: list[tuple[str, str]] = []

    def visit_BinOp(self, node):
        self.look_up(node)

    def visit_UnaryOp(self, node):
        self.look_up(node)

    def visit_Call(self, node):
        self.look_up(node)

    def look_up(self, node):
        for spots in SPOTS:
            names: dict[str, float] = {}
            try:
                value = self.value(node, names, spots)
            except (ArithmeticError, ValueError, TypeError, KeyError):
                continue
            if isinstance(value, float) and names and rounded(value) in KNOWN:
                self.found.append((KNOWN[rounded(value)], ast.unparse(node)))
        self.generic_visit(node)

    def value(self, node, names, spots) -> float:
        """The value of an expression, whose operands are numbered in ``names``."""
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.value(node.operand, names, spots)
        if isinstance(node, ast.BinOp):
            left, right = (self.value(x, names, spots) for x in (node.left, node.right))
            return float(OPERATIONS[type(node.op)](left, right))
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in FUNCTIONS:
                return FUNCTIONS[called](*(self.value(x, names, spots) for x in node.args))
        operand = ast.unparse(node)
        if operand not in names:
            names[operand] = spots[len(names)] if len(names) < len(spots) else math.nan
        return names[operand]


def copies_in_python(source: str) -> list[tuple[str, str]]:
    reading = Reading()
    reading.visit(ast.parse(source))
    return reading.found


BREAKS = re.compile(r"^(=>|[?:;,={}<>!|&]+|return|const|let|\.\.\.|[-+*/]=)$")
MARK = "\0"  # where an expression may begin
OPEN, CLOSE = {"(", "[", "${", "{"}, {")", "]", "}"}


def pieces(source: str) -> list[str]:
    """The stretches of a JavaScript source between separators, those within brackets as well."""
    found, stack = [], [[]]

    def finish():
        found.append(" ".join(stack[-1]))
        stack[-1] = []

    for kind, text in JavascriptLexer().get_tokens(source):
        text = text.strip()
        if not text or kind in Comment:
            continue
        if text in OPEN:
            stack.append([])
        elif text in CLOSE and len(stack) > 1:
            inner = " ".join(stack[-1]).replace(MARK, "")
            finish()
            stack.pop()
            stack[-1].append(f"[{inner}]" if text == "]" else f"({inner})")
        elif BREAKS.match(text):
            # What stands before stays a part of the whole; alone it may be an expression.
            whole = len(stack) > 1
            found.append(" ".join(stack[-1]).rpartition(MARK)[2])
            stack[-1] = [*stack[-1], text, MARK] if whole else []
        else:
            stack[-1].append("text" if kind in String else text)
    for level in stack:
        found.append(" ".join(level).rpartition(MARK)[2])
    return found


def copies_in_javascript(source: str) -> list[tuple[str, str]]:
    reading = Reading()
    for piece in pieces(source):
        try:
            reading.visit(ast.parse(piece.rpartition(MARK)[2].strip(), mode="eval"))
        except SyntaxError:
            continue  # not an arithmetic expression
    return reading.found


def copies(path: Path) -> list[tuple[str, str]]:
    """Expressions of a file that are formulas: [(formula, expression), ...]."""
    find = {".py": copies_in_python, ".js": copies_in_javascript}[path.suffix]
    return list(dict.fromkeys(find(path.read_text("utf-8"))))


def body(target: str, name: str) -> str:
    """What the generated function returns."""
    text = TARGETS[target].read_text("utf-8")
    return re.search(rf"\b{name}\(.*?return (.*?);?$", text, re.DOTALL | re.MULTILINE)[1]


# Compiled loops cannot call the formulas' array functions; `series` steps through powers of n.
ALLOWED = {("series.py", "clock_rate"), ("series.py", "l2_log_gain")}


def test_no_formula_is_typed_a_second_time():
    found = [
        f"{path.relative_to(ROOT)}: {text} is {name}"
        for path in SOURCES
        for name, text in copies(path)
        if (path.name, name) not in ALLOWED
    ]
    assert found == []


@pytest.mark.parametrize(
    ("copy", "name"),
    [
        ("y = f(1 + np.exp(m), 2)", "clock_rate"),
        ("beta = (a * a - b[0] ** 2) / 4", "l2_beta"),
        ("v = size * (n - size * r) / n", "growth_rate"),
        ("stay = -np.log(np.abs(a / c - 1)) / m[0]", "plateau_stay"),
        ("m = c + log_omega(k**2 * t + u + np.exp(u - c) - c)", "depth_one_margin"),
        ("p = np.log1p(np.exp(-m * r**2 / 2))", "plateau_loss"),
        ("f = z * (1 - r * z / n) ** (depth - 1)", "score_rate"),
        ("w = m * (w - r) ** (depth - 1)", "linf_velocity"),
        ("x = np.log(n / guard - 1)", "guard_margin"),
    ],
)
def test_a_planted_copy_is_found_in_python(copy, name):
    assert name in dict(copies_in_python(f"def planted(x):\n    {copy}\n"))


@pytest.mark.parametrize(
    ("copy", "name"),
    [
        ("view.say(`runs ${fmt(1 + Math.exp(moment.margin))} times as fast`);", "clock_rate"),
        ("view.values([...p.map((v, j) => [`$b$`, (v * v - q[j] * q[j]) / 4])]);", "l2_beta"),
        ("const f = (n) => (n > 0 ? mu[j] * (1 - (mu[j] * rho) / n) : 0);", "growth_rate"),
    ],
)
def test_a_planted_copy_is_found_in_javascript(copy, name):
    assert name in dict(copies_in_javascript(f"export function planted() {{\n  {copy}\n}}\n"))


def test_copies_of_most_formulas_would_be_found():
    """What is generated, planted elsewhere; the rest are sums, branches and products."""
    known = set(KNOWN.values())
    python = {n for n in known if n in dict(copies_in_python(f"x = {body('numpy', n)}"))}
    browser = {n for n in known if n in dict(copies_in_javascript(f"x = {body('javascript', n)};"))}
    assert len(python) >= 15 and len(browser) >= 15
