"""What stands of one run in an open recording: the questions, in SQL, and their checked answers.

SQLite keeps any value in any column and guards none of them, so what comes back is looked at: a
damaged file is told of, not drawn. Numbers that are kept twice must agree.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import numpy as np
import pandas as pd

from kit.quantities import QUANTITIES
from kit.recordings.common import (
    COLUMNS,
    check_captured,
    check_layer,
    check_one_of,
    check_quantity,
    missing,
)
from kit.recordings.errors import (
    FilePath,
    RecordingError,
    explained,
    number,
    unpacking,
    whole,
    words,
)
from kit.recordings.rows import run_id, unpacked
from kit.stats.sketch import QUANTILES, Sketch

__all__ = ["Row", "StoredRun", "as_frame"]

Row = tuple[Any, ...]
"""As SQLite gives it back: of numbers, texts, bytes and None."""

_WHOLE = ("epoch", "step", "layer_index", "count", "nonfinite", "zeros")
_ASCENDING = ["min", *QUANTILES, "max"]
_REAL = ["mean", "std", "rms", *_ASCENDING, "zero_fraction", "m2"]
_READ = (*(f's."{name}"' for name in COLUMNS[6:]), "s.m2", "s.zeros")
_SKETCH = "s.count, s.mean, s.m2, s.min, s.max, s.zeros, s.nonfinite, s.bins"


class StoredRun:
    """One run in an open recording file, or in memory.

    Parameters
    ----------
    connection
        To a database with the schema in it.
    path
        What messages call it; None in memory.
    run
        Name of the run.
    """

    def __init__(self, connection: sqlite3.Connection, path: FilePath | None, run: str) -> None:
        self.connection, self.path, self.run = connection, path, run
        with explained(path):
            self._own = run_id(connection, run)

    def check_own(self) -> int:
        """The number of the run in the file, if it is still this one."""
        if run_id(self.connection, self.run) != self._own:
            raise RecordingError(f"run {self.run!r} was replaced by a newer one of this name")
        return self._own

    def select(self, sql: str, *what: object) -> list[Row]:
        """Rows of a query in which {captures}, {layers} and {history} are those of this run."""
        with explained(self.path):
            own = self.check_own()
            tables = {
                table: f"(SELECT rowid, * FROM {table} WHERE run_id = {own})"
                for table in ("captures", "layers", "history")
            }
            return self.connection.execute(sql.format(**tables), what).fetchall()

    def info(self) -> dict[str, Any]:
        """What was kept of the run."""
        with unpacking(self.path):
            ((text,),) = self.select("SELECT info FROM runs WHERE name = ?", self.run)
            return dict(json.loads(text))

    def epochs(self) -> list[int]:
        """Epochs with a capture at their end, ascending."""
        return self._numbers("SELECT DISTINCT epoch FROM {captures} WHERE NOT within ORDER BY 1")

    def steps(self) -> list[int]:
        """Steps with a capture, ascending."""
        return self._numbers("SELECT DISTINCT step FROM {captures} ORDER BY 1")

    def _numbers(self, sql: str) -> list[int]:
        rows = self.select(sql)
        with unpacking(self.path):
            return [whole(found) for (found,) in rows]

    def layers(self) -> dict[str, tuple[int, bool]]:
        """By name, in order: place of each layer, and whether the model returns it."""
        rows = self.select("SELECT name, layer_index, output FROM {layers} ORDER BY layer_index")
        with unpacking(self.path):
            return {words(name): (whole(index), bool(out)) for name, index, out in rows}

    def layers_with(self, quantity: str, outputs: bool = True) -> list[str]:
        """Names of the layers that have a quantity at one capture at least."""
        check_quantity(quantity)
        rows = self.select(
            "SELECT name, output FROM {layers} WHERE layer_index IN (SELECT layer_index"
            " FROM sketches JOIN {captures} AS c ON c.id = capture_id WHERE quantity = ?)"
            " ORDER BY layer_index",
            quantity,
        )
        with unpacking(self.path):
            return [words(name) for name, output in rows if outputs or not output]

    def quantities_of(self, layer: str) -> list[str]:
        """Names of the quantities that a layer has at one capture at least."""
        return [name for name in QUANTITIES if layer in self.layers_with(name)]

    def history(self) -> pd.DataFrame:
        """What Keras reported: a row an epoch, a column a name."""
        rows = self.select("SELECT epoch, name, value FROM {history} ORDER BY epoch, rowid")
        table: dict[int, dict[str, float]] = {}
        with unpacking(self.path):
            for epoch, name, value in rows:
                table.setdefault(whole(epoch), {})[words(name)] = number(value)
            index = pd.Index(list(table), name="epoch", dtype="int64")
            names = list(dict.fromkeys(name for _, name, _ in rows))
            return pd.DataFrame(list(table.values()), index=index, columns=names, dtype="float64")

    def losses(self) -> pd.DataFrame:
        """The probe's loss: a row a capture."""
        rows = self.select("SELECT epoch, step, loss, samples FROM {captures} ORDER BY step, epoch")
        with unpacking(self.path):
            checked = [(whole(e), whole(s), number(loss), whole(n)) for e, s, loss, n in rows]
            frame = pd.DataFrame(checked, columns=["epoch", "step", "loss", "samples"])
            return frame.astype({"loss": "float64"})

    def find(
        self, sql: str, quantity: str, layer: str, epoch: int | None, step: int | None
    ) -> Row | None:
        """The row of a table that is of one quantity of one layer at one capture, if there is."""
        check_quantity(quantity)
        layers = self.layers()
        check_layer(layer, list(layers))
        check_one_of(epoch, step)
        if epoch is not None:
            at = check_captured(epoch, self.epochs())
            where = "epoch = ? AND NOT within ORDER BY step"
        else:
            at = check_captured(step, self.steps(), "step")
            where = "step = ? ORDER BY epoch DESC"
        with unpacking(self.path):
            ((capture,),) = self.select(f"SELECT id FROM {{captures}} WHERE {where} LIMIT 1", at)
        rows = self.select(
            sql + " WHERE capture_id = ? AND layer_index = ? AND quantity = ?",
            *(capture, layers[layer][0], quantity),
        )
        return rows[0] if rows else None

    def sketch(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> Sketch:
        """The sketch of one quantity of one layer at one capture."""
        row = self.find(f"SELECT {_SKETCH} FROM sketches AS s", quantity, layer, epoch, step)
        if row is not None:
            return self._sketch(row)
        at = f"epoch {epoch}" if step is None else f"step {step}"
        raise self._lacks(quantity, layer, f"layer {layer!r} has no {quantity} at {at}")

    def _lacks(self, quantity: str, layer: str, here: str) -> ValueError:
        """The error for what a layer has nowhere, or not `here`."""
        has = self.quantities_of(layer)
        return ValueError(here if quantity in has else missing(quantity, layer, has))

    def sketches(self, quantity: str, layer: str, by: str) -> dict[int, Sketch]:
        """All sketches of one quantity of one layer, by epoch or by step, ascending."""
        check_quantity(quantity)
        layers = self.layers()
        check_layer(layer, list(layers))
        # of several captures the last row stays, which is the one that `find` takes
        at, which = {
            "epoch": ("c.epoch", "AND NOT c.within ORDER BY c.step DESC"),
            "step": ("c.step", "ORDER BY c.epoch"),
        }[by]
        rows = self.select(
            f"SELECT {at}, {_SKETCH} FROM {{captures}} AS c JOIN sketches AS s"
            f" ON s.capture_id = c.id WHERE s.layer_index = ? AND s.quantity = ? {which}",
            *(layers[layer][0], quantity),
        )
        found = {first: rest for first, *rest in rows}
        with unpacking(self.path):
            return {whole(key): self._sketch(tuple(found[key])) for key in sorted(found)}

    def _sketch(self, row: Row) -> Sketch:
        with unpacking(self.path):
            count, mean, m2, low, high, zeros, nonfinite, packed = row
            return Sketch.from_bytes(
                packed,
                count=whole(count),
                mean=number(mean),
                m2=number(m2),
                min=number(low),
                max=number(high),
                zeros=whole(zeros),
                nonfinite=whole(nonfinite),
            )

    def values(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> np.ndarray:
        """The array of one quantity of one layer at one capture, where it was kept."""
        row = self.find("SELECT dtype, shape, data FROM arrays", quantity, layer, epoch, step)
        if row is None:
            raise self._lacks(
                quantity,
                layer,
                f"`values` needs a run recorded with raw=True; run {self.run!r} has sketches "
                "only: ask for sketch(quantity, layer, epoch)",
            )
        with unpacking(self.path):
            return unpacked(*row)

    def rows(self, quantity: str | None = None, layer: str | None = None) -> list[Row]:
        """What `as_frame` makes a table of."""
        return self.select(
            f"SELECT ?, c.epoch, c.step, l.name, s.layer_index, s.quantity, {', '.join(_READ)}"
            " FROM {captures} AS c JOIN sketches AS s ON s.capture_id = c.id"
            " JOIN {layers} AS l ON l.layer_index = s.layer_index"
            " WHERE (? IS NULL OR s.quantity = ?) AND (? IS NULL OR l.name = ?)"
            " ORDER BY c.step, c.epoch, s.layer_index, s.rank",
            *(self.run, quantity, quantity, layer, layer),
        )


def as_frame(rows: list[Row], path: FilePath | None) -> pd.DataFrame:
    """The tidy table of what `StoredRun.rows` gave.

    Raises
    ------
    RecordingError
        If the file is damaged.
    """
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "m2", "zeros"])
    with unpacking(path):
        frame = frame.astype(dict.fromkeys(_REAL, "float64"))
        if len(frame):
            for name in _WHOLE:
                if frame[name].dtype.kind != "i":
                    raise ValueError(f"its column {name} must have whole numbers")
            _check_numbers(frame)
    return frame[COLUMNS]


def _check_numbers(frame: pd.DataFrame) -> None:
    """Refuse numbers that contradict each other."""
    some = frame["count"] > 0
    with np.errstate(all="ignore"):
        std = ((frame["m2"] / frame["count"]) ** 0.5).where(some)
        pairs = {
            "std": std,
            "rms": np.hypot(frame["mean"].to_numpy(), std.to_numpy()),
            "zero_fraction": (frame["zeros"] / frame["count"]).where(some),
        }
        agree = {
            name: np.isclose(frame[name], wanted, rtol=1e-9, atol=0, equal_nan=True)
            for name, wanted in pairs.items()
        }
        steps = np.diff(frame[_ASCENDING].to_numpy(), axis=1)
    agree["min to max"] = ((steps >= 0).all(axis=1)) | ~some
    agree["zeros"] = frame["zeros"].between(0, frame["count"]) & (frame["nonfinite"] >= 0)
    wrong = [name for name, good in agree.items() if not np.all(good)]
    if wrong:
        raise ValueError(f"numbers contradict each other: {', '.join(wrong)}")
