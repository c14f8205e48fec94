"""Early stopping for each network of many: Keras's own callback, which asks a stand-in of each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

__all__ = ["Stopper"]

Weights = list[np.ndarray]


class Stopper:
    """What ``keras.callbacks.EarlyStopping`` takes for a model, and the callback that asks it.

    Parameters
    ----------
    callback
        As the user made it; it is copied.
    metrics
        Of the compiled model, which tell what better means.

    Attributes
    ----------
    stop_training
        Whether the network has stopped.
    """

    def __init__(
        self, callback: keras.callbacks.EarlyStopping, metrics: Sequence[keras.metrics.Metric]
    ) -> None:
        self.metrics = list(metrics)
        self.stop_training = False
        self._restored: Weights | None = None
        self._weights: Callable[[], Weights] = list
        self._callback = copy.copy(callback)
        self._callback.set_model(self)  # type: ignore[arg-type]
        self._callback.on_train_begin()

    def told(self, epoch: int, logs: Mapping[str, Any], weights: Callable[[], Weights]) -> bool:
        """Tell what an epoch gave; whether the network stops now.

        Parameters
        ----------
        epoch
            0 for the first.
        logs
            As `fit` reports them.
        weights
            Gives the network's weights now.
        """
        self._weights = weights
        self._callback.on_epoch_end(epoch, dict(logs))
        return self.stop_training

    def end(self, model: keras.Model) -> None:
        """Training is over: give the model the weights with which the callback lets it end."""
        self._callback.on_train_end()
        if self._restored is not None:
            model.set_weights(self._restored)

    def get_weights(self) -> Weights:
        """For the callback."""
        return self._weights()

    def set_weights(self, weights: Weights) -> None:
        """For the callback."""
        self._restored = weights
