"""At its own rate every optimizer gets there; who is first depends on the task"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._contest import (
    OTHER_SEEDS,
    compare_block,
    compare_digits,
    tune_block,
    tune_digits,
)
from kit.figures.optimizers._rate_curves import draw_contest
from kit.figures.optimizers._tuned import BATCH_OF_SIX, EPOCHS_OF_SIX, NINE_RATES

LECTURES = ("Makhmutova", "Das")
PLAY = {
    "activation": "relu", "initializer": "he_normal", "depth": 5, "width": 100,
    "optimizer": "momentum", "view": "curves",
}  # fmt: skip
CAPTION = (
    "Each optimizer at the best of {tried} rates, found with {others} other networks; medians and "
    "ranges of {networks}, loss after {epochs} epochs in batches of {batch}. BLOCK, our network of "
    "five hidden layers of 100 units, ReLU with He, on the ball: {winner[ball]} is lowest with "
    "{lowest[ball]:.4f}, {loser[ball]} highest with {highest[ball]:.3f}. A layer of {units} on "
    "{train:,} digits ({source}, at half the size): {winner[digits]} with {lowest[digits]:.3f}, "
    "{loser[digits]} with {highest[digits]:.2f}. With Adam's rate AdaGrad ends at "
    "{common[ball][AdaGrad]:.2f} and {common[digits][AdaGrad]:.2f}."
)
ALT = (
    "Two panels, the ball and digits, with a row for each of six optimizers: the final loss at its "
    "own rate, filled, and at Adam's, open. Filled marks lie far left of guessing in every row, "
    "first {winner[ball]} on the ball and {winner[digits]} on digits. On the ball the open ones of "
    "the first four rows lie close to guessing."
)
NOTES = Notes(
    look="Six optimizers, two tasks, as many trials for each. Who wins on the left, with BLOCK, "
    "our network of five hidden layers? Bet that the same one wins on the right.",
    point="On the ball {winner[ball]}, on digits {winner[digits]}; and AdaGrad's loss is "
    "{ratio[ball]:.2f} times Adam's there and {ratio[digits]:.1f} times here. What the rate does "
    "is more: on the ball AdaGrad with Adam's ends at {common[ball][AdaGrad]:.2f}, and at its own "
    "even {loser[ball]} ends at {highest[ball]:.3f}.",
    misconception="A comparison at one common rate compares nothing: it shows for whom that rate "
    "was chosen. And the best on one task is no promise for another, nor the lowest loss on "
    "training data the best network.",
)
_OWN = "at its own rate each ends under {percent:g} % of guessing's loss, in {share}"
CLAIMS = (
    Claim("worst", "<", 0.2, _OWN),
    Claim("winner.ball", "==", "AdaGrad", "on the ball {limit} is first"),
    Claim("ratio.ball", "<", 0.5, "on the ball AdaGrad ends under {percent:g} % of Adam's loss"),
    Claim("ratio.digits", ">", 1.5, "on digits AdaGrad ends over {limit} times as high as Adam"),
    Claim("spoiled", ">", 1, "with Adam's rate AdaGrad ends higher there than any at its own"),
)
CONTROL = Control(own=False, refutes="worst", words="Adam's rate for all")
QUIZ = Quiz(
    "Which optimizers are (1) and (2)?",
    (Answer("Nesterov", r"\bNesterov\b"), Answer("AdaGrad", r"\bAdaGrad\b")),
    caption="Six optimizers on two tasks, the loss after {epochs} epochs.",
    alt="Two panels, the ball and digits, with a row for each of six optimizers.",
)


def measure(lab: Lab, seed: int, own: bool = True) -> tuple[Any, Facts]:
    seeds, block = lab.seeds(seed, of=DENSE), block_of(seed, DENSE)
    chosen = [block.index(one) for one in seeds]
    facts: Facts = {"networks": len(seeds), "tried": len(NINE_RATES), "others": len(OTHER_SEEDS)}
    facts |= {"batch": BATCH_OF_SIX, "epochs": EPOCHS_OF_SIX}
    facts["rate"] = {"ball": lab.run(tune_block), "digits": lab.run(tune_digits)}
    on_ball = lab.run(compare_block, first=block[0], rates=facts["rate"]["ball"])
    on_digits, told = lab.run(compare_digits, first=block[0], rates=facts["rate"]["digits"])
    facts |= told
    data = {
        task: {which: {n: v[chosen] for n, v in at.items()} for which, at in found.items()}
        for task, found in {"ball": on_ball, "digits": on_digits}.items()
    }
    ends = {
        which: {t: {n: float(np.median(v)) for n, v in by[which].items()} for t, by in data.items()}
        for which in ("own", "Adam's")
    }
    final = ends["own" if own else "Adam's"]
    facts |= {"final": final, "common": ends["Adam's"]}
    facts["guessing"] = {"ball": float(np.log(2)), "digits": float(np.log(10))}
    for how, place, value in ((min, "winner", "lowest"), (max, "loser", "highest")):
        facts[place] = {task: how(one, key=one.__getitem__) for task, one in final.items()}
        facts[value] = {task: how(one.values()) for task, one in final.items()}
    facts["worst"] = {t: high / facts["guessing"][t] for t, high in facts["highest"].items()}
    facts["spoiled"] = ends["Adam's"]["ball"]["AdaGrad"] / max(ends["own"]["ball"].values())
    facts["ratio"] = {task: one["AdaGrad"] / one["Adam"] for task, one in final.items()}
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_contest(data, facts)
