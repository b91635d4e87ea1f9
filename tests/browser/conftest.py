"""The built book in a real browser: fixtures `html`, `browser`, `server` and `visit`."""

import functools
import gzip
import http.server
import os
import shutil
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MISSING = (
    "no Chromium: install one (Debian: apt install chromium) "
    "or name it: CHROMIUM=/path/to/chrome make test"
)
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
                for (let k = 0; k < 100 && waiting(); k++) await pause(50);
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
    """`visit(name, http=False, theme="light", width=1280, suffix="")` -> Visit of a page."""
    contexts = []

    def open_page(name, http=False, theme="light", width=1280, height=900, suffix="", **options):
        base = request.getfixturevalue("server") if http else html.as_uri()
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        result = Visit(context, html, base)
        result.go(name, suffix)
        return result

    yield open_page
    for context in contexts:
        context.close()
