"""What stands of one run in an open recording: the questions, in SQL, and their checked answers.

SQLite keeps any value in any column and guards none of them, so what comes back is looked at: its
checksum is compared, what is missing is shown to be missing rightly, and numbers that are kept
twice must agree. A damaged file is told of, not drawn.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.quantities import QUANTITIES
from kit.recordings import bulk, storage
from kit.recordings.blobs import unpacked_array, unpacked_sketch, unpacked_units
from kit.recordings.bulk import TABLE, Capture, StoredLayer
from kit.recordings.checksums import compare
from kit.recordings.common import (
    check_captured,
    check_layer,
    check_one_of,
    check_quantity,
    missing,
    without_units,
)
from kit.recordings.errors import (
    FilePath,
    Row,
    explained,
    replaced,
    unpacking,
    words,
)
from kit.recordings.rows import (
    ARRAY,
    BLOBS,
    CAPTURE,
    MOST_INFO,
    SKETCH,
    RunRow,
    blob_row,
    run_row,
)
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

if TYPE_CHECKING:
    from kit.recordings.store import Store

__all__ = ["StoredRun"]

_OF_SKETCH = (*TABLE, "bins")


class StoredRun:
    """One run in an open recording file, or in memory.

    Parameters
    ----------
    store
        The file, with other runs or without.
    run
        Name of the run.
    own
        Its number, which tells it from one that takes its name; 0 looks for it.
    """

    def __init__(self, store: Store, run: str, own: int = 0) -> None:
        self.store, self.run = store, run
        self.own = own  # 0: none has it
        if not own:
            with self.moment() as row:
                self.own = row["id"]

    @property
    def path(self) -> FilePath | None:
        """What messages call the file; None in memory."""
        return self.store.path

    @contextmanager
    def moment(self) -> Iterator[RunRow]:
        """One state of the file for all that is asked within, and the run's row in it."""
        with explained(self.path), self.held():
            yield self.check_own()

    @contextmanager
    def held(self) -> Iterator[None]:
        """As `moment`, where another file is written within, whose errors are not this one's."""
        # the connection of now: a store may go on in memory
        with self.store.lock, storage.moment(self.store.connection):
            yield

    def check_own(self) -> RunRow:
        """The row of the run, if it is still this one."""
        with unpacking(self.path):
            row = run_row(self.store.connection, self.run)
        if self.own and row["id"] != self.own:
            raise replaced(self.run)
        return row

    # the run

    def info(self) -> dict[str, Any]:
        """What was kept of the run."""
        with self.moment() as row, unpacking(self.path):
            return dict(json.loads(words(row["info"], MOST_INFO)))

    def finished(self) -> bool:
        """Whether the run is complete."""
        with self.moment() as row:
            return row["finished"] is not None

    def captures(self) -> list[Capture]:
        """All captures, in the order of their steps."""
        with self.moment() as row:
            return bulk.captures_of(self.store, [row])[row["id"]]

    def epochs(self) -> list[int]:
        """Epochs with a capture at their end, ascending."""
        return sorted({capture.epoch for capture in self.captures() if not capture.within})

    def steps(self) -> list[int]:
        """Steps with a capture, ascending."""
        return sorted({capture.step for capture in self.captures()})

    def losses(self) -> pd.DataFrame:
        """The probe's loss: a row a capture."""
        names = ["epoch", "step", "loss", "samples"]
        rows = [[getattr(capture, name) for name in names] for capture in self.captures()]
        return pd.DataFrame(rows, columns=names).astype({"loss": "float64"})

    def layers(self) -> dict[str, StoredLayer]:
        """The layers by name, in order."""
        with self.moment() as row:
            return bulk.layers_of(self.store, [row])[row["id"]]

    def layers_with(self, quantity: str, outputs: bool = True) -> list[str]:
        """Names of the layers that have a quantity at one capture at least."""
        check_quantity(quantity)
        return [
            name
            for name, layer in self.layers().items()
            if quantity in layer.quantities and (outputs or not layer.output)
        ]

    def quantities_of(self, layer: str) -> list[str]:
        """Names of the quantities that a layer has at one capture at least."""
        layers = self.layers()
        has = layers[layer].quantities if layer in layers else []
        return [name for name in QUANTITIES if name in has]

    def texts(self, table: str) -> list[Row]:
        """The checked rows of history or unheard, in the order in which they came."""
        with self.moment() as row:
            return bulk.texts_of(self.store, table, [row])[row["id"]]

    def history(self) -> pd.DataFrame:
        """What Keras reported: a row an epoch, a column a name."""
        with self.moment() as row:
            table = bulk.histories_of(self.store, [row])[row["id"]]
        names = dict.fromkeys(name for values in table.values() for name in values)
        index = pd.Index(list(table), name="epoch", dtype="int64")
        return pd.DataFrame(list(table.values()), index=index, columns=list(names), dtype="float64")

    def not_heard(self) -> dict[str, str]:
        """Why layers could not be heard, by name."""
        rows = self.texts("unheard")
        with unpacking(self.path):
            return {words(name): words(reason) for name, reason, _ in rows}

    # one quantity of one layer

    def sketch(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> Sketch:
        """The sketch of one quantity of one layer at one capture."""
        row = self._find("sketches", _OF_SKETCH, quantity, layer, epoch, step)
        if row is None:
            raise self._lacks(quantity, layer, epoch, step)
        return self._sketches([row])[0]

    def units(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> UnitEvidence:
        """What each unit shows in one quantity of one layer at one capture."""
        with self.moment():
            self.sketch(quantity, layer, epoch, step)  # or what is wrong with the question
            capture, place = self._capture(epoch, step), self.layers()[layer].place
            packs = self._blobs_of("units", capture)
        with unpacking(self.path):
            for _, _, layout, _, data in packs:
                found = unpacked_units(layout, data, place, quantity)
                if found is not None:
                    return found
        raise ValueError(without_units(quantity, layer))

    def values(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> np.ndarray:
        """The array of one quantity of one layer at one capture, where it was kept."""
        row = self._find("arrays", ARRAY, quantity, layer, epoch, step)
        if row is None:
            if quantity not in self.quantities_of(layer):
                raise self._lacks(quantity, layer, epoch, step)
            raise ValueError(
                f"`values` needs a run recorded with raw=True; run {self.run!r} has sketches "
                "only: ask for sketch(quantity, layer, epoch)"
            )
        with unpacking(self.path):
            self._check_blobs("arrays", [row])
            return unpacked_array(row[3], row[4], row[6])

    def _lacks(self, quantity: str, layer: str, epoch: int | None, step: int | None) -> ValueError:
        """The error for what a layer has nowhere, or not at this capture."""
        has = self.quantities_of(layer)
        at = f"epoch {epoch}" if step is None else f"step {step}"
        here = f"layer {layer!r} has no {quantity} at {at}"
        return ValueError(here if quantity in has else missing(quantity, layer, has))

    def _find(
        self,
        table: str,
        columns: Sequence[str],
        quantity: str,
        layer: str,
        epoch: int | None,
        step: int | None,
    ) -> Row | None:
        """The row of a table that is of one quantity of one layer at one capture, if there is."""
        check_quantity(quantity)
        with self.moment():
            layers = self.layers()
            place = layers[check_layer(layer, list(layers))].place
            capture = self._capture(epoch, step)
            found = self._select(
                f"SELECT {', '.join(columns)} FROM {table}"
                " WHERE capture_id = ? AND layer_index = ? AND quantity = ?",
                *(capture.id, place, quantity),
            )
            if not found:
                self._show_missing(table, capture, place, quantity)
            return found[0] if found else None

    def _capture(self, epoch: int | None, step: int | None) -> Capture:
        """The capture at the end of an epoch, or at a step."""
        check_one_of(epoch, step)
        what, at, where = (
            ("epoch", epoch, "epoch = ? AND NOT within ORDER BY step")
            if epoch is not None
            else ("step", step, "step = ? ORDER BY epoch DESC")
        )
        for known in (None, self.epochs if what == "epoch" else self.steps):
            if known is not None:  # it is not there: told, and if need be that it should be
                at = check_captured(at, known(), what)
            if isinstance(at, (int, np.integer)) and not isinstance(at, bool):
                found = self._select(
                    f"SELECT {', '.join(CAPTURE)}, crc FROM captures WHERE run_id = ? AND {where}"
                    " LIMIT 1",
                    *(self.own, int(at)),
                )
                if found:
                    with unpacking(self.path):
                        return bulk.checked_captures(self.store, found)[0]
        with unpacking(self.path):
            raise ValueError(f"the capture at {what} {at} cannot be found")

    def _show_missing(self, table: str, capture: Capture, place: int, quantity: str) -> None:
        """Tell of damage, if a row that is not found ought to be there."""
        if table == "arrays":
            self._blobs_of(table, capture)
            return
        found = self._select(
            f"SELECT {', '.join(TABLE)} FROM sketches WHERE capture_id = ?", capture.id
        )
        with unpacking(self.path):
            self._check_sketches(found, capture)

    def _blobs_of(self, table: str, capture: Capture) -> list[Row]:
        """The checked rows of a table of `BLOBS` that are of a capture; it may have none."""
        total = getattr(capture, f"{table}_sum")
        if self.store.guarded and not total:
            return []
        found = self._select(
            f"SELECT {', '.join(BLOBS[table])} FROM {table} WHERE capture_id = ? ORDER BY +rowid",
            capture.id,
        )
        with unpacking(self.path):
            self._check_blobs(table, found, total)
        return found

    # all sketches

    def sketches(self, quantity: str, layer: str, by: str) -> dict[int, Sketch]:
        """All sketches of one quantity of one layer, by epoch or by step, ascending."""
        check_quantity(quantity)
        with self.moment():
            layers = self.layers()
            place = layers[check_layer(layer, list(layers))].place
            captures = self.captures()
            found = self._select(
                f"SELECT {', '.join(_OF_SKETCH)} FROM sketches WHERE capture_id IN"
                " (SELECT id FROM captures WHERE run_id = ?) AND layer_index = ? AND quantity = ?",
                *(self.own, place, quantity),
            )
            rows = {row[1]: row for row in found}
            for capture in captures:
                if capture.id not in rows:
                    self._show_missing("sketches", capture, place, quantity)
        # of several captures the last stays, which is the one that `_capture` takes
        if by == "epoch":
            at = {one.epoch: one.id for one in reversed(captures) if not one.within}
        else:
            at = {one.step: one.id for one in captures}
        keys = [key for key in sorted(at) if at[key] in rows]
        return dict(zip(keys, self._sketches([rows[at[key]] for key in keys]), strict=True))

    def _sketches(self, rows: Sequence[Row]) -> list[Sketch]:
        """The sketches in rows of the columns `_OF_SKETCH`."""
        with unpacking(self.path):
            self._check_sketches([row[:-1] for row in rows])
            self._check_bins(rows)
            return [unpacked_sketch(dict(zip(_OF_SKETCH, row, strict=True))) for row in rows]

    def _check_bins(self, rows: Sequence[Row]) -> None:
        """Compare the checksums of the bins in rows of the columns `_OF_SKETCH`."""
        if self.store.guarded:
            at = TABLE.index("bins_crc")
            crcs = [zlib.crc32(row[-1]) for row in rows]
            compare("bins", crcs, [row[at] for row in rows], sum(crcs))

    def _check_sketches(self, rows: Sequence[Row], capture: Capture | None = None) -> None:
        """Compare the checksums of rows of the columns `TABLE`: some, or all of a capture."""
        if self.store.guarded:
            totals = None if capture is None else {capture.id: capture.sketches_sum}
            bulk.check_sketches(rows, totals)

    def _check_blobs(self, table: str, rows: Sequence[Row], total: int | None = None) -> None:
        """Compare the checksums of rows of `BLOBS`."""
        if self.store.guarded:
            crcs = [blob_row(table, row)[-2] for row in rows]
            compare(table, crcs, [r[-2] for r in rows], sum(crcs) if total is None else total)

    def rows_of(self, capture: Capture) -> tuple[list[Row], list[Row], list[Row]]:
        """All rows of a capture: of sketches, of the columns `SKETCH`, of units and of arrays."""
        with self.moment():
            sketches = self._select(
                f"SELECT {', '.join(SKETCH)} FROM sketches WHERE capture_id = ? ORDER BY +rowid",
                capture.id,
            )
            units, arrays = (self._blobs_of(table, capture) for table in BLOBS)
        with unpacking(self.path):
            self._check_sketches([row[:-1] for row in sketches], capture)
        return sketches, units, arrays

    def _select(self, sql: str, *what: object) -> list[Row]:
        return self.store.connection.execute(sql, what).fetchall()
