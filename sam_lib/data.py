"""Data: labelled points, and the few sets of them that the book uses."""

from dataclasses import dataclass, field

import numpy as np

from sam_lib import checks


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled points ``(x_i, y_i)``, all that the loss ever sees of them is ``z_i = y_i x_i``.

    Parameters
    ----------
    X : array (n, d)
        The points, finite.
    y : array (n,)
        The labels, each -1 or +1.

    Attributes
    ----------
    Z : array (n, d)
        The signed points ``y_i x_i``. The data are separable if some ``beta`` has ``Z @ beta > 0``.

    Raises
    ------
    ValueError
        Wrong shapes, empty or non-finite arrays, other labels.

    Examples
    --------
    >>> data = Dataset([[1, 2], [-1, 0]], [1, -1])
    >>> data.Z
    array([[1., 2.],
           [1., 0.]])
    >>> data
    Dataset(n=2, d=2)
    """

    X: np.ndarray
    y: np.ndarray
    Z: np.ndarray = field(init=False)

    def __post_init__(self):
        X = checks.array("X", self.X, "(n, d)")
        y = checks.array("y", self.y, "(n,)")
        if len(y) != len(X):
            checks.refuse("y", self.y, f"an array of shape (n,) = ({len(X)},), one label per row")
        if not np.all(np.abs(y) == 1):
            checks.refuse("y", self.y, "an array of labels -1 and +1")
        for name, value in (("X", X), ("y", y), ("Z", y[:, None] * X + 0.0)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @property
    def n(self):
        """Number of examples."""
        return self.X.shape[0]

    @property
    def d(self):
        """Number of features."""
        return self.X.shape[1]

    def __repr__(self):
        return f"Dataset(n={self.n}, d={self.d})"


def single_example(mu):
    """The solvable model ``D_mu = {(mu, +1)}``: one example, label +1.

    Parameters
    ----------
    mu : array (d,)
        Feature strengths, finite and > 0, in any order. The largest is the *major* feature.

    Returns
    -------
    Dataset
        With ``n = 1``.

    Raises
    ------
    ValueError
        An entry that is not > 0, or another shape.

    Examples
    --------
    >>> single_example([1, 2]).Z
    array([[1., 2.]])
    """
    mu = checks.array("mu", mu, "(d,)", positive=True)
    return Dataset(mu[None], np.ones(1))


@checks.arithmetic
def random_separable(n, d, seed=0, margin=0.1):
    """Random data that some ``beta`` separates: Gaussian points, labels of a random teacher.

    Points with ``|<teacher, x>| < margin`` (unit teacher) are drawn again, so the ``l2`` margin of
    the set is at least ``margin``.

    Parameters
    ----------
    n, d : int
        Number of points and of features, >= 1.
    seed : int
        The same seed gives the same data.
    margin : float
        Least distance to the teacher's hyperplane, from 0 to 2.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> random_separable(8, 4, seed=1)
    Dataset(n=8, d=4)
    """
    n = checks.integer("n", n, least=1, most=10**7)
    d = checks.integer("d", d, least=1, most=10**7)
    margin = checks.number("margin", margin, least=0)
    if margin > 2:
        checks.refuse("margin", margin, "a number from 0 to 2 (standard deviations)")
    rng = np.random.default_rng(checks.integer("seed", seed, least=0))
    teacher = rng.standard_normal(d)
    teacher /= np.linalg.norm(teacher)
    X = rng.standard_normal((n, d))
    while np.any(close := np.abs(X @ teacher) <= margin):
        X[close] = rng.standard_normal((close.sum(), d))
    return Dataset(X, np.sign(X @ teacher))


@checks.arithmetic
def two_gaussians(n, seed=0, mean=(1, 2), scale=0.3):
    """A cloud of two classes: ``x = y mean + scale noise``, standard Gaussian noise.

    The labels alternate, so both classes have ``n // 2`` points (the first class one more if ``n``
    is odd). The paper's cloud is not public; this is the book's stand-in. It is not separable for
    every ``scale``: :func:`sam_lib.margin.l2_max_margin` says so where it is not.

    Parameters
    ----------
    n : int
        Number of points, >= 1.
    seed : int
        The same seed gives the same data.
    mean : array (d,)
        Mean of the class +1; the class -1 has the opposite mean.
    scale : float
        Standard deviation of the noise, >= 0.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> two_gaussians(4).y
    array([ 1., -1.,  1., -1.])
    """
    n = checks.integer("n", n, least=1, most=10**7)
    mean = checks.array("mean", mean, "(d,)")
    scale = checks.number("scale", scale, least=0)
    rng = np.random.default_rng(checks.integer("seed", seed, least=0))
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    return Dataset(y[:, None] * mean + scale * rng.standard_normal((n, len(mean))), y)
