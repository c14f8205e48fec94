"""Which of the models can be trained in one stack, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import keras
import tensorflow as tf

from kit.training import training_internals
from kit.training.fingerprint import fingerprint
from kit.training.training_data import TrainingData

__all__ = ["Groups", "groups_of"]


@dataclass
class Groups:
    """Places of models, by how they are trained.

    Attributes
    ----------
    together
        Groups that one program trains.
    alone
        By place, the reason why a model is trained by itself.
    """

    together: list[list[int]] = field(default_factory=list)
    alone: dict[int, str] = field(default_factory=dict)


def groups_of(models: Sequence[keras.Model], data: TrainingData) -> Groups:
    """Sort models into groups that compute the same.

    Parameters
    ----------
    models
        Built and compiled.
    data
        What they train on, for shapes and types.
    """
    found = Groups()
    by_print: dict[str, list[int]] = {}
    for place, model in enumerate(models):
        reason = why_alone(model)
        if reason is None:
            try:
                by_print.setdefault(fingerprint(model, data), []).append(place)
                continue
            except Exception as error:  # whatever the model raises, `fit` tells it better
                reason = f"tracing it gave {type(error).__name__}: {error}"
        found.alone[place] = reason
    found.together = list(by_print.values())
    return found


def why_alone(model: keras.Model) -> str | None:
    """Why a model has to be trained by `fit`; None where nothing is known against a stack."""
    optimizer = model.optimizer
    name = type(optimizer).__name__
    if model.run_eagerly or tf.config.functions_run_eagerly():
        return "it runs eagerly"
    own = training_internals.own_way_of_training(model)
    if own is not None:
        return f"it has a `{own}` of its own"
    if tf.distribute.has_strategy():
        return "it is trained under a distribution strategy"
    if training_internals.has_loss_scale(optimizer):
        return f"its optimizer {name} scales the loss as it goes"
    if optimizer.gradient_accumulation_steps:
        return f"its optimizer {name} gathers the gradients of several batches"
    if optimizer.use_ema and optimizer.ema_overwrite_frequency:
        return f"its optimizer {name} puts averages in the place of weights as it goes"
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        return f"its optimizer {name} is no optimizer of Keras's"
    return None
