"""How much of a network's updates comes from samples that it has right already."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of, trained
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["EPOCHS_PULLED", "answers_in_training", "draw_pulls", "pulls_of"]

EPOCHS_PULLED = 20


def answers_in_training(first: int) -> dict[int, Any]:
    """Z-values of the output of BLOCK, ReLU with He, over 20 epochs on the ball data.

    Returns
    -------
    dict
        By seed of the block: (captures, samples), one an epoch, from 0 on.
    """
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    models = [build_block("relu", "he_normal", seed=seed) for seed in seeds]
    how: Any = {"epochs": EPOCHS_PULLED, "probe": (X, y), "raw": True}
    runs = trained(models, X, y, [{"seed": seed} for seed in seeds], layers="o", **how)
    return {
        seed: np.array([runs[name].values("z", "o", epoch).ravel() for epoch in runs[name].epochs])
        for name, seed in zip(runs, seeds, strict=True)
    }


def pulls_of(z: Any, y: Any, rule: str) -> tuple[Any, Any, float]:
    """Of each capture the share of samples that are right, and their share of all delta; of all.

    Parameters
    ----------
    z
        (captures, samples) Z-values of a sigmoid output.
    y
        (samples,) 0 or 1.
    rule
        ``"cross-entropy"``, whose delta is a − y, or ``"perceptron"``, which moves by 1 what is
        wrong and leaves what is right.
    """
    right = (z > 0) == (y == 1)
    pull = np.abs(1 / (1 + np.exp(-z)) - y) if rule == "cross-entropy" else 1.0 * ~right
    of_right = pull * right
    every = float(of_right.sum() / pull.sum())
    return right.mean(axis=1), of_right.sum(axis=1) / pull.sum(axis=1), every


def draw_pulls(curves: Any) -> Any:
    """Both shares over the epochs: medians and ranges over the networks."""
    figure, ax = plt.subplots()
    epochs = np.arange(EPOCHS_PULLED + 1)
    ax.set(xlabel="epoch", ylabel="share", ylim=(0, 1.02))
    ends = []
    names = {"right": "samples right", "share": "their share of\nthe update"}
    for (name, words), look in zip(names.items(), series_styles(2), strict=True):
        lines = np.array(curves[name])  # (networks, captures)
        middle = np.median(lines, axis=0)
        ax.plot(epochs, middle, color=look["color"], ls=look["linestyle"])
        band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
        ax.fill_between(epochs, lines.min(axis=0), lines.max(axis=0), **band)
        ends.append(End(epochs[-1], middle[-1], words, look["color"]))
    ax.axhline(0, color=plt.rcParams["text.color"], lw=1.5, ls=":")
    ax.set_xticks(range(0, EPOCHS_PULLED + 1, 5))
    ax.text(
        0.3, 0.015, "what the perceptron's rule would take from them: nothing", va="bottom",
        fontsize=0.85 * plt.rcParams["font.size"],
    )  # fmt: skip
    name_ends(ax, ends)
    write_note(figure, f"Line: median; band: range of {len(curves['right'])} networks.")
    return figure
