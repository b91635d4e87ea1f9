"""Every live figure, on a page of its own from disk: it draws, answers, and is quick about it."""

import re
from pathlib import Path

import numpy as np
import pytest

import sam_lib as sam
from sam_lib import live

# Blocks of JavaScript, which do not depend on what else the machine does; about 1e5 take 1 ms.
MOST_TO_START = 40_000
MOST_PER_MAP = 100_000


def test_draws_is_named_and_fits_a_phone(show, figure_class):
    shown = show(figure_class(), width=390, theme="dark")
    page = shown.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("svg .live-curve, svg circle, canvas").count() > 2
    axes = page.locator("text.live-axis").all_text_contents()
    assert len(axes) >= 2 and all(len(label) > 2 for label in axes)
    clock = r"rescaled|normalized|original|clock"
    assert re.search(clock, page.locator("figure").text_content(), re.I), "say which clock"
    small = page.eval_on_selector_all(
        "svg text",
        "(nodes) => nodes.filter((n) => n.textContent.trim()"
        " && parseFloat(getComputedStyle(n).fontSize) < 11).length",
    )
    assert small == 0
    outside = page.eval_on_selector_all(
        "svg text",
        "(nodes) => nodes.filter((n) => { const b = n.getBoundingClientRect();"
        " return b.width && (b.left < -1 || b.right > 391); }).map((n) => n.textContent)",
    )
    assert outside == []


def test_accessible(show, figure_class):
    from axe_playwright_python.sync_playwright import Axe

    for theme in ("light", "dark"):
        shown = show(figure_class(), theme=theme)
        report = Axe().run(shown.page)
        assert report.violations_count == 0, report.generate_report()


def test_every_control_moves_the_state_and_reset_restores_it(show, figure_class):
    figure = figure_class()
    shown = show(figure)
    page, before = shown.page, shown.state(figure.name)
    controls = page.locator("input[type=range], [role=slider]")
    moved = 0
    for i in range(controls.count()):
        control = controls.nth(i)
        was = shown.state(figure.name)
        control.focus()
        for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
            control.press(key)
            shown.settle()
            if shown.state(figure.name) != was:
                moved += 1
                break
        else:
            pytest.fail(f"{control.get_attribute('aria-label')} does not move")
    assert moved > 0
    page.get_by_role("button", name="reset").click()
    assert shown.state(figure.name) == before


def test_pointer_and_keys_reach_the_same_state(show, figure_class):
    figure = figure_class()
    shown = show(figure)
    points = shown.page.locator("[role=slider][tabindex]")
    if not points.count():
        return
    point = points.first
    point.scroll_into_view_if_needed()
    box = point.locator(".live-handle-body").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = shown.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 12, y - 18, steps=4)
    mouse.up()
    shown.settle()
    dragged, spoken = shown.state(figure.name), point.get_attribute("aria-valuetext")
    shown.page.get_by_role("button", name="reset").click()
    shown.settle()
    start = point.get_attribute("aria-valuetext")
    assert start != spoken
    point.focus()
    target = flat(dragged)
    for key in ("ArrowUp", "ArrowRight"):
        before = flat(shown.state(figure.name))
        if np.array_equal(before, target):
            break
        point.press(key)
        shown.settle()
        now = flat(shown.state(figure.name))
        moves = now != before
        for _ in range(300):
            if np.array_equal(now[moves], target[moves]):
                break
            point.press(key)
            shown.settle()
            now = flat(shown.state(figure.name))
    np.testing.assert_allclose(flat(shown.state(figure.name)), target, rtol=1e-9)


def flat(state):
    numbers = [np.ravel(v) for v in state.values() if not isinstance(v, str | bool)]
    return np.concatenate(numbers)


def test_pressing_a_map_brings_the_cross_hair_there(show):
    shown = show(live.PhaseDiagram())
    shown.page.set_viewport_size({"width": 700, "height": 900})
    shown.frames()
    box = shown.page.locator(".live-ground").bounding_box()
    mouse = shown.page.mouse
    mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.25 * box["height"])
    mouse.down()
    shown.settle()
    state = shown.state("phase-diagram")
    assert state["time"] == pytest.approx(6.4, abs=0.03)
    assert state["alpha"] == pytest.approx(0.9, abs=0.01)
    mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"], steps=3)
    mouse.up()
    shown.settle()
    assert shown.state("phase-diagram")["time"] == pytest.approx(2.0, abs=0.03)


