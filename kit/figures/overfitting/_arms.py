"""Validation loss over what can be set: steps, penalty, width, rate of dropout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._halved import INPUTS_HALVED, hot_of, load_halved, own_digits
from kit.figures.overfitting._little import costs_of, drawn_weights, move, slopes_of
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

SETTINGS: dict[str, tuple[float, ...]] = {
    "steps": (5, 20, 50, 100, 200, 400, 1_000),
    "penalty": (1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "width": (2, 8, 32, 128, 256),
    "dropout": (0.0, 0.2, 0.5, 0.7, 0.8, 0.9),
}
"""What is tried of each; the others are then none, 30 units and 300 steps."""

PLAIN_STEPS, PLAIN_UNITS, KEPT_ASIDE, CHANCE_LABELS = 300, 30, 300, 0.2
_BATCH, _RATE, _SHARE = 20, 0.1, 0.8


def train_settings(first: int, many: int) -> dict[str, Any]:
    """Validation losses with each seed of a block, (seeds, values), by what is set.

    Trained with `many` digits, a fifth of whose labels are drawn by chance. Also ``source``.
    """
    digits, seeds = load_halved(), block_of(first, DENSE)
    places = own_digits(seeds, len(digits.x), many)
    labels = digits.labels[places]
    for seed, one in zip(seeds, labels, strict=True):
        rng = np.random.default_rng([seed, 2])
        by_chance = rng.random(many) < CHANCE_LABELS
        one[by_chance] = rng.integers(0, 10, size=by_chance.sum())
    x, hot = digits.x[places], hot_of(labels)
    aside = digits.x_apart[:KEPT_ASIDE], digits.labels_apart[:KEPT_ASIDE]

    def losses(
        steps: tuple[float, ...], units: int = PLAIN_UNITS, strength: float = 0.0, drop: float = 0.0
    ) -> list[np.ndarray]:
        """After each of some numbers of steps, (seeds,)."""
        weights = drawn_weights(seeds, INPUTS_HALVED, units)
        kept = [np.zeros_like(one) for one in weights]
        draws = [np.random.default_rng([seed, 6]) for seed in seeds]
        each, found = np.arange(len(seeds))[:, None], []
        for step in range(1, int(max(steps)) + 1):
            some = np.array([rng.integers(0, many, _BATCH) for rng in draws])
            masks: Any = 1.0
            if drop:
                drawn = [rng.random((_BATCH, units), dtype=np.float32) for rng in draws]
                masks = (np.array(drawn) >= drop) / np.float32(1 - drop)
            slopes = slopes_of(weights, x[each, some], hot[each, some], masks)
            for k in (0, 2) if strength else ():
                slopes[k] += np.float32(2 * strength) * weights[k]
            move(weights, kept, slopes, _RATE, _SHARE)
            if step in steps:
                found.append(costs_of(weights, *aside)[0])
        return found

    plain = (PLAIN_STEPS,)
    found: dict[str, Any] = {
        "steps": losses(SETTINGS["steps"]),
        "penalty": [losses(plain, strength=one)[0] for one in SETTINGS["penalty"]],
        "width": [losses(plain, units=int(one))[0] for one in SETTINGS["width"]],
        "dropout": [losses(plain, drop=one)[0] for one in SETTINGS["dropout"]],
    }
    return {**{name: np.array(some).T for name, some in found.items()}, "source": digits.source}


def arms_of(losses: np.ndarray) -> dict[str, float]:
    """Loss at both ends, (values,), over the least."""
    return {"left": float(losses[0] / losses.min()), "right": float(losses[-1] / losses.min())}


def draw_arms(found: Mapping[str, np.ndarray], facts: Any) -> Any:
    """A panel for each, with the median and the range; the least median has a ring."""
    figure, axes = plt.subplots(2, 2, sharey=True)
    words = {
        "steps": "steps (log scale)",
        "penalty": "λ (log scale)",
        "width": "hidden units (log scale)",
        "dropout": "rate of dropout",
    }
    look, ink = series_styles(1)[0], plt.rcParams["text.color"]
    for ax, (name, label) in zip(axes.flat, words.items(), strict=True):
        lines, values = found[name], SETTINGS[name]
        middle = draw_range(ax, values, lines, look)
        least = int(middle.argmin())
        ax.plot(values[least], middle[least], "o", ms=20, mfc="none", mec=ink, mew=2.5)
        ax.set(xlabel=label, xscale="linear" if name == "dropout" else "log", ylim=(0.6, 2.6))
    axes[1, 0].set_xticks(SETTINGS["width"], [f"{one:g}" for one in SETTINGS["width"]])
    axes[1, 0].set_xticks([], minor=True)
    for ax in axes[:, 0]:
        ax.set_ylabel("validation loss")
    write_note(
        figure,
        f"Line: median; band: range of {facts['networks']} networks. Ring: the least median.",
    )
    return figure
