"""Discrete iterations: ``theta <- theta - step * grad L(theta + eps)``, compiled."""

import os
import time

import numpy as np

from sam_lib import ascent, checks, compiled, network
from sam_lib.run import Status, make_run

_descent = compiled.Engine("sam_lib._descent")
CLOCKS = ("original", "normalized")


@checks.arithmetic
def descend(theta, data, method, step_size, steps, record_at=None, clock="original"):
    """Run gradient descent or SAM, step by step.

    One step is ``theta <- theta - step_size * grad L(theta + eps)``, with ``eps`` the
    :func:`sam_lib.ascent.perturbation`. In the *normalized* clock the step is divided by the mean
    of ``-l'(m_i)`` at the perturbed parameters::

        theta <- theta + step_size * (sum_i pi_i z_i) * (product of the other layers),
        pi_i = s(-m_i) / sum_k s(-m_k),   all at theta + eps,

    with weights computed in the log domain, so that margins of 1e6 are as ordinary as margins of 1.
    For a single example the normalized clock is the rescaled clock.

    Parameters
    ----------
    theta : array (..., L, d)
        Start, or a batch of starts; a batch runs on all cores.
    data : Dataset
    method : SAM or MarginSAM
        ``GD()``, ``SAM(rho, ...)`` or ``MarginSAM(kappa)``.
    step_size : float
        > 0.
    steps : int
        >= 0.
    record_at : array of int (T,), optional
        Strictly increasing step numbers from 0 (the start) to ``steps``. By default every step up
        to 1000, else 1001 of them.
    clock : str
        ``"original"`` or ``"normalized"``.

    Returns
    -------
    Run
        ``times`` (T,) are step numbers times the step size. A start that diverges has the status
        ``Status.OVERFLOWED``, and its arrays hold the last finite values from then on.

    Raises
    ------
    ValueError
        An argument outside what is said above.

    Notes
    -----
    The loop is compiled on the first call for each depth and method (about a second, then cached
    on disk). Work of more than two seconds shows a progress bar.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data = sam.single_example([1, 2])
    >>> run = descend(sam.balanced([0.5, 0.5], 2), data, sam.SAM(0.1), 0.01, 2000)
    >>> run.beta[-1].round(3)
    array([0.862, 2.689])
    >>> run.status.name
    'COMPLETED'
    """
    theta, _ = network.admitted(theta, data)
    ascent.check_method(method)
    step_size = checks.number("step_size", step_size, above=0)
    steps = checks.integer("steps", steps, least=0, most=10**15)
    checks.one_of("clock", clock, CLOCKS)
    marks = _marks(record_at, steps)

    batch, (L, d) = theta.shape[:-2], theta.shape[-2:]
    march = _loop(data, method, step_size, L, clock)
    starts = theta.reshape(-1, L, d)
    path, last = _record(march, starts, marks, work=L * d * data.n)
    status = np.where(last < marks[-1], Status.OVERFLOWED, Status.COMPLETED)
    return make_run(
        marks * step_size,
        path.reshape(len(marks), *batch, L, d),
        data,
        status.reshape(batch),
        clock,
        method,
        (last * step_size).reshape(batch),
    )


def _marks(record_at, steps):
    """The step numbers to record, an increasing array of int64."""
    if record_at is None:
        return np.unique(np.linspace(0, steps, min(steps, 1000) + 1).round().astype(np.int64))
    allowed = f"strictly increasing whole numbers from 0 to steps = {steps}"
    marks = checks.array("record_at", record_at, "(T,)")
    if np.any(np.diff(marks) <= 0) or marks[0] < 0 or marks[-1] > steps or np.any(marks % 1):
        checks.refuse("record_at", record_at, allowed)
    return marks.astype(np.int64)


def _loop(data, method, step_size, L, clock):
    """``march(W, gaps, out)``: advance all starts, the compiled loop with everything bound."""
    if method.rho == 0:
        kind = _descent.GRADIENT_DESCENT
    elif isinstance(method, ascent.MarginSAM):
        kind = _descent.MARGIN
    elif not method.normalized:
        kind = _descent.RAW
    else:
        kind = {2.0: _descent.L2, np.inf: _descent.LINF}.get(method.p, _descent.LP)
    if method.per_example and data.n > 1 and kind != _descent.GRADIENT_DESCENT:
        kernel = _descent.per_example_kernel(L, kind)
    else:
        kernel = _descent.kernel(L, kind, data.n == 1)
    bound = (np.array(data.Z), method.rho, method.p, step_size, clock == "normalized")
    return lambda W, gaps, out: kernel(W, *bound, gaps, out)


def _record(march, starts, marks, work):
    """Path (T, S, L, d) at the marks, and the last step (S,) at which each start was finite."""
    path = np.empty((len(marks), *starts.shape))
    last = np.full(len(starts), marks[-1])
    current, done, row = starts.copy(), 0, 0
    budget = max(1, int(2e5 / (work * len(starts))))  # steps in the next chunk, about 1 ms
    bar = None
    alive = np.arange(len(starts))
    began = time.perf_counter()
    while done < marks[-1] or row == 0:
        until = min(done + budget, marks[-1])
        inside = marks[row:][marks[row:] <= until]
        ends = inside if len(inside) and inside[-1] == until else np.append(inside, until)
        before = current[alive]
        after = before.copy()
        out = np.empty((len(alive), len(ends), *starts.shape[1:]))
        tick = time.perf_counter()
        _spread(march, after, np.diff(ends, prepend=done), out)
        spent = time.perf_counter() - tick
        for k in np.flatnonzero(~np.isfinite(out).all(axis=(1, 2, 3))):
            last[alive[k]] = _hold(march, before[k], done, ends, out[k])
        current[alive] = out[:, -1]
        for i in range(len(inside)):
            path[row + i] = current
            path[row + i, alive] = out[:, i]
        row, done = row + len(inside), until
        alive = np.flatnonzero(last == marks[-1])
        if not len(alive):
            break
        budget = int(budget * min(4, max(0.25, 0.2 / max(spent, 1e-6)))) + 1
        bar = _progress(bar, began, done, marks[-1])
    if bar is not None:
        bar.close()
    path[row:] = current
    return path, last


def _spread(march, W, gaps, out):
    """Divide the starts among the cores."""
    compiled.on_all_cores(lambda part: march(W[part], gaps, out[part]), len(W))


def _hold(march, w, done, ends, out):
    """Find the last finite step of a start that overflows; hold its value in ``out`` from there."""
    bad = np.argmin(np.isfinite(out).all(axis=(1, 2)))
    w, step = (out[bad - 1].copy(), ends[bad - 1]) if bad else (w.copy(), done)
    reach = ends[bad] - step
    while reach > 1:  # w is finite, reach steps further it is not
        half = reach // 2
        trial, end = w[None].copy(), np.empty((1, 1, *w.shape))
        march(trial, np.array([half]), end)
        if np.isfinite(trial).all():
            w, step, reach = trial[0], step + half, reach - half
        else:
            reach = half
    out[bad:] = w
    return step


def _progress(bar, began, done, steps):
    """A progress bar, shown once the work turns out to take more than two seconds."""
    elapsed = time.perf_counter() - began
    if bar is None and elapsed * (steps - done) / max(done, 1) + elapsed > 2 and done < steps:
        from tqdm.auto import tqdm

        hidden = bool(os.environ.get("TQDM_DISABLE"))  # tqdm itself ignores it in notebooks
        bar = tqdm(total=int(steps), desc="descend", unit="step", leave=False, disable=hidden)
    if bar is not None:
        bar.update(int(done) - bar.n)
    return bar
