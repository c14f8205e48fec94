"""Whatever of Keras and TensorFlow is private, and the kit uses: here and nowhere else.

Each function does one thing and says what it relies on; ``tests/test_keras_internals.py`` has a
test for each, which fails by its name where a new Keras changes it.
"""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import keras
import tensorflow as tf
from keras.src.backend import nn as backend_nn
from keras.src.backend.common import global_state, symbolic_scope
from tensorflow.python.eager import context as tf_context
from tensorflow.python.eager.polymorphic_function.polymorphic_function import Function
from tensorflow.python.framework import op_callbacks

__all__ = [
    "LISTENING",
    "Tensors",
    "activations_wrapped",
    "all_layers",
    "call_model",
    "compiled_loss",
    "current_graph",
    "eager_seeds",
    "functions_entered",
    "global_seeds_fresh",
    "global_seeds_kept",
    "handle_of",
    "home_of_call",
    "inputs_of_dataset",
    "is_of_keras",
    "is_symbolic",
    "keeps_logits",
    "kind_of_graph",
    "longest_path",
    "loss_weights",
    "operations_heard",
    "own_trainable",
    "own_variables",
    "penalties_kept",
    "remat_modes",
    "replaced",
    "run_with_captures",
    "sublayers",
    "variable_behind",
]


Operation: TypeAlias = keras.Operation
"""A layer, or an operation of ``keras.ops`` in a functional graph."""

Tensors: TypeAlias = "tf.Tensor | Sequence[Tensors] | Mapping[str, Tensors]"
"""A tensor, or a list or dict of them, as models take and return."""


@contextmanager
def replaced(places: Iterable[tuple[Operation, str, object]]) -> Iterator[None]:
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


def sublayers(layer: Operation) -> list[Operation]:
    """Layers and operations directly inside of a layer or model, in order.

    Those of a functional graph come first, ``keras.ops.relu`` in it among them, then what a
    subclass has beside it. Relies on ``Layer._flatten_layers(include_self, recursive)`` and
    ``Function.operations``.
    """
    if isinstance(layer, keras.Sequential):
        return list(layer.layers)
    graph = list(getattr(layer, "operations", ())) if isinstance(layer, keras.Model) else []
    seen = {id(one) for one in graph}
    inside = getattr(layer, "_flatten_layers", None)
    beside = [] if inside is None else inside(include_self=False, recursive=False)
    return graph + [one for one in beside if id(one) not in seen]


def all_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """A model and every layer in it. Relies on ``Layer._flatten_layers``."""
    return list(model._flatten_layers())


def is_of_keras(thing: object) -> bool:
    """Whether Keras made a class or function, or the class of an object.

    Relies on Keras's own modules lying in ``keras.src``.
    """
    home = getattr(thing, "__module__", None) or type(thing).__module__
    return str(home).startswith("keras.src.")


def own_variables(layer: keras.layers.Layer) -> list[keras.Variable]:
    """All variables that a layer made for itself, as ``Model.variables`` orders them.

    Relies on ``Layer.variables`` of a layer without layers in it.
    """
    return list(layer.variables)


def loss_weights(model: keras.Model) -> object:
    """What was compiled as ``loss_weights``. Relies on ``Trainer._compile_loss``."""
    return getattr(model._compile_loss, "_user_loss_weights", None)


LISTENING = threading.RLock()
"""Held by the thread that replaces what is called: two would put back what the other had put."""


def own_trainable(layer: Operation) -> list[keras.Variable]:
    """Variables that a layer made for itself to be trained, frozen now or not.

    Relies on ``Layer._trainable_variables``, which has no statistics, scales of quantized kernels
    or vectors of a power iteration.
    """
    return list(getattr(layer, "_trainable_variables", ()))


@contextmanager
def penalties_kept(layers: Iterable[Operation]) -> Iterator[None]:
    """Keep the losses that layers collected in calls of others, whatever is called in here.

    Relies on ``Layer._losses`` and ``Layer._loss_ids``.
    """
    names = ("_losses", "_loss_ids")
    kept = [
        (found, found.copy())
        for layer in layers
        for found in (vars(layer).get(name) for name in names)
        if found is not None
    ]
    try:
        yield
    finally:
        for now, before in kept:
            now.clear()
            (now.update if isinstance(now, set) else now.extend)(before)


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


def is_symbolic() -> bool:
    """Whether Keras calls a layer only to learn the shape of its output.

    Relies on ``keras.src.backend.common.symbolic_scope``.
    """
    return symbolic_scope.in_symbolic_scope()


def kind_of_graph(graph: tf.Graph | None) -> str:
    """What a graph inside of the one that is being traced is the body of, in words.

    Relies on the names of TensorFlow's classes of graphs, and on ``FuncGraph.name``.
    """
    kind = type(graph).__name__
    if "While" in kind:
        return "a loop"
    if "Cond" in kind:
        return "a condition"
    return f"the closed function {getattr(graph, 'name', '')}".rstrip()


