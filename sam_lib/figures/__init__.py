"""Static figures: one style, the colors of the book, and the plots that the chapters share."""

from sam_lib.figures import palette
from sam_lib.figures.plots import (
    RESCALED,
    convergence,
    coordinate_styles,
    method_style,
    style,
    trajectories,
)

__all__ = [
    "RESCALED",
    "convergence",
    "coordinate_styles",
    "method_style",
    "palette",
    "style",
    "trajectories",
]
