"""The ascent step: from the gradient to the perturbation that SAM adds before it descends.

    eps_p(theta) = argmax over ||eps||_p <= rho of <eps, grad L(theta)>,  all layers at once.

Only the *direction* of the gradient matters, and it is computed as one: the derivatives of the
loss enter as weights ``exp(log s(-m_i) - max_k log s(-m_k))``, of which the largest is 1. So the
gradient that underflows at large margins is never formed, and nothing is added to a norm to make a
division safe: common SAM optimizers do that, and become gradient descent beyond margin 25 to 40.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sam_lib import checks, network


@dataclass(frozen=True)
class SAM:
    """Sharpness-aware minimization with an ``l_p`` ball of radius ``rho``.

    Parameters
    ----------
    rho : float
        Radius, finite, >= 0; 0 is gradient descent.
    p : float
        Order of the norm, in ``[1, inf]``.
    normalized : bool
        If False the perturbation is ``rho * gradient``: unnormalized SAM, for which ``p`` plays no
        part.
    per_example : bool
        If True each example is perturbed along its own gradient, and the descent step averages the
        gradients taken at these points. False, the default, is the method of the paper.

    Raises
    ------
    ValueError
        ``rho < 0``, ``p < 1``, or values that are not numbers.

    References
    ----------
    Foret et al. (2021); Andriushchenko and Flammarion (2022) for the last two variants.

    Examples
    --------
    >>> import numpy as np
    >>> SAM(0.1, p=np.inf)
    SAM(rho=0.1, p=inf)
    """

    rho: float
    p: float = 2.0
    normalized: bool = True
    per_example: bool = False

    def __post_init__(self):
        object.__setattr__(self, "rho", checks.number("rho", self.rho, least=0))
        object.__setattr__(self, "p", checks.norm_order("p", self.p))
        for name in ("normalized", "per_example"):
            object.__setattr__(self, name, checks.flag(name, getattr(self, name)))

    def __repr__(self):
        if self.rho == 0:
            return "GD()"
        norm = f", p={self.p:g}" if self.normalized else ", normalized=False"
        return f"SAM(rho={self.rho:g}{norm}{', per_example=True' if self.per_example else ''})"


def GD():
    """Gradient descent: SAM with ``rho = 0``.

    Returns
    -------
    SAM

    Examples
    --------
    >>> GD()
    GD()
    """
    return SAM(0.0)


@dataclass(frozen=True)
class MarginSAM:
    """SAM whose radius follows the gradient of the margin, so that its bias can be chosen.

    ``eps = kappa * gradient / mean(-l'(m_i))``, which is ``-kappa * (gradient of the margin)`` on
    one example: SAM with the radius ``kappa n``. At depth two it favors forever the features of
    about the size ``1 / (2 kappa)``, its *set point*.

    Parameters
    ----------
    kappa : float
        Strength, finite, >= 0, in units of one over a feature; 0 is gradient descent. On one
        example at depth two some weight grows if and only if ``kappa * min(mu) < 1``.
    per_example : bool
        If True each example is perturbed along the gradient of its own margin.

    Raises
    ------
    ValueError
        ``kappa < 0``, or values that are not of these types.

    Source
    ------
    D66, D69.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data, start = sam.single_example([1, 2, 4]), sam.balanced([0.1, 0.1, 0.1], 2)
    >>> for kappa in (0, 0.25, 0.5):  # set points: the largest, 2 and 1
    ...     run = sam.flow(start, data, MarginSAM(kappa), [30])
    ...     print(run.beta[-1].argmax() + 1)
    3
    2
    1
    """

    kappa: float
    per_example: bool = False

    normalized: ClassVar[bool] = False
    p: ClassVar[float] = 2.0

    def __post_init__(self):
        object.__setattr__(self, "kappa", checks.number("kappa", self.kappa, least=0))
        object.__setattr__(self, "per_example", checks.flag("per_example", self.per_example))

    @property
    def rho(self):
        """The factor of the perturbation, under the name that it has in unnormalized SAM."""
        return self.kappa

    def __repr__(self):
        each = ", per_example=True" if self.per_example else ""
        return f"MarginSAM(kappa={self.kappa:g}{each})"


@checks.arithmetic
def perturbation(theta, data, method):
    """The ascent step of SAM.

    With ``g`` the gradient over all layers and ``1/p + 1/q = 1``, for ``p > 1``::

        eps = rho * sign(g) |g|^(q-1) / || |g|^(q-1) ||_p

    ``p = 2``: ``rho g/||g||_2``. ``p = inf``: ``rho sign(g)``. ``p = 1`` puts ``rho`` on the entry
    with the largest ``|g|``; entries that tie (up to 1e-12 relative: equal layers always do) share
    it equally, which is the limit of the formula as ``p`` falls to 1. A batch of starts has a norm
    for each start. Where the gradient is zero the perturbation is zero: ``sign(0) = 0``.

    Parameters
    ----------
    theta : array (..., L, d)
    data : Dataset
    method : SAM or MarginSAM
        See :class:`SAM`, :class:`MarginSAM` and :func:`GD`.

    Returns
    -------
    array (..., L, d)
        For normalized methods with ``||eps||_p = rho`` at every margin. For ``per_example``
        methods ``(..., n, L, d)``.

    Raises
    ------
    ValueError
        ``theta`` does not fit the data or its margins overflow; ``method`` is something else.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data = sam.single_example([3, 4])
    >>> perturbation([[1e3, 1e3]], data, SAM(1.0))  # margin 7000
    array([[-0.6, -0.8]])
    """
    theta, _ = network.admitted(theta, data)
    return step(theta, data, check_method(method))


def step(theta, data, method):
    """:func:`perturbation` without its checks."""
    slopes = network.log_slopes(np.prod(theta, axis=-2) @ data.Z.T)
    if method.per_example:
        theta, slopes = theta[..., None, :, :], slopes[..., None] + _log_identity(data.n)
    if isinstance(method, MarginSAM):
        pull = np.exp(slopes - slopes.max(axis=-1, keepdims=True))
        residual = -(pull / pull.sum(axis=-1, keepdims=True)) @ data.Z
        return method.kappa * network.other_layers(theta) * residual[..., None, :]
    if not method.normalized:
        residual = -np.exp(slopes) @ data.Z / (1 if method.per_example else data.n)
        return method.rho * network.other_layers(theta) * residual[..., None, :]
    if method.rho == 0:
        return np.zeros(np.broadcast_shapes(theta.shape, (*slopes.shape[:-1], 1, 1)))
    residual = -np.exp(slopes - slopes.max(axis=-1, keepdims=True)) @ data.Z
    return method.rho * _direction(theta, residual[..., None, :], method.p)


def check_method(method):
    """Refuse what is neither a :class:`SAM` nor a :class:`MarginSAM`."""
    if not isinstance(method, (SAM, MarginSAM)):
        checks.refuse("method", method, "GD(), SAM(rho, ...) or MarginSAM(kappa)")
    return method


def _log_identity(n):
    """Weights that keep one example at a time: 0 on the diagonal, -inf elsewhere."""
    return np.where(np.eye(n, dtype=bool), 0.0, -np.inf)


def _direction(theta, residual, p):
    """The maximizer of ``<eps, g>`` in the unit ``l_p`` ball, ``g`` given up to a factor > 0."""
    if p == np.inf:  # from the signs, which cannot underflow
        return network.other_layers(np.sign(theta)) * np.sign(residual)
    g = network.other_layers(_unit(theta)) * _unit(residual)
    size = np.abs(g) / _largest(g)
    if p == 1:
        tied = size >= 1 - 1e-12
        return np.sign(g) * tied / np.maximum(tied.sum(axis=(-2, -1), keepdims=True), 1)
    q = p / (p - 1)
    norm = np.sum(size**q, axis=(-2, -1), keepdims=True) ** (1 / p)  # p-norm of size^(q-1)
    return np.sign(g) * size ** (q - 1) / np.where(norm == 0, 1, norm)


def _unit(a):
    return a / _largest(a)


def _largest(a):
    largest = np.max(np.abs(a), axis=(-2, -1), keepdims=True)
    return np.where(largest == 0, 1, largest)
