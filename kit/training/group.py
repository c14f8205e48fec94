"""Networks of one architecture, trained by one program, epoch after epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kit.training import training_internals
from kit.training.one_network import Network, State
from kit.training.own_values import Undecided, own_values
from kit.training.plan import Member, Plan
from kit.training.progress import Progress
from kit.training.stacked import NotStackedError, Programs
from kit.training.stopping import Stopper
from kit.training.training_data import TrainingData
from kit.training.writing import Probe, Writer, logs_of

__all__ = ["Stack", "stacks_of"]

CALL_SECONDS = 0.5
"""What one call of a program takes, about: between two, an interruption is heard."""

PAYS = 2.0
"""Stopped networks are left out where that saves so many times what tracing takes."""

MakeProbe = Callable[[Network], "Probe | None"]


def stacks_of(
    members: Sequence[Member], data: TrainingData, plan: Plan, make_probe: MakeProbe
) -> list[Stack]:
    """Stacks that train these networks: one, or several where one would not fit in memory.

    Parameters
    ----------
    members
        Networks of which it is known that they compute the same.
    data, plan
        What is common to them.
    make_probe
        Makes what captures them.

    Raises
    ------
    NotStackedError, Exception
        As `Programs`.
    """
    try:
        first = Stack(members, data, plan, make_probe)
    except Undecided:  # the optimizer does different things for different values
        own = own_values([one.model.optimizer for one in members])
        by_values: dict[tuple[float, ...], list[Member]] = {}
        for k, one in enumerate(members):
            by_values.setdefault(tuple(values[k] for values in own.values()), []).append(one)
        parts = list(by_values.values())
        return [one for part in parts for one in stacks_of(part, data, plan, make_probe)]
    fit = max(1, int(len(members) * plan.memory / first.bytes))
    if fit >= len(members):
        return [first]
    size = -(-len(members) // -(-len(members) // fit))  # parts of about the same size
    cuts = range(0, len(members), size)
    return [Stack(members[k : k + size], data, plan, make_probe) for k in cuts]


class Stack:
    """Networks that are trained at once, and the state of all of them.

    Parameters
    ----------
    members, data, plan, make_probe
        As for `stacks_of`.

    Attributes
    ----------
    members
        All of them; `done` of each counts its epochs.
    bytes
        Memory that a step takes, at most.
    in_loops
        Types of operations that run for one network after the other.
    """

    def __init__(
        self, members: Sequence[Member], data: TrainingData, plan: Plan, make_probe: MakeProbe
    ) -> None:
        self.members, self._data, self._plan = list(members), data, plan
        self._rows = list(members)  # those in the stack now
        if plan.early_stopping is not None:
            metrics = members[0].model.metrics
            for one in members:
                one.stopper = Stopper(plan.early_stopping, metrics)
        own = own_values([one.model.optimizer for one in members])
        training_internals.build_training(members[0].model, data.first())
        self._network = Network(members[0].model, own)
        self._fresh = [tf.stack([one] * len(members)) for one in self._network.fresh()]
        self._state = [*self._stacked(), *(tf.constant(one, tf.float32) for one in own.values())]
        seeds = {one.seed for one in members}
        self._own_order = plan.shuffle and len(seeds) > 1
        start = time.perf_counter()
        self._programs = Programs(self._network, self._state, data, self._own_order)
        self._tracing = time.perf_counter() - start
        self._hold_against_fit()
        self.in_loops = self._programs.in_loops
        state = sum(math.prod(one.shape) * one.dtype.size for one in self._state)
        self.bytes = self._programs.bytes + 2 * state
        self._probe = make_probe(self._network)
        self._pace = 0.0  # seconds a step
        self._arrays: list[np.ndarray] = []  # the weights of an epoch, where they are asked for

    def _hold_against_fit(self) -> None:
        """Refuse a program whose first step is not that of `fit`."""
        network, data = self._network, self._data
        order = np.arange(data.samples, dtype=np.int32)
        orders = tf.constant(np.tile(order, (len(self._rows), 1)) if self._own_order else order)
        state = self._programs.train(self._with_fresh_metrics(self._state), orders, 0, 1)
        places = {id(one): k for k, one in enumerate(network.variables)}
        model = network.model
        told = [*model.metrics_variables, *model.variables]
        mine = [state[places[id(one)]][0].numpy() for one in told]
        trained = {id(one) for one in model.trainable_variables}
        which = [id(one) in trained for one in told]
        batch = data.batch(order[: data.batch_size])
        for traced in (False, True):  # what `fit` traces may be another thing than what Python runs
            wanted = training_internals.step_of_fit(model, batch, traced)
            pairs = list(zip(which, mine, wanted, strict=True))
            rest = [(one, other) for trainable, one, other in pairs if not trainable]
            weights = [(one, other) for trainable, one, other in pairs if trainable]
            if all(_about_equal(*pair).all() for pair in rest) and _mostly_equal(weights):
                return
        raise NotStackedError("its first step together is not the one of `fit`")

    def train(self, writer: Writer, progress: Progress) -> None:
        """Train all of them to the end; their models have what they learned, however it ends.

        Raises
        ------
        KeyboardInterrupt
            If the user stops it: the models are as after the last whole epoch.
        """
        try:
            self._capture(writer, 0)
            for epoch in range(self._plan.epochs):
                if not self._epoch(epoch, writer, progress):
                    break
        finally:
            self._hand_back(self._rows)
        for one in self.members:
            # averages take the place of weights, where the optimizer keeps them
            one.model.optimizer.finalize_variable_values(one.model.trainable_weights)
            if one.stopper is not None:
                one.stopper.end(one.model)
        writer.finish([one.name for one in self.members])

    def _epoch(self, epoch: int, writer: Writer, progress: Progress) -> bool:
        """Train an epoch; whether there is one to come for any of them."""
        start = time.perf_counter()
        state = list(self._trained(epoch, progress))
        told = logs_of(self._programs.results(state), len(self._rows))
        if self._data.validation is not None:
            after = self._programs.test(self._with_fresh_metrics(state))
            for place in self._network.of_model:  # what layers count and draw in evaluation too
                state[place] = after[place]
            more = logs_of(self._programs.results(after), len(self._rows))
            told = [
                {**one, **{f"val_{name}": value for name, value in mine.items()}}
                for one, mine in zip(told, more, strict=True)
            ]
        self._state = state
        logs = {
            one.name: mine for one, mine in zip(self._rows, told, strict=True) if not one.stopped
        }
        for one in self._rows:
            one.done += not one.stopped
        writer.history(epoch + 1, logs)
        progress.add(0, float(np.median([one.get("loss", math.nan) for one in logs.values()])))
        self._capture(writer, epoch + 1)
        self._stop(epoch, logs)
        going = [one for one in self._rows if not one.stopped]
        left = self._plan.epochs - epoch - 1
        saved = (time.perf_counter() - start) * left * (1 - len(going) / len(self._rows))
        if going and saved > PAYS * self._tracing:
            self._leave_out_stopped()
        return bool(going)

    def _trained(self, epoch: int, progress: Progress) -> State:
        """The state after an epoch's batches."""
        state = self._with_fresh_metrics(self._state)
        order, batches = self._order(epoch), self._data.batches
        at = 0
        while at < batches:
            # the first call of all is short, as it is not known yet how long a step takes
            steps = max(1, int(CALL_SECONDS / self._pace)) if self._pace else 1
            stop = min(batches, at + steps)
            start = time.perf_counter()
            state = self._programs.train(state, order, at, stop)
            state[-1].numpy()  # wait for it
            if at or stop - at > 1:
                self._pace = (time.perf_counter() - start) / (stop - at)
            progress.add((stop - at) * len(self._rows))
            at = stop
        return state

    def _order(self, epoch: int) -> tf.Tensor:
        """(samples,) or (networks, samples): the order of an epoch."""
        members = self._rows if self._own_order else self._rows[:1]
        orders = {one.seed: one for one in members}
        known = {
            seed: one.order(self._data.samples, epoch, self._plan.shuffle)
            for seed, one in orders.items()
        }
        found = [known[one.seed] for one in members]
        return tf.constant(np.stack(found) if self._own_order else found[0])

    def _stacked(self) -> State:
        """The state of the models as they are now."""
        network = self._network
        state: dict[int, tf.Tensor] = dict(zip(network.metrics, self._fresh, strict=True))
        for places, name in ((network.of_model, "model"), (network.of_optimizer, "optimizer")):
            every = [_variables(one, name) for one in self._rows]
            for k, place in enumerate(places):
                state[place] = tf.stack([tf.convert_to_tensor(one[k].value) for one in every])
        return [state[k] for k in range(len(state))]

    def _with_fresh_metrics(self, state: State) -> State:
        state = list(state)
        for place, value in zip(self._network.metrics, self._fresh, strict=True):
            state[place] = value
        return state

    def _capture(self, writer: Writer, epoch: int) -> None:
        if self._probe is None:
            return
        state, rows = self._state, self._rows
        due = [k for k, one in enumerate(rows) if not one.stopped and epoch % one.every == 0]
        if not due:
            return
        if len(due) < len(rows):
            state = [tf.gather(one, due) for one in state]
        names = [rows[k].name for k in due]
        writer.capture(self._probe, names, state, epoch, epoch * self._data.batches)

    def _stop(self, epoch: int, logs: dict[str, dict[str, Any]]) -> None:
        """Ask of each network whether it stops, and set aside those that do."""
        self._arrays = []
        for k, one in enumerate(self._rows):
            if one.stopped or one.stopper is None:
                continue
            if one.stopper.told(epoch, logs[one.name], lambda k=k: self._weights(k)):  # type: ignore[misc]
                self._hand_back([one])
                one.stopped = True

    def _weights(self, k: int) -> list[np.ndarray]:
        """The weights of a network of the stack, as ``model.get_weights()`` orders them."""
        network = self._network
        if not self._arrays:  # once an epoch, for all networks
            places = {id(one): place for place, one in enumerate(network.variables)}
            wanted = [places[id(one)] for one in network.model.weights]
            self._arrays = [self._state[place].numpy() for place in wanted]
        return [one[k].copy() for one in self._arrays]

    def _leave_out_stopped(self) -> None:
        """Stack those anew that go on."""
        going = [k for k, one in enumerate(self._rows) if not one.stopped]
        state = [tf.gather(one, going) for one in self._state]
        programs = Programs(self._network, state, self._data, self._own_order)
        self._rows = [self._rows[k] for k in going]
        self._fresh = [one[: len(going)] for one in self._fresh]
        self._state, self._programs, self._pace = state, programs, 0.0

    def _hand_back(self, members: Sequence[Member]) -> None:
        """Give models and optimizers what they learned, but for those that have it already."""
        network = self._network
        pieces: dict[int, list[tf.Tensor]] = {}
        for k, one in enumerate(self._rows):
            if one not in members or one.stopped:
                continue
            for places, name in ((network.of_model, "model"), (network.of_optimizer, "optimizer")):
                for place, variable in zip(places, _variables(one, name), strict=True):
                    if place not in pieces:
                        pieces[place] = tf.unstack(self._state[place])
                    variable.assign(pieces[place][k])


def _about_equal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True))


def _mostly_equal(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether nine weights of ten agree: some optimizers make much of a gradient's rounding."""
    equal = [_about_equal(*pair).ravel() for pair in pairs]
    return not equal or bool(np.mean(np.concatenate(equal)) >= 0.9)


def _variables(member: Member, of: str) -> list[Any]:
    whose = member.model if of == "model" else member.model.optimizer
    return list(whose.variables)
