"""How fast things go at depth two under l_inf-SAM, in the original clock (D4)."""

import numpy as np

from sam_lib import checks
from sam_lib import formulas as formula


@checks.arithmetic
def growth_exponents(mu, alpha, rho):
    r"""Powers of ``log t`` with which ``(w_j - rho)^2`` grows: l_inf-SAM, depth 2, original clock.

    ``(w_j - rho)^2 ~ (log t)^(mu_j / mu_{j*})`` up to constants for the coordinates above the gate.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of both layers at time 0; only its size counts.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    array (..., d)
        1 for the winner, 0 for coordinates that do not grow.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D4.

    Examples
    --------
    >>> growth_exponents([1, 2, 4], [1.5, 1.2, 0.5], rho=1)
    array([0.5, 1. , 0. ])
    """
    mu, start, rho, _ = checks.balanced_start(mu, alpha, rho, 2)
    above = start > rho
    winner = np.where(above, mu, 0.0).max(axis=-1, keepdims=True)
    exponent = formula.linf_excess_exponent(mu, np.where(winner == 0, 1.0, winner))
    return np.where(above, exponent, 0.0)


@checks.arithmetic
def log_loss_rate(log_t, mu, alpha, rho):
    r"""Leading terms of ``log L`` under l_inf-SAM at depth 2, original clock.

    ``log L = -log t - 2 rho sqrt(mu_{j*} log t) (1 + o(1))``: faster than the ``1/t`` of gradient
    descent. The corrections, of order ``(log t)^(mu_j / (2 mu_{j*}))``, die out very slowly.

    Parameters
    ----------
    log_t : array (T,) or float
        Logarithm of original time, > 0.
    mu : array (d,)
        Features, > 0.
    alpha : array (d,) or float
        Common value of both layers at time 0; one of them must exceed ``rho``.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    float or array (T,)

    Raises
    ------
    ValueError
        An argument is not as described, or no coordinate is above the gate.

    Source
    ------
    D4.

    Examples
    --------
    >>> round(log_loss_rate(100.0, [1, 2], [1.5, 0.5], rho=1), 4)
    -120.0
    """
    mu, start, rho, _ = checks.balanced_start(mu, alpha, rho, 2)
    times = checks.scales("log_t", log_t, above=0)
    if start.ndim != 1 or not (start > rho).any():
        checks.refuse("alpha", alpha, f"one start (d,) with a coordinate above rho = {rho:g}")
    result = -times - formula.linf_loss_lead(times, mu[start > rho].max(), rho)
    return float(result) if result.ndim == 0 else result


@checks.arithmetic
def margin_gap(w, mu, rho):
    r"""Margin less perturbed margin under l_inf-SAM at depth 2: an exact identity.

    ``<beta, mu> - m_hat = sum_j mu_j (2 rho w_j - rho^2)`` over all coordinates. One that is held
    at 0 counts with ``w_j = 0``, that is ``-mu_j rho^2``: small steps jump across 0 and are
    perturbed by ``rho`` on both sides. (One that starts at 0 never moves: leave it out.)

    Parameters
    ----------
    w : array (..., d)
        Common layer, as from ``exact.linf_flow``; only its size counts.
    mu : array (d,)
        Features, > 0.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    array (...)

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D4.

    Examples
    --------
    >>> float(margin_gap([3.0, 0.0], mu=[1, 2], rho=1))  # (9 + 0) - (4 + 2)
    3.0
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, least=0)
    size = np.abs(checks.weights("w", w, mu))
    unit = np.maximum(size.max(axis=-1, keepdims=True), rho)
    unit = np.where(unit == 0, 1.0, unit)
    gap = formula.linf_margin_gap(mu, size / unit, (rho / unit)[..., 0])
    with np.errstate(over="ignore"):
        return gap * unit[..., 0] * unit[..., 0]
