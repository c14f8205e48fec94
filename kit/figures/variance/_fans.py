"""Layers of unequal sides: what a choice of the fan does forwards and backwards."""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.plots.styling import COLORS

SIDES = (100, 400, 25)
VARIANCES = {  # of a weight, by what a layer has
    "1/fan in": lambda n, m: 1 / n,
    "Glorot": lambda n, m: 2 / (n + m),
    "1/fan out": lambda n, m: 1 / m,
}
POINTS_IN = 500


def both_ways(seed: int) -> dict[str, dict[str, list[float]]]:
    """By choice, the factors of the variance of both layers, forwards and backwards, measured."""
    rng = np.random.default_rng(seed)
    found: dict[str, dict[str, list[float]]] = {}
    for name, variance in VARIANCES.items():
        ways: dict[str, list[float]] = {"forwards": [], "backwards": []}
        for n, m in itertools.pairwise(SIDES):
            w = rng.normal(0, variance(n, m) ** 0.5, (n, m))
            x, delta = rng.normal(size=(POINTS_IN, n)), rng.normal(size=(POINTS_IN, m))
            ways["forwards"].append(float((x @ w).var() / x.var()))
            ways["backwards"].append(float((delta @ w.T).var() / delta.var()))
        found[name] = ways
    return found


def fan_facts(data: dict[str, dict[str, list[float]]]) -> Facts:
    """The same by name, what is expected, and how far off the measured factors are."""
    facts: Facts = {"widths": list(SIDES), "measured": data, "off": {}, "kept": {}}
    names = {"1/fan in": "fan_in", "Glorot": "glorot", "1/fan out": "fan_out"}
    for name, variance in VARIANCES.items():
        for way, found in data[name].items():
            sides = [n if way == "forwards" else m for n, m in _layers()]
            expected = [s * variance(n, m) for s, (n, m) in zip(sides, _layers(), strict=True)]
            ratio = [f / e for f, e in zip(found, expected, strict=True)]
            facts["off"][f"{names[name]} {way}"] = max(max(r, 1 / r) for r in ratio)
            facts["kept"][f"{names[name]} {way}"] = float(np.prod(found))
            facts[f"{names[name]}_{way}"] = found
    worst = {name: 1.0 for name in VARIANCES}
    for name, ways in data.items():
        worst[name] = max(max(f, 1 / f) for found in ways.values() for f in found)
    facts["worst"] = {"glorot": worst.pop("Glorot"), "others": min(worst.values())}
    facts["he_over_glorot"] = [1 + m / n for n, m in _layers()]
    return facts


def _layers() -> list[tuple[int, int]]:
    return list(itertools.pairwise(SIDES))


def draw_fans(data: dict[str, dict[str, list[float]]], facts: Facts) -> Any:
    """A panel for each layer: by choice, where both ways lie from 1."""
    figure, axes = plt.subplots(1, 2, sharex=True, sharey=True)
    size = plt.rcParams["font.size"]
    looks = {"forwards": (COLORS["z"], "o", 1), "backwards": (COLORS["delta"], "s", -1)}
    for layer, (ax, (n, m)) in enumerate(zip(axes, _layers(), strict=True)):
        ax.axvline(1, color=plt.rcParams["text.color"], linewidth=2)
        for row, ways in enumerate(data.values()):
            for way, (color, mark, side) in looks.items():
                value, at = ways[way][layer], -row + 0.16 * side
                ax.plot([1, value], [at, at], color=color, linewidth=5)
                ax.plot(value, at, mark, color=color, markersize=0.6 * size)
                aside = 0.6 * size if value >= 1 else -0.6 * size
                ax.annotate(
                    f"× {value:.2g}", (value, at), xytext=(aside, 0),
                    textcoords="offset points", color=color, va="center", fontweight="bold",
                    ha="left" if value >= 1 else "right",
                )  # fmt: skip
                if not row and not layer:
                    ax.text(1.08, at + 0.2 * side, way, color=color, va="center", fontweight="bold")
        ax.set_xscale("log", base=2)
        ax.set(xlim=(2**-7, 2**7), ylim=(-2.6, 0.75), title=f"{n} → {m} units")
        ax.set_xticks([1 / 16, 1 / 4, 1, 4, 16], ["1/16", "1/4", "1", "4", "16"])
        ax.set_xlabel("variance after ÷ before (log scale)")
        ax.set_yticks([0, -1, -2], list(data))
        ax.grid(visible=False)
        ax.tick_params(axis="y", length=0)
    return figure
