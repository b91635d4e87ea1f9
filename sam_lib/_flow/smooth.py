"""The field of a flow where it does not jump."""

import numpy as np

from sam_lib import ascent, network
from sam_lib._flow.field import Field, pushes, weights


class Smooth(Field):
    """The right-hand side where it does not jump."""

    jumps, patience = False, 200

    def __init__(self, theta, data, method, clock):
        self.data, self.method, self.clock = data, method, clock
        depth = len(theta)
        # only normalized SAM is singular at 0
        self.floor = 0.0 if depth > 1 and method.rho > 0 and method.normalized else 1.0

    def __call__(self, theta):
        return self._rate(theta, self.clock)

    def _rate(self, theta, clock):
        method = self.method
        hat = theta + ascent.step(theta, self.data, method) if method.rho > 0 else theta
        if hat.ndim == 2:
            return pushes(hat, self.data.Z, clock)
        slopes = network.log_slopes(np.sum(np.prod(hat, axis=-2) * self.data.Z, axis=-1))
        each = network.other_layers(hat) * self.data.Z[:, None, :]
        return np.tensordot(weights(slopes, clock), each, axes=1)

    def across(self, theta):
        """The field at ``-theta``, on the other side of the origin."""
        return self(-theta)

    def rests(self, theta):
        """Whether nothing pushes, in a clock that does not underflow."""
        return not np.any(self._rate(theta, "normalized"))

    @staticmethod
    def resumes(clock):
        """Nothing jumps: every point is as good as the start."""
        return True
