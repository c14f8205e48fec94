"""From far off, the squared loss stalls and the cross-entropy learns"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.saturation._two_losses import draw_outputs, train_neuron

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "One sigmoid neuron learns to answer 0 to the input 1, from two starts of Nielsen's book "
    "(2015), learning rate {rate:g}. From w = {near[0]:g}, b = {near[1]:g} both losses do. From "
    "w = {far[0]:g}, b = {far[1]:g} the squared loss has the output still at {squared[at_150]:.3f} "
    "after 150 epochs and at {squared[at_300]:.3f} after 300; with cross-entropy it is "
    "{entropy[at_100]:.3f} after 100."
)
ALT = (
    "Two panels of the output over {epochs} epochs, from 1 down to the target 0. Left, from the "
    "near start, both curves fall at once. Right, from the far start, that of the cross-entropy "
    "falls at once and that of the squared loss rests near 1 for 200 epochs."
)
NOTES = Notes(
    look="Two starts, two losses. One of the four curves is different. Ask which loss it will be, "
    "and from which start, before they see the names.",
    point="From the far start the squared loss needs {wait[squared]} epochs until the output is "
    "under one half, the cross-entropy {wait[entropy]}. After 150 epochs the one is at "
    "{squared[at_150]:.3f} and the other at {entropy[at_150]:.3f}.",
    misconception="A curve that does not move has not arrived. This one is at the most wrong "
    "answer that it can give, and it does leave it in the end. Whoever stops there would say that "
    "the neuron cannot learn.",
)
CLAIMS = (
    Claim("squared.at_150", "near", (0.933, 5e-4), "squared loss: {value} after 150 epochs"),
    Claim("squared.at_300", "near", (0.203, 5e-4), "{value} after 300"),
    Claim("entropy.at_100", "near", (0.041, 5e-4), "cross-entropy: {value} after 100"),
    Claim("times", ">", 10, "from far off the squared loss takes over {limit} times as long"),
)
CONTROL = Control(far=[0.6, 0.9], refutes="times", words="the near start")
QUIZ = Quiz(
    "Which loss is (1), which (2)?",
    (
        Answer("the squared loss", r"\b[Ss]quared\s+loss\b"),
        Answer("the cross-entropy", r"\b[Cc]ross-entropy\b"),
    ),
)  # fmt: skip


def measure(lab: Lab, seed: int, far: Any = (2.0, 2.0)) -> tuple[Any, Facts]:
    near, rate, epochs = [0.6, 0.9], 0.15, 300
    runs = [
        train_neuron(start, 1.0, 0.0, rate=rate, epochs=epochs, factor=0.5) for start in (near, far)
    ]
    facts: Facts = {"near": near, "far": list(far), "rate": rate, "epochs": epochs}
    for name, outputs in runs[1].items():
        facts[name] = {f"at_{k}": float(outputs[k]) for k in (0, 100, 150, 300)}
    facts["wait"] = {name: int((outputs >= 0.5).sum()) for name, outputs in runs[1].items()}
    facts["times"] = facts["wait"]["squared"] / facts["wait"]["entropy"]
    return runs, facts


def draw(runs: Any, facts: Facts) -> Any:
    titles = [f"From w = {w:g}, b = {b:g}" for w, b in (facts["near"], facts["far"])]
    note = f"One neuron, input 1, target 0, learning rate {facts['rate']:g}."
    return draw_outputs(runs, titles, 0.0, note)
