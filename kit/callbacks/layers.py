"""Which layers a model is made of, under which names, and which kernels they have.

A layer is named by its path from the model (``encoder/dense_1``), and so is an operation of
``keras.ops`` in a functional graph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.checks import check_name, named

__all__ = [
    "ACTIVATION_LAYERS",
    "MeasuredLayer",
    "asked_layer",
    "asked_layers",
    "call_names",
    "effective_kernel",
    "measured_layers",
    "unused_name",
]

ACTIVATION_LAYERS = (
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Softmax,
)


@dataclass
class MeasuredLayer:
    """A layer, or an operation of a functional graph, that can be measured.

    Attributes
    ----------
    name
        Path of the layer.
    layer
        What is listened to; None for the second and further kernels of one.
    kernel
        The variable whose values are its weights, or None.
    loops
        Whether it is, or lies in, a recurrent layer, whose steps run in a loop.
    """

    name: str
    layer: keras.Operation | None = None
    kernel: keras.Variable | None = None
    loops: bool = False

    @property
    def plain_kernel(self) -> keras.Variable | None:
        """The kernel, where it alone is what z is made with: not with LoRA."""
        return None if getattr(self.layer, "lora_enabled", False) else self.kernel

    @property
    def variable(self) -> tf.Variable:
        """TensorFlow's variable of the kernel, of a layer that has one."""
        assert self.kernel is not None  # the caller looked
        return self.kernel.value

    @property
    def is_activation(self) -> bool:
        """Whether it is one of Keras's activation layers."""
        return isinstance(self.layer, ACTIVATION_LAYERS)

    @property
    def says_activation(self) -> bool:
        """Whether it says by itself that it has an activation."""
        return self.is_activation or callable(getattr(self.layer, "activation", None))


def measured_layers(model: keras.Model) -> list[MeasuredLayer]:
    """All that `model` is made of, in order, the model itself last.

    A layer used twice is listed once. Its kernel is the attribute ``kernel``, else its first own
    trained variable of two or more dimensions; further ones (``recurrent_kernel`` of an LSTM) get
    an entry of their own, ``lstm/recurrent_kernel``.
    """
    found: list[MeasuredLayer] = []
    seen: set[int] = {id(model)}
    names: set[str] = set()

    def add(layer: Any, path: str, loops: bool) -> None:
        kernels = _own_kernels(layer)
        first = kernels[0] if kernels else None
        found.append(MeasuredLayer(path, layer, first, loops))
        found.extend(
            MeasuredLayer(unused_name(f"{path}/{kernel.name}", names), None, kernel)
            for kernel in kernels[1:]
        )

    def visit(layer: Any, path: str, loops: bool) -> None:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        path = unused_name(path, names)
        loops = loops or isinstance(layer, keras.layers.RNN)
        add(layer, path, loops)
        for child in sublayers(layer):
            # the cell of a recurrent layer is that layer, to a student
            is_cell = isinstance(layer, keras.layers.RNN) and child is layer.cell
            names.discard(path) if is_cell else None
            visit(child, path if is_cell else f"{path}/{child.name}", loops)

    for child in sublayers(model):
        visit(child, child.name, False)
    add(model, unused_name(model.name, names), False)
    return found


def sublayers(layer: keras.Operation) -> list[Any]:
    """Layers directly inside, but not one that is the layer's activation."""
    activation = getattr(layer, "activation", None)
    return [
        child
        for child in keras_internals.sublayers(layer)
        if child is not activation
        and not isinstance(child, (keras.metrics.Metric, keras.layers.InputLayer))
    ]


def effective_kernel(one: MeasuredLayer) -> tf.Tensor | tf.Variable:
    """The kernel that z is made with: the variable's value, or with LoRA the sum of both parts."""
    if one.plain_kernel is None:
        for name in ("kernel", "embeddings"):
            if hasattr(one.layer, name):
                return getattr(one.layer, name)
    return one.variable


def _own_kernels(layer: Any) -> list[keras.Variable]:
    """Own trained variables of two or more dimensions, ``kernel`` first.

    None that it has from a layer inside of it, as wrappers have their layer's kernel.
    No biases, slopes and scales of a normalization; no parts of LoRA, whose sum with the frozen
    kernel is one; nothing of a quantized layer, whose kernel is in whole numbers.
    """
    quantized = getattr(layer, "quantization_mode", None) not in (None, "float8")
    if quantized or isinstance(layer, ACTIVATION_LAYERS):
        return []
    inner = {id(v) for one in sublayers(layer) for v in keras_internals.own_trainable(one)}
    own = [
        variable
        for variable in keras_internals.own_trainable(layer)
        if len(variable.shape) >= 2
        and id(variable) not in inner
        and not any(part in variable.name for part in _NO_KERNELS)
        and keras.backend.is_float_dtype(variable.dtype)
    ]
    return sorted(own, key=lambda variable: variable.name != "kernel")


_NO_KERNELS = ("bias", "beta", "gamma", "lora_")


def unused_name(name: str, names: set[str]) -> str:
    """`name`, or ``name#2`` and so on where two layers have the same."""
    unused, k = name, 1
    while unused in names:
        k += 1
        unused = f"{name}#{k}"
    names.add(unused)
    return unused


def call_names(name: str, calls: int, layers: Collection[str]) -> list[str]:
    """The names of a layer's calls: the layer's own for one, else ``name[1]``, ``name[2]``, ...

    Parameters
    ----------
    name
        The layer's.
    calls
        How many there were.
    layers
        Names of all layers; where one of them reads like a call, the call is ``name[1]#2``.

    Examples
    --------
    >>> call_names("h", 1, ["h"]), call_names("h", 2, ["h", "h[2]"])
    (['h'], ['h[1]', 'h[2]#2'])
    """
    if calls == 1:
        return [name]
    taken = set(layers)
    return [unused_name(f"{name}[{call + 1}]", taken) for call in range(calls)]


def asked_layer(name: str, layers: Collection[str]) -> str:
    """The layer that a name asks for: the one of exactly this name, else the one so called.

    Examples
    --------
    >>> asked_layer("h[2]", ["h"]), asked_layer("h[2]", ["h", "h[2]"]), asked_layer("a[b]", ["a"])
    ('h', 'h[2]', 'a[b]')
    """
    return name if name in layers else re.sub(r"\[\d+\](#\d+)?$", "", name)


def asked_layers(names: str | Sequence[str], layers: Sequence[str]) -> list[str]:
    """The names that were asked for, if each is a layer's or could be that of a layer's call.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        As `kit.checks.chosen_names`.
    """
    found = named("layers", names)
    for name in found:
        if asked_layer(name, layers) not in layers:
            check_name("layers", name, layers, " of the model")
    return found
