"""How large residuals are, and what a verdict says of them in words.

The residual of a claim vanishes by algebra or is measured; that of a wrong variant is evaluated at
random points, entry by entry, so that it cannot be refused for want of a simplification.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

POINTS = 5  # where a symbolic wrong variant is evaluated
DIGITS = 120  # what evaluates to less than 10^-(DIGITS / 2) with so many digits is 0
ROUNDING = 1e-9  # where the tolerance is 0, an inexact number has to miss by more than this


@dataclass(frozen=True)
class Variant:
    """A wrong variant that agrees with the claim in some entries, and says in which.

    Parameters
    ----------
    residual : array, list or sympy matrix
        One entry for each case or equation, as in ``check``.
    right : sequence of int, slice or bool array
        The entries in which the variant says what the claim says. There its residual must be
        within the tolerance; in all others it must be refused.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> Variant([0, x], right=[0]).right
    [0]
    """

    residual: object
    right: object


def entries(residual) -> list:
    """The entries of a residual, one after the other: floats and sympy expressions."""
    if isinstance(residual, bool):
        raise ValueError(f"residual: got {residual}, allowed: a number or a sympy expression")
    if hasattr(residual, "free_symbols") and not hasattr(residual, "flat"):
        return [residual]
    if isinstance(residual, list | tuple):
        return [x for part in residual for x in entries(part)]
    values = np.asarray(residual.tolist() if hasattr(residual, "free_symbols") else residual)
    if values.dtype == object:
        return [x for value in values.flat for x in entries(value)]
    return [float(x) for x in np.abs(values).flat]


def distance(entry) -> float:
    """How far an entry of the claim is from 0; an expression is 0 only if it simplifies to 0."""
    if isinstance(entry, float):
        return abs(entry)
    import sympy as sp

    simplified = sp.simplify(entry)
    if simplified == 0:
        return 0.0
    return abs(float(simplified)) if simplified.is_number else math.inf


def at_random_points(entry) -> float:
    """The smallest size of an entry at random points; 0 for what is 0 there, simplified or not.

    >>> import sympy as sp
    >>> x = sp.Symbol("x", positive=True)
    >>> at_random_points(sp.log(x**2 + 1) - 2 * sp.log(sp.sqrt(x**2 + 1)))
    0.0
    """
    if isinstance(entry, float):
        return abs(entry)
    import sympy as sp
    from sympy.core.function import AppliedUndef

    rng = random.Random(1)
    # a function that is not known, and its derivatives, may have any value; the outermost first
    for each in sorted(entry.atoms(sp.Derivative, AppliedUndef), key=lambda e: -sp.count_ops(e)):
        entry = entry.xreplace({each: _draw(each, rng)})
    found = []
    for _ in range(POINTS):
        names = sorted(entry.free_symbols, key=sp.default_sort_key)
        value = entry.xreplace({name: _draw(name, rng) for name in names}).doit()
        value = abs(sp.N(value, 15, maxn=DIGITS))
        if value.is_infinite:
            found.append(math.inf)
        elif value.is_number and value is not sp.nan:
            found.append(0.0 if value < 10.0 ** (-DIGITS / 2) else float(value))
        else:
            found.append(math.nan)
    return math.nan if any(map(math.isnan, found)) else min(found)


def is_exact(entry) -> bool:
    """Whether an entry is an expression without floating-point numbers."""
    if isinstance(entry, float):
        return False
    import sympy as sp

    return not entry.atoms(sp.Float)


def _draw(symbol, rng):
    """A random value that a symbol may have, as an exact fraction."""
    import sympy as sp

    if symbol.is_integer:
        return sp.Integer(rng.choice([k for k in range(2, 9) if _may_be(symbol, k)]))
    value = sp.Rational(rng.randint(200, 1500), 1000)
    sign = -1 if symbol.is_negative or (not symbol.is_nonnegative and rng.random() < 0.5) else 1
    return sign * value


def _may_be(symbol, number: int) -> bool:
    return not (symbol.is_odd and number % 2 == 0) and not (symbol.is_even and number % 2)


def worst(residual) -> float:
    """The largest entry of a claim's residual; nan if there is none."""
    sizes = [distance(entry) for entry in entries(residual)]
    return math.nan if not sizes or any(map(math.isnan, sizes)) else max(sizes)


@dataclass(frozen=True)
class Refusal:
    """How a wrong variant was refused: its smallest residual, and in how many of its entries."""

    residual: float
    wrong: int
    entries: int

    def record(self) -> dict:
        size = "different" if math.isinf(self.residual) else self.residual
        return {"residual": size, "wrong": self.wrong, "entries": self.entries}

    def __str__(self) -> str:
        size = "different" if math.isinf(self.residual) else f"{self.residual:.1e}"
        return size if self.wrong == self.entries else f"{size}, in {self.wrong} of {self.entries}"


def refusal(variant, tolerance: float) -> Refusal | str:
    """Hold a wrong variant to its word: the refusal, or a sentence that says where it passes."""
    right = [] if not isinstance(variant, Variant) else variant.right
    parts = entries(variant.residual if isinstance(variant, Variant) else variant)
    if not parts:
        return "it has no entry"
    sizes = [at_random_points(entry) for entry in parts]
    mask = np.zeros(len(sizes), dtype=bool)
    mask[np.ravel(right) if not isinstance(right, slice | list) else right] = True
    if mask.all():
        return "it is said to be right in every entry"
    for number, (size, is_right) in enumerate(zip(sizes, mask, strict=True)):
        least = 10 * tolerance or (0 if is_exact(parts[number]) else ROUNDING)
        place = f"entry {number} of {len(sizes)}: residual {size:g}"
        if is_right and not size <= tolerance:
            return f"{place}, said to be right, which must be within {tolerance:g}"
        if not is_right and not size > least:
            return f"{place}, which must exceed {least:g}"
    wrong = [size for size, is_right in zip(sizes, mask, strict=True) if not is_right]
    return Refusal(min(wrong), len(wrong), len(sizes))


STRONG = ("symbolic", "certified")  # these prove what they check
NOUNS = {"exhaustive": "case", "random": "random case", "simulation": "run", "experiment": "run"}


def in_words(checks: list[tuple[dict, str]]) -> str:
    """What checks are worth, in words, from pairs of a ``Verdict.record`` and where it is proved.

    >>> in_words([({"kind": "simulation", "instances": 40}, "page")])
    'proved here, 40 runs agree'
    >>> in_words([({"kind": "simulation", "instances": 12}, "none")])
    '12 runs, no proof'
    """
    weak = [(record, proof) for record, proof in checks if record["kind"] not in STRONG]
    if not weak:
        kinds = {record["kind"] for record, _ in checks}
        names = {"symbolic": "algebra", "certified": "interval proof"}
        return " and ".join(names[kind] for kind in STRONG if kind in kinds)
    count = sum(record["instances"] for record, _ in weak)
    nouns = {NOUNS[record["kind"]] for record, _ in weak}
    noun = nouns.pop() if len(nouns) == 1 else "case"
    cases = f"{count} {noun}" + ("" if count == 1 else "s")
    if all(record["kind"] == "exhaustive" for record, _ in weak):
        cases = f"all {cases}"
    proofs = {proof for _, proof in weak}
    if proofs == {"none"} and len(weak) == len(checks):
        return f"{cases}, no proof"
    names = {("page",): "proved here", ("paper",): "proved in the paper"}
    proved = "proved in part" if "none" in proofs else names.get(tuple(proofs), "proved")
    return f"{proved}, {cases} agree" + ("s" if count == 1 else "")
