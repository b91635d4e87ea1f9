"""What the chapters print, under other arithmetic, on other versions: ``make portable``.

    python tools/portable.py                     every setting that this machine can offer
    python tools/portable.py --here 02 08        one setting, this environment, some chapters

A processor without vector units, another number of threads, another NumPy or Python change the
last bit of a number. Nothing that a chapter prints may hang on it: nbval compares each cell with
the text that is committed. On the other versions the wheel is tested as well. What this machine
does not have is named and not checked.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "portable"
PYTHONS = ("3.11", "3.12", "3.13")
OLDEST_NUMPY = "2.1.0"  # the least that pyproject.toml allows; requirements.lock has the newest
VECTOR_UNITS = "from numpy._core._multiarray_umath import __cpu_dispatch__ as d; print(*d)"
THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
CHOSEN_ELSEWHERE = ("NUMBA_CPU_NAME", "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", *THREADS)


def arithmetic(python: Path, plain: bool, threads: int) -> dict[str, str]:
    """The environment variables of one setting, over those of this process."""
    kept = {k: v for k, v in os.environ.items() if k not in CHOSEN_ELSEWHERE}
    kept = {k: v for k, v in kept.items() if not k.startswith(("PYTEST_", "COV_"))}
    kept |= dict.fromkeys(THREADS, str(threads))
    if not plain:
        units = subprocess.run(
            [python, "-c", VECTOR_UNITS], env=kept, capture_output=True, text=True, check=True
        )
        kept |= {"NUMBA_CPU_NAME": "generic", "NPY_DISABLE_CPU_FEATURES": units.stdout.strip()}
        if platform.machine().lower() in ("x86_64", "amd64"):
            kept["OPENBLAS_CORETYPE"] = "Nehalem"
    return kept


def run(python: Path, arguments: list, *, plain=False, threads=1, folder=ROOT, **options):
    """Run an interpreter under one setting."""
    environment = arithmetic(python, plain, threads)
    return subprocess.run([python, *arguments], cwd=folder, env=environment, text=True, **options)


def compare(python: Path, chapters: list[str], workers="0", **setting) -> bool:
    """Whether the chapters print what is committed; pytest says what differs."""
    command = ["-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", *chapters]
    return run(python, command, **setting).returncode == 0


def chosen(numbers: list[str]) -> list[str]:
    """The chapters whose file names begin with these numbers; all of them without numbers."""
    names = sorted(path.name for path in (ROOT / "chapters").glob("*.ipynb"))
    kept = [name for name in names if not numbers or name.startswith(tuple(numbers))]
    if not kept:
        sys.exit(f"no chapter begins with {', '.join(numbers)}")
    return [f"chapters/{name}" for name in kept]


def uv(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def interpreter(version: str) -> str | None:
    """A Python of this version that starts: on the path, or among those that pyenv keeps."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python3"))
    for candidate in filter(None, (shutil.which(f"python{version}"), *map(str, kept))):
        if not subprocess.run([candidate, "-c", ""], capture_output=True).returncode:
            return candidate
    return None


def environment(version: str, numpy: str | None) -> Path | str:
    """The interpreter of a new environment with the locked packages, or why there is none."""
    base = interpreter(version)
    if base is None:
        return f"Python {version} is not on this machine"
    folder = FOLDER / f"python-{version}-numpy-{numpy or 'locked'}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    steps = [
        ("venv", "--quiet", "--allow-existing", "--python", base, folder),
        ("pip", "install", "--python", python, "--require-hashes", "-r", "requirements.lock"),
        ("pip", "install", "--python", python, "--no-deps", "--editable", "."),
    ]
    if numpy:
        steps.append(("pip", "install", "--python", python, "--no-deps", f"numpy=={numpy}"))
    for step in steps:
        result = uv(*step)
        if result.returncode:
            return f"no environment for Python {version}: {result.stderr.strip().splitlines()[-1]}"
    return python


def everything(chapters: list[str]) -> bool:
    """Every setting; prints one line for each."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    runs = [(f"Python {here}, no vector units, 1 thread", (here, None), False, 1)]
    runs += [(f"Python {here}, no vector units, 4 threads", (here, None), False, 4)]
    runs += [(f"Python {here}, NumPy {OLDEST_NUMPY}", (here, OLDEST_NUMPY), True, 1)]
    runs += [(f"Python {v}, this processor", (v, None), True, 4) for v in PYTHONS]
    runs += [(f"Python {v}, no vector units", (v, None), False, 1) for v in PYTHONS if v != here]
    lines = []
    for name, (version, numpy), plain, threads in runs:
        local = version == here and numpy is None
        python = Path(sys.executable) if local else environment(version, numpy)
        if isinstance(python, str):
            lines.append(f"not checked   {name}: {python}")
            continue
        print(f"\n{name}", flush=True)
        wheel = [] if local else ["tests/test_wheel.py"]
        good = compare(python, chapters + wheel, "auto", plain=plain, threads=threads)
        lines.append(f"{'the same' if good else 'DIFFERENT':13} {name}")
    print("\n" + "\n".join(lines))
    return not any(line.startswith("DIFFERENT") for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--here", action="store_true", help="one setting, in this environment")
    parser.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02")
    arguments = parser.parse_args()
    chapters = chosen(arguments.chapters)
    good = compare(Path(sys.executable), chapters) if arguments.here else everything(chapters)
    sys.exit(not good)


if __name__ == "__main__":
    main()
