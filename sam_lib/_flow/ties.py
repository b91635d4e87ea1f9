"""The ``l_1`` flow: all of ``rho`` on the entry of the gradient with the largest modulus.

Where entries tie the flow stays on the tie, in the blend of their fields with the *shares* (>= 0,
of sum 1) under which all of them remain equal: a linear system. An entry leaves when its share
falls to 0; another one joins when it becomes as large. Copies (``copies``) tie forever
and divide the perturbation itself, as :func:`sam_lib.ascent.perturbation` does.
"""

from itertools import chain, combinations

import numpy as np

from sam_lib import network
from sam_lib._flow import field
from sam_lib._flow.copies import Copies
from sam_lib._flow.field import Field, Undetermined

SLACK = 1e-13
MOST_TIED = 10


class Ties(Field):
    """The field with a fixed set of active entries, and which ones are next."""

    jumps, patience = True, 200

    def __init__(self, theta, data, method, clock):
        self.Z, self.method, self.clock = data.Z, method, clock
        self.floor = 0.0 if len(theta) > 1 else 1.0
        self.copies = Copies(theta, data.Z)
        self.signs = np.zeros(len(self.copies.first))
        self.active = []
        self.switch(theta)

    def __call__(self, theta):
        return self._rate(theta, self.active)

    def across(self, theta):
        """The field at ``-theta``, on the other side of the origin."""
        mirror = (-1) ** (len(theta) - 1)
        self.signs *= mirror
        rate = self(-theta)
        self.signs *= mirror
        return rate

    def outside(self, theta):
        """Positive while the active entries are the largest, with positive shares."""
        sizes = self._sizes(theta)
        top = np.mean((self.signs * sizes)[self.active])
        if not top > 0:
            return np.full(len(sizes), -1.0)
        distance = 1 - np.abs(sizes) / top + SLACK
        distance[self.active] = self._shares(theta, self.active)
        return distance

    def switch(self, theta):
        """Choose the active entries to go on with; returns ``theta`` with exact ties."""
        sizes = self._sizes(theta)
        top = np.max(np.abs(sizes))
        if self.active:
            top = np.mean((self.signs * sizes)[self.active])
        if not top > 1e-11 * np.max(np.abs(self.Z)):
            raise Undetermined
        due = np.abs(sizes) >= (1 - 1e-11) * top
        due[self.active] = True
        due = np.flatnonzero(due)
        if len(due) > MOST_TIED:
            raise Undetermined
        self.signs = np.sign(sizes)
        theta = self._tied(self._tied(theta, due), due)
        self.active = list(self._next(theta, due))
        return theta

    def _next(self, theta, due):
        """The one subset of ``due`` that stays ahead of the others in its own blend."""
        if len(due) == 1:
            return due
        fields = self._fields(theta, due)
        gains = self._gains(theta, fields)[due]
        tiny = 1e-6 * np.max(np.abs(gains))
        subsets = []
        for chosen in chain(*(combinations(range(len(due)), k + 1) for k in range(len(due)))):
            chosen = list(chosen)
            shares = _even_shares(gains[np.ix_(chosen, chosen)])
            gain = gains[:, chosen] @ shares
            lost = np.delete(gain, chosen) - gain[chosen[0]]
            if np.min(shares) > -1e-6 and np.max(lost, initial=-np.inf) <= tiny:
                subsets.append(due[chosen])

        def stays(subset, time):
            later = field.ahead(lambda at: self._rate(at, subset), theta, time)
            sizes = (self.signs * self._sizes(later))[due]
            inside = np.isin(due, subset)
            largest = np.max(sizes[~inside], initial=-np.inf)
            return np.min(self._shares(later, subset)) > 0 and largest < np.mean(sizes[inside])

        size = max(np.max(np.abs(theta)), self.floor)
        return field.the_one(subsets, stays, size / np.max(np.abs(fields)))

    def _sizes(self, theta):
        """Minus the gradient of each class of copies, up to a positive factor."""
        unit = np.max(np.abs(theta)) or 1.0
        entries = network.other_layers(theta / unit) * field.residual(theta, self.Z)
        return self.copies.first_of(entries)

    def _gains(self, theta, fields):
        """Derivative of the size of each class (row) along each of the fields (column)."""
        unit = np.max(np.abs(theta)) or 1.0
        scaled = theta / unit
        turned = field.residual_rates(theta, self.Z, fields)[:, None, :]
        entries = turned * network.other_layers(scaled)
        entries += field.residual(theta, self.Z) * field.other_rates(scaled, fields / unit)
        return self.signs[:, None] * self.copies.first_of(entries).T

    def _fields(self, theta, classes):
        """The field of each of the classes: it has the perturbation for itself."""
        hats = []
        signs = self.copies.spread(self.signs)
        for k in classes:
            members = self.copies.mask(k)
            hats.append(theta - self.method.rho / np.sum(members) * members * signs)
        return self.copies.tie(field.pushes(np.array(hats), self.Z, self.clock))

    def _shares(self, theta, classes, fields=None):
        if len(classes) == 1:
            return np.ones(1)
        fields = self._fields(theta, classes) if fields is None else fields
        return _even_shares(self._gains(theta, fields)[classes])

    def _rate(self, theta, classes):
        fields = self._fields(theta, classes)
        return np.tensordot(self._shares(theta, classes, fields), fields, axes=1)

    def _tied(self, theta, classes):
        """``theta`` moved along the fields until the sizes of the classes are equal."""
        if len(classes) == 1:
            return theta
        fields = self._fields(theta, classes)
        sizes = (self.signs * self._sizes(theta))[classes]
        gains = self._gains(theta, fields)[classes]
        matrix = np.vstack([gains[1:] - gains[0], np.ones(len(classes))])
        move = field.solve(matrix, np.append(sizes[0] - sizes[1:], 0))
        move = np.tensordot(move, fields, axes=1)
        return theta + move if np.max(np.abs(move)) < 1e-2 * np.max(np.abs(theta)) else theta


def _even_shares(gains):
    """Shares of sum 1 under which all classes gain the same."""
    matrix = np.vstack([gains[1:] - gains[0], np.full(len(gains), np.max(np.abs(gains)) or 1.0)])
    return field.solve(matrix, np.append(np.zeros(len(gains) - 1), matrix[-1, 0]))
