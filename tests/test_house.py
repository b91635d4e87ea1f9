"""The house: how long its lines and files are, and how its docstrings are written."""

import ast
import json
import re
from pathlib import Path

import pytest

from sam_lib.codegen import TARGETS

ROOT = Path(__file__).parents[1]
PLACES = ("sam_lib", "extensions", "search", "tools", "benchmarks", "tests")
WIDTHS = {".py": 100, ".js": 120, ".mjs": 120, ".css": 120}
LENGTH = 300
LONG = "closed_form.py"  # the list of formulas
FILES = [
    path
    for place in PLACES
    for path in sorted((ROOT / place).rglob("*"))
    if path.suffix in WIDTHS and path not in TARGETS.values()
]


def test_lines_are_short():
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDTHS[path.suffix]
    ]
    assert len(FILES) > 100 and wide == []


def test_files_are_short():
    long = {
        str(path.relative_to(ROOT)): count
        for path in FILES
        if path.name != LONG and (count := len(path.read_text("utf-8").splitlines())) > LENGTH
    }
    assert long == {}


# --- docstrings have one dialect: code in double ticks, types beside the parameters ---------------
ONE_TICK = re.compile(r"(?<![`:\w}])`[^`]+`(?![`\w])")
DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


def dialects(source: str) -> list[str]:
    """Definitions whose docstring leaves the dialect, and why."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.Module, *DEFINITIONS)):
            continue
        text, name = ast.get_docstring(node) or "", getattr(node, "name", "module")
        found += [f"{name}: {match}" for match in ONE_TICK.findall(text)]
        if isinstance(node, ast.FunctionDef) and re.search(r"^Parameters$", text, re.MULTILINE):
            every = [*node.args.args, *node.args.kwonlyargs]
            found += [f"{name}: {arg.arg} has two types" for arg in every if arg.annotation]
    return found


def test_docstrings_have_one_dialect():
    sources = {path: path.read_text("utf-8") for path in FILES if path.suffix == ".py"}
    assert [f"{p.name}: {fault}" for p, text in sources.items() for fault in dialects(text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        '"""What `mu` is."""',
        'def f(x: int):\n    """One.\n\n    Parameters\n    ----------\n    x : int\n    """',
    ],
)
def test_another_dialect_is_found(planted):
    assert dialects(planted) != []


# --- chapters ask the library who leads -----------------------------------------------------------
WALK = re.compile(r"\[np\.(r_\[|append\()True\b")  # entries that differ from the one before


def test_no_chapter_writes_the_leaders_in_order_by_hand():
    chapters = sorted((ROOT / "chapters").glob("*.ipynb"))
    assert len(chapters) > 10
    assert [path.name for path in chapters if WALK.search(path.read_text("utf-8"))] == []
    assert WALK.search("leader[np.r_[True, leader[1:] != leader[:-1]]]")


# --- a wrong variant does not excuse itself -------------------------------------------------------
EXCUSED = re.compile(
    r"Variant\(\s*(\w+),\s*right=[^\n]*\b\1\b(?!\.shape)"
)  # right where its own gap is 0


def test_no_variant_is_right_by_its_own_residual():
    chapters = sorted((ROOT / "chapters").glob("*.ipynb"))
    assert len(chapters) > 10
    for path in chapters:
        cells = json.loads(path.read_text("utf8"))["cells"]
        sources = "\n".join("".join(cell["source"]) for cell in cells)
        assert not EXCUSED.search(sources), path.name
    assert EXCUSED.search("Variant(\n    bad, right=[k for k, e in enumerate(bad) if e == 0]\n)")
