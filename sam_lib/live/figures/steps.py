"""Figures of the discrete iterations: against the flow, and on several examples."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text, Vector


class StepSize(LiveFigure):
    """Steps of SAM against the flow at depth 2, one example; rescaled clock.

    >>> StepSize(eta=0.5).state["method"]
    'linf'
    """

    caption = Text(
        "Small steps follow the flow. At zero they cannot rest: they chatter, in a band as wide as "
        "the step, and from $η$ = $1/μ$ on the band reaches the gate on the other side."
    )
    alt = Text("Two layer weights in the flow, as lines, and in discrete steps, as dots.")
    alike = (("mu", "alpha"),)

    mu = Vector([1.0, 2.0], low=0.2, high=4, size=(2, 2), rising=True)
    alpha = Vector([1.02, 0.8], low=0.05, high=2, size=(2, 2))
    rho = Number(1.0, low=0, high=2)
    eta = Number(0.2, low=0.02, high=2)
    until = Number(6.0, low=2, high=20)
    method = Choice("linf", ("linf", "l2"))


class SeveralExamples(LiveFigure):
    """The predictor's path on several examples from a uniform start; normalized clock.

    ``points`` lists the signed points y x as x1, y1, x2, y2, ...

    >>> SeveralExamples(depth=3).state["scale"]
    0.6
    """

    caption = Text(
        "At depth two GD and $ℓ_2$-SAM end at the $ℓ_1$ max margin of the points. On the way SAM "
        "first leans on the feature that is weaker in all of them."
    )
    alt = Text("Paths of the predictor of three optimizers among draggable points.")

    points = Vector([0.8, 2.4, 1.4, 1.8, 1.0, 3.0, 0.6, 1.7], low=-1, high=4, size=(2, 16), group=2)
    scale = Number(0.6, low=0.05, high=2)
    rho = Number(1.0, low=0, high=2)
    depth = Choice(2, (2, 3))


class MarginGap(LiveFigure):
    """A run bounds the max margin from both sides; balanced start, depth 2, normalized clock.

    ``points`` lists the signed points y x as x1, y1, x2, y2, ...

    >>> MarginGap(method="linf").state["rho"]
    1.0
    """

    caption = Text(
        "The weights with which a run visits its examples are a proof of how close it is: for GD "
        "and $ℓ_2$-SAM the two bounds meet, for $ℓ_∞$-SAM they need not."
    )
    alt = Text("Two bounds of the max margin close on it as a run goes on, among draggable points.")

    points = Vector([2.0, 0.6, 0.5, 2.6, 3.0, 2.2], low=-1, high=4, size=(2, 16), group=2)
    method = Choice("l2", ("gd", "l2", "linf"))
    scale = Number(0.8, low=0.05, high=2)
    rho = Number(1.0, low=0, high=2)
