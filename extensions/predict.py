"""A question before a figure: the reader chooses, and then the figure shows what happens.

    ```{predict} gate
    Which of them grow?

    - all three
    - ✓ only the first
    ```

``predict.js`` veils the figure ``gate`` until a choice is made, and then says what differed: ✓
marks what the figure shows. Without scripts, on paper, and behind a link that sets the figure,
nothing is veiled.
"""

from __future__ import annotations

import html

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

RIGHT = "✓ "


class predict(nodes.General, nodes.Element):
    """The question about ``figure``, and the choices."""


class choice(nodes.General, nodes.Element):
    """One of the choices."""


class Predict(SphinxDirective):
    """``{predict} figure``: a question, and a list of choices."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        box = predict(figure=self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, box)
        lists = [child for child in box.children if isinstance(child, nodes.bullet_list)]
        if len(lists) != 1 or box.children[-1] is not lists[0] or len(lists[0]) < 2:
            logger.warning(
                "{predict} wants a question and then a list of choices",
                location=self.get_location(),
            )
            return []
        box.remove(lists[0])
        for number, item in enumerate(lists[0]):
            words = [part for paragraph in item for part in paragraph.children]
            right = words[0].astext().startswith(RIGHT)
            if right:
                words[0] = nodes.Text(words[0].astext().removeprefix(RIGHT))
                box["right"] = number
            box += choice("", *words, figure=box["figure"], number=number)
        if "right" not in box:
            logger.warning(
                "{predict} wants a choice marked ✓, what the figure shows",
                location=self.get_location(),
            )
        return [box]


def visit_predict(translator, node: predict) -> None:
    figure = html.escape(node["figure"])
    translator.body.append(
        f'<fieldset class="predict" data-figure="{figure}" data-right="{node.get("right", "")}">'
        "<legend>Your prediction</legend>\n"
    )


def depart_predict(translator, node: predict) -> None:
    translator.body.append(
        '<button type="button">just show the figure</button><output></output></fieldset>\n'
    )


def visit_choice(translator, node: choice) -> None:
    figure, number = html.escape(node["figure"]), node["number"]
    translator.body.append(
        f'<label><input type="radio" name="predict-{figure}" value="{number}"> <span>'
    )


def depart_choice(translator, node: choice) -> None:
    translator.body.append("</span></label>\n")


def setup(app) -> dict:
    plain = (lambda *_: None, lambda *_: None)
    app.add_node(predict, html=(visit_predict, depart_predict), latex=plain, text=plain)
    app.add_node(choice, html=(visit_choice, depart_choice), latex=plain, text=plain)
    app.add_directive("predict", Predict)
    app.add_js_file("predict.js", defer="defer", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
