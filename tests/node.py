"""Maths of the browser, run by the JavaScript engine that the browser tests bring along."""

import json
import subprocess

import numpy as np
from playwright._impl._driver import compute_driver_executable

from sam_lib.live.bundle import JS, bundle

# Numbers that JSON does not have, as strings, both ways.
ENCODE = """
const each = (f) => (v) => Array.isArray(v) ? v.map(each(f))
  : v && typeof v === "object"
    ? Object.fromEntries(Object.entries(v).map(([k, w]) => [k, each(f)(w)]))
    : f(v);
const encode = each((v) => typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
const decode = each((v) => ["Infinity", "-Infinity", "NaN"].includes(v) ? Number(v) : v);
"""


def javascript(module: str, exports: tuple[str, ...], expression: str, data, folder):
    """``expression``, in which ``data`` is the given data, with exports of a module of ``maths/``.

    It runs in the JavaScript engine that the tests' browser driver brings along.
    """
    code = bundle(JS / "maths" / f"{module}.js", exports) + ENCODE
    (folder / "data.json").write_text(json.dumps(data, default=_plain), encoding="utf-8")
    code += (
        'const data = decode(JSON.parse((await import("node:fs")).readFileSync'
        f"({json.dumps(str(folder / 'data.json'))})));\n"
        f"console.log(JSON.stringify(encode({expression})));\n"
    )
    (folder / "run.mjs").write_text(code, encoding="utf-8")
    node = str(compute_driver_executable()[0])
    done = subprocess.run(
        [node, str(folder / "run.mjs")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def numbers(value) -> np.ndarray:
    """Nested lists, in which infinities are strings, as an array."""
    return np.array(value, dtype=float)


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value))
