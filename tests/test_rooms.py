"""The house: who may import whom. The rule stands in CONTRIBUTING; here it is held."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = 29  # rooms of code; with the bibliography the picture of the house has thirty

SIMULATE = {"ascent", "descent", "_descent", "flows", "_flow", "network", "run"}
PREDICT = {"closed_form", "codegen", "formulas", "special", "exact", "_reduction", "theory"}
# These stand on nothing else of the library.
GROUND = {"checks", "claims", "compiled"}
WINGS = {"_descent": "descent", "_flow": "flows", "_reduction": "exact"}  # engine: its room
BESIDE = {  # folders of the root that hold code, without what is only read or made
    path.name
    for path in ROOT.iterdir()
    if path.is_dir()
    and not path.name.startswith((".", "_"))
    and path.name not in {"sam_lib", "tests", "chapters", "vendor", "dist"}
    and any(path.rglob("*.py"))
}
JAVASCRIPT = ("sam_lib/live/js/figures", "sam_lib/live/js/kit", "sam_lib/live/js/maths")

Arrows = dict[str, set[str]]


def file_of(module: str, folder: Path = ROOT) -> Path | None:
    """The file of a module of this repository, seen from ``folder``."""
    place = folder / module.replace(".", "/")
    found = [f for f in (place.with_suffix(".py"), place / "__init__.py") if f.is_file()]
    return found[0] if found else None


def imports_of_python(source: str, path: Path) -> set[Path]:
    """Files that a module imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"{path}: got a relative import, allowed: from sam_lib...")
        elif isinstance(node, ast.ImportFrom):
            names |= {(node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Constant) and re.fullmatch(r"sam_lib(\.\w+)+", str(node.value)):
            names.add((node.value, ""))
    found = set()
    for module, name in names:
        for folder in (ROOT, path.parent):
            whole = file_of(f"{module}.{name}", folder) if name else None
            found.add(whole or file_of(module, folder))
    return found - {None, path}


def imports_of_javascript(source: str, path: Path) -> set[Path]:
    """Files that an ES module imports or starts."""
    names = re.findall(r'(?:\bfrom\s*|\bimport\(\s*|new URL\(\s*)"([^"]+\.js)"', source)
    places = (path.parent, ROOT / "extensions" / "page")  # run.js finds the page's modules there
    found = {(place / name).resolve() for name in names for place in places}
    return {file for file in found if file.is_file()} - {path}


READ = {".py": imports_of_python, ".js": imports_of_javascript}


def files() -> Arrows:
    """For each file of code the files that it imports, as paths below the root."""
    found = {}
    for place in ("sam_lib", *sorted(BESIDE)):
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in READ:
                targets = READ[path.suffix](path.read_text("utf-8"), path)
                found[below(path)] = {below(target) for target in targets}
    return found


def below(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(file: str) -> str:
    """``sam_lib/exact/l2.py`` stands in the room ``exact``, ``tools/build.py`` in ``tools``."""
    place, *rest = file.removesuffix(".py").split("/")
    return rest[0] if place == "sam_lib" else place


def rooms(arrows: Arrows) -> Arrows:
    """For each room the rooms that it imports."""
    found: Arrows = {}
    for file, targets in arrows.items():
        found.setdefault(room(file), set()).update(map(room, targets))
    return {name: targets - {name} for name, targets in found.items()}


def floors() -> dict[str, int]:
    """The floor of each room: the rows of the map in CONTRIBUTING, from the ground up."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.search(r"\| rooms of `sam_lib/` \| \|\n\|---\|---\|\n(.*?)\n\n", text, re.DOTALL)[1]
    found = dict.fromkeys(BESIDE, 100) | {"__init__": 99}
    for height, row in enumerate(reversed(rows.splitlines())):
        found |= {name: height for name in re.findall(r"`(\w+)/?`", row.split("|")[1])}
    return found


FILES = files()
ROOMS = rooms(FILES)
FLOORS = floors()


def circle(arrows: Arrows) -> list[str]:
    """Files or rooms that import each other in a circle; none if there is no circle."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def reached(start: str, arrows: Arrows) -> set[str]:
    """All rooms that ``start`` reaches by imports."""
    found, ahead = set(), [start]
    while ahead:
        new = arrows.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


def trespasses(arrows: Arrows) -> list[str]:
    """Every import between rooms that breaks the rule of the house."""
    broken = [" -> ".join(circle(arrows))] if circle(arrows) else []
    for name, targets in sorted(arrows.items()):
        far = reached(name, arrows)
        for side, other in ((SIMULATE, PREDICT), (PREDICT, SIMULATE)):
            if name in side:
                broken += [f"{name} reaches {r}" for r in sorted(far & other)]
        if name in GROUND:
            broken += [f"{name} stands on {r}" for r in sorted(targets - GROUND)]
        broken += [f"{name} enters the wing {r}" for r in targets if WINGS.get(r, name) != name]
        broken += [f"{name} climbs to {r}" for r in targets if FLOORS[r] > FLOORS[name]]
    return broken


def test_every_room_has_a_place_on_the_map_and_there_are_few():
    assert {"descent", "exact", "theory", "_flow", "claims", "extensions"} <= set(ROOMS)
    assert set(ROOMS) - set(FLOORS) == set() and len(ROOMS) <= MOST
    assert {name for name in ROOMS if name.startswith("_")} == {"__init__", *WINGS}


def test_imports_between_rooms_keep_the_rule():
    assert trespasses(ROOMS) == []


def test_no_files_import_each_other_in_a_circle():
    javascript = {file for file in FILES if file.endswith(".js")}
    assert sum(map(len, FILES.values())) > 200 and len(javascript) > 50
    assert circle(FILES) == []


def test_the_browsers_maths_knows_no_figure():
    for height, place in enumerate(JAVASCRIPT):
        for file in (file for file in FILES if file.startswith(place)):
            above = [t for t in FILES[file] if t.startswith(JAVASCRIPT[:height])]
            assert above == [], file


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from sam_lib import formulas", "flows"),
        ("def f():\n    from sam_lib.exact import l2_flow", "_flow"),
        ("import sam_lib.flows", "theory"),
        ("import_module('sam_lib._reduction.batch')", "theory"),
        ("from sam_lib import run", "checks"),
        ("from sam_lib import theory", "exact"),
        ("from sam_lib import live", "certify"),
        ("import parts", "live"),
    ],
)
def test_a_planted_import_is_found(source, name):
    planted = {key: set(value) for key, value in ROOMS.items()}
    found = imports_of_python(source, ROOT / "tools" / "planted.py")
    planted[name] |= {room(below(path)) for path in found}
    assert trespasses(planted) != []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("from sam_lib.live.base import LiveFigure", "sam_lib/live/pages.py"),
        ("from statements import box", "extensions/markup.py"),
        ('import { act } from "./act.js";', "extensions/page/page.js"),
        ('const late = () => import("./claims.js");', "extensions/page/page.js"),
        ('import { Panel } from "./panel.js";', "sam_lib/live/js/kit/frame.js"),
    ],
)
def test_a_planted_circle_is_found(source, path):
    found = READ[Path(path).suffix](source, ROOT / path)
    assert found and circle(FILES | {path: FILES[path] | {below(target) for target in found}})


def test_a_relative_import_is_refused():
    with pytest.raises(ValueError, match="relative import"):
        imports_of_python("from ._reduction import batch", ROOT / "sam_lib" / "exact" / "l2.py")
