"""Inputs changed by so little that nobody sees it, so that a model's loss grows.

The fast gradient sign method of I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing
Adversarial Examples" (2015, arXiv 1412.6572):

    x' = x + ε sign(∂J/∂x),

where J is the loss. Each number of an input goes by ε up or down, whichever makes the loss larger;
of all changes that move no number by more than ε, this is the worst to first order.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from kit.checks import as_numbers, check_count, check_number, check_pair, shown
from kit.models.arguments import check_model

__all__ = ["adversarial"]

Arrays: TypeAlias = "ArrayLike | Sequence[ArrayLike] | Mapping[str, ArrayLike]"
"""An array, or a list, tuple or dict of arrays for several inputs or outputs."""


def adversarial(
    model: keras.Model,
    x: Arrays,
    y: Arrays,
    epsilon: float,
    *,
    clip: Sequence[float] | None = None,
    batch_size: int = 1024,
) -> Any:
    """Adversarial examples by the fast gradient sign method: x + ε sign(∂J/∂x).

    J is the compiled loss, penalties included, without dropout and with batch normalisation in
    inference. A number on which the loss does not depend, as far as rounding can tell, stays as it
    is. The model, its metrics and its random states are not changed.

    Parameters
    ----------
    model
        A compiled, built Keras model.
    x
        Inputs (n, ...), finite; or a list, tuple or dict of such for several inputs. Whole numbers
        are taken as floats.
    y
        Targets, as for `fit`.
    epsilon
        By how much each number is moved, in the unit of `x`; at least 0.
    clip
        Lowest and highest value that an input can have, as ``(0, 1)`` for pixels; what would leave
        this range ends on its edge. None lets all go where they go.
    batch_size
        Samples that go through the model at once.

    Returns
    -------
    ndarray
        Like `x`, in its dtype where that is of floats, else in Keras's `floatx`; of several inputs
        the same list, tuple or dict.

    Raises
    ------
    TypeError, ValueError
        For a model that is not built or not compiled, for data that do not fit it or each other,
        inputs without a gradient, as the numbers of words are, an `epsilon` below 0, and a `clip`
        in which `x` does not lie.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> x, y = load_data(n_points=50)
    >>> model = build_block("tanh", "glorot_normal", seed=1)
    >>> worse = adversarial(model, x, y, 0.1)
    >>> model.evaluate(worse, y, verbose=0)[0] > model.evaluate(x, y, verbose=0)[0]
    True
    """
    check_model(model)
    if not getattr(model, "compiled", False):
        raise ValueError(f"`model` must be compiled with a loss; got {model.name!r} without one")
    size = check_number("epsilon", epsilon, 0, expected="a finite number of at least 0")
    check_count("batch_size", batch_size)
    inputs = keras.tree.map_structure(_floats, _stacked("x", x))
    targets = keras.tree.map_structure(lambda one: as_numbers("y", one), _stacked("y", y))
    samples = _samples(inputs, targets)
    _check_shapes(model, inputs)
    ends = None if clip is None else _ends(clip, inputs)
    try:
        signs = [
            _signs(model, *(_cut(part, first, batch_size) for part in (inputs, targets)))
            for first in range(0, samples, batch_size)
        ]
    except tf.errors.InvalidArgumentError as error:  # as of a label that the model does not have
        raise ValueError(
            f"`x` and `y` must be what the model and its loss take; got {shown(targets)} for `y`, "
            f"of which TensorFlow says: {str(error).split('}} ')[-1].split(' [Op')[0]}"
        ) from error

    def moved(one: np.ndarray, *sign: np.ndarray) -> np.ndarray:
        found = one + one.dtype.type(size) * np.concatenate(sign)
        return found if ends is None else np.clip(found, *ends).astype(one.dtype)

    return keras.tree.map_structure(moved, inputs, *signs)


def _signs(model: keras.Model, x: Any, y: Any) -> Any:
    """The signs of the gradient of the loss by x, like x."""
    samples = len(keras.tree.flatten(x)[0])
    given = keras.tree.map_structure(tf.convert_to_tensor, x)
    taped = keras.tree.flatten(given)
    # what is assigned within the scope, as metrics and seeds are, never reaches the model
    with keras.StatelessScope(collect_losses=True), tf.GradientTape() as tape:
        tape.watch(taped)
        y_pred = model(given, **_inference(model.call))
        targets = keras.tree.map_structure(tf.convert_to_tensor, y)
        loss = model.compute_loss(
            x=given, y=targets, y_pred=y_pred, sample_weight=None, **_inference(model.compute_loss)
        )
        loss = samples * tf.reduce_mean(loss)  # so that half precision does not lose small slopes
    gradients = tape.gradient(loss, taped)
    for one, array in zip(gradients, taped, strict=True):
        if one is None:
            raise ValueError(
                "`x` must have a gradient; the loss does not depend on it in a way that can be "
                f"differentiated; got {shown(array.numpy())}"
            )
        bad = int(np.count_nonzero(~np.isfinite(one.numpy())))
        if bad:
            raise ValueError(
                f"the gradient of the loss by `x` must be finite; got {bad:,} NaN or infinite "
                "values: are the weights finite, and are the labels those of the model?"
            )
    signs = [np.sign(one.numpy()) for one in gradients]
    return keras.tree.pack_sequence_as(x, signs)


def _inference(function: Callable[..., Any]) -> dict[str, bool]:
    """What tells a function that nothing is trained, where it can be told."""
    known = inspect.signature(function).parameters
    return {"training": False} if "training" in known else {}


def _stacked(name: str, data: Any) -> Any:
    """Several arrays as they came; one array, and lists of plain numbers, as one."""
    if isinstance(data, Mapping):
        return dict(data)
    if isinstance(data, (list, tuple)) and data and all(hasattr(one, "shape") for one in data):
        return data
    return as_numbers(name, data)


def _floats(values: Any) -> np.ndarray:
    array = as_numbers("x", values)
    return array if array.dtype.kind == "f" else array.astype(keras.config.floatx())


def _samples(x: Any, y: Any) -> int:
    counts: dict[int, str] = {}
    for name, part in (("x", x), ("y", y)):
        for array in keras.tree.flatten(part):
            if array.ndim == 0 or not len(array):
                raise ValueError(
                    f"`{name}` must be an array with the samples first; got {shown(array)}"
                )
            counts.setdefault(len(array), name)
    if len(counts) > 1:
        few = " and ".join(f"{count} for {name}" for count, name in counts.items())
        raise ValueError(f"`x` and `y` must have as many samples everywhere; got {few}")
    return next(iter(counts))


def _check_shapes(model: keras.Model, x: Any) -> None:
    """Hold inputs against those of a model that knows them, where both are one array."""
    known = getattr(model, "inputs", None)
    if not isinstance(x, np.ndarray) or known is None or len(known) != 1:
        return
    wanted = tuple(known[0].shape)[1:]
    same = len(wanted) == x.ndim - 1 and all(
        side in (None, given) for side, given in zip(wanted, x.shape[1:], strict=True)
    )
    if not same:
        sides = ", ".join(["n", *("any" if side is None else str(side) for side in wanted)])
        raise ValueError(f"`x` must have the shape ({sides}) of the model's input; got {shown(x)}")


def _ends(clip: Sequence[float], x: Any) -> tuple[float, float]:
    low, high = check_pair("clip", clip, ascending=True)
    for array in keras.tree.flatten(x):
        if array.min() < low or array.max() > high:
            raise ValueError(
                f"`clip` must hold all of `x`, which goes from {array.min():g} to "
                f"{array.max():g}; got {shown(clip)}"
            )
    return low, high


def _cut(part: Any, first: int, size: int) -> Any:
    return keras.tree.map_structure(lambda one: one[first : first + size], part)
