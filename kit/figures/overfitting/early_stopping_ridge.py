"""On a bowl, few steps do what a penalty does"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, medians
from kit.figures.overfitting._steps_and_penalties import (
    NOISE_OF_RIDGE,
    POINTS_OF_RIDGE,
    SPANNED,
    WEIGHTS_OF_RIDGE,
    both_errors,
    draw_both,
)

LECTURES = ("Das",)
CAPTION = (
    "A regression with {weights} weights on {points} noisy points: gradient descent from 0, "
    "stopped after some steps, and the minimum with a penalty λ/2 times the squared weights; "
    "medians of {sets} data sets. Over steps times rate the error has a U, over 1/λ too. "
    "Stopped in time it is {best:.2f} times the best penalty's; the best steps times rate is "
    "{place:.2f} times the best 1/λ. The same weights they are not: up to {apart:.0%} of the "
    "minimum's size apart."
)
ALT = (
    "Left, the share of the minimum that a weight reaches, rising from 0 to 1 for both, at most "
    "{most_apart:.2f} apart. Right, the error over steps times rate and over 1/λ: two U's with "
    "nearly the same least error, {best:.2f} times as high for the steps."
)
NOTES = Notes(
    look="Left, one weight: steps bring it to its minimum, and a weaker penalty lets it go there. "
    "What is the same in both pictures, if one reads the axis as steps times rate, or as one over "
    "λ?",
    point="Steep directions are learnt in few steps, and a penalty hardly holds them; flat ones "
    "are where the noise is, and both keep these small. Stopping costs {best:.2f} times the error "
    "of the best penalty, and needs one training for all strengths.",
    misconception="It is not the same thing. The shares differ by up to {most_apart:.2f}, and it "
    "only holds from a start at 0: descent keeps what it started with in the flat directions, a "
    "penalty does not. A network is no bowl either.",
)
CLAIMS = (
    Claim("best", "within", (0.75, 1.25), "the least errors are within a quarter of each other"),
    Claim("place", "within", (0.2, 2), "the best steps times rate is {low} to {high} times the "
          "best 1/λ"),
    Claim("u_steps", ">", 1.2, "over steps, both ends are over {limit} times the least error"),
    Claim("u_penalty", ">", 1.2, "and over penalties"),
    Claim("most_apart", "<", 0.21, "no direction is shrunk by {limit} more in the one than in the "
          "other"),
)  # fmt: skip
CONTROL = Control(
    start=5.0, refutes="best", words="a start five times as far from 0 as the minimum"
)
QUIZ = Quiz(
    "One of these is a penalty, one a number of steps. Which is which?",
    (Answer("steps", r"\bsteps\b(?! ×)"), Answer("penalty", r"\bpenalty\b")),
    caption="A regression with {weights} weights on {points} noisy points, held back in two ways.",
    alt="Left, the share of the minimum that a weight reaches, rising from 0 to 1 for both. Right, "
    "the error for both: two U's with nearly the same least error.",
)


def measure(lab: Lab, seed: int, start: float = 0.0) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    each: list[Facts] = []
    shown: dict[str, Any] = {}
    for one in seeds:
        steps, penalty, apart = both_errors(one, start)
        shown = shown or {"steps": steps, "penalty": penalty}
        at = int(steps.argmin()), int(penalty.argmin())
        each.append(
            {
                "best": float(steps.min() / penalty.min()),
                "place": float(SPANNED[at[0]] / SPANNED[at[1]]),
                "apart": apart,
                "u_steps": float(min(steps[0], steps[-1]) / steps.min()),
                "u_penalty": float(min(penalty[0], penalty[-1]) / penalty.min()),
            }
        )
    facts: Facts = {
        "sets": len(seeds),
        "points": POINTS_OF_RIDGE,
        "noise": NOISE_OF_RIDGE,
        **medians(each),
    }
    s = np.geomspace(0.01, 100, 2_001)
    facts["most_apart"] = float(np.abs(1 - np.exp(-s) - s / (1 + s)).max())
    facts["weights"] = WEIGHTS_OF_RIDGE
    return shown, facts


draw = draw_both
