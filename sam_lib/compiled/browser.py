"""Calling translated loops from Python in a browser: arrays stay where they are, in its memory."""

import functools

import numpy as np

from sam_lib.compiled.expressions import NUMBER, Array
from sam_lib.compiled.javascript import program


def entry(function):
    """The loop ``function``, run by the browser's own engine."""
    import js  # the page's; not to be had elsewhere

    @functools.wraps(function)
    def run(*arguments):
        arrays = [
            np.asarray(a, float, "C") if isinstance(a, np.ndarray) else None for a in arguments
        ]
        flat = []
        for given, array in zip(arguments, arrays, strict=True):
            if array is None:
                flat.append(float(given))
            else:
                flat += [array.__array_interface__["data"][0] // 8, *array.shape]
        kinds = tuple(NUMBER if a is None else Array(a.ndim) for a in arrays)
        result = compiled(kinds)(flat)
        for given, array in zip(arguments, arrays, strict=True):
            if array is not None and array is not given and given.flags.writeable:
                given[...] = array
        return tuple(result) if hasattr(result, "to_py") else result

    @functools.cache
    def compiled(kinds):
        """The function of one list of types; ``heap`` is the memory of Python as numbers."""
        passed, at = [], 0
        for kind in kinds:
            if kind is NUMBER:
                passed.append(f"a[{at}]")
                at += 1
            else:
                passed += ["heap", *(f"a[{at + i}]" for i in range(kind.ndim + 1))]
                at += kind.ndim + 1
        source = f"const f = (() => {{{program(function, kinds)}}})();\n"
        source += "return (list) => { const a = list.toJs(), heap = pythonHeap(); "
        source += f"return f({', '.join(passed)}); }};"
        return js.Function.new(source)()

    return run
