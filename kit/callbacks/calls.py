"""Which call of which layer made which operations, noted while a model is called.

For that time, a layer's ``call`` is replaced by a function that notes how many operations there
were before and after, and hands on; so are the functions behind ``keras.activations``. All is put
back at the end, whatever happened. What other threads call meanwhile goes through untouched, and
is not noted.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.layers import MeasuredLayer

__all__ = ["Call", "Calls", "FunctionCall", "Key", "Operations", "is_float", "key"]

Key: TypeAlias = "str | int"
"""What stands for a tensor: its name in a graph, its identity where it has values."""


def key(tensor: tf.Tensor) -> Key:
    """What stands for a tensor."""
    return str(tensor.name) if tf.is_symbolic_tensor(tensor) else id(tensor)


class Operations(Protocol):
    """What is being done: a graph that is traced, or operations that are executed at once."""

    @property
    def version(self) -> int:
        """How many operations there are."""

    def get_operations(self) -> Sequence[Any]:
        """Them, each with type, inputs and outputs."""


@dataclass
class Call:
    """One call of a layer: the operations [begin, end), and what went in and out.

    `depth` is the number of calls that it lies in.
    """

    layer: MeasuredLayer
    depth: int
    begin: int
    end: int
    inputs: list[tf.Tensor]
    outputs: list[tf.Tensor]


@dataclass
class FunctionCall:
    """One call of an activation function: the operations [begin, end), and what it gave."""

    name: str
    begin: int
    end: int
    output: tf.Tensor


@dataclass
class Calls:
    """Notes the calls of layers in the graph that is being traced, or executed at once.

    Parameters
    ----------
    layers
        What the model is made of.
    enter
        Whether users' ``tf.function``s are run as the Python functions that they hold.
    operations
        What is being done; None is the graph that is being traced.

    Attributes
    ----------
    made
        The calls, in the order in which they began.
    functions
        The calls of Keras's activation functions that lie in no other.
    met
        Users' ``tf.function``s, entered or not: (place in the graph, name); -1 is another graph.
    elsewhere
        By layer, what its calls ran in that were in no reach: a loop, a closed function.
    """

    layers: Sequence[MeasuredLayer]
    enter: bool = True
    operations: Operations | None = None
    made: list[Call] = field(default_factory=list)
    functions: list[FunctionCall] = field(default_factory=list)
    met: list[tuple[int, str]] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def noted(self) -> Iterator[Calls]:
        """Replace what is listened to, and put it back at the end."""
        with keras_internals.LISTENING, self._replaced():
            yield self
        self.made.sort(key=lambda call: (call.begin, call.depth))

    @contextmanager
    def _replaced(self) -> Iterator[None]:
        self._graph = keras_internals.current_graph()
        self.operations = self.operations or self._graph
        self._thread = threading.get_ident()
        self._depth, self._in_function = 0, False
        places: list[tuple[Any, str, object]] = []
        for one in self.layers:
            if one.layer is None:
                continue
            name = "call" if not _is_quantized(one.layer) else "quantized_call"
            function = getattr(one.layer, name, None)
            if callable(function):
                places.append((one.layer, name, self._noting(one, function)))
        # what is computed twice to save memory is the same, and can be heard once
        held = [part for one in self.layers for part in (one.layer, _activation_of(one.layer))]
        places += keras_internals.remat_modes(held)
        with (
            keras_internals.replaced(places),
            keras_internals.activations_wrapped(self._noting_function),
            keras_internals.functions_entered(self.enter, self._note_met),
        ):
            yield

    def _noting(self, one: MeasuredLayer, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != self._thread:
                return function(*args, **kwargs)
            if not self._is_here():
                if not keras_internals.is_symbolic():  # where only shapes are asked for
                    graph = keras_internals.current_graph()
                    self.elsewhere[one.name] = keras_internals.kind_of_graph(graph)
                return function(*args, **kwargs)
            begin, depth = self._place(), self._depth
            self._depth += 1
            try:
                outputs = function(*args, **kwargs)
            finally:
                self._depth = depth
            given = _tensors((args, kwargs))
            self.made.append(Call(one, depth, begin, self._place(), given, _tensors(outputs)))
            return outputs

        return noted

    def _noting_function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            mine = threading.get_ident() == self._thread and not self._in_function
            if not mine or not self._is_here():
                return function(*args, **kwargs)
            begin, self._in_function = self._place(), True
            try:
                output = function(*args, **kwargs)
            finally:
                self._in_function = False
            if is_float(output):
                name = getattr(function, "__name__", "")
                self.functions.append(FunctionCall(name, begin, self._place(), output))
            return output

        return noted

    def _note_met(self, name: str) -> None:
        self.met.append((self._place() if self._is_here() else -1, name))

    def _is_here(self) -> bool:
        """Whether what is called now makes the operations that are noted."""
        return keras_internals.current_graph() is self._graph

    def _place(self) -> int:
        return 0 if self.operations is None else self.operations.version


def is_float(value: object) -> bool:
    """Whether a value is a tensor of floats."""
    return isinstance(value, tf.Tensor) and value.dtype.is_floating


def _tensors(structure: Any) -> list[tf.Tensor]:
    return [one for one in keras.tree.flatten(structure) if isinstance(one, tf.Tensor)]


def _activation_of(layer: Any) -> Any:
    """The layer that is given to another as its activation."""
    activation = getattr(layer, "activation", None)
    return activation if isinstance(activation, keras.layers.Layer) else None


def _is_quantized(layer: Any) -> bool:
    return getattr(layer, "quantization_mode", None) is not None
