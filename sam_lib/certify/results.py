"""What is proved, as small records."""

import math
from enum import Enum
from typing import NamedTuple


class End(Enum):
    """How a trajectory of the l_2 flow ends, proved. The value of each member is a sentence."""

    COLLAPSES = "The parameters collapse to the origin."
    ESCAPES = "The parameters grow without bound."

    def __str__(self):
        return self.value


class Enclosure(NamedTuple):
    """A number that is proved to lie between ``low`` and ``high``."""

    low: float
    high: float

    def outside(self, low, high):
        """How far the number may lie outside the closed interval; 0 if it is proved to be inside.

        >>> Enclosure(0.25, 0.5).outside(0, 1), Enclosure(0.25, 0.5).outside(0.5, 1)
        (0.0, 0.25)
        """
        return max(low - self.low, self.high - high, 0.0)

    def gap(self, low, high):
        """How far the number is from the closed interval at least; 0 if it may be inside.

        >>> Enclosure(0.25, 0.5).gap(0.75, 1)
        0.25
        """
        return max(low - self.high, self.low - high, 0.0)

    @classmethod
    def around(cls, ball):
        """Floats around a ball, rounded outwards."""
        low, high = float(ball.lower()), float(ball.upper())
        return cls(math.nextafter(low, -math.inf), math.nextafter(high, math.inf))


class Bracket(NamedTuple):
    """A threshold between two decimals: a flow from ``low`` collapses, from ``high`` escapes."""

    low: str
    high: str


class Walk(NamedTuple):
    """The leaders in order (0-based), and an enclosure of the rescaled time of each change.

    ``times`` may be shorter than the number of changes: the last changes can be sure to come, by a
    theorem, before it is known when.
    """

    leaders: tuple
    times: tuple
