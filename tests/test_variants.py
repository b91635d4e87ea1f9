"""Flows of the variants against steps, hostile input, and the browser's side."""

import json
import subprocess

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from sam_lib import closed_form, variants
from sam_lib.live.bundle import JS, bundle

MU = np.array([1.0, 1.2, 1.5, 6.0])


def test_the_relu_flow_is_what_small_steps_of_the_network_do():
    alpha = np.full(4, 0.4)
    errors = []
    for eta in (2e-3, 1e-3):
        last = variants.relu_steps([alpha, alpha], MU, 1.0, eta, round(1 / eta))[-1, 0]
        errors.append(
            np.abs(np.log(last) - variants.flow([0, 1], MU, alpha, 1.0, "relu")[-1]).max()
        )
    assert errors[1] < 5e-3
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.3)  # first order


def test_the_gradient_norm_never_falls_with_a_relu():
    log_w = variants.flow(np.linspace(0, 5, 100), MU, np.full(4, 0.3), 1.0, "relu")
    assert np.all(np.diff(np.linalg.norm(MU * np.exp(log_w), axis=1)) >= 0)


def test_the_adaptive_flow_is_what_small_steps_do():
    mu, w = np.array([1.0, 1.3, 1.8]), np.array([0.5, 0.2, 0.3])
    last = variants.adaptive_steps([w, w], mu, 1.0, 1e-4, 20000)
    expected = np.exp(variants.flow([0, 2], mu, w, 1.0, "adaptive")[-1])
    np.testing.assert_allclose(last, [expected / expected.max()] * 2, rtol=2e-3)


def test_one_adaptive_step_is_the_one_of_the_definition():
    mu, eta, rho = np.array([1.0, 2.0]), 0.1, 0.5
    theta = np.array([[0.5, -0.2], [0.3, 0.4]])
    g = -mu * theta[::-1]  # of the loss, over |l'|
    perturbed = theta + rho * theta**2 * g / np.linalg.norm(theta * g)
    after = theta + eta * mu * perturbed[::-1]
    step = variants.adaptive_steps(theta, mu, rho, eta, 1)
    np.testing.assert_allclose(step, after / np.abs(after).max(), rtol=1e-14)
    np.testing.assert_allclose(
        variants.adaptive_steps(7 * theta, mu, rho, eta, 1), step, rtol=1e-14
    )
    batch = variants.adaptive_steps([theta, 7 * theta], [mu, 2 * mu], [rho, rho], eta / 2, 1)
    np.testing.assert_allclose(batch[1], step, rtol=1e-14)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"theta": np.ones((2, 3))}, "theta"),
        ({"mu": [1.0, -1.0]}, "mu"),
        ({"rho": -1.0}, "rho"),
        ({"rho": np.nan}, "rho"),
        ({"step_size": 0.0}, "step_size"),
        ({"steps": 1.5}, "steps"),
    ],
)
def test_bad_arguments_of_adaptive_steps_are_named(change, named):
    good = {"theta": np.ones((2, 2)), "mu": [1.0, 2.0], "rho": 1.0, "step_size": 0.1, "steps": 3}
    with pytest.raises(ValueError, match=named):
        variants.adaptive_steps(**{**good, **change})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.2, 5.0), min_size=1, max_size=5), st.floats(0.05, 5.0))
def test_shares_are_a_unit_vector_of_equal_rates(mu, rho):
    mu = np.array(mu)
    shares, level = variants.adaptive_shares(mu, rho)
    assert np.linalg.norm(shares) == pytest.approx(1, abs=1e-10)
    rates = closed_form.adaptive_growth_rate(mu, shares, rho)
    np.testing.assert_allclose(rates[shares > 0], level, rtol=1e-10, atol=1e-10)
    assert np.sign(level) == np.sign(np.sqrt(2 * mu.size) - rho) or abs(level) < 1e-10
    assert np.all(mu[shares == 0] <= level * (1 + 1e-10))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"times": [1.0, 0.0]}, "times"),
        ({"times": [np.nan]}, "times"),
        ({"mu": [1.0, 0.0, 1.0, 1.0]}, "mu"),
        ({"alpha": [1.0, -1.0, 1.0, 1.0]}, "alpha"),
        ({"alpha": [1.0]}, "alpha"),
        ({"rho": 0.0}, "rho"),
        ({"rho": np.inf}, "rho"),
        ({"kind": "gsam"}, "kind"),
    ],
)
def test_bad_arguments_are_named(change, named):
    good = {"times": [0.0, 1.0], "mu": MU, "alpha": np.ones(4), "rho": 1.0, "kind": "relu"}
    with pytest.raises(ValueError, match=named):
        variants.flow(**{**good, **change})


@pytest.mark.parametrize("rho", [0.0, -1.0, np.inf, np.nan])
def test_shares_refuse_a_bad_radius(rho):
    with pytest.raises(ValueError, match="rho"):
        variants.adaptive_shares(MU, rho)


