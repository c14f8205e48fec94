"""Small networks of every kind of layer, for tests of the pages of one's own network."""

import json
import re

import numpy as np


def data_of(page):
    """What the scripts of a page read."""
    text = re.search(r'id="kit-data">(.*?)</script>', page.html, re.DOTALL)[1]
    return json.loads(text)


def layers():
    import keras

    return keras.layers


def model_of(*parts, shape=(13, 11, 3), loss="sparse_categorical_crossentropy"):
    import keras

    model = keras.Sequential([keras.Input(shape), *parts], name="odd")
    rng = np.random.default_rng(5)
    for layer in model.layers:  # nothing is 0 or 1, so that nothing is left out in silence
        weights = layer.get_weights()
        low = [-0.3 if one.ndim > 1 else 0.05 for one in weights]
        made = [rng.uniform(k, 0.4, one.shape) for k, one in zip(low, weights, strict=True)]
        layer.set_weights(made)
    model.compile("sgd", loss)
    return model


def small(*parts, name="small", shape=(8, 8, 1)):
    import keras

    k = layers()
    ends = (k.Flatten(), k.Dense(2, activation="softmax", name="o"))
    return keras.Sequential([keras.Input(shape), *parts, *ends], name=name)
