"""The library against what a reader would use instead.

    python benchmarks/run.py             all tasks, a few minutes
    python benchmarks/run.py --quick     small sizes, to see that everything runs
    python benchmarks/run.py --check     exit with an error if a target is missed

In each round every contestant runs in turn, so that what slows the machine slows them all, and what
is short runs again and again for half a second, of which the best counts. A ratio compares times
of one round, theirs divided by ours. Compilation is measured in processor time. Integrators run at
the tolerance to which the library's own flow is tested, 1e-10. The table goes to ``results.json``.
Peers that are not installed are left out: ``pip install -e ".[bench]"`` gets them.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import peers

import sam_lib as sam

HERE = Path(__file__).parent
PACKAGES = ("numpy", "scipy", "numba", "torch", "jax", "optax", "diffrax")


def main():
    parser = argparse.ArgumentParser(description="Benchmarks of sam_lib.")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is written")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed")
    options = parser.parse_args()
    rows, load = [], os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    for task in (descent, batch, phases, start_up):
        for row in task(options.quick):
            rows.append(row)
            print(words(row), flush=True)
    if not options.quick:
        table = {"machine": machine() | {"load": load}, "rows": rows}
        (HERE / "results.json").write_text(json.dumps(table, indent=1) + "\n")
    missed = [row for row in rows if not row["met"]]
    for row in missed:
        print("target missed:", words(row))
    if options.check and missed:
        sys.exit(1)


def descent(quick):
    """Many l2-SAM steps of a depth-two network on one example."""
    steps = 2000 if quick else 100_000
    few = 100 if quick else 1000
    for d in (2, 50):
        mu, w = np.linspace(1, 2, d), np.full((2, d), 0.6)
        data, method = sam.single_example(mu), sam.SAM(0.3)

        def ours(steps=steps, w=w, data=data, method=method):
            return sam.descend(w, data, method, 0.01, steps, [steps]).theta[-1]

        setting = (w, mu, 0.3, 0.01)
        contestants = {
            "numba loop": (lambda s=setting: peers.numba_loop(*s, steps), 1, ">= 0.77", 1 / 1.3),
            "numba loop, fastmath": (lambda s=setting: peers.numba_fast(*s, steps), 1, "", 0),
            "optax scan": (make(peers.optax_scan, *setting, steps), 1, ">= 2", 2),
            "PyTorch SAM class": (
                make(peers.torch_sam, *setting, few),
                steps / few,
                ">= 1000",
                1000,
            ),
            "NumPy loop": (lambda s=setting: peers.numpy_loop(*s, few), steps / few, "", 0),
        }
        exact = {"PyTorch SAM class": ours(few), "NumPy loop": ours(few)}
        title = f"{steps} SAM steps, depth 2, d = {d}"
        yield from compare(title, ours, contestants, exact, 3 if quick else 5)


def batch(quick):
    """A batch of starts on all cores."""
    steps = 500 if quick else 10_000
    for d in (2, 50):
        mu = np.linspace(1, 2, d)
        w = np.random.default_rng(0).uniform(0.2, 1, (256, 2, d))
        data, method = sam.single_example(mu), sam.SAM(0.3)

        def ours(w=w, data=data, method=method):
            return sam.descend(w, data, method, 0.01, steps, [steps]).theta[-1]

        contestants = {
            "parallel numba loop": (
                lambda w=w, mu=mu: peers.numba_batch(w, mu, 0.3, 0.01, steps),
                1,
                ">= 0.77",
                1 / 1.3,
            )
        }
        title = f"256 starts x {steps} SAM steps, depth 2, d = {d}"
        yield from compare(title, ours, contestants, {}, 3 if quick else 5)


def phases(quick):
    """The leading coordinate over 256 uniform starts and 200 times."""
    starts, count = (16, 20) if quick else (256, 200)
    for d, most, goals in ((2, 2, (5, 300)), (50, 2, (100, 300)), (50, 10, (100, 300))):
        mu = np.linspace(1, most, d)
        top = (mu[-2] + mu[-1]) / (np.sqrt(2) * np.linalg.norm(mu))
        scales, times = np.linspace(0.3, 1.2, starts) * top, np.linspace(0, 8, count + 1)[1:]

        def ours(mu=mu, scales=scales, times=times):
            return sam.theory.phase_diagram(mu, scales, times, 1.0)

        setting = (mu, scales, times, 1.0)
        contestants = {
            "diffrax, warm, rtol 1e-10": (
                make(peers.diffrax_phases, *setting),
                1,
                f">= {goals[0]}",
                goals[0],
            ),
            "LSODA, rtol 1e-10": (
                lambda s=setting: peers.lsoda_phases(*s),
                1,
                f">= {goals[1]}",
                goals[1],
            ),
            "one exponential per point": (
                peers.bare_exponentials(mu, scales, times),
                1,
                ">= 0.2" if d > 2 else "",
                0.2 if d > 2 else 0,
            ),
        }
        title = f"phase diagram, {starts} x {count}, d = {d}, mu from 1 to {most}"
        yield from compare(title, ours, contestants, {"one exponential per point": None}, 5)


def start_up(quick):
    """Import, and the first call with an empty cache of compiled code."""
    rounds = 2 if quick else 7
    bare = [wall("pass") for _ in range(rounds)]
    base = [wall("import numpy, scipy.integrate") for _ in range(rounds)]
    full = [wall("import sam_lib") for _ in range(rounds)]
    ratios = [(b - e) / (a - e) for e, a, b in zip(bare, base, full, strict=True)]
    yield {
        "task": "import sam_lib",
        "peer": "import numpy, scipy.integrate",
        "seconds": statistics.median(full),
        "peer_seconds": statistics.median(base),
        **spread([1 / r for r in ratios]),
        "target": ">= 0.5",
        "met": bool(statistics.median(ratios) <= 2),
    }
    first, second = zip(*(compilation() for _ in range(1 if quick else 3)), strict=True)
    yield {
        "task": "first call of descend, nothing cached",
        "peer": "the same in a new process, cached",
        "seconds": statistics.median(first),
        "peer_seconds": statistics.median(second),
        **spread([b / a for a, b in zip(first, second, strict=True)]),
        "target": "ours <= 3 s",
        "met": bool(statistics.median(first) <= 3),
    }


def compilation():
    """Processor seconds of the first call of ``descend`` after ``import numba``, then cached."""
    code = (
        "import numba, numba.core.dispatcher, time, sam_lib as sam, numpy as np;"
        "data, w = sam.single_example([1, 2]), np.ones((2, 2)); from sam_lib import descent;"
        "t = time.process_time(); sam.descend(w, data, sam.SAM(0.1), 0.1, 10);"
        "print(time.process_time() - t)"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        return tuple(
            float(
                subprocess.run(
                    [sys.executable, "-c", code],
                    env=environment,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
            )
            for _ in range(2)
        )


def wall(code):
    """Seconds of a fresh interpreter."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def make(maker, *arguments):
    """A contestant that needs a package, or None where it is not installed."""
    try:
        return maker(*arguments)
    except ImportError as error:
        print(f"  ({maker.__name__} left out: {error})")
        return None


