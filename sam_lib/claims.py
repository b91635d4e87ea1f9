"""A claim, its check, its verdict.

`claims.yml` lists every statement of the book. A chapter calls `check` where a statement stands;
the verdict that it returns is shown in the page and collected into the ledger.
"""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = ("symbolic", "exhaustive", "random", "simulation")  # strongest first


class ClaimFailed(AssertionError):
    """A check did not hold, or did not refuse a wrong variant."""


@dataclass(frozen=True)
class Claim:
    """One entry of `claims.yml`."""

    id: str
    title: str
    origin: str
    statement: str
    settles: str
    paper: str | None = None
    parts: dict[str, str] | None = None
    chapter: str | None = None
    not_checked: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check that held: what was compared, how often, and what was refused."""

    claim: Claim
    part: str | None
    kind: str
    residual: float
    tolerance: float
    instances: int
    rejects: dict[str, float]

    @property
    def anchor(self) -> str:
        """The id of the verdict's place in the page."""
        return "check-" + "-".join(filter(None, (self.claim.id.replace(".", "-"), self.part)))

    def record(self) -> dict:
        """The verdict as plain data, for the ledger."""
        return {
            "id": self.claim.id,
            "part": self.part,
            "kind": self.kind,
            "residual": self.residual,
            "tolerance": self.tolerance,
            "instances": self.instances,
            "rejects": {k: "different" if math.isinf(r) else r for k, r in self.rejects.items()},
            "verdict": "verified",
            "anchor": self.anchor,
        }

    def _subject(self) -> str:
        return self.claim.id + (f" ({self.part})" if self.part else "")

    def __repr__(self) -> str:
        """One line without measured digits, the same on every machine."""
        cases = "" if self.kind == "symbolic" else f", {self.instances} instances"
        size = "difference 0" if self.tolerance == 0 else f"residual below {self.tolerance:g}"
        refused = ", ".join(self.rejects)
        return f"✓ verified: {self._subject()} | {self.kind}{cases} | {size} | refused: {refused}"

    def _repr_html_(self) -> str:
        sentence = (self.claim.parts or {}).get(self.part, self.claim.title)
        facts = {
            "kind": self.kind,
            "residual": "0" if self.residual == 0 else f"{self.residual:.1e}",
            "tolerance": f"{self.tolerance:g}",
            "instances": str(self.instances),
            "wrong variant refused": "; ".join(
                f"{name} ({'different' if math.isinf(r) else f'{r:.1e}'})"
                for name, r in self.rejects.items()
            ),
        }
        rows = "".join(f"<div><dt>{k}</dt><dd>{_html(v)}</dd></div>" for k, v in facts.items())
        data = html.escape(json.dumps(self.record()), quote=True)
        subject = _html(self._subject())
        return (
            f'<div class="verdict verified" id="{self.anchor}" data-claim="{data}">'
            '<p class="verdict-head"><span class="verdict-icon" aria-hidden="true">✓</span> '
            f'<strong>Verified</strong> <span class="verdict-id">{subject}</span></p>'
            f'<p class="verdict-sentence">{_html(sentence)}</p><dl>{rows}</dl></div>'
        )


def _html(text: str) -> str:
    """`text` for a page, with its $...$ marked as math."""
    escaped = html.escape(text)
    return re.sub(
        r"\$([^$]+)\$", r'<span class="math notranslate nohighlight">\\(\1\\)</span>', escaped
    )


def registry_path() -> Path:
    """Where `claims.yml` is: beside the library in a checkout, in the working folder otherwise."""
    beside = Path(__file__).resolve().parent.parent / "claims.yml"
    for path in (beside, Path.cwd() / "claims.yml", Path.cwd().parent / "claims.yml"):
        if path.exists():
            return path
    raise FileNotFoundError("claims.yml: not found beside sam_lib nor in the working folder")


@cache
def registry() -> dict[str, Claim]:
    """Every claim of the book by id, in the order of `claims.yml`.

    >>> registry()["thm-3.2"].origin
    'paper'
    """
    import yaml

    entries = yaml.safe_load(registry_path().read_text(encoding="utf-8"))
    return {key: Claim(id=key, **fields) for key, fields in entries.items()}


