"""Sketch: a mergeable histogram over every magnitude, with exact moments.

A value is counted in the bin named by the top bits of its IEEE 754 float32 pattern: sign, exponent
and `bits` bits of mantissa. With 5 bits every octave of each sign has 32 bins, so a bin is at
most 1/32 of its lower edge wide, and its middle is within 1/64 (1.6 %) of every value in it, at
every magnitude for which float32 has normal numbers (1.2e-38 to 3.4e38).

Values that lie close together, as activations around 0.5, are counted finer: with as many bits
(5 to 23) as keep their range within `FINE_BINS` bins. A finer histogram becomes a coarser one
exactly, by dropping bits, and a wider range never has more bits; so the merged sketch of two
arrays has the same bins and counts as the sketch of both together.

Count, zeros and non-finite values are exact; mean and squared deviation are accumulated in
float64 and merged with the pairwise formula of Chan, Golub and LeVeque (1979), "Updating formulae
and a pairwise algorithm for computing sample variances".

Non-finite values (NaN, infinity) are counted in ``nonfinite`` and kept out of everything else.
NumPy only: this room knows neither Keras nor matplotlib.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from kit.checks import as_numbers, check_count, is_number, shown
from kit.stats.bins import (
    COARSE_BITS,
    COARSE_HALF,
    FINE_BINS,
    FINEST_BITS,
    Counts,
    bin_edges,
    bits_for,
    place_of,
)
from kit.stats.counting import as_floats, by_unit, count_both, count_values
from kit.stats.units import UnitEvidence, check_bound

__all__ = ["COARSE_BITS", "FINE_BINS", "QUANTILES", "Sketch", "bin_edges", "measured"]

_MOST_BYTES = 9 + 2 * COARSE_HALF * (2 + 8)  # of the widest sketch, before it is compressed
_NO_PLANES = np.zeros((3, 0), "u1")
_TINY = 1e-300  # below it, squares round to anything

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
"""The quantiles that a table shows, by column name."""

Transform = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Sketch(Counts):
    """The distribution of an array, in a kilobyte or two.

    Make one with `Sketch.of`; `merge` adds two.

    Attributes
    ----------
    count
        Finite values counted.
    mean
        Their mean; NaN where there are none.
    m2
        Sum of squared deviations from the mean.
    min, max
        The smallest and the largest; NaN where there are none.
    zeros
        Values that are exactly 0.
    nonfinite
        Values that are NaN or infinite; they enter nothing else.
    bits
        Bits of mantissa that tell bins apart, 5 to 23.
    bins
        Numbers of the bins in use, (k,) int64, ascending with the values.
    counts
        Values in each of them, (k,) int64, all positive.

    Examples
    --------
    >>> import numpy as np
    >>> sketch = Sketch.of(np.arange(1, 101, dtype="float32"))
    >>> sketch.count, sketch.mean, sketch.max
    (100, 50.5, 100.0)
    >>> abs(sketch.quantile(0.5) / 50 - 1) < 0.02
    True
    """

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Sketch:
        """Sketch an array.

        Parameters
        ----------
        values
            Real numbers of any shape and any float or integer dtype. float64 values beyond
            float32's range are counted in its outermost bins; the moments stay exact.

        Raises
        ------
        TypeError
            If `values` are no real numbers.
        """
        return cls(**vars(count_values(as_floats(values))))

    @classmethod
    def empty(cls) -> Sketch:
        """The sketch of no values: the neutral element of `merge`."""
        return cls.of(np.empty(0, np.float32))

    def merge(self, other: Sketch) -> Sketch:
        """The sketch of both arrays together.

        Bins, counts, minimum and maximum are those of the joined array to the last bit; mean and
        squared deviation to float64 rounding.
        """
        if not isinstance(other, Sketch):
            raise TypeError(f"`other` must be a Sketch; got {type(other).__name__}")
        nonfinite = self.nonfinite + other.nonfinite
        if not self.count or not other.count:
            some = self if self.count else other
            return Sketch(**{**vars(some), "nonfinite": nonfinite})
        low, high = min(self.min, other.min), max(self.max, other.max)
        bits = bits_for(low, high)
        bins, places = np.unique(
            np.concatenate([self._at(bits), other._at(bits)]), return_inverse=True
        )
        counts = np.zeros(len(bins), np.int64)
        np.add.at(counts, places, np.concatenate([self.counts, other.counts]))
        count = self.count + other.count
        with np.errstate(over="ignore", invalid="ignore"):
            apart = np.float64(other.mean) - self.mean
            mean = float(self.mean + apart * (other.count / count))
            if not math.isfinite(mean):  # their difference is beyond float64
                mean = self.mean * (self.count / count) + other.mean * (other.count / count)
            m2 = float(self.m2 + other.m2 + apart**2 * (self.count * other.count / count))
        zeros = self.zeros + other.zeros
        return Sketch(count, mean, m2, low, high, zeros, nonfinite, bits, bins, counts)

    def _at(self, bits: int) -> np.ndarray:
        """The bins with fewer bits; some may come twice."""
        return self.bins >> (self.bits - bits)

    @property
    def std(self) -> float:
        """Population standard deviation (divisor n), NaN where there are no values."""
        return math.sqrt(self.m2 / self.count) if self.count else math.nan

    @property
    def rms(self) -> float:
        """Root of the mean square: sqrt(mean² + std²)."""
        return math.hypot(self.mean, self.std) if self.count else math.nan

    @property
    def zero_fraction(self) -> float:
        """Share of the finite values that are exactly 0."""
        return self.zeros / self.count if self.count else math.nan

    @overload
    def quantile(self, q: float) -> float: ...
    @overload
    def quantile(self, q: Sequence[float] | np.ndarray) -> np.ndarray: ...
    def quantile(self, q: npt.ArrayLike) -> float | np.ndarray:
        """Quantiles, each within 1.6 % of a value of the data, where float32 has normal numbers.

        The quantile of q is the value of rank ceil(q n), NumPy's ``method="inverted_cdf"``; it
        is never an average of two values, so the bound holds at every magnitude and sign.
        Nearer to 0 than 1.2e-38, where numbers are subnormal and bins no longer grow narrower,
        they are within 3.7e-40, and values nearer than that count as 0. Of float64 values beyond
        float32 only the minimum and the maximum are known.

        Parameters
        ----------
        q
            Number or array of numbers in [0, 1].

        Returns
        -------
        float or ndarray
            Of the shape of `q`; NaN where the sketch has no values.
        """
        return self._quantile(q, self.bins, self.counts, self.min, self.max)

    @overload
    def magnitude_quantile(self, q: float) -> float: ...
    @overload
    def magnitude_quantile(self, q: Sequence[float] | np.ndarray) -> np.ndarray: ...
    def magnitude_quantile(self, q: npt.ArrayLike) -> float | np.ndarray:
        """Quantiles of the absolute values; as `quantile`."""
        half = 1 << (8 + self.bits)
        folded = np.where(self.bins < half, 2 * half - 1 - self.bins, self.bins)
        order = np.argsort(folded, kind="stable")
        high = max(abs(self.min), abs(self.max))
        return self._quantile(q, folded[order], self.counts[order], 0.0, high)

    def _quantile(
        self, q: npt.ArrayLike, bins: np.ndarray, counts: np.ndarray, low: float, high: float
    ) -> float | np.ndarray:
        wanted = as_numbers("q", q, finite=False).astype(np.float64)
        if not np.all((wanted >= 0) & (wanted <= 1)):
            raise ValueError(f"`q` must lie in [0, 1]; got {shown(q)}")
        if not self.count:
            result = np.full(wanted.shape, np.nan)
        else:
            rank = np.maximum(np.ceil(wanted * self.count), 1)  # 1-based rank of the value
            found = bins[np.searchsorted(np.cumsum(counts), rank)]
            lower, upper = bin_edges(found, self.bits)
            middle = np.where(lower * upper == 0, 0.0, (lower + upper) / 2)
            result = np.clip(middle, low, high)
        return float(result) if result.ndim == 0 else result

    def share_within(self, low: float, high: float) -> float:
        """Share of the finite values in [low, high], to the width of the bins at the ends.

        A bin that an end cuts counts in proportion to the part inside.

        Raises
        ------
        TypeError, ValueError
            For what is no number, and if `low` exceeds `high`.
        """
        _check_numbers(low=low, high=high)
        if not low <= high:
            raise ValueError(f"`low` must not exceed `high`; got {low}, {high}")
        if not self.count:
            return math.nan
        return float(np.diff(self._cumulative(np.array([low, high]), first_closed=True))[0]) / (
            self.count
        )

    def _cumulative(
        self, points: np.ndarray, *, zeros: bool = True, first_closed: bool = False
    ) -> np.ndarray:
        """Values up to each of `points`, ascending, the bins' values spread evenly.

        Exact zeros count, at once, from the point 0 on, and values that fill no width (of one
        value, or in a bin that the minimum cuts) from theirs on; at the first point only if not
        `first_closed`, so that a range that begins there has them.
        """
        lower, upper = bin_edges(self.bins, self.bits)
        spread = self.counts.astype(np.float64)
        near = np.flatnonzero(lower * upper == 0)  # -0.0 and 0.0 lie in two bins
        left = float(self.zeros)
        for at in near[::-1]:
            taken = min(left, spread[at])
            spread[at] -= taken
            left -= taken
        # the outermost bins hold what float32 has no room for
        lower = np.where(lower == -(2.0**128), min(self.min, -(2.0**128)), lower)
        upper = np.where(upper == 2.0**128, max(self.max, 2.0**128), upper)
        ends = np.column_stack([lower, upper])  # (bins, 2)
        edges = np.clip(ends, self.min, self.max).ravel()
        after = np.cumsum(spread)
        total = np.column_stack([after - spread, after]).ravel()
        reached = np.interp(points, edges, total, left=0.0, right=total[-1])
        # a bin of one value is no ramp but a step
        single = edges[-1] == edges[0]
        reached = np.where(points >= edges[0], total[-1], 0.0) if single else reached
        if first_closed and points[0] <= edges[0]:
            reached[0] = 0.0
        if zeros:
            passed = points >= 0
            passed[0] &= not (first_closed and points[0] == 0)
            reached = reached + self.zeros * passed
        return reached

    def density(
        self,
        low: float,
        high: float,
        *,
        points: int = 256,
        zeros: bool = True,
        magnitude: bool = False,
        forward: Transform | None = None,
        inverse: Transform | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """A smooth density on a range, for violins.

        The counts are spread evenly over their bins, gathered on a regular grid and smoothed
        with a Gaussian whose bandwidth is Silverman's rule, 0.9 min(std, IQR / 1.34) n^(-1/5)
        (Silverman 1986, eq. 3.31), and at least one grid cell.

        Parameters
        ----------
        low, high
            The range, finite, low < high. Values outside are left out of the curve.
        points
            Points of the grid, at least 8.
        zeros
            Whether values of exactly 0 (half of what a ReLU gives) are in the curve.
        magnitude
            Whether the density is that of the absolute values; `low` is then at least 0.
        forward, inverse
            A monotone transformation and its inverse, both on arrays. The density is then
            that of the transformed values, on a grid regular in them: what a violin on a
            logarithmic or symmetric-logarithmic axis shows.

        Returns
        -------
        coords
            (points,) float64 ascending from `low` to `high`.
        density
            (points,) float64, >= 0: share of all finite values per unit of the (transformed)
            axis; over the grid, by the trapezoidal rule, it adds up to the share in the range.
            All zero where the sketch has no values in the range.

        Raises
        ------
        TypeError, ValueError
            For a range, a number of points or a transformation that cannot be.
        """
        _check_numbers(low=low, high=high)
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"`low` and `high` must be finite with low < high; got {low}, {high}")
        if magnitude and low < 0:
            raise ValueError(f"`low` must be at least 0 for magnitudes; got {low}")
        check_count("points", points, least=8)
        forward = forward or (lambda v: v)
        inverse = inverse or (lambda v: v)
        with np.errstate(divide="ignore", invalid="ignore"):
            first, last = (float(forward(np.float64(v))) for v in (low, high))
        if not (math.isfinite(first) and math.isfinite(last) and first < last):
            raise ValueError(
                "`forward` must be finite and ascending from `low` to `high`; "
                f"got {first} at {low} and {last} at {high}"
            )
        grid = _between(first, last, np.arange(points) / (points - 1))
        coords = np.asarray(inverse(grid), np.float64)
        coords[0], coords[-1] = low, high
        if not self.count:
            return coords, np.zeros(points)
        step = last / (points - 1) - first / (points - 1)
        edges = _between(first, last, np.clip((np.arange(points + 1) - 0.5) / (points - 1), 0, 1))
        cells = np.asarray(inverse(edges), np.float64)  # (points + 1,)
        cells[0], cells[-1] = low, high
        mass = np.diff(self._cumulative(cells, zeros=zeros, first_closed=True))  # (points,)
        if magnitude:
            mirrored = self._cumulative(-cells[::-1], zeros=False, first_closed=True)
            mass += np.diff(mirrored)[::-1]
        sigma = _bandwidth(mass, self.count)
        mass[[0, -1]] *= 2  # the cells at the ends are half as wide
        smooth = _gaussian_smooth(mass, sigma)
        return coords, smooth / self.count / step

    def to_bytes(self) -> bytes:
        """Bins and counts, compressed; the numbers beside them are kept apart."""
        used = len(self.bins)
        first = int(self.bins[0]) if used else 0
        wide = -(-int(self.counts.max()).bit_length() // 8) if used else 1  # bytes of a count
        planes = np.zeros((2 + wide, used), "u1")
        if used:
            steps = (self.bins[1:] - self.bins[:-1]).astype("<u2")  # of 2**14 coarse bins at most
            planes[:2, 1:] = steps.view("u1").reshape(-1, 2).T
            planes[2:] = self.counts.astype("<i8").view("u1").reshape(-1, 8).T[:wide]
        # most planes are runs of one value; all of it under zlib's checksum
        packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 8, zlib.Z_RLE)
        head = struct.pack("<BII", self.bits, used, first)
        return packer.compress(head + planes.tobytes()) + packer.flush()

    @staticmethod
    def unpack(packed: bytes) -> tuple[int, np.ndarray, np.ndarray]:
        """Bits, bins and counts of `to_bytes`.

        Raises
        ------
        ValueError
            If `packed` is damaged, or unpacks to more than a sketch has.
        """
        try:
            stream = zlib.decompressobj()
            raw = stream.decompress(packed, _MOST_BYTES)  # no more, whatever there is
            if not stream.eof or stream.unused_data:
                raise ValueError("it does not end where it should")
            bits, used, first = struct.unpack_from("<BII", raw)
            planes = np.frombuffer(raw, "u1", offset=9).reshape(-1, used) if used else _NO_PLANES
            if not COARSE_BITS <= bits <= FINEST_BITS or not 3 <= len(planes) <= 2 + 8:
                raise ValueError(f"it has {bits} bits and {len(planes)} planes")
        except (TypeError, struct.error, zlib.error, ValueError) as error:
            raise ValueError(f"`packed` must be what Sketch.to_bytes made; {error}") from error
        bins = (planes[0] + (planes[1].astype(np.int64) << 8)).cumsum() + first
        counts = planes[2].astype(np.int64)
        for k, plane in enumerate(planes[3:], 1):
            counts += plane.astype(np.int64) << (8 * k)
        return bits, bins, counts

    @classmethod
    def from_bytes(
        cls,
        packed: bytes,
        *,
        count: int,
        mean: float,
        m2: float,
        min: float,
        max: float,
        zeros: int,
        nonfinite: int,
    ) -> Sketch:
        """The sketch that `to_bytes` packed, of the numbers that were kept apart.

        Parameters
        ----------
        packed
            What `to_bytes` gave.
        count, mean, m2, min, max, zeros, nonfinite
            As the attributes.

        Raises
        ------
        ValueError
            If `packed` is damaged, or the numbers contradict it or each other.

        Examples
        --------
        >>> sketch = Sketch.of([1.0, 2.0])
        >>> kept = {name: getattr(sketch, name) for name in ("count", "mean", "m2", "min", "max")}
        >>> Sketch.from_bytes(sketch.to_bytes(), **kept, zeros=0, nonfinite=0).quantile(1)
        2.0
        """
        bits, bins, counts = cls.unpack(packed)
        sketch = cls(count, mean, m2, min, max, zeros, nonfinite, bits, bins, counts)
        if wrong := sketch._contradictions():
            raise ValueError(f"a sketch must agree with itself; got a wrong {', '.join(wrong)}")
        return sketch

    def _contradictions(self) -> list[str]:
        """Names of the numbers that cannot be, beside the others."""
        # of the bins on either side of zero; where bins do not ascend, that is told below
        near = self.counts[slice(*self.bins.searchsorted(self._beside_zero()))]
        spread = self.max - self.min
        air = 1e-9 * max(abs(self.min), abs(self.max))
        radius = 0.51 * spread + air  # half of the values lie at either end at most
        found = {
            "count": self.count != int(self.counts.sum())
            or (len(self.counts) > 0 and int(self.counts.min()) <= 0),
            "zeros": not 0 <= self.zeros <= int(near.sum()),
            "nonfinite": self.nonfinite < 0,
        }
        if not self.count:
            values = (self.mean, self.min, self.max)
            found["min, max or mean"] = not all(map(math.isnan, values))
            return [name for name, bad in found.items() if bad]
        found |= {
            "bins": bool((self.bins[1:] <= self.bins[:-1]).any()),
            "min": not self._lies_in(self.min, self.bins[0]),
            "max": not self._lies_in(self.max, self.bins[-1]) or spread < 0,
            "mean": self.mean < self.min - air or self.mean > self.max + air,
            "m2": self.m2 < 0 or self.m2 > self.count * (radius * radius) + _TINY,
        }
        return [name for name, bad in found.items() if bad]

    def _beside_zero(self) -> tuple[int, int]:
        """The two bins beside zero: the first of them, and the one after both."""
        half = 1 << (8 + self.bits)
        return half - 1, half + 1

    def _lies_in(self, value: float, place: int) -> bool:
        """Whether a value lies in a bin; zero may in either of those beside it."""
        if value == 0:
            return self._beside_zero()[0] <= place < self._beside_zero()[1]
        return bool(place_of(value) >> (FINEST_BITS - self.bits) == place)


def measured(values: npt.ArrayLike, *, beyond: float | None = None) -> tuple[Sketch, UnitEvidence]:
    """The sketch of an array, and what each of its units shows.

    Parameters
    ----------
    values
        A layer's z, activation or delta, (samples, ..., units).
    beyond
        As for `UnitEvidence.of`.

    Raises
    ------
    TypeError, ValueError
        As `Sketch.of` and `UnitEvidence.of`.

    Examples
    --------
    >>> sketch, units = measured([[0.0, 5.0], [1.0, 5.0]])
    >>> sketch.zeros, units.active.tolist()
    (1, [1, 2])
    """
    bound = check_bound(beyond)
    counts, units = count_both(by_unit(as_floats(values)), bound)
    return Sketch(**vars(counts)), UnitEvidence(**vars(units))


def _check_numbers(**values: object) -> None:
    for name, value in values.items():
        if not is_number(value):
            raise TypeError(f"`{name}` must be a number; got {shown(value)}")


def _between(first: float, last: float, share: np.ndarray) -> np.ndarray:
    """Numbers between two, whose difference may be beyond float64."""
    span = last - first
    return first + span * share if math.isfinite(span) else first * (1 - share) + last * share


def _bandwidth(mass: np.ndarray, count: int) -> float:
    """Silverman's rule on a grid of masses, in cells of it; at least one."""
    inside = float(mass.sum())
    if inside <= 0:
        return 1.0
    cells = np.arange(len(mass))
    centre = (cells @ mass) / inside
    width = math.sqrt(max(((cells - centre) ** 2) @ mass / inside, 0.0))
    first, third = np.interp([0.25, 0.75], np.cumsum(mass) / inside, cells)
    if third - first > 0:
        width = min(width, (third - first) / 1.34)
    return max(0.9 * width * count**-0.2, 1.0)


def _gaussian_smooth(mass: np.ndarray, sigma: float) -> np.ndarray:
    """Convolve with a Gaussian of `sigma` cells; what passes the ends is mirrored at them."""
    reach = int(min(math.ceil(4 * sigma), len(mass) - 1))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(mass, reach, mode="reflect")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
