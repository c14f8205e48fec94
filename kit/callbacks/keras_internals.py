"""Whatever of Keras and TensorFlow is private, and the kit uses: here and nowhere else.

Each function does one thing and says what it relies on; ``tests/test_keras_internals.py`` has a
test for each, which fails by its name where a new Keras changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import keras
import tensorflow as tf

__all__ = [
    "Tensors",
    "call_model",
    "compiled_loss",
    "current_graph",
    "inputs_of_dataset",
    "longest_path",
    "replaced",
    "sublayers",
]


Tensors: TypeAlias = "tf.Tensor | Sequence[Tensors] | Mapping[str, Tensors]"
"""A tensor, or a list or dict of them, as models take and return."""


@contextmanager
def replaced(places: Iterable[tuple[keras.layers.Layer, str, object]]) -> Iterator[None]:
    """Give layers other attributes, (layer, name, value) each, and put all back at the end.

    By ``vars()``, past Keras's tracking of attributes: this is no change of the model. Relies on
    layers keeping ``activation`` in their ``__dict__`` and looking ``call`` up on the instance.
    """
    before: list[tuple[Any, str, bool, Any]] = []
    try:
        for layer, name, value in places:
            attributes = vars(layer)
            before.append((attributes, name, name in attributes, attributes.get(name)))
            attributes[name] = value
        yield
    finally:
        for attributes, name, was_there, old in reversed(before):
            if was_there:
                attributes[name] = old
            else:
                del attributes[name]


def sublayers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """The layers directly inside of a layer or model, in order.

    Relies on ``Layer._flatten_layers(include_self, recursive)``.
    """
    if isinstance(layer, keras.Model):
        return list(layer.layers)
    return list(layer._flatten_layers(include_self=False, recursive=False))


def call_model(model: keras.Model, x: Tensors, training: bool) -> Tensors:
    """What a model returns, told whether it trains where its ``call`` takes that.

    Relies on ``Layer._call_has_training_arg``.
    """
    return model(x, training=training) if model._call_has_training_arg else model(x)


def compiled_loss(
    model: keras.Model,
    x: Tensors,
    y: Tensors | None,
    y_pred: Tensors,
    sample_weight: Tensors | None,
    training: bool,
) -> tf.Tensor:
    """The compiled loss as a tensor, penalties included.

    Relies on ``Trainer._compute_loss``, Keras's own wrapper of ``compute_loss``, which knows
    overrides of older signature.
    """
    return tf.convert_to_tensor(
        model._compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
    )


def current_graph() -> tf.Graph | None:
    """The graph in which operations are being traced; None where they are executed at once.

    Relies on ``tf.compat.v1.get_default_graph``.
    """
    return None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()


def inputs_of_dataset(dataset: tf.data.Dataset) -> list[tf.data.Dataset]:
    """The data sets from which a data set is made. Relies on ``tf.data.Dataset._inputs``."""
    return list(dataset._inputs())


def longest_path(model: keras.Model) -> int:
    """Layers on the longest way from input to output of a functional model, the input among them.

    Relies on ``KerasTensor._keras_history`` and ``Operation._inbound_nodes``.
    """
    depth: dict[str, int] = {}
    for layer in model.layers:  # in an order in which inputs come first
        before = [
            depth[tensor._keras_history.operation.name]
            for node in layer._inbound_nodes
            for tensor in node.input_tensors
            if tensor._keras_history.operation.name in depth
        ]
        depth[layer.name] = 1 + max(before, default=0)
    return max(depth.values())
