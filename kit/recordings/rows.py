"""What is written into a recording: runs, captures, histories, and what could not be heard.

Each function works within a transaction of its caller. Those that write into a run are given its
row as `run_row` read it, and change the sums in it; the caller writes it back with `put_run`.
"""

from __future__ import annotations

import json
import math
import sqlite3
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

import numpy as np

from kit.checks import shown
from kit.recordings.blobs import packed_array, packed_units
from kit.recordings.checksums import crc_of, crcs_of_numbers
from kit.recordings.common import LayerSketches, columns_of, unit_columns
from kit.recordings.errors import MOST_ROWS, FilePath, RecordingError, Row, words
from kit.stats.sketch import QUANTILES

__all__: list[str] = []

RunRow = dict[str, Any]
"""The row of a run, by column."""

RUN = (
    *("id", "name", "created", "info", "finished", "checkpoint_every"),
    *("layers_sum", "captures_sum", "history_sum", "unheard_sum"),
)
CAPTURE = (
    *("id", "run_id", "epoch", "step", "loss", "samples", "within"),
    *("sketches_sum", "units_sum", "arrays_sum"),
)
NUMBERS = (
    *("capture_id", "layer_index", "rank", "count", "mean", "m2", "std", "rms"),
    *("min", *QUANTILES, "max", "zeros", "zero_fraction", "nonfinite"),
    *("std_samples", "std_units", "saturated", "updated", "bins_crc"),
)
SKETCH = ("quantity", *NUMBERS, "crc", "bins")
UNITS = ("capture_id", "pack", "layout", "crc", "data")
ARRAY = ("capture_id", "layer_index", "quantity", "dtype", "shape", "crc", "data")
BLOBS = {"units": UNITS, "arrays": ARRAY}
"""The columns of the tables whose rows hold little beside a blob."""
_LONGEST_REASON = 10_000
MOST_INFO = 1_000_000
"""Characters of a run's `info`, as JSON: what is packed densely unpacks to 20 times as much."""


def inserting(table: str, columns: Sequence[str]) -> str:
    """The statement that writes a row."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


# runs


class NewRun(NamedTuple):
    """A run that is to begin."""

    name: str | None
    """None takes the first free of ``run-1``, ``run-2`` and so on."""
    info: Mapping[str, object]
    own: int | None = None
    """Its number; None takes one that no run has had."""


def insert_runs(
    connection: sqlite3.Connection,
    path: FilePath | None,
    runs: Sequence[NewRun],
    overwrite: bool,
    checkpoint_every: int = 0,
) -> list[RunRow]:
    """Begin runs; their rows.

    Raises
    ------
    TypeError
        For a name that is no text.
    RecordingError
        If one is there already and is not to be replaced, or there is no room.
    """
    sql = f"SELECT name, created FROM runs LIMIT {MOST_ROWS + 1}"
    known = dict(connection.execute(sql).fetchall())
    if len(known) + len(runs) > MOST_ROWS:
        raise RecordingError(f"`path` must have room for a run; got {path} with {len(known):,}")
    begun = []
    for name, info, own in runs:
        text = _info_text(info)
        run = _free_name(known) if name is None else _checked_name(name)
        if run in known:
            if not overwrite:
                raise RecordingError(run_exists(path, run, known[run]))
            connection.execute("DELETE FROM runs WHERE name = ?", (run,))
        begun.append(_begin(connection, NewRun(run, info, own), text, checkpoint_every))
        known[run] = begun[-1]["created"]
    sum_runs(connection)
    return begun


def _free_name(known: Collection[str]) -> str:
    return next(f"run-{k}" for k in range(1, len(known) + 2) if f"run-{k}" not in known)


def _checked_name(run: object) -> str:
    if not isinstance(run, str):
        raise TypeError(f"`run` must be a name or None; got {shown(run)}")
    if run == "":
        raise RecordingError("`run` must be a name or None; got ''")
    return run


def _info_text(info: Mapping[str, object]) -> str:
    text = json.dumps(info)
    if len(text) > MOST_INFO:
        raise RecordingError(
            f"`info` must have at most {MOST_INFO:,} characters as JSON; got {len(text):,}"
        )
    return text


def _begin(connection: sqlite3.Connection, new: NewRun, info: str, checkpoint_every: int) -> RunRow:
    """Write the row of a run; the row."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    row = dict.fromkeys(RUN, 0) | {"name": new.name, "created": now, "info": info}
    row |= {"id": new.own, "finished": None, "checkpoint_every": checkpoint_every}
    columns = [*RUN, "crc"]
    row["id"] = connection.execute(
        inserting("runs", columns), [*(row[name] for name in RUN), 0]
    ).lastrowid
    put_run(connection, row)
    return row


