"""The balanced l_2-SAM flow at even depth L > 2: on which side of its saddle a start ends.

With ``z = mu w^(L-2)``, ``N = sqrt(L) |mu w^(L-1)|`` and ``x = rho z / N`` the flow is
``(log w)' = z (1 - x)^(L-1)`` in the rescaled clock (D24). Here it runs in the clock of the largest
``z``, which keeps the path.
"""

import numpy as np

from sam_lib import formulas as formula

ROUGH, FINE = 1e-6, 1e-11
FOREVER = 1e200


def equilibrium(mu, rho, depth):
    """The saddle with all features (D44)."""
    return formula.deep_equilibrium(mu, mu, rho, depth)


def escapes(mu, start, depth, tolerance):
    """Whether a balanced start escapes, for ``rho = 1`` (D45).

    It does once all weights are above the saddle, or one above ``1 / sqrt(L)``, and collapses once
    all are below the saddle.
    """
    from scipy.integrate import solve_ivp

    saddle, radius = np.log(equilibrium(mu, 1.0, depth)), -0.5 * np.log(depth)

    def field(_, v):
        scores = formula.linf_score(mu, np.exp(v), 0.0, depth)
        n = formula.layer_norm(mu, np.exp(v), depth)
        return formula.score_rate(scores / scores.max(), n / scores.max(), 1.0, depth)

    def above(_, v):
        return max((v - saddle).min(), v.max() - radius - 1e-9)

    def below(_, v):
        return (v - saddle).max()

    above.terminal = below.terminal = True
    v = np.log(start)
    if above(0, v) < 0 < below(0, v):
        events = [above, below]
        solved = solve_ivp(
            field, (0, FOREVER), v, "DOP853", rtol=tolerance, atol=tolerance, events=events
        )
        return bool(solved.t_events[0].size)
    return above(0, v) >= 0


def threshold(mu, ray, depth):
    """The factor on a balanced positive ``ray`` at which collapse turns into escape; ``rho = 1``.

    Bisection, first with a light hand, then around what that gave with a steady one.
    """
    saddle = equilibrium(mu, 1.0, depth)
    low, high = (saddle / ray).min(), (saddle / ray).max()
    if high <= low * (1 + FINE):
        return low
    rough = _bisect(mu, ray, depth, low, high, 1e-5, ROUGH)
    for width in (3e-5, 1e-3, 1.0):
        low, high = rough * (1 - width), rough * (1 + width)
        sure = low <= 0 or not escapes(mu, low * ray, depth, FINE)
        if sure and escapes(mu, high * ray, depth, FINE):
            break
    return _bisect(mu, ray, depth, low, high, 1e-9, FINE)


def _bisect(mu, ray, depth, low, high, width, tolerance):
    while high - low > width * high:
        middle = (low + high) / 2
        if escapes(mu, middle * ray, depth, tolerance):
            high = middle
        else:
            low = middle
    return (low + high) / 2
