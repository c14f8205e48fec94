"""Four equations there and four back are all of backpropagation"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._two_hidden import draw_four_equations, four_equations

LECTURES = ("Olteanu",)
CAPTION = (
    "Two inputs, two hidden units, one output, squared loss {loss:.3f}. Backwards, the first gives "
    "∂ℓ/∂z of the output, {last:.3f}; the second hands it on to the hidden units, {first[0]:.3f} "
    "and {first[1]:.3f}; the others read off the {derivatives} derivatives, as TensorFlow's tape "
    "has them too. What goes back is ∂ℓ/∂z: with ∂ℓ/∂a, as one lecture's text has it, the hidden "
    "units would get {too_large:.1f} times too much."
)
ALT = (
    "A network of 2, 2 and 1 units with weights and activations, and beside it the equations: four "
    "forwards, up to the loss {loss:.3f}, and four backwards, each with its numbers by hand and "
    "from the tape, which are equal; ∂ℓ/∂z of the output is {last:.3f}."
)
NOTES = Notes(
    look="Go down the forward equations and then the backward ones. In the second backward one, "
    "what does a hidden unit need to know of the layer behind it? Let them name the factors.",
    point="It needs ∂ℓ/∂z there, {last:.3f}, the weight that leads there, and the slope of its own "
    "σ. With these {derivatives} derivatives come out as the tape has them.",
    misconception="The loss's derivative by the activation is not yet what goes back. Whoever "
    "forgets σ′ of the layer behind is wrong by a factor of {too_large:.1f} here, and by 4 at "
    "least wherever the way leads through a sigmoid.",
)
CLAIMS = (
    Claim("apart", "<", 1e-14, "∂ℓ/∂z handed back: by hand and by the tape the same, to {limit}"),
    Claim("too_large", ">", 4, "without σ′ of the output more than {limit} times too large"),
)
CONTROL = Control(handed="a", refutes="apart", words="∂ℓ/∂a handed back, as it is printed")
QUIZ = Quiz(
    "Second backwards: the weight, what comes back, and a third factor. What is (1)?",
    (Answer("σ′(z⁽²⁾), the slope of the unit's own σ", r"σ′\(z⁽²⁾\)"),),
    caption="Two inputs, two hidden units, one output, and a squared loss.",
    level=2,
)


def measure(lab: Lab, seed: int, handed: str = "z") -> tuple[Any, Facts]:
    return four_equations(handed)


def draw(data: Any, facts: Facts) -> Any:
    return draw_four_equations(data, facts)
