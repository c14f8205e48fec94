"""How alike the units of a layer are: copies of each other, and how many directions they span.

Two units are copies where they have the same numbers everywhere. A layer that begins so stays so:
units with equal weights get equal gradients. Nothing of it shows in a layer's standard deviation.

The effective rank of activations A, centred over the samples, is

    exp(-Σ p_k ln p_k),    p_k = s_k / Σ s,    s_k the singular values of A,

between 1 and the number of units; 0 where nothing differs from sample to sample. Source: O. Roy and
M. Vetterli, "The effective rank: a measure of effective dimensionality" (EUSIPCO 2007).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kit.checks import as_array, as_numbers, check_flag
from kit.stats.counting import as_floats, by_unit

__all__ = ["copies_of", "effective_rank"]

_TALL = 4  # rows for each column from which on AᵀA is taken: its eigenvalues are the squares


def effective_rank(values: npt.ArrayLike, *, centred: bool = True) -> float:
    """In how many directions the units of a layer answer to different samples.

    What rounding makes of a constant is no direction: singular values up to the largest that a
    matrix of rounding errors has, ε rms(A) (√rows + √columns), are left out.

    Parameters
    ----------
    values
        Real numbers, (samples, ..., units), as a snapshot's ``activation``: a unit is an index of
        the last axis, a channel of a convolution; (samples,) has one unit.
    centred
        Whether the mean of each unit is taken off first, so that constants do not count.

    Returns
    -------
    float
        From 1 to the number of units; 0 where all samples get the same answer, NaN where a value
        is not finite.

    Raises
    ------
    TypeError, ValueError
        If `values` are no real numbers, or empty.

    Examples
    --------
    >>> signs = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    >>> round(effective_rank(signs), 6), effective_rank(signs[:, [0, 0, 0]])
    (2.0, 1.0)
    """
    check_flag("centred", centred)
    given = _given("values", values)
    rows = _filled("values", given)  # (samples x positions, units)
    if not np.isfinite(rows).all():
        return float("nan")
    scale = float(np.abs(rows).max())
    if not scale:
        return 0.0
    rows = rows / scale  # squares neither vanish nor leave float64
    rounding = float(np.finfo(given.dtype).eps) * float(np.sqrt(np.square(rows).mean()))
    floor = rounding * (np.sqrt(rows.shape[0]) + np.sqrt(rows.shape[1]))
    if centred:
        rows = rows - rows.mean(axis=0)
    if rows.shape[0] > _TALL * rows.shape[1]:
        singular = np.sqrt(np.maximum(np.linalg.eigvalsh(rows.T @ rows), 0.0))
        floor = max(floor, 1e-7 * float(singular.max()))  # squares have half of the digits
    else:
        singular = np.linalg.svd(rows, compute_uv=False)
    singular = singular[singular > floor]
    if not len(singular):
        return 0.0
    shares = singular / singular.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def copies_of(*arrays: npt.ArrayLike) -> np.ndarray:
    """Which units have the same numbers as others, in every array given.

    Parameters
    ----------
    arrays
        Real numbers, (..., units), all with as many units; as a layer's weight and its gradient,
        or its activation over the samples. Numbers are the same within the rounding of the array's
        type, four units in the last place of its largest.

    Returns
    -------
    ndarray
        (units,) int64: for each unit the first one of which it is a copy, itself if of none.

    Raises
    ------
    TypeError, ValueError
        For no array, for what is no real numbers, and for arrays of different numbers of units.

    Examples
    --------
    >>> copies_of([[1.0, 2.0, 1.0, 2.0], [0.0, 5.0, 0.0, 4.0]]).tolist()
    [0, 1, 0, 3]
    """
    if not arrays:
        raise ValueError("`arrays` must be at least one; got none")
    parts = []
    for one in arrays:
        given = _given("arrays", one)
        columns = _filled("arrays", given)  # (values, units)
        largest = float(np.nan_to_num(np.abs(columns), nan=0.0, posinf=0.0).max())
        step = 4 * float(np.finfo(given.dtype).eps) * largest
        parts.append((columns, step))
    units = {columns.shape[1] for columns, _ in parts}
    if len(units) > 1:
        raise ValueError(
            f"`arrays` must have the same number of units; got {', '.join(map(str, sorted(units)))}"
        )
    labels = np.full(units.pop(), -1)
    sums = [_weighted_sums(columns) for columns, _ in parts]  # equal units have equal ones
    for unit in range(len(labels)):
        if labels[unit] >= 0:
            continue
        alike = labels < 0
        for (columns, step), keys in zip(parts, sums, strict=True):
            with np.errstate(invalid="ignore"):
                near = np.abs(keys - keys[unit]) <= step * len(columns) + 1e-9 * np.abs(keys[unit])
            alike &= near | (keys == keys[unit])
        for columns, step in parts:  # the few that are left, number by number
            mine = columns[:, [unit]]
            alike[alike] = np.isclose(
                columns[:, alike], mine, rtol=0, atol=step, equal_nan=True
            ).all(axis=0)
        labels[alike] = unit
    return labels


def _given(name: str, values: npt.ArrayLike) -> np.ndarray:
    """Real numbers, finite or not, as float32 or float64."""
    array = as_array(name, values)
    return as_floats(array if array.dtype.kind == "V" else as_numbers(name, array, finite=False))


def _filled(name: str, values: np.ndarray) -> np.ndarray:
    """(samples x positions, units) float64, of at least one number."""
    if not values.size:
        raise ValueError(f"`{name}` must have at least one number; got shape {values.shape}")
    return by_unit(values).astype(np.float64)


def _weighted_sums(columns: np.ndarray) -> np.ndarray:
    """A sum of each column in which every row has a weight of its own, up to 1."""
    weights = np.cos(np.arange(1, len(columns) + 1))
    return np.asarray(weights @ np.nan_to_num(columns, nan=0.0, posinf=1.0, neginf=-1.0))
