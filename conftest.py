"""What all tests share: how notebooks are compared."""

import importlib
import importlib.util
import os
import pkgutil

import sam_lib

os.environ["TQDM_DISABLE"] = "1"  # a progress bar is shown by chance: when the machine is busy

# Doctest collection would load a module that is not yet imported a second time, with a second
# copy of its classes: then ``run.status is sam.Status.COMPLETED`` fails. So import them all.
EXTRAS = {"sam_lib.optimizers.torch": "torch"}  # module -> the optional package that it needs
missing = {name for name, needs in EXTRAS.items() if importlib.util.find_spec(needs) is None}
collect_ignore = [f"{name.replace('.', '/')}.py" for name in missing]
for module in pkgutil.walk_packages(sam_lib.__path__, "sam_lib."):
    if module.name not in missing:
        importlib.import_module(module.name)

# Only text is compared: the filter of tools/notebooks.py drops everything else from the chapters.
NOT_COMPARED = ("text/html", "image/svg+xml", "image/png", "image/jpeg")


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED
