"""Predictions against flows, against independent integrators, and against hostile arguments."""

import numpy as np
from hypothesis import given, settings
from starts import uniform_starts

from sam_lib import exact, theory

INF = np.inf


def stacked(alpha):
    return np.stack([alpha, alpha], axis=-2)


# --- limits -----------------------------------------------------------------------------------
def test_limit_direction_of_linf_is_where_the_flow_goes():
    rng = np.random.default_rng(0)
    for depth in (2, 3, 4, 5):
        for _ in range(30):
            d = int(rng.integers(1, 5))
            mu, rho = rng.uniform(0.5, 2, d), rng.uniform(0.5, 1.5)
            alpha = rng.uniform(0.2, 2.5, d) * rho
            predicted = theory.limit_direction(mu, alpha, rho, depth, INF)
            ends = theory.blow_up_times(mu, alpha, rho, depth)
            if np.isfinite(ends).any():
                late = ends.min() * (1 - 1e-12)
            else:
                late = 60 / mu.min() if depth == 2 else 1e9
            w = exact.linf_flow([late], mu, alpha, rho, depth)[0]
            beta = (w / max(w.max(), 1.0)) ** depth
            size = np.linalg.norm(beta)
            if size == 0:
                assert not predicted.any()
            elif depth == 2 and d > 1:
                leader = np.argmax(predicted)
                assert beta[leader] == beta.max() and predicted[leader] == 1
            else:
                assert beta @ predicted > (1 - 1e-3) * size


def test_limit_direction_ties():
    direction = theory.limit_direction([1, 2, 2], [3, 1.5, 2], 1, 2, INF)
    beta = exact.linf_flow([30], [1, 2, 2], [3, 1.5, 2], 1, 2)[0] ** 2
    np.testing.assert_allclose(direction, np.array([0, 0.25, 1]) / np.hypot(0.25, 1), rtol=1e-14)
    np.testing.assert_allclose(beta / np.linalg.norm(beta), direction, atol=1e-10)
    mu, alpha = np.array([1.0, 2.0, 0.5]), np.array([3.0, 2.0, 2.0])  # scores 2, 2 and 0.5
    for depth in (3,):
        direction = theory.limit_direction(mu, alpha, 1, depth, INF)
        end = theory.blow_up_times(mu, alpha, 1, depth).min()
        beta = exact.linf_flow([end * (1 - 1e-9)], mu, alpha, 1, depth)[0] ** depth
        np.testing.assert_allclose(direction, beta / np.linalg.norm(beta), atol=1e-7)
    l2 = theory.limit_direction([1, 2, 2], [1, 1, 2], 0.5, 2, 2)
    beta = exact.l2_flow([40], [1, 2, 2], stacked(np.array([1.0, 1, 2])), 0.5)[0].prod(axis=0)
    np.testing.assert_allclose(l2, beta / np.linalg.norm(beta), atol=1e-8)


def test_limit_direction_elsewhere():
    ones = np.ones(2) / np.sqrt(2)
    assert not theory.limit_direction([1, 2], [0.3, 0.9], 1, 2, INF).any()
    assert not theory.limit_direction([1, 2], [0.3, 0.9], 1, 4, INF).any()
    np.testing.assert_allclose(theory.limit_direction([1, 2], [0.3, 0.9], 1, 3, INF), ones)
    np.testing.assert_allclose(theory.limit_direction([1, 2], [-3, 0], 1, 3, INF), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [1, 0.5], 1, 2, INF), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([3, 4], [9, -9], 1, 1, 2), [0.6, 0.8])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [5, 0], 0.1, 2, 2), [1, 0])
    np.testing.assert_allclose(theory.limit_direction([1, 2], [5, 1e-9], 0, 2, 2), [0, 1])
    assert not theory.limit_direction([1, 2], 0.0, 1, 2, 2).any()
    batch = theory.limit_direction([1, 2], [[2, 2], [2, 0.5], [0.1, 0.1]], 1, 2, INF)
    np.testing.assert_array_equal(batch, [[0, 1], [1, 0], [0, 0]])
    deep = theory.limit_direction([1, 2], [3, 2.5], 1, 2000, INF)
    np.testing.assert_array_equal(deep, [1, 0])


def test_event_times_are_where_the_flow_has_its_events():
    rng = np.random.default_rng(2)
    for depth in (2, 3, 4, 6):
        mu, rho = rng.uniform(0.5, 2, 6), 1.0
        alpha = np.array([0.2, 0.7, 0.95, 1.2, 1.6, 2.4])
        zeros = theory.zero_times(mu, alpha, rho, depth)
        ends = theory.blow_up_times(mu, alpha, rho, depth)
        assert np.isfinite(zeros).tolist() == [depth % 2 == 0] * 3 + [False] * 3
        assert np.isfinite(ends).tolist() == [False] * 3 + [depth > 2] * 3
        for j in range(6):
            for s, after in ((zeros[j], 0), (ends[j], INF)):
                if np.isfinite(s):
                    times = [s * (1 - 1e-9), s * (1 + 1e-9)]
                    w = exact.linf_flow(times, mu, alpha, rho, depth)[:, j]
                    assert w[1] == after and 0 < w[0] < INF
    np.testing.assert_array_equal(theory.zero_times([1, 2], [0, -0.5], 1, 2)[0], 0)
    assert theory.zero_times([1, 2], [0, -0.5], 1, 2)[1] == theory.zero_times([2], [0.5], 1, 2)[0]


