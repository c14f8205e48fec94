"""Many runs read at once: the same checks as for one, in few questions to SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kit.recordings import storage
from kit.recordings.errors import RecordingError, Row, explained, unpacking, words
from kit.recordings.rows import MOST_INFO, RUN, RunRow, checked_run

if TYPE_CHECKING:
    from kit.recordings.store import Store

__all__: list[str] = []

_AT_ONCE = 200
"""Runs that one question asks for; SQLite takes 999 values, and what comes back takes memory."""


def run_rows(store: Store, runs: Mapping[int, str]) -> list[RunRow]:
    """The rows of runs, by number and name, in this order.

    Raises
    ------
    RecordingError
        If one is damaged, or no longer there.
    """
    found: dict[int, RunRow] = {}
    with store.lock, explained(store.path), storage.moment(store.connection):
        for some in parts(list(runs)):
            rows = select(store, f"SELECT {', '.join(RUN)}, crc FROM runs WHERE id IN", some)
            with unpacking(store.path):
                found |= {row["id"]: row for row in map(checked_run, rows)}
    for own, name in runs.items():
        if own not in found or found[own]["name"] != name:
            raise RecordingError(f"run {name!r} is no longer in the file: somebody replaced it")
    return [found[own] for own in runs]


def infos_of(store: Store, rows: Sequence[RunRow]) -> list[dict[str, Any]]:
    """What was kept of runs."""
    with unpacking(store.path):
        return [dict(json.loads(words(row["info"], MOST_INFO))) for row in rows]


def parts(runs: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers of runs, as many at a time as one question asks for."""
    for first in range(0, len(runs), _AT_ONCE):
        yield runs[first : first + _AT_ONCE]


def select(store: Store, sql: str, runs: Sequence[int], rest: str = "") -> list[Row]:
    """What SQLite answers to a question about runs of these numbers."""
    places = ", ".join("?" * len(runs))
    return store.connection.execute(f"{sql} ({places}){rest}", list(runs)).fetchall()
