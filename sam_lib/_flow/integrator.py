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
LOOKS_FOR_REST = 50  # steps
MOST_JUMPS, MOST_IDLE = 300, 30  # in all, and without progress; more if there are many parameters


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def integrate(field, theta, times, rtol, atol):
    """Integrate ``theta' = field(theta)``, a :class:`Field`, from time 0: an :class:`Outcome`."""
    values = np.empty((len(times), *theta.shape))
    row = np.searchsorted(times, 0, side="right")
    values[:row] = theta
    now, u, checked = 0.0, 0.0, 0.0
    smallest = 1e-12 * max(field.method.rho, _size(theta))
    solver, jumps, idle, latest, before = None, 0, 0, -1.0, theta
    for step in range(1, MOST_STEPS):
        if row == len(times):
            return Outcome(values, Status.COMPLETED, times[-1], theta)
        rate = field(theta)
        if ending := _ending(field, theta, rate, now, smallest):
            status, last, left = ending
            reached = row + np.searchsorted(times[row:], now + left)
            values[row:reached], values[reached:] = theta, last
            return Outcome(values, status, min(now + left, times[-1]), last)
        if step % LOOKS_FOR_REST == 0:
            stands = _size(theta - before) <= 1e-9 * _size(theta)
            before, rest = theta, _rest(field, theta, rate) if stands else None
            if rest is not None and _size(rest - theta) <= 10 * (atol + rtol * _size(theta)):
                values[row:] = rest
                return Outcome(values, Status.RESTED, now, rest)
        if _passes_through_zero(field, theta, rate, smallest):
            theta, solver = -theta, None
        if solver is None:
            inner = partial(_inner, field, theta.shape)
            start = np.append(theta, now)
            solver = DOP853(inner, u, start, np.inf, max_step=LONGEST, rtol=rtol, atol=atol)
        solver.step()
        u, y = solver.t, solver.y
        stuck = step % field.patience == 0 and u - checked < 2
        checked = u if step % field.patience == 0 else checked
        if solver.status == "failed" or stuck:
            break
        jump = False
        if field.jumps or times[row] <= y[-1]:
            path = solver.dense_output()
            if field.jumps:
                u = _first_jump(field, path, theta.shape)
                jump = u < solver.t
                y = path(u) if jump else y
            while row < len(times) and times[row] <= y[-1]:
                values[row] = _at(path, times[row], u)[:-1].reshape(theta.shape)
                row += 1
        theta, now = y[:-1].reshape(theta.shape), y[-1]
        if jump:
            jumps, idle = jumps + 1, idle + 1 if u - latest < 1e-12 else 0
            latest = u
            if idle > MOST_IDLE + theta.size or jumps > MOST_JUMPS + 10 * theta.size:
                break
            try:
                theta, solver = field.switch(theta), None
            except Undetermined:
                break
    return Outcome(values, None, now, theta)


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


def _inner(field, shape, u, y):
    """``(theta, s)`` as functions of the inner clock ``u``."""
    theta = y[:-1].reshape(shape)
    rate = field(theta)
    size = _size(theta) + field.floor
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
