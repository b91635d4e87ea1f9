"""Loops as JavaScript: from the very functions that numba compiles elsewhere.

What a loop may use is little: numbers, arrays of them and tuples of both; ``range``, ``if``,
``while``; arithmetic, comparisons, a few functions of ``math`` and ``np``; other loops. Names of a
module or of an enclosing function are constants. A function is translated once for each list of
argument types, as numba does: `NUMBER`, `Array(ndim)`, or a tuple of types.

An array is a buffer, an offset and its lengths, all of them local variables, so that a row of a
matrix costs no allocation. Arithmetic is that of IEEE numbers: division by zero gives infinity.
"""

import ast
import builtins
import inspect
import math
import textwrap
from dataclasses import dataclass
from types import FunctionType

NUMBER = "number"


@dataclass(frozen=True)
class Array:
    """The type of an array of floats, row by row without gaps."""

    ndim: int


FUNCTIONS = {
    **{name: f"Math.{name}" for name in ("exp", "log", "log1p", "expm1", "sqrt", "floor", "tanh")},
    "abs": "Math.abs",
    "isfinite": "Number.isFinite",
    "isnan": "Number.isNaN",
    "float": "Number",
    "int": "Math.trunc",
}
COMPARISONS = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="},
    **{ast.Eq: "===", ast.NotEq: "!=="},
}
FUSED = ("fused", "_plain_fma")  # what `compiled.fma()` is called, with and without numba
OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
PRELUDE = """"use strict";
const $max = (a, b) => (b > a ? b : a), $min = (a, b) => (b < a ? b : a);
function $fma(x, y, z) { // exact where z is -x*y after rounding, which is what it is used for
  const p = x * y, u = 134217729 * x, v = 134217729 * y;
  const xh = u - (u - x), yh = v - (v - y), xl = x - xh, yl = y - yh;
  return p + z + (xh * yh - p + xh * yl + xl * yh + xl * yl);
}
"""


class Unsupported(NotImplementedError):
    """A loop uses something that has no translation."""


def program(function, types):
    """JavaScript that returns ``function`` for arguments of these types.

    Its arguments are flat: an array is passed as its buffer, its offset and its lengths.
    """
    known = {}
    name, _ = _translate(function, tuple(types), known)
    body = "\n".join(text for text, _, _ in known.values())
    return f"{PRELUDE}{body}\nreturn {name};"


def _translate(function, types, known):
    """Name and result type of a translated function; ``known`` collects the sources."""
    key = (function, types)
    if key not in known:
        name = f"{function.__name__.lstrip('_')}_{len(known)}"
        known[key] = ("", name, None)
        writer = _Writer(function, types, known)
        known.pop(key)  # a function stands behind those that it calls
        known[key] = (writer.source(name), name, writer.result)
    return known[key][1:]


def _flat(name, kind):
    """The local variables of a value."""
    if isinstance(kind, Array):
        return [f"{name}$b", f"{name}$o", *(f"{name}${i}" for i in range(kind.ndim))]
    return [name]


def _parts(box, kind):
    """The same, of an array that is one object."""
    return [f"{box}.b", f"{box}.o", *(f"{box}.n[{i}]" for i in range(kind.ndim))]


