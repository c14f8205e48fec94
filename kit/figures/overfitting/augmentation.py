"""Shifted digits help, brighter ones only where brightness varies"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import block_of, medians
from kit.figures.overfitting._augmented import (
    AUGMENTED_STEPS,
    AUGMENTED_UNITS,
    FEW_SEEDS,
    FROM,
    READ,
    WAYS_TO_FAKE,
    draw_augmented,
    train_augmented,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "{networks} networks of {units} ReLU units, digits of 14 × 14 pixels ({source}), {steps} steps "
    "for all, medians. Trained with 200 digits {same[as_they_are][n200]:.1%} of {test:,} test "
    "digits are misread; if at each step they are shifted by up to a pixel of 28 "
    "{same[shifted][n200]:.1%}, turned by up to 20° {same[turned][n200]:.1%}, made darker or "
    "brighter {same[brighter][n200]:.1%}. 1,000 digits bring it to "
    "{same[as_they_are][n1000]:.1%}. Of test digits half as bright {darker[as_they_are][n200]:.1%} "
    "are misread, with brightness in the training {darker[brighter][n200]:.1%}."
)
ALT = (
    "Two panels of the share misread over 50 to 4,000 training digits, both falling. As they are, "
    "from {same[as_they_are][n50]:.0%} to {same[as_they_are][n4000]:.1%}, shifted from "
    "{same[shifted][n50]:.0%} to {same[shifted][n4000]:.1%}, turned and brighter in between. With "
    "test digits half as bright those trained with brighter ones are lowest."
)
NOTES = Notes(
    look="Four ways to train with the same digits. Before you look: which will help most, which "
    "not at all? Then the panel on the right: what has changed there?",
    point="Shifted by a pixel at random, {gain[shifted]:.1%} fewer are misread, on average over "
    "the four numbers of digits. Brightness gains {gain[brighter]:.1%}, as it is not what test "
    "digits differ in. On the right all are darker, and there it gains {gain_darker:.1%}. Fake "
    "what the world will do.",
    misconception="Fake digits are no substitute for real ones: with 200 digits, shifting as you "
    "like, more are misread than with 1,000 as they are. And what you vary must not change what a "
    "digit is: turn a 6 far enough, and you teach a lie.",
)
CLAIMS = (
    Claim("gain.shifted", ">", 0.005, "shifting makes over {percent:g} % fewer misread, the "
          "mean over the four numbers of training digits"),
    Claim("gain.brighter", "<", 0.015, "brightness under {percent:g} % fewer"),
    Claim("ahead", ">", 0, "shifting gains more than brightness"),
    Claim("gain_darker", ">", 0, "of test digits half as bright, brightness in the training makes "
          "fewer misread"),
    Claim("real", ">", 0.015, "with 1,000 real digits over {percent:g} % fewer are misread than "
          "with 200 shifted ones"),
)  # fmt: skip
CONTROL = Control(test="darker", refutes="ahead", words="test digits half as bright")
QUIZ = Quiz(
    "Trained in four ways with the same digits. What was done to them in (1), what in (2)?",
    (Answer("shifted", r"(?i:\bshifted\b)"), Answer("brighter", r"(?i:\bbrighter\b)")),
    alt="Two panels of the share misread over 50 to 4,000 training digits: four falling lines.",
)


def measure(lab: Lab, seed: int, test: str = "same") -> tuple[Any, Facts]:
    block, seeds = block_of(seed, FEW_SEEDS), lab.seeds(seed, of=FEW_SEEDS)
    found = lab.run(train_augmented, first=block[0])
    places = [block.index(one) for one in seeds]
    each = []
    for place in places:
        wrong = {
            name: {
                kind.replace(" ", "_"): {
                    f"n{many}": float(one)
                    for many, one in zip(FROM, found[name][kind][place], strict=True)
                }
                for kind in WAYS_TO_FAKE
            }
            for name in ("same", "darker")
        }
        gains = {
            name: {kind: mean_of(some["as_they_are"]) - mean_of(some[kind]) for kind in some}
            for name, some in wrong.items()
        }
        facts = {**wrong, "gain": gains["same"]}
        facts["ahead"] = gains[test]["shifted"] - gains[test]["brighter"]
        facts["gain_darker"] = gains["darker"]["brighter"]
        facts["real"] = wrong["same"]["shifted"]["n200"] - wrong["same"]["as_they_are"]["n1000"]
        each.append(facts)
    facts = {"networks": len(seeds), "test": READ, "units": AUGMENTED_UNITS, **medians(each)}
    facts |= {"steps": AUGMENTED_STEPS, "source": found["source"]}
    shown = {
        name: {kind: found[name][kind][places] for kind in WAYS_TO_FAKE}
        for name in ("same", "darker")
    }
    return shown, facts


def mean_of(by: dict[str, float]) -> float:
    """The mean of some facts."""
    return sum(by.values()) / len(by)


draw = draw_augmented
