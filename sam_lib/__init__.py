"""Sharpness-aware minimization on diagonal linear networks: simulate, solve, predict, verify.

The public names, in the order in which data flows: a :class:`Dataset`, a network ``theta``, a
method, a run, and what the theory says about it. Names that need a heavy package are imported when
they are first used.
"""

from importlib import import_module

from sam_lib.ascent import GD, SAM, MarginSAM, perturbation
from sam_lib.data import Dataset, random_separable, single_example, two_gaussians
from sam_lib.network import balanced, gradient, log_loss, loss, margins, predictor
from sam_lib.run import Run, Status, leaders

__version__ = "0.1.0"

# name -> module that defines it; modules stand for themselves
_LAZY = {
    "descend": "descent",
    "flow": "flows",
    "l1_max_margin": "margin",
    "l2_max_margin": "margin",
    "kkt_residual": "margin",
    "certificate": "margin",
    "palette": "figures",
}
_MODULES = (
    "certify",
    "claims",
    "closed_form",
    "exact",
    "figures",
    "live",
    "margin",
    "theory",
    "variants",
)

__all__ = [
    "GD",
    "SAM",
    "Dataset",
    "MarginSAM",
    "Run",
    "Status",
    "balanced",
    "gradient",
    "leaders",
    "log_loss",
    "loss",
    "margins",
    "perturbation",
    "predictor",
    "random_separable",
    "single_example",
    "two_gaussians",
    *_LAZY,
    *_MODULES,
]


def __getattr__(name):
    if name in _LAZY:
        value = getattr(import_module(f"sam_lib.{_LAZY[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"sam_lib.{name}")
    else:
        raise AttributeError(f"module 'sam_lib' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
