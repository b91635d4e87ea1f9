"""Variants beside the main story: a ReLU in the network, and adaptive SAM.

Both are followed for one example, depth 2, balanced positive starts, in the rescaled clock. The
flows integrate growth rates of ``closed_form``; the steps are taken in the network itself and know
nothing of those rates.
"""

from __future__ import annotations

import numpy as np

from sam_lib import checks, closed_form, special

MOST_RATES, LATEST = 100_000, 1e12


def _rates(kind, mu, log_w, rho):
    if kind == "relu":
        log_n = _log_norm(np.log(mu) + log_w) + 0.5 * np.log(2) - np.log(rho)
        return closed_form.relu_growth_rate(mu, np.exp(np.clip(log_n, -690, 690)), 1.0)
    log_contribution = np.log(mu) + 2 * log_w
    share = np.exp(log_contribution - _log_norm(log_contribution))
    return closed_form.adaptive_growth_rate(mu, share, rho)


def _log_norm(logs):
    """log of the 2-norm of exp(logs), without overflow."""
    top = logs.max()
    return top + 0.5 * np.log(np.sum(np.exp(2 * (logs - top))))


@checks.arithmetic
def flow(times, mu, alpha, rho, kind):
    """Logarithms of the weights along the flow of a variant, from a balanced positive start.

    ``(log w_j)' = mu_j max(0, 1 - rho mu_j / n)`` with a ReLU, and
    ``(log w_j)' = mu_j (1 - rho x_j / sqrt(2))`` under adaptive SAM, with the shares
    ``x = mu beta / |mu beta|_2``.

    Parameters
    ----------
    times : array (T,)
        Increasing rescaled times, the first >= 0.
    mu, alpha : array (d,)
        Feature sizes and start of both layers, positive.
    rho : float
        Radius of the ascent step, positive.
    kind : {"relu", "adaptive"}
        Which variant.

    Returns
    -------
    array (T, d)
        ``log w_j``.

    Raises
    ------
    ValueError
        For an argument out of range.

    Source
    ------
    Claims d31 and d32.

    Examples
    --------
    >>> log_w = flow([0, 1], [1.0, 2.0], [0.1, 0.1], 1.0, "relu")
    >>> log_w[1] - log_w[0]
    array([0., 0.])
    """
    from scipy.integrate import solve_ivp

    times = checks.times("times", times)
    mu = checks.features(mu)
    alpha = checks.array("alpha", alpha, "(d,)", positive=True)
    rho = checks.number("rho", rho, above=0)
    checks.one_of("kind", kind, ("relu", "adaptive"))
    if mu.shape != alpha.shape:
        checks.refuse("alpha", alpha, f"of shape {mu.shape}, one entry for each of mu")
    unit = special.power_of_two(mu.max())  # only mu times and the ratios of mu matter
    with np.errstate(over="ignore"):
        instants, place = np.unique(times * unit, return_inverse=True)
    if not instants[-1] < LATEST:
        checks.refuse("times", times, f"less than {LATEST:g} / max(mu)")
    left = iter(range(MOST_RATES))

    def rates(_, log_w):
        if next(left, None) is None:
            checks.refuse("rho", rho, f"less stiff: more than {MOST_RATES} evaluations are needed")
        return _rates(kind, mu / unit, log_w, rho)

    span = (0.0, max(float(instants[-1]), 1e-300))
    options = {"method": "DOP853", "t_eval": instants, "rtol": 1e-10, "atol": 1e-12}
    with np.errstate(all="ignore"):  # the solver's own norms, of steps that it then refuses
        solution = solve_ivp(rates, span, np.log(alpha), **options)
    if not (solution.success and np.all(np.isfinite(solution.y))):
        checks.refuse("times", times, f"within reach of the integrator ({solution.message})")
    return solution.y.T[place]


@checks.arithmetic
def relu_steps(theta, mu, rho, step_size, steps):
    """Steps of l_2-SAM in the network ``f(x) = sum_j a_j max(0, b_j x_j)``, rescaled clock.

    Parameters
    ----------
    theta : array (2, d)
        The layers ``b`` (inside) and ``a`` (outside).
    mu : array (d,)
        The one example, with label +1.
    rho, step_size : float
        Radius of the ascent step; length of a step in rescaled time.
    steps : int
        How many steps.

    Returns
    -------
    array (steps + 1, 2, d)
        The layers at every step. Where the subgradient vanishes the layers stay.

    Raises
    ------
    ValueError
        For an argument out of range, or steps that diverge beyond double precision.

    Source
    ------
    Claim d31.

    Examples
    --------
    >>> relu_steps([[0.1, 0.1], [0.1, 0.1]], [1.0, 2.0], 1.0, 0.1, 5)[-1]
    array([[0.1, 0.1],
           [0.1, 0.1]])
    """
    mu = checks.features(mu)
    theta = checks.two_layers(theta, mu)
    rho = checks.number("rho", rho, least=0)
    step_size = checks.number("step_size", step_size, above=0)
    steps = checks.integer("steps", steps, least=0, most=10**7)
    path = np.empty((steps + 1, *theta.shape))
    path[0] = theta
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            ascent = _relu_slope(path[k], mu)
            unit = special.power_of_two(np.abs(ascent).max())
            size = np.linalg.norm(ascent / unit)
            perturbed = path[k] - rho * (ascent / unit / size) if size > 0 else path[k]
            path[k + 1] = path[k] + step_size * _relu_slope(perturbed, mu)
            if not np.all(np.isfinite(path[k + 1])):
                _diverged(step_size, k)
    return path


def _diverged(step_size, k):
    checks.refuse(
        "step_size", step_size, f"small enough: step {k + 1} leaves the range of double precision"
    )


