"""Files that people hand to the command: a saved model, and the arrays to measure it on.

Whatever is wrong with one is told in one line, with what to do. Nothing is unpickled, and no code
that is in a file is run: who trusts theirs loads the model in Python.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.checks import listed
from kit.files import quiet_start

if TYPE_CHECKING:
    import keras
    import numpy as np

__all__ = ["load_arrays", "load_model", "one_line"]

HDF5 = b"\x89HDF\r\n\x1a\n"
NPY = b"\x93NUMPY"
MODEL = "MODEL must be a model saved as .keras"
DATA = "`--data` must be an .npz file of arrays"
SAVE_DATA = 'write it with numpy.savez("data.npz", x=x, y=y)'


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays x, y and, if there is one, sample_weight of an .npz file.

    Raises
    ------
    ValueError
        For another file, other arrays, and arrays of objects.
    """
    import numpy as np

    if not path.exists():
        raise ValueError(f"{DATA}; there is no {path}")
    if path.is_dir():
        raise ValueError(f"{DATA}; got the folder {path}: name the file in it")
    if _begins(path, NPY):
        raise ValueError(f"{DATA}; got {path}, an .npy file, which has one array: {SAVE_DATA}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{DATA}; got {path}, which is no such file, or is cut off: {SAVE_DATA}")
    arrays, objects = {}, []
    try:
        with np.load(path, allow_pickle=False) as file:
            for name in file.files:
                try:
                    arrays[name] = file[name]
                except ValueError:  # which would need pickle
                    objects.append(name)
    except Exception as error:
        raise ValueError(
            f"{DATA}; got {path}, which is damaged ({one_line(error, 150)}): {SAVE_DATA}"
        ) from error
    if objects:
        raise ValueError(
            f"{DATA}; got {path}, in which {listed(objects)} holds Python objects: rows of unequal "
            "length, or texts and numbers in one; make it an array of numbers, as "
            'numpy.asarray(x, "float32")'
        )
    if not {"x", "y"} <= set(arrays) <= {"x", "y", "sample_weight"}:
        raise ValueError(
            "`--data` must hold the arrays x and y, and sample_weight if there is one; got "
            f"{listed(arrays)} in {path}: {SAVE_DATA}"
        )
    return arrays


def load_model(path: Path) -> keras.Model:
    """A compiled model from a file that needs no code but Keras's.

    Raises
    ------
    ValueError
        For what is no such file, is damaged, or needs code of its own; with the line of Python
        that measures it all the same.
    """
    if not path.exists():
        raise ValueError(f"{MODEL}; there is no {path}")
    if path.is_dir():
        raise ValueError(
            f'{MODEL}; got the folder {path}: save the model with model.save("model.keras")'
        )
    is_zip = zipfile.is_zipfile(path)
    if not is_zip and not _begins(path, HDF5):
        raise ValueError(
            f"{MODEL}; got {path}, which is no such file, or is cut off: save it again, with "
            'model.save("model.keras")'
        )
    if is_zip and path.suffix != ".keras":
        raise ValueError(f"{MODEL}; got {path}: Keras reads it only where its name ends in .keras")
    with quiet_start():
        import keras

    try:
        with warnings.catch_warnings():
            # the state of the optimizer is not measured
            warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
            model = keras.saving.load_model(path, safe_mode=True)
    except Exception as error:
        raise ValueError(f"{MODEL}; got {path}, {_why(path, error)}") from error
    if not model.compiled:
        raise ValueError(
            f"{MODEL} after model.compile(optimizer, loss); got {path}, which was saved without a "
            f"loss: load it in Python, compile it, and call {_line()}"
        )
    return model


def _why(path: Path, error: Exception) -> str:
    """What kept a model from being loaded, and what to do."""
    file = str(path)
    if _begins(path, HDF5):
        return (
            f"an HDF5 file of an older Keras ({one_line(error, 150)}): in Python "
            f"model = keras.saving.load_model({file!r}, compile=False), model.compile(optimizer, "
            f"loss), and {_line()}"
        )
    try:
        config = json.loads(zipfile.ZipFile(path).read("config.json"))
    except Exception:
        return 'which is no model, or damaged: save it again, with model.save("model.keras")'
    own, code = {}, False
    for node in _objects(config):
        name = node["class_name"]
        code = code or name in ("Lambda", "__lambda__")
        if name == "function":
            own[str(node.get("config"))] = str(node.get("config"))
        elif "module" in node and not str(node["module"]).startswith("keras"):
            own[str(node.get("registered_name") or name)] = name
    if code and not own:
        return "which has code in a Lambda layer: if you trust the file, in Python " + _line(
            f"keras.saving.load_model({file!r}, safe_mode=False)"
        )
    if own:
        objects = ", ".join(f"{key!r}: {name}" for key, name in own.items())
        return (
            f"which needs code of its own, {listed(own.values())}: in Python, where that is "
            "defined, " + _line(f"keras.saving.load_model({file!r}, custom_objects={{{objects}}})")
        )
    return (
        f"which Keras cannot load ({one_line(error, 150)}): load it in "
        f"Python, where its code is, and call {_line()}"
    )


def _line(model: str = "model") -> str:
    return f"kit.probe({model}, x, y)"


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Everything in a model's configuration that names a class or a function."""
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            yield config
        config = list(config.values())
    if isinstance(config, list):
        for value in config:
            yield from _objects(value)


def _begins(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def one_line(error: BaseException, longest: int = 800) -> str:
    r"""What an error says, on one line, without colours, cut where it is long.

    Examples
    --------
    >>> one_line(ValueError("a\n  b"))
    'a b'
    """
    words = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    words = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", words).split()) or type(error).__name__
    return words if len(words) <= longest else words[: longest - 3] + "..."
