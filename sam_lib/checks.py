"""Argument checks shared by the whole library.

Every function returns the argument in its canonical form (a float64 array, a Python number)
or raises a ``ValueError`` that names the argument, the value it had and what is allowed.
"""

import operator

import numpy as np


def refuse(name, value, allowed):
    """Raise the library's one kind of error: argument, value, what is allowed."""
    shown = " ".join(repr(value).split())
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    raise ValueError(f"{name} must be {allowed}; got {shown}")


def number(name, value, *, least=None, above=None, finite=True):
    """A real number, with ``value >= least`` or ``value > above`` where given."""
    allowed = "a finite number" if finite else "a number"
    if least is not None:
        allowed += f" >= {least:g}"
    if above is not None:
        allowed += f" > {above:g}"
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "iuf":
        refuse(name, value, allowed)
    result = float(value)
    if np.isnan(result) or (finite and np.isinf(result)):
        refuse(name, value, allowed)
    if (least is not None and result < least) or (above is not None and result <= above):
        refuse(name, value, allowed)
    return result


def integer(name, value, *, least, most=None):
    """A whole number ``>= least`` (and ``<= most``); ``1.5`` and ``2.0`` are refused."""
    allowed = f"a whole number >= {least}" + ("" if most is None else f" and <= {most:.0e}")
    if isinstance(value, (bool, np.bool_)):
        refuse(name, value, allowed)
    try:
        result = operator.index(value)
    except TypeError:
        refuse(name, value, allowed)
    if result < least or (most is not None and result > most):
        refuse(name, value, allowed)
    return result


def array(name, value, shape, *, positive=False):
    """A finite float64 array; ``shape`` is in words, as in ``"(..., L, d)"`` or ``"(n, d)"``.

    The words decide: as many axes as are named, any number more in front if they begin with
    ``...``, and no axis may be empty. ``positive`` asks for entries > 0.
    """
    names = [word for word in shape.strip("()").replace(" ", "").split(",") if word]
    batched = names[0] == "..."
    ndim = len(names) - batched
    allowed = f"an array of shape {shape} with finite entries" + (" > 0" if positive else "")
    try:
        result = np.asarray(value)
    except (ValueError, TypeError):
        refuse(name, value, allowed)
    if result.dtype.kind not in "iuf":
        refuse(name, value, allowed)
    if (result.ndim < ndim) if batched else (result.ndim != ndim):
        refuse(name, value, f"{allowed} (it has shape {result.shape})")
    if result.size == 0:
        refuse(name, value, f"{allowed}, none of its axes empty")
    result = result.astype(np.float64)
    if not np.all(np.isfinite(result)) or (positive and not np.all(result > 0)):
        refuse(name, value, allowed)
    return result


def times(name, value, *, strictly=False):
    """Output times, shape ``(T,)``: finite, >= 0, in increasing order."""
    result = array(name, value, "(T,)")
    steps = np.diff(result)
    if result[0] < 0 or np.any(steps < 0) or (strictly and np.any(steps == 0)):
        order = "strictly increasing" if strictly else "increasing"
        refuse(name, value, f"{order} and >= 0")
    return result


def one_of(name, value, allowed):
    """One of a few words or numbers."""
    plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if not plain or value not in allowed:
        refuse(name, value, "one of " + ", ".join(repr(word) for word in allowed))
    return value


def norm_order(name, value):
    """The order ``p`` of a norm: a number in ``[1, inf]``."""
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "iuf" or not value >= 1:
        refuse(name, value, "a number >= 1, or numpy.inf")
    return float(value)


def features(mu):
    """The features of one example: a vector of finite numbers > 0."""
    return array("mu", mu, "(d,)", positive=True)


def weights(name, value, mu):
    """One layer (..., d) as long as ``mu``; a number stands for all coordinates."""
    if np.ndim(value) == 0:
        return np.full(mu.size, number(name, value))
    result = array(name, value, "(..., d)")
    if result.shape[-1] != mu.size:
        refuse(name, value, f"of shape (..., {mu.size}), one entry for each of mu")
    return result


def two_layers(theta, mu):
    """Two layers (..., 2, d) as long as ``mu``."""
    result = array("theta", theta, "(..., 2, d)")
    if result.shape[-2:] != (2, mu.size):
        refuse("theta", theta, f"of shape (..., 2, {mu.size}), two layers as long as mu")
    return result


def balanced_start(mu, alpha, rho, depth):
    """Checked arguments; at even depth the mirror image with no negative coordinate."""
    mu, rho = features(mu), number("rho", rho, least=0)
    start = weights("alpha", alpha, mu)
    depth = integer("depth", depth, least=1)
    return mu, np.abs(start) if depth % 2 == 0 else start, rho, depth
