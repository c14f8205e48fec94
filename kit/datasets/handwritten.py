"""Handwritten digits: MNIST where it can be had, else the embedded digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kit.checks import check_choice, check_flag
from kit.datasets import digits, mnist
from kit.datasets.sources import MissingDataError

__all__ = ["EMBEDDED", "MNIST", "HandwrittenDigits", "handwritten_digits"]

MNIST = "MNIST"
EMBEDDED = "embedded digits"
SOURCES = ("auto", "mnist", "digits")


class HandwrittenDigits(NamedTuple):
    """Digits and where they are from; unpacks as (x_train, y_train), (x_test, y_test), source."""

    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    source: str


def handwritten_digits(source: str = "auto", *, download: bool = True) -> HandwrittenDigits:
    """Load handwritten digits, and say which.

    Parameters
    ----------
    source
        ``"auto"``: MNIST where it can be had (`kit.datasets.mnist.load_data` says where it is
        looked for), else the embedded digits. ``"mnist"``: MNIST or an error. ``"digits"``: the
        1,797 embedded digits of `kit.datasets.digits`, for which nothing is looked for.
    download
        Whether MNIST may be downloaded; if not, only local files count.

    Returns
    -------
    HandwrittenDigits
        ``train`` and ``test``, each images (n, 28, 28, 1) float32 in [0, 1] and labels (n,) int64,
        0 to 9; ``source``, "MNIST" or "embedded digits".

    Raises
    ------
    ValueError
        If `source` is none of the three.
    TypeError
        If `download` is neither True nor False.
    DataError
        If a file of MNIST is damaged or ``KIT_DATA`` names no folder, with ``"auto"`` too; with
        ``"mnist"`` also if MNIST is not at hand.

    Notes
    -----
    Licences of the data: MNIST CC BY-SA 3.0, embedded digits CC BY 4.0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test), source = handwritten_digits("digits")
    >>> x_train.shape, source
    ((1438, 28, 28, 1), 'embedded digits')
    """
    check_choice("source", source, SOURCES)
    check_flag("download", download)
    if source != "digits":
        try:
            return HandwrittenDigits(*mnist.load_data(download=download), MNIST)
        except MissingDataError:
            if source == "mnist":
                raise
    return HandwrittenDigits(*digits.load_data(), EMBEDDED)
