"""Every live figure, on a page of its own from disk: it draws, answers, and is quick about it."""

import re

import numpy as np
import pytest

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
    there = place(point)
    shown.page.get_by_role("button", name="reset").click()
    shown.settle()
    start = point.get_attribute("aria-valuetext")
    assert start != spoken
    point.focus()
    target = flat(dragged)
    for key, axis in (("ArrowUp", 1), ("ArrowRight", 0)):
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
            if sum(moves) > 1 and place(point)[axis] == there[axis]:  # size and direction, say
                break
            point.press(key)
            shown.settle()
            now = flat(shown.state(figure.name))
    np.testing.assert_allclose(flat(shown.state(figure.name)), target, rtol=1e-9)


def place(point):
    """Where the panel puts a point."""
    return point.get_attribute("transform").removeprefix("translate(").removesuffix(")").split()


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
