"""The l_2-SAM flow at depth two from its scalar clock (D5): arrays in, arrays out.

The clock itself is integrated in the wing ``_reduction``, compiled, imported on first use.
"""

from enum import Enum
from typing import NamedTuple

import numpy as np

from sam_lib import _reduction, checks, compiled, special
from sam_lib import formulas as formula
from sam_lib.exact.quadrature import log_integral

batch = compiled.Engine("sam_lib._reduction.batch")


class Fate(Enum):
    """How a trajectory of the l_2 flow ends. The value of each member is a sentence."""

    COLLAPSES = "The parameters reach the origin in finite rescaled time and stay there."
    ESCAPES = "The gradient norm grows without bound and the last feature wins."
    SETTLES = "The parameters tend to a stationary point; they neither collapse nor escape."

    def __str__(self):
        return self.value


class Reduction(NamedTuple):
    """The l_2 flow at depth two, reduced to one clock (D5); see :func:`l2_reduction`."""

    tau: np.ndarray
    log_n: np.ndarray
    collapse_time: np.ndarray
    fate: np.ndarray


@checks.arithmetic
def l2_reduction(times, mu, theta, rho):
    r"""The scalar clock of the l_2-SAM flow at depth two, rescaled time.

    ``tau' = 1/n`` with ``n = |(mu w1, mu w2)|_2``; all 2d weights follow from it, see
    :func:`l2_flow`. Every start is followed to its end, so that the collapse time is known even if
    it lies beyond the last output time.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0, in any order.
    theta : array (..., 2, d)
        Both layers at time 0, any signs.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    Reduction
        ``tau`` (T, ...), constant after a collapse; ``log_n`` (T, ...), ``-inf`` after a collapse;
        ``collapse_time`` (...), ``inf`` where there is none; ``fate`` (...), of :class:`Fate`.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D5, D14.

    Examples
    --------
    >>> result = l2_reduction([1], mu=[1, 2], theta=[[0.4, 0.4], [0.4, 0.4]], rho=1)
    >>> float(result.collapse_time.round(10)), result.fate.item().name
    (1.3154602735, 'COLLAPSES')
    """
    times, mu = checks.times("times", times), checks.features(mu)
    theta, rho = checks.two_layers(theta, mu), checks.number("rho", rho, least=0)
    tau, log_n, collapse, fate = trace(times, mu, theta, rho, to_the_end=True)
    return Reduction(tau, log_n, collapse[()], fate)


