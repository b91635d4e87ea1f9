"""The color of a coordinate is its name: minor to major on one scale, with line styles as well.

The colors are told apart with every common color vision (the scale runs from warm to cold while its
lightness changes steadily), and every coordinate also has a dash pattern of its own, so that no
statement of the book rests on color alone. The dark values are the same hues, lighter.
"""

from __future__ import annotations

# Minor first: amber, vermilion, magenta, violet, blue, deep teal.
LIGHT = ("#b26a00", "#c8382d", "#a8327d", "#6a3fb5", "#1f5fbf", "#00706b")
DARK = ("#ffb74d", "#ff8a70", "#f08cc8", "#bda2ff", "#7fb2ff", "#4fd1c5")
DASHES = ((), (7, 3), (2, 2), (9, 3, 2, 3), (12, 4), (4, 2, 1, 2, 1, 2))

# The optimizers, wherever they stand side by side.
METHODS = {
    "gd": {
        "name": "GD",
        "short": "GD",
        "light": "#5c5c5c",
        "dark": "#b8b8b8",
        "dash": (2, 3),
    },
    "l2": {
        "name": "$ℓ_2$-SAM",
        "short": "$ℓ_2$",
        "light": "#2456a8",
        "dark": "#8ab6ff",
        "dash": (),
    },
    "linf": {
        "name": "$ℓ_∞$-SAM",
        "short": "$ℓ_∞$",
        "light": "#9a5b00",
        "dark": "#f0b14a",
        "dash": (8, 3),
    },
}


def coordinate_slots(count: int) -> list[int]:
    """Places on the scale for ``count`` coordinates, minor first, as far apart as possible.

    >>> coordinate_slots(1), coordinate_slots(2), coordinate_slots(3)
    ([4], [0, 4], [0, 2, 4])
    >>> coordinate_slots(8)
    [0, 1, 2, 3, 4, 5, 0, 1]
    """
    named = {1: [4], 2: [0, 4], 3: [0, 2, 4], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4]}
    return named.get(count, [i % len(LIGHT) for i in range(count)])
