"""The map of results: every theorem has its line, and each figure that it names exists.

That a figure has its stored picture is a matter of ``tests/browser/test_snapshots.py``.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))

import results  # noqa: E402

REGISTRY = yaml.safe_load((ROOT / "claims.yml").read_text("utf8"))


def test_every_theorem_has_its_line():
    theorems = {
        key
        for key, claim in REGISTRY.items()
        if claim["origin"] in results.SECTIONS and not key.startswith("exp-") and key != "message"
    }
    assert theorems == {key for key, claim in REGISTRY.items() if claim.get("formula")}
    assert theorems == {key for key, claim in REGISTRY.items() if claim.get("given")}


def test_each_figure_that_a_claim_names_stands_in_a_chapter():
    figures = results.live_figures(ROOT, REGISTRY)
    named = {claim["figure"] for claim in REGISTRY.values() if claim.get("figure")}
    assert named <= set(figures)
