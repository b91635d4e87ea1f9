"""Balls: real numbers known up to a proved bound, from python-flint (Arb)."""

from contextlib import contextmanager
from fractions import Fraction
from math import prod

from sam_lib import checks


def flint():
    """The module ``flint``, or an error that says what to install."""
    try:
        import flint
    except ImportError as error:
        raise ImportError("certify needs the package python-flint: pip install python-flint") from (
            error
        )
    return flint


@contextmanager
def precision(bits):
    """Balls with midpoints of ``bits`` bits; power series are cut by hand inside."""
    context = flint().ctx
    cap = context.cap
    with context.workprec(bits):
        try:
            yield
        finally:
            context.cap = cap


def exact(name, value, *, positive=False):
    """A number as a fraction: text is a decimal or a ratio, a float is its own binary value."""
    allowed = "a finite number or a decimal as text" + (" > 0" if positive else "")
    try:
        result = Fraction(value if isinstance(value, int | str | Fraction) else float(value))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        checks.refuse(name, value, allowed)
    if isinstance(value, bool) or (positive and result <= 0):
        checks.refuse(name, value, allowed)
    return result


def exact_vector(name, value, length=None, *, positive=False):
    """A list of fractions; with ``length``, one number stands for all entries."""
    single = isinstance(value, int | float | str | Fraction)
    if single and length is None:
        checks.refuse(name, value, "a list of numbers")
    entries = [value] * length if single else list(value)
    if not entries or (length is not None and len(entries) != length):
        checks.refuse(name, value, "as long as mu" if length else "a list that is not empty")
    return [exact(name, entry, positive=positive) for entry in entries]


def ball(fraction):
    """The ball around a fraction or whole number at the working precision."""
    fl = flint()
    return fl.arb(fl.fmpq(*fraction.as_integer_ratio()))


def root(value):
    """The square root of a series or a ball; not finite where a complex ball meets the cut."""
    return value.sqrt(analytic=True) if isinstance(value, flint().acb) else value.sqrt()


_FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "asinh", "atanh")


def evaluate(expression, numbers):
    """A sympy expression with a fraction for each symbol, as a ball."""
    import sympy as sp

    fl = flint()

    def at(node):
        if node.is_Symbol:
            return ball(numbers[node.name])
        if node.is_Rational:
            return ball(Fraction(int(node.p), int(node.q)))
        if node.is_Float:
            return ball(Fraction(float(node)))
        if node is sp.pi or node is sp.E:
            return fl.arb.pi() if node is sp.pi else fl.arb.const_e()
        parts = [at(part) for part in node.args]
        if node.is_Add:
            return sum(parts[1:], parts[0])
        if node.is_Mul:
            return prod(parts)
        if node.is_Pow:
            base, power = parts
            exponent = node.args[1]
            if exponent.is_Integer:
                return base ** int(exponent)
            return base.sqrt() if exponent == sp.Rational(1, 2) else (power * base.log()).exp()
        name = node.func.__name__
        if name == "LambertW" and len(parts) == 1:
            return parts[0].lambertw()
        if name == "Abs":
            return abs(parts[0])
        if name not in _FUNCTIONS:
            checks.refuse("expression", expression, "made of elementary functions and LambertW")
        return getattr(parts[0], name)()

    return at(expression)
