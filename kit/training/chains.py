"""A Keras model as the chain of steps that theory follows, from its input to where it stops.

A chain is a sequential model, or a functional one in which each layer takes what the one before it
made and nothing else does. Of each layer it is told what it does to second moments; where that is
not known, or paths meet, the chain ends, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from kit.callbacks.layers import measured_layers
from kit.stats.local_kernels import Window
from kit.stats.nonlinearities import NONLINEARITIES, Nonlinearity, leaky, nonlinearity
from kit.stats.propagation import Activate, Normalize, Scale, Step, Weigh
from kit.training.independence import Variance, weight_variance

__all__ = ["Chain", "layers_in_a_row", "reach", "read_chain"]

MOST_PLACES = 4096
"""Of a picture, that are told apart; of larger ones theory has means over the places."""

_CONVOLUTIONS = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)
_AS_IT_IS = (keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Reshape)
_OF_DATA = (*_AS_IT_IS, keras.layers.Rescaling, keras.layers.Normalization)

_WHY: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (keras.layers.Softmax, "softmax looks at all units at once"),
    (
        (keras.layers.MaxPooling1D, keras.layers.MaxPooling2D, keras.layers.MaxPooling3D,
         keras.layers.GlobalMaxPooling1D, keras.layers.GlobalMaxPooling2D),
        "it takes the largest of values that depend on each other",
    ),
    (
        (keras.layers.AveragePooling1D, keras.layers.AveragePooling2D,
         keras.layers.GlobalAveragePooling1D, keras.layers.GlobalAveragePooling2D),
        "it averages places, and theory does not know how these go together",
    ),
    (keras.layers.RNN, "recurrent: the same weights act at every step"),
    ((keras.layers.MultiHeadAttention, keras.layers.Attention),
     "attention: it multiplies what is computed by what is computed"),
    (keras.layers.LayerNormalization, "it divides each sample by its own size"),
    (keras.layers.Embedding, "its rows are chosen, not summed"),
)  # fmt: skip


@dataclass
class Chain:
    """What theory can follow of a model.

    Attributes
    ----------
    steps
        In order.
    first
        Layers before the first step: what they do, they do to the data.
    stops
        By layer, why the chain ends; at most one.
    doubts
        By layer, why its weights are not independent draws.
    convolution
        The first layer with weights, where it is one.
    whole
        Whether it comes to the last layer that has weights.
    """

    steps: list[Step] = field(default_factory=list)
    first: list[keras.layers.Layer] = field(default_factory=list)
    stops: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    convolution: keras.layers.Layer | None = None
    whole: bool = False


class _Unknown(Exception):
    """Raised with the reason why a layer ends the chain."""


def read_chain(model: keras.Model, weights: str, training: bool) -> Chain:
    """The chain of a model.

    Parameters
    ----------
    model
        Built.
    weights
        ``"drawn"`` or ``"now"``.
    training
        Whether dropout and batch normalisation behave as in training.
    """
    names = {id(one.layer): one.name for one in measured_layers(model) if one.layer is not None}
    layers, why = layers_in_a_row(model)
    chain = Chain()
    seen: list[np.ndarray] = []
    for layer in layers:
        name = names.get(id(layer), layer.name)
        if not chain.steps and isinstance(layer, _OF_DATA):
            chain.first.append(layer)
            continue
        try:
            _add(chain, layer, name, weights, training, seen)
        except _Unknown as error:
            chain.stops[name] = str(error)
            break
    else:
        if why:
            chain.stops[why[0]] = why[1]
    weighty = [names.get(id(one)) for one in layers if getattr(one, "kernel", None) is not None]
    known = [one.name for one in chain.steps if isinstance(one, Weigh)]
    chain.whole = why is None and bool(known) and known[-1] == weighty[-1]
    return chain


def layers_in_a_row(model: keras.Model) -> tuple[list[Any], tuple[str, str] | None]:
    """Layers one behind the other, those of models inside too; where and why they end.

    Parameters
    ----------
    model
        Built.

    Returns
    -------
    layers, end
        Keras's layers, inputs among them; the name of the layer at which the row breaks off and
        the reason, or None.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> layers, end = layers_in_a_row(build_toy_convnet())
    >>> [layer.name for layer in layers], end
    (['conv1', 'conv2', 'pool', 'flatten', 'o'], None)
    """
    if isinstance(model, keras.Sequential):
        layers = list(model.layers)
        outputs: list[Any] = []
    elif keras.models.Model is not type(model) and not _is_functional(model):
        return [], (model.name, "a model with a `call` of its own: which way it goes is not known")
    else:
        layers, outputs = list(model.layers), [None]
    found: list[Any] = []
    before: Any = None
    for layer in layers:
        if outputs and not isinstance(layer, keras.layers.InputLayer):
            try:
                taken, made = layer.input, layer.output
            except (ValueError, AttributeError):
                return found, (layer.name, "it is used more than once")
            if isinstance(taken, (list, tuple, dict)) or taken is not before:
                return found, (layer.name, "two paths meet here, or part before it")
            before = made
        elif outputs:
            if before is not None:
                return found, (layer.name, "the model has several inputs")
            before = layer.output if not isinstance(layer.output, list) else layer.output[0]
        if isinstance(layer, keras.Model):
            inner, why = layers_in_a_row(layer)
            found += inner
            if why:
                return found, why
        else:
            found.append(layer)
    return found, None


def _is_functional(model: keras.Model) -> bool:
    return isinstance(model, keras.Model) and hasattr(model, "operations")


def _add(
    chain: Chain, layer: Any, name: str, weights: str, training: bool, seen: list[np.ndarray]
) -> None:
    """Add what a layer does; `_Unknown` where that is not known."""
    for kinds, why in _WHY:
        if isinstance(layer, kinds):
            raise _Unknown(why)
    if isinstance(layer, (keras.layers.Dense, *_CONVOLUTIONS)):
        variance = weight_variance(layer, weights, seen)
        if variance.doubt:
            chain.doubts[name] = variance.doubt
        is_dense = isinstance(layer, keras.layers.Dense)
        step = _dense(layer, name, variance) if is_dense else _convolution(layer, name, variance)
        if not is_dense and not any(isinstance(one, Weigh) for one in chain.steps):
            chain.convolution = layer
        chain.steps.append(step)
        chain.steps += _activations(layer.activation, name)
    elif isinstance(layer, keras.layers.Dropout):
        if training and layer.rate:
            chain.steps.append(Scale(name, 1.0, 1 / (1 - layer.rate)))
    elif isinstance(layer, keras.layers.BatchNormalization):
        chain.steps.append(_normalization(layer, name, training))
    elif not isinstance(layer, _AS_IT_IS):
        f = _of_layer(layer)
        if f is None:
            raise _Unknown(f"theory does not know what a {type(layer).__name__} does to it")
        if not _is_sum(chain.steps):
            raise _Unknown("it takes what an activation made, which is not normally distributed")
        chain.steps.append(Activate(name, f))


def _is_sum(steps: list[Step]) -> bool:
    """Whether what is there now is a sum of many, weighted."""
    for step in reversed(steps):
        if isinstance(step, Weigh):
            return True
        if isinstance(step, Activate) and step.f.below != 1:
            return False
    return False


def _dense(layer: Any, name: str, variance: Variance) -> Weigh:
    fan_in, units = map(int, layer.kernel.shape)
    gain, back = fan_in * variance.weight, units * variance.weight
    sides = layer.output.shape[1:-1]  # of a row or a picture, at each place of which it acts
    places = 0 if None in sides else math.prod(sides)
    window = None
    if 1 < places <= MOST_PLACES:
        window = Window(np.arange(places)[:, None], places, gain, back)
    std = math.sqrt(variance.weight)
    return Weigh(name, gain, back, variance.bias, units, fan_in, places, std, window)


def _convolution(layer: Any, name: str, variance: Variance) -> Weigh:
    """Inputs that a place reaches are fewer at the edges, where padding is: their mean."""
    *kernel, depth, filters = map(int, layer.kernel.shape)
    sides = layer.input.shape[1:-1]
    if None in sides:
        raise _Unknown("its input has no fixed size")
    inputs, places = math.prod(sides), math.prod(layer.output.shape[1:-1])
    gain, back = variance.weight * depth, variance.weight * filters / layer.groups  # of one tap
    window = None
    if max(places, inputs) <= MOST_PLACES:
        window = Window(_looks(layer), inputs, gain, back)
    seen = math.prod(float((one >= 0).sum()) for one in _looks_by_side(layer))
    fan_in, std = depth * math.prod(kernel), math.sqrt(variance.weight)
    means = gain * seen / places, back * seen / inputs
    return Weigh(name, *means, variance.bias, filters, fan_in, places, std, window)


def reach(layer: keras.layers.Layer) -> np.ndarray:
    """How often a convolution looks at each place of what it takes, over the mean.

    Returns
    -------
    ndarray
        Of the shape of what it takes, less samples and channels.
    """
    found = np.ones(())
    for size, looks in zip(layer.input.shape[1:-1], _looks_by_side(layer), strict=True):
        along = np.bincount(looks[looks >= 0], minlength=size)
        found = found[..., None] * along / along.mean()
    return found


def _looks(layer: Any) -> np.ndarray:
    """As `Window.looks`, of a convolution."""
    found = np.zeros((1, 1), int)
    for size, along in zip(layer.input.shape[1:-1], _looks_by_side(layer), strict=True):
        outside = (found < 0)[:, None, :, None] | (along < 0)[:, None]
        joined = found[:, None, :, None] * size + along[:, None]
        found = np.where(outside, -1, joined).reshape(len(found) * len(along), -1)
    return found


def _looks_by_side(layer: Any) -> list[np.ndarray]:
    """Of each side, by place and tap, the place that is looked at; -1 outside."""
    sides = (layer.input.shape[1:-1], layer.kernel_size, layer.strides, layer.dilation_rate)
    return [_looks_along(*one, layer.padding) for one in zip(*sides, strict=True)]


def _looks_along(size: int, window: int, stride: int, dilation: int, padding: str) -> np.ndarray:
    whole = (window - 1) * dilation + 1
    places = -(-size // stride) if padding in ("same", "causal") else (size - whole) // stride + 1
    before = 0
    if padding == "same":
        before = max((places - 1) * stride + whole - size, 0) // 2
    elif padding == "causal":
        before = whole - 1
    found = np.arange(places)[:, None] * stride - before + dilation * np.arange(window)
    return np.where((found >= 0) & (found < size), found, -1)


def _activations(activation: Any, name: str) -> list[Step]:
    f = _of_layer(activation) if isinstance(activation, keras.layers.Layer) else _of(activation)
    if f is None:
        word = getattr(activation, "__name__", type(activation).__name__)
        if word == "softmax":
            return [Activate(name, _SOFTMAX)]
        raise _Unknown(f"theory does not know its activation {word}")
    return [Activate(name, f)]


_SOFTMAX = Nonlinearity("softmax", np.asarray, np.asarray)
"""Of an output: nothing is said of what it makes."""


def _of(activation: Callable[..., Any] | None) -> Nonlinearity | None:
    """The activation function of a layer, by name, or else as it computes float64 numbers."""
    name = getattr(activation, "__name__", "linear")
    is_keras = activation is None or getattr(keras.activations, name, None) is activation
    if is_keras and name in NONLINEARITIES:
        return NONLINEARITIES[name]
    if activation is None or name == "softmax":
        return None
    trial = np.linspace(-3, 3, 7)
    try:
        whole = _computed(activation)(trial)
        single = np.concatenate([_computed(activation)(trial[k : k + 1]) for k in range(7)])
    except Exception:  # whatever a function of someone's own raises
        return None
    if whole.shape != trial.shape or not np.allclose(whole, single, rtol=1e-12, atol=1e-12):
        return None  # it looks at several at once
    return nonlinearity(_computed(activation))


def _computed(activation: Callable[..., Any]) -> Callable[[np.ndarray], np.ndarray]:
    def function(z: np.ndarray) -> np.ndarray:
        import tensorflow as tf

        flat = tf.constant(np.ascontiguousarray(z, np.float64))
        return np.asarray(keras.ops.convert_to_numpy(activation(flat)), np.float64)

    return function


def _of_layer(layer: Any) -> Nonlinearity | None:
    """What one of Keras's activation layers does."""
    if isinstance(layer, keras.layers.Activation):
        return _of(layer.activation)
    if isinstance(layer, keras.layers.ReLU):
        plain = not layer.threshold
        if plain and layer.max_value is None:
            return leaky(float(layer.negative_slope), "relu")
        return NONLINEARITIES["relu6"] if plain and layer.max_value == 6 else None
    if isinstance(layer, keras.layers.LeakyReLU):
        return leaky(float(layer.negative_slope))
    if isinstance(layer, keras.layers.PReLU):
        slopes = np.asarray(layer.alpha)
        return leaky(float(slopes.flat[0]), "prelu", 0.0) if np.ptp(slopes) == 0 else None
    if isinstance(layer, keras.layers.ELU):
        return NONLINEARITIES["elu"] if layer.alpha == 1 else None
    return None


def _normalization(layer: Any, name: str, training: bool) -> Step:
    gamma = np.asarray(layer.gamma) if layer.scale else np.ones(1)
    beta = np.asarray(layer.beta) if layer.center else np.zeros(1)
    if training:
        return Normalize(name, float((gamma**2).mean()), float((beta**2).mean()))
    if np.any(np.asarray(layer.moving_mean)) or np.any(beta):
        raise _Unknown("it takes off means that it has learned")
    scale = gamma**2 / (np.asarray(layer.moving_variance) + layer.epsilon)
    return Scale(name, float(scale.mean()))
