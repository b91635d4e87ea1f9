"""The ``l_inf`` flow on one example: a right-hand side with jumps, and how to cross them.

The field is, in the rescaled clock,

    theta_l' = z * product over k != l of (theta_k - rho S_k),
    S_k = sign(z * product of the layers other than k),

one small system for each coordinate, smooth as long as no parameter changes its sign. The *mode*
of a parameter is the sign it has in the formula: -1, +1, or 0 while it is held at 0.

The original clock is slower by ``1 + exp(m_hat)``, and held coordinates count in ``m_hat``: small
steps jump across 0 and are perturbed by ``rho`` on both sides.
"""

from itertools import product

import numpy as np

from sam_lib import network
from sam_lib._flow.field import Field, Undetermined


class Sliding(Field):
    """The field in a fixed mode, how far it is from leaving it, and the mode after that."""

    jumps, patience = True, 5000
    floor = 1.0  # the field is regular at the origin

    def __init__(self, theta, data, method, clock):
        self.z, self.method, self.clock = data.Z[0], method, clock
        self.mode, self.arranged = np.sign(theta), None
        sizes, asleep = np.abs(theta), np.sum(theta == 0, axis=0) > 1  # eps = 0: it never moves
        phase = np.prod(self.mode, axis=0) * method.rho ** len(theta)
        alike = np.all(sizes == sizes[0], axis=0) | asleep | (self.z == 0)
        self.at_rest = np.where(alike, np.where(asleep, 0.0, phase), np.nan)  # perturbed predictor
        for j in np.flatnonzero(np.sum(theta == 0, axis=0) == 1):
            self._choose(theta, j, theta[:, j] == 0)
        self._demand_a_clock(theta)

    def __call__(self, theta):
        push, margin = self._blend(theta)
        if self.clock != "original" or not np.any(push):
            return push
        return np.exp(network.log_slopes(margin)) * push

    @np.errstate(divide="ignore")
    def _blend(self, theta):
        """The field in the rescaled clock, and the perturbed margin if the original clock needs it.

        Over the two sides of a held layer ``exp`` of the margin is averaged, not the margin.
        """
        hat = theta - self._shift()
        push, held = network.other_layers(hat) * self.z, self.held
        if self.clock != "original" and not self.held_singly:
            push[:, self.resting] = 0
            return push, None
        beta = np.where(held == 0, np.prod(hat, axis=0), self.at_rest)
        margin = np.sum((self.z * beta)[held != 1])
        if self.held_singly:
            (up, hat_up), (down, hat_down) = self._sides(theta)
            rows, columns = self._held_singly()
            share = down[rows, columns] / (down[rows, columns] - up[rows, columns])
            push[:, columns] = share * up[:, columns] + (1 - share) * down[:, columns]
            push[rows, columns] = 0
            up, down = (
                self.z[columns] * np.prod(h[:, columns], axis=0) for h in (hat_up, hat_down)
            )
            share = np.clip(share, 0, 1)
            margin += np.sum(np.logaddexp(np.log(share) + up, np.log1p(-share) + down))
        push[:, self.resting] = 0
        return push, margin

    def rests(self, theta):
        """Whether nothing pushes, in a clock that does not underflow."""
        return not np.any(self._blend(theta)[0])

    @staticmethod
    def resumes(clock):
        """Held parameters go on in the clocks in which they do not count."""
        return clock != "original"

    def outside(self, theta):
        """Positive in the mode: free parameters keep their sign, held ones are pushed to 0."""
        distance = np.where(self.mode == 0, np.inf, theta * self.mode)
        self._shift()
        if self.held_singly:
            rows, columns = self._held_singly()
            (up, _), (down, _) = self._sides(theta)
            distance[rows, columns] = np.minimum(-up, down)[rows, columns]
        return distance

    def switch(self, theta):
        """Choose the mode to go on in; returns ``theta`` with zeros where it is now held."""
        due = self.outside(theta) <= 1e-11 * max(self.method.rho, np.max(np.abs(self.z)))
        theta = np.where(due, 0.0, theta)
        for j in np.flatnonzero(np.any(due, axis=0)):
            self._choose(theta, j, theta[:, j] == 0)
        self._demand_a_clock(theta)
        return theta

    def _demand_a_clock(self, theta):
        """Refuse the original clock where it depends on how the phases of steps overlap.

        Steps are on either side of a layer that is held for a known share of the time; with two of
        them the shares do not say how often they coincide, and neither does a coordinate that has
        come to rest with layers of different sizes.
        """
        if self.clock == "original":
            held = self._held()
            unknown = np.sum(held == 1) > 1 or np.any(np.isnan(self.at_rest[held > 1]))
            if unknown and np.any(self._blend(theta)[0]):
                raise Undetermined

    def _shift(self):
        """Minus the perturbation; kept, like the counts of held layers, until the mode is new."""
        key = self.mode.tobytes()
        if key != self.arranged:
            self.arranged, self.held = key, self._held()
            self.held_singly, self.resting = bool(np.any(self.held == 1)), self.held > 1
            self.shift = self._shift_in(self.mode)
        return self.shift

    def _shift_in(self, mode):
        return self.method.rho * network.other_layers(mode) * np.sign(self.z)

    def _push(self, theta, mode):
        hat = theta - self._shift_in(mode)
        return network.other_layers(hat) * self.z, hat

    def _sides(self, theta):
        """The fields on the two sides of the parameters that are held."""
        free = self.mode != 0
        return [self._push(theta, np.where(free, self.mode, side)) for side in (1, -1)]

    def _held(self):
        """Number of held parameters in each coordinate; with two of them it is at rest."""
        return np.where(self.z == 0, 2, np.sum(self.mode == 0, axis=0))

    def _held_singly(self):
        rows, columns = np.nonzero(self.mode == 0)
        single = self._held()[columns] == 1
        return rows[single], columns[single]

    def _choose(self, theta, j, zero):
        """Set the mode of the parameters of coordinate ``j`` that are ``zero``.

        They cross or leave if some combination of signs is kept by its own field; else one of them
        is held while the others leave; else all of them are held.
        """
        before, rows = self.mode[:, j], np.flatnonzero(zero)
        sides = list(product(*[(-s, s) if s else (1, -1) for s in before[rows]]))
        modes = np.repeat(before[None], len(sides), axis=0)
        modes[:, rows] = sides
        hat = theta[:, j] - self._shift_in(modes[..., None])[..., j]
        corners = (network.other_layers(hat[..., None]) * self.z[j])[:, rows, 0]
        push = dict(zip(sides, corners, strict=True))
        self.mode[rows, j] = self._first_kept(push, len(rows))

    @staticmethod
    def _first_kept(push, count):
        """The first mode of ``count`` parameters that its own field keeps, from all ``push``es."""
        for mode, at in push.items():
            if np.all(at * mode > 0):
                return mode
        for mode, i in product(push, range(count) if count > 1 else ()):
            up, down = (push[*mode[:i], side, *mode[i + 1 :]] for side in (1, -1))
            if up[i] < 0 < down[i]:
                share = down[i] / (down[i] - up[i])
                at = np.delete((share * up + (1 - share) * down) * mode, i)
                if np.all(at > 0):
                    return (*mode[:i], 0, *mode[i + 1 :])
        return (0,) * count
