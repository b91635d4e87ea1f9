"""Cells and verdicts computed in the page, over http, with the site's own files.

``make test`` runs a few cells; ``make test-page`` (EVERY_CELL=1) every cell of every chapter.
"""

import json
import os

import pytest

EVERY = os.environ.get("EVERY_CELL") == "1"
GATE = "chapters/04_gate"
WAIT = 600_000  # a busy machine must not fail a test


@pytest.fixture
def here(visit, html):
    """``here(page)``: a page over http whose cells can run."""
    if not (html / "python" / "files.json").exists():
        pytest.skip("the book was built without Python in the pages (its parts were not to be had)")

    def open_page(name, **options):
        result = visit(name, http=True, **options)
        result.page.set_default_timeout(WAIT)
        result.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        return result

    return open_page


def cells(html, name):
    return json.loads((html / "python" / f"{name}.json").read_text("utf8"))["cells"]


def checked(html, name, kind="symbolic"):
    """The number of the first cell with a check of this kind."""
    found = (
        i
        for i, cell in enumerate(cells(html, name))
        if any(check["kind"] == kind for check in cell["checks"])
    )
    return next(found)


def finished(page, bar):
    """The sentence below a cell when its run has ended."""
    bar.get_by_text("Ran in").or_(bar.get_by_text("Stopped")).wait_for()
    return bar.locator(".run-status").text_content()


def test_a_page_that_is_read_loads_nothing_of_this(here):
    visit = here(GATE)
    assert not [url for url in visit.loaded if "/python/" in url]


def test_run_change_refuse_and_undo(here, html):
    visit = here(GATE)
    page, right = visit.page, "mu * (w2 - rho)"
    index = next(i for i, cell in enumerate(cells(html, GATE)) if right in cell["source"])
    cell = page.locator("div.cell:has(.cell_input)").nth(index)
    bar = cell.locator(".run-bar")
    bar.get_by_role("button", name="Run").focus()
    page.keyboard.press("Enter")
    assert "agrees with the stored output" in finished(page, bar)
    assert cell.locator(".fresh .verdict").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "Run"

    bar.get_by_role("button", name="Edit").click()
    editor = cell.get_by_role("textbox")
    source = editor.input_value()
    editor.fill(source.replace(right, "mu**2 * (w2 - rho)"))
    assert editor.input_value() != source
    page.keyboard.press("Control+Enter")
    cell.locator(".fresh-refused").wait_for()
    assert "residual inf exceeds the tolerance 0" in cell.locator(".fresh-refused").text_content()
    assert "run-changed" in cell.get_attribute("class")

    bar.get_by_role("button", name="Undo my changes").click()
    assert cell.get_by_role("textbox").count() == 0
    assert not visit.problems


def test_a_claim_is_computed_anew_and_each_wrong_variant_is_refused(here, html):
    visit = here("book/ledger", width=390, theme="dark")
    row = visit.page.locator("#ledger-d2")
    row.get_by_role("button", name="Check this claim yourself").click()
    row.get_by_text("computed in this page").wait_for()
    stored = json.loads((html / "python" / "claims.json").read_text("utf8"))["d2"]
    results = row.locator(".run-results li")
    assert not results.filter(has=visit.page.locator(".fresh-bad")).all_text_contents()
    assert results.locator(".fresh-good").count() == len(stored)
    variants = row.locator(".run-break button")
    variants.first.click()
    answer = row.locator(".run-answer").first
    answer.get_by_text("as it must").wait_for()
    assert "refused" in answer.text_content()
    assert not visit.problems


def test_stop_ends_the_worker_and_two_pages_do_not_disturb_each_other(here, html):
    first, second = here(GATE), here(GATE)
    index = checked(html, GATE)
    for visit in (first, second):
        bar = visit.page.locator(".run-bar").nth(index)
        bar.get_by_role("button", name="Run").click()
        assert "agrees" in finished(visit.page, bar)
    page, bar = first.page, first.page.locator(".run-bar").nth(index)
    bar.get_by_role("button", name="Edit").click()
    page.locator(".run-editor").fill("while True:\n    pass")
    bar.get_by_role("button", name="Run").click()
    bar.get_by_text("Running").wait_for()
    bar.get_by_role("button", name="Stop").click()
    assert "Stopped" in finished(page, bar)
    other = second.page.locator(".run-bar").nth(index)
    other.locator(".run-status").evaluate("(status) => { status.textContent = '' }")
    other.get_by_role("button", name="Run").click()
    assert "agrees" in finished(second.page, other)
    assert not first.problems + second.problems


