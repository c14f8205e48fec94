"""Small networks on few digits in NumPy, many at once: units dropped, inputs dropped, L1.

In a program of Keras's a rate of dropout is a constant, so that networks of different rates are
not stacked; here each network of a stack has its own. Dropout is inverted, as Keras's is: what is
kept is divided by the share that is kept. L1 of weights is a proximal step after each update, which
makes exact zeros (Daubechies and others 2004); that of activations adds λ Σ|a| of each digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kit.catalogue.claims import Facts
from kit.figures.overfitting._halved import hot_of
from kit.figures.overfitting._little import Weights, drawn_weights, move, outputs_of, slopes_of

__all__ = [
    "FEW_DIGITS",
    "HIDDEN",
    "TESTED_ON",
    "DropNet",
    "digits_of",
    "few_digits",
    "mean_loss",
    "train_nets",
]

FEW_DIGITS, TESTED_ON, HIDDEN = 300, 1_000, 100
"""Digits that a network is trained with, digits that it is tested on, its hidden units."""

_INPUTS, _BATCH, _MOMENTUM = 100, 25, 0.9
_AT_ONCE = 10  # networks whose numbers stay in the processor's cache


@dataclass(frozen=True)
class DropNet:
    """A network to be trained, and what is done against overfitting.

    Attributes
    ----------
    seed
        Of weights, batches and masks.
    digits
        Places of its training digits, (n,); the same n in all networks of a stack.
    drop, drop_inputs
        Share of the hidden units, and of the inputs, that is dropped.
    l1_weights, l1_activations
        λ of |weight| in both layers, and of |activation| of the hidden one.
    """

    seed: int
    digits: np.ndarray = field(repr=False)
    drop: float = 0.0
    drop_inputs: float = 0.0
    l1_weights: float = 0.0
    l1_activations: float = 0.0


def few_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Facts]:
    """Digits at half their size: x, y to draw training digits from; x, y to test on; facts.

    Without the border of 4 pixels, which is all but empty, and each 2x2 pixels as their mean:
    (n, 100) float32, and labels (n,).
    """
    from kit.catalogue.digit_experiments import load_digits

    digits = load_digits()
    x, x_test = (
        some[:, 4:24, 4:24, 0].reshape(-1, 10, 2, 10, 2).mean(axis=(2, 4)).reshape(-1, _INPUTS)
        for some in (digits.x_train, digits.x_test[:TESTED_ON])
    )
    facts = {**digits.facts, "train": FEW_DIGITS, "test": len(x_test), "units": HIDDEN}
    return x, digits.y_train, x_test, digits.y_test[:TESTED_ON], facts


def digits_of(seed: int, among: int) -> np.ndarray:
    """Places of the 300 digits that belong to a seed, none of them twice."""
    return np.random.default_rng([seed, 2]).choice(among, FEW_DIGITS, replace=False)


def train_nets(
    x: np.ndarray,
    y: np.ndarray,
    nets: Sequence[DropNet],
    *,
    epochs: int,
    rate: float,
    look: Callable[[Any], Any] | None = None,
    every: int = 1,
) -> tuple[list[np.ndarray], list[Any]]:
    """Train each network: 100 inputs, 100 ReLU units, softmax; SGD with momentum 0.9.

    Parameters
    ----------
    x, y
        Digits (n, 100) and labels (n,), of which each network has its own.
    epochs, rate
        Of the training.
    look
        Called every so many epochs with the weights of some networks; one entry a network.

    Returns
    -------
    weights
        Kernel and bias of both layers, (networks, inputs, units) and (networks, 1, units).
    looks
        One for each network, (looks, ...); empty without `look`.
    """
    found: list[list[np.ndarray]] = []
    looks: list[Any] = []
    for first in range(0, len(nets), _AT_ONCE):
        some = _Stack(nets[first : first + _AT_ONCE], rate)
        seen = []
        for epoch in range(1, epochs + 1):
            some.go_through(x, y)
            if look is not None and epoch % every == 0:
                seen.append(look(some.weights))
        found.append(some.weights)
        looks.extend(zip(*seen, strict=True))
    return [np.concatenate(each) for each in zip(*found, strict=True)], looks


class _Stack:
    """Networks that are trained together."""

    def __init__(self, nets: Sequence[DropNet], rate: float) -> None:
        self.weights = drawn_weights([one.seed for one in nets], _INPUTS, HIDDEN)
        self._speed = [np.zeros_like(one) for one in self.weights]
        self._rate, self._digits = rate, np.stack([one.digits for one in nets])
        self._draw = [np.random.default_rng([one.seed, 1]) for one in nets]
        self._drop, self._drop_inputs, self._l1_weights, self._l1_activations = (
            np.array([getattr(one, name) for one in nets], np.float32)[:, None, None]
            for name in ("drop", "drop_inputs", "l1_weights", "l1_activations")
        )

    def go_through(self, x: np.ndarray, y: np.ndarray) -> None:
        """One epoch, each network in an order of its own."""
        n = self._digits.shape[1]
        order = np.stack([draw.permutation(n) for draw in self._draw])
        for at in range(0, n, _BATCH):
            taken = np.take_along_axis(self._digits, order[:, at : at + _BATCH], axis=1)
            size = taken.shape[1]
            masks = self._mask(self._drop_inputs, (size, _INPUTS))
            kept = self._mask(self._drop, (size, HIDDEN))
            self._step(self._gradients(x[taken], y[taken], masks, kept))

    def _mask(self, rate: np.ndarray, shape: tuple[int, int]) -> Any:
        """0 where something is dropped, else 1 / (1 - rate): (networks, digits, units)."""
        if not rate.any():
            return 1
        drawn = np.stack([draw.random(shape, np.float32) for draw in self._draw])
        return (drawn >= rate) / (1 - rate)

    def _gradients(self, a0: Any, y: Any, masks: Any, kept: Any) -> Weights:
        a0 = a0 * masks
        slopes: Weights = slopes_of(self.weights, a0, hot_of(y), kept)
        if self._l1_activations.any():
            on = outputs_of(self.weights, a0)[0] > 0
            of_penalty = self._l1_activations / a0.shape[1] * on
            slopes[0] += a0.swapaxes(1, 2) @ of_penalty
            slopes[1] += of_penalty.sum(axis=1, keepdims=True)
        return slopes

    def _step(self, gradients: Weights) -> None:
        move(self.weights, self._speed, gradients, self._rate, _MOMENTUM)
        if self._l1_weights.any():
            for kernel in self.weights[::2]:
                less = np.maximum(np.abs(kernel) - self._rate * self._l1_weights, 0)
                np.copysign(less, kernel, out=kernel)


def mean_loss(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Cross-entropy of probabilities (..., digits, 10), the mean over the digits."""
    right = np.take_along_axis(p, np.broadcast_to(y[:, None], (*p.shape[:-1], 1)), axis=-1)
    return np.asarray(-np.log(np.maximum(right[..., 0], 1e-12)).mean(axis=-1))
