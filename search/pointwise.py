"""Statements about single points: rates, inequalities and fields, from the network's gradient."""

from __future__ import annotations

import numpy as np

import sam_lib as sam
from search.hunt import example, hunt, order, plain


def weights(margins: np.ndarray) -> np.ndarray:
    """The shares of the examples in the gradient."""
    logs = -np.logaddexp(0, margins)
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def field(theta, mu, rho, p) -> np.ndarray:
    """The rescaled field of one example at depth two."""
    hat = theta + sam.perturbation(theta, sam.single_example(mu), sam.SAM(rho, p))
    return mu * hat[..., ::-1, :]


def rates(data, w, rho):
    """The norm n and the growth rates of equal layers, in the normalized clock."""
    theta = sam.balanced(w, 2)
    r = weights(sam.margins(theta, data)) @ data.Z
    hat = theta + sam.perturbation(theta, data, sam.SAM(rho))
    r_hat = weights(sam.margins(hat, data)) @ data.Z
    return np.sqrt(2) * np.linalg.norm(r * w), r_hat * hat[0] / w


@hunt("d37", "a weight grows at least at the rate a (1 - rho / (sqrt(2) w)), if that is positive")
def lone_weight(rng):
    size, features = rng.integers(1, 6, 2)
    Z, rho = np.exp(rng.normal(size=(size, features))), rng.uniform(0.1, 2)
    w = rho * np.exp(rng.normal(size=features) * 1.5)
    w[0] = rho * rng.uniform(0.7072, 3)
    _, rate = rates(sam.Dataset(Z, np.ones(size)), w, rho)
    return rate[0] - Z[:, 0].min() * (1 - rho / (np.sqrt(2) * w[0])), plain(Z=Z, w=w, rho=rho)


def spread_pair(rng):
    """Two features of several examples, the second one stronger in all of them, and a start."""
    size, rho = int(rng.integers(1, 6)), rng.uniform(0.2, 2)
    weak = rng.uniform(0.2, 2) + rng.uniform(0, 1, size) * np.exp(rng.uniform(-4, 0))
    strong = (
        weak.max()
        + np.exp(rng.uniform(-4, 1))
        + rng.uniform(0, 1, size) * np.exp(rng.uniform(-4, 0))
    )
    Z, w = np.stack([weak, strong], 1), rho * np.exp(rng.normal(size=2))
    n, rate = rates(sam.Dataset(Z, np.ones(size)), w, rho)
    (a_i, a_j), (b_i, b_j) = Z.min(0), Z.max(0)
    middle = rho * (a_j * b_j - a_i * b_i)
    return n, rate, middle / (a_j - b_i), middle / (b_j - a_i), rho * b_i, plain(Z=Z, w=w, rho=rho)


@hunt("d38", "above the upper threshold the stronger feature gains")
def stronger_gains(rng):
    n, rate, upper, _, _, case = spread_pair(rng)
    return (rate[1] - rate[0] if n > upper else np.inf), case


@hunt("d38", "between rho b_i and the lower threshold the weaker feature gains")
def weaker_gains(rng):
    n, rate, _, lower, least, case = spread_pair(rng)
    return (rate[0] - rate[1] if least < n < lower else np.inf), case


@hunt("d38", "FALSE: the stronger feature gains from the lower threshold on", false=True)
def stronger_gains_early(rng):
    n, rate, _, lower, _, case = spread_pair(rng)
    return (rate[1] - rate[0] if n > lower else np.inf), case


@hunt("d42", "two points part at most at the rate mu_d")
def points_part(rng):
    mu, rho, p = example(rng), rng.uniform(0.1, 2), order(rng)
    theta = rng.normal(size=(2, 2, mu.size)) * np.exp(rng.uniform(-2, 2))
    theta[1] = theta[0] + rng.normal(size=(2, mu.size)) * np.exp(rng.uniform(-6, 2))
    gap = theta[0] - theta[1]
    speed = field(theta[0], mu, rho, p) - field(theta[1], mu, rho, p)
    return mu[-1] - (gap * speed).sum() / (gap**2).sum(), plain(mu=mu, theta=theta, rho=rho, p=p)


