"""What each unit of a layer shows by itself: mean, spread, how often it is active or saturated.

A layer's standard deviation has two parts: how a unit answers to different samples, and how units
differ from each other. A layer of constants has a std and tells nothing; `UnitEvidence` keeps the
parts apart:

    std² = std_samples² + std_units²,
    std_samples² = Σ_u m2_u / Σ_u n_u,    std_units² = Σ_u n_u (mean_u - mean)² / Σ_u n_u

the split of a sum of squares within and between groups. NumPy only, as all of this room.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.checks import check_number
from kit.stats.bins import UnitCounts
from kit.stats.counting import as_floats, by_unit, count_units

__all__ = ["MOST_UNITS", "UnitEvidence", "saturation_bound"]

MOST_UNITS = 1 << 18
"""Units of a layer that `UnitEvidence.to_bytes` packs; more could not be read back safely."""

_DIGITS = 11  # bits of a std that are packed, behind the first; a mean to as much of its std
_HEADER = struct.Struct("<IBBBBB")
_BITS = np.uint64(1) << np.arange(63, -1, -1, dtype=np.uint64)[:, np.newaxis]  # the highest first
_SLOPE = 0.05  # of the largest: under it, a unit has stopped learning

_BOUNDS = {
    "sigmoid": 2 * math.atanh(math.sqrt(1 - _SLOPE)),
    "tanh": math.atanh(math.sqrt(1 - _SLOPE)),
    "softsign": math.sqrt(1 / _SLOPE) - 1,
    "hard_sigmoid": 3.0,
    "hard_tanh": 1.0,
    "sparse_sigmoid": 1.0,
}


def saturation_bound(name: str) -> float | None:
    r"""The \|z| beyond which an activation's slope is under 5 % of its largest.

    ================  ================================  ======================================
    activation        slope / largest slope             \|z| at which it is 0.05
    ================  ================================  ======================================
    sigmoid           4 s (1 - s)                       2 artanh √0.95 = 4.357
    tanh              1 - tanh² z                       artanh √0.95 = 2.178
    softsign          (1 + \|z|)^-2                     √20 - 1 = 3.472
    hard_sigmoid      1 within 3, else 0: relu6(z+3)/6  3
    hard_tanh         1 within 1, else 0                1
    sparse_sigmoid    1 within 1, else 0                1
    ================  ================================  ======================================

    Parameters
    ----------
    name
        Of an activation, as Keras writes it.

    Returns
    -------
    float or None
        None for an activation that does not saturate on both sides, or is not known.

    Examples
    --------
    >>> round(saturation_bound("tanh"), 3), saturation_bound("relu")
    (2.178, None)
    """
    return _BOUNDS.get(name)


@dataclass(frozen=True, eq=False)
class UnitEvidence(UnitCounts):
    """What each unit of one layer shows in one quantity, over samples and positions.

    Make one with `UnitEvidence.of`; `merge` adds two. Values that are NaN or infinite are left
    out of everything.

    Attributes
    ----------
    count
        Finite values of each unit, samples times positions, (units,) int64.
    mean
        Their mean, (units,) float64; NaN where there are none.
    m2
        Sum of squared deviations from the unit's mean, (units,) float64.
    active
        Those that are not exactly 0, (units,) int64.
    saturated
        Those beyond the bound that was given, (units,) int64; None where none was.

    Examples
    --------
    >>> z = np.array([[1.0, 5.0], [3.0, 5.0]])  # the second unit is a constant
    >>> units = UnitEvidence.of(z)
    >>> units.mean.tolist(), units.std.tolist()
    ([2.0, 5.0], [1.0, 0.0])
    >>> bool(np.isclose(units.std_samples**2 + units.std_units**2, z.var()))
    True
    """

    @classmethod
    def of(cls, values: npt.ArrayLike, *, beyond: float | None = None) -> UnitEvidence:
        """The evidence of an array.

        Parameters
        ----------
        values
            Real numbers, (samples, ..., units): a unit is an index of the last axis, as a
            channel of a convolution; an array (samples,) has one unit.
        beyond
            The magnitude beyond which a value counts as saturated, at least 0; see
            `saturation_bound`.

        Raises
        ------
        TypeError, ValueError
            If `values` are no real numbers, or `beyond` is no bound.
        """
        return cls(**vars(count_units(by_unit(as_floats(values)), check_bound(beyond))))

    @property
    def units(self) -> int:
        """How many there are."""
        return len(self.count)

    def merge(self, other: UnitEvidence) -> UnitEvidence:
        """The evidence of both arrays together, unit by unit.

        Counts exactly; mean and m2 by the pairwise formula of Chan, Golub and LeVeque (1979).

        Raises
        ------
        TypeError, ValueError
            If `other` is none, is of another number of units, or has no `saturated` where this
            one has.
        """
        if not isinstance(other, UnitEvidence):
            raise TypeError(f"`other` must be a UnitEvidence; got {type(other).__name__}")
        if self.units != other.units:
            raise ValueError(f"`other` must have {self.units} units; got {other.units}")
        if (self.saturated is None) != (other.saturated is None):
            raise ValueError("`other` must have `saturated` if, and only if, this one has; got one")
        count = self.count + other.count
        mine, theirs = (np.where(one.count > 0, one.mean, 0.0) for one in (self, other))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            share = other.count / count
            apart = theirs - mine
            mean = np.where(
                np.isfinite(apart), mine + apart * share, mine * (1 - share) + theirs * share
            )
            m2 = (
                self.m2
                + other.m2
                + np.where(share * (1 - share) > 0, apart**2, 0) * (self.count * share)
            )
        both = None
        if self.saturated is not None and other.saturated is not None:
            both = self.saturated + other.saturated
        m2 = np.where(count > 0, m2, 0.0)
        return UnitEvidence(count, mean, m2, self.active + other.active, both)

    @property
    def std(self) -> np.ndarray:
        """Population standard deviation of each unit, (units,); NaN where there are no values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt(self.m2 / self.count)

    @property
    def active_share(self) -> np.ndarray:
        """Share of each unit's values that are not exactly 0, (units,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.active / self.count

    @property
    def saturated_share(self) -> np.ndarray | None:
        """Share of each unit's values beyond the bound, (units,); None where none was given."""
        if self.saturated is None:
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.saturated / self.count

    @property
    def std_samples(self) -> float:
        """The part of the layer's std that is across samples: the root of the units' mean m2/n."""
        total = int(self.count.sum())
        return math.sqrt(float(self.m2.sum()) / total) if total else math.nan

    @property
    def std_units(self) -> float:
        """The part of the layer's std that is between units: the std of their means."""
        total = int(self.count.sum())
        if not total:
            return math.nan
        some = self.count > 0
        share, means = self.count[some] / total, self.mean[some]
        largest = float(np.abs(means).max())
        if not largest:
            return 0.0
        scaled = means / largest  # squares of it neither vanish nor leave float64
        scaled = scaled - scaled[0]  # equal means differ by nothing
        centre = float(share @ scaled)
        return largest * math.sqrt(max(float(share @ (scaled - centre) ** 2), 0.0))

    def to_bytes(self) -> bytes:
        """All of it, compressed: about 4 bytes a unit, and 1 or 2 where activity differs.

        Counts are exact. A std is rounded to 12 binary digits (a relative 2.4e-4), a mean to 1/2000
        of its unit's std (float32 would lose a small spread beside a large mean, and keep
        digits that mean nothing beside a large one); a unit of constants keeps all of its mean.

        Raises
        ------
        ValueError
            For more than `MOST_UNITS` units.
        """
        if self.units > MOST_UNITS:
            raise ValueError(f"`units` must be at most {MOST_UNITS:,}; got {self.units:,}")
        std = _rounded(self.std)
        with np.errstate(over="ignore", invalid="ignore"):
            # steps of a power of two: what is left of the digits is zeros, which pack to nothing
            step = np.ldexp(1.0, np.frexp(std)[1] - _DIGITS)
            usable = (std > 0) & np.isfinite(std) & (step > 0) & np.isfinite(self.mean / step)
            mean = np.where(usable, np.round(self.mean / step) * step, self.mean)
        mean = np.where(np.isfinite(mean), mean, self.mean)
        columns = [
            *(_words_of(one) for one in (mean, std)),
            *(one.astype("<u8") for one in (self.count, self.active)),
        ]
        if self.saturated is not None:
            columns.append(self.saturated.astype("<u8"))
        planes = [_planes_of(column) for column in columns]
        numbers = [len(column) for column in planes] + [255] * (5 - len(planes))
        raw = b"".join(column.tobytes() for column in planes)
        return zlib.compress(_HEADER.pack(self.units, *numbers) + raw, 6)

    @classmethod
    def from_bytes(cls, packed: bytes) -> UnitEvidence:
        """The evidence that `to_bytes` packed.

        Raises
        ------
        ValueError
            If `packed` is damaged, contradicts itself, or unpacks to more than it says.
        """
        try:
            columns = _unpacked(packed)
        except (TypeError, struct.error, zlib.error, ValueError) as error:
            raise ValueError(
                f"`packed` must be what UnitEvidence.to_bytes made; {error}"
            ) from error
        mean, std = (column.view("<f8").astype(np.float64) for column in columns[:2])
        count, active, *saturated = (column.view("<i8").astype(np.int64) for column in columns[2:])
        some = count > 0
        with np.errstate(over="ignore", invalid="ignore"):
            m2 = np.where(some, std**2 * count, 0.0)
        wrong = (count < 0).any() or not (np.isnan(mean) == ~some).all()
        wrong |= bool(np.isinf(mean).any()) or not (std[some] >= 0).all()
        wrong |= any(((part < 0) | (part > count)).any() for part in (active, *saturated))
        if wrong:
            raise ValueError(
                "`packed` must agree with itself; got counts or moments that cannot be"
            )
        return cls(count, mean, m2, active, saturated[0] if saturated else None)


