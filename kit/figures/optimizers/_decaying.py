"""Adam on digits with three learning rates: one that decays, and two that stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._rules import adam
from kit.figures.optimizers._trained import (
    batches_of,
    cost_and_delta,
    forward,
    layers_of,
    slopes,
    started,
)
from kit.figures.optimizers._tuned import digits_task, halved
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

LEAST, MORE, TIME = 0.0001, 0.003, 2_000
"""Of the lecture: the rate at a step is LEAST + MORE e^(-step / TIME)."""

STEPS, EVERY, OF_STEP, DECAYED_UNITS, MOST_DIGITS, MOST_TESTED = 6_000, 500, 20, 16, 4_000, 1_000


def rates_at(step: Any) -> dict[str, Any]:
    """The three learning rates at a step, counted from 0."""
    step = np.asarray(step)
    return {
        "decaying": LEAST + MORE * np.exp(-step / TIME),
        "high": np.full(step.shape, MORE),
        "low": np.full(step.shape, LEAST),
    }


def train_decaying(first: int) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, Any]]:
    """By learning rate the loss, (looks, seeds of the block), and facts of the data.

    ``test`` on test digits, every 500 steps; ``train`` the mean over the batches since the last.
    """
    from kit.catalogue.digit_experiments import load_digits

    task, facts = digits_task(MOST_DIGITS, DECAYED_UNITS)
    digits = load_digits()
    x_test = halved(digits.x_test[:MOST_TESTED])
    y_test = np.eye(10, dtype="float32")[digits.y_test[:MOST_TESTED]]
    seeds = block_of(first, DENSE)
    rates = np.array(list(rates_at(np.arange(STEPS)).values()), "float32").T[..., None]
    now = np.empty_like(rates[0])  # (3, 1), which the rule reads at each step
    rule, kept = adam(now), defaultdict[str, Any](float)
    theta = np.repeat(started(task.sizes, seeds)[:, None], len(now), axis=1)
    losses: list[np.ndarray] = []
    looks: list[np.ndarray] = []
    epochs = STEPS * OF_STEP // len(task.x)
    for step, (x, y) in enumerate(batches_of(task, seeds, OF_STEP, epochs)):
        now[:], kept["t"] = rates[step], step + 1

        def slope(theta: np.ndarray, x: Any = x, y: Any = y) -> np.ndarray:
            cost, gradient = slopes(theta, task.sizes, x, y)
            losses.append(cost)
            return gradient

        theta = rule(slope, theta, kept)
        if (step + 1) % EVERY == 0:
            z = forward(layers_of(theta, task.sizes), x_test)[-1]
            looks.append(cost_and_delta(z, y_test)[0])
    train = np.array(losses).reshape(len(looks), EVERY, len(seeds), len(now)).mean(axis=1)
    curves = {"train": train, "test": np.array(looks)}  # (looks, seeds, 3)
    found = {
        name: {of: some[..., k] for of, some in curves.items()}
        for k, name in enumerate(rates_at(0))
    }
    return found, {**facts, "test": len(x_test)}


def draw_decaying(data: Mapping[str, Mapping[str, np.ndarray]], networks: int) -> Any:
    """The three rates, and what becomes of the loss on training and on test digits."""
    figure, axes = plt.subplots(1, 3)
    steps = np.arange(0, STEPS + 1, EVERY)
    rates, words = rates_at(steps), {"train": "training loss", "test": "test loss"}
    for ax, of in zip(axes, ("rate", "train", "test"), strict=True):
        ax.set(yscale="log", xlabel="step", xlim=(-150, STEPS + 150))
        ax.set_xticks([0, 3_000, 6_000], ["0", "3,000", "6,000"])
        if of == "rate":
            ax.set(ylim=(7e-5, 4e-3), ylabel="learning rate (log scale)")
            ax.set_yticks([1e-4, 3e-4, 1e-3, 3e-3], ["0.0001", "0.0003", "0.001", "0.003"])
        else:
            ax.set(ylim=(0.05, 2.6), ylabel=f"{words[of]} (log scale)")
            ax.set_yticks([0.1, 0.3, 1, 2], ["0.1", "0.3", "1", "2"])
        ax.minorticks_off()
        ends = []
        for (name, some), look in zip(data.items(), series_styles(3), strict=True):
            lines = rates[name][None] if of == "rate" else some[of].T  # (seeds, looks)
            x = steps[-lines.shape[1] :]
            middle = draw_range(ax, x, lines, look | {"marker": "", "linewidth": 3})
            ends.append(End(float(x[-1]), float(middle[-1]), name, look["color"]))
        if of == "test":
            name_ends(ax, ends)
    write_note(figure, f"Line: median; band: range of {networks} networks.")
    return figure
