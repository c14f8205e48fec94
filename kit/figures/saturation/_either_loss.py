"""One sigmoid network on digits, trained with either loss, from wide weights and from narrow ones.

Where no unit is saturated, σ′ = 1/4, and the squared loss pulls half as hard as the cross-entropy:
2 (a − y) σ′. So it gets twice the learning rate, and what differs is saturation alone.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of, trained
from kit.figures.saturation._two_losses import TWO_LOSSES
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["STARTS", "draw_starts", "train_either"]

STARTS: dict[str, Any] = {"wide": 1.0, "narrow": "glorot_normal"}
"""Initializers: Normal σ = 1, with which units are saturated, and Glorot's."""

DIGITS, TESTED, HIDDEN_UNITS, STEP_OF, EPOCHS_EITHER = 1_000, 500, 30, 50, 20
RATES = {"squared": 12.0, "entropy": 6.0}
_KERAS = {"squared": "mean_squared_error", "entropy": "binary_crossentropy"}


def train_either(first: int) -> dict[str, Any]:
    """Train with both losses, from both starts, with each seed of a block.

    Returns
    -------
    dict
        ``facts`` of the experiment; ``curves``: by start, loss and seed the share of test digits
        recognised, (epochs,).
    """
    import keras

    from kit.models import build_mlp

    digits = load_digits()
    one_hot = np.eye(10, dtype=np.float32)
    data = [
        (x[:most], one_hot[y[:most]])
        for x, y, most in (
            (digits.x_train, digits.y_train, DIGITS),
            (digits.x_test, digits.y_test, TESTED),
        )
    ]
    made: list[dict[str, Any]] = [
        {"start": start, "of": name, "seed": seed}
        for name in TWO_LOSSES
        for start in STARTS
        for seed in block_of(first, DENSE)
    ]
    models = []
    for one in made:
        model = build_mlp(
            HIDDEN_UNITS, "sigmoid", STARTS[one["start"]], output="sigmoid", seed=one["seed"],
        )  # fmt: skip
        rate = keras.optimizers.SGD(RATES[one["of"]])
        model.compile(rate, _KERAS[one["of"]], metrics=["categorical_accuracy"])
        models.append(model)
    how: Any = {"epochs": EPOCHS_EITHER, "batch_size": STEP_OF, "validation_data": data[1]}
    runs = trained(models, *data[0], made, **how)
    curves: Any = {start: {name: {} for name in TWO_LOSSES} for start in STARTS}
    for name, one in zip(runs, made, strict=True):
        curve = runs[name].history["val_categorical_accuracy"].to_numpy()
        curves[one["start"]][one["of"]][one["seed"]] = curve
    facts = {**digits.facts, "train": DIGITS, "test": TESTED, "units": HIDDEN_UNITS}
    return {"facts": facts | {"epochs": EPOCHS_EITHER, "rates": RATES}, "curves": curves}


def draw_starts(curves: Any, facts: Any) -> Any:
    """A panel for each start: median and range of the share recognised, for each loss."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    epochs = np.arange(1, facts["epochs"] + 1)
    titles = ("Wide start: Normal σ = 1", "Narrow start: Glorot normal")
    for ax, start, title in zip(axes, STARTS, titles, strict=True):
        ends = []
        ax.set(title=title, xlabel="epoch", ylim=(0, 1), xticks=[1, 5, 10, 15, 20])
        for (name, some), look in zip(curves[start].items(), series_styles(2), strict=True):
            lines = np.array(list(some.values()))  # (seeds, epochs)
            middle = np.median(lines, axis=0)
            ax.plot(epochs, middle, color=look["color"], ls=look["linestyle"])
            band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
            ax.fill_between(epochs, lines.min(axis=0), lines.max(axis=0), **band)
            ends.append(End(epochs[-1], middle[-1], TWO_LOSSES[name], look["color"]))
        name_ends(ax, ends)
    axes[0].set_ylabel("share of test digits recognised")
    write_note(figure, f"Line: median; band: range of {facts['networks']} networks.")
    return figure
