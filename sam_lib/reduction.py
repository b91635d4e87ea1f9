"""The l_2 flow at depth two as one scalar equation (D5), integrated by Taylor series.

Write the 2d numbers `p_j, q_j` as `x_k` with signed rates `nu_k`. Then (D5, D13)

    x_k(s) = x_k(0) exp(nu_k s - rho nu_k^2 tau),   tau' = 1/n,   n^2 = sum_k nu_k^2 x_k^2 / 2,

so that all there is to integrate is `tau`. At a collapse `n` falls to 0 and `1/n` is infinite. With
the clock `u = s + tau` nothing happens there: `a = ds/du = n/(1+n)` and `b = dtau/du = 1/(1+n)`
stay between 0 and 1, and the collapse is the limit `u -> inf`, which is approached exponentially.

Inside this module everything is without dimension: `s` in units of `1/mu_max`, `x` in units of
`rho`, `tau` (then called `sigma`) to match. Of squares only the logarithm is kept, so nothing
overflows. The weights `nu_k^2 x_k^2 / (2 n^2)` grow at rates that are linear in `b`, so the Taylor
coefficients of a step come from a recursion that costs one exponential per coordinate and step.
"""

import numpy as np
from numba import njit

from sam_lib import _double_double as two

ORDER = 22
LEADING = 5  # orders up to here are kept in 31 digits where it matters
EXACT, FAST = 1e-21, 1e-9  # size of the last Taylor terms, relative to the first
MARGIN = 10.0  # a weight left out is exp(10) times too small, and still exp(0) at the end of a step
MAX_STEPS = 20_000

RUNNING, COLLAPSED, ESCAPED, STALLED = 0, 1, 2, 3

_compiled = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
_entry = njit(cache=True, error_model="numpy", no_cfunc_wrapper=True, nogil=True)


@_compiled
def _log_norm(log_e, nu, r, s, sigma, exponent, value):
    """`log n`; fills `exponent` with the logarithms of `nu_k^2 x_k^2 / 2`, `value` with weights."""
    top = -np.inf
    for k in range(nu.size):
        c = r * nu[k]
        clock = (s[0] - c * sigma[0]) + (s[1] - c * sigma[1])
        exponent[k] = log_e[k] + 2.0 * nu[k] * clock
        top = max(top, exponent[k])
    total = 0.0
    for k in range(nu.size):
        value[k] = np.exp(exponent[k] - top)
        total += value[k]
    for k in range(nu.size):
        value[k] /= total
    return 0.5 * (top + np.log(total))


@_compiled
def _workspace(m):
    """Room for one step: coefficients of `a`, `b`, `n`, of the weights, and their rates."""
    return np.zeros((3, ORDER + 5)), np.zeros((ORDER + 5, m)), np.zeros((4, m))


