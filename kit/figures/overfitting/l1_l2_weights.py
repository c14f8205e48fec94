"""L1 sets weights to exactly zero, if its steps stop there"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._letting_go import (
    SAMPLES_PENALIZED,
    STEPS_PENALIZED,
    TRIED,
    USEFUL,
    draw_penalized,
    penalized_weights,
)

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "{runs} regressions on {samples} points, {useful} inputs that matter and {useful} of noise; "
    "each penalty with the λ of {tried} that is best on other data; {steps:,} steps. With L2 and "
    "without a penalty no weight is exactly 0. With the slope of |w| added to the gradient, as "
    "Keras does it, none either: they go to and fro around 0. Steps that stop at 0 leave "
    "{exact[proximal][noise]:.0%} of the noise at exactly 0, and {exact[proximal][useful]:.0%} of "
    "what matters; with three times that λ {more[noise]:.0%} and {more[useful]:.0%}."
)
ALT = (
    "Four histograms of the sizes of weights on a logarithmic axis, for inputs that matter and for "
    "noise. No penalty and L2: no zeros. L1 by its slope: many small weights, no zeros. L1 with "
    "steps that stop at 0: a bar of {exact[proximal][noise]:.0%} of the noise at exactly 0."
)
NOTES = Notes(
    look="Twenty inputs matter, twenty are noise. L1 is said to let the noise go. In which of the "
    "four pictures has it?",
    point="Only where the step stops at zero: {exact[proximal][noise]:.0%} of the noise, "
    "{exact[proximal][useful]:.0%} of what matters. With L1 as Keras does it, "
    "{near[slope][noise]:.0%} of the noise is under 0.01, and not one weight is zero.",
    misconception="A weight near zero is not dropped from the network: it is multiplied like any "
    "other, and it is you who would have to cut it. Nor does the λ that predicts best find all of "
    "the noise; a larger one lets more go, and takes what matters along: on new points the "
    "error beyond the noise is then {worse:.1f} times as large.",
)
CLAIMS = (
    Claim("gone", ">", 0, "with L1 and steps that stop at 0 some of the noise is exactly 0"),
    Claim("picks", ">", 0, "a larger share than of the inputs that matter"),
    Claim("exact.slope", "==", 0, "with its slope added to the gradient none is"),
    Claim("exact.l2", "==", 0, "nor with L2"),
    Claim("moved.proximal", "<", 1e-9, "steps that stop at 0 come to rest, within {limit}"),
    Claim("moved.slope", ">", 1e-4, "the others go on moving, by over {limit} a step"),
)
CONTROL = Control(steps="slope", refutes=("gone", "picks"), words="the slope added, as in Keras")
QUIZ = Quiz(
    "Which penalty, and how was it taken: (1), (2), (3), (4)?",
    (
        Answer("no penalty", r"\bNo penalty\b"),
        Answer("L2", r"\bL2\b"),
        Answer("L1, its slope added to the gradient", r"L1, added slope"),
        Answer("L1, with steps that stop at 0", r"L1, stops at 0"),
    ),
    caption="{runs} regressions on {samples} points, with {useful} inputs that matter and "
    "{useful} of noise.",
    alt="Four histograms of the sizes of weights, for inputs that matter and for noise.",
)


def measure(lab: Lab, seed: int, steps: str = "proximal") -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(penalized_weights, first=block_of(seed, DENSE)[0])
    runs = {how: {one: by[one] for one in seeds} for how, by in found["runs"].items()}
    each = []
    for one in seeds:
        of = {how: by[one] for how, by in runs.items()}
        exact = {how: _shares(run["w"] == 0) for how, run in of.items()}
        facts: Facts = {"exact": exact, "gone": exact[steps]["noise"]}
        facts["picks"] = exact[steps]["noise"] - exact[steps]["useful"]
        facts["near"] = {how: _shares(np.abs(run["w"]) < 0.01) for how, run in of.items()}
        facts["moved"] = {how: run["moved"] for how, run in of.items()}
        facts["more"] = _shares(found["more"][one]["w"] == 0)
        facts["worse"] = found["more"][one]["error"] / of["proximal"]["error"]
        each.append(facts | {"error": {how: run["error"] for how, run in of.items()}})
    sizes = {"samples": SAMPLES_PENALIZED, "steps": STEPS_PENALIZED, "tried": len(TRIED)}
    return runs, {"runs": len(seeds), "useful": USEFUL, "best": found["best"]} | sizes | medians(
        each
    )


def _shares(some: np.ndarray) -> Facts:
    """The share of the inputs that matter, and of the noise."""
    return {"useful": float(some[:USEFUL].mean()), "noise": float(some[USEFUL:].mean())}


def draw(runs: Any, facts: Facts) -> Any:
    return draw_penalized(runs, facts)
