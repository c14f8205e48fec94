"""A Keras model as the steps that a page computes by itself, layer by layer, on one image.

Each layer of a row becomes one step: a sum of products (a convolution, a dense layer), a scale and
a shift (batch normalisation in inference, rescaling), a pooling, an activation, or a change of
shape. What a page has no step for is refused with the layer's name: a page that computed something
else than the model would be worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.callbacks.layers import measured_layers
from kit.checks import shown
from kit.training.chains import layers_in_a_row

__all__ = ["SHOWN_LAYERS", "LayerStep", "Packed", "read_steps"]

LayerStep: TypeAlias = "dict[str, object]"
"""What a page reads of one layer: JSON, with places in the block of weights."""

_layers = keras.layers

SHOWN_LAYERS = (
    "Conv2D, DepthwiseConv2D, Dense, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, "
    "GlobalMaxPooling2D, Flatten, Reshape to a vector, ZeroPadding2D, Activation, ReLU, LeakyReLU, "
    "ELU, Softmax, BatchNormalization, Rescaling, Normalization and Dropout"
)
"""In words, for who asks for another one."""

_IN_INFERENCE_NOTHING = (
    _layers.Dropout, _layers.SpatialDropout2D, _layers.GaussianNoise, _layers.GaussianDropout,
    _layers.AlphaDropout, _layers.ActivityRegularization, _layers.Identity,
)  # fmt: skip
_PLAIN_ACTIVATIONS = (
    "linear", "sigmoid", "tanh", "elu", "selu", "gelu", "softplus", "softsign", "silu",
    "exponential", "hard_sigmoid", "softmax",
)  # fmt: skip


class Packed:
    """Arrays one after the other in a block of float32, each with its place."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.values = 0

    def add(self, values: object) -> dict[str, int]:
        """Keep an array: {"at": its first number, "size": how many}."""
        array = np.asarray(values, "<f4").ravel()
        place = {"at": self.values, "size": int(array.size)}
        self.arrays.append(array)
        self.values += array.size
        return place

    def block(self) -> np.ndarray:
        """All numbers, little-endian float32."""
        return np.concatenate([np.zeros(0, "<f4"), *self.arrays])


def read_steps(model: keras.Model, shape: tuple[int, ...], packed: Packed) -> list[LayerStep]:
    """The steps of a model, for images of one shape.

    Parameters
    ----------
    model
        Built; a row of layers, each of which takes what the one before it made.
    shape
        (height, width, channels) of an image.
    packed
        Where weights are kept.

    Raises
    ------
    ValueError
        For a layer that a page has no step for, and for layers that are in no row; by name.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> steps = read_steps(build_toy_convnet(), (28, 28, 1), Packed())
    >>> [(step["name"], step["op"], step["shape"]) for step in steps][:2]
    [('conv1', 'convolution', [26, 26, 2]), ('conv2', 'convolution', [24, 24, 2])]
    """
    layers, end = layers_in_a_row(model)
    if end:
        raise ValueError(
            "`model` must be a row of layers, each of which takes what the one before it made; "
            f"got {model.name!r}, whose row ends at {end[0]!r}: {end[1]}"
        )
    names = {id(one.layer): one.name for one in measured_layers(model) if one.layer is not None}
    steps: list[LayerStep] = []
    for layer in layers:
        if isinstance(layer, _layers.InputLayer):
            continue
        made = tuple(layer.compute_output_shape((None, *shape)))[1:]
        try:
            step = _step(layer, shape, made, packed)
        except _NotShown as reason:
            raise ValueError(
                f"`model` must be made of layers that a page can compute: {SHOWN_LAYERS}; got "
                f"{names.get(id(layer), layer.name)!r}, {reason}"
            ) from None
        common = {"name": names.get(id(layer), layer.name), "kind": type(layer).__name__}
        sizes = {"input": list(shape), "shape": list(made), "parameters": layer.count_params()}
        steps.append({**common, **sizes, **step})
        shape = made
    return steps


class _NotShown(Exception):
    """Raised with what a layer is, after its name."""