@_compiled
def _expand(log_e, nu, r, s, sigma, accuracy, space):
    """Taylor coefficients of `a` and `b` at a point: (step length, log n, d log n / du)."""
    (a, b, size), weight, (exponent, rate, slope, acc) = space
    log_n = _log_norm(log_e, nu, r, s, sigma, exponent, acc)
    a[0], b[0], size[0] = 1.0 / (1.0 + np.exp(-log_n)), 1.0 / (1.0 + np.exp(log_n)), 1.0

    active, leader, trend = 0, 0, 0.0
    for k in range(nu.size):
        if exponent[k] > exponent[leader]:
            leader = k
    visible = -np.log(accuracy)
    for k in range(nu.size):
        if exponent[k] > 2.0 * log_n - visible - MARGIN:
            growth = nu[k] * (a[0] - r * nu[k] * b[0])
            rate[active], slope[active] = 2.0 * growth, 2.0 * nu[k] * (1.0 + r * nu[k])
            weight[0, active] = acc[k]
            trend += growth * weight[0, active]
            active += 1
    step = log_n - 600.0 if log_n > 650.0 else np.inf  # 1 / (1 + n) must not vanish unseen
    if active < nu.size:
        a_most, b_most = min(1.0, 2.0 * a[0]), min(1.0, 2.0 * b[0])
        for k in range(nu.size):
            gap = 2.0 * log_n - exponent[k]
            if gap >= visible + MARGIN:
                gain, loss = nu[k] - nu[leader], r * (nu[k] ** 2 - nu[leader] ** 2)
                growth = max(
                    gain * a_most - loss * (1 - a_most), gain * (1 - b_most) - loss * b_most
                )
                if growth > 0.0:
                    step = min(step, (gap - visible) / (2.0 * growth))

    for m in range(ORDER):
        for k in range(active):
            acc[k] = 0.0
        for i in range(0, m, 4):  # sum of b[m-i] weight[i], four at a time, i < m
            c0, c1 = b[m - i], (b[m - i - 1] if i + 1 < m else 0.0)
            c2 = b[m - i - 2] if i + 2 < m else 0.0
            c3 = b[m - i - 3] if i + 3 < m else 0.0
            w0, w1, w2, w3 = weight[i], weight[i + 1], weight[i + 2], weight[i + 3]
            for k in range(active):
                acc[k] += (c0 * w0[k] + c1 * w1[k]) + (c2 * w2[k] + c3 * w3[k])
        total, other = 0.0, 0.0
        row, following = weight[m], weight[m + 1]
        for k in range(active):
            following[k] = (rate[k] * row[k] - slope[k] * acc[k]) / (m + 1)
            total += following[k]
        for i in range(1, m + 1):
            total -= size[i] * size[m + 1 - i]
            other += size[i] * b[m + 1 - i]
        size[m + 1] = 0.5 * total
        a[m + 1] = a[0] * (other + size[m + 1] * b[0])
        b[m + 1] = -a[m + 1]
    scale = min(a[0], b[0])
    if accuracy == FAST:  # enough for s and sigma as wholes
        scale = max(scale, 0.1 * min(s[0], sigma[0]))
    for m in (ORDER - 1, ORDER):
        if b[m] != 0.0:
            step = min(step, (accuracy * scale / abs(b[m])) ** (1.0 / m))
    return step, log_n, trend


@_compiled
def _get(pairs, i):
    return pairs[i, 0], pairs[i, 1]


@_compiled
def _set(pairs, i, value):
    pairs[i, 0], pairs[i, 1] = value


@_compiled
def _leading(x, nu, r, s, sigma, log_n, exponent):
    """The coefficients of orders 0 to LEADING of `a` and `b` in 31 digits: (2, LEADING + 1, 2)."""
    weight, size = np.empty((LEADING + 1, nu.size, 2)), np.empty((LEADING + 1, 2))
    rate, slope = np.empty((nu.size, 2)), np.empty((nu.size, 2))
    coefficients = np.empty((2, LEADING + 1, 2))
    a, b = coefficients
    one, total, active = (1.0, 0.0), (0.0, 0.0), 0
    for k in range(nu.size):
        if exponent[k] > 2.0 * log_n - 60.0:
            c = two.two_product(r, nu[k])
            delay = two.multiply(c, sigma)
            clock = two.add(s, (-delay[0], -delay[1]))
            height = two.multiply((x[k, 2], 0.0), two.LOG_2)
            height = two.add(height, two.multiply((nu[k], 0.0), clock))
            value = two.exponential(two.add(height, (-log_n, 0.0)))
            value = two.multiply(value, two.multiply(_get(x, k), (nu[k], 0.0)))
            value = two.multiply(value, (0.5 * value[0], 0.5 * value[1]))
            total = two.add(total, value)
            _set(weight[0], active, value)
            _set(rate, active, (nu[k], 0.0))
            _set(slope, active, c)
            active += 1
    n = two.multiply(two.exponential((log_n, 0.0)), two.square_root(total))
    b0 = two.divide(one, two.add(one, n))
    a0 = two.multiply(n, b0)
    _set(a, 0, a0)
    _set(b, 0, b0)
    _set(size, 0, one)
    for k in range(active):
        v, c = 2.0 * rate[k, 0], _get(slope, k)
        loss = two.multiply(c, b0)
        _set(rate, k, two.multiply((v, 0.0), two.add(a0, (-loss[0], -loss[1]))))
        _set(slope, k, two.multiply((-v, 0.0), two.add(one, c)))
        _set(weight[0], k, two.divide(_get(weight[0], k), total))
    for m in range(LEADING):
        total, other = (0.0, 0.0), (0.0, 0.0)
        for k in range(active):
            value = (0.0, 0.0)
            for i in range(m):
                value = two.add(value, two.multiply(_get(b, m - i), _get(weight[i], k)))
            value = two.multiply(value, _get(slope, k))
            value = two.add(value, two.multiply(_get(rate, k), _get(weight[m], k)))
            value = two.divide(value, (m + 1.0, 0.0))
            _set(weight[m + 1], k, value)
            total = two.add(total, value)
        for i in range(1, m + 1):
            left = (-size[i, 0], -size[i, 1])
            total = two.add(total, two.multiply(left, _get(size, m + 1 - i)))
            other = two.add(other, two.multiply(left, _get(b, m + 1 - i)))
        total = (0.5 * total[0], 0.5 * total[1])
        _set(size, m + 1, total)
        other = two.add(two.multiply(total, b0), (-other[0], -other[1]))
        other = two.multiply(other, a0)
        _set(a, m + 1, other)
        _set(b, m + 1, (-other[0], -other[1]))
    return coefficients


@_compiled
def _after(total, leading, c, h):
    """`total` plus the integral of a series from 0 to `h`, given its `leading` coefficients."""
    area = c[ORDER] / (ORDER + 1)
    for m in range(ORDER - 1, LEADING, -1):
        area = area * h + c[m] / (m + 1)
    pair = (area, 0.0)
    for m in range(LEADING, -1, -1):
        term = two.divide(_get(leading, m), (m + 1.0, 0.0))
        pair = two.add(two.multiply(pair, (h, 0.0)), term)
    return two.add(total, two.multiply(pair, (h, 0.0)))


@_compiled
def _integral(c, h):
    """The integral of the series `sum_m c_m u^m` from 0 to `h`, and its value at `h`."""
    area, value = c[ORDER] / (ORDER + 1), c[ORDER]
    for m in range(ORDER - 1, -1, -1):
        area = area * h + c[m] / (m + 1)
        value = value * h + c[m]
    return area * h, value


@_compiled
def _reach(a, target, h, accuracy):
    """The `h` at which the integral of `a` is `target`, by Newton's method, and `a` nearby."""
    value = a[0]
    for _ in range(20):
        area, value = _integral(a, h)
        change = (target - area) / value
        h = max(h + change, 0.0)
        if abs(change) <= np.sqrt(accuracy) * h:  # what is left is the square of that
            break
    return h, value


@_compiled
def _is_settled(s, sigma, r, slowest, accuracy, space, trend):
    """Whether nothing but an exponential tail remains: ESCAPED, COLLAPSED, or else RUNNING."""
    a, b = space[0][0, 0], space[0][1, 0]
    if trend > 0.0 and (a * b < 0.1 * accuracy * sigma[0] * trend or b < 1e-250):
        return ESCAPED
    if trend < 0.0 and (a < 0.1 * accuracy * s[0] * r * slowest**2 or a < 1e-250):
        return COLLAPSED
    return RUNNING


