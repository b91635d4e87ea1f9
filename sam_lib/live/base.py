"""The base of every live figure: an ipywidget that also lives in a page without a kernel.

A figure is a small Python class, whose traits are its state, and an ES module that draws it:

    class Gate(LiveFigure):
        caption = "..."
        rho = Number(1.0, low=0, high=2)

The module is `js/figures/gate.js`, or the trait class's own `module` (a path, or source text).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

import anywidget
import traitlets

from sam_lib.live.bundle import JS, figure_bundle, stylesheet


class StateError(traitlets.TraitError, ValueError):
    """A value that the state of a figure does not allow."""


class _State:
    """What the traits of a figure's state share: they sync, and they describe themselves."""

    def __init__(self, default, **options):
        super().__init__(default)
        self.options = options
        self.tag(sync=True, state=True)

    def describe(self) -> dict:
        return {"kind": self.kind, **self.options}

    def refuse(self, value, allowed: str):
        raise StateError(f"{self.name} = {value!r}: allowed is {allowed}")

    def number(self, value, whole=None) -> float:
        low, high = self.options["low"], self.options["high"]
        good = isinstance(value, int | float) or hasattr(value, "__float__")
        if not good or isinstance(value, bool | str) or not low <= float(value) <= high:
            self.refuse(value if whole is None else whole, f"a number from {low} to {high}")
        return float(value)


class Number(_State, traitlets.TraitType):
    """A number from `low` to `high`."""

    kind = "number"

    def __init__(self, default: float, *, low: float, high: float):
        super().__init__(float(default), low=low, high=high)

    def validate(self, obj, value):
        return self.number(value)


class Vector(_State, traitlets.TraitType):
    """A list of numbers from `low` to `high`, one per coordinate."""

    kind = "vector"

    def __init__(
        self, default: Sequence[float], *, low: float, high: float, size: tuple[int, int] = (1, 6)
    ):
        super().__init__([float(v) for v in default], low=low, high=high, size=list(size))

    def make_dynamic_default(self):
        return list(self.default_value)

    def validate(self, obj, value):
        few, many = self.options["size"]
        try:
            entries = list(value)
        except TypeError:
            self.refuse(value, f"a list of {few} to {many} numbers")
        if not few <= len(entries) <= many:
            self.refuse(value, f"a list of {few} to {many} numbers")
        return [self.number(entry, whole=value) for entry in entries]


class Choice(_State, traitlets.TraitType):
    """One of a few values."""

    kind = "choice"

    def __init__(self, default, options: Sequence):
        super().__init__(default, options=list(options))

    def validate(self, obj, value):
        for option in self.options["options"]:
            if option == value and isinstance(value, bool) == isinstance(option, bool):
                return option
        self.refuse(value, f"one of {self.options['options']}")


class Flag(_State, traitlets.TraitType):
    """True or False."""

    kind = "flag"

    def validate(self, obj, value):
        if not isinstance(value, bool):
            self.refuse(value, "True or False")
        return value


class LiveFigure(anywidget.AnyWidget):
    """A live figure; its traits are its state, in the kernel as in the page.

    name: the figure's id in the page, for links (`?gate.rho=0.5#gate`) and for phrases of the text.
    caption: the lesson, if not the class's own. alt: what it shows, for readers who do not see it.
    Any trait of the state can be given; ValueError if it is out of range.
    """

    module: Path | str | None = None
    texts: dict[str, str] = {"caption": "", "alt": ""}  # noqa: RUF012
    alike: tuple[tuple[str, str], ...] = ()

    name = traitlets.Unicode().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    _spec = traitlets.Dict().tag(sync=True)
    _class = traitlets.Unicode().tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str | None = None, **state):
        known = {"caption", "alt", *self.state_names()}
        if unknown := state.keys() - known:
            raise ValueError(
                f"{type(self).__name__} has no {sorted(unknown)}; it takes name, {sorted(known)}"
            )
        name = _snake(type(self).__name__) if name is None else name
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise ValueError(f"name = {name!r}: allowed are small letters, digits and hyphens")
        super().__init__(name=name, **state)
        for one, other in self.alike:
            if len(getattr(self, one)) != len(getattr(self, other)):
                raise ValueError(f"{one} and {other} must have the same number of entries")
        self._spec = {
            key: {**trait.describe(), "start": getattr(self, key)}
            for key, trait in self.traits(state=True).items()
        }

    @classmethod
    def state_names(cls) -> list[str]:
        """Names of the traits that make up the state."""
        return list(cls.class_traits(state=True))

    @property
    def state(self) -> dict:
        """The state, by trait."""
        return {key: getattr(self, key) for key in self.traits(state=True)}

    def reset(self) -> None:
        """Back to the state in which the figure was made."""
        for key, entry in self._spec.items():
            setattr(self, key, entry["start"])

    def __init_subclass__(cls, **kwargs):
        """Lets a class give `caption` and `alt` as plain strings: the defaults of these traits."""
        own = {
            key: cls.__dict__[key] for key in cls.texts if isinstance(cls.__dict__.get(key), str)
        }
        cls.texts = {**cls.texts, **own}
        for key in own:
            delattr(cls, key)
        super().__init_subclass__(**kwargs)

    @traitlets.default("caption")
    def _default_caption(self):
        return self.texts["caption"]

    @traitlets.default("alt")
    def _default_alt(self):
        return self.texts["alt"]

    @traitlets.default("_esm")
    def _default_esm(self):
        stem = _snake(type(self).__name__).replace("-", "_")
        return figure_bundle(self.module or JS / "figures" / f"{stem}.js")

    @traitlets.default("_css")
    def _default_css(self):
        return stylesheet()

    @traitlets.default("_class")
    def _default_class(self):
        return type(self).__name__

    def __repr__(self) -> str:
        shown = {"name": self.name}
        defaults = {key: trait.default() for key, trait in self.traits(state=True).items()}
        shown |= {k: v for k, v in self.state.items() if v != defaults[k]}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"

    def save(self, path: Path | str) -> Path:
        """Write the figure as one HTML file that works on its own; returns its path."""
        path = Path(path)
        path.write_text(page(self), encoding="utf-8")
        return path


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def runtime() -> str:
    """The script that brings the figures of a static page to life."""
    return (JS / "runtime.js").read_text(encoding="utf-8")


def page(*figures: LiveFigure, body: str = "", title: str = "Live figures") -> str:
    """A self-contained HTML page with these figures, below `body`."""
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
