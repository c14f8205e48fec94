"""Runs read at once, one or a thousand: few questions to SQLite, and every answer checked.

SQLite keeps any value in any column and guards none of them, so what comes back is looked at: its
checksum is compared, and what belongs to a run or a capture must add up to what that says of it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from kit.recordings import storage
from kit.recordings.checksums import compare, crc_of
from kit.recordings.errors import (
    MOST_ROWS,
    RecordingError,
    Row,
    explained,
    few,
    number,
    unpacking,
    whole,
    words,
)
from kit.recordings.rows import (
    CAPTURE,
    MOST_INFO,
    NUMBERS,
    RUN,
    TEXTS,
    RunRow,
    capture_crcs,
    checked_run,
    sketch_crcs,
)

if TYPE_CHECKING:
    from kit.recordings.store import Store

__all__ = ["TABLE", "Capture", "StoredLayer"]

TABLE = ("quantity", *NUMBERS, "crc")
"""The columns of sketches but the blobs."""

_AT_ONCE = 200
"""Runs that one question asks for: SQLite takes 999 values, and what comes back takes memory."""

_T = TypeVar("_T")


class StoredLayer(NamedTuple):
    """A layer of a run: its place, whether the model returns it, and what it has."""

    place: int
    output: bool
    quantities: list[str]


class Capture(NamedTuple):
    """A capture of a run; the sums are those of the checksums of its rows."""

    id: int
    run_id: int
    epoch: int
    step: int
    loss: float
    samples: int
    within: int
    sketches_sum: int
    units_sum: int
    arrays_sum: int


@contextmanager
def moment(store: Store, runs: Mapping[int, str]) -> Iterator[list[RunRow]]:
    """One state of the file for all that is asked within, and the rows of runs in it.

    Parameters
    ----------
    store
        An open recording.
    runs
        Names of the runs by their numbers, in the order that is wanted.

    Raises
    ------
    RecordingError
        If one is damaged, or no longer there.
    """
    with store.lock, explained(store.path), storage.moment(store.connection):
        found: dict[int, RunRow] = {}
        for some in _parts(list(runs)):
            rows = _select(store, f"SELECT {', '.join(RUN)}, crc FROM runs WHERE id IN", some)
            with unpacking(store.path):
                found |= {row["id"]: row for row in map(checked_run, rows)}
        for own, name in runs.items():
            if own not in found or found[own]["name"] != name:
                raise RecordingError(f"run {name!r} is no longer in the file: somebody replaced it")
        yield [found[own] for own in runs]


def infos_of(store: Store, rows: Sequence[RunRow]) -> list[dict[str, Any]]:
    """What was kept of runs."""
    with unpacking(store.path):
        return [dict(json.loads(words(row["info"], MOST_INFO))) for row in rows]


def captures_of(store: Store, rows: Sequence[RunRow]) -> dict[int, list[Capture]]:
    """The captures of runs by the number of each, in the order of their steps."""
    sql = f"SELECT {', '.join(CAPTURE)}, crc FROM captures WHERE run_id IN"
    return _each(store, sql, rows, " ORDER BY run_id, step, epoch", 1, checked_captures)


def checked_captures(
    store: Store, found: Sequence[Row], row: RunRow | None = None
) -> list[Capture]:
    """Captures of the columns `CAPTURE` and crc: all of those of a run, or some of one."""
    if store.guarded:
        crcs = capture_crcs([one[:-1] for one in found])
        total = sum(crcs) if row is None else row["captures_sum"]
        compare("captures", crcs, [one[-1] for one in found], total)
    return [
        Capture._make([*map(whole, one[:4]), number(one[4]), *map(whole, one[5:-1])])
        for one in found
    ]


def layers_of(store: Store, rows: Sequence[RunRow]) -> dict[int, dict[str, StoredLayer]]:
    """The layers of runs by the number of each, by name, in order."""

    def checked(store: Store, found: Sequence[Row], row: RunRow) -> dict[str, StoredLayer]:
        few(list(found), "layers")
        _check_texts(store, "layers", found, row)
        return {
            words(name): StoredLayer(whole(place), bool(output), words(has).split())
            for _, place, name, output, has, _ in found
        }

    sql = "SELECT run_id, layer_index, name, output, quantities, crc FROM layers WHERE run_id IN"
    return _each(store, sql, rows, " ORDER BY run_id, layer_index", 0, checked, MOST_ROWS)


def texts_of(store: Store, table: str, rows: Sequence[RunRow]) -> dict[int, list[Row]]:
    """The rows of history or unheard by the number of the run, in the order in which they came."""

    def checked(store: Store, found: Sequence[Row], row: RunRow) -> list[Row]:
        _check_texts(store, table, found, row)
        return [one[1:-1] for one in found]

    sql = f"SELECT {', '.join(TEXTS[table])}, crc FROM {table} WHERE run_id IN"
    return _each(store, sql, rows, " ORDER BY run_id, id", 0, checked)


def histories_of(store: Store, rows: Sequence[RunRow]) -> dict[int, dict[int, dict[str, float]]]:
    """What Keras reported in runs by the number of each: values by name, by epoch, ascending."""
    tables: dict[int, dict[int, dict[str, float]]] = {}
    for own, found in texts_of(store, "history", rows).items():
        table = tables.setdefault(own, {})
        with unpacking(store.path):
            for epoch, name, value in sorted(found, key=lambda row: whole(row[0])):
                table.setdefault(epoch, {})[words(name)] = number(value)
    return tables


def sketches_of(
    store: Store, captures: Mapping[int, Sequence[Capture]]
) -> Iterator[tuple[list[Capture], list[Row]]]:
    """All rows of sketches of runs, of the columns `TABLE`, with their captures.

    As many runs at a time as one question asks for; of each, these are all of its captures.
    """
    for some in _parts(list(captures)):
        here = [one for own in some for one in captures[own]]
        places = ", ".join("?" * len(some))
        found = store.connection.execute(
            f"SELECT {', '.join(TABLE)} FROM sketches WHERE capture_id IN"
            f" (SELECT id FROM captures WHERE run_id IN ({places}))",
            list(some),
        ).fetchall()
        with unpacking(store.path):
            if store.guarded:
                check_sketches(found, {one.id: one.sketches_sum for one in here})
        yield here, found


def check_sketches(found: Sequence[Row], totals: Mapping[int, int] | None = None) -> None:
    """Compare the checksums of rows of the columns `TABLE`, and the sum of each capture's."""
    crcs = sketch_crcs([(words(row[0]), *row[1:-1]) for row in found])
    compare("sketches", crcs, [row[-1] for row in found], sum(crcs))
    if totals is not None:
        sums = dict.fromkeys(totals, 0)
        for row, crc in zip(found, crcs, strict=True):
            sums[row[1]] += crc
        if sums != dict(totals):
            raise ValueError("sketches are missing, or there are too many")


