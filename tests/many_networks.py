"""Networks to train together, and what `fit` makes of each alone."""

import keras
import numpy as np

import kit
from kit.models import build_block, build_mnist_cnn
from kit.training import batch_order

SEEDS = (1, 2, 3)
EPOCHS = 3
K = keras.layers


def ball(n=200):
    x, y = kit.datasets.ball.load_data(n_points=n)
    return x, y.astype("float32")


def digits(n=72):
    rng = np.random.default_rng(5)
    return rng.random((n, 28, 28, 1), "float32"), rng.integers(0, 10, n)


def sgd():
    return keras.optimizers.SGD(0.05)


def momentum():
    return keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)


def adam():
    return keras.optimizers.Adam(0.001)


def rmsprop():
    return keras.optimizers.RMSprop(0.0005, momentum=0.5, centered=True)


OPTIMIZERS = {one.__name__: one for one in (sgd, momentum, adam, rmsprop)}


def block(activation):
    def build(seed, optimizer):
        return build_block(activation, "glorot_normal", optimizer=optimizer, seed=seed)

    return build, ball()


def mlp(seed, optimizer):
    """With dropout and batch normalisation."""
    model = keras.Sequential(
        [
            keras.Input((10,)),
            K.Dense(24, use_bias=False, kernel_initializer=keras.initializers.GlorotNormal(seed)),
            K.BatchNormalization(),
            K.Activation("relu"),
            K.Dropout(0.3, seed=10 + seed),
            K.Dense(1, "sigmoid", kernel_initializer=keras.initializers.GlorotNormal(seed)),
        ]
    )
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy", "mae"])
    return model


def penalised(seed, optimizer):
    """With penalties of weights, biases and activations, and constraints."""
    draw = keras.initializers.HeNormal(seed)
    model = keras.Sequential(
        [
            keras.Input((10,)),
            K.Dense(16, "tanh", kernel_initializer=draw, kernel_regularizer="l2", name="a"),
            K.Dense(
                16, "relu", kernel_initializer=draw, bias_regularizer=keras.regularizers.L1(0.01),
                activity_regularizer=keras.regularizers.L2(0.01), kernel_constraint="max_norm",
            ),
            K.Dense(1, "sigmoid", kernel_initializer=draw, name="c"),
        ]
    )  # fmt: skip
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def two_by_two(seed, optimizer):
    """Two inputs and two outputs, a functional model."""
    draw = keras.initializers.GlorotUniform(seed)
    left, right = keras.Input((4,), name="left"), keras.Input((6,), name="right")
    both = K.Concatenate()([K.Dense(8, "tanh", kernel_initializer=draw)(left), right])
    hidden = K.Dense(12, "relu", kernel_initializer=draw)(both)
    outputs = {
        "inside": K.Dense(1, "sigmoid", kernel_initializer=draw, name="inside")(hidden),
        "radius": K.Dense(1, kernel_initializer=draw, name="radius")(hidden),
    }
    model = keras.Model([left, right], outputs)
    model.compile(
        optimizer,
        {"inside": "binary_crossentropy", "radius": "mse"},
        loss_weights={"inside": 1.0, "radius": 0.3},
        metrics={"inside": ["accuracy"], "radius": ["mae"]},
    )
    return model


def two_by_two_data(n=200):
    x, y = ball(n)
    return [x[:, :4], x[:, 4:]], {"inside": y, "radius": np.linalg.norm(x, axis=1)[:, None]}


def cnn(seed, optimizer):
    return build_mnist_cnn(optimizer=optimizer, seed=seed)


CASES = {
    "block sigmoid": block("sigmoid"),
    "block tanh": block("tanh"),
    "block relu": block("relu"),
    "mlp": (mlp, ball()),
    "penalised": (penalised, ball()),
    "two by two": (two_by_two, two_by_two_data()),
}


def chosen(data, rows):
    return keras.tree.map_structure(lambda one: one[rows], data)


def fit(model, x, y, seed, epochs, batch_size=32, sample_weight=None, **arguments):
    """What `fit` makes of a model with the batches that `train_together` takes; its history."""
    n, histories = len(keras.tree.flatten(x)[0]), []
    for epoch in range(epochs):
        given = [
            None if one is None else chosen(one, batch_order(n, seed, epoch))
            for one in (x, y, sample_weight)
        ]
        found = model.fit(
            given[0], given[1], sample_weight=given[2], batch_size=batch_size, shuffle=False,
            initial_epoch=epoch, epochs=epoch + 1, verbose=0, **arguments,
        )  # fmt: skip
        histories.append(found.history)
    return {name: [one[name][0] for one in histories] for name in histories[0]}


def fit_each(models, x, y, seed, epochs, *given, train=fit, **arguments):
    """What `fit` makes of each of some models that differ in their variables alone; the histories.

    Keras traces training anew for each model. Here one is traced: the variables of one after
    another, with those of its optimizer and of its random streams, stand in the first.
    """
    worker = models[0]
    for model in models:
        model.optimizer.build(model.trainable_variables)
    before = [[one.numpy() for one in variables_of(model)] for model in models]
    histories, after = [], []
    for values in before:
        put(worker, values)
        histories.append(train(worker, x, y, seed, epochs, *given, **arguments))
        after.append([one.numpy() for one in variables_of(worker)])
    for model, values in zip(models, after, strict=True):
        put(model, values)
    return histories


def variables_of(model):
    return [
        *model.trainable_variables,
        *model.non_trainable_variables,  # and the states of random streams
        *model.optimizer.variables,
    ]


def put(model, values):
    for one, value in zip(variables_of(model), values, strict=True):
        one.assign(value)


def far(model, other):
    return max(
        float(np.abs(np.asarray(a) - np.asarray(b)).max())
        for a, b in zip(model.weights, other.weights, strict=True)
    )
