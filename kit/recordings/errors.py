"""What is said where a recording file cannot be read or written, and how damage is noticed."""

from __future__ import annotations

import math
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["RecordingError", "RecordingWarning"]

BUSY_SECONDS = 30.0
"""How long another process may keep a file locked."""

MOST_ROWS = 100_000
"""Runs of a file, and layers of a run: more would take long to be read, and nobody has them."""

Row = tuple[Any, ...]
"""As SQLite gives it back: of numbers, texts, bytes and None."""

FilePath = str | os.PathLike[str]


class RecordingError(ValueError):
    """A recording file that cannot be read or written as asked; the message says why."""


class RecordingWarning(UserWarning):
    """A recording goes on in memory, as its file fails; or a file may lack its last captures."""


def number(value: object) -> float:
    """A number as SQLite gave it back; NULL is NaN."""
    if value is None:
        return math.nan
    if not isinstance(value, (int, float)):
        raise ValueError(f"it has {type(value).__name__} where a number should be")
    return float(value)


def whole(value: object) -> int:
    """A whole number as SQLite gave it back."""
    if not isinstance(value, int):
        raise ValueError(f"it has {type(value).__name__} where a whole number should be")
    return value


def words(value: object, most: int = 100_000) -> str:
    """A text as SQLite gave it back, of a length that somebody can mean."""
    if not isinstance(value, str):
        raise ValueError(f"it has {type(value).__name__} where a text should be")
    if len(value) > most:
        raise ValueError(f"it has a text of {len(value):,} characters")
    return value


def few(rows: list[Row], what: str, most: int = MOST_ROWS) -> list[Row]:
    """Rows that were asked for up to one too many, if they are no more than `most`."""
    if len(rows) > most:
        raise ValueError(f"it has more than {most:,} {what}")
    return rows


@contextmanager
def explained(path: FilePath | None) -> Iterator[None]:
    """Turn SQLite's errors into a `RecordingError` that names the file."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        text = str(error)
        if "locked" in text:
            why = f"another process has kept it locked for over {BUSY_SECONDS:.0f} s"
        elif "full" in text:
            why = "the disk is full"
        elif "not a database" in text or "malformed" in text or "utf-8" in text.lower():
            why = "it is no recording (not an SQLite file, or a damaged one)"
        elif "readonly" in text or "unable to open" in text:
            why = "it cannot be opened for writing there; check that its folder is writable"
        else:
            why = text
        raise RecordingError(
            f"`path` must be a usable recording file; got {place(path)}: {why}"
        ) from error


@contextmanager
def unpacking(path: FilePath | None) -> Iterator[None]:
    """Turn what unpacking damaged values raises into a `RecordingError` that names the file."""
    try:
        yield
    except RecordingError:
        raise
    except (
        *(TypeError, ValueError, LookupError, ArithmeticError),
        *(RecursionError, MemoryError, zlib.error),
    ) as error:
        raise damaged(path, error) from error


def damaged(path: FilePath | None, why: object) -> RecordingError:
    """The error that tells of damage."""
    return RecordingError(
        f"`path` must be a usable recording file; got {place(path)}: it is damaged: {why}"
    )


def replaced(run: str) -> RecordingError:
    """The error for a run whose name another has taken."""
    return RecordingError(f"run {run!r} was replaced by a newer one of this name")


def place(path: FilePath | None) -> FilePath:
    """A file as messages call it."""
    return path if path is not None else "memory"
