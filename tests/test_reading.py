"""What is folded for readers: cells by what they are for, checks as one line."""

import html
import json
import sys
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "extensions"))

import reading  # noqa: E402

RECORD = {
    "id": "d2",
    "part": "depth-two",
    "kind": "random",
    "instances": 40,
    "rejects": {"gate at 2 rho": {}},
    "anchor": "check-d2-depth-two",
}


@pytest.mark.parametrize(
    ("source", "first", "kind"),
    [
        ("import numpy as np\nsam.figures.style()", True, "setup"),
        ("import sam_lib as sam\n\nsam.live.Gate()", True, "figure"),
        ("import numpy as np\nx = 1", False, None),
        ("sam.claims.check('d2', kind='symbolic')", False, "check"),
        ("w = 1\n" * 20 + "sam.claims.check('d2')", False, "check"),
        ("sam.live.Gate(name='gate')", False, "figure"),
        ("sam.live.Answer('x', 3)", False, "answer"),
        ("plt.plot(x)\nplt.show()", False, "plot"),
        ("cf.linf_path", False, "formula"),
        ("cf.linf_path.expr", False, None),
        ("a = 1\n" * 8, False, None),
        ("a = 1\n" * 9, False, "run"),
    ],
)
def test_the_kind_of_a_cell(source, first, kind):
    assert reading.kind_of(source, first) == kind


def notebook_cell(source: str, output: str = "") -> nodes.container:
    cell = nodes.container(classes=["cell"])
    cell += nodes.container("", nodes.literal_block(source, source), classes=["cell_input"])
    if output:
        cell += nodes.container("", nodes.raw("", output, format="html"), classes=["cell_output"])
    return cell


def folded(*cells: nodes.container) -> nodes.document:
    document = new_document("page", get_default_settings())
    document += cells
    reading.fold_cells(None, document)
    return document


def test_a_check_becomes_one_line_that_says_what_it_refuses():
    card = f'<div data-claim="{html.escape(json.dumps(RECORD), quote=True)}"></div>'
    page = folded(notebook_cell("1 + 1"), notebook_cell("sam.claims.check('d2')", card))
    (line,) = page.findall(reading.fold_line)
    assert line.astext() == "✓ d2 (depth-two): random, 40 cases; refuses “gate at 2 rho”"
    (fold,) = page.findall(reading.fold)
    assert len(list(fold.findall(nodes.raw))) == 1  # the card is folded with its code
    assert len(list(page.findall(nodes.literal_block))) == 2


def test_the_code_of_a_figure_is_folded_and_the_figure_is_not():
    page = folded(notebook_cell("1"), notebook_cell("sam.live.Gate()", "<div>figure</div>"))
    (fold,) = page.findall(reading.fold)
    assert list(fold.findall(nodes.raw)) == [] and len(list(page.findall(nodes.raw))) == 1


def test_no_figure_is_folded_in_any_chapter():
    for path in (ROOT / "chapters").glob("*.ipynb"):
        cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
        for k, source in enumerate(cells):
            if "sam.live." in source:
                assert reading.kind_of(source, k == 0) in ("figure", "answer"), source


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_reader_sees_at_most_thirty_lines_of_code(path):
    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    open_code = [c.source for k, c in enumerate(cells) if reading.kind_of(c.source, k == 0) is None]
    assert sum(len(source.strip().splitlines()) for source in open_code) <= 30
