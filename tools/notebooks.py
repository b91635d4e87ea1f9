"""Chapters as they are committed: run from top to bottom, with text outputs and nothing else.

    python tools/notebooks.py run chapters/*.ipynb     execute, then clean
    python tools/notebooks.py clean chapters/*.ipynb   keep the outputs that nbval compares
    python tools/notebooks.py check chapters/*.ipynb   fail unless a chapter is as ``run`` leaves it

Kept: source, text, LaTeX and printed outputs, execution counts 1..n, stable cell ids. Dropped:
images, HTML, widget state. Running twice leaves an empty diff. A cell without an execution count
would count as never run and nbval would compare nothing, so ``check`` refuses it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

import nbformat

KEPT_MIMES = ("text/plain", "text/latex")
KEPT_METADATA = ("tags", "mystnb", "editable", "slideshow")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
TIMEOUT = 1800
os.environ["TQDM_DISABLE"] = "1"  # a progress bar is shown by chance: when the machine is busy


def clean_output(output: dict) -> dict | None:
    """The part of an output that is worth comparing, or None."""
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": output["text"]}
    if kind == "error":
        return {key: output[key] for key in ("output_type", "ename", "evalue", "traceback")}
    data = {mime: output["data"][mime] for mime in KEPT_MIMES if mime in output["data"]}
    if not data:
        return None
    kept = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        kept["execution_count"] = output["execution_count"]
    return kept


def merge_streams(outputs: list[dict]) -> list[dict]:
    """Join neighboring pieces of one stream; how a stream is cut is chance."""
    merged: list[dict] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output["output_type"] == "stream" == last["output_type"]:
            if output["name"] == last["name"]:
                last["text"] += output["text"]
                continue
        merged.append(output)
    return merged


def clean(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """The notebook as it is committed."""
    cells, count = [], 0
    for index, cell in enumerate(notebook.cells):
        metadata = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
        kept = {"id": f"{name}-{index:03d}", "cell_type": cell.cell_type, "metadata": metadata}
        kept["source"] = cell.source.rstrip()
        if cell.cell_type == "code":
            ran = cell.execution_count is not None
            count += ran
            outputs = [clean_output(output) for output in cell.outputs]
            kept["outputs"] = merge_streams([o for o in outputs if o is not None])
            kept["execution_count"] = count if ran else None
            for output in kept["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
        cells.append(kept)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(content)


def text_of(notebook: nbformat.NotebookNode) -> str:
    """The file's text: sorted keys, one-space indent, a final newline."""
    plain = json.loads(nbformat.writes(notebook))
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def short_name(path: Path) -> str:
    """A prefix for cell ids, from the file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem)[:40]


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.reads(path.read_text("utf8"), as_version=4)


def write(path: Path, notebook: nbformat.NotebookNode) -> None:
    text = text_of(clean(notebook, short_name(path)))
    changed = not path.exists() or path.read_text("utf8") != text
    if changed:
        path.write_text(text, "utf8")
    print(f"{path}: {'written' if changed else 'unchanged'}")


def run(path: Path) -> nbformat.NotebookNode:
    """Execute a notebook in its own folder with this interpreter."""
    from nbclient import NotebookClient

    notebook = load(path)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": path.parent}},
    )
    client.execute()
    return notebook


def faults(path: Path) -> list[str]:
    """What keeps a notebook from being committed."""
    notebook = load(path)
    found = []
    counts = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        found.append(f"execution counts are {counts}, not 1..{len(counts)}")
    if not counts:
        found.append("no code cell, so nothing is checked")
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                found.append(f"cell {index} failed: {output['ename']}")
            text = output.get("text", "") + "".join(map(str, output.get("data", {}).values()))
            if ADDRESS.search(text):
                found.append(f"cell {index} prints a memory address")
            if output.get("name") == "stderr":
                found.append(f"cell {index} writes to stderr")
    if path.read_text("utf8") != text_of(clean(notebook, short_name(path))):
        found.append("not filtered: run `python tools/notebooks.py run` on it")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices=("run", "clean", "check"))
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    failed = False
    for path in arguments.files:
        if arguments.action == "check":
            for fault in faults(path):
                failed = True
                print(f"{path}: {fault}")
        else:
            write(path, run(path) if arguments.action == "run" else load(path))
    sys.exit(failed)


if __name__ == "__main__":
    main()
