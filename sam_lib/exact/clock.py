"""From rescaled to original time on one example: the integral of ``1 + exp(m_hat)`` (D3)."""

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula
from sam_lib.exact import l2, linf
from sam_lib.exact.quadrature import log_integral

HUGE = 1e300


@checks.arithmetic
def original_time(times, mu, alpha=None, rho=0.0, depth=2, p=np.inf, *, theta=None, log=False):
    r"""Original time as a function of rescaled time, on one example.

    ``t(s) = s + int_0^s exp(m_hat)``, where ``m_hat`` is the margin at the perturbed parameters:
    the limit of the time that small steps take. The integrand is exact and the integral adaptive.

    A coordinate that is held at 0 under ``p = inf`` still counts. Steps jump across 0 and are
    perturbed by ``rho`` on both sides: from equal layers it adds ``mu_j rho^L`` to ``m_hat`` (for
    ``theta`` with layers of opposite signs ``-mu_j rho^2``), and where one layer of two is held
    ``exp(m_hat)`` is the mean over the two sides. A coordinate that starts at 0 in all layers has
    ``eps = 0``, never moves, and adds nothing. After a collapse under ``p = 2`` the steps jump
    along the largest feature, and ``m_hat = mu_d rho^2 / 2``.

    Parameters
    ----------
    times : array (T,)
        Rescaled time, increasing, >= 0.
    mu : array (d,)
        Features, > 0.
    alpha : array (..., d) or float
        Common value of all layers at time 0 (balanced start).
    rho : float
        Radius of the perturbation, >= 0; 0 is gradient descent.
    depth : int
        Number of layers, >= 1; at most 2 for ``p = 2`` and ``rho > 0``.
    p : 2 or inf
        Norm of the perturbation.
    theta : array (..., 2, d), optional
        Both layers at time 0, instead of ``alpha``; ``depth`` 2.
    log : bool
        Return ``log t``, which is finite long after ``t`` has overflowed.

    Returns
    -------
    array (T, ...)
        ``inf`` from the first blow-up on, where original time ends (D3).

    Raises
    ------
    ValueError
        An argument is not as described; or ``times`` reach beyond the moment from which on small
        steps have no common clock, as it depends on their phases: two coordinates with one layer
        held, or one at rest, with layers that were not of equal size.

    Source
    ------
    D3.

    Examples
    --------
    >>> original_time([0, 0.5, 1], mu=[1, 2], alpha=1.2, rho=1, depth=2).round(4)
    array([0.    , 1.201 , 9.5964])
    """
    times, mu = checks.times("times", times), checks.features(mu)
    rho, depth = checks.number("rho", rho, least=0), checks.integer("depth", depth, least=1)
    if checks.norm_order("p", p) not in (2, np.inf):
        checks.refuse("p", p, "2 or numpy.inf")
    if p == 2 and rho > 0 and depth > 2:
        checks.refuse("depth", depth, "1 or 2 for p = 2, where a closed form exists")
    if (alpha is None) == (theta is None):
        checks.refuse("alpha", alpha, "given if and only if theta is not")
    if theta is not None:
        if depth != 2:
            checks.refuse("depth", depth, "2 where theta is given")
        theta = checks.two_layers(theta, mu)
    else:
        alpha = checks.weights("alpha", alpha, mu)
        if depth == 2 and p == 2:
            theta = np.stack([alpha, alpha], axis=-2)
    if depth == 1:
        result = _depth_one_clock(times, mu, alpha, rho, p)
    elif theta is None:
        result = _linf_clock(times, mu, alpha, rho, depth)
    elif p == 2 and rho > 0:
        result = _l2_clock(times, mu, theta, rho)
    else:
        result = _linf_two_clock(times, mu, theta, rho)
    with np.errstate(over="ignore"):
        return result if checks.flag("log", log) else np.exp(result)


def _depth_one_clock(times, mu, alpha, rho, p):
    unit, size = special.power_of_two(mu.max()), special.power_of_two(max(np.abs(alpha).max(), rho))
    scaled, s = mu / unit, times.reshape(-1, *[1] * (alpha.ndim - 1))
    toll = (formula.l2_shift if p == 2 else formula.linf_shift)(scaled, rho / size)
    with np.errstate(over="ignore", divide="ignore"):
        start = np.clip((alpha / size @ scaled - toll) * unit * size, -HUGE, HUGE)
        grown = np.minimum(scaled @ scaled * (s * unit) * unit, HUGE)  # |mu|^2 s
        mean = np.where(grown == 0, 1.0, -np.expm1(-grown) / np.where(grown == 0, 1.0, grown))
        return np.log(s) + np.logaddexp(0.0, start + grown + np.log(mean))


def _linf_clock(times, mu, alpha, rho, depth):
    time, weight, mu = linf.own_units(mu, alpha, rho, depth)
    rows, rho = linf.in_units(alpha.reshape(-1, mu.size), weight), rho / weight
    push = time + 2 * int(np.log2(weight))  # exponent of the unit of margins
    sign = np.where(rows < 0, -1.0, 1.0) if depth % 2 == 0 else 1.0
    start, inner = rows * sign, _inner_times(times, time)
    with np.errstate(all="ignore"):
        zero = np.where(start == 0, 0.0, formula.linf_zero_time(mu, start, rho, depth))
        blow_up = formula.linf_blow_up_time(mu, start, rho, depth)

    def log_rate(s, row):
        here = (part[row, None] for part in (start, zero, blow_up))
        a, z, b = here
        with np.errstate(all="ignore"):
            w = formula.linf_path(s[..., None], mu, a, rho, depth, z, b)
            perturbed = np.where(a == 0, 0.0, formula.linf_hat(w, rho) ** depth)
            margin = np.ldexp(np.clip(perturbed, -HUGE, HUGE) @ mu, push)
            return np.logaddexp(0.0, np.clip(margin, -HUGE, HUGE))

    result = log_integral(log_rate, inner, zero, blow_up.min(axis=-1)) - time * np.log(2)
    return result.T.reshape(times.size, *alpha.shape[:-1])


