"""Max-margin directions: certificates, an independent solver, and the limits of the methods."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sam_lib as sam

INF = np.inf


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def brute_l2(data):
    """Try every possible set of support vectors; the shortest feasible candidate wins."""
    best = None
    for size in range(1, min(data.n, data.d) + 1):
        for chosen in combinations(range(data.n), size):
            b = np.linalg.pinv(data.Z[list(chosen)]) @ np.ones(size)
            if np.min(data.Z @ b) > 1 - 1e-9 and (best is None or b @ b < best @ best):
                best = b
    return best / np.linalg.norm(best)


def brute_l1(data):
    """Try every vertex: as many active examples as coordinates that are not zero."""
    best = None
    for size in range(1, min(data.n, data.d) + 1):
        for rows in combinations(range(data.n), size):
            for columns in combinations(range(data.d), size):
                part = data.Z[np.ix_(rows, columns)]
                if abs(np.linalg.det(part)) < 1e-12:
                    continue
                b = np.zeros(data.d)
                b[list(columns)] = np.linalg.solve(part, np.ones(size))
                if np.min(data.Z @ b) > 1 - 1e-9:
                    if best is None or np.abs(b).sum() < np.abs(best).sum():
                        best = b
    return best / np.linalg.norm(best)


@pytest.mark.parametrize("seed", range(25))
def test_against_enumeration(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    data = sam.random_separable(n, d, seed=seed)
    np.testing.assert_allclose(sam.l2_max_margin(data), brute_l2(data), atol=1e-10)
    np.testing.assert_allclose(sam.l1_max_margin(data), brute_l1(data), atol=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_certificates(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 60)), int(rng.integers(2, 20))
    data = sam.random_separable(n, d, seed=seed, margin=0.01)
    for p, b in ((2, sam.l2_max_margin(data)), (1, sam.l1_max_margin(data))):
        assert np.linalg.norm(b) == pytest.approx(1, abs=1e-14)
        assert sam.kkt_residual(b, data, p) < 1e-10
        off = b + 1e-3 * rng.normal(size=d)
        assert sam.kkt_residual(off, data, p) > 1e-6
        assert sam.kkt_residual(7 * b, data, p) < 1e-10
    assert sam.kkt_residual(-b, data, 2) == INF


@given(st.integers(0, 10**6), st.floats(1e-6, 1e6))
def test_invariances(seed, c):
    data = sam.random_separable(6, 4, seed=seed)
    order, twice = np.arange(4)[::-1], np.tile(np.arange(6), 2)
    for solve in (sam.l2_max_margin, sam.l1_max_margin):
        b = solve(data)
        scaled = sam.Dataset(c * data.X, data.y)
        np.testing.assert_allclose(solve(scaled), b, atol=1e-8)
        np.testing.assert_allclose(solve(sam.Dataset(data.X[twice], data.y[twice])), b, atol=1e-8)
        np.testing.assert_allclose(
            solve(sam.Dataset(data.X[:, order], data.y)), b[order], atol=1e-8
        )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", [sam.SAM(0.5), sam.SAM(0.5, INF)], ids=repr)
def test_depth_one_goes_to_the_l2_max_margin(method, seed):
    """Thm 3.1 and 4.1, in the normalized clock: six digits of the cosine."""
    data = sam.random_separable(8, 4, seed=seed)
    start = np.random.default_rng(seed).normal(size=(1, 4))
    run = sam.descend(start, data, method, 1.0, 100_000, [100_000], clock="normalized")
    assert run.status is sam.Status.COMPLETED
    assert 1 - cosine(run.beta[-1], sam.l2_max_margin(data)) < 1e-6


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", [sam.GD(), sam.SAM(0.1)], ids=repr)
def test_depth_two_goes_to_the_l1_max_margin(method, seed):
    """Thm 4.2, in the normalized clock, at margins far beyond 1e6."""
    data = sam.random_separable(8, 4, seed=seed)
    start = np.stack([np.ones(4), np.linspace(-0.5, 0.5, 4)])
    run = sam.descend(start, data, method, 1e-3, 250_000, [250_000], clock="normalized")
    assert run.status is sam.Status.COMPLETED
    assert np.min(sam.margins(run.theta[-1], data)) > 1e6
    direction = sam.l1_max_margin(data)
    assert 1 - cosine(run.beta[-1], direction) < 1e-6
    assert 1 - cosine(direction, sam.l2_max_margin(data)) > 1e-4  # not the other limit


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[1, 2], [1, 2]], [1, -1]),
        ([[1, 0], [-1, 0]], [1, 1]),
        ([[0, 0]], [1]),
        ([[1, 1], [0, 0]], [1, 1]),
        ([[1, 0], [-1, 1], [-1, -1]], [1, 1, 1]),
    ],
)
@pytest.mark.parametrize("solve", [sam.l1_max_margin, sam.l2_max_margin])
def test_not_separable(solve, X, y):
    with pytest.raises(ValueError, match=r"^data must be separable"):
        solve(sam.Dataset(X, y))


def test_ties_are_named():
    with pytest.raises(ValueError, match=r"unique.*\((1, 0|0, 1)\) and \((1, 0|0, 1)\)"):
        sam.l1_max_margin(sam.single_example([1, 1]))
    np.testing.assert_allclose(sam.l2_max_margin(sam.single_example([1, 1])), [0.5**0.5] * 2)


def test_bad_arguments():
    data = sam.single_example([1, 2])
    for make in (
        lambda: sam.l2_max_margin([[1, 2]]),
        lambda: sam.l1_max_margin(None),
        lambda: sam.kkt_residual([1, 2], None),
    ):
        with pytest.raises(ValueError, match=r"^data must be a sam_lib\.Dataset; got "):
            make()
    with pytest.raises(ValueError, match=r"^p must be one of 1, 2; got 3"):
        sam.kkt_residual([1, 2], data, 3)
    with pytest.raises(ValueError, match=r"^beta must be .*; got "):
        sam.kkt_residual([1, 2, 3], data)


def exact_ratio(b, data, p):
    """The margin over the norm, squared if ``p = 2``, without rounding; its sign kept."""
    b = [Fraction(x) for x in b.tolist()]
    rows = [[Fraction(x) for x in z] for z in data.Z.tolist()]
    lowest = min(sum(x * y for x, y in zip(z, b, strict=True)) for z in rows)
    if p == 1:
        return lowest / sum(map(abs, b))
    return lowest * abs(lowest) / sum(x * x for x in b)


def wild(rng, n, d):
    """Points in the widest range of scales: of all, of rows, of columns, of entries; thin ones."""
    Z = rng.normal(size=(n, d))
    kind = rng.integers(6)
    if kind == 1:
        Z = Z * 10.0 ** rng.integers(-200, 200)
    elif kind == 2:
        Z = Z * 10.0 ** rng.integers(-100, 100, size=(n, 1))
    elif kind == 3:
        Z = Z * 10.0 ** rng.integers(-100, 100, size=d)
    elif kind == 4:
        Z = Z * 10.0 ** rng.integers(-9, 9, size=(n, d))
    elif kind == 5:
        Z = np.vander(rng.uniform(-1, 1, size=n), d)
    return Z


@pytest.mark.parametrize(("p", "solve"), [(1, sam.l1_max_margin), (2, sam.l2_max_margin)])
def test_separable_data_of_any_scale_are_solved(p, solve):
    """Whatever separates them is a lower bound; the answer reaches it, in exact arithmetic."""
    for seed in range(150):
        rng = np.random.default_rng([seed, p])
        n, d = int(rng.integers(1, 7)), int(rng.integers(1, 5))
        Z = wild(rng, n, d)
        teacher = rng.normal(size=d)
        rows = [[Fraction(x) for x in z] for z in Z.tolist()]
        sides = [
            sum(x * Fraction(w) for x, w in zip(z, teacher.tolist(), strict=True)) for z in rows
        ]
        data = sam.Dataset(Z, [1 if side > 0 else -1 for side in sides])
        if 0 in sides:
            continue
        b = solve(data)
        assert np.linalg.norm(b) == pytest.approx(1, abs=1e-12)
        if np.ptp(np.frexp(Z)[1]) < 40:  # beyond, rounding the answer to doubles costs the margin
            reached, bound = exact_ratio(b, data, p), exact_ratio(teacher, data, p)
            assert reached > 0 and reached >= bound * (1 - Fraction(1, 10**9)), (seed, Z)


@pytest.mark.parametrize("solve", [sam.l1_max_margin, sam.l2_max_margin])
def test_data_with_zero_in_their_convex_hull_are_refused_at_any_scale(solve):
    for seed in range(100):
        rng = np.random.default_rng(seed)
        n, d = int(rng.integers(2, 7)), int(rng.integers(1, 5))
        Z = rng.integers(-9, 10, size=(n, d)).astype(float)
        Z[-1] = -Z[:-1].sum(axis=0)
        Z = np.ldexp(
            Z, rng.integers(-300, 300, size=(n, 1)) if seed % 2 else rng.integers(-300, 300)
        )
        with pytest.raises(ValueError, match=r"^data must be separable"):
            solve(sam.Dataset(Z, np.ones(n)))


def test_a_tolerance_is_no_property_of_the_data():
    """What linear programs and least squares with tolerances say about these data is wrong."""
    for Z, expected in (
        ([[1e10, 0], [0, 1]], [1e-10, 1]),
        ([[1, 1e-10], [-1, 1e-10]], [0, 1]),
        ([[1e200, 1e-200], [-1e200, 1]], [5e-201, 1]),
    ):
        for solve in (sam.l1_max_margin, sam.l2_max_margin):
            np.testing.assert_allclose(solve(sam.Dataset(Z, [1, 1])), expected, rtol=1e-12)
    data = sam.random_separable(100, 2000, seed=0, margin=0.05)
    b = sam.l1_max_margin(data)
    assert sam.kkt_residual(b, data, 1) < 1e-10


def test_ties_are_exact():
    """Two columns that agree tie, and do not if one is larger by the last digit."""
    for last in (1.0, np.nextafter(1, 2)):
        data = sam.Dataset([[1, last, 0.5], [1, last, 0.25]], [1, 1])
        if last == 1:
            with pytest.raises(ValueError, match="unique"):
                sam.l1_max_margin(data)
        else:
            np.testing.assert_array_equal(sam.l1_max_margin(data), [0, 1, 0])
