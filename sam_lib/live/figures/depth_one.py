"""Figures of depth one: three optimizers on data, and on one line."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Number, Text, Vector


class DepthOne(LiveFigure):
    """The depth-one weights of three optimizers among draggable points; normalized clock.

    ``points`` lists the signed points y x as x1, y1, x2, y2, ...

    >>> DepthOne(rho=0.5).state["w0"]
    [-2.0, 1.5]
    """

    caption = Text(
        "Three optimizers, one direction. A perturbation of fixed size shifts each margin by a "
        "bounded amount, and a bounded shift does not turn weights that grow without bound."
    )
    alt = Text(
        "Paths of the weights of three optimizers, which all turn to the max-margin direction."
    )

    points = Vector([2.4, 0.6, 1.0, 2.6, 3.4, 1.2, 0.8, 3.4], low=-4, high=4, size=(2, 12), group=2)
    w0 = Vector([-2.0, 1.5], low=-4, high=4, size=(2, 2))
    rho = Number(2.0, low=0, high=4)


class OneLine(LiveFigure):
    """The margin of the depth-one flow on one example, mu = (1, ratio); original clock.

    >>> OneLine(ratio=3).state["time"]
    2.0
    """

    caption = Text(
        "SAM walks the line of gradient descent with a clock of its own, and in the end is ahead "
        "by the constant $c$: $ρ$ times the dual norm of the example."
    )
    alt = Text("Three points on one line, and the margins of three optimizers against time.")

    w0 = Vector([0.5, -1.0], low=-2, high=3, size=(2, 2))
    ratio = Number(2.0, low=0.5, high=3)
    rho = Number(1.0, low=0, high=3)
    time = Number(2.0, low=-2, high=6)
