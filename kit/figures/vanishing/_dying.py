"""How many units of ReLU networks are dead, over learning rates and biases; learning curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.vanishing._bands import draw_bands
from kit.figures.vanishing._relus import (
    BIASES_OF_RELUS,
    EPOCHS_OF_RELUS,
    LEAK,
    RATES_OF_RELUS,
    key_of,
    train_relus,
)
from kit.films import Animation, animate_growth
from kit.plots.margins import write_note


def _of_seeds(lab: Lab, seed: int) -> dict[str, list[dict[str, Any]]]:
    """What `train_relus` found, by key, of the seeds that are shown."""
    every = lab.run(train_relus, first=block_of(seed, DENSE)[0])
    return {key: [of[one] for one in lab.seeds(seed, of=DENSE)] for key, of in every.items()}


def measure_dying(
    lab: Lab, seed: int, rate: float = RATES_OF_RELUS[-1], bias: float = BIASES_OF_RELUS[-1]
) -> tuple[Any, Facts]:
    """Shares of dead units, (seeds, epochs + 1): by learning rate, and by bias at the start."""
    found = _of_seeds(lab, seed)

    def dead(leak: float, pair: tuple[float, float]) -> np.ndarray:
        return np.array([one["dead"] for one in found[key_of(leak, *pair)]])

    courses = {
        "rates": {_words(one): dead(0, (one, 0.0)) for one in RATES_OF_RELUS},
        "biases": {_words(one): dead(0, (0.1, one)) for one in BIASES_OF_RELUS[1:]},
    }
    leaky = {
        "rates": dead(LEAK, (RATES_OF_RELUS[-1], 0.0)),
        "biases": dead(LEAK, (0.1, BIASES_OF_RELUS[-1])),
    }
    asked = {"rate": dead(0, (rate, 0.0)), "bias": dead(0, (0.1, bias))}
    worst = key_of(0.0, 0.1, BIASES_OF_RELUS[-1]), key_of(LEAK, 0.1, BIASES_OF_RELUS[-1])
    last = [float(np.median([one["loss"][-1] for one in found[key]])) for key in worst]
    facts: Facts = {
        "networks": len(leaky["rates"]),
        "epochs": EPOCHS_OF_RELUS,
        "rate": {"high": RATES_OF_RELUS[-1], "low": RATES_OF_RELUS[0]},
        "bias": BIASES_OF_RELUS[-1],
        "leak": LEAK,
        "dead": {
            "usual": _median(courses["rates"][_words(RATES_OF_RELUS[0])][:, -1]),
            **{name: _median(of[:, -1]) for name, of in asked.items()},
            **{f"{name}_first": _median(of[:, 1]) for name, of in asked.items()},
            **{f"{name}_before": _median(of[:, 0]) for name, of in asked.items()},
        },
        "leaky": {"rate": _median(leaky["rates"][:, -1]), "bias": _median(leaky["biases"][:, -1])},
        "loss": dict(zip(("relu", "leaky"), last, strict=True)),
    }
    return {"courses": courses, "leaky": leaky}, facts


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def _words(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def draw_dying(data: Any, facts: Facts) -> Any:
    """Over the epochs, left by learning rate, right by bias; leaky ReLU where it ends at worst."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    titles = {"rates": "ReLU, by learning rate", "biases": "ReLU, by bias at the start"}
    ink = plt.rcParams["text.color"]
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        ax.set(title=title, xlabel="epoch", ylim=(-0.06, 1.14), xticks=(0, 2, 4, 6, 8))
        courses, leaky = data["courses"][name], float(np.median(data["leaky"][name][:, -1]))
        draw_bands(ax, range(EPOCHS_OF_RELUS + 1), courses)
        ax.plot(EPOCHS_OF_RELUS, leaky, "*", color=ink, ms=22, zorder=4)
        ax.annotate(
            f"leaky ReLU, {list(courses)[-1]}", (EPOCHS_OF_RELUS, leaky), ha="right",
            xytext=(-8, 14 if leaky > 0.9 else -38), textcoords="offset points", color=ink,
        )  # fmt: skip
    axes[0].set_ylabel("share of h2's units with z ≤ 0 for every point")
    told = f"band: range of {facts['networks']} networks. Star: leaky ReLU after {EPOCHS_OF_RELUS}"
    write_note(figure, f"Line: median; {told} epochs.")
    return figure


def grow_dying(data: Any, facts: Facts, **how: Any) -> Animation:
    """Both panels, which grow from epoch to epoch."""
    return animate_growth(draw_dying(data, facts), list(range(EPOCHS_OF_RELUS + 1)), **how)


def measure_bias_start(
    lab: Lab, seed: int, worst: float = BIASES_OF_RELUS[-1]
) -> tuple[Any, Facts]:
    """Losses by bias, (seeds, epochs), and how they end."""
    from kit.datasets.ball import load_data

    found = _of_seeds(lab, seed)
    losses = {one: np.array([run["loss"] for run in found[key_of(0, 0.1, one)]]) for one in _SHOWN}
    share = float(load_data()[1].mean())
    guessing = -share * math.log(share) - (1 - share) * math.log(1 - share)
    end: Mapping[float, float] = {one: float(np.median(of[:, -1])) for one, of in losses.items()}
    dead = [run["dead"][0] for run in found[key_of(0, 0.1, worst)]]
    facts: Facts = {
        "networks": len(dead),
        "epochs": EPOCHS_OF_RELUS,
        "guessing": guessing,
        "end": {"positive": end[0.1], "zero": end[0.0], "negative": end[-1.0], "worst": end[worst]},
        "positive_over_zero": end[0.1] / end[0.0],
        "negative_over_zero": end[-1.0] / end[0.0],
        "worst_from_guessing": abs(end[worst] - guessing),
        "dead": float(np.median(dead)),
    }
    return losses, facts


_SHOWN = (0.1, 0.0, -1.0, -2.0)


def draw_bias_start(losses: Any, facts: Facts) -> Any:
    """A learning curve for each bias, with the range over seeds."""
    figure, ax = plt.subplots()
    ax.set(xlabel="epoch", ylabel="training loss (binary cross-entropy)")
    ax.set_ylim(0, 1.05 * max(float(of.max()) for of in losses.values()))
    ax.axhline(facts["guessing"], color=plt.rcParams["text.color"], linestyle=":")
    ax.annotate(
        "dotted: guessing by the classes' shares", (EPOCHS_OF_RELUS, facts["guessing"]), ha="right",
        xytext=(0, 10), textcoords="offset points", fontsize=0.85 * plt.rcParams["font.size"],
    )  # fmt: skip
    epochs = range(1, EPOCHS_OF_RELUS + 1)
    ax.set_xticks(epochs)
    names = ("bias 0.1", "bias 0", "bias −1", "bias −2")
    draw_bands(ax, epochs, dict(zip(names, losses.values(), strict=True)))
    return figure
