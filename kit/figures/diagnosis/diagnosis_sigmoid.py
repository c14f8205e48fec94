"""In five sigmoid layers the gradient vanishes, and ReLU mends it"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.diagnosis._remedies import measure_remedy
from kit.figures.diagnosis._remedies_drawn import draw_deltas, draw_remedy

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"initializer": "glorot_normal", "width": 50, "view": "profile", "quantity": "delta"}
CAPTION = (
    "Five hidden layers of {units} sigmoid units, drawn as Glorot has it; {points} points of the "
    "ball. Left, before training: the delta of h5 is {falls[sigmoid]:.0f} times that of h1, "
    "theory says {theory:.0f} for these weights, and over {limit:.0f} gradients are called "
    "vanishing. Right, the loss: after {epochs} epochs {end[sigmoid]:.3f}, and one answer for all "
    "points has {constant:.3f}. With ReLU, the same batches and the same random numbers, it is "
    "{end[ReLU]:.3f}, better in {better} of {networks} networks."
)
ALT = (
    "Left, the size of delta over five hidden layers on a logarithmic axis, 1 at h1: with sigmoid "
    "it climbs to {falls[sigmoid]:.0f}, far over a limit of {limit:.0f}, with ReLU to "
    "{falls[ReLU]:.1f}; lines of theory lie on both. Right, loss over {epochs} epochs: sigmoid "
    "stays at {end[sigmoid]:.3f}, that of one answer for all, ReLU falls to {end[ReLU]:.3f}."
)
NOTES = Notes(
    look="Right: one of the two learns nothing, in any of {networks} tries. You may not train any "
    "longer to find out why. What would you measure, before the first step?",
    point="A first layer whose delta is {falls[sigmoid]:.0f} times smaller than that of the last "
    "one hardly moves, and passes on what it drew at random. A diagnosis names it first in "
    "{named_in} of {networks} networks. The factor needs no training: from the weights "
    "alone theory has {theory:.0f}. ReLU leaves {falls[ReLU]:.1f}.",
    misconception="It does not take ten or twenty layers, and no gradient here is so small that "
    "a check of its size would speak. What counts is one layer beside another. Nor does another "
    "start help: all sigmoid networks end at the same loss.",
)
CLAIMS = (
    Claim("named", "==", 1, "a diagnosis names vanishing gradients first, and ReLU as remedy"),
    Claim("falls.sigmoid", ">", 100, "sigmoid: the delta of h5 is over {limit} times that of h1"),
    Claim("by_theory", "within", (0.67, 1.5), "which is {low} to {high} times what theory says"),
    Claim("falls.ReLU", "<", 20, "ReLU: under {limit} times"),
    Claim("stuck", ">", 0.95, "sigmoid: over {percent:g} % of the loss of one answer for all"),
    Claim("mended", "<", 0.5, "ReLU: under {percent:g} % of it"),
)
CONTROL = Control(remedy="another start", refutes="mended", words="sigmoid, drawn once more")
QUIZ = Quiz(
    "Which activation is (1), which (2)?",
    (Answer("sigmoid", r"(?i:\bsigmoid\b)"), Answer("ReLU", r"\bReLU\b")),
    caption="Two networks of five hidden layers: delta by layer before training, and the loss.",
    alt="Left, delta over five hidden layers on a logarithmic axis; right, loss over the epochs.",
)


def measure(lab: Lab, seed: int, remedy: str = "ReLU") -> tuple[Any, Facts]:
    def also(sides: Any) -> Facts:
        said = sides["sigmoid"]["said"].get("vanishing", {})
        falls = {side: 1 / float(sides[side]["delta"][0]) for side in ("sigmoid", "ReLU")}
        theory = float(1 / sides["sigmoid"]["theory"][0])
        by_theory = falls["sigmoid"] / theory
        return {"falls": falls, "theory": theory, "by_theory": by_theory, "limit": said["limit"]}

    return measure_remedy(lab, seed, "sigmoid", remedy, also, "vanishing")


def draw(data: Any, facts: Facts) -> Any:
    note = "Left: before training; thin lines: theory, for these weights."
    return draw_remedy(data, facts, draw_deltas, {"ReLU": "ReLU", "sigmoid": "sigmoid"}, note)
