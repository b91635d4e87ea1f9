"""The map of results: ``{results}`` shows every theorem in two lines, with its verdict and figure.

What is shown stands in ``claims.yml``: ``given`` and ``formula`` in symbols, and ``figure``, the
name of the live figure that runs the formula. The thumbnails are the stored pictures of the
figures; a statement without one has a mark. The page prints on two sides.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from claim_domain import REGISTRY
from docutils import nodes
from markup import inline
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from statements import badge, name_link

logger = logging.getLogger(__name__)

PICTURES = "tests/browser/snapshots"
FIGURE = re.compile(r"\blive\.(\w+)\((?:[^()]|\([^()]*\))*?\bname=\"([\w-]+)\"")
LANDSCAPE = """<style>
@page { size: A4 landscape; margin: 6mm; }
@media print {
  .bd-main .bd-content .bd-article-container { max-width: none; padding: 0; }
  .bd-article { padding: 0 !important; }
  .bd-article h1, #jb-print-docs-body h1 { font-size: 13pt !important; margin: 0 !important; }
  .bd-article > section > p { font-size: 7.5pt; margin: 0 0 1mm; }
}
</style>"""
MARK = (
    '<svg viewBox="0 0 48 32" aria-hidden="true"><rect x="18" y="10" width="12" height="12"/></svg>'
)
SECTIONS = {
    "paper": "Stated by the paper, in our words",
    "derived": "Derived here",
    "abstract": "Of a neighboring work, from its abstract",
}


class picture(nodes.General, nodes.Element):
    """The picture of a figure, which becomes a link to it once all pages have been read."""


def live_figures(folder: Path, registry: dict[str, dict]) -> dict[str, tuple[str, str]]:
    """The class and the page of each named live figure of the chapters."""
    found = {}
    for chapter in dict.fromkeys(claim.get("chapter") for claim in registry.values()):
        path = folder / f"{chapter}.ipynb"
        for cell in json.loads(path.read_text("utf8"))["cells"] if path.exists() else ():
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                found |= {name: (kind, chapter) for kind, name in FIGURE.findall(source)}
    return found


class Results(SphinxDirective):
    """``{results}``: all claims that have a formula, by origin."""

    def run(self) -> list[nodes.Node]:
        domain = self.env.get_domain("claims")
        self.env.note_dependency(str(Path(self.env.srcdir) / REGISTRY))
        domain.data["readers"].add(self.env.docname)
        self.figures = live_figures(Path(self.env.srcdir), domain.registry)
        body = nodes.container(classes=["results"])
        for origin, heading in SECTIONS.items():
            claims = {k: c for k, c in domain.registry.items() if c["origin"] == origin}
            entries = [self.entry(k, c) for k, c in claims.items() if c.get("formula")]
            if entries:
                body += [nodes.paragraph("", heading, classes=["results-section"]), *entries]
        return [nodes.raw("", LANDSCAPE, format="html"), body]

    def entry(self, identifier: str, claim: dict) -> nodes.container:
        """One theorem: its picture, its name and verdict, what is given and what follows."""
        head = nodes.paragraph("", "", name_link(claim=identifier), classes=["result-head"])
        head += [nodes.Text(" "), badge(claim=identifier)]
        line = nodes.paragraph("", "", *inline(claim["given"]), classes=["result-line"])
        line += [nodes.inline("", " ⟹ ", classes=["result-then"]), *inline(claim["formula"])]
        text = nodes.container("", head, line, classes=["result-text"])
        place = nodes.container("", self.thumbnail(identifier, claim), classes=["result-picture"])
        return nodes.container("", place, text, classes=["result", f"origin-{claim['origin']}"])

    def thumbnail(self, identifier: str, claim: dict) -> nodes.Node:
        """The picture of the figure of a claim, or the mark."""
        name = claim.get("figure")
        kind, page = self.figures.get(name, (None, None))
        if name and not kind:
            logger.warning("%s: no chapter has the live figure %s", identifier, name)
        path = f"{PICTURES}/{kind}-light-1280.png"
        if not (Path(self.env.srcdir) / path).exists():
            return nodes.raw("", MARK, format="html")
        return picture("", nodes.image(uri=f"/{path}", alt=f"Figure {name}"), page=page, name=name)


def resolve(app, doctree: nodes.document, docname: str) -> None:
    """Turn the pictures into links to their figures."""
    for node in list(doctree.findall(picture)):
        if node["page"] in app.env.found_docs:
            uri = f"{app.builder.get_relative_uri(docname, node['page'])}#{node['name']}"
            link = nodes.reference("", "", *node.children, refuri=uri, internal=True)
            node.replace_self(link)
        else:  # a preview without that page
            node.replace_self(node.children)


def setup(app) -> dict:
    app.add_directive("results", Results)
    app.connect("doctree-resolved", resolve)
    app.add_css_file("results.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
