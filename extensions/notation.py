"""Symbols: ``notation.yml`` makes the notation page, and {sym} shows what a symbol means."""

from __future__ import annotations

from pathlib import Path

import yaml
from docutils import nodes
from markup import paragraph
from previews import attach
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)

REGISTRY = "notation.yml"


class symbol(nodes.Inline, nodes.Element):
    """A symbol in the text."""


def registry(env) -> dict[str, dict]:
    """The symbols by name: tex, meaning, and what the code calls them."""
    if not hasattr(env.app, "notation_registry"):
        text = (Path(env.srcdir) / REGISTRY).read_text("utf8")
        env.app.notation_registry = yaml.safe_load(text)
    return env.app.notation_registry


def depend(env) -> None:
    """A page that shows symbols is read again when their list changes."""
    env.note_dependency(str(Path(env.srcdir) / REGISTRY))


class Notation(SphinxDirective):
    """``{notation}``: the table of all symbols."""

    def run(self) -> list[nodes.Node]:
        depend(self.env)
        self.env.notation_page = self.env.docname
        heads = ("Symbol", "Meaning", "In the code")
        group = nodes.tgroup("", *(nodes.colspec(colwidth=w) for w in (20, 55, 25)), cols=3)
        group += nodes.thead("", self.row([nodes.paragraph("", head)] for head in heads))
        body = nodes.tbody()
        for key, entry in registry(self.env).items():
            code = entry.get("code")
            row = self.row(
                (
                    [nodes.paragraph("", "", nodes.math(entry["tex"], entry["tex"]))],
                    [paragraph(entry["meaning"])],
                    [nodes.paragraph("", "", nodes.literal(code, code))] if code else [],
                )
            )
            row["ids"] = [f"sym-{key}"]
            body += row
        group += body
        return [nodes.table("", group, classes=["notation"])]

    @staticmethod
    def row(cells) -> nodes.row:
        return nodes.row("", *(nodes.entry("", *cell) for cell in cells))


class Symbol(SphinxRole):
    """{sym}`mu`: a symbol, with its meaning on hover and focus."""

    def run(self):
        depend(self.env)
        if self.text not in registry(self.env):
            logger.warning("unknown symbol: %s", self.text, location=self.get_location())
            return [], []
        tex = registry(self.env)[self.text]["tex"]
        return [symbol("", nodes.math(tex, tex), key=self.text)], []


def resolve(app, doctree: nodes.document, docname: str) -> None:
    """Link the symbols of a page to the notation page and attach their previews."""
    page = getattr(app.env, "notation_page", None)
    for node in list(doctree.findall(symbol)):
        key = node["key"]
        if page is None:
            node.replace_self(node.children)
            continue
        entry = registry(app.env)[key]
        node["uri"] = app.builder.get_relative_uri(docname, page) + f"#sym-{key}"
        content = [paragraph(f"${entry['tex']}$: {entry['meaning']}")]
        if entry.get("code"):
            name = nodes.literal(entry["code"], entry["code"])
            text = nodes.Text("In the code: ")
            content.append(nodes.paragraph("", "", text, name, classes=["preview-foot"]))
        attach(doctree, f"sym-{key}", *content)


def visit(translator, node: symbol) -> None:
    name = node["key"].replace("-", " ")
    translator.body.append(f'<a class="sym-ref" href="{node["uri"]}" aria-label="{name}">')


def depart(translator, node: symbol) -> None:
    translator.body.append("</a>")


def setup(app) -> dict:
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(symbol, html=(visit, depart), latex=plain, text=plain)
    app.add_directive("notation", Notation)
    app.add_role("sym", Symbol())
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
