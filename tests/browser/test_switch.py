"""Read or verify: one switch for the book, and every fold by itself."""

GATE = "chapters/04_gate"
OPEN_CODE = "[...document.querySelectorAll('.cell_input')].filter(e => e.checkVisibility()).length"
ALL_CODE = "document.querySelectorAll('.cell_input').length"
MODE = "document.documentElement.dataset.reading"


def test_code_is_folded_until_the_reader_verifies_and_the_choice_is_remembered(visit):
    here = visit(GATE)
    page = here.page
    assert page.evaluate(MODE) == "read"
    few, every = page.evaluate(OPEN_CODE), page.evaluate(ALL_CODE)
    assert few < every / 3
    page.get_by_role("button", name="Verify").click()
    assert page.evaluate(OPEN_CODE) == every
    here.go("chapters/03_depth_one")
    assert page.evaluate(MODE) == "verify"
    page.get_by_role("button", name="Read", exact=True).press("Enter")
    here.go(GATE)
    assert page.evaluate(OPEN_CODE) == few
    assert here.problems == []


def test_a_check_unfolds_where_it_stands_by_keyboard_and_by_its_link(visit):
    here = visit(GATE)
    fold = here.page.locator("details.fold-check").first
    fold.locator("summary").press("Enter")
    assert fold.locator(".cell_input").is_visible()
    anchor = here.page.locator(".verdict").nth(3).get_attribute("id")
    assert not here.page.locator(f"#{anchor}").is_visible()
    here.page.evaluate(f"location.hash = '{anchor}'")
    here.page.locator(f"#{anchor}").wait_for(state="visible")
    fresh = visit(GATE, suffix=f"#{anchor}")
    fresh.page.locator(f"#{anchor}").wait_for(state="visible")
    assert here.problems == [] and fresh.problems == []


def test_without_scripts_the_folds_are_native(visit):
    page = visit(GATE, java_script_enabled=False).page
    fold = page.locator("details.fold-check").first
    assert not fold.locator(".cell_input").is_visible()
    fold.locator("summary").click()
    assert fold.locator(".cell_input").is_visible()
