"""Hover previews: a link to a statement, an equation, a term or a symbol shows it on the spot.

Each page carries the previews that its own links need, as inert ``<template>`` elements, so they
work from a file as well as from a server. ``previews.js`` shows them on hover and on keyboard
focus.
"""

from __future__ import annotations

from zlib import crc32

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxTranslator


class preview(nodes.General, nodes.Element):
    """What a link to ``target`` shows."""


def attach(doctree: nodes.document, target: str, *content: nodes.Node) -> None:
    """Give the page a preview for links that end in ``#target``, once."""
    if not any(node["target"] == target for node in doctree.findall(preview)):
        doctree.append(preview("", *content, target=target))


def _find(doctree: nodes.document, target: str) -> nodes.Element | None:
    return next((n for n in doctree.findall(nodes.Element) if target in n.get("ids", ())), None)


def _copy(node: nodes.Element) -> nodes.Element:
    """A copy without ids, numbers and links, so that nothing in the page is there twice."""
    copy = node.deepcopy()
    for element in list(copy.findall(nodes.Element)):
        element["ids"] = []
        if "number" in element:
            element["number"] = None
        if isinstance(element, (nodes.reference, pending_xref)):
            element.replace_self(nodes.Text(element.astext()))
    return copy


def _content(found: nodes.Element) -> list[nodes.Node]:
    """What is shown of an equation or a term."""
    if isinstance(found, nodes.target):
        found = found.next_node(nodes.math_block, descend=False, siblings=True)
    if not isinstance(found, nodes.term):
        return [_copy(found)]
    definition = found.next_node(nodes.definition, descend=False, siblings=True)
    head = nodes.paragraph("", found.astext().strip(), classes=["preview-head"])
    return [head, *_copy(definition).children]


def note_shown(app, doctree: nodes.document) -> None:
    """Remember what other pages may show of this one."""
    kinds = (nodes.math_block, nodes.definition_list_item)
    text = "\n".join(node.astext() for node in doctree.findall() if isinstance(node, kinds))
    app.env.metadata[app.env.docname]["previews"] = crc32(text.encode())


def pages_to_rewrite(app, env) -> list[str]:
    """When an equation or a term changes, the pages that may show it are written again."""
    shown = {name: env.metadata[name].get("previews") for name in sorted(env.found_docs)}
    if shown == getattr(env, "previews_shown", None):
        return []
    env.previews_shown = shown
    return list(shown)


def attach_equations_and_terms(app, doctree: nodes.document, docname: str) -> None:
    """Previews for the links to equations and to terms of a glossary."""
    equations = app.env.get_domain("math").data["objects"]
    terms = app.env.get_domain("std").data["objects"]
    homes = {f"equation-{label}": home for label, (home, _) in equations.items()}
    homes |= {label: home for (kind, _), (home, label) in terms.items() if kind == "term"}
    links = doctree.findall(nodes.reference)
    targets = [n.get("refid") or n.get("refuri", "").partition("#")[2] for n in links]
    for target in dict.fromkeys(targets):
        if home := homes.get(target):
            page = doctree if home == docname else app.env.get_doctree(home)
            if (found := _find(page, target)) is not None:
                attach(doctree, target, *_content(found))


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
    app.connect("doctree-read", note_shown)
    app.connect("env-updated", pages_to_rewrite)
    app.connect("doctree-resolved", attach_equations_and_terms)
    app.add_js_file("previews.js", defer="defer", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
