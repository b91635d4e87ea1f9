"""Build a few pages only, to look at while writing: ``make preview PAGES=chapters/04_gate``.

Links to other pages stay unresolved and warnings are not errors: ``make book`` is the judge.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "_build" / "preview"


def contents(pages: list[str]) -> dict:
    """The table of contents without the pages that were not asked for."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    for part in toc["parts"]:
        part["chapters"] = [entry for entry in part["chapters"] if entry["file"] in pages]
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    return toc


def main(pages: list[str]) -> int:
    missing = [page for page in pages if not list(ROOT.glob(f"{page}.*"))]
    if missing or not pages:
        sys.exit(f"Name pages as _toc.yml does; not found: {', '.join(missing) or 'no page'}")
    with tempfile.TemporaryDirectory() as folder:
        toc = Path(folder) / "toc.yml"
        toc.write_text(yaml.safe_dump(contents(pages), sort_keys=False), "utf8")
        jupyter_book = Path(sys.executable).with_name("jupyter-book")
        options = ["--toc", str(toc), "--path-output", str(OUTPUT)]
        environment = os.environ | {"PYTHONHASHSEED": "0", "TQDM_DISABLE": "1"}
        code = subprocess.run(
            [jupyter_book, "build", *options, "."], cwd=ROOT, env=environment
        ).returncode
    print(f"\n{OUTPUT / '_build' / 'html'}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
