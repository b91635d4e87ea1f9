"""What rests on what, drawn: ``{rests}`` is the graph of all proofs, each statement a link.

Statements stand in layers, each below all that it rests on; long edges pass the layers between
as invisible nodes. The order within a layer follows the means of the neighbors, the places keep
that order and come as close to these means as the width of a node allows (isotonic regression).
"""

from __future__ import annotations

import html
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import proofs
from claim_domain import ORIGINS, REGISTRY, Claims, label
from docutils import nodes
from plain import plain_dollars
from scipy.optimize import isotonic_regression
from sphinx.util.docutils import SphinxDirective

STEP, HEIGHT, ROW = 8, 22, 74  # between nodes, of a node, from layer to layer
SWEEPS = 24
SHORT = {"Theorem": "Thm", "Corollary": "Cor", "Proposition": "Prop"}


class rests(nodes.General, nodes.Element):
    """The graph, drawn when all pages have been read."""


def name(identifier: str, claim: dict) -> str:
    """What stands in a node."""
    words = label(identifier, claim).split(", ")[0]
    for long, short in SHORT.items():
        words = words.replace(long, short)
    return words


def chains(edges: dict[str, list[str]]) -> tuple[list[list], dict, dict]:
    """The layers with their invisible nodes, the links between neighbors, and each edge's way."""
    depth = proofs.depths(edges)
    layers = [[] for _ in range(1 + max(depth.values()))]
    for key, level in depth.items():
        layers[level].append(key)
    links, ways = defaultdict(set), {}
    for key, used in edges.items():
        for source in used:
            way = [source, *((source, key, k) for k in range(depth[source] + 1, depth[key])), key]
            for level, (above, below) in enumerate(pairwise(way), depth[source]):
                links[above].add(below)
                links[below].add(above)
                if below != key:
                    layers[level + 1].append(below)
            ways[source, key] = way
    return layers, links, ways


def layout(edges: dict[str, list[str]], width) -> tuple[dict, dict]:
    """The center of each node, and the way of each edge, from the widths of the nodes.

    >>> places, ways = layout({"a": [], "b": ["a"], "c": ["a", "b"]}, lambda node: 10)
    >>> [places[key][1] for key in "abc"], ways["a", "c"][1]
    ([0, 74, 148], ('a', 'c', 1))
    """
    layers, links, ways = chains(edges)
    level = {node: k for k, layer in enumerate(layers) for node in layer}
    x = {}
    for layer in layers:
        gaps = np.cumsum([width(node) + STEP for node in layer])
        x |= dict(zip(layer, gaps - gaps[-1] / 2, strict=True))
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for k in range(len(layers)) if down else range(len(layers) - 1, -1, -1):
            towards = {
                node: [x[other] for other in links[node] if (level[other] < k) == down] or [x[node]]
                for node in layers[k]
            }
            mean = {node: float(np.mean(values)) for node, values in towards.items()}
            layer = layers[k] = sorted(layers[k], key=lambda node: (mean[node], x[node]))
            sizes = np.array([width(node) + STEP for node in layer])
            starts = np.concatenate([[0], np.cumsum((sizes[1:] + sizes[:-1]) / 2)])
            wanted = np.array([mean[node] for node in layer])
            x |= dict(zip(layer, isotonic_regression(wanted - starts).x + starts, strict=True))
    left = min(x[node] - width(node) / 2 for node in x)
    return {node: (x[node] - left, level[node] * ROW) for node in x}, ways


def curve(points: list[tuple[float, float]]) -> str:
    """A smooth way down through some points."""
    (x, y), *rest = points
    path = [f"M{x:.0f} {y + HEIGHT / 2:.0f}"]
    y += HEIGHT / 2
    for k, (next_x, next_y) in enumerate(rest):
        end = next_y - (HEIGHT / 2 if k == len(rest) - 1 else 0)
        bend = (end - y) / 2
        path.append(f"C{x:.0f} {y + bend:.0f} {next_x:.0f} {end - bend:.0f} {next_x:.0f} {end:.0f}")
        x, y = next_x, end
    return "".join(path)


def svg(domain: Claims, uri) -> str:
    """The graph of all statements that rest on one or on which one rests."""
    registry, on, by = domain.registry, domain.rests, domain.used_by
    edges = {key: used for key, used in on.items() if used or by[key]}
    names = {key: name(key, registry[key]) for key in edges}

    def width(node) -> float:
        return 14 + 7 * len(names[node]) if node in names else 4

    places, ways = layout(edges, width)
    total = max(places[key][0] + width(key) / 2 for key in edges)
    height = max(y for _, y in places.values())
    parts = [
        f'<svg class="rests-on" role="group" aria-label="Which statement rests on which" '
        f'viewBox="-4 {-HEIGHT / 2 - 4:.0f} {total + 8:.0f} {height + HEIGHT + 8:.0f}" '
        f'style="min-width: {0.72 * total:.0f}px">'
    ]
    for (source, key), way in ways.items():
        points = curve([places[node] for node in way])
        parts.append(f'<path d="{points}" data-from="{source}" data-to="{key}"/>')
    for key, short in names.items():
        x, y = places[key]
        claim = registry[key]
        title = plain_dollars(f"{label(key, claim)}: {claim['title']}")
        used = ", ".join(names[other] for other in on[key])
        spoken = f"{title}; rests on {used}" if used else title
        kind = "" if claim.get("proof") else " unproved"
        parts.append(
            f'<a href="{html.escape(uri(key))}" class="origin-{claim["origin"]}{kind}" '
            f'data-claim-node="{key}" aria-label="{html.escape(spoken)}">'
            f"<title>{html.escape(title)}</title>"
            f'<rect x="{x - width(key) / 2:.0f}" y="{y - HEIGHT / 2:.0f}" '
            f'width="{width(key):.0f}" height="{HEIGHT}" rx="5"/>'
            f'<text x="{x:.0f}" y="{y + 5:.0f}">{html.escape(short)}</text></a>'
        )
    return "".join(parts) + "</svg>"


class Rests(SphinxDirective):
    """``{rests}``: the graph."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(Path(self.env.srcdir) / REGISTRY))
        self.env.get_domain("claims").data["readers"].add(self.env.docname)
        return [rests()]


def resolve(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(rests)):
        domain = app.env.get_domain("claims")

        def uri(key, domain=domain) -> str:
            page, anchor = domain.place(key) or (docname, "")
            return f"{app.builder.get_relative_uri(docname, page)}#{anchor}"

        drawing = svg(domain, uri)
        legend = " ".join(
            f'<span class="origin-{origin}">{word}</span>' for origin, (_, word) in ORIGINS.items()
        )
        text = (
            f'<figure class="rests"><div class="rests-scroll" tabindex="0" role="region" '
            f'aria-label="The graph">{drawing}</div><figcaption>{legend}</figcaption></figure>'
        )
        node.replace_self(nodes.raw("", text, format="html"))


def setup(app) -> dict:
    app.add_node(rests)
    app.add_directive("rests", Rests)
    app.connect("doctree-resolved", resolve)
    app.add_js_file("graph.js", defer="defer", priority=900)
    app.add_css_file("graph.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
