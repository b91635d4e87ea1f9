"""Values of a loop in JavaScript: what stands on the right of an assignment."""

import ast
import math
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


class Unsupported(NotImplementedError):
    """A loop uses something that has no translation."""


def flat(name, kind):
    """The local variables of a value."""
    if isinstance(kind, Array):
        return [f"{name}$b", f"{name}$o", *(f"{name}${i}" for i in range(kind.ndim))]
    return [name]


def parts(box, kind):
    """The same, of an array that is one object."""
    return [f"{box}.b", f"{box}.o", *(f"{box}.n[{i}]" for i in range(kind.ndim))]


class Expressions:
    """The text and the type of each expression; an array's text is the list of its parts.

    The writer of statements, which inherits this, keeps ``types`` of variables, ``constants``, the
    set of names that are ``assigned``, and ``translate(function, types)`` for called loops.
    """

    def refuse(self, node):
        place = f"{self.where}, line {getattr(node, 'lineno', '?')}"
        raise Unsupported(f"{place}: {ast.unparse(node)}")

    def fresh(self):
        self.count += 1
        return f"$t{self.count}"

    @staticmethod
    def boxed(text, kind):
        """An array as one object, for tuples and results."""
        if isinstance(kind, Array) and isinstance(text, list):
            return f"{{b: {text[0]}, o: {text[1]}, n: [{', '.join(text[2:])}]}}"
        return text

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
            return (flat(node.id, kind) if isinstance(kind, Array) else node.id), kind
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
            return (parts(entry, each) if isinstance(each, Array) else entry), each
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
        target, result = self.translate(called, tuple(kind for _, kind in arguments))
        passed, boxes = [], {}
        for text, kind in arguments:
            if isinstance(kind, Array) and isinstance(text, str):
                box = self.fresh()
                boxes[box] = text
                passed += parts(box, kind)
            else:
                passed += text if isinstance(text, list) else [text]
        call = f"{target}({', '.join(passed)})"
        if boxes:
            call = f"(({', '.join(boxes)}) => {call})({', '.join(boxes.values())})"
        return call, result
