"""The experiments on the lecture's ball data, with the BLOCK network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.datasets.ball import load_data

if TYPE_CHECKING:
    from kit.recordings import Recording, Snapshot

__all__ = ["BATCH", "EPOCHS", "HIDDEN", "layer_facts", "probe_block", "saturated", "train_block"]

HIDDEN = ("h1", "h2", "h3", "h4", "h5")
EPOCHS = 20
BATCH = 32


def probe_block(activation: str, initializer: float | str, seed: int) -> Snapshot:
    """The BLOCK network before training, measured on the ball data."""
    from kit.callbacks import probe
    from kit.models import build_block

    X, y = load_data()
    return probe(build_block(activation, initializer, seed=seed), X, y)


def train_block(
    activation: str, initializer: float | str, seed: int, every: int = 1, raw: bool = False
) -> Recording:
    """The BLOCK network over 20 epochs on the ball data, recorded every so many of them."""
    import keras

    from kit.callbacks import Recorder
    from kit.models import build_block

    keras.utils.set_random_seed(seed)
    X, y = load_data()
    model = build_block(activation, initializer, seed=seed)
    recorder = Recorder(X, y, raw=raw, every=every)
    model.fit(X, y, epochs=EPOCHS, batch_size=BATCH, verbose=0, callbacks=[recorder])
    assert recorder.recording is not None
    return recorder.recording


def layer_facts(data: Recording | Snapshot, epoch: int = 0) -> dict[str, dict[str, float]]:
    """Standard deviations by quantity and hidden layer, and what shows saturation.

    Returns
    -------
    dict
        ``z_std``, ``a_std``, ``w_std``, ``g_std``, ``a_mean``: by layer. ``zeros``: share of
        activations that are exactly 0. ``beyond_1``: share of Z-values outside [-1, 1].
    """
    names = {"z": "z", "a": "activation", "w": "weight", "g": "gradient"}
    sketches = {
        short: {layer: data.sketch(quantity, layer, epoch) for layer in HIDDEN}
        for short, quantity in names.items()
    }
    facts = {
        f"{short}_std": {layer: sketch.std for layer, sketch in by_layer.items()}
        for short, by_layer in sketches.items()
    }
    facts["a_mean"] = {layer: sketch.mean for layer, sketch in sketches["a"].items()}
    facts["zeros"] = {layer: sketch.zero_fraction for layer, sketch in sketches["a"].items()}
    facts["beyond_1"] = {
        layer: 1 - sketch.share_within(-1, 1) for layer, sketch in sketches["z"].items()
    }
    return facts


def saturated(
    data: Recording | Snapshot, low: float, high: float, epoch: int = 0
) -> dict[str, float]:
    """By hidden layer, the share of activations within 5 % of the range of its two ends."""
    edge = 0.05 * (high - low)
    return {
        layer: 1 - data.sketch("activation", layer, epoch).share_within(low + edge, high - edge)
        for layer in HIDDEN
    }
