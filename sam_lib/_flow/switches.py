"""The ``l_inf`` flow on several examples: the perturbation jumps where an entry of the gradient
vanishes.

That is where a parameter changes its sign, or the residual ``c_j = sum_i pi_i z_ij`` of a feature,
which turns all layers of coordinate ``j`` at once:

    eps_lj = -rho sign(c_j) * product over k != l of sign(theta_kj).

Each of these signs is a *switch*. The flow crosses, or it slides: the fields on both sides point to
the surface, and the blend of them that stays on it is the flow. On several surfaces at once the
time spent on each side of each of them is known, but not how these times overlap. The blend is
unique if that makes no difference, as with a coordinate of even depth that is held at 0.
"""

from itertools import product

import numpy as np
from scipy.linalg import null_space

from sam_lib import network
from sam_lib._flow import field
from sam_lib._flow.copies import Copies
from sam_lib._flow.field import Field, Undetermined

SLACK = 1e-13
MOST_DUE = 6
MOST_NEWTON = 20


class Switches(Field):
    """The field with fixed switches (-1, +1, or 0 while it slides), and what they are next."""

    jumps, patience = True, 200
    floor = 1.0  # the field is regular at the origin

    def __init__(self, theta, data, method, clock):
        self.Z, self.method, self.clock = data.Z, method, clock
        self.copies = copies = Copies(theta, data.Z)
        rests = ~np.any(data.Z, axis=0) | (np.sum(theta == 0, axis=0) > 1)
        self.moves = ~rests
        columns = np.unique(copies.column, return_index=True)[1]
        awake = np.flatnonzero(copies.first_of(~rests & np.ones(theta.shape, dtype=bool)))
        self.columns, self.classes = columns, awake if len(theta) > 1 else awake[:0]
        self.length = np.max(np.abs(data.Z[:, columns]), axis=0)
        heights = self._heights(theta)
        due = np.abs(heights) <= SLACK
        due[: len(columns)] &= self.length > 0
        self.mode = np.where(due, 0, np.sign(heights))
        if np.any(due):
            self._choose(theta, np.flatnonzero(due))

    def __call__(self, theta):
        return self._rate(theta, self.mode)

    def outside(self, theta):
        """Positive while free switches keep their sign, and shares of sliding ones are inside."""
        distance = self.mode * self._heights(theta) + SLACK
        distance[: len(self.columns)][self.length == 0] = np.inf
        slides = np.flatnonzero(self.mode == 0)
        slides = slides[np.isfinite(distance[slides])]
        shares = self._blend(theta, self.mode)[1]
        distance[slides] = np.minimum(shares, 1 - shares)
        return distance

    def switch(self, theta):
        """Choose the switches to go on with; returns ``theta`` on the surfaces it has reached."""
        near = np.where(self.mode == 0, 1e-9, 1e-11)
        due = self.outside(theta) <= near
        due |= self._slides(self.mode)
        due = np.flatnonzero(due)
        theta = self._onto(self._onto(theta, due), due)
        self._choose(theta, due)
        return theta

    def _choose(self, theta, due):
        """Set the switches that are ``due`` to the one combination that its own field keeps."""
        if len(due) > MOST_DUE:
            raise Undetermined
        candidates = []
        for values in product((1, -1, 0), repeat=len(due)):
            mode = self.mode.copy()
            mode[due] = values
            if self._first_order(theta, mode, due):
                candidates.append(mode)

        def stays(mode, time):
            later = field.ahead(lambda at: self._rate(at, mode), theta, time)
            free = due[mode[due] != 0]
            shares = self._blend(later, mode)[1]
            inside = np.min(np.minimum(shares, 1 - shares), initial=1.0) > 0
            return inside and np.all((mode * self._heights(later))[free] > 0)

        size = max(np.max(np.abs(theta)), self.method.rho)
        speed = np.max(np.abs(self._fields(theta, [np.where(self.mode == 0, 1, self.mode)])))
        self.mode = field.the_one(candidates, stays, size / speed if speed else 0.0)
        if not self._is_unique(theta):
            raise Undetermined

    def _first_order(self, theta, mode, due):
        """Whether ``mode`` is not already refuted by the derivatives at ``theta``."""
        rate, shares, matrix = self._blend(theta, mode)
        if not np.all((shares > -1e-6) & (shares < 1 + 1e-6) & (np.diag(matrix) < 0)):
            return False
        gains = self._gains(theta, rate[None])[:, 0]
        free = due[mode[due] != 0]
        return np.all((mode * gains)[free] >= -1e-6 * np.max(np.abs(gains), initial=1e-300))

    def _slides(self, mode):
        slides = mode == 0
        slides[: len(self.columns)] &= self.length > 0
        return slides

    def _heights(self, theta):
        """What the switches are the signs of: residuals and parameters, in units of their own."""
        c = field.residual(theta, self.Z)[self.columns]
        scale = np.where(self.length == 0, 1, self.length)
        return np.append(c / scale, self.copies.first_of(theta)[self.classes] / self.method.rho)

    def _gains(self, theta, fields):
        """Derivatives of the heights (rows) along each of the fields (columns)."""
        c = field.residual_rates(theta, self.Z, fields)[:, self.columns]
        scale = np.where(self.length == 0, 1, self.length)
        steps = self.copies.first_of(fields)[:, self.classes] / self.method.rho
        return np.hstack([c / scale, steps]).T

    def _fields(self, theta, modes):
        """The fields of several choices of all switches."""
        hats = [theta - self.method.rho * self._signs(mode, theta.shape) for mode in modes]
        return self.copies.tie(field.pushes(np.array(hats), self.Z, self.clock)) * self.moves

    def _signs(self, mode, shape):
        """``sign(c_j) * product of the signs of the other layers`` for a choice of the switches."""
        copies, k = self.copies, len(self.columns)
        sides = mode[:k] * copies.column_sign[self.columns]
        c = copies.column_sign * sides[copies.column] * self.moves
        if shape[0] == 1:
            return c[None]
        of_class = np.zeros(len(copies.first))
        of_class[self.classes] = mode[k:]
        return network.other_layers(copies.spread(of_class)) * c

    def _blend(self, theta, mode):
        """The rate, the share of +1 of each sliding switch, and what a share does to each height.

        The shares are taken as independent; where that matters, :meth:`_is_unique` is False.
        """
        slides = np.flatnonzero(self._slides(mode))
        fields, sides = self._corners(theta, mode, slides)
        if not len(slides):
            return fields[0], np.ones(0), np.zeros((0, 0))
        gains = self._gains(theta, fields)[slides]
        shares = np.full(len(slides), 0.5)
        for _ in range(MOST_NEWTON if len(slides) > 1 else 1):
            law, law_rates = _independent(shares, sides)
            matrix = gains @ law_rates.T
            step = field.solve(matrix, -gains @ law)
            shares = shares + step
            if np.max(np.abs(step)) < 1e-12:
                break
        rate = np.tensordot(_independent(shares, sides)[0], fields, axes=1)
        held = slides[slides >= len(self.columns)] - len(self.columns)
        still = self.copies.mask(self.classes[held])
        return np.where(still, 0.0, rate), shares, matrix

    def _corners(self, theta, mode, slides):
        """The fields of all choices of the sliding switches, and these choices."""
        sides = list(product((1, -1), repeat=len(slides)))
        modes = np.repeat(mode[None], len(sides), axis=0)
        modes[:, slides] = sides
        return self._fields(theta, modes), np.array(sides)

    def _rate(self, theta, mode):
        return self._blend(theta, mode)[0]

    def _onto(self, theta, due):
        """``theta`` moved onto the surfaces of the switches that are ``due``."""
        zero = self.copies.mask(self.classes[due[due >= len(self.columns)] - len(self.columns)])
        theta = np.where(zero, 0.0, theta)
        columns = due[due < len(self.columns)]
        if not len(columns):
            return theta
        mode = np.where(self.mode == 0, 1, self.mode)
        modes = [mode]
        for s in columns:
            modes.append(mode.copy())
            modes[-1][s] *= -1
        fields = np.where(zero, 0.0, self._fields(theta, modes))
        changes = fields[1:] - fields[0]
        matrix = self._gains(theta, changes)[columns]
        move = np.tensordot(field.solve(matrix, -self._heights(theta)[columns]), changes, axes=1)
        small = np.max(np.abs(move)) < 1e-2 * max(np.max(np.abs(theta)), self.method.rho)
        return theta + move if small else theta

    def _is_unique(self, theta):
        """Whether all joint laws of the switches under which the flow slides have one mean."""
        slides = np.flatnonzero(self._slides(self.mode))
        if len(slides) < 2:
            return True
        fields = self._corners(theta, self.mode, slides)[0]
        gains = self._gains(theta, fields)[slides]
        scale = np.max(np.abs(gains), axis=1, keepdims=True)
        constraints = np.vstack([gains / np.where(scale == 0, 1, scale), np.ones(len(fields))])
        free = null_space(constraints, rcond=1e-10)
        means = np.tensordot(free.T, fields, axes=1)
        return np.max(np.abs(means), initial=0.0) <= 1e-9 * np.max(np.abs(fields))


def _independent(shares, sides):
    """The probability of each corner, and its derivatives by the shares (rows)."""
    factors = np.where(sides > 0, shares, 1 - shares)
    others = network.other_layers(factors.T)
    return np.prod(factors, axis=1), others * sides.T
