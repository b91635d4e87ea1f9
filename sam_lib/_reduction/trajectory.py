"""The l_2 flow at depth two as one scalar equation (D5), integrated by Taylor series.

Write the 2d numbers ``p_j, q_j`` as ``x_k`` with signed rates ``nu_k``. Then (D5, D13)

    x_k(s) = x_k(0) exp(nu_k s - rho nu_k^2 tau),   tau' = 1/n,   n^2 = sum_k nu_k^2 x_k^2 / 2,

so that all there is to integrate is ``tau``. At a collapse ``n`` falls to 0 and ``1/n`` is
infinite. With the clock ``u = s + tau`` nothing happens there: ``a = ds/du = n/(1+n)`` and ``b =
dtau/du = 1/(1+n)`` stay between 0 and 1, and the collapse is the limit ``u -> inf``, which is
approached exponentially.

Inside this module everything is without dimension: ``s`` in units of ``1/mu_max``, ``x`` in units
of ``rho``, ``tau`` (then called ``sigma``) to match.
"""

import numpy as np

from sam_lib._reduction import COLLAPSED, ESCAPED, RUNNING, STALLED, series
from sam_lib._reduction import double_double as two
from sam_lib._reduction.series import compiled
from sam_lib.compiled import njit

MAX_STEPS = 20_000

_entry = njit(entry=True, error_model="numpy")


@compiled
def _is_settled(s, sigma, r, slowest, accuracy, space, trend):
    """Whether nothing but an exponential tail remains: ESCAPED, COLLAPSED, or else RUNNING."""
    a, b = space[0][0, 0], space[0][1, 0]
    if trend > 0.0 and (a * b < 0.1 * accuracy * sigma[0] * trend or b < 1e-250):
        return ESCAPED
    if trend < 0.0 and (a < 0.1 * accuracy * s[0] * r * slowest**2 or a < 1e-250):
        return COLLAPSED
    return RUNNING


@compiled
def _slowest(log_e, nu):
    """The smallest rate of a coordinate that is not 0."""
    least = np.inf
    for k in range(nu.size):
        if log_e[k] > -np.inf:
            least = min(least, abs(nu[k]))
    return least


@_entry
def trace_start(log_e, x, nu, r, targets, to_the_end, sigma_out, log_n_out):
    """One start through all targets: (collapse time, how it ended).

    Writes ``sigma`` and ``log n`` at each target; from a collapse on, ``log n = -inf`` and
    ``sigma`` holds. ``to_the_end`` goes on after the last target until the start collapses or
    escapes.
    """
    space, slowest = series.workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        for i in range(targets.size):
            sigma_out[i], log_n_out[i] = 0.0, -np.inf
        return 0.0, COLLAPSED
    a, b, exponent, acc = space[0][0], space[0][1], space[2][0], space[2][3]
    s, sigma, done = (0.0, 0.0), (0.0, 0.0), 0
    for _ in range(MAX_STEPS):
        step, log_n, trend = series.expand(
            log_e, nu, r, s, sigma, series.ORDER, series.EXACT, space
        )
        end = _is_settled(s, sigma, r, slowest, series.EXACT, space, trend)
        if step == np.inf and trend < 0.0 and log_n < np.log(r * slowest):
            end = COLLAPSED  # so slow a tail that its coefficients have underflowed
        if end == COLLAPSED:
            for i in range(done, targets.size):
                sigma_out[i], log_n_out[i] = sigma[0], -np.inf
            return two.add(s, (-a[0] / trend, 0.0))[0], COLLAPSED
        if end == ESCAPED:
            for i in range(done, targets.size):
                sigma_out[i] = sigma[0]
                log_n_out[i] = series.log_norm(
                    log_e, nu, r, (targets[i], 0.0), sigma, exponent, acc
                )
            return np.inf, ESCAPED
        if not to_the_end:
            step = min(step, 2.0 * (targets[-1] - s[0]) / a[0])
        if step == np.inf:
            break
        length = series.integral(a, step, series.ORDER)[0]
        h, reached, speed = 0.0, 0.0, a[0]
        while done < targets.size and (targets[done] - s[0]) - s[1] <= length:
            target = (targets[done] - s[0]) - s[1]
            guess = min(h + (target - reached) / speed, step)
            h, speed = series.reach(a, target, guess, series.ORDER, series.EXACT)
            area, value = series.integral(b, h, series.ORDER)
            reached, speed = target, series.integral(a, h, series.ORDER)[1]
            sigma_out[done], log_n_out[done] = two.add(sigma, (area, 0.0))[0], np.log(speed / value)
            done += 1
        if done == targets.size and not to_the_end:
            return np.inf, RUNNING
        leading = series.leading(x, nu, r, s, sigma, log_n, exponent)
        s, sigma = series.after(s, leading[0], a, step), series.after(sigma, leading[1], b, step)
    for i in range(done, targets.size):
        sigma_out[i], log_n_out[i] = sigma[0] + (targets[i] - s[0]) * b[0] / a[0], log_n
    return np.inf, STALLED


