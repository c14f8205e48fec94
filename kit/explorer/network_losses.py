"""Which cost a page computes for a model: the compiled loss where the page knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["read_loss"]

_KINDS = {
    "sparse_categorical_crossentropy": "categorical",
    "categorical_crossentropy": "categorical",
    "SparseCategoricalCrossentropy": "categorical",
    "CategoricalCrossentropy": "categorical",
    "binary_crossentropy": "binary",
    "BinaryCrossentropy": "binary",
    "mse": "squared",
    "MSE": "squared",
    "mean_squared_error": "squared",
    "MeanSquaredError": "squared",
}


def read_loss(model: keras.Model, steps: Sequence[dict[str, Any]]) -> dict[str, object]:
    """The cost of one image, as a page computes it.

    Parameters
    ----------
    model
        Compiled or not.
    steps
        What `read_steps` made of it.

    Returns
    -------
    dict
        ``kind``: ``"categorical"``, ``"binary"`` or ``"squared"``; ``logits``: whether outputs are
        Z-values; ``smoothing`` of the labels; ``compiled``: whether the model was compiled with it;
        ``penalties``: whether layers add some, which a page leaves out.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> read_loss(build_toy_convnet(), [{"shape": [10], "activation": {"name": "softmax"}}])["kind"]
    'categorical'
    """
    loss = getattr(model, "loss", None)
    if isinstance(loss, (list, tuple)) and len(loss) == 1:
        loss = loss[0]
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    of_keras = isinstance(loss, str) or _is_of_keras(loss)
    kind = _KINDS.get(str(name)) if of_keras else None
    last = steps[-1]
    output = (last.get("activation") or {}).get("name")
    penalties = any(
        getattr(layer, f"{part}_regularizer", None) is not None
        for layer in model.layers
        for part in ("kernel", "bias", "activity", "gamma", "beta")
    )
    common = {"compiled": kind is not None, "penalties": penalties, "smoothing": 0.0}
    if kind is not None:
        smoothing = float(getattr(loss, "label_smoothing", 0.0) or 0.0)
        logits = bool(getattr(loss, "from_logits", False))
        return {**common, "kind": kind, "logits": logits, "smoothing": smoothing}
    if output in ("softmax", "sigmoid"):
        return {**common, "kind": "categorical" if output == "softmax" else "binary",
                "logits": False}  # fmt: skip
    return {**common, "kind": "categorical" if last["shape"][0] > 1 else "squared", "logits": True}


def _is_of_keras(loss: object) -> bool:
    module = getattr(loss, "__module__", None) or type(loss).__module__
    return module.partition(".")[0] == "keras"
