"""Figures of the first pages: the opening, optimizers, one SAM step, two clocks, the guard."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text, Vector


class Meadow(LiveFigure):
    """What three optimizers rely on, as light: meadow minor, cow major; rescaled clock.

    Depth 2, mu = (1, 2), rho = 1, uniform start alpha; a part is as bright as its share of beta,
    and the whole dims as beta falls below its start.

    >>> Meadow(time=2)
    Meadow(name='meadow', time=2.0)
    """

    caption = Text(
        "The same picture, the same network, the same start: only the optimizer differs. Light "
        "falls on what a learner relies on, and the band below remembers. (Each learner runs in "
        "its own rescaled clock, by its exact formula.)"
    )
    alt = Text(
        "Three pictures of a cow on a meadow, one for each learner, lit where that learner looks, "
        "each above a band that shows what it has relied on since the start of training."
    )

    alpha = Number(0.57, low=0.3, high=1.3)
    time = Number(0.0, low=0, high=6)
    ship = Choice("none", ("none", "gd", "linf", "l2"))


class ThreeOptimizers(LiveFigure):
    """Paths of beta under GD, l_2-SAM and l_inf-SAM from one start; depth 2, rescaled clock.

    >>> ThreeOptimizers(rho=0.5)
    ThreeOptimizers(name='three-optimizers', rho=0.5)
    """

    caption = Text(
        "Same example, same start, same depth. GD runs to the major feature at once; $ℓ_2$-SAM "
        "grows the minor feature first and turns later; $ℓ_∞$-SAM may never turn."
    )
    alt = Text(
        "Paths of three optimizers in the plane of the predictor, and its direction over time."
    )

    alpha = Vector([1.05, 0.6], low=0.05, high=2, size=(2, 2))
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0, high=2)
    time = Number(1.0, low=0, high=4)


class StepAnatomy(LiveFigure):
    """One step at a balanced point of two features, over the loss; rescaled clock.

    >>> StepAnatomy(method="linf", w=[1.2, 0.4]).state["w"]
    [1.2, 0.4]
    """

    caption = Text(
        "A SAM step starts at $w$ and uses the gradient at $ŵ$. Where the ascent step carries a "
        "weight across 0, or close to it, the two gradients no longer agree about that weight."
    )
    alt = Text(
        "The loss over two layer weights, with gradient, ball or box, perturbed point and step."
    )

    w = Vector([0.6, 0.6], low=0.02, high=2, size=(2, 2))
    ratio = Number(2.0, low=1, high=4)
    rho = Number(1.0, low=0, high=1.5)
    method = Choice("l2", ("gd", "l2", "linf"))
    depth = Choice(2, (1, 2, 3, 4))
    eta = Number(0.1, low=0.02, high=1)
    steps = Number(0, low=0, high=100)


class TwoClocks(LiveFigure):
    """The l_inf flow in the rescaled clock and in the original one.

    >>> TwoClocks(clock="original").state["depth"]
    3
    """

    caption = Text(
        "The clock changes the dates and not the places. What the rescaled clock $s$ calls a "
        "blow-up at $S$, the original clock $t$ never reaches."
    )
    alt = Text("Layer weights, and the relation of the two clocks, with a movable moment.")
    alike = (("mu", "alpha"),)

    mu = Vector([1.0, 2.0], low=0.2, high=5, size=(1, 4))
    alpha = Vector([1.9, 1.3], low=0.02, high=2.5, size=(1, 4))
    rho = Number(1.0, low=0, high=2)
    depth = Choice(3, (2, 3, 4, 5, 6))
    clock = Choice("rescaled", ("rescaled", "original"))
    progress = Number(0.5, low=0, high=1)


class Guard(LiveFigure):
    """Length of the l_2 perturbation when a guard is added to the norm; the same in every clock.

    >>> Guard(guard=1e-8).state["margin"]
    20.0
    """

    caption = Text(
        "Training walks to the right here, in the original clock as slowly as $log t$. Wherever "
        "the guard is put, SAM is gradient descent beyond it. Without one, SAM stays SAM."
    )
    alt = Text(
        "Length of the perturbation against the margin: constant without a guard, falling with."
    )

    guard = Number(1e-12, low=1e-16, high=1e-4)
    n = Number(5.0, low=0.1, high=1000)
    margin = Number(20.0, low=0, high=60)