@compiled
def _escapes(log_e, nu, r):
    """Whether one start escapes, by D13: ``n`` has at most one stationary point, a minimum.

    So it escapes as soon as ``n`` grows, and collapses for sure once all rates are negative.
    """
    space, slowest = series.workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        return False
    s, sigma = (0.0, 0.0), (0.0, 0.0)
    for _ in range(MAX_STEPS):
        step, log_n, trend = series.expand(
            log_e, nu, r, s, sigma, series.ORDER, series.EXACT, space
        )
        if trend >= 0.0 or log_n < np.log(r * slowest):
            return trend >= 0.0
        s = two.two_sum(s[0], s[1] + series.integral(space[0][0], step, series.ORDER)[0])
        sigma = two.two_sum(
            sigma[0], sigma[1] + series.integral(space[0][1], step, series.ORDER)[0]
        )
    return False


@compiled
def _leader(middles, ratio, index):
    """How many ``middles`` lie below ``ratio``, sought from a guess."""
    while index > 0 and middles[index - 1] >= ratio:
        index -= 1
    while index < middles.size and middles[index] < ratio:
        index += 1
    return index


@compiled
def _walk(log_e, nu, r, middles, targets, index_out):
    """Who dominates at each target from a uniform start (D6); -1 from a collapse on.

    ``s / (r sigma)`` moves towards ``n / r``, so it turns at most once (D14): where it did not turn
    in a step and has the same leader at both ends, that leader holds throughout.
    """
    space, slowest = series.workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        for i in range(targets.size):
            index_out[i] = -1
        return
    a = space[0][0]
    s, sigma, done, leader, falling = (0.0, 0.0), (0.0, 0.0), 0, -1, True
    for _ in range(MAX_STEPS):
        step, log_n, trend = series.expand(log_e, nu, r, s, sigma, series.FEW, series.FAST, space)
        end = _is_settled(s, sigma, r, slowest, series.FAST, space, trend)
        if s[0] == 0.0:
            leader, falling = _leader(middles, np.exp(log_n) / r, 0), trend < 0.0
            while done < targets.size and targets[done] == 0.0:
                index_out[done] = leader
                done += 1
        if end == COLLAPSED:
            finish = s[0] - a[0] / trend
            for i in range(done, targets.size):
                index_out[i] = leader if targets[i] < finish else -1
            return
        if end == ESCAPED:
            for i in range(done, targets.size):
                leader = _leader(middles, targets[i] / (r * sigma[0]), leader)
                index_out[i] = leader
            return
        if done == targets.size:
            return
        if leader == middles.size and not falling:
            break  # the ratio has turned and only grows: nobody passes the last one
        step = min(step, 2.0 * (targets[-1] - s[0]) / a[0])
        length, speed = series.integral(a, step, series.FEW)
        delay, slowness = step - length, 1.0 - speed
        after = two.two_sum(s[0], s[1] + length)
        sigma_after = two.two_sum(sigma[0], sigma[1] + delay)
        ratio = after[0] / sigma_after[0]
        then, falling_then = _leader(middles, ratio / r, leader), speed / slowness < ratio
        constant = then == leader and falling == falling_then
        h, reached, speed = 0.0, s[0], a[0]
        while done < targets.size and targets[done] <= after[0]:
            if constant:
                index_out[done] = leader
            else:
                target = targets[done] - s[0]
                guess = min(h + (targets[done] - reached) / speed, step)
                h, speed = series.reach(a, target, guess, series.FEW, series.FAST)
                reached = targets[done]
                leader = _leader(middles, reached / (r * (sigma[0] + (h - target))), leader)
                index_out[done] = leader
            done += 1
        s, sigma, leader, falling = after, sigma_after, then, falling_then
    for i in range(done, targets.size):
        index_out[i] = leader


@_entry
def walk_starts(log_e, nu, r, middles, targets, index):
    """``_walk`` for every row of ``log_e`` (B, m)."""
    for i in range(log_e.shape[0]):
        _walk(log_e[i], nu, r, middles, targets, index[i])


@_entry
def log_threshold(log_e, nu, r, low, high):
    """The logarithm of the factor on a start that turns collapse into escape, by bisection."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        if _escapes(log_e + 2.0 * middle, nu, r):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)
