"""Deep networks of ReLU units in NumPy: one layer's halves, and fifty layers in a row."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.figures.initialization._lines import name_lines
from kit.plots.styling import COLORS, series_styles

DEEP, WIDE, SAMPLES, RUNS = 50, 500, 50, 5  # layers, units, points, networks
FACTORS = {"Glorot": 1.0, "He": 2.0}  # fan-in times the variance of a weight; layers are square


def deep_network(activation: str, seed: int) -> dict[str, Any]:
    """Mean squares of z by layer for both initializations, and z and activation of one layer.

    Parameters
    ----------
    activation
        ``"relu"`` or ``"linear"``.
    seed
        Of points and weights, which both have in common.

    Returns
    -------
    dict
        ``squares``: (5, 50) by initialization; ``z``, ``a``: (50, 500) of a first layer with He.
    """
    runs = [_one_network(activation, np.random.default_rng([seed, k])) for k in range(RUNS)]
    squares = {name: np.array([one["squares"][name] for one in runs]) for name in FACTORS}
    return runs[0] | {"squares": squares}


def _one_network(activation: str, rng: np.random.Generator) -> dict[str, Any]:
    x = rng.standard_normal((SAMPLES, WIDE), np.float32)
    values = dict.fromkeys(FACTORS, x)
    found: dict[str, Any] = {"squares": {name: [] for name in FACTORS}}
    for layer in range(DEEP):
        w = rng.standard_normal((WIDE, WIDE), np.float32) / np.float32(WIDE**0.5)
        for name, factor in FACTORS.items():
            z = factor**0.5 * (values[name] @ w)
            found["squares"][name].append(float((z**2).mean()))
            values[name] = np.maximum(z, 0) if activation == "relu" else z
            if not layer and name == "He":
                found["z"], found["a"] = z, values[name]
    return found


def deep_facts(data: dict[str, Any]) -> Facts:
    """What one layer halves, and by how many powers of two a layer changes the std."""
    z, a = data["z"], data["a"]
    layers = np.arange(DEEP)
    middle = {name: np.median(squares, axis=0) for name, squares in data["squares"].items()}
    return {
        "layers": DEEP,
        "networks": RUNS,
        "units": WIDE,
        "moment_kept": float((a**2).mean() / (z**2).mean()),
        "variance_kept": float(a.var() / z.var()),
        "mean_share": float(a.mean() ** 2 / (z**2).mean()),
        "powers": {
            name: float(np.polyfit(layers, np.log2(squares), 1)[0] / 2)
            for name, squares in middle.items()
        },
        "std": {
            name: {"first": float(squares[0]) ** 0.5, "last": float(squares[-1]) ** 0.5}
            for name, squares in middle.items()
        },
    }


def draw_deep(data: dict[str, Any], facts: Facts) -> Any:
    """Left the values of z before and after ReLU, right σ over the layers, on its prediction."""
    figure, axes = plt.subplots(1, 2, width_ratios=(1, 1.5))
    _draw_halves(axes[0], data)
    ax, layers = axes[1], np.arange(1, DEEP + 1)
    ends, looks = {}, series_styles(len(FACTORS))
    for (name, factor), look in zip(FACTORS.items(), looks, strict=True):
        roots = np.sqrt(data["squares"][name])
        middle = np.median(roots, axis=0)
        ax.plot(layers, factor**0.5 * (factor / 2) ** ((layers - 1) / 2), color=look["color"])
        some = slice(0, None, 4)
        ax.plot(layers[some], middle[some], color=look["color"], ls="", marker=look["marker"])
        ax.fill_between(layers, roots.min(0), roots.max(0), color=look["color"], alpha=0.2, lw=0)
        ends[f"{name}\n× {2 ** facts['powers'][name]:.2f} a layer"] = (DEEP, float(middle[-1]))
    ax.set_yscale("log")
    ax.set(xlim=(0, DEEP + 1), ylim=(1e-8, 30), xlabel="layer", title="Fifty layers in a row")
    ax.set_xticks(range(0, DEEP + 1, 10))
    ax.set_ylabel("root mean square of z (log scale)")
    name_lines(ax, ends, [look["color"] for look in looks])
    key = f"line: computed\npoint: median of {RUNS} networks\nband: their range"
    ax.text(0.04, 0.05, key, transform=ax.transAxes, fontsize=0.85 * plt.rcParams["font.size"])
    return figure


def _draw_halves(ax: Any, data: dict[str, Any]) -> None:
    """What ReLU keeps of a layer's Z-values, and what becomes 0."""
    edges = np.linspace(-5, 5, 61)
    counts, _ = np.histogram(data["z"], edges)
    middles, color = (edges[1:] + edges[:-1]) / 2, COLORS["z"]
    share = counts / data["z"].size
    wide = edges[1] - edges[0]
    ax.bar(middles, share, wide, color=color, alpha=0.25)
    kept = middles > 0
    ax.bar(middles[kept], share[kept], wide, color=color)
    size = plt.rcParams["font.size"]
    for at, words, side in ((-1.95, "become 0", "right"), (1.95, "stay", "left")):
        ax.text(at, 0.55 * share.max(), words, ha=side, va="bottom", fontsize=size)
    ax.set(title="One layer", xlabel="Z-value z", xlim=(-5, 5))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
