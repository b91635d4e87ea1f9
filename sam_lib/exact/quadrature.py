"""Integrals of exponentials, kept as logarithms: nothing overflows, and small parts count."""

import numpy as np

MOST = 100_000  # intervals in work at a time


def log_integral(log_rate, times, events, ends):
    """Logarithm of the integral of ``exp(log_rate)`` from 0 to each time: (rows, T).

    ``log_rate(s, row)`` takes points (N, Q) and the row of each line of them; it may jump at the
    ``events`` (rows, E) and is infinite from ``ends`` (rows,) on.
    """
    count = len(ends)
    events = np.clip(np.reshape(events, (count, np.size(events) // max(count, 1))), 0.0, times[-1])
    every = np.broadcast_to(times, (count, times.size))
    edges = np.sort(np.concatenate([np.zeros((count, 1)), every, events], axis=1), axis=1)
    left, right = edges[:, :-1], edges[:, 1:]
    pieces = np.full(left.shape, -np.inf)
    pieces[right >= ends[:, None]] = np.inf
    row, column = np.nonzero((right > left) & (right < ends[:, None]))
    pieces[row, column] = _adaptive(log_rate, left[row, column], right[row, column], row)
    total = np.logaddexp.accumulate(pieces, axis=1)
    total = np.concatenate([np.full((count, 1), -np.inf), total], axis=1)
    place = [np.searchsorted(line, times, side="right") - 1 for line in edges]
    return np.take_along_axis(total, np.array(place, dtype=int).reshape(every.shape), axis=1)


def _adaptive(log_rate, left, right, row, accuracy=1e-14, levels=80):
    """Logarithms of the integrals over intervals, by halving where two Gauss rules disagree."""
    nodes, weights = np.polynomial.legendre.leggauss(16)

    def gauss(a, b, row):
        half = 0.5 * (b - a)
        values = log_rate(0.5 * (a + b)[:, None] + half[:, None] * nodes, row)
        top = np.max(values, axis=1)
        top = np.where(np.isfinite(top), top, 0.0)
        with np.errstate(over="ignore", divide="ignore"):
            return top + np.log(half * (np.exp(values - top[:, None]) @ weights))

    total = np.full(left.shape, -np.inf)
    owner, whole = np.arange(left.size), gauss(left, right, row) if left.size else left
    for level in range(levels):
        if not owner.size:
            break
        middle = 0.5 * (left + right)
        low, high = gauss(left, middle, row[owner]), gauss(middle, right, row[owner])
        both = np.logaddexp(low, high)
        known = total.copy()
        np.maximum.at(known, owner, both)
        with np.errstate(invalid="ignore"):
            enough = accuracy + 4e-16 * np.abs(both)
            done = (np.abs(both - whole) <= enough) | (both < known[owner] - 45.0)
        done |= (
            (right - left <= 4e-16 * right)
            | np.isinf(both)
            | (level == levels - 1 or owner.size > MOST)
        )
        np.logaddexp.at(total, owner[done], both[done])
        go = ~done
        owner = np.concatenate([owner[go], owner[go]])
        whole = np.concatenate([low[go], high[go]])
        left, right = (
            np.concatenate([left[go], middle[go]]),
            np.concatenate([middle[go], right[go]]),
        )
    return total
