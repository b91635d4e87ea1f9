"""Run the hunts: ``python -m search --trials 1000 --claims d38 d41`` (or ``make search``).

Trials come in batches, and a batch is known by its hunt and its number: it draws the same cases on
every machine. Each finished batch is a line of ``_build/search/<hunt>.jsonl``; a second call does
only what is missing, so a search can be stopped and made wider. The summary says what was tried.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
from joblib import Parallel, delayed

from search import HUNTS, PLANTED, Hunt

OUTPUT = Path(__file__).resolve().parent.parent / "_build" / "search"
BATCH = 50


def batch(hunt: Hunt, number: int, size: int = BATCH) -> dict:
    """Try a statement ``size`` times; the record of what was tried."""
    rng = np.random.default_rng([crc32(hunt.name.encode()), number])
    decided, smallest, worst, broken = 0, math.inf, None, []
    for _ in range(size):
        margin, case = hunt.trial(rng)
        if math.isnan(margin):
            raise ValueError(f"{hunt.name}: the margin is nan for {case}")
        decided += margin < math.inf  # otherwise the statement says nothing about the case
        if margin < smallest:
            smallest, worst = float(margin), case
        if margin < -hunt.tolerance:
            broken.append({"margin": float(margin), "case": case})
    return {
        "hunt": hunt.name,
        "batch": number,
        "trials": size,
        "decided": int(decided),
        "smallest": smallest if decided else None,
        "worst": worst,
        "counterexamples": broken,
    }


def finished(path: Path) -> dict[int, dict]:
    """The batches that a file holds; a line that was cut off in writing does not count."""
    found = {}
    for line in path.read_text("utf8").splitlines() if path.exists() else ():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[record["batch"]] = record
    return found


def search(hunts: list[Hunt], trials: int, output: Path = OUTPUT, workers: int = 1) -> list[dict]:
    """Do what is missing of ``trials`` trials of each hunt; a summary for each."""
    output.mkdir(parents=True, exist_ok=True)
    summaries = []
    for hunt in hunts:
        path = output / f"{hunt.name}.jsonl"
        done, wanted = finished(path), range(math.ceil(trials / BATCH))
        missing = [number for number in wanted if number not in done]
        run = Parallel(n_jobs=workers, return_as="generator")
        path.write_text("".join(json.dumps(done[k]) + "\n" for k in sorted(done)), "utf8")
        with path.open("a", encoding="utf8") as lines:
            for record in run(delayed(batch)(hunt, number) for number in missing):
                done[record["batch"]] = record
                lines.write(json.dumps(record) + "\n")
                lines.flush()
        summaries.append(summary(hunt, list(done.values()), new=len(missing)))
        print(in_a_line(summaries[-1]), flush=True)
    (output / "summary.json").write_text(json.dumps(summaries, indent=1) + "\n", "utf8")
    return summaries


def summary(hunt: Hunt, records: list[dict], new: int) -> dict:
    """What was tried of a statement, and what came out."""
    sizes = [r["smallest"] for r in records if r["smallest"] is not None]
    return {
        "hunt": hunt.name,
        "claim": hunt.claim,
        "says": hunt.says,
        "tolerance": hunt.tolerance,
        "trials": sum(r["trials"] for r in records),
        "decided": sum(r["decided"] for r in records),
        "new": new * BATCH,
        "smallest": min(sizes, default=None),
        "counterexamples": [c for r in records for c in r["counterexamples"]],
    }


def in_a_line(row: dict) -> str:
    found = len(row["counterexamples"])
    nothing = "none found" if row["decided"] else "NOTHING DECIDED"
    verdict = f"{found} COUNTEREXAMPLES" if found else nothing
    size = "none" if row["smallest"] is None else f"{row['smallest']:.2g}"
    return (
        f"{row['claim']:5s} {row['hunt']:24s} {row['trials']:8d} trials ({row['new']} new), "
        f"{row['decided']:8d} decided, smallest margin {size:>9s}: {verdict}"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m search", description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=1000, help="of each hunt, in all")
    parser.add_argument("--claims", nargs="*", help="only these claims")
    parser.add_argument("--workers", type=int, default=-1, help="processes; -1 for all cores")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--planted", action="store_true", help="the false statements instead")
    options = parser.parse_args(arguments)
    listed = PLANTED if options.planted else HUNTS
    known = {hunt.claim for hunt in listed.values()}
    if unknown := set(options.claims or ()) - known:
        parser.error(f"claims: got {sorted(unknown)}, allowed: {', '.join(sorted(known))}")
    hunts = [h for h in listed.values() if not options.claims or h.claim in options.claims]
    rows = search(hunts, options.trials, options.output, options.workers)
    return int(any(row["counterexamples"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
