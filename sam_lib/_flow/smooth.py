"""The field of a flow where it does not jump."""

import numpy as np

from sam_lib import ascent, network
from sam_lib._flow.field import weights


class Smooth:
    """The right-hand side where it does not jump."""

    jumps, patience = False, 200  # steps without progress after which the integrator is stuck

    def __init__(self, theta, data, method, clock):
        self.data, self.method, self.clock = data, method, clock
        depth = len(theta)
        # what |theta| is compared with in the inner clock; only normalized SAM is singular at 0
        self.floor = 0.0 if depth > 1 and method.rho > 0 and method.normalized else 1.0

    def __call__(self, theta):
        hat = theta + ascent.step(theta, self.data, self.method)  # (L, d), or one per example
        slopes = network.log_slopes(np.sum(np.prod(hat, axis=-2) * self.data.Z, axis=-1))
        each = network.other_layers(hat) * self.data.Z[:, None, :]
        return np.tensordot(weights(slopes, self.clock), each, axes=1)

    def across(self, theta):
        """The field at ``-theta``, on the other side of the origin."""
        return self(-theta)