def compare(title, ours, contestants, exact, rounds):
    """Rows of the table: every contestant against ours, round by round.

    ``contestants`` maps names to (function, factor on its time, target in words, least ratio);
    ``exact`` to the expected result where it is not that of ours (None: not compared).
    """
    contestants = {name: entry for name, entry in contestants.items() if entry[0] is not None}
    answer = ours()
    for name, (function, *_) in contestants.items():  # warm up, and do they compute the same?
        expected, found = exact.get(name, answer), function()
        if expected is None:
            continue
        if expected.dtype.kind == "i":  # leaders: ties and the moment of collapse may differ
            assert np.mean(expected != found) < 0.02, (title, name)
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9, err_msg=name)
    seconds = {name: [] for name in ("ours", *contestants)}
    for _ in range(rounds):
        seconds["ours"].append(clock(ours))
        for name, (function, factor, *_) in contestants.items():
            seconds[name].append(factor * clock(function))
    for name, (_, _, target, least) in contestants.items():
        ratios = [a / b for a, b in zip(seconds[name], seconds["ours"], strict=True)]
        yield {
            "task": title,
            "peer": name,
            "seconds": statistics.median(seconds["ours"]),
            "peer_seconds": statistics.median(seconds[name]),
            **spread(ratios),
            "target": target,
            "met": bool(statistics.median(ratios) >= least),
        }


def clock(function):
    """Seconds of the best of as many runs as fit into half a second."""
    best, began = np.inf, time.perf_counter()
    while True:
        start = time.perf_counter()
        function()
        now = time.perf_counter()
        best = min(best, now - start)
        if now - began > 0.5:
            return best


def spread(ratios):
    return {
        "min": min(ratios),
        "median": statistics.median(ratios),
        "max": max(ratios),
    }


def machine():
    """What the numbers were measured on."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            s.split(":")[1].strip() for s in cpuinfo.read_text().splitlines() if "model name" in s
        ]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": found,
    }


def words(row):
    target = (
        f"   target {row['target']}: {'met' if row['met'] else 'MISSED'}" if row["target"] else ""
    )
    return (
        f"{row['task']:<52} {row['peer']:<34} {row['seconds']:9.4g} s  peer takes "
        f"{row['median']:8.4g} x  ({row['min']:.4g} to {row['max']:.4g}){target}"
    )


if __name__ == "__main__":
    main()
