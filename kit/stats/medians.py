"""The median of a few numbers, with an interval that assumes no distribution.

The number of n independent values below their median is binomial with p = 1/2. So the interval from
the k-th smallest to the k-th largest value holds the median of what they are drawn from with
probability 1 − 2 P(B ≤ k − 1), B ~ Bin(n, 1/2), or more where values come twice (W. R. Thompson,
"On confidence ranges for the median and other expectation distributions for populations of unknown
distribution form", 1936; W. J. Conover, "Practical Nonparametric Statistics", 1999, section 3.2).
Of paired differences it is the sign test: 0 lies outside where that test rejects it. Only the order
of the values counts, so some may be infinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from kit.checks import check_number

__all__ = ["MedianInterval", "median_interval"]


@dataclass(frozen=True)
class MedianInterval:
    """A median, and the ends of its interval.

    Attributes
    ----------
    median, low, high
        In the unit of the values; infinite where too many values are.
    level
        With which probability, at least, such an interval holds the median.
    values
        How many there were.
    """

    median: float
    low: float
    high: float
    level: float
    values: int

    @property
    def holds_zero(self) -> bool:
        """Whether 0 lies within, the ends among it."""
        return self.low <= 0 <= self.high


def median_interval(values: ArrayLike, level: float = 0.95) -> MedianInterval:
    """The narrowest interval from k-th smallest to k-th largest value of at least this level.

    Parameters
    ----------
    values
        (n,) numbers, n ≥ 1; infinite ones are the largest or smallest, none is NaN.
    level
        Wanted, between 0 and 1. Under six values give no 95 %: then the interval is their range,
        and its own level tells so.

    Returns
    -------
    MedianInterval

    Raises
    ------
    TypeError, ValueError
        For values that are no numbers, none, or NaN, and for a level out of range.

    Examples
    --------
    >>> found = median_interval([5, 1, 4, 2, 3, 9, 7, 8, 6, 10])
    >>> found.median, found.low, found.high, round(found.level, 3)
    (5.5, 2.0, 9.0, 0.979)
    """
    check_number("level", level, 0, 1, expected="a number between 0 and 1", open_ends=True)
    ordered = np.sort(np.asarray(values, np.float64).ravel())
    n = len(ordered)
    if not n or np.isnan(ordered).any():
        raise ValueError(f"`values` must be numbers, one at least and none NaN; got {values!r}")
    k, outside = 1, 2 * 0.5**n  # outside of the range lies the median with this probability
    while k < n // 2 and (more := outside + 2 * comb(n, k) * 0.5**n) <= 1 - level:
        k, outside = k + 1, more
    middle = ordered[(n - 1) // 2], ordered[n // 2]
    # halfway from minus infinity to infinity is no place; 0 takes neither side
    median = 0.0 if np.isinf(middle).all() and middle[0] != middle[1] else float(np.mean(middle))
    return MedianInterval(median, float(ordered[k - 1]), float(ordered[n - k]), 1 - outside, n)
