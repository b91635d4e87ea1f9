"""Continuous flows by numerical integration: any depth, any data, three clocks, events.

    original     theta' = -grad L(theta + eps)
    normalized   the same divided by the mean of -l'(m_i) at theta + eps
    rescaled     the normalized clock of a single example

All three run through the same path. The integrator is independent of the closed forms in
:mod:`sam_lib.exact`, and serves as their referee. Internally it has a clock ``u`` of its own,
``ds/du = |theta| / (|theta| + |theta'|)``: nothing changes by more than a factor ``e`` per unit of
``u``, so that collapse and blow-up, singular in ``s``, are smooth, and are left to the last digit.
"""

from functools import partial

import numpy as np
from scipy.integrate import DOP853
from scipy.optimize import brentq

from sam_lib import ascent, checks, network
from sam_lib.run import Status, make_run
from sam_lib.sliding import Sliding

CLOCKS = ("rescaled", "original", "normalized")
MOST_STEPS = 20_000  # of the integrator, for each start
EULER_STEP = 1e-4


def flow(theta, data, method, times, clock="rescaled", rtol=1e-12, atol=1e-14):
    """Integrate the flow of gradient descent or SAM.

    Parameters
    ----------
    theta : array (..., L, d)
        Start, or a batch of starts, at time 0.
    data : Dataset
    method : SAM
        ``GD()`` or ``SAM(rho, ...)``.
    times : array (T,)
        Output times, increasing, >= 0, in the clock named by ``clock``.
    clock : str
        ``"rescaled"`` (one example only), ``"original"``, or ``"normalized"``: the flow divided by
        the mean of ``-l'(m_i)`` at the perturbed parameters, for any number of examples.
    rtol, atol : float
        Relative and absolute tolerance of a step.

    Returns
    -------
    Run
        ``status`` says how each start ended, ``end`` when. ``COLLAPSED``: zeros from then on.
        ``BLEW_UP``: from then on the coordinates that blew up are infinite and the others keep
        their last values; in the original clock, in which the blow-up takes for ever, these are
        their limits. ``OVERFLOWED``, ``STALLED``: the last finite values are held.

    Raises
    ------
    ValueError
        An argument outside what is said above.

    Notes
    -----
    For ``p = inf`` and one example the right-hand side jumps where a parameter changes its sign.
    There the integration stops, and goes on in the mode in which the field agrees with itself: it
    crosses, or it *slides* (the parameter is held at 0 while the fields on both sides point to 0,
    and released when they no longer do). A coordinate of which a layer slides counts with 0 in the
    perturbed margin: the set-valued sign contains the value that holds it. Two layers of a
    coordinate at 0 are at rest, as there ``sign(0) = 0`` makes the gradient vanish. (Beyond depth 2
    that is one solution of several: small discrete steps may chatter across and drift.)

    For ``p = 1``, and for ``p = inf`` with several examples, the flow slides along surfaces on
    which entries of the gradient tie or vanish. It is then approximated by Euler steps of 1e-4 in
    the chosen clock (:func:`sam_lib.descend`), to the order of that step.

    Examples
    --------
    >>> import sam_lib as sam
    >>> import numpy as np
    >>> data, start = sam.single_example([1, 2]), sam.balanced([1.2, 0.5], 2)
    >>> run = flow(start, data, sam.SAM(1.0, p=np.inf), [0, 0.1, 1])
    >>> run.theta[:, 0].round(8)  # 1 + 0.2 e^s, and 1 - 0.5 e^(2s) until it is 0
    array([[1.2       , 0.5       ],
           [1.22103418, 0.38929862],
           [1.54365637, 0.        ]])
    """
    theta = network.parameters(theta, data)
    network.margins(theta, data)
    ascent.check_method(method)
    times = checks.times("times", times)
    checks.one_of("clock", clock, CLOCKS)
    rtol = checks.number("rtol", rtol, above=0)
    atol = checks.number("atol", atol, above=0)
    if clock == "rescaled" and data.n > 1:
        checks.refuse(
            "clock",
            clock,
            f"'original' or 'normalized' for {data.n} examples ('rescaled' is for a single one)",
        )
    batch, L = theta.shape[:-2], theta.shape[-2]
    jumps = method.rho > 0 and method.normalized
    if jumps and (method.p == 1 or (method.p == np.inf and data.n > 1)):
        return _euler(theta, data, method, times, clock)
    slides = jumps and method.p == np.inf and L > 1
    path = np.empty((len(times), *theta.shape))
    status = np.empty(batch, dtype=object)
    end = np.empty(batch)
    for i in np.ndindex(*batch):
        field = (Sliding if slides else _Smooth)(theta[i], data, method, clock)
        values, status[i], end[i] = _integrate(field, theta[i], times, rtol, atol)
        path[(slice(None), *i)] = values
    return make_run(times, path, data, status, clock, method, end)