@checks.arithmetic
def l2_flow(times, mu, theta, rho):
    r"""Two layers of any start under the l_2-SAM flow on one example, rescaled clock.

    With ``p = w1 + w2``, ``q = w1 - w2`` and the scalar ``tau`` of :func:`l2_reduction`,

    ``p = p_0 exp(mu s - rho mu^2 tau)``, ``q = q_0 exp(-mu s - rho mu^2 tau)``.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0, in any order.
    theta : array (..., 2, d)
        Both layers at time 0, any signs.
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent.

    Returns
    -------
    array (T, ..., 2, d)
        Zeros from a collapse on; ``inf`` beyond the range of double precision. All digits are those
        of the given numbers, also next to a collapse.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D5.

    Examples
    --------
    >>> l2_flow([0, 1, 2, 4], mu=[1, 2], theta=[[0.6, 0.6], [0.6, 0.6]], rho=1)[:, 0].round(4)
    array([[ 0.6   ,  0.6   ],
           [ 0.9819,  0.5825],
           [ 1.8427,  0.9776],
           [11.1009, 23.5839]])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    theta, rho = checks.two_layers(theta, mu), checks.number("rho", rho, least=0)
    times, mu = in_own_units(times, mu)
    if rho == 0:
        tau, log_n = np.zeros((2, times.size, *theta.shape[:-2]))
    else:
        tau, log_n, _, _ = trace(times, mu, theta, rho, to_the_end=False)
    p, q = sums(times, mu, theta, rho, tau, log_n)
    with np.errstate(over="ignore"):
        return np.stack([0.5 * (p + q), 0.5 * (p - q)], axis=-2)


def in_own_units(times, mu):
    """``times * unit`` and ``mu / unit``, the same problem with the largest feature from 1 to 2."""
    unit = special.power_of_two(mu.max())
    with np.errstate(over="ignore"):
        return np.minimum(times * unit, 1e300), mu / unit


def trace(times, mu, theta, rho, to_the_end):
    """``(tau, log n)``, each (T, ...), and ``(collapse time, fate)``, each (...)."""
    shape = theta.shape[:-2]
    rows = theta.reshape(-1, 2, mu.size)
    if rho == 0:
        return _trace_descent(times, mu, rows, shape)
    problem = batch.scale(mu, rows, rho)
    tau, log_n, collapse, code = batch.trace(problem, times, to_the_end)
    names = {_reduction.COLLAPSED: Fate.COLLAPSES, _reduction.ESCAPED: Fate.ESCAPES}
    fate = np.array([names.get(c, Fate.SETTLES) for c in code.tolist()], dtype=object)
    path = (times.size, *shape)
    return tau.T.reshape(path), log_n.T.reshape(path), collapse.reshape(shape), fate.reshape(shape)


def trace_one(times, mu, layers, rho):
    """``(tau, log n)`` of one start (2, d) at times of any order."""
    order = np.argsort(times, kind="stable")
    found = np.empty((2, times.size))
    found[:, order] = trace(times[order], mu, layers, rho, to_the_end=False)[:2]
    return found


def _trace_descent(times, mu, rows, shape):
    """The same for ``rho = 0``, where nothing holds ``n`` back and its path is explicit."""
    from scipy.special import logsumexp

    with np.errstate(divide="ignore"):
        p, q = (np.log(np.abs(rows[:, 0] + sign * rows[:, 1])) for sign in (1, -1))

    def log_n(s, row):
        grown = mu * s[..., None]
        squares = 2 * np.concatenate([p[row, None] + grown, q[row, None] - grown], axis=-1)
        weights = np.tile(mu, 2) ** 2 / 2
        return 0.5 * logsumexp(squares, axis=-1, b=weights)

    still = ~np.isfinite(p).any(axis=-1) & ~np.isfinite(q).any(axis=-1)
    every = np.arange(len(rows))
    values = log_n(np.broadcast_to(times, (len(rows), times.size)), every)
    moving = every[~still]
    log_tau = np.full(values.shape, -np.inf)
    ends = np.full(len(moving), np.inf)
    log_tau[moving] = log_integral(lambda s, row: -log_n(s, moving[row]), times, [], ends)
    with np.errstate(over="ignore"):
        tau = np.exp(log_tau)
    names = np.where(np.isfinite(p).any(axis=-1), Fate.ESCAPES, Fate.SETTLES)
    fate = np.where(still, Fate.COLLAPSES, names)
    path = (times.size, *shape)
    collapse = np.where(still, 0.0, np.inf).reshape(shape)
    return tau.T.reshape(path), values.T.reshape(path), collapse, fate.reshape(shape)


def sums(times, mu, theta, rho, tau, log_n):
    """``p`` and ``q`` (T, ..., d) from the scalar clock; 0 after a collapse."""
    first, second = theta[..., 0, :], theta[..., 1, :]
    p0, q0 = first + second, first - second
    s, tau = times.reshape(-1, *[1] * p0.ndim), tau[..., None]
    with np.errstate(over="ignore", invalid="ignore"):
        p = p0 * np.exp(formula.l2_log_gain(s, tau, mu, rho))
        q = q0 * np.exp(formula.l2_log_gain(s, tau, -mu, rho))
    gone = np.isneginf(log_n)[..., None]
    return np.where(gone | (p0 == 0), 0.0, p), np.where(gone | (q0 == 0), 0.0, q)


def leaders(mu, scales, times, rho):
    """Who dominates at ``times`` from uniform starts, (S, T); -1 from a collapse on."""
    return batch.walk(mu, scales, times, rho)


def threshold(mu, ray, rho, low, high):
    """The factor in (low, high) on the balanced start ``ray`` at which collapse turns to escape."""
    problem = batch.scale(mu, np.stack([ray, ray])[None], rho)
    return batch.threshold(problem, low, high)[0]
