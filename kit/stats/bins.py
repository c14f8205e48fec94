"""The bins in which values are counted, and what is counted.

A value lies in the bin named by sign, exponent and some bits of mantissa of its IEEE 754 float32
pattern. What that is good for stands in `kit.stats.sketch`.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np

__all__ = ["COARSE_BITS", "COARSE_HALF", "FINEST_BITS", "FINE_BINS", "LARGEST", "Counts",
           "UnitCounts", "bin_edges", "bits_between", "bits_for", "no_counts",
           "place_of"]  # fmt: skip

COARSE_BITS, FINEST_BITS = 5, 23
FINE_BINS = 1024
COARSE_HALF = 1 << (8 + COARSE_BITS)  # coarse bins of one sign
LARGEST = float(np.finfo(np.float32).max)
_ALL_BUT_SIGN = 0x7FFFFFFF


@dataclass(frozen=True, eq=False)
class Counts:
    """What is known of the values of an array; the attributes of a `Sketch`."""

    count: int
    mean: float
    m2: float
    min: float
    max: float
    zeros: int
    nonfinite: int
    bits: int
    bins: np.ndarray
    counts: np.ndarray


def no_counts(nonfinite: int) -> Counts:
    """What is known where no value is finite."""
    none = np.empty(0, np.int64)
    nan = math.nan
    return Counts(0, nan, 0.0, nan, nan, 0, nonfinite, FINEST_BITS, none, none)


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """What is known of each column of a matrix; the attributes of a `UnitEvidence`."""

    count: np.ndarray
    mean: np.ndarray
    m2: np.ndarray
    active: np.ndarray
    saturated: np.ndarray | None


def bin_edges(bins: np.ndarray, bits: int = COARSE_BITS) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper edge of each bin.

    Parameters
    ----------
    bins
        Bin numbers in value order, any shape, from 0 to 2**(9 + bits) - 1: negative values lie
        in the lower half, positive ones in the upper.
    bits
        Bits of mantissa.

    Returns
    -------
    lower, upper
        float64 arrays of the shape of `bins`.
    """
    half = 1 << (8 + bits)
    positive = bins >= half
    rank = np.where(positive, bins - half, half - 1 - bins)  # distance from zero, in bins
    near, far = _edge(rank, bits), _edge(rank + 1, bits)
    return np.where(positive, near, -far), np.where(positive, far, -near)


def place_of(value: float) -> int:
    """The number of a value's bin at 23 bits, the finest."""
    clipped = np.float32(min(max(value, -LARGEST), LARGEST))
    (pattern,) = struct.unpack("<I", struct.pack("<f", clipped))
    half = 1 << 31
    return half + pattern if pattern < half else half - 1 - (pattern & _ALL_BUT_SIGN)


def bits_for(low: float, high: float) -> int:
    """The most bits at which [low, high] covers no more than `FINE_BINS` bins, at least 5."""
    return bits_between(place_of(low), place_of(high))


def bits_between(first: int, last: int) -> int:
    """`bits_for` the places of two values."""
    for bits in range(FINEST_BITS, COARSE_BITS, -1):
        shift = FINEST_BITS - bits
        if (last >> shift) - (first >> shift) < FINE_BINS:
            return bits
    return COARSE_BITS


def _edge(rank: np.ndarray, bits: int) -> np.ndarray:
    """The value at which bins of a rank, counted from zero, begin; 2**128 after the last."""
    pattern = np.minimum(rank.astype(np.int64) << (FINEST_BITS - bits), 0x7F800000)
    value = pattern.astype(np.uint32).view(np.float32).astype(np.float64)
    return np.where(pattern == 0x7F800000, 2.0**128, value)
