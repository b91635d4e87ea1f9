"""Statements about whole trajectories: margins, gates, walks, from steps and exact flows."""

from __future__ import annotations

import numpy as np

import sam_lib as sam
from search.hunt import example, hunt, plain


def separable(rng):
    """A data set with features of both signs, a start of any signs, and a radius."""
    features = int(rng.integers(1, 5))
    direction = rng.normal(size=features)
    Z = rng.normal(size=(int(rng.integers(1, 9)), features))
    Z *= np.sign(Z @ direction)[:, None]
    theta = rng.normal(size=(2, features)) * np.exp(rng.uniform(-1, 1))
    return sam.Dataset(Z, np.ones(len(Z))), theta, rng.uniform(0, 1.5)


def certified(data, theta, rho, steps=2000, step=0.02):
    """A run in the normalized clock with its max margin and both bounds."""
    run = sam.descend(theta, data, sam.SAM(rho), step, steps, range(0, steps + 1, 20), "normalized")
    best = sam.l1_max_margin(data)
    return run, (data.Z @ best).min() / np.abs(best).sum(), sam.certificate(run, data)


@hunt("d36", "at every time the max margin lies between the two bounds of a run")
def certificate_encloses(rng):
    data, theta, rho = separable(rng)
    _, gamma, bounds = certified(data, theta, rho, steps=600)
    margin = min(np.min(gamma - bounds.primal), np.min(bounds.dual - gamma))
    return margin / gamma, plain(Z=data.Z, theta=theta, rho=rho)


@hunt("d36", "where N has grown to 10^6 and the data are separated, the bounds are close", 0.0)
def bounds_meet(rng):
    data, theta, rho = separable(rng)
    run, gamma, bounds = certified(data, theta, rho, steps=6000)
    N = (run.theta[-1] ** 2).sum() / 2
    case = plain(Z=data.Z, theta=theta, rho=rho)
    if N < 1e6 or bounds.primal[-1] < 0.2 * gamma:  # not in the reach of the theorem, or not yet
        return np.inf, case
    # the integral of gamma - M is finite: on the second half its mean is below that on the first
    M = sam.margins(run.theta, data).min(-1) / ((run.theta**2).sum((-2, -1)) / 2)
    first, second = np.array_split(gamma - M, 2)
    return first.mean() + 0.02 * gamma - second.mean(), case


@hunt("d40", "a feature passes if at most one layer is below rho, and that is the nearest", 0.0)
def gate_of_layers(rng):
    depth = int(rng.integers(2, 6))
    layers = rng.uniform(0.2, 2.0, (depth, 1))
    gaps = np.sort(np.abs(layers[:, 0] - 1))
    case = plain(layers=layers)
    if gaps[0] < 0.05 or gaps[1] - gaps[0] < 0.05:  # near a border steps may decide otherwise
        return np.inf, case
    data, method = sam.single_example([1.0]), sam.SAM(1.0, np.inf)
    run = sam.descend(layers, data, method, 0.002, 30000, range(0, 30001, 5), "normalized")
    grown = np.maximum.accumulate(run.beta[:, 0] > 20)
    dead = np.any((run.theta <= 0).any(axis=(-2, -1)) & ~grown)
    low = layers[:, 0] < 1
    nearest_is_low = low[np.abs(layers[:, 0] - 1).argmin()]
    rule = not low.any() or (low.sum() == 1 and nearest_is_low)
    if not grown[-1] and not dead:  # still near the gate
        return np.inf, case
    return (1.0 if (not dead) == rule else -1.0), case


def breaks(leaders) -> int:
    """How often a walk turns from rising to falling."""
    moves = np.sign(np.diff(leaders))
    moves = moves[moves != 0]
    return int(np.sum((moves[:-1] > 0) & (moves[1:] < 0)))


def walk(mu, theta, end):
    """The leaders along the exact flow of l2-SAM, until it ends or leaves the floats."""
    with np.errstate(over="ignore", invalid="ignore"):
        beta = sam.exact.l2_flow(np.linspace(0, end, 1200)[1:], mu, theta, 1.0).prod(-2)
    beta = beta[np.isfinite(beta).all(-1) & (beta.max(-1) > 0)]
    return beta.argmax(-1)


def near_threshold(rng, mu):
    return sam.theory.collapse_threshold(mu) * np.exp(rng.uniform(-0.1, 0.5))


@hunt("d41", "from two heights of one sign the walk is a V", 0.0)
def two_heights(rng):
    mu = example(rng, most=6, low=1.0)
    theta = near_threshold(rng, mu) * np.exp(rng.uniform(-1, 1, (2, 1))) * np.ones(mu.size)
    return -float(breaks(walk(mu, theta, 16 / mu[0]))), plain(mu=mu, theta=theta)


@hunt("d14", "FALSE: from weights that differ the walk is a V", 0.0, false=True)
def any_weights(rng):
    mu = np.array([1.0, 1.22, 4.25]) * np.exp(rng.normal(size=3) * 0.02)
    theta = np.array([[0.472, 0.455, 0.631]] * 2) * np.exp(rng.normal(size=3) * 0.01)
    return -float(breaks(walk(mu, theta, 14))), plain(mu=mu, theta=theta)


@hunt("d43", "what the four terms leave out falls with log t", 0.0)
def loss_to_the_constant(rng):
    mu = np.sort(rng.uniform(0.1, 1, int(rng.integers(1, 3))))
    mu = np.r_[mu, mu[-1] * rng.uniform(4, 8)]
    alpha, rho = rng.uniform(0.8, 2, mu.size), rng.uniform(0.2, 1)
    left = []
    for s in np.array([4.0, 6.0, 8.0]) / mu[-1]:
        tau = sam.exact.l2_reduction([s], mu, sam.balanced(alpha, 2), rho).tau[0]
        w = alpha * np.exp(mu * s - rho * mu**2 * tau)
        n = np.sqrt(2) * np.linalg.norm(mu * w)
        m, hat = (mu * w**2).sum(), (mu * (w * (1 - rho * mu / n)) ** 2).sum()
        T = hat - np.log(2 * mu[-1] * hat)  # log t, to o(1)
        top = mu[-1]
        stated = T + rho * np.sqrt(2 * top * T) + np.log(2 * top * T) + rho**2 * top / 2
        left.append(abs(m - stated))
    return left[0] + 0.01 - left[-1], plain(mu=mu, alpha=alpha, rho=rho)
