"""The ledger: every claim with its verdict, its checks, and what it rests on.

``{ledger}`` draws the table and counts what the checks are worth; ``ledger.json`` is the same for
programs. Both are filled in when every page has been read.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from claim_domain import ORIGINS, REGISTRY, STATUSES, Claims
from docutils import nodes
from markup import inline, paragraph
from sphinx.util.docutils import SphinxDirective
from statements import badge, name_link

from sam_lib.claims import KINDS

SETTLED = ("symbolic", "certified", "exhaustive")  # kinds that leave no case out


class evidence(nodes.General, nodes.Element):
    """The checks of one claim, filled in when all pages have been read."""


class tally(nodes.General, nodes.Element):
    """How many claims have which status and which kind of check, filled in likewise."""


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


def kinds_of_parts(domain: Claims) -> list[str | None]:
    """The strongest kind of check of each conclusion of the paper's and our own claims."""
    found = []
    for identifier, claim in domain.registry.items():
        if claim["origin"] in ("paper", "derived"):
            for part in claim.get("parts") or [None]:
                checks = [c for c in domain.checks(identifier) if c["part"] in (part, None)]
                kinds = {check["kind"] for check in checks}
                found.append(next((kind for kind in KINDS if kind in kinds), None))
    return found


def counts(domain: Claims) -> list[nodes.Node]:
    """How many claims have which status, and how many conclusions which kind of check."""
    statuses = [domain.status(identifier) for identifier in domain.registry]
    words = [f"{statuses.count(s)} {word}" for s, (word, _) in STATUSES.items()]
    kinds = kinds_of_parts(domain)
    parts = [f"{kinds.count(kind)} {kind or 'not checked'}" for kind in (*KINDS, None)]
    share = sum(kind in SETTLED for kind in kinds) / max(1, len(kinds))
    return [
        paragraph(f"{len(statuses)} statements: {', '.join(words)}."),
        paragraph(
            f"The statements of the paper and those derived here have {len(kinds)} conclusions: "
            f"{', '.join(parts)}. So {share:.0%} are settled by algebra, by intervals or in every "
            "case; the others are proved on a page or not at all, as their badges say, and tested.",
            "ledger-kinds",
        ),
    ]


def names(words: str, identifiers: list[str]) -> list[nodes.Node]:
    """A line of links to statements, or nothing."""
    line = nodes.paragraph("", f"{words} ", classes=["ledger-graph"])
    for k, identifier in enumerate(identifiers):
        line += [nodes.Text(", " if k else ""), name_link(claim=identifier, short=True)]
    return [line] if identifiers else []


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


def write_ledger(app, exception) -> None:
    """Put the ledger beside the pages, for programs."""
    if exception is None and app.builder.format == "html":
        domain = app.env.get_domain("claims")
        data = {"sam_lib": version("sam-lib"), "statements": domain.ledger()}
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        (Path(app.outdir) / "ledger.json").write_text(text, "utf8")


def resolve(app, doctree: nodes.document, docname: str) -> None:
    """Fill in the counts, the checks and what a claim rests on."""
    domain = app.env.get_domain("claims")
    for node in list(doctree.findall(tally)):
        node.replace_self(counts(domain))
    for node in list(doctree.findall(evidence)):
        identifier = node["claim"]
        lines = names("Rests on", domain.rests[identifier])
        lines += names("Used by", domain.used_by[identifier])
        node.replace_self([*check_items(app, docname, domain, identifier), *lines])


def setup(app) -> dict:
    app.add_directive("ledger", Ledger)
    app.connect("doctree-resolved", resolve, priority=400)  # before the links are named
    app.connect("build-finished", write_ledger)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
