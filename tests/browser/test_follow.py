"""A phrase far from its figure shows the effect beside the sentence, and moves nothing else."""

from pathlib import Path

import pytest

from sam_lib import live

ASSETS = Path(__file__).resolve().parents[2] / "extensions" / "assets"
PARAGRAPH = "<p>Gradient descent turns to the major feature at once and for good.</p>" * 60
PHRASE = '<p>Then it <button data-live="gate" data-set="rho=0.5">opens the gate</button>.</p>'
STYLE = """
body { max-width: 680px !important; margin-left: 24px !important; }
@media (max-width: 600px) { body { margin: 16px !important; } }
:root { --pst-color-background: white; }
"""
PLACES = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [text, figure] = [box("[data-live]"), box("figure.live")];
  return {
    text: [text.top, text.bottom],
    figure: [figure.top, figure.bottom, figure.left, figure.right],
    window: [innerWidth, innerHeight],
    height: document.body.scrollHeight,
    pinned: !!document.querySelector(".live-pinned"),
    apart: text.right <= figure.left || text.bottom <= figure.top,
  };
}"""


def opened(show, width):
    body = f"<style>{STYLE}</style>"
    shown = show(live.Gate(name="gate"), width=width, body=body, reduced_motion="reduce")
    page = shown.page
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{PARAGRAPH}`)")
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{PHRASE}`)")
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{PARAGRAPH}`)")
    page.add_style_tag(path=ASSETS / "follow.css")
    page.add_script_tag(path=ASSETS / "follow.js")
    page.locator("[data-live]").evaluate("(phrase) => phrase.scrollIntoView({block: 'center'})")
    shown.frames()
    return shown


@pytest.mark.parametrize("width", [390, 1280])
def test_the_figure_comes_to_the_sentence(show, width):
    shown = opened(show, width)
    page = shown.page
    before = page.evaluate(PLACES)
    assert before["figure"][1] < 0 and not before["pinned"]
    page.locator("[data-live]").evaluate("(phrase) => phrase.click()")
    page.wait_for_selector(".live-pinned")
    shown.frames()
    after = page.evaluate(PLACES)
    assert after["pinned"] and after["apart"] and after["height"] == before["height"]
    assert 0 <= after["text"][0] and after["text"][1] <= after["window"][1]
    assert after["figure"][0] >= 0 and after["figure"][1] <= after["window"][1]
    assert after["figure"][2] >= 0 and after["figure"][3] <= after["window"][0]
    if width == 1280:
        assert after["text"] == pytest.approx(before["text"], abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.state("gate")["rho"] == 0.5

    page.evaluate("scrollBy({top: 600, behavior: 'instant'})")
    page.get_by_role("button", name="back to the sentence").click()
    shown.frames()
    text = page.evaluate(PLACES)["text"]
    assert 0 <= text[0] and text[1] <= after["window"][1]
    assert page.evaluate("document.activeElement.textContent") == "opens the gate"
    page.keyboard.press("Escape")
    shown.frames()
    left = page.evaluate(PLACES)
    assert not left["pinned"] and left["text"] == pytest.approx(text, abs=1)


def test_at_its_own_place_it_stays(show):
    shown = opened(show, 1280)
    page = shown.page
    page.locator("[data-live]").evaluate("(phrase) => phrase.click()")
    page.wait_for_selector(".live-pinned")
    page.get_by_role("button", name="to the figure").click()
    page.wait_for_function("!document.querySelector('.live-pinned')")
    page.evaluate("document.querySelector('#gate').scrollIntoView()")
    page.locator("[data-live]").evaluate("(phrase) => phrase.click()")
    shown.frames()
    assert not page.evaluate(PLACES)["pinned"]
