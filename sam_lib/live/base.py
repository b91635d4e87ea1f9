"""The base of every live figure: an ipywidget that also lives in a page without a kernel.

A figure is a small Python class, whose traits are its state, and an ES module that draws it:

    class Gate(LiveFigure):
        caption = Text("...")
        rho = Number(1.0, low=0, high=2)

The module is ``js/figures/gate.js``, or the trait class's own ``module`` (a path, or source text).
"""

from __future__ import annotations

import re
from pathlib import Path

import anywidget
import traitlets

from sam_lib.live.bundle import JS, figure_bundle, stylesheet
from sam_lib.live.pages import page
from sam_lib.live.traits import Name, Text


class LiveFigure(anywidget.AnyWidget):
    """A live figure; its traits are its state, in the kernel as in the page.

    name: the figure's id in the page, for links (``?gate.rho=0.5#gate``) and for phrases.
    caption: the lesson, if not the class's own. alt: what it shows, for readers who do not see it.
    Any trait of the state can be given; ValueError if it is out of range, here as when it is
    assigned later.
    """

    module: Path | str | None = None
    alike: tuple[tuple[str, str], ...] = ()

    name = Name().tag(sync=True)
    caption = Text("")
    alt = Text("")
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
        super().__init__(name=_snake(type(self).__name__) if name is None else name, **state)
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
        """A plain value would hide the trait of that name, which syncs and is checked."""
        super().__init_subclass__(**kwargs)
        for key in vars(cls).keys() & cls.__base__.class_trait_names(sync=True):
            if not (key.startswith("_") or isinstance(vars(cls)[key], traitlets.TraitType)):
                raise ValueError(f"{cls.__name__}.{key}: got {vars(cls)[key]!r}, allowed: a trait")

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
