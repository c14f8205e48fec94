"""Fashion-MNIST: 70,000 images of clothes in ten classes, in the form of MNIST.

Source: H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking
Machine Learning Algorithms" (2017), arXiv:1708.07747. Copyright Zalando SE, licence MIT. The kit
ships none of it. The files are in the IDX format of MNIST: a big-endian header, then the bytes.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from kit.datasets.sources import SIDE, Data, DataError, Source, checked, content_of

__all__ = ["CLASS_NAMES", "find", "identity", "load_data"]

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FOLDER = "fashion-mnist"
# x_train, y_train, x_test, y_test; the hashes are those that TensorFlow Datasets asks of Zalando's
# own files (url_checksums/fashion_mnist.txt); Keras's mirror serves files of the same four sizes
HASHES = {
    "train-images-idx3": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
SHA256 = {f"{FOLDER}/{name}-ubyte.gz": digest for name, digest in HASHES.items()}


def load_data(*, download: bool = True) -> Data:
    """Load Fashion-MNIST, in the form of `keras.datasets`.

    It is looked for where `kit.datasets.mnist.load_data` looks: in the folder ``fashion-mnist``
    of ``KIT_DATA``, then in that of Keras's cache (each with the four files named
    ``train-images-idx3-ubyte.gz`` and so on), then by a download into the latter (31 MB), unless
    ``KIT_OFFLINE`` forbids it. In the cache each file must have its hash; the download replaces
    one that has another.

    Parameters
    ----------
    download
        Whether a connection may be opened.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        60,000 and 10,000 images (n, 28, 28, 1) float32 in [0, 1], on background 0; labels (n,)
        int64, 0 to 9, as in `CLASS_NAMES`. Files in ``KIT_DATA`` may hold fewer.

    Raises
    ------
    DataError
        If no place has the data (with the ways out), if a file is damaged (with its name and what
        is wrong), or if ``KIT_DATA`` names no folder, or one with some of the files only.
    TypeError
        If `download` is neither True nor False.

    Notes
    -----
    Licence of the data: MIT, Zalando SE.

    Examples
    --------
    >>> find() is None or load_data()[0][0].shape[1:] == (28, 28, 1)
    True
    """
    return _SOURCE.load(download)


def find() -> Path | None:
    """The local folder with the four files: that of ``KIT_DATA``, else that of Keras's cache.

    Neither Keras nor a network is needed, and no file is opened.

    Returns
    -------
    Path or None
        None where the files are not at hand.

    Raises
    ------
    DataError
        If ``KIT_DATA`` names no folder, or one with some of the files only.

    Examples
    --------
    >>> path = find()
    >>> path is None or path.name == "fashion-mnist"
    True
    """
    found = _SOURCE.locate()
    return None if found is None else found.folder / FOLDER


def identity() -> str | None:
    """SHA-256 over the digests of the four files, which says whether the data are the same.

    Computed once for a path, time of change and size.

    Returns
    -------
    str or None
        64 hexadecimal digits; None where the files are not at hand.

    Raises
    ------
    DataError
        As `find` does, or if a file cannot be read.

    Examples
    --------
    >>> (identity() is None) == (find() is None)
    True
    """
    return _SOURCE.identity()


def _read(folder: Path) -> Data:
    paths = [folder / file for file in SHA256]
    x_train, y_train, x_test, y_test = (
        _idx(path, (SIDE, SIDE) if "images" in path.name else ()) for path in paths
    )
    return checked(((x_train, y_train), (x_test, y_test)), paths)


def _idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The uint8 array (n, *shape) of a gzipped IDX file."""
    content = content_of(path)
    try:
        content = gzip.decompress(content)
    except Exception as error:  # gzip has three for a damaged file, by where it is damaged
        raise DataError(f"{path} is damaged: it must be a gzip file; got {error}") from error
    # magic number: 0, 0, type (8 is uint8), number of axes; then the length of each axis
    header = struct.Struct(f">4B{1 + len(shape)}I")
    start = header.unpack(content[: header.size]) if len(content) >= header.size else ()
    if start[:4] != (0, 0, 8, 1 + len(shape)) or start[5:] != shape:
        expected = ", ".join(["n", *map(str, shape)])
        raise DataError(
            f"{path} is damaged: it must begin with the IDX header of uint8 of shape ({expected}); "
            f"got {content[: header.size].hex() or 'nothing'}"
        )
    values = np.frombuffer(content, np.uint8, offset=header.size)
    if values.size != np.prod(start[4:]):
        raise DataError(
            f"{path} is damaged: its header says {np.prod(start[4:])} bytes; got {values.size}"
        )
    return values.reshape(start[4:])


_SOURCE = Source("Fashion-MNIST", SHA256, _read)
