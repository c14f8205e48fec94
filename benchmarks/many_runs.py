"""A file of a thousand runs: opened, listed, and read into one table."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measuring import in_turn, seconds

RUNS, LAYERS, EPOCHS = 1_000, 6, 20
CAPTURED = (0, 10, 20)


def captured(rng):
    """Layers of BLOCK, with random values: five quantities each, and what units show of three."""
    from kit.recordings import LayerSketches
    from kit.stats.sketch import Sketch
    from kit.stats.units import UnitEvidence

    layers = []
    for k in range(LAYERS):
        units = 100 if k < LAYERS - 1 else 1
        of_samples = {
            name: rng.normal(0, 10.0 ** -rng.integers(4), (100, units))
            for name in ("z", "activation", "delta")
        }
        of_kernel = {name: rng.normal(0, 0.1, (100, units)) for name in ("weight", "gradient")}
        layers.append(
            LayerSketches(
                f"h{k + 1}" if k < LAYERS - 1 else "o",
                k,
                k == LAYERS - 1,
                {name: Sketch.of(values) for name, values in (of_samples | of_kernel).items()},
                units={name: UnitEvidence.of(values) for name, values in of_samples.items()},
            )
        )
    return layers


@functools.cache
def file():
    """The path of the file, which is there until the process ends."""
    from kit.recordings import Runs

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "runs.db"
    rng = np.random.default_rng(1)
    drawn = [captured(rng) for _ in range(20)]
    parameters = [
        {"activation": ("relu", "tanh")[k % 2], "rate": 10.0 ** -(k % 4), "seed": k // 8}
        for k in range(RUNS)
    ]
    names = [f"{k} {one['activation']} {one['rate']}" for k, one in enumerate(parameters)]
    with Runs.create(path, names, parameters) as runs:
        for epoch in CAPTURED:
            for some in np.array_split(names, 10):
                runs.add(
                    {
                        name: {
                            "epoch": epoch,
                            "step": 32 * epoch,
                            "loss": rng.random(),
                            "samples": 100,
                            "layers": drawn[rng.integers(len(drawn))],
                        }
                        for name in some.tolist()
                    }
                )
        for epoch in range(1, EPOCHS + 1):
            runs.add_history(
                epoch,
                {name: {"loss": rng.random(), "accuracy": rng.random()} for name in names},
            )
        runs.finish()
    return path


def _seconds(what):
    from kit.recordings import load_runs

    path = file()

    def once():
        with load_runs(path) as runs:
            what(runs)

    once()
    times = [seconds(once) for _ in range(5)]
    return f"{np.median(times):.2f} s", "median of 5"


def opened():
    """Open the file, list names and parameters, and sum it up."""
    return _seconds(lambda runs: (runs.names, runs.parameters, repr(runs)))


def read():
    """Open the file and read all quantities of all runs into one table."""
    return _seconds(lambda runs: runs.frame())


def history():
    """Open the file and read all histories and probe losses."""
    return _seconds(lambda runs: (runs.history, runs.losses))


def over_run_by_run(rounds=3):
    """One table of all runs over the tables of each, one after the other."""
    import pandas as pd

    from kit.recordings import load_runs

    def at_once():
        with load_runs(file()) as runs:
            return runs.frame()

    def run_by_run():
        with load_runs(file()) as runs:
            return pd.concat([runs[name].to_frame() for name in runs], ignore_index=True)

    from kit.recordings.common import COLUMNS

    assert at_once()[COLUMNS].equals(run_by_run())
    return in_turn(at_once, run_by_run, rounds).row()
