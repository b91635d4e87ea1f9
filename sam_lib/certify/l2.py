"""Fates, thresholds, walks and the clock of the l_2 flow on one example, proved."""

from fractions import Fraction

from sam_lib import checks
from sam_lib.certify import balls, fields, runs
from sam_lib.certify.results import Bracket, Enclosure, End, Walk
from sam_lib.theory import collapse_threshold as collapse_scale


def fate(mu, theta, rho=1, depth=2):
    r"""Proof that the l_2-SAM flow on one example collapses, or that it escapes.

    The flow is integrated in balls until its end is sure: at depth two it escapes once ``n`` grows
    (D13) and collapses once ``n < rho min mu``; at even depth ``L > 2``, from a balanced start, it
    collapses or escapes once all weights are below or above the equilibrium with all features.

    Parameters
    ----------
    mu : sequence (d,)
        Features, > 0.
    theta : number, sequence (d,) or (2, d)
        A uniform start, a balanced positive one, or (depth two) two layers of any signs.
    rho : number
        Radius of the perturbation, > 0.
    depth : int
        Number of layers, even.

    Returns
    -------
    End

    Raises
    ------
    ValueError
        An argument is not as described.
    ArithmeticError
        The start is too close to the threshold to tell.

    Source
    ------
    D5, D13, D14, D45.

    Examples
    --------
    >>> fate([1, 2], "0.5213212825").name, fate([1, 2], "0.5213212826").name
    ('COLLAPSES', 'ESCAPES')
    """
    depth = checks.integer("depth", depth, least=2)
    if depth % 2:
        checks.refuse("depth", depth, "even: at odd depth no weight ever shrinks")
    mu, rho = _features(mu), balls.exact("rho", rho, positive=True)
    if depth == 2:
        layers = _two_layers(theta, mu)
        if not any(x for layer in layers for x in layer):
            return End.COLLAPSES
        make = lambda: fields.Reduction(mu, layers, rho)  # noqa: E731
    else:
        alpha = balls.exact_vector("theta", theta, len(mu), positive=True)
        make = lambda: fields.Balanced(mu, alpha, rho, depth)  # noqa: E731
    return End[runs.with_enough_bits(make, runs.end)]


def collapse_threshold(mu, rho=1, direction=1, depth=2, digits=10):
    r"""Decimals with a proof that the threshold between collapse and escape lies between them.

    On every ray of balanced starts ``c * direction`` there is exactly one threshold (D8, D46), so
    that a start that collapses and one that escapes enclose it. Where to look is told by
    :func:`sam_lib.theory.collapse_threshold`, which nothing rests on.

    Parameters
    ----------
    mu : sequence (d,)
        Features, > 0.
    rho : number
        Radius of the perturbation, > 0.
    direction : number or sequence (d,)
        A positive start; a number for the uniform one.
    depth : int
        Number of layers, even.
    digits : int
        Decimals after the point; the two differ by one unit in the last.

    Returns
    -------
    Bracket of text

    Raises
    ------
    ValueError
        An argument is not as described.
    ArithmeticError
        The bracket cannot be decided.

    Source
    ------
    D8, D46.

    Examples
    --------
    >>> collapse_threshold([1, 2], digits=6)
    Bracket(low='0.521321', high='0.521322')
    >>> collapse_threshold([1, 2], depth=4, digits=4)
    Bracket(low='0.3554', high='0.3555')
    """
    digits = checks.integer("digits", digits, least=1, most=40)
    mu, rho = _features(mu), balls.exact("rho", rho, positive=True)
    direction = balls.exact_vector("direction", direction, len(mu), positive=True)
    unit = Fraction(1, 10**digits)

    def escapes(k):
        start = [k * unit * a for a in direction]
        return k > 0 and fate(mu, start, rho, depth) is End.ESCAPES

    ray = [float(a / max(direction)) for a in direction]
    guess = collapse_scale([float(m / max(mu)) for m in mu], direction=ray, depth=depth)
    low, step = int(Fraction(guess) * rho / max(direction) / unit), 1
    while escapes(low):
        low, step = max(0, low - step), 2 * step
    high, step = low + 1, 1
    while not escapes(high):
        low, high, step = high, high + step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if escapes(middle) else (middle, high)
    return Bracket(*(f"{int(k // 10**digits)}.{k % 10**digits:0{digits}d}" for k in (low, high)))


