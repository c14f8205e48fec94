"""Convolution and pooling step by step: output sizes, padding, and the operations themselves.

For an input of width W, a kernel of width F, padding P on both sides and stride S the output has

    (W - F + 2 P) / S + 1

places, if that is a whole number (V. Dumoulin and F. Visin, "A guide to convolution arithmetic
for deep learning", 2016). TensorFlow's ``"valid"`` drops what is left over at the end, its
``"same"`` pads so that there are ceil(W / S) places, ``"full"`` pads F - 1 on both sides.
"Convolution" is cross-correlation here, as in every deep-learning library: the kernel is not
flipped. Computed by TensorFlow, through `keras.ops`.
"""

from __future__ import annotations

import math
import numbers
from typing import Any

import keras
import numpy as np

from kit.checks import check_count

__all__ = ["convolve", "output_size", "padding_of", "pool"]

MODES = ("valid", "same", "full")

_LAST: Any = {"data_format": "channels_last"}  # whatever Keras is configured to


def output_size(size: int, kernel: int, stride: int = 1, padding: int | str = 0) -> int:
    """Places at which a kernel stops on its way over an input, along one side.

    Parameters
    ----------
    size
        Pixels of the input, W.
    kernel
        Pixels of the kernel, F.
    stride
        Pixels from one place to the next, S.
    padding
        Zeros on each of the two sides, P; or ``"valid"``, ``"same"``, ``"full"``.

    Returns
    -------
    int
        (W - F + 2 P) / S + 1.

    Raises
    ------
    ValueError
        For sizes that are no positive integers, a kernel larger than the padded input, and,
        where `padding` is a number, a stride that leaves some of the input over.

    Examples
    --------
    >>> output_size(32, 5), output_size(7, 3, stride=2), output_size(5, 3, padding=1)
    (28, 3, 5)
    """
    return _places(size, kernel, stride, padding, "kernel")


def padding_of(size: int, kernel: int, stride: int = 1, padding: int | str = 0) -> tuple[int, int]:
    """Zeros before and after the input, along one side.

    Parameters
    ----------
    size, kernel, stride, padding
        As for `output_size`.

    Returns
    -------
    (before, after)
        ``"same"`` puts the odd zero after the input, as TensorFlow does.

    Raises
    ------
    ValueError
        For sizes that are no positive integers, or another padding.

    Examples
    --------
    >>> padding_of(13, 6, stride=5, padding="same"), padding_of(5, 3, padding="full")
    ((1, 2), (2, 2))
    """
    for name, value in (("size", size), ("kernel", kernel), ("stride", stride)):
        check_count(name, value)
    if isinstance(padding, str) and padding.lower() in MODES:
        mode = padding.lower()
        if mode == "same":
            total = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
            return total // 2, total - total // 2
        return (kernel - 1, kernel - 1) if mode == "full" else (0, 0)
    if isinstance(padding, bool) or not isinstance(padding, numbers.Integral) or padding < 0:
        raise ValueError(
            f"`padding` must be a non-negative integer or one of {', '.join(MODES)}; "
            f"got {padding!r}"
        )
    return int(padding), int(padding)


def convolve(
    image: Any,
    kernel: Any,
    *,
    stride: int = 1,
    padding: int | str = "valid",
    bias: Any = 0.0,
) -> np.ndarray:
    """Slide a kernel over an image; each output is the sum of the products under it.

    Parameters
    ----------
    image
        (height, width) or (height, width, channels), numbers.
    kernel
        (kernel height, kernel width) for an image of one channel, (kernel height, kernel width,
        channels), or several at once, (kernel height, kernel width, channels, filters).
    stride
        Pixels from one place to the next, down and across.
    padding
        As for `output_size`; zeros.
    bias
        Added to every output: a number, or (filters,).

    Returns
    -------
    ndarray
        float64, (rows, columns), or (rows, columns, filters) for a kernel with filters.

    Raises
    ------
    ValueError
        For arrays of another rank, channels that differ, values that are not finite, and what
        `output_size` refuses.

    Examples
    --------
    >>> convolve([[0, 1, 1], [0, 1, 1]], [[-1, 1], [-1, 1]], bias=-1)
    array([[ 1., -1.]])
    """
    pixels = _image(image)  # (height, width, channels)
    weights = _numbers("kernel", kernel)
    filters = weights.ndim == 4
    if weights.ndim == 2:
        weights = weights[:, :, None]
    if weights.ndim == 3:
        weights = weights[..., None]  # (height, width, channels, 1)
    if weights.ndim != 4 or 0 in weights.shape:
        raise ValueError(
            "`kernel` must have the shape (height, width), (height, width, channels) or (height, "
            f"width, channels, filters); got {np.shape(kernel)}"
        )
    if weights.shape[2] != pixels.shape[2]:
        raise ValueError(
            f"`kernel` must have the {pixels.shape[2]} channel(s) of the image; got "
            f"{weights.shape[2]}"
        )
    offset = _numbers("bias", bias)
    if offset.shape not in ((), (weights.shape[3],)):
        raise ValueError(
            f"`bias` must be a number, or one for each of {weights.shape[3]} filters; "
            f"got shape {offset.shape}"
        )
    padded = _padded(pixels, weights.shape[:2], stride, padding, 0.0, "kernel")
    out = keras.ops.conv(padded, weights, strides=stride, padding="valid", **_LAST)
    found = np.asarray(out)[0] + offset  # (rows, columns, filters)
    return found if filters else found[..., 0]


