"""Recordings that a kit before this schema wrote: they read, and are brought up to date."""

import contextlib
import math
import pickle
import re
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kit.quantities import QUANTITIES
from kit.recordings import LayerSketches, Recording, RecordingError, copying, read_frame, storage
from kit.recordings.common import COLUMNS
from kit.stats.sketch import Sketch

# Written by keras-teaching-kit 0.2.0: a network of 3-4-1 units on 12 samples, 3 epochs of 3
# batches. Run "tanh" has captures after each epoch, "raw" arrays and captures after every second
# batch too. 0.1.0 wrote the same schema.
OLD = Path(__file__).parent / "fixtures" / "recording-0.2.db"
NEW = ["std_samples", "std_units", "saturated", "update"]


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copy(OLD, tmp_path / "runs.db"))


def rows_of(path):
    """All that an old file holds, as SQLite has it: by table, without ids and what is new."""
    columns = {
        "runs": "name, created, info",
        "layers": "r.name, layer_index, l.name, output FROM layers AS l JOIN runs AS r"
        " ON r.id = run_id",
        "captures": "name, epoch, step, loss, samples, within FROM captures JOIN runs AS r"
        " ON r.id = run_id",
        "sketches": "r.name, epoch, step, within, layer_index, quantity, rank, count, mean, m2,"
        " std, rms, min, q05, q25, median, q75, q95, max, zeros, zero_fraction, nonfinite, bins"
        " FROM sketches JOIN captures AS c ON c.id = capture_id JOIN runs AS r ON r.id = run_id",
        "arrays": "r.name, epoch, step, within, layer_index, quantity, dtype, shape, data"
        " FROM arrays JOIN captures AS c ON c.id = capture_id JOIN runs AS r ON r.id = run_id",
        "history": "r.name, epoch, h.name, value FROM history AS h JOIN runs AS r ON r.id = run_id",
    }
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(
                f"SELECT {what if ' FROM ' in what else f'{what} FROM {table}'} ORDER BY"
                f" {', '.join(map(str, range(1, 4 if table in ('runs', 'history') else 6)))}"
                if table != "layers"
                else f"SELECT {what} ORDER BY 1, 2"
            ).fetchall()
            for table, what in columns.items()
        }


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def one_layer():
    return [LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})]


def test_the_fixture_is_of_the_first_schema():
    assert version_of(OLD) == 1 and OLD.stat().st_size < 60_000
    rows = rows_of(OLD)
    assert {table: len(found) for table, found in rows.items()} == {
        "runs": 2,
        "layers": 4,
        "captures": 4 + 7,
        "sketches": (4 + 7) * 10,
        "arrays": 7 * 10,
        "history": 2 * 3 * 2,
    }


def test_an_old_file_reads(path):
    before = path.read_bytes()
    runs = Recording.runs(path)
    assert runs[["run", "captures", "epochs", "finished"]].values.tolist() == [
        ["tanh", 4, 3, False],
        ["raw", 7, 3, False],
    ]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        view = pd.read_sql("SELECT * FROM quantities ORDER BY run DESC, step, rank", connection)
    frame = read_frame(path)
    assert list(frame.columns) == COLUMNS and len(frame) == 110
    pd.testing.assert_frame_equal(frame.drop(columns=NEW), view.drop(columns="rank"))
    assert frame[NEW].isna().all(axis=None)
    with Recording.load(path, "raw") as recording:
        assert recording.layers == ["h1", "o"] and not recording["h1"].output
        assert recording.epochs == [0, 1, 2, 3] and recording.steps == [0, 2, 3, 4, 6, 8, 9]
        assert recording.layers_with("z", outputs=False) == ["h1"]
        assert recording.info["samples"] == 12 and list(recording.history) == ["accuracy", "loss"]
        assert recording.not_heard == {} and not recording.finished
        for quantity in QUANTITIES:
            values = recording.values(quantity, "h1", step=6)
            sketch = recording.sketch(quantity, "h1", step=6)
            np.testing.assert_array_equal(sketch.bins, Sketch.of(values).bins)
            np.testing.assert_array_equal(sketch.counts, Sketch.of(values).counts)
        assert list(recording.sketches("z", "o", "step")) == recording.steps
        assert "epochs 0 to 3, 7 captures of 12 samples" in repr(recording)
        assert pickle.loads(pickle.dumps(recording)).to_frame().equals(recording.to_frame())
    assert path.read_bytes() == before


