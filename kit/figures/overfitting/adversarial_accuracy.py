"""Trained with changed digits, a network is harder to fool, not safe"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._fooled import (
    ATTACKED,
    EPSILONS,
    TAUGHT,
    TAUGHT_WITH,
    UNITS_FOOLED,
    attack_all,
    keyed_by_epsilon,
)
from kit.figures.overfitting._hardened import LINES, draw_hardened

LECTURES = ("Olteanu",)
CAPTION = (
    "{networks} networks of {units} ReLU units, {train:,} digits ({source}), medians. Pixels moved "
    "by ε along the gradient's signs: at ε = {taught:g} the plain networks read {plain[e0_1]:.0%} "
    "of {test} test digits right, by a coin {coin[e0_1]:.0%}. Those that had for each digit a copy "
    "changed by ε = {taught:g}, anew at every step, read {hard[e0_1]:.0%}; of unchanged digits "
    "{hard[e0]:.0%} in place of {plain[e0]:.0%}. In ten steps of a tenth of ε they can be brought "
    "down to {iterated:.0%}."
)
ALT = (
    "Share of test digits read right over ε from 0 to 0.3. Moved by a coin the line stays near "
    "{coin[e0]:.0%} and ends at {coin[e0_3]:.0%}. Along the gradient's signs the plain networks "
    "fall to {plain[e0_1]:.0%} at 0.1, the ones trained with changed digits to {hard[e0_1]:.0%}."
)
NOTES = Notes(
    look="At ε = 0 all lines begin nearly together. Which falls first? And how much of the fall is "
    "due to the size of the change alone? That is what the coin tells.",
    point="A change of {taught:g} by a coin costs next to nothing, along the gradient it leaves "
    "{plain[e0_1]:.0%}. Training with such digits brings it to {hard[e0_1]:.0%}. Training with "
    "digits changed by a coin, as many and by as much, leaves {by_coin:.0%}: not the noise "
    "helps, but the worst case.",
    misconception="The network is not safe now. Beyond the ε it was taught with it falls too, and "
    "who takes ten small steps in place of a large one gets it down to {iterated:.0%}. Nor is it "
    "for free: the training takes three times the arithmetic.",
)
CLAIMS = (
    Claim("gain", ">", 0.15, "at the ε that it was taught with, the network trained with changed "
          "digits reads over {percent:g} % more of them right than the plain one"),
    Claim("harm", ">", 0.5, "the gradient's signs take over {percent:g} % of the digits from the "
          "plain network there"),
    Claim("harm_by_coin", "<", 0.05, "a coin's under {percent:g} %"),
    Claim("not_safe", ">", 0.2, "from the other they still take over {percent:g} %"),
    Claim("iterated_less", ">", 0, "ten small steps take more of it than one large one"),
)  # fmt: skip
CONTROLS = (
    Control(moved="coin", refutes="harm", words="pixels moved by a coin"),
    Control(taught="coin", refutes="gain", words="training on digits changed by a coin"),
)
QUIZ = Quiz(
    "The prepared network, the other, a coin's changes: which is (1), (2), (3)?",
    tuple(Answer(words, words.replace(" ", r"\s+")) for words, _ in LINES.values()),
    caption="Networks for digits; pixels moved by ε along the gradient's signs or by lot.",
    alt="Three lines over ε: the share of test digits read right.",
)


def measure(
    lab: Lab, seed: int, moved: str = "gradient", taught: str = "gradient"
) -> tuple[Any, Facts]:
    block, seeds = block_of(seed, DENSE), lab.seeds(seed, of=DENSE)
    found = lab.run(attack_all, first=block[0])
    places = [block.index(one) for one in seeds]
    at, each = EPSILONS.index(TAUGHT_WITH), []
    for place in places:
        plain, by_coin, hard, noisy = (
            found[name][place]
            for name in ("gradient, plain", "coin, plain", "gradient, hardened", "gradient, noisy")
        )
        chosen = plain if moved == "gradient" else by_coin
        prepared = hard if taught == "gradient" else noisy
        each.append(
            {
                "plain": keyed_by_epsilon(plain),
                "coin": keyed_by_epsilon(by_coin),
                "hard": keyed_by_epsilon(hard),
                "gain": float(prepared[at] - plain[at]),
                "harm": float(chosen[0] - chosen[at]),
                "harm_by_coin": float(by_coin[0] - by_coin[at]),
                "not_safe": float(hard[0] - hard[at]),
                "by_coin": float(noisy[at]),
                "iterated": float(found["ten steps, hardened"][place]),
                "iterated_less": float(hard[at] - found["ten steps, hardened"][place]),
            }
        )
    facts: Facts = {"networks": len(seeds), "train": TAUGHT, "test": ATTACKED, **medians(each)}
    facts |= {"units": UNITS_FOOLED, "taught": TAUGHT_WITH, "source": found["source"]}
    shown = ("gradient, plain", "coin, plain", "gradient, hardened")
    return {name: found[name][places] for name in shown}, facts


draw = draw_hardened
