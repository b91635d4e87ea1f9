"""Arithmetic with about 31 digits: a number is an unevaluated sum ``(high, low)`` of two doubles.

The reduction needs it for a few leading terms. Close to a collapse at ``s_c`` the flow depends on
``s_c - s``: at a distance of 1e-6, an error in the last digit of ``s_c`` is one in the flow's
tenth.
"""

from fractions import Fraction
from math import factorial

import numpy as np

from sam_lib import compiled

_compiled = compiled.njit(error_model="numpy")
_fused = compiled.fma()  # x * y + z, rounded once

LOG_2 = (0.6931471805599453, 2.3190468138462996e-17)
HALVINGS = 8  # exp(r) = exp(r / 256) ** 256
_SERIES = tuple(  # 1/k!, each as a pair
    (float(f := Fraction(1, factorial(k))), float(f - Fraction(float(f)))) for k in range(1, 8)
)


@_compiled
def two_sum(x, y):
    """``x + y`` without error, for two doubles."""
    high = x + y
    back = high - x
    return high, (x - (high - back)) + (y - back)


@_compiled
def two_product(x, y):
    """``x * y`` without error, for two doubles."""
    high = x * y
    return high, _fused(x, y, -high)


@_compiled
def _normal(high, low):
    """The same sum, its second part as small as can be."""
    total = high + low
    return total, low - (total - high)


@_compiled
def add(x, y):
    """``x + y``."""
    high, low = two_sum(x[0], y[0])
    return _normal(high, low + (x[1] + y[1]))


@_compiled
def multiply(x, y):
    """``x * y``."""
    high, low = two_product(x[0], y[0])
    return _normal(high, low + (x[0] * y[1] + x[1] * y[0]))


@_compiled
def divide(x, y):
    """``x / y``."""
    first = x[0] / y[0]
    high, low = two_product(first, y[0])
    rest = ((x[0] - high) - low) + (x[1] - first * y[1])
    return _normal(first, rest / y[0])


@_compiled
def square_root(x):
    """``sqrt(x)``, ``x > 0``."""
    first = np.sqrt(x[0])
    high, low = two_product(first, first)
    return _normal(first, (((x[0] - high) - low) + x[1]) / (2.0 * first))


@_compiled
def exponential(x):
    """``exp(x)``, for |x| < 700."""
    count = np.floor(x[0] / LOG_2[0] + 0.5)
    rest = add(x, multiply((-count, 0.0), LOG_2))
    unit = 0.5**HALVINGS
    rest = (rest[0] * unit, rest[1] * unit)
    total = (0.0, 0.0)
    for k in range(6, -1, -1):
        total = multiply(add(total, _SERIES[k]), rest)
    for _ in range(HALVINGS):  # of expm1, which loses nothing beside 1
        total = add(multiply(total, total), (2.0 * total[0], 2.0 * total[1]))
    total = add(total, (1.0, 0.0))
    scale = 2.0**count
    return total[0] * scale, total[1] * scale
