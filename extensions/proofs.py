"""Proofs: where each one stands in the pages, and which statements it uses.

`` {proof}`d36` `` opens the proof of a statement and shows "Proof of D36."; it ends at the next end
mark (a filled or an open square), code cells aside. A title says which part it proves,
`` {proof}`Proof of 3 <d15>` ``, and one proof may serve several statements, `` {proof}`d7, d8` ``.

The rule of the graph: a statement rests on those that its proofs name by {claim}, and on those
in whose proofs an equation stands that its proofs cite by {eq}; a question rests on what its box
names too. {see} links like {claim} where a proof only compares.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

TARGET = r"`(?:[^`<]*<)?([^`<>]+)>?`"
OPENING = re.compile(r"\{proof\}`(?:([^`<]*)<)?([^`<>]+)>?`")
END = re.compile(r"\\blacksquare|\\square|∎")
CLAIM = re.compile(r"\{claim\}" + TARGET)
CITED = re.compile(r"\{eq\}`([^`]+)`")
LABEL = re.compile(r"\$\$ \(([\w-]+)\)")
BOX = re.compile(r"^(`{3,})\{statement\} (\S+)\n(.*?)^\1\s*?$", re.MULTILINE | re.DOTALL)


@dataclass
class Sources:
    """The boxes and proofs of some pages, as they are written."""

    boxes: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, page: str, text: str) -> None:
        """Add the Markdown of a page."""
        self.boxes |= {match[2]: match[3].strip() for match in BOX.finditer(text)}
        openings = list(OPENING.finditer(text))
        for opening, following in pairwise([*openings, None]):
            end = END.search(text, opening.end())
            if not end or (following and following.start() < end.start()):
                self.faults.append(f"{page}: the proof of {opening[2]} has no end mark")
                continue
            body = BOX.sub("", text[opening.end() : end.start()])
            for identifier in map(str.strip, opening[2].split(",")):
                self.proofs[identifier].append(body.strip())
                self.pages.setdefault(identifier, page)

    @cached_property
    def owners(self) -> dict[str, str]:
        """In whose proof each numbered equation stands."""
        return {
            label: identifier
            for identifier, texts in self.proofs.items()
            for text in texts
            for label in LABEL.findall(text)
        }

    def rests_on(self, identifier: str, claim: dict) -> list[str]:
        """What a statement rests on, in the order in which it is used."""
        texts = list(self.proofs.get(identifier, []))
        if claim["origin"] == "open":
            texts.insert(0, self.boxes.get(identifier, ""))
        found = []
        for text in texts:
            uses = [(m.start(), m[1]) for m in CLAIM.finditer(text)]
            uses += [(m.start(), self.owners.get(m[1])) for m in CITED.finditer(text)]
            found += [used for _, used in sorted(uses, key=lambda use: use[0])]
        return [x for x in dict.fromkeys(found) if x not in (None, identifier)]


def markdown(path: Path) -> str:
    """The Markdown of a page, a notebook without its code."""
    text = path.read_text("utf8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def gather(folder: Path, registry: dict[str, dict]) -> Sources:
    """The boxes and proofs of all chapters that the claims name."""
    sources = Sources()
    for chapter in dict.fromkeys(c["chapter"] for c in registry.values() if c.get("chapter")):
        for suffix in (".ipynb", ".md"):
            if (path := folder / f"{chapter}{suffix}").exists():
                sources.read(chapter, markdown(path))
    return sources


def graph(sources: Sources, registry: dict[str, dict]) -> dict[str, list[str]]:
    """What each claim rests on, by id."""
    return {key: sources.rests_on(key, claim) for key, claim in registry.items()}


def used_by(rests: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same graph, read from the other end."""
    return {key: [other for other, used in rests.items() if key in used] for key in rests}


def depths(rests: dict[str, list[str]]) -> dict[str, int]:
    """The longest way down from each claim; ValueError names a circle, if there is one."""
    found: dict[str, int] = {}

    def depth(key: str, above: tuple[str, ...]) -> int:
        if key in above:
            raise ValueError(f"a circle of proofs: {' -> '.join((*above, key))}")
        if key not in found:
            found[key] = 1 + max((depth(used, (*above, key)) for used in rests[key]), default=-1)
        return found[key]

    return {key: depth(key, ()) for key in rests}
