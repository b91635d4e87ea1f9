"""A run that proves how close it is to the max margin: one bound from each side.

    min_i <b, z_i> / ||b||   <=   gamma   <=   || sum_i lambda_i z_i ||_dual

for every ``b`` and all weights ``lambda >= 0`` with sum 1. A run delivers both: its predictor, and
the weights of its examples, averaged over normalized time.
"""

from typing import NamedTuple

import numpy as np

from sam_lib import ascent, checks, network


class Certificate(NamedTuple):
    """What a run proves about the max margin; see :func:`certificate`."""

    primal: np.ndarray
    dual: np.ndarray
    weights: np.ndarray

    @property
    def gap(self):
        """Upper minus lower bound of the max margin, (T, ...)."""
        return self.dual - self.primal


def certificate(run, data, nonnegative=False):
    r"""Bounds of the max margin from both sides, at each time of a run in the normalized clock.

    ``min_i m_i / ||beta||_p <= gamma <= || sum_i lambda_i z_i ||_q`` with ``p = 1``, ``q = inf``;
    at depth one ``p = q = 2``. The weights ``lambda`` are the time averages of those with which the
    examples enter the steps, ``s(-m_i) / sum_k s(-m_k)`` at the perturbed parameters. Both bounds
    hold at any time of any run; that they meet is a theorem for some methods and depths.

    Parameters
    ----------
    run : Run
        In the normalized or rescaled clock; the average is the trapezoidal sum over ``run.times``,
        so record every step: whatever is recorded, the bounds hold, but they close more slowly.
    data : Dataset
        What the run was trained on.
    nonnegative : bool
        Bound the margin of the directions without negative entries, the only ones that a balanced
        start can reach at depth two.

    Returns
    -------
    Certificate
        ``primal`` and ``dual`` (T, ...), ``weights`` (T, ..., n). Where ``beta = 0`` the lower
        bound is ``-inf``.

    Raises
    ------
    ValueError
        The run is in the original clock, or ``data`` does not fit it.

    Source
    ------
    D36; D21 for depth one.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data = sam.Dataset([[1, 2], [2, -1], [3, 1]], [1, 1, 1])
    >>> start = [[1, 1], [0.5, -0.5]]
    >>> every = range(4001)
    >>> run = sam.descend(start, data, sam.SAM(1.0), 0.01, 4000, every, clock="normalized")
    >>> bounds = certificate(run, data)  # the margin is 1.25
    >>> bool(bounds.primal[-1] <= 1.25 <= bounds.dual[-1]), bool(bounds.gap[-1] < 0.05)
    (True, True)
    """
    checks.one_of("run.clock", run.clock, ("normalized", "rescaled"))
    theta = network.parameters(run.theta, data)
    hat = theta + ascent.perturbation(theta, data, run.method)
    logs = network.log_slopes(network.margins(hat, data))
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    average = _running_mean(run.times, weights)
    pull = average @ data.Z
    order = 2 if theta.shape[-2] == 1 else 1
    if nonnegative:
        pull = np.maximum(pull, 0)
    dual = np.linalg.norm(pull, 2 if order == 2 else np.inf, axis=-1)
    size = np.linalg.norm(run.beta, order, axis=-1)
    least = network.margins(theta, data).min(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        primal = np.where(size > 0, least / size, -np.inf)
    return Certificate(primal, dual, average)


def _running_mean(times, values):
    """The mean of ``values`` (T, ...) over [0, t] for each of ``times``, by trapezoids."""
    steps = np.diff(times).reshape(-1, *[1] * (values.ndim - 1))
    areas = np.cumsum(steps * (values[1:] + values[:-1]) / 2, axis=0)
    total = np.cumsum(steps, axis=0)
    return np.concatenate([values[:1], areas / total])
