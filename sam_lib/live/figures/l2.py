"""Figures of the l_2 flow: its scalar clock, who leads when, the plateau, and greater depth."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text, Vector


class Reduction(LiveFigure):
    """The weights, the norm n(s) and the clock tau(s) of the l_2 flow; depth 2, rescaled clock.

    The layers start at alpha + tilt and alpha - tilt.

    >>> Reduction(tilt=0.3)
    Reduction(name='reduction', tilt=0.3)
    """

    caption = Text(
        "The whole network has one unknown. Its norm $n$ falls at most once and then rises for "
        "ever, so its clock $τ$ comes to rest: the push of SAM is used up, and what is left is "
        "gradient descent."
    )
    alt = Text("The path of two weights, the norm n with at most one dip, and the clock tau.")

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

    caption = Text(
        "Below the line of equal distance the minor feature leads, above it the major one. With "
        "the normalization the height starts at $n/2ρ$ and shrinks with the weights; without it, "
        "it never falls below $1/ρ$, however small the weights are."
    )
    alt = Text(
        "Share of the minor feature under three methods, and the strength that each one favors."
    )

    alpha = Number(0.6, low=0.02, high=1.2)
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(1.0, low=0, high=10)


class Parabola(LiveFigure):
    """Growth rate against mu, sliding with time, beside beta_j(s); rescaled clock, depth 2.

    alpha is the scale of a uniform start.

    >>> Parabola(mu=[1, 1.2, 1.5, 6], alpha=0.4569)
    Parabola(name='parabola', alpha=0.4569, mu=[1.0, 1.2, 1.5, 6.0])
    """

    caption = Text(
        "The growth rate is a parabola in $μ$ whose top is at $n/2ρ$. While the gradient norm $n$ "
        "is small the top stands over minor features; as $n$ grows it slides over one feature "
        "after another: minor first, major last."
    )
    alt = Text(
        "A parabola of growth rates, the predictor over time, and which coordinate is largest."
    )

    mu = Vector([1.0, 2.0, 4.0], low=0.1, high=10, size=(2, 6), rising=True)
    alpha = Number(0.5, low=0.01, high=3)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(0.8, low=0, high=40)


class PhaseDiagram(LiveFigure):
    """The dominant coordinate over (rescaled time, scale of a uniform start); depth 2.

    >>> PhaseDiagram(alpha=0.9).state["mu"]
    [1.0, 2.0]
    """

    caption = Text(
        "Below $α_c$ everything dies. Between $α_c$ and the upper line the minor feature leads "
        "first and the major one last. Above it the major feature leads forever. Halve $ρ$ and "
        "the picture halves: only $α/ρ$ counts."
    )
    alt = Text(
        "A map of the dominant coordinate over time and scale, and the predictor on one line."
    )

    mu = Vector([1.0, 2.0], low=0.1, high=8, size=(2, 6), rising=True)
    alpha = Number(0.6, low=0.01, high=1.2)
    rho = Number(1.0, low=0.1, high=1.2)
    time = Number(2.0, low=0, high=8)


class DelayMap(LiveFigure):
    """Who leads at each rescaled time s and delay rho tau, with the path of a run; depth 2.

    >>> DelayMap(alpha=[0.5, 0.5, 0.5]).state["mu"]
    [1.0, 1.22, 4.25]
    """

    caption = Text(
        "Every coordinate is a plane over the map, so the regions of the leaders are convex "
        "polygons that the starts alone decide. A run is a path through them that climbs with the "
        "slope $ρ/n$: gradient descent keeps to the bottom line."
    )
    alt = Text(
        "A map of leaders over rescaled time and delay with the path of a run, and the predictor."
    )
    alike = (("mu", "alpha"),)

    mu = Vector([1.0, 1.22, 4.25], low=0.1, high=10, size=(2, 5), rising=True)
    alpha = Vector([0.472, 0.455, 0.631], low=0.01, high=2, size=(2, 5))
    rho = Number(1.0, low=0, high=2)
    time = Number(1.0, low=0, high=20)
    until = Number(8.0, low=1, high=20)


class LossPlateau(LiveFigure):
    """The loss of l_2-SAM near the collapse threshold; depth 2, mu = (1, ratio), rescaled clock.

    gap is log10 of |alpha / alpha_c - 1|, side says on which side of alpha_c the start lies.

    >>> LossPlateau(gap=-6).side
    'escape'
    """

    caption = Text(
        "Near the threshold the flow passes a saddle at which only the minor feature is present. "
        "The gradient at the perturbed point vanishes there, and the loss waits: each further "
        "digit of $α_c$ buys the same extra time."
    )
    alt = Text(
        "Loss with a plateau against rescaled time, and the path past the saddle in the plane."
    )

    ratio = Number(2.0, low=1.1, high=4)
    rho = Number(1.0, low=0.2, high=2)
    gap = Number(-3.0, low=-8, high=-0.5)
    side = Choice("escape", ("escape", "collapse"))
    time = Number(4.0, low=0, high=30)


class ScoreCurve(LiveFigure):
    """Growth rate against the score for the balanced l_2 flow at any depth; rescaled clock.

    >>> ScoreCurve(depth=4).state["scale"]
    0.5
    """

    caption = Text(
        "At every depth a coordinate grows at a rate that depends on its score and on a number $n$ "
        "that all share. As the weights grow, the fastest score slides to the right, past them all."
    )
    alt = Text("The growth rate against the score, and the share of each coordinate against time.")

    mu = Vector([1.0, 1.5, 2.0], low=0.2, high=4, size=(2, 5), rising=True)
    scale = Number(0.5, low=0.2, high=2)
    rho = Number(1.0, low=0.1, high=2)
    depth = Choice(3, (2, 3, 4, 5))
    time = Number(0.3, low=0, high=1)
