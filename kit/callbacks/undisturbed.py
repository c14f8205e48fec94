"""What a pass that Python runs, and the tracing of one, must leave as it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks import keras_internals

__all__ = ["build_late", "python_random_kept", "variables_kept"]

_DEEP = 4  # containers within containers in which variables are looked for


@contextmanager
def python_random_kept() -> Iterator[None]:
    """Put back the state of Python's and NumPy's random numbers at the end."""
    python = random.getstate()
    numpy = np.random.get_state()  # noqa: NPY002 - what models may still draw from
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


def build_late(
    model: keras.Model, x: keras_internals.Tensors, signature: keras_internals.Tensors
) -> bool:
    """Let Keras build the layers that it builds when they are first called; whether it had to.

    Parameters
    ----------
    model
        A model.
    x, signature
        A batch, and shapes and types that fit every batch.
    """
    every = keras_internals.all_layers(model)
    if all(layer.built for layer in every):
        return False

    def call(given: Any) -> Any:
        return keras_internals.call_model(model, given, False)

    with python_random_kept(), keras_internals.penalties_kept(every):
        try:
            tf.function(call, autograph=False).get_concrete_function(signature)
        except Exception:
            if not model.run_eagerly:
                raise
            with keras_internals.eager_seeds(), variables_kept(model, of_keras=True):
                call(x)
    return True


@contextmanager
def variables_kept(model: keras.Model, *, of_keras: bool = False) -> Iterator[None]:
    """Put back the variables of TensorFlow's own and the random generators that layers hold.

    Those that stand in an attribute of a layer, or in a list, dict or module there; with
    `of_keras`, the variables of Keras too.
    """
    own = {id(one.value) for one in model.variables}
    found: dict[int, tf.Variable] = {}
    for layer in keras_internals.all_layers(model):
        for value in list(vars(layer).values()):
            _gather(value, found, _DEEP)
    kept = [
        (one, tf.raw_ops.DeepCopy(x=one.read_value()))
        for key, one in found.items()
        if key not in own
    ]
    if of_keras:
        kept += [(one.value, tf.raw_ops.DeepCopy(x=one.value)) for one in model.variables]
    try:
        yield
    finally:
        for variable, before in kept:
            variable.assign(before)


def _gather(value: Any, found: dict[int, tf.Variable], deep: int) -> None:
    if isinstance(value, tf.Variable):
        found[id(value)] = value
    elif isinstance(value, tf.random.Generator):
        found[id(value.state)] = value.state
    elif deep and isinstance(value, dict):
        for one in list(value.values()):
            _gather(one, found, deep - 1)
    elif deep and isinstance(value, (list, tuple, set)):
        for one in value:
            _gather(one, found, deep - 1)
    elif isinstance(value, tf.Module) and not isinstance(value, keras.layers.Layer):
        for one in value.variables:
            found[id(one)] = one
