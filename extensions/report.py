"""Reports that say where they came from: page, statement, cell, version, state of the figures.

Where ``_config.yml`` names a repository, or GitHub builds the book, a link opens a prefilled issue;
it replaces the theme's issue button, which says nothing of this. Elsewhere there is no address to
lead to, and the same link copies the report. ``report.js`` adds the state of the live figures.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from urllib.parse import urlencode

from docutils import nodes

ARCHIVE = "book.zip"  # written by tools/build.py


def repository(config) -> str:
    """The repository that builds the book, else that of ``_config.yml``, else ""."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    return config.html_theme_options.get("repository_url", "").rstrip("/")


def report_url(config, docname: str, claim: str | None = None) -> str:
    """The address of a new issue about a page, or about a statement in it; a query if unknown."""
    place = {"Page": docname}
    if claim:
        place["Statement"] = claim
    place["Version"] = f"sam_lib {version('sam-lib')}"
    body = "\n".join(f"{key}: `{value}`" for key, value in place.items())
    body += "\n\nWhat is wrong, unclear or missing?\n\n"
    title = f"{claim or docname}: "
    home = repository(config)
    return (f"{home}/issues/new" if home else "") + "?" + urlencode({"title": title, "body": body})


def report_link(env, claim: str) -> nodes.reference:
    """A link for readers who doubt a statement."""
    return nodes.reference(
        "",
        "Report a problem" if repository(env.config) else "Copy a report",
        refuri=report_url(env.config, env.docname, claim),
        classes=["report-link"],
    )


def add_buttons(app, pagename, templatename, context, doctree) -> None:
    """In the header of each page: report a problem, take the whole book home."""
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            group["buttons"].append(
                {
                    "type": "link",
                    "url": context["pathto"](ARCHIVE, 1),
                    "text": "whole book (.zip)",
                    "icon": "fas fa-download",
                    "tooltip": "Download the whole book; it opens without a server",
                    "label": "download-book-button",
                }
            )
    if doctree is not None and "header_buttons" in context:
        context["header_buttons"].append(
            {
                "type": "link",
                "url": report_url(app.config, pagename),
                "tooltip": "Report a problem" if repository(app.config) else "Copy a report",
                "text": "",
                "icon": "fas fa-flag",
                "label": "report-link",
                "classes": "report-link",
            }
        )


def setup(app) -> dict:
    app.connect("html-page-context", add_buttons, priority=502)
    app.add_js_file("report.js", defer="defer", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
