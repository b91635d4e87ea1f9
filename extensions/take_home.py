"""Chapters to take away: notebooks whose first cell gets the library where it is missing.

They lie beside the pages, and the download button of a page leads there. JupyterLab, VS Code and
hosts such as Colab run them as they are.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from report import repository

FOLDER = "notebooks"
FIRST = '''\
# Run this cell first: it gets the library of this book where it is missing.
# Without git or a network: download {url} and run `pip install` on its folder.
try:
    import sam_lib
except ImportError:
    %pip install --quiet "sam-lib @ git+{url}"'''
FIRST_WITHOUT_ADDRESS = """\
# This needs the library of the book: run `pip install .` once, in the folder of its sources.
import sam_lib"""


def with_first_cell(notebook: nbformat.NotebookNode, url: str) -> nbformat.NotebookNode:
    """A copy of a chapter that first gets what it needs."""
    source = FIRST.format(url=url) if url else FIRST_WITHOUT_ADDRESS
    first = nbformat.v4.new_code_cell(source, id="get-the-library")
    return nbformat.from_dict({**notebook, "cells": [first, *notebook.cells]})


def point_to_it(app, pagename, templatename, context, doctree) -> None:
    """The download button of a chapter offers this notebook."""
    if not (Path(app.srcdir) / f"{pagename}.ipynb").exists():
        return
    for group in context.get("header_buttons", ()):
        for button in group.get("buttons", ()):
            if str(button.get("url", "")).endswith(".ipynb"):
                button["url"] = context["pathto"](f"{FOLDER}/{Path(pagename).name}.ipynb", 1)
                button["tooltip"] = "Download as notebook; its first cell asks for the library"


def write(app, exception) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for name in sorted(app.env.found_docs):
        source = Path(app.srcdir) / f"{name}.ipynb"
        if source.exists():
            notebook = nbformat.read(source, as_version=4)
            made = with_first_cell(notebook, repository(app.config))
            nbformat.write(made, folder / source.name)


def setup(app) -> dict:
    app.connect("html-page-context", point_to_it, priority=502)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
