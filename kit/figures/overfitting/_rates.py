"""Few digits learned with a share of the units and of the inputs dropped, and with L1."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._dropping import (
    DropNet,
    digits_of,
    few_digits,
    mean_loss,
    train_nets,
)
from kit.figures.overfitting._little import Weights, outputs_of

__all__ = [
    "DROP_EPOCHS",
    "DROP_EVERY",
    "DROP_RATES",
    "INPUT_RATE",
    "L1_STRENGTHS",
    "train_dropped",
    "train_with_l1",
]

DROP_RATES, INPUT_RATE = {"r0": 0.0, "r2": 0.2, "r5": 0.5, "r8": 0.8}, 0.2
"""Shares of the hidden units that are dropped, and of the inputs where some are."""

L1_STRENGTHS = {"s3": 0.003, "s10": 0.01, "s30": 0.03}
"""λ of the sum of |weights|, and of that of |activations|."""

DROP_EPOCHS, DROP_EVERY = 40, 4
_RATE, _WATCHED = 0.05, 500  # learning rate; test digits of which the loss is watched


def train_dropped(first: int) -> dict[str, Any]:
    """Each rate, with all inputs ("units") and with a fifth of them dropped ("both").

    Returns
    -------
    dict
        ``facts`` of the data; and ``found``, by seed, "units" and "both", and rate: ``loss`` of 500
        test digits, (looks,); ``wrong`` and ``end``, share and loss of all test digits; ``fit``,
        the loss of the training digits; ``activations`` and ``weights``, shares that are not 0, of
        hidden units on test digits.
    """
    how = {
        (inputs, name): {"drop": rate, "drop_inputs": dropped}
        for inputs, dropped in (("units", 0.0), ("both", INPUT_RATE))
        for name, rate in DROP_RATES.items()
    }
    return _trained_each(first, how)


def train_with_l1(first: int) -> dict[str, Any]:
    """The same of L1 on the "weights" and on the "activations" of the hidden units, by strength."""
    how = {
        (of, name): {f"l1_{of}": strength}
        for of in ("weights", "activations")
        for name, strength in L1_STRENGTHS.items()
    }
    return _trained_each(first, how)


def _trained_each(first: int, how: dict[tuple[str, str], dict[str, float]]) -> dict[str, Any]:
    x, y, x_test, y_test, facts = few_digits()
    seeds = block_of(first, DENSE)
    nets = [
        DropNet(seed, digits_of(seed, len(x)), **options)
        for options in how.values()
        for seed in seeds
    ]

    def watch(weights: Weights) -> np.ndarray:
        return mean_loss(outputs_of(weights, x_test[:_WATCHED])[1], y_test[:_WATCHED])

    all_weights, losses = train_nets(
        x, y, nets, epochs=DROP_EPOCHS, rate=_RATE, look=watch, every=DROP_EVERY
    )
    found: dict[int, Any] = {seed: {group: {} for group, _ in how} for seed in seeds}
    keys = [(group, name) for group, name in how for _ in seeds]
    for k, ((group, name), net) in enumerate(zip(keys, nets, strict=True)):
        weights = [one[[k]] for one in all_weights]
        a, (p,) = outputs_of(weights, x_test)
        (own,) = outputs_of(weights, x[net.digits])[1]
        found[net.seed][group][name] = {
            "loss": np.array(losses[k]),
            "wrong": float((p.argmax(axis=1) != y_test).mean()),
            "end": float(mean_loss(p, y_test)),
            "fit": float(mean_loss(own, y[net.digits])),
            "activations": float((a > 0).mean()),
            "weights": float(np.mean(weights[0] != 0)),
        }
    return {"facts": facts, "found": found}
