"""Searches for counterexamples: one hunt for each theorem beyond the paper, run by ``make search``.

A hunt draws a case and returns by how much the statement holds there; a negative margin is a
counterexample. The hunts call the library's steps and gradients, not the formulas they test.
"""

from search import deep, pointwise, quadratics, runs  # noqa: F401  (they fill the lists)
from search.hunt import HUNTS, PLANTED, Hunt

__all__ = ["HUNTS", "PLANTED", "Hunt"]
