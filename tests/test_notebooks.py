"""The comparison of notebooks bites: a changed exponent fails it. And the filter does its work."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
FLOW = "mu * (w - rho) ** (depth - 1)"  # the right-hand side of the gate

spec = importlib.util.spec_from_file_location("notebooks", ROOT / "tools" / "notebooks.py")
notebooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notebooks)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_are_filtered_and_counted(path):
    assert notebooks.faults(path) == []


def test_every_chapter_of_the_contents_is_tested():
    listed = re.findall(r"chapters/(\S+)", (ROOT / "_toc.yml").read_text("utf8"))
    assert sorted(listed) == [path.stem for path in CHAPTERS]


@pytest.fixture
def noisy(tmp_path):
    """A notebook as an editor leaves it."""
    cell = nbformat.v4.new_code_cell(
        "x", execution_count=7, metadata={"tags": ["a"], "scrolled": True}
    )
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b\n"),
        nbformat.v4.new_output("display_data", data={"image/png": "AAAA"}),
        nbformat.v4.new_output(
            "execute_result",
            data={"text/plain": "1", "text/html": "<b>1</b>"},
            execution_count=7,
        ),
    ]
    path = tmp_path / "01_noisy.ipynb"
    book = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    nbformat.write(book, path)
    return path


def test_filter_keeps_text_and_drops_the_rest(noisy):
    assert notebooks.faults(noisy)
    notebooks.write(noisy, notebooks.load(noisy))
    (cell,) = notebooks.load(noisy).cells
    assert cell.execution_count == 1 and cell.metadata == {"tags": ["a"]}
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result"]
    assert cell.outputs[0].text == "ab\n" and cell.outputs[1].data == {"text/plain": "1"}
    assert notebooks.faults(noisy) == []


def test_filtering_twice_changes_nothing(noisy):
    notebooks.write(noisy, notebooks.load(noisy))
    text = noisy.read_text("utf8")
    notebooks.write(noisy, notebooks.load(noisy))
    assert noisy.read_text("utf8") == text


@pytest.mark.parametrize(
    ("source", "change", "fault"),
    [
        ("1 + 1", {"execution_count": None}, "execution counts"),
        ("object()", {}, "memory address"),
        ("import sys; print('x', file=sys.stderr)", {}, "stderr"),
    ],
)
def test_check_refuses_what_would_not_be_compared(tmp_path, source, change, fault):
    path = tmp_path / "01_bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)
    notebooks.write(path, notebooks.run(path))
    assert bool(notebooks.faults(path)) != bool(change)
    book = notebooks.load(path)
    book.cells[0].update(change)
    path.write_text(notebooks.text_of(book), "utf8")
    assert any(fault in found for found in notebooks.faults(path))


@pytest.fixture
def copy(tmp_path):
    """The library, its claims, one chapter and its tests, ready to be spoiled."""
    parts = ["sam_lib", "claims.yml", "conftest.py", "pyproject.toml"]
    parts += ["tests/test_codegen.py", "tests/places.py"]
    for part in [*parts, "chapters/04_gate.ipynb"]:
        target = tmp_path / part
        target.parent.mkdir(exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / part, target)
    return tmp_path


def run_in(folder, *arguments):
    """Run Python with the copy of the library in front of the installed one."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def spoil(folder, exponent):
    """Change the exponent of the gate's flow."""
    path = folder / "sam_lib" / "closed_form.py"
    text = path.read_text("utf8")
    assert text.count(FLOW) == 1
    path.write_text(text.replace(FLOW, FLOW.replace("depth - 1", exponent)), "utf8")


NBVAL = ("pytest", "chapters", "-q", "-p", "no:xdist", "-x")
PARITY = ("pytest", "tests/test_codegen.py", "-q", "-p", "no:xdist", "-x")


def test_the_unspoiled_copy_passes(copy):
    for arguments in (NBVAL, PARITY):
        result = run_in(copy, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("exponent", ["depth - 2", "depth - sp.Rational(999999, 1000000)"])
def test_a_changed_exponent_fails_parity_and_the_notebook(copy, exponent):
    spoil(copy, exponent)
    parity = run_in(copy, *PARITY)
    assert parity.returncode == 1 and "1 failed" in parity.stdout, parity.stdout + parity.stderr
    written = run_in(copy, "sam_lib.codegen")
    assert written.returncode == 0, written.stdout + written.stderr
    compared = run_in(copy, *NBVAL)
    assert compared.returncode == 1 and "1 failed" in compared.stdout, compared.stdout
