"""One pass over probe data: z, activation, delta, weight and gradient of every layer.

For the compiled loss L of a batch of n samples, penalties included, one `tf.GradientTape` gives

    gradient = ∂L / ∂W        and        delta = n ∂L / ∂z,

so that row i of delta is ∂cost_i / ∂z (Nielsen 2015, "Neural Networks and Deep Learning", ch. 2);
with losses compiled as ``reduction="sum"``, delta is ∂L / ∂z. Several batches count by their number
of samples, as in `model.evaluate`, whose loss is the probe's loss. The pass runs in a
`keras.StatelessScope`: whatever the model would write down (batch statistics, metrics, seeds of
dropout) is kept out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.layers import (
    Listener,
    MeasuredLayer,
    asked_layer,
    asked_layers,
    call_names,
    measured_layers,
)
from kit.checks import check_flag, check_name
from kit.models import arguments
from kit.quantities import QUANTITIES
from kit.recordings.common import LayerSketches
from kit.recordings.snapshot import LayerSnapshot, Snapshot
from kit.stats.sketch import Sketch

__all__ = ["Pass", "probe"]


def probe(
    model: keras.Model,
    x: Inputs,
    y: Targets | None = None,
    *,
    sample_weight: Targets | None = None,
    layers: str | Sequence[str] | None = None,
    batch_size: int = 1024,
    training: bool = False,
) -> Snapshot:
    """Measure every layer of a model on probe data, once.

    Parameters
    ----------
    model
        A compiled, built Keras 3 model on the TensorFlow backend; left as it was.
    x
        Array of shape (n, ...), or a list, tuple or dict of such for several inputs; or a finite
        `tf.data.Dataset` of batches (x, y) or (x, y, sample_weight).
    y
        Targets, likewise; left out with a dataset.
    sample_weight
        (n,) weights of the samples, as for `model.fit`.
    layers
        Name of the layer to measure, or a list of names; ``name[2]`` is the second call of a layer
        that is called more than once. None takes all.
    batch_size
        Samples that go through the model at once.
    training
        Whether dropout and batch normalisation behave as in training.

    Returns
    -------
    Snapshot
        With arrays z, activation and delta of shape (n, ...), weight and gradient of the
        kernel's shape; None where a layer has none. Recurrent layers have no z.

    Raises
    ------
    TypeError, ValueError
        For a model that is not built or compiled, for data that do not fit it; the message names
        the argument, what was expected and what came.
    UnknownNameError
        For layers that the model has not.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=100)
    >>> snapshot = probe(build_block("tanh", "glorot_normal", seed=1), X, y)
    >>> snapshot["h1"].z.shape, snapshot["h1"].gradient.shape
    ((100, 100), (10, 100))
    """
    data = ProbeData.of(x, y, sample_weight, batch_size)
    one_pass = Pass(model, data, layers=layers, training=training)
    arrays = one_pass.arrays(data)
    entries = [
        LayerSnapshot(entry.name, index, output=entry.output, **arrays.of[entry.name])  # type: ignore[arg-type]
        for index, entry in enumerate(arrays.entries)
    ]
    return Snapshot(entries, loss=arrays.loss, samples=data.samples)


@dataclass
class Entry:
    """One row of what was measured: a layer, or one call of a layer that is called often."""

    name: str
    layer: MeasuredLayer
    call: int | None  # its place among the layer's calls, None for no call
    holds_kernel: bool
    output: bool = False


@dataclass
class Arrays:
    """What the whole of the probe data gave: arrays by entry name and quantity."""

    entries: list[Entry]
    of: dict[str, dict[str, np.ndarray]]
    loss: float


class Pass:
    """A forward and a backward pass over batches, listened to.

    Parameters
    ----------
    model, layers, training
        As for `probe`.
    data
        Probe data; their shapes are checked against the model.
    """

    def __init__(
        self,
        model: keras.Model,
        data: ProbeData,
        *,
        layers: str | Sequence[str] | None = None,
        training: bool = False,
    ) -> None:
        check_model(model)
        data.check_against(model)
        self.model = model
        self.training = check_flag("training", training)
        self.layers = measured_layers(model)
        self.names = [one.name for one in self.layers]
        self.wanted = None if layers is None else asked_layers(layers, self.names)
        if self.wanted is not None:
            asked = {asked_layer(name, self.names) for name in self.wanted}
            self.layers = [one for one in self.layers if one.name in asked]
        self._run: Callable[..., Any] = self._listen
        self._entries: list[Entry] = []

    def trace(self, data: ProbeData) -> None:
        """Compile the pass, for many captures: a traced pass takes a quarter of an eager one.

        A model that cannot be traced, as one that is trained with ``run_eagerly=True`` need not,
        is measured eagerly: what trains without being measured trains with it too.
        """
        traced = tf.function(self._listen, autograph=False)
        try:
            traced.get_concrete_function(*data.signature())
        except Exception:
            if not self.model.run_eagerly:
                raise
            return
        self._run = traced

    def batches(self, data: ProbeData) -> Iterator[tuple[int, dict[str, Any]]]:
        """(samples, what `_listen` returns) of each batch."""
        for samples, batch in data:
            yield samples, self._run(*batch)

    def _listen(self, x: Any, y: Any, sample_weight: Any) -> dict[str, Any]:
        """Loss, calls by layer [(z, activation, delta)], and gradients by layer."""
        kernels = [one.kernel for one in self.layers if one.kernel is not None]
        # within the scope Keras looks for the values of regularised weights there only
        penalised = [(w, w.value) for w in self.model.trainable_weights if w.regularizer]
        with keras.StatelessScope(penalised, collect_losses=True):
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                for kernel in kernels:
                    tape.watch(kernel.value)
                listener = Listener(self.layers, tape)
                with listener.listening():
                    y_pred = keras_internals.call_model(self.model, x, self.training)
                loss = keras_internals.compiled_loss(
                    self.model, x, y, y_pred, sample_weight, self.training
                )
                # n times the mean: its derivative by z is delta itself, and half precision
                # does not lose the small ones
                samples = tf.cast(tf.shape(keras.tree.flatten(x)[0])[0], loss.dtype)
                samples = tf.ones_like(samples) if _is_sum(self.model) else samples
                cost = loss * samples
            notes = [note for calls in listener.notes.values() for note in calls]
            sources = [*(kernel.value for kernel in kernels), *(note.z for note in notes)]
            found = [_widened(one) for one in tape.gradient(cost, sources)]
        gradients = [
            None if one is None else one / tf.cast(samples, one.dtype)
            for one in found[: len(kernels)]
        ]
        deltas = iter(found[len(kernels) :])
        self._entries = self._name_entries(listener, y_pred)
        return {
            "loss": loss,
            "weights": [tf.convert_to_tensor(kernel.value) for kernel in kernels],
            "calls": {
                name: [(note.z, note.activation, next(deltas)) for note in calls]
                for name, calls in listener.notes.items()
            },
            "gradients": gradients,
        }

    def _name_entries(self, listener: Listener, y_pred: Any) -> list[Entry]:
        outputs = {id(tensor) for tensor in keras.tree.flatten(y_pred)}
        entries = []
        for one in self.layers:
            notes = listener.notes.get(one.name, [])
            has_kernel = one.kernel is not None
            if len(notes) != 1 and has_kernel:
                entries.append(Entry(one.name, one, None, True))
            names = call_names(one.name, len(notes), self.names)
            for call, (name, note) in enumerate(zip(names, notes, strict=True)):
                output = id(note.activation) in outputs
                entries.append(Entry(name, one, call, has_kernel and len(notes) == 1, output))
        if self.wanted is not None:
            known = [entry.name for entry in entries]
            for name in self.wanted:
                if name not in self.names and name not in known:  # no call of that number
                    check_name("layers", name, self._known(entries), " of the model")
            entries = [
                entry
                for entry in entries
                if entry.name in self.wanted or entry.layer.name in self.wanted
            ]
        return entries

    def _known(self, entries: list[Entry]) -> list[str]:
        """The names that could have been wanted."""
        calls: dict[str, list[str]] = {}
        for entry in entries:
            calls.setdefault(entry.layer.name, []).append(entry.name)
        return [call for name in self.names for call in calls.get(name, [name])]

    def arrays(self, data: ProbeData) -> Arrays:
        """Every array of every layer, the batches joined."""
        joined = JoinedArrays(self, data.samples)
        for samples, result in self.batches(data):
            joined.add(samples, result)
        return joined.finish()

    def sketches(self, data: ProbeData, *, raw: bool = False) -> tuple[float, list[LayerSketches]]:
        """Loss, and the sketches of every layer; with `raw`, the arrays too.

        Without `raw`, one batch is in memory at a time.
        """
        merged = (KeptArrays if raw else MergedSketches)(self, data.samples)
        for samples, result in self.batches(data):
            merged.add(samples, result)
        return merged.finish()

    def of_calls(self, result: dict[str, Any]) -> Iterator[tuple[str, str, np.ndarray]]:
        """(entry name, quantity, array) of everything that has the samples first."""
        for entry in self._entries:
            if entry.call is not None:
                values = result["calls"][entry.layer.name][entry.call]
                for quantity, tensor in zip(QUANTITIES, values, strict=False):
                    if tensor is not None:
                        yield entry.name, quantity, _to_numpy(tensor)

    def of_kernels(
        self, weights: Sequence[Any], gradients: Sequence[Any]
    ) -> Iterator[tuple[str, str, np.ndarray]]:
        """(entry name, quantity, array) of weights and gradients."""
        with_kernel = [id(one) for one in self.layers if one.kernel is not None]
        found = dict(zip(with_kernel, zip(weights, gradients, strict=True), strict=True))
        for entry in self._entries:
            if entry.holds_kernel:
                weight, gradient = found[id(entry.layer)]
                yield entry.name, "weight", _to_numpy(weight)
                if gradient is not None:
                    yield entry.name, "gradient", _to_numpy(gradient)

    @property
    def entries(self) -> list[Entry]:
        """What was heard in the last pass, in order."""
        return self._entries


class _Total:
    """Loss, weights and gradients of the whole probe data from those of its batches."""

    def __init__(self, one_pass: Pass, samples: int) -> None:
        self.one_pass = one_pass
        self.samples = samples
        self.loss = 0.0
        self.weights: list[Any] = []
        self.gradients: list[Any] = []

    def add(self, samples: int, result: dict[str, Any]) -> None:
        """Take in what a batch of so many samples gave."""
        share = samples / self.samples
        self.loss += share * float(result["loss"])
        self.weights = result["weights"]
        if share == 1:
            self.gradients = result["gradients"]
            return
        parts = [None if g is None else _to_numpy(g) * share for g in result["gradients"]]
        before = self.gradients or [None] * len(parts)
        self.gradients = [
            old if new is None else new if old is None else old + new
            for old, new in zip(before, parts, strict=True)
        ]

    def kernels(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """(entry name, quantity, array) of weights and gradients."""
        return self.one_pass.of_kernels(self.weights, self.gradients)


class JoinedArrays(_Total):
    """The arrays of the whole probe data."""

    def __init__(self, one_pass: Pass, samples: int) -> None:
        super().__init__(one_pass, samples)
        self._pieces: dict[tuple[str, str], list[np.ndarray]] = {}

    def add(self, samples: int, result: dict[str, Any]) -> None:
        """Take in what a batch of so many samples gave."""
        super().add(samples, result)
        for name, quantity, array in self.one_pass.of_calls(result):
            self._pieces.setdefault((name, quantity), []).append(array)

    def finish(self) -> Arrays:
        """Everything together."""
        entries = self.one_pass.entries
        found: dict[str, dict[str, np.ndarray]] = {entry.name: {} for entry in entries}
        for (name, quantity), parts in self._pieces.items():
            found[name][quantity] = parts[0].copy() if len(parts) == 1 else np.concatenate(parts)
        for name, quantity, array in self.kernels():
            found[name][quantity] = array.copy()
        return Arrays(entries, found, self.loss)


class MergedSketches(_Total):
    """The sketches of the whole probe data, merged batch by batch."""

    def __init__(self, one_pass: Pass, samples: int) -> None:
        super().__init__(one_pass, samples)
        self._merged: dict[tuple[str, str], Sketch] = {}

    def add(self, samples: int, result: dict[str, Any]) -> None:
        """Take in what a batch of so many samples gave."""
        super().add(samples, result)
        for name, quantity, array in self.one_pass.of_calls(result):
            key, sketch = (name, quantity), Sketch.of(array)
            self._merged[key] = self._merged[key].merge(sketch) if key in self._merged else sketch

    def finish(self) -> tuple[float, list[LayerSketches]]:
        """Loss, and the sketches of every layer."""
        for name, quantity, array in self.kernels():
            self._merged[name, quantity] = Sketch.of(array)
        layers = [
            LayerSketches(
                entry.name,
                index,
                output=entry.output,
                sketches={
                    quantity: self._merged[entry.name, quantity]
                    for quantity in QUANTITIES
                    if (entry.name, quantity) in self._merged
                },
            )
            for index, entry in enumerate(self.one_pass.entries)
        ]
        return self.loss, layers


class KeptArrays(JoinedArrays):
    """The arrays of the whole probe data, with their sketches."""

    def finish(self) -> tuple[float, list[LayerSketches]]:  # type: ignore[override]
        """Loss, and for every layer its arrays and their sketches."""
        arrays = super().finish()
        layers = [
            LayerSketches(
                entry.name,
                index,
                output=entry.output,
                sketches={name: Sketch.of(a) for name, a in arrays.of[entry.name].items()},
                arrays=arrays.of[entry.name],
            )
            for index, entry in enumerate(arrays.entries)
        ]
        return arrays.loss, layers


def check_model(model: keras.Model) -> None:
    """Refuse what cannot be measured.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        With what to do.
    """
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "`kit` must run on Keras's TensorFlow backend; got the backend "
            f"{keras.backend.backend()!r}: set KERAS_BACKEND=tensorflow before importing keras"
        )
    arguments.check_model(model)
    if not model.compiled:
        raise ValueError(
            f"`model` must be compiled; got {model.name!r} without a loss: call "
            "model.compile(optimizer, loss)"
        )


def _is_sum(model: keras.Model) -> bool:
    """Whether the compiled losses add up the samples' costs instead of averaging them."""
    losses = [one for one in keras.tree.flatten(model.loss) if one is not None]
    return bool(losses) and all(getattr(one, "reduction", "mean") == "sum" for one in losses)


def _widened(gradient: Any) -> Any:
    """A gradient in float32 at least; that of an Embedding, which is sparse, filled up."""
    if gradient is None:
        return None
    gradient = tf.convert_to_tensor(gradient)
    return gradient if gradient.dtype.size >= 4 else tf.cast(gradient, tf.float32)


def _to_numpy(tensor: Any) -> np.ndarray:
    array = np.asarray(tensor)
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