@hunt("d56", "the field is mu w - rho mu^q w^(q-1) G^(1-q)", tolerance=1e-10)
def bernoulli_field(rng):
    mu, rho, p = example(rng), rng.uniform(0.1, 2), order(rng)
    q = 1.0 if np.isinf(p) else p / (p - 1)
    w = np.exp(rng.normal(size=mu.size))
    G = (2 * ((mu * w) ** q).sum()) ** (1 / q)
    stated = mu * w - rho * mu * (mu * w / G) ** (q - 1)
    found = field(sam.balanced(w, 2), mu, rho, p)[0]
    size = np.abs(found).max() + np.abs(stated).max()
    return -np.abs(found - stated).max() / size, plain(mu=mu, w=w, rho=rho, p=p)


@hunt("d57", "for p <= 2 the toll per weight is at most 2^(2/q-1) rho mu^2 / G", tolerance=1e-8)
def toll_is_bounded(rng):
    mu, rho, p = example(rng), rng.uniform(0.1, 2), float(rng.uniform(1.05, 2))
    w = np.exp(rng.normal(size=mu.size) * 2)
    q = p / (p - 1)
    log_G = np.logaddexp.reduce(q * np.log(mu * w)) / q + np.log(2) / q
    toll = mu - field(sam.balanced(w, 2), mu, rho, p)[0] / w
    bound = 2 ** (2 / q - 1) * rho * mu**2 / np.exp(log_G)
    return 1 - np.max(toll / bound), plain(mu=mu, w=w, rho=rho, p=p)


@hunt("d57", "FALSE: the same for p up to 2.5", false=True)
def toll_is_bounded_beyond(rng):
    mu, p = example(rng), float(rng.uniform(2, 2.5))
    w, q = np.exp(rng.normal(size=mu.size) * 2), p / (p - 1)
    G = (2 * ((mu * w) ** q).sum()) ** (1 / q)
    toll = mu - field(sam.balanced(w, 2), mu, 1.0, p)[0] / w
    return 1 - np.max(toll * G / (2 ** (2 / q - 1) * mu**2)), plain(mu=mu, w=w, p=p)


@hunt("d58", "the field climbs m - rho |grad m|_q, by finite differences", tolerance=1e-5)
def landscape(rng):
    mu, rho, p = example(rng, most=4), rng.uniform(0.1, 2), order(rng)
    q = 1.0 if np.isinf(p) else p / (p - 1)
    theta = rng.uniform(0.2, 2, (2, mu.size)) * rng.choice([-1, 1], (2, mu.size))
    direction = rng.normal(size=theta.shape)

    def height(x):
        return (mu * x.prod(0)).sum() - rho * np.linalg.norm((mu * x).ravel(), q)

    step = 1e-5
    slope = (height(theta + step * direction) - height(theta - step * direction)) / (2 * step)
    along = (field(theta, mu, rho, p) * direction).sum()
    return -abs(slope - along) / (1 + abs(slope)), plain(mu=mu, theta=theta, rho=rho, p=p)


@hunt("d59", "a larger weight elsewhere never slows a weight down")
def others_help(rng):
    mu, rho, p = example(rng), rng.uniform(0.1, 2), order(rng)
    w = np.exp(rng.normal(size=mu.size))
    more = w * np.exp(rng.exponential(size=mu.size))
    more[0] = w[0]
    slow, fast = (field(sam.balanced(each, 2), mu, rho, p)[0, 0] for each in (w, more))
    return (fast - slow) / (abs(fast) + abs(slow)), plain(mu=mu, w=w, more=more, rho=rho, p=p)


@hunt("d59", "a multiple c > 1 of a point has more than c times its velocity")
def multiples_run_ahead(rng):
    mu, rho, p = example(rng), rng.uniform(0.1, 2), order(rng)
    w, c = np.exp(rng.normal(size=mu.size)), 1 + rng.exponential()
    one, other = (field(sam.balanced(each, 2), mu, rho, p)[0] for each in (w, c * w))
    return np.min(other - c * one), plain(mu=mu, w=w, c=c, rho=rho, p=p)