@_compiled
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

    Writes `sigma` and `log n` at each target; from a collapse on, `log n = -inf` and `sigma` holds.
    `to_the_end` goes on after the last target until the start collapses or escapes.
    """
    space, slowest = _workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        for i in range(targets.size):
            sigma_out[i], log_n_out[i] = 0.0, -np.inf
        return 0.0, COLLAPSED
    a, b, exponent, acc = space[0][0], space[0][1], space[2][0], space[2][3]
    s, sigma, done = (0.0, 0.0), (0.0, 0.0), 0
    for _ in range(MAX_STEPS):
        step, log_n, trend = _expand(log_e, nu, r, s, sigma, EXACT, space)
        end = _is_settled(s, sigma, r, slowest, EXACT, space, trend)
        if step == np.inf and trend < 0.0 and log_n < np.log(r * slowest):
            end = COLLAPSED  # so slow a tail that its coefficients have underflowed
        if end == COLLAPSED:
            for i in range(done, targets.size):
                sigma_out[i], log_n_out[i] = sigma[0], -np.inf
            return two.add(s, (-a[0] / trend, 0.0))[0], COLLAPSED
        if end == ESCAPED:
            for i in range(done, targets.size):
                sigma_out[i] = sigma[0]
                log_n_out[i] = _log_norm(log_e, nu, r, (targets[i], 0.0), sigma, exponent, acc)
            return np.inf, ESCAPED
        if not to_the_end:
            step = min(step, 2.0 * (targets[-1] - s[0]) / a[0])
        if step == np.inf:
            break
        length = _integral(a, step)[0]
        h, reached, speed = 0.0, 0.0, a[0]
        while done < targets.size and (targets[done] - s[0]) - s[1] <= length:
            target = (targets[done] - s[0]) - s[1]
            guess = min(h + (target - reached) / speed, step)
            h, speed = _reach(a, target, guess, EXACT)
            area, value = _integral(b, h)
            reached, speed = target, _integral(a, h)[1]
            sigma_out[done], log_n_out[done] = two.add(sigma, (area, 0.0))[0], np.log(speed / value)
            done += 1
        if done == targets.size and not to_the_end:
            return np.inf, RUNNING
        leading = _leading(x, nu, r, s, sigma, log_n, exponent)
        s, sigma = _after(s, leading[0], a, step), _after(sigma, leading[1], b, step)
    for i in range(done, targets.size):
        sigma_out[i], log_n_out[i] = sigma[0] + (targets[i] - s[0]) * b[0] / a[0], log_n
    return np.inf, STALLED


@_compiled
def _escapes(log_e, nu, r):
    """Whether one start escapes, by D13: `n` has at most one stationary point, a minimum.

    So it escapes as soon as `n` grows, and collapses for sure once all rates are negative.
    """
    space, slowest = _workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        return False
    s, sigma = (0.0, 0.0), (0.0, 0.0)
    for _ in range(MAX_STEPS):
        step, log_n, trend = _expand(log_e, nu, r, s, sigma, EXACT, space)
        if trend >= 0.0 or log_n < np.log(r * slowest):
            return trend >= 0.0
        s = two.two_sum(s[0], s[1] + _integral(space[0][0], step)[0])
        sigma = two.two_sum(sigma[0], sigma[1] + _integral(space[0][1], step)[0])
    return False


@_compiled
def _leader(middles, ratio, index):
    """How many `middles` lie below `ratio`, sought from a guess."""
    while index > 0 and middles[index - 1] >= ratio:
        index -= 1
    while index < middles.size and middles[index] < ratio:
        index += 1
    return index


@_compiled
def _walk(log_e, nu, r, middles, targets, index_out):
    """Who dominates at each target from a uniform start (D6); -1 from a collapse on.

    `s / (r sigma)` moves towards `n / r`, so it turns at most once (D14): where it did not turn in
    a step and has the same leader at both ends, that leader holds throughout.
    """
    space, slowest = _workspace(nu.size), _slowest(log_e, nu)
    if slowest == np.inf:
        for i in range(targets.size):
            index_out[i] = -1
        return
    a, b = space[0][0], space[0][1]
    s, sigma, done, leader, falling = (0.0, 0.0), (0.0, 0.0), 0, -1, True
    for _ in range(MAX_STEPS):
        step, log_n, trend = _expand(log_e, nu, r, s, sigma, FAST, space)
        end = _is_settled(s, sigma, r, slowest, FAST, space, trend)
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
        step = min(step, 2.0 * (targets[-1] - s[0]) / a[0])
        (length, speed), (delay, slowness) = _integral(a, step), _integral(b, step)
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
                h, speed = _reach(a, target, guess, FAST)
                reached = targets[done]
                leader = _leader(middles, reached / (r * (sigma[0] + (h - target))), leader)
                index_out[done] = leader
            done += 1
        s, sigma, leader, falling = after, sigma_after, then, falling_then
    for i in range(done, targets.size):
        index_out[i] = leader


@_entry
def walk_starts(log_e, nu, r, middles, targets, index):
    """`_walk` for every row of `log_e` (B, m)."""
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
