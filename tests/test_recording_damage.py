"""Recordings that somebody handed on: hostile ones, damaged ones, and odd places to keep one."""

import contextlib
import json
import re
import shutil
import sqlite3
import struct
import sys
import time
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.recordings import LayerSketches, Recording, RecordingError, read_frame, storage
from kit.stats.sketch import Sketch


def layers(epoch, raw=False):
    x = np.random.default_rng(epoch).normal(size=(50, 4)).astype("float32")
    x[0] = 0
    arrays = {"z": x} if raw else {}
    return [LayerSketches(name, k, sketches={"z": Sketch.of(x)}, arrays=arrays)
            for k, name in enumerate(("h1", "h2"))]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "runs.db"
    with Recording.create(path, "mine") as recording:
        for epoch in range(3):
            recording.add(epoch=epoch, step=epoch, loss=0.7, samples=50, layers=layers(epoch, True))
    return path


def execute(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(*([statement] if isinstance(statement, str) else statement))
        connection.commit()


def read_everything(path):
    with Recording.load(path) as recording:
        _ = recording.to_frame(), recording.info, recording.losses, recording.history
        for layer in recording:
            for epoch in recording.epochs:
                recording.sketch("z", layer, epoch)
                recording.values("z", layer, epoch)


def is_told(path, call, why):
    with pytest.raises(RecordingError, match=f"{re.escape(str(path))}.*({why})"):
        call()


# hostile files

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
HOSTILE = {
    "a view in place of runs": (
        [
            "DROP VIEW quantities",
            "DROP TABLE runs",
            f"CREATE VIEW runs AS SELECT i AS id, i AS name, '' AS info FROM ({ENDLESS})",
        ],
        "the view 'runs', which is not the kit's",
    ),
    "another view quantities": (
        ["DROP VIEW quantities", f"CREATE VIEW quantities AS {ENDLESS}"],
        "the view 'quantities', which is not the kit's",
    ),
    "a trigger": (
        [
            "CREATE TRIGGER planted AFTER INSERT ON captures BEGIN"
            " UPDATE captures SET loss = 0; DELETE FROM sketches; END"
        ],
        "the trigger 'planted', which is not the kit's",
    ),
    "an index with a function": (
        ["CREATE INDEX planted ON runs (hex(info))"],
        "the index 'planted'",
    ),
    "a virtual table": (
        [  # as it stands in a file; a process whose SQLite lacks the module could not make it
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES"
            " ('table', 'planted', 'planted', 0, 'CREATE VIRTUAL TABLE planted USING fts5(words)')",
        ],
        "the table 'planted'",
    ),
    "a column more": (
        ["ALTER TABLE captures ADD COLUMN more AS (hex(zeroblob(1000000)))"],
        "it is damaged: captures must be as the kit makes them",
    ),
    "no history": (["DROP TABLE history"], "it is damaged: history must be as the kit makes them"),
    "an impossible schema": (["PRAGMA user_version = -1"], "it is damaged: there is no schema -1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_holds_more_than_data_is_refused_at_once(path, name):
    statements, why = HOSTILE[name]
    execute(path, *statements)
    before = path.read_bytes()
    start = time.perf_counter()
    for call in (
        lambda: Recording.load(path),
        lambda: Recording.runs(path),
        lambda: read_frame(path),
        lambda: Recording.create(path, "another"),
        lambda: Recording.create().save(path, "another"),
        lambda: storage.check_run(path, "another", overwrite=False),
    ):
        is_told(path, call, why)
    assert time.perf_counter() - start < 5 and path.read_bytes() == before


def test_a_table_of_others_and_what_analyze_writes_are_left_alone(path):
    execute(path, "CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('mine')", "ANALYZE")
    read_everything(path)
    Recording.create(path, "another").close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("mine",)]


def test_a_connection_trusts_no_schema(path):
    for connection in (storage.open_for_reading(path), storage.open_for_writing(path)):
        with contextlib.closing(connection):
            assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
            assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)


def bomb(megabytes):
    packer = zlib.compressobj(9)
    head = packer.compress(struct.pack("<BII", 5, 1000, 0))
    return head + packer.compress(bytes(megabytes << 20)) + packer.flush()


def test_a_sketch_that_unpacks_to_more_than_a_sketch_has_is_refused(path):
    packed = bomb(200)
    assert len(packed) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"`packed` must be what Sketch\.to_bytes made"):
            Sketch.unpack(packed)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    execute(path, ("UPDATE sketches SET bins = ?", (packed,)))
    is_told(path, lambda: read_everything(path), "it is damaged")


# damage

