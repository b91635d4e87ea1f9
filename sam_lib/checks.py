"""Argument checks: each returns clean float64 arrays, or raises a ValueError that says what to fix.

Every message names the argument, shows its value and says what is allowed, so that a reader never
has to open this file to understand a mistake.
"""

from __future__ import annotations

import numpy as np


def refuse(name: str, value, allowed: str) -> ValueError:
    """The error for `name` having `value` where `allowed` was expected."""
    shown = np.array2string(value, threshold=8) if isinstance(value, np.ndarray) else repr(value)
    return ValueError(f"{name} = {shown[:200]} is not valid; allowed: {allowed}")


def finite_array(name: str, value, allowed: str = "finite numbers") -> np.ndarray:
    """`value` as a float64 array of finite real numbers, any shape."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise refuse(name, value, allowed) from None
    if not np.isfinite(array).all():
        raise refuse(name, value, allowed)
    return array


def positive_vector(name: str, value) -> np.ndarray:
    """A non-empty vector of finite positive numbers, such as `mu`: shape (d,)."""
    allowed = "a non-empty vector of finite numbers > 0, shape (d,)"
    array = finite_array(name, value, allowed)
    if array.ndim != 1 or array.size == 0 or (array <= 0).any():
        raise refuse(name, value, allowed)
    return array


def coordinate_array(name: str, value, d: int) -> np.ndarray:
    """Finite numbers, the last axis over `d` coordinates: shape (..., d); a number is repeated."""
    allowed = f"finite numbers of shape (..., {d}), or one number for all coordinates"
    array = finite_array(name, value, allowed)
    if array.ndim == 0:
        array = np.full(d, float(array))
    if array.shape[-1] != d:
        raise refuse(name, value, allowed)
    return array


def layers_array(name: str, value, depth: int | None = None, d: int | None = None) -> np.ndarray:
    """Finite weights of all layers: shape (..., depth, d)."""
    shape = f"(..., {depth or 'depth'}, {d or 'd'})"
    allowed = f"finite numbers of shape {shape}"
    array = finite_array(name, value, allowed)
    if (
        array.ndim < 2
        or 0 in array.shape[-2:]
        or (depth is not None and array.shape[-2] != depth)
        or (d is not None and array.shape[-1] != d)
    ):
        raise refuse(name, value, allowed)
    return array


def times_array(name: str, value) -> np.ndarray:
    """Finite non-negative times in ascending order: shape (T,); a number becomes one time."""
    allowed = "finite times >= 0 in ascending order, shape (T,)"
    array = np.atleast_1d(finite_array(name, value, allowed))
    if array.ndim != 1 or (array < 0).any() or (np.diff(array) < 0).any():
        raise refuse(name, value, allowed)
    return array


def scalar(name: str, value, *, above: float = -np.inf, at_least: float = -np.inf) -> float:
    """One finite number `> above` and `>= at_least`."""
    bounds = [f"> {above:g}"] * (above > -np.inf) + [f">= {at_least:g}"] * (at_least > -np.inf)
    allowed = " ".join(["one finite number", *bounds])
    array = finite_array(name, value, allowed)
    if array.ndim or not (array > above and array >= at_least):
        raise refuse(name, value, allowed)
    return float(array)


def nonnegative_scalar(name: str, value) -> float:
    """One finite number >= 0, such as `rho`."""
    return scalar(name, value, at_least=0.0)


def positive_scalar(name: str, value) -> float:
    """One finite number > 0, such as a step size."""
    return scalar(name, value, above=0.0)


def integer(name: str, value, at_least: int = 0) -> int:
    """One whole number >= `at_least`, such as a number of steps."""
    allowed = f"one whole number >= {at_least}"
    array = finite_array(name, value, allowed)
    if array.ndim or array != np.floor(array) or array < at_least or isinstance(value, bool):
        raise refuse(name, value, allowed)
    return int(array)


def depth_integer(name: str, value, at_least: int = 1) -> int:
    """A number of layers."""
    return integer(name, value, at_least)


def norm_order(name: str, value, allowed_orders: tuple[float, ...] | None = None) -> float:
    """The `p` of an l_p norm: a number >= 1 or inf, or one of `allowed_orders`."""
    allowed = (
        "a number >= 1 or inf"
        if allowed_orders is None
        else "one of " + ", ".join(f"{order:g}" for order in allowed_orders)
    )
    try:
        order = float(value)
    except (TypeError, ValueError):
        raise refuse(name, value, allowed) from None
    if not order >= 1 or (allowed_orders is not None and order not in allowed_orders):
        raise refuse(name, value, allowed)
    return order
