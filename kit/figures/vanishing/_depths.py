"""The gradient over the depth of a network: how much of it is left in h2."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE
from kit.figures.vanishing._bands import draw_bands, keyed, ratio_words
from kit.figures.vanishing._deep import measured_square, over_seeds_of
from kit.figures.vanishing._field import step_factors

DEPTHS = (3, 5, 7, 10, 15, 20)


def _left(sigma: float, activation: str, seed: int, depth: int) -> float:
    gradient = measured_square(seed, depth, sigma, activation).gradient
    return gradient[1] / gradient[-1]


def measure_depths(lab: Lab, seed: int, sigmoid: str = "sigmoid") -> tuple[Any, Facts]:
    """Lines by activation, over seeds and depths, and what theory says of sigmoid's."""
    seeds = lab.seeds(seed, of=DENSE)
    networks = {"sigmoid": (1.0, sigmoid), "tanh": (1.0, "tanh"), "ReLU": (2**0.5, "ReLU")}
    lines = {
        name: over_seeds_of(seeds, DEPTHS, partial(_left, *network))
        for name, network in networks.items()
    }
    each = step_factors("sigmoid", 1.0, 30)[-1] ** 0.5
    predicted = np.array([each ** (depth - 2) for depth in DEPTHS])
    fall = {name: 1 / np.median(values, axis=0) for name, values in lines.items()}
    facts: Facts = {
        "networks": len(seeds),
        "fall": {name: keyed(DEPTHS, values) for name, values in fall.items()},
        "each": float(1 / each),
        "predicted": keyed(DEPTHS, 1 / predicted),
        "over_predicted": keyed(DEPTHS, fall["sigmoid"] * predicted),
    }
    return {"lines": lines, "predicted": {"sigmoid": predicted}}, facts


def draw_depths(data: Any, facts: Facts) -> Any:
    """A line for each activation, with the range over seeds; theory dashed."""
    figure, ax = plt.subplots()
    ax.set(yscale="log", xlabel="hidden layers", xticks=DEPTHS, ylim=(1e-12, 100))
    ax.set_ylabel("gradient of h2 ÷ last hidden layer's (log scale)")
    ends = {"tanh": "tanh, Glorot", "ReLU": "ReLU, He"}
    ends |= {"sigmoid": f"sigmoid, Glorot\n{ratio_words(1 / facts['fall']['sigmoid']['d20'])}"}
    ax.text(0.03, 0.05, "dashed: theory", transform=ax.transAxes)
    draw_bands(ax, DEPTHS, data["lines"], predicted=data["predicted"], ends=ends)
    return figure
