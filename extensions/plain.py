"""Text where math is not typeset: titles of tabs, links and search results, and excerpts.

There ``\\(\\ell_\\infty\\)`` becomes ℓ∞. Inline math carries its plain text along, for the excerpts
of the search; displays are left out of them.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from pathlib import Path

INLINE = re.compile(r"\\\((.*?)\\\)", re.DOTALL)
SPAN = re.compile(r'(<span class="math notranslate nohighlight")>\\\((.*?)\\\)</span>', re.DOTALL)
INDEX = re.compile(r"Search\.setIndex\((.*)\)\s*$", re.DOTALL)
SIGNS = {
    "ell": "ℓ",
    "infty": "∞",
    "to": "→",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "cdot": "·",
    "times": "×",
    "pm": "±",
    "in": "∈",
    "sum": "Σ",
    "prod": "Π",
    "sqrt": "√",
    "odot": "⊙",
    "approx": "≈",
    "propto": "∝",
    "dots": "…",
    "R": "ℝ",
    "quad": " ",
    "lVert": "‖",
    "rVert": "‖",
    "lvert": "|",
    "rvert": "|",
}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def sign(match: re.Match) -> str:
    """A command as a character; what only sets the type is dropped."""
    name = match[1]
    if name in SIGNS:
        return SIGNS[name]
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    letter = name.removeprefix("var").replace("lambda", "lamda")
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {letter.upper()}")
    except KeyError:
        return name if name in ("log", "exp", "max", "min", "sign", "lim") else ""


def plain(tex: str) -> str:
    """Simple TeX in one line of text.

    >>> plain(r"\\ell_\\infty"), plain(r"\\mu_1^2 \\le \\frac{1}{2\\rho}"), plain(r"e^{-L}")
    ('ℓ∞', 'μ₁² ≤ 1/2ρ', 'e^-L')
    """
    text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", tex)
    text = re.sub(r"\\([A-Za-z]+)", sign, text)
    text = re.sub(r"\\(.)", lambda m: "‖" if m[1] == "|" else " " if m[1] in ",;: " else m[1], text)
    text = re.sub(r"_\{?(\d+|∞)\}?", lambda m: m[1].translate(LOWERED), text)
    text = re.sub(r"\^\{?(-?\d+)\}?", lambda m: m[1].translate(RAISED), text)
    return re.sub(r"\s+", " ", re.sub(r"[{}]", "", text)).strip()


def plain_dollars(text: str) -> str:
    """Text as it is written, with its $...$ plain.

    >>> plain_dollars(r"The limit of $\\ell_2$-SAM")
    'The limit of ℓ₂-SAM'
    """
    return re.sub(r"\$([^$]+)\$", lambda m: plain(m[1]), text)


def plain_math(text: str) -> str:
    """Text of a page with its math plain."""
    return INLINE.sub(lambda m: html.escape(plain(html.unescape(m[1]))), text)


def carry(match: re.Match) -> str:
    """Inline math with its plain text as an attribute."""
    rest = match[0].removeprefix(match[1])
    return f'{match[1]} data-plain="{html.escape(plain(html.unescape(match[2])))}"{rest}'


def on_page(app, pagename, templatename, context, doctree) -> None:
    if "body" in context:
        context["body"] = SPAN.sub(carry, context["body"])


def readable_index(path: Path) -> None:
    """Titles in the index of the search, without tags and TeX."""
    index = json.loads(INDEX.search(path.read_text("utf8"))[1])

    titles = (re.sub(r"<[^>]*>", "", title) for title in index["titles"])
    index["titles"] = [plain_math(title) for title in titles]
    merged: dict[str, list] = {}
    for title, places in index["alltitles"].items():  # here math stands without its delimiters
        merged.setdefault(plain(title) if "\\" in title else title, []).extend(places)
    index["alltitles"] = merged
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False)
    path.write_text(f"Search.setIndex({text})", "utf8")


def finish(app, exception) -> None:
    path = Path(app.outdir) / "searchindex.js"
    if exception is None and app.builder.format == "html" and path.exists():
        readable_index(path)


def add_filter(app) -> None:
    if app.builder.format == "html":
        app.builder.templates.environment.filters["plain_math"] = plain_math


def setup(app) -> dict:
    app.connect("builder-inited", add_filter)
    app.connect("html-page-context", on_page, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