def test_a_page_starts_with_little_work(show):
    shown = show(live.Gate())
    assert 0 < shown.work(shown.open) <= MOST_TO_START


def test_deep_link_round_trip(show, figure_class):
    figure = figure_class()
    shown = show(figure)
    slider = shown.page.locator("input[type=range]").first
    slider.focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        slider.press(key)
    shown.settle()
    wanted = shown.state(figure.name)
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.page.get_by_role("button", name="copy link").click()
    shown.page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('#'))")
    link = shown.page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"#{figure.name}") and f"?{figure.name}." in link
    shown.page.goto("about:blank")
    shown.page.goto(link)
    shown.settle()
    assert shown.state(figure.name) == wanted


def test_a_link_sets_lists_and_refuses_what_is_out_of_range(show):
    shown = show(live.Gate(), query="?gate.alpha=0.5&gate.depth=4&gate.gd=true#gate")
    state = shown.state("gate")
    assert state["alpha"] == [0.5, 0.5, 0.5] and state["depth"] == 4 and state["gd"] is True
    assert shown.problems == []
    shown.open("?gate.rho=9&gate.depth=7&gate.alpha=1,2&gate.nothing=1&other.rho=1")
    assert shown.state("gate") == live.Gate().state
    assert len(shown.problems) == 4 and all("cannot set" in p for p in shown.problems)
    shown.problems.clear()


def test_two_figures_do_not_clash_and_two_views_agree(show):
    first, second = live.Gate(name="first"), live.Gate(name="second")
    shown = show(first, second, first, query="?second.rho=0.5")
    assert shown.state("first")["rho"] == 1 and shown.state("second")["rho"] == 0.5
    hosts = shown.page.eval_on_selector_all(".live-host", "(nodes) => nodes.map((n) => n.id)")
    assert hosts == ["first", "second", "first-2"]
    shown.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    shown.page.wait_for_selector("#first-2.live-mounted .live-said:not(:empty)")
    shown.page.locator("#first-2 input[type=range]").first.press("ArrowRight")
    shown.settle()
    shown.page.evaluate("scrollTo(0, 0)")
    shown.page.wait_for_function(
        "document.querySelector('#first output').textContent ==="
        " document.querySelector('#first-2 output').textContent"
    )
    assert shown.page.locator("#second output").first.text_content() == "0.5"


def test_two_figures_of_one_name_say_so(show):
    shown = show(live.Gate(), live.Gate())
    assert "two figures of this page are called gate" in shown.page.inner_text("[role=alert]")
    shown.problems.clear()


def test_a_phrase_sets_a_figure(show):
    body = '<button data-live="gate" data-set="alpha=0.4,0.9,1.2; depth=3">raise the third</button>'
    shown = show(live.Gate(), body=body)
    button = shown.page.get_by_role("button", name="raise the third")
    button.focus()
    button.press("Enter")
    shown.settle()
    state = shown.state("gate")
    assert state["alpha"] == [0.4, 0.9, 1.2] and state["depth"] == 3
    shown.page.wait_for_function(
        "document.querySelector('.live-spoken').textContent.includes('blows up')"
    )


def test_nothing_is_done_off_screen(show):
    far = "<style>#gate { margin-bottom: 4000px; }</style>"
    shown = show(live.Gate(), live.WhoWins(), body=far)
    page = shown.page
    shown.frames()
    assert page.locator("#gate.live-mounted").count() == 1
    assert page.locator("#who-wins.live-mounted").count() == 0
    page.evaluate("document.querySelector('#who-wins').scrollIntoView()")
    page.wait_for_selector("#who-wins .live-said:not(:empty)")
    shown.frames()
    drawn = page.locator("#gate svg").inner_html()
    page.evaluate("liveFigures.byName('gate').set('rho', 0.3)")
    shown.frames()
    assert page.locator("#gate svg").inner_html() == drawn
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(
        "(old) => document.querySelector('#gate svg').innerHTML !== old", arg=drawn
    )


