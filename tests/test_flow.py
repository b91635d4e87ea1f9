"""The integrator against closed forms, against conserved quantities, and against small steps."""

import numpy as np
import pytest
from scipy.integrate import DOP853, quad
from scipy.special import lambertw

import sam_lib as sam
from sam_lib import Status

INF = np.inf


def gate(s, mu, alpha, rho, depth):
    """D2: the ``l_inf`` flow of a balanced start, one coordinate, before it blows up."""
    gap = alpha - rho
    if depth == 2:
        w = rho + gap * np.exp(mu * s)
    else:
        rest = 1 - (depth - 2) * mu * s * gap ** (depth - 2)
        w = rho + gap * np.maximum(rest, 1e-300) ** (-1 / (depth - 2))
    return np.where(np.logical_or.accumulate(w <= 0), 0, w) if depth % 2 == 0 else w


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("seed", range(5))
def test_linf_agrees_with_the_closed_form(depth, seed):
    rng = np.random.default_rng(seed)
    d, rho = 4, rng.uniform(0.5, 1.5)
    mu, alpha = rng.uniform(0.5, 2, d), rho * rng.uniform(0.3, 1.7, d)
    alpha[0] = rho if seed == 0 else alpha[0]
    above = alpha > rho
    life = 3.0
    if depth > 2:
        life = min(1 / ((depth - 2) * mu * (alpha - rho) ** (depth - 2))[above], default=3.0)
    times = np.append(np.linspace(0, 0.99, 30) * life, life * 1.01)
    run = sam.flow(sam.balanced(alpha, depth), sam.single_example(mu), sam.SAM(rho, INF), times)
    for j in range(d):
        expected = gate(times[:-1], mu[j], alpha[j], rho, depth)
        for layer in range(depth):
            np.testing.assert_allclose(run.theta[:-1, layer, j], expected, rtol=2e-10, atol=1e-10)
    if depth > 2 and np.any(above):
        assert run.status is Status.BLEW_UP
        assert run.end == pytest.approx(life, rel=1e-11)
        infinite = np.isinf(run.theta[-1]).any(axis=0)
        assert np.count_nonzero(infinite) == 1 and np.all(np.isfinite(run.theta[-1, :, ~infinite]))
        assert run.loss[-1] == 0
    else:
        assert run.status is Status.COMPLETED and run.end == times[-1]
    assert not np.any(np.isnan(run.theta)) and not np.any(np.isnan(run.loss))


@pytest.mark.parametrize("depth", [3, 5])
def test_odd_depth_rises_through_zero_from_below(depth):
    mu, rho, times = np.array([0.7, 1.3]), 0.8, np.linspace(0, 20, 41)
    alpha = np.array([-0.5, -0.2])
    run = sam.flow(sam.balanced(alpha, depth), sam.single_example(mu), sam.SAM(rho, INF), times)
    for j in range(2):
        expected = gate(times, mu[j], alpha[j], rho, depth)
        np.testing.assert_allclose(run.theta[:, 0, j], expected, rtol=1e-10, atol=1e-10)
    assert np.all(run.theta[-1] > 0)


def test_unbalanced_depth_two_slides_and_collapses():
    """Layer 1 reaches 0 first and is held while layer 2 falls at the rate mu rho."""
    mu, rho, (a, b) = 1.5, 1.0, (0.2, 0.6)
    # p' = mu (p - 2 rho), q' = -mu q until a = (p + q)/2 is 0
    times = np.linspace(0, 1.2, 61)
    data, method = sam.single_example([mu]), sam.SAM(rho, INF)
    run = sam.flow([[a], [b]], data, method, times)
    p = 2 * rho + (a + b - 2 * rho) * np.exp(mu * times)
    q = (a - b) * np.exp(-mu * times)
    falling = p + q > 0
    hit = np.argmin(falling)
    assert 5 < hit < 50
    np.testing.assert_allclose(run.theta[:hit, 0, 0], (p + q)[:hit] / 2, atol=1e-10)
    np.testing.assert_allclose(run.theta[:hit, 1, 0], (p - q)[:hit] / 2, atol=1e-10)
    assert np.all(run.theta[hit:, 0, 0] == 0)
    held = run.theta[hit:, 1, 0]
    sliding = held > 0
    assert np.count_nonzero(sliding) > 3
    np.testing.assert_allclose(np.diff(held[sliding]), -mu * rho * 0.02, rtol=1e-9)
    assert run.status is Status.COLLAPSED and np.all(run.theta[-1] == 0)
    slope = held[sliding][0] / (mu * rho)
    assert run.end == pytest.approx(times[hit] + slope, abs=1e-10)


