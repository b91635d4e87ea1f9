"""Text with $...$ as document nodes."""

from __future__ import annotations

import re

from docutils import nodes


def inline(text: str) -> list[nodes.Node]:
    """``text`` as nodes, with its $...$ as math."""
    pieces = re.split(r"\$([^$]+)\$", text)
    return [
        nodes.math(piece, piece) if k % 2 else nodes.Text(piece)
        for k, piece in enumerate(pieces)
        if piece
    ]


def paragraph(text: str, *classes: str) -> nodes.paragraph:
    """A paragraph of ``text``, with its $...$ as math."""
    return nodes.paragraph("", "", *inline(text), classes=list(classes))
