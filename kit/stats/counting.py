"""Counting the values of an array into bins, and summing them: compiled, or in NumPy.

The compiled loop (`_counting.c`) takes one pass, without the GIL, where NumPy takes a dozen; it is
built where there is a compiler. Where it is not, or ``KIT_PURE=1`` is set when this module is
loaded, `kit.stats.counting_numpy` does the same: bins, counts and ends to the last bit, sums to
rounding.
"""

from __future__ import annotations

import importlib
import math
import os
import threading
from types import ModuleType

import numpy as np
import numpy.typing as npt

from kit.stats import counting_numpy
from kit.stats.bins import (
    COARSE_BITS,
    COARSE_HALF,
    FINE_BINS,
    FINEST_BITS,
    Counts,
    UnitCounts,
    bits_between,
    no_counts,
)

__all__ = ["IMPLEMENTATION", "as_floats", "by_unit", "count_both", "count_units", "count_values"]

_TABLES = 4  # which the compiled loop counts into
_MOST = 1 << 32  # values that it takes
_LOCAL = threading.local()


def _compiled() -> ModuleType | None:
    """The compiled loop, if it was built and is wanted."""
    if os.environ.get("KIT_PURE", "0") not in {"", "0"}:
        return None
    try:
        return importlib.import_module("kit.stats._counting")
    except ImportError:  # no compiler was at hand when the kit was installed
        return None


_LOOP = _compiled()

IMPLEMENTATION = "compiled" if _LOOP else "numpy"
"""The way of counting that is in use: ``compiled`` or ``numpy``."""


def as_floats(values: npt.ArrayLike) -> np.ndarray:
    """Real numbers of any dtype as float32 or float64, of whatever shape they have.

    Raises
    ------
    TypeError
        If they are no real numbers.
    """
    x = np.asarray(values)
    if x.dtype.kind in "iub" or x.dtype == np.longdouble:
        return x.astype(np.float64)
    if x.dtype == np.float16 or x.dtype.kind == "V":  # kind V: bfloat16
        return x.astype(np.float32)
    if x.dtype.kind != "f":
        raise TypeError(f"`values` must be real numbers; got dtype {x.dtype}")
    return x.astype(x.dtype.newbyteorder("="), copy=False)


def by_unit(x: np.ndarray) -> np.ndarray:
    """An array (samples, ..., units) as a matrix (samples times positions, units)."""
    if x.ndim < 2:
        return x.reshape(-1, 1)
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def count_values(x: np.ndarray) -> Counts:
    """Count and sum the values of an array, float32 or float64, of any shape."""
    x = x.reshape(-1, 1)
    loop = _loop_for(x)
    return _run(loop, x, None)[0] if loop else counting_numpy.count_values(x.ravel())


def count_units(x: np.ndarray, bound: float | None) -> UnitCounts:
    """Count and sum each column of a matrix, float32 or float64, (n, units).

    Values that are not finite are left out; with a `bound`, magnitudes beyond it are counted.
    """
    return count_both(x, bound)[1] if _loop_for(x) else counting_numpy.count_units(x, bound)


def count_both(x: np.ndarray, bound: float | None) -> tuple[Counts, UnitCounts]:
    """`count_values` and `count_units` of a matrix, in one pass where the loop is compiled."""
    loop = _loop_for(x)
    if loop:
        return _run(loop, x, bound)
    return counting_numpy.count_values(x.ravel()), counting_numpy.count_units(x, bound)


def _loop_for(x: np.ndarray) -> ModuleType | None:
    """The compiled loop, if it takes an array."""
    return _LOOP if 0 < x.size < _MOST else None


def _run(loop: ModuleType, x: np.ndarray, bound: float | None) -> tuple[Counts, UnitCounts]:
    """Count a matrix with the compiled loop."""
    x = np.ascontiguousarray(x)
    units = x.shape[1]
    tables, bins, counts = _scratch()
    whole, parts = np.empty((3, units), np.int64), np.empty((2, units))
    used, count, mean, m2, low, high, first, last, zeros, nonfinite = loop.measure(
        x, units, -1.0 if bound is None else bound, tables, bins, counts, whole, parts
    )
    of_units = UnitCounts(
        count=whole[0],
        mean=parts[0],
        m2=parts[1],
        active=whole[1],
        saturated=None if bound is None else whole[2],
    )
    if not count:
        return no_counts(nonfinite), of_units
    if not math.isfinite(mean + m2):  # beyond float64
        some = x.ravel() if not nonfinite else x[np.isfinite(x)]
        mean, m2 = counting_numpy.moments_of(some)
        of_units = counting_numpy.count_units(x, bound)
    if low == high:
        mean, m2 = low, 0.0
    bits = bits_between(first, last)
    if bits == COARSE_BITS:
        found = bins[:used].copy(), counts[:used].copy()
    else:
        first -= low == 0  # -0.0 lies before 0.0
        found = _fine(loop, x[np.isfinite(x)] if nonfinite else x, first, bits)
    return Counts(count, mean, m2, low, high, zeros, nonfinite, bits, *found), of_units


def _fine(loop: ModuleType, x: np.ndarray, first: int, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Bins in use, and their counts, with more bits; of finite values that lie close together."""
    shift = FINEST_BITS - bits
    dense = np.zeros(FINE_BINS + 1, np.int64)
    loop.fine(x, shift, first >> shift, dense)
    used = np.flatnonzero(dense)
    return (first >> shift) + used, dense[used]


def _scratch() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Memory to work in, one for each thread: fresh pages would cost more than the work.

    Tables to count into, all 0 (the compiled loop leaves them so), and room for bins and counts.
    """
    if not hasattr(_LOCAL, "memory"):
        tables = np.zeros((_TABLES, 2 * COARSE_HALF), np.uint32)
        _LOCAL.memory = tables, *np.empty((2, 2 * COARSE_HALF), np.int64)
    return _LOCAL.memory
