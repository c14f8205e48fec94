"""Arguments that the builders share: activations, initializers, optimizers, sizes of images."""

from __future__ import annotations

import copy
import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.checks import shown

__all__ = [
    "Activation",
    "InitializerLike",
    "OptimizerLike",
    "check_counts",
    "check_image_shape",
    "check_model",
    "check_window",
    "fresh_optimizer",
    "layer_activation",
]

Activation: TypeAlias = (
    "str | Callable[..., Any] | keras.layers.Layer | type[keras.layers.Layer] | None"
)
"""What Keras takes as activation, and a layer or its class."""

InitializerLike: TypeAlias = (
    "float | str | keras.initializers.Initializer | type[keras.initializers.Initializer]"
    " | Mapping[str, Any] | Callable[..., Any]"
)
"""What Keras takes as initializer, and the standard deviation of a normal."""

OptimizerLike: TypeAlias = "str | Mapping[str, Any] | keras.optimizers.Optimizer"
"""What Keras takes as optimizer."""


def layer_activation(activation: Activation) -> Callable[..., Any]:
    """The activation for one layer; a layer as activation is copied, its weights are its own."""
    if isinstance(activation, type) and issubclass(activation, keras.layers.Layer):
        return activation()
    if isinstance(activation, keras.layers.Layer):
        config = activation.get_config()
        config.pop("name", None)
        return type(activation).from_config(copy.deepcopy(config))
    try:
        return keras.activations.get(activation)
    except (ValueError, TypeError) as error:
        kind = ValueError if isinstance(activation, str) else TypeError
        raise kind(
            "`activation` must be what Keras takes, as 'sigmoid', 'tanh', 'relu', a function or "
            f"a layer; got {shown(activation)}"
        ) from error


def fresh_optimizer(optimizer: OptimizerLike) -> OptimizerLike:
    """A copy, so that a second model does not meet an optimizer bound to the first."""
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return type(optimizer).from_config(optimizer.get_config())
    return optimizer


def check_counts(
    name: str, values: Sequence[int], expected: str, length: int | None = None
) -> list[int]:
    """The values, if they are positive integers, `length` of them where that is given.

    Raises
    ------
    TypeError, ValueError
        For what is no list of integers; for another number of them, none, or one below 1.
    """
    many = isinstance(values, (Sequence, np.ndarray)) and not isinstance(values, (str, bytes))
    whole = (numbers.Integral,)
    if not many or not all(isinstance(v, whole) and not isinstance(v, bool) for v in values):
        raise TypeError(f"`{name}` must be {expected}; got {shown(values)}")
    sizes = [int(value) for value in values]
    if not sizes or len(sizes) != (length or len(sizes)) or min(sizes) < 1:
        raise ValueError(f"`{name}` must be {expected}; got {shown(values)}")
    return sizes


def check_image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """The shape (height, width, channels) of an input, if it is three positive integers."""
    expected = "three positive integers (height, width, channels)"
    height, width, channels = check_counts("input_shape", shape, expected, 3)
    return height, width, channels


def check_model(model: keras.Model) -> None:
    """Refuse what is no Keras model, what has no ``call``, and what has no weights yet.

    Raises
    ------
    TypeError, ValueError
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"`model` must be a Keras 3 model; got {type(model).__name__}")
    if type(model).call is keras.Model.call:
        raise ValueError(
            f"`model` must have a `call`; got {model.name!r}, a {type(model).__name__} without "
            "one: measure the models inside of it, or give it one"
        )
    if not model.built:
        raise ValueError(
            f"`model` must be built; got {model.name!r} without weights: give it a keras.Input, "
            "or call it once on some data"
        )


def check_window(name: str, window: int, size: int, layer: str) -> None:
    """Refuse a kernel or pooling window that is larger than what it slides over."""
    if window > size:
        raise ValueError(
            f"`{name}` must be at most {size}, the smaller side of what {layer} receives; "
            f"got {window}"
        )
