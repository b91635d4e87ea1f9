"""Open and proved statements about l2-SAM at depth L, by the law of one score per coordinate."""

from __future__ import annotations

import numpy as np

import sam_lib as sam
from search.hunt import hunt, plain
from search.runs import breaks


def deep_walk(mu, alpha, depth, step=0.02, steps=5000):
    """Leaders from the start alpha; the clock is divided by the largest score (midpoint steps)."""
    logs, features = np.log(alpha) + 0 * mu, np.log(mu)

    def rate(logs):
        top = (features + (depth - 1) * logs).max()
        norm = np.exp(2 * (features + (depth - 1) * logs - top)).sum()
        scores = features + (depth - 2) * logs
        x = np.exp(scores - top) / np.sqrt(depth * norm)
        found = np.exp(scores - scores.max()) * (1 - x) ** (depth - 1)
        return found / max(1, np.abs(found).max())

    leaders = []
    for _ in range(steps):
        logs = logs + step * rate(logs + step / 2 * rate(logs))
        if logs.max() < -7:
            break
        leaders.append(logs.argmax())
    return np.array(leaders)


def cluster(rng):
    """Some features close to each other and a stronger one, and a uniform start where it counts."""
    mu = np.exp(np.sort(rng.uniform(0, 0.8, int(rng.integers(2, 5)))))
    mu = np.r_[mu, mu[-1] * np.exp(rng.uniform(0.2, 2.6))]
    return mu, np.exp(rng.uniform(np.log(1.05 * mu[0]), np.log(1.4 * mu[-1])))


@hunt("q8", "CONJECTURE: at even depth the walk of a uniform start is a V", 0.0)
def even_depth(rng):
    mu, height = cluster(rng)
    depth = int(rng.choice([4, 6, 8]))
    alpha = height / (np.sqrt(depth) * np.linalg.norm(mu))
    return -float(breaks(deep_walk(mu, alpha, depth))), plain(mu=mu, alpha=alpha, depth=depth)


@hunt("q8", "FALSE: at depth four the walk of a uniform start only goes up", 0.0, false=True)
def only_up(rng):
    mu, height = cluster(rng)
    alpha = height / (2 * np.linalg.norm(mu))
    falls = np.sum(np.diff(deep_walk(mu, alpha, 4, step=0.05, steps=1500)) < 0)
    return -float(falls), plain(mu=mu, alpha=alpha)


@hunt("d24", "a step of the network at equal layers is that of the law", tolerance=1e-10)
def law_of_scores(rng):
    depth, d = int(rng.integers(2, 8)), int(rng.integers(1, 6))
    mu, w, rho = rng.uniform(0.2, 3, d), rng.uniform(0.05, 2, d), rng.uniform(0.1, 2)
    data, theta = sam.single_example(mu), sam.balanced(w, depth)
    hat = theta + sam.perturbation(theta, data, sam.SAM(rho))
    found = mu * np.prod(hat[1:], axis=0)
    n = np.sqrt(depth) * np.linalg.norm(mu * w ** (depth - 1))
    stated = mu * w ** (depth - 1) * (1 - rho * mu * w ** (depth - 2) / n) ** (depth - 1)
    size = np.abs(found).max() + np.abs(stated).max()
    return -np.abs(found - stated).max() / size, plain(mu=mu, w=w, rho=rho, depth=depth)
