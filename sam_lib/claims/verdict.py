"""A claim of ``claims.yml``, the check of it and the verdict that a page shows."""

from __future__ import annotations

import html
import json
import math
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sam_lib.claims.residual import Refusal, in_words, refusal
from sam_lib.claims.residual import worst as size

KINDS = ("symbolic", "certified", "exhaustive", "random", "simulation", "experiment")
DETAILS = {  # what a check of this kind has to tell, besides its residual
    "certified": ("enclosure",),
    "experiment": ("seeds", "interval", "pairing", "settings", "scanned"),
}
PROOFS = ("page", "paper", "none")


class ClaimFailed(AssertionError):
    """A check did not hold, or did not refuse a wrong variant."""


@dataclass(frozen=True)
class Claim:
    """One entry of ``claims.yml``."""

    id: str
    title: str
    origin: str
    statement: str
    settles: str
    paper: str | None = None
    parts: dict[str, str] | None = None
    chapter: str | None = None
    not_checked: str | None = None
    proof: str | dict[str, str] = "none"
    given: str | None = None
    formula: str | None = None
    figure: str | None = None

    def proof_of(self, part: str | None) -> str:
        """Where the statement, or one of its parts, is proved: ``page``, ``paper`` or ``none``."""
        return self.proof if isinstance(self.proof, str) else self.proof[part]


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check that held: what was compared, how often, and what was refused."""

    claim: Claim
    part: str | None
    kind: str
    residual: float
    tolerance: float
    instances: int
    rejects: dict[str, Refusal]
    details: dict[str, object]

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
            "rejects": {name: each.record() for name, each in self.rejects.items()},
            "details": self.details,
            "verdict": "verified",
            "anchor": self.anchor,
        }

    def _subject(self) -> str:
        return self.claim.id + (f" ({self.part})" if self.part else "")

    def __repr__(self) -> str:
        """One line without measured digits, the same on every machine."""
        cases = "" if self.kind in ("symbolic", "certified") else f", {self.instances} instances"
        size = "difference 0" if self.tolerance == 0 else f"residual below {self.tolerance:g}"
        refused = ", ".join(self.rejects)
        return f"✓ verified: {self._subject()} | {self.kind}{cases} | {size} | refused: {refused}"

    def __str__(self) -> str:
        """The same line, in the characters that the terminal has: ``print`` must not fail there."""
        encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        line = repr(self)
        try:
            line.encode(encoding)
        except UnicodeEncodeError:
            line = line.removeprefix("✓ ").encode(encoding, "backslashreplace").decode(encoding)
        return line

    def _repr_html_(self) -> str:
        sentence = (self.claim.parts or {}).get(self.part, self.claim.title)
        facts = {
            "kind": self.kind,
            "residual": "0" if self.residual == 0 else f"{self.residual:.1e}",
            "tolerance": f"{self.tolerance:g}",
            "instances": str(self.instances),
            **{name: str(value) for name, value in self.details.items()},
            "wrong variant refused": "; ".join(
                f"{name} ({each})" for name, each in self.rejects.items()
            ),
        }
        rows = "".join(f"<div><dt>{k}</dt><dd>{_html(v)}</dd></div>" for k, v in facts.items())
        data = html.escape(json.dumps(self.record()), quote=True)
        subject = _html(self._subject())
        words = in_words([(self.record(), self.claim.proof_of(self.part))])
        return (
            f'<div class="verdict verified" id="{self.anchor}" data-claim="{data}">'
            '<p class="verdict-head"><span class="verdict-icon" aria-hidden="true">✓</span> '
            f'<strong>Verified</strong>: {words} <span class="verdict-id">{subject}</span></p>'
            f'<p class="verdict-sentence">{_html(sentence)}</p><dl>{rows}</dl></div>'
        )


def _html(text: str) -> str:
    """``text`` for a page, with its $...$ marked as math."""
    escaped = html.escape(text)
    return re.sub(
        r"\$([^$]+)\$", r'<span class="math notranslate nohighlight">\\(\1\\)</span>', escaped
    )


def registry_path() -> Path:
    """Where ``claims.yml`` is: inside the installed library, or beside it in a checkout."""
    library = Path(__file__).resolve().parents[1]
    inside = library / "claims.yml"
    return inside if inside.exists() else library.parent / "claims.yml"


@cache
def registry() -> dict[str, Claim]:
    """Every claim of the book by id, in the order of ``claims.yml``.

    >>> registry()["thm-3.2"].origin
    'paper'
    """
    import yaml

    entries = yaml.safe_load(registry_path().read_text(encoding="utf-8"))
    return {key: Claim(id=key, **fields) for key, fields in entries.items()}


def check(
    claim_id, part=None, *, kind, residual, rejects, tolerance=0.0, instances=1, details=None
) -> Verdict:
    """Hold a claim against its residual, and wrong variants of it against the same measure.

    The check holds when every entry of ``residual`` is within ``tolerance``, and every entry of
    every wrong variant misses by more than ten times the tolerance (where it is 0, by 1e-9). A
    variant that says the same as the claim in some entries is a ``Variant``, which names these
    entries; there it has to hold like the claim. So an entry is one case or one equation: measure
    what belongs to one case, such as the coordinates of a vector, as one number.

    A symbolic residual must simplify to 0. A symbolic wrong variant is evaluated at random
    points of its symbols, with as many digits as it takes to tell it from 0.

    Parameters
    ----------
    claim_id : str
        An id of ``claims.yml``.
    part : str, optional
        Which of the claim's ``parts``; required when it has parts.
    kind : {"symbolic", "certified", "exhaustive", "random", "simulation", "experiment"}
        How it is settled, the strongest kind first. A symbolic residual is an expression that
        simplifies to 0; a certified one has proved error bounds (interval arithmetic); an
        experiment rests on data, seeds and an interval.
    residual : float, array or sympy expression
        How far the claim is from true in each case; the largest entry counts.
    rejects : dict of str to (float, array, sympy expression or ``Variant``)
        The residual of each deliberately wrong variant, by its name.
    tolerance : float
        The largest residual accepted; 0 for symbolic checks.
    instances : int
        How many independent cases ``residual`` covers; the times of one run are one case.
    details : dict, optional
        What else the kind has to tell. ``certified``: the proved ``enclosure`` (low, high).
        ``experiment``: ``seeds``, ``interval``, ``pairing``, in which order the ``settings`` were
        chosen, and what was ``scanned``.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        For an unknown claim, part or kind, an empty ``rejects``, or details that are missing.
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
    details = _details(kind, details or {})
    measured = size(residual)
    where = claim_id + (f" ({part})" if part else "")
    if not measured <= tolerance:  # also catches nan
        raise ClaimFailed(f"{where}: residual {measured:g} exceeds the tolerance {tolerance:g}")
    refused = {name: refusal(value, tolerance) for name, value in rejects.items()}
    for name, outcome in refused.items():
        if isinstance(outcome, str):
            raise ClaimFailed(f"{where}: the wrong variant {name!r} passes too: {outcome}")
    return Verdict(claim, part, kind, measured, float(tolerance), instances, refused, details)


def _details(kind: str, details: dict) -> dict:
    """The details of a check, complete for its kind."""
    needed = DETAILS.get(kind, ())
    if set(details) != set(needed):
        raise ValueError(f"details: got {sorted(details)}, allowed for {kind}: {sorted(needed)}")
    if kind == "certified":
        low, high = details["enclosure"]
        if not float(low) <= float(high):
            raise ValueError(f"details: got the enclosure {low}, {high}, allowed: low <= high")
        details = {"enclosure": [str(low), str(high)]}
    return details


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
