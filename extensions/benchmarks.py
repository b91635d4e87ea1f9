"""``{benchmarks}``: the table of ``benchmarks/results.json``, and where it was measured."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

RESULTS = "benchmarks/results.json"
HEAD = (
    "| task | ours | instead | ratio, median | min to max | target |\n|---|---|---|---|---|---|\n"
)


def line(row: dict) -> str:
    """One row of the table, in Markdown."""
    target = f"{row['target']}: {'✓ met' if row['met'] else '✗ missed'}" if row["target"] else ""
    cells = [
        row["task"],
        f"{row['seconds']:.3g} s",
        row["peer"],
        f"{row['median']:.3g}",
        f"{row['min']:.3g} to {row['max']:.3g}",
        target,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


class Benchmarks(SphinxDirective):
    """Machine, versions and table; or that nothing was measured yet."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / RESULTS
        self.env.note_dependency(str(path))
        if not path.exists():
            return self.parse_text_to_nodes("Nothing was measured yet: run `make bench`.")
        table = json.loads(path.read_text(encoding="utf-8"))
        machine = table["machine"]
        versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
        text = (
            f"Measured on {machine['cores']} cores ({machine['processor']}, {machine['system']}) "
            f"with Python {machine['python']}, {versions}.\n\n"
        )
        if machine.get("load"):  # ratios of a busy machine are noisy: say so
            text += f"Load average when the measurement began: {machine['load']:.1f}.\n\n"
        return self.parse_text_to_nodes(text + HEAD + "".join(map(line, table["rows"])))


def setup(app: Sphinx) -> dict:
    app.add_directive("benchmarks", Benchmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
