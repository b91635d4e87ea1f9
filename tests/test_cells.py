"""Which earlier cells a cell needs, and what it may change: the analysis behind Run in a page."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("cells", ROOT / "extensions" / "page" / "cells.py")
analysis = importlib.util.module_from_spec(spec)
spec.loader.exec_module(analysis)

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGE = [
    "import numpy as np\nfrom sam_lib import closed_form as cf",
    "a = 1\nrng = np.random.default_rng(0)",
    "found = []",
    "def f(x):\n    return a + x",
    "found.append(f(1))\nx = rng.normal()",
    "a = 5",
    "np.sort([f(a)]), found",
]


def needed(target, sources=PAGE):
    return analysis.needed(analysis.analyze_all(sources), target)


def test_a_cell_needs_those_that_leave_what_it_reads_and_no_others():
    assert needed(3) == [1, 3]
    assert needed(4) == [1, 2, 3, 4]
    assert needed(5) == [5]
    assert needed(6) == [1, 2, 3, 4, 5, 6]  # `found` as cell 4 left it, `a` of cell 5


def test_an_import_is_one_line_not_a_cell():
    cells = analysis.analyze_all(PAGE)
    assert analysis.providers(cells, 6)["np"] == 0
    assert analysis.imported(cells, 6) == {"numpy"}
    assert analysis.imported(cells, 5) == set()


def test_what_a_cell_binds_before_it_uses_it_needs_no_other_cell():
    sources = ["rng = f()\nrng.normal()", "rng = g()\nfor k in 1, 2:\n    x = rng.normal(k)\nx + k"]
    assert needed(1, sources) == [1]
    for once in ("if a:\n    x = 1\nx", "while a:\n    x = 1\nx", "x += 1", "f = lambda: x\nx = 2"):
        assert "x" in analysis.analyze(once).reads
    both = "if a:\n    x = 1\nelse:\n    x = 2\nwith a as y:\n    z = x\nx + y + z"
    assert analysis.analyze(both).reads == {"a"}
    assert analysis.analyze("def f(n):\n    return f(n - 1) + c").reads == {"c"}


def test_what_may_change_in_place_is_left_anew():
    cells = analysis.analyze_all([*PAGE, "t = {}\nt[0] = 1\nt.x += 2", "t[1], rng = 2, rng"])
    assert cells[4].touches == {"found", "rng"}
    assert cells[6].touches == set()
    assert cells[8].touches == {"t", "rng"}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_in_every_chapter_each_wrong_variant_can_stand_in_the_place_of_the_truth(path):
    cells = json.loads(path.read_text("utf8"))["cells"]
    checks = 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or "claims.check(" not in source:
            continue
        text = "".join(cell["outputs"][-1]["data"]["text/plain"])
        subject, *_, refused = text.removeprefix("✓ verified: ").split(" | ")
        claim, _, part = subject.partition(" (")
        for name in refused.removeprefix("refused: ").split(", ")[:1]:
            changed = analysis.with_wrong_variant(source, claim, part.rstrip(")") or None, name)
            assert changed != source
            compile(changed, "<cell>", "exec")
            checks += 1
    assert checks or path.stem in ("00_start", "12_questions") or "check(" not in str(cells)


def test_a_cell_that_needs_a_package_which_a_browser_lacks_says_which(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "extensions" / "page")
    page = importlib.import_module("session").Page("chapter")
    found = []
    page.emit = lambda kind, **facts: found.append(facts.get("absent"))
    absent = (
        "try:\n    import no_such\nexcept ImportError as e:\n    raise ImportError('get it') from e"
    )
    assert not page.run(["import no_such", absent, "1 / 0"], 0)
    assert not page.run(["import no_such", absent, "1 / 0"], 1)
    assert not page.run(["import no_such", absent, "1 / 0"], 2)
    assert [name for name in found if name is not None] == ["no_such", "no_such", ""]
