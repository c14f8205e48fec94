"""A penalty in the loss, and a decay of the weights beside it: Keras's optimizers with both.

The penalty ½λΣw² adds λw to the gradient (Keras's L2(λ/2)); the decay multiplies the weights by
1 − rate · λ in each step, whatever the gradient is (Keras's ``weight_decay=λ``). I. Loshchilov and
F. Hutter, "Decoupled weight decay regularization", 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from kit.plots.styling import series_styles

__all__ = ["DECAYING", "both_ways", "draw_both_ways"]

RATE_OF_WAYS = 2.0**-6  # float32, in which Keras keeps it, holds it exactly
DECAYING: dict[str, Callable[..., Any]] = {
    "sgd": lambda **how: keras.optimizers.SGD(RATE_OF_WAYS, **how),
    "momentum": lambda **how: keras.optimizers.SGD(RATE_OF_WAYS, momentum=0.9, **how),
    "adam": lambda **how: keras.optimizers.Adam(RATE_OF_WAYS, **how),
}
"""Optimizers, made without weight decay or with it."""

WEIGHTS_OF_EACH, SAMPLES_OF_EACH, BATCH_OF_EACH, STEPS_OF_WAYS = 40, 200, 20, 1_000


def both_ways(seeds: Sequence[int], decay: float) -> dict[str, np.ndarray]:
    """Linear regressions, trained with the penalty and with the decay.

    Their inputs are of different sizes, so that the gradients of their weights are, too; batches of
    20 of 200 samples, 1,000 steps from 0, in float64.

    Returns
    -------
    dict
        By optimizer the last weights, (2, seeds, weights): with the penalty, with the decay.
    """
    data = [_regression(seed) for seed in seeds]
    x, y, order = (tf.constant(np.stack(some)) for some in zip(*data, strict=True))

    def slope(theta: Any, step: Any) -> Any:  # of all regressions at once, (seeds, weights)
        places = order[:, step % (SAMPLES_OF_EACH // BATCH_OF_EACH)]
        inputs, targets = (tf.gather(one, places, batch_dims=1) for one in (x, y))
        off = tf.einsum("sbw,sw->sb", inputs, theta) - targets
        return tf.einsum("sbw,sb->sw", inputs, off) / BATCH_OF_EACH

    ways: list[tuple[Any, Any, float]] = []  # optimizer, weights, penalty
    for make in DECAYING.values():
        for optimizer, penalty in ((make(), decay), (make(weight_decay=decay), 0.0)):
            theta = keras.Variable(np.zeros((len(seeds), WEIGHTS_OF_EACH)), dtype="float64")
            optimizer.build([theta])
            ways.append((optimizer, theta, penalty))

    @tf.function
    def train() -> None:
        for step in tf.range(STEPS_OF_WAYS):
            for optimizer, theta, penalty in ways:
                gradient = slope(theta.value, step) + penalty * theta.value
                optimizer.apply([gradient], [theta])

    train.get_concrete_function()()
    last = np.array([keras.ops.convert_to_numpy(theta) for _, theta, _ in ways])
    return dict(zip(DECAYING, last.reshape(len(DECAYING), 2, *last.shape[1:]), strict=True))


def _regression(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.uniform(-1, 0.3, size=WEIGHTS_OF_EACH)
    x = rng.normal(size=(SAMPLES_OF_EACH, WEIGHTS_OF_EACH)) * sizes
    y = x @ rng.normal(size=WEIGHTS_OF_EACH) + rng.normal(0, 0.5, size=SAMPLES_OF_EACH)
    return x, y, rng.permutation(SAMPLES_OF_EACH).reshape(-1, BATCH_OF_EACH)


def draw_both_ways(found: Any, facts: Any) -> Any:
    """For each optimizer a dot for each weight: with the penalty, and with the decay."""
    figure, axes = plt.subplots(1, 3, sharex=True, sharey=True)
    ink = plt.rcParams["text.color"]
    names = {"sgd": "SGD", "momentum": "With momentum", "adam": "Adam"}
    most = 1.1 * max(np.abs(ways[:, 0]).max() for ways in found.values())
    for ax, (name, words), look in zip(axes, names.items(), series_styles(3), strict=True):
        ax.plot([-most, most], [-most, most], color=ink, lw=1.5, ls=":")
        ax.plot(*found[name][:, 0], look["marker"], color=look["color"], ms=9, alpha=0.85)
        apart = facts["apart"][name]
        told = "equal" if apart < 1e-9 else f"{apart:.0%} apart"
        ax.set(title=f"{words}: {told}", xlabel="weight with the penalty")
        ax.set(xlim=(-most, most), ylim=(-most, most))
    axes[0].set_ylabel("weight with the decay")
    return figure
