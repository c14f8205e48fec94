"""MNIST: 70,000 handwritten digits.

Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", made
from data of NIST. Copyright Y. LeCun and C. Cortes, licence CC BY-SA 3.0. The kit ships none of it.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from kit.datasets.sources import NAMES, Data, DataError, Source, checked, content_of

__all__ = ["find", "identity", "load_data"]

FILE = "mnist.npz"
# that of Keras's loader (keras/src/datasets/mnist.py)
SHA256 = {FILE: "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"}


def load_data(*, download: bool = True) -> Data:
    """Load MNIST, in the form of `keras.datasets`.

    Where it is looked for, in order:

    1. ``mnist.npz`` in the folder that the environment variable ``KIT_DATA`` names: Keras's
       format, the arrays x_train, y_train, x_test, y_test as uint8;
    2. ``mnist.npz`` in Keras's cache, with the SHA-256 that Keras asks for;
    3. a download into that cache (11 MB), from where Keras takes it, which also replaces a
       damaged file there. With ``KIT_OFFLINE`` set to anything but ``""`` or ``"0"``, no
       connection is ever opened. Where there is no network it says so within
       seconds, and tries again after a minute.

    Parameters
    ----------
    download
        Whether a connection may be opened.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        60,000 and 10,000 images (n, 28, 28, 1) float32 in [0, 1], ink 1 on background 0; labels
        (n,) int64, 0 to 9. A file in ``KIT_DATA`` may hold fewer.

    Raises
    ------
    DataError
        If no place has the data (with the ways out), if a file is damaged (with its name and what
        is wrong), or if ``KIT_DATA`` names no folder.
    TypeError
        If `download` is neither True nor False.

    Notes
    -----
    Licence of the data: CC BY-SA 3.0, Y. LeCun and C. Cortes.

    Examples
    --------
    MNIST where its file is at hand, else 5,000 digits of it:

    >>> from kit.datasets import digits
    >>> (x_train, y_train), (x_test, y_test) = load_data() if find() else digits.load_data()
    >>> x_train.shape[1:], y_train.dtype
    ((28, 28, 1), dtype('int64'))
    """
    return _SOURCE.load(download)


def find() -> Path | None:
    """The local file: that of ``KIT_DATA``, else that of Keras's cache.

    Neither Keras nor a network is needed, and the file is not opened.

    Returns
    -------
    Path or None
        None where there is no local file.

    Raises
    ------
    DataError
        If ``KIT_DATA`` names no folder.

    Examples
    --------
    >>> path = find()
    >>> path is None or path.name == "mnist.npz"
    True
    """
    found = _SOURCE.locate()
    return None if found is None else found.folder / FILE


def identity() -> str | None:
    """SHA-256 of the local file, which says whether the data are the same as before.

    Computed once for a path, time of change and size.

    Returns
    -------
    str or None
        64 hexadecimal digits; None where there is no local file.

    Raises
    ------
    DataError
        If ``KIT_DATA`` names no folder, or the file cannot be read.

    Examples
    --------
    >>> (identity() is None) == (find() is None)
    True
    """
    return _SOURCE.identity()


def _read(folder: Path) -> Data:
    path = folder / FILE
    content = content_of(path)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zipfile has many for a damaged file
        raise DataError(f"{path} is damaged: it must be an .npz file; got {error}") from error
    with archive:
        x_train, y_train, x_test, y_test = (_array(archive, name, path) for name in NAMES)
    return checked(((x_train, y_train), (x_test, y_test)), [path] * len(NAMES))


def _array(archive: zipfile.ZipFile, name: str, path: Path) -> np.ndarray:
    """One array, all of whose bytes met their CRC: `np.load` alone stops reading at its shape."""
    held = [each.removesuffix(".npy") for each in archive.namelist()]
    if name not in held:
        raise DataError(
            f"{path} is damaged: it must hold {', '.join(NAMES)}; got {', '.join(held) or 'none'}"
        )
    try:
        content = io.BytesIO(archive.read(f"{name}.npy"))
        return np.lib.format.read_array(content, allow_pickle=False)
    except Exception as error:  # a wrong CRC, a broken stream or header, pickled objects
        raise DataError(f"{path} is damaged: `{name}` cannot be read: {error}") from error


_SOURCE = Source("MNIST", SHA256, _read)
