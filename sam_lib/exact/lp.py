"""The balanced l_p-SAM flow on one example at depth two, any p: the Bernoulli formula (D56)."""

import numpy as np

from sam_lib import checks
from sam_lib import formulas as formula

LEAST_P = 1.05
GONE = 1e-12  # a norm this much smaller than its start is a collapse


@checks.arithmetic
def lp_flow(times, mu, alpha, rho, p, rtol=1e-12):
    r"""Balanced l_p-SAM flow on one example at depth 2, rescaled clock.

    With ``q = p/(p-1)`` and ``G = (2 sum_j (mu_j w_j)^q)^(1/q)`` a coordinate obeys a Bernoulli
    equation, ``w_j' = mu_j w_j - rho mu_j^q w_j^(q-1) G^(1-q)``, so that ::

        w_j^(2-q) = exp((2-q) mu_j s) (alpha_j^(2-q) - (2-q) rho mu_j^q I_j),
        I_j' = exp(-(2-q) mu_j s) G^(1-q),   I_j(0) = 0.

    At ``p = inf`` (``q = 1``) that is ``rho + (alpha_j - rho) exp(mu_j s)``, and for ``q = 2`` the
    delay law ``log w_j = log alpha_j + mu_j s - rho mu_j^2 tau``. For ``p > 2`` a coordinate dies
    when its bracket reaches 0, and stays at 0; for ``p <= 2`` none dies before all do. Only the
    tolls ``I_j`` are integrated; the weights are the formula.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of both layers at time 0, >= 0; a number stands for all coordinates.
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent.
    p : float
        Order of the norm, in ``[1.05, inf]``. Towards 1 the equation becomes stiff, and at 1 it
        jumps (only the largest entry of the gradient is perturbed): there is ``sam_lib.flow``.
    rtol : float
        Relative tolerance of the tolls.

    Returns
    -------
    array (T, ..., d)
        The common layer ``w``; zeros from a collapse on, ``inf`` beyond double precision.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D56, D57.

    Examples
    --------
    >>> lp_flow([0, 0.1, 1], mu=[1, 2], alpha=[1.5, 0.1], rho=1, p=3).round(4)
    array([[1.5   , 0.1   ],
           [1.5752, 0.0652],
           [2.7173, 0.    ]])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    alpha = checks.weights("alpha", alpha, mu)
    if np.any(alpha < 0):
        checks.refuse("alpha", alpha, "numbers >= 0")
    rho = np.float64(checks.number("rho", rho, least=0))
    p = checks.norm_order("p", p)
    if p < LEAST_P:
        checks.refuse("p", p, f"from {LEAST_P} to inf; sam_lib.flow takes every p >= 1")
    rtol = checks.number("rtol", rtol, least=1e-13)
    q = np.float64(1.0 if np.isinf(p) else p / (p - 1))
    w = np.zeros((times.size, *alpha.shape))
    for i in np.ndindex(*alpha.shape[:-1]):
        alive = alpha[i] > 0
        unit = max(alpha[i].max(), rho)
        if alive.any():
            rows = _path(times, mu[alive], alpha[i][alive] / unit, rho / unit, q, rtol)
            w[(slice(None), *i, alive)] = unit * rows
    return w


def _path(times, mu, alpha, rho, q, rtol):
    """Positive weights (T, d), in units in which the start is of order one."""

    def weights(s, toll):
        return formula.lp_path(s, toll, mu, alpha, rho, q)

    def norm(w):
        top = w.max()
        return top * formula.lp_norm(mu, w / top, q) if 0 < top < np.inf else top

    def rate(s, toll):
        with np.errstate(all="ignore"):  # past the range of doubles, or past a collapse: no toll
            slope = formula.lp_toll_rate(s, mu, norm(weights(s, toll)), q)
        return np.where(np.isfinite(slope), slope, 0.0)

    gone = GONE * norm(alpha)

    def collapse(s, toll):
        return norm(weights(s, toll)) - gone

    collapse.terminal = True
    from scipy.integrate import solve_ivp

    solved = solve_ivp(
        rate,
        (0.0, times[-1]),
        np.zeros(mu.size),
        "DOP853",
        t_eval=times,
        events=collapse,
        rtol=rtol,
        atol=1e-14,
    )
    w = np.zeros((times.size, mu.size))
    with np.errstate(over="ignore"):
        for k, (s, toll) in enumerate(zip(solved.t, solved.y.T, strict=True)):
            w[k] = weights(s, toll)
    return w
