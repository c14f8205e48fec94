"""What Keras's initializers draw, normal and uniform, of the same variance."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.plots.styling import SERIES

FANS = (100, 300)  # inputs and outputs
RULES = {  # Keras's class, words of the uniform's limit, what is over the fan, which fan
    "LeCun": ("Lecun", "√(3/fan in)", 3, FANS[0]),
    "Glorot": ("Glorot", "√(6/(fan in + fan out))", 6, sum(FANS)),
    "He": ("He", "√(6/fan in)", 6, FANS[0]),
}
SHAPES = ("Uniform", "Normal")


def draw_weights(seed: int) -> dict[str, dict[str, np.ndarray]]:
    """A kernel of 100 × 300 weights by rule and shape of the distribution."""
    import keras

    from kit.models.initializers import layer_seeds

    return {
        rule: {
            shape: np.asarray(getattr(keras.initializers, f"{kind}{shape}")(seed=own)(FANS))
            for shape, own in zip(SHAPES, layer_seeds(seed + 1000 * place, 2), strict=True)
        }
        for place, (rule, (kind, *_)) in enumerate(RULES.items())
    }


def limit_facts(data: dict[str, dict[str, np.ndarray]]) -> Facts:
    """Each rule's limit and σ, and by what the draws are off."""
    facts: Facts = {"fan_in": FANS[0], "fan_out": FANS[1]}
    for rule, (_, words, over, fan) in RULES.items():
        limit = (over / fan) ** 0.5
        ends = {shape: float(np.abs(w).max()) for shape, w in data[rule].items()}
        stds = {shape: float(w.std()) for shape, w in data[rule].items()}
        facts[rule] = {
            "words": words,
            "limit": limit,
            "sigma": limit / 3**0.5,
            "ends": ends,
            "reached": ends["Uniform"] / limit,
            "cut": ends["Normal"] / (limit / 3**0.5),
            "std_over_sigma": {shape: std * 3**0.5 / limit for shape, std in stds.items()},
        }
    facts["reached"] = {rule: facts[rule]["reached"] for rule in RULES}
    facts["cut"] = {rule: facts[rule]["cut"] for rule in RULES}
    facts["std_over_sigma"] = {
        f"{rule} {shape}": facts[rule]["std_over_sigma"][shape]
        for rule in RULES
        for shape in SHAPES
    }
    facts["he_over_glorot"] = float(
        (data["He"]["Normal"].std() / data["Glorot"]["Normal"].std()) ** 2
    )
    return facts


def draw_limits(data: dict[str, dict[str, np.ndarray]], facts: Facts) -> Any:
    """A panel for each rule: both histograms, ± σ, and the uniform's limit in words."""
    figure, axes = plt.subplots(3, 1, sharex=True)
    edge = 1.2 * max(facts[rule]["ends"]["Normal"] for rule in RULES)
    size = plt.rcParams["font.size"]
    for ax, (rule, by_shape) in zip(axes, data.items(), strict=True):
        limit = facts[rule]["limit"]
        edges = _edges(limit, max(facts[rule]["ends"].values()))
        for (shape, weights), (color, *_) in zip(by_shape.items(), SERIES, strict=False):
            density, _ = np.histogram(weights, edges, density=True)
            filled = shape == "Uniform"
            ax.stairs(density, edges, color=color, fill=filled, alpha=0.35 if filled else 1,
                      linewidth=3, linestyle='-')  # fmt: skip
        high = 1.25 * ax.dataLim.y1
        ax.set_ylim(0, high)
        ax.axvline(limit, color=SERIES[0][0], linewidth=2, linestyle=":")
        ax.text(
            limit + 0.02 * edge, 0.96 * high, f"{facts[rule]['words']} = {limit:.3f}",
            color=SERIES[0][0], fontweight="bold", va="top", fontsize=0.9 * size,
        )  # fmt: skip
        ax.set_ylabel(rule, rotation=0, ha="right", va="center", fontweight="bold")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    cut = f"normal, cut at {facts['LeCun']['cut']:.2f} σ"
    for text, color, top in (("uniform", SERIES[0][0], 0.93), (cut, SERIES[1][0], 0.68)):
        axes[0].text(
            0.02, top, text, color=color, fontweight="bold", transform=axes[0].transAxes, va="top"
        )
    axes[-1].set_xlabel(f"weight of a layer with {FANS[0]} inputs and {FANS[1]} outputs")
    axes[-1].set_xlim(-edge, edge)
    return figure


def _edges(limit: float, end: float) -> np.ndarray:
    """Of bins as far as `end`, two of them at ± `limit`: none lies across it."""
    width = limit / 25
    bins = int(np.ceil(end / width))
    return width * np.arange(-bins, bins + 1)
