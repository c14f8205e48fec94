"""Centred and scaled, the wines are soon learned; as they are, tanh stays at guessing"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.representations._prepared import draw_prepared, facts_of_ways, train_prepared

LECTURES = ("Sridharan",)
CAPTION = (
    "Two layers of 20 tanh units, Glorot's weights, learn of which of three growers {wines} wines "
    "are, from 13 measurements; medians and ranges of {networks} networks. As the inputs are, "
    "{flat[raw]:.1%} of the first layer starts saturated, and the loss stays at {left[raw]:.0%} of "
    "that of guessing, with no rate below {least[raw]:.0%}. Centred it is {left[centred]:.0%}, "
    "divided by the std {left[divided]:.0%}, both {left[both]:.0%}. Of wines kept aside "
    "{wrong[raw]:.0%}, {wrong[centred]:.0%}, {wrong[divided]:.0%}, {wrong[both]:.0%} are wrong."
)
ALT = (
    "Left, the loss over {epochs} epochs: as the inputs are, a line at guessing; centred, it falls "
    "to {left[centred]:.0%} of that, divided by the std to {left[divided]:.0%}, both close to 0. "
    "Right, the loss at the end over five learning rates: as they are, at guessing with each; "
    "centred and divided, the lower the larger the rate."
)
NOTES = Notes(
    look="One of the 13 measurements is {mean[most]:.0f} in the mean, another {mean[least]:.1f}. "
    "Which curve would you expect to be the lowest? Look right: could another learning rate have "
    "saved the first one?",
    point="With such inputs nearly each tanh unit is at its end before the first step: "
    "{flat[raw]:.1%} of them, {flat[centred]:.0%} when centred, {flat[divided]:.0%} when divided "
    "by the std alone, {flat[both]:.0%} after both. Centred and divided, {left[both]:.0%} of the "
    "loss of guessing is left.",
    misconception="Neither of the two does it alone. Centred, what is measured in hundreds still "
    "drowns the others. Divided, alcohol has a std of 1 and a mean of {alcohol:.0f}. And the "
    "numbers are those of the training wines, also for those kept aside.",
)
CLAIMS = (
    Claim("untouched", ">", 0.8, "as they are, over {percent:g} % of guessing's loss at any rate"),
    Claim("centred_alone", ">", 0.45, "centred alone, over {percent:g} %"),
    Claim("ready", "<", 0.1, "centred and scaled, under {percent:g} %"),
    Claim("flat.raw", ">", 0.95, "as they are, over {percent:g} % of the first layer is saturated"),
    Claim("flat.both", "<", 0.05, "centred and scaled, under {percent:g} %"),
    Claim("saved", ">", 0.3, "then over {percent:g} % more of the wines kept aside are right"),
)
CONTROLS = (
    Control(plain="divided", refutes="untouched", words="inputs divided by their std"),
    Control(best="centred", refutes="ready", words="centred inputs alone"),
)
QUIZ = Quiz(
    "What was done to the inputs of (1), (2), (3), (4)?",
    (Answer("nothing", r"as they are"), Answer("centred", r"\bcentred\b(?!\s+and)"),
     Answer("÷ std", r"(?<!and )÷ std"), Answer("centred, ÷ std", r"centred\s+and ÷ std")),
    caption="Two layers of 20 tanh units, Glorot's weights, learn from 13 measurements of wines.",
    alt="Left, the loss over {epochs} epochs; right, at the end, over five learning rates.",
)  # fmt: skip


def measure(lab: Lab, seed: int, plain: str = "raw", best: str = "both") -> tuple[Any, Facts]:
    every = lab.run(train_prepared, first=block_of(seed, DENSE)[0])
    found = {one: every[one] for one in lab.seeds(seed, of=DENSE)}
    return found, facts_of_ways(found, plain, best)


def draw(found: Any, facts: Facts) -> Any:
    return draw_prepared(found, facts)
