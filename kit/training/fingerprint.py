"""What a model computes in training, as a text: equal for models that compute the same.

Of models that are known wholly, sequential ones of Keras's plain layers, the configuration tells
it. Every other model is traced, forwards and backwards, and its graph is written down: operations,
inputs, constants, functions inside; of the variables, which of the model's they are.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import types
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks.keras_internals import (
    all_layers,
    call_model,
    compiled_loss,
    global_seeds_kept,
    handle_of,
    is_of_keras,
    penalties_kept,
    variable_behind,
)
from kit.callbacks.sharing import architecture_of
from kit.callbacks.undisturbed import python_random_kept
from kit.training import training_internals
from kit.training.own_values import OF_EACH
from kit.training.training_data import TrainingData

__all__ = ["fingerprint"]

_NUMBER = re.compile(r"_\d+$")


def fingerprint(model: keras.Model, data: TrainingData) -> str:
    """What a model computes in training, but for its weights and for what each may have of its own.

    Parameters
    ----------
    model
        Built and compiled, with its optimizer and metrics.
    data
        What it trains on, for shapes and types.

    Raises
    ------
    Exception
        Whatever the model raises while it is traced.
    """
    optimizer = model.optimizer
    structure = _told_optimizer(optimizer, model.trainable_variables)
    plain = is_of_keras(type(optimizer))
    compiled = _told_compiled(model)
    if plain and compiled is not None and not _has_own_methods(model):
        architecture = architecture_of(model, data.probe, [], names=False)
        if architecture is not None:
            return "\n".join(["configuration", architecture, compiled, structure])
    graph = _told_graph(model, data, with_optimizer=not plain)
    return "\n".join(["graph", graph, *_names_of_metrics(model), structure])


def _has_own_methods(model: keras.Model) -> bool:
    """Whether functions were put into a model by hand, which its configuration does not tell."""
    kinds = (types.FunctionType, types.MethodType, functools.partial)
    return any(isinstance(one, kinds) and not is_of_keras(one) for one in vars(model).values())


def _names_of_metrics(model: keras.Model) -> list[str]:
    """What metrics are called, but for the numbers that Keras gives those without a name."""
    every = [inner for one in model.metrics for inner in getattr(one, "metrics", [one])]
    return [_NUMBER.sub("", one.name) for one in every if isinstance(one, keras.metrics.Metric)]


def _told_optimizer(
    optimizer: keras.optimizers.Optimizer, weights: Sequence[keras.Variable]
) -> str:
    """Class and configuration, but for what networks may have of their own."""
    config = dict(optimizer.get_config())
    for name in OF_EACH:
        # where one has it and another has none, they keep other variables
        if name in config:
            config[name] = name if name == "weight_decay" else bool(config[name])
    if isinstance(config.get("learning_rate"), (int, float)):
        config["learning_rate"] = "own"
    config.pop("name", None)
    schedule = training_internals.schedule_of(optimizer)
    # what is not Keras's own may keep what no configuration tells
    own = [] if is_of_keras(type(optimizer)) else [id(type(optimizer))]
    if schedule is not None and not is_of_keras(type(schedule)):
        own.append(id(schedule))
    told = json.dumps(config, default=repr, sort_keys=True)
    decayed = training_internals.decayed(optimizer, weights)
    return f"{type(optimizer).__name__} {own} {told} {decayed}"


def _told_compiled(model: keras.Model) -> str | None:
    """Loss and metrics as they were compiled; None where words would not tell all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of functions that cannot be written down
        config = model.get_compile_config()
    if not config:
        return None
    told = {name: config.get(name) for name in ("loss", "metrics", "weighted_metrics")}
    if not _is_plain(told):
        return None
    return re.sub(r'("name": "[^"]*?)_\d+"', r'\1"', json.dumps(told, default=repr))


def _is_plain(config: Any) -> bool:
    """Whether a configuration speaks of Keras's own things alone."""
    if isinstance(config, Mapping):
        module = config.get("module")
        own = "class_name" in config and not str(module or "").startswith("keras")
        return not own and all(map(_is_plain, config.values()))
    if isinstance(config, (list, tuple)):
        return all(map(_is_plain, config))
    return config is None or isinstance(config, (str, int, float, bool))