def _inner_times(times, exponent):
    """Times in units of ``2^-exponent``."""
    with np.errstate(over="ignore"):
        inner = np.ldexp(times, exponent)
    if not np.isfinite(inner[-1]):
        latest = np.ldexp(1.0, max(1023 - exponent, -1074))
        checks.refuse("times", times, f"less than {latest:.1e} for these features and weights")
    return inner


def _linf_two_clock(times, mu, theta, rho):
    rows = theta.reshape(-1, 2, mu.size)
    _, equal, sliding = linf.path(times, mu, rows, rho)[2]
    _refuse_from(_chatter_begins(rows, equal, sliding), times)

    def log_rate(s, row):
        margin = np.empty((*s.shape, mu.size))
        for i, points in enumerate(s):
            margin[i] = linf.path(points, mu, rows[row[i]], rho)[1]
        return np.logaddexp(0.0, _margin(margin, np.ones(mu.size)))

    events = np.concatenate(linf.path(times, mu, rows, rho)[2], axis=-1)
    result = log_integral(log_rate, times, events, np.full(len(rows), np.inf))
    return result.T.reshape(times.size, *theta.shape[:-2])


def _margin(beta, mu):
    """The margin ``<beta, mu>`` of predictors (..., d), of which entries may be infinite."""
    return np.clip(beta, -HUGE, HUGE) @ (mu / mu.max()) * mu.max()


def _chatter_begins(rows, equal, sliding):
    """When each start's clock begins to depend on the phase of the steps, which has no limit.

    A layer that is held alone is on either side of 0 for a share of the steps; with two of them the
    shares do not say how often they are on the same side, and neither does a coordinate that has
    come to rest with unequal layers.
    """
    moved = np.any(rows != 0, axis=1)
    alike = np.abs(rows[:, 0]) == np.abs(rows[:, 1])
    rest = np.where(moved & ~alike, sliding, np.inf).min(axis=-1)
    first, last = np.where(alike, np.inf, equal), np.where(alike, -np.inf, sliding)
    later = np.maximum(first[:, :, None], first[:, None, :])
    both = (later < np.minimum(last[:, :, None], last[:, None, :])) & ~np.eye(
        rows.shape[-1], dtype=bool
    )
    return np.minimum(rest, np.where(both, later, np.inf).min(axis=(-2, -1)))


def _after_collapse(rows, mu):
    """Signed largest feature (N,) that is there: small steps end up jumping across 0 along it.

    And whether its layers are of equal size; otherwise they jump with changing phases.
    """
    there = np.any(rows != 0, axis=1)
    top = there & (mu == np.where(there, mu, 0.0).max(axis=-1, keepdims=True))
    alike = np.all(~top | (np.abs(rows[:, 0]) == np.abs(rows[:, 1])), axis=-1)
    size = np.max(np.abs(rows[:, 0]) * top, axis=-1, keepdims=True)
    first, second = (np.where(top, rows[:, l] / np.where(size, size, 1.0), 0.0) for l in (0, 1))
    share = np.sum(first * second, axis=-1) / np.maximum(np.sum(first**2, axis=-1), 1e-300)
    return share * np.where(top, mu, 0.0).max(axis=-1), alike


def _refuse_from(begin, times):
    if np.any(begin < times[-1]):
        allowed = (
            f"up to {np.min(begin):.6g}: from there on small steps do not agree on a clock (D3)"
        )
        checks.refuse("times", times, allowed)


def _l2_clock(times, mu, theta, rho):
    rows, unit = theta.reshape(-1, 2, mu.size), special.power_of_two(mu.max())
    latest, times, mu = times, _inner_times(times, int(np.log2(unit))), mu / unit
    collapse = l2.trace(times[:1], mu, rows, rho, to_the_end=True)[2]
    stiff, alike = _after_collapse(rows, mu)
    with np.errstate(over="ignore"):
        _refuse_from(np.where(alike, np.inf, collapse) / unit, latest)

    def log_rate(s, row):
        result = np.empty(s.shape)
        for i in np.unique(row):
            points = s[row == i].ravel()
            tau, log_n = l2.trace_one(points, mu, rows[i], rho)
            p, q = l2.sums(points, mu, rows[i], rho, tau, log_n)
            with np.errstate(all="ignore"):
                pull = np.where(np.isneginf(log_n), 0.0, rho * np.exp(-log_n))[:, None] * mu
                perturbed = formula.l2_beta(p * (1 - pull), q * (1 + pull))
                margin = np.clip(np.clip(perturbed, -HUGE, HUGE) @ mu * unit, -HUGE, HUGE)
                rest = np.clip(rho * stiff[i] * unit * rho / 2, -HUGE, HUGE)
                margin = np.where(np.isneginf(log_n), rest, margin)
            result[row == i] = np.logaddexp(0.0, margin).reshape(-1, s.shape[-1])
        return result

    result = log_integral(log_rate, times, collapse[:, None], np.full(len(rows), np.inf))
    result = result - np.log(unit)
    return result.T.reshape(times.size, *theta.shape[:-2])
