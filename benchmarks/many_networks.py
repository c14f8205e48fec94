"""How much faster many networks are trained together than by `fit`, one after the other.

Both sides begin with fresh models, already built, and trace what they need. What `fit` takes for
all of them is what it takes for one, the median of several, times their number.
"""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.convnets import digits
from benchmarks.measuring import seconds


def block(networks, epochs=20, captured=False, rounds=3):
    """BLOCK on the ball data, batch 32, ReLU; each network with an order of batches of its own."""
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    return _speed(
        lambda seed: build_block("relu", "he_normal", seed=seed),
        (X, y),
        (X, y) if captured else None,
        networks,
        epochs,
        rounds,
    )


def cnn(networks, epochs=2, captured=False, rounds=3):
    """The CNN for digits, 1,024 of them, batch 32."""
    from kit.models import build_mnist_cnn

    x, y = digits(1024)
    probe = (x[:100], y[:100]) if captured else None
    return _speed(lambda seed: build_mnist_cnn(seed=seed), (x, y), probe, networks, epochs, rounds)


def _speed(build, data, probe, networks, epochs, rounds):
    """(value, how): how many times as fast together as alone."""
    from kit.callbacks import Recorder
    from kit.training import train_together

    every = max(1, epochs // 2)
    seeds = range(1, networks + 1)

    def alone(model, path):
        more = {}
        if probe is not None:
            more = {
                "callbacks": [Recorder(*probe, every=every, path=path, overwrite=True, run="one")],
                "validation_data": probe,
                "validation_batch_size": 32,
            }
        model.fit(*data, epochs=epochs, batch_size=32, verbose=0, **more)

    def together(models, path):
        more = {}
        if probe is not None:
            more = {"probe": probe, "every": every, "validation_data": probe, "path": path}
        train_together(models, *data, epochs=epochs, seed=seeds, verbose=False, **more)

    speeds, one, all_of_them = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            single = [build(seed) for seed in (1, 2, 3)]
            fits = [seconds(partial(alone, model, path / "alone.db")) for model in single]
            models = [build(seed) for seed in seeds]
            all_of_them.append(seconds(partial(together, models, path / "together.db")))
        one.append(float(np.median(fits)))
        speeds.append(networks * one[-1] / all_of_them[-1])
    base, mine = float(np.median(one)), float(np.median(all_of_them))
    each = f"{1000 * mine / networks / epochs:.1f} ms for a network and epoch"
    return (
        f"{np.median(speeds):.1f}",
        f"{each} ÷ fit's {1000 * base / epochs:.0f} ms, {epochs} epochs",
    )
