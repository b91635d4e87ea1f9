"""The library as pip installs it: from its wheel, in an environment of its own, away from here."""

import ast
import email
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
IMPORTED_AS = {"pyyaml": "yaml", "python-flint": "flint"}

USE = """
from pathlib import Path
import sympy as sp
import sam_lib as sam

home = Path(sam.__file__).parent
assert home.is_relative_to({environment!r}), home
assert len(sam.claims.registry()) == {claims}
s, mu, rho, gap = sp.symbols("s mu rho gap")
w = rho + gap * sp.exp(mu * s)
verdict = sam.claims.check("d2", "depth-two", kind="symbolic", residual=w.diff(s) - mu * (w - rho),
                           rejects={{"gate at 2 rho": w.diff(s) - mu * (w - 2 * rho)}})
print(verdict)
figures = [value for value in vars(sam.live).values() if isinstance(value, type)
           and issubclass(value, sam.live.LiveFigure) and value is not sam.live.LiveFigure]
for figure in figures:
    text = figure().save("figure.html").read_text("utf8")
    assert "export default" in text and figure.__name__ in text
print(len(figures), "figures")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--no-build-isolation", "--out-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The Python of a new environment with the wheel; what it depends on is lent by this one.

    A path of a .pth file lends packages, but not the editable install of the repository.
    """
    folder = tmp_path_factory.mktemp("environment").resolve()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    (Path(site) / "lent.pth").write_text(sysconfig.get_path("purelib"), "utf8")
    uv("pip", "install", "--no-deps", "--offline", "--python", python, wheel)
    return python


def uv(*arguments):
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    environment = os.environ | {"VIRTUAL_ENV": sys.prefix}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr


def run(python, folder, *arguments, **variables):
    """Run the installed library in a folder without a repository, or the test fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHONPATH"))}
    command = [python, "-W", "error", *arguments]
    result = subprocess.run(
        command, cwd=folder, env=kept | variables, capture_output=True, text=True, encoding="utf8"
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_holds_the_library_and_its_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sam_lib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert tracked <= names
    others = {name for name in names - tracked if ".dist-info/" not in name}
    assert others == {"sam_lib/claims.yml"}


def test_the_metadata_say_where_it_comes_from_and_what_it_runs_on(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    links = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    home = config["repository"]["url"]  # a place that does not exist is no link
    assert {key: link for key, link in links.items() if key != "Paper"} == (
        {
            "Repository": home,
            "Issues": f"{home}/issues",
            "Changelog": f"{home}/blob/main/CHANGELOG.md",
        }
        if home
        else {}
    )
    listed = [c.rpartition(" ")[2] for c in metadata.get_all("Classifier") if "Python :: 3." in c]
    low, high = re.fullmatch(r"<3\.(\d+),>=3\.(\d+)", metadata["Requires-Python"]).groups()[::-1]
    assert listed == [f"3.{minor}" for minor in range(int(low), int(high))]
    assert metadata["License-Expression"] == "BSD-3-Clause"


def test_the_library_imports_only_what_it_declares():
    declared = {re.split(r"[^\w-]", entry)[0].lower() for entry in PROJECT["dependencies"]}
    allowed = {IMPORTED_AS.get(name, name) for name in declared} | {"sam_lib", "traitlets"}
    allowed |= {"js"}  # the page itself, where Python runs in a browser
    found = set()
    extras = {f"optimizers/{name}.py" for name in PROJECT["optional-dependencies"]}
    for path in (ROOT / "sam_lib").rglob("*.py"):
        if path.relative_to(ROOT / "sam_lib").as_posix() in extras:
            continue  # needs what its name says, and nothing else imports it
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    assert found - sys.stdlib_module_names <= allowed


def test_check_registry_and_every_figure_work_from_the_wheel(installed, tmp_path):
    claims = len(yaml.safe_load((ROOT / "claims.yml").read_text("utf8")))
    use = USE.format(environment=str(installed.parents[1]), claims=claims)
    out = run(installed, tmp_path, "-c", use, PYTHONUTF8="1")
    assert out.startswith("✓ verified: d2 (depth-two)") and "figures" in out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_verdict_prints_on_a_terminal_without_its_sign(installed, tmp_path, encoding):
    use = USE.format(environment=str(installed.parents[1]), claims="len(sam.claims.registry())")
    use = use.partition("figures =")[0].replace("gate at 2 rho", "gate at 2 ρ")
    out = run(installed, tmp_path, "-c", use, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert out.startswith("verified: d2 (depth-two)") and r"gate at 2 \u03c1" in out


def test_codegen_works_from_the_wheel(installed, tmp_path):
    run(installed, tmp_path, "-m", "sam_lib.codegen", "--check")


def test_a_downloaded_chapter_runs_from_the_wheel(installed, tmp_path):
    shutil.copyfile(
        ROOT / "chapters" / "01_three_optimizers.ipynb", tmp_path / "01_three_optimizers.ipynb"
    )
    shutil.copyfile(ROOT / "conftest.py", tmp_path / "conftest.py")
    nbval = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=1800")
    out = run(
        installed, tmp_path, "-W", "default", "-m", "pytest", "-q", "-p", "no:cacheprovider", *nbval
    )
    assert " passed" in out