@pytest.mark.parametrize(("p", "shift"), [(2, np.sqrt(5)), (INF, 3.0), (None, 0.0)])
def test_depth_one_in_the_original_clock(p, shift):
    """D1: u + e^(u - c) = |mu|^2 t + const, solved by Lambert W."""
    mu, w0, rho = np.array([1.0, 2.0]), np.array([-0.4, 0.3]), 0.6
    times = np.geomspace(1e-2, 1e3, 12)
    method = sam.GD() if p is None else sam.SAM(rho, p)
    run = sam.flow([w0], sam.single_example(mu), method, times, clock="original")
    u0, c = mu @ w0, rho * shift
    K = mu @ mu * times + u0 + np.exp(u0 - c)
    u = np.where(
        K - c < 600,
        K - lambertw(np.exp(np.minimum(K - c, 600))).real,
        [brent(lambda x, k=k: x + np.exp(x - c) - k, -10, np.log(k) + c + 1) for k in K],
    )
    np.testing.assert_allclose(run.theta[:, 0] @ mu, u, rtol=1e-9)
    np.testing.assert_allclose((run.theta[:, 0] - w0) @ [2, -1], 0, atol=1e-9)


def brent(f, a, b):
    from scipy.optimize import brentq

    return brentq(f, a, b, xtol=1e-13)


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("method", [sam.GD(), sam.SAM(0.4), sam.SAM(0.4, INF)], ids=repr)
def test_clocks_run_through_the_same_path(depth, method):
    """D3: t = integral of 1 + exp(perturbed margin) over the rescaled time."""
    mu, theta = np.array([1.0, 1.6]), sam.balanced([0.8, 0.6], depth)
    data = sam.single_example(mu)

    def rate(s):
        at = sam.flow(theta, data, method, [s], rtol=1e-10, atol=1e-12).theta[0]
        return 1 + np.exp(sam.margins(at + sam.perturbation(at, data, method), data)[0])

    s = 0.6
    t = quad(rate, 0, s, epsabs=1e-9, epsrel=1e-9)[0]
    rescaled = sam.flow(theta, data, method, [s])
    np.testing.assert_allclose(
        sam.flow(theta, data, method, [t], clock="original").theta, rescaled.theta, rtol=1e-8
    )
    np.testing.assert_allclose(
        sam.flow(theta, data, method, [s], clock="normalized").theta, rescaled.theta, rtol=1e-12
    )


@pytest.mark.parametrize("margin", [30, 400, 1e4, 1e6])
def test_large_margins(margin):
    """At the same direction the l2 perturbation has the same length at every margin."""
    mu = np.array([1.0, 2.0])
    w = np.sqrt(margin / 3) * np.ones(2)
    run = sam.flow(sam.balanced(w, 2), sam.single_example(mu), sam.SAM(1.0), [0.1])
    n = np.sqrt(2) * np.linalg.norm(mu * w)
    np.testing.assert_allclose(run.theta[0, 0], w * np.exp(0.1 * mu), rtol=2 / n)
    assert np.all(run.theta[0, 0] < w * np.exp(0.1 * mu))


