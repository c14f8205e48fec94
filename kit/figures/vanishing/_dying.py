"""How many units of ReLU networks are dead, over learning rates and biases; learning curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

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
from kit.plots.styling import series_styles


def _of_seeds(lab: Lab, seed: int) -> dict[str, list[dict[str, Any]]]:
    """What `train_relus` found, by key, of the seeds that are shown."""
    every = lab.run(train_relus, first=block_of(seed, DENSE)[0])
    return {key: [of[one] for one in lab.seeds(seed, of=DENSE)] for key, of in every.items()}


def measure_dying(
    lab: Lab, seed: int, rate: float = RATES_OF_RELUS[-1], bias: float = BIASES_OF_RELUS[-1]
) -> tuple[Any, Facts]:
    """Shares of dead units, (seeds, points): over the learning rates, and over the biases."""
    found = _of_seeds(lab, seed)

    def dead(leak: float, pair: tuple[float, float], when: str = "after") -> list[float]:
        return [one["dead"][when] for one in found[key_of(leak, *pair)]]

    rates = np.array([dead(0, (one, 0.0)) for one in RATES_OF_RELUS]).T
    some = BIASES_OF_RELUS[1:]
    biases = np.array([dead(0, (0.1, one)) for one in some]).T
    leaky = [dead(LEAK, (RATES_OF_RELUS[-1], 0.0)), dead(LEAK, (0.1, BIASES_OF_RELUS[-1]))]
    last = {
        name: float(np.median([one["loss"][-1] for one in found[key_of(leak, 0.1, some[-1])]]))
        for name, leak in (("relu", 0.0), ("leaky", LEAK))
    }
    facts: Facts = {
        "networks": len(rates),
        "epochs": EPOCHS_OF_RELUS,
        "rate": {"high": RATES_OF_RELUS[-1], "low": RATES_OF_RELUS[0]},
        "bias": some[-1],
        "leak": LEAK,
        "dead": {
            "rate": float(np.median(dead(0, (rate, 0.0)))),
            "usual": float(np.median(rates[:, 0])),
            "bias": float(np.median(dead(0, (0.1, bias)))),
            "bias_before": float(np.median(dead(0, (0.1, bias), "before"))),
            "rate_before": float(np.median(dead(0, (rate, 0.0), "before"))),
        },
        "leaky": {
            name: float(np.median(of)) for name, of in zip(("rate", "bias"), leaky, strict=True)
        },
        "loss": last,
    }
    return {"rates": rates, "biases": biases, "leaky": leaky}, facts


def draw_dying(data: Any, facts: Facts) -> Any:
    """Left over learning rates, right over biases; a lone mark for leaky ReLU at the far end."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    panels = (
        ("rates", RATES_OF_RELUS, "learning rate"),
        ("biases", BIASES_OF_RELUS[1:], "bias of all units at the start"),
    )
    for ax, (name, points, label), leaky in zip(axes, panels, data["leaky"], strict=True):
        _draw_shares(ax, data[name], points, leaky)
        ax.set(xlabel=label, ylim=(-0.04, 1.08))
    axes[0].set_title("High learning rates kill")
    axes[1].set_title("So do negative biases")
    axes[0].set_ylabel("share of h2's units with z ≤ 0 for every point")
    return figure


def _draw_shares(
    ax: Axes, shares: np.ndarray, points: Sequence[float], leaky: Sequence[float]
) -> None:
    ax.set_xticks(points, [f"{one:g}".replace("-", "−") for one in points])
    look, other = series_styles(2)
    wide = points[-1] - points[0]  # below 0 where the points fall
    ax.set_xlim(points[0] - 0.06 * wide, points[-1] + 0.1 * wide)
    middle, low, high = np.median(leaky), min(leaky), max(leaky)
    ax.errorbar(
        [points[-1] + 0.04 * wide], [middle], [[middle - low], [high - middle]],
        fmt=other["marker"], color=other["color"], markersize=12, capsize=6,
    )  # fmt: skip
    ax.annotate(
        "leaky ReLU:\nz ≤ 0 too,\nyet a gradient", (points[-1] + 0.11 * wide, middle), va="center",
        color=other["color"], fontweight="bold", fontsize=0.85 * plt.rcParams["font.size"],
        annotation_clip=False,
    )  # fmt: skip
    draw_bands(ax, points, {"": shares})
    ax.annotate(
        "ReLU", (points[-2], float(np.median(shares[:, -2]))), xytext=(-16, 4), ha="right",
        textcoords="offset points", color=look["color"], fontweight="bold", va="bottom",
    )  # fmt: skip


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
    dead = [run["dead"]["before"] for run in found[key_of(0, 0.1, worst)]]
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
