"""What a hunt is, and the list of all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

HUNTS: dict[str, Hunt] = {}
PLANTED: dict[str, Hunt] = {}  # false statements, which a search must find out


@dataclass(frozen=True)
class Hunt:
    """A statement, and how to try it once.

    ``trial`` takes a random generator and returns the margin and what the case was; the statement
    holds in a case if the margin is at least ``-tolerance``.
    """

    name: str
    claim: str
    says: str
    trial: Callable[[np.random.Generator], tuple[float, dict]]
    tolerance: float = 1e-9


def hunt(claim: str, says: str, tolerance: float = 1e-9, false: bool = False):
    """Add a trial to the list, under its own name."""

    def add(trial):
        place = PLANTED if false else HUNTS
        place[trial.__name__] = Hunt(trial.__name__, claim, says, trial, tolerance)
        return trial

    return add


def example(rng, most=5, low=0.2, high=3.0) -> np.ndarray:
    """Features of one example, distinct and rising, with gaps of all sizes."""
    size = int(rng.integers(2, most + 1))
    if rng.uniform() < 0.5:
        return np.sort(rng.uniform(low, high, size))
    return low * np.cumprod(1 + np.exp(rng.uniform(-5, 1, size)))


def order(rng) -> float:
    """A p of the ball, more often near 1, 2 and infinity."""
    return float(rng.choice([1.05, 1.5, 1.95, 2.0, 2.05, 3.0, 8.0, np.inf]))


def plain(**case) -> dict:
    """A case as JSON can hold it."""
    values = {k: v.tolist() if hasattr(v, "tolist") else v for k, v in case.items()}
    return {k: "inf" if v == math.inf else v for k, v in values.items()}
