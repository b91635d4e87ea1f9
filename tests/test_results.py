"""The map of results: every theorem has its line, and each figure that it names exists."""

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


def test_each_figure_that_a_claim_names_stands_in_a_chapter_and_has_its_picture():
    figures = results.live_figures(ROOT, REGISTRY)
    for claim in REGISTRY.values():
        if name := claim.get("figure"):
            kind, _ = figures[name]
            assert (ROOT / results.PICTURES / f"{kind}-light-1280.png").exists()
