"""Where balanced starts end, and at which rescaled times something happens on the way."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula
from sam_lib.exact import l2

TIE = 1e-13  # scores that agree to this relative accuracy count as equal


@checks.arithmetic
def limit_direction(mu, alpha, rho, depth, p):
    r"""Direction of the predictor in the end, from a balanced start on one example.

    - Depth 1: ``mu / |mu|``.
    - ``p = inf``: the coordinate with the largest ``mu_j (alpha_j - rho)^(L-2)`` among those with
      ``alpha_j > rho``. Where several are largest, ``beta_j ~ (alpha_j - rho)^2`` at depth 2 and
      ``beta_j ~ mu_j^(-L/(L-2))`` beyond. If no ``alpha_j`` exceeds ``rho``, ``beta`` converges to
      ``rho^L`` in the coordinates that start at ``rho``, and at odd depth in all that do not start
      at 0; the result is the direction of that point.
    - ``p = 2``, depth 2: the coordinate with the largest ``mu_j`` among those with
      ``alpha_j != 0`` (where several are largest, ``beta_j ~ alpha_j^2``), unless the start
      collapses.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of all layers at time 0. Even depth: only its size counts.
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent, for either ``p``.
    depth : int
        Number of layers, >= 1; at most 2 for ``p = 2`` and ``rho > 0``.
    p : 2 or inf
        Norm of the perturbation.

    Returns
    -------
    array (..., d)
        Unit vectors; zeros where ``beta`` tends to 0.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorems 3.1, 4.1, Corollary 3.5, D7, D14. Scores that agree to 13 digits are ties.

    Examples
    --------
    >>> limit_direction([1, 2], [2.0, 1.3], rho=1, depth=2, p=np.inf)
    array([0., 1.])
    >>> limit_direction([1, 2], [2.0, 1.3], rho=1, depth=3, p=np.inf)
    array([1., 0.])
    >>> limit_direction([1, 2], 0.5, rho=1, depth=2, p=2)
    array([0., 0.])
    """
    mu, start, rho, depth = checks.balanced_start(mu, alpha, rho, depth)
    if checks.norm_order("p", p) not in (2, np.inf):
        checks.refuse("p", p, "2 or numpy.inf")
    if depth == 1:
        beta = np.broadcast_to(mu / special.power_of_two(mu.max()), start.shape)
    elif p == np.inf or rho == 0:
        beta = _linf_limit(mu, start, rho, depth)
    elif depth == 2:
        beta = _l2_limit(mu, start, rho)
    else:
        checks.refuse("depth", depth, "1 or 2 for p = 2, where the limit is known")
    size = np.linalg.norm(beta, axis=-1, keepdims=True)
    return beta / np.where(size == 0, 1.0, size)


def _linf_limit(mu, start, rho, depth):
    above = start > rho
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log(np.where(above, start - rho, 1.0))
        score = np.where(above, np.log(mu) + (depth - 2) * gap, -np.inf)
        best = score.max(axis=-1, keepdims=True)
        wins = above & (score >= best - TIE * np.maximum(1.0, np.abs(best)))
    share = (
        2.0 * gap if depth == 2 else np.broadcast_to(-np.log(mu) * depth / (depth - 2), gap.shape)
    )
    share = np.where(wins, share, -np.inf)
    top = share.max(axis=-1, keepdims=True)
    winners = np.where(wins, np.exp(share - np.where(np.isfinite(top), top, 0.0)), 0.0)
    rest = (start == rho) if depth % 2 == 0 else (start != 0)
    rest = np.where(rho > 0, rest, 0.0)
    return np.where(above.any(axis=-1, keepdims=True), winners, rest)


def _l2_limit(mu, start, rho):
    mu = l2.in_own_units(np.zeros(1), mu)[1]
    theta = np.stack([start, start], axis=-2)
    fate = np.array(l2.trace(np.zeros(1), mu, theta, rho, to_the_end=True)[3])
    present = start != 0
    last = np.where(present, mu, -np.inf).max(axis=-1, keepdims=True)
    first = np.where(present, mu, np.inf).min(axis=-1, keepdims=True)
    settles = (fate == l2.Fate.SETTLES)[..., None]
    winner = present & (mu == np.where(settles, first, last))
    size = np.abs(start).max(axis=-1, keepdims=True)
    beta = np.where(winner, (start / np.where(size == 0, 1.0, size)) ** 2, 0.0)
    return np.where((fate == l2.Fate.COLLAPSES)[..., None], 0.0, beta)


@checks.arithmetic
def blow_up_times(mu, alpha, rho, depth):
    r"""Rescaled times at which the coordinates of the balanced l_inf flow become infinite.

    ``S_j = 1 / ((L - 2) mu_j (alpha_j - rho)^(L-2))`` for ``L >= 3`` and ``alpha_j > rho``. The
    first of them is original time infinity (D3).

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of all layers at time 0. Even depth: only its size counts.
    rho : float
        Radius of the perturbation, >= 0.
    depth : int
        Number of layers, >= 1.

    Returns
    -------
    array (..., d)
        ``inf`` where a coordinate stays finite.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorem 3.2, D2.

    Examples
    --------
    >>> blow_up_times([1, 2, 4], [1.5, 3, 0.5], rho=1, depth=3)
    array([2.  , 0.25,  inf])
    """
    mu, start, rho, depth = checks.balanced_start(mu, alpha, rho, depth)
    with np.errstate(all="ignore"):
        return formula.linf_blow_up_time(mu, start, rho, np.float64(depth))


@checks.arithmetic
def zero_times(mu, alpha, rho, depth):
    r"""Rescaled times at which the coordinates of the balanced l_inf flow come to rest at 0.

    ``log(rho / (rho - alpha_j)) / mu_j`` at depth 2; at even ``L >= 4``, with ``k = L - 2``,
    ``(1 - (1 - alpha_j/rho)^k) / (k mu_j (rho - alpha_j)^k)``.

    Parameters
    ----------
    mu, alpha, rho, depth
        As for :func:`blow_up_times`.

    Returns
    -------
    array (..., d)
        ``inf`` where a coordinate never rests at 0, 0 where it starts there.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorem 3.2, D2.

    Examples
    --------
    >>> zero_times([1, 2, 4], [0.5, 1.5, 0], rho=1, depth=2).round(4)
    array([0.6931,    inf, 0.    ])
    """
    mu, start, rho, depth = checks.balanced_start(mu, alpha, rho, depth)
    with np.errstate(all="ignore"):
        times = formula.linf_zero_time(mu, start, rho, np.float64(depth))
    return np.where(start == 0, 0.0 if depth > 1 else np.inf, times)
