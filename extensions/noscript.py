"""What a live figure leaves in the page for readers whose browser runs no scripts."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

VIEW = "application/vnd.jupyter.widget-view+json"
NOTE = (
    '<noscript><p class="live-note">Here stands a live figure, which needs JavaScript. '
    "The text says what it shows.</p></noscript>"
)


class WithoutScripts(SphinxPostTransform):
    """Adds a note to each widget, shown only where scripts do not run."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for node in list(self.document.findall(nodes.raw)):
            if VIEW in node.astext() and NOTE not in node.astext():
                node += nodes.Text(NOTE)


def setup(app) -> dict:
    app.add_post_transform(WithoutScripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
