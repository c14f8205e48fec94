"""Each step back through a network in two: through the weights, and through the slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.block_experiments import HIDDEN
from kit.catalogue.claims import Facts
from kit.datasets.ball import load_data
from kit.plots.styling import COLORS, SERIES

STEPS_BACK = HIDDEN[::-1]
NAMED = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
WHOSE = {"sigmoid": "Glorot's", "tanh": "Glorot's", "relu": "He's"}


def steps_back(activation: str, sigma_w: float, seed: int) -> dict[str, np.ndarray]:
    """Root mean squares in BLOCK from h5 to h1: of delta, and of what the weights hand back.

    Parameters
    ----------
    activation
        Of the hidden units.
    sigma_w
        Weights between hidden layers have the variance sigma_w²/100.
    seed
        Of the weights.

    Returns
    -------
    dict
        ``delta``: (5,), from h5 to h1; ``handed``: (4,), Wᵀδ that comes to h4, h3, h2, h1.
    """
    from kit.callbacks import probe
    from kit.models import build_block

    X, y = load_data()
    model = build_block(activation, sigma_w / 10, seed=seed)
    first = model.get_layer("h1").kernel
    first.assign(first * 10**0.5)  # ten inputs: as wide as the others
    snapshot = probe(model, X, y)
    deltas, weights = (
        {name: np.asarray(getattr(snapshot[name], what), float) for name in HIDDEN}
        for what in ("delta", "weight")
    )
    handed = [deltas[name] @ weights[name].T for name in STEPS_BACK[:-1]]
    return {
        "delta": np.array([_rms(deltas[name]) for name in STEPS_BACK]),
        "handed": np.array([_rms(one) for one in handed]),
    }


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).mean()))


def factor_facts(data: dict[str, dict[str, np.ndarray]]) -> Facts:
    """By activation, the factors of each step, their means, and what they come to."""
    facts: Facts = {}
    for name, one in data.items():
        weights = one["handed"] / one["delta"][:-1]
        slopes = one["delta"][1:] / one["handed"]
        facts[name] = {
            "weights": [float(value) for value in weights],
            "slopes": [float(value) for value in slopes],
            "weight": float(np.exp(np.log(weights).mean())),
            "slope": float(np.exp(np.log(slopes).mean())),
            "left": float(one["delta"][-1] / one["delta"][0]),
        }
    return facts


def draw_factors(data: dict[str, dict[str, np.ndarray]], facts: Facts) -> Any:
    """A panel for each activation: its steps from h5 to h1, each first weights, then slopes."""
    figure, axes = plt.subplots(1, len(data), sharey=True)
    size = plt.rcParams["font.size"]
    for ax, (name, one) in zip(axes, data.items(), strict=True):
        delta = one["delta"] / one["delta"][0]
        handed = one["handed"] / one["delta"][0]
        _draw_stairs(ax, delta, handed)
        ax.set_title(NAMED[name])
        ax.set_yscale("log")
        ax.set_xticks(range(5), STEPS_BACK)
        ax.set_xlim(-0.3, 4.4)
        above = f"slopes × {facts[name]['slope']:.2f}"
        below = f"{WHOSE[name]} weights × {facts[name]['weight']:.2f}"
        for height, text, color in ((0.13, above, _SLOPE), (0.05, below, COLORS["weight"])):
            ax.text(
                0.04, height, text, color=color, fontweight="bold", fontsize=size,
                transform=ax.transAxes, va="center",
            )  # fmt: skip
        ax.set_xlabel("backwards →")
    low = min(float((one["delta"] / one["delta"][0]).min()) for one in data.values())
    axes[0].set_ylim(low / 15, 4)
    axes[0].set_ylabel("size of delta, relative to h5\n(log scale)")
    return figure


_SLOPE = SERIES[1][0]


def _draw_stairs(ax: Any, delta: Sequence[float], handed: Sequence[float]) -> None:
    """Deltas as points; between two of them along the weights, then down the slopes."""
    for k in range(4):
        ax.plot([k, k + 1], [delta[k], handed[k]], color=COLORS["weight"], linestyle="--")
        ax.annotate(
            "", (k + 1, delta[k + 1]), (k + 1, handed[k]),
            arrowprops={"arrowstyle": "-|>", "color": _SLOPE, "lw": 3, "shrinkA": 0, "shrinkB": 0,
                        "mutation_scale": plt.rcParams["font.size"]},
        )  # fmt: skip
    ax.plot(range(5), delta, linestyle="", marker="o", color=COLORS["delta"], zorder=3)
