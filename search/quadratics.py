"""Statements about quadratics: cycles, rates, noise, and the trap at saddles."""

from __future__ import annotations

import numpy as np

from search.hunt import hunt, plain


def problem(rng, most=5):
    """Eigenvalues that rise, a point, a radius, and a step size with eta a_d <= 1."""
    values = np.sort(np.exp(rng.uniform(-2, 1, rng.integers(1, most + 1))))
    x = rng.normal(size=values.size) * np.exp(rng.uniform(-4, 3))
    return values, x, rng.uniform(0.05, 2), rng.uniform(0.01, 1) / values[-1]


def sam_step(values, x, rho, eta):
    g = values * x
    return x - eta * values * (x + rho * g / np.linalg.norm(g))


@hunt("d39", "on a quadratic |g|' is at most |lambda_min| |g| - rho sigma^2", tolerance=1e-8)
def gradient_shrinks(rng):
    size, rho = int(rng.integers(2, 6)), rng.uniform(0.05, 2)
    values = np.exp(rng.uniform(-2, 1, size)) * rng.choice([-1, 1], size)
    values[0] = -abs(values[0])
    g = rng.normal(size=size) * np.exp(rng.uniform(-4, 2))
    length = np.linalg.norm(g)
    velocity = -(g + rho * values * g / length)  # x' = -grad f(x + rho g/|g|)
    slope = (g * values * velocity).sum() / length
    bound = -values.min() * length - rho * np.abs(values).min() ** 2
    return (bound - slope) / (1 + abs(slope)), plain(values=values, g=g, rho=rho)


@hunt("d77", "from the first crossing on |x| - r* is multiplied by eta a - 1", tolerance=1e-10)
def two_cycle(rng):
    c, rho = rng.uniform(0.02, 1.98), rng.uniform(0.1, 2)
    rest = c * rho / (2 - c)
    x = np.array([rng.uniform(0, 1) * (c * rho / abs(1 - c) if c < 1 else 5 * rho)])
    after = sam_step(np.ones(1), x, rho, c)
    missed = abs((abs(after[0]) - rest) - (c - 1) * (x[0] - rest))
    return -missed / (1 + x[0]), plain(c=c, rho=rho, x=x)


@hunt("d78", "a step leaves |g| at most at the larger of two bounds", tolerance=1e-10)
def step_is_bounded(rng):
    values, x, rho, eta = problem(rng)
    before, after = (np.linalg.norm(values * y) for y in (x, sam_step(values, x, rho, eta)))
    bound = max(
        (1 - eta * values[0]) * before - eta * rho * values[0] ** 2, eta * rho * values[-1] ** 2
    )
    return (bound - after) / (1 + after), plain(values=values, x=x, rho=rho, eta=eta)


@hunt("d78", "T steps of the stated size reach a loss of order 1 / T^2", tolerance=1e-9)
def rate_from_above(rng):
    values, x, rho, _ = problem(rng, most=4)
    start = np.linalg.norm(values * x)
    scale = np.log1p(start / (rho * values[0])) / values[0]
    T = int(np.ceil(scale * values[-1] * rng.uniform(1, 10)))
    case = plain(values=values, x=x, rho=rho, T=T)
    if T > 3000:
        return np.inf, case
    for _ in range(T):
        x = sam_step(values, x, rho, scale / T)
    bound = (scale * rho * values[-1] ** 2) ** 2 / (2 * values[0] * T**2)
    return 1 - (values * x**2).sum() / 2 / bound, case


@hunt("d78", "FALSE: the bound with a_1 a_d in the place of a_d^2", false=True)
def step_is_bounded_by_less(rng):
    values, x, rho, eta = problem(rng)
    before, after = (np.linalg.norm(values * y) for y in (x, sam_step(values, x, rho, eta)))
    fall = (1 - eta * values[0]) * before - eta * rho * values[0] ** 2
    bound = max(fall, eta * rho * values[0] * values[-1])
    return bound - after, plain(values=values, x=x, rho=rho, eta=eta)


@hunt("d78", "in one dimension two of the last points are not closer than the stated 1 / T")
def rate_from_below(rng):
    T, rho, start = int(rng.integers(1, 200)), rng.uniform(0.05, 2), np.exp(rng.uniform(-4, 3))
    c = min(1.99, np.log1p(start / rho) / T * 2 ** rng.uniform(-4, 4))
    x, last = np.array([start]), []
    for k in range(T + 1):
        x = sam_step(np.ones(1), x, rho, c)
        last += [abs(x[0])] if k >= T - 1 else []
    return max(last) / (start * rho / (4 * (start + rho) * T)) - 1, plain(
        T=T, rho=rho, x=start, c=c
    )


@hunt("d79", "close to the cycle on the stiffest eigenvector every run comes closer")
def cycle_attracts(rng):
    values = np.sort(np.exp(rng.uniform(-1, 1, rng.integers(2, 5))))
    if np.min(np.diff(values)) < 0.05 * values[-1]:
        return np.inf, plain(values=values)
    rho, c = rng.uniform(0.1, 2), rng.uniform(0.05, 1.95)
    eta = c / values[-1]
    rest = np.zeros(values.size)
    rest[-1] = c * rho / (2 - c)
    x = rest + 1e-6 * rest[-1] * rng.normal(size=values.size)
    steps = 4000
    case, first = plain(values=values, x=x, rho=rho, eta=eta), np.linalg.norm(x - rest)
    for _ in range(steps):
        x = sam_step(values, x, rho, eta)
    return first - min(np.linalg.norm(x - rest), np.linalg.norm(x + rest)), case


@hunt("d80", "with noise the mean square from the resting place obeys its bound", tolerance=1e-10)
def noise_is_bounded(rng):
    p, up, rho = rng.uniform(0.02, 0.98), np.exp(rng.uniform(-2, 2)), rng.uniform(0.05, 2)
    down, lean, c = p * up / (1 - p), 1 - 2 * p, rng.uniform(0.001, 0.25)
    rest = -lean * rho
    x = rest + rng.normal() * np.exp(rng.uniform(-3, 3))
    case = plain(p=p, up=up, rho=rho, c=c, x=x)
    if not -down < rest < up:
        return np.inf, case
    noise, shares = np.array([up, -down]), np.array([p, 1 - p])
    after = x - c * (x - noise + rho * np.sign(x - noise))
    found = shares @ (after - rest) ** 2
    bound = (1 - c) * (x - rest) ** 2 + c**2 * (6 * rho**2 + 2 * shares @ noise**2)
    return 1 - found / bound, case


@hunt(
    "d81", "with radii that fall like 1/k the gradient falls below its last bound", tolerance=1e-9
)
def decaying_radius(rng):
    values, x, rho, eta = problem(rng, most=3)
    case = plain(values=values, x=x, rho=rho, eta=eta)
    for k in range(1, 60):
        before = np.linalg.norm(values * x)
        x = sam_step(values, x, rho / k, eta)
        bound = max((1 - eta * values[0]) * before, eta * rho / k * values[-1] ** 2)
        if np.linalg.norm(values * x) > bound * (1 + 1e-9):
            return bound - np.linalg.norm(values * x), case
    return 0.0, case
