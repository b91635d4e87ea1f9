"""Hover previews: a link to a statement, an equation, a term or a symbol shows it on the spot.

Each page carries the previews that its own links need, as inert `<template>` elements, so they work
from a file as well as from a server. `previews.js` shows them on hover and on keyboard focus.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.util.docutils import SphinxTranslator


class preview(nodes.General, nodes.Element):
    """What a link to `target` shows."""


def inline(text: str) -> list[nodes.Node]:
    """`text` as nodes, with its $...$ as math."""
    pieces = re.split(r"\$([^$]+)\$", text)
    return [
        nodes.math(piece, piece) if k % 2 else nodes.Text(piece)
        for k, piece in enumerate(pieces)
        if piece
    ]


def paragraph(text: str, *classes: str) -> nodes.paragraph:
    """A paragraph of `text`, with its $...$ as math."""
    return nodes.paragraph("", "", *inline(text), classes=list(classes))


def attach(doctree: nodes.document, target: str, *content: nodes.Node) -> None:
    """Give the page a preview for links that end in `#target`, once."""
    if not any(node["target"] == target for node in doctree.findall(preview)):
        doctree.append(preview("", *content, target=target))


def _find(doctree: nodes.document, target: str) -> nodes.Element | None:
    return next((n for n in doctree.findall(nodes.Element) if target in n.get("ids", ())), None)


def _copy(node: nodes.Element) -> nodes.Element:
    """A copy without ids and numbers, so that nothing in the page is there twice."""
    copy = node.deepcopy()
    for element in copy.findall(nodes.Element):
        element["ids"] = []
        if "number" in element:
            element["number"] = None
    return copy


def attach_equations_and_terms(app, doctree: nodes.document, docname: str) -> None:
    """Previews for the links to equations and to terms of a glossary."""
    equations = app.env.get_domain("math").data["objects"]
    terms = app.env.get_domain("std").data["objects"]
    homes = {f"equation-{label}": home for label, (home, _) in equations.items()}
    homes |= {label: home for (kind, _), (home, label) in terms.items() if kind == "term"}
    for link in list(doctree.findall(nodes.reference)):
        target = link.get("refid") or link.get("refuri", "").partition("#")[2]
        if target not in homes:
            continue
        home = homes[target]
        found = _find(doctree if home == docname else app.env.get_doctree(home), target)
        if isinstance(found, nodes.target):
            found = found.next_node(nodes.math_block, descend=False, siblings=True)
        elif isinstance(found, nodes.term):
            found = found.next_node(nodes.definition, descend=False, siblings=True)
        if found is not None:
            attach(
                doctree,
                target,
                *(_copy(found).children if found.tagname == "definition" else [_copy(found)]),
            )


def visit_preview(translator: SphinxTranslator, node: preview) -> None:
    translator.body.append(f'<template data-preview="{node["target"]}">')


def depart_preview(translator: SphinxTranslator, node: preview) -> None:
    translator.body.append("</template>\n")


def skip(translator: SphinxTranslator, node: preview) -> None:
    raise nodes.SkipNode


def setup(app) -> dict:
    app.add_node(
        preview,
        html=(visit_preview, depart_preview),
        **{builder: (skip, None) for builder in ("latex", "text", "man", "texinfo")},
    )
    app.connect("doctree-resolved", attach_equations_and_terms)
    app.add_js_file("previews.js", defer="defer", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
