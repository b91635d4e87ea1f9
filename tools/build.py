"""Build the book with warnings as errors, pack it, and say which file to open.

Nothing is done when nothing changed since the last good build: ``python tools/build.py``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import execute
import parts

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
STAMP = ROOT / "_build" / ".built"
ARCHIVE = HTML / "book.zip"
PYTHON = HTML / "python"  # cannot start from a file
FOLDERS = ("benchmarks", "book", "chapters", "extensions", "sam_lib", "tools")
FILES = ("*.yml", "*.bib", "*.toml", "*.lock", "*.cff")
IGNORED = {".ipynb_checkpoints", "__pycache__"}


def sources() -> list[Path]:
    """All files that the book is made from."""
    found = [path for pattern in FILES for path in ROOT.glob(pattern)]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    return sorted(path for path in found if not IGNORED & set(path.parts))


def digest(python: Path | None) -> str:
    """A hash of all sources, and of the interpreter for the pages."""
    total = hashlib.sha256(f"{sys.version}{python}".encode())
    for path in sources():
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def pages() -> list[Path]:
    """The pages that the table of contents promises."""
    return [HTML / "index.html", *(HTML / f"{name}.html" for name in execute.contents())]


def pack() -> None:
    """Put the whole book into one archive that opens from a file."""
    partial = ARCHIVE.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(HTML.rglob("*")):
            unneeded = path in (ARCHIVE, partial) or path.suffix == ".map" or PYTHON in path.parents
            if path.is_file() and not unneeded:
                archive.write(path, Path("minor-first-major-last") / path.relative_to(HTML))
    partial.replace(ARCHIVE)


def build(python: Path | None) -> None:
    """Execute what is new, then run Jupyter Book; stop with its exit code if it complains."""
    execute.main()
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", "-W", "-n"]
    environment = os.environ | {"PYTHONHASHSEED": "0", "BOOK_PYTHON": str(python or "")}
    result = subprocess.run([*command, "--keep-going", "."], cwd=ROOT, env=environment)
    if result.returncode:
        sys.exit(result.returncode)
    missing = [str(page) for page in pages() if not page.exists()]
    if missing:
        sys.exit(f"The build made no {', '.join(missing)}")
    pack()


def main() -> None:
    start = time.perf_counter()
    python = parts.provide()
    wanted = digest(python)
    up_to_date = STAMP.exists() and STAMP.read_text() == wanted and all(p.exists() for p in pages())
    if not up_to_date:
        STAMP.unlink(missing_ok=True)
        print("Building the book. The first time runs every chapter; later only what changed.")
        build(python)
        STAMP.write_text(wanted)
    state = "is up to date" if up_to_date else f"was built in {time.perf_counter() - start:.0f} s"
    print(f"\nThe book {state}. Open\n  {HTML / 'index.html'}\nor run `make serve`.")


if __name__ == "__main__":
    main()
