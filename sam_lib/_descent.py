"""The compiled loop of :mod:`sam_lib.descent` (numba; imported on first use, cached on disk).

``kernel(L, kind, single)`` returns the loop for one depth, one kind of ascent step, and one example
or several. These enter as compile-time constants, so that loops over layers are unrolled and
branches not taken cost nothing, neither at run time nor in the compilation: the loop is as fast as
one written by hand for its special case. Plain loops instead of array expressions keep the
compilation short. Floating-point sums may be reordered, but infinities and nans are respected.

Throughout, ``r`` is a weighted sum of the ``z_i``, so that *minus* the gradient is, up to a factor,
``r * product of the other layers``.
"""

from functools import cache

import numpy as np

from sam_lib.compiled import njit

GRADIENT_DESCENT, RAW, L2, LP, LINF, MARGIN = range(6)
NUMPY = {"error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz", "arcp"}}
TIE = 1 - 1e-12


@cache
def kernel(L, kind, single):
    """The loop for depth ``L`` when all examples, or a ``single`` one, share one perturbation."""

    def march(W, Z, rho, p, eta, normalized, gaps, out):
        """Advance each start of ``W`` (S, L, d) by ``gaps[k]`` steps, store it in ``out[:, k]``."""
        n, d = Z.shape
        hat = np.empty((L, d))
        r = Z[0].copy()
        slopes = np.empty(n)
        for s in range(W.shape[0]):
            w = W[s]
            for k in range(gaps.size):
                for _ in range(gaps[k]):
                    factor = 1.0
                    if not (single or kind == GRADIENT_DESCENT):
                        total, factor = combine(w, Z, slopes, r, L)
                        if kind == MARGIN:
                            factor = 1.0 / total
                    if kind == GRADIENT_DESCENT:
                        for l in range(L):
                            for j in range(d):
                                hat[l, j] = w[l, j]
                    elif kind == RAW:
                        if single:
                            factor = np.exp(log_slope(w, r, L))
                        ascend_raw(w, r, factor, rho, hat, L)
                    elif kind == MARGIN:
                        ascend_raw(w, r, factor, rho, hat, L)
                    elif kind == L2:
                        ascend_l2(w, r, rho, hat, L)
                    elif kind == LINF:
                        ascend_linf(w, r, rho, hat, L)
                    else:
                        ascend_lp(w, r, rho, p, hat, L)
                    if not single:
                        total, factor = combine(hat, Z, slopes, r, L)
                        scale = eta / total if normalized else eta * factor
                    elif normalized:
                        scale = eta
                    else:
                        scale = eta / (1.0 + np.exp(margin(hat, r, L)))
                    if scale == 0.0:
                        continue  # a product of layers may overflow where the slope vanishes
                    for l in range(L):
                        for j in range(d):
                            w[l, j] += scale * push(hat, r, l, j, L)
                for l in range(L):
                    for j in range(d):
                        out[s, k, l, j] = w[l, j]

    return njit(march, entry=True, **NUMPY)


@cache
def per_example_kernel(L, kind):
    """The loop for depth ``L`` when each example is perturbed along its own gradient."""

    def march(W, Z, rho, p, eta, normalized, gaps, out):
        n, d = Z.shape
        hat = np.empty((L, d))
        slopes = np.empty(n)
        pushes = np.empty((n, L, d))
        for s in range(W.shape[0]):
            w = W[s]
            for k in range(gaps.size):
                for _ in range(gaps[k]):
                    top = -np.inf
                    for i in range(n):
                        r = Z[i]
                        if kind == RAW:
                            ascend_raw(w, r, np.exp(log_slope(w, r, L)), rho, hat, L)
                        elif kind == MARGIN:
                            ascend_raw(w, r, 1.0, rho, hat, L)
                        elif kind == L2:
                            ascend_l2(w, r, rho, hat, L)
                        elif kind == LINF:
                            ascend_linf(w, r, rho, hat, L)
                        else:
                            ascend_lp(w, r, rho, p, hat, L)
                        slopes[i] = log_slope(hat, r, L)
                        top = max(top, slopes[i])
                        for l in range(L):
                            for j in range(d):
                                pushes[i, l, j] = push(hat, r, l, j, L)
                    total = 0.0
                    for i in range(n):
                        slopes[i] = np.exp(slopes[i] - top)
                        total += slopes[i]
                    scale = eta / total if normalized else eta * np.exp(top) / n
                    for i in range(n):
                        if scale * slopes[i] == 0.0:
                            continue
                        for l in range(L):
                            for j in range(d):
                                w[l, j] += scale * slopes[i] * pushes[i, l, j]
                for l in range(L):
                    for j in range(d):
                        out[s, k, l, j] = w[l, j]

    return njit(march, entry=True, **NUMPY)


