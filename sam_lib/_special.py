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
    omega = wrightomega(np.maximum(x, -1.0))
    v = np.where(x > -1.0, np.log(omega), x - np.exp(np.minimum(x, -1.0)))
    for _ in range(3):  # Newton: the start is good to a few digits at worst, below -1
        e = np.exp(v)
        v = v - np.where(np.isfinite(e), (v + e - x) / (1.0 + e), 0.0)
    return v
