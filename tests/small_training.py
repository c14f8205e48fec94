"""A small network and its training, for tests of what goes on beside it."""

import kit
from kit.models import build_block


def points():
    """200 points: 4 batches of 50 an epoch."""
    x, y = kit.datasets.ball.load_data(n_points=200)
    return x, y.astype("float32")


def block(**arguments):
    return build_block("tanh", "glorot_normal", n_layers=2, units=6, seed=3, **arguments)


def fit(model, data, *callbacks, epochs=2, batch_size=50, **arguments):
    return model.fit(
        *data, epochs=epochs, batch_size=batch_size, verbose=0, callbacks=callbacks, **arguments
    )
