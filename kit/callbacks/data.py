"""Probe data: the fixed samples that are measured, checked, and cut into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kit.callbacks import keras_internals
from kit.checks import as_array, as_numbers, check_count, shown

__all__ = ["Inputs", "ProbeData", "Targets", "fits"]

Targets: TypeAlias = "ArrayLike | Sequence[ArrayLike | None] | Mapping[str, ArrayLike]"
"""An array, or a list, tuple or dict of arrays, with the samples first."""

Inputs: TypeAlias = "Targets | tf.data.Dataset"
"""What targets can be, and a data set of batches."""


@dataclass
class ProbeData:
    """Batches of (x, y, sample_weight), each a structure of arrays with the samples first.

    Make it with `ProbeData.of`, which checks everything that can be checked without a model.
    """

    batches: list[tuple[Any, Any, Any]]
    samples: int
    _only: Any = None

    @classmethod
    def of(
        cls,
        x: Inputs,
        y: Targets | None,
        sample_weight: Targets | None = None,
        batch_size: int = 1024,
    ) -> ProbeData:
        """Check probe data and cut them into batches.

        Parameters
        ----------
        x
            Array of shape (n, ...), or a list, tuple or dict of such for several inputs; or a
            finite `tf.data.Dataset` of batches (x, y) or (x, y, sample_weight) in a fixed
            order, read once. Lists of plain numbers, and lists of such lists, are one array.
        y
            Targets, likewise; None with a dataset, or for a model that needs none.
        sample_weight
            Array of shape (n,), or None.
        batch_size
            Samples that go through the model at once; a dataset has its own.

        Raises
        ------
        TypeError, ValueError
            With the argument, what was expected and what came.
        """
        check_count("batch_size", batch_size)
        if isinstance(x, tf.data.Dataset):
            return cls._of_dataset(x, y, sample_weight)
        if callable(getattr(x, "__next__", None)) or isinstance(x, keras.utils.PyDataset):
            raise TypeError(
                "`x` must be arrays, tensors or a finite tf.data.Dataset; got "
                f"{type(x).__name__}: gather its samples into an array"
            )
        parts = {"x": _arrays(x, "x"), "y": _arrays(y, "y")}
        parts["sample_weight"] = _arrays(sample_weight, "sample_weight")
        samples = _common_length(parts)
        cuts = [slice(start, start + batch_size) for start in range(0, samples, batch_size)]
        batches = [tuple(_cut(part, cut) for part in parts.values()) for cut in cuts]
        return cls(batches, samples)  # type: ignore[arg-type]

    @classmethod
    def _of_dataset(cls, dataset: tf.data.Dataset, y: Any, sample_weight: Any) -> ProbeData:
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            if value is not None:
                raise ValueError(
                    f"`{name}` must be left out where `x` is a dataset of (x, y) batches; "
                    f"got {type(value).__name__}"
                )
        if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
            raise ValueError("`x` must be a finite dataset; got an infinite one: use .take(n)")
        if _shuffles(dataset):
            raise ValueError(
                "`x` must be a dataset in a fixed order; got one that shuffles, and reading it "
                "would change the order of training: take the probe data before .shuffle()"
            )
        batches, samples = [], 0
        for batch in dataset:
            unpacked = keras.utils.unpack_x_y_sample_weight(batch)
            names = ("x", "y", "sample_weight")
            parts = {
                name: _arrays(part, name, samples)
                for name, part in zip(names, unpacked, strict=True)
            }
            samples += _common_length(parts)
            batches.append(tuple(parts.values()))
        if not samples:
            raise ValueError("`x` must hold at least one sample; got an empty dataset")
        return cls(batches, samples)  # type: ignore[arg-type]

    def pieces(self, rows: int) -> Iterator[tuple[int, tuple[Any, Any, Any]]]:
        """(samples, (x, y, sample_weight)) of each batch, as tensors, of at most `rows` samples."""
        for k, batch in enumerate(self.batches):
            samples = _length(batch)
            if samples <= rows:
                yield samples, self._as_tensors(k)
                continue
            for start in range(0, samples, rows):
                cut = slice(start, min(start + rows, samples))
                piece = tuple(_cut(part, cut) for part in batch)
                yield cut.stop - start, _map(tf.convert_to_tensor, piece)

    def _as_tensors(self, k: int) -> Any:
        if len(self.batches) > 1:
            return _map(tf.convert_to_tensor, self.batches[k])
        if self._only is None:  # kept, as every capture uses them again
            self._only = _map(tf.convert_to_tensor, self.batches[0])
        return self._only

    def signature(self, any_number: bool = False) -> tuple[Any, Any, Any]:
        """Shapes and types that fit every batch; with `any_number`, of any number of samples."""
        leaves = zip(*(keras.tree.flatten(one) for one in self.batches), strict=True)
        specs = [_spec(one, any_number) for one in leaves]
        return keras.tree.pack_sequence_as(self.batches[0], specs)

    def check_against(self, model: keras.Model) -> None:
        """Refuse data whose shapes are not the model's.

        Raises
        ------
        ValueError
            With the shape expected and the one that came.
        """
        x, y, _ = self.batches[0]
        wanted = getattr(model, "inputs", None)
        if wanted:
            given = _given_to(model, x)
            if len(given) != len(wanted):
                raise ValueError(
                    f"`x` must have {len(wanted)} input(s), as the model; got {len(given)}"
                    f"{_STACK if len(wanted) == 1 and isinstance(x, (list, tuple)) else ''}"
                )
            if not any(tensor.dtype == "string" for tensor in wanted):
                _refuse_text("x", x, f"as the model takes {wanted[0].dtype}")
            if not isinstance(x, dict):
                for tensor, array in zip(wanted, given, strict=True):
                    if array is not None:
                        _check_shape("x", tensor.shape[1:], array.shape[1:])
        self._check_targets(model, y)

    def _check_targets(self, model: keras.Model, y: Any) -> None:
        loss = getattr(model, "loss", None)
        name = loss if isinstance(loss, str) else getattr(loss, "name", "")
        # what a subclass returns is not told by the graph that it began as
        is_graph = keras_internals.home_of_call(model).startswith("keras.")
        outputs = getattr(model, "outputs", None) if is_graph else None
        known = isinstance(loss, str) or type(loss).__module__.startswith("keras.")
        if outputs and len(outputs) > 1 and isinstance(loss, (str, list, tuple, dict)):
            losses = [loss] * len(outputs) if isinstance(loss, str) else keras.tree.flatten(loss)
            wanted = sum(one is not None for one in losses)
            given = sum(one is not None for one in keras.tree.flatten(y))
            if given not in (wanted, len(outputs)):
                raise ValueError(
                    f"`y` must have {wanted} array(s) of targets, as the model has losses; "
                    f"got {given}"
                )
        if not outputs or len(outputs) != 1 or not known or name not in _LIKE_OUTPUT:
            return
        if y is None:
            raise ValueError(f"`y` must hold the targets for the loss {name!r}; got None")
        _refuse_text("y", y, f"as the loss {name!r} takes")
        if not isinstance(y, np.ndarray):
            return
        whole, one, sparse = tuple(outputs[0].shape[1:]), y.shape[1:], name == _SPARSE
        classes = whole[-1] if whole else None
        shapes = [whole[:-1], (*whole[:-1], 1)] if sparse or classes == 1 else [whole]
        if whole and not any(fits(shape, one) for shape in shapes):
            raise ValueError(
                f"`y` must have the shape {_shape(shapes[-1])} for the loss {name!r}; "
                f"got {_shape(one)}"
            )
        if sparse:
            ignored = getattr(loss, "ignore_class", None)
            _check_labels([batch[1] for batch in self.batches], classes, ignored)


_STACK = ": a list is an array for each input; samples go into one array, as np.stack(x)"

_SPARSE = "sparse_categorical_crossentropy"
_LIKE_OUTPUT = {
    *("binary_crossentropy", "categorical_crossentropy", _SPARSE, "mse", "mean_squared_error"),
    *("mae", "mean_absolute_error", "huber", "hinge", "squared_hinge", "log_cosh", "poisson"),
    *("binary_focal_crossentropy", "kl_divergence"),
}
"""Losses whose targets have the output's shape; other losses judge their targets themselves."""