def _relu_slope(theta, mu):
    """Gradient of the margin of the ReLU network: the loss gradient over the loss derivative."""
    inner, outer = theta
    return np.stack([outer * mu * (inner > 0), mu * np.maximum(inner, 0.0)])


@checks.arithmetic
def adaptive_steps(theta, mu, rho, step_size, steps):
    """Steps of adaptive SAM in the two layers, rescaled clock, up to a factor of all weights.

    A step goes along the gradient of the margin at ``theta + rho theta^2 g / |theta g|_2``, with
    the gradient ``g`` of the loss. It is homogeneous of degree one in ``theta``, so after each the
    weights are divided by the largest.

    Parameters
    ----------
    theta : array (..., 2, d)
        The two layers, or a batch of them. Where the gradient of the perturbation vanishes (no
        feature is nonzero in both layers) nothing is perturbed; zeros stay zeros.
    mu : array (d,) or (..., d)
        Feature sizes, positive.
    rho : float or array (...)
        Radius of the ascent step, >= 0.
    step_size : float
        Length of a step in rescaled time.
    steps : int
        How many steps.

    Returns
    -------
    array (..., 2, d)
        The layers after the last step, the largest weight of each pair being 1 in absolute value
        (0 if all are).

    Raises
    ------
    ValueError
        For an argument out of range.

    Source
    ------
    Claim d32.

    Examples
    --------
    >>> last = adaptive_steps([[1.0, 1.0], [1.0, 1.0]], [1.0, 2.0], 0.5, 0.1, 1000)
    >>> last.round(6)
    array([[0., 1.],
           [0., 1.]])
    """
    mu = checks.array("mu", mu, "(..., d)", positive=True)[..., None, :]
    theta = checks.array("theta", theta, "(..., 2, d)")
    if theta.shape[-2:] != (2, mu.shape[-1]):
        checks.refuse(
            "theta", theta, f"of shape (..., 2, {mu.shape[-1]}), two layers as long as mu"
        )
    rho = checks.scales("rho", rho, least=0)[..., None, None]
    step_size = checks.number("step_size", step_size, above=0)
    try:
        shape = np.broadcast_shapes(theta.shape, mu.shape, rho.shape)
    except ValueError:
        found = f"{theta.shape[:-2]}, {mu.shape[:-2]} and {rho.shape[:-2]}"
        checks.refuse("theta", theta, f"a batch that fits those of mu and rho (they are {found})")
    unit = special.power_of_two(mu.max(axis=-1, keepdims=True))  # a step depends on step_size mu
    with np.errstate(over="ignore"):
        theta, mu, pace = _of_size_one(np.broadcast_to(theta, shape)), mu / unit, step_size * unit
        if not np.all(pace * np.maximum(rho, 1.0) < 1e300):
            checks.refuse("step_size", step_size, "less than 1e300 / (max(mu) max(rho, 1))")
    for _ in range(checks.integer("steps", steps, least=0, most=10**9)):
        slope = mu * theta[..., ::-1, :]  # gradient of the margin
        along = _of_size_one(theta * slope)
        size = np.sqrt(np.sum(along**2, axis=(-2, -1), keepdims=True))
        shift = theta * along / np.where(size == 0, 1.0, size)
        # theta + pace mu (theta - rho shift), up to a factor that keeps every part of it finite
        grown = np.maximum(1.0, np.maximum(pace, pace * rho))
        step = (pace / grown) * theta - (pace * (rho / grown)) * shift
        theta = _of_size_one(theta / grown + mu * step[..., ::-1, :])
    return theta


def _of_size_one(theta):
    """Divided by the largest entry of each pair of layers; zeros stay."""
    largest = np.abs(theta).max(axis=(-2, -1), keepdims=True)
    return theta / np.where(largest == 0, 1.0, largest)


@checks.arithmetic
def adaptive_shares(mu, rho):
    """Limit shares ``x_j = mu_j beta_j / |mu beta|_2`` under adaptive SAM, and the common rate.

    ``x_j = sqrt(2) max(0, 1 - r / mu_j) / rho`` with the level ``r`` at which they have unit norm.

    Parameters
    ----------
    mu : array (d,)
        Feature sizes, positive.
    rho : float
        Radius of the ascent step, positive.

    Returns
    -------
    shares : array (d,)
        Unit vector.
    level : float
        The rate of all coordinates with a positive share; positive if ``rho < sqrt(2 d)``.

    Raises
    ------
    ValueError
        For ``rho`` or ``mu`` not positive.

    Source
    ------
    Claim d32.

    Examples
    --------
    >>> shares, level = adaptive_shares([1.0, 2.0], 0.5)
    >>> shares.round(6), round(level, 6)
    (array([0., 1.]), 1.292893)
    """
    mu, rho = checks.features(mu), checks.number("rho", rho, above=0)
    order = np.argsort(-mu)
    with np.errstate(all="ignore"):  # shares of a radius near 0 or 1e308
        for k in range(mu.size):  # the last that has a share y: the others are gap + q y, all >= 0
            part, last = mu[order[: k + 1]], mu[order[k]]
            gap, q = closed_form.adaptive_share(part, last, rho), last / part
            inner, rest = np.sum(gap * q), 1 - np.sum(gap**2)
            if not rest > 0:
                break
            share = rest / (inner + np.sqrt(inner**2 + np.sum(q**2) * rest))
            found, level = (
                gap + q * share,
                float(closed_form.adaptive_growth_rate(last, share, rho)),
            )
    if not np.isfinite(level):
        checks.refuse("rho", rho, "small enough for a level that fits double precision")
    shares = np.zeros(mu.size)
    shares[order[: found.size]] = found
    return shares / np.linalg.norm(shares), float(level)
