"""The loss of a model without its penalties, as a metric: what a penalty is judged by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kit.training.copies import copy_of, take_weights

__all__ = ["LossAlone", "has_penalty", "with_loss_alone"]


class LossAlone(keras.metrics.Mean):
    """Mean of a loss over samples, as `fit` and `evaluate` tell it, without what layers add.

    Parameters
    ----------
    loss
        Of a model with one output.
    """

    NAME = "loss_without_penalty"

    def __init__(self, loss: keras.losses.Loss) -> None:
        super().__init__(name=self.NAME)
        self._loss = loss

    def update_state(
        self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None
    ) -> object:
        """Take in a batch."""
        value = self._loss(y_true, y_pred, sample_weight)
        samples = tf.cast(tf.shape(y_pred)[0], self.dtype)
        return super().update_state(value, sample_weight=samples)


def has_penalty(model: keras.Model) -> bool:
    """Whether something is added to the loss: by regularizers, or by layers."""
    return bool(model.losses) or any(_penalized(layer.get_config()) for layer in model.layers)


def with_loss_alone(model: keras.Model) -> keras.Model:
    """A copy that tells its loss without penalties as well; the model, where it has several losses.

    Parameters
    ----------
    model
        Built and compiled, Sequential or functional.
    """
    loss = model.loss
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    if not isinstance(loss, keras.losses.Loss):
        if not callable(loss):  # several, by output
            return model
        loss = _OfFunction(loss)
    made = copy_of(model, metrics=[LossAlone(loss)])
    take_weights(made, model)
    return made


class _OfFunction(keras.losses.Loss):
    """A loss that is a function, with the mean that Keras takes of it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(name=getattr(function, "__name__", "loss"))
        self._function = function

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each sample."""
        return self._function(y_true, y_pred)


def _penalized(config: object) -> bool:
    if isinstance(config, dict):
        return any(
            (str(key).endswith("_regularizer") and value is not None) or _penalized(value)
            for key, value in config.items()
        )
    return isinstance(config, (list, tuple)) and any(map(_penalized, config))
