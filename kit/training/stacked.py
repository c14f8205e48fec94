"""Programs that train many networks of one architecture at once.

Each variable of the networks is stacked to (networks, ...). ``tf.vectorized_map`` runs a function
of one network's state over the slices; a loop over the batches stands in the program too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks.keras_internals import (
    current_graph,
    global_seeds_kept,
    variable_behind,
)
from kit.callbacks.undisturbed import python_random_kept
from kit.training.one_network import Network, State
from kit.training.training_data import TrainingData
from kit.training.training_internals import loops_noted

__all__ = ["NotStackedError", "Programs"]


class NotStackedError(Exception):
    """A model cannot be trained in a stack; the reason is its message."""


class Programs:
    """What `fit` and `evaluate` do in an epoch, for a number of networks at once; traced once.

    Parameters
    ----------
    network
        The training of one.
    state
        Of all: each entry stacked to (networks, ...); for shapes and types.
    data
        What they train on, and are validated on.
    own_order
        Whether each network has an order of batches of its own.

    Attributes
    ----------
    in_loops
        Types of operations that run for one network after the other.
    bytes
        What a training step of all networks holds at once, at most.

    Raises
    ------
    NotStackedError
        If the networks read or write a state that is no variable of theirs.
    Exception
        Whatever the model raises while it is traced.
    """

    def __init__(self, network: Network, state: State, data: TrainingData, own_order: bool) -> None:
        self._network, self._data, self._own_order = network, data, own_order
        self.networks = int(state[0].shape[0])
        self.in_loops: set[str] = set()
        self.bytes = 0
        self._specs = [tf.TensorSpec(one.shape, one.dtype) for one in state]
        shape = [self.networks] if own_order else []
        order = tf.TensorSpec([*shape, data.samples], tf.int32)
        number = tf.TensorSpec([], tf.int32)
        batches = data.samples // data.batch_size
        self._steps = self._rest = None
        if batches:
            self._steps = self._traced(self._train_batches, order, number, number)
        if data.samples % data.batch_size:
            self._rest = self._traced(self._train_rest, order)
        self._test = self._traced(self._test_all) if data.validation is not None else None
        self._results = self._traced(lambda state: self._each(network.results, state))

    def train(self, state: State, order: tf.Tensor, start: int, stop: int) -> State:
        """The state after batches `start` to `stop` of an epoch, of which the last may be small.

        Parameters
        ----------
        state
            Before.
        order
            The samples of the epoch, (samples,) or (networks, samples) int32.
        """
        whole = self._data.samples // self._data.batch_size
        if self._steps is not None and start < min(stop, whole):
            ends = tf.constant(start), tf.constant(min(stop, whole))
            state = list(self._steps(*state, order, *ends))
        if stop > whole and self._rest is not None:
            state = list(self._rest(*state, order))
        return state

    def test(self, state: State) -> State:
        """The state after `evaluate` on the validation data, its metrics fresh before."""
        assert self._test is not None  # there are validation data
        return list(self._test(*state))

    def results(self, state: State) -> dict[str, Any]:
        """What the metrics tell: by name, arrays with the networks first."""
        return keras.tree.map_structure(lambda one: one.numpy(), dict(self._results(*state)))

    def _traced(self, function: Callable[..., Any], *more: tf.TensorSpec) -> Callable[..., Any]:
        many = len(self._specs)
        traced = tf.function(
            lambda *given: function(list(given[:many]), *given[many:]), autograph=False
        )
        with loops_noted() as found, global_seeds_kept(), python_random_kept():
            concrete = traced.get_concrete_function(*self._specs, *more)
        self.in_loops |= found
        if any(variable_behind(one) is not None for one in concrete.captured_inputs):
            raise NotStackedError("it keeps a state that is no variable of the model")
        return concrete

    def _each(self, function: Callable[..., Any], state: State, *more: tf.Tensor) -> Any:
        """A function of one network's state, over all of them."""
        return tf.vectorized_map(lambda given: function(list(given[0]), *given[1:]), (state, *more))

    def _train_batches(
        self, state: State, order: tf.Tensor, start: tf.Tensor, stop: tf.Tensor
    ) -> State:
        size = self._data.batch_size

        def body(k: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
            rows = order[..., k * size : (k + 1) * size]
            rows.set_shape([*order.shape[:-1], size])
            result = self._train_one(state, rows)
            self.bytes = max(self.bytes, _bytes_of(current_graph()))
            return k + 1, result

        return tf.while_loop(lambda k, _: k < stop, body, (start, state), parallel_iterations=1)[1]

    def _train_rest(self, state: State, order: tf.Tensor) -> State:
        whole = self._data.samples // self._data.batch_size * self._data.batch_size
        result = self._train_one(state, order[..., whole:])
        self.bytes = max(self.bytes, _bytes_of(current_graph()))
        return result

    def _train_one(self, state: State, rows: tf.Tensor) -> State:
        network, data = self._network, self._data
        if self._own_order:
            return self._each(lambda one, mine: network.train(one, data.batch(mine)), state, rows)
        batch = data.batch(rows)
        return self._each(lambda one: network.train(one, batch), state)

    def _test_all(self, state: State) -> State:
        validation, network = self._data.validation, self._network
        assert validation is not None
        size = validation.batch_size
        whole = validation.samples // size

        def test(state: State, rows: tf.Tensor) -> State:
            batch = validation.batch(rows)
            return self._each(lambda one: network.test(one, batch), state)

        def body(k: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
            return k + 1, test(state, k * size + tf.range(size))

        if whole:
            _, state = tf.while_loop(
                lambda k, _: k < whole, body, (tf.constant(0), state), parallel_iterations=1
            )
        if validation.samples % size:
            state = test(state, tf.range(whole * size, validation.samples))
        return state


def _bytes_of(graph: tf.Graph | None) -> int:
    """What the operations of a graph give, all of it together."""
    assert graph is not None  # it is being traced
    tensors = [one for operation in graph.get_operations() for one in operation.outputs]
    known = [one for one in tensors if one.shape.is_fully_defined() and one.dtype.size]
    return sum(math.prod(one.shape) * one.dtype.size for one in known)
