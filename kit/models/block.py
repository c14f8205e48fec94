"""The BLOCK network of the lectures: consecutive dense layers of the same size.

Five hidden layers of 100 units on 10 inputs and one sigmoid output: 10 * 100 + 100, four times
100 * 100 + 100, and 100 + 1 are 41,601 parameters.
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence

import keras

from kit.checks import check_count, shown
from kit.models.arguments import (
    Activation,
    InitializerLike,
    OptimizerLike,
    check_counts,
    fresh_optimizer,
    layer_activation,
)
from kit.models.initializers import layer_initializer, layer_seeds, own_seed

__all__ = ["build_block"]


def build_block(
    activation: Activation = "relu",
    initializer: InitializerLike = "he_normal",
    *,
    n_layers: int = 5,
    units: int | Sequence[int] = 100,
    input_dim: int = 10,
    optimizer: OptimizerLike = "sgd",
    seed: int | None = None,
) -> keras.Sequential:
    """Build the compiled BLOCK network for two classes.

    Hidden layers h1, h2, ... and the output layer o, one sigmoid unit; binary cross-entropy,
    accuracy. Every kernel is drawn by an initializer of its own: also where one instance with
    an integer seed is given, from which the layers' seeds are then derived.

    Parameters
    ----------
    activation
        What Keras takes: a name, a function, or a layer as `keras.layers.LeakyReLU` (an
        instance is copied for each hidden layer).
    initializer
        What Keras takes, or a number: the standard deviation of a normal with mean 0.
    n_layers
        Hidden layers.
    units
        Units of every hidden layer, or a list with one entry a layer.
    input_dim
        Features of the input.
    optimizer
        What Keras takes.
    seed
        Non-negative integer; the same one gives the same weights. None takes the seed of
        `initializer` where it has one, else Keras's global random state.

    Returns
    -------
    keras.Sequential
        Input (n, input_dim), output (n, 1) in (0, 1).

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> build_block("tanh", 0.01, seed=1).count_params()
    41601
    """
    check_count("n_layers", n_layers)
    check_count("input_dim", input_dim)
    sizes = _sizes(units, n_layers)
    seeds = layer_seeds(own_seed(initializer) if seed is None else seed, n_layers + 1)
    initializers = [layer_initializer(initializer, one) for one in seeds]
    model = keras.Sequential(name="block")
    model.add(keras.Input((input_dim,)))
    for k, size in enumerate(sizes):
        layer = keras.layers.Dense(
            size,
            activation=layer_activation(activation),
            kernel_initializer=initializers[k],
            name=f"h{k + 1}",
        )
        model.add(layer)
        if isinstance(layer.activation, keras.layers.Layer):
            layer.activation.build((None, size))  # Keras would, at the first call
    model.add(
        keras.layers.Dense(1, activation="sigmoid", kernel_initializer=initializers[-1], name="o")
    )
    model.compile(
        optimizer=fresh_optimizer(optimizer), loss="binary_crossentropy", metrics=["accuracy"]
    )
    return model


def _sizes(units: int | Sequence[int], n_layers: int) -> list[int]:
    many = [units] * n_layers if isinstance(units, numbers.Integral) else units
    expected = f"a positive integer or a list of {n_layers} of them"
    try:
        return check_counts("units", many, expected, n_layers)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise type(error)(f"`units` must be {expected}; got {shown(units)}") from None
