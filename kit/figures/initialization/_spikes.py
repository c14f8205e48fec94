"""z split in two: how far units are apart, and by how much a unit changes from point to point."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.catalogue import Lab
from kit.catalogue.block_experiments import HIDDEN
from kit.catalogue.claims import Facts
from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles

SPLIT = {"sigmoid": "sigmoid, σ = 0.01", "relu": "ReLU, He"}


def measure_split(lab: Lab, seed: int, initializer: float | str = 0.01) -> tuple[Any, Facts]:
    """Z-values of h5, (points, units); by layer the std of all, between units, across points."""
    z: dict[str, np.ndarray] = {}
    facts: Facts = {}
    for name, how in (("sigmoid", initializer), ("relu", "he_normal")):
        snapshot = lab.probe_block(name, how, seed)
        by_layer = {layer: np.asarray(snapshot[layer].z, np.float64) for layer in HIDDEN}
        z[name] = by_layer["h5"]
        facts[name] = {
            "pooled": {layer: float(one.std()) for layer, one in by_layer.items()},
            "between": {layer: float(one.mean(axis=0).std()) for layer, one in by_layer.items()},
            "across": {
                layer: float(np.sqrt(one.var(axis=0).mean())) for layer, one in by_layer.items()
            },
        }
        across = facts[name]["across"]
        facts[name]["each"] = (across["h1"] / across["h5"]) ** 0.25
        facts[name]["left"] = across["h5"] / across["h1"]
        facts[name]["share"] = across["h5"] ** 2 / facts[name]["pooled"]["h5"] ** 2
    return z, facts


def draw_split(z: Any, facts: Facts) -> Any:
    """Left each unit of h5 as a row, how far its z reaches; right the std across points."""
    figure, axes = plt.subplots(1, 3, width_ratios=[1, 1, 1.2])
    colors = series_styles(2)
    for ax, (name, values), look in zip(axes, z.items(), colors, strict=False):
        _draw_rows(ax, values, look["color"])
        ax.set(title=f"{SPLIT[name]}: h5", xlabel="z")
    axes[0].set_xlabel("z (enlarged)")
    axes[0].set_ylabel("units of h5, a row each\ndot: median, bar: 90% of the inputs")
    places, ends = range(len(HIDDEN)), []
    for name, look in zip(SPLIT, colors, strict=True):
        values = list(facts[name]["across"].values())
        axes[2].plot(places, values, **look)
        ends.append(End(4, values[-1], SPLIT[name].replace(", ", "\n"), look["color"]))
    pooled = list(facts["sigmoid"]["pooled"].values())
    axes[2].plot(places, pooled, ":", color=colors[0]["color"])
    ends.append(End(4, pooled[-1], "sigmoid,\nall values", colors[0]["color"]))
    axes[2].set(yscale="log", title="Spread across inputs", xlabel="layer", ylim=(1e-9, 10))
    axes[2].set_ylabel("std of z (log scale)")
    axes[2].set_xticks(places, HIDDEN)
    name_ends(axes[2], ends)
    return figure


def _draw_rows(ax: Axes, values: np.ndarray, color: str) -> None:
    """Of every unit the range of its z over the points, in order of their medians."""
    low, middle, high = np.sort(np.quantile(values, [0.05, 0.5, 0.95], axis=0), axis=0)
    order = np.argsort(middle)
    rows = np.arange(len(order))
    ax.hlines(rows, low[order], high[order], color=color, alpha=0.6, linewidth=3)
    ax.plot(middle[order], rows, ".", color=color, markersize=7)
    ax.set_yticks([])