MISSING = """async () => {
  const kept = (await (await caches.open("sam-lib-python")).keys()).map(({ url }) => url);
  const parts = ["python-memory", "core.pack", "scipy.pack", "matplotlib.pack"];
  return parts.some((part) => !kept.some((url) => url.includes(part)));
}"""


def test_the_second_visit_loads_nothing_and_starts_from_the_memory_of_the_first(here, html):
    visit = here(GATE)
    page, index = visit.page, checked(html, GATE)
    for first in (True, False):
        bar = page.locator(".run-bar").nth(index)
        bar.get_by_role("button", name="Run").click()
        assert "agrees" in finished(page, bar)
        fetched = [url for url in visit.loaded if url.endswith((".pack", ".wasm", ".zip"))]
        assert bool(fetched) == first
        while page.evaluate(MISSING):
            page.wait_for_timeout(100)
        visit.loaded.clear()
        visit.go(GATE)
        page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert not visit.problems


def test_on_a_phone_it_asks_before_it_loads(here, html):
    visit = here(GATE, width=390, theme="dark", has_touch=True, is_mobile=True)
    bar = visit.page.locator(".run-bar").nth(checked(html, GATE))
    bar.get_by_role("button", name="Run").click()
    sizes = json.loads((html / "python" / "files.json").read_text("utf8")).values()
    bar.get_by_text(f"load up to {sum(f['size'] for f in sizes) / 1e6:.0f} MB once").wait_for()
    bar.get_by_role("button", name="Not now").click()
    assert bar.get_by_role("button", name="Run").is_enabled()
    assert not [url for url in visit.loaded if url.endswith((".pack", ".wasm", ".zip"))]
    assert not visit.problems


def test_from_a_file_it_says_what_to_do(visit, html):
    if not (html / "python" / "files.json").exists():
        pytest.skip("the book was built without Python in the pages (its parts were not to be had)")
    page = visit(GATE).page
    page.get_by_role("button", name="Run all checks of this page").click()
    assert "make serve" in page.locator(".run-page .run-status").text_content()


ABSENT = ("python-flint",)  # what a browser lacks; a cell that needs it says so and is not compared
# What `make test` runs: chapters of several kinds, quick ones; `make test-page` runs all of them.
CHAPTERS = [f"chapters/{n}" for n in ("00_start", "01_three_optimizers", "16_almost_there")]

RUN_ALL = """async (name) => {
  const { engine } = await import("../python/engine.js");
  const { compute, chapter } = await import("../python/page.js");
  await engine.start(() => {}, () => true);
  const { cells } = await chapter(name);
  const found = [];
  for (const index of cells.keys()) {
    const { done, same, seconds, outputs, texts } = await compute(name, index);
    const { text: error, absent } = outputs.find((o) => o.kind === "error") ?? {};
    found.push({ index, done, same, seconds, error, absent, texts });
  }
  return { found, memory: engine.memory };
}"""


def chapters():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[2] / "chapters"
    return [f"chapters/{path.stem}" for path in sorted(folder.glob("*.ipynb"))]


@pytest.mark.parametrize("name", chapters() if EVERY else CHAPTERS)
def test_cells_agree_with_what_is_stored(here, name):
    visit = here(name)
    report = visit.page.evaluate(RUN_ALL, name)
    slow = [f"{c['index']}: {c['seconds']:.1f} s" for c in report["found"] if c["seconds"] > 5]
    print(f"{name}: {report['memory'] / 1e6:.0f} MB of Python's memory; over 5 s: {slow}")
    wrong = [c for c in report["found"] if not (c["done"] and c["same"])]
    assert [c for c in wrong if c["absent"] not in ABSENT] == []
    assert not visit.problems
