"""Certain and wrong: the squared loss hardly pulls, cross-entropy does"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.saturation._two_losses import (
    by_both,
    by_tape,
    draw_outputs,
    draw_over_z,
    sigmoid,
    train_neuron,
)
from kit.films import Animation, animate_growth

LECTURES = ("Olteanu", "Sridharan")
CAPTION = (
    "A NOT gate of one sigmoid neuron: input {x:g}, weight {w:g}, target {y:g}. Its output is "
    "{output:.4f}, as wrong as can be, and the sigmoid's slope there is {slope:.4f}. The squared "
    "loss is {loss[squared]:.3f} of at most 1, yet its gradient by z is {gradient[squared]:.4f}. "
    "The cross-entropy is {loss[entropy]:.3f}, its gradient {gradient[entropy]:.4f}."
)
ALT = (
    "Above, a neuron with input {x:g}, weight {w:g} and output {output:.2g}. Below, two losses "
    "over z and their gradients. At z = {z:g} the squared loss is {loss[squared]:.3f} with a "
    "gradient of {gradient[squared]:.4f}, the cross-entropy {loss[entropy]:.2f} with "
    "{gradient[entropy]:.3f}."
)
NOTES = Notes(
    look="The neuron should say {y:g} and says {output:.4f}. Which of the two losses will move it? "
    "Let them answer from the left panel first, then show the right one.",
    point="The squared loss is {loss[squared]:.2f}, nearly the most it can be, and still its "
    "gradient is only {gradient[squared]:.3f}. That of the cross-entropy is "
    "{gradient[entropy]:.2f}: the error itself.",
    misconception="A large loss is no promise of a large gradient. Learning follows the slope, "
    "and the squared loss has to pass the slope of the sigmoid, which is {slope:.4f} here. A "
    "larger learning rate would help this one example and shake all others.",
)
CLAIMS = (
    Claim("loss.squared", ">", 0.95, "the squared loss is over {limit}, where 1 is the most"),
    Claim("share", "<", 0.02, "and its gradient is under {percent:g} % of the cross-entropy's"),
    Claim("gradient.entropy", "<", -0.99, "the cross-entropy's is below {limit}"),
    Claim("off_tape", "<", 1e-12, "both gradients are those of the tape, within {limit}"),
)
CONTROL = Control(
    w=0.5, refutes=("share", "loss.squared"), words="a weight of 0.5: z is not far off"
)
QUIZ = Quiz(
    "Which loss is (1), which (2)?",
    (
        Answer("the squared loss", r"\b[Ss]quared\s+loss\b"),
        Answer("the cross-entropy", r"\b[Cc]ross-entropy\b"),
    ),
)  # fmt: skip


def measure(lab: Lab, seed: int, w: float = 5.0) -> tuple[Any, Facts]:
    x, b, y = -1.0, 0.0, 1.0
    z = w * x + b
    found, tape = by_both(z, y), by_tape(z, y)
    facts: Facts = {"x": x, "w": w, "b": b, "y": y, "z": z, "output": float(sigmoid(z))}
    facts["slope"] = facts["output"] * (1 - facts["output"])
    for part, name in enumerate(("loss", "gradient")):
        facts[name] = {loss: float(two[part]) for loss, two in found.items()}
    facts["share"] = facts["gradient"]["squared"] / facts["gradient"]["entropy"]
    facts["off_tape"] = max(abs(facts["gradient"][name] - one) for name, one in tape.items())
    return np.linspace(-8, 8, 321), facts


def draw(z: Any, facts: Facts) -> Any:
    return draw_over_z(z, *(facts[name] for name in ("x", "w", "b", "y")))


def _measure_training(lab: Lab, seed: int) -> tuple[Any, Facts]:
    outputs = train_neuron((5.0, 0.0), -1.0, 1.0, rate=0.5, epochs=150)
    wrong = {name: int((one < 0.5).sum()) for name, one in outputs.items()}
    return outputs, {"epochs": 150, "wrong": wrong}


def _animate(outputs: Any, facts: Facts, **how: Any) -> Animation:
    figure = draw_outputs([outputs], ["One neuron, trained with either loss"], 1.0)
    return animate_growth(figure, range(0, facts["epochs"] + 1, 2), **how)


ANIMATION = LectureAnimation(
    _animate,
    "The output of one neuron over {epochs} epochs, growing epoch by epoch. With the "
    "cross-entropy it passes 0.5 after {wrong[entropy]} epochs, with the squared loss after "
    "{wrong[squared]}.",
    fps=10.0,
    title="A neuron that is certain and wrong",
    measure=_measure_training,
)
