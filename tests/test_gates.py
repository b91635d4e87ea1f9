"""The gate for layers that differ, against steps and against the gate of equal layers."""

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import theory


def test_equal_layers_pass_exactly_above_the_radius():
    theta = sam.balanced([0.5, 0.999, 1.001, 2.0], 3)
    assert theory.passes_gate(theta, 1.0).tolist() == [False, False, True, True]


def test_two_layers_pass_by_their_sum():
    theta = np.random.default_rng(0).uniform(0.05, 2, (40, 2, 3))
    assert np.array_equal(theory.passes_gate(theta, 1.0), theta.sum(-2) > 2)


@pytest.mark.parametrize(
    ("layers", "passes"),
    [
        ([0.9, 1.2, 1.3], True),
        ([0.7, 1.2, 1.5], False),
        ([0.9, 0.95, 3.0], False),
        ([0.8, 0.85, 0.9], False),
    ],
)
def test_steps_agree(layers, passes):
    theta = np.array(layers)[:, None]
    assert theory.passes_gate(theta, 1.0).tolist() == [passes]
    run = sam.descend(
        theta, sam.single_example([1.0]), sam.SAM(1.0, np.inf), 1e-3, 40000, clock="normalized"
    )
    stays = bool((run.theta > 0).all())
    assert stays == passes


def test_without_a_radius_all_pass():
    assert theory.passes_gate([[0.1], [0.2]], 0).tolist() == [True]


@pytest.mark.parametrize(
    ("theta", "rho", "name"),
    [([[1.0, 2.0]], 1.0, "theta"), ([[1.0], [-1.0]], 1.0, "theta"), ([[1.0], [1.0]], -1, "rho")],
)
def test_bad_input_is_named(theta, rho, name):
    with pytest.raises(ValueError, match=name):
        theory.passes_gate(theta, rho)