@pytest.mark.parametrize(("kind", "name"), [("relu", "ReLU"), ("adaptive", "adaptive")])
def test_the_browser_integrates_the_same_flow(kind, name):
    times, alpha = np.linspace(0, 4, 81), [0.3, 0.25, 0.4, 0.2]
    source = bundle(JS / "maths" / "variants.js", exports=("variantFlow",))
    call = f"variantFlow({times.tolist()}, {MU.tolist()}, {alpha}, 0.8, '{name}', 64)"
    node, _ = compute_driver_executable()
    out = subprocess.run(
        [node, "--input-type=module", "-e", f"{source}console.log(JSON.stringify({call}))"],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = variants.flow(times, MU, alpha, 0.8, kind)
    np.testing.assert_allclose(json.loads(out.stdout), expected, rtol=1e-6, atol=1e-6)


LARGE = [0.0, 1e-300, 1e-160, 1e-8, 0.5, 1.0, 3.0, 1e8, 1e160, 1e300]


def wild(rng, shape):
    """Zeros, disjoint zeros, ones and numbers of every size."""
    a = rng.choice(LARGE, size=shape) if rng.random() < 0.5 else rng.normal(size=shape)
    return a * rng.choice([1, 1, 1, -1, 0], size=shape) if rng.random() < 0.7 else a


@pytest.mark.parametrize("name", ["flow", "relu_steps", "adaptive_steps", "adaptive_shares"])
def test_no_input_gives_nan_or_a_foreign_error(name):
    """A right answer or a ValueError that names an argument, also where NumPy raises."""
    answers = refusals = 0
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        d, batch = int(rng.integers(1, 4)), [(), (), (2,), (3, 2)][rng.integers(4)]
        rho = rng.choice(LARGE) if rng.random() < 0.5 else rng.choice([0.1, 1.0])
        given = {"mu": np.abs(wild(rng, d)), "rho": rho}
        if name == "flow":
            times = np.sort(np.abs(rng.choice([0, 0, 1e-9, 1, 1, 50, 1e30, 1e300], size=3)))
            given |= {"times": times, "alpha": np.abs(wild(rng, d)) + rng.choice([0, 1e-3])}
            given["kind"] = rng.choice(["relu", "adaptive"])
        elif name != "adaptive_shares":
            theta = wild(rng, (*(batch if name == "adaptive_steps" else ()), 2, d))
            given |= {"theta": theta, "steps": rng.choice([0, 1, 3, 1e1])}
            given["step_size"] = rng.choice([0.1, 1.0, 1e-300, 1e300])
            if name == "adaptive_steps" and rng.random() < 0.4:
                given["rho"] = np.full([(2,), (5,), (3, 2)][rng.integers(3)], rho)
        try:
            with np.errstate(all="raise"):
                answer = getattr(variants, name)(**given)
        except ValueError as error:
            refusals += 1
            assert str(error).split()[0] in given and "; got " in str(error), error
        else:
            answers += 1
            for part in answer if name == "adaptive_shares" else [answer]:
                assert np.all(np.isfinite(part)), given
            if name == "adaptive_steps":
                largest = np.abs(answer).max(axis=(-2, -1))
                assert given["steps"] == 0 or np.all((largest == 0) | (abs(largest - 1) < 1e-12))
    assert answers > 50 and refusals > 50


def test_shares_at_every_ratio_of_features_and_every_radius():
    """A level a little lower and a little higher bracket the norm 1, in 700-digit arithmetic."""
    rng = np.random.default_rng(0)
    for exponent in np.repeat([1, 10, 160, 300], 20):
        mu = 10.0 ** rng.uniform(-exponent, exponent, size=rng.integers(1, 4))
        rho = 10.0 ** rng.uniform(-min(exponent, 7), min(exponent, 7))
        shares, level = variants.adaptive_shares(mu, rho)
        with mpmath.workdps(700):
            sides = []
            for shift in (-1, 1):
                r = mpmath.mpf(level) + shift * abs(mpmath.mpf(level)) * mpmath.mpf("1e-12")
                sides.append([max(0, 1 - r / float(m)) * mpmath.sqrt(2) / rho for m in mu])
            low, high = sides
            assert sum(x * x for x in low) > 1 > sum(x * x for x in high)
            for x, most, least in zip(shares, low, high, strict=True):
                assert float(least) * (1 - 1e-12) <= x <= float(most) * (1 + 1e-12)
    shares, level = variants.adaptive_shares([1e-160, 1e160], 1e8)
    np.testing.assert_allclose(shares, [1, np.sqrt(2) * 1e-8], rtol=1e-12)
    assert level == pytest.approx(-1e-160 * (1e8 / np.sqrt(2) - 1), rel=1e-12)


def test_repeated_times_are_recorded_again():
    log_w = variants.flow([0, 0, 1, 1, 2], MU, np.full(4, 0.3), 1.0, "adaptive")
    once = variants.flow([0, 1, 2], MU, np.full(4, 0.3), 1.0, "adaptive")
    np.testing.assert_array_equal(log_w, once[[0, 0, 1, 1, 2]])


def test_a_level_beyond_every_float_is_refused():
    with pytest.raises(ValueError, match="rho"):
        variants.adaptive_shares([1e160, 2e160], 1e160)