def sum_runs(connection: sqlite3.Connection) -> None:
    """Note which runs there are."""
    found = connection.execute("SELECT id, name FROM runs").fetchall()
    connection.execute("UPDATE file SET runs_sum = ?", (sum(crc_of("file", one) for one in found),))


def run_row(connection: sqlite3.Connection, run: str) -> RunRow:
    """The row of a run; a RecordingError where there is none, a ValueError where it is damaged."""
    found = connection.execute(
        f"SELECT {', '.join(RUN)}, crc FROM runs WHERE name = ?", (run,)
    ).fetchone()
    if found is None:
        raise RecordingError(f"run {run!r} is no longer in the file: somebody replaced it")
    return checked_run(found)


def checked_run(found: Row) -> RunRow:
    """The row of a run, of the columns `RUN` and crc; a ValueError where it is damaged."""
    *values, crc = found
    words(values[3], MOST_INFO)  # before it is copied and counted
    if crc is not None and crc != crc_of("runs", values):  # None: of a file without checksums
        raise ValueError(f"run {shown(values[1])} has another checksum than when it was written")
    return dict(zip(RUN, values, strict=True))


def put_run(connection: sqlite3.Connection, row: RunRow) -> None:
    """Write what has changed in the row of a run."""
    values = [row[name] for name in RUN]
    assigned = ", ".join(f"{name} = ?" for name in RUN[2:])
    connection.execute(
        f"UPDATE runs SET {assigned}, crc = ? WHERE id = ?",
        (*values[2:], crc_of("runs", values), row["id"]),
    )


def run_exists(path: FilePath | None, run: str | None, created: str) -> str:
    """What is said where a run cannot be made, as there is one of its name."""
    return (
        f"`run` must be a new name in {path}; got {run!r}, recorded {created}: choose another "
        "name, or pass overwrite=True to replace it"
    )


def add_info(connection: sqlite3.Connection, row: RunRow, info: Mapping[str, object]) -> None:
    """Keep more about the run; a ValueError, as nothing is wrong with the file, for too much."""
    try:
        row["info"] = _info_text(json.loads(row["info"]) | dict(info))
    except RecordingError as error:
        raise ValueError(str(error)) from None


def mark_finished(connection: sqlite3.Connection, row: RunRow) -> None:
    """Note that the run is complete, now."""
    row["finished"] = datetime.now(timezone.utc).isoformat(timespec="seconds")


def mark_unfinished(connection: sqlite3.Connection, row: RunRow) -> None:
    """Note that the run goes on."""
    row["finished"] = None


# captures


def as_capture(
    *,
    epoch: int,
    step: int,
    loss: float,
    samples: int,
    layers: Sequence[LayerSketches],
    within: bool = False,
    not_heard: Mapping[str, str] | None = None,
) -> tuple[Any, ...]:
    """A capture as `insert_capture` takes it; a ValueError for two layers of one name."""
    names = [layer.name for layer in layers]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"`layers` must have names of their own; got {twice[0]!r} twice")
    return int(epoch), int(step), loss, samples, within, layers, dict(not_heard or {})


def insert_capture(
    connection: sqlite3.Connection,
    row: RunRow,
    epoch: int,
    step: int,
    loss: float,
    samples: int,
    within: bool,
    layers: Sequence[LayerSketches],
    not_heard: Mapping[str, str],
) -> None:
    """Write one capture."""
    drop_captures(connection, row, "epoch = ? AND step = ?", epoch, step)
    places = _places(connection, row, layers)
    (key,) = connection.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM captures").fetchone()
    sketches = _sketch_rows(key, places, layers)
    units = [
        blob_row("units", (key, pack, layout, 0, data))
        for pack, (layout, data) in enumerate(packed_units(layers, places))
    ]
    arrays = [
        blob_row("arrays", (key, places[layer.name], quantity, dtype, shape, 0, data))
        for layer in layers
        for quantity, array in layer.arrays.items()
        for dtype, shape, data in [packed_array(array)]
    ]
    values = key, row["id"], epoch, step, float(loss), int(samples), int(within)
    put_capture(connection, row, values, sketches, units, arrays)
    _note_unheard(connection, row, step, not_heard)


def put_capture(
    connection: sqlite3.Connection,
    row: RunRow,
    values: Row,
    sketches: Sequence[Row],
    units: Sequence[Row],
    arrays: Sequence[Row],
) -> None:
    """Write a capture, of the columns `CAPTURE` but the sums, and its rows with checksums."""
    tables = (("sketches", SKETCH, sketches), ("units", UNITS, units), ("arrays", ARRAY, arrays))
    # the checksum stands before the blob
    values = (*values, *(sum(one[-2] for one in found) for _, _, found in tables))
    (crc,) = capture_crcs([values])
    connection.execute(inserting("captures", (*CAPTURE, "crc")), (*values, crc))
    for table, columns, found in tables:
        connection.executemany(inserting(table, columns), found)
    row["captures_sum"] += crc
    row["finished"] = None


