"""One step of the scalar reduction by Taylor series: coefficients, integrals, and their inverse.

``trajectory`` says what the equation is, and takes the steps. Of squares only the
logarithm is kept, so nothing overflows. The weights ``nu_k^2 x_k^2 / (2 n^2)`` grow at rates that
are linear in ``b``, so the Taylor coefficients of a step come from a recursion that costs one
exponential per coordinate and step.
"""

import numpy as np

from sam_lib._reduction import double_double as two
from sam_lib.compiled import njit

ORDER, FEW = 22, 16  # of the series where all digits count, and where nine do
LEADING = 5  # orders up to here are kept in 31 digits where it matters
EXACT, FAST = 1e-21, 1e-9  # size of the last Taylor terms, relative to the first
MARGIN = 10.0  # a weight left out is exp(10) times too small, and still exp(0) at the end of a step

compiled = njit(error_model="numpy")


@compiled
def log_norm(log_e, nu, r, s, sigma, exponent, value):
    """``log n``; ``exponent`` gets the logs of ``nu_k^2 x_k^2 / 2``, ``value`` the weights."""
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


@compiled
def workspace(m):
    """Room for one step: series ``a``, ``b``, ``n``, ``b`` shifted; those of the weights; rates."""
    return np.zeros((4, ORDER + 5)), np.zeros((ORDER + 5, m)), np.zeros((4, m))


@compiled
def expand(log_e, nu, r, s, sigma, order, accuracy, space):
    """Taylor coefficients of ``a`` and ``b`` at a point: (step length, log n, d log n / du)."""
    series, weight, own = space  # rows by index: numba takes unpacked ones for scattered
    a, b, size, late = series[0], series[1], series[2], series[3]
    exponent, rate, slope, acc = own[0], own[1], own[2], own[3]
    log_n = log_norm(log_e, nu, r, s, sigma, exponent, acc)
    a[0], b[0], size[0] = 1.0 / (1.0 + np.exp(-log_n)), 1.0 / (1.0 + np.exp(log_n)), 1.0

    leader = 0
    for k in range(nu.size):
        if exponent[k] > exponent[leader]:
            leader = k
    active, trend, visible = 0, 0.0, -np.log(accuracy)
    a_most, b_most = min(1.0, 2.0 * a[0]), min(1.0, 2.0 * b[0])
    step = log_n - 600.0 if log_n > 650.0 else np.inf  # 1 / (1 + n) must not vanish unseen
    for k in range(nu.size):
        gap = 2.0 * log_n - exponent[k]
        if gap < visible + MARGIN:
            growth = nu[k] * (a[0] - r * nu[k] * b[0])
            rate[active], slope[active] = 2.0 * growth, 2.0 * nu[k] * (1.0 + r * nu[k])
            weight[0, active] = acc[k]
            trend += growth * acc[k]
            active += 1
        else:
            gain, loss = nu[k] - nu[leader], r * (nu[k] ** 2 - nu[leader] ** 2)
            growth = max(gain * a_most - loss * (1 - a_most), gain * (1 - b_most) - loss * b_most)
            if growth > 0.0:
                step = min(step, (gap - visible) / (2.0 * growth))

    for m in range(order):
        for k in range(active):
            acc[k] = 0.0
        for i in range(0, m, 4):  # sum of b[m-i] weight[i] over i < m, four at a time
            at = m - i  # late[at + 3] = b[at], but 0 for at <= 0
            c0, c1, c2, c3 = late[at + 3], late[at + 2], late[at + 1], late[at]
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
        late[m + 4] = b[m + 1]
    scale = min(a[0], b[0])
    if accuracy == FAST:  # enough for s and sigma as wholes
        scale = max(scale, 0.1 * min(s[0], sigma[0]))
    for m in (order - 1, order):
        if b[m] != 0.0:
            step = min(step, (accuracy * scale / abs(b[m])) ** (1.0 / m))
    return step, log_n, trend


@compiled
def _get(pairs, i):
    return pairs[i, 0], pairs[i, 1]


@compiled
def _set(pairs, i, value):
    pairs[i, 0], pairs[i, 1] = value


@compiled
def leading(x, nu, r, s, sigma, log_n, exponent):
    """Orders 0 to LEADING of ``a`` and ``b`` in 31 digits: (2, LEADING + 1, 2)."""
    weight, size = np.empty((LEADING + 1, nu.size, 2)), np.empty((LEADING + 1, 2))
    rate, slope = np.empty((nu.size, 2)), np.empty((nu.size, 2))
    coefficients = np.empty((2, LEADING + 1, 2))
    a, b = coefficients[0], coefficients[1]
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


@compiled
def after(total, leading, c, h):
    """``total`` plus the integral from 0 to ``h`` of a series with these ``leading`` terms."""
    area = c[ORDER] / (ORDER + 1)
    for m in range(ORDER - 1, LEADING, -1):
        area = area * h + c[m] / (m + 1)
    pair = (area, 0.0)
    for m in range(LEADING, -1, -1):
        term = two.divide(_get(leading, m), (m + 1.0, 0.0))
        pair = two.add(two.multiply(pair, (h, 0.0)), term)
    return two.add(total, two.multiply(pair, (h, 0.0)))


@compiled
def integral(c, h, order):
    """The integral of the series ``sum_m c_m u^m`` from 0 to ``h``, and its value at ``h``."""
    area, value = c[order] / (order + 1), c[order]
    for m in range(order - 1, -1, -1):
        area = area * h + c[m] / (m + 1)
        value = value * h + c[m]
    return area * h, value


@compiled
def reach(a, target, h, order, accuracy):
    """By Newton's method: the ``h`` where the integral of ``a`` is ``target``, and ``a`` nearby."""
    value = a[0]
    for _ in range(20):
        area, value = integral(a, h, order)
        change = (target - area) / value
        h = max(h + change, 0.0)
        if abs(change) <= np.sqrt(accuracy) * h:  # what is left is the square of that
            break
    return h, value
