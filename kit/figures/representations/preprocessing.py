"""Subtracting the mean moves the cloud to 0, dividing by σ makes its axes alike"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Hidden, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._clouds import animate_cloud, draw_cloud, facts_of_cloud

LECTURES = ("Sridharan",)
CAPTION = (
    "{wines} wines by malic acid, in g/l, and hue, which has no unit (Forina and others; "
    "scikit-learn). As they are, acid is {mean[raw][acid]:.2f} ± {std[raw][acid]:.2f} and hue "
    "{mean[raw][hue]:.2f} ± {std[raw][hue]:.2f}: a flat cloud far from 0. Subtracting the mean of "
    "each moves it, dividing by the std of each makes both 1. Their correlation stays "
    "{correlation:.2f}. The same two lines on {train:,} digits ({source}) divide {lost} of "
    "{pixels} pixels by 0."
)
ALT = (
    "Three scatter plots on one scale: a flat cloud right of 0, the same cloud around 0, and one "
    "as wide as high, which leans to the left. Fourth, a digit after the same: {lost} pixels at "
    "the border are crossed out, as they are no number."
)
NOTES = Notes(
    look="Same wines, same scale. What moved from the first panel to the second, what changed from "
    "the second to the third? And what did not change in any?",
    point="The mean goes to 0, then each std to 1: from {std[raw][acid]:.2f} and "
    "{std[raw][hue]:.2f}, of which the second depends on the unit. The wines kept aside are moved "
    "by the same numbers, so their mean is {aside:.2f} std from 0, not 0.",
    misconception="Scaled does not mean independent: the correlation is {correlation:.2f} before "
    "and after. And the printed lines are not safe: {lost} pixels are the same in all digits, 0/0 "
    "is NaN, and one NaN makes every weight NaN. On bytes, as digits come, NumPy refuses them; the "
    "kit's normalize takes bytes, and leaves such pixels as they are.",
)
CLAIMS = (
    Claim("off_centre", "<", 1e-5, "the mean is 0 once it is subtracted, within {limit}"),
    Claim("own", "<", 1e-5, "divided by the std of each, both have the same, within {limit}"),
    Claim("flat", ">", 3, "before, one std is over {limit} times the other"),
    Claim("tilt", "<", 1e-5, "the correlation stays, within {limit}"),
    Claim("lost", ">", 50, "the listing makes over {limit} pixels of digits NaN"),
    Claim("runs_on_bytes", "==", False, "and does not run on bytes"),
    Claim("lost_here", "==", 0, "`normalize` leaves no NaN"),
)
CONTROL = Control(by="all", refutes="own", words="one std for both measurements")
QUIZ = Quiz(
    "What was done to the clouds (1), (2), (3)?",
    (Answer("nothing", r"As it is\b"), Answer("the mean subtracted", r"Mean subtracted"),
     Answer("divided by the std as well", r"And divided by std")),
    hidden=(Hidden(r" \((g/l|(in )?its std)\)$"),),
    caption="Wines by malic acid and hue.",
    alt="Three scatter plots on one scale, and a digit, some of whose pixels are crossed out.",
)  # fmt: skip


def measure(lab: Lab, seed: int, by: str = "each") -> tuple[Any, Facts]:
    return facts_of_cloud(lab.digits(), seed, by)


def draw(data: Any, facts: Facts) -> Any:
    return draw_cloud(data, facts)


ANIMATION = LectureAnimation(
    animate=animate_cloud,
    alt="A flat cloud of {wines} points and more moves to 0 and then grows until it is as high as "
    "wide.",
    fps=6.0,
)
