"""The popular CNNs of the lecture's table, and their parameters and depth, counted."""

from __future__ import annotations

from typing import Any

import keras

from kit.callbacks.keras_internals import longest_path

# name in the lecture: parameters, published top-1 and top-5 accuracy on ImageNet's validation
# set, topological depth; None where the table has none
POPULAR_CNNS = {
    "VGG16": (138_357_544, 0.713, 0.901, 23),
    "InceptionV3": (23_851_784, 0.779, 0.937, 159),
    "ResNet50": (25_636_712, 0.749, 0.921, None),
    "Xception": (22_910_480, 0.790, 0.945, 126),
    "InceptionResNetV2": (55_873_736, 0.803, 0.953, 572),
    "ResNeXt50": (25_097_128, 0.777, 0.938, None),
}


def count_popular() -> dict[str, dict[str, Any]]:
    """Parameters and depth of the lecture's CNNs that Keras has."""
    found = {}
    for name in POPULAR_CNNS:
        build = getattr(keras.applications, name, None)
        if build is None:
            continue
        with keras.StatelessScope():  # variables without values: shapes are enough to count
            model = build(weights=None)
        found[name] = {"parameters": model.count_params(), "depth": longest_path(model)}
    return found
