"""Hostile input: a right answer, or a ValueError that names the argument. Never nan, never a hang.

Every call starts from sound arguments, of which some are replaced by something odd. Thousands of
calls, the same in every run.
"""

import inspect
import time

import numpy as np
import pytest

import sam_lib as sam

NAN, INF = np.nan, np.inf
CALLS = 400  # for each function

SCALARS = [0, -1, 1, 2, 1.5, 1e-300, 1e300, NAN, INF, -INF, True, None, "x", "", 1j, [], [1], {}]
SCALARS += [np.float32(0.5), np.int8(3), np.array(2.0), np.array([2]), 10**400, object(), (1, 2)]
METHODS = [sam.GD(), sam.SAM(0.5), sam.SAM(0.5, 1), sam.SAM(0.5, 3), sam.SAM(0.5, INF)]
METHODS += [sam.SAM(1e-300), sam.SAM(1e100), sam.SAM(0.5, 1.0001), sam.SAM(0.5, 1e8)]
METHODS += [sam.SAM(0.5, normalized=False), sam.SAM(0.5, per_example=True)]
METHODS += [sam.MarginSAM(0.5), sam.MarginSAM(3.0, per_example=True), sam.MarginSAM(1e-300)]
METHODS += [
    sam.MarginSAM(1e100),
    sam.SAM(0.3, INF, per_example=True),
    None,
    2,
    "GD",
    sam.SAM,
    sam.GD,
    {"rho": 1},
]
FEW_TIMES = [[0], [0.0, 0.0, 0.1], [1e-300, 0.05], [0.3], [0.1, 0], [-1, 0], [], [NAN], [0, INF]]
FEW_TIMES += [0.5, None, "now", [[0, 1]], np.array([0, 1]), range(2), [0, 1e-3, 2]]


def odd_array(rng, shape):
    """A float array of about this shape, with a disease now and then."""
    shape = list(shape)
    if rng.random() < 0.15:
        shape[rng.integers(len(shape))] = int(rng.integers(0, 4))
    if rng.random() < 0.1:
        shape = shape[1:] if rng.random() < 0.5 else [2, *shape]
    kind = rng.integers(9)
    a = rng.normal(size=shape)
    if kind == 1:
        a = np.abs(a)
    elif kind == 2:
        a = np.round(a).astype(int)
    elif kind == 3:
        a = a * 10.0 ** rng.integers(-300, 300)
    elif kind == 4:
        a = a * 10.0 ** rng.integers(-8, 8, size=shape)
    elif kind == 5 and a.size:
        a.flat[rng.integers(a.size)] = rng.choice([NAN, INF, -INF, 0])
    elif kind == 6:
        a = np.zeros(shape)
    elif kind == 7:
        a = np.ones(shape)
    elif kind == 8:
        return [a.astype(str), a + 1j, a.astype(object), a > 0][rng.integers(4)]
    return a.tolist() if rng.random() < 0.3 else a


def odd_data(rng):
    n, d = (int(x) for x in rng.integers(1, 4, size=2))
    for _ in range(20):
        try:
            return rng.choice(
                [
                    lambda: sam.single_example(np.abs(odd_array(rng, [d]))),
                    lambda: sam.random_separable(n, d, seed=int(rng.integers(100))),
                    lambda: sam.Dataset(odd_array(rng, [n, d]), rng.choice([-1, 1], size=n)),
                ]
            )()
        except (ValueError, TypeError):
            continue
    return sam.single_example([1, 2])


def odd_theta(rng, data):
    depth = int(rng.integers(1, 5))
    if rng.random() < 0.3:
        return np.repeat(np.abs(rng.normal(size=(1, data.d))), depth, axis=0)
    return odd_array(rng, [depth, data.d])


