"""Weights from N(0, 1/D): what becomes of z over the number of inputs D, and over many layers."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE
from kit.figures.vanishing._bands import draw_bands, keyed
from kit.figures.vanishing._deep import measured_square, over_seeds_of
from kit.plots.styling import series_styles

INPUTS_OF_UNIT = (10, 30, 100, 300, 1000, 3000, 10_000)
LAYERS_OF_RELU = 50


def _std_of_z(seed: int, inputs: int) -> float:
    """The std of z of 100 units for 100 samples, with weights and inputs of std 1."""
    rng = np.random.default_rng([seed, inputs])
    x = rng.standard_normal((100, inputs), dtype=np.float32)
    kernel = rng.standard_normal((inputs, 100), dtype=np.float32)
    return float((x @ kernel).std())


def measure_inputs(lab: Lab, seed: int, shrink: float = 0.5) -> tuple[Any, Facts]:
    """Lines over D, and over the layers of ReLU networks with 1/D and with 2/D."""
    seeds = lab.seeds(seed, of=DENSE)
    wide = over_seeds_of(seeds, INPUTS_OF_UNIT, _std_of_z)
    narrow = wide * np.array(INPUTS_OF_UNIT, float) ** -shrink
    over_inputs = {"N(0, 1/D)": narrow, "N(0, 1)": wide}
    over_layers = {
        f"N(0, {variance}/D)": np.array([
            [float(np.sqrt(np.mean(z**2))) for z in
             measured_square(one, LAYERS_OF_RELU, variance**0.5, "ReLU").z]
            for one in seeds
        ])
        for variance in (1, 2)
    }  # fmt: skip
    middle = {name: np.median(values, axis=0) for name, values in over_inputs.items()}
    last = {name: np.median(values[:, -1] / values[:, 0]) for name, values in over_layers.items()}
    facts: Facts = {
        "networks": len(seeds),
        "std": keyed(INPUTS_OF_UNIT, middle["N(0, 1/D)"]),
        "unscaled": keyed(INPUTS_OF_UNIT, middle["N(0, 1)"]),
        "over_root": keyed(INPUTS_OF_UNIT, middle["N(0, 1)"] / np.sqrt(INPUTS_OF_UNIT)),
        "layers": LAYERS_OF_RELU,
        "one": float(last["N(0, 1/D)"]),
        "two": float(last["N(0, 2/D)"]),
        "halvings": float(-2 * np.log2(last["N(0, 1/D)"])),
    }
    return (over_inputs, over_layers), facts


def draw_inputs(data: Any, facts: Facts) -> Any:
    """Left z over D, right ReLU's z over the layers; both axes logarithmic in z."""
    figure, axes = plt.subplots(1, 2)
    axes[0].set(xscale="log", yscale="log", ylim=(0.5, 200), title="One layer, inputs with σ = 1")
    axes[0].set(xlabel="inputs D (log scale)", ylabel="std of z (log scale)")
    draw_bands(axes[0], INPUTS_OF_UNIT, data[0])
    axes[1].set(yscale="log", ylim=(1e-9, 100), title="Layer after layer, ReLU", xlabel="layer")
    axes[1].set(ylabel="root of the mean square of z (log scale)", xticks=[1, 10, 20, 30, 40, 50])
    looks = series_styles(3)[::2]  # the second is that of N(0, 1)
    draw_bands(axes[1], range(1, LAYERS_OF_RELU + 1), data[1], marks=False, looks=looks)
    return figure
