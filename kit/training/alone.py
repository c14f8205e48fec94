"""One network trained by `fit`, with the batches that it would have had together with others."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks.data import ProbeData
from kit.callbacks.recorder import Recorder
from kit.recordings.recording import Recording
from kit.training.plan import Member, Plan
from kit.training.progress import Progress
from kit.training.training_data import TrainingData
from kit.training.writing import Writer

__all__ = ["RunRecorder", "train_alone"]


def train_alone(
    member: Member,
    data: TrainingData,
    plan: Plan,
    writer: Writer,
    progress: Progress,
    recorder: Recorder | None,
) -> None:
    """Train a network by `fit`, and write its run.

    Parameters
    ----------
    member, data, plan
        The network, and what is common to all.
    writer
        Has its run.
    progress
        Is told of each epoch.
    recorder
        Captures it, into its run; None does not.

    Raises
    ------
    Exception
        Whatever `fit` raises.
    """
    batches = _Batches(member, data, plan)
    told = _History(member, writer, progress, data.batches, recorder is not None)
    callbacks: list[keras.callbacks.Callback] = [batches, told]
    if plan.early_stopping is not None:
        callbacks.append(copy.copy(plan.early_stopping))
    if recorder is not None:
        callbacks.append(recorder)
    validation = data.validation
    member.model.fit(
        batches.dataset(),
        epochs=plan.epochs,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
        validation_data=None if validation is None else validation.as_given(),
        validation_batch_size=None if validation is None else validation.batch_size,
    )
    writer.finish([member.name])


class RunRecorder(Recorder):
    """A recorder that writes into a run that has begun.

    Parameters
    ----------
    recording
        Of the run.
    data, every, layers, raw
        As `Recorder` makes and takes them.
    """

    def __init__(
        self,
        recording: Recording,
        data: ProbeData,
        every: int,
        layers: str | Sequence[str] | None,
        raw: bool,
    ) -> None:
        super().__init__([0.0], every=every, layers=layers, raw=raw)
        self.data, self._into = data, recording

    def _new_recording(self, epoch: int) -> Recording:
        return self._into


class _Batches(keras.callbacks.Callback):
    """Hands `fit` the batches of each epoch in its order."""

    def __init__(self, member: Member, data: TrainingData, plan: Plan) -> None:
        super().__init__()
        self._member, self._data, self._shuffle = member, data, plan.shuffle
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras begins the data set anew after this."""
        self._epoch = epoch

    def dataset(self) -> tf.data.Dataset:
        """Of batches, (x, y) or (x, y, sample_weight); x and y may be tuples and dicts."""
        first = _given(self._data.first())
        specs = keras.tree.map_structure(
            lambda one: tf.TensorSpec([None, *one.shape[1:]], one.dtype), first
        )
        found = tf.data.Dataset.from_generator(self._batches, output_signature=specs)
        return found.apply(tf.data.experimental.assert_cardinality(self._data.batches))

    def _batches(self) -> Iterator[Any]:
        order = self._member.order(self._data.samples, self._epoch, self._shuffle)
        for start in range(0, len(order), self._data.batch_size):
            yield _given(self._data.taken(order[start : start + self._data.batch_size]))


class _History(keras.callbacks.Callback):
    """Writes a network's history into its run, where no recorder does; tells of progress."""

    def __init__(
        self, member: Member, writer: Writer, progress: Progress, batches: int, recorded: bool
    ) -> None:
        super().__init__()
        self._member, self._writer, self._progress = member, writer, progress
        self._batches, self._recorded = batches, recorded

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep what Keras reported."""
        reported = dict(logs or {})
        self._member.done = epoch + 1
        if not self._recorded:
            self._writer.history(epoch + 1, {self._member.name: reported})
        self._progress.add(self._batches, float(reported.get("loss", np.nan)))


def _given(batch: tuple[Any, Any, Any]) -> Any:
    """A batch without what is not there; lists, which a data set takes for arrays, as tuples."""
    x, y, sample_weight = batch
    if keras.tree.is_nested(sample_weight):  # of some outputs only: of the others all count alike
        ones = np.ones(len(keras.tree.flatten(y)[0]), "float32")
        sample_weight = keras.tree.map_structure(
            lambda one: ones if one is None else one, sample_weight
        )
    whole = tuple(_tuples(one) for one in (x, y, sample_weight))
    while whole and whole[-1] is None:
        whole = whole[:-1]
    return whole


def _tuples(structure: Any) -> Any:
    if isinstance(structure, dict):
        return {name: _tuples(one) for name, one in structure.items()}
    if isinstance(structure, (list, tuple)):
        return tuple(_tuples(one) for one in structure)
    return structure