def _arrays(data: Any, name: str, first: int = 0) -> Any:
    """The structure `data` with NumPy arrays as leaves, floats of Keras's type, all finite.

    `first` is the number of its first sample, for the message.
    """
    if isinstance(data, (list, tuple)) and _is_plain(data):
        data = as_array(name, data)
    return _map(lambda leaf: _array(leaf, name, first), data)


def _array(leaf: Any, name: str, first: int) -> np.ndarray:
    if isinstance(leaf, (tf.RaggedTensor, tf.SparseTensor)):
        raise TypeError(f"`{name}` must be dense; got a {type(leaf).__name__}")
    # a copy: whoever shuffles theirs in place, in the middle of training, means not these
    array = np.array(leaf)
    if array.ndim == 0:
        raise ValueError(f"`{name}` must be an array with the samples first; got {shown(leaf)}")
    if len(array) == 0:
        raise ValueError(f"`{name}` must hold at least one sample; got shape {array.shape}")
    if array.dtype.kind == "f":
        bad = ~np.isfinite(array)
        if bad.any():
            row = first + int(np.argwhere(bad)[0][0])
            raise ValueError(
                f"`{name}` must be finite; got {int(bad.sum())} NaN or infinite values, the "
                f"first in sample {row}"
            )
        return array.astype(keras.backend.floatx(), copy=False)
    # texts are what some models take; V is the bfloat16 of TensorFlow, to NumPy
    return array if array.dtype.kind in "SUV" or _is_text(array) else as_numbers(name, array)


