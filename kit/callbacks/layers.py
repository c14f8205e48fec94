"""Which layers of a model are measured, under which names, and how they are listened to.

A layer is named by its path from the model (``encoder/dense_1``). What a layer computes is heard
at two places: its attribute ``activation``, replaced while listening by a function that notes its
input (z) and its output, and the call of the activation layers of Keras. Both are put back when
listening ends, whatever happened; nothing stays on the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.checks import check_name, named

__all__ = [
    "Listener",
    "MeasuredLayer",
    "asked_layer",
    "asked_layers",
    "call_names",
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
    """A layer that is measured: where it is, which kernel it has, whether it can be heard.

    Attributes
    ----------
    name
        Path of the layer.
    layer
        The Keras layer; None for the second and further kernels of one.
    kernel
        The variable whose values are its weights, or None.
    """

    name: str
    layer: keras.layers.Layer | None = None
    kernel: keras.Variable | None = None


@dataclass
class Note:
    """What one call of a layer computed: tensors (samples, ...)."""

    z: tf.Tensor
    activation: tf.Tensor


@dataclass
class Listener:
    """Notes, while it listens, the z and activation of every call of the layers given."""

    layers: list[MeasuredLayer]
    tape: tf.GradientTape | None = None
    notes: dict[str, list[Note]] = field(default_factory=dict)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Replace what is listened to, and put it back at the end."""
        self._graph = keras_internals.current_graph()
        heard = [
            (one.layer, place, self._noting(one.name, getattr(one.layer, place)))
            for one in self.layers
            if one.layer is not None
            for place in [_heard_at(one.layer)]
            if place is not None
        ]
        with keras_internals.replaced(heard):
            yield self

    def _noting(self, name: str, function: Any) -> Any:
        def noted(z: Any, *args: Any, **kwargs: Any) -> Any:
            if not _is_float(z) or self._is_elsewhere():
                return function(z, *args, **kwargs)
            if self.tape is not None:
                self.tape.watch(z)
            activation = function(z, *args, **kwargs)
            if _is_float(activation):
                self.notes.setdefault(name, []).append(Note(z, activation))
            return activation

        return noted

    def _is_elsewhere(self) -> bool:
        """Whether this call happens in a graph of its own, as in a loop: no tensor gets out."""
        here = keras_internals.current_graph()
        return here is not self._graph


def measured_layers(model: keras.Model) -> list[MeasuredLayer]:
    """The layers of `model` that have a kernel or an activation, in order.

    A layer used twice is listed once. Its kernel is the attribute ``kernel``, else its first own
    variable of two or more dimensions; further ones (``recurrent_kernel`` of an LSTM) get an
    entry of their own, ``lstm/recurrent_kernel``.
    """
    found: list[MeasuredLayer] = []
    seen: set[int] = set()
    names: set[str] = set()

    def visit(layer: Any, path: str, loops: bool) -> None:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        path = path if layer is model else unused_name(path, names)
        loops = loops or isinstance(layer, keras.layers.RNN)
        below = _sublayers(layer)
        kernels = _own_kernels(layer, below)
        heard = not loops and _heard_at(layer) is not None
        if layer is not model and (kernels or heard):
            first = kernels[0] if kernels else None
            found.append(MeasuredLayer(path, layer if heard else None, first))
            found.extend(
                MeasuredLayer(unused_name(f"{path}/{kernel.name}", names), None, kernel)
                for kernel in kernels[1:]
            )
        for child in below:
            # the cell of a recurrent layer is that layer, to a student
            is_cell = isinstance(layer, keras.layers.RNN) and child is layer.cell
            inside = "" if layer is model else path + "/"
            names.discard(path) if is_cell else None
            visit(child, path if is_cell else inside + child.name, loops)

    visit(model, model.name, False)
    return found


def _heard_at(layer: Any) -> str | None:
    """The attribute at which a layer's z is heard."""
    if isinstance(layer, keras.layers.RNN):
        return None
    if callable(getattr(layer, "activation", None)):
        return "activation"
    return "call" if isinstance(layer, ACTIVATION_LAYERS) else None


def _sublayers(layer: Any) -> list[Any]:
    """Layers directly inside, but not one that is the layer's activation."""
    activation = getattr(layer, "activation", None)
    return [
        child
        for child in keras_internals.sublayers(layer)
        if child is not activation and not isinstance(child, keras.metrics.Metric)
    ]


def _own_kernels(layer: Any, below: list[Any]) -> list[Any]:
    """Own variables of two or more dimensions, ``kernel`` first; biases and slopes are none."""
    if isinstance(layer, ACTIVATION_LAYERS):
        return []
    theirs = {id(weight) for child in below for weight in child.weights}
    activation = getattr(layer, "activation", None)
    if isinstance(activation, keras.layers.Layer):
        theirs |= {id(weight) for weight in activation.weights}
    own = [
        weight
        for weight in layer.weights
        if id(weight) not in theirs
        and len(weight.shape) >= 2
        and "bias" not in weight.name
        and keras.backend.is_float_dtype(weight.dtype)
    ]
    return sorted(own, key=lambda weight: weight.name != "kernel")


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


def _is_float(value: Any) -> bool:
    return tf.is_tensor(value) and isinstance(value, tf.Tensor) and value.dtype.is_floating
