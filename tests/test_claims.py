"""A check holds only when the claim does and its wrong variant does not."""

import json
import math
import re

import numpy as np
import pytest
import sympy as sp

from sam_lib import claims
from sam_lib.claims import ClaimFailed, Variant, check
from sam_lib.claims.residual import at_random_points, in_words

x = sp.Symbol("x")
GOOD = {"kind": "random", "residual": 1e-14, "tolerance": 1e-12, "rejects": {"wrong": 0.1}}


def test_every_entry_of_the_registry_is_complete():
    for claim in claims.registry().values():
        assert claim.origin in ("paper", "abstract", "derived", "open"), claim.id
        assert claim.title and claim.statement and claim.settles, claim.id
        assert (claim.origin in ("paper", "abstract")) == (claim.paper is not None), claim.id
        assert claim.origin != "abstract" or claim.paper.endswith(", abstract"), claim.id
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
    assert verdict.residual == 0 and 0 < verdict.rejects["sign"].residual < math.inf
    json.dumps(verdict.record())


p, k = sp.Symbol("p", positive=True), sp.Symbol("k", integer=True, positive=True)
odd, tau = sp.Symbol("o", odd=True, positive=True), sp.Function("tau")(x)
TRUE_ZEROS = [  # 0 everywhere; sympy leaves some of them as they are
    sp.root(9 + 4 * sp.sqrt(5), 3) - (3 + sp.sqrt(5)) / 2,
    sp.log(p**2 + 2 * p + 1) - 2 * sp.log(p + 1),
    sp.atan(p) + sp.atan(1 / p) - sp.pi / 2,
    (1 + p) ** (k + 1) - (1 + p) ** k * (1 + p),
    (-1) ** odd + 1,
    (sp.exp(tau) - sp.exp(tau / 2) ** 2).diff(x),
    sp.LambertW(p * sp.exp(p)) - p,
    1e-13 * x / x,
]


@pytest.mark.parametrize("zero", TRUE_ZEROS, ids=str)
def test_a_true_zero_is_never_a_refusal(zero):
    """``inf`` for what sympy cannot simplify would refuse a variant that is no variant."""
    with pytest.raises(ClaimFailed, match="passes too"):
        check("thm-3.2", "at", kind="symbolic", residual=0, rejects={"none": zero})


@pytest.mark.parametrize(
    "wrong", [p, k - 1, sp.exp(-40 * p) + sp.Rational(1, 10**6), tau, tau.diff(x), sp.I * p, sp.oo]
)
def test_what_is_not_zero_is_refused_with_its_size(wrong):
    assert at_random_points(wrong) > 1e-9


def test_what_has_no_value_is_not_refused():
    for value in (sp.nan, sp.zoo * 0, sp.AccumBounds(-1, 1)):
        with pytest.raises(ClaimFailed, match="passes too"):
            check("thm-3.2", "at", kind="symbolic", residual=0, rejects={"none": value})


@pytest.mark.parametrize(
    "wrong", [[0.1, 1e-12, 0.1], np.array([[0.1, 0.1], [0.1, 0.0]]), [x, 0], sp.Matrix([0, x])]
)
def test_a_variant_that_is_wrong_in_some_entries_has_to_say_where_it_is_right(wrong):
    with pytest.raises(ClaimFailed, match="entry"):
        check("thm-3.2", "at", **{**GOOD, "rejects": {"bad": wrong}})


@pytest.mark.parametrize("right", [[1], slice(1, 2), np.array([False, True, False])])
def test_a_variant_that_says_where_it_is_right(right):
    variant = Variant([0.1, 1e-13, 0.2], right=right)
    verdict = check("thm-3.2", "at", **{**GOOD, "rejects": {"bad": variant}})
    assert verdict.record()["rejects"]["bad"] == {"residual": 0.1, "wrong": 2, "entries": 3}
    assert "in 2 of 3" in verdict._repr_html_()


@pytest.mark.parametrize("right", [[0, 1], [0, 1, 2], [2]])
def test_a_variant_that_is_not_right_where_it_says_so(right):
    with pytest.raises(ClaimFailed, match=r"said to be right|must exceed"):
        variant = Variant([0.1, 1e-13, 0.2], right=right)
        check("thm-3.2", "at", **{**GOOD, "rejects": {"bad": variant}})


def test_rounding_is_no_refusal():
    """With the tolerance 0 of a count, an error of the last bit must not count as different."""
    with pytest.raises(ClaimFailed, match="must exceed 1e-09"):
        check("thm-3.2", "at", kind="exhaustive", residual=0, rejects={"bad": 1e-16})


def test_an_interval_proof_carries_its_enclosure():
    good = {**GOOD, "kind": "certified", "residual": 0}
    verdict = check("thm-3.2", "at", **good, details={"enclosure": ("0.52", "0.53")})
    assert verdict.record()["details"] == {"enclosure": ["0.52", "0.53"]}
    assert "interval proof" in verdict._repr_html_() and "0.53" in verdict._repr_html_()
    for details in (None, {"enclosure": (2, 1)}, {"enclosure": (math.nan, 1)}):
        with pytest.raises(ValueError, match="details"):
            check("thm-3.2", "at", **good, details=details)


def test_an_experiment_tells_how_it_was_done():
    names = ("seeds", "interval", "pairing", "settings", "scanned")
    details = dict.fromkeys(names, "told")
    good = {**GOOD, "kind": "experiment"}
    assert check("thm-3.2", "at", **good, details=details).details == details
    for name in names:
        with pytest.raises(ValueError, match="details"):
            check("thm-3.2", "at", **good, details={k: v for k, v in details.items() if k != name})
    with pytest.raises(ValueError, match="details"):
        check("thm-3.2", "at", **GOOD, details={"seeds": 3})


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ([("symbolic", 1, "page")], "algebra"),
        ([("certified", 1, "none")], "interval proof"),
        ([("symbolic", 1, "none"), ("certified", 1, "none")], "algebra and interval proof"),
        ([("exhaustive", 16, "none")], "all 16 cases, no proof"),
        ([("random", 200, "page")], "proved here, 200 random cases agree"),
        ([("simulation", 1, "page")], "proved here, 1 run agrees"),
        ([("simulation", 12, "paper")], "proved in the paper, 12 runs agree"),
        ([("experiment", 12, "none")], "12 runs, no proof"),
        ([("symbolic", 1, "page"), ("simulation", 40, "page")], "proved here, 40 runs agree"),
        ([("symbolic", 1, "page"), ("simulation", 40, "none")], "proved in part, 40 runs agree"),
        ([("random", 3, "paper"), ("simulation", 4, "page")], "proved, 7 cases agree"),
    ],
)
def test_a_verdict_in_words(checks, words):
    """A reader sees without a click what is a proof and what is twelve runs."""
    found = [({"kind": kind, "instances": count}, proof) for kind, count, proof in checks]
    assert in_words(found) == words


def test_every_checked_claim_says_where_it_is_proved():
    for claim in claims.registry().values():
        if isinstance(claim.proof, dict):
            assert set(claim.proof) == set(claim.parts), claim.id
        for part in claim.parts or [None]:
            assert claim.proof_of(part) in claims.PROOFS, claim.id
