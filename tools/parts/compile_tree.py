"""Turns each module below /tree into byte code, inside Pyodide; run by ``compile.mjs``.

Without docstrings, as ``python -OO`` would: a third less to send.
"""

import os
from py_compile import PycInvalidationMode, compile

for folder, _, names in os.walk("/tree"):
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith(".py"):
            mode = PycInvalidationMode.UNCHECKED_HASH
            compile(path, path + "c", name, doraise=True, optimize=2, invalidation_mode=mode)
            os.remove(path)
