"""Everything a page loads lies beside it: no content delivery network, no missing script.

The math typesetter and the icon font come from installed packages at build time, into the ignored
folder ``vendor/``. Scripts of the theme that need the network or are not needed are left out.
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import files
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme
from sphinx.util import logging

logger = logging.getLogger(__name__)

RUNTIME = "sam_lib/live/js/runtime.js"
THEMES = [Path(module.__file__).parent for module in (pydata_sphinx_theme, sphinx_book_theme)]
FONTS = "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts"
STYLE = "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"
BOOK_STYLE = "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css"


def vendor_mathjax(folder: Path) -> None:
    """Copy the single-file typesetter and its optional TeX packages out of their wheel."""
    wanted = re.compile(r"mathjax/(tex-svg\.js|input/tex/extensions/.+\.js)$")
    for file in files("sphinx-mathjax-offline"):
        if match := wanted.search(file.as_posix()):
            target = folder / "mathjax" / match[1]
            source = Path(file.locate())
            if not target.exists() or target.stat().st_size != source.stat().st_size:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def icon_codes() -> list[int]:
    """The icons that the theme's templates and style sheets can show."""
    style = (THEMES[0] / STYLE).read_text("utf8")
    templates = "".join(
        path.read_text("utf8")
        for theme in THEMES
        for pattern in ("**/*.html", "**/*.py")
        for path in theme.glob(pattern)
    )
    named = {name for name in re.findall(r"fa-([a-z-]+)", templates)} | {"flag", "circle-question"}
    codes = set()
    for names, code in re.findall(r'((?:\.fa-[a-z-]+:before,?)+)\{content:"\\([0-9a-f]+)"', style):
        if named & set(re.findall(r"fa-([a-z-]+):", names)):
            codes.add(int(code, 16))
    unnamed = re.sub(r"\.fa-[a-z0-9-]+:before[^}]*}", "", style)
    unnamed += (THEMES[1] / BOOK_STYLE).read_text("utf8")
    codes |= {int(code, 16) for code in re.findall(r'content:\s*"\\(f[0-9a-f]{3})"', unnamed)}
    codes |= {ord(char) for char in re.findall(r'--pst-icon-[a-z-]+:\s*"([\ue000-\uf8ff])"', style)}
    return sorted(codes)


def vendor_icons(folder: Path) -> None:
    """Cut the theme's icon font down to the icons in use: 156 kB become a few."""
    target = folder / "icons.woff"
    if target.exists():
        return
    from fontTools import subset

    folder.mkdir(parents=True, exist_ok=True)
    options = subset.Options(flavor="woff", notdef_outline=True)
    font = subset.load_font(str(THEMES[0] / FONTS / "fa-solid-900.ttf"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=icon_codes())
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def without_fontawesome(head: str) -> str:
    """The head of a page without the 540 kB script that the icon font makes superfluous."""
    return re.sub(r"<script[^>]*fontawesome\.js[^>]*></script>", "", head)


def configure(app, config) -> None:
    """Point Sphinx at the local files."""
    root = Path(app.confdir)
    vendor_mathjax(root / "vendor")
    vendor_icons(root / "vendor")
    config.html_static_path += ["vendor", "extensions/assets"]
    config.templates_path.insert(0, "extensions/templates")
    config.mathjax_path = "mathjax/tex-svg.js"
    if (root / RUNTIME).exists():
        config.html_static_path.append(RUNTIME)
        config.nb_ipywidgets_js = {Path(RUNTIME).name: {"defer": "defer"}}
    else:
        config.nb_ipywidgets_js = {}


def add_filters(app) -> None:
    """Let the page template drop what the theme hard-codes."""
    if app.builder.format == "html":
        app.builder.templates.environment.filters["without_fontawesome"] = without_fontawesome


def drop_thebe(app) -> None:
    """Silence sphinx-thebe: Jupyter Book always loads it, and its script throws on every page."""
    for listeners in app.events.listeners.values():
        listeners[:] = [
            entry for entry in listeners if not entry.handler.__module__.startswith("sphinx_thebe")
        ]
    app.registry.css_files[:] = [
        entry for entry in app.registry.css_files if "thebe" not in entry[0]
    ]


def setup(app) -> dict:
    app.set_html_assets_policy("always")  # titles in the sidebar hold math on every page
    drop_thebe(app)
    app.connect("config-inited", configure, priority=400)
    app.connect("builder-inited", add_filters)
    for name in ("book.css", "claims.css"):
        app.add_css_file(name, priority=900)
    app.add_js_file("book.js", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