def test_what_an_old_file_has_not_is_told(path):
    with Recording.load(path, "tanh") as recording:
        with pytest.raises(
            ValueError,
            match=r"layer 'h1' has no unit evidence of z; files that keras-teaching-kit 0\.2 or "
            "older wrote have none",
        ):
            recording.units("z", "h1", 0)
        with pytest.raises(ValueError, match="of weight: its values are not by sample"):
            recording.units("weight", "h1", 0)
        with pytest.raises(ValueError, match="`values` needs a run recorded with raw=True"):
            recording.values("z", "h1", 0)
        with pytest.raises(ValueError, match="`epoch` must be one of 0 to 3; got 9"):
            recording.sketch("z", "h1", 9)


def test_damage_of_an_old_file_is_told_as_far_as_it_goes(path):
    for change, why in {
        "mean = 'abc'": "abc",
        "std = std * 1.001": "contradict each other: std",
        "count = count + 1": "contradict each other",
    }.items():
        shutil.copy(OLD, path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(f"UPDATE sketches SET {change}")
            connection.commit()
        with pytest.raises(RecordingError, match=f"{re.escape(str(path))}: it is damaged: .*{why}"):
            read_frame(path)


@pytest.mark.parametrize("way", ["create", "save", "resume"])
def test_an_old_file_is_brought_up_to_date_when_it_is_written(path, way):
    rows, frame = rows_of(path), read_frame(path)
    if way == "create":
        more = Recording.create(path, "more")
    elif way == "save":
        more = Recording.create(run="more").save(path)
    else:
        more = Recording.resume(path, "raw")
    assert version_of(path) == 2
    assert rows_of(path)["sketches"] == rows["sketches"]
    if way != "resume":
        rows["runs"].append(next(row for row in rows_of(path)["runs"] if row[0] == "more"))
        rows["runs"].sort()
    assert rows_of(path) == rows
    pd.testing.assert_frame_equal(read_frame(path), frame)
    more.add(epoch=9, step=90, loss=1, samples=2, layers=one_layer())
    more.close()
    assert len(read_frame(path)) == len(frame) + 1
    with pytest.raises(ValueError, match="has no unit evidence of z; files that keras-teaching"):
        Recording.load(path, "raw").units("z", "h1", 0)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_failure_half_way_leaves_the_old_file_as_it_was(path, monkeypatch):
    rows, frame, copy = rows_of(path), read_frame(path), copying.copy_run

    def fails(stored, *rest):
        copy(stored, *rest)
        if stored.run == "raw":  # the second of the two
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copying, "copy_run", fails)
    with pytest.raises(RecordingError, match="the disk is full"):
        Recording.create(path, "more")
    monkeypatch.undo()
    assert version_of(path) == 1 and rows_of(path) == rows
    pd.testing.assert_frame_equal(read_frame(path), frame)
    Recording.create(path, "more").close()
    assert version_of(path) == 2


def test_a_damaged_old_file_is_not_brought_up_to_date(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE captures SET epoch = 'two' WHERE epoch = 2")
        connection.commit()
    rows = rows_of(path)
    with pytest.raises(RecordingError, match=f"{re.escape(str(path))}: it is damaged: .*whole"):
        Recording.create(path, "more")
    assert version_of(path) == 1 and rows_of(path) == rows


@pytest.mark.parametrize("wal", [True, False])
def test_an_old_file_that_is_open_elsewhere_is_refused_or_changed_whole(path, wal, monkeypatch):
    monkeypatch.setattr("kit.recordings.migration._PATIENCE", 0.05)
    rows = rows_of(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
        assert other.execute("SELECT COUNT(*) FROM captures").fetchone() == (11,)
        if wal:
            with pytest.raises(RecordingError, match="is open elsewhere: close it there, so that"):
                Recording.create(path, "more")
            assert version_of(path) == 1 and rows_of(path) == rows
            return
        Recording.create(path, "more").close()
        # a kit of the version before cannot write what the new one would take for damage
        with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
            other.execute(
                "INSERT INTO captures (run_id, epoch, step, loss, samples, within)"
                " VALUES (1, 7, 70, 0.5, 12, 0)"
            )
    assert version_of(path) == 2 and rows_of(path)["captures"] == rows["captures"]


def test_a_recorder_asks_before_training_and_changes_nothing(path):
    before = path.read_bytes()
    storage.check_run(path, "more", overwrite=False)
    with pytest.raises(RecordingError, match="`run` must be a new name in"):
        storage.check_run(path, "raw", overwrite=False)
    assert path.read_bytes() == before


def test_an_old_run_saved_elsewhere_is_of_the_new_schema(path, tmp_path):
    with Recording.load(path, "raw") as recording:
        saved = recording.save(tmp_path / "new.db")
        assert version_of(tmp_path / "new.db") == 2 and version_of(path) == 1
        pd.testing.assert_frame_equal(saved.to_frame(), recording.to_frame())
        np.testing.assert_array_equal(
            saved.values("z", "h1", step=6), recording.values("z", "h1", step=6)
        )
    assert math.isnan(saved.to_frame()["update"][0])
