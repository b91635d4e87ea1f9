"""A clone is the same everywhere: the tests compare bytes, so no setting may rewrite line ends."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.skipif(
    not ((ROOT / ".git").exists() and shutil.which("git")), reason="not a git repository"
)
def test_a_clone_for_windows_has_the_same_bytes(tmp_path):
    command = ["git", "clone", "--quiet", "--config", "core.autocrlf=true", ROOT, tmp_path / "new"]
    subprocess.run(command, check=True)
    found = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    found = [path for path in found if ".git" not in path.parts and path.suffix != ".png"]
    assert len(found) > 100
    assert [path.name for path in found if b"\r\n" in path.read_bytes()] == []
