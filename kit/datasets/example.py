"""One small recording that comes with the kit: for examples, without training anything.

``python -m docs.recorded`` makes its file.
"""

from __future__ import annotations

import copy
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kit.recordings.recording import Recording

__all__ = ["example_recording"]


def example_recording() -> Recording:
    """The recording of a network of 3 hidden tanh layers that learns the ball data.

    `kit.models.build_block` of 3 layers of 20 units, Glorot's initializer, trained for 10 epochs on
    the 1,000 points of `kit.datasets.ball` with stochastic gradient descent (learning rate 0.1,
    momentum 0.9, batches of 32); measured before training and after each epoch on 100 of them.

    Returns
    -------
    Recording
        In memory, finished: layers h1, h2, h3 and o, epochs 0 to 10.

    Examples
    --------
    >>> recording = example_recording()
    >>> recording.layers, recording.epochs[-1]
    (['h1', 'h2', 'h3', 'o'], 10)
    >>> recording.units("z", "h1", epoch=10).std.shape
    (20,)
    """
    from kit.recordings.recording import Recording

    file = resources.files("kit.datasets") / "example.db"
    with resources.as_file(file) as path, Recording.load(path) as stored:
        return copy.copy(stored)
