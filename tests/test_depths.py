"""Predictions at depth three and more, against the network and the certified route."""

import numpy as np
import pytest

import sam_lib as sam


def test_the_network_collapses_below_the_threshold_and_escapes_above():
    mu, ray, rho = np.array([1.0, 2.2]), np.array([1.0, 0.7]), 0.8
    found = sam.theory.collapse_threshold(mu, rho, ray, depth=4)
    for factor, grows in ((0.9, False), (1.1, True)):
        start = sam.balanced(found * factor * ray, 4)
        run = sam.flow(start, sam.single_example(mu), sam.SAM(rho), [0, 3000])
        assert (run.status == sam.Status.BLEW_UP) == grows


def test_equal_scores_are_level_with_the_saddle():
    mu = np.array([1.0, 3.0])
    ray = sam.theory.deep_equilibrium(mu, 1.0, 6)
    assert abs(sam.theory.collapse_threshold(mu, 1.0, ray, depth=6) - 1) < 1e-12


def test_the_proof_agrees():
    assert sam.certify.collapse_threshold([1, 2], depth=4, digits=3).low == "0.355"


def test_the_power_of_equal_features_is_a_limit():
    for depth in (4, 6, 8):
        limit = (depth - 2) ** 2 / (2 * depth - 3)
        assert abs(sam.theory.plateau_power([1.0, 1.0 + 1e-7], depth) - limit) < 1e-5


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: sam.theory.collapse_threshold([1, 2], depth=3), "depth"),
        (lambda: sam.theory.collapse_threshold([1, 2], 1, [1, 0], depth=4), "direction"),
        (lambda: sam.theory.plateau_power([1, 2], 5), "depth"),
        (lambda: sam.theory.outset_changes([1, 1], 1, 4), "mu"),
        (lambda: sam.theory.deep_equilibrium([1, 2], 1, 2), "depth"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
