"""The figure of margin SAM, and of radius schedules that the reader draws."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text, Vector


class TheDial(LiveFigure):
    """Who leads under margin SAM, or under l_2-SAM with a drawn radius; depth 2, rescaled clock.

    alpha is the scale of a uniform start; the radius is constant on pieces of equal length.

    >>> TheDial(kappa=0.5).state["method"]
    'dial'
    """

    caption = Text(
        "A schedule of the radius is one curve $T(s)$, which may climb as it likes but never "
        "falls; the wedge that it is in says who leads. The dial is a straight line, and so its "
        "leader never changes. Rescaled clock."
    )
    alt = Text("Radius against time, wedges of leaders with the delay, and the predictor.")

    mu = Vector([1.0, 2.0, 4.0], low=0.1, high=8, size=(2, 5), rising=True)
    method = Choice("dial", ("dial", "drawn"))
    kappa = Number(0.25, low=0.02, high=1.2)
    alpha = Number(0.3, low=0.02, high=1.5)
    time = Number(4.0, low=0, high=12)
    radii = Vector([0.3, 0.3, 0.3, 0.3, 0.3, 0.3], low=0, high=2, size=(6, 6))
