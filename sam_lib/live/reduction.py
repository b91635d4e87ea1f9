"""Live figures of the l_2 flow at depth two: one scalar clock, and what the normalization does."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure, Number, Vector


class Reduction(LiveFigure):
    """The weights, the norm n(s) and the clock tau(s) of the l_2 flow; depth 2, rescaled clock.

    The layers start at alpha + tilt and alpha - tilt.

    >>> Reduction(tilt=0.3)
    Reduction(name='reduction', tilt=0.3)
    """

    caption = (
        "The whole network has one unknown. Its norm $n$ falls at most once and then rises for "
        "ever, so its clock $τ$ comes to rest: the push of SAM is used up, and what is left is "
        "gradient descent."
    )
    alt = "The path of two weights, the norm n with at most one dip, and the clock tau."

    alpha = Vector([0.53, 0.53], low=0.02, high=1.5, size=(2, 2))
    tilt = Number(0.0, low=0, high=1)
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(2.0, low=0, high=12)


class Normalization(LiveFigure):
    """Who leads under GD, unnormalized and normalized l_2-SAM; depth 2, rescaled clock of each.

    alpha is the scale of a uniform start.

    >>> Normalization(rho=0.5).state["alpha"]
    0.6
    """

    caption = (
        "Below the line of equal distance the minor feature leads, above it the major one. With "
        "the normalization the height starts at $n/2ρ$ and shrinks with the weights; without it, "
        "it never falls below $1/ρ$, however small the weights are."
    )
    alt = "Share of the minor feature under three methods, and the strength that each one favors."

    alpha = Number(0.6, low=0.02, high=1.2)
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(1.0, low=0, high=10)
