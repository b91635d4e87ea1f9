"""The flows that are certified: fields in rescaled time, and what is sure about the end."""

from sam_lib.certify.balls import ball, root

COLLAPSES, ESCAPES = "COLLAPSES", "ESCAPES"


class Reduction:
    """l_2-SAM at depth two from any start, two numbers whatever its dimension (D5).

    Every exponent ``nu s - rho nu^2 tau`` of a coordinate that is not 0 is a combination of those
    with the smallest and the largest rate ``nu``, which are the state. A start escapes once ``n``
    grows, by D13, and collapses once ``n < rho min |nu|``, where every rate is negative.
    """

    def __init__(self, mu, layers, rho):
        sums = [(m, a + b) for m, a, b in zip(mu, *layers, strict=True)]
        differences = [(-m, a - b) for m, a, b in zip(mu, *layers, strict=True)]
        present = [(rate, x) for rate, x in sums + differences if x]
        rates = [rate for rate, _ in present]
        low, high = min(rates), max(rates)
        self.weights = [ball(rate**2 * x**2 / 2) for rate, x in present]
        self.mix = [_mix(rate, low, high) for rate in rates]
        self.rates = [ball(rate) for rate in rates]
        self.tolls = [ball(rho * rate**2) for rate in rates]
        self.ends = [(ball(rate), ball(rho * rate**2)) for rate in (low, high)]
        self.floor = ball(rho * min(map(abs, rates)))
        self.start = [ball(0), ball(0)]

    def shares(self, state):
        """``nu_k^2 x_k^2 / 2``, whose sum is ``n^2``."""
        first, last = (2 * x for x in state)
        parts = zip(self.weights, self.mix, strict=True)
        return [c * (a * first + b * last).exp() for c, (a, b) in parts]

    def __call__(self, state):
        slow = 1 / root(sum(self.shares(state)))
        return [rate - toll * slow for rate, toll in self.ends]

    def jacobian(self, state):
        """The derivatives of the field at a box."""
        shares = self.shares(state)
        total = sum(shares)
        slopes = [
            sum(share * mix[i] for share, mix in zip(shares, self.mix, strict=True)) / total
            for i in range(2)
        ]
        return [[toll / total.sqrt() * slope for slope in slopes] for _, toll in self.ends]

    def end(self, state):
        """COLLAPSES, ESCAPES, or None while neither is sure."""
        shares = self.shares(state)
        n = sum(shares).sqrt()
        if n < self.floor:
            return COLLAPSES
        pull = zip(shares, self.rates, self.tolls, strict=True)
        return ESCAPES if sum(share * (a * n - b) for share, a, b in pull) > 0 else None

    def delay(self, time, state):
        """``tau``."""
        rate, toll = self.ends[1]
        return (rate * time - state[1]) / toll


def _mix(rate, low, high):
    """The coefficients of the exponent of ``rate`` in those of the two end rates."""
    if low == high:
        return ball(1), ball(0)
    return (
        ball(rate * (high - rate) / (low * (high - low))),
        ball(rate * (rate - low) / (high * (high - low))),
    )


