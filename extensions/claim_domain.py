"""The claims of the book: where each is stated, where it is checked, and what came of it.

A check in a chapter leaves a card with the attribute ``data-claim``; this domain collects the cards
of every page. A claim that is unknown, boxed twice, checked twice in a page, or given to a chapter
that neither checks it nor says why, is a warning, and the build treats warnings as errors.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import ClassVar

import proofs
import yaml
from docutils import nodes
from markup import inline
from sphinx.domains import Domain, ObjType
from sphinx.util import logging

from sam_lib.claims.residual import in_words

logger = logging.getLogger(__name__)

REGISTRY = "claims.yml"
CARD = re.compile(r"""data-claim=(?:"([^"]*)"|'([^']*)')""")
ORIGINS = {
    "paper": ("The paper's statements", "Paper"),
    "abstract": ("Of neighboring works, as far as their abstracts say", "Neighboring work"),
    "derived": ("Derived here", "Derived here"),
    "open": ("Questions of readers", "Reader's question"),
}
STATUSES = {  # word, icon
    "verified": ("verified", "✓"),
    "partly": ("partly verified", "◐"),
    "failed": ("failed", "✗"),
    "unchecked": ("not checked", "○"),
}


def label(identifier: str, claim: dict) -> str:
    """What a claim is called: its number in the paper, or ours."""
    return claim.get("paper") or identifier.upper()