@contextmanager
def functions_entered(enter: bool, met: Callable[[str], None]) -> Iterator[None]:
    """While tracing in this thread, run users' ``tf.function`` as the Python functions they hold.

    Keras's own stay closed, and so does every one with ``enter=False``; other threads see no
    change. Relies on ``Function.__call__`` being looked up on the class, and on
    ``python_function``.

    Parameters
    ----------
    enter
        Whether to.
    met
        Is told the name of each before it runs.
    """
    mine, call = threading.get_ident(), Function.__call__

    @functools.wraps(call)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        python = self.python_function
        theirs = str(getattr(python, "__module__", "")).startswith(("keras.", "tensorflow."))
        if threading.get_ident() != mine or theirs:
            return call(self, *args, **kwargs)
        met(getattr(python, "__name__", type(python).__name__))
        return python(*args, **kwargs) if enter else call(self, *args, **kwargs)

    Function.__call__ = called
    try:
        yield
    finally:
        Function.__call__ = call


@contextmanager
def activations_wrapped(wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
    """Let the functions behind ``keras.activations`` and ``keras.ops`` be wrapped, for a while.

    Relies on both finding them in the module ``keras.src.backend.nn`` when they are called, under
    the names that they have in ``keras.activations``.
    """
    before = {
        name: vars(backend_nn)[name]
        for name in vars(keras.activations)
        if callable(vars(backend_nn).get(name))
    }
    vars(backend_nn).update((name, wrap(function)) for name, function in before.items())
    try:
        yield
    finally:
        vars(backend_nn).update(before)


def remat_modes(layers: Iterable[Operation]) -> list[tuple[Operation, str, None]]:
    """What `replaced` takes so that none of the layers is computed twice to save memory.

    Relies on ``Operation._remat_mode``, which a ``RematScope`` sets.
    """
    name = "_remat_mode"
    return [(one, name, None) for one in layers if getattr(one, name, None) is not None]


def home_of_call(layer: Operation) -> str:
    """The module in which a layer's ``call`` is written. Relies on ``__module__`` of methods."""
    return str(getattr(type(layer).call, "__module__", ""))


def keeps_logits(y_pred: tf.Tensor) -> bool:
    """Whether a loss of Keras finds the logits behind probabilities.

    Relies on ``_keras_logits`` and on the operations that ``keras.backend`` looks for.
    """
    return hasattr(y_pred, "_keras_logits") or y_pred.op.type in ("Softmax", "Sigmoid")


def variable_behind(captured: tf.Tensor) -> tf.TensorSpec | None:
    """Shape and type of the variable that a captured tensor is the handle of; None for others.

    Relies on ``EagerTensor._handle_data``.
    """
    if not isinstance(captured, tf.Tensor) or captured.dtype != tf.resource:
        return None
    data = captured._handle_data
    if data is None or not data.is_set or len(data.shape_and_type) != 1:
        return None
    one = data.shape_and_type[0]
    return tf.TensorSpec(tf.TensorShape(one.shape), tf.dtypes.as_dtype(one.dtype))


def handle_of(variable: keras.Variable) -> tf.Tensor:
    """The handle that a graph captures of a Keras variable.

    Relies on ``KerasVariable.value`` being a ``tf.Variable`` outside of every scope.
    """
    value = variable.value
    return getattr(value, "_primary", value).handle  # of a mirrored one


def run_with_captures(
    concrete: tf.types.experimental.ConcreteFunction, captures: Sequence[tf.Tensor]
) -> None:
    """Let a concrete function read other variables than those that it was traced with.

    Relies on ``ConcreteFunction.set_external_captures``.
    """
    concrete.set_external_captures(list(captures))


@contextmanager
def eager_seeds() -> Iterator[None]:
    """Draw the seeds of eager random operations from elsewhere, and leave the user's where it was.

    Not by putting its state back: TensorFlow keeps a kernel for each seed that was drawn, and the
    kernel would have moved on. Relies on ``context._rng``, which is there once a seed was set.
    """
    context = tf_context.context()
    before = getattr(context, "_rng", None)
    if before is not None:
        context._rng = random.Random("of a capture")
    try:
        yield
    finally:
        if before is not None:
            context._rng = before


@contextmanager
def operations_heard(hear: Callable[[str, Sequence[Any], Sequence[Any]], None]) -> Iterator[None]:
    """Be told of each operation that this thread executes at once: (type, inputs, outputs).

    The outputs are the very tensors that Python gets. Relies on TensorFlow's ``op_callbacks``.
    """

    def called(
        op_type: str | bytes,
        inputs: Sequence[Any],
        attrs: object,
        outputs: Sequence[Any],
        op_name: object = None,
        graph: tf.Graph | None = None,
    ) -> None:
        if graph is None:
            name = op_type.decode() if isinstance(op_type, bytes) else op_type
            hear(name, inputs, outputs)

    op_callbacks.add_op_callback(called)
    try:
        yield
    finally:
        op_callbacks.remove_op_callback(called)


@contextmanager
def global_seeds_kept() -> Iterator[None]:
    """Put Keras's own stream of seeds back, for layers and operations that were given none.

    Relies on ``keras.src.backend.common.global_state`` and the name that the stream has there.
    """
    name = "global_seed_generator"
    before = global_state.get_global_attribute(name)
    state = None if before is None else tf.raw_ops.DeepCopy(x=before.state.value)
    try:
        yield
    finally:
        global_state.set_global_attribute(name, before)
        if before is not None:
            before.state.assign(state)


@contextmanager
def global_seeds_fresh() -> Iterator[None]:
    """As `global_seeds_kept`; within, the stream begins anew, seeded by Python's random numbers.

    Relies on what `global_seeds_kept` relies on.
    """
    with global_seeds_kept():
        global_state.set_global_attribute("global_seed_generator", None)
        yield


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
