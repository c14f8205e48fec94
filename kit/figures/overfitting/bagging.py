"""Many bagged networks beat one; other starts on the same digits do as well"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._averaged import BAGGED, STARTS_BAGGED, average_few
from kit.figures.overfitting._averages_drawn import draw_bagged
from kit.figures.vanishing._bands import keyed

LECTURES = ("Olteanu",)
CAPTION = (
    "Networks of {units} ReLU units, each trained on {train} digits ({source}, half size) drawn "
    "with replacement from {train}, of which {distinct:.0%} are in a sample; medians and ranges of "
    "{trials} trials. One has {mean[k1]:.1%} of {test:,} test digits wrong, the mean of 5 "
    "{mean[k5]:.1%}, of 25 {mean[k25]:.1%}, their majority {majority[k25]:.1%}. Networks that all "
    "have the same {train} digits and start from other weights: one {starts[k1]:.1%}, the mean of "
    "10 {starts[k10]:.1%}."
)
ALT = (
    "The share of wrong test digits over the number of networks, 1 to 25. Bagged, it falls from "
    "{mean[k1]:.1%} to {mean[k25]:.1%} with the mean, and to {majority[k25]:.1%} with the "
    "majority. On the same digits from other starts it falls from {starts[k1]:.1%} to "
    "{starts[k10]:.1%} with 10 networks."
)
NOTES = Notes(
    look="At the left edge stands a single network. Why is the bagged one worse than the one on "
    "all digits? And how many networks does it take until bagging has made up for it?",
    point="A bagged network sees {distinct:.0%} of the digits, some of them twice, and has "
    "{mean[k1]:.1%} wrong, one on all digits {starts[k1]:.1%}. It takes {level} together "
    "to make up for it. Then it goes on slowly: 10 have {mean[k10]:.1%}, 25 {mean[k25]:.1%}.",
    misconception="It need not be the drawing. Ten networks on the same digits, from other "
    "weights, have {starts[k10]:.1%} wrong: they differ enough by their starts. And of two "
    "networks a majority is none: where they differ a coin decides.",
)
CLAIMS = (
    Claim("ratio", "<", 0.9, "25 bagged networks: under {percent:g} % of the wrong digits of one"),
    Claim("of_25_less", "<", 0, "and fewer than one network on all digits, with {share} seeds"),
    Claim("loss_less", "<", 0, "and a smaller loss than it"),
    Claim("majority_apart", "within", (-0.02, 0.02), "majority and mean of 25: within "
    "{high_percent:g} % of the digits"),
    Claim("starts_apart", "<", 0.01, "ten from other starts, on the same digits: no more wrong "
    "than ten bagged, within {percent:g} % of the digits"),
    Claim("single_worse", ">", 0, "a single bagged network is worse than one on all digits"),
)  # fmt: skip
CONTROL = Control(most=1, refutes=("ratio", "of_25_less", "loss_less"), words="one in place of 25")
QUIZ = Quiz(
    "Which curve is (1), which (2), which (3)?",
    (
        Answer("the mean of bagged networks", r"bagged, mean"),
        Answer("their majority", r"bagged, majority"),
        Answer("the mean over other starts", r"same digits,\sother starts"),
    ),
    caption="Networks of {units} ReLU units, each trained on {train} digits, and their answers "
    "taken together.",
    alt="The share of wrong test digits over the number of networks, 1 to 25.",
)


def measure(lab: Lab, seed: int, most: int = 25) -> tuple[Any, Facts]:
    every = lab.run(average_few, first=block_of(seed, DENSE)[0])
    found = [every["found"][one] for one in lab.seeds(seed, of=DENSE)]
    each = []
    for by in found:
        curves = by["curves"]
        of: Any = {"distinct": by["distinct"], "fit": by["fit"]}
        for name, counts in (("mean", BAGGED), ("majority", BAGGED), ("starts", STARTS_BAGGED)):
            of[name] = keyed(counts, curves[name]["wrong"], "k")
        end = BAGGED.index(most)
        of["ratio"] = of["mean"][f"k{most}"] / of["mean"]["k1"]
        of["of_25_less"] = of["mean"][f"k{most}"] - of["starts"]["k1"]
        of["loss_less"] = float(curves["mean"]["loss"][end] - curves["starts"]["loss"][0])
        of["majority_apart"] = of["majority"]["k25"] - of["mean"]["k25"]
        of["starts_apart"] = of["starts"]["k10"] - of["mean"]["k10"]
        of["single_worse"] = of["mean"]["k1"] - of["starts"]["k1"]
        each.append(of)
    facts: Facts = {**every["facts"], "trials": len(found), **medians(each)}
    one_on_all = facts["starts"]["k1"]
    level = (str(k) for k in BAGGED if facts["mean"][f"k{k}"] <= one_on_all)
    facts["level"] = next(level, f"more than {BAGGED[-1]}")
    return [one["curves"] for one in found], facts


def draw(curves: Any, facts: Facts) -> Any:
    return draw_bagged(curves, facts | {"networks": facts["trials"]})
