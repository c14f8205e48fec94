"""Four hidden layers in training, as Glorot and Bengio (2010) watched them: what becomes of each.

Their weights were drawn uniformly between ±1/√fan-in, and they had images of 28x28 pixels too. Each
pixel has mean 0 here, and all of them together std 2.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of, medians, trained
from kit.films import Animation, animate_growth
from kit.plots.styling import COLORS

FOUR_LAYERS = ("h1", "h2", "h3", "h4")
EPOCHS_OF_FOUR = {"sigmoid": 30, "tanh": 9}
EVERY_OF_FOUR = 3
FEW_DIGITS = 1600


def centred_digits() -> tuple[np.ndarray, np.ndarray, str]:
    """Some digits: (1600, 784) float32 of mean 0 and std 2; labels (1600,); which they are."""
    digits = load_digits()
    images = digits.x_train[:FEW_DIGITS].reshape(FEW_DIGITS, -1)
    x = images - images.mean(axis=0)
    return (2 * x / x.std()).astype("float32"), digits.y_train[:FEW_DIGITS], digits.source


def train_four_layers(first: int, activation: str) -> dict[int, dict[str, Any]]:
    """Four hidden layers of 50 units on digits, with each seed of a block.

    Parameters
    ----------
    first
        Seed of the block.
    activation
        Of the hidden layers.

    Returns
    -------
    dict
        By seed: ``source``, which digits; ``updates`` (captures,); ``mean`` and ``low``, ``high``,
        by layer, (captures,): of the activations, the latter two the ends of their middle 96 %;
        ``loss`` (epochs,).
    """
    import keras

    from kit.models import build_mlp

    x, labels, source = centred_digits()
    seeds = block_of(first, DENSE)
    start = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    models = [
        build_mlp(
            [50] * 4, activation, start, input_shape=784, seed=seed,
            optimizer=keras.optimizers.SGD(1.0),
        )
        for seed in seeds
    ]  # fmt: skip
    how: Any = {
        "epochs": EPOCHS_OF_FOUR[activation],
        "probe": (x[:100], labels[:100]),
        "every": EVERY_OF_FOUR,
    }
    runs = trained(models, x, labels, [{"seed": seed} for seed in seeds], **how)
    return {
        seed: {"source": source} | _course(runs[name])
        for seed, name in zip(seeds, runs, strict=True)
    }


def _course(run: Any) -> dict[str, Any]:
    per_epoch = FEW_DIGITS // 32
    found: dict[str, Any] = {
        "updates": np.array(run.epochs) * per_epoch,
        "loss": run.history["loss"].to_numpy(),
    }
    for layer in FOUR_LAYERS:
        sketches = [run.sketch("activation", layer, epoch) for epoch in run.epochs]
        ends = np.array([one.quantile([0.02, 0.98]) for one in sketches])
        found[layer] = {
            "mean": np.array([one.mean for one in sketches]),
            "low": ends[:, 0],
            "high": ends[:, 1],
        }
    return found


def measure_four(lab: Lab, seed: int, activation: str = "sigmoid") -> tuple[Any, Facts]:
    """Courses of both activations by seed; of the last layer where it is narrowest, and its end."""
    seeds, first = lab.seeds(seed, of=DENSE), block_of(seed, DENSE)[0]
    courses = {}
    for name, taken in (("sigmoid", activation), ("tanh", "tanh")):
        every = lab.run(train_four_layers, first=first, activation=taken)
        courses[name] = [every[one] for one in seeds]
    facts: Facts = {"networks": len(seeds), "source": courses["tanh"][0]["source"]}
    facts |= medians([_facts_of_course(one) for one in courses["sigmoid"]])
    facts["tanh"] = medians([_facts_of_course(one) for one in courses["tanh"]])
    return courses, facts


def _facts_of_course(course: dict[str, Any]) -> Facts:
    last = course["h4"]
    wide = last["high"] - last["low"]
    lowest = int(last["mean"][1:].argmin()) + 1
    back = np.flatnonzero(last["high"][lowest:] > 0.25)
    return {
        "narrowest": float(wide[1:].min()),
        "lowest": float(last["mean"][lowest]),
        "others": {layer: float(course[layer]["mean"][lowest]) for layer in FOUR_LAYERS[:3]},
        "fell": float(last["mean"][1]),
        "first_capture": int(course["updates"][1]),
        "lowest_at": int(course["updates"][lowest]),
        "back_at": int(course["updates"][lowest + back[0]]) if len(back) else 10**6,
        "end_high": float(last["high"][-1]),
        "loss_at_lowest": float(course["loss"][EVERY_OF_FOUR * lowest - 1]),
        "loss_at_end": float(course["loss"][-1]),
    }


def draw_four(courses: Any, facts: Facts) -> Any:
    """A row for each activation, a panel for each layer: mean and middle 96 % over the updates."""
    figure, axes = plt.subplots(2, 4, sharey="row", sharex="row")
    color = COLORS["activation"]
    for row, (name, some) in zip(axes, courses.items(), strict=True):
        updates = some[0]["updates"]
        for ax, layer in zip(row, FOUR_LAYERS, strict=True):
            lines = {
                key: np.array([one[layer][key] for one in some]) for key in ("mean", "low", "high")
            }
            middle = {key: np.median(values, axis=0) for key, values in lines.items()}
            ax.fill_between(updates, middle["low"], middle["high"], color=color, alpha=0.25, lw=0)
            mean = lines["mean"]
            ax.fill_between(updates, mean.min(0), mean.max(0), color=color, alpha=0.6, lw=0)
            ax.plot(updates, middle["mean"], color=plt.rcParams["text.color"])
            ax.set(xlim=(0, updates[-1]), ylim=(0, 1) if name == "sigmoid" else (-1.05, 1.05))
            ax.set_xticks([0, 500, 1000, 1500] if name == "sigmoid" else [0, 200, 400])
            ax.set_title(f"{name} · {layer}")
        row[0].set_ylabel("activation")
    for ax in axes[1]:
        ax.set_xlabel("updates")
    band = f"strong: its range over {facts['networks']} networks"
    key = f"line: mean, {band}, faint: middle 96% of the activations"
    figure.supxlabel(key, fontsize=plt.rcParams["font.size"])
    return figure


def grow_four(courses: Any, facts: Facts, **how: Any) -> Animation:
    """The eight panels, which grow from capture to capture."""
    updates = courses["sigmoid"][0]["updates"].tolist()
    return animate_growth(draw_four(courses, facts), updates, word="update", **how)
