"""Rprop on the ball data, with all of them in each step and with few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._rules import Rule, descent, rprop
from kit.figures.optimizers._trained import batches_of, slopes, started
from kit.figures.optimizers._tuned import ball_task
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

FIRST_STEP, RATE_BESIDE, UPDATES, LOOK = 0.01, 1.0, 200, 5
ALL, SOME, FEW = 1_000, 200, 50
"""Samples in a step; 50 are as many as SGD's beside it."""


def train_signs(first: int) -> dict[str, dict[str, np.ndarray]]:
    """By name, ``loss`` on all data, (looks, seeds), and ``size``, the median step of a weight."""
    seeds = block_of(first, DENSE)
    found = {f"{size}": _walked(rprop(FIRST_STEP), seeds, size) for size in (ALL, SOME, FEW)}
    return found | {"SGD": _walked(descent(RATE_BESIDE), seeds, FEW)}


def apart_when_scaled(first: int, rule: str) -> list[float]:
    """For each seed, the largest difference that gradients times 1,000 make to any weight."""
    seeds = block_of(first, DENSE)
    rules = {"Rprop": rprop(FIRST_STEP), "SGD": descent(RATE_BESIDE / 1000)}
    ends = [_walked(rules[rule], seeds, FEW, scale, 40)["theta"] for scale in (1.0, 1000.0)]
    return [float(one) for one in np.abs(ends[1] - ends[0]).max(axis=-1)]


def _walked(
    rule: Rule, seeds: Sequence[int], batch: int, scale: float = 1.0, updates: int = UPDATES
) -> dict[str, np.ndarray]:
    task = ball_task()
    whole = task.x[None, None], task.y[None, None]
    theta, kept = started(task.sizes, seeds)[:, None], defaultdict[str, Any](float)
    losses, sizes = [slopes(theta, task.sizes, *whole)[0]], [np.full(len(seeds), FIRST_STEP)]
    for x, y in batches_of(task, seeds, batch, updates * batch // len(task.x)):
        kept["t"] += 1

        def slope(theta: np.ndarray, x: Any = x, y: Any = y) -> np.ndarray:
            return scale * slopes(theta, task.sizes, x, y)[1]

        theta = rule(slope, theta, kept)
        if kept["t"] % LOOK == 0:
            losses.append(slopes(theta, task.sizes, *whole)[0])
            if "size" in kept:
                sizes.append(np.median(kept["size"], axis=-1)[:, 0])
    return {"loss": np.array(losses)[..., 0], "size": np.array(sizes), "theta": theta[:, 0]}


def draw_signs(data: Mapping[str, Mapping[str, np.ndarray]], networks: int) -> Any:
    """Left the loss on all data, right the median step of a weight: medians and ranges."""
    figure, axes = plt.subplots(1, 2)
    names = {f"{size}": f"{size} points" for size in (SOME, FEW)}
    names |= {f"{ALL}": "all 1,000", "SGD": "SGD"}
    for ax, what in zip(axes, ("loss", "size"), strict=True):
        ends = []
        ax.set(yscale="log", xlabel="update")
        ax.set_ylim(*((2e-3, 1) if what == "loss" else (5e-7, 3e-2)))
        for (name, some), look in zip(data.items(), series_styles(4), strict=True):
            values = some[what]  # (looks, seeds)
            if len(values) == 1:
                continue
            x = LOOK * np.arange(len(values))
            middle = draw_range(ax, x, values.T, look | {"marker": ""})
            ends.append(End(float(x[-1]), float(middle[-1]), names[name], look["color"]))
        if what == "loss":
            ax.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
            ax.minorticks_off()
        name_ends(ax, ends)
    axes[0].set(ylabel="loss on all data (log scale)", title="Rprop by samples in a step")
    axes[1].set(ylabel="step (log scale)", title="Median step of a weight")
    write_note(figure, f"Line: median; band: range of {networks} networks.")
    return figure
