"""Statement boxes and verdict badges, computed from the checks in the pages.

``{statement} id`` draws the box of a claim of ``claims.yml``, and the role {claim} links to one.
Verdicts are filled in when every page has been read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar

import proofs
from claim_domain import ORIGINS, REGISTRY, STATUSES, Claims, label
from docutils import nodes
from docutils.parsers.rst import directives
from markup import inline, paragraph
from previews import attach
from report import report_link
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)


class box(nodes.General, nodes.Element):
    """A statement box."""


class badge(nodes.Inline, nodes.Element):
    """A verdict, filled in when all pages have been read."""


class name_link(nodes.Inline, nodes.Element):
    """The name of a claim, linked to its box once all pages have been read."""


class Statement(SphinxDirective):
    """``{statement} id``: the box of a claim; its body, if any, adds hypotheses or remarks."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"number": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        identifier = self.arguments[0].strip()
        domain = self.env.get_domain("claims")
        self.env.note_dependency(str(Path(self.env.srcdir) / REGISTRY))
        claim = domain.registry.get(identifier)
        if claim is None:
            logger.warning("unknown statement: %s", identifier, location=self.get_location())
            return []
        count = self.env.temp_data["statements"] = self.env.temp_data.get("statements", 0) + 1
        chapter = re.match(r"0*(\d+)_", Path(self.env.docname).name)
        number = self.options.get("number") or (f"{chapter[1]}.{count}" if chapter else str(count))
        domain.data["readers"].add(self.env.docname)
        domain.add_box(identifier, self.env.docname, number, self.get_location())

        _, origin = ORIGINS[claim["origin"]]
        source = f"{origin}: {claim['paper']}" if claim.get("paper") else origin
        head = nodes.paragraph(classes=["statement-head"], ids=[f"{identifier}-title"])
        head += nodes.inline("", f"Statement {number}", classes=["statement-number"])
        head += [nodes.Text(" "), nodes.strong("", "", *inline(claim["title"])), nodes.Text(" ")]
        head += nodes.inline("", source, classes=["origin", f"origin-{claim['origin']}"])
        head += [nodes.Text(" "), badge(claim=identifier)]

        result = box(ids=[identifier], origin=claim["origin"])
        result += [head, paragraph(claim["statement"])]
        body = nodes.container(classes=["statement-body"])
        self.state.nested_parse(self.content, self.content_offset, body)
        result += body.children
        if claim.get("parts"):
            conclusions = nodes.enumerated_list(enumtype="arabic", classes=["statement-parts"])
            for part, sentence in claim["parts"].items():
                item = paragraph(sentence)
                item += [nodes.Text(" "), badge(claim=identifier, part=part)]
                conclusions += nodes.list_item("", item)
            result += conclusions
        result += nodes.paragraph(
            "", "", report_link(self.env, claim=identifier), classes=["statement-foot"]
        )
        self.set_source_info(result)
        return [result]


def verdict(app, docname: str, domain: Claims, node: badge) -> nodes.Node:
    """The badge itself: word and icon, and a link to the cell that computed it."""
    identifier, part = node["claim"], node.get("part")
    status = domain.part_status(identifier, part) if part else domain.status(identifier)
    word, icon = STATUSES[status]
    words = domain.words(identifier, part)
    content = [
        nodes.raw("", f'<span aria-hidden="true">{icon}</span>&#160;', format="html"),
        nodes.Text(f"{word}: {words}" if words else word),
    ]
    classes = ["badge-verdict", f"verdict-{status}"]
    found = [c for c in domain.checks(identifier) if not part or c["part"] in (part, None)]
    if found:
        uri = app.builder.get_relative_uri(docname, found[0]["page"]) + "#" + found[0]["anchor"]
    elif domain.data["ledger"] and domain.data["ledger"] != docname:
        uri = app.builder.get_relative_uri(docname, domain.data["ledger"]) + f"#ledger-{identifier}"
    else:
        return nodes.inline("", "", *content, classes=classes)
    return nodes.reference("", "", *content, refuri=uri, internal=True, classes=classes)