def test_batch_is_the_same_as_one_by_one():
    theta = np.random.default_rng(0).uniform(0.2, 1.5, (2, 3, 2, 2))
    data, times = sam.single_example([1, 2]), [0, 0.5, 3]
    for method in (sam.SAM(1.0), sam.SAM(1.0, INF)):
        run = sam.flow(theta, data, method, times)
        assert run.theta.shape == (3, 2, 3, 2, 2) and run.status.shape == (2, 3)
        for i in np.ndindex(2, 3):
            alone = sam.flow(theta[i], data, method, times)
            np.testing.assert_array_equal(run.theta[:, *i], alone.theta)
            assert run.status[i] is alone.status


def test_output_times_do_not_matter():
    data, theta = sam.single_example([1, 2]), sam.balanced([0.4, 0.6], 2)
    many = sam.flow(theta, data, sam.SAM(1.0), np.linspace(0, 1, 101))
    few = sam.flow(theta, data, sam.SAM(1.0), [0.5, 0.5, 1.0])
    np.testing.assert_allclose(few.theta, many.theta[[50, 50, 100]], rtol=1e-9, atol=1e-10)
    assert sam.flow(theta, data, sam.SAM(1.0), [0.0]).theta.tolist() == [theta.tolist()]


def test_rest_and_overflow():
    data = sam.single_example([1, 2])
    zero = sam.flow(np.zeros((3, 2)), data, sam.SAM(1.0), [0, 1])
    assert np.all(zero.theta == 0) and zero.status is Status.COLLAPSED and zero.end == 0
    huge = sam.flow(np.full((2, 2), 2.0), data, sam.SAM(1.0), [0, 10, 1000], rtol=1e-6)
    assert huge.status is Status.OVERFLOWED and np.all(np.isfinite(huge.theta))
    assert 100 < huge.end < 1000
    at_gate = sam.flow(sam.balanced([1, 1], 4), data, sam.SAM(1.0, INF), [0, 50])
    np.testing.assert_array_equal(at_gate.theta[0], at_gate.theta[1])
    assert at_gate.status is Status.RESTED and at_gate.end == 0
    saturated = sam.flow(sam.balanced([40, 40], 2), data, sam.GD(), [0, 50], "original")
    assert saturated.status is Status.COMPLETED  # a rate that underflows is not rest


MIXED = sam.Dataset([[1, 2], [2, 1], [1.5, 1.2], [0.3, -1]], [1, -1, 1, 1])  # not separable


@pytest.mark.parametrize("clock", ["original", "normalized"])
@pytest.mark.parametrize("method", [sam.GD(), sam.SAM(0.3, normalized=False)], ids=repr)
@pytest.mark.parametrize("depth", [1, 2])
def test_a_flow_that_comes_to_rest_says_so_after_a_bounded_number_of_steps(
    clock, method, depth, monkeypatch
):
    step, count = DOP853.step, []
    monkeypatch.setattr(DOP853, "step", lambda self: (count.append(1), step(self))[1])
    start = sam.balanced([0.7, 0.2], depth)
    last = []
    for end in (1e8, 1e10, 1e300):
        count.clear()
        run = sam.flow(start, MIXED, method, [0, end], clock)
        assert run.status is Status.RESTED and run.end < 1e5 and not run.approximate
        assert len(count) < 1000
        last.append(run.theta[-1])
    np.testing.assert_array_equal(last, last[:1] * 3)
    gradient = sam.gradient(last[0], MIXED)
    assert np.max(np.abs(gradient)) < 1e-10
    assert "came to rest" in repr(run)


def test_a_loss_that_falls_forever_never_rests():
    data, start = sam.single_example([1, 2]), sam.balanced([0.5, 0.5], 2)
    run = sam.flow(start, data, sam.GD(), [0, 1e10], "original")
    assert run.status is Status.COMPLETED and run.end == 1e10


