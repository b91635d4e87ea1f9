"""Live figures: ipywidgets that also work in a page without a kernel.

In a notebook a figure is an ordinary widget: its traits sync with the kernel both ways. In the
built book, or in a file written by ``save``, the same figure runs in the browser alone.
"""

from sam_lib.live.answer import Answer
from sam_lib.live.base import LiveFigure
from sam_lib.live.figures.depth_one import DepthOne, OneLine
from sam_lib.live.figures.depths import EveryDepth
from sam_lib.live.figures.dial import TheDial
from sam_lib.live.figures.l2 import (
    DelayMap,
    LossPlateau,
    Normalization,
    Parabola,
    PhaseDiagram,
    Reduction,
    ScoreCurve,
)
from sam_lib.live.figures.linf import Gate, WhoWins
from sam_lib.live.figures.norms import EveryNorm
from sam_lib.live.figures.quadratic import AlmostThere
from sam_lib.live.figures.setting import Guard, Meadow, StepAnatomy, ThreeOptimizers, TwoClocks
from sam_lib.live.figures.steps import MarginGap, SeveralExamples, StepSize
from sam_lib.live.figures.variants import Variants
from sam_lib.live.pages import page
from sam_lib.live.traits import Choice, Flag, Number, StateError, Text, Vector

__all__ = [
    "AlmostThere",
    "Answer",
    "Choice",
    "DelayMap",
    "DepthOne",
    "EveryDepth",
    "EveryNorm",
    "Flag",
    "Gate",
    "Guard",
    "LiveFigure",
    "LossPlateau",
    "MarginGap",
    "Meadow",
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
    "Text",
    "TheDial",
    "ThreeOptimizers",
    "TwoClocks",
    "Variants",
    "Vector",
    "WhoWins",
    "page",
]
