"""Scaled or inverted: z keeps its mean in the test and loses its variance"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.overfitting._scaled import draw_scaled, scaled_and_inverted

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "One sample, 4,000 masks, half of the units kept. Left, z of a unit of the next layer: "
    "multiplied by ½ in the test it is {one[test][scaled]:.2f}, with a mean of "
    "{one[mean][scaled]:.2f} over the masks; divided by ½ in training {one[test][inverted]:.2f} "
    "and {one[mean][inverted]:.2f}. Over the masks it varies, with σ = {one[std][scaled]:.2f} and "
    "{one[std][inverted]:.2f}; in the test not at all. Right, 100 units: with ReLU the mean over "
    "the masks is {excess:.2f} times as large as the test's value. Keras multiplies what it keeps "
    "by {keras[training]:g} in training and by {keras[test]:g} in the test."
)
ALT = (
    "Left, two histograms of z over the masks, σ = {one[std][scaled]:.2f} and "
    "{one[std][inverted]:.2f}, each with the value of the test in its middle, "
    "{one[test][scaled]:.2f} and {one[test][inverted]:.2f}. Right, the means over masks against "
    "the values of the test for 100 units: without ReLU on the diagonal, with ReLU above it."
)
NOTES = Notes(
    look="Half of the units are gone in training, all are there in the test: z would be twice as "
    "large. There are two ways to mend that. Which of the two is the wider histogram, and "
    "where does the line of the test stand in each?",
    point="In both the test stands at the mean. The second is the first, divided by ½: "
    "{one[test][scaled]:.2f} and {one[test][inverted]:.2f}, {one[std][scaled]:.2f} and "
    "{one[std][inverted]:.2f}. Keras takes the second, so that in the test there is nothing "
    "to do.",
    misconception="The mean is right, so all is right? The next layer met a z with a spread, "
    "and in the test there is none. Without ReLU that does no harm: the lecture's listing has "
    "none, and there the mean is exact. With ReLU it is not: what lies below 0 is cut off, and "
    "the mean of what is left is {excess:.2f} times what the test gives.",
)
CLAIMS = (
    Claim("off.linear", "<", 0.05, "without ReLU means and test agree within {percent:g} %"),
    Claim("off.relu", ">", 0.15, "with ReLU they are over {percent:g} % apart"),
    Claim("excess", ">", 1.05, "the mean over the masks is over {limit} times the test's value"),
    Claim("over_formula", "within", (0.9, 1.1), "the spread is √(p(1 − p) Σ(wa)²), within "
    "{low} to {high}"),
    Claim("wider", "near", (2.0, 1e-9), "inverted it is {value:g} times as wide"),
    Claim("keras.training", "near", (2.0, 1e-6), "Keras multiplies by {value:g} in training"),
    Claim("keras.test", "near", (1.0, 1e-6), "and by {value:g} in the test"),
)  # fmt: skip
CONTROL = Control(bend=False, refutes="off.relu", words="no ReLU there either")
QUIZ = Quiz(
    "Which is inverted, which scaled in the test?",
    (
        Answer("scaled in the test", r"Scaled in the test"),
        Answer("inverted", r"Inverted, as in Keras"),
    ),
    caption="One sample, 4,000 masks, half of the units kept.",
    alt="Two histograms of z over the masks, each with the value of the test; and means over "
    "masks against values of the test.",
)


def measure(lab: Lab, seed: int, bend: bool = True) -> tuple[Any, Facts]:
    kept = 0.5
    data = {
        "linear": scaled_and_inverted(seed, kept, bend=False),
        "relu": scaled_and_inverted(seed, kept, bend=bend),
    }
    linear, relu = data["linear"], data["relu"]
    test = linear["test"]["inverted"]
    unit = int(np.argsort(test)[-10])  # one that is well away from 0
    over = {
        form: linear["train"][form].std(axis=0) / linear["spread"][form] for form in ("scaled",)
    }
    one = {
        "test": {form: float(values[unit]) for form, values in linear["test"].items()},
        "mean": {form: float(v[:, unit].mean()) for form, v in linear["train"].items()},
        "std": {form: float(v[:, unit].std()) for form, v in linear["train"].items()},
    }
    facts: Facts = {
        "unit": unit,
        "one": one,
        "off": {name: _apart(found) for name, found in data.items()},
        "excess": float(relu["train"]["inverted"].mean() / relu["test"]["inverted"].mean()),
        "over_formula": {"least": float(over["scaled"].min()), "most": float(over["scaled"].max())},
        "wider": one["std"]["inverted"] / one["std"]["scaled"],
        "keras": _of_keras(1 - kept),
    }
    return data, facts


def _apart(found: Any) -> float:
    """How far means over masks are from the test's values, root mean square over the units."""
    test = found["test"]["inverted"]
    off = found["train"]["inverted"].mean(axis=0) - test
    return float(np.sqrt((off**2).mean() / (test**2).mean()))


def _of_keras(rate: float) -> dict[str, float]:
    """What Keras multiplies by what it keeps, in training and in the test."""
    import keras

    layer = keras.layers.Dropout(rate, seed=1)
    some = {name: np.asarray(layer(np.ones((1, 200)), training=name == "training"))
            for name in ("training", "test")}  # fmt: skip
    return {name: float(values[values > 0].mean()) for name, values in some.items()}


def draw(data: Any, facts: Facts) -> Any:
    return draw_scaled(data, facts)
