"""What every layer of a model makes of images: its outputs, pooling and flattening included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from kit.callbacks import keras_internals
from kit.callbacks.data import fits
from kit.callbacks.layers import unused_name

__all__ = ["feature_maps"]


def feature_maps(
    model: keras.Model, images: Any, *, layers: Sequence[str] | None = None
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
        Names of layers, by path as ``encoder/conv1``; None takes all.

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
        the model's or with values that are not finite, and for unknown layers.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> maps = feature_maps(build_toy_convnet(seed=1), np.zeros((28, 28)))
    >>> maps["conv1"].shape, maps["pool"].shape
    ((26, 26, 2), (12, 12, 2))
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"`model` must be a Keras 3 model; got {type(model).__name__}")
    if not model.built:
        raise ValueError(f"`model` must be built; got {model.name!r} without weights")
    batch, one = _batch(model, images)
    named = list(_leaves(model))
    wanted = _wanted(layers, [name for name, _ in named])
    heard: list[tuple[str, np.ndarray]] = []
    layers_asked = {_without_call(name) for name in wanted} or {name for name, _ in named}
    places = [
        (layer, "call", _noting(name, layer.call, heard))
        for name, layer in named
        if name in layers_asked
    ]
    inputs = getattr(model, "input", None)  # in a list or a dict, where the model was made so
    given = batch if inputs is None else keras.tree.map_structure(lambda _: batch, inputs)
    with keras_internals.replaced(places), keras.StatelessScope():
        keras_internals.call_model(model, given, training=False)
    found = _by_call(heard)
    for name in wanted:
        if not any(name in (key, _without_call(key)) for key in found):
            raise ValueError(
                "`layers` must name layers that the model calls, of those asked for: "
                f"{', '.join(found) or 'none'}; got {name!r}"
            )
    return {
        key: array[0] if one else array
        for key, array in found.items()
        if not wanted or key in wanted or _without_call(key) in wanted
    }


def _by_call(heard: list[tuple[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """What was heard, by name; that of several calls by ``name[1]``, ``name[2]``."""
    calls = Counter(name for name, _ in heard)
    so_far: Counter[str] = Counter()
    found = {}
    for name, array in heard:
        so_far[name] += 1
        found[name if calls[name] == 1 else f"{name}[{so_far[name]}]"] = array
    return found


def _noting(name: str, call: Any, heard: list[tuple[str, np.ndarray]]) -> Any:
    def noted(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        for output in keras.tree.flatten(outputs):
            if output is not None:
                heard.append((name, np.asarray(keras.ops.convert_to_numpy(output))))
        return outputs

    return noted


def _leaves(model: Any) -> Iterator[tuple[str, Any]]:
    """(path, layer) of every layer that is no model itself, each once, as `probe` names it."""
    seen: set[int] = set()
    names: set[str] = set()

    def visit(model: Any, inside: str) -> Iterator[tuple[str, Any]]:
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


def _wanted(layers: Any, known: list[str]) -> list[str]:
    """The names that were asked for, checked; none for all."""
    if layers is None:
        return []
    if isinstance(layers, str) or not all(isinstance(name, str) for name in layers):
        raise TypeError(f"`layers` must be a list of layer names; got {layers!r}")
    if not layers:
        raise ValueError("`layers` must name at least one layer; got an empty list")
    for name in layers:
        if _without_call(name) not in known:
            raise ValueError(
                f"`layers` must name layers of the model: {', '.join(known)}; got {name!r}"
            )
    return list(layers)


def _without_call(name: str) -> str:
    return re.sub(r"\[\d+\]$", "", name)


def _batch(model: Any, images: Any) -> tuple[Any, bool]:
    """The images with the samples first, and whether it was one image."""
    inputs = getattr(model, "inputs", None)
    if inputs and len(inputs) != 1:
        raise ValueError(f"`model` must have one input; got {len(inputs)}")
    try:
        array = np.asarray(images)
    except ValueError as error:  # images of several sizes
        raise ValueError(f"`images` must be an array of numbers; got {error}") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"`images` must be numbers; got dtype {array.dtype}")
    with np.errstate(over="ignore"):
        array = array.astype(keras.backend.floatx())
    if not np.isfinite(array).all():
        raise ValueError("`images` must be finite; got NaN or infinite values")
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
