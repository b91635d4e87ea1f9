"""The ascent step: a maximizer on the l_p ball, at every margin, for every start by itself."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sam_lib as sam

ORDERS = [1, 1.01, 1.5, 2, 3, 50, 1e6, np.inf]
orders = st.sampled_from(ORDERS) | st.floats(1, 20)


@st.composite
def problems(draw):
    """A data set and a network of any depth, signs and zeros included."""
    numbers = st.floats(-3, 3, allow_subnormal=False)
    n, d, depth = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    X = draw(arrays(float, (n, d), elements=numbers))
    y = draw(arrays(float, n, elements=st.sampled_from([-1.0, 1.0])))
    return sam.Dataset(X, y), draw(arrays(float, (depth, d), elements=numbers))


def size(eps, p):
    """The p-norm over layers and coordinates, without overflow."""
    top = np.abs(eps).max(axis=(-2, -1))
    if p == np.inf:
        return top
    parts = np.abs(eps) / np.where(top == 0, 1, top)[..., None, None]
    return top * np.sum(parts**p, axis=(-2, -1)) ** (1 / p)


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("margin", [1, 30, 400, 1e4, 1e6])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_length_is_rho_at_every_margin(margin, p, depth):
    data = sam.random_separable(6, 4, seed=1)
    beta = sam.l2_max_margin(data) / np.min(data.Z @ sam.l2_max_margin(data)) * margin
    root = np.abs(beta) ** (1 / depth)
    theta = sam.balanced(root, depth)
    theta[0] *= np.sign(beta)
    assert np.min(sam.margins(theta, data)) == pytest.approx(margin)
    eps = sam.perturbation(theta, data, sam.SAM(0.7, p))
    assert abs(size(eps, p) - 0.7) < 1e-12


@pytest.mark.parametrize("margin", [1, 30, 400, 1e4, 1e6])
def test_direction_agrees_with_fifty_digits(margin):
    data = sam.random_separable(5, 3, seed=2)
    rng = np.random.default_rng(3)
    theta = rng.uniform(0.5, 1.5, (2, 3))
    theta *= np.sqrt(margin / np.abs(sam.margins(theta, data)).max())
    eps = sam.perturbation(theta, data, sam.SAM(1.0))
    with mpmath.workdps(50):
        W = [[mpmath.mpf(x) for x in row] for row in theta.tolist()]
        Z = [[mpmath.mpf(x) for x in row] for row in data.Z.tolist()]
        beta = [a * b for a, b in zip(*W, strict=True)]
        slopes = [1 / (1 + mpmath.exp(mpmath.fdot(beta, z))) for z in Z]
        g = [-mpmath.fdot(slopes, column) for column in zip(*Z, strict=True)]
        full = [[g[j] * W[1 - l][j] for j in range(3)] for l in range(2)]
        norm = mpmath.sqrt(mpmath.fsum(x * x for row in full for x in row))
        exact = np.array([[float(x / norm) for x in row] for row in full])
    np.testing.assert_allclose(eps, exact, atol=1e-15 * max(margin, 10))


@given(problems(), orders)
@settings(max_examples=150)
def test_it_is_the_maximizer(problem, p):
    """Hoelder: <eps, g> = rho ||g||_q, with 1/p + 1/q = 1, and ||eps||_p = rho."""
    data, theta = problem
    g = sam.gradient(theta, data)
    assume(np.abs(g).max() > 1e-8)
    eps = sam.perturbation(theta, data, sam.SAM(0.5, p))
    assert abs(size(eps, p) - 0.5) < 1e-12
    q = np.inf if p == 1 else 1 if p == np.inf else p / (p - 1)
    assert np.sum(eps * g) == pytest.approx(0.5 * size(g, q), rel=1e-9)
    rng = np.random.default_rng(0)
    for _ in range(5):
        other = rng.normal(size=theta.shape)
        assert np.sum(other / size(other, p) * g) <= 2 * np.sum(eps * g) * (1 + 1e-9)


@given(problems(), orders, st.floats(0.01, 100))
@settings(max_examples=100)
def test_equivariance(problem, p, c):
    """Scaling theta and rho, copying examples, permuting coordinates."""
    data, theta = problem
    g = np.abs(sam.gradient(theta, data))
    assume(g.max() > 1e-8)
    if p == 1:  # away from near ties, which rounding may break
        top = g.max()
        assume(np.all((g > top * (1 - 1e-14)) | (g < top * (1 - 1e-9))))
    if p == np.inf or p > 10:  # and where no sign hangs on the last digit
        assume(np.all((g == 0) | (g > 1e-9)))
    eps = sam.perturbation(theta, data, sam.SAM(0.5, p))
    np.testing.assert_allclose(
        sam.perturbation(theta, data, sam.SAM(0.5 * c, p)), c * eps, rtol=1e-9, atol=1e-12 * c
    )
    twice = sam.Dataset(np.vstack([data.X] * 2), np.tile(data.y, 2))
    tolerance = {"rtol": 1e-6, "atol": 1e-8}
    if p <= 10:
        np.testing.assert_allclose(
            sam.perturbation(theta, twice, sam.SAM(0.5, p)), eps, **tolerance
        )
    order = np.arange(data.d)[::-1]
    mirrored = sam.Dataset(data.X[:, order], data.y)
    np.testing.assert_allclose(
        sam.perturbation(theta[:, order], mirrored, sam.SAM(0.5, p)), eps[:, order], **tolerance
    )


@pytest.mark.parametrize("p", ORDERS)
def test_every_start_has_a_norm_of_its_own(p):
    data = sam.random_separable(4, 3)
    theta = (
        np.random.default_rng(1).normal(size=(5, 6, 2, 3))
        * np.geomspace(1e-6, 1e2, 6)[:, None, None]
    )
    eps = sam.perturbation(theta, data, sam.SAM(0.3, p))
    np.testing.assert_allclose(size(eps, p), 0.3, rtol=1e-12)
    for i in np.ndindex(5, 6):
        alone = sam.perturbation(theta[i], data, sam.SAM(0.3, p))
        np.testing.assert_allclose(eps[i], alone, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e-100, 1, 1e70])
@pytest.mark.parametrize("p", [1, 1.5, 2, 3, np.inf])
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_tiny_and_huge_parameters(scale, p, depth):
    data = sam.single_example([1.0, 2.0])
    w = np.array([1.0, 3.0])
    eps = sam.perturbation(sam.balanced(w * scale, depth), data, sam.SAM(1.0, p))
    expected = sam.perturbation(sam.balanced(w, depth), data, sam.SAM(1.0, p))
    np.testing.assert_allclose(eps, expected, rtol=1e-12)


def test_ties_of_p_one_are_shared():
    data = sam.single_example([1.0, 2.0])
    eps = sam.perturbation(sam.balanced([1.0, 1.0], 5), data, sam.SAM(1.0, p=1))
    np.testing.assert_allclose(eps, np.tile([0, -0.2], (5, 1)), rtol=1e-15)
    limit = sam.perturbation(sam.balanced([1.0, 1.0], 5), data, sam.SAM(1.0, p=1.001))
    np.testing.assert_allclose(eps, limit, atol=1e-3)


@pytest.mark.parametrize("p", ORDERS)
def test_zero_gradient_gives_zero(p):
    data = sam.single_example([1, 2])
    for theta in (np.zeros((2, 2)), np.zeros((3, 2)), [[0, 0], [0, 0], [5, 5]]):
        assert np.all(sam.perturbation(theta, data, sam.SAM(1.0, p)) == 0)
    opposite = sam.Dataset([[1.0, 1.0], [1.0, 1.0]], [1, -1])
    assert np.all(sam.perturbation(np.zeros((1, 2)), opposite, sam.SAM(1.0, p)) == 0)


def test_variants():
    data = sam.random_separable(4, 3, seed=5)
    theta = np.random.default_rng(6).normal(size=(7, 2, 3))
    raw = sam.perturbation(theta, data, sam.SAM(0.3, normalized=False))
    np.testing.assert_allclose(raw, 0.3 * sam.gradient(theta, data), rtol=1e-13)
    each = sam.perturbation(theta, data, sam.SAM(0.3, 3, per_example=True))
    raw_each = sam.perturbation(theta, data, sam.SAM(0.3, normalized=False, per_example=True))
    assert each.shape == raw_each.shape == (7, 4, 2, 3)
    for i in range(4):
        one = sam.Dataset(data.X[i : i + 1], data.y[i : i + 1])
        np.testing.assert_allclose(
            each[:, i], sam.perturbation(theta, one, sam.SAM(0.3, 3)), rtol=1e-12
        )
        np.testing.assert_allclose(raw_each[:, i], 0.3 * sam.gradient(theta, one), rtol=1e-12)
    assert np.all(sam.perturbation(theta, data, sam.GD()) == 0)
    assert sam.perturbation(theta, data, sam.SAM(0.0, per_example=True)).shape == (7, 4, 2, 3)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"rho": -0.1}, "rho"),
        ({"rho": np.nan}, "rho"),
        ({"rho": np.inf}, "rho"),
        ({"rho": "1"}, "rho"),
        ({"rho": None}, "rho"),
        ({"rho": [1, 2]}, "rho"),
        ({"rho": 1, "p": 0.5}, "p"),
        ({"rho": 1, "p": 0}, "p"),
        ({"rho": 1, "p": -np.inf}, "p"),
        ({"rho": 1, "p": np.nan}, "p"),
        ({"rho": 1, "p": "inf"}, "p"),
        ({"rho": 1, "normalized": "no"}, "normalized"),
        ({"rho": 1, "per_example": None}, "per_example"),
    ],
)
def test_bad_arguments_are_named(arguments, name):
    with pytest.raises(ValueError, match=rf"^{name} must be .*; got "):
        sam.SAM(**arguments)
