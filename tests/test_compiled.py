"""The door to numba: the same answers when it is closed, and where nothing can be cached."""

import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sam_lib as sam
from sam_lib.compiled import door

LIBRARY = Path(sam.__file__).parent

PROGRAM = """
import json
import numpy as np
import sam_lib as sam

METHODS = [sam.GD(), sam.SAM(0.3), sam.SAM(0.3, np.inf), sam.SAM(0.3, 3, per_example=True)]
METHODS = METHODS[:1] if SHORT else METHODS
start = np.array([[[0.5, -0.2], [0.3, 0.4], [0.1, 0.2]], [[0, 1], [-1, 0], [1, 1]]])
answers, times = {}, [0, 0.5, 1.3, 1.31, 1.32, 5, 700]
for method in METHODS:
    for data in (sam.single_example([1, 2]), sam.random_separable(3, 2, seed=1)):
        for name, theta in (("plain", start), ("far", 3 * start), ("rest", 0 * start)):
            for clock in ("original", "normalized"):
                key = f"{name} {method!r} {clock} n={data.n}"
                run = sam.descend(theta, data, method, 0.1, 10, clock=clock)
                answers[key] = [*run.theta.ravel(), *[s is s.COMPLETED for s in run.status]]
if not SHORT:
    two = [[[0.4, 0.4], [0.4, 0.4]], [[0.6, 0.1], [0.5, -0.4]], [[0.6, 0.6], [0.6, 0.6]]]
    answers["l2"] = sam.exact.l2_flow(times, [1, 2], two, 1).ravel().tolist()
    found = sam.exact.l2_reduction(times, [1, 2], two[:2], 1)
    answers["clock"] = np.concatenate([part.ravel() for part in found[:3]]).tolist()
    scales, when = np.linspace(0.3, 1, 5), np.linspace(0, 8, 9)
    walk = sam.theory.phase_diagram([1, 1.2, 1.5, 6], scales, when, 1)
    answers["walk"] = walk.ravel().tolist()
    answers["threshold"] = [sam.theory.collapse_threshold([1, 2])]
print(json.dumps({k: [float(x) for x in v] for k, v in answers.items()}))
"""


def run(library, short=False, **environment):
    """The answers of the program with the library in this folder, and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(library.parent), **environment}
    source = PROGRAM.replace("SHORT", str(short))
    command = [sys.executable, "-c", source]
    done = subprocess.run(
        command, env=environment, cwd=library.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def answers():
    return run(LIBRARY)[0]


def assert_same(found, expected, tolerance=1e-12):
    assert found.keys() <= expected.keys()
    for key in found:
        np.testing.assert_allclose(found[key], expected[key], rtol=tolerance, err_msg=key)


def test_a_closed_door_changes_no_answer(answers):
    found, said = run(LIBRARY, SAM_LIB_COMPILE="0", PYTHONWARNINGS="error")
    assert found.keys() == answers.keys() and said == ""
    assert_same(found, answers)


def test_without_numba_it_works_and_says_so(answers, tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('no numba here')")
    shutil.copytree(LIBRARY, tmp_path / "sam_lib", ignore=shutil.ignore_patterns("__pycache__"))
    found, said = run(tmp_path / "sam_lib", short=True)
    assert_same(found, answers)
    assert said.count("\n") == 1 and "loops run uncompiled" in said and "(no numba here)" in said


def test_where_nothing_can_be_written_it_works_and_says_so(answers, tmp_path):
    library = tmp_path / "sam_lib"
    shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [library, *(p for p in library.rglob("*") if p.is_dir())]:
        (folder / "__pycache__").write_text("a file where the cache would go")
    nowhere = {"HOME": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere", "NUMBA_CACHE_DIR": ""}
    found, said = run(library, short=True, **nowhere)
    assert_same(found, answers)
    assert said.count("\n") == 1 and "no writable place for compiled loops" in said


def test_where_the_slope_vanishes_a_huge_product_does_no_harm():
    data = sam.single_example([1, 2])
    run = sam.descend(np.full((3, 2), 1e100), data, sam.GD(), 0.1, 3)
    assert run.status is sam.Status.COMPLETED and np.all(run.theta == 1e100)


def test_numba_has_one_door():
    users = [
        path.name
        for path in LIBRARY.rglob("*.py")
        if re.search(r"^\s*(import|from) numba", path.read_text(encoding="utf-8"), re.M)
    ]
    assert users == ["door.py"]


def test_importing_the_library_does_not_import_numba():
    code = "import sys, sam_lib as sam; sam.descend, sam.flow, sam.exact, sam.theory"
    code += "; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_plain_fused_product_is_rounded_once():
    rng = np.random.default_rng(0)
    for x, y, z in rng.standard_normal((200, 3)) * 10.0 ** rng.integers(-100, 100, (200, 3)):
        expected = float(Fraction(x) * Fraction(y) + Fraction(z))
        assert door._plain_fma(x, y, z) == expected
        error = door._plain_fma(x, y, -(x * y))
        assert Fraction(x) * Fraction(y) == Fraction(x * y) + Fraction(float(error))
    assert door._plain_fma(1e300, 1e300, 0.0) == np.inf
