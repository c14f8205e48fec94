"""The networks whose pages are examples: trained on digits as the lecture figures train them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

__all__ = ["TrainedExample", "train_example"]

OF_EACH_CLASS = 2


@dataclass(frozen=True)
class TrainedExample:
    """What is kept of a trained example: no model, so that it can be kept.

    Attributes
    ----------
    network
        ``"cnn"`` or ``"lenet"``.
    weights
        Arrays as `keras.Model.get_weights` gives them.
    images, labels
        Test digits (n, 28, 28, 1) float32 in [0, 1], and what they are.
    accuracy
        Share of all test digits for which it is right.
    """

    network: str
    weights: list[np.ndarray]
    images: np.ndarray
    labels: np.ndarray
    accuracy: float

    def rebuilt(self) -> keras.Sequential:
        """The network with its weights."""
        model = _built(self.network, 0)
        model.set_weights(self.weights)
        return model


def _built(network: str, seed: int) -> keras.Sequential:
    from kit import models

    build = {"cnn": models.build_mnist_cnn, "lenet": models.build_lenet5}[network]
    return build(initializer="glorot_uniform", seed=seed)


def train_example(network: str, seed: int) -> TrainedExample:
    """Train one, with the settings of the lecture figures.

    Parameters
    ----------
    network
        ``"cnn"`` or ``"lenet"``.
    seed
        Of weights and batches.
    """
    from kit.catalogue.digit_experiments import BATCH, load_digits
    from kit.catalogue.over_seeds import trained

    digits = load_digits()
    model = _built(network, seed)
    epochs = 3 if len(digits.x_train) > 5_000 else 6
    how = {"epochs": epochs, "batch_size": BATCH}
    trained([model], digits.x_train, digits.y_train, [{"seed": seed}], **how)
    outputs = [np.asarray(model(x, training=False)) for x in np.array_split(digits.x_test, 4)]
    said = np.concatenate(outputs).argmax(axis=1)
    chosen = [
        int(k) for one in range(10) for k in np.flatnonzero(digits.y_test == one)[:OF_EACH_CLASS]
    ]
    wrong = [int(k) for k in np.flatnonzero(said != digits.y_test)[:4]]
    kept = list(dict.fromkeys([*chosen, *wrong]))
    right = float((said == digits.y_test).mean())
    return TrainedExample(
        network, model.get_weights(), digits.x_test[kept], digits.y_test[kept], right
    )
