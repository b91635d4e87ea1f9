"""Whole trajectories, step by proved step."""

from sam_lib.certify import balls, taylor
from sam_lib.certify.leader import follow

ACCURACY = ((1e-16, 96), (1e-28, 160), (1e-44, 256))  # tolerance of a step, bits of a ball
MOST_STEPS = 1500


def with_enough_bits(make, prove):
    """``prove`` with ever more accuracy, until it succeeds."""
    for tolerance, bits in ACCURACY:
        try:
            with balls.precision(bits):
                return prove(make(), tolerance)
        except ArithmeticError as error:
            failure = error
    raise failure


def end(field, tolerance):
    """The end of a flow, as soon as it is sure."""
    state = field.start
    for _ in range(MOST_STEPS):
        end = field.end(state)
        if end is not None:
            return end
        state = taylor.proved_step(field, state, tolerance).end()
    raise ArithmeticError(f"the end is not sure after {MOST_STEPS} steps")


def reach(field, tolerance, goal):
    """The state at the time ``goal``."""
    state, time = field.start, balls.ball(0)
    for _ in range(MOST_STEPS):
        left = goal - time
        if left.contains(0):
            return state
        step = taylor.proved_step(field, state, tolerance, longest=left)
        state, time = step.end(), time + step.length
    raise ArithmeticError(f"the time is not reached after {MOST_STEPS} steps")


def walk(field, tolerance, first):
    """The leaders of a flow whose largest weights at the start are ``first``."""
    state, time = field.start, balls.ball(0)
    rates = taylor.slope(field, state)
    leader = max(first, key=lambda j: float(rates[j]))
    level = [j for j in first if j != leader]
    leaders, times = [leader], []
    for _ in range(MOST_STEPS):
        rest = field.still_to_lead(time, state, leader)
        if rest is not None:
            return (*leaders, *rest), times
        step, after, change = follow(
            taylor.proved_step(field, state, tolerance), leader, level, len(state)
        )
        if change is not None:
            leaders.append(after)
            times.append(time + change)
        state, time, leader, level = step.end(), time + step.length, after, []
    raise ArithmeticError(f"the walk is not over after {MOST_STEPS} steps: {leaders} so far")