@pytest.mark.parametrize("clock", ["original", "normalized", "rescaled"])
def test_a_stopped_flow_has_come_to_rest_in_every_clock(clock):
    """Below the gate the coordinates reach 0 one after the other and are held there."""
    data, start = sam.single_example([1, 2]), sam.balanced([0.5, 0.5], 2)
    for end in (1e8, 1e10, 1e300):
        run = sam.flow(start, data, sam.SAM(1.0, INF), [0, end], clock)
        assert run.status in (Status.RESTED, Status.COLLAPSED) and run.end < 10


@pytest.mark.parametrize(
    "change",
    [
        {"times": [1, 0]},
        {"times": [-1, 0]},
        {"times": []},
        {"times": [0, np.nan]},
        {"times": 1.0},
        {"clock": "rescale"},
        {"clock": 3},
        {"rtol": 0},
        {"atol": -1},
        {"theta": np.ones((2, 3))},
        {"theta": [[np.inf, 1], [1, 1]]},
        {"method": "sam"},
        {"data": None},
        {"clock": "rescaled", "data": sam.random_separable(3, 2)},
    ],
    ids=str,
)
def test_bad_arguments_are_named(change):
    arguments = {
        "theta": np.ones((2, 2)),
        "data": sam.single_example([1, 2]),
        "method": sam.SAM(0.1),
        "times": [0, 1],
    }
    with pytest.raises(ValueError, match=rf"^{next(iter(change))} must be .*; got "):
        sam.flow(**(arguments | change))


def test_the_name_is_the_function_whatever_was_imported_before():
    import sam_lib.descent
    import sam_lib.flows

    assert callable(sam.flow) and sam.flow is sam_lib.flows.flow
    assert sam.descend is sam_lib.descent.descend


def test_a_coordinate_that_reaches_zero_at_the_blow_up_does_not_blow_up():
    """Both happen at s = 1: its relative speed is large there, and it falls."""
    data, method = sam.single_example([1.5, 2.0]), sam.SAM(1.0, p=np.inf)
    run = sam.flow(sam.balanced([0.5, 1.5], 4), data, method, [0, 5])
    assert run.status is sam.Status.BLEW_UP
    assert abs(run.beta[-1, 0]) < 1e-12 and run.beta[-1, 1] == np.inf


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_the_exact_solutions(seed):
    rng = np.random.default_rng(seed)
    d, rho = int(rng.integers(1, 6)), rng.uniform(0.5, 1)
    mu, theta, times = rng.uniform(0.3, 2, d), rng.normal(size=(2, d)), np.linspace(0, 2, 21)
    data = sam.single_example(mu)
    run = sam.flow(theta, data, sam.SAM(rho), times)
    expected = sam.exact.l2_flow(times, mu, theta, rho)
    scale = np.maximum(np.abs(expected).max(axis=(1, 2)), 1e-3)[:, None, None]
    assert np.max(np.abs(run.theta - expected) / scale) < 1e-8
    alpha = rng.uniform(0.3, 1.5, d) * rho
    for depth in (2, 3, 4):
        run = sam.flow(sam.balanced(alpha, depth), data, sam.SAM(rho, INF), times)
        expected = sam.exact.linf_flow(times, mu, alpha, rho, depth)
        alive = times < (run.end if run.status is Status.BLEW_UP else INF)
        np.testing.assert_allclose(run.theta[alive, 0], expected[alive], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_the_original_clock_while_a_coordinate_is_held(depth):
    mu, alpha, rho = np.array([1.0, 2.0]), np.array([1.3, 0.6]), 1.0
    s = np.linspace(0, 1.6, 9)
    t = sam.exact.original_time(s, mu, alpha, rho, depth)
    run = sam.flow(
        sam.balanced(alpha, depth), sam.single_example(mu), sam.SAM(rho, INF), t, "original"
    )
    expected = sam.exact.linf_flow(s, mu, alpha, rho, depth)
    np.testing.assert_allclose(run.theta[:, 0], expected, rtol=1e-8, atol=1e-8)
    assert depth == 3 or run.theta[-1, 0, 1] == 0