class _Writer:
    """Writes one function."""

    def __init__(self, function, types, known):
        self.known = known
        inner = inspect.getclosurevars(function).nonlocals
        self.constants = {**vars(builtins), **function.__globals__, **inner}
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        names = [argument.arg for argument in tree.args.args]
        self.types = dict(zip(names, types, strict=True))
        self.parameters = [v for n in names for v in _flat(n, self.types[n])]
        self.assigned = set(names) | {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        self.locals, self.result, self.count, self.where = {}, None, 0, function.__name__
        self.lines = self.block(tree.body)

    def source(self, name):
        declared = f"let {', '.join(self.locals)};" if self.locals else ""
        return "\n".join(
            [f"function {name}({', '.join(self.parameters)}) {{", declared, *self.lines, "}"]
        )

    def refuse(self, node):
        raise Unsupported(f"{self.where}, line {getattr(node, 'lineno', '?')}: {ast.unparse(node)}")

    def fresh(self):
        self.count += 1
        return f"$t{self.count}"

    # --- statements

    def block(self, statements):
        return [line for statement in statements for line in self.statement(statement)]

    def statement(self, node):
        method = getattr(self, f"do_{type(node).__name__}", None)
        return method(node) if method else self.refuse(node)

    def do_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return []
        return [f"{self.value(node.value)[0]};"]

    def do_Pass(self, node):
        return []

    def do_Break(self, node):
        return ["break;"]

    def do_Continue(self, node):
        return ["continue;"]

    def do_Return(self, node):
        if node.value is None:
            return ["return;"]
        text, self.result = self.value(node.value)
        return [f"return {self.boxed(text, self.result)};"]

    def do_If(self, node):
        fixed = self.fixed(node.test)
        if fixed is not None:
            return self.block(node.body if fixed else node.orelse)
        lines = [f"if ({self.value(node.test)[0]}) {{", *self.block(node.body), "}"]
        if node.orelse:
            lines += ["else {", *self.block(node.orelse), "}"]
        return lines

    def do_While(self, node):
        return [f"while ({self.value(node.test)[0]}) {{", *self.block(node.body), "}"]

    def do_For(self, node):
        head = []
        if isinstance(node.iter, ast.Tuple):
            values = ", ".join(self.value(entry)[0] for entry in node.iter.elts)
            target = self.declare(node.target.id, NUMBER)
            head = [f"for ({target} of [{values}]) {{"]
        elif isinstance(node.iter, ast.Call) and node.iter.func.id == "range":
            bounds = [self.value(entry)[0] for entry in node.iter.args]
            start, stop = ("0", bounds[0]) if len(bounds) == 1 else bounds[:2]
            step = self.fixed(node.iter.args[2]) if len(bounds) == 3 else 1
            counter, end = self.fresh(), self.fresh()
            target = self.declare(node.target.id, NUMBER)
            sign = "<" if step > 0 else ">"
            head = [
                f"for (let {counter} = {start}, {end} = {stop}; {counter} {sign} {end}; "
                f"{counter} += {step}) {{",
                f"{target} = {counter};",
            ]
        else:
            self.refuse(node)
        return [*head, *self.block(node.body), "}"]

    def do_AugAssign(self, node):
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        value = ast.BinOp(ast.copy_location(read, node), node.op, node.value)
        return self.assign(node.target, *self.value(ast.copy_location(value, node)))

    def do_Assign(self, node):
        lines = []
        for target in node.targets:
            value = node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = [self.value(entry) for entry in value.elts]
                parts = zip(target.elts, pairs, strict=True)
                if any(isinstance(kind, Array) for _, kind in pairs):
                    lines += [x for part, pair in parts for x in self.assign(part, *pair)]
                    continue
                names = [self.fresh() for _ in pairs]
                lines.append(
                    "{const "
                    + ", ".join(f"{n} = {t}" for n, (t, _) in zip(names, pairs, strict=True))
                    + ";"
                )
                for name, (part, (_, kind)) in zip(names, parts, strict=True):
                    lines += self.assign(part, name, kind)
                lines.append("}")
            else:
                lines += self.assign(target, *self.value(value))
        return lines

    def assign(self, target, text, kind):
        """Lines that store the value ``text`` of type ``kind``."""
        if isinstance(target, ast.Name):
            self.declare(target.id, kind)
            if isinstance(kind, Array):
                return self.store_array(target.id, text, kind)
            return [f"{target.id} = {text};"]
        if isinstance(target, ast.Subscript):
            place = ast.Subscript(target.value, target.slice, ast.Load())
            return [f"{self.value(place)[0]} = {text};"]
        if isinstance(target, ast.Tuple):
            name = self.fresh()
            lines = [f"{{const {name} = {text};"]
            for i, (part, each) in enumerate(zip(target.elts, kind, strict=True)):
                lines += self.assign(part, f"{name}[{i}]", each)
            return [*lines, "}"]
        return self.refuse(target)

    def store_array(self, name, text, kind):
        """An array value is the list of its parts, or the text of a boxed one."""
        own = _flat(name, kind)
        if isinstance(text, list):
            return [f"{n} = {part};" for n, part in zip(own, text, strict=True) if n != part]
        box = self.fresh()
        steps = "".join(f" {n} = {p};" for n, p in zip(own, _parts(box, kind), strict=True))
        return [f"{{const {box} = {text};{steps}}}"]

    def declare(self, name, kind):
        if self.types.setdefault(name, kind) != kind:
            raise Unsupported(f"{self.where}: {name} is {self.types[name]}, then {kind}")
        if not set(_flat(name, kind)) <= set(self.parameters):
            self.locals |= dict.fromkeys(_flat(name, kind))
        return name

    @staticmethod
    def boxed(text, kind):
        """An array as one object, for tuples and results."""
        if isinstance(kind, Array) and isinstance(text, list):
            return f"{{b: {text[0]}, o: {text[1]}, n: [{', '.join(text[2:])}]}}"
        return text

    # --- values: (text, type); the text of an array variable is the list of its parts

    def value(self, node):
        method = getattr(self, f"of_{type(node).__name__}", None)
        return method(node) if method else self.refuse(node)

    def fixed(self, node):
        """The value of an expression of constants, else None."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if names & self.assigned or any(isinstance(n, ast.Call) for n in ast.walk(node)):
            return None
        return eval(compile(ast.Expression(node), self.where, "eval"), dict(self.constants))

    def of_Constant(self, node):
        return self.literal(node.value, node)

    def literal(self, value, node):
        if isinstance(value, tuple):
            parts = [self.literal(entry, node) for entry in value]
            return f"[{', '.join(t for t, _ in parts)}]", tuple(kind for _, kind in parts)
        if value is None or not isinstance(value, int | float):
            self.refuse(node)
        if isinstance(value, bool):
            return str(value).lower(), NUMBER
        if math.isinf(value):
            return ("Infinity" if value > 0 else "(-Infinity)"), NUMBER
        return (f"({value!r})" if value < 0 else repr(value)), NUMBER

    def of_Name(self, node):
        if node.id in self.assigned:
            if node.id not in self.types:
                self.refuse(node)
            kind = self.types[node.id]
            return (_flat(node.id, kind) if isinstance(kind, Array) else node.id), kind
        return self.literal(self.constants[node.id], node)

    def of_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id in self.types:
            text, kind = self.value(node.value)
            if node.attr == "size":
                return " * ".join(text[2:]), NUMBER
            if node.attr == "shape":
                return f"[{', '.join(text[2:])}]", (NUMBER,) * kind.ndim
            self.refuse(node)
        return self.literal(self.fixed(node), node)

    def of_Tuple(self, node):
        parts = [self.value(entry) for entry in node.elts]
        return f"[{', '.join(self.boxed(*p) for p in parts)}]", tuple(kind for _, kind in parts)

    def of_UnaryOp(self, node):
        sign = {ast.USub: "-", ast.UAdd: "+", ast.Not: "!"}[type(node.op)]
        return f"({sign}{self.value(node.operand)[0]})", NUMBER

    def of_BoolOp(self, node):
        sign = " && " if isinstance(node.op, ast.And) else " || "
        return f"({sign.join(self.value(entry)[0] for entry in node.values)})", NUMBER

    def of_IfExp(self, node):
        fixed = self.fixed(node.test)
        if fixed is not None:
            return self.value(node.body if fixed else node.orelse)
        test, (one, kind), (two, _) = map(self.value, (node.test, node.body, node.orelse))
        return f"({test[0]} ? {one} : {two})", kind

    def of_Compare(self, node):
        parts = [self.value(entry)[0] for entry in (node.left, *node.comparators)]
        signs = [COMPARISONS[type(op)] for op in node.ops]
        pairs = zip(parts, signs, parts[1:], strict=False)
        return f"({' && '.join(f'{a} {sign} {b}' for a, sign, b in pairs)})", NUMBER

    def of_BinOp(self, node):
        (one, kind), (two, other) = self.value(node.left), self.value(node.right)
        if isinstance(kind, Array):
            if kind.ndim != 1 or other != NUMBER or type(node.op) not in OPERATIONS:
                self.refuse(node)
            box, sign = self.fresh(), OPERATIONS[type(node.op)]
            made = f"{one[0]}.subarray({one[1]}, {one[1]} + {one[2]})"
            return f"{{b: {made}.map(({box}) => {box} {sign} {two}), o: 0, n: [{one[2]}]}}", kind
        if isinstance(node.op, ast.Pow):
            if self.fixed(node.right) == 2 and isinstance(node.left, ast.Name):
                return f"({one} * {one})", NUMBER
            return f"Math.pow({one}, {two})", NUMBER
        if type(node.op) not in OPERATIONS:
            self.refuse(node)
        return f"({one} {OPERATIONS[type(node.op)]} {two})", NUMBER

    def of_Subscript(self, node):
        text, kind = self.value(node.value)
        if isinstance(kind, tuple) and not isinstance(kind, Array):
            fixed = self.fixed(node.slice)
            if fixed is None and len(set(kind)) > 1:
                self.refuse(node)
            index = self.value(node.slice)[0] if fixed is None else fixed % len(kind)
            entry, each = f"{text}[{index}]", kind[0 if fixed is None else fixed]
            return (_parts(entry, each) if isinstance(each, Array) else entry), each
        if not isinstance(kind, Array) or not isinstance(text, list):
            self.refuse(node)
        given = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        buffer, place, lengths = text[0], "0", text[2:]
        for i, entry in enumerate(given):
            fixed = self.fixed(entry)
            index = self.value(entry)[0]
            if fixed is not None and fixed < 0:
                index = f"({lengths[i]} - {-fixed})"
            place = index if i == 0 else f"({place} * {lengths[i]} + {index})"
        rest = lengths[len(given) :]
        place = " * ".join([place, *rest]) if rest else place
        if rest:
            return [buffer, f"({text[1]} + {place})", *rest], Array(len(rest))
        return f"{buffer}[{text[1]} + {place}]", NUMBER

    def of_Call(self, node):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            text, kind = self.value(node.func.value)
            made = f"{text[0]}.slice({text[1]}, {text[1]} + {' * '.join(text[2:])})"
            return f"{{b: {made}, o: 0, n: [{', '.join(text[2:])}]}}", kind
        called = self.fixed(node.func)
        arguments = [self.value(entry) for entry in node.args]
        name = getattr(called, "__name__", "")
        if name in FUSED:
            return f"$fma({', '.join(t for t, _ in arguments)})", NUMBER
        if called in (min, max):
            first, *others = (t for t, _ in arguments)
            for other in others:
                first = f"${name}({first}, {other})"
            return first, NUMBER
        module = getattr(called, "__module__", None) or "numpy"
        if name in ("empty", "zeros") and module == "numpy":
            shape = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else [node.args[0]]
            lengths = [self.value(entry)[0] for entry in shape]
            made = f"new Float64Array({' * '.join(lengths)})"
            return f"{{b: {made}, o: 0, n: [{', '.join(lengths)}]}}", Array(len(lengths))
        if name in FUNCTIONS and module in ("numpy", "math", "builtins"):
            return f"{FUNCTIONS[name]}({', '.join(t for t, _ in arguments)})", NUMBER
        called = getattr(called, "py_func", called)
        if not isinstance(called, FunctionType):
            self.refuse(node)
        target, result = _translate(called, tuple(kind for _, kind in arguments), self.known)
        flat, boxes = [], {}
        for text, kind in arguments:
            if isinstance(kind, Array) and isinstance(text, str):
                box = self.fresh()
                boxes[box] = text
                flat += _parts(box, kind)
            else:
                flat += text if isinstance(text, list) else [text]
        call = f"{target}({', '.join(flat)})"
        if boxes:
            call = f"(({', '.join(boxes)}) => {call})({', '.join(boxes.values())})"
        return call, result
