"""Multilayer perceptrons of any widths, with dropout and penalties, for classes or numbers.

The lectures' own for digits is 784-512-512-10 with dropout: 784 * 512 + 512, 512 * 512 + 512 and
512 * 10 + 10 are 669,706 parameters.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.checks import check_choice, check_count, shown
from kit.models.arguments import (
    Activation,
    InitializerLike,
    OptimizerLike,
    check_counts,
    fresh_optimizer,
    layer_activation,
)
from kit.models.initializers import layer_initializer, layer_seeds, own_seed

__all__ = ["build_mlp"]

Regularizer: TypeAlias = (
    "str | Mapping[str, Any] | keras.regularizers.Regularizer"
    " | type[keras.regularizers.Regularizer] | None"
)
"""What Keras takes as regularizer."""

LOSSES = {
    "softmax": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "linear": "mean_squared_error",
}
"""By the activation of the output."""


def build_mlp(
    units: int | Sequence[int] = (512, 512),
    activation: Activation = "relu",
    initializer: InitializerLike = "glorot_uniform",
    *,
    input_shape: int | Sequence[int] = (28, 28, 1),
    outputs: int = 10,
    output: str = "softmax",
    dropout: float | Sequence[float] = 0.0,
    input_dropout: float = 0.0,
    kernel_regularizer: Regularizer = None,
    bias_regularizer: Regularizer = None,
    activity_regularizer: Regularizer = None,
    loss: str | Callable[..., Any] | keras.losses.Loss | None = None,
    optimizer: OptimizerLike = "sgd",
    seed: int | None = None,
) -> keras.Sequential:
    """Build a compiled network of dense layers.

    Hidden layers h1, h2, ... and the output layer o; an input of more than one axis is flattened
    first. Where a share is dropped, a layer d0 (of the input), d1, d2, ... stands after what it
    drops of. Every kernel and every dropout has a seed of its own, and the kernels are the same
    with dropout as without. Regularizers are those of the hidden layers; the output has none.

    Parameters
    ----------
    units
        Units of each hidden layer, or a number for one hidden layer.
    activation
        Of the hidden layers: what Keras takes, or a layer as `keras.layers.PReLU`.
    initializer
        What Keras takes, or a number: the standard deviation of a normal with mean 0.
    input_shape
        Features, or the shape of one sample.
    outputs
        Units of the output layer: classes, or numbers to predict.
    output
        Its activation: "softmax" (targets are class numbers, cross-entropy), "sigmoid" (0 or 1
        for each output, binary cross-entropy, its mean over the outputs), or "linear" (mean
        squared error).
    dropout
        Share that is dropped of what leaves each hidden layer, in [0, 1); or a list, one entry a
        hidden layer. Keras divides the rest by 1 - share while it trains.
    input_dropout
        Share of the inputs that is dropped.
    kernel_regularizer, bias_regularizer, activity_regularizer
        What Keras takes, as `"l2"` or `keras.regularizers.L1(0.01)`. Keras's L2(λ) adds λ Σ W²,
        without the ½ that lectures write.
    loss
        What Keras takes; None takes the one that belongs to `output`.
    optimizer
        What Keras takes.
    seed
        Non-negative integer; the same one gives the same weights and the same drops. None takes
        the seed of `initializer` where it has one, else Keras's global random state.

    Returns
    -------
    keras.Sequential
        Input (n, ...) with the axes of `input_shape`, output (n, outputs).

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> build_mlp(seed=1).count_params()
    669706
    >>> [layer.name for layer in build_mlp([30, 20], dropout=0.5, input_shape=10).layers]
    ['h1', 'd1', 'h2', 'd2', 'o']
    """
    sizes = _widths(units)
    shape = _shape(input_shape)
    check_count("outputs", outputs)
    check_choice("output", output, LOSSES)
    shares = _shares(dropout, len(sizes))
    start = _share("input_dropout", input_dropout, input_dropout, _SHARE)
    penalties = {
        "kernel_regularizer": kernel_regularizer,
        "bias_regularizer": bias_regularizer,
        "activity_regularizer": activity_regularizer,
    }
    penalties = {name: _regularizer(name, one) for name, one in penalties.items()}
    first = own_seed(initializer) if seed is None else seed
    seeds = layer_seeds(first, 2 * (len(sizes) + 1))  # of kernels, then of drops
    kernels, drops = seeds[: len(sizes) + 1], seeds[len(sizes) + 1 :]
    initializers = [layer_initializer(initializer, one) for one in kernels]

    model = keras.Sequential(name="mlp")
    model.add(keras.Input(shape))
    if len(shape) > 1:
        model.add(keras.layers.Flatten(name="flatten"))
    if start:
        model.add(keras.layers.Dropout(start, seed=drops[0], name="d0"))
    for k, (size, share) in enumerate(zip(sizes, shares, strict=True), start=1):
        layer = keras.layers.Dense(
            size,
            activation=layer_activation(activation),
            kernel_initializer=initializers[k - 1],
            name=f"h{k}",
            **{name: _copy_of(one) for name, one in penalties.items()},
        )
        model.add(layer)
        if isinstance(layer.activation, keras.layers.Layer):
            layer.activation.build((None, size))  # Keras would, at the first call
        if share:
            model.add(keras.layers.Dropout(share, seed=drops[k], name=f"d{k}"))
    model.add(
        keras.layers.Dense(
            int(outputs), activation=output, kernel_initializer=initializers[-1], name="o"
        )
    )
    model.compile(
        optimizer=fresh_optimizer(optimizer),
        loss=LOSSES[output] if loss is None else loss,
        metrics=None if output == "linear" else ["accuracy"],
    )
    return model


_SHARE = "a share of at least 0 and below 1"


def _widths(units: int | Sequence[int]) -> list[int]:
    many = [units] if isinstance(units, numbers.Integral) else units
    return check_counts("units", many, "a positive integer or a list of them")  # type: ignore[arg-type]


def _shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    many = [shape] if isinstance(shape, numbers.Integral) else shape
    expected = "the number of features, or the shape of one sample"
    return tuple(check_counts("input_shape", many, expected))  # type: ignore[arg-type]


def _shares(dropout: float | Sequence[float], layers: int) -> list[float]:
    """A share for each hidden layer."""
    expected = f"{_SHARE}, or a list of {layers} of them"
    many = isinstance(dropout, (Sequence, np.ndarray)) and not isinstance(dropout, str)
    shares: list[Any] = list(dropout) if many else [dropout] * layers  # type: ignore[arg-type]
    if len(shares) != layers:
        raise ValueError(f"`dropout` must be {expected}; got {shown(dropout)}")
    return [_share("dropout", one, dropout, expected) for one in shares]


def _share(name: str, share: Any, given: Any, expected: str) -> float:
    if isinstance(share, bool) or not isinstance(share, numbers.Real):
        raise TypeError(f"`{name}` must be {expected}; got {shown(given)}")
    if not 0 <= float(share) < 1:
        raise ValueError(f"`{name}` must be {expected}; got {shown(given)}")
    return float(share)


def _regularizer(name: str, regularizer: Regularizer) -> keras.regularizers.Regularizer | None:
    try:
        known = keras.regularizers.get(regularizer)
    except (ValueError, TypeError) as error:
        kind = ValueError if isinstance(regularizer, str) else TypeError
        raise kind(
            f"`{name}` must be what Keras takes, as 'l2' or keras.regularizers.L2(0.01); "
            f"got {shown(regularizer)}"
        ) from error
    return known() if isinstance(known, type) else known


def _copy_of(
    regularizer: keras.regularizers.Regularizer | None,
) -> keras.regularizers.Regularizer | None:
    """One for each layer: some keep state of their own."""
    if not isinstance(regularizer, keras.regularizers.Regularizer):
        return regularizer
    return type(regularizer).from_config(regularizer.get_config())
