"""A check holds only when the claim does and its wrong variant does not."""

import json
import math
import re

import pytest
import sympy as sp

from sam_lib import claims
from sam_lib.claims import ClaimFailed, check

x = sp.Symbol("x")
GOOD = {"kind": "random", "residual": 1e-14, "tolerance": 1e-12, "rejects": {"wrong": 0.1}}


def test_every_entry_of_the_registry_is_complete():
    for claim in claims.registry().values():
        assert claim.origin in ("paper", "derived", "open"), claim.id
        assert claim.title and claim.statement and claim.settles, claim.id
        assert (claim.origin == "paper") == (claim.paper is not None), claim.id
        assert claim.chapter or claim.not_checked, claim.id


def test_the_paper_and_the_derivations_are_all_listed():
    ids = set(claims.registry())
    assert {"thm-3.1", "thm-3.2", "cor-3.5", "thm-4.1", "thm-4.2", "thm-4.4", "thm-4.5"} <= ids
    assert {"prop-4.7", *(f"d{i}" for i in range(1, 16)), *(f"q{i}" for i in range(1, 15))} <= ids


def test_a_verdict_prints_no_measured_digits():
    one = repr(check("thm-3.2", "at", **GOOD))
    other = repr(check("thm-3.2", "at", **{**GOOD, "residual": 2e-14, "rejects": {"wrong": 0.2}}))
    assert one == other
    assert "✓ verified" in one and "1e-12" in one


def test_the_card_carries_the_record():
    verdict = check("thm-3.2", "at", **GOOD)
    card = verdict._repr_html_()
    data = re.search(r'data-claim="([^"]+)"', card).group(1).replace("&quot;", '"')
    assert json.loads(data) == verdict.record()
    assert verdict.record()["residual"] == 1e-14
    assert f'id="{verdict.anchor}"' in card and "." not in verdict.anchor


@pytest.mark.parametrize("residual", [1e-11, math.nan, math.inf, x, [0, x], [], sp.Matrix([0, x])])
def test_a_claim_that_fails_raises(residual):
    with pytest.raises(ClaimFailed, match="residual"):
        check("thm-3.2", "at", **{**GOOD, "residual": residual})


@pytest.mark.parametrize("wrong", [1e-12, 5e-12, 0.0, math.nan, x - x])
def test_a_wrong_variant_that_passes_raises(wrong):
    with pytest.raises(ClaimFailed, match="wrong variant 'bad' passes too"):
        check("thm-3.2", "at", **{**GOOD, "rejects": {"bad": wrong}})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "guess"}, "kind"),
        ({"rejects": {}}, "rejects"),
        ({"rejects": [0.1]}, "rejects"),
        ({"instances": 0}, "instances"),
        ({"instances": 1.5}, "instances"),
        ({"tolerance": -1}, "tolerance"),
        ({"tolerance": math.nan}, "tolerance"),
        ({"residual": True}, "residual"),
    ],
)
def test_bad_arguments_are_named(change, named):
    with pytest.raises(ValueError, match=named):
        check("thm-3.2", "at", **{**GOOD, **change})


@pytest.mark.parametrize(
    ("claim", "part"), [("thm-9.9", None), ("thm-3.2", None), ("thm-3.2", "x")]
)
def test_unknown_claims_and_parts_are_refused(claim, part):
    with pytest.raises(ValueError, match="allowed"):
        check(claim, part, **GOOD)


def test_symbolic_residuals_are_simplified():
    verdict = check(
        "thm-3.2",
        "at",
        kind="symbolic",
        residual=[sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, 0],
        rejects={"sign": sp.sin(x) ** 2 - sp.cos(x) ** 2 - 1},
    )
    assert verdict.residual == 0 and math.isinf(verdict.rejects["sign"])
    json.dumps(verdict.record())
