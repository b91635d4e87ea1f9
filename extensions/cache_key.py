"""Executed notebooks are kept under a key made of all that their numbers depend on.

The cache of the notebook executor knows the text of a notebook and nothing else, so a change in the
library would show stale numbers. A change of the key also makes Sphinx read every page again.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

SOURCES = ("sam_lib/**/*.py", "sam_lib/**/*.js", "claims.yml", "requirements.lock")
CACHES = "_build/.executed"
KEPT = 3


def digest(root: Path) -> str:
    """A short hash of the library, the claims and the locked environment."""
    total = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            total.update(path.relative_to(root).as_posix().encode() + b"\0")
            total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def cache_folder(root: Path) -> Path:
    """The folder for the present key; all but the last few are forgotten."""
    folder = root / CACHES / digest(root)
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    caches = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in caches[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def configure(app, config) -> None:
    config.nb_execution_cache_path = str(cache_folder(Path(app.confdir)))


def setup(app) -> dict:
    app.connect("config-inited", configure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
