"""Scales of the start at which l_2-SAM at depth two changes its behavior: three regimes."""

from enum import Enum

import numpy as np

from sam_lib import checks, special
from sam_lib import formulas as formula
from sam_lib.exact import deep, l2


class Regime(Enum):
    """What uniform starts of a given scale do under l_2-SAM at depth two (Theorem 4.5)."""

    COLLAPSE = "The parameters collapse to the origin; the loss does not vanish."
    SEQUENTIAL = "Minor features dominate first and the major one last."
    MAJOR = "The major feature dominates from the outset and forever."

    def __str__(self):
        return self.value


@checks.arithmetic
def collapse_threshold(mu, rho=1.0, direction=None, depth=2):
    r"""Scale below which balanced starts collapse and above which they escape: l_2-SAM, even depth.

    On each ray ``c * direction`` there is exactly one, found by bisection. At depth two a start
    escapes once ``n`` grows (D13) and collapses once ``n < rho min mu``; beyond, see D45.

    Parameters
    ----------
    mu : array (..., d)
        Features, > 0; leading axes are a batch.
    rho : float
        Radius of the perturbation, >= 0.
    direction : array (d,), optional
        Direction of the ray; uniform by default. From depth four on > 0.
    depth : int
        Number of layers, even: at odd depth nothing collapses.

    Returns
    -------
    float or array (...)
        Accurate to about 1e-15 relative at depth two and 1e-8 beyond.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D8, D46.

    Examples
    --------
    >>> round(collapse_threshold([1, 2]), 10), round(collapse_threshold([1, 2], depth=4), 7)
    (0.5213212826, 0.3554703)
    >>> collapse_threshold([[1, 2], [1, 4]], rho=0.5).round(6)
    array([0.260661, 0.278374])
    """
    mu = checks.array("mu", mu, "(..., d)", positive=True)
    rho = checks.number("rho", rho, least=0)
    ray = np.ones(mu.shape[-1])
    if direction is not None:
        ray = checks.array("direction", direction, "(d,)")
        if ray.shape != mu.shape[-1:] or not ray.any():
            checks.refuse("direction", direction, f"of shape ({mu.shape[-1]},) and not all 0")
    depth = checks.integer("depth", depth, least=2)
    if depth % 2:
        checks.refuse("depth", depth, "even: at odd depth nothing collapses")
    if depth > 2 and not (ray > 0).all():
        checks.refuse("direction", direction, "numbers > 0 at depth four and more")
    result = _collapse_threshold(mu, rho, ray, depth)
    return float(result) if result.ndim == 0 else result


def _collapse_threshold(mu, rho, ray, depth=2):
    """:func:`collapse_threshold` without its checks, as an array."""
    if rho == 0:
        return np.zeros(mu.shape[:-1])
    ratios, unit = _ratios(mu), special.power_of_two(np.abs(ray).max())
    ray = ray / unit
    result = np.empty(mu.shape[:-1])
    for i in np.ndindex(result.shape):
        if depth > 2:
            result[i] = deep.threshold(ratios[i], ray, float(depth))
            continue
        size = special.norm(ratios[i] * ray)
        present = ratios[i][ray != 0]
        low, high = (formula.collapse_bound(m, size, 1.0) for m in (present.min(), present.max()))
        result[i] = l2.threshold(ratios[i], ray, 1.0, low, high)
    with np.errstate(over="ignore"):
        return np.asarray(result * rho / unit)


