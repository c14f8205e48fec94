"""A recipe: a network, its data and its training, of which it is known whether something is wrong.

A healthy recipe learns. A broken one is a healthy one with a single change, and the change is what
is wrong: so its root is known by construction, and by nobody's judgement of what it then shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.datasets import ball, hypercube, mnist_sample, parabola
from kit.models.initializers import layer_initializer, layer_seeds

__all__ = ["Recipe", "RecipeData", "data_of", "network_of"]

Arrays: TypeAlias = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class RecipeData:
    """What a recipe is trained on: ``x``, ``y``, and as much to validate with."""

    x: np.ndarray
    y: np.ndarray
    validation: Arrays


@dataclass(frozen=True)
class Recipe:
    """A network, its data and its training.

    Attributes
    ----------
    name
        As ``tanh-5``.
    data
        ``digits`` (28x28 pixels, 10 classes), ``ball`` and ``hypercube`` (10 features, 2 classes),
        ``parabola`` (2 features, 2 classes), ``waves`` (2 features, a number).
    root
        What is wrong: the name of a rule. None of a healthy one.
    of, change
        Of a broken one: the healthy recipe, and the one thing that is not as there.
    hidden, filters
        Units of the dense hidden layers; filters of 3x3 convolutions before them, each with a 2x2
        pooling.
    activation, initializer, bias
        Of the hidden layers; the initializer, a name or the std of a normal, of the output too. The
        bias is the value of all, or an initializer.
    after
        What stands behind each hidden layer: ``batch_normalization``, ``layer_normalization``,
        ``dropout`` (of 30 %), or a number by which its answers are multiplied.
    pooling
        ``max`` or ``average``.
    shortcuts
        Whether each hidden layer is added to what it took, from the second on.
    penalty
        λ of an L2 penalty on each kernel.
    output, loss
        Of the output layer; None takes softmax, sigmoid or none, and the loss that belongs to it.
    units
        Of the output layer; None takes what the data have.
    optimizer, rate
        Name of one of Keras's optimizers, ``momentum`` for SGD with 0.9; its learning rate.
    inputs, targets
        What is done to them: functions of arrays.
    samples, epochs, batch_size
        Of the training.
    """

    name: str
    data: str = "digits"
    root: str | None = None
    of: str | None = None
    change: dict[str, Any] = field(default_factory=dict)
    hidden: tuple[int, ...] = (100,) * 5
    filters: tuple[int, ...] = ()
    activation: str | Callable[..., Any] = "relu"
    initializer: str | float = "he_normal"
    bias: str | float = 0.0
    after: str | float | None = None
    pooling: str = "max"
    shortcuts: bool = False
    penalty: float = 0.0
    output: str | None = None
    loss: str | None = None
    units: int | None = None
    optimizer: str = "sgd"
    rate: float = 0.05
    inputs: Callable[[np.ndarray], np.ndarray] | None = None
    targets: Callable[[np.ndarray], np.ndarray] | None = None
    samples: int = 1000
    epochs: int = 10
    batch_size: int = 25


def _digits(samples: int, seed: int) -> tuple[Arrays, Arrays]:
    train, test = mnist_sample.load_data(seed=seed)
    return (train[0][:samples], train[1][:samples]), (test[0][:250], test[1][:250])


def _halves(x: np.ndarray, y: np.ndarray, samples: int) -> tuple[Arrays, Arrays]:
    x, y = x.astype(np.float32), y.astype(np.float32)
    return (x[:samples], y[:samples]), (x[samples : 2 * samples], y[samples : 2 * samples])


def _waves(samples: int, seed: int) -> tuple[Arrays, Arrays]:
    """Noise of std 0.3 on sin(2 x1) + x2 / 2; features of std 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-np.sqrt(3), np.sqrt(3), (2 * samples, 2))
    y = np.sin(2 * x[:, :1]) + x[:, 1:] / 2 + rng.normal(0, 0.3, (2 * samples, 1))
    return _halves(x, y, samples)


def _ball(samples: int, seed: int) -> tuple[Arrays, Arrays]:
    return _halves(*ball.load_data(n_points=2 * samples, seed=seed), samples)


def _hypercube(samples: int, seed: int) -> tuple[Arrays, Arrays]:
    return _halves(*hypercube.load_data(seed=seed), samples)


