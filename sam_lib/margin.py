"""Max-margin directions: where gradient descent, and SAM in the limit, are bound for.

    l_p max margin:   argmax over ||b||_p <= 1 of min_i <b, z_i>,
    equivalently      argmin ||b||_p  such that  <b, z_i> >= 1 for all i,  up to a factor.

``p = 2`` is a least-distance problem, solved by non-negative least squares; ``p = 1`` is a linear
program. Whatever the route, :func:`kkt_residual` is the certificate: it looks only at the answer.
"""

import numpy as np
from scipy.optimize import linprog, nnls

from sam_lib import checks
from sam_lib.data import Dataset


@checks.arithmetic
def l2_max_margin(data):
    """The ``l2`` max-margin direction (hard-margin support vector machine without bias).

    Parameters
    ----------
    data : Dataset
        Separable.

    Returns
    -------
    array (d,)
        Of Euclidean length 1. It is always unique.

    Raises
    ------
    ValueError
        The data are not separable.

    References
    ----------
    Lawson and Hanson (1974), chapter 23, for the least-distance form.

    Examples
    --------
    >>> import sam_lib as sam
    >>> l2_max_margin(sam.Dataset([[1, 0], [0, -1]], [1, -1])).round(6)
    array([0.707107, 0.707107])
    """
    Z = _scaled(data)
    n, d = Z.shape
    target = np.zeros(d + 1)
    target[d] = 1
    duals, rest = nnls(np.vstack([Z.T, np.ones(n)]), target, maxiter=100 * (n + d))
    if rest < 1e-10:
        raise _not_separable(data)
    active = duals > 0
    # on the active set the solution is the shortest b with <b, z_i> = 1: solve that again, exactly
    b = np.linalg.lstsq(Z[active], np.ones(active.sum()))[0]
    b /= np.linalg.norm(b)
    if not np.min(Z @ b) > 0:
        raise _not_separable(data)
    return b


@checks.arithmetic
def l1_max_margin(data):
    """The ``l1`` max-margin direction: sparse, the limit of depth-2 gradient descent.

    Parameters
    ----------
    data : Dataset
        Separable.

    Returns
    -------
    array (d,)
        Of *Euclidean* length 1, so that it can be compared with the other directions.

    Raises
    ------
    ValueError
        The data are not separable, or the direction is not unique; the message then names two
        solutions.

    References
    ----------
    Gunasekar et al. (2018).

    Examples
    --------
    >>> import sam_lib as sam
    >>> l1_max_margin(sam.single_example([1, 2]))
    array([0., 1.])
    """
    Z = _scaled(data)
    n, d = Z.shape
    A, sizes = np.hstack([-Z, Z]), np.ones(2 * d)
    best = linprog(sizes, A, -np.ones(n), method="highs-ds")
    if best.status != 0:
        raise _not_separable(data)
    b = best.x[:d] - best.x[d:]
    # the optimal face is a single point if a generic objective has one value on it
    generic = np.random.default_rng(0).uniform(1, 2, size=2 * d)
    face = {"A_ub": np.vstack([A, sizes]), "b_ub": np.append(-np.ones(n), best.fun)}
    for objective in (generic, -generic):
        other = linprog(objective, **face, bounds=(0, 2 * best.fun), method="highs-ds")
        if other.status == 0:
            rival = other.x[:d] - other.x[d:]
            if np.linalg.norm(rival - b) > 1e-6 * np.linalg.norm(b):
                names = " and ".join(_words(v / np.linalg.norm(v)) for v in (b, rival))
                raise ValueError(
                    f"data must have a unique l1 max-margin direction; got a tie, {names} and all "
                    "between them have the same margin"
                )
    b /= np.linalg.norm(b)
    b[np.abs(b) < 1e-12] = 0
    if not np.min(Z @ b) > 0:
        raise _not_separable(data)
    return b


@checks.arithmetic
def kkt_residual(beta, data, p=2):
    """How far a direction is from satisfying the optimality (KKT) conditions of the max margin.

    Scale ``beta`` to a smallest margin of 1. It is a max-margin direction exactly if there are
    multipliers ``lam_i >= 0`` with

        sum_i lam_i z_i  a subgradient of ||b||_2^2 / 2 or ||b||_1  at beta,
        lam_i = 0  unless  <beta, z_i> = 1.

    The residual is the violation of these conditions, relative to ``||beta||``, under the best
    multipliers.

    Parameters
    ----------
    beta : array (d,)
        Any direction; its length does not matter.
    data : Dataset
    p : int
        1 or 2.

    Returns
    -------
    float
        0 at the solution, about the distance to it nearby; ``inf`` if ``beta`` does not separate
        the data.

    Raises
    ------
    ValueError
        ``beta`` does not fit the data, or another ``p``.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data = sam.random_separable(8, 4)
    >>> kkt_residual(sam.l2_max_margin(data), data) < 1e-12
    True
    >>> kkt_residual(sam.l1_max_margin(data), data) > 1e-3
    True
    """
    Z = _scaled(data)
    b = checks.array("beta", beta, "(d,)")
    if len(b) != data.d:
        checks.refuse("beta", beta, f"an array of shape (d,) = ({data.d},), as the data")
    checks.one_of("p", p, (1, 2))
    lowest = np.min(Z @ b)
    if not lowest > 0:
        return np.inf
    b = b / lowest
    slack = Z @ b - 1
    if p == 2:
        size = np.linalg.norm(b)
        A = np.vstack([Z.T, slack / size])
        return float(nnls(A, np.append(b, 0), maxiter=100 * (len(Z) + len(b)))[1] / size)
    # smallest t with |Z' lam|_j <= 1 + t, <Z' lam, b> >= (1 - t) ||b||, <lam, slack> <= t ||b||
    size = np.abs(b).sum()
    edge = -np.ones((len(b), 1))
    A = np.block(
        [[Z.T, edge], [-Z.T, edge], [-(Z @ b) / size, np.array(-1.0)], [slack / size, -1.0]]
    )
    limits = np.concatenate([np.ones(2 * len(b)), [-1, 0]])
    objective = np.append(np.zeros(len(Z)), 1)
    return float(max(0, linprog(objective, A, limits, method="highs-ds").fun))


def _scaled(data):
    """The signed points with largest entry 1: directions do not change, tolerances make sense."""
    if not isinstance(data, Dataset):
        checks.refuse("data", data, "a sam_lib.Dataset")
    size = np.max(np.abs(data.Z))
    if size == 0:
        raise _not_separable(data)
    return data.Z / size


def _not_separable(data):
    return ValueError(f"data must be separable by a hyperplane through the origin; got {data!r}")


def _words(v):
    return "(" + ", ".join(f"{x:.4g}" for x in v + 0.0) + ")"
