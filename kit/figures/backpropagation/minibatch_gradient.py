"""The error of a minibatch's gradient falls with the root of its size"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._minibatches import (
    SIZES_DRAWN,
    draw_minibatches,
    gram_of_block,
    parts_of,
)

LECTURES = ("Guillot", "Das")
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, ReLU with He, before training; {n:,} "
    "points. One point's gradient is off by {error[at_1]:.1f} times the gradient's length (root of "
    "the mean square) and by {angle[at_1]:.0f}° from its direction (median), the mean of 32 by "
    "{error[at_32]:.2f} and {angle[at_32]:.0f}°. Measured errors follow √((n − m)/((n − 1) m)) "
    "within {off:.0%}; 1/√m is too large where much of the data is taken: at half, measured is "
    "{half:.2f} of it."
)
ALT = (
    "Left, the error over the size of the minibatch on logarithmic axes: dots on a line that "
    "falls from {error[at_1]:.1f} and drops faster near {n:,}; a straight line above it at the "
    "end. Right, the angle to the whole gradient, from {angle[at_1]:.0f}° to "
    "{angle[at_500]:.0f}° at 500."
)
NOTES = Notes(
    look="How many points does it take for half the error? Ask for a guess: twice as many, or "
    "four times? Then read it off the dots.",
    point="One point is off by {error[at_1]:.1f} times the length of the gradient, 32 points by "
    "{error[at_32]:.2f}. With half of the data the error is {half:.2f} of what one over the root "
    "of m says.",
    misconception="A gradient that is off by {angle[at_1]:.0f} degrees is not useless: it is right "
    "on average, and it is a thousand times cheaper. And the usual formula is for drawing with "
    "replacement; an epoch draws without, and at its end has seen it all.",
)
CLAIMS = (
    Claim("off", "<", 0.1, "every error is that of the formula, within {percent:g} %"),
    Claim("half", "near", (0.707, 0.05), "with half of the data it is {value} of 1/√m"),
)
CONTROL = Control(replacement=True, refutes=("off", "half"), words="points drawn with replacement")
QUIZ = Quiz(
    "Which formula belongs to (1), which to (2)?",
    (Answer("1/√m", r"1/√m"), Answer("√((n − m)/((n − 1) m))", r"√\(\(n − m\)/\(\(n − 1\) m\)\)")),
)


def measure(lab: Lab, seed: int, replacement: bool = False) -> tuple[Any, Facts]:
    gram = lab.run(gram_of_block, seed=seed)
    found = parts_of(gram, seed, replacement)
    facts: Facts = {"n": len(gram)}
    for name in ("error", "angle"):
        facts[name] = {f"at_{m}": float(v) for m, v in zip(SIZES_DRAWN, found[name], strict=True)}
    facts["off"] = float(abs(found["error"] / found["formula"] - 1).max())
    facts["half"] = float((found["error"] / found["root"])[SIZES_DRAWN.index(len(gram) // 2)])
    return found, facts


def draw(found: Any, facts: Facts) -> Any:
    return draw_minibatches(found, facts["n"])
