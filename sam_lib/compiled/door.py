"""The one door to numba: loops are compiled where it exists and plain Python where it does not.

Only this module imports numba, on the first use of a loop. In a browser, where it does not exist,
the same loops become JavaScript (``browser.py`` beside it). ``SAM_LIB_COMPILE=0`` in the
environment closes the door; elsewhere without numba it is closed as well. The plain loops give the
same answers, in the arithmetic of NumPy scalars: division by zero and overflow give infinities and
nans, as ``error_model="numpy"`` does. So loops call ``np.exp``, not ``math.exp``.
"""

import functools
import math
import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from importlib import import_module
from itertools import pairwise

import numpy as np


class Engine:
    """A module of compiled loops, imported when something of it is first used.

    >>> Engine("sam_lib.checks").number("x", 2, least=0)
    2.0
    """

    def __init__(self, name):
        self._name = name

    def __getattr__(self, attribute):
        return getattr(import_module(self._name), attribute)


def njit(function=None, *, entry=False, **options):
    """Compile a loop, as ``numba.njit(**options)``.

    An ``entry`` is called from Python: its machine code is cached on disk if there is a place for
    it, and it releases the interpreter lock. All others are called by loops only.
    """
    if function is None:
        return functools.partial(njit, entry=entry, **options)
    if numba() is None:
        return _without_numba()(function) if entry else function
    if not entry:
        return numba().njit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
    options |= {"nogil": True, "no_cfunc_wrapper": True}
    try:
        return numba().njit(function, cache=True, **options)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        _say_once("no writable place for compiled loops: each process compiles them anew")
        return numba().njit(function, **options)


def fma():
    """The function ``x * y + z`` with one rounding, for use in loops."""
    if numba() is None:
        return _plain_fma
    from numba import types
    from numba.extending import intrinsic

    def fused(typing_context, x, y, z):
        def generate(context, builder, signature, arguments):
            return builder.fma(*arguments)

        return types.float64(types.float64, types.float64, types.float64), generate

    return intrinsic(fused)


@functools.cache
def numba():
    """The module numba, or None if the door is closed."""
    if os.environ.get("SAM_LIB_COMPILE") == "0" or _in_browser():
        return None
    try:
        return import_module("numba")
    except ImportError as error:
        _say_once(f"loops run uncompiled, about a hundred times slower ({error})")
        return None


def _in_browser():
    return sys.platform == "emscripten"


def _without_numba():
    """What makes a loop callable from Python."""
    if _in_browser() and os.environ.get("SAM_LIB_COMPILE") != "0":
        return import_module("sam_lib.compiled.browser").entry
    return _quiet


def on_all_cores(function, count, least=1):
    """Call ``function(slice)`` for slices of ``range(count)``, each ``least`` or longer."""
    workers = 1 if numba() is None else min(count // least, os.cpu_count() or 1)
    if workers < 2:
        function(slice(0, count))
        return
    edges = np.linspace(0, count, min(count, 4 * workers) + 1).astype(int)
    list(_pool(workers).map(function, [slice(i, k) for i, k in pairwise(edges)]))


_pool = functools.cache(ThreadPoolExecutor)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


@functools.cache
def _say_once(message):
    warnings.warn_explicit(message, RuntimeWarning, "sam_lib", 1)  # shown as one line


def _quiet(function):
    """``function`` in the arithmetic of NumPy scalars, without their warnings."""

    @functools.wraps(function)
    def run(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)

    return run


def _plain_fma(x, y, z):
    rough = x * y + z
    if not math.isfinite(rough):
        return rough
    return np.float64(float(Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))))
