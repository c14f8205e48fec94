"""What every layer of a model makes of images: its outputs, pooling and flattening included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kit.callbacks import keras_internals
from kit.callbacks.data import fits
from kit.callbacks.layers import asked_layer, asked_layers, call_names, unused_name
from kit.checks import UnknownNameError, as_numbers, listed
from kit.models.arguments import check_model

__all__ = ["feature_maps"]


def feature_maps(
    model: keras.Model, images: ArrayLike, *, layers: str | Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """Run images through a model, in inference mode, and keep what every layer gives.

    Parameters
    ----------
    model
        A built Keras model with one input; left as it was.
    images
        One image, (height, width, channels) or, for one channel, (height, width); or several,
        with the samples first. Of the size and the range that the model takes. A subclassed
        model, which does not say its size, takes several alone.
    layers
        Name of a layer, by path as ``encoder/conv1``, or a list of names; None takes all.

    Returns
    -------
    dict
        By layer in the order of their calls, arrays with the samples first; for one image
        without them. A layer called more than once, or with several outputs, has ``name[1]``,
        ``name[2]``.

    Raises
    ------
    TypeError, ValueError
        For a model that is not built or has several inputs, for images of another size than
        the model's or with values that are not finite.
    UnknownNameError
        For layers that the model has not, or never calls.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> maps = feature_maps(build_toy_convnet(seed=1), np.zeros((28, 28)))
    >>> maps["conv1"].shape, maps["pool"].shape
    ((26, 26, 2), (12, 12, 2))
    """
    check_model(model)
    batch, one = _batch(model, images)
    leaves = dict(_leaves(model))
    names = list(leaves)
    wanted = names if layers is None else asked_layers(layers, names)
    asked = {asked_layer(name, names) for name in wanted}
    heard: list[tuple[str, np.ndarray]] = []
    places = [
        (layer, "call", _noting(name, layer.call, heard))
        for name, layer in leaves.items()
        if name in asked
    ]
    inputs = getattr(model, "input", None)  # in a list or a dict, where the model was made so
    given = batch if inputs is None else keras.tree.map_structure(lambda _: batch, inputs)
    with keras_internals.LISTENING, keras_internals.replaced(places), keras.StatelessScope():
        keras_internals.call_model(model, given, training=False)
    found = _by_call(heard, names)
    for name in wanted if layers is not None else []:
        if not any(name in key for key in found):
            calls = listed(call for _, call in found)
            raise UnknownNameError(
                f"`layers` must name layers that the model calls, of those asked for: {calls}; "
                f"got {name!r}"
            )
    return {
        call: array[0] if one else array
        for (name, call), array in found.items()
        if name in wanted or call in wanted
    }


def _by_call(
    heard: list[tuple[str, np.ndarray]], names: list[str]
) -> dict[tuple[str, str], np.ndarray]:
    """What was heard, by the names of layer and call, in order."""
    calls = {
        name: iter(call_names(name, number, names))
        for name, number in Counter(name for name, _ in heard).items()
    }
    return {(name, next(calls[name])): array for name, array in heard}


def _noting(
    name: str, call: Callable[..., Any], heard: list[tuple[str, np.ndarray]]
) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        for output in keras.tree.flatten(outputs):
            if output is not None:
                heard.append((name, np.asarray(keras.ops.convert_to_numpy(output))))
        return outputs

    return noted


def _leaves(model: keras.Model) -> Iterator[tuple[str, keras.layers.Layer]]:
    """(path, layer) of every layer that is no model itself, each once, as `probe` names it."""
    seen: set[int] = set()
    names: set[str] = set()

    def visit(model: keras.Model, inside: str) -> Iterator[tuple[str, keras.layers.Layer]]:
        for layer in model.layers:
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            path = unused_name(inside + layer.name, names)
            if isinstance(layer, keras.Model):
                yield from visit(layer, path + "/")
            elif not isinstance(layer, keras.layers.InputLayer):
                yield path, layer

    yield from visit(model, "")


def _batch(model: keras.Model, images: ArrayLike) -> tuple[np.ndarray, bool]:
    """The images with the samples first, and whether it was one image."""
    inputs = getattr(model, "inputs", None)
    if inputs and len(inputs) != 1:
        raise ValueError(f"`model` must have one input; got {len(inputs)}")
    array = as_numbers("images", images, finite=False)
    with np.errstate(over="ignore"):
        array = as_numbers("images", array.astype(keras.backend.floatx()))
    if not inputs:
        return array, False
    wanted = tuple(inputs[0].shape[1:])
    for candidate, one in (
        (array, False),
        (array[None], True),
        (array[None, ..., None], True),
        (array[..., None], False),
    ):
        if candidate.size and fits(wanted, candidate.shape[1:]):
            return candidate, one
    size = ", ".join("any" if side is None else str(side) for side in wanted)
    raise ValueError(
        f"`images` must be of the model's size, ({size}), one or several; got shape {array.shape}"
    )
