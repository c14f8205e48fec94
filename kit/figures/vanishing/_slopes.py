"""Parametric ReLU: the slope below zero is learned, one for each unit."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians, trained
from kit.plots.styling import SERIES, series_styles

LEAK_OF_LECTURE, REACH = 0.001, 3.0
SLOPE_AT_START = 0.25  # as in He et al. 2015
EPOCHS_OF_SLOPES = 10


def train_slopes(first: int) -> dict[int, dict[str, np.ndarray]]:
    """Two hidden layers of 100 units with parametric ReLU on the ball, each seed of a block.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    dict
        By seed and layer, h1 and h2, the slopes after training, (units,).
    """
    import keras

    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    start = keras.initializers.Constant(SLOPE_AT_START)
    models = [
        build_block(keras.layers.PReLU(start), "he_normal", n_layers=2, seed=seed) for seed in seeds
    ]
    for model in models:
        model.optimizer.learning_rate = 0.1
    trained(models, X, y, [{"seed": seed} for seed in seeds], epochs=EPOCHS_OF_SLOPES)
    return {
        seed: {
            layer.name: layer.activation.alpha.numpy().ravel().copy() for layer in model.layers[:-1]
        }
        for seed, model in zip(seeds, models, strict=True)
    }


def measure_slopes(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Learned slopes of h2, of the first network that is shown, (units,), and facts."""
    every = lab.run(train_slopes, first=block_of(seed, DENSE)[0])
    some = [every[one] for one in lab.seeds(seed, of=DENSE)]
    facts: Facts = {
        "networks": len(some),
        "epochs": EPOCHS_OF_SLOPES,
        "start": SLOPE_AT_START,
        "leak": LEAK_OF_LECTURE,
        "reach": REACH,
        "seed": lab.seeds(seed, of=DENSE)[0],
    }
    facts |= medians(
        [
            {
                "lowest": float(one["h2"].min()),
                "middle": float(np.median(one["h2"])),
                "negative": float((one["h2"] < 0).mean()),
                "h1_low": float(np.quantile(one["h1"], 0.1)),
                "h1_high": float(np.quantile(one["h1"], 0.9)),
                "h1_wide": float(np.quantile(one["h1"], 0.9) - np.quantile(one["h1"], 0.1)),
            }
            for one in some
        ]
    )
    return some[0]["h2"], facts


def draw_slopes(slopes: np.ndarray, facts: Facts) -> Any:
    """The three functions, their slopes, and what the units of a layer have learned."""
    figure, axes = plt.subplots(1, 3, width_ratios=[1, 1, 1.15])
    looks = series_styles(3)
    z = np.array([-REACH, 0.0, REACH])
    for name, low, look in zip(
        ("ReLU", f"leaky {LEAK_OF_LECTURE:g}", f"parametric\n{SLOPE_AT_START:g} at the start"),
        (0.0, LEAK_OF_LECTURE, SLOPE_AT_START), looks, strict=True,
    ):  # fmt: skip
        line = {"color": look["color"], "linestyle": look["linestyle"]}
        if not low:  # the others lie upon it
            line |= {"linewidth": 9, "alpha": 0.55}
        axes[0].plot(z, np.where(z > 0, z, low * z), **line)
        axes[1].plot([-REACH, 0], [low, low], **line)
        axes[1].plot([0, REACH], [1, 1], **line)
        side = {"ReLU": ("bottom", 0.04), "leaky 0.001": ("top", -0.05)}.get(name)
        down, off = side or ("bottom", 0.03)
        axes[1].text(0.2 - REACH, low + off, name, color=look["color"], va=down, fontweight="bold")
    axes[0].set(title="f(z)", ylim=(-1.2, REACH))
    axes[1].set(title="Slope f′(z)", ylim=(-0.2, 1.15))
    ink = plt.rcParams["text.color"]
    for slope in slopes:
        wide = 4 if slope < 0 else 0.8
        axes[2].plot([-REACH, 0], [-slope * REACH, 0], color=SERIES[2][0], linewidth=wide)
    axes[2].plot([0, REACH], [0, REACH], color=ink)
    axes[2].set(title="Learned: h2's 100 units", ylim=(-1.2, REACH))
    below = int((slopes < 0).sum())
    every = f"({facts['networks']} networks: {facts['negative']:.0%})"
    words = f"slope below 0:\n{below} of 100 units\n{every}"
    small = 0.85 * plt.rcParams["font.size"]
    axes[2].text(
        0.15, -1.1, words, fontsize=small, color=SERIES[2][0], fontweight="bold", va="bottom"
    )
    for ax in axes:
        ax.set(xlabel="z", xlim=(-REACH, REACH))
    return figure
