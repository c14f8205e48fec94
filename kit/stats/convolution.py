"""Convolution and pooling step by step: output sizes, padding, and the operations themselves.

For an input of width W, a kernel of width F, padding P on both sides and stride S the output has

    (W - F + 2 P) / S + 1

places, if that is a whole number (V. Dumoulin and F. Visin, "A guide to convolution arithmetic
for deep learning", 2016). TensorFlow's ``"valid"`` drops what is left over at the end, its
``"same"`` pads so that there are ceil(W / S) places, ``"full"`` pads F - 1 on both sides.
"Convolution" is cross-correlation here, as in every deep-learning library: the kernel is not
flipped. Written out in NumPy, in float64: a place of the window is one slice of the image.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from kit.checks import as_numbers, check_choice, check_count, shown

__all__ = ["convolve", "output_size", "padding_of", "pool"]

MODES = ("valid", "same", "full")


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
    TypeError, ValueError
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
    TypeError, ValueError
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
    try:
        zeros = check_count("padding", padding, least=0)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"`padding` must be a non-negative integer or one of {', '.join(MODES)}; "
            f"got {shown(padding)}"
        ) from None
    return zeros, zeros


def convolve(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    stride: int = 1,
    padding: int | str = "valid",
    bias: ArrayLike = 0.0,
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
    TypeError, ValueError
        For arrays of another rank, channels that differ, values that are no finite numbers, and
        what `output_size` refuses.

    Examples
    --------
    >>> convolve([[0, 1, 1], [0, 1, 1]], [[-1, 1], [-1, 1]], bias=-1)
    array([[ 1., -1.]])
    """
    pixels = _image(image)  # (height, width, channels)
    weights = as_numbers("kernel", kernel).astype(np.float64)
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
    offset = as_numbers("bias", bias).astype(np.float64)
    if offset.shape not in ((), (weights.shape[3],)):
        raise ValueError(
            f"`bias` must be a number, or one for each of {weights.shape[3]} filters; "
            f"got shape {offset.shape}"
        )
    padded = _padded(pixels, weights.shape[:2], stride, padding, 0.0, "kernel")
    # each place of the kernel: (rows, columns, channels) @ (channels, filters)
    products = (
        pixel @ weights[place] for place, pixel in _places_of(padded, weights.shape[:2], stride)
    )
    found = functools.reduce(np.add, products) + offset  # (rows, columns, filters)
    return found if filters else found[..., 0]


def pool(
    image: ArrayLike,
    size: int = 2,
    *,
    stride: int | None = None,
    padding: int | str = "valid",
    kind: Literal["max", "average"] = "max",
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
    TypeError, ValueError
        As `convolve`; also for another `kind`.

    Examples
    --------
    >>> pool([[1, 2], [3, 4]]), pool([[1, 2], [3, 4]], kind="average")
    (array([[4.]]), array([[2.5]]))
    """
    check_choice("kind", kind, ("max", "average"))
    pixels = _image(image)
    size = check_count("size", size)
    if not isinstance(padding, str) and padding_of(1, size, 1, padding)[0] >= size:
        raise ValueError(
            f"`padding` must be smaller than the window of {size}, or some windows would hold "
            f"nothing else; got {padding}"
        )
    step = size if stride is None else stride
    windows = (size, size)
    padded = _padded(pixels, windows, step, padding, -np.inf if kind == "max" else 0.0, "size")
    values = (pixel for _, pixel in _places_of(padded, windows, step))
    if kind == "max":
        out = functools.reduce(np.maximum, values)
    else:
        inside = _padded(np.ones_like(pixels), windows, step, padding, 0.0, "size")
        counts = (pixel for _, pixel in _places_of(inside, windows, step))
        out = functools.reduce(np.add, values) / functools.reduce(np.add, counts)
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
) -> np.ndarray:
    """The image with its padding, (height, width, channels) float64; checks that sizes fit."""
    around = []
    for axis in (0, 1):
        _places(pixels.shape[axis], int(kernel[axis]), stride, padding, name)
        around.append(padding_of(pixels.shape[axis], int(kernel[axis]), stride, padding))
    return np.pad(pixels, [*around, (0, 0)], constant_values=fill)


def _places_of(
    padded: np.ndarray, window: tuple[int, ...], stride: int
) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
    """For each place in the window, what lies under it at every stop: (rows, columns, channels)."""
    rows, columns = (
        (side - width) // stride + 1 for side, width in zip(padded.shape[:2], window, strict=True)
    )
    for down, across in np.ndindex(*window):
        yield (
            (down, across),
            padded[down::stride, across::stride][:rows, :columns],
        )


def _image(image: Any) -> np.ndarray:
    pixels = as_numbers("image", image).astype(np.float64)
    if pixels.ndim not in (2, 3) or 0 in pixels.shape:
        raise ValueError(
            "`image` must have the shape (height, width) or (height, width, channels); got "
            f"{np.shape(image)}"
        )
    return pixels if pixels.ndim == 3 else pixels[..., None]
