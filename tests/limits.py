"""What the Keras at hand cannot do itself, found by trying: tests that need it are skipped."""

import functools

import keras
import pytest


@functools.cache
def _loads_a_layer_as_activation():
    config = keras.layers.Dense(1, activation=keras.layers.LeakyReLU()).get_config()
    try:
        keras.layers.Dense.from_config(config)
    except (TypeError, ValueError):
        return False
    return True


needs_remat = pytest.mark.skipif(
    not hasattr(keras, "RematScope"), reason=f"Keras {keras.__version__} computes nothing twice"
)

needs_loading_of_layers_as_activations = pytest.mark.skipif(
    not _loads_a_layer_as_activation(),
    reason=f"Keras {keras.__version__} saves a layer that is an activation and cannot load it",
)
