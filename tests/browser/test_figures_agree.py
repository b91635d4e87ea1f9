"""Live figures show the numbers that the library computes."""

import re
from pathlib import Path

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import live


def six(text):
    return float(f"{float(text):.6g}")


def test_gate_agrees_with_the_library(show):
    figure = live.Gate(alpha=[0.5, 0.8, 1.3], depth=4)
    shown = show(figure)
    values = shown.values()
    blow_up = sam.theory.blow_up_times(figure.mu, figure.alpha, figure.rho, 4)
    assert six(values["blow-up of w3"]) == six(blow_up[2])
    zero = sam.closed_form.FORMULAS["linf_zero_time"]
    assert six(values["zero time of w1"]) == six(zero(1.0, 0.5, 1.0, 4))


def test_three_optimizers_agree_with_the_library(show):
    figure = live.ThreeOptimizers(time=1.3)
    values = show(figure).values()
    mu, alpha = [1, figure.ratio], np.array(figure.alpha)
    theta = sam.exact.l2_flow([0, 1.3], mu, sam.balanced(alpha, 2), figure.rho)
    gd = sam.exact.linf_flow([0, 1.3], mu, alpha, 0.0, 2)
    box = sam.exact.linf_flow([0, 1.3], mu, alpha, figure.rho, 2)
    for label, beta in (
        ("ℓ2-SAM", theta[-1].prod(axis=0)),
        ("GD", gd[-1] ** 2),
        ("ℓ∞-SAM", box[-1] ** 2),
    ):
        for j in (0, 1):
            assert six(values[f"β{j + 1} {label}"]) == six(beta[j])


def test_phase_diagram_agrees_with_the_library(show):
    values = show(live.PhaseDiagram()).values()
    assert six(values["αc"]) == six(sam.theory.collapse_threshold([1, 2]))
    assert six(values["αr"]) == six(sam.theory.rewind_threshold([1, 2]))
    assert six(values["major threshold"]) == six(sam.theory.major_threshold([1, 2]))


def test_who_wins_agrees_with_the_library(show):
    figure = live.WhoWins(alpha=[1.3, 1.15], depth=5)
    values = show(figure).values()
    for label, rho in (("winner, ℓ∞-SAM", figure.rho), ("winner, GD", 0.0)):
        limit = sam.theory.limit_direction([1, figure.ratio], figure.alpha, rho, 5, np.inf)
        assert limit[int(values[label]) - 1] == 1


def test_parabola_agrees_with_the_library(show):
    figure = live.Parabola(mu=[1, 1.2, 1.5, 6], alpha=0.4569, time=1.7)
    values = show(figure).values()
    start = sam.balanced(np.full(4, 0.4569), 2)
    theta = sam.exact.l2_flow([0, 1.7], figure.mu, start, 1.0)[-1]
    for j in range(4):
        assert six(values[f"β{j + 1}"]) == six(theta[0, j] * theta[1, j])
    n = np.linalg.norm(np.array(figure.mu) * theta)
    assert six(values["n"]) == six(n) and six(values["top"]) == six(n / 2)


def test_loss_plateau_agrees_with_the_library(show):
    figure = live.LossPlateau(gap=-4, time=6)
    values = show(figure).values()
    threshold = sam.theory.collapse_threshold([1, 2])
    start = sam.balanced(np.full(2, threshold * (1 + 1e-4)), 2)
    theta = sam.exact.l2_flow([0, 6], [1, 2], start, 1.0)[-1]
    data = sam.single_example([1, 2])
    there = theta + sam.perturbation(theta, data, sam.SAM(1.0))
    assert six(values["αc"]) == six(threshold)
    assert float(values["loss"]) == pytest.approx(sam.loss(theta, data), rel=1e-6)
    assert float(values["loss at ŵ"]) == pytest.approx(sam.loss(there, data), rel=1e-6)


def test_step_anatomy_agrees_with_the_library(show):
    for method, sam_method in (("l2", sam.SAM(0.8)), ("linf", sam.SAM(0.8, np.inf))):
        figure = live.StepAnatomy(w=[0.7, 0.5], ratio=1.5, rho=0.8, method=method, depth=3)
        values = show(figure).values()
        data, theta = sam.single_example([1, 1.5]), sam.balanced(figure.w, 3)
        hat = theta + sam.perturbation(theta, data, sam_method)
        shared = 1 / (1 + np.exp(sam.margins(hat, data)[0]))
        velocity = -sam.gradient(hat, data) / shared
        for j in (0, 1):
            assert six(values[f"ŵ{j + 1}"]) == six(hat[0, j])
            assert six(values[f"velocity of w{j + 1}"]) == six(velocity[0, j])


