"""Read or verify: the code of a page is folded for readers and open for those who check it.

Every code cell becomes part of a native ``<details>``, so that each can be unfolded where it
stands, also without scripts. A check becomes one line that says what was found; the code of
figures, plots and answers leaves only what it shows; code that is the idea itself, a few lines,
stays. The switch in the header opens all folds at once (``reading.js``).
"""

from __future__ import annotations

import html
import json
import re

from claim_domain import CARD
from docutils import nodes

IDEA_LINES = 8
KINDS = {
    "setup": "Setup",
    "check": "Check",
    "figure": "Code of this figure",
    "plot": "Code of this plot",
    "answer": "Code of this answer box",
    "formula": "Name of this formula",
    "run": "Code",
}


class fold(nodes.General, nodes.Element):
    """What is folded while reading; ``kind`` says what it is."""


class fold_line(nodes.General, nodes.TextElement):
    """The line that stands for it."""


def kind_of(source: str, first: bool) -> str | None:
    """What a code cell is for; None if its code is the idea."""
    if "claims.check(" in source:
        return "check"
    if re.search(r"\blive\.Answer\b", source):
        return "answer"
    if re.search(r"\blive\.[A-Z]", source):
        return "figure"
    if first and re.search(r"^(import|from|%)", source, re.MULTILINE):
        return "setup"
    if re.fullmatch(r"cf\.\w+", source.strip()):
        return "formula"
    if "plt.show()" in source:
        return "plot"
    return None if len(source.strip().splitlines()) <= IDEA_LINES else "run"


def records(cell: nodes.Element) -> list[dict]:
    """The verdicts that a cell shows."""
    found = {}
    for node in cell.findall(nodes.raw):
        for match in CARD.finditer(node.astext()):
            record = json.loads(html.unescape(match[1] or match[2]))
            found[record["anchor"]] = record
    return list(found.values())


def line(kind: str, verdicts: list[dict]) -> str:
    """What a folded cell says."""
    if not verdicts:
        return KINDS[kind]
    return " · ".join(map(sentence, verdicts))


def sentence(record: dict) -> str:
    """A verdict in one line: how it was checked, and what the check refuses."""
    count = record["instances"]
    cases = "" if record["kind"] in ("symbolic", "certified") else f", {count} cases"
    how = "algebra" if record["kind"] == "symbolic" else record["kind"] + cases
    name = record["id"] + (f" ({record['part']})" if record["part"] else "")
    refused = ", ".join(f"“{wrong}”" for wrong in record["rejects"])
    return f"✓ {name}: {how}; refuses {refused}"


def fold_cells(app, doctree: nodes.document) -> None:
    """Wrap what is folded while reading."""
    first = True
    for cell in [n for n in doctree.findall(nodes.container) if "cell" in n["classes"]]:
        source = next((n for n in cell.children if "cell_input" in n.get("classes", ())), None)
        if source is None:
            continue
        kind = kind_of(source.astext(), first)
        first = False
        if kind is None or "tag_idea" in cell["classes"]:
            continue
        cell["classes"].append(f"cell-{kind}")
        whole = kind in ("setup", "check")
        label = fold_line("", line(kind, records(cell)))
        wrapped = fold("", label, kind=kind)
        if whole:
            wrapped += cell.children[:]
            cell.children = []
            cell += wrapped
        else:
            place = cell.index(source)
            cell.remove(source)
            wrapped += source
            cell.insert(place, wrapped)


def visit_fold(self, node) -> None:
    self.body.append(f'<details class="fold fold-{node["kind"]}">')


def depart_fold(self, node) -> None:
    self.body.append("</details>")


def visit_line(self, node) -> None:
    self.body.append('<summary class="fold-line">')


def depart_line(self, node) -> None:
    self.body.append("</summary>")


def setup(app) -> dict:
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(fold, html=(visit_fold, depart_fold), latex=plain, text=plain)
    app.add_node(fold_line, html=(visit_line, depart_line), latex=plain, text=plain)
    app.connect("doctree-read", fold_cells, priority=900)
    app.add_js_file("reading.js", priority=100)
    app.add_css_file("reading.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
