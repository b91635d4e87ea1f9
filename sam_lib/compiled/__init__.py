"""The one door to numba, and the same loops as JavaScript where numba does not exist."""

from sam_lib.compiled.door import Engine, fma, njit, on_all_cores

__all__ = ["Engine", "fma", "njit", "on_all_cores"]
