"""SAME padding completes the last windows and is never their maximum"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kit.board.stage import arrow, frame, new_stage, place, say
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._padded import draw_window, with_padding
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
    "Above, a {size}×{size} matrix with a dashed column and row of padding, a dash in each cell, "
    "and the three windows of its first row, of which the last reaches into the padding; their "
    "maxima, {first_row}, are the first row of {places}×{places} outputs. Below, the same matrix "
    "less {lowered_by}, all negative; its last window is right without the padding, and 0 if "
    "padded zeros counted, as are {wrong} outputs, framed."
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
    figure, ax = new_stage(28.6, 14.6)
    padded = np.pad(np.array(PADDED), ((0, 1), (0, 1)), constant_values=np.nan)
    size, places = facts["size"], facts["places"]
    whole: Any = {"padding": ((0, 1), (0, 1)), "size": 0.75}
    last: Any = {"padding": ((0, 0), (0, 1)), "size": 0.75}

    source = with_padding(ax, padded, (1, 0), title="The input, with padding", **whole)
    arrow(ax, 4, 6.5, 8)
    for k in range(3):
        frame(source, 0.06, 2 * k + 0.06, 1.88, 1.88, k)
        look, column = last if k == 2 else {"size": 0.75}, 9.0 + 3.9 * k
        window = padded[:2, 2 * k : 2 * k + 2]
        draw_window(ax, window, (3, column), facts["outputs"][0][k], k, **look)
    say(ax, 2, 13.9, "The windows of the first row", 0.85)
    arrow(ax, 4, 20, 22.4)
    title = f"{size}×{size} → {places}×{places}"
    found = place(ax, facts["outputs"], 1.9, 23.4, cell=1.4, title=title)
    for k in range(3):
        frame(found, 0.06, k + 0.06, 0.88, 0.88, k)

    lowered = data["lowered"]
    source = with_padding(
        ax, lowered, (8.5, 0), title=f"All numbers negative: less {LOWERED}", **whole
    )
    frame(source, 0.06, 4.06, 1.88, 1.88, 2)
    arrow(ax, 11.5, 6.5, 8)
    say(ax, 11.5, 18, "or", 0.85)
    one = lowered[:2, 4:]
    ways = (
        (8.8, one, facts["lowered"], "Padding not counted: right ✓"),
        (19.3, np.nan_to_num(one), facts["counted"], f"Zeros counted: {facts['wrong']} wrong ✗"),
    )
    for column, values, outputs, words in ways:
        draw_window(ax, values, (10.5, column), outputs[0][2], 2, **last)
        arrow(ax, 11.5, column + 2.4, column + 3.6)
        wrong = np.argwhere(np.array(outputs) != np.array(facts["lowered"])).tolist()
        marked = [(i, j) for i, j in wrong]
        place(ax, outputs, 9.4, column + 4.1, cell=1.4, marked=marked)
        say(ax, 8.4, column + 4.1, words, 0.9, fontweight="bold")
    return figure
