"""Runs without training: recordings of made-up numbers, for tests of the pages that show them."""

import numpy as np

from kit.recordings import Recording, Runs
from kit.recordings.common import LayerSketches
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

HOSTILE = '</script><img src=x onerror="alert(1)">\n\u2028 & layer'


def layer_of(name, index, quantities, *, output=False, update=0.01):
    """A layer of arrays by quantity."""
    return LayerSketches(
        name,
        index,
        output=output,
        sketches={quantity: Sketch.of(values) for quantity, values in quantities.items()},
        units={
            quantity: UnitEvidence.of(values, beyond=2.0 if quantity == "z" else None)
            for quantity, values in quantities.items()
            if quantity in ("z", "activation", "delta")
        },
        update=update,
    )


def captured(epoch, layers=3, *, samples=20, units=8, seed=0, explodes_at=None):
    """What `Recording.add` is given of a network of ReLU layers whose gradients fade backwards."""
    random = np.random.default_rng([seed, epoch])
    found = []
    for k in range(layers):
        z = random.normal(size=(samples, units)) * (1 + 0.1 * epoch)
        if explodes_at is not None and epoch >= explodes_at:
            z[0, : k + 1] = np.nan
        weight = random.normal(size=(units, units))
        found.append(
            layer_of(
                f"h{k + 1}" if k < layers - 1 else "o",
                k,
                {
                    "z": z,
                    "activation": np.maximum(z, 0),
                    "delta": random.normal(size=(samples, units)) * 10.0 ** (k - layers),
                    "weight": weight,
                    "gradient": random.normal(size=(units, units)) * 10.0 ** (2 * (k - layers)),
                },
                output=k == layers - 1,
            )
        )
    return {"loss": 1.0 / (1 + epoch), "samples": samples, "layers": found}


def run_of(epochs=4, path=None, name="mine", *, finish=True, history=True, steps=8, **how):
    """A recording of so many epochs after epoch 0."""
    recording = Recording.create(path, name, info={"model": "block"})
    for epoch in range(epochs + 1):
        recording.add(epoch=epoch, step=epoch * steps, **captured(epoch, **how))
        if epoch and history:
            recording.add_history(
                epoch, {"loss": 1 / epoch, "val_loss": 1.2 / epoch, "accuracy": 1 - 0.5 / epoch}
            )
    if finish:
        recording.finish()
    return recording


def runs_of(parameters, epochs=3, path=None, **how):
    """Runs with these parameters, named a, b, c, ..."""
    names = [chr(ord("a") + k) if k < 26 else f"run {k}" for k in range(len(parameters))]
    runs = Runs.create(path, names, parameters)
    for epoch in range(epochs + 1):
        runs.add(
            {
                name: {"epoch": epoch, "step": epoch * 8, **captured(epoch, seed=k, **how)}
                for k, name in enumerate(names)
            }
        )
        if epoch:
            runs.add_history(
                epoch, {name: {"loss": (1 + k) / epoch} for k, name in enumerate(names)}
            )
    runs.finish()
    return runs