def _step(layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed) -> LayerStep:
    kind = type(layer)
    if getattr(layer, "data_format", "channels_last") == "channels_first":
        raise _NotShown("whose channels come first")
    if getattr(layer, "lora_enabled", False) or getattr(layer, "quantization_mode", None):
        raise _NotShown("whose kernel is adapted or quantized")
    if kind in _IN_INFERENCE_NOTHING:
        return {"op": "same"}
    if kind is _layers.Flatten or (kind is _layers.Reshape and len(made) == 1):
        return {"op": "flatten"}
    maker = _MAKERS.get(kind)
    if maker is None:
        raise _NotShown(f"a {kind.__name__}")
    return maker(layer, shape, made, packed)


def _convolution(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    kernel = np.asarray(keras.ops.convert_to_numpy(layer.kernel))
    groups = int(getattr(layer, "groups", 1))
    if type(layer) is _layers.DepthwiseConv2D:
        groups = shape[-1]
        kernel = kernel.reshape(*kernel.shape[:2], 1, -1)  # (h, w, channels, m): m maps of each
    sides = _sides(layer, kernel.shape[:2], shape, made)
    return _products(layer, kernel, packed) | sides | {"op": "convolution", "groups": groups}


def _dense(layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed) -> LayerStep:
    kernel = np.asarray(keras.ops.convert_to_numpy(layer.kernel))
    if len(shape) == 1:
        return {"op": "dense", **_products(layer, kernel, packed)}
    if len(shape) != 3:
        raise _NotShown(f"a Dense layer on what has the shape {shape}")
    # a dense layer on maps is a convolution that looks at one place
    alone = {"strides": [1, 1], "dilation": [1, 1], "pad": [0, 0], "groups": 1}
    return {"op": "convolution", **_products(layer, kernel[None, None], packed), **alone}


def _products(layer: Any, kernel: np.ndarray, packed: Packed) -> LayerStep:
    step: LayerStep = {"kernel": packed.add(kernel), "kernelShape": list(kernel.shape)}
    if getattr(layer, "bias", None) is not None:
        step["bias"] = packed.add(keras.ops.convert_to_numpy(layer.bias))
    return step | {"activation": _activation(layer.activation)}


def _sides(
    layer: Any, window: tuple[int, ...], shape: tuple[int, ...], made: tuple[int, ...]
) -> LayerStep:
    """How a window slides; zeros before the first row and column, as TensorFlow pads."""
    strides = _pair(layer.strides)
    dilation = _pair(getattr(layer, "dilation_rate", 1))
    pad = [0, 0]
    if layer.padding == "same":
        for axis in (0, 1):
            reach = (made[axis] - 1) * strides[axis] + (window[axis] - 1) * dilation[axis] + 1
            pad[axis] = max(0, reach - shape[axis]) // 2
    return {"strides": strides, "dilation": dilation, "pad": pad}


def _pool(how: str) -> Callable[..., LayerStep]:
    def make(
        layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
    ) -> LayerStep:
        window = _pair(layer.pool_size)
        return {"op": how, "window": window, **_sides(layer, tuple(window), shape, made)}

    return make


def _whole(how: str) -> Callable[..., LayerStep]:
    def make(
        layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
    ) -> LayerStep:
        sides = {"strides": [1, 1], "dilation": [1, 1], "pad": [0, 0]}
        return {"op": how, "window": list(shape[:2]), **sides}

    return make


def _padding(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    (top, _), (left, _) = layer.padding
    return {"op": "padding", "pad": [int(top), int(left)]}


def _batch_normalization(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    axis = layer.axis if isinstance(layer.axis, int) else next(iter(layer.axis))
    if axis not in (-1, len(shape)):
        raise _NotShown(f"which normalises along axis {axis}, not along channels")
    mean, variance = (
        keras.ops.convert_to_numpy(one).astype(float)
        for one in (layer.moving_mean, layer.moving_variance)
    )
    gamma = 1.0 if layer.gamma is None else keras.ops.convert_to_numpy(layer.gamma)
    beta = 0.0 if layer.beta is None else keras.ops.convert_to_numpy(layer.beta)
    return _normalized(mean, np.sqrt(variance + layer.epsilon), gamma, beta, packed)


def _normalization(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    if layer.invert:
        raise _NotShown("a Normalization that is inverted")
    mean, variance = (
        np.asarray(keras.ops.convert_to_numpy(one), float) for one in (layer.mean, layer.variance)
    )
    if mean.size not in (1, shape[-1]):
        raise _NotShown("a Normalization of each pixel by itself")
    mean, variance = (np.broadcast_to(one.ravel(), shape[-1]) for one in (mean, variance))
    deviation = np.maximum(np.sqrt(variance), keras.backend.epsilon())
    return _normalized(mean, deviation, 1.0, 0.0, packed)


def _normalized(mean: Any, deviation: Any, gamma: Any, beta: Any, packed: Packed) -> LayerStep:
    gamma, beta = (np.broadcast_to(np.asarray(one, float), mean.shape) for one in (gamma, beta))
    scale = gamma / deviation
    parts = {"mean": mean, "deviation": deviation, "gamma": gamma, "beta": beta}
    step: LayerStep = {"op": "scale", "scale": packed.add(scale)}
    step["shift"] = packed.add(beta - mean * scale)
    return step | {"parts": {name: packed.add(one) for name, one in parts.items()}}


def _rescaling(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    arrays = [np.asarray(one, float).ravel() for one in (layer.scale, layer.offset)]
    if any(one.size not in (1, shape[-1]) for one in arrays):
        raise _NotShown("a Rescaling of each pixel by itself")
    scale, shift = (np.broadcast_to(one, shape[-1]) for one in arrays)
    return {"op": "scale", "scale": packed.add(scale), "shift": packed.add(shift)}


def _activation_layer(
    layer: Any, shape: tuple[int, ...], made: tuple[int, ...], packed: Packed
) -> LayerStep:
    of_layer = type(layer) is not _layers.Activation
    return {"op": "activation", "activation": _activation(layer if of_layer else layer.activation)}


def _activation(function: Any) -> Mapping[str, object]:
    """An activation by name and numbers, be it a function or a layer."""
    kind = type(function)
    if kind is _layers.ReLU:
        most = function.max_value
        return _rectifier(function.negative_slope, most, function.threshold)
    if kind is _layers.LeakyReLU:
        return _rectifier(float(function.negative_slope))
    if kind is _layers.ELU:
        return {"name": "elu", "alpha": float(function.alpha)}
    if kind is _layers.Softmax:
        if function.axis != -1:
            raise _NotShown(f"a softmax along axis {function.axis}")
        return {"name": "softmax"}
    if kind is _layers.Activation:
        return _activation(function.activation)
    known: dict[Callable[..., Any], Mapping[str, object]] = {
        keras.activations.relu: _rectifier(0.0),
        keras.activations.relu6: _rectifier(0.0, 6.0),
        keras.activations.leaky_relu: _rectifier(0.2),
    }
    known |= {getattr(keras.activations, name): {"name": name} for name in _PLAIN_ACTIVATIONS}
    if function is None:
        return {"name": "linear"}
    try:
        return known[function]
    except (KeyError, TypeError):
        name = getattr(function, "__name__", None) or shown(function)
        raise _NotShown(f"whose activation {name} is none that a page knows") from None


def _rectifier(slope: float, most: float | None = None, threshold: float = 0.0) -> LayerStep:
    """ReLU and leaky ReLU: z above the threshold, at most `most`; below it, slope times (z - t)."""
    numbers: LayerStep = {"slope": float(slope), "threshold": float(threshold)}
    return {"name": "relu", **numbers, "most": None if most is None else float(most)}


def _pair(value: Any) -> list[int]:
    return [int(value)] * 2 if isinstance(value, int) else [int(one) for one in value]


_MAKERS: dict[type, Callable[..., LayerStep]] = {
    _layers.Conv2D: _convolution,
    _layers.DepthwiseConv2D: _convolution,
    _layers.Dense: _dense,
    _layers.MaxPooling2D: _pool("largest"),
    _layers.AveragePooling2D: _pool("mean"),
    _layers.GlobalAveragePooling2D: _whole("mean"),
    _layers.GlobalMaxPooling2D: _whole("largest"),
    _layers.ZeroPadding2D: _padding,
    _layers.BatchNormalization: _batch_normalization,
    _layers.Normalization: _normalization,
    _layers.Rescaling: _rescaling,
    **dict.fromkeys(
        (_layers.Activation, _layers.ReLU, _layers.LeakyReLU, _layers.ELU, _layers.Softmax),
        _activation_layer,
    ),
}
