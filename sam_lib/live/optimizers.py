"""Live figure of the first page: three optimizers, one example."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure, Number, Vector


class ThreeOptimizers(LiveFigure):
    """Paths of beta under GD, l_2-SAM and l_inf-SAM from one start; depth 2, rescaled clock.

    >>> ThreeOptimizers(rho=0.5)
    ThreeOptimizers(name='three-optimizers', rho=0.5)
    """

    caption = (
        "Same example, same start, same depth. GD runs to the major feature at once; $ℓ_2$-SAM "
        "grows the minor feature first and turns later; $ℓ_∞$-SAM may never turn."
    )
    alt = "Paths of three optimizers in the plane of the predictor, and its direction over time."

    alpha = Vector([1.05, 0.6], low=0.05, high=2, size=(2, 2))
    ratio = Number(2.0, low=1.05, high=5)
    rho = Number(1.0, low=0, high=2)
    time = Number(1.0, low=0, high=4)
