"""Whatever of Keras's training, and of TensorFlow's vectorizing, is private: here and nowhere else.

Beside ``kit/callbacks/keras_internals.py``, and under the same rules: each function does one thing
and says what it relies on; ``tests/test_training_internals.py`` has a test for each.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.optimizers.base_optimizer import BaseOptimizer
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights
from tensorflow.python.ops.parallel_for import pfor

from kit.callbacks import keras_internals

__all__ = [
    "build_training",
    "decayed",
    "has_loss_scale",
    "losses_of_outputs",
    "loops_noted",
    "names_at_outputs",
    "note_loss",
    "optimizer_of_slices",
    "own_way_of_training",
    "schedule_of",
    "step_of_fit",
    "weights_of_classes",
]


def build_training(model: keras.Model, batch: tuple[Any, Any, Any]) -> None:
    """Make the variables of model, loss, metrics and optimizer that `fit` would make.

    Relies on ``Trainer._symbolic_build``.

    Parameters
    ----------
    model
        A compiled model.
    batch
        (x, y, sample_weight), arrays or None.
    """
    model._symbolic_build(data_batch=batch)


def note_loss(model: keras.Model, loss: tf.Tensor, samples: tf.Tensor) -> None:
    """Let the metric that tells the epoch's loss know that of a batch.

    Relies on ``Trainer._loss_tracker``.
    """
    model._loss_tracker.update_state(loss, sample_weight=samples)


def step_of_fit(model: keras.Model, batch: tuple[Any, Any, Any], traced: bool) -> list[np.ndarray]:
    """What metrics, statistics and weights are after a step of `fit`; the model stays as it was.

    Relies on ``Trainer.train_step``.

    Parameters
    ----------
    model
        Built for training.
    batch
        (x, y, sample_weight), tensors or None.
    traced
        Whether the step is traced, as `fit` traces it, or run at once, which takes less time.
    """
    every = {
        id(one): one
        for part in (model.variables, model.optimizer.variables, model.metrics_variables)
        for one in part
    }
    before = [tf.raw_ops.DeepCopy(x=one.value) for one in every.values()]
    layers = keras_internals.all_layers(model)
    try:
        model.reset_metrics()
        with (
            keras_internals.penalties_kept(layers),
            keras_internals.global_seeds_kept(),
            keras_internals.replaced(losses_of_outputs(model)),
        ):
            step = tf.function(model.train_step, autograph=False) if traced else model.train_step
            step(batch)
        found = [*model.metrics_variables, *model.variables]
        return [np.array(one.value.numpy()) for one in found]
    finally:
        for one, value in zip(every.values(), before, strict=True):
            one.assign(value)


def own_way_of_training(model: keras.Model) -> str | None:
    """The method with which a model trains other than Keras does; None where there is none.

    Relies on the names of ``Trainer``'s methods, and on their ``__module__``.
    """
    steps = ("fit", "train_step", "test_step", "make_train_function", "make_test_function")
    metrics = ("evaluate", "compute_metrics", "reset_metrics", "get_metrics_result")
    for name in (*steps, *metrics):
        found = vars(model).get(name, getattr(type(model), name))
        if not str(getattr(found, "__module__", "")).startswith("keras."):
            return name
    return None


def schedule_of(optimizer: keras.optimizers.Optimizer) -> object:
    """What gives an optimizer's learning rate; None where that is a number.

    Relies on ``Optimizer._learning_rate``.
    """
    found = vars(optimizer).get("_learning_rate")
    return None if isinstance(found, keras.Variable) else found


def decayed(optimizer: keras.optimizers.Optimizer, weights: Sequence[keras.Variable]) -> list[bool]:
    """Which weights an optimizer's decay is of. Relies on ``Optimizer._use_weight_decay``."""
    return [bool(optimizer._use_weight_decay(one)) for one in weights]


