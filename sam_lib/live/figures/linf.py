"""Figures of the l_inf flow: the gate, and which coordinate wins."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Flag, Number, Text, Vector

DEPTHS = (2, 3, 4, 5, 6)


class Gate(LiveFigure):
    """The layer weights w_j(s) of the l_inf flow; rescaled clock.

    >>> Gate(alpha=[0.5, 1.2, 0.9], depth=3)
    Gate(name='gate', alpha=[0.5, 1.2, 0.9], depth=3)
    """

    caption = Text(
        "$ℓ_∞$-SAM compares each coordinate with one number, the radius $ρ$, and nothing else. "
        "The size $μ_j$ of the feature sets the speed of its weight, never the direction."
    )
    alt = Text(
        "Layer weights of three coordinates under the l-infinity SAM flow, with draggable starts."
    )
    alike = (("mu", "alpha"),)

    mu = Vector([1.0, 2.0, 3.0], low=0.1, high=8)
    alpha = Vector([1.1, 0.9, 0.8], low=0.01, high=2)
    rho = Number(1.0, low=0, high=2)
    depth = Choice(2, DEPTHS)
    gd = Flag(False)


class WhoWins(LiveFigure):
    """The plane of starts (alpha_1, alpha_2), colored by the limit direction.

    >>> WhoWins(depth=4).state["alpha"]
    [1.4, 0.8]
    """

    caption = Text(
        "Every start flows inside the region of its own color. For GD at depth 2 there is one "
        "region, the major coordinate's; the gate cuts the plane into four."
    )
    alt = Text(
        "Two maps of starts, for l-infinity SAM and for gradient descent, colored by the winner."
    )

    alpha = Vector([1.4, 0.8], low=0.02, high=2.5, size=(2, 2))
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0, high=2)
    depth = Choice(2, DEPTHS)
