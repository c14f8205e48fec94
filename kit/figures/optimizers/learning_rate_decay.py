"""A rate that decays is as fast as the high one, and ends with the lowest test loss"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.optimizers._decaying import (
    EVERY,
    LEAST,
    MORE,
    OF_STEP,
    STEPS,
    TIME,
    draw_decaying,
    train_decaying,
)

LECTURES = ("Sridharan",)
CAPTION = (
    "Adam, {units} ReLU units, {train:,} digits ({source}, at half the size), batches of {batch}; "
    "the lecture's rate {least:g} + {more:g} e^(−step/{time:,}), and both constants. Medians and "
    "ranges of {networks} networks. After {early} steps the loss on {test:,} test digits is "
    "{first[decaying]:.2f} with the decaying rate, {first[high]:.2f} with {more:g}, "
    "{first[low]:.2f} with {least:g}; after {steps:,} {last[decaying]:.3f}, {last[high]:.3f} and "
    "{last[low]:.2f}. On the training digits {more:g} is then ahead, {learned[high]:.2f} to "
    "{learned[decaying]:.2f}."
)
ALT = (
    "Three panels over {steps:,} steps: the learning rate, the training loss and the test loss. "
    "The low rate's losses fall slowly and stay highest. With the high one the training loss falls "
    "furthest, and the test loss turns up again to {last[high]:.2f}; with the decaying one it "
    "levels off at {last[decaying]:.2f}."
)
NOTES = Notes(
    look="Three rates on the left. Which one will have the lowest training loss, and which one the "
    "lowest test loss? They need not be the same.",
    point="The low rate wastes steps: {first[low]:.1f} when the others are at {first[high]:.1f}. "
    "The decaying one ends with a test loss of {last[decaying]:.3f}, the high one with "
    "{last[high]:.3f}, though the high one's training loss is the lower, {learned[high]:.2f} to "
    "{learned[decaying]:.2f}.",
    misconception="A high rate is said to jump about and to miss the minimum. Here it gets further "
    "down on the training digits than the decaying one, and pays for it on the others. What decay "
    "did was to stop the network before it knew its digits by heart.",
)
CLAIMS = (
    Claim(
        "slow_start", ">", 3, "after 500 steps the low rate's loss is over {limit} times as high"
    ),
    Claim("slow_end", ">", 1.3, "and in the end over {limit} times"),
    Claim("start", "near", (1, 0.15), "the high rate starts alike, within {tolerance:.0%}"),
    Claim("ahead", ">", 1, "in the end it has the higher test loss"),
    Claim("learned_over", "<", 0.8, "and under {percent:g} % of the training loss"),
)
CONTROL = Control(rate="high", refutes=("ahead", "learned_over"), words="a rate that stays high")
QUIZ = Quiz(
    "Three learning rates: which one is (1), (2), (3)?",
    (Answer("decaying", r"\bdecaying\b"), Answer("high", r"\bhigh\b"), Answer("low", r"\blow\b")),
    caption="Adam on digits, with three ways to choose the learning rate.",
    alt="Three panels over {steps:,} steps: the learning rate, the training and the test loss.",
)


def measure(lab: Lab, seed: int, rate: str = "decaying") -> tuple[Any, Facts]:
    seeds, block = lab.seeds(seed, of=DENSE), block_of(seed, DENSE)
    found, told = lab.run(train_decaying, first=block[0])
    chosen = [block.index(one) for one in seeds]
    curves = {
        name: {of: one[:, chosen] for of, one in some.items()} for name, some in found.items()
    }
    each = []
    for k in range(len(seeds)):
        ends = {
            fact: {name: float(some[of][at, k]) for name, some in curves.items()}
            for fact, of, at in (
                ("first", "test", 0),
                ("last", "test", -1),
                ("learned", "train", -1),
            )
        }
        first, last, learned = ends.values()
        ratios = {
            "slow_start": first["low"] / first[rate],
            "slow_end": last["low"] / last[rate],
            "start": first["high"] / first[rate],
            "ahead": last["high"] / last[rate],
            "learned_over": learned["high"] / learned[rate],
        }
        each.append({**ends, **ratios})
    facts: Facts = {**told, "networks": len(seeds), "least": LEAST, "more": MORE, "time": TIME}
    facts |= {"batch": OF_STEP, "steps": STEPS, "early": EVERY}
    return curves, facts | medians(each)


def draw(curves: Any, facts: Facts) -> Any:
    return draw_decaying(curves, facts["networks"])