def _parabola(samples: int, seed: int) -> tuple[Arrays, Arrays]:
    return _halves(*parabola.load_data(n_points=samples, seed=seed), samples)


_Loader: TypeAlias = Callable[[int, int], tuple[Arrays, Arrays]]
_DATA: dict[str, tuple[tuple[int, ...], int, str, _Loader]] = {
    "digits": ((28, 28, 1), 10, "softmax", _digits),
    "ball": ((10,), 1, "sigmoid", _ball),
    "hypercube": ((10,), 1, "sigmoid", _hypercube),
    "parabola": ((2,), 1, "sigmoid", _parabola),
    "waves": ((2,), 1, "linear", _waves),
}
_LOSSES = {
    "softmax": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "linear": "mean_squared_error",
}


def data_of(recipe: Recipe, seed: int) -> RecipeData:
    """The data of a recipe, drawn by a seed."""
    train, validation = _DATA[recipe.data][-1](recipe.samples, seed)
    inputs = recipe.inputs or (lambda x: x)
    targets = recipe.targets or (lambda y: y)
    (x, y), (x_val, y_val) = ((inputs(a), targets(b)) for a, b in (train, validation))
    return RecipeData(x, y, (x_val, y_val))


def network_of(recipe: Recipe, seed: int) -> keras.Model:
    """The compiled network of a recipe, with weights drawn by a seed."""
    shape, outputs, output, _ = _DATA[recipe.data]
    places = len(recipe.filters) + len(recipe.hidden)
    seeds = layer_seeds(seed, 3 * (places + 1))
    output = recipe.output or output

    def settings(k: int) -> dict[str, Any]:
        penalty = keras.regularizers.L2(recipe.penalty) if recipe.penalty else None
        bias: Any = keras.initializers.Constant(recipe.bias)  # type: ignore[arg-type]
        if isinstance(recipe.bias, str):
            bias = layer_initializer(recipe.bias, seeds[places + 1 + k])
        inside = str(recipe.after).endswith("normalization")  # which stands before the activation
        return {
            "activation": None if inside else recipe.activation,
            "kernel_initializer": layer_initializer(recipe.initializer, seeds[k]),
            "kernel_regularizer": penalty,
            "bias_initializer": bias,
        }

    here = made = keras.Input(shape)
    for k, filters in enumerate(recipe.filters):
        layer = keras.layers.Conv2D(filters, 3, padding="same", name=f"conv{k + 1}", **settings(k))
        here = _handed_on(recipe, layer(here), f"conv{k + 1}", seeds[-1 - k])
        pool = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
        here = pool[recipe.pooling](2, name=f"pool{k + 1}")(here)
    if len(shape) > 1:
        here = keras.layers.Flatten(name="flatten")(here)
    for k, units in enumerate(recipe.hidden):
        at = len(recipe.filters) + k
        layer = keras.layers.Dense(units, name=f"h{k + 1}", **settings(at))
        found = _handed_on(recipe, layer(here), f"h{k + 1}", seeds[-1 - at])
        here = here + found if recipe.shortcuts and k else found
    last = settings(places) | {"bias_initializer": "zeros", "activation": output}
    here = keras.layers.Dense(recipe.units or outputs, name="o", **last)(here)
    model = keras.Model(made, here, name=recipe.name.replace("-", "_").replace(".", "_"))
    names = {"momentum": {"class_name": "sgd", "config": {"momentum": 0.9}}}
    optimizer = keras.optimizers.get(names.get(recipe.optimizer, recipe.optimizer))
    optimizer.learning_rate = recipe.rate
    model.compile(optimizer=optimizer, loss=recipe.loss or _LOSSES[output])
    return model


def _handed_on(recipe: Recipe, made: Any, name: str, seed: int | None) -> Any:
    """What a hidden layer hands on."""
    if isinstance(recipe.after, float):
        return keras.layers.Rescaling(recipe.after, name=f"times_{name}")(made)
    if recipe.after == "dropout":
        return keras.layers.Dropout(0.3, seed=seed, name=f"drop_{name}")(made)
    if recipe.after == "batch_normalization":
        made = keras.layers.BatchNormalization(name=f"norm_{name}")(made)
    elif recipe.after == "layer_normalization":
        made = keras.layers.LayerNormalization(name=f"norm_{name}")(made)
    else:
        return made
    return keras.layers.Activation(recipe.activation, name=f"act_{name}")(made)
