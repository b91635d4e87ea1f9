"""What all tests share: how notebooks are compared, and which tests keep each other's company."""

import os

import pytest

os.environ["TQDM_DISABLE"] = "1"  # a progress bar is shown by chance: when the machine is busy

# Only text is compared: the filter of tools/notebooks.py drops everything else from the chapters.
NOT_COMPARED = ("text/html", "image/svg+xml", "image/png", "image/jpeg")


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """The cells of a notebook run in one kernel, so they go to one worker."""
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.xdist_group(item.path.name))
