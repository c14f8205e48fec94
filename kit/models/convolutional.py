"""Convolutional networks of the lectures: the CNN for digits, LeNet-5, the toy convnet.

Sources of the architectures: the lectures' CNN for digits (two 5x5 convolutions of 32 and 64
filters, each with 2x2 pooling, 28 -> 14 -> 7); Y. LeCun, L. Bottou, Y. Bengio and P. Haffner,
"Gradient-based learning applied to document recognition" (1998), with every map of the second
convolution connected to every map before it and pooling without weights of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from kit.checks import check_count, check_number
from kit.models.arguments import (
    Activation,
    InitializerLike,
    OptimizerLike,
    check_counts,
    check_image_shape,
    check_window,
    fresh_optimizer,
    layer_activation,
)
from kit.models.initializers import layer_initializer, layer_seeds, own_seed

__all__ = ["build_lenet5", "build_mnist_cnn", "build_toy_convnet"]


def build_mnist_cnn(
    activation: Activation = "relu",
    initializer: InitializerLike = "he_normal",
    *,
    filters: Sequence[int] = (32, 64),
    kernel_size: int = 5,
    dense_units: int | None = None,
    dropout: float | None = 0.5,
    n_classes: int = 10,
    input_shape: Sequence[int] = (28, 28, 1),
    optimizer: OptimizerLike = "adam",
    seed: int | None = None,
) -> keras.Sequential:
    """Build the compiled CNN for digits.

    For each number of filters a convolution (conv1, conv2, ...; its output as large as its
    input) and a 2x2 max-pooling (pool1, pool2, ...); then flatten, the dense layer d if it is
    asked for, dropout, and the softmax output o. Cross-entropy with integer
    labels, accuracy. Every kernel is drawn by an initializer of its own, as in `build_block`.

    On MNIST it is right for 99.0 to 99.1 % of the test digits after 3 epochs with batches of 64.
    With batches of 128, half as many steps, it is for 99.0 to 99.2 % if Adam's rate is twice its
    default (three seeds each).

    Parameters
    ----------
    activation
        Of the convolutions and the dense layer; what `build_block` takes.
    initializer
        What Keras takes, or a number: the standard deviation of a normal with mean 0.
    filters
        Filters of each convolution.
    kernel_size
        Height and width of the kernels, in pixels.
    dense_units
        Units of the dense layer before the output; None has no such layer.
    dropout
        Share of the last hidden values that training drops, above 0 and below 1; None has no such
        layer.
    n_classes
        Classes, two at least.
    input_shape
        (height, width, channels) of the images.
    optimizer
        What Keras takes.
    seed
        Non-negative integer; the same one gives the same weights and the same dropout. None
        takes the seed of `initializer` where it has one, else Keras's global random state.

    Returns
    -------
    keras.Sequential
        Input (n, height, width, channels), output (n, n_classes), rows that add up to 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came; also for a kernel or a pooling
        window larger than the image it would slide over.

    Examples
    --------
    >>> model = build_mnist_cnn("tanh", "glorot_normal", seed=1)
    >>> model.get_layer("flatten").output.shape, model.count_params()
    ((None, 3136), 83466)
    """
    height, width, _ = shape = check_image_shape(input_shape)
    numbers_of_filters = check_counts(
        "filters", filters, "a list of positive integers, one for each convolution"
    )
    check_count("kernel_size", kernel_size)
    if dense_units is not None:
        check_count("dense_units", dense_units)
    check_count("n_classes", n_classes, least=2)
    if dropout is not None:
        expected = "a number between 0 and 1, or None"
        check_number("dropout", dropout, 0, 1, expected=expected, open_ends=True)
    seeds = layer_seeds(_seed(initializer, seed), len(numbers_of_filters) + 3)
    model = keras.Sequential([keras.Input(shape)], name="mnist_cnn")
    smaller = min(height, width)
    for k, number in enumerate(numbers_of_filters):
        check_window("kernel_size", kernel_size, smaller, f"conv{k + 1}")
        how = {"padding": "same", "kernel_initializer": layer_initializer(initializer, seeds[k])}
        _add(
            model, keras.layers.Conv2D, activation, number, kernel_size, name=f"conv{k + 1}", **how
        )
        if smaller < 2:
            raise ValueError(
                "`input_shape` must leave at least 2x2 pixels for every pooling; "
                f"got {tuple(input_shape)} for {len(numbers_of_filters)} of them"
            )
        model.add(keras.layers.MaxPooling2D(2, name=f"pool{k + 1}"))
        smaller //= 2
    model.add(keras.layers.Flatten(name="flatten"))
    if dense_units is not None:
        how = {"kernel_initializer": layer_initializer(initializer, seeds[-3])}
        _add(model, keras.layers.Dense, activation, dense_units, name="d", **how)
    if dropout is not None:
        model.add(keras.layers.Dropout(float(dropout), seed=seeds[-2], name="dropout"))
    return _finished(model, n_classes, layer_initializer(initializer, seeds[-1]), optimizer)


def build_lenet5(
    activation: Activation = "tanh",
    initializer: InitializerLike = "glorot_uniform",
    *,
    n_classes: int = 10,
    input_shape: Sequence[int] = (28, 28, 1),
    optimizer: OptimizerLike = "adam",
    seed: int | None = None,
) -> keras.Sequential:
    """Build the compiled LeNet-5.

    conv1 (six 5x5 filters, padded, so that 28x28 digits act as the paper's 32x32), pool1 (2x2
    average), conv2 (sixteen 5x5 filters), pool2, flatten, d1 (120), d2 (84), softmax output o:
    61,706 parameters on 28x28x1.

    Parameters
    ----------
    activation, initializer, n_classes, input_shape, optimizer, seed
        As for `build_mnist_cnn`; images must be 12x12 at least.

    Returns
    -------
    keras.Sequential
        Input (n, height, width, channels), output (n, n_classes), rows that add up to 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> build_lenet5(seed=1).count_params()
    61706
    """
    shape = check_image_shape(input_shape)
    if min(shape[:2]) < 12:
        raise ValueError(
            "`input_shape` must be at least 12 pixels high and wide, for two 5x5 convolutions "
            f"with pooling; got {tuple(input_shape)}"
        )
    check_count("n_classes", n_classes, least=2)
    layers = keras.layers
    ways = [layer_initializer(initializer, one) for one in layer_seeds(_seed(initializer, seed), 5)]
    model = keras.Sequential([keras.Input(shape)], name="lenet5")
    kernels = [{"kernel_initializer": way} for way in ways]
    _add(model, layers.Conv2D, activation, 6, 5, padding="same", name="conv1", **kernels[0])
    model.add(layers.AveragePooling2D(2, name="pool1"))
    _add(model, layers.Conv2D, activation, 16, 5, name="conv2", **kernels[1])
    model.add(layers.AveragePooling2D(2, name="pool2"))
    model.add(layers.Flatten(name="flatten"))
    _add(model, layers.Dense, activation, 120, name="d1", **kernels[2])
    _add(model, layers.Dense, activation, 84, name="d2", **kernels[3])
    return _finished(model, n_classes, ways[-1], optimizer)


def build_toy_convnet(
    activation: Activation = "relu",
    initializer: InitializerLike = "he_normal",
    *,
    n_classes: int = 10,
    input_shape: Sequence[int] = (28, 28, 1),
    optimizer: OptimizerLike = "adam",
    seed: int | None = None,
) -> keras.Sequential:
    """Build the compiled toy convnet, small enough to follow number by number.

    conv1 and conv2 (two 3x3 filters each, not padded), pool (2x2 maximum), flatten, softmax
    output o, whose Z-values are the dense sums. On 28x28x1: 20 + 38 + 2,890 parameters.

    Parameters
    ----------
    activation, initializer, n_classes, input_shape, optimizer, seed
        As for `build_mnist_cnn`; images must be 6x6 at least.

    Returns
    -------
    keras.Sequential
        Input (n, height, width, channels), output (n, n_classes), rows that add up to 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Examples
    --------
    >>> build_toy_convnet(seed=1).count_params()
    2948
    """
    shape = check_image_shape(input_shape)
    if min(shape[:2]) < 6:
        raise ValueError(
            "`input_shape` must be at least 6 pixels high and wide, for two 3x3 convolutions "
            f"and pooling; got {tuple(input_shape)}"
        )
    check_count("n_classes", n_classes, least=2)
    layers = keras.layers
    ways = [layer_initializer(initializer, one) for one in layer_seeds(_seed(initializer, seed), 3)]
    model = keras.Sequential([keras.Input(shape)], name="toy_convnet")
    for k in (0, 1):
        how = {"kernel_initializer": ways[k]}
        _add(model, layers.Conv2D, activation, 2, 3, name=f"conv{k + 1}", **how)
    model.add(layers.MaxPooling2D(2, name="pool"))
    model.add(layers.Flatten(name="flatten"))
    return _finished(model, n_classes, ways[-1], optimizer)


def _add(
    model: keras.Sequential,
    kind: type[keras.layers.Layer],
    activation: Activation,
    *sizes: int,
    **options: Any,
) -> None:
    """Add a layer with an activation of its own."""
    # int: Keras takes no integers of NumPy
    layer = kind(*map(int, sizes), activation=layer_activation(activation), **options)
    model.add(layer)
    if isinstance(layer.activation, keras.layers.Layer):
        layer.activation.build(layer.output.shape)  # Keras would, at the first call


def _finished(
    model: keras.Sequential,
    n_classes: int,
    initializer: keras.initializers.Initializer,
    optimizer: OptimizerLike,
) -> keras.Sequential:
    """The model with its softmax output, compiled."""
    model.add(
        keras.layers.Dense(
            int(n_classes), activation="softmax", kernel_initializer=initializer, name="o"
        )
    )
    model.compile(
        optimizer=fresh_optimizer(optimizer),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def _seed(initializer: InitializerLike, seed: int | None) -> int | None:
    return own_seed(initializer) if seed is None else seed
