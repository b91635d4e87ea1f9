"""Live figures of the l_2 flow at depth two: the parabola, and the phase diagram."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure, Number, Vector


class Parabola(LiveFigure):
    """Growth rate against mu, sliding with time, beside beta_j(s); rescaled clock, depth 2.

    alpha is the scale of a uniform start.

    >>> Parabola(mu=[1, 1.2, 1.5, 6], alpha=0.4569)
    Parabola(name='parabola', alpha=0.4569, mu=[1.0, 1.2, 1.5, 6.0])
    """

    caption = (
        "The growth rate is a parabola in $μ$ whose top is at $n/2ρ$. While the gradient norm $n$ "
        "is small the top stands over minor features; as $n$ grows it slides over one feature "
        "after another: minor first, major last."
    )
    alt = "A parabola of growth rates, the predictor over time, and which coordinate is largest."

    mu = Vector([1.0, 2.0, 4.0], low=0.1, high=10, size=(2, 6))
    alpha = Number(0.5, low=0.01, high=3)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(0.8, low=0, high=40)


class PhaseDiagram(LiveFigure):
    """The dominant coordinate over (rescaled time, scale of a uniform start); depth 2.

    >>> PhaseDiagram(alpha=0.9).state["mu"]
    [1.0, 2.0]
    """

    caption = (
        "Below $α_c$ everything dies. Between $α_c$ and the upper line the minor feature leads "
        "first and the major one last. Above it the major feature leads forever. Halve $ρ$ and "
        "the picture halves: only $α/ρ$ counts."
    )
    alt = "A map of the dominant coordinate over time and scale, and the predictor on one line."

    mu = Vector([1.0, 2.0], low=0.1, high=8, size=(2, 6))
    alpha = Number(0.6, low=0.01, high=1.2)
    rho = Number(1.0, low=0.1, high=1.2)
    time = Number(2.0, low=0, high=8)
