"""What a model is made of, layer by layer: for drawings and tables of architectures."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from kit.models.arguments import check_model

__all__ = ["LayerDescription", "describe"]


@dataclass(frozen=True)
class LayerDescription:
    """One layer of a model.

    Attributes
    ----------
    name
        As in the model.
    kind
        Its class, as ``Conv2D``.
    shape
        Of its output, without the samples; None where only a call would tell.
    parameters
        Its weights and biases, counted; 0 where they are not made yet.
    detail
        What a drawing says of it beside its kind: kernel, window, activation.
    """

    name: str
    kind: str
    shape: tuple[int | None, ...] | None
    parameters: int
    detail: str = ""


def describe(model: keras.Model) -> list[LayerDescription]:
    """The layers of a model in order, its input first.

    Parameters
    ----------
    model
        A built Keras model; one within it counts as one layer.

    Returns
    -------
    list of LayerDescription

    Raises
    ------
    TypeError, ValueError
        For what is no Keras model, or one that is not built.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> [(one.name, one.shape, one.parameters) for one in describe(build_toy_convnet())][:2]
    [('input', (28, 28, 1), 0), ('conv1', (26, 26, 2), 20)]
    """
    check_model(model)
    inputs = getattr(model, "inputs", None) or []
    entries = [
        LayerDescription("input" if len(inputs) == 1 else tensor.name, "Input", shape, 0)
        for tensor in inputs
        for shape in [tuple(tensor.shape[1:])]
    ]
    entries += [
        LayerDescription(
            layer.name,
            type(layer).__name__,
            _shape(layer),
            layer.count_params() if layer.built else 0,  # one that the model never calls
            _detail(layer),
        )
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]
    return entries


def _shape(layer: keras.layers.Layer) -> tuple[int | None, ...] | None:
    try:
        return tuple(layer.output.shape[1:])
    except (AttributeError, ValueError):  # called more than once, or never symbolically
        return None


def _detail(layer: keras.layers.Layer) -> str:
    words = []
    kernel = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if isinstance(kernel, (tuple, list)):
        words.append("×".join(str(size) for size in kernel))
    activation = getattr(layer, "activation", None)
    # the name of a layer has a number that counts up
    named = type(activation) if isinstance(activation, keras.layers.Layer) else activation
    name = getattr(named, "__name__", None)
    if name and name != "linear":
        words.append({"relu": "ReLU"}.get(name, name))
    if isinstance(layer, keras.layers.Dropout):
        words.append(f"rate {layer.rate:g}")
    return ", ".join(words)
