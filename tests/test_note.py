"""The note for experts takes statements and proofs from the chapters as they are written."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))

import note  # noqa: E402
import proofs  # noqa: E402

REGISTRY = yaml.safe_load((ROOT / "claims.yml").read_text("utf8"))
SOURCES = proofs.gather(ROOT, REGISTRY)
PAGE = (ROOT / "book" / "note.md").read_text("utf8")
ARGUED = re.findall(r"\{argument\} (\S+)", PAGE)


def test_the_note_states_nothing_of_the_paper_and_proves_what_it_states():
    stated = re.findall(r"\{theorem\} (\S+)", PAGE)
    assert len(stated) > 10 and set(ARGUED) <= set(stated)
    assert {REGISTRY[key]["origin"] for key in stated} == {"derived"}
    assert set(stated) - set(ARGUED) == {"d5"}  # its proof in the chapter runs through cells


def test_every_proof_of_the_note_is_whole():
    for identifier in ARGUED:
        for text in map(note.without_end_mark, SOURCES.proofs[identifier]):
            flat = note.flat(text)
            assert flat.count("$$") % 2 == 0 and flat.replace("$$", "").count("$") % 2 == 0
            assert "```" not in flat and "{live}" not in flat and not flat.endswith("\\")
