"""Figures of the variants: a ReLU in the network, and adaptive SAM."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text, Vector


class Variants(LiveFigure):
    """Growth rates and beta_j(s) of a variant beside those of l_2-SAM; rescaled clock, depth 2.

    alpha is the scale of a uniform start.

    >>> Variants(kind="adaptive")
    Variants(name='variants', kind='adaptive')
    """

    caption = Text(
        "With a ReLU a feature too strong for the present gradient norm waits; without it, it "
        "would shrink. Adaptive SAM charges a feature for its own share, so that several can "
        "grow together forever."
    )
    alt = Text("Growth rates of the coordinates, the predictor over time, and which is largest.")

    mu = Vector([1.0, 1.2, 1.5, 6.0], low=0.1, high=10, size=(2, 6), rising=True)
    alpha = Number(0.4569, low=0.01, high=2)
    rho = Number(1.0, low=0.05, high=1.4)
    kind = Choice("ReLU", ("ReLU", "adaptive"))
    time = Number(1.0, low=0, high=12)
