"""The command ``python -m docs.recorded``: the recording of `kit.datasets.example_recording`."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import kit
from kit.callbacks import Recorder
from kit.datasets.ball import load_data
from kit.models import build_block
from kit.quantities import OF_SAMPLES
from kit.recordings import LayerSketches, Recording
from kit.stats.units import UnitEvidence, saturation_bound

EXAMPLE = Path(kit.__file__).parent / "datasets" / "example.db"


def main(path: Path = EXAMPLE) -> None:
    """Train, and write the file anew."""
    X, y = load_data()
    sgd = keras.optimizers.SGD(0.1, momentum=0.9)
    model = build_block("tanh", "glorot_normal", n_layers=3, units=20, optimizer=sgd, seed=1)
    recorder = Recorder(X[:100], y[:100], run="example", raw=True)
    model.fit(X, y, epochs=10, batch_size=32, verbose=0, callbacks=[recorder])
    assert recorder.recording is not None  # made when training began
    path.unlink(missing_ok=True)
    with without_arrays(recorder.recording).save(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # no log beside it, where a package is installed; small pages, for a small file
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")


def without_arrays(recording: Recording) -> Recording:
    """The same recording without arrays, and with what they show of units and updates."""
    found = Recording.create(run=recording.run, info=recording.info)
    before: dict[str, np.ndarray] = {}
    for row in recording.losses.itertuples():
        layers = []
        for name in recording:
            layer = recording[name]
            bound = saturation_bound("sigmoid" if layer.output else "tanh")
            weight = layer.values("weight", row.epoch)
            last = before.get(name)
            layers.append(
                LayerSketches(
                    name,
                    layer.index,
                    layer.output,
                    sketches={q: layer.sketch(q, row.epoch) for q in layer.quantities},
                    units={
                        q: UnitEvidence.of(
                            layer.values(q, row.epoch), beyond=bound if q == "z" else None
                        )
                        for q in OF_SAMPLES
                    },
                    update=np.nan if last is None else norm(weight - last) / norm(weight),
                )
            )
            before[name] = weight
        found.add(epoch=row.epoch, step=row.step, loss=row.loss, samples=row.samples, layers=layers)
    for epoch, logs in recording.history.iterrows():
        found.add_history(epoch, logs.to_dict())
    found.finish()
    return found


def norm(array: np.ndarray) -> float:
    """Root of the sum of squares."""
    return float(np.linalg.norm(array.astype(np.float64)))


if __name__ == "__main__":
    main()
