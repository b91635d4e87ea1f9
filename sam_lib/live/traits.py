"""The state of a live figure: traits that sync, that are checked and that describe themselves."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets


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
