"""What a number may be: masks, gradients, missing values, flags, whole floats; and scales."""

from fractions import Fraction

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import checks


class Tensor:
    """As a tensor with a gradient: an array that NumPy may not read."""

    ndim = 0

    def __array__(self, *_, **__):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


class Missing:
    def __repr__(self):
        return "<NA>"


NULLABLE = np.array([[1, 2.5], [Fraction(1, 2), 4]], dtype=object)  # as a frame of nullable columns
HOLE = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 1], [0, 0]])
CARRY_MORE = [HOLE, [HOLE[0], HOLE[1]], Tensor(), [[1, Missing()], [2, 3]]]


@pytest.mark.parametrize("value", CARRY_MORE, ids=lambda v: type(v).__name__)
def test_what_carries_more_than_numbers_is_refused_with_the_reason(value):
    for make in (lambda: sam.Dataset(value, [1, -1]), lambda: sam.predictor(value)):
        with pytest.raises(ValueError, match=r"^(X|theta) must be .*; got "):
            make()
    if value is HOLE:
        with pytest.raises(ValueError, match="some entries are masked"):
            sam.Dataset(value, [1, -1])


def test_what_is_only_numbers_is_taken():
    np.testing.assert_array_equal(sam.Dataset(NULLABLE, [1, -1]).X, [[1, 2.5], [0.5, 4]])
    np.testing.assert_array_equal(sam.predictor(np.ma.array([[1.0, 2.0]])), [1, 2])


SCALARS = [np.ma.masked, Tensor(), Missing(), np.array([True]), "1", 10**5000, [[1], [1, 2]]]


@pytest.mark.parametrize("value", SCALARS, ids=lambda v: type(v).__name__)
def test_scalars_and_flags(value):
    for name in ("rho", "p", "normalized", "per_example"):
        with pytest.raises(ValueError, match=f"^{name} must be .*; got "):
            sam.SAM(**{"rho": 0.1, name: value})
    with pytest.raises(ValueError, match=r"^depth must be a whole number"):
        sam.balanced([1.0], value)


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int8(3), np.array(3.0), np.array(3)])
def test_whole_numbers(value):
    found = checks.integer("steps", value, least=0)
    assert found == 3 and type(found) is int


@pytest.mark.parametrize("value", [3.5, np.nan, np.inf, True, "3", None, [3], -1])
def test_not_whole(value):
    with pytest.raises(ValueError, match=r"^steps must be a whole number >= 0; got "):
        checks.integer("steps", value, least=0)


@pytest.mark.parametrize("k", [1e-300, 1e-170, 1e-10, 1e10, 1e160, 1e300])
def test_thresholds_are_free_of_scale_whatever_the_caller_raises(k):
    mu = np.array([1.0, 2.0])
    for threshold in (
        sam.theory.collapse_threshold,
        sam.theory.major_threshold,
        sam.theory.rewind_threshold,
    ):
        expected = threshold(mu)
        with np.errstate(all="raise"):
            found, wide = threshold(k * mu), threshold(mu, rho=k)
        np.testing.assert_allclose([found, wide / k], [expected] * 2, rtol=1e-14)
    with np.errstate(all="raise"):
        both = sam.theory.rewind_threshold([k * mu, mu])
        limit = sam.theory.limit_direction(k * mu, 0.6, 1.0, 2, 2)
        moved = sam.exact.depth_one([0, 1e10], k * mu, [0, 0], 0.0, 2)
    np.testing.assert_allclose(both, sam.theory.rewind_threshold(mu), rtol=1e-14)
    np.testing.assert_array_equal(limit, [0, 1])
    assert np.all(np.isfinite(moved)) and np.all(moved[1] > 0)


def test_the_callers_errstate_does_not_reach_inside():
    data = sam.random_separable(4, 2, seed=0)
    for size in (1e-200, 1.0, 1e60):
        theta = size * np.array([[1.0, 0.5], [1.0, 0.5]])
        with np.errstate(all="raise"):
            for method in (sam.GD(), sam.SAM(0.3), sam.SAM(0.3, np.inf), sam.SAM(0.3, 3)):
                sam.perturbation(theta, data, method)
            sam.loss(theta, data), sam.log_loss(theta, data), sam.gradient(theta, data)
    with np.errstate(all="raise"):
        sam.flow([[1.2, 0.5]] * 2, sam.single_example([1, 2]), sam.SAM(1.0), [0, 1.0])
        sam.exact.original_time([0, 0.5, 700], [1, 2], 1.2, 1.0, 2, np.inf)


def test_a_run_is_a_sequence_if_it_has_a_batch():
    starts = sam.balanced([[1.0, 1.0], [2.0, 1.0]], 2)
    data = sam.single_example([1, 2])
    run = sam.descend(starts, data, sam.GD(), 0.1, 3)
    assert len(run) == 2 and bool(run)
    for one, start in zip(run, starts, strict=True):
        np.testing.assert_array_equal(one.theta[0], start)
        assert bool(one)
        for wrong in (len, list):
            with pytest.raises(TypeError, match="one start"):
                wrong(one)


def test_a_flow_to_the_end_of_double_precision_takes_a_bounded_number_of_steps(monkeypatch):
    from scipy.integrate import DOP853

    step, count = DOP853.step, []
    monkeypatch.setattr(DOP853, "step", lambda self: (count.append(1), step(self))[1])
    data = sam.single_example([1, 2])
    run = sam.flow([[1.2, 0.5]] * 2, data, sam.GD(), [0, 1e308], clock="original", rtol=1e-6)
    assert run.status is sam.Status.COMPLETED and len(count) < 5000
    assert -np.log(run.loss[-1]) == pytest.approx(np.log(1e308), rel=0.05)
