"""The note for experts: statements and proofs of the chapters, set once more as a short paper.

`` ```{theorem} d36 `` sets the statement of a claim with its hypotheses, `` ```{argument} d36 ``
its proofs. Both are taken from the chapters as they are written, so the note cannot say anything
else. Numbered equations get labels of their own; code and phrases that set figures are left out.
"""

from __future__ import annotations

import re
from pathlib import Path

from claim_domain import REGISTRY, label
from docutils import nodes
from docutils.statemachine import StringList
from markup import inline, paragraph
from proofs import LABEL
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

FENCE = re.compile(r"^`{3,}.*$", re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
PHRASE = re.compile(r"\{live\}`(?:[^`|]*\|){2}\s*([^`]*)`")
TARGET = re.compile(r"^\([\w-]+\)=$", re.MULTILINE)
IN_WORDS = re.compile(r"^\*\*In words\.\*\*.*?(?=^\*\*|\Z)", re.MULTILINE | re.DOTALL)


def flat(text: str) -> str:
    """The Markdown of a proof without folds, headings, targets and phrases that set figures.

    >>> flat("### Steps\\n\\nSee {live}`gate | alpha=1 | this`.")
    '**Steps.**\\n\\nSee this.'
    """
    text = TARGET.sub("", FENCE.sub("", text))
    return PHRASE.sub(r"\1", HEADING.sub(r"**\1.**", text)).strip()


def without_end_mark(text: str) -> str:
    """A proof without what stood around its end mark, a display closed again.

    >>> without_end_mark("so it is. $"), without_end_mark("$$\\nx = 1 . \\\\qquad")
    ('so it is.', '$$\\nx = 1 .\\n$$')
    """
    text = re.sub(r"(\\qquad|\\|\s)+$", "", text)
    if text.count("$$") % 2:
        return text + "\n$$"
    return re.sub(r"\s*\$$", "", text) if text.count("$") % 2 else text


def with_own_labels(text: str, labels: set[str]) -> str:
    """The same equations and references to them under labels of the note."""
    text = LABEL.sub(r"$$ (note-\1)", text)
    return re.sub(
        r"\{eq\}`([^`]+)`", lambda m: f"{{eq}}`note-{m[1]}`" if m[1] in labels else m[0], text
    )


PAPER = """<style>
@page { size: A4; margin: 17mm 18mm; }
@media print {
  .bd-main .bd-content .bd-article-container { max-width: none; padding: 0; }
  .bd-article { padding: 0 !important; font-size: 9.6pt; line-height: 1.35; }
  .bd-article p { margin-bottom: 1.6mm; }
  .bd-article div.math { margin: 0.6mm 0; }
  .bd-article h1, #jb-print-docs-body h1 { font-size: 16pt !important; margin: 0 0 3mm !important; }
  .bd-article h2 { font-size: 12pt; margin: 4mm 0 1.5mm; }
  #jb-print-toc { display: none; }
  .bd-article a { color: inherit; text-decoration: none; }
}
</style>"""


class FromChapters(SphinxDirective):
    """What both directives share: the claim, and Markdown parsed where the directive stands."""

    required_arguments = 1

    def claim(self) -> tuple[str, dict]:
        domain = self.env.get_domain("claims")
        domain.data["readers"].add(self.env.docname)
        self.env.note_dependency(str(Path(self.env.srcdir) / REGISTRY))
        for chapter in {c["chapter"] for c in domain.registry.values() if c.get("chapter")}:
            self.env.note_dependency(self.env.doc2path(chapter))
        return self.arguments[0], domain.registry[self.arguments[0]]

    def parsed(self, text: str) -> list[nodes.Node]:
        """``text`` as nodes, with the equations of all proofs of this page under own labels."""
        sources = self.env.get_domain("claims").sources
        page = Path(self.env.doc2path(self.env.docname)).read_text("utf8")
        labels = {
            name
            for identifier in re.findall(r"\{argument\} (\S+)", page)
            for proof in sources.proofs.get(identifier, ())
            for name in LABEL.findall(proof)
        }
        lines = with_own_labels(flat(text), labels).splitlines()
        body = nodes.container()
        self.state.nested_parse(StringList(lines, self.env.docname), self.content_offset, body)
        return body.children


class Theorem(FromChapters):
    """``{theorem} d36``: hypotheses, statement and conclusions of a claim."""

    def run(self) -> list[nodes.Node]:
        identifier, claim = self.claim()
        domain = self.env.get_domain("claims")
        hypotheses = IN_WORDS.sub("", domain.sources.boxes.get(identifier, ""))
        title = f"{label(identifier, claim)} ({claim['title']})."
        head = nodes.paragraph("", "", nodes.strong("", "", *inline(title)))
        result = nodes.container("", head, classes=["note-theorem"])
        if not self.env.temp_data.get("note"):  # once in a page
            self.env.temp_data["note"] = True
            result.insert(0, nodes.raw("", PAPER, format="html"))
        result += [*self.parsed(hypotheses), paragraph(claim["statement"])]
        if claim.get("parts"):
            conclusions = nodes.enumerated_list(enumtype="arabic")
            for sentence in claim["parts"].values():
                conclusions += nodes.list_item("", paragraph(sentence))
            result += conclusions
        return [result]


class Argument(FromChapters):
    """``{argument} d36``: the proofs of a claim, one after the other."""

    def run(self) -> list[nodes.Node]:
        identifier, _ = self.claim()
        texts = self.env.get_domain("claims").sources.proofs.get(identifier)
        if not texts:
            logger.warning("the note has no proof of %s", identifier, location=self.get_location())
            return []
        first, *rest = map(without_end_mark, texts)
        text = "\n\n".join(
            [f"*Proof.* {first} $\\blacksquare$", *(f"{t} $\\blacksquare$" for t in rest)]
        )
        return self.parsed(text)


def setup(app) -> dict:
    app.add_directive("theorem", Theorem)
    app.add_directive("argument", Argument)
    app.add_css_file("note.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
