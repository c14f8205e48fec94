"""At its own rate every optimizer gets there; who is first depends on the task"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._rate_curves import draw_contest
from kit.figures.optimizers._tuned import (
    BATCH_OF_SIX,
    EPOCHS_OF_SIX,
    NINE_RATES,
    OTHER_SEEDS,
    SIX_RULES,
    sweep_ball,
    train_six,
    tune_ball,
    tune_digits,
)

LECTURES = ("Makhmutova", "Das")
PLAY = {
    "activation": "relu", "initializer": "he_normal", "depth": 2, "width": 20,
    "optimizer": "momentum", "view": "curves",
}  # fmt: skip
CAPTION = (
    "Each optimizer at the best of {tried} rates, found with {others} other networks; medians and "
    "ranges of {networks}, loss after {epochs} epochs in batches of {batch}. On the ball "
    "{winner[ball]} is lowest with {lowest[ball]:.3f} and {loser[ball]} highest with "
    "{highest[ball]:.3f}; on {train:,} digits ({source}, at half the size) {winner[digits]} with "
    "{lowest[digits]:.3f}, and highest {loser[digits]} with {highest[digits]:.3f}. With Adam's "
    "rate SGD ends at {common[ball][SGD]:.2f} and {common[digits][SGD]:.2f}."
)
ALT = (
    "Two panels, the ball and digits, with a row for each of six optimizers: the final loss at its "
    "own rate, filled, and at Adam's, open. Filled marks lie far left of guessing in every row, "
    "first {winner[ball]} on the ball and {winner[digits]} on digits. The open ones of SGD lie far "
    "to the right."
)
NOTES = Notes(
    look="Six optimizers, two tasks, as many trials for each. Who wins on the left? Bet that the "
    "same one wins on the right.",
    point="On the ball {winner[ball]}, on digits {winner[digits]}; and AdaGrad's loss is "
    "{ratio[ball]:.1f} times Adam's there and {ratio[digits]:.1f} times here. What the rate does "
    "is more: on the ball SGD with Adam's ends at {common[ball][SGD]:.2f} instead of "
    "{final[ball][SGD]:.2f}.",
    misconception="A comparison at one common rate compares nothing: it shows for whom that rate "
    "was chosen. And the best on one task is no promise for another, nor the lowest loss on "
    "training data the best network.",
)
CLAIMS = (
    Claim("worst", "<", 0.2, "at its own rate each ends under {percent:g} % of guessing's loss"),
    Claim("ratio.digits", ">", 1.5, "on digits AdaGrad ends over {limit} times as high as Adam"),
    Claim("turn", ">", 1.5, "which is over {limit} times the ratio on the ball"),
    Claim("ratio.ball", "<", 1, "on the ball AdaGrad ends lower than Adam, in {share}"),
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
    best = {"ball": lab.run(tune_ball), "digits": lab.run(tune_digits)}
    swept = lab.run(sweep_ball, first=block[0])["losses"]
    data: Any = {"ball": {}, "digits": {}}
    facts: Facts = {"networks": len(seeds), "tried": len(NINE_RATES), "others": len(OTHER_SEEDS)}
    facts |= {"batch": BATCH_OF_SIX, "epochs": EPOCHS_OF_SIX}
    for which in ("own", "Adam's"):
        at = {
            t: {n: by[n if which == "own" else "Adam"] for n in SIX_RULES} for t, by in best.items()
        }
        rates = [float(NINE_RATES[k]) for k in at["digits"].values()]
        digits, told = lab.run(train_six, first=block[0], rates=rates)
        data["ball"][which] = {n: swept[n][-1, chosen, k] for n, k in at["ball"].items()}
        data["digits"][which] = {n: one[-1, chosen] for n, one in digits.items()}
        facts |= told
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
    facts["ratio"] = {task: one["AdaGrad"] / one["Adam"] for task, one in final.items()}
    facts["turn"] = facts["ratio"]["digits"] / facts["ratio"]["ball"]
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_contest(data, facts)
