"""The lectures' algorithms beside Keras's: as Keras comes, and with the lectures' numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from kit.figures.optimizers._rules import (
    Rule,
    adagrad,
    adam,
    momentum,
    nesterov,
    rmsprop,
    rmsprop_nesterov,
    rprop,
    walk,
)
from kit.models import RMSpropNesterov, Rprop

STEPS_OF_BOTH = 100
CURVATURE, START = np.array([1.0, 20.0]), np.array([-1.5, 1.0])
RATE, SHARE, SECOND = 2.0**-5, 0.875, 1 - 2.0**-10
"""Numbers that float32 holds exactly, as Keras keeps a rate in it: near 0.03, 0.9 and 0.999."""


class Pair(NamedTuple):
    """A lecture's rule; Keras's optimizer as it comes, and with the lecture's numbers."""

    rule: Rule
    keras: Callable[[], Any]
    alike: Callable[[], Any]
    ahead: float = 0.0


def pairs(small: float) -> dict[str, Pair]:
    """By name. A model of Keras's holds θ ahead by the momentum, with Nesterov's two.

    Parameters
    ----------
    small
        The small number of AdaGrad; the lecture has 1e-7.
    """
    optimizers = keras.optimizers
    betas = (SHARE, SECOND)

    def as_it_comes(rule: Rule, make: Callable[[], Any], ahead: float = 0.0) -> Pair:
        return Pair(rule, make, make, ahead)

    def adams(corrected: bool, rate: float = RATE) -> Pair:
        return Pair(
            adam(rate, betas, 1e-8, (corrected, corrected)),
            lambda: optimizers.Adam(RATE, *betas),
            lambda: optimizers.Adam(RATE, *betas, 1e-8),
        )

    return {
        "Momentum": as_it_comes(momentum(RATE, SHARE), lambda: optimizers.SGD(RATE, SHARE)),
        "Nesterov": as_it_comes(
            nesterov(RATE, SHARE), lambda: optimizers.SGD(RATE, SHARE, nesterov=True), SHARE
        ),
        "Rprop (the kit's)": as_it_comes(rprop(RATE), lambda: Rprop(RATE)),
        "RMSProp with Nesterov (the kit's)": as_it_comes(
            rmsprop_nesterov(RATE, SHARE, SHARE, 1e-7),
            lambda: RMSpropNesterov(RATE, SHARE, SHARE),
            SHARE,
        ),
        "RMSProp": Pair(
            rmsprop(RATE, SHARE, 1e-6),
            lambda: optimizers.RMSprop(RATE, rho=SHARE),
            lambda: optimizers.RMSprop(RATE, rho=SHARE, epsilon=1e-6),
        ),
        "Adam, Das": adams(True),
        "AdaGrad": Pair(
            adagrad(RATE, small),
            lambda: optimizers.Adagrad(RATE),
            lambda: optimizers.Adagrad(RATE, initial_accumulator_value=0.0, epsilon=small),
        ),
        "Adam, Makhmutova's listing": adams(False),
        "Adam, her formula": adams(False, -RATE),
    }


def all_apart(small: float) -> dict[str, tuple[float, float]]:
    """By name, how far both ways are from each other at most, over the way to the minimum.

    As Keras comes, and with the lecture's numbers; 100 steps in a bowl of the curvatures 1 and 20,
    from (-1.5, 1), in float64.
    """
    walked: dict[str, np.ndarray] = {}  # by configuration: some optimizers stand in several pairs
    found = {}
    for name, pair in pairs(small).items():
        path = walk(pair.rule, _slope, START, STEPS_OF_BOTH)
        ours = path + pair.ahead * np.diff(path, axis=0, prepend=path[:1])
        off = []
        for make in (pair.keras, pair.alike):
            optimizer = make()
            key = f"{type(optimizer).__name__} {optimizer.get_config()}"
            if key not in walked:
                walked[key] = _walk_of(optimizer)
            far = np.linalg.norm(ours - walked[key], axis=1).max()
            off.append(float(far / np.linalg.norm(START)))
        found[name] = (off[0], off[1])
    return found


def _slope(theta: Any) -> Any:
    return CURVATURE * theta


def _walk_of(optimizer: Any) -> np.ndarray:
    """The way that a Keras optimizer takes: (steps + 1, 2)."""
    weight = keras.Variable(START, dtype="float64")
    optimizer.build([weight])
    step = tf.function(lambda: optimizer.apply([_slope(weight.value)], [weight]), autograph=False)
    path = [START]
    for _ in range(STEPS_OF_BOTH):
        step()
        path.append(keras.ops.convert_to_numpy(weight).copy())
    return np.array(path)
