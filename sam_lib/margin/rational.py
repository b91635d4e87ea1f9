"""The max margins in exact arithmetic: what a solver with a tolerance cannot decide.

Doubles are rational numbers, so small problems can be solved without any rounding: the ``l2``
margin as the point of smallest norm in the convex hull of the ``z_i`` (Wolfe 1976), the ``l1``
margin by the dual simplex method with Bland's rule. Both end, and what they say is a theorem about
the data as given: separable or not, unique or not.
"""

from fractions import Fraction

import numpy as np

MOST_WORK = 30_000_000  # products of rational numbers, about


def affordable(Z):
    """Whether the exact methods end soon for data of this shape and spread."""
    n, d = Z.shape
    spread = np.ptp(np.frexp(Z[Z != 0])[1]) / 64 + 1
    return (n + d) * min(n, d) * n * (2 * d + n) * spread <= MOST_WORK


def shortest(Z):
    """The point of smallest norm in the convex hull of the rows, as floats; None if it is 0."""
    points = _rational(Z)
    squares = [_dot(z, z) for z in points]
    chosen, weights = [min(range(len(points)), key=squares.__getitem__)], [Fraction(1)]
    x = points[chosen[0]]
    while True:
        heights = [_dot(x, z) for z in points]
        lowest = min(range(len(points)), key=heights.__getitem__)
        if heights[lowest] >= _dot(x, x):
            return _floats(x) if any(x) else None
        chosen, weights = [*chosen, lowest], [*weights, Fraction(0)]
        while True:
            target = _level([points[i] for i in chosen])
            if min(target) > 0:
                weights = target
                break
            part = min(w / (w - v) for w, v in zip(weights, target, strict=True) if v <= 0)
            weights = [w + part * (v - w) for w, v in zip(weights, target, strict=True)]
            kept = [k for k, w in enumerate(weights) if w > 0]
            chosen, weights = [chosen[k] for k in kept], [weights[k] for k in kept]
        x = [_dot(weights, column) for column in zip(*(points[i] for i in chosen), strict=True)]


def _level(points):
    """Weights of sum 1 of the point of their affine hull that is nearest to 0."""
    k = len(points)
    rows = [[_dot(p, q) for q in points] + [Fraction(1), Fraction(0)] for p in points]
    rows.append([Fraction(1)] * k + [Fraction(0), Fraction(1)])
    for i in range(k + 1):
        pivot = next(r for r in range(i, k + 1) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        _eliminate(rows, i, i)
    return [row[-1] for row in rows[:k]]


def sparsest(Z):
    """The vectors of smallest ``l1`` norm with margins >= 1: one, or two if it is not unique.

    The list is empty if there is none: the rows are not separable.
    """
    points, (n, d) = _rational(Z), Z.shape
    columns = 2 * d + n  # b+, b-, and the slacks, which are the first basis; right side last
    rows = [
        [*(-x for x in z), *z, *(Fraction(int(k == i)) for k in range(n)), Fraction(-1)]
        for i, z in enumerate(points)
    ]
    rows.append([Fraction(1)] * (2 * d) + [Fraction(0)] * (n + 1))
    basis = list(range(2 * d, columns))
    while negative := [i for i in range(n) if rows[i][-1] < 0]:
        i = min(negative, key=basis.__getitem__)
        enter = [j for j in range(columns) if rows[i][j] < 0]
        if not enter:
            return []
        j = min(enter, key=lambda j: (rows[-1][j] / -rows[i][j], j))
        basis[i] = j
        _eliminate(rows, i, j)
    best = _vector(rows, basis, d)
    # along the optimal face only columns of reduced cost 0 move: does one of them move at all?
    free = [j for j in range(columns) if rows[-1][j] == 0 and j not in basis]
    rows[-1] = [Fraction(-int(j in free)) for j in range(columns + 1)]
    allowed = {*free, *basis}
    while enter := [j for j in sorted(allowed) if rows[-1][j] < 0]:
        j = enter[0]
        limits = [(rows[i][-1] / rows[i][j], basis[i], i) for i in range(n) if rows[i][j] > 0]
        length, _, i = min(limits)
        basis[i] = j
        _eliminate(rows, i, j)
        if length > 0:
            return [best, _vector(rows, basis, d)]
    return [best]


def _vector(rows, basis, d):
    b = [Fraction(0)] * d
    for row, j in zip(rows, basis, strict=False):
        if j < 2 * d:
            b[j % d] += row[-1] if j < d else -row[-1]
    return _floats(b)


def _eliminate(rows, i, j):
    """Make column ``j`` the ``i``-th unit vector."""
    pivot = rows[i][j]
    rows[i] = own = [x / pivot for x in rows[i]]
    for k, row in enumerate(rows):
        if k != i and (factor := row[j]):
            rows[k] = [x - factor * y if y else x for x, y in zip(row, own, strict=True)]


def _dot(x, y):
    return sum((a * b for a, b in zip(x, y, strict=True) if a and b), Fraction(0))


def _rational(Z):
    return [[Fraction(x) for x in row] for row in Z.tolist()]


def _floats(vector):
    """A vector in units of its largest entry, so that nothing overflows."""
    top = max(map(abs, vector))
    return np.array([float(x / top) if top else 0.0 for x in vector])
