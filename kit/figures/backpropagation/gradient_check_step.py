"""Check with centred differences, and a step that is not too small"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._differences import (
    differences_of_block,
    draw_steps,
    slopes_and_turns,
)

LECTURES = ("Das",)
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, with tanh. From the right, the error "
    "of the one-sided difference falls with h (slope {slope[one_sided]:.2f}), that of the centred "
    "one with h² ({slope[centred]:.2f}), until rounding takes over. The best steps are "
    "{best[one_sided]:.0e} and {best[centred]:.0e} in float64, {best_32[one_sided]:.0e} and "
    "{best_32[centred]:.0e} in float32: as ε^(1/2) and ε^(1/3). All weights cost {losses:,} "
    "losses, backpropagation one pass each way."
)
ALT = (
    "Four curves of the relative error over the step, each a V on logarithmic axes. Lowest points: "
    "centred in float64 {least[centred]:.0e}, one-sided {least[one_sided]:.0e}; in float32 "
    "{least_32[centred]:.0e} and {least_32[one_sided]:.0e}. Beside it in large figures: {losses:,} "
    "losses for differences, about 3 for backpropagation."
)
NOTES = Notes(
    look="We want the slope, so h should be as small as it can be. Why does every curve turn up on "
    "the left? Let them find out before you say rounding.",
    point="The centred difference in float64 gets to {least[centred]:.0e}, with a step of "
    "{best[centred]:.0e}. In float32, in which networks are trained, no step gets below "
    "{least_32[centred]:.0e}.",
    misconception="Smaller is not better. And nobody trains like this: for this network it takes "
    "{losses:,} losses to have one gradient, which backpropagation has after one pass forwards "
    "and one back, the work of about three.",
)
CLAIMS = (
    Claim("slope.one_sided", "near", (1, 0.1), "one-sided: slope {value} within {tolerance}"),
    Claim("slope.centred", "near", (2, 0.1), "centred: slope {value} within {tolerance}"),
    Claim("power.one_sided", "near", (1 / 2, 0.1), "its best step goes as ε^(1/2)"),
    Claim("power.centred", "near", (1 / 3, 0.1), "and that of the centred one as ε^(1/3)"),
    Claim("least.centred", "<", 1e-8, "centred, in float64: under {limit} at best"),
    Claim("losses", "==", 83_202, "{limit} losses for all weights"),
)
CONTROL = Control(precision="float32", refutes=("least.centred", "power.centred"), words="float32")
QUIZ = Quiz(
    "Which differences, and of how many digits, are (1), (2)?",
    (
        Answer("centred, float64", r"\bcentred, float64"),
        Answer("one-sided, float64", r"\bone-sided,\s+float64"),
    ),
    caption="BLOCK, our network of five hidden layers of 100 units, with tanh.",
    alt="Four curves of the relative error over the step, each a V on logarithmic axes.",
)


def measure(lab: Lab, seed: int, precision: str = "float64") -> tuple[Any, Facts]:
    found = lab.run(differences_of_block, seed=seed)
    return found["errors"], {"losses": 2 * found["weights"]} | slopes_and_turns(
        found["errors"], precision
    )


def draw(errors: Any, facts: Facts) -> Any:
    return draw_steps(errors, facts["losses"])