DAMAGE = {
    "count": ("UPDATE sketches SET count = count + 1", "zero_fraction|count"),
    "negative zeros": ("UPDATE sketches SET zeros = -3, zero_fraction = -3.0 / count", "zeros"),
    "more zeros": ("UPDATE sketches SET zeros = 99, zero_fraction = 99.0 / count", "zeros"),
    "negative m2": ("UPDATE sketches SET m2 = -m2", "std"),
    "std": ("UPDATE sketches SET std = std * 1.001", "std"),
    "rms": ("UPDATE sketches SET rms = rms * 1.001", "rms"),
    "mean": ("UPDATE sketches SET mean = mean + 0.01", "rms"),
    "median": ("UPDATE sketches SET median = 7", "min to max"),
    "nonfinite": ("UPDATE sketches SET nonfinite = -1", "zeros"),
    "a text": ("UPDATE sketches SET mean = 'abc'", "abc"),
    "no whole count": ("UPDATE sketches SET count = 200.5", "count"),
    "an epoch in words": ("UPDATE captures SET epoch = 'two' WHERE epoch = 2", "whole number"),
    "a loss in words": ("UPDATE captures SET loss = 'low'", "number should be"),
    "bins": ("UPDATE sketches SET bins = x'00'", "Sketch.to_bytes"),
    "deep JSON": (("UPDATE runs SET info = ?", ("[" * 100_000,)), "recursion"),
    "no dict": ("UPDATE runs SET info = '3'", "int"),
    "dtype": ("UPDATE arrays SET dtype = 'O'", "dtype"),
    "dtype of records": ("UPDATE arrays SET dtype = 'f4,f4'", "dtype"),
    "shape": ("UPDATE arrays SET shape = '[-1]'", "shape"),
    "shape in depth": (("UPDATE arrays SET shape = ?", ("[" * 100_000,)), "recursion"),
    "data": ("UPDATE arrays SET data = x'0011'", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_as_a_recording_error(path, name):
    statement, why = DAMAGE[name]
    execute(path, statement)
    is_told(path, lambda: read_everything(path), f"it is damaged: .*({why})")


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("count", "count + 1"),
        ("zeros", "-1"),
        ("zeros", "zeros + 100"),
        ("nonfinite", "-1"),
        ("m2", "-1.0"),
        ("m2", "m2 * 1e9"),
        ("mean", "max + 1"),
        ("min", "min / 2"),
        ("max", "max * 2"),
        ("max", "NULL"),
    ],
)
def test_a_sketch_whose_numbers_contradict_each_other_is_told(path, column, change):
    execute(path, f"UPDATE sketches SET {column} = {change}")
    with Recording.load(path) as recording:
        for read in (lambda: recording.sketch("z", "h1", 0), lambda: recording.sketches("z", "h1")):
            is_told(path, read, f"it is damaged: a sketch must agree with itself; .*{column}")


numbers = hnp.arrays(
    st.sampled_from(["f4", "f8", "f2"]),
    st.integers(0, 60),
    elements=st.floats(width=16) | st.sampled_from([0.0, -0.0, 1.0, np.nan]),
)
wide = hnp.arrays("f8", st.integers(0, 40), elements=st.floats() | st.sampled_from([0.0, -0.0]))


@given(numbers | wide, numbers | wide, st.booleans())
def test_a_sketch_never_contradicts_itself(x, y, merged):
    sketch = Sketch.of(x).merge(Sketch.of(y)) if merged else Sketch.of(x)
    names = ("count", "mean", "m2", "min", "max", "zeros", "nonfinite")
    kept = {name: getattr(sketch, name) for name in names}
    again = Sketch.from_bytes(sketch.to_bytes(), **kept)
    np.testing.assert_array_equal(again.bins, sketch.bins)
    np.testing.assert_array_equal(again.counts, sketch.counts)


@pytest.mark.parametrize("case", [[1e-160, 3e-160], [1e300, -1e300], [5.0] * 9, [1.0, 1.0 + 1e-15]])
def test_a_sketch_at_the_ends_of_what_floats_hold_never_contradicts_itself(case):
    recording = Recording.create()
    sketch = Sketch.of(np.array(case)).merge(Sketch.of(np.array(case[::-1])))
    layer = LayerSketches("h1", 0, sketches={"z": sketch})
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=[layer])
    assert recording.sketch("z", "h1", 0).count == recording.to_frame()["count"][0] == 2 * len(case)


# places


@pytest.mark.parametrize("name", ["", "file:x.db", "file:/x.db?mode=memory", "a\0b"])
def test_what_is_no_name_of_a_file_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in (Recording.create, Recording.load, Recording.runs, Recording.create().save):
        with pytest.raises(RecordingError, match="`path` must be the name of a file, and no URI"):
            call(name)
    assert not list(tmp_path.iterdir())


