"""What a reader would use instead of the library, each written as its users write it.

Peers that need a package of their own are made by a function that imports it, and are left out of
the table where it is not installed. All compute in double precision.
"""

import math

import numpy as np
from numba import njit, prange
from scipy.integrate import solve_ivp


def numpy_loop(w, mu, rho, step, steps):
    """SAM on one example, depth two, line by line as in the paper."""
    w = w.copy()

    def gradient(w):
        return -mu * w[::-1] / (1 + np.exp(np.sum(w[0] * w[1] * mu)))

    for _ in range(steps):
        g = gradient(w)
        w = w - step * gradient(w + rho * g / np.linalg.norm(g))
    return w


@njit
def numba_loop(w, mu, rho, step, steps):
    """The same, compiled and written for this one case."""
    w = w.copy()
    hat = np.empty_like(w)
    for _ in range(steps):
        margin = 0.0
        for j in range(mu.size):
            margin += w[0, j] * w[1, j] * mu[j]
        slope = 1.0 / (1.0 + math.exp(margin))
        square = 0.0
        for j in range(mu.size):
            square += (slope * mu[j] * w[1, j]) ** 2 + (slope * mu[j] * w[0, j]) ** 2
        scale = rho * slope / math.sqrt(square)
        margin = 0.0
        for j in range(mu.size):
            hat[0, j] = w[0, j] - scale * mu[j] * w[1, j]
            hat[1, j] = w[1, j] - scale * mu[j] * w[0, j]
            margin += hat[0, j] * hat[1, j] * mu[j]
        slope = step / (1.0 + math.exp(margin))
        for j in range(mu.size):
            w[0, j] += slope * mu[j] * hat[1, j]
            w[1, j] += slope * mu[j] * hat[0, j]
    return w


numba_fast = njit(fastmath=True)(numba_loop.py_func)


@njit(parallel=True)
def numba_batch(w, mu, rho, step, steps):
    """A parallel loop over starts."""
    out = np.empty_like(w)
    for k in prange(w.shape[0]):
        out[k] = numba_fast(w[k], mu, rho, step, steps)
    return out


def optax_scan(w, mu, rho, step, steps):
    """``optax.contrib.sam`` in a jitted scan; returns a function of the start."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)

    def loss(w, _=None):
        return jax.numpy.logaddexp(0.0, -jax.numpy.sum(w[0] * w[1] * mu))

    gradient = jax.grad(loss)
    ascent = optax.chain(optax.contrib.normalize(), optax.sgd(rho))
    method = optax.contrib.sam(optax.sgd(step), ascent, opaque_mode=True)

    def body(carry, _):
        w, state = carry
        updates, state = method.update(gradient(w), state, w, grad_fn=gradient)
        return (optax.apply_updates(w, updates), state), None

    @jax.jit
    def run(w):
        return jax.lax.scan(body, (w, method.init(w)), length=steps)[0][0]

    start = jax.numpy.asarray(w)
    return lambda: np.asarray(run(start))


def torch_sam(w, mu, rho, step, steps):
    """A SAM optimizer class for PyTorch; returns a function without arguments."""
    import torch

    class SAM(torch.optim.Optimizer):
        def __init__(self, parameters, rho, lr):
            super().__init__(parameters, {"rho": rho})
            self.base = torch.optim.SGD(self.param_groups, lr=lr)

        @torch.no_grad()
        def ascend(self):
            parts = [p.grad.norm() for g in self.param_groups for p in g["params"]]
            norm = torch.linalg.vector_norm(torch.stack(parts))
            for group in self.param_groups:
                for p in group["params"]:
                    self.state[p]["before"] = p.clone()
                    p.add_(group["rho"] * p.grad / (norm + 1e-12))
            self.zero_grad()

        @torch.no_grad()
        def descend(self):
            for group in self.param_groups:
                for p in group["params"]:
                    p.copy_(self.state[p]["before"])
            self.base.step()
            self.zero_grad()

    features = torch.tensor(mu)

    def run():
        layers = [torch.tensor(row, requires_grad=True) for row in w]
        method = SAM(layers, rho, step)

        def loss():
            return torch.nn.functional.softplus(-(layers[0] * layers[1] * features).sum())

        for _ in range(steps):
            loss().backward()
            method.ascend()
            loss().backward()
            method.descend()
        return np.stack([p.detach().numpy() for p in layers])

    return run


def lsoda_phases(mu, scales, times, rho, smallest=1e-6):
    """Leading coordinate by LSODA with a collapse event, one start at a time."""

    def field(s, w):
        return mu * w * (1 - rho * mu / (math.sqrt(2) * np.linalg.norm(mu * w)))

    def collapse(s, w):
        return np.linalg.norm(w) - smallest

    collapse.terminal = True
    leader = np.full((len(scales), len(times)), -1)
    for i, scale in enumerate(scales):
        run = solve_ivp(
            field,
            (0, times[-1]),
            np.full(len(mu), scale),
            "LSODA",
            times,
            events=collapse,
            rtol=1e-10,
            atol=1e-12,
        )
        leader[i, : run.y.shape[1]] = np.argmax(run.y, axis=0)
    return leader


def diffrax_phases(mu, scales, times, rho, smallest=1e-6):
    """Leading coordinate by diffrax with a collapse event, all starts at once."""
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    features = jnp.asarray(mu)

    def field(s, w, _):
        return features * w * (1 - rho * features / (jnp.sqrt(2) * jnp.linalg.norm(features * w)))

    def collapsed(s, w, *_, **__):
        return jnp.linalg.norm(w) < smallest

    def solve(scale):
        return diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            diffrax.Dopri5(),
            0.0,
            times[-1],
            0.01,
            jnp.full(len(mu), scale),
            saveat=diffrax.SaveAt(ts=jnp.asarray(times)),
            stepsize_controller=diffrax.PIDController(rtol=1e-10, atol=1e-12),
            event=diffrax.Event(collapsed),
            max_steps=100_000,
            throw=False,
        ).ys

    @jax.jit
    def run(scales):
        w = jax.vmap(solve)(scales)
        return jnp.where(jnp.isfinite(w[..., 0]), jnp.argmax(w, axis=-1), -1)

    starts = jnp.asarray(scales)
    return lambda: np.asarray(run(starts))


def bare_exponentials(mu, scales, times):
    """The work that no formula avoids: one exponential per start, time and coordinate."""
    exponents = np.multiply.outer(np.multiply.outer(scales, times), mu)
    return lambda: np.exp(exponents)
