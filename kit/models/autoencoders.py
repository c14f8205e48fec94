"""Autoencoders of dense layers, and the penalty that keeps a code mostly silent.

The cost of a sparse autoencoder, with the mean activation m_j of a hidden unit j over the samples:

    mean of ½ |output - input|² + ½ λ Σ W² + β Σ_j KL(ρ, m_j),
    KL(ρ, m) = ρ log(ρ/m) + (1 - ρ) log((1 - ρ)/(1 - m)).

Source: A. Ng, "Sparse autoencoder", CS294A lecture notes (2011), which the UFLDL tutorial follows.
With a decoder of one linear layer no encoder does better than as many principal components
(H. Bourlard and Y. Kamp, "Auto-association by multilayer perceptrons and singular value
decomposition", 1988); with hidden layers behind the code it can.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy.typing as npt
from keras import ops

from kit.checks import check_choice, check_number, shown
from kit.models.arguments import (
    Activation,
    InitializerLike,
    OptimizerLike,
    check_counts,
    fresh_optimizer,
    layer_activation,
)
from kit.models.initializers import layer_initializer, layer_seeds, own_seed

__all__ = ["KLSparsity", "build_autoencoder"]

_SMALL = 1e-6
"""How near to 0 and to 1 a mean activation is taken to be, at most."""


@keras.saving.register_keras_serializable(package="kit")
class KLSparsity(keras.layers.Layer):
    """Pass on the activations, and add β Σ KL(ρ, mean activation) over the units to the loss.

    The mean is over all axes but the last, so over the batch: the penalty does not grow with its
    size. Activations must lie in (0, 1), as sigmoid's do; their means are clipped to
    [1e-6, 1 - 1e-6]. It is a layer and no activity regularizer, as what those give is divided by
    the size of the batch in Keras since 2026, and was not before.

    Parameters
    ----------
    target
        ρ, above 0 and below 1: the mean activation at which a unit costs nothing.
    weight
        β, at least 0.
    base
        What every Keras layer takes: ``name`` and so on.

    Raises
    ------
    TypeError, ValueError
        For a number of another kind or out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> layer = KLSparsity(target=0.5, weight=2.0)
    >>> [round(float(layer.penalty(np.array([[0.2], [m]]))), 3) for m in (0.8, 0.4)]
    [0.0, 0.174]
    """

    def __init__(self, target: float = 0.05, weight: float = 3.0, **base: object) -> None:
        super().__init__(**base)
        expected = "a number between 0 and 1"
        self.target = check_number("target", target, 0, 1, expected=expected, open_ends=True)
        self.weight = check_number("weight", weight, 0, expected="a number of at least 0")

    def penalty(self, x: npt.ArrayLike) -> keras.KerasTensor:
        """What it adds for activations (..., units), a scalar."""
        a = ops.convert_to_tensor(x)
        means = ops.mean(a, axis=tuple(range(len(a.shape) - 1)))
        means = ops.clip(means, _SMALL, 1 - _SMALL)
        on = self.target * (math.log(self.target) - ops.log(means))
        off = (1 - self.target) * (math.log(1 - self.target) - ops.log(1 - means))
        return self.weight * ops.sum(on + off)

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """The activations, as they come."""
        self.add_loss(self.penalty(x))
        return x

    def get_config(self) -> dict[str, Any]:
        """What the constructor takes."""
        return {**super().get_config(), "target": self.target, "weight": self.weight}


def build_autoencoder(
    units: int | Sequence[int] = 100,
    activation: Activation = "sigmoid",
    initializer: InitializerLike = "glorot_uniform",
    *,
    input_shape: int | Sequence[int] = 100,
    code_activation: Activation = None,
    output: str = "linear",
    sparsity: float | None = None,
    sparsity_weight: float = 3.0,
    weight_decay: float = 0.0,
    loss: str | Callable[..., Any] | keras.losses.Loss = "mean_squared_error",
    optimizer: OptimizerLike = "adam",
    seed: int | None = None,
) -> keras.Sequential:
    """Build a compiled network of dense layers that is to give its input back.

    Layers h1, h2, ... lead to ``code``, and as many, of the same sizes in reverse order, from there
    to the output o. Inputs of more than one axis are flattened first, and get their shape back.
    Train it with ``model.fit(x, x)``. The encoder alone is
    ``keras.Model(model.inputs[0], model.get_layer("code").output)``.

    Parameters
    ----------
    units
        Units of the code; or a list, of the layers that lead to it and of the code.
    activation
        Of all layers but the output: what Keras takes, or a layer as `keras.layers.PReLU`.
    initializer
        What Keras takes, or a number: the standard deviation of a normal with mean 0.
    input_shape
        Features, or the shape of one sample.
    code_activation
        That of the code, as ``"linear"``; None takes `activation`.
    output
        Activation of the output: ``"linear"``, or ``"sigmoid"`` for data in [0, 1].
    sparsity
        ρ of `KLSparsity`, which then follows the code as layer ``sparsity``: the code's activation
        must be sigmoid. None puts none.
    sparsity_weight
        β of `KLSparsity`. Keras's mean squared error is a mean over the features too: beside a sum
        of ½ (x̂ - x)², as the source has it, β is n/2 times as much, for n features.
    weight_decay
        λ: adds ½ λ Σ W² of all kernels, none of biases. Keras's L2(λ) is without the ½.
    loss
        What Keras takes.
    optimizer
        What Keras takes.
    seed
        Non-negative integer; the same one gives the same weights. None takes the seed of
        `initializer` where it has one, else Keras's global random state.

    Returns
    -------
    keras.Sequential
        Input and output (n, ...) with the axes of `input_shape`.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> model = build_autoencoder([64, 8], "relu", input_shape=(28, 28, 1), seed=1)
    >>> [layer.name for layer in model.layers], model.output_shape
    (['flatten', 'h1', 'code', 'h2', 'o', 'reshape'], (None, 28, 28, 1))
    >>> build_autoencoder(25, sparsity=0.01, input_shape=64).count_params()
    3289
    """
    sizes = check_counts("units", _listed(units), "a positive integer or a list of them")
    expected = "the number of features, or the shape of one sample"
    shape = tuple(check_counts("input_shape", _listed(input_shape), expected))
    check_choice("output", output, ("linear", "sigmoid"))
    decay = check_number("weight_decay", weight_decay, 0, expected="a number of at least 0")
    of_code = layer_activation(activation if code_activation is None else code_activation)
    penalty = None if sparsity is None else _penalty(sparsity, sparsity_weight, of_code)
    widths = [*sizes, *sizes[-2::-1], math.prod(shape)]
    names = [f"h{k}" for k in range(1, len(widths) - 1)]
    names = [*names[: len(sizes) - 1], "code", *names[len(sizes) - 1 :], "o"]
    seeds = layer_seeds(own_seed(initializer) if seed is None else seed, len(widths))

    model = keras.Sequential(name="autoencoder")
    model.add(keras.Input(shape))
    if len(shape) > 1:
        model.add(keras.layers.Flatten(name="flatten"))
    for name, width, one in zip(names, widths, seeds, strict=True):
        acts = {"o": output, "code": of_code}.get(name) or layer_activation(activation)
        layer = keras.layers.Dense(
            width,
            activation=acts,
            kernel_initializer=layer_initializer(initializer, one),
            kernel_regularizer=keras.regularizers.L2(decay / 2) if decay else None,
            name=name,
        )
        model.add(layer)
        if isinstance(layer.activation, keras.layers.Layer):
            layer.activation.build((None, width))  # Keras would, at the first call
        if name == "code" and penalty is not None:
            model.add(penalty)
    if len(shape) > 1:
        model.add(keras.layers.Reshape(shape, name="reshape"))
    model.compile(optimizer=fresh_optimizer(optimizer), loss=loss)
    return model


def _listed(value: int | Sequence[int]) -> Sequence[int]:
    return [value] if isinstance(value, numbers.Integral) else value  # type: ignore[list-item,return-value]


def _penalty(sparsity: float, weight: float, activation: Callable[..., Any]) -> KLSparsity:
    target = check_number(
        "sparsity", sparsity, 0, 1, expected="a number between 0 and 1, or None", open_ends=True
    )
    beta = check_number("sparsity_weight", weight, 0, expected="a number of at least 0")
    if activation is not keras.activations.sigmoid:
        raise ValueError(
            "`activation` of the code must be 'sigmoid' where `sparsity` is given, as its "
            f"mean is compared with a share; got {shown(activation)}"
        )
    return KLSparsity(target, beta, name="sparsity")