def _is_plain(data: Any) -> bool:
    """Whether lists, and lists in them, hold plain numbers or texts and nothing else."""
    return np.isscalar(data) or (isinstance(data, (list, tuple)) and all(map(_is_plain, data)))


def _is_text(array: np.ndarray) -> bool:
    return array.dtype == object and all(isinstance(item, (str, bytes)) for item in array.flat)


def _refuse_text(name: str, structure: Any, why: str) -> None:
    for array in keras.tree.flatten(structure):
        if array is not None and array.dtype.kind in "USO":
            raise TypeError(f"`{name}` must be numbers, {why}; got {shown(array)}: texts")


def _check_labels(labels: list[np.ndarray], classes: int | None, ignored: int | None) -> None:
    """Refuse labels of a sparse loss that are no whole numbers, or out of range."""
    first = 0
    for batch in labels:
        broken = np.argwhere(batch != np.floor(batch))
        if len(broken):
            at = tuple(broken[0])
            raise ValueError(
                f"`y` must hold whole numbers, the labels of the classes; got {batch[at]:g} in "
                f"sample {first + int(at[0])}"
            )
        first += len(batch)
    counted = np.concatenate([batch[batch != ignored] for batch in labels])
    low, high = (int(counted.min()), int(counted.max())) if counted.size else (0, 0)
    if classes and (low < 0 or high >= classes):
        raise ValueError(
            f"`y` must hold labels from 0 to {classes - 1}, as the model has {classes} outputs; "
            f"got {low} to {high}"
        )


def _given_to(model: keras.Model, x: Any) -> list[Any]:
    """The inputs that a model takes of those given: of a dict it takes what it knows by name."""
    names = [tensor.name for tensor in model.inputs]
    if isinstance(x, Mapping) and set(names) <= set(x):
        return [x[name] for name in names]
    return list(keras.tree.flatten(x))


def _spec(leaves: Sequence[np.ndarray | None], any_number: bool) -> tf.TensorSpec | None:
    """The shape and type that fit the arrays of one place in every batch."""
    if leaves[0] is None:
        return None
    shapes = np.array([one.shape for one in leaves if one is not None])  # (batches, rank)
    same = (shapes == shapes[0]).all(axis=0)
    sides = [int(side) if one else None for side, one in zip(shapes[0], same, strict=True)]
    return tf.TensorSpec([None if any_number else sides[0], *sides[1:]], leaves[0].dtype)


def _length(batch: tuple[Any, Any, Any]) -> int:
    return len(next(one for one in keras.tree.flatten(batch[0]) if one is not None))


def _map(function: Callable[[Any], Any], structure: Any) -> Any:
    return keras.tree.map_structure(lambda x: None if x is None else function(x), structure)


def _cut(part: Any, cut: slice) -> Any:
    return _map(lambda array: array[cut], part)


def _common_length(parts: dict[str, Any]) -> int:
    lengths = {
        name: [len(array) for array in keras.tree.flatten(part) if array is not None]
        for name, part in parts.items()
    }
    if not lengths["x"]:
        raise ValueError("`x` must be an array with the samples first; got None")
    samples = lengths["x"][0]
    for name, found in lengths.items():
        for length in found:
            if length != samples:
                other = "its first input" if name == "x" else "`x`"
                rows = isinstance(parts["x"], (list, tuple)) and len(parts["x"]) == length
                raise ValueError(
                    f"`{name}` must have as many samples as {other}; got {length} for {name} and "
                    f"{samples} for {other.replace('`', '')}{_STACK if rows else ''}"
                )
    return samples


def _shuffles(dataset: tf.data.Dataset) -> bool:
    if "Shuffle" in type(dataset).__name__:
        return True
    return any(_shuffles(source) for source in keras_internals.inputs_of_dataset(dataset))


def fits(wanted: Sequence[int | None], given: tuple[int, ...]) -> bool:
    """Whether a shape is the one wanted, where None is any size."""
    return len(wanted) == len(given) and all(
        w in (None, g) for w, g in zip(wanted, given, strict=True)
    )


def _check_shape(name: str, wanted: Sequence[int | None], given: tuple[int, ...]) -> None:
    if not fits(wanted, given):
        raise ValueError(
            f"`{name}` must have the shape {_shape(wanted)} of the model's input; "
            f"got {_shape(given)}"
        )


def _shape(rest: Sequence[int | None]) -> str:
    sizes = ["any" if size is None else str(size) for size in rest]
    return f"({', '.join(['n', *sizes])})" if sizes else "(n,)"
