"""Var(Δx) = m Var(Δy) Var(w), as long as Δy is independent of w"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.variance._random_sums import COUNTS, INPUTS, backward_sums, worst
from kit.figures.variance._sums import draw_sum

LECTURES = ("Makhmutova",)
CAPTION = (
    "What comes back to an input is a sum over its m outputs, here five. Its variance is m Var(Δy) "
    "Var(w), dashed; the number of inputs has no say in it. That takes Δy as independent of the "
    "weights. Where the loss is ½ y², Δy is y, made by these very weights: with "
    "{most:,} outputs of {inputs} inputs the variance is {rule_off:.0f} times as large."
)
ALT = (
    "Left, arrows from five outputs back to one input. Right, over the number of outputs to "
    "{most:,}, two lines with measured points on them; the second leaves the rule, dashed, where "
    "there are as many outputs as inputs."
)
NOTES = Notes(
    look="Left: five deltas of variance 1 come back through weights of variance 0.25. What "
    "variance has the sum? Why is it the number of outputs that counts now?",
    point="For five outputs we measure {five:.2f}. The rule holds within a factor of "
    "{drawn_off:.2f} up to {most:,} outputs. If Δy comes from the same weights, it is "
    "{rule_off:.0f} times too small at the end.",
    misconception="Every derivation of an initialization takes what comes back as independent of "
    "the weights, and it is not quite. In a network with one or ten outputs and hundreds of units "
    "the difference is small, which is why the rule serves.",
)
CLAIMS = (
    Claim("drawn_off", "<", 1.15, "outputs × Var(Δy) × Var(w) within a factor of {limit}"),
    Claim("own_off", "<", 1.15, "with Δy = y times 1 + (outputs + 1)/inputs, within {limit}"),
    Claim("rule_off", ">", 8, "where Δy is y, the rule alone is over {limit} times too small"),
)
CONTROL = Control(own=False, refutes="rule_off", words="a Δy that was drawn by itself")
QUIZ = Quiz(
    "Where do the deltas of (1) and (2) come from?",
    (Answer("drawn by themselves", r"\bΔy drawn"), Answer("from the weights", r"\bΔy = y\b")),
    caption="The variance of what comes back to an input.",
)


def measure(lab: Lab, seed: int, own: bool = True) -> tuple[Any, Facts]:
    data = lab.run(backward_sums, seed=seed, own=own)
    drawn, made = data.values()
    five = float(drawn["measured"][COUNTS.index(5)])
    facts: Facts = {"five": five, "most": COUNTS[-1], "inputs": INPUTS}
    rule = float(made["measured"][-1] / made["rule"][-1])
    return data, facts | {"drawn_off": worst(drawn), "own_off": worst(made), "rule_off": rule}


def draw(data: Any, facts: Facts) -> Any:
    words = {"edge": "Var(w) = 0.25", "x": "outputs m (log scale)", "y": "Var(Δx) (log scale)"}
    result = f"5 × 1 × 0.25 = 1.25\nmeasured: {facts['five']:.2f}"
    return draw_sum(["Δx"], [f"Δy{k}" for k in "₁₂₃₄₅"], result, data, words, "m Var(Δy) Var(w)")
