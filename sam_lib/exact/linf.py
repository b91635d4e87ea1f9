"""The l_inf-SAM flow on one example (D2): balanced layers at any depth, two layers of any start."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula


@checks.arithmetic
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
    time, weight, mu = own_units(mu, alpha, rho, depth)
    start, rho = sign * in_units(alpha, weight), rho / weight
    with np.errstate(all="ignore"):
        zero = np.where(alpha == 0, 0.0, formula.linf_zero_time(mu, start, rho, depth))
        blow_up = formula.linf_blow_up_time(mu, start, rho, depth)
        inner = np.minimum(np.ldexp(s, time), 1e300)
        w = weight * formula.linf_path(inner, mu, start, rho, depth, zero, blow_up)
    w = np.where(s == 0, sign * alpha, w)
    if depth % 2 == 0:
        w = np.maximum(w, 0.0)
    return sign * w


def in_units(alpha, weight):
    """``alpha / weight``, where what is not 0 stays so: only a 0 rests."""
    scaled = alpha / weight
    return np.where((scaled == 0) & (alpha != 0), np.copysign(1e-300, alpha), scaled)


def own_units(mu, alpha, rho, depth):
    """Units (powers of two) in which features and weights are at most about 1, so that no power
    of them overflows: the exponent of that of time, that of weights, and the features in them."""
    feature = special.power_of_two(mu.max())
    weight = special.power_of_two(max(np.abs(alpha).max(), rho))
    return int(np.log2(feature) + (depth - 2) * np.log2(weight)), weight, mu / feature


@checks.arithmetic
def linf_flow_depth_two(times, mu, theta, rho):
    r"""Two layers of any start under the l_inf-SAM flow on one example, rescaled clock.

    One coordinate ``(v, w)`` of the two layers obeys ``v' = mu (w - rho sign v)`` and
    ``w' = mu (v - rho sign w)``. In a quadrant the sum ``p = v + w`` and the difference
    ``q = v - w`` (first the larger layer, made positive) are exponentials:

    - equal signs: ``p' = mu (p - 2 rho)``, ``q' = -mu q``; above the gate ``p > 2 rho`` both layers
      grow, below it the smaller one reaches 0 and is held there;
    - opposite signs: ``p' = mu p``, ``q' = -mu (q + 2 rho)``: the smaller one reaches 0 and passes
      if the larger one exceeds ``rho`` then, and is held otherwise.

    A layer is held at 0 because the sign there is set-valued; the value that holds it also makes
    the other layer fall at the constant speed ``mu rho``, until both rest at 0.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0.
    theta : array (..., 2, d)
        Both layers at time 0, any signs.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    array (T, ..., 2, d)

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D2.

    Examples
    --------
    >>> linf_flow_depth_two([0, 0.5, 1, 2], mu=[1.0], theta=[[1.5], [-0.2]], rho=1)[..., 0].round(4)
    array([[ 1.5   , -0.2   ],
           [ 1.016 ,  0.088 ],
           [ 0.5433,  0.    ],
           [ 0.    ,  0.    ]])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    theta, rho = checks.two_layers(theta, mu), checks.number("rho", rho, least=0)
    return path(times, mu, theta, rho)[0]


def path(times, mu, theta, rho):
    """Layers (T, ..., 2, d), parts of the perturbed margin (T, ..., d), event times, each (..., d).

    While a layer is held at 0 its part is the logarithm of the mean of ``exp`` over the two sides.

    Layers are exchanged and mirrored so that the first is positive and the larger one; the flow
    keeps that order.
    """
    first, second = theta[..., 0, :], theta[..., 1, :]
    swapped = np.abs(second) > np.abs(first)
    large, small = np.where(swapped, second, first), np.where(swapped, first, second)
    sign = np.where(large < 0, -1.0, 1.0)
    large, small = large * sign, small * sign
    unit = np.ldexp(1.0, np.frexp(np.maximum(large, rho))[1])
    large, small, rho = large / unit, small / unit, rho / unit
    s = times.reshape(-1, *[1] * large.ndim)
    with np.errstate(all="ignore"):
        p0, q0 = large + small, large - small
        opposite = small < 0
        end_opposite = np.where(opposite, formula.opposite_exit_time(mu, p0, q0, rho), 0.0)
        arrived = np.where(p0 > 0, formula.opposite_p(end_opposite, mu, p0), 0.0)
        large, small = np.where(opposite, arrived, large), np.where(opposite, 0.0, small)
        passes = (small > 0) | (large > rho)
        p1, q1 = large + small, large - small
        end_equal = end_opposite + np.where(passes, formula.gate_exit_time(mu, p1, q1, rho), 0.0)
        left = formula.gate_p(end_equal - end_opposite, mu, p1, rho)
        large = np.where(passes & np.isfinite(end_equal), left, large)
        end_sliding = end_equal + np.where(large > 0, large / (mu * rho), 0.0)

        u = s - end_opposite
        p = np.where(p0 == 0, 0.0, formula.opposite_p(s, mu, p0))
        p = np.where(u < 0, p, formula.gate_p(u, mu, p1, rho))
        q = np.where(u < 0, formula.opposite_q(s, mu, q0, rho), formula.gate_q(u, mu, q1))
        slid = np.maximum(formula.sliding_layer(s - end_equal, mu, large, rho), 0.0)
        x = np.where(s < end_equal, 0.5 * (p + q), np.where(s < end_sliding, slid, 0.0))
        y = np.where(s < end_equal, 0.5 * (p - q), 0.0)
        strength = unit * mu * unit
        margin = strength * np.where(u < 0, x + rho, x - rho) * (y - rho)
        margin = np.where(s < end_equal, margin, formula.sliding_margin(x, strength, rho))
        rest = strength * rho**2 * ((q0 == 0) * 1.0 - (p0 == 0))  # equal layers, in or out of phase
        margin = np.where(s < end_sliding, margin, rest)
        x, y = sign * unit * x, sign * unit * y
    layers = np.stack([np.where(swapped, y, x), np.where(swapped, x, y)], axis=-2)
    return layers, margin, (end_opposite, end_equal, end_sliding)
