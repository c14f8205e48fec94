"""The gradient knows which pixels to move: the digit is misread"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._fooled import (
    ATTACKED,
    EPSILONS,
    TAUGHT,
    UNITS_FOOLED,
    attacked,
    draw_fooled,
    fool_one,
    keyed_by_epsilon,
    of_network,
    teach,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "A network of {units} ReLU units, trained on {train:,} digits ({source}); below each picture "
    "what it reads, and how sure it is. Each pixel goes by ε up or down, within black and white. "
    "Of {test} test digits that {networks} networks read right (medians), the lecture's ε = 0.007 "
    "turns {lost[e0_007]:.1%}, 0.05 turns {lost[e0_05]:.0%} and 0.1 {lost[e0_1]:.0%}; by a coin "
    "0.1 turns {coin[e0_1]:.1%}. Half are lost from ε = {half:.2f} on, {grey:.0f} of 255 greys."
)
ALT = (
    "Two rows of one handwritten digit, a {label}, with ε from 0 to 0.2. Above, pixels moved by "
    "the signs of the gradient, which are read as {readings[gradient]}; below by a coin, read as "
    "{readings[coin]}. On the left the signs: patches above, noise below."
)
NOTES = Notes(
    look="What do you read in each picture? Now what the network reads. The two rows were changed "
    "by as much: each pixel by the same ε.",
    point="With ε = 0.1 the gradient's signs turn {lost[e0_1]:.0%} of the digits, a coin's "
    "{coin[e0_1]:.1%}. Each of 784 pixels adds little, but all push the same way; a coin's pushes "
    "cancel, to about one in {root:.0f}.",
    misconception="That nobody sees the change is true of photographs, with their many pixels: the "
    "lecture's 0.007 is from one of them. Here it turns {lost[e0_007]:.1%}, and where half are "
    "lost, you do see grey dirt on the black. But you still read the digit, and the network does "
    "not.",
)
CLAIMS = (
    Claim("lost_most", ">", 0.5, "ε = 0.1 turns over {percent:g} % of the digits that were right"),
    Claim("coin.e0_1", "<", 0.08, "by a coin it turns under {percent:g} %"),
    Claim("lost.e0_007", "<", 0.08, "the lecture's 0.007 turns under {percent:g} %"),
    Claim("lost.e0_2", ">", 0.9, "0.2 turns over {percent:g} %"),
    Claim("half", "within", (0.03, 0.1), "half are lost from an ε between {low} and {high} on"),
)
CONTROL = Control(signs="coin", refutes="lost_most", words="signs by a coin")
QUIZ = Quiz(
    "Both rows were changed by as much. In which row does chance say where each pixel goes?",
    (Answer("the gradient", r"signs of the\s+gradient"), Answer("a coin", r"signs by\s+a coin")),
    caption="One digit, each pixel moved by ε up or down; below each picture what a network reads.",
    alt="Two rows of one handwritten digit, with ever larger changes.",
)


def measure(lab: Lab, seed: int, signs: str = "gradient") -> tuple[Any, Facts]:
    block = block_of(seed, DENSE)
    taught = lab.run(teach, first=block[0], signs="none")
    seeds = lab.seeds(seed, of=DENSE)
    each = []
    for one in seeds:
        network = of_network(taught["weights"], block.index(one))
        _, ours = attacked(network, "gradient", [one])
        _, by_coin = attacked(network, "coin", [one])
        chosen = ours[0] if signs == "gradient" else by_coin[0]
        facts: Facts = {"lost": keyed_by_epsilon(ours[0]), "coin": keyed_by_epsilon(by_coin[0])}
        facts |= {"lost_most": float(chosen[EPSILONS.index(0.1)])}
        facts |= {"half": float(np.interp(0.5, ours[0], EPSILONS))}
        each.append(facts)
    shown = fool_one(taught["weights"], block.index(seeds[0]), seeds[0])
    facts = {"networks": len(seeds), "train": TAUGHT, "test": ATTACKED, "units": UNITS_FOOLED}
    facts |= {"source": taught["source"], "label": shown["label"], **medians(each)}
    facts |= {"grey": 255 * facts["half"], "root": 784**0.5}
    facts["readings"] = {
        kind: ", ".join(str(digit) for digit, _ in some) for kind, some in shown["answers"].items()
    }
    return shown, facts


draw = draw_fooled
