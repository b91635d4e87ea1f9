"""Proofs by computation: fates, thresholds, walks and constants in ball arithmetic.

A ball is a number with a bound of its error, and every operation on balls keeps the bound true
(the package python-flint). So what these functions return is proved, up to faults of the program.
Numbers are taken exactly: write decimals as text, ``"0.1"``, since the float ``0.1`` is another
number.
"""

from sam_lib.certify.expressions import enclose
from sam_lib.certify.l2 import collapse_threshold, delay, fate, norm, walk
from sam_lib.certify.results import Bracket, Enclosure, End, Walk

__all__ = [
    "Bracket",
    "Enclosure",
    "End",
    "Walk",
    "collapse_threshold",
    "delay",
    "enclose",
    "fate",
    "norm",
    "walk",
]
