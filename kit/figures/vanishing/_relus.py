"""ReLU networks on the ball: learning rates, biases at the start, units that never answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of, trained

EPOCHS_OF_RELUS = 8
RATES_OF_RELUS = (0.1, 1.0, 2.0)
BIASES_OF_RELUS = (0.1, 0.0, -1.0, -1.5, -2.0)
LEAK = 0.01
_RELU = [(rate, 0.0) for rate in RATES_OF_RELUS] + [(0.1, b) for b in BIASES_OF_RELUS if b]
_LEAKY = [(RATES_OF_RELUS[-1], 0.0), (0.1, BIASES_OF_RELUS[-1])]


def train_relus(first: int) -> dict[str, dict[int, dict[str, Any]]]:
    """Two hidden layers of 100 units, He, SGD, the ball, with each seed of a block.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    dict
        By `key_of` and seed: ``dead``, (epochs + 1,), the share of h2's units whose z is above 0
        for none of the 1,000 points, before training and after each epoch, of leaky ReLU NaN
        between its ends; ``loss`` (epochs,).
    """
    import keras

    from kit.datasets.ball import load_data

    X, y = load_data()
    made = [
        {"leak": leak, "rate": rate, "bias": bias, "seed": seed}
        for leak, pairs in ((0.0, _RELU), (LEAK, _LEAKY))
        for rate, bias in pairs
        for seed in block_of(first, DENSE)
    ]
    models = [_build(keras, **one) for one in made]
    before = [_dead_share(model, X) for model in models]
    runs = trained(models, X, y, made, epochs=EPOCHS_OF_RELUS, probe=(X, y), layers=["h2"])
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for one, name, model, dead in zip(made, runs, models, before, strict=True):
        key = key_of(one["leak"], one["rate"], one["bias"])
        course = np.full(EPOCHS_OF_RELUS + 1, np.nan) if one["leak"] else _silent(runs[name])
        course[[0, -1]] = dead, _dead_share(model, X)
        found.setdefault(key, {})[int(one["seed"])] = {
            "dead": course,
            "loss": runs[name].history["loss"].to_numpy(),
        }
    return found


def key_of(leak: float, rate: float, bias: float) -> str:
    """A name for a slope below 0, a learning rate and a bias."""
    return f"{leak:g} {rate:g} {bias:g}"


def _build(keras: Any, leak: float, rate: float, bias: float, seed: float) -> Any:
    from kit.models import build_block

    activation = keras.layers.LeakyReLU(leak) if leak else "relu"
    model = build_block(activation, "he_normal", n_layers=2, seed=int(seed))
    model.optimizer.learning_rate = rate
    for layer in model.layers[:-1]:
        layer.bias.assign(np.full(layer.bias.shape, bias))
    return model


def _silent(run: Any) -> np.ndarray:
    """The share of h2's units whose ReLU gives 0 for every point, epoch by epoch."""
    units = [run.units("activation", "h2", epoch) for epoch in run.epochs]
    return np.array([(one.active == 0).mean() for one in units])


def _dead_share(model: Any, x: np.ndarray) -> float:
    """The share of h2's units that answer to no point: whose z is nowhere above 0."""
    first, second = model.layers[:2]
    z = x @ first.kernel.numpy() + first.bias.numpy()
    leak = getattr(first.activation, "negative_slope", 0.0)
    z = np.where(z > 0, z, leak * z) @ second.kernel.numpy() + second.bias.numpy()
    return float((z <= 0).all(axis=0).mean())
