"""The steep loss cancels the flat sigmoid: only a − y remains"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.saturation._cancelling import draw_factors, factors_over_z, integrated

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "Target 1. On the left the two factors of the gradient by z: the cross-entropy's slope by the "
    "output a, and the sigmoid's slope σ′ = a(1 − a). At z = {z:g} they are {by_output:.0f} and "
    "{slope:.4f}, and their product {product:.3f} is a − y. On the right the way back: to have "
    "that cancel, the loss must have the slope (a − y) / (a(1 − a)); integrated numerically "
    "from a = 0.5, it gives the cross-entropy, off by {integral_off:.0e} at most."
)
ALT = (
    "Left, sizes over z on a logarithmic axis: the loss's slope falls as the sigmoid's rises, and "
    "their product stays near 1 until the answer is right; at z = {z:g} it is {product:.3f}. "
    "Right, the integrated slope over a as dots, on the curve of the cross-entropy."
)
NOTES = Notes(
    look="Follow the two factors to the far left. One becomes tiny. What must the other do for "
    "their product to stay?",
    point="At z = {z:g} the sigmoid's slope is {slope:.4f} and that of the cross-entropy "
    "{by_output:.0f}. Together they leave {product:.3f}: output minus target.",
    misconception="The cross-entropy does not take the sigmoid's slope away: it is there in every "
    "layer below. It undoes it in the last layer only, and only for the output that it was made "
    "for. Put another activation there and nothing cancels.",
)
CLAIMS = (
    Claim("product_off", "<", 1e-12, "the product is a − y at every z, within {limit}"),
    Claim("integral_off", "<", 1e-6, "the integrated slope is the cross-entropy, within {limit}"),
)
CONTROLS = (
    Control(loss="squared", refutes=("product_off", "integral_off"), words="the squared loss"),
    Control(activation="tanh", refutes="product_off", words="(1 + tanh z)/2 for the sigmoid"),
)
QUIZ = Quiz(
    "One of three curves is the other two multiplied: which are (1), (2), (3)?",
    (
        Answer("the loss's slope by a", r"slope of\s+the loss"),
        Answer("the sigmoid's slope", r"slope of\s+σ"),
        Answer("their product", r"\bproduct\b"),
    ),
    alt="Left, three sizes over z on a logarithmic axis; right, an integrated slope over a as "
    "dots, on a curve.",
)


def measure(
    lab: Lab, seed: int, loss: str = "entropy", activation: str = "sigmoid"
) -> tuple[Any, Facts]:
    data = factors_over_z(loss, activation)
    added = integrated(loss)
    far = int(abs(data["z"] + 5).argmin())
    facts: Facts = {"z": float(data["z"][far])}
    facts |= {name: abs(float(data[name][far])) for name in ("by_output", "slope", "product")}
    facts["product_off"] = float(abs(data["product"] - (data["a"] - 1)).max())
    facts["integral_off"] = float(abs(added["sum"] - added["loss"]).max())
    return {**data, "added": added}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_factors(data, facts["z"])
