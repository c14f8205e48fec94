"""A 2×2 filter in six stops: every output uses the same four weights"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board.stage import new_stage, place, say
from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.stats import convolve

LECTURES = ("Olteanu",)
CAPTION = (
    "A filter of {weights} weights, w to z, on an input of {inputs} letters, a to l, one column at "
    "a time and then the next row: {stops} stops and so {stops} outputs, {columns} by {rows}. The "
    "first is {sums[0]}. An input is under the filter at 1, 2 or 4 stops: f and g are at 4."
)
ALT = (
    "Six copies of an input of three rows of four letters, a to l, with a frame of 2×2 cells that "
    "moves from left to right in the upper row, then in the lower one. Above each its sum: "
    "{in_words}. On the right the filter, w x over y z, and the {stops} outputs in {rows} rows."
)
NOTES = Notes(
    look="An input of three rows and four columns, a filter of two rows and two columns. At how "
    "many places can it stop, and in which order does it go there?",
    point="At {stops}: {columns} next to each other, and that in {rows} rows. Each output is a sum "
    "of four products, and w is in all {stops} of them.",
    misconception="Strictly this is cross-correlation: the filter is not turned round before it "
    "slides. Mathematicians turn it. For a network it makes no difference, since the weights are "
    "learned, and would be learned the other way round.",
)
CLAIMS = (
    Claim("stops", "==", 6, "{limit} stops"),
    Claim("shape", "==", [2, 3], "{limit[0]} rows of {limit[1]} outputs"),
    Claim("sums", "==", words="the outputs are the lecture's sums", than="lecture"),
    Claim("uses", "==", 6, "each weight is in {limit} outputs"),
    Claim("covered", "==", [[1, 2, 2, 1], [2, 4, 4, 2], [1, 2, 2, 1]], "stops over inputs: {rows}"),
)
CONTROL = Control(stride=2, refutes=("stops", "uses"), words="steps of two columns and two rows")
QUIZ = Quiz(
    "Multiply, add up: what is the sum at the stop in the lower left (1)?",
    (Answer("{sums[3]}", r"ew \+ fx \+ iy \+ jz"),),
    level=12,
)

LETTERS, WEIGHTS = ("abcd", "efgh", "ijkl"), ("wx", "yz")


def lecture_sums() -> list[str]:
    """The lecture's formula, row by row: I(i, j)K(0, 0) + I(i + 1, j)K(1, 0) + ..."""
    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return [
        " + ".join(LETTERS[i + m][j + n] + WEIGHTS[m][n] for m, n in places)
        for i in range(2)
        for j in range(3)
    ]


def measure(lab: Lab, seed: int, stride: int = 1) -> tuple[Any, Facts]:
    """The terms of each sum, found by sliding one weight at a time over one letter at a time."""
    rows, columns = len(LETTERS), len(LETTERS[0])
    each = np.eye(rows * columns).reshape(-1, rows, columns)  # (letters, rows, columns)
    terms: dict[tuple[int, int], list[str]] = {}
    covered = np.zeros((rows, columns), int)
    shape: tuple[int, ...] = ()
    for letter, image in zip("".join(LETTERS), each, strict=True):
        for k, weight in enumerate("".join(WEIGHTS)):
            kernel = np.eye(4)[k].reshape(2, 2)
            met = convolve(image, kernel, stride=stride)
            shape = met.shape
            for stop in np.argwhere(met):
                terms.setdefault((int(stop[0]), int(stop[1])), []).append(letter + weight)
                covered += image.astype(int)
    sums = [" + ".join(sorted(terms[stop])) for stop in np.ndindex(*shape)]
    facts = {
        "weights": 4,
        "inputs": rows * columns,
        "stops": len(sums),
        "rows": shape[0],
        "columns": shape[1],
        "shape": list(shape),
        "sums": sums,
        "lecture": lecture_sums(),
        "uses": {w: sum(w in one for one in sums) for w in "wxyz"},
        "covered": covered.tolist(),
        "in_words": "; ".join(sums),
    }
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    """The six stops, then filter and output."""
    figure, stage = new_stage(28.4, 14.6)
    letters = np.arange(12).reshape(3, 4)
    look: dict[str, Any] = {"number": lambda value: "abcdefghijkl"[int(value)], "size": 1.15}
    for k, words in enumerate(facts["sums"]):
        i, j = divmod(k, 3)
        place(
            stage, letters, 1.6 + 7.0 * i, 0.5 + 7.2 * j, window=(i, j, 2, 2), cell=1.5,
            title=f"{k + 1}:  {words}", title_size=1.0, **look,
        )  # fmt: skip
    of_weights: dict[str, Any] = look | {"number": lambda value: "wxyz"[int(value)]}
    place(
        stage, np.arange(4).reshape(2, 2), 1.6, 23.6, cell=1.5, title="filter", title_size=1.0,
        **of_weights,
    )  # fmt: skip
    shape = facts["shape"]
    outputs = np.arange(1, facts["stops"] + 1).reshape(shape)
    title = f"output, {shape[0]}×{shape[1]}"
    place(stage, outputs, 8.6, 22.85, cell=1.5, title=title, title_size=1.0, size=1.15)
    say(stage, 12.6, 25.1, "numbers of the stops", 0.85)
    return figure