def test_two_clocks_agree_with_the_library(show):
    figure = live.TwoClocks(mu=[1.0, 2.0, 1.5], alpha=[1.2, 0.7, 1.1], depth=4)
    values = show(figure).values()
    s = float(values["s"])
    t = sam.exact.original_time([0, s], figure.mu, figure.alpha, rho=1.0, depth=4)[1]
    w = sam.exact.linf_flow([0, s], figure.mu, figure.alpha, 1.0, 4)[1]
    assert six(values["t"]) == six(t)
    assert [six(values[f"w{j + 1}"]) for j in range(3)] == [six(v) for v in w]


def test_guard_agrees_with_a_guarded_step(show):
    values = show(live.Guard(n=2.0, guard=1e-10, margin=24.0)).values()
    norm = 2.0 / (1 + np.exp(24.0))
    assert six(values["length"]) == six(norm / (norm + 1e-10))


def test_depth_one_agrees_with_the_library(show):
    figure = live.DepthOne()
    values = show(figure).values()
    data = sam.Dataset(np.reshape(figure.points, (-1, 2)), np.ones(4))
    best = sam.l2_max_margin(data)
    assert six(values["margin γ"]) == six((data.Z @ best).min())
    for label, method in (("ℓ2", sam.SAM(2.0)), ("ℓ∞", sam.SAM(2.0, np.inf)), ("GD", sam.GD())):
        start = np.array([figure.w0])
        w = sam.descend(start, data, method, 0.1, 1000, clock="normalized").beta[-1]
        turned = np.degrees(abs(np.arctan2(best[0] * w[1] - best[1] * w[0], best @ w)))
        assert six(values[f"angle, {label}" if label == "GD" else f"angle, {label}-SAM"]) == six(
            turned
        )


def test_one_line_agrees_with_the_library(show):
    values = show(live.OneLine(time=3.0)).values()
    for label, rho, p in (("GD", 0.0, 2), ("ℓ2", 1.0, 2), ("ℓ∞", 1.0, np.inf)):
        w = sam.exact.depth_one([1e3], [1, 2], [0.5, -1.0], rho, p)[0]
        assert six(values[f"u, {label}"]) == six(w @ [1, 2])


def test_step_size_agrees_with_the_library(show):
    data = sam.single_example([1, 2])
    for name, method in (("linf", sam.SAM(1.0, np.inf)), ("l2", sam.SAM(1.0))):
        figure = live.StepSize(method=name, alpha=[1.1, 1.2], eta=0.2)
        run = sam.descend(sam.balanced(figure.alpha, 2), data, method, 0.2, 30, clock="normalized")
        values = show(figure).values()
        for j in (0, 1):
            assert six(values[f"w{j + 1} in steps"]) == six(run.theta[-1, 0, j])


def test_several_examples_agrees_with_the_library(show):
    figure = live.SeveralExamples(scale=0.8)
    values = show(figure).values()
    data = sam.Dataset(np.reshape(figure.points, (-1, 2)), np.ones(4))
    best = sam.l2_max_margin(data)
    assert six(values["share, ℓ2 margin"]) == six(best[0] / best.sum())
    for label, method in (("GD", sam.GD()), ("ℓ2", sam.SAM(1.0))):
        theta = sam.balanced([0.8, 0.8], 2)
        run = sam.descend(theta, data, method, 0.02, 1500, clock="normalized")
        assert six(values[f"β1, {label}"]) == six(run.beta[-1, 0])


def test_score_curve_agrees_with_the_library(show):
    values = show(live.ScoreCurve(time=0.0)).values()
    norm = np.sqrt(3) * np.linalg.norm(np.array([1, 1.5, 2]) * 0.5**2)
    assert six(values["n"]) == six(norm) and six(values["fastest score"]) == six(norm / 3)


def test_the_example_of_contributing_works(show):
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## A live figure")[1].split("\n## ")[0]
    blocks = dict(re.findall(r"```(python|js)\n(.*?)```", section, re.S))
    assert sum(block.count("\n") for block in blocks.values()) <= 60
    scope = dict(vars(live))
    exec(blocks["python"], scope)
    scope["Hump"].module = blocks["js"]
    shown = show(scope["Hump"]())
    shown.page.get_by_role("slider", name="feature size").press("ArrowRight")
    shown.settle()
    assert shown.state("hump")["mu"] == 1.01
    rate = sam.closed_form.FORMULAS["growth_rate"](1.01, 3.0, 1.0)
    assert six(shown.values()["rate"]) == six(rate)
