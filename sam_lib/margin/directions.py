"""Max-margin directions: where gradient descent, and SAM in the limit, are bound for.

    l_p max margin:   argmax over ||b||_p <= 1 of min_i <b, z_i>,
    equivalently      argmin ||b||_p  such that  <b, z_i> >= 1 for all i,  up to a factor.

``p = 2`` is a least-distance problem, solved by non-negative least squares; ``p = 1`` is a linear
program. A solver's answer counts if it comes with a certificate (multipliers, checked here); where
there is none the problem is solved again without rounding, so that "not separable" and "tie" are
facts about the data. :func:`kkt_residual` looks only at the answer.
"""

import numpy as np
from scipy.optimize import linprog, nnls

from sam_lib import checks, special
from sam_lib.data import Dataset
from sam_lib.margin import rational

SURE, LIKELY = (
    1e-11,
    1e-8,
)  # violations of the KKT conditions by rounding; larger ones need a reason
UNRESOLVED = " with a unique direction that double precision resolves for so many points"


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
    b, violation = _l2_guess(Z)
    if violation > SURE and rational.affordable(data.Z):
        b = rational.shortest(data.Z)
        if b is None:
            raise _not_separable(data)
    elif violation > LIKELY:
        raise _not_separable(data, "" if violation == np.inf else UNRESOLVED)
    return b / np.linalg.norm(b)


def _l2_guess(Z):
    """A solution with margins >= 1, and how far it is from satisfying the KKT conditions."""
    n, d = Z.shape
    target = np.zeros(d + 1)
    target[d] = 1
    try:
        duals, rest = nnls(np.vstack([Z.T, np.ones(n)]), target, maxiter=100 * (n + d))
    except RuntimeError:  # too many iterations
        return None, 1.0
    if rest < 1e-10:
        return None, np.inf
    # on the active set the solution is the shortest b with <b, z_i> = 1: solve that again, exactly
    support = Z[duals > 0]
    b = np.linalg.lstsq(support, np.ones(len(support)))[0]
    weights = np.linalg.lstsq(support.T, b)[0]
    margins = Z @ b
    rounding = np.max(np.abs(Z) @ np.abs(b)) * (d + 1) * 2.0**-53
    loose = np.max(np.abs(margins[duals > 0] - 1))
    negative = max(0.0, -np.min(weights) / np.max(np.abs(weights)))
    missed = np.linalg.norm(support.T @ weights - b) / np.linalg.norm(b)
    return b, max(rounding, loose, negative, missed, 1 - np.min(margins))


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
    found = _l1_guess(Z)
    if found is None and rational.affordable(data.Z):
        found = rational.sparsest(data.Z)
    elif found is None:
        found = _l1_face(Z)
        if len(found) != 1:
            raise _not_separable(data, UNRESOLVED if found else "")
    if not found:
        raise _not_separable(data)
    found = [b / np.linalg.norm(b) for b in found]
    if len(found) > 1:
        raise ValueError(
            f"data must have a unique l1 max-margin direction; got a tie, {_words(found[0])} and "
            f"{_words(found[1])} and all between them have the same margin"
        )
    return found[0]


def _l1_guess(Z):
    """``[b]`` if a linear program finds a vertex with a certificate that it is the only solution.

    A vertex has as many tight margins as entries that are not 0. It is the only solution if the
    multipliers of these margins are > 0 and those of all entries that are 0 are below their limit.
    """
    n, d = Z.shape
    best = linprog(np.ones(2 * d), np.hstack([-Z, Z]), -np.ones(n), method="highs-ds")
    if best.status != 0:
        return None
    b, weights = best.x[:d] - best.x[d:], -best.ineqlin.marginals
    support = np.flatnonzero(np.abs(b) > 1e-9 * np.max(np.abs(b)))
    tight = np.flatnonzero(weights > 1e-9 * np.max(weights))
    core = Z[np.ix_(tight, support)]
    if len(tight) != len(support) or np.linalg.cond(core) * 2.0**-53 > SURE:
        return None
    signs, b = np.sign(b[support]), np.zeros(d)
    b[support] = np.linalg.solve(core, np.ones(len(tight)))
    weights = np.linalg.solve(core.T, signs)
    others = np.delete(weights @ Z[tight], support)
    rounding = np.max(np.abs(Z) @ np.abs(b)) * (d + 1) * 2.0**-53
    holds = np.all(np.sign(b[support]) == signs) and np.min(Z @ b) > 1 - SURE and rounding < SURE
    alone = (
        np.min(weights) > 1e-9 * np.max(weights) and np.max(np.abs(others), initial=0) < 1 - 1e-9
    )
    return [b] if holds and alone else None


def _l1_face(Z):
    """Solutions of a linear program too large for exact arithmetic: none, one, or two of many.

    The optimal face is a single point if a generic objective has one value on it.
    """
    n, d = Z.shape
    A, sizes = np.hstack([-Z, Z]), np.ones(2 * d)
    best = linprog(sizes, A, -np.ones(n), method="highs-ds")
    if best.status != 0:
        return []
    b = best.x[:d] - best.x[d:]
    generic = np.random.default_rng(0).uniform(1, 2, size=2 * d)
    face = {"A_ub": np.vstack([A, sizes]), "b_ub": np.append(-np.ones(n), best.fun)}
    for objective in (generic, -generic):
        other = linprog(objective, **face, bounds=(0, 2 * best.fun), method="highs-ds")
        rival = other.x[:d] - other.x[d:] if other.status == 0 else b
        if np.linalg.norm(rival - b) > 1e-6 * np.linalg.norm(b):
            return [b, rival]
    b[np.abs(b) < 1e-12 * np.max(np.abs(b))] = 0
    return [b]


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
    b = b / special.power_of_two(np.max(np.abs(b)))
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
    """The signed points with largest entry 1 to 2: directions stay, tolerances make sense."""
    if not isinstance(data, Dataset):
        checks.refuse("data", data, "a sam_lib.Dataset")
    size = np.max(np.abs(data.Z))
    if size == 0:
        raise _not_separable(data)
    return data.Z / special.power_of_two(size)


def _not_separable(data, reason=""):
    text = f"data must be separable by a hyperplane through the origin{reason}; got {data!r}"
    return ValueError(text)


def _words(v):
    return "(" + ", ".join(f"{x:.4g}" for x in v + 0.0) + ")"
