"""Var(y) = n Var(x) Var(w), as long as x has mean 0"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.variance._random_sums import COUNTS, forward_sums, worst
from kit.figures.variance._sums import draw_sum

LECTURES = ("Makhmutova",)
CAPTION = (
    "y is the sum of w times x over n inputs, here drawn for {few}. If x has mean 0, its "
    "variance is n Var(x) Var(w): measured {three:.2f} for {few}. Sigmoid's outputs have mean "
    "{mean:.2f}; then Var(y) is {rule_off:.1f} times what that rule (dashed) says, by the term "
    "E[x]² in n (Var(x) + E[x]²) Var(w)."
)
ALT = (
    "Left, {few} inputs of variance 1 and their sum of variance {three:.2f}. Right, over n from 1 "
    "to {most:,}, two lines with measured points on them; the rule without the mean lies "
    "{rule_off:.1f}-fold below the second."
)
NOTES = Notes(
    look="Left: three inputs of variance 1, weights of variance 0.25. What variance has y? Then "
    "the right: which of the two lines of sigmoid's outputs do the points follow?",
    point="With mean 0 measured and rule agree within a factor of {centred_off:.2f}, from one "
    "input to {most:,}. With sigmoid's mean of {mean:.2f} the rule is {rule_off:.1f} times "
    "too small.",
    misconception="It is not that variances do not add up any more: they still do. But the "
    "variance of one product w x is Var(w) times the mean square of x, and that is its variance "
    "only where the mean is 0.",
)
CLAIMS = (
    Claim("centred_off", "<", 1.15, "mean 0: n Var(x) Var(w) within a factor of {limit}"),
    Claim("full_off", "<", 1.15, "sigmoid: n (Var(x) + E[x]²) Var(w) within a factor of {limit}"),
    Claim("rule_off", ">", 5, "the rule alone is more than {limit} times too small for sigmoid"),
)
CONTROL = Control(centred=True, refutes="rule_off", words="the mean taken off sigmoid's outputs")
SIGMOIDS = r"(?i)\bsigmoid(['’]s)?\b( outputs)?(,\nmean 0\.5)?"
QUIZ = Quiz(
    "Which inputs are (1) and (2)?",
    (Answer("mean 0", r"\bmean 0(?!\.)"), Answer("sigmoid's outputs", SIGMOIDS)),
    caption="The variance of a sum over n inputs.",
)


def measure(lab: Lab, seed: int, centred: bool = False) -> tuple[Any, Facts]:
    data = dict(lab.run(forward_sums, seed=seed, centred=centred))
    facts: Facts = {"mean": data.pop("mean"), "few": 3, "most": COUNTS[-1]}
    normal, sigmoid = data.values()
    facts |= {"three": float(normal["measured"][COUNTS.index(3)]), "centred_off": worst(normal)}
    rule = float(np.median(sigmoid["measured"] / sigmoid["rule"]))
    return data, facts | {"full_off": worst(sigmoid), "rule_off": rule}


def draw(data: Any, facts: Facts) -> Any:
    words = {"edge": "Var(w) = 0.25", "x": "inputs n (log scale)", "y": "Var(y) (log scale)"}
    result = f"3 × 1 × 0.25 = 0.75\nmeasured: {facts['three']:.2f}"
    return draw_sum(["x₁", "x₂", "x₃"], ["y"], result, data, words, "n Var(x) Var(w)\nalone")
