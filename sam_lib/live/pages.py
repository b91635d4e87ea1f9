"""Figures in a page without a kernel: the runtime, and a file that holds all it needs."""

from __future__ import annotations

import html
import json

from sam_lib.live.bundle import JS


def runtime() -> str:
    """The script that brings the figures of a static page to life."""
    return (JS / "runtime.js").read_text(encoding="utf-8")


def page(*figures, body: str = "", title: str = "Live figures") -> str:
    """A self-contained HTML page with these live figures, below ``body``."""
    state = {
        figure.model_id: {
            "model_name": "AnyModel",
            "model_module": "anywidget",
            "state": {
                key: value
                for key, value in figure.get_state().items()
                if key in {"name", "caption", "alt", "_spec", "_class", "_esm", "_css"}
                or key in figure.state_names()
            },
        }
        for figure in figures
    }
    views = "".join(
        f"<div>{_script('view', {'model_id': figure.model_id})}</div>" for figure in figures
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        '</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{max-width:46rem;margin:1rem auto;padding:0 1rem;font-family:system-ui}"
        "html[data-theme=dark]{background:#14181e;color:#ced6dd;--pst-color-background:#14181e}"
        f"</style></head><body><main><h1>{html.escape(title)}</h1>{body}{views}</main>"
        f"{_script('state', {'version_major': 2, 'version_minor': 0, 'state': state})}"
        f"<script>{runtime()}</script></body></html>"
    )


def _script(kind: str, content: dict) -> str:
    text = json.dumps(content).replace("</", "<\\/")
    return f'<script type="application/vnd.jupyter.widget-{kind}+json">{text}</script>'
