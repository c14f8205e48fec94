"""Delta over the width of the weights: where it stops to vanish and begins to explode."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE
from kit.figures.vanishing._bands import draw_bands
from kit.figures.vanishing._deep import measured_square, over_seeds_of
from kit.figures.vanishing._field import step_factors

LAYERS_OF_LINE = 20
TINY = 1e-290
SIGMAS = (0.5, 0.7, 1, 1.25, 2**0.5, 2, 2.8, 4, 5.6, 8, 11.3, 16, 22.6, 32)


def _grown(layers: int, activation: str, positive: bool, seed: int, sigma: float) -> float:
    delta = measured_square(seed, layers, sigma, activation, positive).delta
    return max(delta[0], TINY) / max(delta[-1], TINY)  # where all units are saturated it is 0


def measure_widths(
    lab: Lab, seed: int, layers: int = LAYERS_OF_LINE, positive: bool = False
) -> tuple[Any, Facts]:
    """Lines by activation, over seeds and widths; where they cross 1, and should by theory."""
    seeds = lab.seeds(seed, of=DENSE)
    lines = {
        name: over_seeds_of(seeds, SIGMAS, partial(_grown, layers, name, positive))
        for name in ("sigmoid", "tanh", "ReLU")
    }
    predicted = {
        name: step_factors(name, np.array(SIGMAS), layers - 1).prod(axis=0) ** 0.5 for name in lines
    }
    middle = {name: np.median(values, axis=0) for name, values in lines.items()}
    crosses = {name: _crossing(values) for name, values in middle.items()}
    theory = {name: _crossing(values) for name, values in predicted.items()}
    gradient = measured_square(seeds[0], layers, SIGMAS[-1], "ReLU").gradient
    facts: Facts = {
        "networks": len(seeds),
        "layers": layers,
        "crosses": crosses,
        "predicted": theory,
        "over_predicted": {name: crosses[name] / theory[name] for name in lines},
        "narrow": float(middle["ReLU"][SIGMAS.index(0.7)]),
        "wide": {name: float(values[-1]) for name, values in middle.items()},
        "relu_gradient": gradient[1] / gradient[-1],
    }
    return {"lines": lines, "predicted": predicted}, facts


def _crossing(values: np.ndarray) -> float:
    """The width at which a rising line crosses 1, between two points on logarithmic axes."""
    return float(np.exp(np.interp(0, np.log(values), np.log(SIGMAS))))


def draw_widths(data: Any, facts: Facts) -> Any:
    """A line for each activation, with the range over seeds; theory dashed, and a line at 1."""
    figure, ax = plt.subplots()
    ax.set(xscale="log", yscale="log", ylim=(1e-18, 1e27), yticks=[1e-12, 1, 1e12, 1e24])
    ax.set_xticks([0.5, 1, 2, 4, 8, 16, 32], ["0.5", "1", "2", "4", "8", "16", "32"])
    ax.minorticks_off()
    ax.axhline(1, color=plt.rcParams["text.color"], linewidth=1.5)
    ax.set_xlabel("σ of the weights × √(inputs of a unit)   (log scale)")
    ax.set_ylabel("delta of h1 ÷ last hidden layer's (log scale)")
    draw_bands(ax, SIGMAS, data["lines"], predicted=data["predicted"])
    size = plt.rcParams["font.size"]
    ax.text(0.02, 0.97, "explodes", transform=ax.transAxes, va="top", fontsize=1.2 * size)
    key = f"{facts['layers']} layers of 100 units\ndashed: theory"
    ax.text(0.02, 0.87, key, transform=ax.transAxes, va="top", fontsize=0.9 * size)
    ax.text(0.98, 0.03, "vanishes", transform=ax.transAxes, ha="right", fontsize=1.2 * size)
    return figure
