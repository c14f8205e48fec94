"""One traced pass for many models of one architecture: ten draws of a network trace once.

Only for what can be known wholly: a `keras.Sequential` of Keras's plain layers, each used once,
with Keras's activation functions, regularizers and losses, and nothing changed by hand. Of two such
models whose configurations are equal, but for initializers, the program of one runs on the
variables of the other. Every other model is traced by itself.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.data import ProbeData
from kit.callbacks.traced import Program

__all__ = ["architecture_of", "shared"]

KEPT = 6
"""Programs that are kept."""

MOST_BYTES_KEPT = 6e6
"""Of variables, in a model whose program is kept: it keeps two copies of them."""

PLAIN_LAYERS = frozenset(
    {
        keras.layers.InputLayer,
        keras.layers.Dense,
        keras.layers.Conv1D,
        keras.layers.Conv2D,
        keras.layers.MaxPooling1D,
        keras.layers.MaxPooling2D,
        keras.layers.AveragePooling1D,
        keras.layers.AveragePooling2D,
        keras.layers.GlobalAveragePooling2D,
        keras.layers.GlobalMaxPooling2D,
        keras.layers.Flatten,
        keras.layers.Reshape,
        keras.layers.Dropout,
        keras.layers.Activation,
        keras.layers.ReLU,
        keras.layers.LeakyReLU,
        keras.layers.ELU,
        keras.layers.Softmax,
        keras.layers.BatchNormalization,
    }
)
PLAIN_LOSSES = frozenset(
    {
        keras.losses.BinaryCrossentropy,
        keras.losses.CategoricalCrossentropy,
        keras.losses.SparseCategoricalCrossentropy,
        keras.losses.MeanSquaredError,
        keras.losses.MeanAbsoluteError,
    }
)
_DRAWN = ("initializer", "seed")
"""What decides how variables begin, and nothing of what is computed with them."""
_KEPT: OrderedDict[str, Program] = OrderedDict()
_LOCK = threading.Lock()


def shared(
    model: keras.Model,
    data: ProbeData,
    options: Sequence[object],
    make: Callable[[], Program],
) -> Program:
    """The program of a pass, from one that was traced for another model where that is the same.

    Parameters
    ----------
    model
        Whose pass it is.
    data
        Probe data, for shapes and types.
    options
        What else the program depends on.
    make
        Traces it.
    """
    key = architecture_of(model, data, options)
    if key is None or _bytes_of(model) > MOST_BYTES_KEPT:
        return make()
    handles = [keras_internals.handle_of(one) for one in model.variables]
    with _LOCK:
        known = _KEPT.get(key)
        if known is not None:
            _KEPT.move_to_end(key)
    if known is not None:
        return known.for_handles(handles)
    program = make()
    apart = program.apart_from(handles)
    if apart is not None:
        with _LOCK:
            _KEPT[key] = apart
            while len(_KEPT) > KEPT:
                _KEPT.popitem(last=False)
    return program


def _bytes_of(model: keras.Model) -> int:
    return sum(one.value.shape.num_elements() * 4 for one in model.variables)


def architecture_of(
    model: keras.Model, data: ProbeData, options: Sequence[object], *, names: bool = True
) -> str | None:
    """What a program depends on, but for variables; None where that is not known wholly.

    Parameters
    ----------
    model, data, options
        As for `shared`.
    names
        Whether what layers are called is part of it.
    """
    if type(model) is not keras.Sequential or tf.distribute.has_strategy():
        return None
    layers = keras_internals.all_layers(model)[1:]
    loss = _told_loss(model)
    single = len({one.name for one in layers}) == len(layers) == len(model.layers) + 1
    if loss is None or not single or not all(_is_plain(one) for one in layers):
        return None
    own = [one for layer in layers for one in keras_internals.own_variables(layer)]
    if [id(one) for one in own] != [id(one) for one in model.variables][: len(own)]:
        return None  # one is used in two layers, or was put in by hand
    # Keras numbers the input through: its name is another in each model, and of no concern
    configs = [{**one.get_config(), "name": one.name if names else ""} for one in layers[1:]]
    kept = [{n: v for n, v in one.items() if not n.endswith(_DRAWN)} for one in configs]
    told = [
        [type(one).__name__ for one in layers],
        kept,
        [[one.shape, one.dtype, one.trainable, _told_penalty(one)] for one in model.variables],
        [str(one) for one in (*layers[0].batch_shape, layers[0].dtype, model.dtype_policy.name)],
        [loss, model.trainable, isinstance(data.batches[0][0], dict), str(data.signature())],
        [keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()],
        [str(one) for one in options],
    ]
    return json.dumps(told, default=str)


def _is_plain(layer: keras.layers.Layer) -> bool:
    """Whether a layer is what its configuration says, and of Keras alone."""
    if type(layer) not in PLAIN_LAYERS or layer.activity_regularizer is not None:
        return False
    if getattr(layer, "lora_enabled", False) or getattr(layer, "quantization_mode", None):
        return False
    activation = getattr(layer, "activation", None)
    functions = [one for one in vars(layer).values() if callable(one) and one is not activation]
    own = {id(one) for one in keras_internals.own_variables(layer)}
    kept = [one for one in vars(layer).values() if isinstance(one, keras.Variable)]
    if not all(id(one) in own for one in kept):
        return False
    name = getattr(activation, "__name__", "")
    if activation is not None and vars(keras.activations).get(name) is not activation:
        return False
    return all(map(keras_internals.is_of_keras, functions))


def _told_loss(model: keras.Model) -> str | None:
    """The compiled loss in words; None where words would not tell all of it."""
    loss = model.loss
    if keras_internals.loss_weights(model) is not None:
        return None
    if isinstance(loss, str):
        return loss
    if type(loss) not in PLAIN_LOSSES:
        return None
    return _told(loss)


def _told_penalty(variable: keras.Variable) -> str:
    """The regularizer that a variable has."""
    penalty = variable.regularizer
    if penalty is None:
        return ""
    if not keras_internals.is_of_keras(penalty):
        return f"of its own {id(penalty)}"
    return _told(penalty)


def _told(thing: object) -> str:
    """A loss or regularizer of Keras's, with all that it keeps."""
    kept = {name: repr(value) for name, value in vars(thing).items() if not callable(value)}
    return f"{type(thing).__name__} {sorted(kept.items())}"
