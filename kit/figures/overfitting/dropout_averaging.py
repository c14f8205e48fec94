"""All units at once or a mean over masks: as many right, not as sure"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._averaged import average_few
from kit.figures.overfitting._averages_drawn import draw_who

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "{train} digits ({source}, half size), {units} ReLU units; medians and ranges of {networks} "
    "networks, learning rates chosen on other digits. Trained with half of the units dropped, and "
    "tested with all of them, {scaled[wrong]:.1%} of {test:,} digits are wrong; with the mean over "
    "50 masks {mask50[wrong]:.1%}; one network without dropout {one[wrong]:.1%}, 25 bagged ones "
    "{bagged[wrong]:.1%}. How sure they are less how often right: {scaled[points]:.1f}, "
    "{mask50[points]:.1f}, {one[points]:.1f} and {bagged[points]:.1f} points."
)
ALT = (
    "Two columns of dots with ranges, a row for each who answers. Wrong: between "
    "{bagged[wrong]:.1%} and {one[wrong]:.1%} for all but one mask, which has {mask1[wrong]:.1%}. "
    "Too sure: one network by {one[points]:.1f} points, dropout with all units by "
    "{scaled[points]:.1f}; the mean over 50 masks and bagging are too little sure, "
    "{mask50[points]:.1f} and {bagged[points]:.1f}."
)
NOTES = Notes(
    look="Dropout is called a way to average many networks. Which networks? A mask is one; with "
    "all units in, the lecture says, we have the average. Compare the third row with the last.",
    point="With all units at once {scaled[wrong]:.1%} are wrong, with 50 masks averaged "
    "{mask50[wrong]:.1%}: one pass does what fifty do. The masks by themselves are poor: one of "
    "them has {mask1[wrong]:.1%} wrong. That is what you get if dropout stays on in the test.",
    misconception="As many right does not mean the same probabilities. The mean over masks "
    "is {less_sure_points:.1f} points less sure, since the masks disagree, and so is bagging. "
    "Whether that is better depends: here the network with all units is nearly as often right as "
    "it says. And a single network is not far behind: dropout has fewer wrong in most of the "
    "trials, not in all.",
)
CLAIMS = (
    Claim("apart", "within", (-0.02, 0.02), "all units and the mean over 50 masks: within "
    "{high_percent:g} % of the digits as many wrong"),
    Claim("less_sure", ">", 0.04, "the mean over masks is over {limit} less sure of its answers"),
    Claim("bagged_loss", "<", 0, "25 bagged networks have a smaller loss than one"),
    Claim("dropout_loss", "<", 0, "dropout has a smaller loss than one network without, with "
    "{share} seeds"),
    Claim("dropout_wrong", "<", 0, "and fewer wrong digits, with {share} seeds"),
    Claim("one.surer", ">", 0, "one network is surer than it is right"),
    Claim("bagged.surer", "<", 0, "bagged networks are less sure than they are right"),
)  # fmt: skip
CONTROL = Control(masks="mask1", refutes=("apart", "less_sure"), words="a single mask")
QUIZ = Quiz(
    "Half of the units were dropped in training. Which row is (1), (2), (3)?",
    (
        Answer("all units", r"dropout, all units"),
        Answer("one mask", r"dropout, one mask"),
        Answer("the mean over 50 masks", r"dropout, 50 masks"),
    ),
    caption="{train} digits, {units} ReLU units; one network, 25 bagged ones, and one that was "
    "trained with dropout and is tested in three ways.",
    alt="Two columns of dots with ranges, a row for each who answers.",
)


def measure(lab: Lab, seed: int, masks: str = "mask50") -> tuple[Any, Facts]:
    every = lab.run(average_few, first=block_of(seed, DENSE)[0])
    scores = [every["found"][one]["scores"] for one in lab.seeds(seed, of=DENSE)]
    each = []
    for by in scores:
        of: Any = {k: one | {"points": 100 * one["surer"]} for k, one in by.items()}
        of["apart"] = by[masks]["wrong"] - by["scaled"]["wrong"]
        of["less_sure"] = by["scaled"]["surer"] - by[masks]["surer"]
        of["less_sure_points"] = 100 * of["less_sure"]
        of["bagged_loss"] = by["bagged"]["loss"] - by["one"]["loss"]
        of["dropout_loss"] = by["scaled"]["loss"] - by["one"]["loss"]
        of["dropout_wrong"] = by["scaled"]["wrong"] - by["one"]["wrong"]
        each.append(of)
    return scores, {**every["facts"], "networks": len(scores), **medians(each)}


def draw(scores: Any, facts: Facts) -> Any:
    return draw_who(scores, facts)
