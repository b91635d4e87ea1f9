"""The built book in a real browser: fixtures ``html``, ``browser``, ``server`` and ``visit``.

And every live figure on a page of its own: fixtures ``figures``, ``figure_class`` and ``show``.
"""

import functools
import gzip
import http.server
import os
import shutil
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from figures import FIGURES

from sam_lib import live

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MISSING = (
    "no Chromium: install one (Debian: apt install chromium) "
    "or name it: CHROMIUM=/path/to/chrome make test"
)
PATIENCE = 300_000  # ms; a busy machine is slow, and only a fault never comes
FRAMES = """async (count) => {
  for (let k = 0; k < count; k++) await new Promise(requestAnimationFrame);
}"""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The browser named by $CHROMIUM, else the first one installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, (*NAMES, MAC))), None)


@pytest.fixture(scope="package")
def html() -> Path:
    """The folder of the built book."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail("the book is not built: run `make book`", pytrace=False)
    return folder


@pytest.fixture(scope="package")
def browser():
    """Chromium; stopped before other tests run, because its event loop would disturb kernels."""
    executable = find_chromium()
    if executable is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that waits as long as a busy machine takes."""
    with browser.new_page() as one:
        one.set_default_timeout(PATIENCE)
        yield one


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="package")
def server(html):
    """The book over http: the address of its root."""
    handler = functools.partial(QuietHandler, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}"
        site.shutdown()


class Visit:
    """One page of the book in a fresh context, with all that it asked for and complained of."""

    def __init__(self, context, html: Path, base: str):
        self.context, self.html, self.base = context, html, base
        self.loaded: set[str] = set()
        self.problems: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("requestfailed", lambda r: self.problems.append(f"not loaded: {r.url}"))
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("console", self._listen)
        self.page.on("response", self._answer)

    def _note(self, url: str) -> None:
        if url.startswith(("data:", "blob:")):
            return
        if url.startswith(self.base + "/"):
            self.loaded.add(urlsplit(url)._replace(query="", fragment="").geturl())
        else:
            self.problems.append(f"request outside the site: {url}")

    def _listen(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _answer(self, response) -> None:
        if response.status >= 400:
            self.problems.append(f"status {response.status}: {response.url}")

    def go(self, name: str, suffix: str = ""):
        """Open a page and wait until its math is typeset."""
        self.page.goto(f"{self.base}/{name}.html{suffix}")
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        return self.page

    def frames(self, count: int = 4) -> None:
        """Wait for animation frames, in which observers report and what they ask for is done."""
        self.page.evaluate(FRAMES, count)

    def see_all(self) -> None:
        """Scroll through the page, so that figures that wait for the reader are drawn."""
        self.page.evaluate(
            """async () => {
                const pause = (ms) => new Promise((done) => setTimeout(done, ms));
                for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
                    scrollTo({top: y, behavior: "instant"});
                    await pause(30);
                }
                const waiting = () => document.querySelector(".live-host:not(.live-mounted)");
                while (waiting()) await pause(50);
                scrollTo({top: 0, behavior: "instant"});
            }"""
        )

    def weight(self) -> dict[str, int]:
        """Gzipped bytes of each file that the page loaded."""
        sizes = {}
        for url in self.loaded:
            path = self.html / unquote(url.removeprefix(self.base + "/"))
            sizes[path.name] = len(gzip.compress(path.read_bytes(), 6, mtime=0))
        return sizes


@pytest.fixture
def visit(browser, html, request):
    """``visit(name, http=False, theme="light", width=1280, suffix="")`` -> Visit of a page."""
    contexts = []

    def open_page(name, http=False, theme="light", width=1280, height=900, suffix="", **options):
        base = request.getfixturevalue("server") if http else html.as_uri()
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        result = Visit(context, html, base)
        result.go(name, suffix)
        return result

    yield open_page
    for context in contexts:
        context.close()


# --- live figures ------------------------------------------------------------------------------


class Shown:
    """A page with figures, opened from disk."""

    def __init__(self, browser, folder, figures, query="", body="", theme="light", **options):
        self.file = folder / "figure.html"
        text = live.page(*figures, body=body)
        text = text.replace('<html lang="en">', f'<html lang="en" data-theme="{theme}">')
        self.file.write_text(text, encoding="utf-8")
        size = {"width": options.pop("width", 1280), "height": 900}
        self.context = browser.new_context(viewport=size, **options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.problems, self.profiler = [], None
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("request", self._note)
        self.open(query)

    def open(self, query=""):
        self.page.goto("about:blank")
        self.page.goto(self.file.as_uri() + query)
        self.settle()

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _note(self, request):
        if not request.url.startswith((self.file.as_uri(), "blob:", "data:", "about:")):
            self.problems.append(f"asked for {request.url}")

    def settle(self):
        self.page.wait_for_selector(".live-said:not(:empty)")
        self.page.evaluate("() => new Promise((f) => requestAnimationFrame(() => setTimeout(f)))")

    def frames(self, count=4):
        """Wait for animation frames, in which observers report and what they ask for is done."""
        self.page.evaluate(FRAMES, count)

    def work(self, action) -> int:
        """How many blocks of JavaScript run while ``action`` does what it does."""
        if self.profiler is None:
            self.profiler = self.context.new_cdp_session(self.page)
            self.profiler.send("Profiler.enable")
            options = {"callCount": True, "detailed": True}
            self.profiler.send("Profiler.startPreciseCoverage", options)
        self.profiler.send("Profiler.takePreciseCoverage")
        action()
        taken = self.profiler.send("Profiler.takePreciseCoverage")["result"]
        functions = [function for script in taken for function in script["functions"]]
        return sum(block["count"] for function in functions for block in function["ranges"])

    def state(self, name):
        keys = "Object.keys(m.get('_spec')).map((k) => [k, m.get(k)])"
        return self.page.evaluate(
            f"(n) => {{ const m = liveFigures.byName(n); return Object.fromEntries({keys}); }}",
            name,
        )

    def values(self):
        """The read-out: quantities by their label."""
        pairs = self.page.eval_on_selector_all(
            ".live-values div",
            "(rows) => rows.map((r) => [r.children[0].textContent, r.children[1].dataset.value])",
        )
        return dict(pairs)


@pytest.fixture(scope="session")
def figures() -> dict[str, type]:
    """The class of every live figure, by its name."""
    return FIGURES


@pytest.fixture(params=FIGURES.values(), ids=FIGURES)
def figure_class(request) -> type:
    """Each of them in turn."""
    return request.param


@pytest.fixture
def show(browser, tmp_path):
    shown = []

    def open_page(*figures, **options):
        shown.append(Shown(browser, tmp_path, figures, **options))
        return shown[-1]

    yield open_page
    for one in shown:
        one.context.close()
        assert one.problems == []
