"""A box under an exercise that checks a number, in the page as in a notebook."""

from __future__ import annotations

import sys

import anywidget
import traitlets

from sam_lib.live.bundle import JS, figure_bundle, stylesheet
from sam_lib.live.traits import Name, Number, Text

LARGEST = sys.float_info.max


class Answer(anywidget.AnyWidget):
    """A field for the answer of a numeric exercise; what is right was computed by the cell.

    name: the box's id in the page. value: the right answer. tolerance: relative error allowed.
    label: what is asked for, with simple $math$.

    >>> Answer("depth", value=10, label="smallest depth $L$")
    Answer(name='depth')
    """

    name = Name().tag(sync=True)
    label = Text("your answer")
    value = Number(0, low=-LARGEST, high=LARGEST)
    tolerance = Number(0.005, low=0, high=1)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, *, value: float, label: str = "your answer", tolerance=0.005):
        super().__init__(
            name=name,
            label=label,
            value=value,
            tolerance=tolerance,
            _esm=figure_bundle(JS / "figures" / "answer.js"),
            _css=stylesheet(),
        )

    def __repr__(self) -> str:
        return f"Answer(name={self.name!r})"
