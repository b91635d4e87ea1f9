"""One step of an autonomous system ``x' = f(x)``, enclosed by Taylor's theorem in ball arithmetic.

Let the start be known up to a box, ``x(0)`` in ``x0 + B``, and let ``P`` be the Taylor polynomial,
of degree ``m``, of the solution through ``x0``. The error ``e = x - P`` solves ``e' = f(P + e) -
P'``, with ``e(0)`` in ``B``. Suppose that for a box ``E``

- ``M`` bounds ``|f(P(t) + e)|`` for all complex ``|t| <= R`` and all ``e`` in ``E``, where it is
analytic;
  by Cauchy's estimate its Taylor series in ``t`` from the order ``m`` on is then at most
  ``T = M q^m / (1 - q)`` for ``|t| <= h = q R``;
- ``D = sum_{k < m} (c_k(E) - P'_k) [0, h]^k + [-T, T]``, with ``c_k(E)`` the coefficients of
  ``f(P + e)`` over all ``e`` in ``E``, satisfies ``B + [0, h] D`` inside ``E``.

Then (Schauder; ``f`` is smooth, so the solution is unique) ``x(t)`` lies in ``P(t) + B + t D`` and
``x'(t)`` in ``P'(t) + D`` for all ``0 <= t <= h``. Its size at the end is bounded once more, and
more closely, by ``|e|' <= J |e| + |f(P) - P'|``, where ``J`` bounds the Jacobian matrix over the
step from above, with the signs of its diagonal and the absolute values of the rest.

A field maps a list of power series, or of complex balls, to such a list.
"""

from dataclasses import dataclass, replace

from sam_lib.certify.balls import flint

DEGREE = 30


def expand(field, state):
    """The Taylor polynomials of degree ``DEGREE`` of the solution through ``state``, as series."""
    fl = flint()
    known = [[x] for x in state]
    for length in range(1, DEGREE + 1):
        fl.ctx.cap = length
        slopes = field([fl.arb_series(c, length) for c in known])
        for coefficients, slope in zip(known, slopes, strict=True):
            coefficients.append(slope[length - 1] / length)
    return [fl.arb_poly(c) for c in known]


@dataclass(frozen=True)
class Step:
    """A proved step: ``x`` in ``P + B + t D`` and ``x'`` in ``P' + D`` for ``0 <= t <= length``."""

    length: object
    polynomials: list
    blur: list
    drift: list
    error: list  # bounds of |e| at the end

    def end(self):
        """Balls around the state at the end of the step."""
        fl = flint()
        return [
            p(self.length) + fl.arb(0, e) for p, e in zip(self.polynomials, self.error, strict=True)
        ]

    def cut(self, length):
        """The first part of the step."""
        parts = zip(self.blur, self.drift, strict=True)
        error = [abs(b + length * d).upper() for b, d in parts]
        return replace(self, length=length.mid(), error=error)

    def at(self, t):
        """Balls around the state at a time ``t`` (a ball) of the step."""
        parts = zip(self.polynomials, self.blur, self.drift, strict=True)
        return [p(t) + b + t * d for p, b, d in parts]


def _disk(field, polynomials, slack, radius):
    """A bound of the field on a disk of complex times, for each entry; None if there is none."""
    fl = flint()
    reach = fl.arb(0, radius)
    times = fl.acb(reach, reach)
    values = field([p(times) + fl.acb(e) for p, e in zip(polynomials, slack, strict=True)])
    bounds = [fl.arb(v.abs_upper()) if v.is_finite() else None for v in values]
    return None if any(b is None for b in bounds) else bounds


def _drift(field, polynomials, slack, length, tail):
    """``D`` for the box ``slack``."""
    fl = flint()
    fl.ctx.cap = DEGREE
    shifted = [
        fl.arb_series((p + e).coeffs(), DEGREE) for p, e in zip(polynomials, slack, strict=True)
    ]
    span = fl.arb(0).union(length)
    result = []
    for p, value, rest in zip(polynomials, field(shifted), tail, strict=True):
        gap = fl.arb_poly(value.coeffs()) - p.derivative()
        result.append(gap(span) + fl.arb(0, rest))
    return result


def _error(field, polynomials, blur, reached, length, tail, pieces=4):
    """Bounds of ``|e|`` at the end of the step."""
    fl = flint()
    exact = [fl.arb(0)] * len(blur)
    defect = [abs(d) for d in _drift(field, polynomials, exact, length, tail)]
    bounds = [fl.arb(abs(b).upper()) for b in blur]
    piece = length / pieces
    for i in range(pieces):
        span = (piece * i).union(piece * (i + 1))
        rows = field.jacobian([p(span) + e for p, e in zip(polynomials, reached, strict=True)])
        signed = [[a if i == j else abs(a) for j, a in enumerate(r)] for i, r in enumerate(rows)]
        upper = [[fl.arb(a.upper()) for a in row] for row in signed]
        grown = fl.arb_mat([[piece * a for a in row] for row in upper]).exp()
        forced = fl.arb_mat([[piece * a.max(0) for a in row] for row in upper]).exp()
        start = fl.arb_mat([[b] for b in bounds])
        push = fl.arb_mat([[piece * d.upper()] for d in defect])
        bounds = [fl.arb(b.upper()) for b in (grown * start + forced * push).entries()]
    return [b.upper() for b in bounds]


def slope(field, state):
    """The field at a state of balls."""
    fl = flint()
    fl.ctx.cap = 1
    return [value[0] for value in field([fl.arb_series([x], 1) for x in state])]


def proved_step(field, state, tolerance, longest=None):
    """A step from ``state``, ``longest`` at most, whose remainder stays near ``tolerance``."""
    fl = flint()
    polynomials = expand(field, [x.mid() for x in state])
    blur = [x - x.mid() for x in state]
    growth = max(
        float(abs(p[k]).mid()) ** (1 / k) for p in polynomials for k in (DEGREE - 1, DEGREE)
    )
    radius = 0.9 / growth if growth > 0 else 1e3
    scale = [max(1.0, float(abs(p[1]).mid())) for p in polynomials]
    for _ in range(60):
        slack = [
            fl.arb(0, 10 * tolerance * size + 4 * float(b.rad()))
            for b, size in zip(blur, scale, strict=True)
        ]
        bounds = _disk(field, polynomials, slack, radius)
        if bounds is None:
            radius *= 0.8
            continue
        worst = max(float(b) / size for b, size in zip(bounds, scale, strict=True))
        q = (tolerance / (1 + worst)) ** (1 / DEGREE)
        length = fl.arb(0.999 * q * radius)
        if longest is not None and not length < longest:
            length = longest
        factor = fl.arb(q) ** DEGREE / (1 - fl.arb(q))
        tail = [(b * factor).upper() for b in bounds]
        span = fl.arb(0).union(length)
        drift = _drift(field, polynomials, slack, length, tail)
        reached = [b + span * d for b, d in zip(blur, drift, strict=True)]
        if all(e.contains(x) for e, x in zip(slack, reached, strict=True)):
            drift = _drift(field, polynomials, reached, length, tail)  # the error is in `reached`
            error = _error(field, polynomials, blur, reached, length, tail)
            return Step(length, polynomials, blur, drift, error)
        radius *= 0.7
    raise ArithmeticError("no step could be proved: raise `bits`, or the start is singular")