@checks.arithmetic
def major_threshold(mu, rho=1.0):
    r"""Uniform scale above which the major coordinate dominates forever (l_2-SAM, depth two).

    ``rho (mu_{d-1} + mu_d) / (sqrt(2) |mu|)``, with the two largest *different* values of ``mu``.
    Below it the major coordinate does not lead at the start. If all ``mu`` are equal there is
    nothing to overtake, and the threshold is that of the collapse, ``rho / sqrt(2 d)``.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D9.

    Examples
    --------
    >>> round(major_threshold([1, 2]), 10)
    0.9486832981
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, least=0)
    mu = _ratios(mu)
    *_, second, top = [0.0, *np.unique(mu)]
    return float(formula.initial_swap(second, top, np.linalg.norm(mu), rho))


def _ratios(mu):
    """``mu`` in units of about its largest entry: all that the thresholds depend on."""
    unit = special.power_of_two(mu.max(axis=-1, keepdims=True))
    return np.maximum(mu / unit, 1e-150)  # smaller ones change no digit of a threshold


@checks.arithmetic
def rewind_threshold(mu, rho=1.0):
    r"""Uniform scale ``alpha_r`` above which the walk of the dominant coordinate only goes up.

    ``rho sum mu^4 / (sqrt(2) |mu| sum mu^3)``: from here on ``n`` never falls (l_2-SAM, depth two).
    It is an upper bound on :func:`collapse_threshold`.

    Parameters
    ----------
    mu : array (..., d)
        Features, > 0.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    float or array (...)

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D15.

    Examples
    --------
    >>> round(rewind_threshold([1, 2]), 6)
    0.597319
    """
    mu = checks.array("mu", mu, "(..., d)", positive=True)
    result = formula.rewind_scale(_ratios(mu), checks.number("rho", rho, least=0))
    return float(result) if result.ndim == 0 else result


@checks.arithmetic
def regime(mu, alpha, rho):
    r"""Which of the three regimes a uniform start of scale ``alpha`` is in (l_2-SAM, depth two).

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : float or array (...)
        Scale, >= 0, or many of them. Only ``alpha / rho`` and the ratios of ``mu`` matter.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    Regime or object array (...)
        The lower bound of a regime belongs to it: at the collapse threshold itself, which only an
        equilibrium attains, the answer is ``SEQUENTIAL`` (``MAJOR`` if all ``mu`` are equal).

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    Theorem 4.5, D8, D9.

    Examples
    --------
    >>> [regime([1, 2], alpha, rho=1).name for alpha in (0.5, 0.7, 1)]
    ['COLLAPSE', 'SEQUENTIAL', 'MAJOR']
    """
    scale = checks.scales("alpha", alpha, least=0)
    low, high = collapse_threshold(checks.features(mu), rho), major_threshold(mu, rho)
    result = np.full(scale.shape, Regime.SEQUENTIAL, dtype=object)
    result[scale >= high] = Regime.MAJOR
    result[(scale < low) | (scale == 0)] = Regime.COLLAPSE
    return result[()]


@checks.arithmetic
def equilibria(mu, rho):
    r"""The equilibria ``(rho / sqrt(2)) e_k`` of the balanced l_2 flow at depth two, other than 0.

    The first (smallest ``mu``) has one unstable direction, at rate ``mu_1``; it lingers there near
    the collapse threshold.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    array (d, d)
        Row ``k`` is the equilibrium on coordinate ``k``.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D8. If several ``mu`` are equal, all points at that distance in their span are
    equilibria as well.

    Examples
    --------
    >>> equilibria([1, 2], rho=1).round(4)
    array([[0.7071, 0.    ],
           [0.    , 0.7071]])
    """
    mu = checks.features(mu)
    return np.eye(mu.size) * formula.equilibrium(checks.number("rho", rho, least=0))


@checks.arithmetic
def plateau_length(mu, alpha, rho):
    r"""Rescaled time that a uniform start spends near the saddle, up to a bounded term.

    ``log(1 / |alpha/alpha_c - 1|) / mu_1`` (l_2-SAM, depth two). There the loss is
    ``log(1 + exp(-mu_1 rho^2 / 2))`` and the perturbed loss ``log 2``.

    Parameters
    ----------
    mu : array (d,)
        Features, > 0.
    alpha : float or array (...)
        Scale, > 0.
    rho : float
        Radius of the perturbation, > 0.

    Returns
    -------
    float or array (...)
        ``inf`` at the threshold itself; 0 where the law would give a negative length.

    Raises
    ------
    ValueError
        An argument is not as described.

    Source
    ------
    D11.

    Examples
    --------
    >>> round(plateau_length([1, 2], 0.521, rho=1), 4)
    7.3918
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, above=0)
    scale = checks.scales("alpha", alpha, above=0)
    critical = _collapse_threshold(mu, rho, np.ones(len(mu)))
    with np.errstate(divide="ignore", over="ignore"):
        length = formula.plateau_stay(mu.min(), scale, critical)
    length = np.maximum(length, 0.0)
    return float(length) if length.ndim == 0 else length
