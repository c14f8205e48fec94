"""Nine optimizers, three surfaces: none is the fastest on all of them"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._paths import animate_walks, draw_walks
from kit.figures.optimizers._raced import FIRST_ROW, race, race_courses

LECTURES = ("Makhmutova", "Das")
CAPTION = (
    "Each with the rate of {tried} that brings walks from other starts under 1 % of their height "
    "soonest. From the start shown plain descent takes {took[bowl][descent]} steps in the bowl, "
    "{took[valley][descent]} in the valley, {took[saddle][descent]} at the saddle; Adam "
    "{took[bowl][Adam]}, {took[valley][Adam]}, {took[saddle][Adam]}. In the bowl {winner[bowl]} is "
    "first, in the valley {winner[valley]}, at the saddle {winner[saddle]}."
)
ALT = (
    "Contours of a stretched bowl, a curved valley and a saddle, in two rows, with paths to the "
    "minima, stars. Above those of descent, momentum, Nesterov and Rprop; below of AdaGrad, "
    "Adadelta, RMSProp, RMSProp with Nesterov, Adam. First at the saddle: {winner[saddle]}."
)
NOTES = Notes(
    look="The square is the start, a star is a minimum. Which of the nine will be there first on "
    "each surface? Watch one surface at a time. In the bowl AdaGrad leaves the picture: its first "
    "step is as long as its rate, however small the slope.",
    point="In the bowl {winner[bowl]} wins, in the valley {winner[valley]}, at the saddle "
    "{winner[saddle]}. Close to the ridge the slope across it is next to nothing: descent waits "
    "{took[saddle][descent]} steps, AdaGrad, which divides by the slope's own size, "
    "{took[saddle][AdaGrad]}.",
    misconception="Such films are said to show which optimizer is best. They show surfaces of two "
    "weights, without noise; a network has neither. Take from them how each one moves.",
)
CLAIMS = (
    Claim("winners", ">", 1, "more than one optimizer wins on a surface"),
    Claim("by_nesterov", "<", 1, "on each of them Nesterov is sooner there than momentum"),
    Claim("valley", "<", 0.5, "in the valley momentum takes under half of descent's steps"),
    Claim("saddle", ">", 4, "at the saddle descent takes over {limit} times AdaGrad's steps"),
)
CONTROL = Control(off=0.5, refutes="saddle", words="a start half-way down from the ridge")
QUIZ = Quiz(
    "Which of the nine leads its row at the saddle, above (1) and below (2)?",
    (Answer("Rprop", r"\bRprop\b"), Answer("AdaGrad", r"\bAdaGrad\b")),
    alt="Contours of a stretched bowl, a curved valley and a saddle, in two rows, with paths.",
)  # fmt: skip


def measure(lab: Lab, seed: int, off: float = 0.001) -> tuple[Any, Facts]:
    walks, took = race(off)
    winner = {name: min(one, key=one.__getitem__) for name, one in took.items()}
    facts: Facts = {"took": took, "tried": 21, "winner": winner, "off": off}
    facts["winners"] = len(set(winner.values()))
    facts["by_nesterov"] = {name: one["Nesterov"] / one["momentum"] for name, one in took.items()}
    facts["valley"] = took["valley"]["momentum"] / took["valley"]["descent"]
    facts["saddle"] = took["saddle"]["descent"] / took["saddle"]["AdaGrad"]
    return walks, facts


def draw(walks: Any, facts: Facts) -> Any:
    surfaces = list(race_courses(facts["off"]).values())
    rows = [
        {name: one for k, (name, one) in enumerate(some.items()) if (k < FIRST_ROW) == upper}
        for upper in (True, False)
        for some in walks
    ]
    return draw_walks(surfaces, rows, ("A stretched bowl", "A curved valley", "A saddle"))


ANIMATION = LectureAnimation(animate=animate_walks(draw, 120, 2), alt=ALT, fps=8.0)
