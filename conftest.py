"""What all tests share: how notebooks are compared."""

import os

os.environ["TQDM_DISABLE"] = "1"  # a progress bar is shown by chance: when the machine is busy

# Only text is compared: the filter of tools/notebooks.py drops everything else from the chapters.
NOT_COMPARED = ("text/html", "image/svg+xml", "image/png", "image/jpeg")


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED
