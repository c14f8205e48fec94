"""Forwards and backwards: the gradient is the input times delta"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.initialization._small_network import draw_words, small_probe

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"activation": "tanh", "initializer": "glorot_normal", "view": "unit"}
CAPTION = (
    "{samples} samples with {inputs} inputs, {units} tanh units, every number measured. Go to the "
    "right along the upper row: inputs times weights give z, tanh of z the activation, and at the "
    "end stands a loss of {loss:.2f}. Come back along the lower row: delta says how each sample's "
    "cost changes with z. The inputs, transposed, times delta, divided by {samples}, are the "
    "gradient. It has the shape of the weights, since it says how to change them."
)
ALT = (
    "Six arrays with their numbers. Above, from left to right, probe data, weight, z and "
    "activation of a layer of {units} units, then the output; below, from right to left, the loss "
    "{loss:.2f}, delta of shape {shapes[delta]} and the gradient of shape {shapes[gradient]}, as "
    "the weight. Arrows tell how each follows from those before."
)
NOTES = Notes(
    look="Go along the upper row from left to right, then come back along the lower one. Stop at "
    "delta: what shape must the gradient have, and why? Let them say it before they see it.",
    point="{samples} samples and {inputs} inputs go in, and a loss of {loss:.2f} comes out. The "
    "gradient is the inputs, transposed, times delta, divided by {samples}. It is "
    "{shapes[gradient]}, just as the weights are.",
    misconception="The gradient is not delta. Delta belongs to a sample and says how its cost "
    "changes with z; the gradient belongs to a weight and is a mean over all samples. Where the "
    "input is 0, even a large delta adds nothing to it.",
)
CLAIMS = (
    Claim("apart.gradient", "<", 1e-6, "the gradient is the inputs times delta, to {limit}"),
    Claim("apart.delta", "<", 1e-6, "delta is what comes back times the slope of tanh, to {limit}"),
    Claim("apart.z", "<", 1e-6, "z is inputs times weights: to {limit}"),
    Claim("apart.activation", "<", 1e-6, "the activation is tanh of z: to {limit}"),
    Claim("shapes.gradient", "==", words="it has the shape of the weights", than="shapes.weight"),
)
QUIZ = Quiz(
    "A layer, its input and its weights: which arrays are (1) to (4)?",
    (
        Answer("z", r"\bz\b"),
        Answer("the activation", r"\bactivations?( a)?\b"),
        Answer("delta", r"\bdelta\b"),
        Answer("the gradient", r"\bgradients?\b"),
    ),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The arrays of a small layer, and how far each is from what the arrows say of it."""
    x, snapshot = small_probe(seed)
    h1, output = snapshot["h1"], snapshot["o"]
    back = output.delta @ output.weight.T  # (samples, units)
    expected = {
        "z": x @ h1.weight,
        "activation": np.tanh(h1.z),
        "delta": back * (1 - h1.activation**2),
        "gradient": x.T @ h1.delta / len(x),
    }
    facts: Facts = {
        "samples": len(x),
        "inputs": x.shape[1],
        "units": h1.weight.shape[1],
        "loss": snapshot.loss,
        "apart": {
            name: float(np.abs(getattr(h1, name) - value).max()) for name, value in expected.items()
        },
        "shapes": {
            name: "×".join(map(str, getattr(h1, name).shape)) for name in (*expected, "weight")
        },
    }
    return {"x": x, "snapshot": snapshot}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, ax = plt.subplots()
    draw_words(ax, data["x"], data["snapshot"])
    return figure