def check_bound(beyond: float | None) -> float | None:
    """The bound, if it is None or a number of at least 0."""
    if beyond is None:
        return None
    return check_number("beyond", beyond, 0, expected="a finite number of at least 0, or None")


def _rounded(std: np.ndarray) -> np.ndarray:
    """A std to a few binary digits; NaN and infinity as they are."""
    mantissa, exponent = np.frexp(std)
    # a mantissa is at least 0.5: one digit more behind the point
    short = np.round(mantissa * 2.0 ** (_DIGITS + 1))
    with np.errstate(over="ignore"):
        return np.ldexp(short, exponent - _DIGITS - 1)


def _words_of(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, "<f8").view("<u8")


def _planes_of(column: np.ndarray) -> np.ndarray:
    """Bits of one place of all units together, the highest first; low ones that are 0 left out.

    Bits that are the same everywhere, or the same as others, then pack to nothing, and random ones
    to no more than they are.
    """
    used = int(np.bitwise_or.reduce(column)) if len(column) else 0
    planes = 65 - (used & -used).bit_length() if used else 0
    return np.packbits((column & _BITS[:planes]).astype(bool), axis=1)


def _unpacked(packed: bytes) -> list[np.ndarray]:
    """The columns as 64-bit words; never more memory than the header's, bounded, numbers say."""
    stream = zlib.decompressobj()
    header = stream.decompress(packed, _HEADER.size)
    units, *numbers = _HEADER.unpack(header)
    if numbers[-1] == 255:
        numbers.pop()
    if units > MOST_UNITS or max(numbers) > 64:
        raise ValueError(f"it has {units:,} units of {max(numbers)} bits")
    width = -(-units // 8)  # bytes of a plane
    size = width * sum(numbers)
    raw = stream.decompress(stream.unconsumed_tail, size + 1)
    if len(raw) != size or not stream.eof or stream.unused_data:
        raise ValueError("it does not end where it should")
    columns, at = [], 0
    for number in numbers:
        planes = np.frombuffer(raw, "u1", number * width, at).reshape(number, width)
        at += planes.size
        bits = np.zeros((units, 64), "u1")
        bits[:, :number] = np.unpackbits(planes, axis=1, count=units).T
        words = np.packbits(bits, axis=1)[:, ::-1]  # (units, 8)
        columns.append(np.ascontiguousarray(words).view("<u8").reshape(units))
    return columns
