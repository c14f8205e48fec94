"""Started wide, the squared loss trails; started narrow, it catches up"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.saturation._either_loss import draw_starts, train_either

LECTURES = ("Sridharan", "Olteanu")
PLAY = {"std": 1.0, "depth": 1, "data": "digits", "loss": "mean_squared_error", "view": "curves"}
CAPTION = (
    "A network of {units} sigmoid units and ten sigmoid outputs, {train:,} digits ({source}), SGD; "
    "medians and ranges of {networks} networks. Weights of σ = 1 leave most units saturated: after "
    "{epochs} epochs the squared loss has {wide[squared]:.0%} of {test} test digits right, the "
    "cross-entropy {wide[entropy]:.0%}. Started with Glorot, it is {narrow[squared]:.0%} and "
    "{narrow[entropy]:.0%}. The squared loss has twice the learning rate, so that both pull alike "
    "where nothing is saturated."
)
ALT = (
    "Two panels of the share of test digits recognised over {epochs} epochs. Wide start: the "
    "cross-entropy reaches {wide[entropy]:.0%}, the squared loss {wide[squared]:.0%}. Narrow "
    "start: {narrow[entropy]:.0%} and {narrow[squared]:.0%}."
)
NOTES = Notes(
    look="The same network and the same digits, once from wide weights and once from narrow ones. "
    "In which panel will the loss matter more, and why?",
    point="From wide weights the squared loss ends {gap[wide]:.0%} of the digits behind. From "
    "Glorot's start it ends {gap[narrow]:.1%} behind, which is nothing.",
    misconception="The squared loss is not bad for classification as such. What it cannot do is "
    "get out of saturation, and with a good start there is little of that. It still starts more "
    "slowly, though its learning rate is twice as large.",
)
CLAIMS = (
    Claim("behind", ">", 0.1, "from wide weights the squared loss ends over {percent:g} % behind"),
    Claim("ahead.wide", ">", 0.03, "cross-entropy is ahead at every epoch, by over {limit}"),
)
CONTROL = Control(start="narrow", refutes="behind", words="Glorot's start")
QUIZ = Quiz(
    "Which loss is (1), which (2)?",
    (
        Answer("the squared loss", r"\b[Ss]quared\s+loss\b"),
        Answer("the cross-entropy", r"\b[Cc]ross-entropy\b"),
    ),
)  # fmt: skip


def measure(lab: Lab, seed: int, start: str = "wide") -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(train_either, first=block_of(seed, DENSE)[0])
    curves = {
        of: {name: {one: some[one] for one in seeds} for name, some in by.items()}
        for of, by in found["curves"].items()
    }
    facts: Facts = {**found["facts"], "networks": len(seeds)}
    each = []
    for one in seeds:
        pairs = {of: {name: some[one] for name, some in by.items()} for of, by in curves.items()}
        last = {of: {name: float(c[-1]) for name, c in by.items()} for of, by in pairs.items()}
        over = {of: float((by["entropy"] - by["squared"]).min()) for of, by in pairs.items()}
        gap = {of: by["entropy"] - by["squared"] for of, by in last.items()}
        each.append({**last, "gap": gap, "ahead": over, "behind": gap[start]})
    return curves, facts | medians(each)


def draw(curves: Any, facts: Facts) -> Any:
    return draw_starts(curves, facts)
