"""Pages stay light: plots with 256 colors, and style rules only for icons that can appear."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from offline import icon_codes

ICON_RULE = re.compile(r'(?:\.fa-[a-z0-9-]+:before,?)+\{content:"\\([0-9a-f]+)"\}')
STYLE = "_static/styles/pydata-sphinx-theme.css"


def slim_image(path: Path) -> None:
    """Store a plot with a palette if that is smaller."""
    from PIL import Image

    with Image.open(path) as image:
        if image.mode == "P":
            return
        packed = BytesIO()
        image.convert("RGB").quantize(256).save(packed, "PNG", optimize=True)
    if packed.tell() < path.stat().st_size:
        path.write_bytes(packed.getvalue())


def slim_style(path: Path) -> None:
    """Drop the rules of some thousand icons that no page shows."""
    used = set(icon_codes())
    text = path.read_text("utf8")
    path.write_text(
        ICON_RULE.sub(lambda rule: rule[0] if int(rule[1], 16) in used else "", text), "utf8"
    )


def slim(app, exception) -> None:
    if exception is None and app.builder.format == "html":
        for path in (Path(app.outdir) / "_images").glob("*.png"):
            slim_image(path)
        if (Path(app.outdir) / STYLE).exists():
            slim_style(Path(app.outdir) / STYLE)


def setup(app) -> dict:
    app.connect("build-finished", slim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
