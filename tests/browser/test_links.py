"""States of figures travel: in links, between two views, and from phrases of the text."""

from sam_lib import live


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
