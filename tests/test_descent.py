"""Discrete iterations against a plain NumPy loop written from the definition."""

import itertools
import time

import numpy as np
import pytest

import sam_lib as sam

METHODS = [
    sam.GD(),
    sam.SAM(0.3),
    sam.SAM(0.3, p=1),
    sam.SAM(0.3, p=1.5),
    sam.SAM(0.3, p=4),
    sam.SAM(0.3, p=np.inf),
    sam.SAM(0.3, normalized=False),
    sam.SAM(0.3, per_example=True),
    sam.SAM(0.3, p=np.inf, per_example=True),
    sam.SAM(0.3, normalized=False, per_example=True),
    sam.MarginSAM(0.3),
    sam.MarginSAM(0.3, per_example=True),
]


def plain(theta, data, method, step_size, steps, clock):
    """The definition, one start, no care for speed or range."""
    theta = theta.copy()
    for _ in range(steps):
        eps = sam.perturbation(theta, data, method)
        if method.per_example:
            parts = [
                sam.gradient(theta + e, sam.Dataset(data.X[i : i + 1], data.y[i : i + 1]))
                for i, e in enumerate(eps)
            ]
            margin = np.array([data.Z[i] @ sam.predictor(theta + e) for i, e in enumerate(eps)])
            gradient = np.mean(parts, axis=0)
        else:
            margin = sam.margins(theta + eps, data)
            gradient = sam.gradient(theta + eps, data)
        if clock == "normalized":
            gradient = gradient / np.mean(1 / (1 + np.exp(margin)))
        theta -= step_size * gradient
    return theta


