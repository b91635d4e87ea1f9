"""Live figure of the l_2 flow from any balanced start: a path through a map of leaders."""

from __future__ import annotations

from sam_lib.live.base import LiveFigure, Number, Vector


class DelayMap(LiveFigure):
    """Who leads at each rescaled time s and delay rho tau, with the path of a run; depth 2.

    >>> DelayMap(alpha=[0.5, 0.5, 0.5]).state["mu"]
    [1.0, 1.22, 4.25]
    """

    caption = (
        "Every coordinate is a plane over the map, so the regions of the leaders are convex "
        "polygons that the starts alone decide. A run is a path through them that climbs with the "
        "slope $ρ/n$: gradient descent keeps to the bottom line."
    )
    alt = "A map of leaders over rescaled time and delay with the path of a run, and the predictor."
    alike = (("mu", "alpha"),)

    mu = Vector([1.0, 1.22, 4.25], low=0.1, high=10, size=(2, 5))
    alpha = Vector([0.472, 0.455, 0.631], low=0.01, high=2, size=(2, 5))
    rho = Number(1.0, low=0, high=2)
    time = Number(1.0, low=0, high=20)
    until = Number(8.0, low=1, high=20)
