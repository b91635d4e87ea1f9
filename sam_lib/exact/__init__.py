"""Exact solutions: ``closed_form`` as array functions, and the scalar reduction.

Everything is vectorized over output times (first axis) and over starts (any number of batch axes).
Clocks: ``depth_one`` runs in the original clock, the flows in the rescaled clock of one example,
and ``original_time`` goes from the second to the first.
"""

from sam_lib.exact.clock import original_time
from sam_lib.exact.depth_one import depth_one
from sam_lib.exact.dial import margin_flow, schedule_delay, schedule_radius, scheduled_flow
from sam_lib.exact.l2 import Fate, Reduction, l2_flow, l2_reduction
from sam_lib.exact.linf import linf_flow, linf_flow_depth_two
from sam_lib.exact.lp import lp_flow

__all__ = [
    "Fate",
    "Reduction",
    "depth_one",
    "l2_flow",
    "l2_reduction",
    "linf_flow",
    "linf_flow_depth_two",
    "lp_flow",
    "margin_flow",
    "original_time",
    "schedule_delay",
    "schedule_radius",
    "scheduled_flow",
]