def arguments(name, rng):
    """Sound arguments, then a few odd ones."""
    data = odd_data(rng)
    theta = odd_theta(rng, data)

    def pick(values):
        return values[rng.integers(len(values))]

    odd = rng.random() < 0.4
    match name:
        case "Dataset":
            n, d = rng.integers(1, 4, size=2)
            y = odd_array(rng, [n]) if odd else rng.choice([-1, 1], size=n)
            return {"X": odd_array(rng, [n, d]), "y": y}
        case "single_example":
            return {"mu": pick(SCALARS) if odd else odd_array(rng, [3])}
        case "random_separable":
            chosen = {"n": 3, "d": 2, "seed": 1, "margin": 0.1}
            values = [v for v in SCALARS if v is not True]
            return chosen | {pick(list(chosen)): pick(values)}
        case "two_gaussians":
            chosen = {"n": 3, "seed": 1, "mean": [1, 2], "scale": 0.1}
            return chosen | {pick(list(chosen)): pick(SCALARS)}
        case "balanced":
            return {"alpha": odd_array(rng, [2, 3]), "depth": pick(SCALARS) if odd else 2}
        case "SAM":
            chosen = {"rho": 0.5, "p": 2, "normalized": True, "per_example": False}
            return chosen | {pick(list(chosen)): pick(SCALARS)}
        case "MarginSAM":
            chosen = {"kappa": 0.5, "per_example": False}
            return chosen | {pick(list(chosen)): pick(SCALARS)}
        case "predictor":
            return {"theta": theta}
        case "loss" | "log_loss" | "gradient" | "margins":
            return {"theta": theta, "data": pick(SCALARS) if rng.random() < 0.1 else data}
        case "perturbation":
            return {"theta": theta, "data": data, "method": pick(METHODS)}
        case "descend":
            chosen = {"theta": theta, "data": data, "method": pick(METHODS)}
            chosen |= {"step_size": 10.0 ** rng.integers(-9, 9), "steps": int(rng.integers(0, 60))}
            extra = {"record_at": [None, [0], [5], [3, 2], [0.5], [-1], [], "x", [0, 10**6]]}
            extra |= {"clock": ["original", "normalized", "rescaled", None]}
            extra |= {"step_size": SCALARS, "steps": [s for s in SCALARS if s is not True]}
        case "flow":
            chosen = {"theta": theta, "data": data, "method": pick(METHODS)}
            chosen |= {"times": [0, 0.1], "clock": "rescaled" if data.n == 1 else "normalized"}
            extra = {"times": FEW_TIMES, "clock": ["original", "normalized", "rescaled", 1]}
            extra |= {"rtol": SCALARS, "atol": SCALARS}
            if rng.random() < 0.2:
                del extra["rtol"], extra["atol"]
        case "l1_max_margin" | "l2_max_margin":
            return {"data": pick(SCALARS) if rng.random() < 0.1 else data}
        case "kkt_residual":
            chosen = {"beta": odd_array(rng, [data.d]), "data": data}
            return chosen | ({"p": pick(SCALARS)} if odd else {})
    if odd:
        key = pick(list(extra))
        chosen[key] = pick(extra[key])
    return chosen


def numbers(result):
    """All the numbers of an answer."""
    if isinstance(result, sam.Run):
        return [result.times, result.theta, result.beta, result.loss, result.end]
    if isinstance(result, sam.Dataset):
        return [result.X, result.y, result.Z]
    if isinstance(result, (sam.SAM, sam.MarginSAM)):
        return [result.rho, result.p]
    return [result]


NAMES = [
    "Dataset",
    "single_example",
    "random_separable",
    "two_gaussians",
    "balanced",
    "SAM",
    "MarginSAM",
    "predictor",
    "loss",
    "log_loss",
    "gradient",
    "margins",
    "perturbation",
    "descend",
    "flow",
    "l1_max_margin",
    "l2_max_margin",
    "kkt_residual",
]


@pytest.mark.parametrize("name", NAMES)
def test_right_answer_or_a_clear_error(name):
    function = getattr(sam, name)
    known = set(inspect.signature(function).parameters)
    answers = refusals = 0
    for seed in range(CALLS):
        rng = np.random.default_rng([seed, NAMES.index(name)])
        given = arguments(name, rng)
        assert set(given) <= known
        began = time.process_time()
        try:
            result = function(**given)
        except ValueError as error:
            refusals += 1
            text = str(error)
            assert text.split()[0] in known, f"{text!r} names no argument, from {given}"
            assert " must " in text and "; got " in text and len(text) < 400, text
        else:
            answers += 1
            for value in numbers(result):
                assert not np.any(np.isnan(value)), f"nan from {given}"
        assert time.process_time() - began < 60, f"slow: {given}"
    assert answers > CALLS / 20 and refusals > CALLS / 20, (answers, refusals)
