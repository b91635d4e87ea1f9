"""The flows of ``p = 1``, and of ``p = inf`` on several examples, against discrete steps.

Small steps chatter across the surfaces on which the flow slides. They share no code with it, and
converge to it linearly in the step size.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sam_lib as sam
from sam_lib import Status, flows

INF = np.inf


@pytest.fixture
def no_steps(monkeypatch):
    """Refuse to fall back on small steps."""

    def refuse(*_):
        raise AssertionError("approximated by small steps")

    monkeypatch.setattr(flows, "_euler", refuse)


def problem(seed, n, d, depth, balanced):
    """Random separable data and a start of mixed signs."""
    rng = np.random.default_rng(seed)
    data = sam.random_separable(n, d, seed=seed)
    if balanced:
        return data, sam.balanced(rng.uniform(0.2, 1.2, d) * rng.choice([1, 1, -1], d), depth)
    return data, rng.normal(size=(depth, d))


def errors(theta, data, method, time, clock, expected):
    """Of three runs of discrete steps, each with four times as many as the one before."""
    ends = [
        sam.descend(theta, data, method, time / k, k, [k], clock).theta[-1]
        for k in (4000, 16000, 64000)
    ]
    return [np.max(np.abs(end - expected)) for end in ends]


CASES = [
    (p, n, d, depth, balanced)
    for p in (1, INF)
    for n in (2, 3)
    for d in (2, 3)
    for depth in (1, 2, 3)
    for balanced in (True, False)
    if balanced or not (p == INF and depth > 1)
]


@pytest.mark.parametrize(("p", "n", "d", "depth", "balanced"), CASES)
def test_small_steps_converge_to_the_flow_linearly(p, n, d, depth, balanced, no_steps):
    for seed in (0, 1, 5):
        data, theta = problem(seed, n, d, depth, balanced)
        method = sam.SAM(0.5, p)
        clock = "original" if seed == 5 else "normalized"
        run = sam.flow(theta, data, method, [0.8], clock)
        assert run.status is Status.COMPLETED
        coarse, _, fine = errors(theta, data, method, 0.8, clock, run.theta[-1])
        assert fine < max(coarse / 8, 1e-5) and fine < 1e-3


@pytest.mark.parametrize(("n", "d", "depth", "seed"), [(2, 2, 2, 4), (2, 3, 3, 4), (3, 2, 3, 9)])
def test_unbalanced_linf_slides_on_one_surface(n, d, depth, seed, no_steps):
    data, theta = problem(seed, n, d, depth, balanced=False)
    run = sam.flow(theta, data, sam.SAM(0.7, INF), [1.0], "normalized")
    coarse, _, fine = errors(theta, data, sam.SAM(0.7, INF), 1.0, "normalized", run.theta[-1])
    assert fine < max(coarse / 4, 1e-5) and fine < 1e-4


@pytest.mark.parametrize("p", [1, INF])
def test_richardson(p, no_steps):
    """Where the steps do not chatter their error is a series in the step: extrapolation gains."""
    positive = np.random.default_rng(1).uniform(0.2, 2, (3, 2))
    data, theta = sam.Dataset(positive, np.ones(3)), sam.balanced([0.7, 0.9], 2)
    run = sam.flow(theta, data, sam.SAM(0.4, p), [0.5], "normalized")
    coarse, fine = (
        sam.descend(theta, data, sam.SAM(0.4, p), 0.5 / k, k, [k], "normalized").theta[-1]
        for k in (20_000, 40_000)
    )
    assert np.max(np.abs(2 * fine - coarse - run.theta[-1])) < 1e-9
    assert np.max(np.abs(fine - run.theta[-1])) > 1e-7


def test_a_feature_at_rest_beside_a_vanishing_residual(no_steps):
    """Two surfaces at once; how they overlap makes no difference to the mean."""
    rng = np.random.default_rng(14)
    data = sam.random_separable(3, 3, seed=14)
    theta = sam.balanced(rng.uniform(0.2, 1.2, 3) * np.where(rng.random(3) < 0.3, -1, 1), 2)
    times = [0.0, 1.0, 2.5]
    run = sam.flow(theta, data, sam.SAM(0.7, INF), times, "normalized")
    assert np.all(run.theta[-1, :, 1:] == 0)
    pi = 1 / (1 + np.exp(data.Z @ run.beta[-1]))
    assert abs(pi @ data.Z[:, 0]) < 1e-9
    coarse, _, fine = errors(theta, data, sam.SAM(0.7, INF), 2.5, "normalized", run.theta[-1])
    assert fine < coarse / 4 and fine < 1e-4


@pytest.mark.parametrize("d", [1, 2, 3, 5])
@pytest.mark.parametrize("scale", [0.7, 1.0, 1.3])
def test_l1_closed_form(d, scale, no_steps):
    """Balanced, depth two, one example, all entries tied at G: w_j = G/mu_j.

    From w_j' = mu_j (w_j - share_j rho/2) and shares of sum 1: G' S2 = G S1 - rho/2 with
    S1 = sum 1/mu_j and S2 = sum 1/mu_j^2. It collapses below rho/(2 S1).
    """
    rng = np.random.default_rng(d)
    mu, rho = rng.uniform(0.5, 2, d), 0.8
    s1, s2 = np.sum(1 / mu), np.sum(1 / mu**2)
    gate = rho / (2 * s1)
    times = np.linspace(0, 3, 25)
    tied = gate * (1 + (scale - 1) * np.exp(s1 / s2 * times))
    shares = 2 * (mu * tied[:, None] - s1 / s2 * (tied - gate)[:, None]) / (rho * mu**2)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    slides = np.all(shares > 0, axis=1) | (tied < 0)
    times, tied = times[slides], tied[slides]
    run = sam.flow(
        sam.balanced(scale * gate / mu, 2), sam.single_example(mu), sam.SAM(rho, 1), times
    )
    expected = np.maximum(tied, 0)[:, None] / mu
    for layer in range(2):
        np.testing.assert_allclose(run.theta[:, layer], expected, rtol=1e-10, atol=1e-10)
    life = np.log(1 / (1 - scale)) * s2 / s1 if scale < 1 else INF
    assert run.status is (Status.COLLAPSED if life < times[-1] else Status.COMPLETED)
    assert run.end == pytest.approx(min(life, times[-1]), rel=1e-10)


def test_l1_an_entry_joins_the_tie(no_steps):
    """At mu_2 w_2 = 1 the larger one stays at its gate w_2 = rho/2; w_1 = 0.3 e^s meets it."""
    mu, alpha, rho = np.array([1.0, 2.0]), np.array([0.3, 0.5]), 1.0
    data = sam.single_example(mu)
    meet = np.log(1 / 0.3)
    times = np.array([meet / 2, meet, meet + 0.5])
    run = sam.flow(sam.balanced(alpha, 2), data, sam.SAM(rho, 1), times)
    np.testing.assert_allclose(run.theta[0, 0], [0.3 * np.exp(meet / 2), 0.5], rtol=1e-11)
    np.testing.assert_allclose(run.theta[1, 1], [1.0, 0.5], rtol=1e-11)
    gate, rate = rho / (2 * 1.5), 1.5 / 1.25
    tied = gate + (1 - gate) * np.exp(rate * 0.5)
    share = 2 * (tied - rate * (tied - gate)) / rho  # of the first entry, at the end
    assert 0 < share < 1
    np.testing.assert_allclose(run.theta[2, 0], tied / mu, rtol=1e-10)


PROBLEMS = [(1, 1, 2, 2, True), (1, 3, 3, 3, True), (1, 2, 3, 2, False)]
PROBLEMS += [(INF, 2, 2, 2, True), (INF, 3, 3, 3, True), (INF, 3, 2, 2, True), (INF, 3, 2, 1, True)]


def clock_of(data):
    return "rescaled" if data.n == 1 else "normalized"


@pytest.mark.parametrize("case", PROBLEMS, ids=str)
@given(seed=st.integers(0, 10**4))
@settings(max_examples=6, deadline=None)
def test_symmetries(case, seed):
    """Copies of examples; order of layers, coordinates and examples; two signs; scale."""
    p, n, d, depth, balanced = case
    data, theta = problem(seed, n, d, depth, balanced)
    rng, method, clock = np.random.default_rng(seed), sam.SAM(0.5, p), clock_of(data)
    expected = sam.flow(theta, data, method, [0.4], clock).theta[0]
    close = {"rtol": 1e-7, "atol": 1e-7}
    if p == 1 and not balanced:  # small steps may take over where the gradient vanishes
        close = {"rtol": 1e-3, "atol": 1e-3}
    Z = data.Z

    def end(theta, Z, method=method, time=0.4, clock="normalized"):
        return sam.flow(theta, sam.Dataset(Z, np.ones(len(Z))), method, [time], clock).theta[0]

    np.testing.assert_allclose(end(theta, np.vstack([Z, Z])), expected, **close)
    order, layers, rows = rng.permutation(d), rng.permutation(depth), rng.permutation(n)
    moved = end(theta[layers][:, order], Z[rows][:, order])
    np.testing.assert_allclose(moved, expected[layers][:, order], **close)
    flipped = rng.choice([-1.0, 1.0], d)
    signs = np.ones((depth, d))
    signs[0] = flipped
    np.testing.assert_allclose(end(signs * theta, Z * flipped), signs * expected, **close)
    if depth > 1:
        signs[-1] = flipped
        np.testing.assert_allclose(end(signs * theta, Z), signs * expected, **close)
    scaled = end(2 * theta, Z / 2**depth, sam.SAM(1.0, p), 0.4 * 4)
    np.testing.assert_allclose(scaled, 2 * expected, **close)


@pytest.mark.parametrize("case", [*PROBLEMS[:2], *PROBLEMS[3:]], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_stopping_and_going_on_changes_nothing(case, seed, no_steps):
    p, n, d, depth, balanced = case
    data, theta = problem(seed, n, d, depth, balanced)
    method, clock = sam.SAM(0.5, p), clock_of(data)
    path = sam.flow(theta, data, method, [0.0, 0.2, 0.5], clock).theta
    if p == INF and np.any(path[1] == 0):
        pytest.skip("a coordinate at rest is not the same as one that starts at 0")
    rest = sam.flow(path[1], data, method, [0.3], clock).theta[0]
    np.testing.assert_allclose(rest, path[2], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", PROBLEMS, ids=str)
def test_a_batch_is_the_same_as_one_by_one(case):
    p, n, d, depth, balanced = case
    data, theta = problem(1, n, d, depth, balanced)
    starts = np.stack([theta, 0.9 * theta, np.zeros_like(theta)])[:, None]
    method, times = sam.SAM(0.5, p), [0.0, 0.3, 0.6]
    run = sam.flow(starts, data, method, times, clock_of(data))
    for i in range(3):
        alone = sam.flow(starts[i, 0], data, method, times, clock_of(data))
        np.testing.assert_array_equal(run.theta[:, i, 0], alone.theta)
        assert run.status[i, 0] is alone.status and run.end[i, 0] == alone.end


@pytest.mark.parametrize("case", PROBLEMS, ids=str)
def test_tighter_tolerances_converge(case, no_steps):
    p, n, d, depth, balanced = case
    for seed in (0, 1):
        data, theta = problem(seed, n, d, depth, balanced)
        ends = [
            sam.flow(
                theta, data, sam.SAM(0.5, p), [0.8], clock_of(data), rtol, max(rtol, 1e-12) / 10
            ).theta
            for rtol in (1e-4, 1e-7, 1e-10, 1e-13)
        ]
        gaps = [np.max(np.abs(end - ends[-1])) for end in ends[:-1]]
        assert gaps[0] < 1e-2 and gaps[1] < 1e-5 and gaps[2] < 1e-8


@pytest.mark.parametrize("p", [1, INF])
def test_equal_features_are_turned_together(p, no_steps):
    rng = np.random.default_rng(6)
    Z = np.abs(rng.normal(size=(3, 2))) * [1, -1] + [[1, 1.5]]
    data = sam.Dataset(np.column_stack([Z, Z[:, 1], -Z[:, 0]]), np.ones(3))
    theta = np.array([[0.5, 0.4, 0.4, -0.5], [0.5, 0.7, 0.7, 0.5]])
    run = sam.flow(theta, data, sam.SAM(0.6, p), [1.5], "normalized")
    np.testing.assert_array_equal(run.theta[0, :, 1], run.theta[0, :, 2])
    np.testing.assert_array_equal(np.abs(run.theta[0, :, 0]), np.abs(run.theta[0, :, 3]))
    coarse, _, fine = errors(theta, data, sam.SAM(0.6, p), 1.5, "normalized", run.theta[-1])
    assert fine < max(coarse / 8, 1e-4)


@pytest.mark.parametrize("p", [1, INF])
@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_hostile_input_ends(p, depth):
    """Zeros, ties in everything, a feature that is never there, extreme sizes, many coordinates."""
    starts = [np.zeros((depth, 3)), np.ones((depth, 3)), np.eye(depth, 3), -np.eye(depth, 3)]
    starts += [1e-9 * np.ones((depth, 3)), np.full((depth, 3), 1e3 ** (1 / depth))]
    sets = [np.ones((2, 3)), np.array([[1.0, 0, 2], [2, 0, 1]])]
    sets += [np.array([[1.0, -1, 1], [-1, 1, 1]]), np.array([[30.0, 1, 1e-3], [1, 30.0, 1]])]
    for Z in sets:
        data = sam.Dataset(Z, np.ones(2))
        run = sam.flow(np.array(starts), data, sam.SAM(0.5, p), [0, 1e-3, 0.05], "normalized")
        assert not np.any(np.isnan(run.theta)) and all(isinstance(s, Status) for s in run.status)
    data = sam.random_separable(30, 12, seed=depth)
    theta = np.random.default_rng(depth).normal(size=(depth, 12))
    run = sam.flow(theta, data, sam.SAM(0.5, p), [0, 0.3], "original")
    assert isinstance(run.status, Status) and np.all(np.isfinite(run.theta))


def test_small_steps_take_over_where_the_blend_is_not_unique():
    """Two unbalanced layers at 0: which signs they have together depends on the step."""
    data, theta = sam.random_separable(3, 2, seed=10), np.array([[0.2, -0.5], [0.4, 0.3]])
    times, method = [0, 1.0, 2.5], sam.SAM(0.7, INF)
    run = sam.flow(theta, data, method, times, "normalized")
    steps = sam.descend(theta, data, method, 1e-4, 25_000, [0, 10_000, 25_000], "normalized")
    np.testing.assert_allclose(run.theta, steps.theta, atol=1e-3)
    assert run.status is Status.COMPLETED and run.end == 2.5


def test_too_many_events_are_given_up(monkeypatch):
    from sam_lib._flow import integrator

    monkeypatch.setattr(integrator, "MOST_JUMPS", -1000)
    data, theta = sam.single_example([1.0, 2.0]), sam.balanced([0.3, 0.5], 2)
    run = sam.flow(theta, data, sam.SAM(1.0, 1), [0, 1.0, 1.7])
    exact = [[0.3, 0.5], [0.3 * np.e, 0.5]]
    np.testing.assert_allclose(run.theta[:2, 0], exact, rtol=1e-11)
    tied = 1 / 3 + 2 / 3 * np.exp(1.2 * (1.7 + np.log(0.3)))
    np.testing.assert_allclose(run.theta[2, 0], tied / np.array([1, 2]), atol=1e-3)
    assert run.status is Status.COMPLETED


def test_a_run_says_whether_small_steps_took_over():
    data, start = sam.random_separable(3, 2, seed=1), np.full((2, 2), 0.8)
    each = sam.SAM(0.3, p=np.inf, per_example=True)
    rough = sam.flow(start, data, each, [0, 0.1], clock="normalized")
    assert rough.approximate and "order of the step" in repr(rough)
    exact = sam.flow(start, data, sam.SAM(0.3), [0, 0.1], clock="normalized")
    assert not exact.approximate and "order of the step" not in repr(exact)
    both = sam.flow(np.stack([start, start]), data, each, [0, 0.1], clock="normalized")
    assert both.approximate.tolist() == [True, True] and both[1].approximate