class Balanced:
    """l_2-SAM at any depth from a balanced positive start (D24); the state is ``log w``.

    With ``z = mu w^(L-2)``, ``N = sqrt(L) |mu w^(L-1)|`` and ``x = rho z / N`` the flow is
    ``(log w)' = z (1 - x)^(L-1)``. A weight above ``rho / sqrt(L)`` has ``x < 1``, so that it never
    shrinks again. At even depth the flow keeps the order of starts, so all weights vanish once
    every ``x > 1``, and from ``L = 4`` on it collapses below the equilibrium with all features and
    escapes above it.
    """

    def __init__(self, mu, alpha, rho, depth):
        self.depth, self.mu, self.rho = depth, [ball(m) for m in mu], ball(rho)
        self.squares = [ball(depth * m**2) for m in mu]
        self.radius = self.rho / ball(depth).sqrt()
        self.start = [ball(a).log() for a in alpha]
        self.uniform = len(set(alpha)) == 1
        self.saddle = self._saddle() if depth % 2 == 0 and depth > 2 else None
        self.order = sorted(range(len(mu)), key=lambda j: mu[j])

    def _saddle(self):
        """``log w`` of the equilibrium with equal scores and ``|w| = rho / sqrt(L)``."""
        logs = [-m.log() / (self.depth - 2) for m in self.mu]
        norm = sum((2 * v).exp() for v in logs).sqrt()
        return [v + (self.radius / norm).log() for v in logs]

    def scores(self, logs):
        """``z`` and ``x`` of each coordinate."""
        z = [m * ((self.depth - 2) * v).exp() for m, v in zip(self.mu, logs, strict=True)]
        powers = [((2 * self.depth - 2) * v).exp() for v in logs]
        pull = self.rho / root(sum(c * p for c, p in zip(self.squares, powers, strict=True)))
        return z, [pull * score for score in z]

    def norm(self, state):
        """``N``."""
        powers = (((2 * self.depth - 2) * v).exp() for v in state)
        return sum(c * p for c, p in zip(self.squares, powers, strict=True)).sqrt()

    def __call__(self, state):
        z, x = self.scores(state)
        return [score * (1 - share) ** (self.depth - 1) for score, share in zip(z, x, strict=True)]

    def jacobian(self, state):
        """The derivatives of the field at a box."""
        depth, (z, x) = self.depth, self.scores(state)
        parts = [c * ((2 * depth - 2) * v).exp() for c, v in zip(self.squares, state, strict=True)]
        total, rows = sum(parts), []
        for i, (score, share) in enumerate(zip(z, x, strict=True)):
            front = score * (1 - share) ** (depth - 2)
            row = [front * (depth - 1) ** 2 * share * (part / total) for part in parts]
            row[i] += front * (depth - 2) * (1 - depth * share)
            rows.append(row)
        return rows

    def end(self, state):
        """COLLAPSES, ESCAPES, or None while neither is sure."""
        if any(v.exp() > self.radius for v in state):
            return ESCAPES
        if self.saddle and all(v > e for v, e in zip(state, self.saddle, strict=True)):
            return ESCAPES
        if self.saddle and all(v < e for v, e in zip(state, self.saddle, strict=True)):
            return COLLAPSES
        if self.depth % 2 == 0 and all(share > 1 for share in self.scores(state)[1]):
            return COLLAPSES
        return None

    def still_to_lead(self, time, state, leader):
        """The leaders after ``leader``, in order, once that is sure; None before.

        Nobody, if ``leader`` has the largest score and ``x < 1/L``: ``z (1 - rho z/N)^(L-1)`` grows
        in ``z`` up to ``N/(L rho)``, and ``x <= rho/(sqrt(L) w)``; or if the depth is even, every
        ``x > 1``, and ``leader`` has the smallest score. All larger features, if the depth is two,
        the start uniform, and ``n`` grows and is above ``s/tau``: the latter then grows forever
        (D6).
        """
        z, x = self.scores(state)
        others = [score for j, score in enumerate(z) if j != leader]
        if state[leader].exp() > self.depth * self.radius and all(z[leader] > o for o in others):
            return []
        if self.depth % 2 == 0 and all(share > 1 for share in x):
            return [] if all(z[leader] < o for o in others) else None
        if not (self.depth == 2 and self.uniform and self.end(state) == ESCAPES):
            return None
        n = self.rho * z[leader] / x[leader]
        tau = (time - (state[leader] - self.start[leader]) / z[leader]) / (self.rho * z[leader])
        if n * tau > time and self._grows(z, x, state):
            return self.order[self.order.index(leader) + 1 :]
        return None

    def _grows(self, z, x, state):
        """Whether ``n`` grows, at depth two."""
        rates = [score * (1 - share) for score, share in zip(z, x, strict=True)]
        parts = zip(self.squares, state, rates, strict=True)
        return sum(c * (2 * v).exp() * rate for c, v, rate in parts) > 0
