"""Handwritten digits: MNIST where it can be had, else 5,000 digits of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kit.checks import check_choice, check_flag
from kit.datasets import digits, mnist, mnist_sample
from kit.datasets.sources import MissingDataError

__all__ = ["EMBEDDED", "MNIST", "SMALL", "HandwrittenDigits", "handwritten_digits"]

MNIST = "MNIST"
EMBEDDED = "MNIST sample"
SMALL = "scikit-learn's digits"
SOURCES = ("auto", "mnist", "sample", "digits")


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
        looked for), else the sample. ``"mnist"``: MNIST or an error. ``"sample"``: the 5,000 digits
        of MNIST in `kit.datasets.mnist_sample`, and ``"digits"``: the 1,797 of scikit-learn's in
        `kit.datasets.digits`, for which no file of MNIST is looked for.
    download
        Whether MNIST may be downloaded; if not, only local files count.

    Returns
    -------
    HandwrittenDigits
        ``train`` and ``test``, each images (n, 28, 28, 1) float32 in [0, 1] and labels (n,) int64,
        0 to 9; ``source``, "MNIST", "MNIST sample" or "scikit-learn's digits".

    Raises
    ------
    ValueError
        If `source` is none of the four.
    TypeError
        If `download` is neither True nor False.
    DataError
        If a file of MNIST is damaged or ``KIT_DATA`` names no folder, with ``"auto"`` too; with
        ``"mnist"`` also if MNIST is not at hand.

    Notes
    -----
    Licences of the data: MNIST and its sample CC BY-SA 3.0, scikit-learn's digits
    CC BY 4.0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test), source = handwritten_digits("sample")
    >>> x_train.shape, source
    ((4000, 28, 28, 1), 'MNIST sample')
    """
    check_choice("source", source, SOURCES)
    check_flag("download", download)
    if source == "digits":
        return HandwrittenDigits(*digits.load_data(), SMALL)
    if source != "sample":
        try:
            return HandwrittenDigits(*mnist.load_data(download=download), MNIST)
        except MissingDataError:
            if source == "mnist":
                raise
    return HandwrittenDigits(*mnist_sample.load_data(), EMBEDDED)
