"""Special functions that the generated formulas need."""

import numpy as np


def log_omega(x):
    """The real solution `v` of `v + exp(v) = x`, elementwise, without overflow.

    It equals `log W(exp(x))` with the Lambert function W.

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
