"""The engine of :mod:`sam_lib.compiled` in a browser: loops become JavaScript."""
