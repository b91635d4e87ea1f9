"""Every live figure looks as it did when somebody last looked at it.

The stored pictures show the panels without text, at half size, so that fonts do not matter.
``make snapshots`` replaces those that are refused here; ``git diff`` then shows what to look at.
"""

import io
import itertools
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from sam_lib import live

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "tests" / "browser" / "snapshots"
REFUSED = ROOT / "_build" / "snapshots"
ACCEPT = bool(os.environ.get("ACCEPT_SNAPSHOTS"))
VARIANTS = {
    "light-1280": {"theme": "light", "width": 1280},
    "dark-390": {"theme": "dark", "width": 390},
}
BARE = "<style>h1 { display: none; } svg text { visibility: hidden; }</style>"
SHRINK = 2
CLEAR = 10  # levels of 255 by which a blurred pixel must differ to count
MANY = 20  # such pixels make another picture
PIXELS = (0, -0.5, 0.5, -1, 1)  # layout may shift a figure as much

# What is computed in pieces is finished at once, as for print.
FINISH = """() => {
  dispatchEvent(new Event("beforeprint"));
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""


def picture(shown) -> Image.Image:
    """The panels of a page with one figure, in full size."""
    shown.page.evaluate(FINISH)
    taken = shown.page.locator(".live-panels").screenshot(animations="disabled")
    return Image.open(io.BytesIO(taken)).convert("RGB")


def shifted(image, dx, dy):
    if dx == dy == 0:
        return image
    plane = (1, 0, dx, 0, 1, dy)
    return image.transform(image.size, Image.Transform.AFFINE, plane, Image.Resampling.BILINEAR)


def difference(stored, small):
    """The largest of the three color differences, pixel by pixel, after a blur."""
    blur = ImageFilter.GaussianBlur(1)
    bands = ImageChops.difference(stored.filter(blur), small.filter(blur)).split()
    return ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])


def distance(stored, new) -> int:
    """Pixels of ``stored`` that differ clearly from ``new`` (full size), at its best shift."""
    best = stored.width * stored.height
    if new.reduce(SHRINK).size != stored.size:
        return best
    inner = (2, 2, stored.width - 2, stored.height - 2)
    for shift in itertools.product(PIXELS, PIXELS):
        changed = difference(stored, shifted(new, *shift).reduce(SHRINK)).crop(inner)
        best = min(best, sum(changed.histogram()[CLEAR:]))
        if best < MANY:
            break
    return best


def compare(stored, small) -> Image.Image:
    """Stored, new, and where they differ, side by side in twice their size."""
    width, height = (max(a, b) for a, b in zip(stored.size, small.size, strict=True))
    changed = difference(*(image.crop((0, 0, width, height)) for image in (stored, small)))
    sheet = Image.new("RGB", (3 * width + 16, height), "magenta")
    for k, image in enumerate((stored, small, changed.point(lambda v: min(255, 6 * v)))):
        sheet.paste(image, (k * (width + 8), 0))
    return sheet.resize((2 * sheet.width, 2 * sheet.height), Image.Resampling.NEAREST)


def refuse(name, new, why, stored=None):
    """Keep what there is to look at, and say where it is."""
    REFUSED.mkdir(parents=True, exist_ok=True)
    look = REFUSED / f"{name}-new.png"
    new.save(look)
    if stored:
        look = REFUSED / f"{name}-compare.png"
        compare(stored, new).save(look)
    pytest.fail(
        f"{name} {why}: look at {look.relative_to(ROOT)}; `make snapshots` accepts it.",
        pytrace=False,
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_picture(show, figure_class, variant):
    name = f"{figure_class.__name__}-{variant}"
    new = picture(show(figure_class(), body=BARE, reduced_motion="reduce", **VARIANTS[variant]))
    path, small = STORED / f"{name}.png", new.reduce(SHRINK)
    stored = Image.open(path).convert("RGB") if path.exists() else None
    changed = distance(stored, new) if stored else None
    if stored and changed < MANY:
        return
    if ACCEPT:
        STORED.mkdir(exist_ok=True)
        small.save(path, optimize=True)
    elif stored:
        refuse(name, small, f"looks different: {changed} pixels, {MANY} are too many", stored)
    else:
        refuse(name, small, "has no stored picture")


def test_no_picture_is_left_over(figures):
    wanted = {f"{name}-{variant}" for name in figures for variant in VARIANTS}
    extra = [path for path in STORED.glob("*.png") if path.stem not in wanted]
    if ACCEPT:
        for path in extra:
            path.unlink()
    else:
        names = [path.name for path in extra]
        assert not names, f"no figure for {names}; `make snapshots` removes them"


def test_pictures_are_small():
    assert sum(path.stat().st_size for path in STORED.glob("*.png")) < 600_000


CURVE = ".live-panel path.live-curve[style*='--coord-0']"
CHANGES = {
    "a curve is missing": f"{CURVE} {{ display: none; }}",
    "a curve has another color": f"{CURVE} {{ stroke: var(--coord-4) !important; }}",
    "a handle is missing": ".live-handle { display: none; }",
    "a region's boundary is elsewhere": "canvas { transform: translateX(3%); }",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_changes_are_refused_and_a_shift_is_not(show, variant):
    shown = show(live.PhaseDiagram(), body=BARE, reduced_motion="reduce", **VARIANTS[variant])
    stored = picture(shown).reduce(SHRINK)

    def changed(css):
        style = shown.page.add_style_tag(content=css)
        new = picture(shown)
        style.evaluate("(node) => node.remove()")
        return distance(stored, new)

    for dx, dy in ((0, 0), (1, 0), (0, 1), (-1, -1), (0.5, 0.5)):
        css = f".live-panel > * {{ transform: translate({dx}px, {dy}px); }}"
        assert changed(css) < MANY, (dx, dy)
    for what, css in CHANGES.items():
        assert changed(css) > 2 * MANY, what
