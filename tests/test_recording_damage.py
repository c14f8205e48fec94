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

from kit.recordings import (
    LayerSketches,
    Recording,
    RecordingError,
    RecordingWarning,
    read_frame,
    storage,
)
from kit.recordings.checksums import crc_of
from kit.recordings.rows import (
    BLOBS,
    CAPTURE,
    NUMBERS,
    RUN,
    TEXTS,
    blob_row,
    capture_crcs,
    sketch_crcs,
    sum_runs,
)
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence


def layers(epoch, raw=False):
    x = np.random.default_rng(epoch).normal(size=(50, 4)).astype("float32")
    x[0] = 0
    arrays = {"z": x} if raw else {}
    units = {"z": UnitEvidence.of(x)}
    return [
        LayerSketches(name, k, False, {"z": Sketch.of(x)}, dict(arrays), dict(units))
        for k, name in enumerate(("h1", "h2"))
    ]


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


def forge(path):
    """Give a file that was changed the checksums it would have had: what a deceiver does too."""
    with contextlib.closing(sqlite3.connect(path)) as connection:

        def rows(table, columns):
            return connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()

        def put(table, column, values):
            connection.executemany(
                f"UPDATE {table} SET {column} = ? WHERE rowid = ?",
                [
                    (value, row)
                    for (row,), value in zip(rows(table, ["rowid"]), values, strict=True)
                ],
            )

        def add_up(table, column, of, key):
            connection.execute(
                f"UPDATE {table} SET {column} ="
                f" (SELECT COALESCE(SUM(crc), 0) FROM {of} WHERE {key} = {table}.id)"
            )

        put("sketches", "bins_crc", [zlib.crc32(bins) for (bins,) in rows("sketches", ["bins"])])
        put("sketches", "crc", sketch_crcs(rows("sketches", ["quantity", *NUMBERS])))
        for table, columns in BLOBS.items():
            put(table, "crc", [blob_row(table, row)[-2] for row in rows(table, columns)])
        for table in ("sketches", *BLOBS):
            add_up("captures", f"{table}_sum", table, "capture_id")
        put("captures", "crc", capture_crcs(rows("captures", CAPTURE)))
        layers = ["run_id", "layer_index", "name", "output", "quantities"]
        for table, columns in {**TEXTS, "layers": layers}.items():
            put(table, "crc", [crc_of(table, row) for row in rows(table, columns)])
        for table in ("layers", "captures", "history", "unheard"):
            add_up("runs", f"{table}_sum", table, "run_id")
        put("runs", "crc", [crc_of("runs", row) for row in rows("runs", RUN)])
        sum_runs(connection)
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
    is_told(path, lambda: read_everything(path), "it is damaged: bins have another checksum")
    forge(path)
    is_told(path, lambda: read_everything(path), r"it is damaged: .*Sketch\.to_bytes")


MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) "
HUGE = {  # what is small in the file, or takes long to look at
    "runs": [
        MANY + "INSERT INTO runs (name, created, info, checkpoint_every, layers_sum, captures_sum,"
        " history_sum, unheard_sum, crc) SELECT 'run ' || i, '', '{}', 0, 0, 0, 0, 0, 0 FROM n"
    ],
    "layers": [
        MANY + "INSERT INTO layers (run_id, layer_index, name, output, quantities, crc)"
        " SELECT 1, i + 10, 'layer ' || i, 0, 'z', 0 FROM n"
    ],
    "a name": ["UPDATE layers SET name = hex(zeroblob(5000000)) WHERE layer_index = 0"],
    "info": ["UPDATE runs SET info = '[' || replace(hex(zeroblob(4000000)), '0', '[],') || '1]'"],
    "a layout": ["UPDATE units SET layout = replace(hex(zeroblob(4000000)), '0', '[],')"],
    "a deep layout": ["UPDATE units SET layout = replace(hex(zeroblob(100000)), '0', '[')"],
    "units": [("UPDATE units SET data = ?", (bomb(200),))],
    "another layout": ["UPDATE units SET layout = '[[0, \"z\", 99999999, true]]'"],
    "a shape": ["UPDATE arrays SET shape = '[4000000000, 4000000000, 0]', data = x''"],
    "a far epoch": ["UPDATE captures SET epoch = 900000000000000 WHERE epoch = 2"],
}