def capture_crcs(captures: Sequence[Row]) -> list[int]:
    """The checksums of captures, of the columns `CAPTURE`."""
    return crcs_of_numbers(captures, [zlib.crc32(b"captures")] * len(captures))


def _places(
    connection: sqlite3.Connection, row: RunRow, layers: Sequence[LayerSketches]
) -> dict[str, int]:
    """The place of each layer of a capture in the run, by name: a new one gets one of its own."""
    found = connection.execute(
        "SELECT name, layer_index, output, quantities, crc FROM layers WHERE run_id = ?",
        (row["id"],),
    )
    known = {name: rest for name, *rest in found}
    taken = {place for place, *_ in known.values()}
    for layer in layers:
        new = int(layer.index), int(layer.output), None, 0
        place, output, had, crc = known.get(layer.name, new)
        if had is None and place in taken:  # another layer stands there
            place = max(taken) + 1
        taken.add(place)
        more = [name for name in layer.sketches if name not in (had or "").split()]
        if had is not None and not more:
            continue
        quantities = " ".join([*(had or "").split(), *more])
        put_layer(connection, row, (row["id"], place, layer.name, output, quantities), crc)
        known[layer.name] = [place, output, quantities, None]
    return {name: place for name, (place, *_) in known.items()}


def put_layer(connection: sqlite3.Connection, row: RunRow, values: Row, old: int = 0) -> None:
    """Write the row of a layer (run, place, name, output, quantities), in place of an old one."""
    crc = crc_of("layers", values)
    connection.execute(
        "INSERT OR REPLACE INTO layers (run_id, layer_index, name, output, quantities, crc)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*values, crc),
    )
    row["layers_sum"] += crc - old


def _sketch_rows(key: int, places: Mapping[str, int], layers: Sequence[LayerSketches]) -> list[Row]:
    """The rows of a capture, of the columns `SKETCH`."""
    which = [(layer, quantity) for layer in layers for quantity in layer.sketches]
    sketches = [layer.sketches[quantity] for layer, quantity in which]
    rows, packed = [], []
    for rank, ((layer, quantity), sketch, columns) in enumerate(
        zip(which, sketches, columns_of(sketches), strict=True)
    ):
        bins = sketch.to_bytes()
        columns |= unit_columns(layer.units.get(quantity))
        columns |= {"m2": sketch.m2, "zeros": sketch.zeros}
        columns["updated"] = layer.update if quantity == "weight" else np.nan
        columns |= {"capture_id": key, "layer_index": places[layer.name], "rank": rank}
        columns["bins_crc"] = zlib.crc32(bins)
        rows.append((quantity, *(columns[name] for name in NUMBERS)))
        packed.append(bins)
    return [
        (*one, crc, bins) for one, crc, bins in zip(rows, sketch_crcs(rows), packed, strict=True)
    ]


def sketch_crcs(rows: Sequence[Row]) -> list[int]:
    """The checksums of sketches: rows of the quantity and the columns `NUMBERS`."""
    starts = {quantity: zlib.crc32(quantity.encode()) for quantity in {row[0] for row in rows}}
    return crcs_of_numbers([row[1:] for row in rows], [starts[row[0]] for row in rows])


def blob_row(table: str, row: Row) -> Row:
    """A row of `BLOBS`, with the right checksum."""
    *before, _, data = row
    return (*before, zlib.crc32(data, crc_of(table, before)), data)


def relabel_capture(connection: sqlite3.Connection, row: RunRow, epoch: int, step: int) -> int:
    """Give the capture at `step` the number of the epoch that it ended; how many there were."""
    found = connection.execute(
        f"SELECT crc, {', '.join(CAPTURE)} FROM captures WHERE run_id = ? AND step = ?",
        (row["id"], step),
    ).fetchall()
    for old, *values in found:
        renamed = dict(zip(CAPTURE, values, strict=True)) | {"epoch": epoch, "within": 0}
        (crc,) = capture_crcs([tuple(renamed.values())])
        connection.execute(
            "UPDATE captures SET epoch = ?, within = 0, crc = ? WHERE id = ?",
            (epoch, crc, renamed["id"]),
        )
        row["captures_sum"] += crc - old
    return len(found)


def drop_captures(connection: sqlite3.Connection, row: RunRow, where: str, *what: int) -> int:
    """Drop captures, and what only they had; how many there were."""
    found = connection.execute(
        f"SELECT id, crc FROM captures WHERE run_id = ? AND ({where})", (row["id"], *what)
    ).fetchall()
    if found:
        connection.executemany("DELETE FROM captures WHERE id = ?", [(key,) for key, _ in found])
        row["captures_sum"] -= sum(crc for _, crc in found)
        _tidy_layers(connection, row)
    return len(found)


