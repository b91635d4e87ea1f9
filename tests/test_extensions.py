"""Verdicts, the ledger and previews, on a book of two pages that is built here."""

import html
import json
import re
import shutil
import sys
from io import StringIO
from pathlib import Path

import pytest
import yaml
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).resolve().parent.parent

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "previews", "report", "statements", "notation", "prose", "predict"]
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
nitpicky = True
"""

CLAIMS = {
    "thm-1": {
        "title": "First $x$",
        "origin": "paper",
        "paper": "Theorem 1",
        "statement": "It holds that $x = 1$.",
        "parts": {"a": "Part a.", "b": "Part b."},
        "settles": "algebra",
        "chapter": "01_one",
    },
    "d1": {
        "title": "Second",
        "origin": "derived",
        "statement": "Derived.",
        "settles": "a run",
        "chapter": None,
        "not_checked": "its chapter is not written yet",
    },
}

INDEX = """
# Book

{claim}`thm-1` and {claim}`that <d1>`, with {sym}`mu`.

```{toctree}
01_one
```

```{ledger}
```

```{notation}
```
"""

ONE = """
# One

```{statement} thm-1
A hypothesis.
```

See {eq}`e`, {live}`gate | alpha=0.5 | start at $0.5$`.

$$y = 2$$ (e)
"""


def card(identifier="thm-1", part=None, anchor=None, verdict="verified"):
    """What a check leaves in a page."""
    record = {
        "id": identifier,
        "part": part,
        "kind": "random",
        "residual": 1e-13,
        "tolerance": 1e-12,
        "instances": 5,
        "rejects": {"exponent off by one": {"residual": 0.25, "wrong": 1, "entries": 1}},
        "details": {},
        "verdict": verdict,
        "anchor": anchor or f"check-{identifier}-{part}",
    }
    data = html.escape(json.dumps(record), quote=True)
    return f'\n```{{raw}} html\n<div id="{record["anchor"]}" data-claim="{data}"></div>\n```\n'


class Book:
    """A book in a temporary folder."""

    def __init__(self, folder):
        self.source, self.output = folder / "source", folder / "html"
        self.source.mkdir()
        self.write("conf.py", CONF.format(extensions=str(ROOT / "extensions")))
        self.claims(CLAIMS)
        symbol = {"mu": {"tex": r"\mu", "meaning": "the example", "code": "mu"}}
        self.write("notation.yml", yaml.safe_dump(symbol))
        self.write("index.md", INDEX)
        self.write("01_one.md", ONE + card(part="a") + card(part="b"))

    def write(self, name, text):
        (self.source / name).write_text(text, "utf8")

    def claims(self, claims):
        self.write("claims.yml", yaml.safe_dump(claims, sort_keys=False))

    def build(self):
        """Build what is new; returns the warnings."""
        warnings = StringIO()
        doctrees = self.output.parent / "doctrees"
        folders = (self.source, self.source, self.output, doctrees)
        with docutils_namespace(), patch_docutils():
            Sphinx(*folders, "html", status=StringIO(), warning=warnings).build()
        return warnings.getvalue()

    def page(self, name):
        return (self.output / f"{name}.html").read_text("utf8")

    def ledger(self):
        rows = json.loads((self.output / "ledger.json").read_text("utf8"))["statements"]
        return {row["id"]: row for row in rows}


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://example.org")
    monkeypatch.setenv("GITHUB_REPOSITORY", "us/book")
    path = list(sys.path)
    yield Book(tmp_path)
    sys.path[:] = path
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_book_in_order_builds_without_warnings(book):
    assert book.build() == ""
    assert "Statement 1.1" in book.page("01_one")
    assert book.page("01_one").count("verdict-verified") == 3
    rows = book.ledger()
    assert rows["thm-1"]["status"] == "verified" and rows["thm-1"]["page"] == "01_one"
    assert rows["d1"]["status"] == "not checked" and rows["d1"]["reason"]
    refused = {"residual": 0.25, "wrong": 1, "entries": 1}
    assert rows["thm-1"]["checks"][0]["rejects"] == {"exponent off by one": refused}
    index = book.page("index")
    assert "2 statements: 1 verified, 0 partly verified, 0 failed, 1 not checked." in index
    assert 'href="01_one.html#check-thm-1-a"' in index and "exponent off by one" in index


def test_links_carry_their_previews(book):
    book.build()
    index, one = book.page("index"), book.page("01_one")
    assert 'href="01_one.html#thm-1"' in index and '<template data-preview="thm-1">' in index
    assert '<template data-preview="ledger-d1">' in index
    assert '<template data-preview="sym-mu">' in index
    assert '<template data-preview="equation-e">' in one


TERMS = """
```{glossary}
gate
  Opens at $1$, see {claim}`the box <thm-1>`.
```
"""


def test_terms_show_their_definition_on_other_pages(book):
    checks = card(part="a") + card(part="b")
    book.write("01_one.md", ONE + TERMS + checks)
    book.write("index.md", INDEX + "\n{term}`gates <gate>` and {eq}`e`.\n")
    assert book.build() == ""
    index = book.page("index")
    shown = index.partition('<template data-preview="term-gate">')[2].partition("</template>")[0]
    assert '<p class="preview-head">gate</p>' in shown and "see the box." in shown
    assert "<a " not in shown and " id=" not in shown
    assert '<template data-preview="equation-e">' in index
    book.write("01_one.md", ONE.replace("y = 2", "y = 3") + TERMS.replace("1$", "9$") + checks)
    assert book.build() == ""
    assert "(9" in book.page("index") and "y = 3" in book.page("index")


def chapter_texts():
    """The Markdown of each chapter."""
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf8"))["cells"]
        yield "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def test_each_term_is_used_by_a_chapter():
    text = (ROOT / "book" / "notation.md").read_text("utf8")
    glossary = text.partition("```{glossary}\n")[2].partition("```")[0]
    terms = {line for line in glossary.splitlines() if re.match(r"[^\s:]", line)}
    used = re.findall(r"{term}`(?:[^`<]*<)?([^`>]+)>?`", "\n".join(chapter_texts()))
    assert len(terms) > 20 and terms == set(used)


def test_each_numbered_equation_is_referred_to():
    text = "\n".join(chapter_texts())
    labels = re.findall(r"^\$\$ \((eq-[a-z-]+)\)$", text, re.MULTILINE)
    assert len(labels) > 10 and len(labels) == len(set(labels))
    assert set(labels) == set(re.findall(r"{eq}`([^`]+)`", text))
    assert "\\tag{" not in text


def test_one_letter_has_one_meaning():
    symbols = yaml.safe_load((ROOT / "notation.yml").read_text("utf8"))
    letters = [entry["tex"] for entry in symbols.values()]
    assert len(letters) == len(set(letters))
    for claim in (ROOT / "claims.yml").read_text("utf8"), *chapter_texts():
        # examples and labels have the index i; a coordinate's score is xi_j, a winner j^*
        assert not re.findall(r"(?<![A-Za-z\\])(?:[yz]_j|[zw]_m)(?![A-Za-z])", claim)


def test_a_phrase_is_a_button_that_sets_a_figure(book):
    book.build()
    assert 'data-live="gate" data-set="alpha=0.5"' in book.page("01_one")


def test_reports_name_page_statement_and_version(book):
    book.build()
    for part in ("https://example.org/us/book/issues/new?", "Statement%3A+%60thm-1%60", "sam_lib+"):
        assert part in book.page("01_one")


def test_without_a_repository_reports_are_copied(book, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY")
    book.build()
    assert 'href="?title=' in book.page("01_one") and "issues/new" not in book.page("01_one")


@pytest.mark.parametrize(
    ("page", "warning"),
    [
        (ONE + card(part="a"), "neither checked nor a reason why not"),
        (ONE, "neither checked nor a reason why not"),
        (ONE + card(part="a") + card(part="b") + card("d9"), "unknown claim"),
        (ONE + card(part="a") + card(part="c"), "unknown claim"),
        (ONE + card(part="a") + card(part="b") + card("d1"), "names no chapter"),
        (ONE + card(part="a") + card(part="b") * 2, "checked twice"),
        (ONE * 2 + card(part="a") + card(part="b"), "boxed twice"),
        (ONE + "```{statement} d9\n```\n" + card(), "unknown statement"),
        ("# One\n" + card(), "has no statement box"),
        (ONE + card() + "\n{claim}`d9`\n", "d9"),
        (ONE + card() + "\n{sym}`nu`\n", "unknown symbol"),
        (ONE + card() + "\n{live}`gate | start`\n", "wants"),
    ],
)
def test_faults_are_warnings(book, page, warning):
    book.write("01_one.md", page)
    assert warning in book.build()


def test_a_part_without_a_check_makes_a_claim_partly_verified(book):
    claims = {**CLAIMS, "thm-1": {**CLAIMS["thm-1"], "not_checked": "part b is hard"}}
    book.claims(claims)
    book.write("01_one.md", ONE + card(part="a"))
    assert book.build() == ""
    assert book.ledger()["thm-1"]["status"] == "partly verified"
    assert "part b is hard" in book.page("index").lower()


def test_a_check_of_the_whole_covers_the_parts(book):
    book.write("01_one.md", ONE + card())
    assert book.build() == "" and book.ledger()["thm-1"]["status"] == "verified"


def test_pages_that_show_verdicts_follow_a_changed_check(book):
    book.build()
    book.write("01_one.md", ONE + card(part="a") + card(part="b", verdict="failed"))
    book.build()
    assert book.ledger()["thm-1"]["status"] == "failed"
    assert "verdict-failed" in book.page("index")


def test_pages_follow_a_changed_registry(book):
    book.build()
    book.claims({**CLAIMS, "thm-1": {**CLAIMS["thm-1"], "title": "Renamed"}})
    book.build()
    assert "Renamed" in book.page("index") and "Renamed" in book.page("01_one")


def test_a_prediction_is_a_question_with_choices(book):
    book.write("01_one.md", "# One\n\n```{predict} gate\nWhich $x$?\n\n- ✓ *one*\n- both\n```\n")
    book.claims({})
    book.write("index.md", "# Book\n\n```{toctree}\n01_one\n```\n")
    assert book.build() == ""
    page = book.page("01_one")
    assert page.count('<input type="radio" name="predict-gate"') == 2
    assert "<em>one</em>" in page and 'data-figure="gate"' in page


@pytest.mark.parametrize("body", ["Which?", "?\n\n- ✓ one", "- a\n- ✓ b\n\n?", "?\n\n- a\n- b"])
def test_a_prediction_without_choices_is_reported(book, body):
    book.write("01_one.md", f"# One\n\n```{{predict}} gate\n{body}\n```\n")
    assert "{predict} wants a" in book.build()
