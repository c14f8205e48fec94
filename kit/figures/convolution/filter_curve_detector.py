"""A filter that pictures a curve answers most where that curve is"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board import plot_matrix
from kit.board.matrices import WINDOW
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._curve import CURVE, SIX
from kit.figures.convolution._patterns import outline, pixels
from kit.plots import plot_images
from kit.plots.styling import SERIES
from kit.stats import convolve

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "The filter has {weight} in {cells} cells along a curve. Patch A of a hand-drawn 6 has "
    "ink in all {shared[A]} of them: {shared[A]} × {weight} = {dot[A]:g}. Patch B has a curve "
    "of its own ({ink[B]} cells of ink), bent the other way: {dot[B]:g}. Of {places} places one "
    "gives {largest:g}; the next best gives {next:g}, and {at_most_half:.0%} give at most "
    "half."
)
ALT = (
    "Above, the 7×7 curve filter and two patches with the cells framed where filter and ink "
    "meet: {shared[A]} in A, {shared[B]} in B. Below, a 6 in pixels with both patches framed, A at "
    "its upper left arc, and the map of responses, brightest at A with {largest:g}."
)
NOTES = Notes(
    look="Two curves of the same digit, A and B. Which one will the filter like better? Let them "
    "decide by eye before they multiply.",
    point="A has ink in all {shared[A]} cells of the filter: {shared[A]} times {weight} is "
    "{dot[A]:g}. B bends the other way and gets {dot[B]:g}, although it has {ink[B]} cells of ink.",
    misconception="A high answer is no proof of a curve. Off the curve this filter's weights are "
    "0, so a patch full of ink would give {largest:g} just the same. To rule that out a filter "
    "needs weights below zero.",
)
CLAIMS = (
    Claim("dot.A", "==", 180, "the patch with the curve gives 6 × 30 = {limit}"),
    Claim("b_over_a", "<=", 1 / 3, "a patch with another curve at most a third of it"),
    Claim("places_of_largest", "==", 1, "the maximum is at {limit} place only"),
    Claim("at_most_half", ">=", 0.9, "at least {percent:g} % of the places give at most half"),
)

OTHER = (10, 11)  # upper left corner of a window at the lower right of the loop


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    ink = pixels(SIX)
    found = convolve(ink, CURVE)  # (12, 12)
    at = tuple(int(k) for k in np.unravel_index(found.argmax(), found.shape))
    patches = {name: ink[i : i + 7, j : j + 7] for name, (i, j) in (("A", at), ("B", OTHER))}
    on = np.array(CURVE) > 0
    facts: Facts = {
        "cells": int(on.sum()),
        "weight": int(np.max(CURVE)),
        "at": list(at),
        "other": list(OTHER),
        "dot": {name: float(convolve(p, CURVE)[0, 0]) for name, p in patches.items()},
        "shared": {name: int((on & (p > 0)).sum()) for name, p in patches.items()},
        "ink": {name: int(p.sum()) for name, p in patches.items()},
        "largest": float(found.max()),
        "next": float(np.unique(found)[-2]),
        "places": found.size,
        "counts": {f"{size:g}": int((found == size).sum()) for size in np.unique(found)},
        "at_most_half": float((found <= found.max() / 2).mean()),
    }
    facts["b_over_a"] = facts["dot"]["B"] / facts["dot"]["A"]
    facts["places_of_largest"] = int((found == found.max()).sum())
    return {"ink": ink, "map": found, "patches": patches, "on": on}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1)
    first = upper.subplots(1, 3)
    shared = {n: np.argwhere(data["on"] & (p > 0)) for n, p in data["patches"].items()}
    plot_matrix(CURVE, size=0.75, shades=True, title="The curve filter", ax=first[0])
    for ax, (name, patch) in zip(first[1:], data["patches"].items(), strict=True):
        sums = f"{name}: {facts['shared'][name]} × {facts['weight']} = {facts['dot'][name]:g}"
        cells = [(i, j) for i, j in shared[name].tolist()]
        plot_matrix(patch, size=0.75, shades=True, marked=cells, title=sums, ax=ax)
    image, result, counts = lower.subplots(1, 3)
    plot_images([1 - data["ink"]], axes=[image])
    image.set_title("A hand-drawn 6")
    for name, (i, j), x, ha, line in (
        ("A", facts["at"], -0.9, "right", "-"),
        ("B", facts["other"], 6.9, "left", "--"),
    ):
        outline(image, [(i, j)], 7, linestyle=line)
        image.text(j + x, i + 3, name, ha=ha, va="center", fontweight="bold", color=WINDOW)
    plot_images([data["map"]], limits=(0, facts["largest"]), axes=[result])
    result.set_title("The filter at all places")
    row, column = facts["at"]
    outline(result, [facts["at"]], 1)
    words = f"A: {facts['largest']:g}"
    result.text(column + 0.9, row, words, va="center", fontweight="bold", color="white")
    sizes = [int(size) for size in facts["counts"]]
    bars = counts.bar(sizes, list(facts["counts"].values()), width=22, color=SERIES[0][0])
    bars[-1].set(color=WINDOW, hatch="//", edgecolor=plt.rcParams["axes.facecolor"])
    counts.bar_label(bars, fontsize=plt.rcParams["font.size"] * 0.8)
    counts.set_xticks(sizes)
    counts.set(title="Places by response", xlabel="response", ylabel="places")
    counts.margins(y=0.12)
    return figure
