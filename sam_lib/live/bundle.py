"""From many ES modules to one: a live figure travels as a single, small, self-contained module.

A module of ``js/`` declares each name at the start of a line (``export function``, ``const``,
``class``), imports by name only, and comments whole lines only. The bundle holds the declarations
that the figure reaches, each once, in the order of dependence.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from sam_lib.figures import palette

JS = Path(__file__).parent / "js"
CSS = [Path(__file__).parent / "css" / f"{name}.css" for name in ("figure", "controls")]

_IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*\"([^\"]+)\";$", re.MULTILINE)
_DECLARATION = re.compile(
    r"^(?:export )?(?:default |(?:async )?function\*? (\w+)|class (\w+)|(?:const|let) (\w+))"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def palette_module() -> str:
    """The values of ``palette.py`` as an ES module."""
    value = {
        "light": palette.LIGHT,
        "dark": palette.DARK,
        "dashes": palette.DASHES,
        "methods": palette.METHODS,
        "slots": {n: palette.coordinate_slots(n) for n in range(1, 9)},
    }
    return f"export const PALETTE = {json.dumps(value, separators=(',', ':'))};\n"


@cache
def scene() -> list[dict]:
    """The parts of ``scene.svg`` from back to front: feature (0 meadow, 1 cow), colors and path."""
    parts = ElementTree.parse(Path(__file__).parent / "scene.svg").iterfind("{*}path")
    return [
        {
            "feature": ("meadow", "cow").index(part.attrib["class"]),
            "dark": part.attrib["data-dark"],
            "lit": part.attrib["fill"],
            "d": " ".join(part.attrib["d"].split()),
        }
        for part in parts
    ]


def scene_module() -> str:
    """The picture of ``scene.svg`` as an ES module."""
    return f"export const SCENE = {json.dumps(scene(), separators=(',', ':'))};\n"


MADE = {JS / "palette.js": palette_module, JS / "scene.js": scene_module}


def read_module(path: Path) -> str:
    """The source of a module; those in ``MADE`` are no files, they are made from Python."""
    return MADE[path]() if path in MADE else path.read_text(encoding="utf-8")


def declarations(source: str) -> dict[str, str]:
    """The top-level declarations of a module by name, without comments and indentation."""
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    source = re.sub(r"^/\*.*?\*/$", "", _IMPORT.sub("", source), flags=re.MULTILINE | re.DOTALL)
    for line in source.splitlines():
        text = line.strip()
        if not text or text.startswith("//"):
            continue
        match = _DECLARATION.match(line)
        if match:
            name = next(filter(None, match.groups()), "default")
            if name in found:
                raise ValueError(f"{name} is declared twice in one module")
            lines = found[name] = []
        lines.append(text)
    if found.pop(""):
        raise ValueError("a module of a figure may hold only imports and declarations")
    return {name: "\n".join(lines) for name, lines in found.items()}


def bundle(entry: Path | str, exports: tuple[str, ...] = ("default",)) -> str:
    """One module that exports ``exports`` of the module at path ``entry``, or of that source text.

    Raises ValueError if two of the modules declare the same name, or an import does not exist.
    """
    modules: dict[Path, dict[str, str]] = {}
    owner: dict[str, Path] = {}

    def visit(path: Path, source: str) -> None:
        for names, target in _IMPORT.findall(source):
            place = (path.parent / target).resolve()
            if place not in modules:
                modules[place] = {}
                visit(place, read_module(place))
            for name in filter(None, (n.strip() for n in names.split(","))):
                if name not in modules[place]:
                    raise ValueError(f"{path.name} imports {name}, which {target} does not export")
        modules.pop(path, None)
        modules[path] = declarations(source)
        for name in modules[path]:
            if owner.setdefault(name, path) != path and name != "default":
                raise ValueError(f"{name} is declared in {owner[name].name} and in {path.name}")

    path = entry.resolve() if isinstance(entry, Path) else JS / "figures" / "inline.js"
    visit(path, read_module(path) if isinstance(entry, Path) else entry)
    known = {name: text for module in modules.values() for name, text in module.items()}
    needed: set[str] = set()
    queue = list(exports)
    while queue:
        name = queue.pop()
        if name not in needed and name in known:
            needed.add(name)
            queue += set(_NAME.findall(known[name])) & known.keys()
    if missing := set(exports) - known.keys():
        raise ValueError(f"{path.name} does not declare {', '.join(sorted(missing))}")
    kept = [text for name, text in known.items() if name in needed]
    body = "\n".join(re.sub(r"^export (?!default)", "", text) for text in kept)
    named = ",".join(name for name in exports if name != "default")
    return f"{body}\nexport {{{named}}};\n" if named else f"{body}\n"


@cache
def figure_bundle(entry: Path | str) -> str:
    """The module of a figure, as its widget carries it."""
    return bundle(entry)


@cache
def stylesheet() -> str:
    """The style of all figures, with the colors of the palette as variables."""

    def variables(theme: str, coordinates: tuple[str, ...]) -> str:
        pairs = [(f"--coord-{k}", color) for k, color in enumerate(coordinates)]
        pairs += [(f"--{name}", method[theme]) for name, method in palette.METHODS.items()]
        return "".join(f"{name}:{value};" for name, value in pairs)

    text = "\n".join(path.read_text(encoding="utf-8") for path in CSS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", " ", text).strip()
    dark = 'html[data-theme="dark"] .live,body[data-jp-theme-light="false"] .live'
    return (
        f".live{{{variables('light', palette.LIGHT)}}}"
        f"{dark}{{{variables('dark', palette.DARK)}}}{text}"
    )
