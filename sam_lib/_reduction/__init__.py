"""The engine of the l_2 solution at depth two (D5): one scalar equation, compiled.

``batch`` puts starts into it, ``trajectory`` integrates them by the Taylor series of ``series``,
and ``double_double`` keeps the digits that cancel next to a collapse. Reached from ``exact.l2``
only.
"""

# how a trajectory ended
RUNNING, COLLAPSED, ESCAPED, STALLED = 0, 1, 2, 3
