"""Gradient descent with a penalty on the weights: what the data pull, and what decays.

W ← W − α (∂J/∂W + λW) = (1 − αλ) W − α ∂J/∂W, for a loss of J + ½ λ ΣW². In NumPy: ten outputs of
a softmax on all pixels, the whole data in each step, ten networks in one matrix.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["RATE_DECAYING", "STEPS_DECAYING", "decay_digits", "draw_decay", "factor_of_keras"]
__all__ += ["parts_in_the_end"]

DIGITS_DECAYING, STEPS_DECAYING, RATE_DECAYING, SHOWN_CLASS = 300, 200, 0.5, 3
KEPT_STEPS = (0, 20, STEPS_DECAYING)


def decay_digits(first: int, penalty: float) -> dict[str, Any]:
    """Train ten classes on all pixels with each seed of a block.

    Returns
    -------
    dict
        ``dark``: how many pixels are 0 in all digits, and ``source``. By seed, over the steps 0 to
        200: ``data`` and ``decay``, the lengths of both parts of the step; ``used`` and ``unused``,
        the std of the weights of pixels that are used and of those that are not; ``images``, the
        weights of one class as (28, 28), at three steps.
    """
    digits = load_digits()
    x = np.float64(digits.x_train[:DIGITS_DECAYING]).reshape(DIGITS_DECAYING, -1)
    target = np.eye(10)[digits.y_train[:DIGITS_DECAYING]]  # (digits, 10)
    seeds = block_of(first, DENSE)
    starts = [np.random.default_rng(seed).normal(0, 0.05, (x.shape[1], 10)) for seed in seeds]
    w, b = np.stack(starts, axis=1), np.zeros((len(seeds), 10))  # (pixels, networks, 10)
    dark = (x == 0).all(axis=0)
    names = ("data", "decay", "used", "unused", "images")
    found: Any = {seed: {name: [] for name in names} for seed in seeds}
    for step in range(STEPS_DECAYING + 1):
        z = (x @ w.reshape(len(w), -1)).reshape(len(x), *b.shape) + b
        a = np.exp(z - z.max(axis=-1, keepdims=True))
        delta = (a / a.sum(axis=-1, keepdims=True) - target[:, None]) / len(x)
        pull = (x.T @ delta.reshape(len(x), -1)).reshape(w.shape)
        for k, seed in enumerate(seeds):
            one = found[seed]
            one["data"].append(RATE_DECAYING * np.linalg.norm(pull[:, k]))
            one["decay"].append(RATE_DECAYING * penalty * np.linalg.norm(w[:, k]))
            one["used"].append(w[~dark, k].std())
            one["unused"].append(w[dark, k].std())
            if step in KEPT_STEPS:
                one["images"].append(w[:, k, SHOWN_CLASS].reshape(28, 28).copy())
        w = w - RATE_DECAYING * (pull + penalty * w)
        b = b - RATE_DECAYING * delta.sum(axis=0)
    return {"dark": int(dark.sum()), "source": digits.source, "runs": found}


def factor_of_keras() -> float:
    """How many times λW the gradient of Keras's L2(λ) is."""
    import keras
    import tensorflow as tf

    weight = tf.constant([[0.5, -2.0]])
    with tf.GradientTape() as tape:
        tape.watch(weight)
        penalty = keras.regularizers.L2(0.25)(weight)
    return float((tape.gradient(penalty, weight) / (0.25 * weight)).numpy().mean())


def parts_in_the_end(run: dict[str, Any], factor: float, penalty: float) -> dict[str, float]:
    """What is left of dark pixels' weights, how far off factor^steps; data's over decay's part."""
    left = float(run["unused"][-1] / run["unused"][0])
    balance = float(run["data"][-1] / run["decay"][-1]) if penalty else 0.0
    off = abs(left / factor**STEPS_DECAYING - 1)
    return {"left": left, "left_off": off, "balance": balance}


def draw_decay(runs: Any) -> Any:
    """The weights as images; how large they are over the steps; and the two parts of a step."""
    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1, height_ratios=[2, 3])
    first = next(iter(runs.values()))
    most = np.abs(first["images"]).max()
    maps = upper.subplots(1, 3)
    for ax, image, step in zip(maps, first["images"], KEPT_STEPS, strict=True):
        shown = ax.imshow(image, cmap="RdBu_r", vmin=-most, vmax=most)
        ax.set(xticks=[], yticks=[], title="start" if step == 0 else f"after {step} steps")
        ax.grid(False)
    upper.colorbar(shown, ax=maps, label="weight", pad=0.02)
    panels = (
        (
            "Size of the weights",
            "std (log scale)",
            {"used": "pixels used", "unused": "always dark"},
        ),
        (
            "The two parts of a step",
            "length of each part",
            {"data": "data's pull", "decay": "decay"},
        ),
    )
    for ax, (title, label, names) in zip(lower.subplots(1, 2), panels, strict=True):
        ax.set(title=title, xlabel="step", ylabel=label)
        ends = []
        for (name, words), look in zip(names.items(), series_styles(2), strict=True):
            lines = np.array([one[name] for one in runs.values()])  # (networks, steps)
            middle = np.median(lines, axis=0)
            ax.plot(middle, color=look["color"], ls=look["linestyle"])
            band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
            ax.fill_between(range(len(middle)), lines.min(axis=0), lines.max(axis=0), **band)
            ends.append(End(len(middle) - 1, middle[-1], words, look["color"]))
        if "log" in label:
            ax.set_yscale("log")
        else:
            ax.set_ylim(0, 1.05 * max(max(one["data"]) for one in runs.values()))
        name_ends(ax, ends)
    write_note(
        figure,
        f"Above: weights of the class {SHOWN_CLASS} of one network. Below, line: median; band: "
        f"range of {len(runs)} networks.",
    )
    return figure
