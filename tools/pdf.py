"""Print the note for experts and the map of results: ``make pdf``, after ``make book``.

It needs Chromium or Chrome; CHROMIUM names another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HTML, OUTPUT = ROOT / "_build" / "html", ROOT / "_build" / "pdf"
PAGES = ("book/note", "book/map")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--virtual-time-budget=30000",  # until the formulas are typeset
    "--no-pdf-header-footer",
)


def main() -> None:
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else NAMES
    browser = next(filter(None, map(shutil.which, names)), None)
    if browser is None:
        sys.exit("No Chromium found: install one, or name it: make pdf CHROMIUM=/path/to/chrome")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        source, target = HTML / f"{page}.html", OUTPUT / f"{Path(page).name}.pdf"
        if not source.exists():
            sys.exit(f"There is no {source}: run `make book` first.")
        command = [browser, *FLAGS, f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=300)
        print(target)


if __name__ == "__main__":
    main()
