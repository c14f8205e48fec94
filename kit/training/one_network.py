"""The training of one network, as `fit` computes it, as functions of its state.

State is all that training changes: weights, statistics, seeds, what the optimizer keeps, and the
counts of metrics. Each function takes it as a list of tensors and gives it back; the model's own
variables are neither read nor written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from kit.callbacks.keras_internals import (
    all_layers,
    call_model,
    compiled_loss,
    penalties_kept,
    replaced,
)
from kit.training import training_internals
from kit.training.own_values import OwnValue

__all__ = ["Batch", "Network", "State"]

State: TypeAlias = "list[tf.Tensor]"
Batch: TypeAlias = tuple[Any, Any, Any]
"""(x, y, sample_weight), each a structure of tensors with the samples first, or None."""


class Network:
    """One model, built and compiled, whose functions of state are traced.

    Parameters
    ----------
    model
        Whose call, loss, optimizer and metrics are run.
    own
        By name, hyperparameters of the optimizer that are part of the state, with the values of
        all networks that the functions will be run for.

    Attributes
    ----------
    variables
        Keras's variables in the order of the state: of the model, of the optimizer, of the metrics.
    """

    def __init__(self, model: keras.Model, own: Mapping[str, Sequence[float]]) -> None:
        self.model, self._own = model, dict(own)
        parts = (model.variables, model.optimizer.variables, model.metrics_variables)
        unique = {id(one): one for part in parts for one in part}
        self.variables: list[keras.Variable] = list(unique.values())
        place = {key: k for k, key in enumerate(unique)}
        self._weights = [place[id(one)] for one in model.trainable_variables]
        self.metrics = [place[id(one)] for one in model.metrics_variables]
        self.of_model = [place[id(one)] for one in model.variables]
        self.of_optimizer = [place[id(one)] for one in model.optimizer.variables]

    def train(self, state: State, batch: Batch) -> State:
        """The state after a batch."""
        x, y, sample_weight = batch
        model, optimizer = self.model, self.model.optimizer
        with self._scope(state) as scope:
            weights = [state[k] for k in self._weights]
            with tf.GradientTape() as tape:
                tape.watch(weights)
                y_pred = call_model(model, x, True)
                loss = compiled_loss(model, x, y, y_pred, sample_weight, True)
                training_internals.note_loss(model, loss, _samples(x))
                scaled = optimizer.scale_loss(loss)
            if weights:
                gradients = tape.gradient(scaled, weights)
                optimizer.apply([None if g is None else tf.convert_to_tensor(g) for g in gradients])
            model.compute_metrics(x, y, y_pred, sample_weight=sample_weight)
        return self._after(state, scope)

    def test(self, state: State, batch: Batch) -> State:
        """The state after a batch of `evaluate`: that of the metrics."""
        x, y, sample_weight = batch
        with self._scope(state) as scope:
            y_pred = call_model(self.model, x, False)
            loss = compiled_loss(self.model, x, y, y_pred, sample_weight, False)
            training_internals.note_loss(self.model, loss, _samples(x))
            self.model.compute_metrics(x, y, y_pred, sample_weight=sample_weight)
        return self._after(state, scope)

    def results(self, state: State) -> dict[str, Any]:
        """What the metrics tell, as `fit` reports it."""
        with self._scope(state):
            return dict(self.model.get_metrics_result())

    def fresh(self) -> State:
        """What the metrics' part of the state is when an epoch begins."""
        self.model.reset_metrics()
        return [tf.identity(self.variables[k].value) for k in self.metrics]

    def _scope(self, state: State) -> _Scope:
        return _Scope(self, state)

    def _after(self, state: State, scope: keras.StatelessScope) -> State:
        own = state[len(self.variables) :]
        found = []
        for one, before in zip(self.variables, state, strict=False):
            value = scope.get_current_value(one)
            found.append(before if value is None else tf.cast(value, before.dtype))
        return [*found, *own]


class _Scope:
    """A model's parts, with a state in the place of their variables' values."""

    def __init__(self, network: Network, state: State) -> None:
        self._network, self._state, self._open = network, state, ExitStack()

    def __enter__(self) -> keras.StatelessScope:
        network = self._network
        model = network.model
        values = self._state[len(network.variables) :]
        own = [
            (model.optimizer, name, OwnValue(value, every))
            for (name, every), value in zip(network._own.items(), values, strict=True)
        ]
        self._open.enter_context(penalties_kept(all_layers(model)))
        losses = training_internals.losses_of_outputs(model)
        self._open.enter_context(training_internals.optimizer_of_slices(model.optimizer))
        self._open.enter_context(replaced([*losses, *own]))
        mapping = list(zip(network.variables, self._state, strict=False))
        return self._open.enter_context(
            keras.StatelessScope(state_mapping=mapping, collect_losses=True)
        )

    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)


def _samples(x: Any) -> tf.Tensor:
    return tf.shape(next(one for one in keras.tree.flatten(x) if one is not None))[0]