class Claims(Domain):
    """Where each claim is stated and checked."""

    name = "claims"
    label = "Claims"
    object_types: ClassVar = {"claim": ObjType("statement", "claim")}
    initial_data: ClassVar = {
        "boxes": {},
        "checks": {},
        "ledger": None,
        "readers": set(),
        "shown": None,
    }

    @property
    def registry(self) -> dict[str, dict]:
        """The claims by id, as ``claims.yml`` lists them."""
        if not hasattr(self.env.app, "claims_registry"):
            text = (Path(self.env.srcdir) / REGISTRY).read_text("utf8")
            self.env.app.claims_registry = yaml.safe_load(text)
        return self.env.app.claims_registry

    @property
    def sources(self) -> proofs.Sources:
        """The boxes and proofs of the chapters, as they are written."""
        if not hasattr(self.env.app, "claims_sources"):
            found = proofs.gather(Path(self.env.srcdir), self.registry)
            self.env.app.claims_sources = found
            self.env.app.claims_graph = proofs.graph(found, self.registry)
        return self.env.app.claims_sources

    @property
    def rests(self) -> dict[str, list[str]]:
        """What each claim rests on."""
        return self.sources and self.env.app.claims_graph

    @property
    def used_by(self) -> dict[str, list[str]]:
        """What rests on each claim."""
        return proofs.used_by(self.rests)

    def clear_doc(self, docname: str) -> None:
        self.data["checks"].pop(docname, None)
        self.data["readers"].discard(docname)
        self.data["boxes"] = {k: v for k, v in self.data["boxes"].items() if v[0] != docname}
        if self.data["ledger"] == docname:
            self.data["ledger"] = None

    def merge_domaindata(self, docnames: list[str], otherdata: dict) -> None:
        for identifier, place in otherdata["boxes"].items():
            if place[0] in docnames:
                self.add_box(identifier, *place)
        for docname in docnames:
            if docname in otherdata["checks"]:
                self.data["checks"][docname] = otherdata["checks"][docname]
        self.data["readers"] |= otherdata["readers"] & set(docnames)
        if otherdata["ledger"] in docnames:
            self.data["ledger"] = otherdata["ledger"]

    def add_box(self, identifier: str, docname: str, number: str, location=None) -> None:
        """Note that ``docname`` states the claim; stating it twice is a mistake."""
        other = self.data["boxes"].setdefault(identifier, (docname, number))
        if other != (docname, number):
            logger.warning(
                "statement %s is boxed twice: also in %s",
                identifier,
                other[0],
                location=location or docname,
            )

    def process_doc(self, env, docname: str, document: nodes.document) -> None:
        """Collect the verdict cards of a page."""
        records, anchors = [], set()
        for node in document.findall(nodes.raw):
            for match in CARD.finditer(node.astext()):
                record = json.loads(html.unescape(match[1] or match[2]))
                claim = self.registry.get(record["id"])
                if claim is None or (record["part"] and record["part"] not in claim["parts"]):
                    logger.warning("check of an unknown claim: %s", record, location=docname)
                    continue
                if record["anchor"] in anchors:
                    logger.warning("checked twice in a page: %s", record, location=docname)
                anchors.add(record["anchor"])
                records.append(record | {"page": docname})
        if records:
            self.data["checks"][docname] = records

    def checks(self, identifier: str) -> list[dict]:
        """The checks of a claim, in the order of the pages."""
        return [
            record
            for docname in sorted(self.data["checks"])
            for record in self.data["checks"][docname]
            if record["id"] == identifier
        ]

    def part_status(self, identifier: str, part: str) -> str:
        """The status of one conclusion of a claim."""
        found = [c for c in self.checks(identifier) if c["part"] in (part, None)]
        if any(c["verdict"] != "verified" for c in found):
            return "failed"
        return "verified" if found else "unchecked"

    def status(self, identifier: str) -> str:
        """The status of a claim: verified only if every conclusion is."""
        checks = self.checks(identifier)
        if any(check["verdict"] != "verified" for check in checks):
            return "failed"
        if not checks:
            return "unchecked"
        parts = self.registry[identifier].get("parts") or {}
        whole = any(check["part"] is None for check in checks)
        covered = whole or (
            parts and all(self.part_status(identifier, p) == "verified" for p in parts)
        )
        return (
            "verified" if covered and not self.registry[identifier].get("not_checked") else "partly"
        )

    def words(self, identifier: str, part: str | None = None) -> str:
        """What the checks of a claim, or of one conclusion, are worth, in words."""
        proof = self.registry[identifier].get("proof", "none")
        found = [
            (check, proof if isinstance(proof, str) else proof[check["part"]])
            for check in self.checks(identifier)
            if part is None or check["part"] in (part, None)
        ]
        return in_words(found) if found else ""

    def reason(self, identifier: str) -> str:
        """Why a claim is not wholly checked, or nothing."""
        claim = self.registry[identifier]
        if self.status(identifier) not in ("partly", "unchecked"):
            return ""
        if claim.get("not_checked"):
            return claim["not_checked"]
        missing = [
            p for p in claim.get("parts") or {} if self.part_status(identifier, p) == "unchecked"
        ]
        return "still open: " + ", ".join(missing) if missing else ""

    def check_consistency(self) -> None:
        """Every claim of a chapter has its box there, and a check or the reason why not."""
        for identifier, claim in self.registry.items():
            chapter = claim.get("chapter")
            if chapter is None:
                if self.checks(identifier):
                    logger.warning("%s is checked but claims.yml names no chapter", identifier)
                continue
            if chapter not in self.env.found_docs:
                logger.warning("%s: its chapter %s does not exist", identifier, chapter)
                continue
            if self.data["boxes"].get(identifier, (None,))[0] != chapter:
                logger.warning("%s has no statement box", identifier, location=chapter)
            if not claim.get("not_checked") and self.status(identifier) in ("partly", "unchecked"):
                logger.warning(
                    "%s: neither checked nor a reason why not (%s)",
                    identifier,
                    self.reason(identifier) or "no check at all",
                    location=chapter,
                )

    def ledger(self) -> list[dict]:
        """Every claim with its status and its checks, as plain data."""
        rows = []
        for identifier, claim in self.registry.items():
            page, number = self.data["boxes"].get(identifier, (None, None))
            fields = ("title", "origin", "paper", "statement", "parts", "settles", "proof")
            rows.append(
                {"id": identifier}
                | {field: claim.get(field) for field in fields}
                | {"rests_on": self.rests[identifier]}
                | {"page": page, "number": number, "status": STATUSES[self.status(identifier)][0]}
                | {"words": self.words(identifier), "reason": self.reason(identifier) or None}
                | {"checks": self.checks(identifier)}
            )
        return rows

    def get_objects(self):
        for identifier, (docname, _) in self.data["boxes"].items():
            claim = self.registry[identifier]
            name = f"{label(identifier, claim)}, {claim['title']}"
            yield identifier, name, "claim", docname, identifier, 1

    def place(self, identifier: str) -> tuple[str, str] | None:
        """The page and the anchor where a claim is stated, else its row in the ledger."""
        if identifier in self.data["boxes"]:
            return self.data["boxes"][identifier][0], identifier
        if self.data["ledger"]:
            return self.data["ledger"], f"ledger-{identifier}"
        return None

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        if target not in self.registry:
            return None
        claim = self.registry[target]
        if node["refexplicit"]:
            content = inline(contnode.astext())
        else:
            content = inline(f"{label(target, claim)} ({claim['title']})")
        place = self.place(target)
        if place is None:
            return nodes.inline("", "", *content)
        uri = builder.get_relative_uri(fromdocname, place[0]) + f"#{place[1]}"
        return nodes.reference(
            "", "", *content, refuri=uri, internal=True, classes=["claim-ref"], claim=target
        )

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []


def setup(app) -> dict:
    app.add_domain(Claims)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
