"""Nine BLOCK networks before training, each layer measured and predicted."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.block_experiments import HIDDEN
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name
from kit.datasets.ball import load_data
from kit.figures.initialization._lines import name_lines, tidy_decades
from kit.plots.styling import series_styles

POINTS = 300  # of the ball; theory follows all their pairs
BOTH_SIZES = ("z", "gradient")


def against_theory(seed: int, tied: bool) -> dict[str, Any]:
    """By network and quantity, rows of measured, predicted, low and high from h1 to h5.

    Parameters
    ----------
    seed
        Of the weights.
    tied
        Whether h2 to h5 begin with the same weights.

    Returns
    -------
    dict
        ``values``: (4, 5) arrays by network and quantity; ``doubts``: by network, why.
    """
    from kit.callbacks import probe
    from kit.models import build_block
    from kit.training import predict

    X, y = (one[:POINTS] for one in load_data())
    values: dict[tuple[str, str], np.ndarray] = {}
    doubts: dict[str, dict[str, str]] = {}
    for row, activation in ACTIVATIONS.items():
        for column, initializer in INITIALIZERS.items():
            model = build_block(activation, initializer, seed=seed)
            for name in HIDDEN[2:] if tied else ():
                model.get_layer(name).kernel.assign(model.get_layer("h2").kernel)
            prediction = predict(model, X, y)
            table = prediction.against(probe(model, X, y)).set_index(["quantity", "layer"])
            name = network_name(row, column)
            doubts[name] = prediction.doubts
            for quantity in BOTH_SIZES:
                some = table.loc[quantity].loc[list(HIDDEN)]
                values[name, quantity] = some[["measured", "predicted", "low", "high"]].to_numpy().T
    return {"values": values, "doubts": doubts}


def nine_facts(data: dict[str, Any]) -> Facts:
    """Shares and ratios over the nine networks, their layers and both quantities."""
    found = {name: array[0] / array[1] for name, array in data["values"].items()}
    within = [(a[0] >= a[2]) & (a[0] <= a[3]) for a in data["values"].values()]
    gradients = np.concatenate([a[0] for (_, q), a in data["values"].items() if q == "gradient"])
    return {
        "numbers": int(np.size(within)),
        "within": float(np.mean(within)),
        "ratio": {q: _middle_and_worst(found, q) for q in BOTH_SIZES},
        "decades": float(np.log10(gradients.max() / gradients.min())),
        "smallest": float(gradients.min()),
        "largest": float(gradients.max()),
        "doubted": sum(map(bool, data["doubts"].values())),
        "networks": len(data["doubts"]),
    }


def _middle_and_worst(found: dict[tuple[str, str], np.ndarray], quantity: str) -> dict[str, float]:
    off = np.abs(np.log(np.concatenate([one for (_, q), one in found.items() if q == quantity])))
    return {"middle": float(np.exp(np.median(off))), "worst": float(np.exp(off.max()))}


def draw_nine(data: dict[str, Any]) -> Any:
    """A column for each activation: Z-values above, gradients below; a line for each prediction."""
    options: dict[str, Any] = {"sharex": True, "sharey": "row"}
    figure, axes = plt.subplots(2, len(ACTIVATIONS), **options)
    looks, places = series_styles(len(INITIALIZERS)), range(len(HIDDEN))
    for row, quantity in enumerate(BOTH_SIZES):
        every = [a for (_, q), a in data["values"].items() if q == quantity]
        for column, activation in enumerate(ACTIVATIONS):
            ax, ends = axes[row, column], {}
            tidy_decades(ax, np.min(every) / 2, np.max(every), every=4 if row else 2)
            ax.set_xlim(-0.3, len(HIDDEN) - 0.8)
            for initializer, look in zip(INITIALIZERS, looks, strict=True):
                found = data["values"][network_name(activation, initializer), quantity]
                measured, predicted, low, high = found
                color = look["color"]
                ax.fill_between(places, low, high, color=color, alpha=0.25, linewidth=0)
                ax.plot(places, predicted, color=color, linestyle="-")
                ax.plot(places, measured, color=color, linestyle="", marker=look["marker"])
                name = initializer.removeprefix("Normal ").removesuffix(" normal")
                ends[name] = (len(HIDDEN) - 1, predicted[-1])
            if column == len(ACTIVATIONS) - 1:  # in the others lines end together
                name_lines(ax, ends, [look["color"] for look in looks], size=0.85)
            ax.set_xticks(places, HIDDEN)
            if not row:
                ax.set_title(activation)
    axes[0, 0].set_ylabel("σ of the Z-values\n(log scale)")
    axes[1, 0].set_ylabel("σ of the gradients\n(log scale)")
    axes[1, 1].set_xlabel("line: theory, marker: measured, band: 95 of 100 draws")
    return figure
