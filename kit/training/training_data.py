"""What networks are trained on, and the order in which they see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.checks import check_count, shown
from kit.training.one_network import Batch
from kit.training.training_internals import weights_of_classes

__all__ = ["TrainingData", "batch_order"]

_ALL = 2**31
"""Samples that a batch of all of them may have."""


def batch_order(samples: int, seed: int, epoch: int) -> np.ndarray:
    """The order in which an epoch of `train_together` takes the samples, where it shuffles.

    A function of its arguments alone. So `fit` can be given the same batches: one epoch at a time,
    ``shuffle=False``, on ``x[order]`` and ``y[order]``.

    Parameters
    ----------
    samples
        How many there are.
    seed
        Of the network, a non-negative integer.
    epoch
        0 for the first.

    Returns
    -------
    ndarray
        (samples,) int64, a permutation.

    Raises
    ------
    TypeError, ValueError
        For what is no such integer.

    Examples
    --------
    >>> order = batch_order(5, seed=1, epoch=0)
    >>> sorted(order.tolist())
    [0, 1, 2, 3, 4]
    """
    check_count("samples", samples)
    check_count("seed", seed, least=0)
    check_count("epoch", epoch, least=0)
    return np.random.default_rng([seed, epoch]).permutation(samples)


class TrainingData:
    """Arrays for training, checked, with the validation data beside.

    Parameters
    ----------
    x, y, sample_weight, class_weight
        As for `fit`; arrays, or lists, tuples or dicts of them.
    batch_size
        Samples of a batch; the last of an epoch may have fewer.
    validation_data
        (x, y) or (x, y, sample_weight), or None.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.
    """

    def __init__(
        self,
        x: Inputs,
        y: Targets | None,
        *,
        sample_weight: Targets | None = None,
        class_weight: Mapping[int, float] | None = None,
        batch_size: int = 32,
        validation_data: Sequence[Any] | None = None,
    ) -> None:
        check_count("batch_size", batch_size)
        if isinstance(x, tf.data.Dataset):
            raise TypeError(
                "`x` must be arrays, as the order of batches is drawn anew for each epoch; got a "
                "tf.data.Dataset: gather its samples into arrays"
            )
        if class_weight is not None:
            sample_weight = _weighted(y, sample_weight, class_weight)
        self.probe = ProbeData.of(x, y, sample_weight, batch_size=_ALL)
        self.samples = self.probe.samples
        self.batch_size = min(batch_size, self.samples)
        self._arrays = self.probe.batches[0]
        self._tensors: Batch = _map(tf.convert_to_tensor, self._arrays)
        self.validation: TrainingData | None = None
        if validation_data is not None:
            self.validation = _validation(validation_data, batch_size)

    def batch(self, rows: tf.Tensor | np.ndarray) -> Batch:
        """(x, y, sample_weight) of some samples, as tensors."""
        return _map(lambda one: tf.gather(one, rows), self._tensors)

    def first(self) -> Batch:
        """A batch as arrays, for shapes and types."""
        return _map(lambda one: one[: self.batch_size], self._arrays)

    def taken(self, order: np.ndarray) -> Batch:
        """All samples in an order, as arrays."""
        return _map(lambda one: one[order], self._arrays)

    def as_given(self) -> Batch:
        """(x, y, sample_weight) of all samples, as arrays."""
        return self._arrays

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return -(-self.samples // self.batch_size)


def _map(function: Any, structure: Any) -> Any:
    return keras.tree.map_structure(lambda one: None if one is None else function(one), structure)


def _weighted(y: Any, sample_weight: Any, class_weight: Mapping[int, float]) -> np.ndarray:
    if not isinstance(class_weight, Mapping):
        raise TypeError(
            f"`class_weight` must be a dict of weights by class; got {shown(class_weight)}"
        )
    if sample_weight is not None:
        raise ValueError("`class_weight` must be left out where `sample_weight` is given; got both")
    if y is None or isinstance(y, (list, tuple, Mapping)):
        raise ValueError(
            f"`class_weight` must go with one array of targets; got {type(y).__name__} as `y`"
        )
    return weights_of_classes(np.asarray(y), class_weight)


def _validation(data: Sequence[Any], batch_size: int) -> TrainingData:
    if not isinstance(data, (list, tuple)) or len(data) not in (2, 3):
        raise TypeError(
            "`validation_data` must be (x, y) or (x, y, sample_weight); got "
            f"{shown(data) if not isinstance(data, (list, tuple)) else f'{len(data)} things'}"
        )
    x, y, *rest = data
    try:
        return TrainingData(x, y, sample_weight=rest[0] if rest else None, batch_size=batch_size)
    except (TypeError, ValueError) as error:
        raise type(error)(f"`validation_data`: {error}") from None
