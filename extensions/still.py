"""The still of the opening: what three learners rely on at three moments, for print and previews.

``vendor/still.png`` is drawn at each build from the exact flows and the parts of ``scene.svg``, in
the size that link previews want. The head of each page names it, with a description, and with the
address of the published book where one is configured (``html.baseurl`` of ``_config.yml``).
The README's copy is ``book/still.png``: ``python extensions/still.py`` draws it.
"""

from __future__ import annotations

import html
import io
from pathlib import Path

import numpy as np
from PIL import Image

import sam_lib as sam
from sam_lib.live.bundle import scene

FILE = "still.png"
ALT = (
    "Three rows of pictures of a cow on a meadow, at the start, in the middle and at the end of "
    "training. Gradient descent lights the cow. Maximum-norm SAM goes dark. Euclidean SAM first "
    "lights the grass, and only in the end the cow."
)
DESCRIPTION = (
    "Sharpness-aware minimization learns the weak feature first and the strong one last: an "
    "interactive book in which every statement is verified and every formula can be played with."
)
INK, NIGHT = "#e6e8eb", "#10151c"
MU, START = np.array([1.0, 2.0]), np.full(2, 0.57)
MOMENTS = {"start": 0.0, "stop here …": 2.0, "… or here": 6.0}


def weights() -> dict[str, np.ndarray]:
    """The weights of the common layer at the moments, (3, 2), by name of the learner."""
    times = np.array(list(MOMENTS.values()))
    return {
        "gradient\ndescent": sam.exact.linf_flow(times, MU, START, 0.0, 2),
        "$\\ell_\\infty$-SAM": sam.exact.linf_flow(times, MU, START, 1.0, 2),
        "$\\ell_2$-SAM": sam.exact.l2_flow(times, MU, sam.balanced(START, 2), 1.0)[:, 0],
    }


def light(w: np.ndarray) -> np.ndarray:
    """How bright meadow and cow are, (2,), as in ``meadow.js``."""
    beta = w**2
    total = beta.sum()
    left = min(1.0, total / (START**2).sum())
    return np.minimum(1, 1.25 * left * beta / total) if total > 0 else np.zeros(2)


def outline(d: str):
    """A path of ``scene.svg`` for matplotlib."""
    from matplotlib.path import Path as Outline

    codes = {"M": Outline.MOVETO, "L": Outline.LINETO, "C": Outline.CURVE4}
    points, kinds, kind = [], [], None
    tokens = iter(d.replace("M", " M ").replace("L", " L ").replace("C", " C ").split())
    for token in tokens:
        if token in codes:
            kind = codes[token]
        elif token.startswith("Z"):
            points.append(points[-1])
            kinds.append(Outline.CLOSEPOLY)
        else:
            number = token.removesuffix("Z")
            points.append((float(number), float(next(tokens))))
            kinds.append(kind)
    return Outline(points, kinds)


def paint(axes, brightness: np.ndarray) -> None:
    """The scene, its parts as bright as their feature."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import PathPatch

    axes.set(xlim=(0, 200), ylim=(150, 0), xticks=[], yticks=[], facecolor=NIGHT)
    for part in scene():
        share = brightness[part["feature"]]
        dark, lit = np.array(to_rgb(part["dark"])), np.array(to_rgb(part["lit"]))
        color = (1 - share) * dark + share * lit
        axes.add_patch(PathPatch(outline(part["d"]), facecolor=color, linewidth=0))


def draw(path: Path) -> None:
    """Write the still, 1200 by 630 pixels."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**matplotlib.rcParamsDefault, "mathtext.fontset": "dejavusans"}):
        figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#1b222b")
        FigureCanvasAgg(figure)
        grid = figure.add_gridspec(
            3, 3, left=0.385, right=0.985, top=0.93, bottom=0.02, wspace=0.03, hspace=0.04
        )
        for row, (name, path_of) in enumerate(weights().items()):
            for column, (moment, w) in enumerate(zip(MOMENTS, path_of, strict=True)):
                axes = figure.add_subplot(grid[row, column])
                paint(axes, light(w))
                if row == 0:
                    axes.set_title(moment, color=INK, fontsize=15)
                if column == 0:
                    axes.set_ylabel(
                        name, color=INK, fontsize=17, rotation=0, ha="right", va="center"
                    )
        figure.text(0.025, 0.84, "Minor first,\nmajor last", color=INK, fontsize=29, weight="bold")
        figure.text(
            0.025,
            0.06,
            "Same picture,\nsame start.\nWhich one\nwould you ship?",
            color=INK,
            fontsize=17,
        )
        picture = io.BytesIO()
        figure.savefig(picture, metadata={"Software": None})
    # A page loads it, so it has few colors.
    Image.open(picture).convert("RGB").quantize(64).save(path, optimize=True)


def provide(app, config) -> None:
    folder = Path(app.confdir) / "vendor"
    folder.mkdir(exist_ok=True)
    draw(folder / FILE)


def describe(app, pagename, templatename, context, doctree) -> None:
    """What a link preview shows of a page."""
    base = app.config.html_baseurl.rstrip("/")
    here = context["pathto"](f"_static/{FILE}", 1)
    title = html.escape(app.config.html_title)
    about = html.escape(DESCRIPTION)
    image = f"{base}/_static/{FILE}" if base else here
    context["metatags"] = context.get("metatags", "") + (
        f'\n<meta name="description" content="{about}">'
        f'\n<meta property="og:type" content="book"><meta property="og:title" content="{title}">'
        f'\n<meta property="og:description" content="{about}">'
        f'\n<meta property="og:image" content="{image}">'
        f'\n<meta property="og:image:alt" content="{html.escape(ALT)}">'
        '\n<meta name="twitter:card" content="summary_large_image">'
    )


def setup(app) -> dict:
    app.connect("config-inited", provide, priority=300)
    app.connect("html-page-context", describe, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    draw(Path(__file__).resolve().parent.parent / "book" / FILE)
