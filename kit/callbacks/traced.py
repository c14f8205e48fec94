"""The pass as a traced program: traced once, as `fit` traces, and run on a copy of the state."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.calls import Calls
from kit.callbacks.data import ProbeData
from kit.callbacks.differentiation import Cost
from kit.callbacks.entries import Entry, Found, Namer
from kit.callbacks.graph_reading import Note, Reading, read
from kit.callbacks.layers import MeasuredLayer, effective_kernel, measured_layers
from kit.callbacks.twin import Twin
from kit.callbacks.undisturbed import build_late, python_random_kept
from kit.quantities import OF_SAMPLES

__all__ = ["Program", "traced"]

BYTES_AT_ONCE = 64e6
"""What one batch of samples may give at once: the probe data go through in more batches."""


@dataclass
class Plan:
    """What a traced pass gives back, apart from the numbers.

    Attributes
    ----------
    entries, not_heard
        As of `Found`.
    same
        Rows whose activation is z.
    kernels
        By row, the variable that its weights are in; None where they are computed of several.
    met
        Names of the users' functions that were met.
    logits
        Whether the loss finds logits behind what the model returns.
    """

    entries: list[Entry]
    not_heard: dict[str, str]
    same: set[str]
    kernels: dict[str, keras.Variable | None]
    met: list[str]
    logits: list[bool]


class Program:
    """A forward and a backward pass, traced, that reads a twin of the model's state.

    Made by `traced`. Only `run` computes; it may be called in another thread than the one in
    which it was traced, while that trains the model.
    """

    def __init__(self, concrete: tf.types.experimental.ConcreteFunction, plan: Plan) -> None:
        self._concrete, self.plan = concrete, plan
        self._twin = Twin(concrete)
        self._handles, self._twin.handles = self._twin.handles, []
        places = {id(handle): k for k, handle in enumerate(self._handles)}
        self._kernels = {
            name: None if kernel is None else places[id(keras_internals.handle_of(kernel))]
            for name, kernel in plan.kernels.items()
        }
        self._of_model: list[int] = []
        self._reads_constants = self._twin.constants > 0
        self._running = threading.Lock()

    @property
    def handles(self) -> Sequence[tf.Tensor]:
        """Of the variables of the model that it reads."""
        return self._handles

    def copies(self) -> list[tf.Tensor]:
        """The state of the model as it is now, for `run`."""
        return self._twin.copies(self._handles)

    def for_handles(self, handles: Sequence[tf.Tensor]) -> Program:
        """The same program for another model of the same architecture.

        Parameters
        ----------
        handles
            Of all of that model's variables, in the order of the model that was traced.
        """
        other = copy.copy(self)
        other._handles = [handles[place] for place in self._of_model]
        return other

    def apart_from(self, handles: Sequence[tf.Tensor]) -> Program | None:
        """The program without its model, to be kept; None where it reads more than its variables.

        Parameters
        ----------
        handles
            Of all of the model's variables.
        """
        places = {id(handle): k for k, handle in enumerate(handles)}
        if self._reads_constants or not all(id(handle) in places for handle in self._handles):
            return None
        apart = copy.copy(self)
        apart._of_model = [places[id(handle)] for handle in self._handles]
        apart._handles = []
        apart.plan = replace(self.plan, kernels=dict.fromkeys(self.plan.kernels))
        return apart

    def run(
        self, copies: list[tf.Tensor], data: ProbeData, rows: int
    ) -> Iterator[tuple[int, Found]]:
        """(samples, what was found) of each batch, with the state that was copied.

        Parameters
        ----------
        copies
            From `copies`.
        data
            Probe data.
        rows
            Samples at once, at most.
        """
        with self._running:
            self._twin.load(copies)
            for samples, batch in data.pieces(rows):
                yield samples, self._found(self._concrete(*batch), copies)

    def _found(self, result: Mapping[str, Any], copies: list[tf.Tensor]) -> Found:
        found = Found(self.plan.entries, result["loss"], not_heard=self.plan.not_heard)
        for name, values in result["arrays"].items():
            mine = found.arrays[name] = dict(values)
            if name in self.plan.same:
                mine["activation"] = mine["z"]
        for name, place in self._kernels.items():
            weight = result["weights"][name] if place is None else copies[place]
            found.weights[name] = weight
            if name in result["gradients"]:
                found.gradients[name] = result["gradients"][name]
        return found

    def bytes_of_sample(self) -> float:
        """Memory that what is found of one sample takes."""
        tensors = tf.nest.flatten(self._concrete.structured_outputs["arrays"])
        return float(sum(
            np.prod([size or 1 for size in one.shape[1:]]) * one.dtype.size for one in tensors
        ))  # fmt: skip


def traced(
    model: keras.Model, data: ProbeData, namer: Namer, *, training: bool, any_number: bool
) -> Program:
    """Trace a pass.

    A ``tf.function`` inside the model is entered as the Python function that it holds, if loss and
    gradients are then what they are with it closed; else it stays closed, and its layers are not
    heard.

    Parameters
    ----------
    model, training
        As for `kit.probe`.
    data
        Probe data, for shapes and types.
    namer
        Makes rows of what is heard, and knows what the model is made of.
    any_number
        Whether the program takes any number of samples.

    Raises
    ------
    UnknownNameError
        For names that were asked for and that no row has.
    Exception
        Whatever the model raises.
    """
    if build_late(model, next(data.pieces(data.samples))[1][0], data.signature(True)[0]):
        namer = Namer(measured_layers(model), namer.wanted)

    def make(enter: bool) -> Program:
        # closed functions are those that fit runs, traced for any number of samples
        number = any_number or not enter
        return _traced(model, data, namer, training, number, enter)

    try:
        entered = make(True)
    except Exception:
        # what autograph makes of Python's ifs and loops is no Python any more
        closed = make(False)
        if not closed.plan.met:
            raise
        return closed
    if not entered.plan.met:
        return entered
    closed = make(False)
    return entered if _agree(entered, closed, data) else closed


def _agree(entered: Program, closed: Program, data: ProbeData) -> bool:
    """Whether two programs compute the same loss, and gradients, in the same way."""
    if entered.plan.logits != closed.plan.logits:
        return False
    try:
        one, two = (
            next(each.run(each.copies(), data, data.samples))[1] for each in (entered, closed)
        )
    except tf.errors.OpError:  # what only XLA can do, say
        return False
    if not np.allclose(one.loss, two.loss, rtol=1e-6, atol=1e-9, equal_nan=True):
        return False
    for name, gradient in two.gradients.items():
        other = one.gradients.get(name)
        top = float(tf.reduce_max(tf.abs(gradient)))
        if other is None or not np.allclose(
            other, gradient, rtol=0, atol=1e-4 * top, equal_nan=True
        ):
            return False
    return True


def _traced(
    model: keras.Model,
    data: ProbeData,
    namer: Namer,
    training: bool,
    any_number: bool,
    enter: bool,
) -> Program:
    plans: list[Plan] = []

    def one_pass(x: Any, y: Any, sample_weight: Any) -> dict[str, Any]:
        calls, cost = Calls(namer.layers, enter), Cost(model)
        with calls.noted():
            y_pred = keras_internals.call_model(model, x, training)
        reading = read(calls, x)
        with cost.noted():
            loss = keras_internals.compiled_loss(model, x, y, y_pred, sample_weight, training)
        plan = _plan(reading, calls, y_pred, namer)
        plans.append(plan)
        return _results(plan, namer.layers, reading.notes, cost, loss, keras.tree.flatten(x))

    every = keras_internals.all_layers(model)
    with (
        python_random_kept(),
        keras_internals.global_seeds_kept(),
        keras_internals.penalties_kept(every),
    ):
        function = tf.function(one_pass, autograph=False)
        concrete = function.get_concrete_function(*data.signature(any_number))
    return Program(concrete, plans[-1])


def _plan(reading: Reading, calls: Calls, y_pred: Any, namer: Namer) -> Plan:
    entries, not_heard = reading.rows(namer, y_pred)
    notes, by_name = reading.notes, {one.name: one for one in namer.layers}
    same = {
        entry.name
        for entry in entries
        if entry.call is not None
        and notes[entry.layer][entry.call].z is notes[entry.layer][entry.call].activation
    }
    kernels = {
        entry.name: by_name[entry.layer].plain_kernel for entry in entries if entry.holds_kernel
    }
    returned = [one for one in keras.tree.flatten(y_pred) if isinstance(one, tf.Tensor)]
    logits = [keras_internals.keeps_logits(one) for one in returned]
    met = [name for _, name in calls.met]
    return Plan(entries, not_heard, same, kernels, met, logits)


def _results(
    plan: Plan,
    layers: Sequence[MeasuredLayer],
    notes: Mapping[str, Sequence[Note]],
    cost: Cost,
    loss: tf.Tensor,
    x: Sequence[tf.Tensor | None],
) -> dict[str, Any]:
    by_name = {one.name: one for one in layers}
    heard = [(e.name, notes[e.layer][e.call]) for e in plan.entries if e.call is not None]
    holding = {e.name: by_name[e.layer] for e in plan.entries if e.holds_kernel}
    for one in holding.values():  # so that each is among what the program reads
        tf.convert_to_tensor(one.variable)
    n = tf.shape(next(one for one in x if one is not None))[0]
    gradients, deltas = cost.derivatives(
        tf.reduce_sum(loss),
        n,
        [one.variable for one in holding.values()],
        [note.z for _, note in heard],
        lambda ys, xs, by: tf.gradients(ys, xs, grad_ys=by),
        single=loss.shape.rank != 0,
    )
    arrays: dict[str, dict[str, tf.Tensor]] = {}
    for (name, note), delta in zip(heard, deltas, strict=True):
        values = (note.z, None if name in plan.same else note.activation, delta)
        arrays[name] = {q: v for q, v in zip(OF_SAMPLES, values, strict=True) if v is not None}
    return {
        "loss": tf.reduce_mean(loss),
        "arrays": arrays,
        "weights": {
            name: effective_kernel(one)
            for name, one in holding.items()
            if plan.kernels[name] is None
        },
        "gradients": {
            name: one for name, one in zip(holding, gradients, strict=True) if one is not None
        },
    }
