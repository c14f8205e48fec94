"""The recipes on which the findings are tried: some that learn, and each thing that can be wrong.

They were written before the rules, and are not touched to please them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np

from kit.diagnosis.recipe import Recipe

__all__ = ["RECIPES", "ROOTS"]

ROOTS = (
    *("non-finite", "output", "inputs", "copies", "initialization", "dead", "saturated"),
    *("vanishing", "exploding", "learning-rate-high", "learning-rate-low", "overfitting"),
    "constant-answer",
)
"""What can be wrong, in the order in which one causes another."""

_HUNDREDS = (100,) * 10
_HEALTHY = [
    # where rules of others call a healthy network ill: half of its values are zeros
    Recipe("relu-5"),
    Recipe("relu-10", hidden=_HUNDREDS, rate=0.02),
    Recipe("relu-20", hidden=(50,) * 20, rate=0.02, epochs=15),
    Recipe("relu-wide", hidden=(400, 400), optimizer="momentum", rate=0.01),
    Recipe("relu-narrow", "hypercube", hidden=(16,) * 3, rate=0.1, samples=500,
           epochs=30),
    Recipe("relu-dropout", hidden=(200, 200), after="dropout", rate=0.1),
    Recipe("relu-penalty", hidden=(100, 100), penalty=1e-4, optimizer="adam", rate=0.001),
    Recipe("relu-batch-normalization", after="batch_normalization", optimizer="adam", rate=0.001),
    Recipe("relu-layer-normalization", after="layer_normalization", hidden=(100,) * 3, rate=0.05),
    Recipe("relu-shortcuts", shortcuts=True, hidden=(64,) * 6, rate=0.01),
    Recipe("leaky-relu-6", activation="leaky_relu", hidden=(100,) * 6, rate=0.02),
    Recipe("elu-6", activation="elu", hidden=(100,) * 6, rate=0.02),
    Recipe("selu-8", activation="selu", initializer="lecun_normal", hidden=(100,) * 8, rate=0.01),
    Recipe("gelu-4", activation="gelu", hidden=(100,) * 4, optimizer="adam", rate=0.001),
    Recipe("tanh-5", "ball", activation="tanh", initializer="glorot_normal", epochs=40, rate=0.1),
    Recipe("tanh-8", activation="tanh", initializer="glorot_normal", hidden=(100,) * 8),
    Recipe("sigmoid-1", activation="sigmoid", initializer="glorot_normal", hidden=(100,), rate=0.5),
    Recipe("sigmoid-2", activation="sigmoid", initializer="glorot_normal", hidden=(100,) * 2,
           optimizer="adam", rate=0.005),
    Recipe("softmax", hidden=(), initializer="glorot_uniform", rate=0.1),
    Recipe("parabola", "parabola", activation="tanh", initializer="glorot_normal", hidden=(30, 30),
           optimizer="adam", rate=0.01, samples=500, epochs=20),
    Recipe("waves", "waves", hidden=(50, 50), optimizer="adam", rate=0.005, samples=500,
           epochs=30),
    Recipe("cnn-relu", filters=(8, 16), hidden=(50,), optimizer="adam", rate=0.002, samples=500,
           epochs=8),
    Recipe("cnn-tanh", filters=(6, 16), hidden=(), activation="tanh", pooling="average",
           initializer="glorot_uniform", optimizer="momentum", rate=0.02, samples=500,
           epochs=8),
    Recipe("cnn-3", filters=(8, 8, 16), hidden=(), rate=0.1, samples=500, epochs=12),
]  # fmt: skip
_BY_NAME = {one.name: one for one in _HEALTHY}


def _broken(name: str, root: str, of: str, **change: Any) -> Recipe:
    """A healthy recipe with one change, under the name of what was changed."""
    return replace(_BY_NAME[of], name=name, root=root, of=of, change=change, **change)


def _one_in_metres(x: np.ndarray) -> np.ndarray:
    """The first feature in millimetres, the others in metres."""
    return np.concatenate([1000 * x[:, :1], x[:, 1:]], axis=1)


def _at_random(y: np.ndarray) -> np.ndarray:
    return np.random.default_rng(len(y)).permutation(y)


_BROKEN = [
    _broken("tanh-5-small", "initialization", "tanh-5", initializer=0.01),
    _broken("tanh-8-large", "initialization", "tanh-8", initializer=1.0),
    _broken("relu-5-small", "initialization", "relu-5", initializer=0.01),
    _broken("relu-10-large", "initialization", "relu-10", initializer=0.5),
    _broken("relu-20-glorot", "initialization", "relu-20", initializer="glorot_normal"),
    _broken("sigmoid-2-large", "initialization", "sigmoid-2", initializer=1.0),
    _broken("cnn-3-small", "initialization", "cnn-3", initializer=0.01),
    _broken("cnn-relu-large", "initialization", "cnn-relu", initializer=1.0),
    _broken("tanh-5-zeros", "copies", "tanh-5", initializer="zeros"),
    _broken("relu-narrow-ones", "copies", "relu-narrow", initializer="ones"),
    _broken("cnn-relu-zeros", "copies", "cnn-relu", initializer="zeros"),
    # where rules of others are silent: no gradient is under 1e-7
    _broken("sigmoid-5", "vanishing", "sigmoid-1", hidden=(100,) * 5),
    _broken("sigmoid-7", "vanishing", "sigmoid-1", hidden=(100,) * 7),
    _broken("sigmoid-10", "vanishing", "sigmoid-1", hidden=_HUNDREDS),
    _broken("tanh-8-damped", "vanishing", "tanh-8", after=0.3),
    _broken("relu-10-amplified", "exploding", "relu-10", after=3.0),
    _broken("tanh-8-bytes", "inputs", "tanh-8", inputs=lambda x: 255 * x),
    _broken("parabola-shifted", "inputs", "parabola", inputs=lambda x: x + 100),
    _broken("tanh-5-units", "inputs", "tanh-5", inputs=_one_in_metres),
    _broken("relu-5-faint", "inputs", "relu-5", inputs=lambda x: x / 1000),
    _broken("cnn-3-bytes", "inputs", "cnn-3", inputs=lambda x: 255 * x),
    _broken("waves-relu-output", "output", "waves", output="relu", loss="mean_squared_error"),
    _broken("waves-far-targets", "output", "waves", output="sigmoid", loss="mean_squared_error"),
    _broken("parabola-softmax-of-one", "output", "parabola", output="softmax",
            loss="binary_crossentropy"),
    _broken("parabola-signs", "output", "parabola", targets=lambda y: 2 * y - 1),
    _broken("relu-5-no-softmax", "output", "relu-5", output="linear",
            loss="sparse_categorical_crossentropy"),
    _broken("relu-5-fast", "learning-rate-high", "relu-5", rate=20.0),
    _broken("gelu-4-fast", "learning-rate-high", "gelu-4", rate=1.0),
    _broken("cnn-3-fast", "learning-rate-high", "cnn-3", rate=30.0),
    _broken("relu-10-slow", "learning-rate-low", "relu-10", rate=1e-6),
    _broken("gelu-4-slow", "learning-rate-low", "gelu-4", rate=1e-8),
    _broken("cnn-tanh-slow", "learning-rate-low", "cnn-tanh", rate=1e-6),
    _broken("relu-5-negative-biases", "dead", "relu-5", bias=-5.0),
    _broken("cnn-relu-negative-biases", "dead", "cnn-relu", bias=-5.0),
    _broken("tanh-8-large-biases", "saturated", "tanh-8", bias=4.0),
    _broken("gelu-4-logarithm", "non-finite", "gelu-4", activation=keras.ops.log),
    _broken("cnn-tanh-root", "non-finite", "cnn-tanh", activation=keras.ops.sqrt),
    _broken("waves-few", "overfitting", "waves", samples=15, epochs=1000),
    _broken("tanh-5-few", "overfitting", "tanh-5", samples=40, epochs=400),
    _broken("relu-wide-few", "overfitting", "relu-wide", samples=50, epochs=200),
    _broken("parabola-random", "constant-answer", "parabola", targets=_at_random),
    _broken("waves-random", "constant-answer", "waves", targets=_at_random),
    _broken("relu-penalty-strong", "constant-answer", "relu-penalty", penalty=1.0),
]  # fmt: skip

RECIPES: dict[str, Recipe] = {one.name: one for one in (*_HEALTHY, *_BROKEN)}
"""By name: those that learn, then those in which one thing is wrong."""
