"""Parameters that are copies of each other by symmetry, and stay so: equal layers, equal features.

Exchanging two layers of a coordinate, changing the signs of two of its layers, and exchanging two
features with equal columns of data turn every solution into a solution. So parameters of equal size
that such a symmetry exchanges have equal size forever: they are one variable. To a discontinuous
field they are not the same as two that happen to meet, as copies jump all at once.
"""

import numpy as np


class Copies:
    """Which parameters of a start are copies.

    Attributes
    ----------
    column (d,), entry (L, d) : class numbers of proportional columns, and of parameters.
    column_sign (d,), sign (L, d) : the sign within the class.
    """

    def __init__(self, theta, Z):
        digits = np.vectorize(lambda x: float(f"{x:.12g}"), otypes=[float])
        largest = np.max(np.abs(Z), axis=0)
        units = np.where(largest == 0, 1, largest)  # squares of data may overflow or vanish
        relative = np.linalg.norm(Z / units, axis=0)
        directions = digits(Z / units / np.where(relative == 0, 1, relative))
        with np.errstate(over="ignore"):
            lengths = largest * relative
        firsts = directions[np.argmax(directions != 0, axis=0), np.arange(Z.shape[1])]
        self.column_sign = np.where(firsts < 0, -1.0, 1.0)
        self.column = _numbers([tuple(column) for column in (directions * self.column_sign).T])
        self.sign = self._signs(theta)
        balance = np.prod(self.sign, axis=0) * self.column_sign
        sizes, lengths = digits(np.abs(theta)), digits(lengths)
        keys = [
            (self.column[j], lengths[j], *_start(sizes, balance, j), sizes[l, j])
            for l in range(len(theta))
            for j in range(theta.shape[1])
        ]
        if len(theta) == 1:  # the gradient does not depend on the parameters' sizes
            keys = [key[:2] for key in keys]
        self.entry = _numbers(keys).reshape(theta.shape)
        self.first = np.unique(self.entry, return_index=True)[1]

    def first_of(self, entries):
        """Of entries (..., L, d) that of the first member of each class, (..., classes)."""
        return entries.reshape(*entries.shape[:-2], -1)[..., self.first]

    def spread(self, values):
        """Entries (..., L, d) whose first member in each class has its of ``values``."""
        return self.sign * (self.first_of(self.sign) * values)[..., self.entry]

    def tie(self, rates):
        """Rates (..., L, d) with those of copies made exactly equal in size."""
        return self.spread(self.first_of(rates))

    def mask(self, classes):
        """Which entries (L, d) belong to one of the classes."""
        return np.isin(self.entry, classes)

    def _signs(self, theta):
        """Signs; a single 0 in a coordinate has the one it is pushed to where ``c > 0``."""
        sign = np.where(theta < 0, -1.0, 1.0)
        if len(theta) == 1:
            return sign * 0 + self.column_sign
        for j in np.flatnonzero(np.sum(theta == 0, axis=0) == 1):
            l = np.argmax(theta[:, j] == 0)
            sign[l, j] = self.column_sign[j] * np.prod(np.delete(sign[:, j], l))
        return sign


def _start(sizes, balance, j):
    return balance[j], tuple(np.sort(sizes[:, j]))


def _numbers(keys):
    """The same number for equal keys, counted from 0."""
    seen = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys])
