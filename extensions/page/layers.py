"""Heavy packages that arrive with their first import."""

import importlib
import importlib.machinery
import sys
import zlib

import js

LAYERS = {"scipy": "scipy"} | dict.fromkeys(
    ("matplotlib", "mpl_toolkits", "PIL", "contourpy", "kiwisolver", "cycler"), "matplotlib"
)


class Finder:
    """Asks the worker for the layer of a package that is not there yet."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in LAYERS:
            return None
        js.fetchLayer(LAYERS[name])
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(name, path)


def gunzip(data):
    """The tar in a gzipped archive, without waiting."""
    return zlib.decompress(data.to_py(), 31)


def install():
    """Look for missing layers after everything else."""
    sys.meta_path.append(Finder)
