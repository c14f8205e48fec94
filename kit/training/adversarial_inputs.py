"""Inputs changed by so little that nobody sees it, so that a model's loss grows.

The fast gradient sign method of I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing
Adversarial Examples" (2015, arXiv 1412.6572):

    x' = x + ε sign(∂J/∂x),

where J is the loss. Each number of an input goes by ε up or down, whichever makes the loss larger;
of all changes that move no number by more than ε, this is the worst to first order.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, overload

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks.data import ProbeData, Targets
from kit.callbacks.one_pass import check_model
from kit.checks import as_numbers, check_number, check_pair, shown

__all__ = ["adversarial"]

Changed: TypeAlias = "np.ndarray | Sequence[np.ndarray | None] | dict[str, np.ndarray | None]"
"""An array, or of several inputs the list, tuple or dict of them; None for one left out."""


@overload
def adversarial(
    model: keras.Model,
    x: np.ndarray,
    y: Targets,
    epsilon: float,
    *,
    clip: Sequence[float] | None = ...,
    batch_size: int = ...,
) -> np.ndarray: ...
@overload
def adversarial(
    model: keras.Model,
    x: Targets,
    y: Targets,
    epsilon: float,
    *,
    clip: Sequence[float] | None = ...,
    batch_size: int = ...,
) -> Changed: ...
def adversarial(
    model: keras.Model,
    x: Targets,
    y: Targets,
    epsilon: float,
    *,
    clip: Sequence[float] | None = None,
    batch_size: int = 1024,
) -> Changed:
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
    >>> from kit.models import adversarial, build_block
    >>> x, y = load_data(n_points=50)
    >>> model = build_block("tanh", "glorot_normal", seed=1)
    >>> worse = adversarial(model, x, y, 0.1)
    >>> model.evaluate(worse, y, verbose=0)[0] > model.evaluate(x, y, verbose=0)[0]
    True
    """
    check_model(model)
    size = check_number("epsilon", epsilon, 0, expected="a finite number of at least 0")
    if isinstance(x, (tf.data.Dataset, keras.utils.PyDataset)) or inspect.isgenerator(x):
        kind = "tf.data.Dataset" if isinstance(x, tf.data.Dataset) else type(x).__name__
        raise TypeError(f"`x` must be arrays; got a {kind}: gather its samples into arrays")
    data = ProbeData.of(x, y, batch_size=batch_size)
    data.check_against(model)
    _check_loss(model, y)
    like = data.batches[0][0]
    inputs = [_floats(one) for one in ([x] if _is_one(like) else keras.tree.flatten(x))]
    ends = None if clip is None else _ends(clip, inputs)
    try:
        signs = [_signs(model, *batch) for _, batch in data.pieces(batch_size)]
    except tf.errors.InvalidArgumentError as error:  # as of a label that the model does not have
        raise ValueError(
            f"`x` and `y` must be what the model and its loss take; got {shown(y)} for `y`, "
            f"of which TensorFlow says: {str(error).split('}} ')[-1].split(' [Op')[0]}"
        ) from error

    def moved(one: np.ndarray | None, *sign: np.ndarray) -> np.ndarray | None:
        if one is None:
            return None
        found = one + one.dtype.type(size) * np.concatenate(sign).astype(one.dtype)
        return found if ends is None else np.clip(found, *ends).astype(one.dtype)

    found = [moved(*parts) for parts in zip(inputs, *signs, strict=True)]
    changed: Changed = keras.tree.pack_sequence_as(like, found)
    return changed


def _check_loss(model: keras.Model, y: Targets) -> None:
    """Refuse a model without a loss, and targets that are missing; one's own loss may need none."""
    if type(model).compute_loss is not keras.Model.compute_loss:
        return
    if model.loss is None and not model.losses:
        raise ValueError("`model` must be compiled with a loss; got one without")
    if y is None and model.loss is not None:
        raise ValueError("`y` must hold the targets for the loss; got None")


def _signs(model: keras.Model, x: Any, y: Any, _: Any) -> list[np.ndarray | None]:
    """The signs of the gradient of the loss by each input; None for one that is left out."""
    given = keras.tree.map_structure(_differentiable, x)
    taped = [one for one in keras.tree.flatten(given) if one is not None]
    # what is assigned within the scope, as metrics and seeds are, never reaches the model
    with keras.StatelessScope(collect_losses=True), tf.GradientTape() as tape:
        tape.watch(taped)
        y_pred = model(given, **_inference(model.call))
        loss = model.compute_loss(
            x=given, y=y, y_pred=y_pred, sample_weight=None, **_inference(model.compute_loss)
        )
        # times the samples, so that half precision does not lose small slopes
        loss = len(taped[0]) * tf.reduce_mean(loss)
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
    found = iter(gradients)
    return [
        None if one is None else np.sign(next(found).numpy()) for one in keras.tree.flatten(given)
    ]


def _differentiable(one: tf.Tensor | None) -> tf.Tensor | None:
    """As floats, in which alone there are slopes."""
    return one if one is None or one.dtype.is_floating else tf.cast(one, keras.config.floatx())


def _inference(function: Callable[..., Any]) -> dict[str, bool]:
    """What tells a function that nothing is trained, where it can be told."""
    known = inspect.signature(function).parameters
    return {"training": False} if "training" in known else {}


def _is_one(structure: Any) -> bool:
    return isinstance(structure, np.ndarray)


def _floats(values: Any) -> np.ndarray | None:
    """What came for one input, in its own dtype where that is of floats."""
    if values is None:
        return None
    array = as_numbers("x", values)
    return array if array.dtype.kind == "f" else array.astype(keras.config.floatx())


def _ends(clip: Sequence[float], inputs: Sequence[np.ndarray | None]) -> tuple[float, float]:
    low, high = check_pair("clip", clip, ascending=True)
    for array in inputs:
        if array is not None and (array.min() < low or array.max() > high):
            raise ValueError(
                f"`clip` must hold all of `x`, which goes from {array.min():g} to "
                f"{array.max():g}; got {shown(clip)}"
            )
    return low, high
