"""Where margin SAM ends: a bias that can be chosen (D66, D69)."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula
from sam_lib.theory.limits import TIE


@checks.arithmetic
def dial_direction(mu, alpha, kappa):
    r"""Direction of the predictor in the end under margin SAM, one example, depth 2, equal layers.

    The coordinate whose ``mu_j`` is nearest to the set point ``1/(2 kappa)`` among those with
    ``alpha_j != 0``; where several are nearest, ``beta_j ~ alpha_j^2``. If ``kappa mu_j > 1`` for
    all of them ``beta`` tends to 0; no start collapses in finite time.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of both layers at time 0; only its size counts.
    kappa : float
        Strength, >= 0; 0 is gradient descent.

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
    D66. Rates that agree to 13 digits are ties.

    Examples
    --------
    >>> dial_direction([1, 2, 4], 0.1, kappa=0.25)
    array([0., 1., 0.])
    >>> dial_direction([1, 2, 4], 0.1, kappa=1.5)
    array([0., 0., 0.])
    """
    kappa = checks.number("kappa", kappa, least=0)
    mu, start, *_ = checks.balanced_start(mu, alpha, 0.0, 2)
    unit = special.power_of_two(mu.max())
    with np.errstate(over="ignore"):
        mu, kappa = mu / unit, min(kappa * unit, 1e300)
    rate = formula.dial_rate(mu, kappa)
    rate = np.where(start != 0, rate, -np.inf)
    best = rate.max(axis=-1, keepdims=True)
    slack = TIE * np.where(np.isfinite(rate), mu * np.maximum(1.0, kappa * mu), 0.0)
    wins = (rate >= best - slack) & (rate >= -slack)
    size = np.abs(start).max(axis=-1, keepdims=True)
    beta = np.where(wins, (start / np.where(size == 0, 1.0, size)) ** 2, 0.0)
    norm = np.linalg.norm(beta, axis=-1, keepdims=True)
    return beta / np.where(norm == 0, 1.0, norm)


@checks.arithmetic
def dial_regret(beta, Z, kappa):
    r"""How far a predictor is from an equilibrium of the game that replaces the max margin.

    Features play against examples: with ``b = beta / |beta|_1`` and weights ``pi`` of the examples
    the features want ``<b, A' pi>`` large, ``A = Z (1 - kappa Z)``, and the examples want
    ``<pi, C b>`` small, ``C = Z (1 - kappa Z)^2``, both entry by entry. The result is

    ``min_pi  (max_j (A' pi)_j - <b, A' pi>) + (<pi, C b> - min_i (C b)_i)``,

    0 exactly for an equilibrium. For ``kappa = 0`` it is a duality gap of the l_1 max margin.

    Parameters
    ----------
    beta : array (d,)
        Entries >= 0, not all 0.
    Z : array (n, d)
        Rows ``z_i = y_i x_i``.
    kappa : float
        Strength, >= 0.

    Returns
    -------
    regret : float
    pi : array (n,)
        The weights that attain it.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D69.

    Examples
    --------
    >>> regret, pi = dial_regret([0, 1, 0], [[1, 2, 4]], kappa=0.25)
    >>> round(regret, 8), pi
    (0.0, array([1.]))
    """
    from scipy.optimize import linprog

    kappa = checks.number("kappa", kappa, least=0)
    Z = checks.array("Z", Z, "(n, d)")
    beta = checks.array("beta", beta, "(d,)")
    if beta.shape != Z.shape[1:] or np.any(beta < 0) or not np.any(beta > 0):
        checks.refuse("beta", beta, f"of shape {Z.shape[1:]}, >= 0 and not all 0")
    share = beta / beta.max()
    share /= share.sum()
    growth, margins = Z * (1 - kappa * Z), Z * (1 - kappa * Z) ** 2 @ share
    n, d = Z.shape
    cost = np.append(margins - growth @ share, 1.0)  # the last variable is the best growth
    found = linprog(
        cost,
        A_ub=np.hstack([growth.T, -np.ones((d, 1))]),
        b_ub=np.zeros(d),
        A_eq=[[*np.ones(n), 0]],
        b_eq=[1],
        bounds=[(0, None)] * n + [(None, None)],
        method="highs",
    )
    if found.status != 0:
        checks.refuse("Z", Z, f"of a size that the linear program can take ({found.message})")
    return float(found.fun - margins.min()), found.x[:-1]
