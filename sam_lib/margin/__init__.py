"""What methods are compared with: the max-margin directions, and what a run proves about them.

:func:`l2_max_margin` and :func:`l1_max_margin` solve, :func:`kkt_residual` checks an answer by
itself, :func:`certificate` bounds the margin from both sides by a run alone.
"""

from sam_lib.margin.directions import kkt_residual, l1_max_margin, l2_max_margin
from sam_lib.margin.duality import Certificate, certificate

__all__ = ["Certificate", "certificate", "kkt_residual", "l1_max_margin", "l2_max_margin"]
