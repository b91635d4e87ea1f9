"""Closed forms at exact numbers, enclosed."""

from sam_lib import checks
from sam_lib.certify import balls
from sam_lib.certify.results import Enclosure


def enclose(expression, **values):
    r"""A sympy expression at exact numbers, enclosed.

    Parameters
    ----------
    expression : sympy expression
        Of elementary functions and the Lambert function; numbers in it are exact.
    **values : number
        One for each symbol, by its name.

    Returns
    -------
    Enclosure

    Raises
    ------
    ValueError
        A symbol has no value, or the expression is not finite there.

    Examples
    --------
    >>> import sympy as sp
    >>> low, high = enclose(sp.log(1 + sp.exp(-sp.Symbol("x") / 2)), x=1)
    >>> high - low < 1e-15, round(low, 10)
    (True, 0.4740769842)
    """
    import sympy as sp

    missing = sorted({s.name for s in expression.free_symbols} - set(values))
    if missing:
        checks.refuse("values", values, f"numbers for {', '.join(missing)} too")
    numbers = {s.name: balls.exact(s.name, values[s.name]) for s in expression.free_symbols}
    with balls.precision(160):
        result = balls.evaluate(sp.sympify(expression), numbers)
        if not result.is_finite():
            checks.refuse("values", values, "where the expression is finite")
        return Enclosure.around(result)
