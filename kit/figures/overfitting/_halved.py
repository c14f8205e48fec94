"""Real digits of 14 × 14 pixels, each the mean of four: small networks soon learn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kit.catalogue.digit_experiments import load_digits

SIDE, INPUTS_HALVED = 14, 196


class Halved(NamedTuple):
    """Digits (n, 196) float32 in [0, 1] and labels (n,), for training and apart."""

    x: np.ndarray
    labels: np.ndarray
    x_apart: np.ndarray
    labels_apart: np.ndarray
    source: str


def halved(images: np.ndarray) -> np.ndarray:
    """Images (n, 28, 28) to (n, 196)."""
    blocks = images.reshape(-1, SIDE, 2, SIDE, 2)
    return blocks.mean(axis=(2, 4), dtype=np.float32).reshape(-1, INPUTS_HALVED)


def load_halved() -> Halved:
    """The digits of the figures."""
    digits = load_digits()
    return Halved(
        halved(digits.x_train), digits.y_train, halved(digits.x_test), digits.y_test, digits.source
    )


def own_digits(seeds: Sequence[int], of: int, n: int) -> np.ndarray:
    """Which n of so many digits each network is given, (networks, n)."""
    return np.array([np.random.default_rng([seed, 1]).permutation(of)[:n] for seed in seeds])


def hot_of(labels: np.ndarray) -> np.ndarray:
    """Labels (...) as (..., 10), of which one is 1."""
    return np.eye(10, dtype=np.float32)[labels]
