"""From the loss to one bias: five factors, one after the other"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._exercise import (
    animate_factors,
    draw_five_factors,
    five_factors,
)

LECTURES = ("Das",)
CAPTION = (
    "One input, two ReLU units a₁ and a₂, a sigmoid output a₃, cross-entropy; z is the sum that "
    "enters a unit (the lecture has a and z the other way round). The way from the loss to b₁₂ is "
    "lit up and has five factors: {factors[0]:.2f}, {factors[1]:.2f}, {factors[2]:.2f}, "
    "{factors[3]:.0f} and {factors[4]:.0f}. Their product is {product:.3f}, the derivative that "
    "TensorFlow's tape has too. The unit a₁ is not on the way and adds no factor of its own."
)
ALT = (
    "A network of 1, 2 and 1 units with two bias units. Lit up is the way from the bias unit of "
    "the inputs through the lower hidden unit to the output. Beside it five factors with their "
    "numbers, their product {product:.3f}, and the tape's derivative, {tape:.3f}."
)
NOTES = Notes(
    look="Put a finger on L and go back to b₁₂ along the light. How many steps is it, and what is "
    "the derivative of each step? Let them name five before you go on.",
    point="Five steps, five factors, and {product:.3f} as their product. The first two together "
    "are a₃ − y, so it is that times w₂₂, as long as the unit a₂ is on.",
    misconception="Only one way leads from b₁₂ to the loss, so nothing is added up here. Where "
    "several ways lead there, as from a weight into an earlier layer, their products are summed.",
)
CLAIMS = (
    Claim("apart", "<", 1e-15, "the product of the five factors is the tape's, to {limit}"),
    Claim("product", "!=", 0, "as the unit a₂ is on, the derivative is not {limit}"),
)
CONTROL = Control(b12=-0.8, refutes="product", words="a bias with which the unit is off")
QUIZ = Quiz(
    "Fourth on the way back from the loss to b₁₂: which derivative is (1)?",
    (Answer("∂a₂/∂z₂, the slope of ReLU: 1, as the unit is on", r"∂a₂/∂z₂|1, as z₂ > 0"),),
    caption="One input, two ReLU units a₁ and a₂, a sigmoid output a₃, cross-entropy.",
    level=5,
)


def measure(lab: Lab, seed: int, b12: float = 0.1) -> tuple[Any, Facts]:
    return five_factors(b12)


def draw(data: Any, facts: Facts) -> Any:
    return draw_five_factors(data, facts)


ANIMATION = LectureAnimation(
    animate=animate_factors,
    alt="The way from the loss back to b₁₂ lights up step by step, a factor more at each: "
    "{factors[0]:.2f}, {factors[1]:.2f}, {factors[2]:.2f}, then 1 and 1, up to {product:.3f}.",
    fps=0.5,
    title="Back to one bias",
)
