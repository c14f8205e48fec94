"""Zero mean and unit standard deviation, by the statistics of the training part alone.

The validation and test parts are shifted and scaled by the numbers of the training part, so that
they stay on its scale and nothing of them leaks into training. A feature is a position in a
sample: for images (n, 28, 28, 1) each pixel is one.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from kit.checks import as_numbers, shown

__all__ = ["center", "normalize"]


@overload
def center(x_train: ArrayLike, *, axis: int | None = 0) -> np.ndarray: ...
@overload
def center(
    x_train: ArrayLike, first: ArrayLike, /, *others: ArrayLike, axis: int | None = 0
) -> tuple[np.ndarray, ...]: ...
def center(
    x_train: ArrayLike, *others: ArrayLike, axis: int | None = 0
) -> np.ndarray | tuple[np.ndarray, ...]:
    """Subtract the mean of the training part.

    Parameters
    ----------
    x_train
        (n, ...) finite numbers, from which the mean is computed, in float64.
    *others
        (m, ...) finite numbers with the same features, such as the test part.
    axis
        0: a mean for each feature. None: one mean over all of `x_train`, which keeps the
        differences between the features.

    Returns
    -------
    array, or tuple of arrays
        One array for one argument, a tuple for several, in their order; float32, each with the
        shape of its argument. The arguments stay as they are.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> center([[1, 10], [3, 10]])
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    >>> train, test = center([[1, 10], [3, 10]], [[4, 11]])
    >>> test
    array([[2., 1.]], dtype=float32)
    """
    arrays = _checked(x_train, others, axis)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.asarray(np.mean(arrays[0], axis=axis, dtype=np.float64))
    return _applied(np.subtract, arrays, mean)


@overload
def normalize(x_train: ArrayLike, *, axis: int | None = 0) -> np.ndarray: ...
@overload
def normalize(
    x_train: ArrayLike, first: ArrayLike, /, *others: ArrayLike, axis: int | None = 0
) -> tuple[np.ndarray, ...]: ...
def normalize(
    x_train: ArrayLike, *others: ArrayLike, axis: int | None = 0
) -> np.ndarray | tuple[np.ndarray, ...]:
    """Divide by the standard deviation of the training part.

    The mean is not subtracted: `center` does that, before or not at all. A feature that is the
    same in all of `x_train` (the corners of MNIST) has nothing to divide by and is kept.

    Parameters
    ----------
    x_train
        (n, ...) finite numbers, from which the standard deviation is computed, in float64, with
        the divisor n.
    *others
        (m, ...) finite numbers with the same features, such as the test part.
    axis
        0: a standard deviation for each feature. None: one over all of `x_train`.

    Returns
    -------
    array, or tuple of arrays
        One array for one argument, a tuple for several, in their order; float32, each with the
        shape of its argument. The arguments stay as they are.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> normalize([[-2, 10], [2, 10]])
    array([[-1., 10.],
           [ 1., 10.]], dtype=float32)
    >>> train, test = normalize(*center([[1, 10], [5, 10]], [[9, 11]]))
    >>> test
    array([[3., 1.]], dtype=float32)
    """
    arrays = _checked(x_train, others, axis)
    with np.errstate(over="ignore", invalid="ignore"):
        std = np.std(arrays[0], axis=axis, dtype=np.float64)
    # rounding of the mean gives equal numbers a deviation that is not quite 0
    constant = arrays[0].max(axis=axis) == arrays[0].min(axis=axis)
    return _applied(np.divide, arrays, np.where(constant | (std == 0), 1.0, std))


def _checked(x_train: ArrayLike, others: tuple[ArrayLike, ...], axis: object) -> list[np.ndarray]:
    """All parts as arrays."""
    expected = "0 (for each feature) or None (over all numbers)"
    if axis is not None:
        if isinstance(axis, (bool, np.bool_)) or not isinstance(axis, numbers.Integral):
            raise TypeError(f"`axis` must be {expected}; got {shown(axis)}")
        if axis != 0:
            raise ValueError(f"`axis` must be {expected}; got {axis}")
    arrays = [_numbers("x_train", x_train)]
    features = arrays[0].shape[1:]
    for other in others:
        array = _numbers("others", other)
        if array.shape[1:] != features:
            raise ValueError(
                f"`others` must have the features of `x_train`, {features}; "
                f"got {array.shape[1:]} in shape {array.shape}"
            )
        arrays.append(array)
    return arrays


def _numbers(name: str, values: ArrayLike) -> np.ndarray:
    """`values` as an array of finite real numbers, at least one, with an axis of samples."""
    array = as_numbers(name, values)
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"`{name}` must hold at least one sample; got shape {array.shape}")
    return array


def _applied(
    operation: Callable[..., np.ndarray], arrays: list[np.ndarray], statistic: np.ndarray
) -> np.ndarray | tuple[np.ndarray, ...]:
    """`operation` with the statistic, in float64 and rounded once; an array for one array."""
    results: list[np.ndarray] = []
    for array in arrays:
        result = np.empty(array.shape, np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            operation(array, statistic, out=result, dtype=np.float64, casting="unsafe")
        if not (np.isfinite(statistic).all() and np.isfinite(result).all()):
            name = "`others`" if results else "`x_train`"
            raise ValueError(f"{name} must give numbers in float32's range; got larger ones")
        results.append(result)
    return results[0] if len(results) == 1 else tuple(results)
