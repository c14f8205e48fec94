"""The layers of a model by what a change does to them: hidden, outputs, activations.

*Weighted* layers are those with a kernel that an initializer draws (Dense, Conv and their like,
recurrent ones); an *output* is one from which no other lies on the way to the model's output; the
others are *hidden*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from kit.callbacks.layers import ACTIVATION_LAYERS
from kit.training.copies import Config
from kit.training.training_internals import names_at_outputs

__all__ = [
    "OF_KERNEL_KEYS",
    "CannotChangeError",
    "Parts",
    "activation_of",
    "blocks_of",
    "ends_of_hidden",
]

OF_KERNEL_KEYS = ("kernel", "depthwise", "pointwise")
"""What stands before ``_initializer`` and ``_regularizer`` in a layer's configuration."""

_INSTEAD = "give a function that builds the other network: kit.twin(model, x, y, change=build)"


class CannotChangeError(ValueError):
    """A change that cannot be made on this model's configuration."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"`change` cannot make {name!r} here: {why}; {_INSTEAD}")


@dataclass(frozen=True)
class Parts:
    """Names of a model's layers, in order, by what a change does to them.

    Attributes
    ----------
    hidden, outputs
        Weighted layers.
    activations
        Layers that are an activation of hidden ones, softmax apart.
    """

    hidden: list[str]
    outputs: list[str]
    activations: list[str]

    @classmethod
    def of(cls, model: keras.Model, change: str) -> Parts:
        """Those of a model; a CannotChangeError where layers lie within layers."""
        weighted = []
        for layer in model.layers:
            config = layer.get_config()
            if {"layers", "layer"} & set(config):
                raise CannotChangeError(change, f"{layer.name!r} has layers of its own within")
            if _has_kernel(config):
                weighted.append(layer.name)
        last = names_at_outputs(model, weighted)
        own = (one for one in model.layers if isinstance(one, ACTIVATION_LAYERS))
        return cls(
            [name for name in weighted if name not in last],
            [name for name in weighted if name in last],
            [
                one.name
                for one in own
                if one.name not in last and not isinstance(one, keras.layers.Softmax)
            ],
        )

    def need_hidden(self, change: str) -> None:
        """Raise a CannotChangeError where there is no hidden layer."""
        if not self.hidden:
            raise CannotChangeError(change, "the model has no hidden layer")


def blocks_of(model: keras.Sequential, parts: Parts) -> list[list[keras.layers.Layer]]:
    """Each hidden layer of a chain, with what follows on it before the next weighted one."""
    blocks: list[list[keras.layers.Layer]] = []
    for layer in model.layers:
        if layer.name in parts.outputs:
            break
        if layer.name in parts.hidden:
            blocks.append([layer])
        elif blocks:
            blocks[-1].append(layer)
    return blocks


def _has_kernel(config: Config) -> bool:
    return any(f"{prefix}_initializer" in config for prefix in OF_KERNEL_KEYS)


def activation_of(layer: keras.layers.Layer) -> Callable[..., Any] | None:
    """The activation of a layer; None where it is linear."""
    found = getattr(layer, "activation", None)
    return None if found is keras.activations.linear else found


def ends_of_hidden(model: keras.Model, parts: Parts) -> list[str]:
    """Layers that give what hidden layers hand on: activations that stand alone, or themselves."""
    of = {layer.name: layer for layer in model.layers}
    own = [name for name in parts.hidden if activation_of(of[name]) is not None]
    found = {*own, *parts.activations} or set(parts.hidden)
    return [layer.name for layer in model.layers if layer.name in found]