FAILING = """import { figure } from "../kit/figure.js";
export default figure({
  panels: { one: {} },
  draw({ one }, { rho }, view) {
    if (rho > %s) throw new Error("no such thing");
    one.axes({ x: { from: 0, to: 1, label: "x" }, y: { from: 0, to: 1, label: "y" } });
    view.say("fine");
  },
});
"""


@pytest.mark.parametrize("limit", ["0", "1"])
def test_an_error_is_shown_in_place(page, tmp_path, limit):
    """At the first drawing, and at a later one."""

    class Broken(live.LiveFigure):
        rho = live.Number(0.5, low=0, high=2)
        module = FAILING % limit

    path = Broken(name="broken").save(tmp_path / "broken.html")
    page.goto(path.as_uri())
    if limit == "1":
        page.get_by_text("fine").first.wait_for()
        page.evaluate("liveFigures.byName('broken').set('rho', 1.5)")
    page.locator("[role=alert]").get_by_text("could not be drawn: no such thing").wait_for()


def test_on_paper_every_figure_is_there(show):
    far = "<style>.live-host { margin-bottom: 3000px; }</style>"
    shown = show(live.Gate(), live.PhaseDiagram(), live.WhoWins(), body=far)
    shown.frames()
    assert shown.page.locator(".live-mounted").count() == 1
    shown.page.wait_for_function(  # figures are mounted once their modules have come
        "dispatchEvent(new Event('beforeprint')) &&"
        " document.querySelectorAll('.live-mounted .live-said:not(:empty)').length === 3"
    )
    assert shown.page.locator("#phase-diagram text").get_by_text("collapsed").count() == 1


def test_play_runs_to_the_end_and_respects_reduced_motion(show):
    shown = show(live.ThreeOptimizers(time=3.9))
    shown.page.get_by_role("button", name="play rescaled time").click()
    shown.page.wait_for_function("liveFigures.byName('three-optimizers').get('time') === 4")
    calm = show(live.ThreeOptimizers(time=0), reduced_motion="reduce")
    calm.page.evaluate(
        """() => {
            window.seen = [];
            liveFigures.byName("three-optimizers").on("change:time", (_, time) => seen.push(time));
        }"""
    )
    calm.page.get_by_role("button", name="play rescaled time").click()
    calm.page.wait_for_function("seen.length === 12")
    np.testing.assert_allclose(calm.page.evaluate("seen"), np.arange(1, 13) / 3)


def test_the_map_of_the_phase_diagram_is_recomputed_with_bounded_work(show):
    shown = show(live.PhaseDiagram())
    finished = "[...document.querySelectorAll('text')].some((t) => t.textContent === 'collapsed')"

    def recompute():
        shown.page.evaluate("liveFigures.byName('phase-diagram').set('mu', [1, 2.05])")
        shown.frames()
        shown.page.wait_for_function(finished)

    shown.page.wait_for_function(finished)
    assert 0 < shown.work(recompute) <= MOST_PER_MAP


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


# --- the read-out says what the library says --------------------------------------------------


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
    for label, method in (("ℓ₂", sam.SAM(2.0)), ("ℓ∞", sam.SAM(2.0, np.inf)), ("GD", sam.GD())):
        start = np.array([figure.w0])
        w = sam.descend(start, data, method, 0.1, 1000, clock="normalized").beta[-1]
        turned = np.degrees(abs(np.arctan2(best[0] * w[1] - best[1] * w[0], best @ w)))
        assert six(values[f"angle, {label}"]) == six(turned)


def test_one_line_agrees_with_the_library(show):
    values = show(live.OneLine(time=3.0)).values()
    for label, rho, p in (("GD", 0.0, 2), ("ℓ₂", 1.0, 2), ("ℓ∞", 1.0, np.inf)):
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
    for label, method in (("GD", sam.GD()), ("ℓ₂", sam.SAM(1.0))):
        theta = sam.balanced([0.8, 0.8], 2)
        run = sam.descend(theta, data, method, 0.02, 1500, clock="normalized")
        assert six(values[f"β1, {label}"]) == six(run.beta[-1, 0])


def test_score_curve_agrees_with_the_library(show):
    values = show(live.ScoreCurve(time=0.0)).values()
    norm = np.sqrt(3) * np.linalg.norm(np.array([1, 1.5, 2]) * 0.5**2)
    assert six(values["N"]) == six(norm) and six(values["fastest score"]) == six(norm / 3)
