"""The figure of every depth: the border of collapse, and how long a start stays at the saddle."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure
from sam_lib.live.traits import Choice, Number, Text


class EveryDepth(LiveFigure):
    """Two weights under l_2-SAM at depth three and more; radius 1, rescaled clock.

    The start is ``scale`` times ``(r^(-1/2), r^(1/2))`` with ``r = 10^tilt``.

    >>> EveryDepth(depth=6)
    EveryDepth(name='every-depth', depth=6)
    """

    caption = Text(
        "At even depth every ray from the origin has one threshold (dashed border). Next to it "
        "both weights rest near the saddle, whose features are all present. At odd depth nothing "
        "ever shrinks."
    )
    alt = Text("The plane of two weights with the border of collapse, and the weights over time.")

    depth = Choice(4, (3, 4, 5, 6, 7, 8))
    scale = Number(0.36, low=0.05, high=1.2)
    tilt = Number(0.0, low=-1, high=1)
    ratio = Number(2.0, low=1.05, high=5)
