"""Steps, penalty and dropout have a U; width has none"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.overfitting._arms import (
    CHANCE_LABELS,
    KEPT_ASIDE,
    PLAIN_STEPS,
    PLAIN_UNITS,
    SETTINGS,
    arms_of,
    draw_arms,
    train_settings,
)

LECTURES = ("Das",)
CAPTION = (
    "{many} digits of 14 × 14 pixels ({source}), {chance:.0%} of their labels drawn by chance, "
    "loss on {aside} others; medians of {networks} networks with {units} units, {steps} steps, no "
    "penalty and no dropout where nothing else is said. The loss is least after {best[steps]:.0f} "
    "steps, with λ = {best[penalty]:g}, with a rate of dropout of {best[dropout]:g}, and higher on "
    "both sides. Over the width it falls, from {narrow:.2f} with 2 units to {wide:.2f} with 256."
)
ALT = (
    "Four panels of the validation loss. Over steps, penalty λ and rate of dropout a U, least at "
    "{best[steps]:.0f}, {best[penalty]:g} and {best[dropout]:g}. Over the width it falls from "
    "{narrow:.1f} with 2 units to {wide:.2f} with 256, without a second arm."
)
NOTES = Notes(
    look="Four things that one can set. In each panel: where is the network too stiff, and where "
    "too free? Is there a best value in the middle?",
    point="Three have one: at both ends the loss is higher, over steps {arms[steps][right]:.2f} "
    "times on the free side. The width has not: {wide:.2f} with 256 units, eight times as many as "
    "in the other panels.",
    misconception="Most hyperparameters are said to have such a U. More units could learn more by "
    "heart, but in as many steps they do not. And a U belongs to its data: with "
    "2,000 digits in place of {many}, next to no penalty is as good as any.",
)
CLAIMS = (
    Claim("arms.steps", ">", 1.1, "over steps both ends have over {limit} times the least loss"),
    Claim("arms.penalty", ">", 1.05, "over the penalty both over {limit} times"),
    Claim("arms.dropout", ">", 1.02, "over dropout both over {limit} times"),
    Claim("arms.width.left", ">", 1.3, "2 units have over {limit} times the least loss"),
    Claim("arms.width.right", "<", 1.1, "the widest network less than {limit} times"),
)
CONTROL = Control(many=2_000, refutes="arms.penalty", words="2,000 digits to train with")
QUIZ = Quiz(
    "Which of the four has no best value in the middle? What is set in (1), (2), (3), (4)?",
    (
        Answer("the steps", r"\bsteps\b"),
        Answer("the penalty λ", r"λ"),
        Answer("the width", r"\bhidden\s+units\b"),
        Answer("the rate of dropout", r"\brate\s+of\s+dropout\b"),
    ),
    caption="A small network on few digits, some of their labels wrong: the loss on others, over "
    "four things that can be set.",
    alt="Four panels of the validation loss, over four things that can be set.",
)


def measure(lab: Lab, seed: int, many: int = 200) -> tuple[Any, Facts]:
    block, seeds = block_of(seed, DENSE), lab.seeds(seed, of=DENSE)
    found = lab.run(train_settings, first=block[0], many=many)
    places = [block.index(one) for one in seeds]
    each = [{"arms": {name: arms_of(found[name][place]) for name in SETTINGS}} for place in places]
    shown = {name: found[name][places] for name in SETTINGS}
    middles = {name: np.median(lines, axis=0) for name, lines in shown.items()}
    facts: Facts = {"networks": len(seeds), "many": many, "aside": KEPT_ASIDE, **medians(each)}
    facts |= {"source": found["source"], "units": PLAIN_UNITS, "steps": PLAIN_STEPS}
    facts["best"] = {name: SETTINGS[name][int(one.argmin())] for name, one in middles.items()}
    facts["least"] = {name: float(one.min()) for name, one in middles.items()}
    facts |= {"narrow": float(middles["width"][0]), "wide": float(middles["width"][-1])}
    return shown, facts | {"chance": CHANCE_LABELS}


draw = draw_arms
