"""What is known of a network, its data and its training before anything is measured.

`Recorder` and `kit.train_together` keep it with a run, so that a recording can be judged where the
model is no longer at hand. All of it are plain numbers and words, as JSON takes them.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

from kit.callbacks.data import ProbeData
from kit.callbacks.layers import measured_layers
from kit.stats.constant_losses import CONSTANT_LOSSES

__all__ = ["network_facts", "plain_loss_name"]

_NORMS = tuple(
    getattr(keras.layers, name)
    for name in ("BatchNormalization", "LayerNormalization", "GroupNormalization",
                 "UnitNormalization", "RMSNormalization")
    if hasattr(keras.layers, name)
)  # fmt: skip
_SCALERS = (*_NORMS, keras.layers.Rescaling, keras.layers.Normalization)
_MOST = 4000
"""Samples whose inputs are summed up; of more, so many evenly spread."""


def network_facts(model: keras.Model, data: ProbeData) -> dict[str, Any]:
    """What a model, its loss and its data are like, in words and numbers.

    Parameters
    ----------
    model
        Built and compiled; of one that is not, less is said.
    data
        On which it is measured.

    Returns
    -------
    dict
        ``loss``, ``from_logits``; ``optimizer`` (``name``, ``learning_rate``, ``momentum``);
        ``layers``, one dict for each with a kernel: ``name``, ``units``, ``fan_in``,
        ``fan_out``, ``activation``, ``normalized``, ``l2``, ``bias``, its rms,
        ``between``, kinds of layers up to the next; ``output`` (``layer``, ``activation``,
        ``units``); ``inputs``
        (``features``, ``rms``, ``mean``, ``std``, ``largest``, the rms of the largest feature by
        that of the middle one); ``targets`` (``shape``, ``rms``, ``low``, ``high``,
        ``beyond``, the shares that activations cannot reach); ``constant_loss``. What is not known
        is left out.
    """
    facts: dict[str, Any] = {}
    for name, ask in _ASKED.items():
        try:
            found = ask(model, data)
        except Exception:  # of a model of someone's own: what it does not say is not known
            continue
        if found is not None:
            facts[name] = found
    return facts


def plain_loss_name(loss: object) -> str:
    """What Keras calls a loss that is a plain mean; empty for others."""
    if isinstance(loss, str):
        return _SHORT.get(loss.lower(), loss.lower())
    if isinstance(loss, keras.losses.Loss):
        plain = getattr(loss, "reduction", None) in ("sum_over_batch_size", "mean")
        plain &= not getattr(loss, "label_smoothing", 0)
        plain &= getattr(loss, "ignore_class", None) is None
        return _SNAKE.get(type(loss).__name__, "") if plain else ""
    name = getattr(loss, "__name__", "")
    return name if getattr(keras.losses, name, None) is loss else ""


_SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
_SNAKE = {
    "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}


def _loss(model: keras.Model, _: ProbeData) -> str | None:
    return plain_loss_name(getattr(model, "loss", None)) or None


def _from_logits(model: keras.Model, _: ProbeData) -> bool:
    return bool(getattr(model.loss, "from_logits", False))


def _optimizer(model: keras.Model, _: ProbeData) -> dict[str, Any] | None:
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return None
    rate = optimizer.learning_rate  # a variable, or what a schedule gives
    rate = float(rate.numpy() if hasattr(rate, "numpy") else rate)
    found: dict[str, Any] = {"name": type(optimizer).__name__, "learning_rate": rate}
    momentum = getattr(optimizer, "momentum", 0.0)
    if isinstance(momentum, (int, float)):
        found["momentum"] = float(momentum)
    return found


def _layers(model: keras.Model, _: ProbeData) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in measured_layers(model):
        layer = one.layer
        if layer is model or layer is None:
            continue
        if one.kernel is None or not hasattr(layer, "activation"):
            if found:
                _stands_behind(found[-1], layer)
            continue
        shape = [int(size) for size in one.kernel.shape]
        window = math.prod(shape[:-2])
        penalty = getattr(layer, "kernel_regularizer", None)
        found.append(
            {
                "name": one.name,
                "units": shape[-1],
                "fan_in": shape[-2] * window,
                "fan_out": shape[-1] * window // max(math.prod(getattr(layer, "strides", (1,))), 1),
                "activation": _word(layer.activation),
                "normalized": False,
                "l2": float(getattr(penalty, "l2", 0.0) or 0.0),
                "bias": _rms_of_bias(layer),
                "between": [],
            }
        )
    return found


def _rms_of_bias(layer: keras.Operation) -> float:
    bias = getattr(layer, "bias", None)
    return 0.0 if bias is None else float(np.sqrt(np.square(bias.numpy()).mean()))


def _stands_behind(entry: dict[str, Any], layer: keras.Operation) -> None:
    """Note what stands between a layer with weights and the next one."""
    entry["between"].append(type(layer).__name__)
    if isinstance(layer, _NORMS):
        entry["normalized"] = True
    is_activation = isinstance(layer, keras.layers.Activation)
    word = _word(layer.activation) if is_activation else _KINDS.get(type(layer).__name__)
    if word and entry["activation"] == "linear":
        entry["activation"] = word


_KINDS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu", "ELU": "elu",
          "Softmax": "softmax"}  # fmt: skip


def _word(activation: Any) -> str:
    if isinstance(activation, keras.layers.Layer):
        return _KINDS.get(type(activation).__name__, type(activation).__name__)
    return getattr(activation, "__name__", "linear") if activation is not None else "linear"


def _output(model: keras.Model, data: ProbeData) -> dict[str, Any] | None:
    layers = _layers(model, data)
    if len(model.outputs) != 1 or not layers:
        return None
    last = layers[-1]
    return {"layer": last["name"], "activation": last["activation"], "units": last["units"]}


def _joined(data: ProbeData, part: int) -> np.ndarray | None:
    """Inputs (0) or targets (1) of all batches, where they are one array of numbers."""
    pieces = [batch[part] for batch in data.batches]
    if any(one is None or isinstance(one, (list, tuple, dict)) for one in pieces):
        return None
    joined = np.concatenate([np.asarray(one) for one in pieces])
    return joined if joined.dtype.kind in "fiub" else None


def _inputs(model: keras.Model, data: ProbeData) -> dict[str, Any] | None:
    x = _joined(data, 0)
    if x is None or x.ndim < 2:
        return None
    first = next(one for one in model.layers if not isinstance(one, keras.layers.InputLayer))
    if isinstance(first, (*_SCALERS, keras.layers.Embedding)):
        return {"prepared": type(first).__name__}
    if len(x) > _MOST:
        x = x[np.linspace(0, len(x) - 1, _MOST).round().astype(int)]
    x = x.reshape(-1, x.shape[-1]).astype(np.float64) if x.ndim > 2 else x.astype(np.float64)
    rms = np.sqrt(np.square(x).mean(axis=0))
    std = x.std(axis=0)
    varied = rms[std > 1e-6 * rms.max(initial=0.0)]
    middle = float(np.median(varied)) if varied.size else math.nan
    found = {
        "features": int(x.shape[1]),
        "rms": float(np.sqrt(np.square(rms).mean())),
        "mean": float(np.sqrt(np.square(x.mean(axis=0)).mean())),
        "std": float(np.sqrt(np.square(std).mean())),
        "largest": float(rms.max()) / middle if middle else math.nan,
    }
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _targets(model: keras.Model, data: ProbeData) -> dict[str, Any] | None:
    y = _joined(data, 1)
    if y is None or not y.size:
        return None
    y = y.astype(np.float64)
    return {
        "shape": [int(size) for size in y.shape[1:]],
        "rms": float(np.sqrt(np.square(y).mean())),
        "low": float(y.min()),
        "high": float(y.max()),
        "beyond": {
            "relu": float(np.mean(y < 0)),
            "sigmoid": float(np.mean((y < 0) | (y > 1))),
            "tanh": float(np.mean(np.abs(y) > 1)),
        },
    }


def _constant(model: keras.Model, data: ProbeData) -> float | None:
    y = _joined(data, 1)
    formula = CONSTANT_LOSSES.get(plain_loss_name(getattr(model, "loss", None)))
    if y is None or formula is None or not y.ndim:
        return None
    if model.loss == "categorical_crossentropy" and (y.ndim < 2 or y.shape[-1] < 2):
        return None
    return formula(y.astype(np.float64))


_ASKED = {
    "loss": _loss,
    "from_logits": _from_logits,
    "optimizer": _optimizer,
    "layers": _layers,
    "output": _output,
    "inputs": _inputs,
    "targets": _targets,
    "constant_loss": _constant,
}
