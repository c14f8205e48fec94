"""What a target of mean activation does to the units of a sparse autoencoder of patches."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.figures.representations._sparse_codes import coherence
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["TARGETS", "draw_activity", "facts_of_activity"]

TARGETS = {"r30": 0.3, "r10": 0.1, "r03": 0.03}
"""ρ of each network, by its name in facts."""


def facts_of_activity(found: Any) -> Any:
    """By network: mean activations of its units, error, coherence; how far they are from ρ.

    Parameters
    ----------
    found
        What `train_sparse` gives, for each of `TARGETS`, and ``free`` without a penalty.
    """
    each = {
        "mean": {name: float(np.median(one["mean"])) for name, one in found.items()},
        "error": {name: float(one["error"]) for name, one in found.items()},
        "coherent": {k: float(np.median(coherence(one["tiles"]))) for k, one in found.items()},
    }
    facts: Any = {**each, "target": dict(TARGETS), "units": len(found["free"]["mean"])}
    facts["off"] = {name: abs(each["mean"][name] / rho - 1) for name, rho in TARGETS.items()}
    beside = {name: each["error"][name] / each["error"]["free"] for name in TARGETS}
    facts["dear"] = beside.pop("r03")
    facts["cheap"] = beside
    return facts


def draw_activity(found: Any, facts: Any) -> Any:
    """Left the mean activation of each unit over ρ, right the error."""
    figure, (left, right) = plt.subplots(1, 2)
    blue, red = series_styles(2)
    ink = plt.rcParams["text.color"]
    places, spread = (
        dict(zip(("free", *TARGETS), range(4), strict=True)),
        np.linspace(-0.3, 0.3, 100),
    )
    for name, place in places.items():
        look = red if name == "free" else blue
        means = np.sort(found[name]["mean"])
        left.plot(place + spread, means, look["marker"], color=look["color"], ms=4)
        right.plot(place, facts["error"][name], look["marker"], color=look["color"], ms=14)
        if name != "free":
            left.hlines(TARGETS[name], place - 0.4, place + 0.4, color=ink, ls=":", lw=2)
    words = ["no\npenalty", *(f"{rho:g}" for rho in TARGETS.values())]
    for ax in (left, right):
        ax.set_xticks(range(4), words)
        ax.set(xlabel="target ρ", xlim=(-0.6, 3.6))
    left.set(ylabel="mean activation of a unit", ylim=(0, 0.6))
    right.set(ylabel="error, share of the patches' power", ylim=(0, None))
    right.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    write_note(figure, f"Left: a dot for each of {facts['units']} units, in order; dotted: ρ.")
    return figure