class _Smooth:
    """The right-hand side where it does not jump."""

    jumps = False

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


def weights(slopes, clock):
    """The weight of each example in minus the gradient, from ``log(-l'(m_i))``."""
    if clock == "original":
        return np.exp(slopes) / len(slopes)
    relative = np.exp(slopes - slopes.max())
    return relative / relative.sum()


def _integrate(field, theta, times, rtol, atol):
    """Values (T, L, d) at the output times, the status, and the time of the end."""
    shape = theta.shape
    values = np.empty((len(times), *shape))
    row = np.searchsorted(times, 0, side="right")
    values[:row] = theta
    now, u, steps = 0.0, 0.0, 0
    smallest = 1e-12 * max(field.method.rho, np.linalg.norm(theta))

    def finish(status, last):
        values[row:] = last
        collapsed = status is Status.COMPLETED and not np.any(last)
        return values, Status.COLLAPSED if collapsed else status, now

    while row < len(times):
        rate = field(theta)
        if not np.any(rate):
            if np.any(theta):
                now = times[-1]
            return finish(Status.COMPLETED, theta)
        solver = DOP853(
            partial(_inner, field, shape), u, np.append(theta, now), np.inf, rtol=rtol, atol=atol
        )
        jump = False
        while row < len(times) and not jump:
            steps += 1
            with np.errstate(over="ignore", invalid="ignore"):
                message = solver.step() if steps < MOST_STEPS else "too many steps"
            if solver.status == "failed" or steps >= MOST_STEPS or message:
                return finish(Status.STALLED, theta)
            u, y = solver.t, solver.y
            if field.jumps or times[row] <= y[-1]:
                path = solver.dense_output()
            if field.jumps:
                u = _first_jump(field, path, shape)
                jump = u < solver.t
                y = path(u) if jump else y
            while row < len(times) and times[row] <= y[-1]:
                values[row] = _at(path, times[row], u)[:-1].reshape(shape)
                row += 1
            theta, now = y[:-1].reshape(shape), y[-1]
            if row == len(times):
                break
            if jump:
                theta = field.switch(theta)
                continue
            rate = field(theta)
            size, speed = np.linalg.norm(theta), np.linalg.norm(rate)
            if size < smallest and field.floor == 0:
                other = -theta
                if np.vdot(field(other), theta) < 0:  # the field on the other side carries on
                    theta, jump = other, True
                    continue
                now += size / speed
                row = row + np.searchsorted(times[row:], now)
                values[:row][times[:row] > y[-1]] = theta
                return finish(Status.COMPLETED, np.zeros(shape))
            depth = shape[0]
            if depth > 2 and field.clock != "original":
                rest = size / speed / (depth - 2)  # time left if |theta|' ~ |theta|^(depth - 1)
                if rest < 1e-13 * max(1.0, now):
                    now += rest
                    fast = np.max(np.abs(rate), axis=0) > 1e-3 * speed * np.max(
                        np.abs(theta) / size, axis=0
                    )
                    return finish(Status.BLEW_UP, np.where(fast, np.copysign(np.inf, theta), theta))
            if np.log10(size) * depth > 280:
                return finish(Status.OVERFLOWED, theta)
    now = times[-1]
    return finish(Status.COMPLETED, theta)


def _inner(field, shape, u, y):
    """``(theta, s)`` as functions of the inner clock ``u``."""
    theta = y[:-1].reshape(shape)
    rate = field(theta)
    size = np.linalg.norm(theta) + field.floor
    pace = size / (size + np.linalg.norm(rate))
    return np.append(pace * rate, pace)


def _at(path, time, latest):
    """``(theta, s)`` where ``s = time``."""
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


def _euler(theta, data, method, times, clock):
    """Small steps of :func:`sam_lib.descend`, output by linear interpolation."""
    from sam_lib.descent import descend

    marks = np.floor(times / EULER_STEP).astype(int)
    needed = np.unique(np.concatenate([[0], marks, marks + 1]))
    steps_clock = "original" if clock == "original" else "normalized"
    run = descend(theta, data, method, EULER_STEP, int(needed[-1]), needed, steps_clock)
    part = (times / EULER_STEP - marks).reshape(-1, *(1,) * theta.ndim)
    before = run.theta[np.searchsorted(needed, marks)]
    after = run.theta[np.searchsorted(needed, marks + 1)]
    path = before + part * (after - before)
    end = np.minimum(run.end, times[-1])
    return make_run(times, path, data, run.status, clock, method, end)
