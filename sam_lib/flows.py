"""Continuous flows by numerical integration: any depth, any data, three clocks, events.

    original     theta' = -grad L(theta + eps)
    normalized   the same divided by the mean of -l'(m_i) at theta + eps
    rescaled     the normalized clock of a single example

All three run through the same path. The integrator is independent of the closed forms in
:mod:`sam_lib.exact`, and serves as their referee.
"""

import numpy as np

from sam_lib import ascent, checks, network
from sam_lib._flow.field import Outcome, Undetermined
from sam_lib._flow.integrator import integrate
from sam_lib._flow.signs import Sliding
from sam_lib._flow.smooth import Smooth
from sam_lib._flow.switches import Switches
from sam_lib._flow.ties import Ties
from sam_lib.run import Status, make_run

CLOCKS = ("rescaled", "original", "normalized")
EULER_STEP = 1e-4
MOST_EULER_STEPS = 10**7


@checks.arithmetic
def flow(theta, data, method, times, clock="rescaled", rtol=1e-12, atol=1e-13):
    """Integrate the flow of gradient descent or SAM.

    Parameters
    ----------
    theta : array (..., L, d)
        Start, or a batch of starts, at time 0.
    data : Dataset
    method : SAM or MarginSAM
        ``GD()``, ``SAM(rho, ...)`` or ``MarginSAM(kappa)``.
    times : array (T,)
        Output times, increasing, >= 0, in the clock named by ``clock``.
    clock : str
        ``"rescaled"`` (one example only), ``"original"``, or ``"normalized"``: the flow divided by
        the mean of ``-l'(m_i)`` at the perturbed parameters, for any number of examples.
    rtol, atol : float
        Relative and absolute tolerance of a step, from 1e-13 to 1e-3.

    Returns
    -------
    Run
        ``status`` says how each start ended, ``end`` when. ``COLLAPSED``: zeros from then on.
        ``BLEW_UP``: from then on the coordinates that blew up are infinite and the others keep
        their last values; in the original clock, in which the blow-up takes forever, these are
        their limits. ``RESTED``: nothing pushes, or what is left of the way is within the
        tolerances; the point of rest from then on. ``OVERFLOWED``: the last finite values are held.
        ``approximate`` says whether small steps had to take over (see the notes).

    Raises
    ------
    ValueError
        An argument outside what is said above.

    Notes
    -----
    For ``p = inf`` and one example the right-hand side jumps where a parameter changes its sign.
    There the integration stops, and goes on in the mode in which the field agrees with itself: it
    crosses, or it *slides* (the parameter is held at 0 while the fields on both sides point to 0,
    and released when they no longer do). Two layers of a coordinate at 0 are at rest. (Beyond depth
    2 that is one solution of several: small discrete steps may chatter across and drift.) Small
    steps jump across 0 and are perturbed by ``rho`` on both sides, so what is held still slows the
    original clock: balanced layers at rest add ``z_j rho^L`` to the perturbed margin (D3). Only a
    coordinate that starts with two layers at 0 has ``eps = 0`` and adds nothing, and so does one
    whose steps happen to hit 0.0 to the last bit, as very long runs of ``descend`` may.

    For ``p = inf`` and several examples it jumps there and where ``sum_i pi_i z_ij`` vanishes, the
    gradient with respect to ``beta_j`` (``_flow.switches``); for ``p = 1`` where the largest
    entries of the gradient tie (``_flow.ties``). It crosses, or slides in the blend of the
    fields around it that stays on the surface: the limit of small steps, which chatter across.

    Layers that are equal at the start stay equal: they share the perturbation (``p = 1``) and
    change their sign together. Layers that come to tie later take turns, which beyond depth 2, or
    with several examples, is not the same; so to stop there and start again is another flow. (Small
    steps take turns as well, until a tie within 1e-12 happens to catch them.) With several examples
    and ``p = inf`` a coordinate that starts with two zero layers rests with ``eps = 0``, and one
    that slides into 0 with ``|eps| = rho``.

    Some flows are *approximated* by Euler steps of 1e-4 in the chosen clock
    (:func:`sam_lib.descent.descend`; longer ones if there were more than ten million), to the order
    of that step, from the moment on at which the blend is not determined or the integrator gets
    stuck:

    - ``p = inf``, several examples: sliding on several surfaces at once, unless it makes no
      difference how the times on their sides overlap. It makes none if all of them but one hold
      balanced coordinates of even depth at 0; with unbalanced layers two zeros at a time do, and
      small steps themselves need not converge.
    - ``p = inf``, one example, original clock: two coordinates with a single layer held, or one
      that comes to rest with layers of different sizes, while another one moves. How fast the clock
      runs depends on the phases of the steps then, and small steps need not converge.
    - ``p = 1``: the gradient vanishes away from the origin.
    - ``per_example`` with ``p = 1`` or ``inf`` and several examples: at once.
    - After some hundred jumps, or in stiff problems, as with huge margins.
    - Other ``p > 2``: a parameter reaches 0.

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
    theta, _ = network.admitted(theta, data)
    ascent.check_method(method)
    times = checks.times("times", times)
    checks.one_of("clock", clock, CLOCKS)
    rtol, atol = _tolerance("rtol", rtol), _tolerance("atol", atol)
    if clock == "rescaled" and data.n > 1:
        checks.refuse(
            "clock",
            clock,
            f"'original' or 'normalized' for {data.n} examples ('rescaled' is for a single one)",
        )
    batch, L = theta.shape[:-2], theta.shape[-2]
    kind = _kind(data, method, L)
    if kind is None:
        return _euler(theta, data, method, times, clock)
    path = np.empty((len(times), *theta.shape))
    status = np.empty(batch, dtype=object)
    end, rough = np.empty(batch), np.zeros(batch, dtype=bool)
    for i in np.ndindex(*batch):
        start, values, now = theta[i], path[(slice(None), *i)], 0.0
        try:
            field = kind(start, data, method, clock)
            outcome = integrate(field, start, times, rtol, atol)
        except Undetermined:
            outcome = Outcome(start, None, 0.0, start)
        values[:], status[i], end[i] = outcome.values, outcome.status, outcome.end
        if outcome.stuck:  # small steps instead
            late = np.searchsorted(times, end[i], side="right")
            now, start = (end[i], outcome.last) if kind.resumes(clock) else (0.0, start)
            if late == len(times):
                status[i], end[i] = Status.COMPLETED, times[-1]
                continue
            rest = _euler(start, data, method, times[late:] - now, clock)
            values[late:], status[i], end[i] = rest.theta, rest.status, now + rest.end
            rough[i] = True
    return make_run(times, path, data, status, clock, method, end, rough)


def _kind(data, method, L):
    """The class of fields that the flow belongs to; None if only small steps are left."""
    if method.rho == 0 or not method.normalized or method.p not in (1, np.inf):
        return Smooth
    if data.n == 1 and method.p == np.inf:
        return Sliding if L > 1 else Smooth
    if method.per_example and data.n > 1:
        return None
    return Ties if method.p == 1 else Switches


def _tolerance(name, value):
    value = checks.number(name, value, least=0)
    return value if 1e-13 <= value <= 1e-3 else checks.refuse(name, value, "from 1e-13 to 1e-3")


def _euler(theta, data, method, times, clock):
    """Small steps of :func:`sam_lib.descent.descend`, output by linear interpolation."""
    from sam_lib.descent import descend

    step = max(EULER_STEP, times[-1] / MOST_EULER_STEPS)
    marks = np.floor(times / step).astype(int)
    needed = np.unique(np.concatenate([[0], marks, marks + 1]))
    steps_clock = "original" if clock == "original" else "normalized"
    run = descend(theta, data, method, step, int(needed[-1]), needed, steps_clock)
    part = (times / step - marks).reshape(-1, *(1,) * theta.ndim)
    before = run.theta[np.searchsorted(needed, marks)]
    after = run.theta[np.searchsorted(needed, marks + 1)]
    path = before + part * (after - before)
    end = np.minimum(run.end, times[-1])
    return make_run(times, path, data, run.status, clock, method, end, np.full(end.shape, True))
