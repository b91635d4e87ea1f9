"""The optimizers for training against ``descend`` on diagonal networks; skipped without torch."""

from copy import deepcopy

import numpy as np
import pytest

import sam_lib as sam

torch = pytest.importorskip("torch")
optim = pytest.importorskip("sam_lib.optimizers.torch")

START = np.array([[0.7, -0.4, 0.5], [0.6, 0.8, 0.2]])
DATA = sam.random_separable(4, 3, seed=5)
METHODS = [
    (dict(rho=0.3), sam.SAM(0.3)),
    (dict(rho=0.3, p=1), sam.SAM(0.3, 1)),
    (dict(rho=0.3, p=float("inf")), sam.SAM(0.3, np.inf)),
    (dict(rho=0.3, kind="unnormalized"), sam.SAM(0.3, normalized=False)),
    (dict(rho=0.3, kind="margin"), sam.MarginSAM(0.3)),
    (dict(rho=0.0), sam.GD()),
]


def network(theta, data=DATA, dtype=torch.float64):
    weights = [torch.nn.Parameter(torch.tensor(row.tolist(), dtype=dtype)) for row in theta]
    Z = torch.tensor(data.Z.tolist(), dtype=dtype)

    def margins():
        return Z @ (weights[0] * weights[1])

    def loss():
        return torch.nn.functional.softplus(-margins()).mean()

    def loss_and_slope():
        return loss(), torch.sigmoid(-margins()).mean()

    return weights, loss, loss_and_slope


def values(weights):
    return np.array([w.tolist() for w in weights])


def sgd(rate):
    return lambda groups: torch.optim.SGD(groups, lr=rate)


