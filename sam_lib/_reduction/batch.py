"""Batches of starts for the compiled ``reduction``: units, digits, and all cores."""

from typing import NamedTuple

import numpy as np

from sam_lib import compiled
from sam_lib._reduction import trajectory


class Scaled(NamedTuple):
    """Starts without dimension: what the compiled functions work on.

    ``log_e`` (B, m): logarithms of ``nu_k^2 x_k^2 / 2``; ``x`` (B, m, 3): all digits of ``x_k``, as
    ``(x[0] + x[1]) 2^x[2]``; ``nu`` (m,): signed rates. ``r`` is ``rho``, and ``x`` is measured in
    units of ``length``, ``nu`` in units of ``rate``.
    """

    log_e: np.ndarray
    x: np.ndarray
    nu: np.ndarray
    r: float
    rate: float
    length: float


def scale(mu, theta, rho):
    """Dimensionless form of the starts ``theta`` (B, 2, d); units are powers of two."""
    longest = max(rho, 1e-150 * np.abs(theta).max())
    rate, length = (2.0 ** np.floor(np.log2(unit)) for unit in (mu.max(), longest))
    nu = np.concatenate([mu, -mu]) / rate
    half = theta / length / 2
    first = np.concatenate([half[:, 0], half[:, 0]], axis=1)
    second = np.concatenate([half[:, 1], -half[:, 1]], axis=1)
    high = first + second
    back = high - first
    low = (first - (high - back)) + (second - back)
    mantissa, exponent = np.frexp(high)
    x = np.stack([mantissa, np.ldexp(low, -exponent), exponent + 1.0], axis=-1)
    with np.errstate(divide="ignore"):
        log_e = 2 * (np.log(np.abs(mantissa)) + np.log(np.abs(nu)) + (exponent + 0.5) * np.log(2))
    present = (high != 0).any(axis=0)
    present[0] = True
    return Scaled(log_e[:, present], x[:, present], nu[present], rho / length, rate, length)


def trace(problem, times, to_the_end=False):
    """``(tau, log n)`` at ``times``, each (B, T), and ``(collapse time, fate)``, each (B,)."""
    rows = len(problem.log_e)
    sigma, log_n = np.empty((rows, times.size)), np.empty((rows, times.size))
    collapse, fate = np.empty(rows), np.empty(rows, dtype=np.int64)
    log_e, x, nu, r = problem.log_e, problem.x, problem.nu, problem.r
    targets = times * problem.rate

    def solve(part):
        for i in range(rows)[part]:
            result = trajectory.trace_start(
                log_e[i], x[i], nu, r, targets, to_the_end, sigma[i], log_n[i]
            )
            collapse[i], fate[i] = result

    compiled.on_all_cores(solve, rows, least=8)
    tau = sigma / problem.length / problem.rate**2
    log_n += np.log(problem.length) + np.log(problem.rate)
    return tau, log_n, collapse / problem.rate, fate


def walk(mu, scales, times, rho):
    """Who dominates at ``times`` from uniform starts: indices into ascending ``mu``, or -1; (S, T).

    Equal entries of ``mu`` stay level forever; the first of them is reported.
    """
    values, first, count = np.unique(mu, return_index=True, return_counts=True)
    rate, length = (2.0 ** np.floor(np.log2(unit)) for unit in (mu.max(), rho))
    nu = values / rate
    with np.errstate(divide="ignore"):
        log_x = np.log(scales) - np.log(length)
    log_e = 2 * log_x[:, None] + np.log(2 * count * nu**2)
    middles, targets = nu[1:] + nu[:-1], times * rate
    index = np.empty((len(scales), times.size), dtype=np.int64)

    def solve(part):
        trajectory.walk_starts(log_e[part], nu, rho / length, middles, targets, index[part])

    compiled.on_all_cores(solve, len(index), least=8)
    return np.append(first, -1)[index]


def threshold(problem, low, high):
    """The factor in (low, high) on each start at which collapse turns into escape: (B,)."""
    logs = np.log(low), np.log(high)
    found = [trajectory.log_threshold(row, problem.nu, problem.r, *logs) for row in problem.log_e]
    return np.exp(found)
