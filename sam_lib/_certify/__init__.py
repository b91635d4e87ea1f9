"""Proved integration in ball arithmetic: the engine of :mod:`sam_lib.certify`."""
