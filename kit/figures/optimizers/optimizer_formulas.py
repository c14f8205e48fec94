"""The lectures' formulas beside Keras: most are equal, two are not Adam"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._beside_keras import STEPS_OF_BOTH, all_apart
from kit.figures.optimizers._far_apart import draw_far_apart

LECTURES = ("Makhmutova", "Das")
CAPTION = (
    "{steps} steps in a bowl, each lecture's algorithm in NumPy and Keras's: how far apart they "
    "get, over the way to the minimum. With the same numbers {equal} of {pairs} are equal but for "
    "rounding; Adam and AdaGrad differ by {nearly:.0e} at most, as their small number stands "
    "elsewhere. As Keras comes, AdaGrad is {comes:.1e} off: it begins with 0.1 in place of 0. "
    "Makhmutova's listing of Adam, which corrects nothing, is {listing:.2f} off, and her formula, "
    "which lacks its minus, climbs: {formula:.0f}."
)
ALT = (
    "Rows of dots on a logarithmic axis from 0 to 100: the distance between two ways. {equal} "
    "rows lie at the left, under 1e-12. AdaGrad and Das's Adam lie in the middle; at the right, "
    "near 1 and above, Makhmutova's listing and formula of Adam."
)
NOTES = Notes(
    look="Left is the same, right is something else. Which names would you have expected on the "
    "right?",
    point="{equal} of {pairs} are Keras's to the last digits. Adam's listing without corrections "
    "goes another way, by {listing:.2f} of the whole; the formula on the same slide goes uphill.",
    misconception="Same name, same algorithm: not quite. Keras begins AdaGrad with 0.1, and takes "
    "other small numbers. Where slopes are as small as these numbers, that decides.",
)
CLAIMS = (
    Claim("same", "<", 1e-12, "momentum, Nesterov, Rprop, RMSProp: apart by less than {limit}"),
    Claim("nearly", "<", 1e-6, "Adam and AdaGrad: by less than {limit}"),
    Claim("comes", ">", 1e-4, "AdaGrad as Keras comes: by more than {limit}"),
    Claim("listing", ">", 0.5, "Adam uncorrected: by more than {limit} of the way"),
    Claim("formula", ">", 1, "Adam without its minus: by more than the whole way"),
)
CONTROL = Control(small=0.01, refutes="nearly", words="0.01 as AdaGrad's small number")
QUIZ = Quiz(
    "Which two are at (1) and (2), another algorithm than Keras's?",
    (Answer("Adam's listing, uncorrected", r"\b[Ll]isting\b"),
     Answer("Adam's formula, without its minus", r"\b[Ff]ormula\b")),
    caption="Each lecture's algorithm in NumPy and Keras's: how far apart they get.",
    alt="Rows of dots on a logarithmic axis from 0 to 100: the distance between two ways.",
)  # fmt: skip


def measure(lab: Lab, seed: int, small: float = 1e-7) -> tuple[Any, Facts]:
    off = {name: list(both) for name, both in lab.run(all_apart, small=small).items()}
    named = ("Adam, Das", "AdaGrad", "Adam, Makhmutova's listing", "Adam, her formula")
    alike = {name: one[1] for name, one in off.items()}
    facts: Facts = {"steps": STEPS_OF_BOTH, "pairs": len(off)}
    facts["same"] = max(far for name, far in alike.items() if name not in named)
    facts["equal"] = sum(far < 1e-12 for far in alike.values())
    facts["nearly"] = max(alike[name] for name in named[:2])
    facts["comes"], facts["listing"] = off["AdaGrad"][0], alike[named[2]]
    facts["formula"] = alike[named[3]]
    return off, facts


def draw(off: Any, facts: Facts) -> Any:
    return draw_far_apart(off)
