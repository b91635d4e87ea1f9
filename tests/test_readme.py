"""What README.md says is true: its example runs, and its commands and files exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf8")


def test_the_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    names = {}
    exec(code, names)
    assert names["run"].beta.shape[-1] == 3
    assert capsys.readouterr().out


def test_commands_exist():
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf8"), re.M))
    assert {"book", "test", "serve", "bench", "clean", "help"} <= targets
    assert set(re.findall(r"^    make (\w+)", README, re.M)) <= targets


def test_linked_files_exist():
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link


def test_versions_agree():
    found = {
        re.search(pattern, (ROOT / name).read_text("utf8"), re.M)[1]
        for name, pattern in {
            "pyproject.toml": r'^version = "(.+)"',
            "sam_lib/__init__.py": r'^__version__ = "(.+)"',
            "CITATION.cff": r"^version: (.+)",
        }.items()
    }
    assert len(found) == 1
