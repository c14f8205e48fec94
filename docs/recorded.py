"""The command ``python -m docs.recorded``: the recording of `kit.datasets.example_recording`."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import kit
from kit.callbacks import Recorder
from kit.datasets.ball import load_data
from kit.models import build_block

EXAMPLE = Path(kit.__file__).parent / "datasets" / "example.db"


def main(path: Path = EXAMPLE) -> None:
    """Train, and write the file anew."""
    X, y = load_data()
    sgd = keras.optimizers.SGD(0.1, momentum=0.9)
    model = build_block("tanh", "glorot_normal", n_layers=3, units=20, optimizer=sgd, seed=1)
    path.unlink(missing_ok=True)
    recorder = Recorder(X[:100], y[:100], path=path, run="example")
    model.fit(X, y, epochs=10, batch_size=32, verbose=0, callbacks=[recorder])
    assert recorder.recording is not None  # made when training began
    recorder.recording.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # no log beside it, where a package is installed; small pages, for a small file
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")


if __name__ == "__main__":
    main()
