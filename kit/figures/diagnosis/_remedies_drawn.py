"""Left what shows that something is wrong, right the loss of the network and of its twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from kit.figures.diagnosis._remedies import different_units
from kit.plots.ends import End, name_ends
from kit.plots.groups import draw_group, looks
from kit.plots.margins import write_note

__all__ = ["draw_dead_shares", "draw_deltas", "draw_first_steps", "draw_remedy", "draw_same_units"]

_LEAST = 1e-4  # of the losses that are drawn: what is less stands there

Evidence = Callable[[Any, Any, Any, "dict[str, dict[str, Any]]"], None]


def draw_remedy(
    data: Any,
    facts: Any,
    evidence: Evidence,
    names: Mapping[str, str],
    note: str,
    without: str = "",
) -> Any:
    """Evidence and curves of the sides in `names`, the mended one first, the broken one second.

    The side `without` has no curve.
    """
    figure, (left, right) = plt.subplots(1, 2)
    styles = dict(zip(names, looks(len(names)), strict=True))
    evidence(left, data, {**facts, "names": names}, styles)
    ends, at = [], range(facts["epochs"] + 1)
    for side in (one for one in names if one != without):
        curves = np.stack([one["loss"] for one in data[side]])
        ends.append(draw_group(right, band_of(curves, at), names[side], styles[side], floor=_LEAST))
    ends.append(draw_level(right, facts["constant"], "one answer for all", at[-1]))
    right.set(yscale="log", xlabel="epoch", ylabel="training loss (log scale)")
    right.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    right.margins(x=0.02, y=0.08)
    name_ends(right, ends)
    left.set_title("What shows it")
    right.set_title("With the remedy and without")
    write_note(figure, f"{note} Medians and ranges of {facts['networks']} networks.")
    return figure


def band_of(rows: np.ndarray, index: Any) -> pd.DataFrame:
    """Median and range of (seeds, places), as `draw_group` takes them."""
    table = {"low": rows.min(axis=0), "middle": np.median(rows, axis=0), "high": rows.max(axis=0)}
    return pd.DataFrame({**table, "runs": len(rows), "lost": 0}, index=list(index))


def draw_level(ax: Any, y: float, name: str, x: float) -> End:
    """A dotted line over the whole width, and the name at its end, beside what ends at x."""
    ink = plt.rcParams["text.color"]
    ax.axhline(y, color=ink, ls=":", lw=1.5, zorder=1)
    return End(x, y, name, ink)


def draw_deltas(ax: Any, data: Any, facts: Any, styles: Any) -> None:
    """The norm of delta by hidden layer in units of the first one's, theory's beside it."""
    ends = []
    for side, name in facts["names"].items():
        measured, theory = (
            np.stack([one[of] / one[of][0] for one in data[side]]) for of in ("delta", "theory")
        )
        at = range(measured.shape[1])
        ends.append(draw_group(ax, band_of(measured, at), name, styles[side]))
        middle = np.median(theory, axis=0)
        ax.plot(at, middle, color=plt.rcParams["text.color"], lw=1.5, zorder=4)
    ends.append(draw_level(ax, facts["limit"], f"limit {facts['limit']:.0f}", at[-1]))
    ax.set(yscale="log", xlabel="hidden layer", ylabel="‖delta‖, that of h1 as 1 (log scale)")
    ax.set_xticks(list(at), [f"h{k + 1}" for k in at])
    name_ends(ax, ends)


def draw_same_units(ax: Any, data: Any, facts: Any, styles: Any) -> None:
    """Each unit of each hidden layer as a dot at its z for one sample, after training."""
    ends: list[End] = []
    for side, name in facts["names"].items():
        z = data[side][0]["z"][:, 0]  # (layers, units)
        shift, look = (-0.18 if not ends else 0.18), styles[side]
        for layer, some in enumerate(z):
            x = layer + shift + np.linspace(-0.13, 0.13, len(some))
            ax.plot(x, some, look["marker"], color=look["color"], ms=6, alpha=0.8)
        units = int(np.median([different_units(one["z"]) for one in data[side]]))
        word = "answers" if units > 1 else "answer"
        height = float(z[-1].max()) if units > 1 else 0.0
        ends.append(End(len(z) - 0.6, height, f"{name}:\n{units} {word}", look["color"]))
    ax.set(xlabel=f"hidden layer, {facts['units']} units each", ylabel="z for one point")
    ax.set_xticks(range(len(z)), [f"h{k + 1}" for k in range(len(z))])
    name_ends(ax, ends)


def draw_dead_shares(ax: Any, data: Any, facts: Any, styles: Any) -> None:
    """Share of all hidden units that are 0 for all points, over the epochs."""
    ends = []
    for side, name in facts["names"].items():
        if "dead" in data[side][0]:
            dead = 100 * np.stack([one["dead"].mean(axis=1) for one in data[side]])
            ends.append(draw_group(ax, band_of(dead, data["at"]), name, styles[side]))
    ax.set(ylim=(0, 100), xlabel="epoch", ylabel="dead ReLU units, % of all hidden units")
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    name_ends(ax, ends)


def draw_first_steps(ax: Any, data: Any, facts: Any, styles: Any) -> None:
    """What a first step of Adam changes of each kernel, by its size, and the limits."""
    ends = []
    for side, name in facts["names"].items():
        steps = facts["rate"][side] / np.stack([one["weight"] for one in data[side]])
        at = range(steps.shape[1])
        ends.append(draw_group(ax, band_of(steps, at), name, styles[side]))
    for words, y in facts["limits"].items():
        ends.append(draw_level(ax, y, words, at[-1]))
    ax.set(yscale="log", xlabel="layer", ylabel="first step by size of the weights (log scale)")
    ax.set_xticks(list(at), [*(f"h{k + 1}" for k in at[:-1]), "o"])
    name_ends(ax, ends)
