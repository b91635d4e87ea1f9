"""Every radius schedule at depth two is one function of time (D66, D68): arrays in, arrays out."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula
from sam_lib.exact.l2 import in_own_units, l2_reduction, sums


@checks.arithmetic
def margin_flow(times, mu, theta, kappa):
    r"""Two layers of any start under the flow of margin SAM on one example, rescaled clock.

    With ``p = w1 + w2`` and ``q = w1 - w2``,

    ``p = p_0 exp(mu (1 - kappa mu) s)``, ``q = q_0 exp(-mu (1 + kappa mu) s)``.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0, in any order.
    theta : array (..., 2, d)
        Both layers at time 0, any signs.
    kappa : float
        Strength, >= 0; 0 is gradient descent.

    Returns
    -------
    array (T, ..., 2, d)
        ``inf`` beyond the range of double precision.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D66.

    Examples
    --------
    >>> margin_flow([0, 4], mu=[1, 2], theta=[[0.1, 0.1], [0.1, 0.1]], kappa=0.4)[:, 0].round(4)
    array([[0.1   , 0.1   ],
           [1.1023, 0.4953]])
    """
    times, kappa = checks.times("times", times), checks.number("kappa", kappa, least=0)
    mu = checks.features(mu)
    times, own = in_own_units(times, mu)
    with np.errstate(over="ignore"):
        kappa = min(kappa * special.power_of_two(mu.max()), 1e300)
        delays = np.minimum(kappa * times, 1e300)
    return scheduled_flow(times, delays, own, theta)


@checks.arithmetic
def scheduled_flow(times, delays, mu, theta):
    r"""Two layers of any start under l_2-SAM with any radius ``rho(s)``, rescaled clock.

    All that the schedule does is in ``T(s) = int_0^s rho/n``:

    ``p = p_0 exp(mu s - mu^2 T)``, ``q = q_0 exp(-mu s - mu^2 T)``.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    delays : array (T,)
        ``T`` at these times, in the same order, >= 0 and not falling.
    mu : array (d,)
        Features, > 0, in any order.
    theta : array (..., 2, d)
        Both layers at time 0, any signs.

    Returns
    -------
    array (T, ..., 2, d)
        ``inf`` beyond the range of double precision.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D68.

    Examples
    --------
    >>> scheduled_flow([0, 1], [0, 0.5], mu=[1, 2], theta=[[1, 1], [1, 1]])[:, 0].round(4)
    array([[1.    , 1.    ],
           [1.6487, 1.    ]])
    """
    p, q = _sums(times, delays, mu, theta)
    with np.errstate(over="ignore"):
        return np.stack([0.5 * (p + q), 0.5 * (p - q)], axis=-2)


@checks.arithmetic
def schedule_radius(times, delays, rates, mu, theta):
    r"""The radius that reaches a wanted ``T``: ``rho(s) = T'(s) n(s, T(s))``, rescaled clock.

    Parameters
    ----------
    times, delays, mu, theta
        As for :func:`scheduled_flow`.
    rates : array (T,)
        The slope of ``T`` at these times, >= 0.

    Returns
    -------
    array (T, ...)
        ``inf`` beyond the range of double precision.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D68.

    Examples
    --------
    >>> start = [[0.1, 0.1], [0.1, 0.1]]  # margin SAM with kappa = 1/2 has the radius n/2
    >>> schedule_radius([0, 5], [0, 2.5], [0.5, 0.5], mu=[1, 2], theta=start).round(4)
    array([0.1581, 0.873 ])
    """
    rates = checks.array("rates", rates, "(T,)")
    p, q = _sums(times, delays, mu, theta)
    if rates.shape != p.shape[:1] or np.any(rates < 0):
        checks.refuse("rates", rates, f">= 0 and of shape {p.shape[:1]}, as times")
    mu = checks.features(mu)
    largest = np.maximum(np.abs(p), np.abs(q)).max(axis=-1, keepdims=True)
    unit = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    n = formula.l2_norm(mu / mu.max(), p / unit, q / unit)
    rates = rates.reshape(-1, *[1] * (p.ndim - 2))
    with np.errstate(over="ignore"):
        return np.where(rates == 0, 0.0, rates * mu.max() * unit[..., 0] * n)


@checks.arithmetic
def schedule_delay(times, starts, radii, mu, theta):
    r"""``T(s) = int_0^s rho/n`` of a radius that is constant on pieces, rescaled clock.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    starts : array (K,)
        Where each piece begins; the first 0, strictly increasing.
    radii : array (K,)
        The radius of each piece, >= 0.
    mu : array (d,)
        Features, > 0, in any order.
    theta : array (2, d)
        Both layers at time 0, any signs.

    Returns
    -------
    array (T,)
        ``inf`` from a collapse on.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D68.

    Examples
    --------
    >>> start = [[0.8, 0.8], [0.8, 0.8]]  # a push by SAM, then gradient descent
    >>> schedule_delay([0.5, 1, 9], [0, 1], [0.5, 0], mu=[1, 2], theta=start).round(4)
    array([0.0734, 0.1086, 0.1086])
    """
    times, starts = checks.times("times", times), checks.times("starts", starts)
    radii = checks.array("radii", radii, "(K,)")
    mu = checks.features(mu)
    theta = checks.two_layers(theta, mu)
    if starts[0] != 0 or np.any(np.diff(starts) <= 0):
        checks.refuse("starts", starts, "strictly increasing from 0")
    if radii.shape != starts.shape or np.any(radii < 0):
        checks.refuse("radii", radii, f">= 0 and of shape {starts.shape}, as starts")
    if theta.ndim != 2:
        checks.refuse("theta", theta, f"one start, of shape (2, {mu.size})")
    delays, gained = np.full(times.shape, np.inf), 0.0
    for begin, end, rho in zip(starts, [*starts[1:], np.inf], radii, strict=True):
        here = (times >= begin) & (times < end)
        last = [end] if end < np.inf else []
        inside = np.append(times[here], last)
        if inside.size and rho == 0:
            delays[here] = gained
        elif inside.size:
            now = scheduled_flow([begin], [gained], mu, theta)[0]
            reduction = l2_reduction(inside - begin, mu, now, rho)
            found = gained + rho * reduction.tau
            found[np.isneginf(reduction.log_n)] = np.inf
            delays[here] = found[: np.count_nonzero(here)]
            gained = found[-1]
        if not np.isfinite(gained):
            break
    return delays


def _sums(times, delays, mu, theta):
    times, delays = checks.times("times", times), checks.times("delays", delays)
    mu = checks.features(mu)
    theta = checks.two_layers(theta, mu)
    if delays.shape != times.shape:
        checks.refuse("delays", delays, f"of shape {times.shape}, as times")
    times, own = in_own_units(times, mu)
    unit = special.power_of_two(mu.max())
    with np.errstate(over="ignore"):
        delays = np.minimum(delays * unit * unit, 1e300).reshape(-1, *[1] * (theta.ndim - 2))
    delays = np.broadcast_to(delays, (times.size, *theta.shape[:-2]))
    return sums(times, own, theta, 1.0, delays, delays)
