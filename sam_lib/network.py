"""The diagonal linear network: parameters, predictor, margins, loss, gradient.

``theta`` has shape ``(..., L, d)``: ``L`` layers of ``d`` weights, any leading batch axes. The
network computes ``f(x) = <beta, x>`` with ``beta`` the product of the layers, so it is a linear
predictor whose parametrization, and with it the implicit bias, depends on the depth.
"""

import numpy as np

from sam_lib import checks
from sam_lib.data import Dataset


def balanced(alpha, depth):
    """The usual start: every layer equal to ``alpha``.

    Parameters
    ----------
    alpha : array (..., d)
        The common layer.
    depth : int
        Number of layers, >= 1.

    Returns
    -------
    array (..., depth, d)

    Raises
    ------
    ValueError
        A depth that is not a whole number >= 1, an empty or non-finite ``alpha``.

    Examples
    --------
    >>> balanced([0.5, 2], depth=2)
    array([[0.5, 2. ],
           [0.5, 2. ]])
    """
    alpha = checks.array("alpha", alpha, "(..., d)")
    depth = checks.integer("depth", depth, least=1, most=10**4)
    return np.repeat(alpha[..., None, :], depth, axis=-2)


@checks.arithmetic
def predictor(theta):
    """The linear predictor ``beta = w^(1) * ... * w^(L)``, elementwise.

    Parameters
    ----------
    theta : array (..., L, d)

    Returns
    -------
    array (..., d)

    Examples
    --------
    >>> predictor([[1, 2], [3, -4]])
    array([ 3., -8.])
    """
    theta = checks.array("theta", theta, "(..., L, d)")
    with np.errstate(over="ignore"):
        beta = np.prod(theta, axis=-2)
    if not np.all(np.isfinite(beta)):
        checks.refuse("theta", theta, "small enough for its product to fit double precision")
    return beta


@checks.arithmetic
def margins(theta, data):
    """The margins ``m_i = <beta, z_i>``.

    Parameters
    ----------
    theta : array (..., L, d)
    data : Dataset

    Returns
    -------
    array (..., n)

    Raises
    ------
    ValueError
        ``theta`` does not fit the data, or is so large that a margin overflows.

    Examples
    --------
    >>> import sam_lib as sam
    >>> margins([[1, 2], [3, 4]], sam.single_example([1, 2]))
    array([19.])
    """
    return admitted(theta, data)[1]


@checks.arithmetic
def loss(theta, data):
    """The logistic loss ``(1/n) sum_i log(1 + exp(-m_i))``.

    Parameters
    ----------
    theta : array (..., L, d)
    data : Dataset

    Returns
    -------
    array (...)
        Relative accuracy also where the loss is tiny; 0 from margin 746 on, where
        :func:`log_loss` goes on.

    Examples
    --------
    >>> import sam_lib as sam
    >>> print(f"{loss([[0, 0]], sam.single_example([1, 2])):.6f}")
    0.693147
    """
    return np.mean(np.logaddexp(0, -margins(theta, data)), axis=-1)


@checks.arithmetic
def log_loss(theta, data):
    """The logarithm of the loss, without underflow at any margin.

    Parameters
    ----------
    theta : array (..., L, d)
    data : Dataset

    Returns
    -------
    array (...)

    Examples
    --------
    >>> import sam_lib as sam
    >>> print(f"{log_loss([[1e3], [1e3]], sam.single_example([1.0])):.1f}")
    -1000000.0
    """
    m = margins(theta, data)
    # log log(1 + e^-m) = -m - e^-m/2 + ..., and -m is all of it beyond 37
    each = np.where(m > 37, -m, np.log(np.logaddexp(0, -np.minimum(m, 37))))
    return np.logaddexp.reduce(each, axis=-1) - np.log(data.n)


@checks.arithmetic
def gradient(theta, data):
    """The gradient of the loss, ``-(1/n) sum_i s(-m_i) z_i * (product of the other layers)``.

    ``s`` is the logistic function. The gradient itself underflows at large margins; nothing in
    this library divides it by its norm (see :func:`sam_lib.ascent.perturbation`).

    Parameters
    ----------
    theta : array (..., L, d)
    data : Dataset

    Returns
    -------
    array (..., L, d)

    Examples
    --------
    >>> import sam_lib as sam
    >>> gradient([[1, 2], [0, 0]], sam.single_example([1, 2]))
    array([[-0. , -0. ],
           [-0.5, -2. ]])
    """
    theta = parameters(theta, data)
    slopes = np.exp(log_slopes(margins(theta, data)))
    residual = -np.einsum("...n,nd->...d", slopes, data.Z) / data.n
    return other_layers(theta) * residual[..., None, :]


def parameters(theta, data):
    """``theta`` as an array ``(..., L, d)``, with the ``d`` of the data."""
    if not isinstance(data, Dataset):
        checks.refuse("data", data, "a sam_lib.Dataset")
    theta = checks.array("theta", theta, "(..., L, d)")
    if theta.shape[-1] != data.d:
        checks.refuse("theta", theta, f"of shape (..., L, d) with d = {data.d}, as the data")
    return theta


def admitted(theta, data):
    """``theta`` as an array ``(..., L, d)`` and its margins ``(..., n)``, in double precision."""
    theta = parameters(theta, data)
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.einsum("...d,nd->...n", np.prod(theta, axis=-2), data.Z)
    if not np.all(np.isfinite(result)):
        checks.refuse("theta", theta, "small enough for its margins to fit double precision")
    return theta, result


def log_slopes(m):
    """``log(-l'(m)) = log s(-m) = -log(1 + e^m)``, finite at every finite margin."""
    return -np.logaddexp(0, m)


def other_layers(theta):
    """For each layer the product of all the others, ``(..., L, d)``; zeros do no harm."""
    L = theta.shape[-2]
    if L == 2:  # the common case, and the inner loop of the flows
        return theta[..., ::-1, :].copy()
    before, after = np.ones((2, *theta.shape))
    for l in range(1, L):
        np.multiply(before[..., l - 1, :], theta[..., l - 1, :], out=before[..., l, :])
        np.multiply(after[..., L - l, :], theta[..., L - l, :], out=after[..., L - l - 1, :])
    return before * after
