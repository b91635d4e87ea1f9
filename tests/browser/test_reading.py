"""What a reader does with the built book: search, look ahead, report, take it home, print it."""

import json
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

HOME = "chapters/00_start"


@pytest.fixture
def start(visit):
    return visit(HOME)


def test_root_leads_to_the_first_page(page, html):
    page.goto((html / "index.html").as_uri())
    page.wait_for_url(f"**/{HOME}.html")


@pytest.mark.parametrize("http", [False, True], ids=["file", "http"])
def test_search_finds_a_statement(visit, http):
    here = visit("search", http=http, suffix="?q=gate")
    # results come one after another, so wait for the one that is meant
    here.page.locator("#search-results li a", has_text="The gate").first.wait_for()
    here.page.wait_for_load_state("networkidle")
    assert here.problems == []


def test_search_dialog_opens_from_the_keyboard(start):
    start.page.keyboard.press("Control+k")
    start.page.keyboard.type("ledger")
    start.page.keyboard.press("Enter")
    start.page.wait_for_selector("#search-results li a")
    assert start.problems == []


def test_a_preview_shows_on_focus_and_goes_on_escape(start):
    page = start.page
    link = page.locator("main a.claim-ref").first
    link.focus()
    card = page.locator("#preview-card")
    card.wait_for(state="visible")
    assert link.get_attribute("aria-describedby") == "preview-card"
    assert "Theorem" in card.inner_text()
    page.wait_for_function("document.querySelector('#preview-card mjx-container') !== null")
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None
    assert start.problems == []


def test_a_preview_shows_on_hover_and_can_be_entered(start):
    page = start.page
    link = page.locator("main a.claim-ref").first
    link.hover()
    card = page.locator("#preview-card")
    card.wait_for(state="visible")
    card.hover()
    page.wait_for_timeout(600)
    assert card.is_visible()
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")


TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    return ids.filter((id, k) => ids.indexOf(id) !== k);
}"""


@pytest.mark.parametrize("way", ["hover", "focus"])
@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("chapters/07_initialization", "term-regime", "One of three intervals of the scale"),
        ("chapters/07_initialization", "equation-eq-rates", ""),
        ("chapters/09_rewind", "equation-eq-rates", ""),  # of another chapter
    ],
)
def test_terms_and_equations_show_themselves(visit, name, target, words, way):
    here = visit(name)
    page = here.page
    twice = page.evaluate(TWICE)
    getattr(page.locator(f"main a.reference[href$='#{target}']").first, way)()
    card = page.locator("#preview-card")
    card.wait_for(state="visible")
    page.wait_for_function("document.querySelector('#preview-card mjx-container') !== null")
    text = card.inner_text()
    assert words in text and "\\" not in text and "$" not in text
    assert card.locator("a").count() == 0
    assert page.evaluate(TWICE) == twice
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert here.problems == []


def test_a_report_names_the_page_the_version_and_the_figures(start):
    start.see_all()
    link = start.page.locator("a.report-link").first
    link.evaluate("e => { e.addEventListener('click', (c) => c.preventDefault()); e.click(); }")
    query = parse_qs(urlsplit(link.get_attribute("href")).query)
    body = query["body"][0]
    assert f"Page: `{HOME}`" in body and "Version: `sam_lib " in body
    figures = start.page.evaluate("window.liveFigures?.views.map((view) => view.name) ?? []")
    for name in figures:
        assert f"Figure: `{name}." in body


def test_the_ledger_downloads_and_agrees_with_its_page(visit, html):
    here = visit("book/ledger")
    rows = json.loads((html / "ledger.json").read_text("utf8"))["statements"]
    assert here.page.locator("table.ledger tbody tr").count() == len(rows)
    for row in rows:
        cell = here.page.locator(f"[id='ledger-{row['id']}']")
        assert cell.count() == 1 and row["status"] in cell.inner_text()
    link = here.page.locator("main a[href$='ledger.json']")
    assert link.get_attribute("download") is not None


def test_each_verdict_leads_to_its_cell(html):
    rows = json.loads((html / "ledger.json").read_text("utf8"))["statements"]
    for check in (check for row in rows for check in row["checks"]):
        page = (html / f"{check['page']}.html").read_text("utf8")
        assert page.count(f'id="{check["anchor"]}"') == 1, check


def test_the_book_can_be_taken_home(page, html, tmp_path):
    with zipfile.ZipFile(html / "book.zip") as archive:
        archive.extractall(tmp_path / "at home")
    (folder,) = (tmp_path / "at home").iterdir()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(request.url))
    page.goto((folder / "index.html").as_uri())
    page.wait_for_url(f"**/{HOME}.html")
    page.wait_for_selector("mjx-container")
    assert errors == []


def test_folded_parts_are_open_on_paper(visit):
    here = visit(HOME)
    here.page.evaluate(
        "document.querySelector('main article').insertAdjacentHTML('beforeend',"
        " '<details id=fold><summary>a</summary>b</details>')"
    )
    here.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert here.page.evaluate("document.getElementById('fold').open")
    here.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not here.page.evaluate("document.getElementById('fold').open")


def test_the_theme_is_remembered(start):
    page = start.page
    page.evaluate("localStorage.clear()")
    modes = []
    for _ in range(3):
        page.locator(".article-header-buttons .theme-switch-button").click()
        modes.append(page.evaluate("document.documentElement.dataset.mode"))
    assert sorted(modes) == ["auto", "dark", "light"]


GATE = "chapters/04_gate"


def veiled(page) -> bool:
    panels = page.locator("figure.live .live-panels").first
    panels.scroll_into_view_if_needed()
    return (
        panels.evaluate("(node) => getComputedStyle(node.firstElementChild).visibility") == "hidden"
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.get_by_label("on feature 3, the strongest", exact=True).check(),
        lambda page: page.get_by_role("button", name="just show the figure").click(),
        lambda page: page.locator("figure.live input[type=range]").first.press("ArrowRight"),
        lambda page: page.locator("button[data-live=gate]").first.click(),
    ],
    ids=["choice", "button", "slider", "phrase"],
)
def test_a_figure_waits_for_a_prediction(visit, act):
    page = visit(GATE).page
    page.locator("fieldset.predict").scroll_into_view_if_needed()
    page.locator("figure.live .live-said:not(:empty)").first.wait_for(state="attached")
    assert veiled(page)
    act(page)
    page.wait_for_function("document.querySelector('fieldset.predict.waiting') === null")
    assert not veiled(page)


def test_a_link_to_a_figure_asks_for_no_prediction(visit):
    for suffix in ("?gate.depth=3#gate", "#gate"):
        page = visit(GATE, suffix=suffix).page
        page.locator("figure.live .live-said:not(:empty)").first.wait_for()
        assert not veiled(page)
        assert page.get_by_role("button", name="just show the figure").count() == 0


def test_paper_asks_for_no_prediction(visit):
    page = visit(GATE).page
    page.locator("figure.live .live-said:not(:empty)").first.wait_for(state="attached")
    page.emulate_media(media="print")
    assert not veiled(page)