def walk(mu, alpha, rho=1, depth=2):
    r"""Which weight is the largest, from the start until for ever, proved change by change.

    Where the differences of ``log w`` have a sign, or change it monotonically, on each step of the
    integration in balls. It ends when nobody can take the lead any more: a leader with the largest
    score ``z = mu w^(L-2)`` and ``w > sqrt(L) rho`` keeps it, for instance.

    Parameters
    ----------
    mu : sequence (d,)
        Features, > 0, different.
    alpha : number or sequence (d,)
        Balanced positive start; a number for a uniform one, whose leader is the one at once after
        the start.
    rho : number
        Radius of the perturbation, > 0.
    depth : int
        Number of layers, >= 2.

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        An argument is not as described.
    ArithmeticError
        Two weights stay too close to tell, or the end is not sure after many steps.

    Source
    ------
    D10, D24.

    Examples
    --------
    >>> walk([1, "1.2", "1.5", 6], "0.4569").leaders
    (2, 1, 0, 1, 2, 3)
    """
    depth = checks.integer("depth", depth, least=2)
    mu, rho = _features(mu), balls.exact("rho", rho, positive=True)
    if len(set(mu)) < len(mu):
        checks.refuse("mu", mu, "different numbers")
    alpha = balls.exact_vector("alpha", alpha, len(mu), positive=True)
    first = [j for j, a in enumerate(alpha) if a == max(alpha)]
    leaders, times = runs.with_enough_bits(
        lambda: fields.Balanced(mu, alpha, rho, depth),
        lambda field, tolerance: runs.walk(field, tolerance, first),
    )
    return Walk(leaders, tuple(map(Enclosure.around, times)))


def delay(time, mu, theta, rho=1):
    r"""The clock ``tau`` of the l_2 flow at depth two at one rescaled time, enclosed (D5).

    Parameters
    ----------
    time : number
        Rescaled time, >= 0, before a collapse.
    mu : sequence (d,)
        Features, > 0.
    theta : number, sequence (d,) or (2, d)
        A uniform start, a balanced one, or two layers of any signs, not all 0.
    rho : number
        Radius of the perturbation, > 0.

    Returns
    -------
    Enclosure

    Raises
    ------
    ValueError
        An argument is not as described.
    ArithmeticError
        The flow collapses first.

    Source
    ------
    D5.

    Examples
    --------
    >>> low, high = delay(1, [1, 2], "0.6")
    >>> high - low < 1e-14, round(low, 10)
    (True, 0.5074000283)
    """
    time = balls.exact("time", time)
    if time < 0:
        checks.refuse("time", time, ">= 0")
    mu, rho = _features(mu), balls.exact("rho", rho, positive=True)
    layers = _two_layers(theta, mu)
    if not any(x for layer in layers for x in layer):
        checks.refuse("theta", theta, "a start that is not 0")
    tau = runs.with_enough_bits(
        lambda: fields.Reduction(mu, layers, rho),
        lambda field, tolerance: field.delay(
            balls.ball(time), runs.reach(field, tolerance, balls.ball(time))
        ),
    )
    return Enclosure.around(tau)


def norm(time, mu, alpha, rho=1, depth=2):
    r"""The norm ``n`` of the gradient over the loss derivative at one rescaled time, enclosed.

    ``n = sqrt(L) |mu w^(L-1)|`` along the balanced l_2 flow of any depth (D24).

    Parameters
    ----------
    time : number
        Rescaled time, >= 0, before a collapse or a blow-up.
    mu : sequence (d,)
        Features, > 0.
    alpha : number or sequence (d,)
        Balanced positive start; a number for a uniform one.
    rho : number
        Radius of the perturbation, > 0.
    depth : int
        Number of layers, >= 2.

    Returns
    -------
    Enclosure

    Raises
    ------
    ValueError
        An argument is not as described.
    ArithmeticError
        The flow collapses or blows up first.

    Source
    ------
    D24.

    Examples
    --------
    >>> low, high = norm(1, [1, 2], "0.4", depth=4)
    >>> high - low < 1e-14, round(low, 10)
    (True, 0.2882812452)
    """
    depth, time = checks.integer("depth", depth, least=2), balls.exact("time", time)
    if time < 0:
        checks.refuse("time", time, ">= 0")
    mu, rho = _features(mu), balls.exact("rho", rho, positive=True)
    alpha = balls.exact_vector("alpha", alpha, len(mu), positive=True)
    value = runs.with_enough_bits(
        lambda: fields.Balanced(mu, alpha, rho, depth),
        lambda field, tolerance: field.norm(runs.reach(field, tolerance, balls.ball(time))),
    )
    return Enclosure.around(value)


def _features(mu):
    return balls.exact_vector("mu", mu, positive=True)


def _two_layers(theta, mu):
    """Two lists of fractions."""
    nested = not isinstance(theta, str) and hasattr(theta, "__len__") and len(theta) == 2
    if nested and all(hasattr(x, "__len__") and not isinstance(x, str) for x in theta):
        return [balls.exact_vector("theta", layer, len(mu)) for layer in theta]
    return [balls.exact_vector("theta", theta, len(mu))] * 2
