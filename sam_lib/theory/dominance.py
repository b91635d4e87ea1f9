"""Which coordinate of the predictor is the largest, and when that changes: l_2-SAM at depth two."""

import numpy as np

from sam_lib import checks
from sam_lib import formulas as formula
from sam_lib.exact import l2


@checks.arithmetic
def dominant_coordinate(times, mu, alpha, rho):
    r"""Which coordinate of ``beta`` is the largest under l_2-SAM at depth two, rescaled clock.

    From a uniform start it is the one whose ``mu_j`` is nearest to ``s / (2 rho tau(s))``; from any
    balanced start the one with the largest ``log alpha_j + mu_j (s - rho mu_j tau(s))``.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0, in any order.
    alpha : float or array (..., d)
        Uniform scale, or the common layer of any balanced start.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    int array (T, ...)
        0-based index, -1 from a collapse on. Of level coordinates the one with the smaller ``mu``,
        and of these the first. At time 0 a uniform start is level: reported is who leads right
        after.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D6.

    Examples
    --------
    >>> dominant_coordinate([0, 1, 2, 4, 8], [1, 1.2, 1.5, 6], 0.4569, rho=1)
    array([2, 0, 1, 2, 3])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    rho = checks.number("rho", rho, least=0)
    alpha = checks.weights("alpha", alpha, mu)
    if alpha.ndim == 1 and (alpha == alpha[0]).all():
        return phase_diagram(mu, [abs(alpha[0])], times, rho)[0]
    times, mu = l2.in_own_units(times, mu)
    theta = np.stack([alpha, alpha], axis=-2)
    if rho == 0:
        tau, gone = np.zeros((times.size, *alpha.shape[:-1])), ~alpha.any(axis=-1)
    else:
        tau, log_n, _, _ = l2.trace(times, mu, theta, rho, to_the_end=False)
        gone = np.isneginf(log_n)
    order = np.argsort(mu, kind="stable")
    s = times.reshape(-1, *[1] * alpha.ndim)
    with np.errstate(divide="ignore"):
        size = np.log(np.abs(alpha)) + formula.l2_log_gain(s, tau[..., None], mu, rho)
    return np.where(gone, -1, order[np.argmax(size[..., order], axis=-1)])


@checks.arithmetic
def phase_diagram(mu, scales, times, rho):
    r"""Dominant coordinate over (scale of a uniform start, rescaled time), l_2-SAM at depth two.

    One scalar equation per scale; the dominance law needs no exponential at the output times. The
    instants of swaps and of collapses are accurate to about 1e-9, relative.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0, in any order.
    scales : array (S,)
        Scales of the uniform starts, >= 0.
    times : array (T,)
        Rescaled time, increasing, >= 0.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    int array (S, T)
        0-based index, -1 from a collapse on; level coordinates as in :func:`dominant_coordinate`.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorems 4.4 and 4.5, D6.

    Examples
    --------
    >>> phase_diagram([1, 2], [0.3, 0.55, 1.2], [0, 2, 4, 6, 8], rho=1)
    array([[ 0, -1, -1, -1, -1],
           [ 0,  0,  0,  0,  1],
           [ 1,  1,  1,  1,  1]])
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, least=0)
    scales, times = checks.array("scales", scales, "(S,)"), checks.times("times", times)
    if (scales < 0).any():
        checks.refuse("scales", scales, "scales >= 0")
    if rho == 0:
        leader = np.where(scales == 0, -1, np.argmax(mu))
        return np.repeat(leader[:, None], times.size, axis=1)
    return l2.leaders(mu, scales, times, rho)


@checks.arithmetic
def swap_times(mu, alpha, rho):
    r"""Rescaled times at which two coordinates are level, from a uniform start.

    Under l_2-SAM at depth two coordinates ``i`` and ``j`` are level when
    ``s = rho (mu_i + mu_j) tau(s)``. ``s / tau(s)`` first falls and then rises, so that every pair
    swaps at most twice: once on the way down (the rewind) and once on the way up.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : float
        Scale of the uniform start, > 0.
    rho : float
        Radius of the perturbation, > 0.

    Returns
    -------
    array (2, d, d)
        ``[0, i, j]`` on the way down, ``[1, i, j]`` on the way up; ``inf`` where there is none, as
        on the diagonal and for equal ``mu``.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D6, D14.

    Examples
    --------
    >>> swap_times([1, 2], 0.55, rho=1)[:, 0, 1].round(6)
    array([     inf, 6.813189])
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, above=0)
    alpha = checks.number("alpha", alpha, above=0)
    theta = np.full((2, mu.size), alpha)

    def follow(times):
        return l2.trace_one(times, mu, theta, rho)

    tau, _, end, _ = l2.trace(np.array([1e6 / mu.min()]), mu, theta, rho, to_the_end=True)
    end = min(float(end), 2.01 * rho * mu.max() * float(tau[0]))

    def falls(s):
        tau, log_n = follow(s)
        with np.errstate(divide="ignore"):
            return np.log(s) - np.log(tau) > log_n

    result = np.full((2, mu.size, mu.size), np.inf)
    if end == 0:
        return result

    first = 1e-12 * end
    turn = float(_bisect(falls, np.full(1, first), np.full(1, end))[0])
    rows, columns = np.nonzero(np.not_equal.outer(mu, mu))
    sums = mu[rows] + mu[columns]

    def higher(s):
        return s > formula.swap_time(mu[rows], mu[columns], follow(s)[0], rho)

    def lower(s):
        return ~higher(s)

    def ratio(s):
        with np.errstate(divide="ignore"):
            return s / (rho * follow(np.array([s]))[0][0])

    level, lowest, highest = np.exp(follow(np.zeros(1))[1][0]) / rho, ratio(turn), ratio(end)
    down = _bisect(higher, np.full(sums.size, first), np.full(sums.size, turn))
    up = _bisect(lower, np.full(sums.size, turn), np.full(sums.size, end))
    result[0, rows, columns] = np.where((sums < level) & (sums > lowest), down, np.inf)
    result[1, rows, columns] = np.where((sums > lowest) & (sums < highest), up, np.inf)
    return result


def _bisect(goes_on, left, right, rounds=200):
    """Where a vector of predicates turns from true to false, between ``left`` and ``right``."""
    for _ in range(rounds):
        middle = 0.5 * (left + right)
        if np.all((middle <= left) | (middle >= right)):
            break
        later = goes_on(middle)
        left, right = np.where(later, middle, left), np.where(later, right, middle)
    return 0.5 * (left + right)
