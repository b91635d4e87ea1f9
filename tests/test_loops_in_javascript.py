"""The loops that numba compiles, as JavaScript: the same steps to 1e-12, flows to 1e-10."""

import json
import subprocess

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

import sam_lib as sam
from sam_lib import _descent
from sam_lib._reduction import batch, trajectory
from sam_lib.compiled.expressions import NUMBER, Array, Unsupported
from sam_lib.compiled.javascript import program

RUN = """
const read = (v) => (Array.isArray(v) ? v.map(read) : typeof v === "string" ? Number(v) : v);
const jobs = JSON.parse(require("fs").readFileSync(process.argv[2])).map(({ source, args }) => {
  const arrays = [];
  const flat = args.flatMap((a) => {
    if (typeof a !== "object") return [read(a)];
    const values = Float64Array.from(read(a.values));
    arrays.push(values);
    return [values, 0, ...a.shape];
  });
  const result = new Function(source)()(...flat);
  return { result: result ?? null, arrays: arrays.map((a) => [...a]) };
});
const encode = (_, v) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
console.log(JSON.stringify(jobs, encode));
"""


def in_javascript(folder, *jobs):
    """For each (function, arguments): its result, and its arrays after the call."""
    data = []
    for function, arguments in jobs:
        kinds = [Array(a.ndim) if isinstance(a, np.ndarray) else NUMBER for a in arguments]
        given = [
            {"values": [str(v) for v in a.ravel()], "shape": a.shape}
            if isinstance(a, np.ndarray)
            else str(float(a))
            for a in arguments
        ]
        data.append({"source": program(function.py_func, kinds), "args": given})
    (folder / "jobs.json").write_text(json.dumps(data))
    (folder / "run.cjs").write_text(RUN)
    node = str(compute_driver_executable()[0])
    done = subprocess.run(
        [node, folder / "run.cjs", folder / "jobs.json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    results = []
    for (_, arguments), answer in zip(jobs, json.loads(done.stdout), strict=True):
        shapes = [a.shape for a in arguments if isinstance(a, np.ndarray)]
        arrays = [
            np.array(a, float).reshape(s) for a, s in zip(answer["arrays"], shapes, strict=True)
        ]
        results.append((np.array(answer["result"], float), arrays))
    return results


def march(kernel, data, L, seed, normalized, p=2.0, size=0.01, gaps=(0, 1, 99)):
    """A loop of discrete steps and its arguments, for three starts."""
    starts = np.random.default_rng(seed).uniform(-0.9, 0.9, (3, L, data.d))
    out = np.empty((3, len(gaps), L, data.d))
    bound = (np.array(data.Z), 0.3, p, size, normalized)
    return kernel, (starts, *bound, np.array(gaps, dtype=np.int64), out)


def copies(arguments):
    return [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]


LOOPS = (  # depth, ascent, whether there is one example; compiling more of them takes long
    (1, _descent.LINF, False),
    (2, _descent.L2, True),
    (2, _descent.L2, False),
    (2, _descent.LP, False),
    (3, _descent.RAW, True),
    (3, _descent.GRADIENT_DESCENT, False),
)


def test_steps_agree_with_numba(tmp_path):
    data = {True: sam.single_example([1.0, 2.0, 0.5]), False: sam.random_separable(5, 3, seed=1)}
    jobs = []
    for seed, (L, kind, single) in enumerate(LOOPS):
        for normalized, p in ((False, 1.5), (True, 3.0)):
            kernel = _descent.kernel(L, kind, single)
            jobs.append(march(kernel, data[single], L, seed, normalized, p))
    each = _descent.per_example_kernel(2, _descent.L2)
    jobs.append(march(each, data[False], 2, 7, True))
    for (kernel, arguments), (_, arrays) in zip(jobs, in_javascript(tmp_path, *jobs), strict=True):
        expected = copies(arguments)
        kernel(*expected)
        np.testing.assert_allclose(arrays[-1], expected[-1], rtol=1e-12, atol=1e-12)
        assert np.nanmax(np.abs(expected[-1][:, -1] - expected[-1][:, 0])) > 0.01  # it moved


@pytest.fixture(scope="module")
def problems():
    rng = np.random.default_rng(5)
    mu = np.array([0.7, 1.0, 1.9])
    starts = rng.uniform(0.05, 1.5, (12, 2, 3)) * rng.choice([-1, 1], (12, 2, 3))
    return batch.scale(mu, starts, 1.0)


def test_flows_agree_with_numba(tmp_path, problems):
    targets = np.linspace(0, 12, 40)
    jobs = []
    for log_e, x in zip(problems.log_e, problems.x, strict=True):
        room = np.zeros(targets.size), np.zeros(targets.size)
        jobs.append((trajectory.trace_start, (log_e, x, problems.nu, 1.0, targets, True, *room)))
    ends = set()
    for (function, arguments), (result, arrays) in zip(
        jobs, in_javascript(tmp_path, *jobs), strict=True
    ):
        expected = copies(arguments)
        answer = function(*expected)
        np.testing.assert_allclose(result, answer, rtol=1e-13)
        np.testing.assert_allclose(arrays[-1], expected[-1], rtol=1e-10, atol=1e-10)
        before = np.isfinite(expected[-1])  # at a collapse the clock runs away
        np.testing.assert_allclose(arrays[-2][before], expected[-2][before], rtol=1e-10)
        ends.add(answer[1])
    assert len(ends) == 2  # some collapse, some escape


def test_phase_diagrams_and_thresholds_agree_with_numba(tmp_path, problems):
    scales, nu = np.geomspace(0.05, 3, 40), np.array([0.4, 0.7, 1.0])
    log_e = 2 * np.log(scales)[:, None] + np.log(2 * nu**2)
    index = np.zeros((40, 60))
    walk = (log_e, nu, 1.0, nu[1:] + nu[:-1], np.linspace(0, 20, 60), index)
    logs = (problems.log_e[0], problems.nu, 1.0, np.log(0.01), np.log(100))
    (_, arrays), (threshold, _) = in_javascript(
        tmp_path, (trajectory.walk_starts, walk), (trajectory.log_threshold, logs)
    )
    trajectory.walk_starts(*walk)
    np.testing.assert_array_equal(arrays[-1], index)
    assert set(np.unique(index)) == {-1, 0, 1, 2}
    assert threshold == pytest.approx(trajectory.log_threshold(*logs), abs=1e-13)


def test_what_has_no_translation_is_refused_by_name():
    def sorts(a):
        return np.sort(a)

    with pytest.raises(Unsupported, match=r"sorts, line 2: np.sort\(a\)"):
        program(sorts, [Array(1)])
