"""What stands around the text of a page: its title, its ids, its first visit, what search shows."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

PAGE = "chapters/04_gate"
TEX = re.compile(r"\\[A-Za-z(]")


class Tags(HTMLParser):
    """All ids and titles of a page, and its viewports."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.titles, self.viewports, self.inside = Counter(), [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.inside += tag == "template"
        if "id" in given and not self.inside:
            self.ids[given["id"]] += 1
        if "title" in given:
            self.titles.append(given["title"] or "")
        if given.get("name") == "viewport":
            self.viewports.append(given["content"])

    def handle_endtag(self, tag):
        self.inside -= tag == "template"


@pytest.fixture
def pages(html):
    found = {path.relative_to(html): path.read_text("utf8") for path in html.rglob("*.html")}
    assert len(found) > 10
    return {name: text for name, text in found.items() if "<head>" in text}


def test_ids_are_unique_and_there_is_one_viewport(pages):
    for name, text in pages.items():
        tags = Tags(text)
        assert [key for key, count in tags.ids.items() if count > 1] == [], name
        if "docbuild" in text or "data-content_root" in text:
            assert len(tags.viewports) == 1, name


def test_titles_hold_no_tex(pages):
    for name, text in pages.items():
        titles = [*re.findall(r"<title>(.*?)</title>", text, re.S), *Tags(text).titles]
        assert titles and not [title for title in titles if TEX.search(title)], name


def test_the_index_of_the_search_holds_no_tex(html):
    text = (html / "searchindex.js").read_text("utf8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    titles = [*index["titles"], *index["alltitles"]]
    assert len(titles) > 50
    assert [title for title in titles if TEX.search(title) or "<" in title] == []


def test_excerpts_of_the_search_hold_no_tex(visit):
    here = visit("search", http=True, suffix="?q=gate")
    here.page.locator("#search-results li p.context").first.wait_for()
    here.page.wait_for_load_state("networkidle")
    found = here.page.locator("#search-results").inner_text()
    assert "gate" in found and not TEX.search(found), found
    assert here.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_first_visit_leaves_the_console_empty_and_follows_the_system(page, html, scheme):
    said = []
    page.on("console", lambda m: m.type in ("error", "warning") and said.append(m.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.emulate_media(color_scheme=scheme)
    page.goto((html / f"{PAGE}.html").as_uri())
    page.evaluate("() => window.MathJax?.startup?.promise")
    assert said == []
    root = page.locator("html")
    assert root.get_attribute("data-mode") == "auto"
    assert root.get_attribute("data-theme") == scheme
