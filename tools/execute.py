"""Execute the chapters that are not in the cache, several at a time; ``make book`` does this first.

Sphinx would execute them one by one. The results go where it looks for them: into the cache of
``extensions/cache_key.py``, whose key stands for all that the numbers depend on. A chapter that
fails is left to Sphinx, which reports the error with its place.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

os.environ["TQDM_DISABLE"] = "1"  # a progress bar is shown by chance: when the machine is busy
QUIET = ["--IPKernelApp.log_level=40"]  # kernels warn that they talk to us without encryption
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))

import cache_key  # noqa: E402


def contents() -> list[str]:
    """The pages of the book in reading order, without suffix."""

    def names(entry: dict):
        yield from (entry[key] for key in ("root", "file") if key in entry)
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key, ()):
                yield from names(child)

    return list(names(yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))))


def known(cache, notebook) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def main() -> None:
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["execute"]["timeout"]
    cache = get_cache(str(cache_key.cache_folder(ROOT)))
    paths = [ROOT / f"{name}.ipynb" for name in contents()]
    notebooks = {path: nbformat.read(path, as_version=4) for path in paths if path.exists()}
    todo = {path: nb for path, nb in notebooks.items() if not known(cache, nb)}

    def execute(path: Path):
        options = {"allow_errors": False, "timeout": timeout, "extra_arguments": QUIET}
        return single_nb_execution(todo[path], cwd=str(path.parent), **options)

    workers = min(os.cpu_count() or 1, 4)
    with ThreadPoolExecutor(workers) as pool:
        jobs = {pool.submit(execute, path): path for path in todo}
        for job in as_completed(jobs):
            path, result = jobs[job], job.result()
            if result.err is not None:
                print(f"  {path.stem} failed; the build will say where", flush=True)
                continue
            print(f"  {path.stem} ran in {result.time:.0f} s", flush=True)
            data = {"execution_seconds": result.time}
            cache.cache_notebook_bundle(
                CacheBundleIn(todo[path], str(path), data=data),
                check_validity=False,
                overwrite=True,
            )


if __name__ == "__main__":
    main()
