"""Counting and summing in NumPy: what the compiled loop does, where there is none.

The same bins, counts and ends to the last bit; sums to rounding.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kit.stats.bins import (
    COARSE_BITS,
    COARSE_HALF,
    FINEST_BITS,
    LARGEST,
    Counts,
    UnitCounts,
    bits_for,
    no_counts,
)

__all__ = ["count_units", "count_values", "moments_of"]

_ONE = np.uint32(1)
_PIECE = 1 << 16
# BLAS wakes its threads for longer products, and they spin for 30 ms after: on two cores,
# training that goes on meanwhile takes half as long again
_PRODUCT = 1 << 13
_ONES = np.ones(_PRODUCT)
_BESIDE = 256  # columns that are summed together at least
_LOCAL = threading.local()


def count_values(x: np.ndarray) -> Counts:
    """Count and sum values, (n,), float32 or float64."""
    nonfinite = 0
    low, high = ends_of(x)
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = x[np.isfinite(x)]
        nonfinite, x = len(x) - len(finite), finite
        low, high = ends_of(x)
    if not len(x):
        return no_counts(nonfinite)
    pattern = patterns_of(x)
    bits = bits_for(low, high)
    coarse = bits == COARSE_BITS
    bins, counts = count_coarse(pattern) if coarse else count_fine(pattern, bits)
    zeros = 0
    if low <= 0 <= high:
        exact = x.dtype == np.float32
        zeros = sum(map(count_zeros, pieces_of(pattern))) if exact else int(np.sum(x == 0))
    mean, m2 = moments_of(x) if low < high else (low, 0.0)
    return Counts(len(x), mean, m2, low, high, zeros, nonfinite, bits, bins, counts)


def ends_of(x: np.ndarray) -> tuple[float, float]:
    """Smallest and largest value, no -0.0 (which zero comes out is chance); NaN where one is."""
    if not len(x):
        return math.nan, math.nan
    return float(np.minimum.reduce(x)) + 0.0, float(np.maximum.reduce(x)) + 0.0


def patterns_of(x: np.ndarray) -> np.ndarray:
    """The float32 patterns of finite values, uint32."""
    if x.dtype == np.float64:
        x = np.clip(x, -LARGEST, LARGEST)  # beyond float32: into the outermost bins
    return np.ascontiguousarray(x, np.float32).view(np.uint32)


def count_coarse(pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bins in use and their counts with 5 bits, over the whole range."""
    dense = None
    for piece in pieces_of(pattern):
        top = _scratch(np.int64, len(piece))
        np.right_shift(piece, np.uint32(FINEST_BITS - COARSE_BITS), out=top, casting="unsafe")
        counted = np.bincount(top, minlength=2 * COARSE_HALF)
        dense = counted if dense is None else dense + counted
    assert dense is not None  # the caller has values
    used = (dense != 0).nonzero()[0]
    negatives = np.searchsorted(used, COARSE_HALF)
    positive, negative = used[:negatives], used[negatives:][::-1]
    bins = np.concatenate([2 * COARSE_HALF - 1 - negative, COARSE_HALF + positive])
    return bins, np.concatenate([dense[negative], dense[positive]])


