"""The Bernoulli formula of every norm against its ends, the network and small steps."""

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import exact

INF = np.inf
TIMES = np.array([0.0, 0.2, 0.7, 1.5])


def test_the_ends_are_the_known_formulas():
    alpha = np.array([[1.4, 0.3, 0.9], [0.4, 1.2, 0.0]])
    mu = [0.7, 1.6, 2.2]
    linf = exact.linf_flow(TIMES, mu, alpha, 0.8, 2)
    np.testing.assert_allclose(exact.lp_flow(TIMES, mu, alpha, 0.8, INF), linf, atol=1e-11)
    layers = np.repeat(alpha[:, None], 2, axis=1)
    l2 = exact.l2_flow(TIMES, mu, layers, 0.8)[:, :, 0]
    np.testing.assert_allclose(exact.lp_flow(TIMES, mu, alpha, 0.8, 2), l2, rtol=1e-10)


@pytest.mark.parametrize("gap", [1e-5, -1e-5])
def test_the_formula_is_continuous_at_two(gap):
    near = exact.lp_flow(TIMES, [1, 2], [0.8, 0.6], 0.7, 2 + gap)
    np.testing.assert_allclose(near, exact.lp_flow(TIMES, [1, 2], [0.8, 0.6], 0.7, 2), rtol=1e-4)


@pytest.mark.parametrize("p", [1.3, 2.2, 3.0])
def test_error_of_steps_is_first_order_also_through_a_death(p):
    start, mu = [1.5, 0.1], [1.0, 2.0]
    expected = exact.lp_flow([0, 1], mu, start, 1.0, p)[-1]
    assert (expected[1] == 0) == (p == 3.0)
    errors = []
    for steps in (500, 1000, 2000):
        run = sam.descend(
            sam.balanced(start, 2),
            sam.single_example(mu),
            sam.SAM(1.0, p),
            1 / steps,
            steps,
            [0, steps],
            clock="normalized",
        )
        errors.append(np.abs(run.theta[-1, 0] - expected)[0])
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.05)
    assert errors[2] == pytest.approx(errors[1] / 2, rel=0.05)


def test_scale_free_and_collapse():
    small = exact.lp_flow(TIMES, [1, 2], [0.9, 0.5], 0.6, 2.7)
    large = exact.lp_flow(TIMES, [1, 2], [0.9e200, 0.5e200], 0.6e200, 2.7)
    np.testing.assert_allclose(large, small * 1e200, rtol=1e-9)
    for p in (1.4, 2, 4):
        assert (exact.lp_flow([0, 5], [1, 2], 0.2, 1.0, p)[-1] == 0).all()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"p": 1.0}, "p"),
        ({"p": np.nan}, "p"),
        ({"alpha": [-1.0, 1.0]}, "alpha"),
        ({"rho": -1.0}, "rho"),
        ({"rtol": 0.0}, "rtol"),
    ],
)
def test_bad_input_is_named(arguments, named):
    good = {"times": TIMES, "mu": [1, 2], "alpha": [1.0, 1.0], "rho": 1.0, "p": 3.0}
    with pytest.raises(ValueError, match=f"^{named}"):
        exact.lp_flow(**(good | arguments))
