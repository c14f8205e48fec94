"""The pass of a model that is trained with ``run_eagerly=True``: it runs as it is, each time.

There is no graph: the operations are noted one by one while they are executed, and read as a graph
is. What the model writes down (statistics, seeds, counters) is put back afterwards. A
`keras.StatelessScope` would keep it out too; but what a ``tf.function`` inside of a layer is traced
to within such a scope is kept, and used from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.calls import Calls
from kit.callbacks.data import ProbeData
from kit.callbacks.differentiation import Cost
from kit.callbacks.entries import Found, Namer
from kit.callbacks.graph_reading import Note, read
from kit.callbacks.layers import effective_kernel, measured_layers
from kit.callbacks.undisturbed import build_late, python_random_kept, variables_kept
from kit.quantities import OF_SAMPLES

__all__ = ["EagerPass"]


class EagerPass:
    """A forward and a backward pass that Python runs.

    Parameters
    ----------
    model, training
        As for `kit.probe`.
    namer
        Makes rows of what is heard, and knows what the model is made of.
    """

    def __init__(self, model: keras.Model, namer: Namer, training: bool) -> None:
        self._model, self._namer, self._training = model, namer, training

    def run(self, data: ProbeData) -> Iterator[tuple[int, Found]]:
        """(samples, what was found) of each batch."""
        for samples, batch in data.pieces(data.samples):
            if build_late(self._model, batch[0], data.signature(True)[0]):
                self._namer = Namer(measured_layers(self._model), self._namer.wanted)
            with ExitStack() as kept:
                every = keras_internals.all_layers(self._model)
                kept.enter_context(python_random_kept())
                kept.enter_context(keras_internals.eager_seeds())
                kept.enter_context(keras_internals.global_seeds_kept())
                kept.enter_context(keras_internals.penalties_kept(every))
                kept.enter_context(variables_kept(self._model, of_keras=True))
                found = self._found(samples, *batch)
            yield samples, found

    def _found(self, samples: int, x: Any, y: Any, sample_weight: Any) -> Found:
        model, done = self._model, Executed()
        # where TensorFlow runs all functions as Python, they are heard as they are
        calls = Calls(self._namer.layers, tf.config.functions_run_eagerly(), done)
        cost = Cost(model)
        with tf.GradientTape(persistent=True) as tape:
            for one in [*keras.tree.flatten(x), *(weight.value for weight in model.variables)]:
                if one is not None and one.dtype.is_floating:
                    tape.watch(one)
            with keras_internals.operations_heard(done.hear), calls.noted():
                y_pred = keras_internals.call_model(model, x, self._training)
            with cost.noted():
                loss = keras_internals.compiled_loss(
                    model, x, y, y_pred, sample_weight, self._training
                )
            reported, summed = tf.reduce_mean(loss), tf.reduce_sum(loss)
        reading = read(calls, x)
        rows, not_heard = reading.rows(self._namer, y_pred)
        by_name = {one.name: one for one in self._namer.layers}
        holding = {row.name: by_name[row.layer] for row in rows if row.holds_kernel}
        notes = {
            row.name: reading.notes[row.layer][row.call] for row in rows if row.call is not None
        }
        gradients, deltas = cost.derivatives(
            summed,
            samples,
            [one.variable for one in holding.values()],
            [note.z for note in notes.values()],
            lambda ys, xs, by: tape.gradient(ys, xs, output_gradients=by),
            single=loss.shape.rank != 0,
        )
        return Found(
            rows,
            reported,
            {
                name: _arrays(note, delta)
                for (name, note), delta in zip(notes.items(), deltas, strict=True)
            },
            {name: tf.raw_ops.DeepCopy(x=effective_kernel(one)) for name, one in holding.items()},
            {name: one for name, one in zip(holding, gradients, strict=True) if one is not None},
            not_heard,
        )


def _arrays(note: Note, delta: tf.Tensor | None) -> dict[str, tf.Tensor]:
    values = zip(OF_SAMPLES, (note.z, note.activation, delta), strict=True)
    return {quantity: value for quantity, value in values if value is not None}


@dataclass
class Operation:
    """One operation that was executed."""

    type: str
    inputs: list[Any]
    outputs: list[Any]


@dataclass
class Executed:
    """The operations that were executed, in order."""

    operations: list[Operation] = field(default_factory=list)

    @property
    def version(self) -> int:
        """How many there are."""
        return len(self.operations)

    def get_operations(self) -> list[Operation]:
        """Them."""
        return self.operations

    def hear(self, kind: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Note one more."""
        self.operations.append(Operation(kind, list(inputs), list(outputs)))
