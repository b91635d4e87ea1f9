"""Special functions that the generated formulas need."""

import numpy as np


def norm(a):
    """The 2-norm over the last axis, wherever in the range of double precision the entries are.

    >>> [f"{norm([3 * x, 4 * x]):.10g}" for x in (1e200, 1e-200)]
    ['5e+200', '5e-200']
    """
    a = np.asarray(a, dtype=float)
    unit = power_of_two(np.max(np.abs(a), axis=-1))
    return unit * np.linalg.norm(a / unit[..., None], axis=-1)


def power_of_two(x):
    """A power of two from ``x/2`` up to ``x``, so that to divide by it costs no digit; 1 for 0."""
    x = np.asarray(x, dtype=float)
    return np.where(x == 0, 1.0, np.ldexp(1.0, np.maximum(np.frexp(x)[1] - 1, -1021)))


def log_omega(x):
    """The real solution ``v`` of ``v + exp(v) = x``, elementwise, without overflow.

    It equals ``log W(exp(x))`` with the Lambert function W.

    >>> float(log_omega(1.0))
    0.0
    >>> float(log_omega(1e300))
    690.7755278982137
    """
    from scipy.special import wrightomega

    x = np.asarray(x, dtype=float)
    with np.errstate(invalid="ignore"):  # inf - inf at x = inf, where the step is not taken
        v = np.where(x > -1.0, np.log(wrightomega(np.maximum(x, -1.0))), x)
        for _ in range(4):
            e = np.exp(v)
            step = (v + e - x) / (1.0 + e)
            v = v - np.where(np.isfinite(step), step, 0.0)
    return v
