"""Six optimizers and nine learning rates each, two layers of 20 units on the ball; small digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._rules import (
    Rule,
    adagrad,
    adam,
    descent,
    momentum,
    nesterov,
    rmsprop,
)
from kit.figures.optimizers._trained import Task, Trained, silent, train

SIX_RULES: dict[str, Callable[[Any], Rule]] = {
    "SGD": descent,
    "momentum": lambda rate: momentum(rate, 0.9),
    "Nesterov": lambda rate: nesterov(rate, 0.9),
    "AdaGrad": adagrad,
    "RMSProp": rmsprop,
    "Adam": adam,
}
NINE_RATES = np.geomspace(1e-3, 10, 9)
BATCH_OF_SIX, EPOCHS_OF_SIX, SIX_DIGITS = 50, 15, 1_000


def ball_task() -> Task:
    """The ball data, for two layers of 20 units."""
    from kit.datasets.ball import load_data

    x, y = load_data()
    return Task(x.astype("float32"), y.astype("float32"), (10, 20, 20, 1))


def digits_task(most: int, units: int) -> tuple[Task, dict[str, Any]]:
    """The first training digits, at half the size, for one layer; what captions say of them."""
    from kit.catalogue.digit_experiments import load_digits

    digits = load_digits()
    x = halved(digits.x_train[:most])
    task = Task(x, np.eye(10, dtype="float32")[digits.y_train[:most]], (x.shape[1], units, 10))
    return task, {**digits.facts, "train": len(x), "units": units}


def halved(images: np.ndarray) -> np.ndarray:
    """Means of squares of four pixels: (n, 28, 28, 1) to (n, 196)."""
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)


def sweep_ball(first: int) -> dict[str, dict[str, np.ndarray]]:
    """On the ball, by optimizer: the losses, (epochs, seeds of the block, rates).

    And which networks are silent in the end, (seeds, rates).
    """
    task = ball_task()
    found = _swept(task, block_of(first, DENSE))
    return {
        "losses": {name: one.losses for name, one in found.items()},
        "silent": {name: silent(one.theta, task) for name, one in found.items()},
    }


def _swept(task: Task, seeds: Sequence[int]) -> dict[str, Trained]:
    rates = NINE_RATES.astype("float32")[:, None]
    how = (seeds, len(rates), BATCH_OF_SIX, EPOCHS_OF_SIX)
    return {name: train(task, rule(rates), *how) for name, rule in SIX_RULES.items()}
