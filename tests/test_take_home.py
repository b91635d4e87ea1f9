"""Notebooks to take away: valid, and their first cell gets the library or says how."""

import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
URL = "https://example.org/book"


@pytest.fixture(scope="module")
def with_first_cell():
    sys.path.insert(0, str(ROOT / "extensions"))
    import take_home

    yield take_home.with_first_cell
    sys.path.remove(str(ROOT / "extensions"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_with_its_first_cell_is_a_valid_notebook(with_first_cell, path):
    chapter = nbformat.read(path, as_version=4)
    made = with_first_cell(chapter, URL)
    nbformat.validate(made)
    assert made.cells[1:] == chapter.cells
    assert len({cell.id for cell in made.cells}) == len(made.cells)


def test_the_first_cell_does_nothing_where_the_library_is(with_first_cell):
    chapter = nbformat.read(CHAPTERS[0], as_version=4)
    source = with_first_cell(chapter, URL).cells[0].source
    assert f"git+{URL}" in source and "pip install" in source
    asked = []
    shell = type("Shell", (), {"run_line_magic": lambda self, *line: asked.append(line)})()
    code = compile(TransformerManager().transform_cell(source), "<cell>", "exec")
    exec(code, {"get_ipython": lambda: shell})
    assert asked == []
    exec(code, {"get_ipython": lambda: shell, "__builtins__": {"__import__": missing, **ERRORS}})
    assert asked == [("pip", f'install --quiet "sam-lib @ git+{URL}"')]


def test_without_an_address_nothing_is_fetched_from_one(with_first_cell):
    source = with_first_cell(nbformat.read(CHAPTERS[0], as_version=4), "").cells[0].source
    assert "git+" not in source and "pip install ." in source
    exec(compile(source, "<cell>", "exec"), {})


ERRORS = {"ImportError": ImportError}


def missing(name, *_):
    raise ImportError(name)
