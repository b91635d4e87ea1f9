"""Predictions name every bad argument, and give numbers for legal ones that are odd."""

import inspect

import numpy as np
import pytest

from sam_lib import exact, theory

INF = np.inf


MU, HALF, PAIR = [1.0, 2.0], [0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]


CALLS = {
    "depth_one": (exact.depth_one, dict(times=[0, 1], mu=MU, w0=HALF, rho=1.0, p=2)),
    "linf_flow": (exact.linf_flow, dict(times=[0, 1], mu=MU, alpha=HALF, rho=1.0, depth=2)),
    "two": (exact.linf_flow_depth_two, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "l2_flow": (exact.l2_flow, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "reduction": (exact.l2_reduction, dict(times=[0, 1], mu=MU, theta=PAIR, rho=1.0)),
    "clock": (exact.original_time, dict(times=[0, 1], mu=MU, alpha=HALF, rho=1.0, depth=2, p=2)),
    "limit": (theory.limit_direction, dict(mu=MU, alpha=HALF, rho=1.0, depth=2, p=2)),
    "blow_up": (theory.blow_up_times, dict(mu=MU, alpha=HALF, rho=1.0, depth=3)),
    "zero": (theory.zero_times, dict(mu=MU, alpha=HALF, rho=1.0, depth=2)),
    "dominant": (theory.dominant_coordinate, dict(times=[0, 1], mu=MU, alpha=0.5, rho=1.0)),
    "phase": (theory.phase_diagram, dict(mu=MU, scales=[0.5], times=[0, 1], rho=1.0)),
    "swap": (theory.swap_times, dict(mu=MU, alpha=0.6, rho=1.0)),
    "collapse": (theory.collapse_threshold, dict(mu=MU, rho=1.0, direction=[1.0, 1.0])),
    "major": (theory.major_threshold, dict(mu=MU, rho=1.0)),
    "rewind": (theory.rewind_threshold, dict(mu=MU, rho=1.0)),
    "regime": (theory.regime, dict(mu=MU, alpha=0.6, rho=1.0)),
    "equilibria": (theory.equilibria, dict(mu=MU, rho=1.0)),
    "plateau": (theory.plateau_length, dict(mu=MU, alpha=0.6, rho=1.0)),
    "exponents": (theory.growth_exponents, dict(mu=MU, alpha=HALF, rho=1.0)),
    "loss": (theory.log_loss_rate, dict(log_t=3.0, mu=MU, alpha=[1.5, 0.5], rho=1.0)),
    "gap": (theory.margin_gap, dict(w=[1.0, 2.0], mu=MU, rho=1.0)),
}


NEVER = {
    "times": [[1, 0], [-1, 0], [np.nan], [INF], [], "soon", [[0, 1]], None, [1j]],
    "mu": [[0, 1], [-1, 2], [np.nan, 1], [INF, 1], [], 1.0, "x", None, [[[]]]],
    "rho": [-1, np.nan, INF, "x", None, [1], 1j],
    "alpha": [[np.nan, 1], INF, [], "x", [1, 2, 3], 1j],
    "w": [[np.nan, 1], INF, [], "x", [1, 2, 3]],
    "w0": [[np.nan, 1], [INF, 1], [], "x", [1, 2, 3]],
    "theta": [[[1, 2]], [[1, 2, 3]] * 2, [1, 2], [], np.nan, [[np.nan, 1]] * 2, [[1, 2]] * 3],
    "depth": [0, -1, 1.5, "2", None, np.nan, True, [2]],
    "p": [1, 3, 0, np.nan, "inf", None],
    "scales": [[-1], [np.nan], [], [[1]], "x", [INF]],
    "direction": [[0, 0], [1], [np.nan, 1], [1, 2, 3], "x"],
    "log_t": [0, -1, np.nan, [], "x"],
}


@pytest.mark.parametrize("name", CALLS)
def test_every_bad_argument_is_named(name):
    function, good = CALLS[name]
    assert set(good) <= set(inspect.signature(function).parameters)
    function(**good)
    tried = 0
    for argument, values in NEVER.items():
        for value in values if argument in good else ():
            if name in ("regime", "plateau") and value == [1, 2, 3]:
                continue  # three scales
            with pytest.raises(ValueError, match=rf"^{argument} "):
                function(**{**good, argument: value})
            tried += 1
    assert tried >= 12


@pytest.mark.parametrize("name", CALLS)
def test_legal_but_odd_arguments_give_numbers(name):
    function, good = CALLS[name]
    rng = np.random.default_rng(0)
    odd = {
        "times": [[0], [0, 0, 3], [1e-300, 1e300], np.arange(3), 5 * [1]],
        "mu": [[2, 2], [3, 1], [1e-6, 1e6], np.array([1, 2])],
        "rho": [0, 1, 1e-200, 1e200],
        "alpha": [0, 1, -0.5, 1e-200, 1e100, [0, 0], [0, 1], [1e-160, 1e160]],
        "theta": [np.zeros((2, 2)), np.ones((2, 2), int), [[1, 0], [0, 1]], [[1, 2], [-1, -2]]],
        "depth": [1, 2, 3, 7, 1000],
        "p": [2, INF],
        "scales": [[0], [0, 1e-200, 1e200], [1, 1]],
        "w": [[0, 0], [1e100, 1]],
        "w0": [[0, 0], [1e100, 1], [-1e100, 1]],
    }
    tried = 0
    for _ in range(150):
        arguments = dict(good)
        for argument in good:
            if argument in odd and rng.random() < 0.5:
                arguments[argument] = odd[argument][rng.integers(len(odd[argument]))]
        try:
            result = function(**arguments)
        except ValueError as refusal:
            assert any(str(refusal).startswith(f"{a} ") for a in good), refusal
            continue
        parts = result if isinstance(result, tuple) else (result,)
        for part in parts:
            if np.asarray(part).dtype.kind == "f":
                assert not np.isnan(part).any(), arguments
        tried += 1
    assert tried >= 20
