"""The state of a live figure: traits that sync, that are checked and that describe themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from numbers import Real

import numpy as np
import traitlets


class StateError(traitlets.TraitError, ValueError):
    """A value that the state of a figure does not allow."""


class Name(traitlets.TraitType):
    """The id of a figure or a box in the page."""

    default_value = ""

    def validate(self, obj, value):
        if not (isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9-]*", value)):
            raise StateError(
                f"{self.name} = {value!r}: allowed are small letters, digits and hyphens"
            )
        return value


class Text(traitlets.Unicode):
    """A caption, an alternative text or a label."""

    def __init__(self, default: str):
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj, value):
        if not isinstance(value, str):
            raise StateError(f"{self.name} = {value!r}: allowed is a string")
        return value


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

    def number(self, value) -> float:
        """A number from ``low`` to ``high``, or nan for everything else."""
        if not isinstance(value, Real) or isinstance(value, bool):
            return math.nan
        try:
            number = float(value)
        except OverflowError:
            return math.nan
        return number if self.options["low"] <= number <= self.options["high"] else math.nan


class Number(_State, traitlets.TraitType):
    """A number from ``low`` to ``high``."""

    kind = "number"

    def __init__(self, default: float, *, low: float, high: float):
        super().__init__(float(default), low=low, high=high)

    def validate(self, obj, value):
        number = self.number(value)
        if math.isnan(number):
            self.refuse(value, f"a number from {self.options['low']} to {self.options['high']}")
        return number


class Vector(_State, traitlets.TraitType):
    """A list of numbers from ``low`` to ``high``, one per coordinate, in groups of ``group``.

    ``rising``: each entry is larger than the one before. The length is free, within ``size``, until
    the figure is made: its controls are made for that many.
    """

    kind = "vector"

    def __init__(
        self,
        default: Sequence[float],
        *,
        low: float,
        high: float,
        size: tuple[int, int] = (1, 6),
        group: int = 1,
        rising: bool = False,
    ):
        options = {"low": low, "high": high, "size": list(size), "group": group, "rising": rising}
        super().__init__([float(v) for v in default], **options)

    def make_dynamic_default(self):
        return list(self.default_value)

    def get(self, obj, cls=None):
        """A copy: the state changes by assignment alone, which is checked."""
        return list(super().get(obj, cls))

    def validate(self, obj, value):
        few, many = self.options["size"]
        if made := obj._spec.get(self.name):
            few = many = len(made["start"])
        low, high, group, rising = (self.options[k] for k in ("low", "high", "group", "rising"))
        listed = isinstance(value, Sequence | np.ndarray) and not isinstance(value, str | bytes)
        good = listed and getattr(value, "ndim", 1) == 1 and few <= len(value) <= many
        entries = [self.number(entry) for entry in value] if good else []
        good = good and len(entries) % group == 0 and not any(map(math.isnan, entries))
        if not good or (rising and any(b <= a for a, b in pairwise(entries))):
            count = str(few) if few == many else f"{few} to {many}"
            groups = f", in groups of {group}" if group > 1 else ""
            order = ", each larger than the one before" if rising else ""
            self.refuse(value, f"a list of {count} numbers from {low} to {high}{groups}{order}")
        return entries


class Choice(_State, traitlets.TraitType):
    """One of a few values."""

    kind = "choice"

    def __init__(self, default, options: Sequence):
        super().__init__(default, options=list(options))

    def validate(self, obj, value):
        if isinstance(value, Real | str) and not isinstance(value, bool):
            for option in self.options["options"]:
                if option == value:
                    return option
        self.refuse(value, f"one of {self.options['options']}")


class Flag(_State, traitlets.TraitType):
    """True or False."""

    kind = "flag"

    def validate(self, obj, value):
        if not isinstance(value, bool):
            self.refuse(value, "True or False")
        return value
