"""Weights of σ = 0.01 over the depth: what comes back to h1, and what the output gets to see."""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE
from kit.figures.vanishing._bands import draw_bands, keyed
from kit.figures.vanishing._deep import SLOPED, pass_through

SMALL_DEPTHS = (1, 2, 3, 4, 5, 6)
EPSILON = 0.01
_POINTS = 50


def _probed(
    x: np.ndarray, y: np.ndarray, activation: str, epsilon: float, seed: int, depth: int
) -> tuple[float, float]:
    """The norm of h1's gradient, and the std of the output's z from point to point."""
    rng = np.random.default_rng([seed, depth])
    sizes = [x.shape[1], *[100] * depth, 1]
    gain = 2 if activation == "ReLU" else 1  # He's and Glorot's where epsilon is 0
    kernels = [
        rng.normal(0, epsilon or (gain / inputs) ** 0.5, (inputs, units))
        for inputs, units in itertools.pairwise(sizes)
    ]
    found = pass_through(x, y, kernels, activation)
    output = SLOPED[activation][0](found.z[-1]) @ kernels[-1]
    return found.gradient[0], float(output.std())


def measure_small_depth(lab: Lab, seed: int, epsilon: float = EPSILON) -> tuple[Any, Facts]:
    """Lines by activation, (seeds, depths): the gradient of h1, and what is left in the output."""
    seeds = lab.seeds(seed, of=DENSE)
    X, y = lab.ball()
    x, y = X[:_POINTS].astype(float), y[:_POINTS]
    found = {
        name: np.array(
            [[_probed(x, y, name, epsilon, one, depth) for depth in SMALL_DEPTHS] for one in seeds]
        )
        for name in SLOPED
    }  # (seeds, depths, 2)
    lines = {
        which: {name: values[..., k] for name, values in found.items()}
        for k, which in enumerate(("gradient", "output"))
    }
    facts: Facts = {"networks": len(seeds), "epsilon": EPSILON}
    for which, of in lines.items():
        middle = {name: np.median(values, axis=0) for name, values in of.items()}
        facts[which] = {name: keyed(SMALL_DEPTHS, values) for name, values in middle.items()}
        facts[f"{which}_fall"] = {name: float(v[0] / v[-1]) for name, v in middle.items()}
        facts[f"{which}_each"] = {
            name: float((v[0] / v[-1]) ** (1 / (len(v) - 1))) for name, v in middle.items()
        }
    return lines, facts


def draw_small_depth(lines: Any, facts: Facts) -> Any:
    """Left the gradient of h1, right the output's z from point to point, over the depth."""
    figure, axes = plt.subplots(1, 2)
    titles = {"gradient": "Backwards: gradient of h1", "output": "Forwards: z of the output"}
    labels = {"gradient": "norm (log scale)", "output": "std from point to point (log scale)"}
    for ax, (which, title) in zip(axes, titles.items(), strict=True):
        ax.set(yscale="log", title=title, xlabel="hidden layers", xticks=SMALL_DEPTHS)
        ax.set(ylabel=labels[which])
        draw_bands(ax, SMALL_DEPTHS, lines[which])
    return figure
