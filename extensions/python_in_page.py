"""Cells that run in the reader's browser: the page's part, and the data that it needs.

``tools/build.py`` names the folder of the packed interpreter in $BOOK_PYTHON; without it the book
is built without this. A page that is only read loads ``run.js``, some small buttons, and no more.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import json
import os
import re
import shutil
import tarfile
from pathlib import Path

TARGET = "python"  # the folder beside the pages
PAGE = Path(__file__).parent / "page"
LIBRARY = (
    "sam_lib/**/*.py",
    "sam_lib/**/*.js",
    "sam_lib/**/*.css",
    "sam_lib/**/*.svg",
    "claims.yml",
)
MARK = re.compile(
    r'(?P<input>class="cell_input)|<div class="verdict[^>]*? data-claim="(?P<record>[^"]*)"'
)
TEXTS = ("text/latex", "text/plain")


def pack(root: Path, paths: list[Path]) -> bytes:
    """A gzipped tar, the same for the same files."""
    raw = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, raw, mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path in sorted(paths):
                entry = tarfile.TarInfo(path.relative_to(root).as_posix())
                entry.size = path.stat().st_size
                with path.open("rb") as content:
                    archive.addfile(entry, content)
    return raw.getvalue()


def output_text(output: dict) -> str:
    """The text by which an output is compared; nothing for figures, whose text is their class."""
    if output["output_type"] == "stream":
        return "".join(output["text"])
    data = output.get("data", {})
    found = next((data[mime] for mime in TEXTS if mime in data), "")
    text = "".join(found)
    return "" if text.startswith("<Figure ") or LIVE.match(text) else text


LIVE = re.compile(r"[A-Z]\w*\(name='[\w-]*'")


def chapter(notebook: Path, page: Path) -> list[dict]:
    """The code cells of a chapter: source, stored text, alt text of figures, verdicts."""
    cells = [c for c in json.loads(notebook.read_text("utf8"))["cells"] if c["cell_type"] == "code"]
    records: list[list] = [[] for _ in cells]
    index = -1
    for match in MARK.finditer(page.read_text("utf8")):
        index += bool(match["input"])
        if match["record"]:
            records[index].append(json.loads(html.unescape(match["record"])))
    if index + 1 != len(cells):
        raise ValueError(f"{page.name} shows {index + 1} code cells, its notebook has {len(cells)}")
    return [
        {
            "id": cell["id"],
            "source": "".join(cell["source"]),
            "text": "\n".join(map(output_text, cell["outputs"])),
            "alt": cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", ""),
            "checks": checks,
        }
        for cell, checks in zip(cells, records, strict=True)
    ]


def write(app, exception) -> None:
    """Put the interpreter, the library and the cells beside the pages."""
    target = Path(app.outdir) / TARGET
    if exception is not None or app.builder.format != "html":
        return
    shutil.rmtree(target, ignore_errors=True)
    if not app.config.python_in_page:
        return
    shutil.copytree(app.config.python_in_page, target, ignore=lambda *_: ["complete"])
    root = Path(app.srcdir)
    library = [path for pattern in LIBRARY for path in root.glob(pattern)]
    (target / "sam_lib.pack").write_bytes(pack(root, library))
    (target / "session.pack").write_bytes(pack(PAGE, list(PAGE.glob("*.py"))))
    for script in PAGE.glob("*.js"):
        shutil.copyfile(script, target / script.name)
    files = {}
    for path in sorted(target.iterdir()):
        if path.suffix in (".pack", ".wasm", ".zip") or path.name == "pyodide.asm.mjs":
            version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            files[path.name] = {"version": version, "size": path.stat().st_size}
    dump(target / "files.json", files)
    claims: dict[str, list] = {}
    for name in sorted(app.env.found_docs):
        notebook = root / f"{name}.ipynb"
        if notebook.exists():
            cells = chapter(notebook, Path(app.outdir) / f"{name}.html")
            dump(target / f"{name}.json", {"cells": cells})
            for index, cell in enumerate(cells):
                for record in cell["checks"]:
                    place = {"page": name, "cell": index, "record": record}
                    claims.setdefault(record["id"], []).append(place)
    dump(target / "claims.json", claims)


def dump(path: Path, data) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), "utf8")


def setup(app) -> dict:
    folder = os.environ.get("BOOK_PYTHON", "")
    app.add_config_value("python_in_page", folder, "html", [str])
    if folder:
        app.add_js_file("run.js", priority=900)
        app.add_css_file("run.css", priority=910)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