@pytest.mark.parametrize(("options", "method"), METHODS, ids=lambda v: str(v))
def test_steps_are_those_of_the_library(options, method):
    weights, loss, both = network(START)
    optimizer = optim.SAM(weights, sgd(0.1), **options)
    for _ in range(50):
        optimizer.step(both if options.get("kind") == "margin" else loss)
    expected = sam.descend(START, DATA, method, 0.1, 50).theta[-1]
    np.testing.assert_allclose(values(weights), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("margin", [10.0, 60.0, 85.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_small_gradient_does_not_switch_it_off(margin, dtype):
    """The radius stays rho where guards of 1e-12 leave a millionth of it."""
    mu = np.array([3.0, 4.0, 5.0])
    theta = np.full((2, 3), np.sqrt(margin / mu.sum()))
    weights, loss, _ = network(theta, sam.single_example(mu), dtype)
    before, seen = values(weights), []
    optimizer = optim.SAM(weights, sgd(0.0), rho=0.2)
    optimizer.step(lambda: (seen.append(values(weights)), loss())[1])
    assert np.linalg.norm(seen[1] - before) == pytest.approx(0.2, rel=1e-5)
    np.testing.assert_array_equal(values(weights), before)


@pytest.mark.parametrize("size", [1e-35, 1e35])
def test_single_precision_neither_overflows_nor_vanishes(size):
    w = torch.nn.Parameter(torch.tensor([1.0, 1.0]))
    seen = []
    optimizer = optim.SAM([w], sgd(0.0), rho=0.5)
    optimizer.step(lambda: (seen.append(w.tolist()), size * (3 * w[0] + 4 * w[1]))[1])
    np.testing.assert_allclose(seen[1], [1.3, 1.4], rtol=1e-6)


def test_adaptive_is_the_definition():
    w = torch.nn.Parameter(torch.tensor([2.0, -1.0], dtype=torch.float64))
    seen = []
    optimizer = optim.SAM([w], sgd(0.0), rho=0.5, adaptive=True)
    optimizer.step(lambda: (seen.append(w.tolist()), 3 * w[0] + 4 * w[1])[1])
    g, at = np.array([3.0, 4.0]), np.array([2.0, -1.0])
    expected = at + 0.5 * at**2 * g / np.linalg.norm(at * g)
    np.testing.assert_allclose(seen[1], expected, rtol=1e-14)


def test_groups_a_zero_gradient_and_unused_weights():
    a, b, idle = (torch.nn.Parameter(torch.ones(2, dtype=torch.float64)) for _ in range(3))
    seen = []
    groups = [{"params": [a, idle]}, {"params": [b], "rho": 0.0, "lr": 0.5}]
    optimizer = optim.SAM(groups, sgd(0.1), rho=0.3)
    optimizer.step(lambda: (seen.append(b.tolist()), (a**2).sum() + (b**2).sum())[1])
    assert seen[0] == seen[1] and b.tolist() == [0.0, 0.0] and idle.tolist() == [1.0, 1.0]
    still = torch.nn.Parameter(torch.zeros(2))
    optim.SAM([still], sgd(0.1)).step(lambda: (still**2).sum())
    assert still.tolist() == [0.0, 0.0]


def test_weights_come_back_after_an_exception():
    weights, loss, _ = network(START)
    optimizer, calls = optim.SAM(weights, sgd(0.1), rho=0.3), []

    def fails():
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("out of memory")
        return loss()

    with pytest.raises(RuntimeError, match="out of memory"):
        optimizer.step(fails)
    np.testing.assert_array_equal(values(weights), START)


def test_state_goes_on_where_it_was_saved():
    def momentum(groups):
        return torch.optim.SGD(groups, lr=0.1, momentum=0.9)

    weights, loss, _ = network(START)
    optimizer = optim.SAM(weights, momentum, rho=0.3, p=float("inf"))
    for _ in range(5):
        optimizer.step(loss)
    state, middle = deepcopy(optimizer.state_dict()), values(weights)
    for _ in range(5):
        optimizer.step(loss)
    again, loss_again, _ = network(middle)
    resumed = optim.SAM(again, momentum, rho=0.1)
    resumed.load_state_dict(state)
    for _ in range(5):
        resumed.step(loss_again)
    np.testing.assert_array_equal(values(again), values(weights))


def test_a_scheduler_changes_the_step():
    weights, loss, _ = network(START)
    optimizer = optim.SAM(weights, sgd(0.1), rho=0.3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer.base, step_size=1, gamma=0.5)
    optimizer.step(loss)
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.05


class Scaler:
    """What a step asks of ``torch.amp.GradScaler``, which is switched off without a GPU."""

    def __init__(self, size):
        self.size, self.steps = size, 0

    def scale(self, loss):
        return self.size * loss

    def get_scale(self):
        return self.size

    def step(self, base):
        grads = [w.grad for group in base.param_groups for w in group["params"]]
        if all(bool(torch.isfinite(g).all()) for g in grads):
            for g in grads:
                g.div_(self.size)
            base.step()
            self.steps += 1

    def update(self):
        self.size /= 2


def test_a_scaler_changes_nothing_but_the_range():
    weights, loss, _ = network(START)
    optimizer = optim.SAM(weights, sgd(0.1), rho=0.3)
    scaler = Scaler(2.0**16)
    for _ in range(10):
        optimizer.step(loss, scaler=scaler)
    expected = sam.descend(START, DATA, sam.SAM(0.3), 0.1, 10).theta[-1]
    np.testing.assert_allclose(values(weights), expected, rtol=1e-12)
    weights, loss, _ = network(START, dtype=torch.float32)
    optimizer, scaler = optim.SAM(weights, sgd(0.1), rho=0.3), Scaler(1e39)
    optimizer.step(loss, scaler=scaler)  # overflows: the step is left out
    assert scaler.steps == 0
    np.testing.assert_array_equal(values(weights), START.astype(np.float32))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_weights(dtype):
    w = torch.nn.Parameter(torch.tensor([1.0, 1.0], dtype=dtype))
    optimizer = optim.SAM([w], sgd(0.1), rho=0.5)
    optimizer.step(lambda: 2e-5 * (3 * w[0] + 4 * w[1]).float())
    assert torch.isfinite(w).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict(rho=-1), "rho"),
        (dict(p=3), "p"),
        (dict(adaptive=1), "adaptive"),
        (dict(kind="x"), "kind"),
    ],
)
def test_bad_input(change, named):
    w = torch.nn.Parameter(torch.ones(2))
    with pytest.raises(ValueError, match=f"^{named} must be .*; got "):
        optim.SAM([w], sgd(0.1), **change)
