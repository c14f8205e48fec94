"""AlexNet, built to be counted."""

from __future__ import annotations

from typing import Any

import keras

from kit.models import describe


def build_alexnet(groups: int = 2) -> Any:
    """AlexNet (Krizhevsky, Sutskever and Hinton, 2012), on 227x227x3; not compiled.

    With two groups, as on the paper's two GPUs, the second, fourth and fifth convolution see
    half of the maps before them.
    """
    layers = keras.layers
    conv = [
        (96, 11, 4, "valid", 1, True),
        (256, 5, 1, "same", groups, True),
        (384, 3, 1, "same", 1, False),
        (384, 3, 1, "same", groups, False),
        (256, 3, 1, "same", groups, True),
    ]  # filters, kernel, stride, padding, groups, pooled after
    model = keras.Sequential([keras.Input((227, 227, 3))], name="alexnet")
    for k, (filters, kernel, stride, padding, parts, pooled) in enumerate(conv, 1):
        model.add(
            layers.Conv2D(
                filters, kernel, stride, padding, groups=parts, activation="relu", name=f"conv{k}"
            )
        )
        if pooled:
            model.add(layers.MaxPooling2D(3, 2, name=f"pool{k}"))
    model.add(layers.Flatten(name="flatten"))
    for k, (units, activation) in enumerate(((4096, "relu"), (4096, "relu"), (1000, "softmax")), 1):
        model.add(layers.Dense(units, activation=activation, name=f"dense{k}"))
    return model


def count_alexnet() -> dict[str, Any]:
    """Parameters of AlexNet by layer, and in all without groups."""
    with keras.StatelessScope():  # variables without values: shapes are enough to count
        layers = describe(build_alexnet())
        whole = build_alexnet(groups=1).count_params()
    return {
        "layers": {one.name: one.parameters for one in layers if one.parameters},
        "whole": whole,
    }