def _check_texts(store: Store, table: str, found: Sequence[Row], row: RunRow) -> None:
    if store.guarded:
        crcs = [crc_of(table, one[:-1]) for one in found]
        compare(f"rows of {table}", crcs, [one[-1] for one in found], row[f"{table}_sum"])


def _each(
    store: Store,
    sql: str,
    rows: Sequence[RunRow],
    order: str,
    at: int,
    checked: Callable[[Store, Sequence[Row], RunRow], _T],
    most: int | None = None,
) -> dict[int, _T]:
    """What is answered to a question about runs, checked for each of them.

    Parameters
    ----------
    store, sql, rows, order
        Where it is asked; the question, up to the runs' numbers; the runs; how it ends.
    at
        Column of the run's number.
    checked
        Given the store, the answers of one run and its row.
    most
        Rows that a run may have.
    """
    of_run: dict[int, list[Row]] = {row["id"]: [] for row in rows}
    for some in _parts(list(of_run)):
        rest = order if most is None else f"{order} LIMIT {most * len(some) + 1}"
        for own, found in itertools.groupby(_select(store, sql, some, rest), itemgetter(at)):
            of_run[own] = list(found)
    with unpacking(store.path):
        return {row["id"]: checked(store, of_run[row["id"]], row) for row in rows}


def _parts(runs: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers of runs, as many at a time as one question asks for."""
    for first in range(0, len(runs), _AT_ONCE):
        yield runs[first : first + _AT_ONCE]


def _select(store: Store, sql: str, runs: Sequence[int], rest: str = "") -> list[Row]:
    """What SQLite answers to a question about runs of these numbers."""
    places = ", ".join("?" * len(runs))
    return store.connection.execute(f"{sql} ({places}){rest}", list(runs)).fetchall()
