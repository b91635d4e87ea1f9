"""What the theory of l_2-SAM predicts at depth three and more, on one example."""

import numpy as np

from sam_lib import checks
from sam_lib import formulas as formula
from sam_lib.exact import deep


@checks.arithmetic
def deep_equilibrium(mu, rho, depth):
    r"""The equilibrium of the balanced l_2 flow with all features, depth three and more.

    ``E_i = rho mu_i^(-1/(L-2)) / sqrt(L sum_j mu_j^(-2/(L-2)))``: equal scores ``mu w^(L-2)``, and
    length ``rho / sqrt(L)``. At even depth it is where a threshold start ends.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    rho : float
        Radius of the perturbation, >= 0.
    depth : int
        Number of layers, >= 3.

    Returns
    -------
    array (d,)

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D44.

    Examples
    --------
    >>> deep_equilibrium([1, 2], rho=1, depth=4).round(4)
    array([0.4082, 0.2887])
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, least=0)
    return deep.equilibrium(mu, rho, float(checks.integer("depth", depth, least=3)))


@checks.arithmetic
def outset_changes(mu, rho, depth):
    r"""Uniform scales at which the leader at the outset changes; two features, any depth.

    With ``R = (mu_2/mu_1)^(1/(L-1))``: ``rho (R mu_2 - mu_1) / ((R-1) sqrt(L) |mu|)``, and at odd
    depth also ``rho (R mu_2 + mu_1) / ((R+1) sqrt(L) |mu|)``. Above the last the major one leads.

    Parameters
    ----------
    mu : array (2,)
        Features, > 0, different.
    rho : float
        Radius of the perturbation, >= 0.
    depth : int
        Number of layers, >= 2.

    Returns
    -------
    array (1,) at even depth, (2,) at odd depth
        Increasing.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D48.

    Examples
    --------
    >>> outset_changes([1, 2], rho=1, depth=3).round(4)
    array([0.4094, 1.1397])
    """
    mu, rho = _two(mu), checks.number("rho", rho, least=0)
    depth = checks.integer("depth", depth, least=2)
    names = ("outset_change_odd", "outset_change") if depth % 2 else ("outset_change",)
    norm = np.linalg.norm(mu)
    return np.array([getattr(formula, name)(*mu, norm, rho, float(depth)) for name in names])


@checks.arithmetic
def plateau_power(mu, depth):
    r"""Power of ``1/|alpha/alpha_c - 1|`` with which the stay near the saddle grows.

    Two features, even depth from four on, rescaled clock. At depth two the stay is a logarithm,
    see :func:`plateau_length`.

    Parameters
    ----------
    mu : array (2,)
        Features, > 0, different.
    depth : int
        Number of layers, even, >= 4.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D47.

    Examples
    --------
    >>> round(plateau_power([1, 2], depth=4), 4)
    0.9725
    """
    from scipy.optimize import brentq

    mu, depth = _two(mu), checks.integer("depth", depth, least=4)
    if depth % 2:
        checks.refuse("depth", depth, "even: at odd depth nothing collapses")
    saddle = deep.equilibrium(mu, 1.0, float(depth))
    share = saddle[0] ** 2 / np.sum(saddle**2)
    high = 1.0
    while formula.plateau_ray(high, share, depth) > 0:
        high *= 2
    ray = brentq(formula.plateau_ray, 0, high, args=(share, depth), xtol=1e-15)
    return float(formula.plateau_power(ray, share, depth))


def _two(mu):
    mu = np.sort(checks.features(mu))
    if mu.size != 2 or mu[0] == mu[1]:
        checks.refuse("mu", mu, "two different features")
    return mu
