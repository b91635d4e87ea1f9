"""The figure of every norm: one formula for all l_p balls."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Number, Text, Vector


class EveryNorm(LiveFigure):
    """Two weights under l_p-SAM and the growth rate that each size has; depth 2, rescaled clock.

    The slider moves ``inverse`` = 1/p, from 0 (the maximum norm) to 0.95.

    >>> EveryNorm(inverse=0.5)
    EveryNorm(name='every-norm', inverse=0.5)
    """

    caption = Text(
        "One formula for every $p$. Beyond $p = 2$ the growth rate of a weight falls without bound "
        "as the weight shrinks, and so a small weight dies; at $p = 2$ it does not depend on the "
        "weight, and below, small weights pay nothing."
    )
    alt = Text("Two weights over time, and growth rates against the size of a weight.")

    inverse = Number(0.33, low=0, high=0.95)
    alpha = Vector([1.5, 0.1], low=0.02, high=2, size=(2, 2))
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0.05, high=2)
    time = Number(0.06, low=0, high=4)
