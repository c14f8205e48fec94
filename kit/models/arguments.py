"""Arguments that the builders share: activations, optimizers, sizes of images."""

from __future__ import annotations

import copy
import numbers
from typing import Any

import keras

__all__ = ["check_image_shape", "check_window", "fresh_optimizer", "layer_activation"]


def layer_activation(activation: Any) -> Any:
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
        raise ValueError(
            "`activation` must be what Keras takes, as 'sigmoid', 'tanh', 'relu', a function or "
            f"a layer; got {activation!r}"
        ) from error


def fresh_optimizer(optimizer: Any) -> Any:
    """A copy, so that a second model does not meet an optimizer bound to the first."""
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return type(optimizer).from_config(optimizer.get_config())
    return optimizer


def check_image_shape(shape: Any) -> tuple[int, int, int]:
    """The shape (height, width, channels) of an input, if it is three positive integers."""
    sizes = list(shape) if isinstance(shape, (tuple, list)) else []
    good = len(sizes) == 3 and all(
        isinstance(one, numbers.Integral) and not isinstance(one, bool) and int(one) > 0
        for one in sizes
    )
    if not good:
        raise ValueError(
            "`input_shape` must be three positive integers (height, width, channels); "
            f"got {shape!r}"
        )
    return int(sizes[0]), int(sizes[1]), int(sizes[2])


def check_window(name: str, window: int, size: int, layer: str) -> None:
    """Refuse a kernel or pooling window that is larger than what it slides over."""
    if window > size:
        raise ValueError(
            f"`{name}` must be at most {size}, the smaller side of what {layer} receives; "
            f"got {window}"
        )
