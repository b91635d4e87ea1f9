"""The gate of l_inf-SAM for layers that differ."""

import numpy as np

from sam_lib import checks


def passes_gate(theta, rho):
    r"""Which features pass the gate of the l_inf-SAM flow, for positive layers of any size.

    With ``delta_l = w_l - rho`` a feature passes exactly when at most one ``delta_l`` is negative
    and, if one is, it is the one nearest to 0. At depth two: ``w_1 + w_2 > 2 rho``.

    Parameters
    ----------
    theta : array (..., L, d)
        Layers at time 0, > 0; one example with positive features of any size.
    rho : float
        Radius of the perturbation, >= 0.

    Returns
    -------
    bool array (..., d)
        False also where two layers are level on both sides of ``rho`` and the flow stops there.

    Raises
    ------
    ValueError
        An argument is not as described, or there is one layer only.

    Source
    ------
    D40.

    Examples
    --------
    >>> passes_gate([[1.2, 0.7], [1.5, 1.2], [0.9, 1.9]], rho=1)
    array([ True, False])
    """
    theta = checks.array("theta", theta, "(..., L, d)", positive=True)
    if theta.shape[-2] < 2:
        checks.refuse("theta", theta, "at least two layers")
    gaps = theta - checks.number("rho", rho, least=0)
    below = np.sum(gaps <= 0, axis=-2)
    lowest = gaps.min(axis=-2)
    nearest_other = np.sort(np.abs(gaps), axis=-2)[..., :2, :]
    alone = (nearest_other[..., 0, :] == -lowest) & (nearest_other[..., 1, :] > -lowest)
    return (below == 0) | ((below == 1) & alone)
