"""Depth one on one example, original clock: the margin by the Lambert function (D1)."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula


@checks.arithmetic
def depth_one(times, mu, w0, rho, p):
    r"""Depth-one flow on one example, original clock.

    The margin ``u = <w, mu>`` obeys ``u' = |mu|^2 sigma(c - u)``, so that
    ``u + exp(u - c) = |mu|^2 t + u_0 + exp(u_0 - c)``, solved by the Lambert function; ``w`` moves
    along ``mu`` only. The shift ``c`` is ``rho |mu|_2`` for ``p = 2``, ``rho |mu|_1`` for
    ``p = inf``.

    Parameters
    ----------
    times : array (T,)
        Original time, increasing, >= 0.
    mu : array (d,)
        Features, > 0.
    w0 : array (..., d)
        Weights at time 0.
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent.
    p : 2 or inf
        Norm of the perturbation.

    Returns
    -------
    array (T, ..., d)

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D1.

    Examples
    --------
    >>> depth_one([0, 10, 1e300], mu=[3, 4], w0=[0, 0], rho=0.1, p=2).round(4)
    array([[  0.    ,   0.    ],
           [  0.72  ,   0.9599],
           [ 83.3393, 111.1191]])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    w0, rho = checks.weights("w0", w0, mu), checks.number("rho", rho, least=0)
    if checks.norm_order("p", p) not in (2, np.inf):
        checks.refuse("p", p, "2 or numpy.inf at depth one")
    unit = special.power_of_two(mu.max())
    mu = mu / unit
    norm = np.linalg.norm(mu)
    with np.errstate(over="ignore", invalid="ignore"):
        shift = (formula.l2_shift if p == 2 else formula.linf_shift)(mu, rho) * unit
        u0 = (w0 @ mu) * unit
    if not np.all(np.isfinite(u0)):
        checks.refuse("w0", w0, "small enough for its margin to fit double precision")
    if not np.isfinite(shift):
        checks.refuse("rho", rho, "small enough for rho |mu| to fit double precision")
    t = times.reshape(-1, *[1] * np.ndim(u0))
    with np.errstate(all="ignore"):
        clock = t * unit * unit
        moved = formula.depth_one_margin(clock, u0, shift, norm) - u0
        late = np.log1p(norm**2 * clock * np.exp(shift - u0))
        moved = np.where(u0 - shift > 600.0, late, moved)
        log_clock = np.log(t) + 2 * np.log(norm) + 2 * np.log(unit)
        moved = np.where(clock > 1e300, np.logaddexp(0.0, shift - u0 + log_clock), moved)
        early = t * unit * np.exp(-np.logaddexp(0.0, u0 - shift))  # at constant speed
        moved = np.where(clock < 1e-280, early, np.maximum(moved, 0.0) / norm**2 / unit)
    return w0 + np.where(t == 0, 0.0, moved)[..., None] * mu
