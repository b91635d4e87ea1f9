"""Proofs as the pages mark them, and the graph of what rests on what."""

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))

import proofs  # noqa: E402

REGISTRY = yaml.safe_load((ROOT / "claims.yml").read_text("utf8"))
SOURCES = proofs.gather(ROOT, REGISTRY)
DERIVED = {"origin": "derived"}

PAGE = r"""
```{statement} d1
**Hypotheses.** As in {claim}`d9`.
```

Text that names {claim}`d8`. {proof}`d1` By {claim}`a lemma <d2>` and {see}`d3`

$$x = 1$$ (eq-x)

so it is. $\blacksquare$ Compare {claim}`d4`.

{proof}`Proof of both <d5, d6>` Use {eq}`eq-x`, {claim}`d5` and {claim}`d2`. $\square$

````{statement} q1
By {claim}`d5`.
````
"""


def read(text=PAGE):
    sources = proofs.Sources()
    sources.read("page", text)
    return sources


def test_a_statement_rests_on_what_its_proof_names():
    sources = read()
    assert sources.faults == []
    assert sources.rests_on("d1", DERIVED) == ["d2"]
    assert sources.rests_on("d5", DERIVED) == ["d1", "d2"]
    assert sources.rests_on("d6", DERIVED) == ["d1", "d5", "d2"]
    assert sources.rests_on("q1", {"origin": "open"}) == ["d5"]
    assert sources.rests_on("q1", DERIVED) == []


def test_a_proof_without_an_end_mark_is_a_fault():
    assert read(PAGE.replace(r"$\square$", "")).faults == [
        "page: the proof of d5, d6 has no end mark"
    ]
    assert "d1" in read(PAGE.replace(r"$\blacksquare$", "")).faults[0]


def test_a_circle_is_named():
    rests = {"d1": ["d2"], "d2": ["d3"], "d3": ["d1"], "d4": []}
    with pytest.raises(ValueError, match="d1 -> d2 -> d3 -> d1"):
        proofs.depths(rests)
    assert proofs.depths(rests | {"d3": []}) == {"d1": 2, "d2": 1, "d3": 0, "d4": 0}


def test_the_proofs_of_the_book_end_and_go_round_in_no_circle():
    assert SOURCES.faults == []
    assert set(SOURCES.proofs) <= set(REGISTRY)
    rests = proofs.graph(SOURCES, REGISTRY)
    assert {used for all_of in rests.values() for used in all_of} <= set(REGISTRY)
    assert max(proofs.depths(rests).values()) > 3


def test_what_is_said_to_be_proved_here_has_its_proof_in_a_page():
    theorems = {k for k, c in REGISTRY.items() if c["origin"] == "derived" or k.startswith("thm")}
    proved = {k for k in theorems if "page" in str(REGISTRY[k].get("proof"))}
    assert proved == theorems & set(SOURCES.proofs)
