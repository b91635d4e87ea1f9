"""What a simulation returns: the path, and how it ended."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from sam_lib import checks


class Status(Enum):
    """How a run ended. The value of each member is a sentence."""

    COMPLETED = "The run reached the last requested time."
    COLLAPSED = "The parameters reached the origin in finite time and stay there."
    BLEW_UP = "A coordinate became infinite in finite time; the others hold their last values."
    RESTED = "The parameters came to rest away from the origin and stay there."
    OVERFLOWED = "The iterates diverged beyond double precision; the last finite values are held."

    def __str__(self):
        return self.value


@dataclass(frozen=True, eq=False)
class Run:
    """A simulated path.

    Attributes
    ----------
    times : array (T,)
        Output times, in the clock named by ``clock``. For discrete iterations the step number
        times the step size.
    theta : array (T, ..., L, d)
        Parameters.
    beta : array (T, ..., d)
        Predictor, the product of the layers.
    loss : array (T, ...)
        Loss at ``theta`` (not at the perturbed parameters).
    status : Status, or object array (...) of Status
        How each start ended; a single ``Status`` if there is no batch axis.
    clock : str
        ``"original"``, ``"rescaled"`` or ``"normalized"``.
    method : SAM or MarginSAM
        What was run.
    end : array (...)
        The time at which the run of each start ended; the last output time if it completed.
    approximate : bool, or bool array (...)
        Whether a flow was followed by small steps somewhere, to the order of the step only.

    Examples
    --------
    >>> import sam_lib as sam
    >>> data = sam.single_example([1, 2])
    >>> theta = sam.balanced([1, 1], depth=2)
    >>> sam.descend(theta, data, sam.GD(), 0.1, 100, record_at=[0, 50, 100])
    GD(), original clock: 3 times, L=2, d=2
        time          loss      beta[0]      beta[1]
           0     0.0485874            1            1
           5     0.0117528      1.26076      1.58851
          10    0.00595694      1.36985      1.87518
    The run reached the last requested time.
    """

    times: np.ndarray
    theta: np.ndarray
    beta: np.ndarray
    loss: np.ndarray
    status: object
    clock: str
    method: object
    end: np.ndarray
    approximate: object = False

    def __repr__(self):
        layers, d = self.theta.shape[-2:]
        batch = self.loss.shape[1:]
        starts = f", {'x'.join(map(str, batch))} starts" if batch else ""
        size = f"{len(self.times)} times{starts}, L={layers}, d={d}"
        head = f"{self.method!r}, {self.clock} clock: {size}"
        lines = [head, *(self._summary() if batch else self._table())]
        if np.any(self.approximate):
            lines.append("Partly by small steps: accurate to the order of the step.")
        return "\n".join(lines)

    def _table(self):
        rows = _thin(len(self.times), 7)
        columns = _thin(self.beta.shape[-1], 6)
        yield f"{'time':>8} {'loss':>13}" + "".join(f" {f'beta[{j}]':>12}" for j in columns)
        for i in rows:
            values = "".join(f" {self.beta[i, j]:>12.6g}" for j in columns)
            yield f"{self.times[i]:>8.5g} {self.loss[i]:>13.6g}{values}"
        yield str(self.status)

    def _summary(self):
        final = self.loss[-1]
        yield f"final loss: from {final.min():.6g} to {final.max():.6g}"
        for status in Status:
            count = np.count_nonzero(self.status == status)
            if count:
                yield f"{count:>6} x {status}"

    def _batched(self, error):
        if self.loss.ndim == 1:
            raise error("the run has one start and no batch axis to index")

    def plot(self, ax=None):
        """Plot ``beta`` against time, one line per coordinate (matplotlib).

        The scale becomes logarithmic (linear around 0) where ``beta`` grows more than 100-fold.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ValueError
            The run has a batch axis: plot one start, ``run[k].plot()``.
        """
        if self.beta.ndim != 2:
            raise ValueError(
                f"run has batch axes {self.beta.shape[1:-1]}; pick one start, as in run[0].plot()"
            )
        import matplotlib.pyplot as plt

        ax = plt.subplots()[1] if ax is None else ax
        finite = np.where(np.isfinite(self.beta), self.beta, np.nan)
        for j in range(self.beta.shape[-1]):
            ax.plot(self.times, finite[:, j], label=rf"$\beta_{{{j + 1}}}$", **_style(self, j))
        if np.nanmax(np.abs(finite)) > 100 * max(np.max(np.abs(self.beta[0])), 1e-2):
            ax.set_yscale("symlog", linthresh=max(np.min(np.abs(self.beta[0])), 1e-2))
        ax.set_xlabel("rescaled time $s$" if self.clock == "rescaled" else f"{self.clock} time")
        ax.set_ylabel(r"$\beta_j$")
        ax.set_title(repr(self.method))
        ax.legend()
        return ax

    def leaders(self):
        """The coordinates that dominate the predictor, one after the other; see :func:`leaders`.

        Returns
        -------
        array (k,) of int
            0-based; empty if there never is one.

        Raises
        ------
        ValueError
            The run has a batch axis: ask one start, ``run[k].leaders()``.

        Examples
        --------
        >>> import numpy as np
        >>> import sam_lib as sam
        >>> mu, start = [1, 1.2, 1.5, 6], sam.balanced([0.4569] * 4, depth=2)
        >>> run = sam.flow(start, sam.single_example(mu), sam.SAM(1.0), np.linspace(0, 10, 1001))
        >>> run.leaders()
        array([2, 1, 0, 1, 2, 3])
        """
        if self.beta.ndim != 2:
            raise ValueError(
                f"run has batch axes {self.beta.shape[1:-1]}; ask one start, as in run[0].leaders()"
            )
        return _walk(self.beta)

    def __len__(self):
        """Number of starts along the first batch axis."""
        self._batched(TypeError)
        return self.loss.shape[1]

    def __bool__(self):
        return True

    def __iter__(self):
        """The runs along the first batch axis."""
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, start):
        """The run of one start (or of a sub-batch): index the batch axes."""
        self._batched(IndexError)
        index = (slice(None), *(start if isinstance(start, tuple) else (start,)))
        parts = (self.theta[index], self.beta[index], self.loss[index])
        rough = np.broadcast_to(self.approximate, self.loss.shape[1:])[start]
        ended = self.status[start], self.clock, self.method, self.end[start]
        return Run(self.times, *parts, *ended, rough)


def leaders(path):
    """The entries of largest size along a path, one after the other: its *walk*.

    Rows without a leader are left out: zeros, as after a collapse, and ties, as at a uniform start.
    What lies between two rows is not seen.

    Parameters
    ----------
    path : array (T, d)
        A predictor, or balanced weights, at increasing times in any clock.

    Returns
    -------
    array (k,) of int
        0-based; no two neighbors are equal.

    Raises
    ------
    ValueError
        ``path`` is not as described.

    Source
    ------
    Theorem 4.4, D10, D14.

    Examples
    --------
    >>> leaders([[3, 1], [2, -4], [1, 5], [7, 6], [0, 0]])
    array([0, 1, 0])
    """
    return _walk(checks.array("path", path, "(T, d)"))


def _walk(path):
    sizes = np.abs(path)
    largest = sizes.max(axis=-1)
    alone = (largest > 0) & (np.count_nonzero(sizes == largest[:, None], axis=-1) == 1)
    first = sizes[alone].argmax(axis=-1)
    return first[np.append(True, first[1:] != first[:-1])[: first.size]]


def make_run(times, theta, data, status, clock, method, end, approximate=False):
    """Fill in predictor and loss; after a blow-up the loss is its limit, 0 or infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        beta = np.prod(theta, axis=-2)
        largest = 1e300 / (data.d * max(1.0, np.max(np.abs(data.Z))))
        m = np.einsum("...d,nd->...n", np.clip(beta, -largest, largest), data.Z)
        loss = np.mean(np.logaddexp(0, -m), axis=-1)
    status = np.asarray(status, dtype=object)[()]
    end = np.asarray(end, dtype=float)[()]
    rough = np.asarray(approximate, dtype=bool)[()]
    return Run(times, theta, beta, loss, status, clock, method, end, rough)


def _thin(count, most):
    """At most ``most`` of the indices ``0..count-1``, first and last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _style(run, j):
    """Color and line style of coordinate ``j``, the same in the whole book."""
    from sam_lib import figures

    return figures.coordinate_styles(run.beta.shape[-1])[j]
