"""Runs snippets of JavaScript in node, with the scripts of the explorer's engine before them.

Arrays go there and back as the bytes that they are: in a snippet they are flat typed arrays, in
Python flat NumPy arrays.
"""

import base64
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

from kit.explorer.assembling import ENGINE, read_part

NODE = shutil.which("node")

_TYPES = {
    "float32": "Float32Array",
    "float64": "Float64Array",
    "int32": "Int32Array",
    "uint8": "Uint8Array",
}
_FRAME = """
const $types = {$TYPES};
const $given = JSON.parse(require("node:fs").readFileSync(0, "utf8"), (key, value) => {
  if (!value || value.$array === undefined) return value;
  const bytes = Uint8Array.from(Buffer.from(value.$array, "base64"));
  return new $types[value.type](bytes.buffer);
});
const $kept = (key, value) => {
  if (!ArrayBuffer.isView(value)) return value;
  const type = Object.keys($types).find((name) => value instanceof $types[name]);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { $array: bytes.toString("base64"), type };
};
(async (given) => {$SNIPPET})($given).then(
  (found) => process.stdout.write(JSON.stringify(found === undefined ? null : found, $kept)),
  (error) => { process.stderr.write(String(error.stack || error)); process.exitCode = 1; },
);
"""


def run_engine(snippet, given=None, scripts=ENGINE, timeout=120):
    """What the snippet returns; it sees `Kit`, and `given`.

    A snippet is the body of an async function. A number that is NaN or infinite comes back as None,
    unless it is in a typed array.
    """
    if NODE is None:
        pytest.skip("node is not installed, in which the explorer's engine is tested")
    types = "{" + ", ".join(f"{name}: {kind}" for name, kind in _TYPES.items()) + "}"
    frame = _FRAME.replace("{$TYPES}", types).replace("$SNIPPET", snippet)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "snippet.js")
        file.write_text("\n".join([*map(read_part, scripts), frame]), "utf-8")
        done = subprocess.run(
            [NODE, str(file)],
            input=json.dumps(given, default=_packed),
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
    if done.returncode:
        raise AssertionError(f"the snippet failed:\n{done.stderr}")
    return json.loads(done.stdout, object_hook=_unpacked)


def _packed(value):
    if isinstance(value, np.generic):
        return value.item()
    array = np.ascontiguousarray(value)
    data = base64.b64encode(array.tobytes()).decode("ascii")
    assert array.dtype.name in _TYPES, array.dtype
    return {"$array": data, "type": array.dtype.name}


def _unpacked(found):
    if "$array" not in found:
        return found
    return np.frombuffer(base64.b64decode(found["$array"]), found["type"])
