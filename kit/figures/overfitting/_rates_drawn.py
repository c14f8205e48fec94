"""Pictures of networks on few digits: over the rate of dropout, and over the strength of L1."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.figures.overfitting._rates import DROP_EPOCHS, DROP_EVERY, DROP_RATES, L1_STRENGTHS
from kit.figures.vanishing._bands import draw_bands
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["draw_rates", "draw_sparse_shares"]

_CURVES = {
    "nothing dropped": ("units", "r0"),
    "½ of the units": ("units", "r5"),
    "½ of the units,\n⅕ of the inputs": ("both", "r5"),
}


def draw_rates(found: Any, facts: Any) -> Any:
    """The test loss over the epochs, and the wrong digits at the end over the rate."""
    figure, (left, right) = plt.subplots(1, 2)
    epochs = np.arange(DROP_EVERY, DROP_EPOCHS + 1, DROP_EVERY)
    left.set(title="While it learns", xlabel="epoch", ylabel="loss of test digits")
    left.set(xticks=[DROP_EVERY, *range(10, DROP_EPOCHS + 1, 10)])
    curves = {
        words: np.array([by[inputs][rate]["loss"] for by in found.values()])
        for words, (inputs, rate) in _CURVES.items()
    }
    draw_bands(left, epochs.tolist(), curves, marks=False, looks=series_styles(4)[:3])
    wrong = {
        words: np.array([[one["wrong"] for one in by[key].values()] for by in found.values()])
        for words, key in (("all inputs", "units"), ("⅕ of the\ninputs dropped", "both"))
    }
    right.set(title="After it", xlabel="share of the hidden units that is dropped")
    right.set_ylabel("share of wrong test digits")
    right.set_xticks(list(DROP_RATES.values()), [f"{one:g}" for one in DROP_RATES.values()])
    right.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    styles = series_styles(5)
    draw_bands(right, list(DROP_RATES.values()), wrong, looks=[styles[3], styles[4]])
    write_note(figure, f"Line: median; band: range of {facts['networks']} networks.")
    return figure


def draw_sparse_shares(panels: Any, facts: Any) -> Any:
    """Shares of activations and weights that are not 0: over the rate, and over two strengths."""
    figure, axes = plt.subplots(1, 3, sharey=True)
    strengths = list(L1_STRENGTHS.values())
    of = {
        "dropout": ("\nDropout", list(DROP_RATES.values()), "share dropped"),
        "weights": ("L1 of the\nweights", strengths, "λ (log scale)"),
        "activations": ("L1 of the\nactivations", strengths, "λ (log scale)"),
    }
    for ax, (name, (title, points, label)) in zip(axes, of.items(), strict=True):
        if name != "dropout":
            ax.set(xscale="log")
        ax.set(title=title, xlabel=label, ylim=(0, 1.06))
        ax.set_xticks(points, [f"{one:g}" for one in points], minor=False)
        ax.xaxis.minorticks_off()
        ax.margins(x=0.12)
        ends = None if name == "activations" else {"activations": "", "weights": ""}
        draw_bands(ax, points, panels[name], ends=ends)
    axes[0].set_ylabel("share that is not 0")
    axes[0].yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    write_note(figure, f"Line: median; band: range of {facts['networks']} networks.")
    return figure