def pool(
    image: Any,
    size: int = 2,
    *,
    stride: int | None = None,
    padding: int | str = "valid",
    kind: str = "max",
) -> np.ndarray:
    """The maximum or the average of every window of an image.

    Padding never counts: not as a maximum, not in an average. Every window must therefore reach
    some of the image.

    Parameters
    ----------
    image
        (height, width) or (height, width, channels), numbers.
    size
        Height and width of the window.
    stride
        Pixels from one window to the next; None takes `size`.
    padding
        As for `output_size`; a number must be smaller than `size`.
    kind
        ``"max"`` or ``"average"``.

    Returns
    -------
    ndarray
        float64, (rows, columns) or (rows, columns, channels), as the image.

    Raises
    ------
    ValueError
        As `convolve`; also for another `kind`.

    Examples
    --------
    >>> pool([[1, 2], [3, 4]]), pool([[1, 2], [3, 4]], kind="average")
    (array([[4.]]), array([[2.5]]))
    """
    if kind not in ("max", "average"):
        raise ValueError(f"`kind` must be one of max, average; got {kind!r}")
    pixels = _image(image)
    check_count("size", size)
    if not isinstance(padding, str) and padding_of(1, size, 1, padding)[0] >= size:
        raise ValueError(
            f"`padding` must be smaller than the window of {size}, or some windows would hold "
            f"nothing else; got {padding}"
        )
    step = size if stride is None else stride
    fill = -np.inf if kind == "max" else 0.0
    windows = (int(size), int(size))
    padded = _padded(pixels, windows, step, padding, fill, "size")
    how: Any = {"strides": step, "padding": "valid", **_LAST}
    if kind == "max":
        found = keras.ops.max_pool(padded, windows, **how)
    else:
        inside = _padded(np.ones_like(pixels), windows, step, padding, 0.0, "size")
        sums, counts = (keras.ops.average_pool(one, windows, **how) for one in (padded, inside))
        found = sums / counts
    out = np.asarray(found)[0]
    return out if np.ndim(image) == 3 else out[..., 0]


def _places(size: int, kernel: int, stride: int, padding: int | str, name: str) -> int:
    """`output_size`; in its errors the kernel has the name that it has to the caller."""
    before, after = padding_of(size, kernel, stride, padding)
    room = size + before + after - kernel
    if room < 0:
        padded = f" with {before + after} of padding" if before + after else ""
        raise ValueError(
            f"`{name}` must not be larger than its input of {size}{padded}; got {kernel}"
        )
    if not isinstance(padding, str) and room % stride:
        raise ValueError(
            f"`stride` must divide W - F + 2P = {size} - {kernel} + 2·{padding} = {room}; "
            f"got {stride}, which leaves {room % stride} over"
        )
    return int(room // stride + 1)


def _padded(
    pixels: np.ndarray,
    kernel: tuple[int, ...],
    stride: int,
    padding: int | str,
    fill: float,
    name: str,
) -> Any:
    """The image with its padding, (1, height, width, channels) float64; checks that sizes fit."""
    around = []
    for axis in (0, 1):
        _places(pixels.shape[axis], int(kernel[axis]), stride, padding, name)
        around.append(padding_of(pixels.shape[axis], int(kernel[axis]), stride, padding))
    padded = np.pad(pixels, [*around, (0, 0)], constant_values=fill)[None]
    # as a tensor: pooling makes float32 of an array
    return keras.ops.convert_to_tensor(padded, "float64")


def _image(image: Any) -> np.ndarray:
    pixels = _numbers("image", image)
    if pixels.ndim not in (2, 3) or 0 in pixels.shape:
        raise ValueError(
            "`image` must have the shape (height, width) or (height, width, channels); got "
            f"{np.shape(image)}"
        )
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _numbers(name: str, values: Any) -> np.ndarray:
    """The values as float64, finite."""
    try:
        array = np.asarray(values)
        found = array.astype(np.float64) if array.dtype.kind in "biuf" else None
    except (TypeError, ValueError):
        found = None
    if found is None:
        raise ValueError(f"`{name}` must be numbers; got {type(values).__name__}")
    if not np.isfinite(found).all():
        raise ValueError(f"`{name}` must be finite; got NaN or infinite values")
    return found