def named(app, docname: str, domain: Claims, identifier: str, short: bool) -> nodes.Node:
    """The name of a claim, as a link where there is a box to go to."""
    claim = domain.registry[identifier]
    title = "" if short else f": {claim['title']}"
    content = inline(label(identifier, claim) + title)
    if identifier not in domain.data["boxes"]:
        return nodes.inline("", "", *content)
    page = domain.data["boxes"][identifier][0]
    uri = app.builder.get_relative_uri(docname, page) + f"#{identifier}"
    extra = {"claim": identifier} if short else {}  # a short name has a preview
    return nodes.reference("", "", *content, refuri=uri, internal=True, **extra)


def resolve(app, doctree: nodes.document, docname: str) -> None:
    """Fill in verdicts, names and the previews of the page's links to statements."""
    domain = app.env.get_domain("claims")
    for node in list(doctree.findall(badge)):
        node.replace_self(verdict(app, docname, domain, node))
    for node in list(doctree.findall(name_link)):
        node.replace_self(named(app, docname, domain, node["claim"], node.get("short", False)))
    for link in list(doctree.findall(nodes.reference)):
        if identifier := link.get("claim"):
            attach(doctree, link["refuri"].partition("#")[2], *summary(domain, identifier))


def summary(domain: Claims, identifier: str) -> list[nodes.Node]:
    """What a link to a statement shows on hover."""
    claim = domain.registry[identifier]
    word, icon = STATUSES[domain.status(identifier)]
    head = paragraph(f"{label(identifier, claim)}: {claim['title']}", "preview-head")
    words = domain.words(identifier)
    foot = f"{icon} {word}" + (f": {words}" if words else "")
    return [head, paragraph(claim["statement"]), paragraph(foot, "preview-foot")]


def pages_to_rewrite(app, env) -> list[str]:
    """When a verdict changes anywhere, the pages that show verdicts are written again."""
    domain = env.get_domain("claims")
    shown = json.dumps(domain.ledger(), sort_keys=True)
    if shown == domain.data["shown"]:
        return []
    domain.data["shown"] = shown
    return sorted(domain.data["readers"] & env.found_docs)


class ClaimRole(XRefRole):
    """{claim}`thm-3.2`, or {claim}`the gate <thm-3.2>`: a link to a statement, with a preview.

    {see} is the same for a comparison, on which nothing rests.
    """

    def process_link(self, env, refnode, has_explicit_title, title, target):
        refnode["refdomain"], refnode["reftype"] = "claims", "claim"
        env.get_domain("claims").data["readers"].add(env.docname)
        env.note_dependency(str(Path(env.srcdir) / REGISTRY))
        return title, target


class Proof(SphinxRole):
    """{proof}`d36`: where the proof of a statement begins."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        title, targets = proofs.OPENING.fullmatch("{proof}`" + self.text + "`").groups()
        domain = self.env.get_domain("claims")
        identifiers = [each.strip() for each in targets.split(",")]
        if unknown := set(identifiers) - set(domain.registry):
            logger.warning("proof of unknown claims: %s", unknown, location=self.get_location())
            return [], []
        if not title:
            names = [label(identifier, domain.registry[identifier]) for identifier in identifiers]
            title = f"Proof of {' and '.join(names)}"
        return [nodes.emphasis("", f"{title.strip()}.", classes=["proof-head"])], []


def check_proofs(app, env) -> None:
    """Every proof ends, and none goes round in a circle."""
    domain = env.get_domain("claims")
    for fault in domain.sources.faults:
        logger.warning(fault)
    unknown = {u for used in domain.rests.values() for u in used} - set(domain.registry)
    if unknown:
        logger.warning("proofs use unknown claims: %s", ", ".join(sorted(unknown)))
        return
    try:
        proofs.depths(domain.rests)
    except ValueError as circle:
        logger.warning(str(circle))


def visit_box(translator, node: box) -> None:
    identifier = node["ids"][0]
    translator.body.append(
        f'<div class="statement statement-{node["origin"]}" id="{identifier}" role="group" '
        f'aria-labelledby="{identifier}-title">'
    )


def depart_box(translator, node: box) -> None:
    translator.body.append("</div>\n")


def setup(app) -> dict:
    for extension in ("claim_domain", "ledger"):
        app.setup_extension(extension)
    app.add_directive("statement", Statement)
    for name in ("claim", "see"):
        app.add_role(name, ClaimRole(warn_dangling=True))
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(box, html=(visit_box, depart_box), latex=plain, text=plain)
    app.add_role("proof", Proof())
    app.connect("env-check-consistency", check_proofs)
    app.connect("env-updated", pages_to_rewrite)
    app.connect("doctree-resolved", resolve)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
