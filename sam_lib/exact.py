"""Exact solutions: the closed forms of `closed_form` as array functions, and the scalar reduction.

Everything is vectorized over output times (first axis) and over starts (any number of batch axes).
Clocks: `depth_one` runs in the original clock, the flows in the rescaled clock of one example, and
`original_time` goes from the second to the first.
"""

import numpy as np

from sam_lib import _generated as formula
from sam_lib import checks
from sam_lib.clock import original_time
from sam_lib.quadrants import linf_flow_depth_two
from sam_lib.scalar import Fate, Reduction, l2_flow, l2_reduction

__all__ = [
    "Fate",
    "Reduction",
    "depth_one",
    "l2_flow",
    "l2_reduction",
    "linf_flow",
    "linf_flow_depth_two",
    "original_time",
]


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
    norm = np.linalg.norm(mu)
    shift = rho * (norm if p == 2 else mu.sum())
    u0 = w0 @ mu
    t = times.reshape(-1, *[1] * np.ndim(u0))
    with np.errstate(over="ignore", invalid="ignore"):
        moved = formula.depth_one_margin(t, u0, shift, norm) - u0
        late = np.log1p(norm**2 * t * np.exp(shift - u0))
    moved = np.where(u0 - shift > 600.0, late, moved)
    moved = np.where(t == 0, 0.0, np.maximum(moved, 0.0))
    return w0 + moved[..., None] * (mu / norm**2)


def linf_flow(times, mu, alpha, rho, depth):
    r"""Balanced l_inf-SAM flow on one example, rescaled clock.

    Every coordinate lives alone: ``w' = mu (w - rho)^(L-1)`` for ``w > 0``, so that, with
    ``k = L - 2``, ``w = rho + (alpha - rho) (1 - k mu s (alpha - rho)^k)^(-1/k)``, and
    ``rho + (alpha - rho) exp(mu s)`` at depth 2. At even depth a coordinate that reaches 0 is held
    there, and negative starts are the mirror image. At odd depth ``L >= 3`` the equation is the
    same on both sides of 0 and the coordinate passes on to ``rho``. A coordinate that starts at 0
    stays there (depth 2 or more), because its gradient is 0.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of all layers at time 0; a number stands for all coordinates.
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent.
    depth : int
        Number of layers, >= 1.

    Returns
    -------
    array (T, ..., d)
        The common layer ``w``; ``inf`` (or ``-inf``) from the blow-up on. At depth 2 a coordinate
        becomes ``inf`` when it leaves the range of double precision.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorem 3.2, D2.

    Examples
    --------
    >>> linf_flow([0, 0.5, 1, 2], mu=[1, 2], alpha=[0.5, 1.5], rho=1, depth=2).round(4)
    array([[ 0.5   ,  1.5   ],
           [ 0.1756,  2.3591],
           [ 0.    ,  4.6945],
           [ 0.    , 28.2991]])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    alpha = checks.weights("alpha", alpha, mu)
    rho = np.float64(checks.number("rho", rho, least=0))
    depth = np.float64(checks.integer("depth", depth, least=1))
    s = times.reshape(-1, *[1] * alpha.ndim)
    if depth == 1:
        return formula.linf_depth_one(s, mu, alpha)
    sign = np.where(alpha < 0, -1.0, 1.0) if depth % 2 == 0 else 1.0
    start = sign * alpha
    zero = np.where(alpha == 0, 0.0, formula.linf_zero_time(mu, start, rho, depth))
    with np.errstate(all="ignore"):
        blow_up = formula.linf_blow_up_time(mu, start, rho, depth)
        w = formula.linf_path(s, mu, start, rho, depth, zero, blow_up)
    w = np.where(s == 0, start, w)
    if depth % 2 == 0:
        w = np.maximum(w, 0.0)
    return sign * w
