"""Where formulas are compared: a legal range for each argument, both sides of a gate included."""

RANGES = {
    "s": (0.0, 0.3),
    "t": (0.0, 50.0),
    "tau": (0.1, 2.0),
    "s_zero": (0.4, 2.0),
    "s_blow_up": (0.4, 2.0),
    "mu": (0.3, 2.0),
    "mu_norm": (0.5, 3.0),
    "alpha": (0.05, 1.6),
    "kappa": (0.01, 0.2),
    "rho": (0.2, 1.2),
    "toll": (0.0, 0.3),
    "n": (0.2, 4.0),
    "u0": (-5.0, 5.0),
    "shift": (0.0, 3.0),
    "margin": (-5.0, 20.0),
}


def span(name):
    """The range of the argument of that name."""
    return RANGES.get(name, (0.3, 2.0))
