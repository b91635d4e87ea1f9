"""Hypothesis: no limit on time (machines are shared), and on CI the same examples in every run."""

import os

import pytest
from hypothesis import HealthCheck, settings

SHARED = {
    "deadline": None,
    "max_examples": 60,
    "suppress_health_check": [HealthCheck.too_slow],  # it looks at the clock, too
}
settings.register_profile("default", **SHARED)
settings.register_profile("ci", **SHARED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the JavaScript of a module's tests is put."""
    return tmp_path_factory.mktemp("node")
