"""Live figures: ipywidgets that also work in a page without a kernel.

In a notebook a figure is an ordinary widget: its traits sync with the kernel both ways. In the
built book, or in a file written by `save`, the same figure runs in the browser alone.
"""

from sam_lib.live.answer import Answer
from sam_lib.live.base import Choice, Flag, LiveFigure, Number, StateError, Vector, page
from sam_lib.live.delay_map import DelayMap
from sam_lib.live.depth_one import DepthOne, OneLine
from sam_lib.live.dominance import Parabola, PhaseDiagram
from sam_lib.live.gate import Gate, WhoWins
from sam_lib.live.optimizers import ThreeOptimizers
from sam_lib.live.plateau import LossPlateau
from sam_lib.live.reduction import Normalization, Reduction
from sam_lib.live.setting import Guard, StepAnatomy, TwoClocks
from sam_lib.live.steps import ScoreCurve, SeveralExamples, StepSize
from sam_lib.live.variants import Variants

__all__ = [
    "Answer",
    "Choice",
    "DelayMap",
    "DepthOne",
    "Flag",
    "Gate",
    "Guard",
    "LiveFigure",
    "LossPlateau",
    "Normalization",
    "Number",
    "OneLine",
    "Parabola",
    "PhaseDiagram",
    "Reduction",
    "ScoreCurve",
    "SeveralExamples",
    "StateError",
    "StepAnatomy",
    "StepSize",
    "ThreeOptimizers",
    "TwoClocks",
    "Variants",
    "Vector",
    "WhoWins",
    "page",
]