def size(residual) -> float:
    """How large a residual is, as one number.

    A sympy expression is simplified first: 0 if it vanishes, inf if it does not. Arrays, lists and
    matrices are as large as their largest entry.

    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> size((x + 1)**2 - x**2 - 2*x - 1), size(x), size(-1e-3), size([0.5, 2])
    (0.0, inf, 0.001, 2.0)
    """
    import numpy as np

    if isinstance(residual, bool):
        raise ValueError(f"residual: got {residual}, allowed: a number or a sympy expression")
    if isinstance(residual, list | tuple):
        return max(map(size, residual), default=math.nan)
    if hasattr(residual, "free_symbols"):
        import sympy as sp

        if isinstance(residual, sp.MatrixBase):
            return max(map(size, list(residual)), default=math.nan)
        simplified = sp.simplify(residual)
        if simplified == 0:
            return 0.0
        return abs(float(simplified)) if simplified.is_number else math.inf
    values = np.abs(np.asarray(residual, dtype=float))
    return float(values.max()) if values.size else math.nan


def check(claim_id, part=None, *, kind, residual, rejects, tolerance=0.0, instances=1) -> Verdict:
    """Hold a claim against its residual, and a wrong variant of it against the same measure.

    The check holds when `residual <= tolerance` and every wrong variant has a residual larger than
    ten times the tolerance.

    Parameters
    ----------
    claim_id : str
        An id of `claims.yml`.
    part : str, optional
        Which of the claim's `parts`; required when it has parts.
    kind : {"symbolic", "exhaustive", "random", "simulation"}
        How it is settled. A symbolic residual is an expression that simplifies to 0.
    residual : float, array or sympy expression
        How far the claim is from true over all instances; the largest entry counts.
    rejects : dict of str to (float, array or sympy expression)
        The residual of each deliberately wrong variant, by its name.
    tolerance : float
        The largest residual accepted; 0 for symbolic checks.
    instances : int
        How many cases `residual` covers.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        For an unknown claim, part or kind, or an empty `rejects`.
    ClaimFailed
        When the claim fails, or a wrong variant passes.

    Examples
    --------
    >>> import sympy as sp
    >>> s, mu, rho, gap = sp.symbols("s mu rho gap")
    >>> w = rho + gap * sp.exp(mu * s)
    >>> check("d2", "depth-two", kind="symbolic",
    ...       residual=w.diff(s) - mu * (w - rho),
    ...       rejects={"gate at 2 rho": w.diff(s) - mu * (w - 2 * rho)})
    ✓ verified: d2 (depth-two) | symbolic | difference 0 | refused: gate at 2 rho
    """
    claim = _find(claim_id, part)
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}, allowed: {', '.join(KINDS)}")
    if not isinstance(rejects, dict) or not rejects:
        raise ValueError(
            f"rejects: got {rejects!r}, allowed: a dict with at least one wrong variant, "
            "name -> its residual"
        )
    if not (isinstance(instances, int) and instances >= 1):
        raise ValueError(f"instances: got {instances!r}, allowed: an integer >= 1")
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance: got {tolerance!r}, allowed: a finite number >= 0")
    measured = size(residual)
    refused = {name: size(value) for name, value in rejects.items()}
    where = claim_id + (f" ({part})" if part else "")
    if not measured <= tolerance:  # also catches nan
        raise ClaimFailed(f"{where}: residual {measured:g} exceeds the tolerance {tolerance:g}")
    for name, value in refused.items():
        if not value > 10 * tolerance:
            raise ClaimFailed(
                f"{where}: the wrong variant {name!r} passes too: residual {value:g}, "
                f"which must exceed 10 x {tolerance:g}"
            )
    return Verdict(claim, part, kind, measured, float(tolerance), instances, refused)


def _find(claim_id, part) -> Claim:
    claims = registry()
    if claim_id not in claims:
        raise ValueError(f"claim_id: got {claim_id!r}, allowed: an id of claims.yml")
    claim = claims[claim_id]
    allowed = tuple(claim.parts or ())
    if (part is None) != (not allowed) or (part is not None and part not in allowed):
        listed = ", ".join(allowed) or "None, since the claim has no parts"
        raise ValueError(f"part: got {part!r} for {claim_id}, allowed: {listed}")
    return claim
