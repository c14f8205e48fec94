"""A filter of four numbers as a detector: all patches that it can meet, and a letter."""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from kit.board import plot_matrix
from kit.board.matrices import WINDOW, draw_frame
from kit.catalogue import Claim
from kit.catalogue.claims import Facts
from kit.figures.convolution._patterns import outline, pixels
from kit.numerals import general
from kit.plots import plot_images
from kit.plots.images import bare
from kit.stats import convolve

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


def measure_detector(kernel: Any, bias: float) -> tuple[Any, Facts]:
    def detect(image: Any) -> Any:
        return np.asarray(ops.relu(convolve(image, kernel, bias=bias)))

    every = np.array(list(itertools.product((0.0, 1.0), repeat=4))).reshape(-1, 2, 2)
    z = [float(convolve(patch, kernel, bias=bias)[0, 0]) for patch in every]
    outputs = [float(detect(patch)[0, 0]) for patch in every]
    firing = [every[k].astype(int).tolist() for k in range(16) if outputs[k] > 0]
    letter = pixels(LETTER)
    found = detect(letter)
    windows = np.lib.stride_tricks.sliding_window_view(letter, (2, 2))  # (11, 11, 2, 2)
    alike = (windows == np.array(firing[0])).all((2, 3))
    facts = {
        "kernel": kernel,
        "bias": bias,
        "z": z,
        "outputs": outputs,
        "firing": firing,
        "firing_count": len(firing),
        "most": max(outputs),
        "lowest": min(z),
        "next": sorted(z)[-2],
        "places": [[int(i), int(j)] for i, j in np.argwhere(found > 0)],
        "fired": int((found > 0).sum()),
        "alike": [[int(i), int(j)] for i, j in np.argwhere(alike)],
        "windows": found.size,
    }
    return {"patches": every, "letter": letter, "map": found}, facts


def draw_detector(formula: str, data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    axes = upper.subplots(1, 3)
    small = 0.75 * plt.rcParams["font.size"]
    plot_matrix(facts["kernel"], size=1.3, title="The filter", ax=axes[0])
    for k, name in enumerate("abcd"):
        axes[0].text(k % 2 + 0.08, k // 2 + 0.06, name, va="top", fontsize=small)
    bias = f"bias {general(facts['bias'])} and ReLU"
    axes[0].text(
        1, 2.15, f"{formula}\n{bias}, on a patch\nof black 0 and white 1", ha="center", va="top"
    )
    axes[0].set_ylim(3.2, -0.05)
    _draw_places(axes[1:], data, facts)
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
            f"{general(z)} → {general(output)}", fontsize=plt.rcParams["font.size"],
            fontweight="bold" if output > 0 else "normal",
        )  # fmt: skip
        if output > 0:
            outline(ax, [(0, 0)], 2)
    return figure


def _draw_places(axes: Any, data: Any, facts: Facts) -> None:
    """The letter with a dot in each window that fires, and the map, a pixel at each such place."""
    letter, found = data["letter"], data["map"]
    row, column = facts["places"][-1]  # away from the others
    plot_images([letter], axes=axes[:1])
    outline(axes[0], [(row, column)], 2, thick=2.5)
    dots = np.array(facts["places"]) + 0.5  # where the four pixels of a window meet
    axes[0].plot(
        dots[:, 1], dots[:, 0], "o", color=WINDOW, markeredgecolor="white", zorder=4,
        markersize=0.45 * plt.rcParams["font.size"],
    )  # fmt: skip
    axes[0].set_title(f"Fires in {facts['fired']} windows, a dot each")
    high, wide = found.shape
    axes[1].imshow(found, cmap="gray", extent=(0, wide, high, 0), interpolation="nearest")
    bare(axes[1])
    draw_frame(axes[1], 0, 0, high, wide, thick=0.5, edgecolor=plt.rcParams["text.color"])
    draw_frame(axes[1], row, column, 1, 1, thick=1.5)
    axes[1].set(xlim=axes[0].get_xlim(), ylim=axes[0].get_ylim())
    axes[1].set_title("Its map: a pixel per window")
    for spine in axes[0].spines.values():  # where the paper of the page is black too
        spine.set_visible(True)


def detector_alt(where: str) -> str:
    """The text for who cannot see it."""
    return (
        "The filter {kernel[0]} over {kernel[1]}; a white R on black with a dot in each of {fired} "
        f"windows, {where}, and one window framed; its feature map, black but for {{fired}} pixels "
        "at the places of the dots; and all 16 patches with their outputs, of which one is above 0."
    )


def detector_caption(formula: str, pattern: str, where: str) -> str:
    """What it says of itself."""
    return (
        f"A filter as a detector: {formula}, with bias {{bias:g}}. Of the 16 black and white "
        f"patches only {{firing[0][0]}} over {{firing[0][1]}}, {pattern}, gives more than 0; the "
        "next best gives {next:g} before ReLU, the worst {lowest:g}. On a white letter it fires "
        f"in {{fired}} of {{windows}} windows: {where}."
    )


def detector_claims(firing: list[Any], times: int) -> tuple[Claim, ...]:
    """The claims of a detector that fires on one patch, so many times on the letter."""
    return (
        Claim("firing_count", "==", 1, "exactly {limit} of 16 patches gives more than 0"),
        Claim("firing", "==", firing, "it is {limit[0][0]} over {limit[0][1]}"),
        Claim("most", "==", 1, "and gives {limit}"),
        Claim("fired", "==", times, "on the letter it fires {limit} times"),
        Claim("places", "==", words="at that pattern and nowhere else", than="alike"),
    )
