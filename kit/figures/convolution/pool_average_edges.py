"""Average pooling is strong in the middle of a bar and soft at its edges"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board.stage import arrow, bracket, frame, new_stage, place, say
from kit.catalogue import Claim, Control, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.stats import pool

LECTURES = ("Olteanu",)
CAPTION = (
    "A bar of ones, {bar} wide, that reaches halfway into the first window and into the last. "
    "Average pooling gives {in_words[average]}: half as much at the edges as in the middle. Max "
    "pooling gives {in_words[max]}, as it would for every bar that touches the {windows} windows; "
    "of {bars} such bars average pooling gives {told[average]} different rows, max pooling "
    "{told[max]}."
)
ALT = (
    "A {width} wide input with a bar of {bar} ones, and frames for its {windows} windows, of which "
    "the first and the last are half in the bar. Beneath it the outputs in squares: average "
    "{in_words[average]}, max {in_words[max]}."
)
NOTES = Notes(
    look="The windows do not know where the bar begins. What does each pooling make of a window "
    "that is half in the bar and half beside it?",
    point="Average pooling makes {edge[average]:g} of it, half of the {middle[average]:g} in the "
    "middle. Max pooling makes {edge[max]:g}, as in the middle, and so forgets where in the window "
    "the edge was.",
    misconception="Half at the edge is not always an edge. A bar of half the strength that fills "
    "its window gives the same half. And a bar whose ends fall between two windows gives ones "
    "everywhere, with either pooling: nothing is soft there.",
)
CLAIMS = (
    Claim("row.average", "==", [0.5, 1, 1, 0.5], "average: {listed}"),
    Claim("row.max", "==", [1, 1, 1, 1], "max: {listed}"),
    Claim("rows_apart", "==", 0, "every row of the image gives the same outputs"),
    Claim("told", "==", {"average": 4, "max": 1}, "only the average tells the 4 bars apart"),
)
CONTROL = Control(shift=1, refutes="row.average", words="a bar that begins where a window does")
QUIZ = Quiz(
    "Which pooling is (1), which (2)?",
    answers_in_words("Average", "Max"),
    (Hidden(r"[½01](, [½01])+"),),
    caption="A bar of ones, {bar} wide, that reaches halfway into the first window and the last.",
    alt="A {width} wide input with a bar of {bar} ones, and its {windows} windows. Beneath it two "
    "rows of outputs: (1) has halves at its ends, (2) has not.",
    level=13,
)

BAR_WIDTH, BAR_ROWS = 8, 2


def _image(first: int, last: int) -> Any:
    """Ones from one column to another."""
    image = np.zeros((BAR_ROWS * 2, BAR_WIDTH))
    image[:, first : last + 1] = 1
    return image


def measure(lab: Lab, seed: int, shift: int = 0) -> tuple[Any, Facts]:
    """Both poolings of a bar, 2×2 in steps of 2; and of each that touches all windows."""
    image = _image(1 - shift, BAR_WIDTH - 2 + shift)
    bars = [(first, last) for first in (0, 1) for last in (BAR_WIDTH - 2, BAR_WIDTH - 1)]
    outputs, told = {}, {}
    for kind in ("average", "max"):
        outputs[kind] = pool(image, 2, stride=2, kind=kind)
        found = {tuple(pool(_image(*one), 2, stride=2, kind=kind)[0].tolist()) for one in bars}
        told[kind] = len(found)
    row = {kind: out[0].tolist() for kind, out in outputs.items()}
    facts = {
        "width": BAR_WIDTH,
        "bar": int(image[0].sum()),
        "windows": len(row["max"]),
        "row": row,
        "rows_apart": float(max(np.ptp(out, axis=0).max() for out in outputs.values())),
        "in_words": {
            kind: ", ".join({0.5: "½"}.get(one, f"{one:g}") for one in by)
            for kind, by in row.items()
        },
        "edge": {kind: by[0] for kind, by in row.items()},
        "middle": {kind: by[1] for kind, by in row.items()},
        "bars": len(bars),
        "told": told,
    }
    return {"image": image, **outputs}, facts


def _half(value: float) -> str:
    return "½" if value == 0.5 else f"{value:g}"


def draw(data: Any, facts: Facts) -> Any:
    """The image with its windows, and what either pooling makes of them."""
    figure, stage = new_stage(26, 13.2)
    look: dict[str, Any] = {"shades": True, "limit": 1.0, "number": _half}
    inner = place(stage, data["image"], 3.6, 1.0, cell=1.35, title="input", title_size=1.1, **look)
    for k in range(facts["windows"]):
        for row in range(BAR_ROWS):
            frame(inner, 2 * row + 0.08, 2 * k + 0.08, 1.84, 1.84, k)
    bracket(stage, 9.8, 2.35, 10.45, f"the bar, {facts['bar']} wide", 0)
    arrow(stage, 4.0, 12.3, 15.6)
    arrow(stage, 8.8, 12.3, 15.6)
    for top, kind in ((2.6, "average"), (7.4, "max")):
        title = f"{kind.capitalize()} pooling: {facts['in_words'][kind]}"
        place(stage, data[kind], top, 16.6, cell=1.6, title=title, title_size=1.1, **look)
    say(stage, 12.0, 19.8, "windows of 2×2, in steps of 2", 0.9)
    return figure
