"""Width 13, filter 6, stride 5: VALID drops 2 inputs, SAME adds 3 zeros"""

from __future__ import annotations

from typing import Any

from kit.board.stage import new_stage
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._padded_row import draw_padded_row
from kit.figures.convolution._windows import FILTER, STEP, WIDTH, WIDTH_QUIZ, windows_of_tensorflow
from kit.stats import output_size, padding_of

LECTURES = ("Makhmutova",)
CAPTION = (
    "A filter of {filter} in steps of {stride} over {width} inputs. VALID has "
    "{valid[outputs]} outputs and never meets the inputs {valid[dropped][0]} and "
    "{valid[dropped][1]}. SAME has {same[outputs]} and adds {same[zeros][0]} zero before and "
    "{same[zeros][1]} after. Which inputs an output meets was found with TensorFlow's own padding."
)
ALT = (
    "Two rows of {width} numbered cells with brackets beneath. VALID: outputs over the inputs "
    "{valid[meets_in_words]}; {valid[dropped][0]} and {valid[dropped][1]} are hatched as dropped. "
    "SAME: {same[zeros][0]} cell of padding before, {same[zeros][1]} after, outputs over the "
    "inputs {same[meets_in_words]} and the padding."
)
NOTES = Notes(
    look="Count along with me: a filter {filter} wide, steps of {stride}, {width} inputs. How "
    "often does it fit, and what is left over?",
    point="VALID has {valid[outputs]} outputs and never sees the inputs {valid[dropped][0]} and "
    "{valid[dropped][1]}. SAME has {same[outputs]}, and for that it adds {same[zeros][0]} zero "
    "before and {same[zeros][1]} after.",
    misconception="SAME need not pad both sides alike: of an odd number of zeros TensorFlow puts "
    "the extra one at the end. A library that shares them out in another way gives other numbers "
    "with the same weights. And VALID does not warn you of what it drops.",
)
CLAIMS = (
    Claim("valid.dropped", "==", [12, 13], "VALID drops the inputs {limit[0]} and {limit[1]}"),
    Claim("valid.zeros", "==", [0, 0], "and pads {limit[0]}"),
    Claim("same.zeros", "==", [1, 2], "SAME pads {limit[0]} before and {limit[1]} after"),
    Claim("same.dropped", "==", [], "and drops 0"),
    Claim(
        "outputs",
        "==",
        {"valid": 2, "same": 3},
        "{limit[valid]} outputs with VALID, {limit[same]} with SAME",
    ),
    Claim(
        "formulas_off",
        "==",
        0,
        "the 2 formulas, for outputs and for zeros, say what TensorFlow does",
    ),
)
QUIZ = WIDTH_QUIZ


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    facts: Facts = {"width": WIDTH, "filter": FILTER, "stride": STEP}
    inputs = range(1, WIDTH + 1)
    for padding in ("valid", "same"):
        windows = windows_of_tensorflow(padding)
        met = {k for first, last in windows for k in range(first, last + 1)}
        facts[padding] = {
            "windows": [list(window) for window in windows],
            "meets": [[max(first, 1), min(last, WIDTH)] for first, last in windows],
            "outputs": len(windows),
            "meets_in_words": ", ".join(
                f"{max(first, 1)} to {min(last, WIDTH)}" for first, last in windows
            ),
            "dropped": [k for k in inputs if k not in met],
            "zeros": [sum(k < 1 for k in met), sum(k > WIDTH for k in met)],
            "by_formula": [
                output_size(WIDTH, FILTER, STEP, padding),
                *padding_of(WIDTH, FILTER, STEP, padding),
            ],
        }
    facts["outputs"] = {name: facts[name]["outputs"] for name in ("valid", "same")}
    facts["formulas_off"] = {
        name: sum(
            abs(a - b)
            for a, b in zip(
                facts[name]["by_formula"],
                (facts[name]["outputs"], *facts[name]["zeros"]),
                strict=True,
            )
        )
        for name in ("valid", "same")
    }
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, stage = new_stage(16.4, 8.0)
    for top, padding in ((0.95, "valid"), (4.8, "same")):
        draw_padded_row(stage, top, padding, facts["width"], facts[padding])
    return figure
