"""Pooling softens a shift of the input, and does not undo it"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._shifts import (
    POOL_SIZES,
    SHIFTED_DIGITS,
    SHIFTS,
    draw_examples,
    relative_change,
    shifted_maps,
)
from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles

LECTURES = ("Guillot", "Olteanu")
CAPTION = (
    "{n} digits ({source}) moved to the right, and how far their feature maps (Sobel's "
    "filter and ReLU) move with them: ‖after - before‖ / ‖before‖. By 1 pixel the map changes by "
    "{median[none][1]:.0%}, max pooled 2×2 by {median[2x2][1]:.0%} and 4×4 by "
    "{median[4x4][1]:.0%} (medians); pooled 4×4, {gains[4x4]:.0%} of the digits change less. By "
    "{shifts[4]} pixels it is {median[none][4]:.0%}, {median[2x2][4]:.0%} and "
    "{median[4x4][4]:.0%}: softened, not invariant. The digits themselves change by "
    "{median[image][1]:.0%} and {median[image][4]:.0%}."
)
ALT = (
    "Left, a digit, its feature map and that map pooled 2×2 and 4×4, before and after a shift "
    "by 1 pixel, and the difference. Right, relative change against the shift in pixels, three "
    "rising lines: not pooled, up to {median[none][4]:.0%}; max pooled 2×2, {median[2x2][4]:.0%}; "
    "4×4, {median[4x4][4]:.0%}."
)
NOTES = Notes(
    look="Move a digit to the right by a single pixel. How much of its feature map changes: a "
    "tenth, a half, nearly all? Let them write a number down.",
    point="The change is {median[none][1]:.0%} of the map's own size. Max pooled 2×2 it is "
    "{median[2x2][1]:.0%}, pooled 4×4 {median[4x4][1]:.0%}, as medians of {n} digits.",
    misconception="Pooling does not make a network blind to shifts. Even pooled 4×4 a map changes "
    "by {median[4x4][4]:.0%} when the digit moves {shifts[4]} pixels. Pooling softens a shift, and "
    "pays for it by knowing less well where things are.",
)
CLAIMS = (
    Claim(
        "least_gaps",
        ">",
        0,
        "at each of 4 shifts: 4×4 changes less than 2×2, and that less than not pooled",
    ),
    Claim(
        "softened",
        "<=",
        0.75,
        "1 pixel: pooled 4×4, the median changes at most {limit} times as much",
    ),
    Claim("gains.4x4", ">=", 0.95, "1 pixel: {percent:g} % of the digits change less pooled 4×4"),
    Claim("changed_4x4", ">", 0.1, "but by over {percent:g} %: not invariant"),
)
QUIZ = Quiz(
    "How far are the maps (1), (2), (3) pooled?",
    (
        Answer("not pooled", r"\bnot pooled\b|\bfeature map(?=\n)"),
        Answer("max pooled 2×2", r"\bmax (pooled )?2×2"),
        Answer("max pooled 4×4", r"\bmax (pooled )?4×4"),
    ),
    alt="Left, a digit and three maps of it, before and after a shift by 1 pixel, and the "
    "difference; the maps (2) and (3) in larger squares than (1). Right, relative change "
    "against the shift in pixels, three rising lines: (1) above (2), and (2) above (3).",
    level=10,
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    data = lab.digits()
    chosen = np.random.default_rng(seed).choice(len(data.x_train), SHIFTED_DIGITS, replace=False)
    digits = data.x_train[chosen, ..., 0]  # (n, 28, 28)
    by_shift = shifted_maps(digits)
    changes = {
        name: np.array([relative_change(by_shift[0][name], one[name])[:, 0] for one in by_shift])
        for name in by_shift[0]
    }  # (shifts, digits) each
    facts: Facts = {
        "source": data.source,
        "n": len(digits),
        "shifts": list(SHIFTS),
        "median": {name: np.median(c, axis=1).tolist() for name, c in changes.items()},
        "gains": {
            name: float((changes[name][1] < changes["none"][1]).mean()) for name in ("2x2", "4x4")
        },
    }
    median = facts["median"]
    facts["least_gaps"] = {
        f"{a} to {b}": min(y - x for x, y in zip(median[a][1:], median[b][1:], strict=True))
        for a, b in (("4x4", "2x2"), ("2x2", "none"))
    }
    facts["softened"] = median["4x4"][1] / median["none"][1]
    facts["changed_4x4"] = median["4x4"][1]
    quartiles = {name: np.quantile(changes[name], (0.25, 0.5, 0.75), axis=1) for name in POOL_SIZES}
    examples = {
        name: [one[name][0, ..., 0] for one in (by_shift[0], by_shift[1])] for name in by_shift[0]
    }
    shown = {name: float(changes[name][1][0]) for name in changes}
    return {"quartiles": quartiles, "examples": examples, "shown": shown}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1.2])
    draw_examples(left, data)
    ax, ends = right.subplots(), []
    for (name, (low, middle, high)), look in zip(
        data["quartiles"].items(), series_styles(3), strict=True
    ):
        label = "not pooled" if name == "none" else f"max {name.replace('x', '×')}"
        ax.plot(facts["shifts"], middle, **look, label=label)
        ends.append(End(facts["shifts"][-1], middle[-1], label, look["color"]))
        ax.fill_between(facts["shifts"], low, high, color=look["color"], alpha=0.2, linewidth=0)
    ax.set(
        title=f"Median of {facts['n']} digits, and the middle half", xlabel="shift in pixels",
        ylabel="relative change of the map", ylim=(0, None),
    )  # fmt: skip
    ax.set_xticks(facts["shifts"])
    name_ends(ax, ends)
    return figure