def _told_graph(model: keras.Model, data: TrainingData, with_optimizer: bool) -> str:
    """A training step's graph, in which names tell nothing."""
    training_internals.build_training(model, data.first())

    def step(x: Any, y: Any, sample_weight: Any) -> Any:
        weights = model.trainable_variables
        with tf.GradientTape() as tape:
            y_pred = call_model(model, x, True)
            loss = compiled_loss(model, x, y, y_pred, sample_weight, True)
            training_internals.note_loss(model, loss, tf.constant(1))
        gradients = tape.gradient(loss, [one.value for one in weights])
        if with_optimizer:
            model.optimizer.apply(gradients, weights)
        model.compute_metrics(x, y, y_pred, sample_weight=sample_weight)
        tested = compiled_loss(
            model, x, y, call_model(model, x, False), sample_weight, False
        )  # which may be computed in another way
        return loss, tested, [tf.convert_to_tensor(one) for one in gradients if one is not None]

    with penalties_kept(all_layers(model)), global_seeds_kept(), python_random_kept():
        traced = tf.function(step, autograph=False)
        concrete = traced.get_concrete_function(*data.probe.signature(True))
    parts = (model.variables, model.optimizer.variables, model.metrics_variables)
    every = [one for part in parts for one in part]
    places = {id(handle_of(one)): k for k, one in enumerate(every)}
    captures = [_told_capture(one, places) for one in concrete.captured_inputs]
    told = _Told(concrete.graph.as_graph_def())
    shapes = [(tuple(one.shape), str(one.dtype), bool(one.trainable)) for one in every]
    return json.dumps([told.graph(), captures, shapes])


def _told_capture(captured: tf.Tensor, places: Mapping[int, int]) -> str:
    """Which variable it is, or the value of a constant."""
    if id(captured) in places:
        return f"variable {places[id(captured)]}"
    if captured.dtype == tf.resource:
        kind = "a variable" if variable_behind(captured) is not None else "a resource"
        return f"{kind} of its own {id(captured)}"
    return f"{captured.dtype} {captured.shape} {_digest(repr(captured.numpy().tobytes()))}"


class _Told:
    """A graph and the functions in it, written down without names.

    Names are given anew at each trace. What remains of an operation: its type, where its inputs
    come from, and its attributes.
    """

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._functions = {one.signature.name: one for one in graph.library.function}
        self._known: dict[str, str] = {}

    def graph(self) -> str:
        """The digest of the graph itself."""
        return _digest(json.dumps(self._nodes(self._graph.node, {})))

    def _function(self, name: str) -> str:
        """The digest of a function in it."""
        if name not in self._known:
            self._known[name] = ""  # of one that calls itself
            found = self._functions.get(name)
            if found is None:
                return name
            places = {arg.name: f"argument {k}" for k, arg in enumerate(found.signature.input_arg)}
            nodes = self._nodes(found.node_def, places)
            returned = [_input(found.ret[arg.name], places) for arg in found.signature.output_arg]
            self._known[name] = _digest(json.dumps([nodes, returned]))
        return self._known[name]

    def _nodes(self, nodes: Sequence[Any], places: dict[str, str]) -> list[Any]:
        for k, one in enumerate(nodes):
            places[one.name] = str(k)
        return [[one.op, _inputs(one.input, places), self._attributes(one)] for one in nodes]

    def _attributes(self, node: Any) -> dict[str, str]:
        return {
            name: self._attribute(node.attr[name])
            for name in sorted(node.attr)
            if not name.startswith(("_", "api_"))
            and name not in ("shared_name", "container", "user_specified_name")
        }

    def _attribute(self, value: Any) -> str:
        kind = value.WhichOneof("value")
        if kind == "func":
            return self._function(value.func.name)
        if kind == "list" and value.list.func:
            return " ".join(self._function(one.name) for one in value.list.func)
        if kind == "s":
            return repr(value.s)
        return _digest(repr(value.SerializeToString(deterministic=True)))


def _inputs(names: Sequence[str], places: Mapping[str, str]) -> list[str]:
    """Inputs in order; after them those that only have to have run, which have none."""
    told = [_input(name, places) for name in names]
    return sorted(told, key=lambda one: one if one.startswith("^") else "")


def _input(name: str, places: Mapping[str, str]) -> str:
    """An input, as ``^name`` or ``name:output:1``, with the place of what gives it for its name."""
    control, name = ("^", name[1:]) if name.startswith("^") else ("", name)
    of, _, which = name.partition(":")
    return f"{control}{places.get(of, of)}:{which}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
