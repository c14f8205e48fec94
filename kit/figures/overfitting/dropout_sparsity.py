"""Dropout makes activations sparse, and no weight 0; L1 does what it is put on"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._rates import L1_STRENGTHS, train_dropped, train_with_l1
from kit.figures.overfitting._rates_drawn import draw_sparse_shares

LECTURES = ("Guillot",)
CAPTION = (
    "{units} ReLU units, {train} digits ({source}, half size), medians and ranges of {networks} "
    "networks: which share of the activations on test digits is not 0, and which share of the "
    "weights. With no unit dropped in training {activations[dropout][r0]:.0%} of the activations, "
    "with half of them dropped {activations[dropout][r5]:.0%}, with four fifths "
    "{activations[dropout][r8]:.0%}; all weights stay. L1 of the weights leaves "
    "{weights[weights][s30]:.0%} of them, and more activations. L1 of the activations leaves "
    "{activations[activations][s30]:.0%} of those."
)
ALT = (
    "Three panels of the shares of activations and of weights that are not 0. Over the rate of "
    "dropout the activations fall from {activations[dropout][r0]:.0%} to "
    "{activations[dropout][r8]:.0%}, the weights stay at 100%. Over the strength of L1 of the "
    "weights those fall to {weights[weights][s30]:.0%}. Over that of L1 of the activations those "
    "fall to {activations[activations][s30]:.0%}."
)
NOTES = Notes(
    look="A lecture says that dropout is used to learn sparse models. Sparse in what: weights that "
    "are 0, or units that are silent? Look at both lines of the left panel.",
    point="When all units are back, {activations[dropout][r5]:.0%} of the activations are not 0 "
    "after half were dropped, where it was {activations[dropout][r0]:.0%}: dropout does make them "
    "sparse, though nobody asked it to. Of the weights not one is 0.",
    misconception="The zeros of the mask are not meant: they are gone in the test. And sparse is "
    "not better by itself. With the strongest L1 of the activations "
    "{activations[activations][s30]:.0%} are left and {wrong[activations][s30]:.1%} of test "
    "digits are wrong; with dropout of a half {activations[dropout][r5]:.0%} and "
    "{wrong[dropout][r5]:.1%}. L1 of the weights does not silence units: more of them are active.",
)
CLAIMS = (
    Claim(
        "activations.dropout", "falls", words="the more is dropped, the fewer activations are not 0"
    ),
    Claim(
        "ratio_at_half", "<", 0.8, "half dropped: under {percent:g} % of the activations with none"
    ),
    Claim("weights.dropout", "==", 1.0, "with dropout no weight is exactly 0"),
    Claim("weights.weights.s30", "<", 0.25, "L1 of the weights leaves under {percent:g} % of them"),
    Claim("more_active", ">", 0, "and makes more of the activations differ from 0, not fewer"),
    Claim(
        "activations.activations.s30",
        "<",
        0.15,
        "L1 of the activations leaves under {percent:g} % of them",
    ),
)
CONTROL = Control(half="r0", refutes="ratio_at_half", words="no unit dropped")
QUIZ = Quiz(
    "What was done to the networks of (1), (2), (3)?",
    (
        Answer("dropout", r"\b[Dd]ropout\b"),
        Answer("L1 of the weights", r"L1 of the\sweights"),
        Answer("L1 of the activations", r"L1 of the\sactivations"),
    ),
    caption="{units} ReLU units, {train} digits: which share of the activations on test digits "
    "is not 0, and which share of the weights.",
    alt="Three panels of the shares of activations and of weights that are not 0.",
)


def measure(lab: Lab, seed: int, half: str = "r5") -> tuple[Any, Facts]:
    first, seeds = block_of(seed, DENSE)[0], lab.seeds(seed, of=DENSE)
    dropped, l1 = (lab.run(one, first=first) for one in (train_dropped, train_with_l1))
    by_seed = [{"dropout": dropped["found"][one]["units"], **l1["found"][one]} for one in seeds]
    panels = {
        name: {
            of: np.array([[one[of] for one in by[name].values()] for by in by_seed])
            for of in ("activations", "weights")
        }
        for name in ("dropout", "weights", "activations")
    }
    each = []
    for by in by_seed:
        of: Any = {
            fact: {name: {k: one[fact] for k, one in some.items()} for name, some in by.items()}
            for fact in ("activations", "weights", "wrong")
        }
        none = of["activations"]["dropout"]["r0"]
        of["ratio_at_half"] = of["activations"]["dropout"][half] / none
        of["more_active"] = of["activations"]["weights"]["s30"] - none
        each.append(of)
    facts: Facts = {**dropped["facts"], "networks": len(seeds), **medians(each)}
    return panels, facts | {"strengths": list(L1_STRENGTHS.values())}


def draw(panels: Any, facts: Facts) -> Any:
    return draw_sparse_shares(panels, facts)