def count_fine(pattern: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Bins in use and their counts with `bits` bits, where they lie close together."""
    half = 1 << 31
    place = pattern.astype(np.int64)
    place = np.where(place < half, half + place, 2 * half - 1 - place) >> (FINEST_BITS - bits)
    first = int(place.min())
    dense = np.bincount(place - first)
    used = np.flatnonzero(dense)
    return first + used, dense[used]


def count_zeros(pattern: np.ndarray) -> int:
    """Zeros of either sign: a shift drops the sign, and integers are counted faster."""
    unsigned = _scratch(np.uint32, len(pattern))
    np.left_shift(pattern, _ONE, out=unsigned)
    return len(pattern) - int(np.count_nonzero(unsigned))


def pieces_of(x: np.ndarray, size: int = _PIECE) -> Iterator[np.ndarray]:
    """An array in pieces that stay in the processor's cache, as views."""
    for start in range(0, len(x), size):
        yield x[start : start + size]


def _scratch(dtype: npt.DTypeLike, size: int) -> np.ndarray:
    """Memory to work in, one for each thread: fresh pages would cost more than the work."""
    if size > _PIECE:  # a row that is longer than pieces are
        return np.empty(size, dtype)
    if not hasattr(_LOCAL, "memory"):
        _LOCAL.memory = np.empty(_PIECE, np.int64)
    return _LOCAL.memory.view(dtype)[:size]


def moments_of(x: np.ndarray) -> tuple[float, float]:
    """Mean and sum of squared deviations, in float64.

    Where the mean is large beside the spread, digits would cancel; then both are taken again,
    about the mean just found.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total, squares = _sums(x, 0.0)
        m2 = squares - total * (total / len(x))
        if m2 > 1e-3 * squares and squares < math.inf:
            return total / len(x), m2
        shift = total / len(x) if math.isfinite(total) else float((x / len(x)).sum(dtype="f8"))
        total, squares = _sums(x, shift)
        if not squares < math.inf:  # beyond float64
            return shift, math.inf
    return shift + total / len(x), max(squares - total * (total / len(x)), 0.0)


def _sums(x: np.ndarray, shift: float) -> tuple[float, float]:
    """Sums of x - shift and of its squares, piece by piece so that nothing leaves the cache."""
    total = squares = 0.0
    for piece in pieces_of(x, _PRODUCT):
        apart = _scratch(np.float64, len(piece))
        apart[...] = piece
        if shift:
            apart -= shift
        total += float(apart @ _ONES[: len(apart)])
        squares += float(apart @ apart)
    return total, squares


def count_units(x: np.ndarray, bound: float | None) -> UnitCounts:
    """Count and sum each column of a matrix, (n, units), float32 or float64."""
    rows, units = x.shape
    count, active, beyond = (np.zeros(units, np.int64) for _ in range(3))
    saturated = None if bound is None else beyond
    if not rows or not units:
        return UnitCounts(count, np.full(units, np.nan), np.zeros(units), active, saturated)
    # short rows would be slow to sum: several are put side by side
    beside = max(1, min(rows, _BESIDE // units))
    whole = rows - rows % beside
    wide = x[:whole].reshape(-1, beside * units)
    blocks = [*_blocks_of(wide), *_blocks_of(x[whole:])]
    limit = None if bound is None else _at_most(bound, x.dtype)
    for block in blocks:
        finite = np.isfinite(block)
        some = True if finite.all() else finite
        count += len(block) * block.shape[1] // units if some is True else _folded(finite, units)
        active += _folded((block != 0) & some, units)
        if limit is not None:
            beyond += _folded((np.abs(block) > limit) & some, units)
    mean, m2 = _unit_moments(blocks, x[0], count)
    return UnitCounts(count, mean, m2, active, saturated)


def _unit_moments(
    blocks: list[np.ndarray], first: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sum of squared deviations of each unit, about a value of it.

    Where that lies far from the mean, digits would cancel; then both are taken again, about the
    mean just found.
    """
    # about its first value, a unit of constants is summed without rounding
    centre = np.where(np.isfinite(first), first, 0).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        total, squares = _deviations(blocks, centre, 1.0)
        m2 = squares - total * (total / count)
        if not (m2[count > 0] >= 1e-3 * squares[count > 0]).all():  # so for NaN too
            centre = centre + total / count
            if not np.isfinite(centre[count > 0]).all():  # sums beyond float64
                total, _ = _deviations(blocks, np.zeros(len(count)), float(count.max()))
                centre = total / (count / count.max())
            total, squares = _deviations(blocks, centre, 1.0)
            m2 = squares - total * (total / count)
        mean = centre + np.where(np.isfinite(total), total, 0.0) / count
    m2 = np.where(np.isnan(m2), np.inf, np.maximum(m2, 0.0))
    return np.where(count > 0, mean, np.nan), np.where(count > 0, m2, 0.0)


def _blocks_of(x: np.ndarray) -> list[np.ndarray]:
    """Rows together that stay in the processor's cache, as views; so many as a byte counts."""
    if not x.size:
        return []
    step = max(1, min(255, _PIECE // x.shape[1]))
    return [x[start : start + step] for start in range(0, len(x), step)]


def _folded(block: np.ndarray, units: int) -> np.ndarray:
    """The sum of each unit, of rows that stand side by side too; of truths, how many."""
    if block.dtype == np.bool_:
        columns = np.add.reduce(block.view(np.uint8), axis=0, dtype=np.uint8).astype(np.int64)
    else:
        columns = np.add.reduce(block, axis=0)
    return columns.reshape(-1, units).sum(axis=0)


def _deviations(
    blocks: list[np.ndarray], centre: np.ndarray, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of (x - centre) / scale, and of its squares, of each unit."""
    units = len(centre)
    total, squares = np.zeros(units), np.zeros(units)
    for block in blocks:
        apart = _scratch(np.float64, block.size).reshape(block.shape)
        np.subtract(block, np.tile(centre, block.shape[1] // units), out=apart, dtype=np.float64)
        if scale != 1:
            apart /= scale
        finite = np.isfinite(block)
        if not finite.all():
            apart[~finite] = 0.0
        total += _folded(apart, units)
        apart *= apart
        squares += _folded(apart, units)
    return total, squares


def _at_most(bound: float, dtype: np.dtype) -> np.floating:
    """The largest value of a dtype that does not exceed a bound: so |x| > it as in float64."""
    with np.errstate(over="ignore"):
        near = dtype.type(bound)
    return near if float(near) <= bound else np.nextafter(near, dtype.type(0))
