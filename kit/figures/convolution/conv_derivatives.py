"""A kernel's gradient: delta slides over the input"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board.stage import new_stage
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._backpropagation import (
    CHANNELS,
    DIFFERENCE_STEP,
    KERNEL_SHAPES,
    by_differences,
    by_the_equations,
    by_the_tape,
    network_values,
    small_example,
)
from kit.figures.convolution._both_ways import draw_backwards, draw_forwards
from kit.figures.convolution._worked import by_rows, whole

LECTURES = ("Olteanu",)
CAPTION = (
    "Above, a kernel of four weights gives nine Z-values, and delta says how the loss changes with "
    "each of them. Below, weight by weight: each met nine inputs, one at every place, and its "
    "gradient is the sum of these inputs, each times delta of its place. So delta slides over the "
    "input as the kernel did: {example[by_rows]}, and TensorFlow's tape gives the same four "
    "numbers. In a network of two convolutions with {channels} channels, {filters[0]} and "
    "{filters[1]} filters, {total} derivatives by such sums differ from the tape's by "
    "{worst_tape:.0e} of the largest, from central differences by {worst_differences:.0e}. In one "
    "lecture's text the sum for a weight runs over the filters too: then it is off by "
    "{printed_apart:.0%}."
)
ALT = (
    "Above, a 4×4 input times a 2×2 kernel gives 3×3 Z-values, and from the loss comes delta, 3×3. "
    "Below, the input four times, with the 3×3 part framed that each of the four weights met, "
    "every number with its delta; under them the sums {sums[0]}; {sums[1]}; {sums[2]}; {sums[3]}. "
    "They fill the gradient: {example[by_rows]}."
)
NOTES = Notes(
    look="Take one of the four weights. Which of the inputs did it ever meet? Let them draw the "
    "square, then multiply it by delta, cell by cell.",
    point="Each weight met nine inputs, and its gradient is the sum of these times delta: "
    "{example[by_rows]} for all four. In a whole network {total} derivatives found by such sums "
    "agree with TensorFlow's to {worst_tape:.0e} of the largest.",
    misconception="A weight that is used at nine places does not have nine gradients: they add up "
    "to one. But do not add up too much. Summed over the filters as well, the derivatives of the "
    "weights are off by up to {printed_apart:.0%}, since each weight belongs to one filter only.",
)
CLAIMS = (
    Claim("example.apart", "==", 0, "delta over the input: exactly the four numbers of the tape"),
    Claim("worst_tape", "<", 1e-14, "equations and tape: within {limit}"),
    Claim("worst_differences", "<", 1e-8, "equations and central differences: within {limit}"),
    Claim(
        "printed_apart",
        ">",
        0.5,
        "summed over the filters too, weights' derivatives are over {percent:g} % off",
    ),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    values = network_values(seed)
    found, tape = by_the_tape(values)
    equations, differences = by_the_equations(values, found), by_differences(values, found)
    groups = {"w": ("w1", "w2"), "b": ("b1", "b2"), "a": ("x", "a1", "a2"), "z": ("z1", "z2")}

    def joined(gradients: dict[str, Any], names: tuple[str, ...]) -> Any:
        return np.concatenate([gradients[name].ravel() for name in names])

    def apart(a: Any, b: Any) -> float:
        return float(np.abs(a - b).max() / np.abs(b).max())

    data = {
        short: tuple(joined(g, names) for g in (equations, tape, differences))
        for short, names in groups.items()
    }
    printed = joined(equations, ("printed w1", "printed w2"))
    facts: Facts = {
        "counts": {short: len(three[0]) for short, three in data.items()},
        "total": sum(len(three[0]) for three in data.values()),
        "from_tape": {short: apart(e, t) for short, (e, t, _) in data.items()},
        "from_differences": {short: apart(e, d) for short, (e, _, d) in data.items()},
        "step": DIFFERENCE_STEP,
        "filters": [shape[3] for shape in KERNEL_SHAPES],
        "channels": CHANNELS,
        "printed_apart": apart(printed, data["w"][1]),
    }
    for name in ("tape", "differences"):
        facts[f"worst_{name}"] = max(facts[f"from_{name}"].values())
    example = small_example()
    facts["example"] = {
        "by_rows": by_rows(whole(example["gradient"])),
        "apart": float(np.abs(example["gradient"] - example["tape"]).max()),
    }
    facts["sums"] = [_sum_in_words(example, i, j) for i, j in np.ndindex(2, 2)]
    return {**data, "printed": printed, "example": example}, facts


def _sum_in_words(example: Any, i: int, j: int) -> str:
    """The products whose delta is not 0, and their sum, for one weight."""
    high, wide = example["delta"].shape
    met = example["input"][i : i + high, j : j + wide]
    pairs = zip(met.ravel(), example["delta"].ravel(), strict=True)
    words = " ".join(
        f"{'−' if delta < 0 else '+'} {value * abs(delta):g}" for value, delta in pairs if delta
    )
    return f"{words} = {_number(example['gradient'][i, j])}".removeprefix("+ ")


def draw(data: Any, facts: Facts) -> Any:
    """Forwards above; below, for each weight, the inputs that it met, times delta."""
    figure, ax = new_stage(26.4, 13.2)
    draw_forwards(ax, data["example"], _number)
    draw_backwards(ax, data["example"], facts["sums"], _number)
    return figure


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
