"""The house: who may import whom. The rule stands in CONTRIBUTING; here it is held."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "sam_lib"

SIMULATE = {"ascent", "descent", "_descent", "flows", "_flow", "network", "run"}
PREDICT = {"closed_form", "codegen", "formulas", "special", "exact", "_reduction", "theory"}
# These stand on nothing else of the library.
GROUND = {"checks", "claims", "_claims", "palette", "compiled", "_compiled"}
WINGS = {  # an underscore wing is the engine of the rooms named here
    "_compiled": {"compiled"},
    "_descent": {"descent"},
    "_flow": {"flows"},
    "_reduction": {"exact"},
    "_certify": {"certify"},
    "_claims": {"claims"},
    "_margin": {"margin"},
}


def room(module: str) -> str:
    """``sam_lib.exact.l2`` and ``sam_lib.exact`` stand in the room ``exact``."""
    return module.split(".")[1] if "." in module else ""


def imports(source: str, own: str = "sam_lib.x") -> set[str]:
    """Rooms that a module imports, wherever in the file the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"{own}: got a relative import, allowed: from sam_lib...")
        elif isinstance(node, ast.ImportFrom) and node.module == "sam_lib":
            names = [f"sam_lib.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value] if node.value.startswith("sam_lib._") else []
        else:
            continue
        found |= {room(name) for name in names if name.startswith("sam_lib.")}
    return found - {room(own)}


def house() -> dict[str, set[str]]:
    """For each room of the library the rooms that it imports."""
    rooms: dict[str, set[str]] = {}
    for path in sorted(LIBRARY.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.parent == LIBRARY and path.stem == "__init__":
            continue
        rooms.setdefault(room(module), set()).update(imports(path.read_text("utf-8"), module))
    return rooms


ROOMS = house()


def reached(start: str, rooms: dict[str, set[str]]) -> set[str]:
    """All rooms that ``start`` reaches by imports."""
    found, ahead = set(), [start]
    while ahead:
        for other in rooms.get(ahead.pop(), ()):
            if other not in found:
                found.add(other)
                ahead.append(other)
    return found


def trespasses(rooms: dict[str, set[str]]) -> list[str]:
    """Every import that breaks the rule of the house."""
    broken = []
    for name in sorted(rooms):
        far = reached(name, rooms)
        if name in far:
            broken.append(f"{name} imports itself by a detour")
        for side, other in ((SIMULATE, PREDICT), (PREDICT, SIMULATE)):
            if name in side:
                broken += [f"{name} reaches {r}" for r in sorted(far & other)]
        if name in GROUND:
            broken += [f"{name} stands on {r}" for r in sorted(rooms[name] - GROUND)]
        broken += [
            f"{name} enters the wing {r}"
            for r in sorted(rooms[name])
            if r.startswith("_") and name not in WINGS.get(r, set())
        ]
    return broken


def test_simulations_and_formulas_never_meet_and_wings_have_one_door():
    assert {"descent", "exact", "theory", "_flow", "claims"} <= set(ROOMS)
    assert trespasses(ROOMS) == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from sam_lib import formulas", "flows"),
        ("def f():\n    from sam_lib.exact import l2_flow", "_flow"),
        ("import sam_lib.flows", "theory"),
        ("from sam_lib._reduction import batch", "theory"),
        ("from sam_lib import run", "checks"),
        ("from sam_lib import theory", "exact"),
    ],
)
def test_a_planted_import_is_found(source, name):
    rooms = {key: set(value) for key, value in ROOMS.items()}
    rooms[name] |= imports(source)
    assert trespasses(rooms) != []


def test_a_relative_import_is_refused():
    with pytest.raises(ValueError, match="relative import"):
        imports("from ._reduction import batch")


def test_the_map_names_every_room_of_the_hall():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert [name for name in ROOMS if f"`{name}" not in text] == []
