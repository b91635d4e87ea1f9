"""What a cell reads and what it leaves: which earlier cells it needs follows from that alone.

Names are taken from the byte code. A cell *reads* the names that it uses before it binds them
itself: one that begins with ``rng = ...`` needs no other's ``rng``. It *leaves* the names that it
binds, and those whose values it may change in place: by ``x[...] =``, ``x.y =``, ``x +=``, a call
such as ``x.append(...)``, or any use of a random generator ``rng``. Imports are kept apart: needing
``np`` runs one line, not a whole cell.
"""

import ast
import dis
from functools import cache
from types import CodeType
from typing import NamedTuple

LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "DELETE_NAME"}
STORES = {"STORE_NAME", "STORE_GLOBAL"}
CHANGES = {
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "fill",
    "insert",
    "pop",
    "popitem",
    "remove",
}
CHANGES |= {"reverse", "setdefault", "shuffle", "sort", "update"}


class Cell(NamedTuple):
    """One cell, analyzed: names that it reads, binds and may change in place, and its imports."""

    source: str
    reads: frozenset
    binds: frozenset
    touches: frozenset
    imports: dict

    @property
    def leaves(self) -> frozenset:
        return self.binds | self.touches


def analyze_all(sources) -> list[Cell]:
    """All cells of a page; a module that one of them imports is changed by none: ``np.sort(x)``."""
    cells = [analyze(source) for source in sources]
    modules = frozenset().union(*(cell.imports for cell in cells))
    return [cell._replace(touches=cell.touches - modules) for cell in cells]


@cache
def analyze(source: str) -> Cell:
    """The names of a cell; SyntaxError if it is not Python."""
    tree = ast.parse(source)
    reads, binds = set(), set()
    _walk(compile(source, "<cell>", "exec"), set(), binds, top=True)
    _flow(tree.body, set(), reads)
    imports = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                imports[name] = ast.unparse(node)
    touches = _changed(tree) & reads
    return Cell(
        source, frozenset(reads), frozenset(binds - imports.keys()), frozenset(touches), imports
    )


def _walk(code: CodeType, reads: set, binds: set, top: bool) -> None:
    for step in dis.get_instructions(code):
        if step.opname in LOADS:
            reads.add(step.argval)
        elif step.opname in STORES and (top or step.opname == "STORE_GLOBAL"):
            binds.add(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _walk(constant, reads, binds, top=False)


def _flow(body: list, bound: set, reads: set) -> None:
    """Collect what ``body`` reads before it binds it; ``bound`` grows by what it surely binds.

    A ``for`` is taken to run at least once. Of other loops, ``try`` and ``match`` nothing is sure.
    """
    for node in body:
        if isinstance(node, ast.For):
            _read(ast.Expr(node.iter), bound, reads)
            bound |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
            _flow(node.body + node.orelse, bound, reads)
        elif isinstance(node, ast.If):
            _read(ast.Expr(node.test), bound, reads)
            branches = set(bound), set(bound)
            _flow(node.body, branches[0], reads)
            _flow(node.orelse, branches[1], reads)
            bound |= branches[0] & branches[1]
        elif isinstance(node, ast.With):
            _read(ast.With(node.items, [ast.Pass()]), bound, reads)
            _flow(node.body, bound, reads)
        elif isinstance(node, ast.While | ast.Try | ast.Match):
            _read(node, set(bound), reads)
        else:
            _read(node, bound, reads)


def _read(node: ast.stmt, bound: set, reads: set) -> None:
    """The same for one statement, from its byte code."""
    code = compile(ast.fix_missing_locations(ast.Module([node], [])), "<cell>", "exec")
    definition = isinstance(node, ast.FunctionDef | ast.ClassDef)
    branches = isinstance(node, ast.While | ast.Try | ast.Match)
    inner = set()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _walk(constant, inner, set(), top=False)
    if not definition:
        reads |= inner - bound
    for step in dis.get_instructions(code):
        if step.opname in LOADS and step.argval not in bound:
            reads.add(step.argval)
        elif step.opname in STORES and not branches:
            bound.add(step.argval)
    if definition:  # a function is called when its own name is bound
        reads |= inner - bound


def _changed(tree: ast.Module) -> set:
    """Names whose values may change in place."""
    found = set()
    for node in ast.walk(tree):
        owner = None
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CHANGES:
            owner = node.func.value
        elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            owner = node.value
        elif isinstance(node, ast.AugAssign):
            owner = node.target
        elif isinstance(node, ast.Name) and node.id.startswith("rng"):
            owner = node
        while isinstance(owner, ast.Subscript | ast.Attribute):
            owner = owner.value
        if isinstance(owner, ast.Name):
            found.add(owner.id)
    return found


def providers(cells: list[Cell], target: int) -> dict[str, int]:
    """For each name that the cell reads, the last earlier cell that leaves or imports it."""
    found = {}
    for name in cells[target].reads:
        for index in range(target - 1, -1, -1):
            if name in cells[index].leaves or name in cells[index].imports:
                found[name] = index
                break
    return found


def needed(cells: list[Cell], target: int) -> list[int]:
    """The earlier cells that must have run, in order, and the cell itself."""
    wanted, queue = {target}, [target]
    while queue:
        cell = queue.pop()
        for name, index in providers(cells, cell).items():
            if name in cells[index].leaves and index not in wanted:
                wanted.add(index)
                queue.append(index)
    return sorted(wanted)


def imported(cells: list[Cell], target: int) -> set[str]:
    """The top-level modules that the needed cells import, so that they can be fetched before."""
    lines = set()
    for index in needed(cells, target):
        lines |= set(cells[index].imports.values()) if index == target else set()
        for name, where in providers(cells, index).items():
            if name in cells[where].imports:
                lines.add(cells[where].imports[name])
    modules = set()
    for line in lines:
        for node in ast.parse(line).body:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules |= {name.partition(".")[0] for name in names}
    return modules


def with_wrong_variant(source: str, claim: str, part: str | None, variant: str) -> str:
    """The cell with a wrong variant in the place of the truth, as a reader could have typed it."""
    calls = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "check":
            given = {k.arg: k.value for k in node.keywords}
            if "residual" in given and "rejects" in given:
                named = [a.value for a in node.args if isinstance(a, ast.Constant)]
                score = (claim in named) + (part in named if part else 0)
                calls.append((score, given["residual"], given["rejects"]))
    if not calls:
        raise LookupError("no check in this cell")
    _, residual, rejects = max(calls, key=lambda call: call[0])
    wrong = f"({_text(source, rejects)})[{variant!r}]"
    wrong = f"(lambda wrong: getattr(wrong, 'residual', wrong))({wrong})"
    if isinstance(rejects, ast.Dict):
        for key, value in zip(rejects.keys, rejects.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == variant:
                wrong = _text(source, value)
    lines = source.split("\n")
    start = _offset(lines, residual.lineno, residual.col_offset)
    stop = _offset(lines, residual.end_lineno, residual.end_col_offset)
    return source[:start] + wrong + source[stop:]


def _text(source: str, node: ast.expr) -> str:
    """An expression as it is written; of ``Variant(residual, right=...)`` the residual."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "Variant" and node.args:
        node = node.args[0]
    return ast.get_source_segment(source, node)


def _offset(lines: list[str], line: int, column: int) -> int:
    """A place of the syntax tree, which counts bytes, as one in the text."""
    before = sum(len(text) + 1 for text in lines[: line - 1])
    return before + len(lines[line - 1].encode()[:column].decode())
