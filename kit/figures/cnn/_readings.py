"""What the trained CNN takes the test digits for, and which of them it takes for another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts


@dataclass(frozen=True)
class Readings:
    """Test digits (n, 28, 28), what they are (n,), what they were taken for, and how surely.

    Facts are those of the data, and how many were taken for another.
    """

    images: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    sure: np.ndarray
    facts: Facts

    @property
    def wrong(self) -> np.ndarray:
        """For each digit, whether it was taken for another."""
        return self.predicted != self.labels

    def surest_mistakes(self, most: int) -> np.ndarray:
        """Places of the mistakes, the surest first."""
        wrong = np.flatnonzero(self.wrong)
        return wrong[np.argsort(-self.sure[wrong], kind="stable")][:most]

    def of(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """All but the facts, of the digits at some places."""
        names = ("images", "labels", "predicted", "sure")
        return {name: getattr(self, name)[places] for name in names}

    def commonest_mistake(self) -> tuple[int, int, int]:
        """What it was, what it was taken for, and how often; of several the smallest digit."""
        pairs = np.stack([self.labels, self.predicted], axis=1)[self.wrong]  # (mistakes, 2)
        counts = Counter(map(tuple, pairs.tolist()))
        found = sorted((-times, *pair) for pair, times in counts.items())
        times, true, taken = found[0] if found else (0, 0, 0)
        return true, taken, -times


def read_digits(lab: Lab, seed: int) -> Readings:
    trained, digits = lab.train_on_digits("cnn", seed), lab.digits()
    predicted, sure = trained.outputs.argmax(axis=1), trained.outputs.max(axis=1)
    facts = {**trained.facts, "wrong": int((predicted != digits.y_test).sum())}
    return Readings(digits.x_test[..., 0], digits.y_test, predicted, sure, facts)


def axes_in_rows(n: int, in_a_row: int) -> tuple[Any, list[Any]]:
    """A figure with places for `n` pictures, in one row or in two."""
    rows = 1 if n <= in_a_row else 2
    figure, grid = plt.subplots(rows, max(1, -(-n // rows)), squeeze=False)
    for ax in grid.ravel()[n:]:
        ax.set_axis_off()
    return figure, list(grid.ravel()[:n])
