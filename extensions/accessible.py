"""Repairs of the markup of others, where a browser or axe-core finds fault with it."""

from __future__ import annotations

import re

from docutils import nodes

# sphinx-exercise gives the same id to the content of each exercise and of each solution.
REPEATED = ("exercise-content", "solution-content")
VIEWPORT = re.compile(r"\s*<meta[^>]*name=\"viewport\"[^>]*>")
# On the first visit nothing is stored, and the theme's script takes "" for a mode.
SYSTEM = 'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"'
STORED = (
    ('localStorage.getItem("mode") || ""', 'localStorage.getItem("mode") || "auto"'),
    ('localStorage.getItem("theme") || ""', f'localStorage.getItem("theme") || ({SYSTEM})'),
)
# Docutils writes a deprecated role into bibliographies.
REPAIRS = ((' role="doc-biblioentry"', ' role="listitem"'),)


def repair(app, pagename, templatename, context, doctree) -> None:
    """Mend the body of a page before it is put into the template."""
    for wrong, right in REPAIRS:
        if wrong in context.get("body", ""):
            context["body"] = context["body"].replace(wrong, right)
    context["metatags"] = without_viewport(context.get("metatags", ""))


def without_viewport(head: str) -> str:
    """Part of a head without a viewport: Sphinx, docutils and the theme each write one."""
    return VIEWPORT.sub("", head)


def with_a_mode(head: str) -> str:
    """The theme's first script, which follows the system until the reader has chosen."""
    for wrong, right in STORED:
        head = head.replace(wrong, right)
    return head


def drop_repeated_ids(app, doctree, docname) -> None:
    for section in doctree.findall(nodes.section):
        section["ids"] = [name for name in section["ids"] if name not in REPEATED]


def add_filters(app) -> None:
    """Let the page template mend the parts of the head that it is made of."""
    if app.builder.format == "html":
        filters = app.builder.templates.environment.filters
        filters |= {"without_viewport": without_viewport, "with_a_mode": with_a_mode}


def setup(app) -> dict:
    app.connect("builder-inited", add_filters)
    app.connect("doctree-resolved", drop_repeated_ids)
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