# --- who dominates ------------------------------------------------------------------------------
def runs(index):
    """The sequence of values, without repetitions."""
    return [int(i) for k, i in enumerate(index) if k == 0 or i != index[k - 1]]


def test_the_two_walks_of_the_rewind():
    times = np.linspace(0, 30, 40_000)
    assert runs(theory.dominant_coordinate(times, [1, 1.2, 1.5, 6], 0.4569, 1)) == [
        2,
        1,
        0,
        1,
        2,
        3,
    ]
    assert runs(theory.dominant_coordinate(times, [1, 2, 4, 8], 0.4822, 1)) == [2, 1, 2, 3]


@settings(max_examples=60, deadline=None)
@given(uniform_starts())
def test_the_dominant_coordinate_is_the_largest_and_its_walk_a_v(start):
    mu, alpha, rho = start
    times = np.linspace(0, 12, 400) / mu.max()
    index = theory.dominant_coordinate(times, mu, alpha * rho, rho)
    theta = np.full((2, mu.size), alpha * rho)
    w = exact.l2_flow(times, mu, theta, rho)[:, 0]
    for i, sizes in zip(index[1:], w[1:], strict=True):
        if i < 0:
            assert (sizes <= 1e-9 * rho).all()
        elif np.isfinite(sizes).all():
            assert sizes[i] >= sizes.max() * (1 - 1e-8)
    vector = theory.dominant_coordinate(times, mu, np.full((1, mu.size), alpha * rho), rho)[:, 0]
    rank = np.argsort(np.argsort(mu))
    walk = [rank[i] for i in runs(index) if i >= 0]
    bottom = int(np.argmin(walk)) if walk else 0
    assert walk[: bottom + 1] == sorted(walk[: bottom + 1], reverse=True)
    assert walk[bottom:] == sorted(walk[bottom:])
    assert np.mean(vector[1:] == index[1:]) > 0.98  # they may differ next to a swap


def test_phase_diagram_is_a_loop_over_scales_and_follows_the_order_of_mu():
    rng = np.random.default_rng(3)
    mu, scales, times = rng.uniform(0.5, 3, 5), np.linspace(0, 1.5, 40), np.linspace(0, 6, 50)
    diagram = theory.phase_diagram(mu, scales, times, 1.0)
    assert diagram.shape == (40, 50) and (diagram[0] == -1).all()
    for i in (1, 13, 30):
        row = theory.dominant_coordinate(times, mu, scales[i], 1.0)
        np.testing.assert_array_equal(diagram[i], row)
    order = rng.permutation(5)
    moved = theory.phase_diagram(mu[order], scales, times, 1.0)
    np.testing.assert_array_equal(np.where(moved < 0, -1, order[moved]), diagram)
    scaled = theory.phase_diagram(mu * 4, scales * 8, times / 4, 8.0)
    np.testing.assert_array_equal(scaled, diagram)
    assert (theory.phase_diagram(mu, scales[1:], times, 0) == np.argmax(mu)).all()


def test_equal_features_stay_level_and_the_first_is_reported():
    times = np.linspace(0, 8, 50)
    pair = theory.phase_diagram([2, 1, 2, 1], [0.3, 0.5, 1.0], times, 1.0)
    assert set(np.unique(pair)) == {-1, 0, 1}
    single = theory.phase_diagram([3.0, 3.0], [0.4, 0.6], times, 1.0)
    assert set(np.unique(single)) == {-1, 0}


def test_swap_times_are_where_two_coordinates_are_level():
    mu, alpha = np.array([1, 1.2, 1.5, 6.0]), 0.4569
    swaps = theory.swap_times(mu, alpha, 1.0)
    index = [2, 1, 0, 1, 2, 3]
    finite = np.isfinite(swaps)
    theta = np.full((2, 4), alpha)
    for way, i, j in zip(*np.nonzero(finite), strict=True):
        w = exact.l2_flow([swaps[way, i, j]], mu, theta, 1.0)[0, 0]
        assert abs(w[i] / w[j] - 1) < 1e-9
    pairs = [(0, 1, 2), (0, 0, 1), (1, 0, 1), (1, 1, 2), (1, 2, 3)]
    order = [swaps[pair] for pair in pairs]
    assert order == sorted(order) and np.isfinite(order).all()
    middles = 0.5 * (np.array([0, *order]) + np.array([*order, order[-1] + 1]))
    seen = theory.dominant_coordinate(middles, mu, alpha, 1.0)
    assert seen.tolist() == index
    assert np.isinf(theory.swap_times([1, 2], 0.3, 1.0)[1]).all()