def _tidy_layers(connection: sqlite3.Connection, row: RunRow) -> None:
    """Drop layers that no capture has any more, and quantities that a layer has no more."""
    has: dict[int, list[str]] = {}
    for place, quantity in connection.execute(
        "SELECT DISTINCT layer_index, quantity FROM sketches WHERE capture_id IN"
        " (SELECT id FROM captures WHERE run_id = ?)",
        (row["id"],),
    ):
        has.setdefault(place, []).append(quantity)
    layers = connection.execute(
        "SELECT run_id, layer_index, name, output FROM layers WHERE run_id = ?", (row["id"],)
    ).fetchall()
    connection.execute("DELETE FROM layers WHERE run_id = ?", (row["id"],))
    row["layers_sum"] = 0
    for one in layers:
        if one[1] in has:
            put_layer(connection, row, (*one, " ".join(has[one[1]])))


# beside captures


def insert_history(
    connection: sqlite3.Connection, row: RunRow, epoch: int, logs: Mapping[str, float]
) -> None:
    """Write the logs of an epoch."""
    for key, log in logs.items():
        for name, value in _scalars(key, log):
            put_text(connection, row, "history", (row["id"], epoch, name, value))


def _note_unheard(
    connection: sqlite3.Connection, row: RunRow, step: int, not_heard: Mapping[str, str]
) -> None:
    """Write which layers could not be heard; the first step at which is kept."""
    if not not_heard:
        return
    known = {
        name: (reason, since)
        for name, reason, since in connection.execute(
            "SELECT name, reason, step FROM unheard WHERE run_id = ?", (row["id"],)
        )
    }
    for name, whole_reason in not_heard.items():
        reason = whole_reason[:_LONGEST_REASON]
        said, since = known.get(name, (None, step))
        if said != reason:
            put_text(connection, row, "unheard", (row["id"], name, reason, since))


TEXTS = {
    "history": ("run_id", "epoch", "name", "value"),
    "unheard": ("run_id", "name", "reason", "step"),
}
"""The columns, beside id and crc, of the tables that a run has many rows of and that are no
numbers alone."""
_KEYS = {"history": "run_id = ? AND epoch = ? AND name = ?", "unheard": "run_id = ? AND name = ?"}


def put_text(connection: sqlite3.Connection, row: RunRow, table: str, values: Row) -> None:
    """Write a row of `TEXTS`, or the one of its key anew."""
    key = _KEYS[table]
    of_key = values[: key.count("?")]
    crc = crc_of(table, _as_stored(values))
    old = connection.execute(f"SELECT crc FROM {table} WHERE {key}", of_key).fetchone()
    if old is None:
        connection.execute(inserting(table, (*TEXTS[table], "crc")), (*values, crc))
    else:
        rest = ", ".join(f"{name} = ?" for name in (*TEXTS[table][len(of_key) :], "crc"))
        connection.execute(
            f"UPDATE {table} SET {rest} WHERE {key}", (*values[len(of_key) :], crc, *of_key)
        )
    row[f"{table}_sum"] += crc - (old[0] if old else 0)


def _as_stored(values: Row) -> Row:
    """Values as SQLite gives them back: NaN is NULL."""
    return tuple(
        None if isinstance(value, float) and math.isnan(value) else value for value in values
    )


def _scalars(name: str, log: Any) -> list[tuple[str, float]]:
    """A log as numbers: itself, or name[0], name[1] of a vector; what is no number is left out."""
    if log is None:
        return []
    try:
        values = np.asarray(log, np.float64).ravel()
    except (TypeError, ValueError):
        return []
    if np.ndim(log) == 0:
        return [(name, float(values[0]))]
    return [(f"{name}[{k}]", float(value)) for k, value in enumerate(values)]


def cut_run(connection: sqlite3.Connection, row: RunRow, epoch: int) -> int:
    """Drop what lies after the end of an epoch; how many captures."""
    own = row["id"]
    dropped = drop_captures(connection, row, "epoch > ? OR (epoch = ? AND within)", epoch, epoch)
    (last,) = connection.execute(
        "SELECT COALESCE(MAX(step), -1) FROM captures WHERE run_id = ?", (own,)
    ).fetchone()
    for table, late, value in (("history", "epoch > ?", epoch), ("unheard", "step > ?", last)):
        connection.execute(f"DELETE FROM {table} WHERE run_id = ? AND {late}", (own, value))
        (row[f"{table}_sum"],) = connection.execute(
            f"SELECT COALESCE(SUM(crc), 0) FROM {table} WHERE run_id = ?", (own,)
        ).fetchone()
    row["finished"] = None
    return dropped
