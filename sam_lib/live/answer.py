"""A box under an exercise that checks a number, in the page as in a notebook."""

from __future__ import annotations

import math
import re

import anywidget
import traitlets

from sam_lib.live.bundle import JS, figure_bundle, stylesheet
from sam_lib.live.traits import StateError


class Answer(anywidget.AnyWidget):
    """A field for the answer of a numeric exercise; what is right was computed by the cell.

    name: the box's id in the page. value: the right answer. tolerance: relative error allowed.
    label: what is asked for, with simple $math$.

    >>> Answer("depth", value=10, label="smallest depth $L$")
    Answer(name='depth')
    """

    name = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode("your answer").tag(sync=True)
    value = traitlets.Float().tag(sync=True)
    tolerance = traitlets.Float(0.005).tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, *, value: float, label: str = "your answer", tolerance=0.005):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise ValueError(f"name = {name!r}: allowed are small letters, digits and hyphens")
        for argument, given in (("value", value), ("tolerance", tolerance)):
            if not math.isfinite(given):
                raise StateError(f"{argument} = {given!r}: allowed is a finite number")
        super().__init__(
            name=name,
            label=label,
            value=float(value),
            tolerance=float(tolerance),
            _esm=figure_bundle(JS / "figures" / "answer.js"),
            _css=stylesheet(),
        )

    def __repr__(self) -> str:
        return f"Answer(name={self.name!r})"
