"""Argument checks shared by the whole library.

Every function returns the argument in its canonical form (a float64 array, a Python number)
or raises a ``ValueError`` that names the argument, the value it had and what is allowed.
"""

import numbers
import operator

import numpy as np

# Public functions compute under NumPy's usual rules, whatever the caller has set: underflow is
# harmless, and anything else that is not expected there still warns.
arithmetic = np.errstate(over="warn", divide="warn", invalid="warn", under="ignore")


def refuse(name, value, allowed):
    """Raise the library's one kind of error: argument, value, what is allowed."""
    try:
        shown = " ".join(repr(value).split())
    except Exception:  # an object that cannot even be shown, or an integer of 5000 digits
        shown = f"an object of type {type(value).__name__}"
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    raise ValueError(f"{name} must be {allowed}; got {shown}")


def number(name, value, *, least=None, above=None):
    """A real number, with ``value >= least`` or ``value > above`` where given."""
    allowed = "a finite number"
    if least is not None:
        allowed += f" >= {least:g}"
    if above is not None:
        allowed += f" > {above:g}"
    result = _real(name, value, allowed)
    if result.ndim != 0 or not np.isfinite(result):
        refuse(name, value, allowed)
    result = float(result)
    if (least is not None and result < least) or (above is not None and result <= above):
        refuse(name, value, allowed)
    return result


def integer(name, value, *, least, most=None):
    """A whole number ``>= least`` (and ``<= most``); ``1e3`` is one, ``1.5`` and True are not."""
    allowed = f"a whole number >= {least}" + ("" if most is None else f" and <= {most:.0e}")
    if isinstance(value, int) and not isinstance(value, bool):
        result = value
    else:
        real = _real(name, value, allowed)
        if real.ndim != 0 or not np.isfinite(real) or real % 1:
            refuse(name, value, allowed)
        try:
            result = operator.index(value)
        except TypeError:
            result = int(real)
    if result < least or (most is not None and result > most):
        refuse(name, value, allowed)
    return result


def flag(name, value):
    """True or False, nothing that is merely equal to one of them."""
    if not isinstance(value, (bool, np.bool_)):
        refuse(name, value, "True or False")
    return bool(value)


def array(name, value, shape, *, positive=False):
    """A finite float64 array; ``shape`` is in words, as in ``"(..., L, d)"`` or ``"(n, d)"``.

    The words decide: as many axes as are named, any number more in front if they begin with
    ``...``, and no axis may be empty. ``positive`` asks for entries > 0.
    """
    names = [word for word in shape.strip("()").replace(" ", "").split(",") if word]
    batched = names[0] == "..."
    ndim = len(names) - batched
    allowed = f"an array of shape {shape} with finite entries" + (" > 0" if positive else "")
    result = _real(name, value, allowed)
    if (result.ndim < ndim) if batched else (result.ndim != ndim):
        refuse(name, value, f"{allowed} (it has shape {result.shape})")
    if result.size == 0:
        refuse(name, value, f"{allowed}, none of its axes empty")
    if not np.all(np.isfinite(result)) or (positive and not np.all(result > 0)):
        refuse(name, value, allowed)
    return result


def _real(name, value, allowed):
    """A new float64 array of real numbers, or the true reason why it is none.

    Everything comes in here: what carries more than numbers (masks, units, gradients, missing
    values) must not lose it in silence.
    """
    if reason := _carries(value):
        refuse(name, value, f"{allowed} ({reason})")
    try:
        result = np.asarray(value)
    except Exception as error:  # whatever a foreign __array__ raises; its message is the reason
        reason = " ".join(str(error).split())[:150]
        refuse(name, value, f"{allowed} (NumPy cannot read it: {reason})")
    if result.dtype.kind == "O":
        result = _from_objects(name, value, result, allowed)
    if result.dtype.kind not in "iuf":
        reason = f" (its entries have the type {result.dtype})" if result.ndim else ""
        refuse(name, value, allowed + reason)
    with np.errstate(all="ignore"):  # long doubles may overflow
        return np.array(result, dtype=np.float64)


def _carries(value, depth=0):
    """What NumPy would drop without a word, if there is something."""
    if isinstance(value, np.ma.MaskedArray):
        return "some entries are masked" if np.any(np.ma.getmaskarray(value)) else None
    if isinstance(value, (list, tuple)) and depth < 8:
        kinds = {type(item) for item in value}
        if kinds <= {int, float}:
            return None
        return next(filter(None, (_carries(item, depth + 1) for item in value)), None)
    kind = type(value)
    if kind.__module__ != "builtins" and any(hasattr(kind, word) for word in ("unit", "units")):
        return "it has a unit; pass plain numbers"
    return None


def _from_objects(name, value, objects, allowed):
    """An array of Python objects as floats, if all of them are real numbers."""
    result = np.empty(objects.shape)
    for i, item in np.ndenumerate(objects):
        real = isinstance(item, numbers.Real) and not isinstance(item, (bool, np.bool_))
        try:
            result[i] = float(item) if real else np.nan
        except (OverflowError, ValueError, TypeError):
            real = False
        if not real:
            reason = f" (an entry has the type {type(item).__name__})" if objects.ndim else ""
            refuse(name, value, allowed + reason)
    return result


def times(name, value):
    """Output times, shape ``(T,)``: finite, >= 0, in increasing order."""
    result = array(name, value, "(T,)")
    if result[0] < 0 or np.any(np.diff(result) < 0):
        refuse(name, value, "increasing and >= 0")
    return result


def one_of(name, value, allowed):
    """One of a few words or numbers."""
    value = value.item() if isinstance(value, np.generic) else value
    plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if not plain or value not in allowed:
        refuse(name, value, "one of " + ", ".join(repr(word) for word in allowed))
    return value


def norm_order(name, value):
    """The order ``p`` of a norm: a number in ``[1, inf]``."""
    allowed = "a number >= 1, or numpy.inf"
    result = _real(name, value, allowed)
    if result.ndim != 0 or not result >= 1:
        refuse(name, value, allowed)
    return float(result)


def scales(name, value, *, least=None, above=None):
    """A number or an array (...) of numbers, as an array."""
    bound = f">= {least:g}" if above is None else f"> {above:g}"
    allowed = f"a finite number {bound}, or an array of them"
    result = _real(name, value, allowed)
    low = result < least if above is None else result <= above
    if result.size == 0 or not np.all(np.isfinite(result)) or np.any(low):
        refuse(name, value, allowed)
    return result


def features(mu):
    """The features of one example: a vector of finite numbers > 0."""
    return array("mu", mu, "(d,)", positive=True)


def weights(name, value, mu):
    """One layer (..., d) as long as ``mu``; a number stands for all coordinates."""
    result = _real(name, value, f"a finite number, or an array of shape (..., {mu.size})")
    if result.ndim == 0:
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
