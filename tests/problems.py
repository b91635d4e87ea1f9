"""One list of problems on which all routes that must agree are compared (:mod:`test_routes`).

A problem is data, a start, a method and a time (rescaled for one example, normalized for several)
by which what its name says has happened. Add a problem here, and every route has to answer it.
"""

from dataclasses import dataclass

import numpy as np

import sam_lib as sam

INF = np.inf


@dataclass(frozen=True)
class Problem:
    """Data, start, method, and the last time of the comparison."""

    name: str
    data: sam.Dataset
    theta: np.ndarray
    method: sam.SAM | sam.MarginSAM
    time: float = 0.8

    def __str__(self):
        return self.name

    @property
    def depth(self):
        return len(self.theta)

    @property
    def balanced(self):
        return bool(np.all(self.theta == self.theta[0]))

    @property
    def times(self):
        return self.time * np.array([0.0, 0.3, 0.6, 1.0])


def _one(name, theta, method, mu=(0.7, 1.6), time=0.8):
    return Problem(name, sam.single_example(mu), np.array(theta, dtype=float), method, time)


def _same(name, alpha, depth, method, mu=(0.7, 1.6), time=0.8):
    return _one(name, sam.balanced(np.array(alpha, dtype=float), depth), method, mu, time)


SIGN, EUCLID = sam.SAM(1.0, INF), sam.SAM(1.0)
RAW, EACH = sam.SAM(0.5, normalized=False), sam.SAM(0.5, per_example=True)
DIAL = sam.MarginSAM(0.4)
CLOUD = sam.random_separable(3, 2, seed=1)

PROBLEMS = [
    _same("GD", [0.5, 0.4], 2, sam.GD()),
    _same("GD, depth 3", [0.5, 0.4], 3, sam.GD()),
    _same("linf, all above the gate", [1.3, 1.2], 2, SIGN),
    _same("linf, gated", [1.4, 0.3], 2, SIGN),
    _same("linf, gated, negative", [-1.4, -0.3], 2, SIGN),
    _same("linf, gated, depth 4", [1.6, 0.3], 4, SIGN),
    _same("linf, gated, depth 6", [1.7, 0.3], 6, SIGN),
    _same("linf, gated, two of three", [1.4, 0.3, 0.5], 2, sam.SAM(0.9, INF), (0.7, 1.6, 2.0)),
    _same("linf, all gated", [0.4, 0.3], 2, SIGN),
    _same("linf, at the gate", [1.0, 1.2], 2, SIGN),
    _same("linf, starts at 0", [1.3, 0.0], 2, SIGN),
    _same("linf, scores tie, depth 3", [1.5, 1.25], 3, SIGN, (0.8, 1.6)),
    _same("linf, below, odd depth", [1.4, 0.3], 3, SIGN),
    _same("linf, depth 1", [0.5, -0.4], 1, SIGN),
    _one("linf, unbalanced, above", [[1.4, 1.6], [1.2, 0.9]], SIGN),
    _one("linf, unbalanced, one layer held", [[1.5, 0.9], [1.5, 0.2]], SIGN, (0.5, 1.0), 0.9),
    _one("linf, opposite layers", [[1.4, 0.5], [1.4, -0.5]], SIGN),
    _one("linf, unequal opposite layers", [[1.4, 0.8], [1.4, -0.5]], SIGN, time=0.4),
    _same("l2, escapes", [0.9, 0.8], 2, EUCLID),
    _same("l2, collapses", [0.3, 0.2], 2, EUCLID, (1.0, 2.0), 1.5),
    _one("l2, unbalanced", [[0.9, -0.4], [0.6, 0.8]], EUCLID),
    _same("l2, depth 1", [0.5, -0.4], 1, EUCLID),
    _same("l2, depth 3", [1.2, 1.1], 3, EUCLID, time=0.5),
    _same("l1", [0.9, 0.6], 2, sam.SAM(0.5, 1)),
    _same("p = 1.5", [0.9, 0.8], 2, sam.SAM(0.5, 1.5)),
    _same("unnormalized", [0.9, 0.8], 2, RAW),
    _same("margin", [0.9, 0.8], 2, DIAL),
    _one("margin, unbalanced", [[0.9, -0.4], [0.6, 0.8]], DIAL),
    _same("margin, all fall", [0.9, 0.8], 2, sam.MarginSAM(2.0), time=0.4),
    _same("margin, depth 1", [0.5, -0.4], 1, DIAL),
    _same("margin, depth 3", [1.2, 1.1], 3, DIAL, time=0.5),
    Problem("several, GD", CLOUD, sam.balanced([0.9, 0.8], 2), sam.GD()),
    Problem("several, l2", CLOUD, sam.balanced([0.9, 0.8], 2), sam.SAM(0.5)),
    Problem("several, linf", CLOUD, sam.balanced([0.9, 0.8], 2), sam.SAM(0.5, INF)),
    Problem("several, l1", CLOUD, sam.balanced([0.9, 0.8], 2), sam.SAM(0.5, 1)),
    Problem("several, unnormalized", CLOUD, sam.balanced([0.9, 0.8], 2), RAW),
    Problem("several, per example", CLOUD, sam.balanced([0.9, 0.8], 2), EACH),
    Problem("several, margin", CLOUD, sam.balanced([0.9, 0.8], 2), DIAL),
    Problem("several, margin each", CLOUD, sam.balanced([0.9, 0.8], 2), sam.MarginSAM(0.4, True)),
]


def gated(seed, depth):
    """A random problem under ``linf`` with one example, of which some coordinates are stopped."""
    rng = np.random.default_rng([seed, depth])
    first, last = 1.0, 0.0
    while first > 0.4 * last:  # until the first one stops well before another one blows up
        d = int(rng.integers(2, 5))
        rho = rng.uniform(0.5, 1.2)
        alpha = rho * np.append(rng.uniform(1.2, 1.8, 1), rng.uniform(0.05, 0.8, d - 1))
        mu = rng.uniform(0.5, 2, d)
        first = np.min(sam.theory.zero_times(mu, alpha, rho, depth))
        last = np.min(sam.theory.blow_up_times(mu, alpha, rho, depth))
    time = min(1.5 * first, 0.6 * last)
    order = rng.permutation(d)
    return _same(f"gated {seed}", alpha[order], depth, sam.SAM(rho, INF), tuple(mu[order]), time)