def test_a_recording_in_memory_has_no_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in (Recording.create, Recording.load, Recording.create().save):
        with pytest.raises(RecordingError, match="got ':memory:': leave it out to record in mem"):
            call(":memory:")
    with pytest.raises(RecordingError, match="leave it out"):
        storage.check_run(":memory:", None, overwrite=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", [3, b"runs.db", ["runs.db"]])
def test_a_path_of_another_kind_is_refused(path):
    for call in (Recording.create, Recording.load, Recording.runs):
        with pytest.raises(TypeError, match="`path` must be the path of a recording file; got"):
            call(path)


def without_shared_memory(connect):
    """SQLite on a file system where WAL cannot be had."""

    def opened(target, uri=False):
        if target == ":memory:" or uri:
            return connect(target, uri)
        return connect(f"file:{target}?vfs=unix-dotfile", True)

    return opened


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is one of Unix")
def test_where_wal_cannot_be_had_a_rollback_journal_serves(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_connect", without_shared_memory(storage._connect))
    path = tmp_path / "runs.db"
    connection = storage.open_for_writing(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    connection.close()
    with Recording.create(path) as recording:
        recording.add(epoch=0, step=0, loss=0.7, samples=50, layers=layers(0))
        assert recording.flush()  # nothing stands elsewhere
        monkeypatch.undo()
        shutil.copy(path, tmp_path / "copy.db")
    assert Recording.load(tmp_path / "copy.db").epochs == [0]


class Answers:
    """A connection that gives these answers, or raises them, one after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def execute(self, statement):
        self.asked.append(statement)
        answer = self.answers.pop(0) if "journal_mode = WAL" in statement else None
        if isinstance(answer, Exception):
            raise answer
        return contextlib.nullcontext() if answer is None else self._Row(answer)

    class _Row:
        def __init__(self, value):
            self.value = value

        def fetchone(self):
            return (self.value,)


def test_the_journal_is_what_sqlite_answers():
    wait = sqlite3.OperationalError("database is locked")
    wal = Answers(wait, "wal")
    storage._choose_journal(wal)
    assert wal.asked[-1] == "PRAGMA synchronous = NORMAL" and len(wal.asked) == 3
    for answer in ("delete", sqlite3.OperationalError("disk I/O error")):
        other = Answers(answer)
        storage._choose_journal(other)
        assert other.asked[1:] == ["PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        storage._choose_journal(Answers(sqlite3.OperationalError("attempt to write a readonly")))


# a copy of the file alone


def copied(path):
    copy = path.with_name("copy.db")
    copy.unlink(missing_ok=True)
    shutil.copy(path, copy)
    return Recording.load(copy)


def test_a_copy_of_a_flushed_file_alone_is_whole(tmp_path):
    path = tmp_path / "runs.db"
    recording = Recording.create(path)
    for epoch in range(5):
        recording.add(epoch=epoch, step=epoch, loss=0.7, samples=50, layers=layers(epoch))
    assert recording.flush()
    assert copied(path).to_frame().equals(recording.to_frame())
    saved = Recording.create()
    saved.add(epoch=7, step=7, loss=0.7, samples=50, layers=layers(7))
    kept = saved.save(tmp_path / "saved.db")  # which stays open
    assert copied(tmp_path / "saved.db").epochs == kept.epochs == [7]
    assert Recording.create().flush()  # in memory there is nothing to do


@pytest.mark.parametrize("name", ["Recorder", "LivePanel"])
def test_after_fit_a_copy_of_the_file_alone_is_whole(tmp_path, monkeypatch, name):
    import keras

    import kit.callbacks
    from kit import live

    monkeypatch.setattr(live, "_check_notebook", lambda: None)
    monkeypatch.setattr(live.LivePanel, "_show_newest", lambda self: None)
    monkeypatch.setattr(live.LivePanel, "on_epoch_end", kit.callbacks.Recorder.on_epoch_end)
    path = tmp_path / "runs.db"
    x, y = np.ones((8, 3)), np.ones((8, 1))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name="o")])
    model.compile("sgd", "mse")
    recorder = getattr(kit.callbacks, name)(x, y, path=path)
    model.fit(x, y, epochs=3, verbose=0, callbacks=[recorder])
    copy = copied(path)
    assert copy.epochs == [0, 1, 2, 3]
    assert copy.to_frame().equals(recorder.recording.to_frame())
    assert copy.history.equals(recorder.recording.history)


def test_while_captures_come_the_file_follows(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    path = tmp_path / "runs.db"
    recording = Recording.create(path)
    for epoch in range(5):
        recording.add(epoch=epoch, step=epoch, loss=0.7, samples=50, layers=layers(epoch))
    now[0] = 1.5
    recording.add(epoch=5, step=5, loss=0.7, samples=50, layers=layers(5))
    assert copied(path).epochs == [0, 1, 2, 3, 4, 5]


def test_a_reader_of_an_older_state_is_told_and_not_waited_for(tmp_path):
    path = tmp_path / "runs.db"
    recording = Recording.create(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM captures").fetchone()
        recording.add(epoch=0, step=0, loss=0.7, samples=50, layers=layers(0))
        start = time.perf_counter()
        assert not recording.flush()
        assert time.perf_counter() - start < 5
    assert recording.flush()


def test_a_closed_recording_cannot_be_flushed(path):
    recording = Recording.load(path)
    recording.close()
    with pytest.raises(RecordingError, match="closed"):
        recording.flush()


def test_info_of_any_json_comes_back(tmp_path):
    info = {"seed": 1, "deep": json.loads("[" * 50 + "]" * 50)}
    assert Recording.create(tmp_path / "a.db", info=info).info == info
