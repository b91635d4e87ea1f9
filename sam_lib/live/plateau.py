"""Live figure of the saddle: why the loss waits."""

from __future__ import annotations

from sam_lib.live.base import Choice, LiveFigure, Number


class LossPlateau(LiveFigure):
    """The loss of l_2-SAM near the collapse threshold; depth 2, mu = (1, ratio), rescaled clock.

    gap is log10 of |alpha / alpha_c - 1|, side says on which side of alpha_c the start lies.

    >>> LossPlateau(gap=-6).side
    'escape'
    """

    caption = (
        "Near the threshold the flow passes a saddle at which only the minor feature is present. "
        "The gradient at the perturbed point vanishes there, and the loss waits: each further "
        "digit of $α_c$ buys the same extra time."
    )
    alt = "Loss with a plateau against rescaled time, and the path past the saddle in the plane."

    ratio = Number(2.0, low=1.1, high=4)
    rho = Number(1.0, low=0.2, high=2)
    gap = Number(-3.0, low=-8, high=-0.5)
    side = Choice("escape", ("escape", "collapse"))
    time = Number(4.0, low=0, high=30)
