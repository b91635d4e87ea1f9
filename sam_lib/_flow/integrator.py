"""The integrator of :mod:`sam_lib.flows`: one start, through jumps, to collapse or blow-up.

It has a clock ``u`` of its own, ``ds/du = |theta| / (|theta| + |theta'|)``, and integrates the pair
``(theta, s)``. In this clock nothing changes by more than a factor ``e`` per unit of ``u``:
collapse and blow-up, singular in ``s``, are approached exponentially, as smoothly as any other part
of the path, and the time that is left at the last digit follows from the leading power.
"""

from functools import partial

import numpy as np
from scipy.integrate import DOP853
from scipy.optimize import brentq

from sam_lib._flow.field import Outcome, Undetermined, solve
from sam_lib.run import Status

LONGEST = 1e306  # an infinite step would be halved forever
MOST_STEPS = 5000  # a unit of u usually takes about three
MOST_EVALUATIONS = 1200  # in one step: a hundred tries
LOOKS_FOR_REST = 50  # steps
MOST_JUMPS, MOST_IDLE = 300, 30  # in all, and without progress; more if there are many parameters


class Progress:
    """How far one start has come: the outputs that are known, the point that is reached."""

    def __init__(self, theta, times):
        self.times, self.values = times, np.empty((len(times), *theta.shape))
        self.row = np.searchsorted(times, 0, side="right")  # the first output that is not known
        self.values[: self.row] = theta
        self.theta, self.now, self.u = theta, 0.0, 0.0
        self.before, self.checked = theta, 0.0  # theta and u when they were looked at last
        self.jumps, self.idle, self.latest = 0, 0, -1.0  # idle: jumps since u was larger

    def outcome(self, status, end):
        """The outcome as far as it is known."""
        return Outcome(self.values, status, end, self.theta)

    def ends(self, status, last, left):
        """The outcome if nothing changes any more until ``left`` later it is at ``last``."""
        reached = self.row + np.searchsorted(self.times[self.row :], self.now + left)
        self.values[self.row : reached], self.values[reached:] = self.theta, last
        return Outcome(self.values, status, min(self.now + left, self.times[-1]), last)

    def stands(self):
        """Whether ``theta`` is where it was when this was asked before."""
        before, self.before = self.before, self.theta
        return _size(self.theta - before) <= 1e-9 * _size(self.theta)

    def crawls(self, u):
        """Whether the inner clock has hardly moved since this was asked before."""
        checked, self.checked = self.checked, u
        return u - checked < 2

    def follow(self, field, solver):
        """Go to the end of the solver's step, or to the first jump in it; whether it jumps."""
        jumps, y, self.u = False, solver.y, solver.t
        if field.jumps or self.times[self.row] <= y[-1]:
            path = solver.dense_output()
            if field.jumps:
                self.u = _first_jump(field, path, self.theta.shape)
                jumps = self.u < solver.t
                y = path(self.u) if jumps else y
            while self.row < len(self.times) and self.times[self.row] <= y[-1]:
                at = _at(path, self.times[self.row], self.u)
                self.values[self.row] = at[:-1].reshape(self.theta.shape)
                self.row += 1
        self.theta, self.now = y[:-1].reshape(self.theta.shape), y[-1]
        return jumps

    def circles(self):
        """Count a jump; whether there were too many, in all or without progress."""
        self.jumps, self.idle = self.jumps + 1, self.idle + 1 if self.u - self.latest < 1e-12 else 0
        self.latest, count = self.u, self.theta.size
        return self.idle > MOST_IDLE + count or self.jumps > MOST_JUMPS + 10 * count


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def integrate(field, theta, times, rtol, atol):
    """Integrate ``theta' = field(theta)``, a :class:`Field`, from time 0: an :class:`Outcome`."""
    here, solver = Progress(theta, times), None
    smallest = 1e-12 * max(field.method.rho, _size(theta))
    for step in range(1, MOST_STEPS):
        if here.row == len(times):
            return here.outcome(Status.COMPLETED, times[-1])
        theta, rate = here.theta, field(here.theta)
        if ending := _ending(field, theta, rate, here.now, smallest):
            return here.ends(*ending)
        if step % LOOKS_FOR_REST == 0:
            rest = _rest(field, theta, rate) if here.stands() else None
            if rest is not None and _size(rest - theta) <= 10 * (atol + rtol * _size(theta)):
                return here.ends(Status.RESTED, rest, 0.0)
        if _passes_through_zero(field, theta, rate, smallest):
            here.theta, solver = -theta, None
        if solver is None:
            inner, start = _Inner(field, theta.shape), np.append(here.theta, here.now)
            solver = DOP853(inner, here.u, start, np.inf, max_step=LONGEST, rtol=rtol, atol=atol)
        inner.left = MOST_EVALUATIONS
        try:
            solver.step()
        except Undetermined:
            break
        stuck = step % field.patience == 0 and here.crawls(solver.t)
        if solver.status == "failed" or stuck:
            break
        if here.follow(field, solver):
            if here.circles():
                break
            try:
                here.theta, solver = field.switch(here.theta), None
            except Undetermined:
                break
    return here.outcome(None, here.now)


