"""What the theorems predict, without simulating: limits, event times, thresholds, regimes, rates.

One example, rescaled clock, unless a docstring says otherwise. A *uniform* start has every weight
of every layer equal to one number, its scale.
"""

from sam_lib.theory.depths import deep_equilibrium, outset_changes, plateau_power
from sam_lib.theory.dial import dial_direction, dial_regret
from sam_lib.theory.dominance import dominant_coordinate, phase_diagram, swap_times
from sam_lib.theory.gates import passes_gate
from sam_lib.theory.limits import blow_up_times, limit_direction, zero_times
from sam_lib.theory.rates import growth_exponents, log_loss_rate, margin_gap
from sam_lib.theory.thresholds import (
    Regime,
    collapse_threshold,
    equilibria,
    major_threshold,
    plateau_length,
    regime,
    rewind_threshold,
)

__all__ = [
    "Regime",
    "blow_up_times",
    "collapse_threshold",
    "deep_equilibrium",
    "dial_direction",
    "dial_regret",
    "dominant_coordinate",
    "equilibria",
    "growth_exponents",
    "limit_direction",
    "log_loss_rate",
    "major_threshold",
    "margin_gap",
    "outset_changes",
    "passes_gate",
    "phase_diagram",
    "plateau_length",
    "plateau_power",
    "regime",
    "rewind_threshold",
    "swap_times",
    "zero_times",
]