def has_loss_scale(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether an optimizer scales the loss as it goes, and skips what is not finite.

    Relies on ``LossScaleOptimizer`` having an ``inner_optimizer``.
    """
    return hasattr(optimizer, "inner_optimizer")


class _InScope(keras.optimizers.Optimizer):
    """What Keras's optimizers do on JAX, where TensorFlow's writes past a ``StatelessScope``.

    Relies on the names of these methods.
    """

    assign = BaseOptimizer.assign
    assign_add = BaseOptimizer.assign_add
    assign_sub = BaseOptimizer.assign_sub
    _backend_update_step = BaseOptimizer._backend_update_step
    _apply_weight_decay = BaseOptimizer._apply_weight_decay


@contextmanager
def optimizer_of_slices(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Let an optimizer read and write what a ``StatelessScope`` holds, for a while.

    It is made one of a class that has Keras's methods in the place of TensorFlow's and those of its
    own class before them. Relies on ``Optimizer._trainable_variables`` being what it was built
    with, and on ``_var_key`` and ``_get_variable_index``.
    """
    kind = type(optimizer)
    variables = list(optimizer._trainable_variables)
    key = optimizer._var_key
    keys = {id(one): key(one) for one in variables}
    index = {id(one): k for k, one in enumerate(variables)}
    places = [
        (optimizer, "_var_key", lambda one: keys[id(one)]),
        (optimizer, "_get_variable_index", lambda one: index[id(one)]),
    ]
    in_scope = types.new_class(kind.__name__, (kind, _InScope))
    with keras_internals.replaced(places):
        object.__setattr__(optimizer, "__class__", in_scope)
        try:
            yield
        finally:
            object.__setattr__(optimizer, "__class__", kind)


def losses_of_outputs(model: keras.Model) -> list[tuple[Any, str, object]]:
    """What `replaced` takes so that the losses of several outputs are told as `fit` tells them.

    `fit` traces for batches of any size, and there each batch counts the same, a small one too.
    Relies on ``CompileLoss.metrics``, and on their being told the batch's size where it is known.
    """

    def whole(metric: keras.metrics.Metric) -> Callable[..., Any]:
        update = metric.update_state
        return lambda value, sample_weight=None: update(value)

    metrics = getattr(model._compile_loss, "metrics", ())
    return [(one, "update_state", whole(one)) for one in metrics]


def weights_of_classes(y: np.ndarray, class_weight: Mapping[int, float]) -> np.ndarray:
    """(n,) weights of samples from those of their classes, as `fit` makes them.

    Relies on ``class_weight_to_sample_weights``.
    """
    return np.asarray(class_weight_to_sample_weights(y, class_weight))


def names_at_outputs(model: keras.Model, stops: Collection[str]) -> set[str]:
    """Names of operations on the ways back from a model's outputs, up to the first of `stops`.

    Relies on ``KerasTensor._keras_history`` and ``Operation._inbound_nodes``.

    Parameters
    ----------
    model
        Sequential and built, or functional.
    stops
        Names of layers: each ends its way, and is among those found.
    """
    found: set[str] = set()
    ways = list(model.outputs)
    while ways:
        operation, node, _ = ways.pop()._keras_history
        if operation.name not in found:
            found.add(operation.name)
            if operation.name not in stops:
                ways += operation._inbound_nodes[node].input_tensors
    return found


@contextmanager
def loops_noted() -> Iterator[set[str]]:
    """The types of operations that ``tf.vectorized_map`` runs one after the other, while it traces.

    Relies on ``pfor._fallback_converter``, and on the one converter that has a loop of its own:
    that of the gradient of convolutions by stacked filters.
    """
    found: set[str] = set()
    before, logging = pfor._fallback_converter, pfor.logging

    def noted(pfor_input: Any, *args: Any, **kwargs: Any) -> Any:
        found.add(pfor_input.op_type)
        return before(pfor_input, *args, **{**kwargs, "warn": False})

    class Quiet:
        """TensorFlow's logging without what it says of loops, which is noted instead."""

        def __getattr__(self, name: str) -> Any:
            return getattr(logging, name)

        def warning(self, words: str, *args: Any) -> None:
            if "uses a while_loop" in words:
                found.add(words.split(maxsplit=1)[0])
            else:
                logging.warning(words, *args)

        def error(self, words: str, *args: Any) -> None:
            """What cannot be vectorized raises, and is told with the model's name."""

    with keras_internals.LISTENING:
        pfor._fallback_converter, pfor.logging = noted, Quiet()
        try:
            yield found
        finally:
            pfor._fallback_converter, pfor.logging = before, logging
