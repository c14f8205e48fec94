"""Each optimizer has its own good learning rates, about a decade of them"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._rate_curves import draw_rates
from kit.figures.optimizers._tuned import BATCH_OF_SIX, EPOCHS_OF_SIX, NINE_RATES, sweep_ball

LECTURES = ("Makhmutova", "Sridharan")
PLAY = {"activation": "relu", "initializer": "he_normal", "depth": 2, "width": 20, "view": "curves"}
CAPTION = (
    "Two layers of 20 ReLU units on the ball data, batches of {batch}, {epochs} epochs: the loss "
    "over the rate, medians and ranges of {networks} networks. Best is {best[SGD]:.2g} for SGD, "
    "{best[momentum]:.2g} with momentum, {best[Nesterov]:.2g} with Nesterov, "
    "{best[AdaGrad]:.2g} for AdaGrad, {best[RMSProp]:.2g} for RMSProp, {best[Adam]:.2g} for Adam. "
    "At 0.001 SGD has not begun: {first[SGD]:.2f}, where guessing is {guessing:.2f}; at 10 it ends "
    "at {last[SGD]:.2f} and RMSProp at {last[RMSProp]:.1f}."
)
ALT = (
    "Six panels of the loss over the learning rate, 0.001 to 10, both logarithmic, one for each "
    "optimizer: valleys. The lowest place is at {best[SGD]:.2g} for SGD, {best[AdaGrad]:.2g} for "
    "AdaGrad, {best[RMSProp]:.2g} for RMSProp and {best[Adam]:.2g} for Adam; to the left and to "
    "the right the loss rises to that of guessing and above."
)
NOTES = Notes(
    look="Left of each valley the rate is too low, right of it too high. Where is the valley of "
    "your favourite optimizer? Would its best rate do for its neighbour?",
    point="SGD wants {best[SGD]:.2g}, RMSProp {best[RMSProp]:.2g}: {apart:.0f} times less. No "
    "valley is wide: of nine rates, half a decade apart, at most {good} end within three times of "
    "the best.",
    misconception="Too high does not always mean that numbers explode. Of the networks "
    "with the rate 10 {silent:.0%} are silent: no unit of the last hidden layer answers to any "
    "input, and a guess is all that is left. Nor are optimizers that scale their steps free of it: "
    "they only have other good rates.",
)
CLAIMS = (
    Claim("low", ">", 0.95, "SGD at 0.001 ends at over {percent:g} % of the loss of guessing"),
    Claim("high", ">", 0.5, "at 10 every one ends at over half of it"),
    Claim("apart", ">", 9, "SGD's best rate is over {limit} times RMSProp's"),
    Claim("good", "<", 6, "fewer than {limit} of nine rates end within 3 times of the best"),
)
CONTROLS = (
    Control(other="SGD", refutes="apart", words="SGD in the place of RMSProp"),
    Control(lowest=6, refutes="low", words="a rate of 1 in the place of 0.001"),
)
QUIZ = Quiz(
    "Nine rates each: which optimizers are (1) and (2)?",
    (Answer("SGD", r"\bSGD\b"), Answer("RMSProp", r"\bRMSProp\b")),
    caption="Two layers of 20 ReLU units on the ball data: the loss over the learning rate.",
    alt="Six panels of the loss over the learning rate, one for each optimizer: valleys.",
)


def measure(lab: Lab, seed: int, other: str = "RMSProp", lowest: int = 0) -> tuple[Any, Facts]:
    seeds, block = lab.seeds(seed, of=DENSE), block_of(seed, DENSE)
    found = lab.run(sweep_ball, first=block[0])
    chosen = [block.index(one) for one in seeds]
    ends = {name: one[-1, chosen] for name, one in found["losses"].items()}  # (seeds, rates)
    middle = {name: np.median(one, axis=0) for name, one in ends.items()}
    guessing = float(np.log(2))
    best = {name: float(NINE_RATES[one.argmin()]) for name, one in middle.items()}
    facts: Facts = {"networks": len(seeds), "batch": BATCH_OF_SIX, "epochs": EPOCHS_OF_SIX}
    facts |= {"guessing": guessing, "best": best, "apart": best["SGD"] / best[other]}
    facts["first"] = {name: float(one[0]) for name, one in middle.items()}
    facts["last"] = {name: float(one[-1]) for name, one in middle.items()}
    facts["low"] = float(middle["SGD"][lowest]) / guessing
    facts["high"] = {name: one / guessing for name, one in facts["last"].items()}
    facts["silent"] = float(np.mean([one[chosen, -1] for one in found["silent"].values()]))
    facts["good"] = max(int((one < 3 * one.min()).sum()) for one in middle.values())
    return ends, facts


def draw(ends: Any, facts: Facts) -> Any:
    return draw_rates(NINE_RATES, ends, facts)