@njit(**NUMPY)
def push(w, r, l, j, L):
    """``r_j`` times the layers other than ``l``."""
    x = r[j]
    for m in range(L):
        if m != l:
            x *= w[m, j]
    return x


@njit(**NUMPY)
def margin(w, z, L):
    """``<beta, z>``."""
    total = 0.0
    for j in range(z.size):
        x = z[j]
        for l in range(L):
            x *= w[l, j]
        total += x
    return total


@njit(**NUMPY)
def log_slope(w, z, L):
    """``log(-l'(m)) = -log(1 + e^m)``, finite at every finite margin."""
    m = margin(w, z, L)
    return -(max(m, 0.0) + np.log1p(np.exp(-abs(m))))


@njit(**NUMPY)
def combine(w, Z, slopes, r, L):
    """Fill ``r`` with ``sum_i weight_i z_i``, weights ``-l'(m_i)`` divided by the largest.

    Returns the sum of the weights, and the factor that turns ``r`` into minus the gradient with
    respect to ``beta``.
    """
    top = -np.inf
    for i in range(Z.shape[0]):
        slopes[i] = log_slope(w, Z[i], L)
        top = max(top, slopes[i])
    total = 0.0
    for j in range(r.size):
        r[j] = 0.0
    for i in range(Z.shape[0]):
        weight = np.exp(slopes[i] - top)
        total += weight
        for j in range(r.size):
            r[j] += weight * Z[i, j]
    return total, np.exp(top) / Z.shape[0]


@njit(**NUMPY)
def ascend_raw(w, r, factor, rho, hat, L):
    """Fill ``hat`` with ``w + rho * gradient``; ``factor * r`` is minus the gradient in beta."""
    for l in range(L):
        for j in range(r.size):
            hat[l, j] = w[l, j] - rho * factor * push(w, r, l, j, L)


@njit(**NUMPY)
def ascend_linf(w, r, rho, hat, L):
    """Fill ``hat`` with ``w + eps`` for ``p = inf``, from signs alone."""
    for l in range(L):
        for j in range(r.size):
            x = sign(r[j])
            for m in range(L):
                if m != l:
                    x *= sign(w[m, j])
            hat[l, j] = w[l, j] - rho * x


@njit(**NUMPY)
def ascend_l2(w, r, rho, hat, L):
    """Fill ``hat`` with ``w + eps`` for ``p = 2``."""
    square = 0.0
    for l in range(L):
        for j in range(r.size):
            x = push(w, r, l, j, L)
            square += x * x
            hat[l, j] = x
    if not 1e-250 < square < 1e250:
        square = direction(w, r, hat, L)
    step = rho / np.sqrt(square)
    for l in range(L):
        for j in range(r.size):
            hat[l, j] = w[l, j] - step * hat[l, j]


@njit(**NUMPY)
def ascend_lp(w, r, rho, p, hat, L):
    """Fill ``hat`` with ``w + eps`` for ``p = 1`` (ties shared) and any other finite ``p``."""
    direction(w, r, hat, L)
    power = 1 / (p - 1) if p > 1 else 0.0
    norm = 0.0
    for l in range(L):
        for j in range(r.size):
            x = abs(hat[l, j])
            norm += x ** (power + 1) if p > 1 else (1.0 if x >= TIE else 0.0)
    norm = 1.0 if norm == 0 else norm ** (1 / p)
    for l in range(L):
        for j in range(r.size):
            x = abs(hat[l, j])
            x = x**power if p > 1 else (1.0 if x >= TIE else 0.0)
            hat[l, j] = w[l, j] - rho * x / norm * sign(hat[l, j])


@njit(error_model="numpy")
def direction(w, r, g, L):
    """Fill ``g`` with minus the gradient, scaled to a largest entry of 1 without under- or
    overflow; return the sum of its squares, or 1 where the gradient is 0."""
    largest = np.zeros(3)
    for j in range(r.size):
        largest[0] = max(largest[0], abs(r[j]))
        for l in range(L):
            largest[1] = max(largest[1], abs(w[l, j]))
    for i in range(2):
        largest[i] = 1.0 if largest[i] == 0 else largest[i]
    for l in range(L):
        for j in range(r.size):
            g[l, j] = r[j] / largest[0]
            for m in range(L):
                if m != l:
                    g[l, j] *= w[m, j] / largest[1]
            largest[2] = max(largest[2], abs(g[l, j]))
    if largest[2] == 0:
        return 1.0
    square = 0.0
    for l in range(L):
        for j in range(r.size):
            g[l, j] /= largest[2]
            square += g[l, j] ** 2
    return square


@njit(error_model="numpy")
def sign(x):
    """-1, 0 or 1; nan stays nan."""
    return 1.0 if x > 0 else (-1.0 if x < 0 else x)
