"""Which coordinate is the largest, and when that changes, proved step by step."""

from sam_lib.certify.balls import flint

HALVINGS = 40


class _Difference:
    """``log w_a - log w_b`` on one step, with its derivative."""

    def __init__(self, step, a, b):
        self.length = step.length
        self.polynomial = step.polynomials[a] - step.polynomials[b]
        self.derivative = self.polynomial.derivative()
        self.blur = step.blur[a] - step.blur[b]
        self.drift = step.drift[a] - step.drift[b]

    def at(self, t):
        return self.polynomial(t) + self.blur + t * self.drift

    def slope(self, t):
        return self.derivative(t) + self.drift

    def sign(self, evaluate, pieces=8):
        """1 or -1 where ``evaluate`` has that sign on the whole step, otherwise 0."""
        piece = self.length / pieces
        spans = [evaluate((piece * i).union(piece * (i + 1))) for i in range(pieces)]
        if all(value > 0 for value in spans):
            return 1
        return -1 if all(value < 0 for value in spans) else 0

    def crossing(self):
        """A ball around the one zero of a difference that falls through 0."""
        low, high = flint().arb(0), self.length
        for _ in range(60):
            middle = ((low + high) / 2).mid()
            value = self.at(middle)
            if value > 0:
                low = middle
            elif value < 0:
                high = middle
            else:
                break
        return low.union(high)


def follow(step, leader, level, count):
    """``(step, leader at its end, time of the change or None)``, on a part of the step if need be.

    Before the step ``leader`` is level with the coordinates in ``level`` and larger than the
    others.
    """
    for _ in range(HALVINGS):
        told = _tell(step, leader, level, count)
        if told is not None:
            return step, *told
        step = step.cut(step.length / 2)
    raise ArithmeticError("two weights stay too close to tell which is larger")


def _tell(step, leader, level, count):
    """``(leader at the end, time of the change or None)``; None where the step is too long."""
    rivals = []
    for j in range(count):
        if j == leader:
            continue
        gap = _Difference(step, leader, j)
        trend = gap.sign(gap.slope)
        if trend > 0 or (j not in level and gap.sign(gap.at) > 0):
            continue
        last = gap.at(gap.length)
        if not (trend < 0 and j not in level and (last > 0 or last < 0)):
            return None
        if last < 0:
            rivals.append((j, gap))
    if not rivals:
        return leader, None
    return (rivals[0][0], rivals[0][1].crossing()) if len(rivals) == 1 else None
