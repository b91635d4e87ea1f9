"""What chapters print does not hang on the last bit: some of them under other arithmetic."""

import importlib.util
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent

spec = importlib.util.spec_from_file_location("portable", ROOT / "tools" / "portable.py")
portable = importlib.util.module_from_spec(spec)
spec.loader.exec_module(portable)

# The chapters whose runs amplify rounding; `make portable` compares them all.
SENSITIVE = ["02", "08", "11"]


@pytest.mark.parametrize("chapter", SENSITIVE)
def test_a_chapter_prints_the_same_without_vector_units(chapter, capfd):
    good = portable.compare(Path(sys.executable), portable.chosen([chapter]))
    assert good, capfd.readouterr().out


AMPLIFIED = """import numpy as np
rng = np.random.default_rng(0)
x = (abs(rng.normal(size=997) @ rng.normal(size=997)) * 0.1) % 1
for _ in range(200):
    x = 4 * x * (1 - x)
print(f"{x:.3f}")"""


def test_a_digit_that_an_instability_amplified_is_noticed(tmp_path, capfd):
    """The same product, summed in another order by another kernel."""
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    here = Path(sys.executable)
    cell = nbformat.v4.new_code_cell(AMPLIFIED, execution_count=1)
    path = tmp_path / "amplified.ipynb"
    answers = set()
    for plain in (True, False):
        result = portable.run(here, ["-c", AMPLIFIED], plain=plain, capture_output=True, check=True)
        answers.add(result.stdout)
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=result.stdout)]
    if len(answers) == 1:
        pytest.skip("this processor has no vector units to switch off")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    assert portable.compare(here, [path.name], plain=False, folder=tmp_path)
    assert not portable.compare(here, [path.name], plain=True, folder=tmp_path)
    assert "x" in capfd.readouterr().out


def test_what_is_not_there_is_named():
    assert portable.environment("3.99", None) == "Python 3.99 is not on this machine"
    with pytest.raises(SystemExit, match="no chapter begins with 77"):
        portable.chosen(["77"])
