"""Statement boxes, verdict badges and the ledger, all computed from the checks in the pages.

``{statement} id`` draws the box of a claim of ``claims.yml``, ``{ledger}`` the table of all of
them, and the role {claim} links to one. Verdicts are filled in when every page has been read.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from claim_domain import ORIGINS, REGISTRY, STATUSES, Claims, label
from docutils import nodes
from docutils.parsers.rst import directives
from markup import inline, paragraph
from previews import attach
from report import report_link
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class box(nodes.General, nodes.Element):
    """A statement box."""


class badge(nodes.Inline, nodes.Element):
    """A verdict, filled in when all pages have been read."""


class name_link(nodes.Inline, nodes.Element):
    """The name of a claim, linked to its box once all pages have been read."""


class evidence(nodes.General, nodes.Element):
    """The checks of one claim, filled in when all pages have been read."""


class tally(nodes.General, nodes.Element):
    """How many claims have which status, filled in when all pages have been read."""


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


class Ledger(SphinxDirective):
    """``{ledger}``: every claim with its status, its checks and what they refused."""

    def run(self) -> list[nodes.Node]:
        domain = self.env.get_domain("claims")
        self.env.note_dependency(str(Path(self.env.srcdir) / REGISTRY))
        domain.data["ledger"] = self.env.docname
        domain.data["readers"].add(self.env.docname)
        result: list[nodes.Node] = [tally()]
        for origin, (heading, _) in ORIGINS.items():
            claims = {k: c for k, c in domain.registry.items() if c["origin"] == origin}
            if claims:
                result.append(self.table(heading, claims))
        return result

    def table(self, heading: str, claims: dict[str, dict]) -> nodes.table:
        table = nodes.table("", nodes.title("", heading), classes=["ledger"])
        group = nodes.tgroup(cols=3)
        group += [nodes.colspec(colwidth=width) for width in (38, 17, 45)]
        head = nodes.row(
            "",
            *(self.cell(nodes.paragraph("", text)) for text in ("Statement", "Status", "Checks")),
        )
        body = nodes.tbody()
        for identifier, claim in claims.items():
            name = nodes.paragraph("", "", name_link(claim=identifier), classes=["ledger-name"])
            row = nodes.row(
                "",
                self.cell(name, paragraph(claim["statement"], "ledger-statement")),
                self.cell(nodes.paragraph("", "", badge(claim=identifier))),
                self.cell(evidence(claim=identifier)),
                ids=[f"ledger-{identifier}"],
            )
            body += row
        group += [nodes.thead("", head), body]
        table += group
        return table

    @staticmethod
    def cell(*content: nodes.Node) -> nodes.entry:
        return nodes.entry("", *content)


def number_text(value: float | str) -> str:
    """A residual as a reader wants it; an infinite one is the word "different"."""
    return value if isinstance(value, str) else "0" if value == 0 else f"{value:.1e}"


def refusal_text(name: str, refusal: dict) -> str:
    """What became of a wrong variant: by how much it misses, and in how many of its entries."""
    size = number_text(refusal["residual"])
    if refusal["wrong"] < refusal["entries"]:
        size += f", in {refusal['wrong']} of {refusal['entries']}"
    return f"{name} ({size})"


def check_items(app, docname: str, domain: Claims, identifier: str) -> list[nodes.Node]:
    """The checks of a claim as a list, or the reason why there are none."""
    result: list[nodes.Node] = []
    checks = domain.checks(identifier)
    if checks:
        items = nodes.bullet_list(classes=["evidence"])
        for check in checks:
            uri = app.builder.get_relative_uri(docname, check["page"]) + "#" + check["anchor"]
            name = check["part"] or "whole statement"
            text = nodes.paragraph("", "", nodes.reference("", name, refuri=uri, internal=True))
            facts = f": {check['kind']}"
            if check["kind"] not in ("symbolic", "certified"):
                facts += f", {check['instances']} instances"
            facts += f", residual {number_text(check['residual'])}"
            facts += f" (tolerance {number_text(check['tolerance'])})"
            text += nodes.Text(facts)
            for name, value in check["details"].items():
                facts += f", {name} {' to '.join(value) if name == 'enclosure' else value}"
            refused = "; ".join(refusal_text(*item) for item in check["rejects"].items())
            if refused:
                text += [nodes.Text(". "), nodes.emphasis("", "Refused: "), *inline(refused)]
            items += nodes.list_item("", text)
        result.append(items)
    if reason := domain.reason(identifier):
        result.append(paragraph(reason[0].upper() + reason[1:] + ".", "ledger-reason"))
    if not checks:
        result.append(
            paragraph(
                f"It would be settled by {domain.registry[identifier]['settles']}.", "ledger-reason"
            )
        )
    return result


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


def name(app, docname: str, domain: Claims, identifier: str) -> nodes.Node:
    """The name of a claim, as a link where there is a box to go to."""
    claim = domain.registry[identifier]
    content = inline(f"{label(identifier, claim)}: {claim['title']}")
    if identifier not in domain.data["boxes"]:
        return nodes.inline("", "", *content)
    page = domain.data["boxes"][identifier][0]
    uri = app.builder.get_relative_uri(docname, page) + f"#{identifier}"
    return nodes.reference("", "", *content, refuri=uri, internal=True)


def resolve(app, doctree: nodes.document, docname: str) -> None:
    """Fill in verdicts, the ledger and the previews of the page's links to statements."""
    domain = app.env.get_domain("claims")
    for node in list(doctree.findall(tally)):
        statuses = [domain.status(identifier) for identifier in domain.registry]
        counts = [f"{statuses.count(s)} {word}" for s, (word, _) in STATUSES.items()]
        node.replace_self(nodes.paragraph("", f"{len(statuses)} statements: {', '.join(counts)}."))
    for node in list(doctree.findall(evidence)):
        node.replace_self(check_items(app, docname, domain, node["claim"]))
    for node in list(doctree.findall(badge)):
        node.replace_self(verdict(app, docname, domain, node))
    for node in list(doctree.findall(name_link)):
        node.replace_self(name(app, docname, domain, node["claim"]))
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


def write_ledger(app, exception) -> None:
    """Put the ledger beside the pages, for programs."""
    if exception is None and app.builder.format == "html":
        domain = app.env.get_domain("claims")
        data = {"sam_lib": version("sam-lib"), "statements": domain.ledger()}
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        (Path(app.outdir) / "ledger.json").write_text(text, "utf8")


class ClaimRole(XRefRole):
    """{claim}`thm-3.2`, or {claim}`the gate <thm-3.2>`: a link to a statement, with a preview."""

    def process_link(self, env, refnode, has_explicit_title, title, target):
        refnode["refdomain"] = "claims"
        env.get_domain("claims").data["readers"].add(env.docname)
        env.note_dependency(str(Path(env.srcdir) / REGISTRY))
        return title, target


def visit_box(translator, node: box) -> None:
    identifier = node["ids"][0]
    translator.body.append(
        f'<div class="statement statement-{node["origin"]}" id="{identifier}" role="group" '
        f'aria-labelledby="{identifier}-title">'
    )


def depart_box(translator, node: box) -> None:
    translator.body.append("</div>\n")


def setup(app) -> dict:
    app.setup_extension("claim_domain")
    app.add_directive("statement", Statement)
    app.add_directive("ledger", Ledger)
    app.add_role("claim", ClaimRole(warn_dangling=True))
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(box, html=(visit_box, depart_box), latex=plain, text=plain)
    app.connect("env-updated", pages_to_rewrite)
    app.connect("doctree-resolved", resolve)
    app.connect("build-finished", write_ledger)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
