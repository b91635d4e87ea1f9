"""The style of the static figures, and the few kinds of plot that the chapters share.

Every function draws into the current matplotlib state and returns its axes; a chapter's cell ends
with ``plt.show()``. Axis labels name their quantity and their clock.
"""

from __future__ import annotations

import numpy as np

from sam_lib import checks
from sam_lib.figures import palette

RESCALED = "rescaled time $s$"


def style() -> None:
    """Set the book's matplotlib style: sizes for a text column, light background, quiet axes.

    Examples
    --------
    >>> style()
    """
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "figure.figsize": (6.8, 3.4),
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
            "figure.constrained_layout.use": True,
            "font.size": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.prop_cycle": mpl.cycler(color=palette.LIGHT),
            "lines.linewidth": 2.0,
            "legend.frameon": False,
            "mathtext.fontset": "dejavusans",
        }
    )


def coordinate_styles(count):
    """Color and dash of each of ``count`` coordinates, minor first, as matplotlib line arguments.

    Parameters
    ----------
    count : int
        Number of coordinates.

    Returns
    -------
    list of dict
        ``{"color": ..., "linestyle": ...}`` for each coordinate.

    Examples
    --------
    >>> [style["color"] for style in coordinate_styles(2)]
    ['#b26a00', '#1f5fbf']
    """
    return [
        {
            "color": palette.LIGHT[slot],
            "linestyle": (0, palette.DASHES[slot]) if palette.DASHES[slot] else "-",
        }
        for slot in palette.coordinate_slots(count)
    ]


def method_style(name: str) -> dict:
    """Color and dash of an optimizer ("gd", "linf" or "l2") as matplotlib line arguments.

    Examples
    --------
    >>> method_style("gd")["color"]
    '#5c5c5c'
    """
    if name not in palette.METHODS:
        checks.refuse("name", name, "one of " + ", ".join(palette.METHODS))
    method = palette.METHODS[name]
    return {
        "color": method["light"],
        "linestyle": (0, method["dash"]) if method["dash"] else "-",
    }


def trajectories(times, values, *, label="w", clock=RESCALED, ax=None):
    """Plot each coordinate of ``values`` (T, d) over ``times`` (T,), labeled at its right end.

    Parameters
    ----------
    times : array (T,)
        Times in the clock that ``clock`` names.
    values : array (T, d)
        One column for each coordinate; infinite values are left out.
    label : str
        The letter of the quantity, as TeX without dollars.
    clock : str
        Label of the time axis.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    import matplotlib.pyplot as plt

    ax = plt.gca() if ax is None else ax
    values = np.asarray(values, dtype=float)
    for j, line in enumerate(coordinate_styles(values.shape[1])):
        shown = np.where(np.isfinite(values[:, j]), values[:, j], np.nan)
        ax.plot(times, shown, **line, label=f"${label}_{{{j + 1}}}$")
    ax.set_xlabel(clock)
    ax.set_ylabel(f"${label}_j$")
    ax.legend(ncols=values.shape[1])
    return ax


def convergence(step_sizes, errors, *, order=1, ax=None):
    """Plot errors against step sizes on log axes, beside the slope that ``order`` predicts.

    Parameters
    ----------
    step_sizes, errors : array (K,)
    order : float
        Slope of the reference line through the last point.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    import matplotlib.pyplot as plt

    ax = plt.gca() if ax is None else ax
    step_sizes, errors = np.asarray(step_sizes, float), np.asarray(errors, float)
    ax.loglog(step_sizes, errors, "o-", color=palette.LIGHT[4], label="measured")
    reference = errors[-1] * (step_sizes / step_sizes[-1]) ** order
    ax.loglog(step_sizes, reference, ":", color="0.4", label=f"slope {order:g}")
    ax.set_xlabel(r"step size $\eta$")
    ax.set_ylabel("largest error")
    ax.legend()
    return ax
