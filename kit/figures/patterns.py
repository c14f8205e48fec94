"""Filters as detectors of drawn patterns: a vertical edge, an L, a curve."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

LETTER = (  # black paper, white ink
    ".............",
    "..#######....",
    "..########...",
    "..##....##...",
    "..##....##...",
    "..##....##...",
    "..#######....",
    "..##.##......",
    "..##..##.....",
    "..##...##....",
    "..##....##...",
    "..##....##...",
    ".............",
)


def _pixels(rows: tuple[str, ...]) -> Any:
    import numpy as np

    return np.array([[float(letter == "#") for letter in row] for row in rows])


def _measure_detector(kernel: Any, bias: float, lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np
    from keras import ops

    from kit.models import convolve

    def detect(image: Any) -> Any:
        return np.asarray(ops.relu(convolve(image, kernel, bias=bias)))

    every = np.array(list(itertools.product((0.0, 1.0), repeat=4))).reshape(-1, 2, 2)
    z = [float(convolve(patch, kernel, bias=bias)[0, 0]) for patch in every]
    outputs = [float(detect(patch)[0, 0]) for patch in every]
    firing = [every[k].astype(int).tolist() for k in range(16) if outputs[k] > 0]
    letter = _pixels(LETTER)
    found = detect(letter)
    windows = np.lib.stride_tricks.sliding_window_view(letter, (2, 2))  # (11, 11, 2, 2)
    alike = (windows == np.array(firing[0])).all((2, 3))
    facts = {
        "kernel": kernel,
        "bias": bias,
        "z": z,
        "outputs": outputs,
        "firing": firing,
        "lowest": min(z),
        "next": sorted(z)[-2],
        "places": [[int(i), int(j)] for i, j in np.argwhere(found > 0)],
        "fired": int((found > 0).sum()),
        "alike": [[int(i), int(j)] for i, j in np.argwhere(alike)],
        "windows": found.size,
    }
    return {"patches": every, "letter": letter, "map": found}, facts


def _draw_detector(title: str, formula: str, data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.board import plot_matrix
    from kit.plots import plot_images

    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    axes = upper.subplots(1, 3)
    plot_matrix(facts["kernel"], size=1.3, title="The filter", ax=axes[0])
    words = (
        f"{formula}\nbias {facts['bias']:g} and ReLU, on a patch\n(a b / c d) of black 0, white 1"
    )
    axes[0].text(1, 2.15, words.replace("bias -", "bias −"), ha="center", va="top")
    axes[0].set_ylim(3.2, -0.05)
    plot_images([data["letter"]], axes=axes[1:2])
    thin = plt.rcParams["lines.linewidth"]
    _outline(axes[1], facts["places"], 2, linewidth=thin)
    axes[1].set_title(f"It fires in {facts['fired']} windows")
    plot_images([data["map"]], axes=axes[2:])
    axes[2].set_title("Its feature map")
    for ax in axes[1:]:  # where the paper of the page is black too
        for spine in ax.spines.values():
            spine.set_visible(True)
    below = lower.subplots(2, 8)
    lower.suptitle(
        "All 16 patches: z → output; only one is above 0", fontsize=plt.rcParams["axes.titlesize"]
    )
    for ax, patch, z, output in zip(
        below.ravel(), data["patches"], facts["z"], facts["outputs"], strict=True
    ):
        plot_images([patch], axes=[ax])
        for spine in ax.spines.values():
            spine.set_visible(True)
        ax.set_title(
            f"{z:g} → {output:g}".replace("-", "−"), fontsize=plt.rcParams["font.size"],
            fontweight="bold" if output > 0 else "normal",
        )  # fmt: skip
        if output > 0:
            _outline(ax, [(0, 0)], 2)
    figure.suptitle(title)
    return figure


def _outline(ax: Any, places: Any, side: int, **look: Any) -> None:
    """Frame the windows of an image that have these upper left corners."""
    import matplotlib.pyplot as plt

    from kit.board.matrices import WINDOW

    wide = plt.rcParams["lines.linewidth"] * 1.8
    look = {"edgecolor": WINDOW, "facecolor": "none", "linewidth": wide, "zorder": 3, **look}
    for i, j in places:
        ax.add_patch(plt.Rectangle((j - 0.5, i - 0.5), side, side, clip_on=False, **look))


def _detector(
    name: str, title: str, kernel: Any, bias: float, formula: str, words: dict[str, Any], n: int
) -> LectureFigure:
    return LectureFigure(
        id=name,
        topic="convolution",
        title=title,
        lectures=("Olteanu",),
        measure=partial(_measure_detector, kernel, bias),
        draw=partial(_draw_detector, title, formula),
        caption=f"A filter as a detector: {formula}, with bias {{bias:g}}. Of the 16 black and "
        f"white patches only {{firing[0][0]}} over {{firing[0][1]}}, {words['pattern']}, gives "
        "more than 0; the next best gives {next:g} before ReLU, the worst {lowest:g}. On a white "
        f"letter it fires in {{fired}} of {{windows}} windows: {words['where']}.",
        alt=f"The filter {{kernel[0]}} over {{kernel[1]}}; a white R on black with {{fired}} "
        f"windows framed, {words['where']}; its feature map, black but for {{fired}} pixels; and "
        "all 16 patches with their outputs, of which one is above 0.",
        claims=(
            Claim("exactly 1 of 16 patches gives more than 0", lambda f: len(f["firing"]) == 1),
            Claim(
                f"it is {words['numbers']}, and gives 1",
                lambda f: f["firing"] == words["firing"] and max(f["outputs"]) == 1,
            ),
            Claim(
                f"on the letter it fires {n} times, at that pattern and nowhere else",
                lambda f: f["fired"] == n and f["places"] == f["alike"],
            ),
        ),
    )


EDGES = _detector(
    "filter-vertical-edges",
    "This filter fires on one pattern only: black left, white right",
    [[-1, 1], [-1, 1]],
    -1.0,
    "max(0, −a + b − c + d − 1)",
    {
        "pattern": "black left of white",
        "numbers": "(0 1 / 0 1)",
        "firing": [[[0, 1], [0, 1]]],
        "where": "where black turns to white over two rows, never where white turns to black",
    },
    13,
)
L_SHAPE = _detector(
    "filter-l-shape",
    "Another filter, another pattern: a black L around a white corner",
    [[-1, 1], [-1, -1]],
    0.0,
    "max(0, −a + b − c − d)",
    {
        "pattern": "white in a black L",
        "numbers": "(0 1 / 0 0)",
        "firing": [[[0, 1], [0, 0]]],
        "where": "at the lower left corners of the ink",
    },
    5,
)

CURVE = [
    [0, 0, 0, 0, 0, 30, 0],
    [0, 0, 0, 0, 30, 0, 0],
    *([0, 0, 0, 30, 0, 0, 0] for _ in range(4)),
    [0] * 7,
]
SIX = (  # ink on paper
    "..................",
    "............###...",
    "..........##......",
    ".........#........",
    "........#.........",
    ".......#..........",
    "......#...........",
    "......#...........",
    "......#...####....",
    "......#.##....#...",
    "......##.......#..",
    "......#........#..",
    "......#........#..",
    ".......#.......#..",
    "........#.....#...",
    ".........##.##....",
    "...........#......",
    "..................",
)
OTHER = (10, 11)  # upper left corner of a window at the lower right of the loop


def _measure_curve(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import convolve

    ink = _pixels(SIX)
    found = convolve(ink, CURVE)  # (12, 12)
    at = tuple(int(k) for k in np.unravel_index(found.argmax(), found.shape))
    patches = {name: ink[i : i + 7, j : j + 7] for name, (i, j) in (("A", at), ("B", OTHER))}
    on = np.array(CURVE) > 0
    facts = {
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
    return {"ink": ink, "map": found, "patches": patches, "on": on}, facts


def _draw_curve(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.board import plot_matrix
    from kit.board.matrices import WINDOW
    from kit.plots import plot_images
    from kit.plots.styling import SERIES

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
        _outline(image, [(i, j)], 7, linestyle=line)
        image.text(j + x, i + 3, name, ha=ha, va="center", fontweight="bold", color=WINDOW)
    plot_images([data["map"]], limits=(0, facts["largest"]), axes=[result])
    result.set_title("The filter at all places")
    row, column = facts["at"]
    _outline(result, [facts["at"]], 1)
    words = f"A: {facts['largest']:g}"
    result.text(column + 0.9, row, words, va="center", fontweight="bold", color="white")
    sizes = [int(size) for size in facts["counts"]]
    bars = counts.bar(sizes, list(facts["counts"].values()), width=22, color=SERIES[0][0])
    bars[-1].set(color=WINDOW, hatch="//", edgecolor=plt.rcParams["axes.facecolor"])
    counts.bar_label(bars, fontsize=plt.rcParams["font.size"] * 0.8)
    counts.set_xticks(sizes)
    counts.set(title="Places by response", xlabel="response", ylabel="places")
    counts.margins(y=0.12)
    figure.suptitle(CURVE_TITLE)
    return figure


CURVE_TITLE = "A filter that pictures a curve answers most where that curve is"

CURVE_DETECTOR = LectureFigure(
    id="filter-curve-detector",
    topic="convolution",
    title=CURVE_TITLE,
    lectures=("Sridharan", "Olteanu"),
    measure=_measure_curve,
    draw=_draw_curve,
    caption="The filter has {weight} in {cells} cells along a curve. Patch A of a hand-drawn 6 has "
    "ink in all {shared[A]} of them: {shared[A]} × {weight} = {dot[A]:g}. Patch B has as a curve "
    "of its own ({ink[B]} cells of ink), bent the other way: {dot[B]:g}. Of {places} places one "
    "gives {largest:g}; the next best gives {next:g}, and {at_most_half:.0%} at most half.",
    alt="Above, the 7×7 curve filter and two patches with the cells framed where filter and ink "
    "meet: {shared[A]} in A, {shared[B]} in B. Below, a 6 in pixels with both patches framed, A at "
    "its upper left arc, and the map of responses, brightest at A with {largest:g}.",
    claims=(
        Claim("the patch with the curve gives 6 × 30 = 180", lambda f: f["dot"]["A"] == 180),
        Claim("a patch with another curve at most 1/3 of it", lambda f: f["dot"]["B"] <= 60),
        Claim("the maximum is at 1 place only", lambda f: f["counts"]["180"] == 1),
        Claim("at least 90 % of the places give at most half", lambda f: f["at_most_half"] >= 0.9),
    ),
)

FIGURES = (EDGES, L_SHAPE, CURVE_DETECTOR)
