"""Prose that drives a figure.

{live}`gate | alpha=0.45; depth=3 | start at 0.45` is a button that sets traits of the figure called
``gate`` on the same page. It is a real button: keyboard and screen readers reach it. A figure that
is out of sight comes to the sentence (``follow.js``).
"""

from __future__ import annotations

import html
import re

from docutils import nodes
from markup import inline
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

SETTING = re.compile(r"\w+ *=[^=]+")
NEXT_SETTING = re.compile(r"\s*[;,]\s*(?=\w+ *=)")


class phrase(nodes.Inline, nodes.TextElement):
    """A phrase that sets a figure."""


class Live(SphinxRole):
    """{live}`figure | trait=value; trait=value | the phrase`."""

    def run(self):
        pieces = [piece.strip() for piece in self.text.split("|", 2)]
        settings = NEXT_SETTING.split(pieces[1]) if len(pieces) == 3 else [""]
        if not all(map(SETTING.fullmatch, settings)):
            logger.warning(
                "{live} wants `figure | trait=value; ... | phrase`, not %r",
                self.text,
                location=self.get_location(),
            )
            return [], []
        figure, _, text = pieces
        setting = "; ".join(entry.replace(";", ",") for entry in settings)
        return [phrase("", "", *inline(text), figure=figure, setting=setting)], []


def visit(translator, node: phrase) -> None:
    figure, setting = html.escape(node["figure"]), html.escape(node["setting"])
    translator.body.append(
        f'<button type="button" class="live-phrase" data-live="{figure}" data-set="{setting}">'
    )


def depart(translator, node: phrase) -> None:
    translator.body.append("</button>")


def setup(app) -> dict:
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(phrase, html=(visit, depart), latex=plain, text=plain)
    app.add_role("live", Live())
    app.add_js_file("follow.js", defer="defer", priority=900)
    app.add_css_file("follow.css", priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
