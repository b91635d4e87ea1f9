"""Hypothesis: no limit on time (machines are shared), and on CI the same examples in every run."""

import os

from hypothesis import HealthCheck, settings

SHARED = {
    "deadline": None,
    "max_examples": 60,
    "suppress_health_check": [HealthCheck.too_slow],  # it looks at the clock, too
}
settings.register_profile("default", **SHARED)
settings.register_profile("ci", **SHARED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
