"""Three paths on one surface: momentum smooths, and then overshoots"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._paths import animate_walks, draw_walks
from kit.figures.optimizers._rules import momentum, walk
from kit.figures.optimizers._surfaces import bowl, steps_to

LECTURES = ("Das",)
CAPTION = (
    "A bowl {steep:g} times as steep up as across, learning rate {rate:g}, {steps} steps. Without "
    "momentum the way goes to and fro, and slows down. With δ = {share[half]:g} it is under 1 % of "
    "its first height for good after {settled[half]} steps instead of {settled[none]}. With "
    "δ = {share[most]:g} it runs past the minimum, by {past[most]:.0%} of the way, and takes "
    "{settled[most]}. The lecture's own curves are not in its text: these are ours."
)
ALT = (
    "Three panels of the same stretched bowl with a path from the left. δ = 0: a zigzag that ends "
    "in the middle. δ = {share[half]:g}: a few turns, then straight. δ = {share[most]:g}: wide "
    "swings past the minimum, by {past[most]:.0%} of the way, and back."
)
NOTES = Notes(
    look="Same surface, same start, same rate. One path has no momentum, one has some, one has a "
    "lot. Which is which? Let them say why before you uncover it.",
    point="A half makes {settled[none]} steps into {settled[half]}. Nine tenths makes "
    "{settled[most]} of them: what was gained on the way in is spent on coming back.",
    misconception="More momentum is not too much in itself. At a twentieth of this rate, "
    "nine tenths is the fastest of the three: what counts is rate and momentum together.",
)
CLAIMS = (
    Claim("past.none", "==", 0, "without momentum it passes the minimum by {limit}"),
    Claim("past.half", "<", 0.01, "with a half by under {percent:g} % of the way"),
    Claim("past.most", ">", 0.3, "with nine tenths by over {percent:g} %"),
    Claim("faster", "<", 0.6, "with a half it takes under {percent:g} % of the steps"),
    Claim("slower", ">", 1, "with nine tenths it takes longer than with a half"),
)
CONTROL = Control(rate=0.0045, refutes=("past.most", "slower"), words="a twentieth of the rate")
QUIZ = Quiz(
    "Momentum of none, a half, nine tenths: which is (1), (2), (3)?",
    (Answer("δ = 0.5", r"δ = 0\.5"), Answer("δ = 0.9", r"δ = 0\.9"), Answer("δ = 0", r"δ = 0\b")),
    alt="Three panels of the same stretched bowl, (1), (2) and (3), each with another path.",
)  # fmt: skip
STEEP, SHARES = 20.0, {"none": 0.0, "half": 0.5, "most": 0.9}


def measure(lab: Lab, seed: int, rate: float = 0.09) -> tuple[Any, Facts]:
    steps, surface = 100, bowl(STEEP)
    rules = {name: momentum(rate, share) for name, share in SHARES.items()}
    paths = {k: walk(one, surface.slope, surface.start, steps) for k, one in rules.items()}
    facts: Facts = {"steep": STEEP, "rate": rate, "steps": steps, "share": SHARES}
    facts["settled"] = {k: int(steps_to(surface.height(path))) for k, path in paths.items()}
    facts["past"] = {k: max(0.0, float(-(one / one[0])[:, 0].min())) for k, one in paths.items()}
    facts["faster"] = facts["settled"]["half"] / facts["settled"]["none"]
    facts["slower"] = facts["settled"]["most"] / facts["settled"]["half"]
    return paths, facts


def draw(paths: Any, facts: Facts) -> Any:
    titles = [f"δ = {share:g}" for share in SHARES.values()]
    return draw_walks([bowl(STEEP)] * 3, [{"": one} for one in paths.values()], titles)


ANIMATION = LectureAnimation(animate=animate_walks(draw, 60), alt=ALT, fps=8.0)
