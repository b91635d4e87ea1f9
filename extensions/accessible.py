"""Repairs of the markup of others, where axe-core finds fault with it."""

from __future__ import annotations

# Docutils writes a deprecated role into bibliographies.
REPAIRS = ((' role="doc-biblioentry"', ' role="listitem"'),)


def repair(app, pagename, templatename, context, doctree) -> None:
    """Mend the body of a page before it is put into the template."""
    for wrong, right in REPAIRS:
        if wrong in context.get("body", ""):
            context["body"] = context["body"].replace(wrong, right)


def setup(app) -> dict:
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
