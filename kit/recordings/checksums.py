"""Checksums: what a recording file says of itself, so that damage is told and never drawn.

SQLite guards none of what it stores: a bit that flips is another number, or a row that is no
longer found. So each row has a ``crc`` over all of its columns, keys included, but those of blobs,
which have one of their own; and what rows belong to has the sum of theirs (``captures_sum`` of a
run, ``sketches_sum`` of a capture): a row too few, too many or twice changes it. Whoever reads a
row compares it; whoever finds none compares the sum of those that are there.

CRC-32 (ISO 3309) tells every single flipped bit, and of other damage all but one in 4e9. It is no
signature: who means to deceive computes it too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from kit.recordings.errors import Row

__all__: list[str] = []


def crc_of(table: str, values: Iterable[object]) -> int:
    """The checksum of a row of texts, whole numbers and numbers.

    Parameters
    ----------
    table
        So that a row that strays into another table is told.
    values
        As SQLite gives them back.
    """
    # -0.0 comes back as 0.0
    plain = [value + 0.0 if isinstance(value, float) else value for value in values]
    return zlib.crc32(json.dumps([table, *plain]).encode())


def crcs_of_numbers(rows: Sequence[Row] | np.ndarray, starts: Sequence[int]) -> list[int]:
    """The checksums of many rows of numbers, at a microsecond each.

    Parameters
    ----------
    rows
        (n, columns) of numbers; None is NaN.
    starts
        The checksum of what else each row has, n of them.

    Raises
    ------
    ValueError
        Where something is no number.
    """
    if not starts:
        return []
    numbers = np.array(rows, "<f8") + 0.0  # no -0.0
    numbers[np.isnan(numbers)] = np.nan  # there are many
    packed = memoryview(numbers.tobytes())
    width = packed.nbytes // len(starts)
    return [zlib.crc32(packed[k * width : (k + 1) * width], s) for k, s in enumerate(starts)]


def compare(what: str, found: Sequence[int], stored: Sequence[object], total: int) -> None:
    """Refuse rows whose checksums are not those that were stored, or do not add up.

    Parameters
    ----------
    what
        The rows, in the plural.
    found, stored
        A checksum a row.
    total
        Their sum, as it was stored.

    Raises
    ------
    ValueError
        Which says what is wrong.
    """
    if list(found) != list(stored):
        raise ValueError(f"{what} have another checksum than when they were written")
    if sum(found) != total:
        raise ValueError(f"{what} are missing, or there are too many")
