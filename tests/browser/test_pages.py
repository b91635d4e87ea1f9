"""Every page of the built book: self-contained, typeset, light, and usable by everyone."""

import importlib.util
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1_000_000  # gzipped bytes of all that a page loads
AXE = Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js"


def names() -> list[str]:
    """The pages in the table of contents, and the search page."""

    def walk(entry):
        yield from (entry[key] for key in ("root", "file") if key in entry)
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key, ()):
                yield from walk(child)

    return [*walk(yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))), "search"]


PAGES = names()

UNTYPESET = r"""() => {
    const found = [];
    for (const math of document.querySelectorAll("main .math")) {
        const count = math.querySelectorAll("mjx-container").length;
        if (count !== 1) found.push(`${count} formulas in: ${math.textContent.slice(0, 80)}`);
    }
    for (const error of document.querySelectorAll("mjx-merror, [data-mml-node=merror]"))
        found.push(`cannot typeset: ${error.textContent}`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data;
        const home = walker.currentNode.parentElement;
        if (home.closest("pre, code, script, style, dt.sig")) continue;
        if (/\\\(|\\\[|\\begin\{|\$[^$\s][^$]*\$/.test(text))
            found.push(`raw TeX: ${text.trim().slice(0, 80)}`);
    }
    return found;
}"""

SIDEWAYS = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("main *")].filter((e) =>
        e.getBoundingClientRect().right > root.clientWidth + 1 && e.getClientRects().length);
    return wide.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class")}`)
        .concat(`page is ${root.scrollWidth} wide`);
}"""

CONTROLS = "input:not([type=hidden]), button, select, [role=slider], [tabindex='0'], summary"

UNREACHABLE = """(selector) => [...document.querySelectorAll(`main :is(${selector})`)]
    .filter((e) => e.checkVisibility() && e.matches("input, [role=slider], button"))
    .filter((e) => e.tabIndex < 0 && !e.disabled && e.type !== "radio")
    .map((e) => `not reachable with the keyboard: ${e.outerHTML.slice(0, 120)}`)"""

UNNAMED = """() => [...document.querySelectorAll("main :is(input[type=range], [role=slider])")]
    .filter((e) => !(e.labels?.length || e.getAttribute("aria-label") ||
        e.getAttribute("aria-labelledby") || e.querySelector("title")))
    .map((e) => `without a name: ${e.outerHTML.slice(0, 120)}`)"""


def axe(page, *rules) -> list[str]:
    """What axe-core finds wrong; all of its rules, or only those named."""
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate(
        """async (options) => {
            const fixed = {resultTypes: ["violations"], preload: false};
            const report = await axe.run(document, {...options, ...fixed});
            return report.violations.flatMap((rule) => rule.nodes.map((node) =>
                `${rule.id}: ${node.target} ${node.failureSummary.replace(/\\s+/g, " ")}`));
        }""",
        options,
    )
    return found


@pytest.mark.parametrize("name", PAGES)
def test_page_from_a_file(visit, name):
    here = visit(name)
    here.see_all()
    page, problems = here.page, here.problems
    problems += page.evaluate(UNTYPESET)
    sizes = here.weight()
    if sum(sizes.values()) > LIMIT:
        problems.append(f"{sum(sizes.values())} bytes gzipped: {sizes}")
    problems += page.evaluate(UNREACHABLE, CONTROLS)
    problems += page.evaluate(UNNAMED)
    page.add_script_tag(path=AXE)
    problems += [f"light: {found}" for found in axe(page)]
    page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    here.frames()
    problems += [f"dark: {found}" for found in axe(page, "color-contrast", "link-in-text-block")]
    page.set_viewport_size({"width": 640, "height": 450})
    here.frames()
    problems += [f"zoom 200 %: {found}" for found in page.evaluate(SIDEWAYS)]
    page.set_viewport_size({"width": 390, "height": 844})
    here.frames()
    problems += [f"390 px: {found}" for found in page.evaluate(SIDEWAYS)]
    assert not problems, "\n".join(problems)


FOLLOW_PHRASES = """() => {
    const names = new Set(window.liveFigures?.views.map((view) => view.name) ?? []);
    const found = [];
    for (const phrase of document.querySelectorAll("button[data-live]")) {
        if (!names.has(phrase.dataset.live)) found.push(`no figure for: ${phrase.outerHTML}`);
        phrase.click();
    }
    return found;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_page_over_http_in_the_dark(visit, name):
    here = visit(name, http=True, theme="dark", width=390)
    here.see_all()
    here.problems += here.page.evaluate(UNTYPESET)
    here.problems += here.page.evaluate(SIDEWAYS)
    here.problems += here.page.evaluate(FOLLOW_PHRASES)
    assert not here.problems, "\n".join(here.problems)
