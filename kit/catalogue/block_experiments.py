"""The experiments on the lecture's ball data, with the BLOCK network.

Networks that are trained are trained together, ten seeds at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS
from kit.catalogue.over_seeds import DENSE, block_of, trained
from kit.datasets.ball import load_data

if TYPE_CHECKING:
    from kit.recordings import Recording, Runs, Snapshot

__all__ = ["BATCH", "EPOCHS", "EVERY", "FOLLOWED", "HIDDEN", "layer_facts", "probe_block",
           "saturated", "train_block", "train_nine", "train_zeros"]  # fmt: skip

HIDDEN = ("h1", "h2", "h3", "h4", "h5")
EPOCHS = 100
EVERY = 5  # epochs, between two captures of a training that is followed
BATCH = 32
FOLLOWED = (
    ("sigmoid", "Normal σ = 0.01"),
    ("tanh", "Glorot normal"),
    ("ReLU", "Normal σ = 0.01"),
    ("ReLU", "He normal"),
)
"""Of the nine networks those that are followed through their training."""


def probe_block(activation: str, initializer: float | str, seed: int) -> Snapshot:
    """The BLOCK network before training, measured on the ball data."""
    from kit.callbacks import probe
    from kit.models import build_block

    X, y = load_data()
    return probe(build_block(activation, initializer, seed=seed), X, y)


def train_block(
    activation: str, initializer: float | str, seed: int, every: int = EVERY, raw: bool = False
) -> Recording:
    """The BLOCK network over 100 epochs on the ball data, recorded every so many of them."""
    from kit.models import build_block

    X, y = load_data()
    model = build_block(activation, initializer, seed=seed)
    how: Any = {"epochs": EPOCHS, "batch_size": BATCH, "probe": (X, y), "every": every, "raw": raw}
    runs = trained([model], X, y, [{"seed": seed}], **how)
    return runs[runs.names[0]]


def train_nine(first: int) -> Runs:
    """The nine BLOCK networks over 100 epochs on the ball data, with each seed of a block.

    Before and after training each is captured; those that are `FOLLOWED` also every 5 epochs, with
    the block's first seed.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    Runs
        With the parameters activation and initializer, as they are called in figures, and seed.
    """
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    made: list[dict[str, Any]] = [
        {"activation": row, "initializer": column, "seed": seed}
        for row in ACTIVATIONS
        for column in INITIALIZERS
        for seed in seeds
    ]
    models = [
        build_block(
            ACTIVATIONS[one["activation"]], INITIALIZERS[one["initializer"]], seed=one["seed"]
        )
        for one in made
    ]
    often = [EVERY if _is_followed(one) and one["seed"] == seeds[0] else EPOCHS for one in made]
    how: Any = {"epochs": EPOCHS, "batch_size": BATCH, "probe": (X, y), "every": often}
    return trained(models, X, y, made, **how)


def _is_followed(parameters: Mapping[str, Any]) -> bool:
    return (parameters["activation"], parameters["initializer"]) in FOLLOWED


def train_zeros(first: int) -> dict[str, dict[int, dict[str, Any]]]:
    """BLOCK with sigmoid over 100 epochs, from all-zero weights and from Glorot's.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    dict
        By initializer and seed: ``apart``, by layer the largest difference of the weights of two
        units, of the output's one unit that of its weights; ``output``, (100,) weights from h5 to
        the output; ``activation_apart``, the largest difference of activations of two units of h5
        for one sample; ``loss``.
    """
    from kit.models import build_block

    X, y = load_data()
    made: list[dict[str, Any]] = [
        {"initializer": name, "seed": seed}
        for name in ("zeros", "glorot_normal")
        for seed in block_of(first, DENSE)
    ]
    models = [build_block("sigmoid", one["initializer"], seed=one["seed"]) for one in made]
    runs = trained(models, X, y, made, epochs=EPOCHS, batch_size=BATCH)
    found: dict[str, dict[int, dict[str, Any]]] = {"zeros": {}, "glorot_normal": {}}
    for name, one, model in zip(runs, made, models, strict=True):
        loss = float(runs[name].history["loss"].iloc[-1])
        found[one["initializer"]][one["seed"]] = {**_apart(model, X, y), "loss": loss}
    return found


def _apart(model: Any, X: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """How far the units of each layer are apart."""
    from kit.callbacks import probe

    weights = {layer: model.get_layer(layer).kernel.numpy() for layer in (*HIDDEN, "o")}
    activation = probe(model, X, y)["h5"].activation  # (samples, units)
    assert activation is not None
    return {
        "apart": {
            layer: float(np.ptp(w, axis=1).max() if w.shape[1] > 1 else np.ptp(w))
            for layer, w in weights.items()
        },
        "output": weights["o"].ravel(),
        "activation_apart": float(np.ptp(activation, axis=1).max()),
    }


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
