"""Adam without its correction starts with steps that are too large"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._rules import adam, walk
from kit.figures.optimizers._steps import draw_steps

LECTURES = ("Makhmutova", "Das")
CAPTION = (
    "Both moments begin with 0, so both are too small at first, but of the second it is the root "
    "that divides. On the left a gradient that is always 1: the first step is {first[none]:.2f} "
    "times the rate without correction, {first[both]:.2f} with both, and {first[one]:.1f} if the "
    "first moment alone is corrected, as one lecture's words have it. On the right a weight in a "
    "bowl, rate {rate:g}: without correction it runs past the minimum by {past[none]:.2f}, with "
    "both by {past[both]:.2f}."
)
ALT = (
    "Left, size of the step over {steps} steps for a gradient of 1, on a logarithmic axis: with "
    "both corrections a flat line at 1; without, a hump that begins at {first[none]:.2f} and "
    "rises to {largest[none]:.1f}; with the first alone, a fall from {first[one]:.1f}. Right, the "
    "way of a weight from 1 to 0: uncorrected curves swing further past 0."
)
NOTES = Notes(
    look="The moments begin with nothing, so they are too small at first. Ask: is Adam's first "
    "step then too small, or too large?",
    point="Too large. A tenth of the gradient stands above, and below it the root of a thousandth, "
    "which is a thirtieth: {first[none]:.2f} times the rate, and up to {largest[none]:.1f} times.",
    misconception="It is not the first moment that needs the correction most. Correct that one "
    "alone, and the first step is {first[one]:.0f} times the rate.",
)
CLAIMS = (
    Claim("first.both", "near", (1, 1e-6), "with both corrections the first step is {value}"),
    Claim("first.none", "near", (3.162, 1e-3), "without any, {value} times the rate"),
    Claim("first.one", "near", (31.62, 0.01), "with the first moment's alone, {value} times"),
    Claim(
        "further", ">", 1.5, "uncorrected, a weight in a bowl runs over {limit} times as far past"
    ),
)
CONTROL = Control(keep=0.9, refutes=("first.none", "further"), words="β₂ = 0.9")
QUIZ = Quiz(
    "Which of Adam's moments are corrected at (1), (2), (3)?",
    (Answer("both", r"\bboth\b"), Answer("neither", r"\bneither\b"),
     Answer("the first alone", r"first\s+alone")),
    caption="Two things to watch: a gradient that is always 1, and a weight in a bowl.",
    alt="Left, three sizes of step over steps; right, three ways of a weight from 1 to 0.",
)  # fmt: skip
FORMS = {"both": (True, True), "none": (False, False), "one": (True, False)}


def measure(lab: Lab, seed: int, keep: float = 0.999) -> tuple[Any, Facts]:
    steps, rate = 100, 0.05
    rules = {name: (keep, which) for name, which in FORMS.items()}
    sizes, ways = {}, {}
    for name, (second, which) in rules.items():
        unit, used = (adam(one, (0.9, second), corrected=which) for one in (1.0, rate))
        sizes[name] = -np.diff(walk(unit, np.ones_like, [0.0], steps)[:, 0])
        ways[name] = walk(used, lambda theta: theta, [1.0], steps)[:, 0]
    facts: Facts = {"steps": steps, "rate": rate}
    facts["first"] = {name: float(one[0]) for name, one in sizes.items()}
    facts["largest"] = {name: float(one.max()) for name, one in sizes.items()}
    facts["past"] = {name: float(-one.min()) for name, one in ways.items()}
    facts["further"] = facts["past"]["none"] / facts["past"]["both"]
    return (sizes, ways), facts


def draw(data: Any, facts: Facts) -> Any:
    names = dict(zip(FORMS, ("both", "neither", "first alone"), strict=True))
    sizes, ways = ({names[k]: one for k, one in some.items()} for some in data)
    titles = ("Step for a gradient of 1", "A weight in a bowl")
    labels = ("step ÷ rate (log scale)", "weight")
    figure = draw_steps([sizes, ways], titles, labels, log=[True, False], names=[0], first=1)
    figure.axes[0].set_yticks([1, 3, 10, 30], ["1", "3", "10", "30"])
    figure.axes[0].minorticks_off()
    return figure