@pytest.mark.parametrize("name", HUGE)
def test_what_would_take_long_is_told_at_once(path, name):
    execute(path, *HUGE[name])
    if name not in ("runs", "layers"):  # these are told before their checksums are looked at
        forge(path)

    def read():
        for run in Recording.runs(path).run:
            with Recording.load(path, run) as recording:
                _ = recording.to_frame(), recording.info, recording.layers, repr(recording)
                _ = recording.units("z", "h1", 0), recording.values("z", "h1", 0)
                if name == "a far epoch":  # nothing is wrong with it
                    recording.sketch("z", "h1", 7)

    tracemalloc.start()
    start = time.perf_counter()
    try:
        with pytest.raises(ValueError, match=r"it is damaged|`epoch` must be one of 0") as told:
            read()
        assert isinstance(told.value, RecordingError) or name == "a far epoch"
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 5  # a second, where nobody else works


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
    "an epoch in words": ("UPDATE captures SET epoch = 'two' WHERE epoch = 2", "two"),
    "a loss in words": ("UPDATE captures SET loss = 'low'", "low"),
    "bins": ("UPDATE sketches SET bins = x'00'", "Sketch.to_bytes"),
    "deep JSON": (("UPDATE runs SET info = ?", ("[" * 100_000,)), "recursion"),
    "no dict": ("UPDATE runs SET info = '3'", "int"),
    "a long info": (("UPDATE runs SET info = ?", ("x" * 1_000_001,)), "text of 1,000,001 char"),
    "dtype": ("UPDATE arrays SET dtype = 'O'", "dtype"),
    "dtype of records": ("UPDATE arrays SET dtype = 'f4,f4'", "dtype"),
    "shape": ("UPDATE arrays SET shape = '[-1]'", "shape"),
    "shape in depth": (("UPDATE arrays SET shape = ?", ("[" * 900,)), ""),
    "a long shape": (("UPDATE arrays SET shape = ?", ("[" * 100_000,)), "shape of 100,000 char"),
    "data": ("UPDATE arrays SET data = x'0011'", ""),
}  # fmt: skip


NO_NUMBERS = {"a text", "an epoch in words", "a loss in words"}  # have no checksum


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_as_a_recording_error(path, name):
    statement, why = DAMAGE[name]
    read_everything(path)
    execute(path, statement)
    is_told(path, lambda: read_everything(path), "it is damaged")
    if name not in NO_NUMBERS:
        forge(path)
    is_told(path, lambda: read_everything(path), f"it is damaged: .*({why})")


def test_a_file_that_is_forged_without_a_change_is_what_it_was(path):
    before = path.read_bytes()
    forge(path)
    after = path.read_bytes()
    assert after[100:] == before[100:]  # but for the header, which counts changes


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
    forge(path)
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


def everything_in(path):
    """All that a file says, in whichever way it is asked; a RecordingError where it is damaged."""
    said = [Recording.runs(path).to_csv(), read_frame(path).to_csv()]
    for run in ("first", "raw"):
        with Recording.load(path, run) as recording:
            said += [recording.info, recording.losses.to_csv(), recording.history.to_csv()]
            said += [recording.not_heard, recording.epochs, recording.steps, recording.finished]
            said += [recording.layers, [recording[layer].output for layer in recording]]
            for quantity in ("z", "weight"):
                said.append(recording.layers_with(quantity))
                for layer in recording:
                    sketches = recording.sketches(quantity, layer, "step")
                    said.append({step: one.counts.tolist() for step, one in sketches.items()})
                    for step in recording.steps:
                        sketch = recording.sketch(quantity, layer, step=step)
                        said.append([*map(str, vars(sketch).values())])
            for layer in recording:
                said += [vars(recording.units("z", layer, epoch)) for epoch in recording.epochs]
                if run == "raw":
                    said += [recording.values("z", layer, epoch) for epoch in recording.epochs]
    return repr(said)


def make_small_file(path):
    for run in ("first", "raw"):
        with Recording.create(path, run, info={"seed": 1}) as recording:
            for epoch in range(3):
                entries = layers(epoch, raw=run == "raw")
                for entry in entries:
                    z = np.random.default_rng(epoch).normal(size=(50, 4))
                    entry.sketches["weight"] = Sketch.of(z[:3])
                    entry.units["z"] = UnitEvidence.of(z, beyond=1.0)
                    entry.update = 0.1 * epoch
                recording.add(
                    epoch=epoch,
                    step=3 * epoch,
                    loss=0.7,
                    samples=50,
                    layers=entries,
                    not_heard={"loop": "a reason"},
                )
                recording.add_history(epoch, {"loss": 0.5, "accuracy": epoch / 7})
            recording.finish()


def test_a_flipped_bit_is_told_or_changes_nothing(tmp_path):
    path = tmp_path / "runs.db"
    make_small_file(path)
    # small pages, with little in them that is not used
    execute(path, "PRAGMA journal_mode = DELETE", "PRAGMA page_size = 512", "VACUUM")
    data, wanted = path.read_bytes(), everything_in(path)
    pages = len(data) // 512
    rng = np.random.default_rng(11)
    told = 0
    for flip in range(300):
        bit = (flip % pages * 512 + int(rng.integers(512))) * 8 + int(rng.integers(8))
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            assert everything_in(path) == wanted, f"bit {bit} gives other numbers in silence"
        except RecordingError:
            told += 1
        for log in tmp_path.glob("runs.db-*"):
            log.unlink()
    assert told > 150  # the rest lies where nothing is


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
    monkeypatch.setattr(storage, "connect", without_shared_memory(storage.connect))
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
    with pytest.warns(RecordingWarning, match="run 'run-1' did not finish: if .* up to 20 capt"):
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
    with pytest.warns(RecordingWarning, match="up to 20 captures may be missing"):
        assert copied(path).epochs == [0]  # the first tells that more come
    now[0] = 1.5
    recording.add(epoch=5, step=5, loss=0.7, samples=50, layers=layers(5))
    with pytest.warns(RecordingWarning, match="up to 20 captures may be missing"):
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
