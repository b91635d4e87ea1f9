"""Loops as JavaScript: from the very functions that numba compiles elsewhere.

What a loop may use is little: numbers, arrays of them and tuples of both; ``range``, ``if``,
``while``; arithmetic, comparisons, a few functions of ``math`` and ``np``; other loops. Names of a
module or of an enclosing function are constants. A function is translated once for each list of
argument types, as numba does: ``NUMBER``, ``Array(ndim)``, or a tuple of types.

An array is a buffer, an offset and its lengths, all of them local variables, so that a row of a
matrix costs no allocation. Arithmetic is that of IEEE numbers: division by zero gives infinity.
"""

import ast
import builtins
import inspect
import textwrap

from sam_lib.compiled.expressions import NUMBER, Array, Expressions, Unsupported, flat, parts

PRELUDE = """"use strict";
const $max = (a, b) => (b > a ? b : a), $min = (a, b) => (b < a ? b : a);
function $fma(x, y, z) { // exact where z is -x*y after rounding, which is what it is used for
  const p = x * y, u = 134217729 * x, v = 134217729 * y;
  const xh = u - (u - x), yh = v - (v - y), xl = x - xh, yl = y - yh;
  return p + z + (xh * yh - p + xh * yl + xl * yh + xl * yl);
}
"""


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
        writer = Writer(function, types, known)
        known.pop(key)  # a function stands behind those that it calls
        known[key] = (writer.source(name), name, writer.result)
    return known[key][1:]


class Writer(Expressions):
    """Writes one function."""

    def __init__(self, function, types, known):
        self.known = known
        inner = inspect.getclosurevars(function).nonlocals
        self.constants = {**vars(builtins), **function.__globals__, **inner}
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        names = [argument.arg for argument in tree.args.args]
        self.types = dict(zip(names, types, strict=True))
        self.parameters = [v for n in names for v in flat(n, self.types[n])]
        self.assigned = set(names) | {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        self.locals, self.result, self.count, self.where = {}, None, 0, function.__name__
        self.lines = self.block(tree.body)

    def translate(self, function, types):
        return _translate(function, types, self.known)

    def source(self, name):
        declared = f"let {', '.join(self.locals)};" if self.locals else ""
        return "\n".join(
            [f"function {name}({', '.join(self.parameters)}) {{", declared, *self.lines, "}"]
        )

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
        own = flat(name, kind)
        if isinstance(text, list):
            return [f"{n} = {part};" for n, part in zip(own, text, strict=True) if n != part]
        box = self.fresh()
        steps = "".join(f" {n} = {p};" for n, p in zip(own, parts(box, kind), strict=True))
        return [f"{{const {box} = {text};{steps}}}"]

    def declare(self, name, kind):
        if self.types.setdefault(name, kind) != kind:
            raise Unsupported(f"{self.where}: {name} is {self.types[name]}, then {kind}")
        if not set(flat(name, kind)) <= set(self.parameters):
            self.locals |= dict.fromkeys(flat(name, kind))
        return name
