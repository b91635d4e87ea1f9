"""Integrated flows are the limit of small steps, and no step is needed to find them."""

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import Status

INF = np.inf


def euler_limit(theta, data, method, time, clock="normalized", steps=4000):
    """Richardson extrapolation of two runs of discrete steps."""
    coarse, fine = (
        sam.descend(theta, data, method, time / k, k, [k], clock).theta[-1]
        for k in (steps, 2 * steps)
    )
    return 2 * fine - coarse


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("seed", range(6))
def test_linf_unbalanced_any_sign_is_the_limit_of_small_steps(depth, seed):
    rng = np.random.default_rng([depth, seed])
    theta, mu = rng.uniform(-1.5, 1.5, (depth, 3)), rng.uniform(0.5, 2, 3)
    data, method = sam.single_example(mu), sam.SAM(1.0, INF)
    run = sam.flow(theta, data, method, [0.3])
    assert run.status in (Status.COMPLETED, Status.COLLAPSED)
    steps = 20_000
    tiny = sam.descend(theta, data, method, 0.3 / steps, steps, [steps], "normalized")
    # beyond depth 2 the flow through two zeros in one coordinate is not unique, see sam.flow
    known = np.sum(run.theta[-1] == 0, axis=0) < (2 if depth > 2 else 3)
    assert np.any(known)
    np.testing.assert_allclose(
        run.theta[-1][:, known], tiny.theta[-1][:, known], atol=2e-3, rtol=2e-3
    )


@pytest.mark.parametrize("clock", ["original", "normalized"])
@pytest.mark.parametrize(
    "method",
    [
        sam.GD(),
        sam.SAM(0.2),
        sam.SAM(0.2, 1.5),
        sam.SAM(0.2, 4),
        sam.SAM(0.2, normalized=False),
        sam.SAM(0.2, per_example=True),
    ],
    ids=repr,
)
def test_several_examples_are_the_limit_of_small_steps(method, clock):
    data = sam.random_separable(5, 3, seed=1)
    theta = np.random.default_rng(2).uniform(0.5, 1.5, (2, 3))
    run = sam.flow(theta, data, method, [0, 1.0], clock=clock)
    assert run.status is Status.COMPLETED
    tiny = euler_limit(theta, data, method, 1.0, clock)
    np.testing.assert_allclose(run.theta[-1], tiny, atol=1e-5)


@pytest.mark.parametrize("p", [1, INF])
def test_chattering_flows_are_approximated_by_small_steps(p):
    data = sam.random_separable(6, 3, seed=3)
    theta = sam.balanced([0.5, 0.6, 0.7], 2)
    times = [0, 0.55555, 2]
    run = sam.flow(theta, data, sam.SAM(0.1, p), times, clock="normalized")
    steps = sam.descend(theta, data, sam.SAM(0.1, p), 2.5e-5, 80_000, [22222, 80_000], "normalized")
    np.testing.assert_allclose(run.theta[1:], steps.theta, atol=5e-4)
    assert run.times.tolist() == times and run.clock == "normalized"


def test_unbalanced_depth_two_crosses_where_the_other_layer_is_above_the_gate():
    mu, rho = 1.0, 1.0
    times = np.linspace(0, 2, 21)
    run = sam.flow([[-0.3], [2.5]], sam.single_example([mu]), sam.SAM(rho, INF), times)
    assert run.theta[0, 0, 0] < 0 < run.theta[-1, 0, 0]
    tiny = euler_limit([[-0.3], [2.5]], sam.single_example([mu]), sam.SAM(rho, INF), 2.0)
    np.testing.assert_allclose(run.theta[-1], tiny, atol=2e-4)


@pytest.mark.parametrize("depth", [3, 5])
def test_a_negative_start_at_odd_depth_passes_zero_and_does_not_blow_up(depth):
    """Passing 0 makes |theta| tiny beside its velocity, which is not a blow-up."""
    times = [0.0, 1.0, 10.0, 100.0]
    method = sam.SAM(1.0, p=np.inf)
    run = sam.flow(sam.balanced([-0.8], depth), sam.single_example([1.0]), method, times)
    assert run.status is sam.Status.COMPLETED
    expected = sam.exact.linf_flow(times, [1.0], [-0.8], 1.0, depth)[:, 0]
    np.testing.assert_allclose(run.theta[:, 0, 0], expected, rtol=1e-8)