@pytest.mark.parametrize("clock", ["original", "normalized"])
@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_agrees_with_the_definition(method, n, clock):
    rng = np.random.default_rng(n)
    data = sam.random_separable(n, 3, seed=4)
    common = method in (sam.GD(), sam.SAM(0.3), sam.SAM(0.3, p=np.inf))
    for depth in (1, 2, 3) if common else (3,):  # each combination is a compilation
        theta = rng.normal(size=(depth, 3))
        run = sam.descend(theta, data, method, 0.02, 40, clock=clock, record_at=[0, 7, 40])
        np.testing.assert_array_equal(run.theta[0], theta)
        for row, steps in ((1, 7), (2, 40)):
            expected = plain(theta, data, method, 0.02, steps, clock)
            np.testing.assert_allclose(run.theta[row], expected, rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(run.times, [0, 0.14, 0.8], rtol=1e-15)
        np.testing.assert_allclose(run.loss, sam.loss(run.theta, data), rtol=1e-14)


def test_batch_is_the_same_as_one_by_one():
    data = sam.random_separable(6, 4, seed=2)
    theta = np.random.default_rng(3).normal(size=(3, 5, 2, 4))
    run = sam.descend(theta, data, sam.SAM(0.2), 0.1, 300, record_at=[10, 300])
    assert run.theta.shape == (2, 3, 5, 2, 4) and run.status.shape == (3, 5)
    for i in np.ndindex(3, 5):
        alone = sam.descend(theta[i], data, sam.SAM(0.2), 0.1, 300, record_at=[10, 300])
        np.testing.assert_array_equal(run.theta[:, *i], alone.theta)
        np.testing.assert_array_equal(run[i].beta, alone.beta)


@pytest.mark.parametrize("p", [1, 2, 3, np.inf])
def test_a_batch_is_not_normalized_as_a_whole(p):
    data = sam.single_example([1, 2])
    small, large = sam.balanced([0.1, 0.1], 2), sam.balanced([5.0, 5.0], 2)
    both = sam.descend(np.stack([small, large]), data, sam.SAM(0.2, p), 0.01, 50)
    alone = sam.descend(small, data, sam.SAM(0.2, p), 0.01, 50)
    np.testing.assert_array_equal(both.theta[:, 0], alone.theta)


@pytest.mark.parametrize("margin", [30, 400, 1e4, 1e6])
@pytest.mark.parametrize("p", [2, np.inf])
def test_large_margins_are_ordinary_in_the_normalized_clock(margin, p):
    mu, rho, h = np.array([1.0, 2.0]), 0.5, 1e-3
    w = np.sqrt(margin / mu.sum() * np.array([1.2, 0.9]))
    run = sam.descend(
        sam.balanced(w, 2), sam.single_example(mu), sam.SAM(rho, p), h, 1, clock="normalized"
    )
    eps = rho * (1 if p == np.inf else mu * w / np.linalg.norm(np.tile(mu * w, 2)))
    np.testing.assert_allclose(run.theta[-1, 0], w + h * mu * (w - eps), rtol=1e-14)


def test_record_at():
    data, theta = sam.single_example([1, 2]), np.ones((2, 2))
    every = sam.descend(theta, data, sam.GD(), 0.1, 100)
    some = sam.descend(theta, data, sam.GD(), 0.1, 100, record_at=np.array([3, 50, 99]))
    np.testing.assert_array_equal(some.theta, every.theta[[3, 50, 99]])
    assert len(sam.descend(theta, data, sam.GD(), 0.1, 10**5).times) == 1001
    assert len(sam.descend(theta, data, sam.GD(), 0.1, 0).times) == 1
    for bad in ([1, 1], [5, 3], [-1, 3], [0, 101], [0.5], [], [[1, 2]], "all", [np.nan]):
        with pytest.raises(ValueError, match="record_at"):
            sam.descend(theta, data, sam.GD(), 0.1, 100, record_at=bad)


def test_overflow_is_said_and_the_last_finite_values_are_held():
    data = sam.Dataset([[1.0, 2.0], [1.0, 2.0]], [1, -1])  # not separable: margins cannot grow
    theta = np.stack([np.full((4, 2), 3.0), np.full((4, 2), 0.1)])
    marks = [0, 1, 2, 3, 5, 1000]
    run = sam.descend(theta, data, sam.GD(), 10.0, 1000, record_at=marks)
    assert list(run.status) == [sam.Status.OVERFLOWED, sam.Status.COMPLETED]
    assert np.all(np.isfinite(run.theta)) and 0 < run.end[0] < run.end[1] == 1e4
    last = round(run.end[0] / 10)
    exact = sam.descend(theta[0], data, sam.GD(), 10.0, last, record_at=[last])
    assert exact.status is sam.Status.COMPLETED
    np.testing.assert_array_equal(run.theta[-1, 0], exact.theta[-1])
    further = sam.descend(theta[0], data, sam.GD(), 10.0, last + 1, record_at=[last + 1])
    assert further.status is sam.Status.OVERFLOWED
    alone = sam.descend(theta[1], data, sam.GD(), 10.0, 1000, record_at=marks)
    np.testing.assert_array_equal(run.theta[:, 1], alone.theta)
    assert "diverged" in repr(run)


def test_zero_start_stays():
    data = sam.single_example([1, 2])
    for method in METHODS:
        run = sam.descend(np.zeros((2, 2)), data, method, 0.1, 10)
        assert np.all(run.theta == 0) and run.status is sam.Status.COMPLETED


def test_tiny_starts_keep_their_direction():
    """Squares of these parameters underflow; the perturbation is still of length rho."""
    data = sam.single_example([1.0, 2.0])
    for scale in (1e-100, 1e-170, 1e-300):
        theta = sam.balanced([scale, 2 * scale], 2)
        run = sam.descend(theta, data, sam.SAM(1.0), 1.0, 1, record_at=[1], clock="normalized")
        eps = np.array([1.0, 4.0]) / np.sqrt(34)
        np.testing.assert_allclose(run.theta[0, 0], -np.array([1, 2]) * eps, rtol=1e-12)


def test_progress_bar_beyond_two_seconds(capfd, monkeypatch):
    tick = itertools.count(0, 0.2)
    monkeypatch.setattr(time, "perf_counter", lambda: next(tick))
    monkeypatch.setenv("TQDM_DISABLE", "")
    data, theta = sam.single_example([1.0, 2.0]), np.ones((2, 2))
    sam.descend(theta, data, sam.GD(), 0.1, 5_000_000, record_at=[5_000_000])
    assert "descend" in capfd.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        {"step_size": 0},
        {"step_size": -0.1},
        {"step_size": np.nan},
        {"step_size": np.inf},
        {"step_size": "0.1"},
        {"steps": -1},
        {"steps": 1.5},
        {"steps": True},
        {"clock": "rescale"},
        {"clock": None},
        {"theta": np.ones(2)},
        {"theta": np.ones((2, 3))},
        {"theta": np.full((2, 2), np.nan)},
        {"theta": np.full((2, 2), 1e200)},
        {"method": 2},
        {"method": sam.SAM},
        {"data": np.ones((2, 2))},
    ],
    ids=str,
)
def test_bad_arguments_are_named(change):
    arguments = {
        "theta": np.ones((2, 2)),
        "data": sam.single_example([1, 2]),
        "method": sam.SAM(0.1),
        "step_size": 0.1,
        "steps": 10,
    }
    with pytest.raises(ValueError, match=rf"^{next(iter(change))} must be .*; got "):
        sam.descend(**(arguments | change))