def _ending(field, theta, rate, now, smallest):
    """Status, last parameters, and time left, if the flow ends here; else None."""
    size, speed, depth = _size(theta), _size(rate), len(theta)
    if not np.isfinite(speed) or np.log10(size) * depth > 280:
        return Status.OVERFLOWED, theta, 0.0
    if speed == 0:
        if size == 0:
            return Status.COLLAPSED, theta, 0.0
        rests = field.rests(theta)
        return (Status.RESTED, theta, 0.0) if rests else (Status.COMPLETED, theta, np.inf)
    if _arrives(field, theta, rate, smallest) and np.vdot(field.across(theta), theta) >= 0:
        if field.jumps and size > 1e-6 * now * speed:  # it decays, and has no digits left
            return None, theta, 0.0
        return Status.COLLAPSED, np.zeros_like(theta), size / speed
    grown = size > 1e12 * smallest  # not a parameter that just passes 0
    if depth > 2 and field.clock != "original" and grown:
        left = size / speed / (depth - 2)  # as |theta|' ~ |theta|^(depth - 1)
        if left < 1e-13 * max(1.0, now):
            relative = np.abs(rate).max(axis=0) / np.maximum(np.abs(theta).max(axis=0), 1e-300)
            outward = np.sum(rate * theta, axis=0) > 0  # the others may reach 0 just then
            fast = outward & (relative > 1e-3 * speed / size)
            return Status.BLEW_UP, np.where(fast, np.copysign(np.inf, theta), theta), left
    return None


def _rest(field, theta, rate):
    """The point of rest that the linearized flow approaches from ``theta``, or None.

    Directions along which nothing moves are allowed: with several layers there is a whole surface
    of points at rest. Layers of equal size stay equal and are one variable, as the point may be
    unstable along their difference. A rate that falls without a point of rest, like that of a loss
    that goes to 0, is far from its own zero.
    """
    basis = _equal_layers(theta)
    count, h = np.count_nonzero(basis, axis=0), 1e-5 * _size(theta)
    steps = h * basis.T.reshape(-1, *theta.shape)
    columns = [(field(theta + e) - field(theta - e)).ravel() / (2 * h) for e in steps]
    jacobian = (basis / count).T @ np.array(columns).T
    if not np.all(np.isfinite(jacobian)):
        return None
    pace, directions = np.linalg.eig(jacobian)
    fastest = np.max(np.abs(pace))
    moves = np.abs(pace) > 1e-9 * fastest
    parts = solve(directions, ((basis / count).T @ rate.ravel()).astype(complex))
    left = np.max(np.abs(directions[:, ~moves] @ parts[~moves]), initial=0.0)
    if np.any(pace.real[moves] >= 0) or left > 1e-15 * fastest * _size(theta):
        return None
    move = -(directions[:, moves] @ (parts[moves] / pace[moves])).real
    return theta + (basis @ move).reshape(theta.shape)


def _equal_layers(theta):
    """For each size that occurs in a coordinate a column (L d,) of signs."""
    sizes = [[(j, abs(w)) for j, w in enumerate(row)] for row in theta.tolist()]
    classes = sorted({key for row in sizes for key in row})
    here = [[key == k for k in classes] for row in sizes for key in row]
    return np.array(here) * np.where(theta < 0, -1.0, 1.0).reshape(-1, 1)


def _arrives(field, theta, rate, smallest):
    """Whether ``theta`` is as good as 0, and falling, where the field is singular at 0."""
    return field.floor == 0 and _size(theta) < smallest and np.vdot(rate, theta) < 0


def _passes_through_zero(field, theta, rate, smallest):
    """Whether it arrives at 0 and the field on the other side carries on."""
    return _arrives(field, theta, rate, smallest) and np.vdot(field.across(theta), theta) < 0


def _size(a):
    return np.abs(a).max()


class _Inner:
    """``(theta, s)`` as functions of the inner clock ``u``; gives up where a step takes no end."""

    def __init__(self, field, shape):
        self.field, self.shape, self.left = field, shape, MOST_EVALUATIONS

    def __call__(self, u, y):
        self.left -= 1
        if self.left < 0:
            raise Undetermined
        rate = self.field(y[:-1].reshape(self.shape))
        size = np.abs(y[:-1]).max() + self.field.floor
        pace = size / (size + _size(rate))
        rates = np.empty_like(y)
        rates[:-1], rates[-1] = pace * rate.ravel(), pace
        return rates


def _at(path, time, latest):
    """``(theta, s)`` where ``s = time``, on a step of the solver up to ``u = latest``."""
    early, late = path(path.t_old)[-1], path(latest)[-1]
    if time <= early or time >= late:
        return path(path.t_old if time <= early else latest)
    u = brentq(lambda u: path(u)[-1] - time, path.t_old, latest, xtol=1e-15, rtol=1e-14)
    return path(u)


def _first_jump(field, path, shape):
    """The first ``u`` of a step at which the field jumps, or the end of the step."""

    def outside(u, among=...):
        return field.outside(path(u)[:-1].reshape(shape))[among]

    early = path.t_old
    for late in np.linspace(path.t_old, path.t, 5)[1:]:
        left = outside(late) < 0
        if np.any(left):
            if np.any(outside(early, left) <= 0):
                return early
            first = partial(lambda left, u: np.min(outside(u, left)), left)
            return brentq(first, early, late, xtol=1e-15, rtol=1e-14)
        early = late
    return path.t
