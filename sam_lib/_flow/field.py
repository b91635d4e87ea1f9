"""A field with jumps is made of smooth pieces; between them it slides, in a blend of the pieces.

A piece is the field of one fixed perturbation. Its jumps lie where the gradient does something:
two of its entries tie (``ties``) or one of them vanishes (``switches``). A blend stays there
if the derivative of that gap along it is 0, so derivatives of the gradient along given directions
are needed, exactly: they are below. The gradient enters up to a positive factor,

    -g_lj  ~  c_j * product over k != l of theta_kj,    c = sum_i pi_i z_i,

with the relative weights ``pi_i`` of the examples, which cannot underflow together.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sam_lib import network

LOOKS_AHEAD = (1e-5, 1e-3, 1e-7)


class Undetermined(Exception):
    """Several continuations, or none, are consistent with the field."""


class Field(Protocol):
    """What the integrator needs to know of a right-hand side ``theta' = field(theta)``."""

    method: object  # the SAM or MarginSAM that it belongs to
    clock: str
    jumps: bool  # whether it is made of pieces, so that `outside` and `switch` exist
    patience: int  # steps without progress after which the integrator is stuck
    floor: float  # what |theta| is compared with in the inner clock; 0 if singular at the origin

    def __call__(self, theta):
        """The rate (L, d) at ``theta`` (L, d), in the piece that the field is in."""

    def across(self, theta):
        """The field at ``-theta``, on the other side of the origin; needed if ``floor`` is 0."""

    def outside(self, theta):
        """Positive, entry by entry, as long as the field stays in its piece."""

    def switch(self, theta):
        """Choose the piece to go on in; returns ``theta`` on the surfaces it has reached."""

    def rests(self, theta):
        """Whether a rate of 0 is known to be one; it may have underflowed or cancelled."""
        return False

    @staticmethod
    def resumes(clock):
        """Whether small steps may go on where the integrator is stuck, or begin at the start.

        Steps that begin on a tie, or at rest, would stay, unlike steps that arrive there.
        """
        return False


@dataclass(frozen=True)
class Outcome:
    """Values (T, L, d) at the output times, and how, when and where the integration ended."""

    values: np.ndarray
    status: object  # None if stuck; values behind the end are not set then
    end: float
    last: np.ndarray

    @property
    def stuck(self):
        """Whether the integrator made no progress, or the field is ambiguous."""
        return self.status is None


def weights(slopes, clock):
    """The weight of each example in minus the gradient, from ``log(-l'(m_i))``."""
    if clock == "original":
        return np.exp(slopes) / slopes.shape[-1]
    relative = np.exp(slopes - slopes.max(axis=-1, keepdims=True))
    return relative / relative.sum(axis=-1, keepdims=True)


def pushes(hat, Z, clock):
    """Minus the gradients at perturbed parameters (..., L, d), in the given clock."""
    slopes = network.log_slopes(np.prod(hat, axis=-2) @ Z.T)
    return network.other_layers(hat) * (weights(slopes, clock) @ Z)[..., None, :]


def residual(theta, Z):
    """The vector ``c`` (d,) at ``theta`` (L, d)."""
    return weights(network.log_slopes(np.prod(theta, axis=0) @ Z.T), "normalized") @ Z


def residual_rates(theta, Z, along):
    """Derivatives of :func:`residual` along each of the directions (m, L, d)."""
    m = np.prod(theta, axis=0) @ Z.T
    pi = weights(network.log_slopes(m), "normalized")
    margin_rates = np.sum(along * network.other_layers(theta), axis=1) @ Z.T
    rates = -np.exp(-np.logaddexp(0, -m)) * margin_rates  # of log(-l'(m_i))
    return (pi * (rates - rates @ pi[:, None])) @ Z


def other_rates(theta, along):
    """Derivatives of the products of the other layers along each of the directions (m, L, d)."""
    L = len(theta)
    rates = np.zeros_like(along)
    for l in range(L):
        without = theta.copy()
        without[l] = 1
        pairs = network.other_layers(without)
        pairs[l] = 0
        rates[:, l] = np.sum(along * pairs, axis=1)
    return rates


def ahead(rate, theta, time):
    """The point that the field ``rate`` reaches from ``theta`` in a short time.

    Just behind a jump what is about to change has not changed yet; there it has.
    """
    return theta + time * rate(theta + time / 2 * rate(theta))


def the_one(candidates, consistent, unit):
    """The only candidate with ``consistent(candidate, time)`` for small parts of a unit of time."""
    for look in LOOKS_AHEAD:
        found = [c for c in candidates if consistent(c, look * unit)]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            break
    raise Undetermined


def solve(matrix, vector):
    """The solution of a linear system; the shortest one if it is singular."""
    try:
        return np.linalg.solve(matrix, vector)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(matrix, vector, rcond=None)[0]
