"""The figure of SAM on a parabola: where it stops, and how the loss falls with the steps."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text


class AlmostThere(LiveFigure):
    """Steps of SAM on x^2 / 2 and the loss after T of them; the clock counts steps.

    >>> AlmostThere(noise=0.5).state["method"]
    'normalized'
    """

    caption = Text(
        "With a constant radius and a normalized perturbation, steps end in a two-cycle as wide as "
        "the step. Smaller steps narrow it, but noise whose median is not its mean leaves a "
        "distance of the order of $ρ$. The clock counts steps."
    )
    alt = Text("Left, iterates against steps; right, loss against the number of steps.")

    eta = Number(0.5, low=0.02, high=1.9)
    rho = Number(0.5, low=0, high=1)
    noise = Number(0.0, low=0, high=2)
    start = Number(2.0, low=0.1, high=3)
    method = Choice("normalized", ("normalized", "decaying", "unnormalized"))
