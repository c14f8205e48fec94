"""SAME padding completes the last windows and is never their maximum"""

from __future__ import annotations

from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from kit.board import plot_matrix
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.stats import output_size, padding_of

LECTURES = ("Makhmutova",)
CAPTION = (
    "Max pooling of {size}×{size} numbers, 2×2 with stride 2. SAME adds {padding[0]} "
    "columns before and {padding[1]} after, and as many rows, so that there are {places}×{places} "
    "outputs instead of VALID's {valid_places}×{valid_places}; the first row is {first_row}. The "
    "padding never counts: with {lowered_by} taken from every number all outputs are below 0 "
    "({lowered_largest:g} at most); if zeros were padded and counted, {wrong} of them would be 0."
)
ALT = (
    "A {size}×{size} matrix with a dashed column and row of padding, three times, with the "
    "windows of the first row of outputs, {first_row}. Below, all outputs; the same matrix less "
    "{lowered_by}; its outputs, all negative; and, framed, the {wrong} that would be 0 if padded "
    "zeros counted."
)
NOTES = Notes(
    look="Windows of 2×2 in steps of 2 over {size}×{size} numbers: what becomes of the last "
    "column? And what would a padded zero do where all numbers are negative? Let them argue.",
    point="SAME completes the last windows and has {places}×{places} outputs where VALID has "
    "{valid_places}×{valid_places}. Its padding never counts: with {lowered_by} taken from every "
    "number the largest output is {lowered_largest:g}, not 0.",
    misconception="In a convolution SAME pads with zeros, and they do count. In max pooling the "
    "padding is no number at all; with zeros {wrong} of those outputs would be wrong. Behind a "
    "ReLU nobody would notice, since nothing there is below zero.",
)
CLAIMS = (
    Claim("first_outputs", "==", [3, 5, 7], "the first row of outputs is {listed}"),
    Claim("padding", "==", [0, 1], "{limit[1]} row and column of padding, at the end"),
    Claim(
        "taken",
        "==",
        words="padding never counts: less 8, the outputs are those less 8",
        than="lowered_by",
    ),
    Claim("wrong", "==", 5, "padded zeros would be the maximum in {limit} of 9 windows"),
)

PADDED = [
    [2, 3, 0, 5, 2.5],
    [2, 1.5, 0.5, 0, 7],
    [1.5, 5, 5, 3, 2],
    [3, 5, 7, 1.5, 0],
    [2, 5, 2, 1.5, 2],
]
LOWERED = 8  # taken from every number: then all are below the 0 of a padding that would count


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    def same(image: Any) -> Any:
        layer = keras.layers.MaxPooling2D(2, padding="same")
        return np.asarray(layer(np.asarray(image, np.float32)[None, ..., None]))[0, ..., 0]

    lowered = np.array(PADDED) - LOWERED
    found, below = same(PADDED), same(lowered)
    counted = same(np.pad(lowered, ((0, 1), (0, 1))))
    facts = {
        "size": len(PADDED),
        "padding": list(padding_of(len(PADDED), 2, 2, "same")),
        "places": output_size(len(PADDED), 2, 2, "same"),
        "valid_places": output_size(len(PADDED), 2, 2, "valid"),
        "outputs": found.tolist(),
        "first_row": ", ".join(f"{number:g}" for number in found[0]),
        "lowered_by": LOWERED,
        "lowered": below.tolist(),
        "lowered_largest": float(below.max()),
        "counted": counted.tolist(),
        "first_outputs": found[0].tolist(),
        "taken": sorted({float(one) for one in (found - below).ravel()}),
        "wrong": int((counted != below).sum()),
    }
    return {"lowered": np.pad(lowered, ((0, 1), (0, 1)), constant_values=np.nan)}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    axes = figure.subplots(2, 4)
    with_padding = np.pad(np.array(PADDED), ((0, 1), (0, 1)), constant_values=np.nan)
    look: Any = {"padding": ((0, 1), (0, 1)), "size": 0.75}
    so_far = np.full_like(facts["outputs"], np.nan, dtype=float)
    for step in range(3):
        plot_matrix(with_padding, window=(0, 2 * step, 2, 2), **look, ax=axes[0, step])
        axes[0, step].set_title(f"Step {step + 1}: {facts['outputs'][0][step]:g}")
    so_far[0] = facts["outputs"][0]
    plot_matrix(so_far, title="After 3 steps", ax=axes[0, 3])
    plot_matrix(facts["outputs"], title="All 9 outputs", ax=axes[1, 0])
    plot_matrix(
        data["lowered"], **look, title=f"The input less {facts['lowered_by']}", ax=axes[1, 1]
    )
    plot_matrix(facts["lowered"], title=f"Outputs, also less {facts['lowered_by']}", ax=axes[1, 2])
    wrong = np.argwhere(np.array(facts["counted"]) != np.array(facts["lowered"])).tolist()
    plot_matrix(
        facts["counted"],
        marked=[(i, j) for i, j in wrong],
        title="If zeros counted",
        ax=axes[1, 3],
    )
    figure.get_layout_engine().set(h_pad=plt.rcParams["font.size"] / 200)
    return figure
