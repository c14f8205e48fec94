"""Sigmoid's slopes, not the weights, take the gradient away"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.figures.variance._factors import draw_factors, factor_facts, steps_back

LECTURES = ("Makhmutova", "Olteanu", "Das")
PLAY = {"initializer": "glorot_normal", "view": "profile", "quantity": "delta"}
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, on its way back. Each step is weights "
    "(dashed) times slopes (arrow). Glorot's weights pass on what comes, × {sigmoid[weight]:.2f}; "
    "sigmoid's slopes leave × {sigmoid[slope]:.2f}, tanh's × {tanh[slope]:.2f}, ReLU's × "
    "{relu[slope]:.2f}, which He's weights, × {relu[weight]:.2f}, make good for."
)
ALT = (
    "Three stairs from h5 to h1 on one logarithmic axis. Sigmoid's goes down to "
    "{sigmoid[left]:.0e} of h5, all by its slopes; tanh's to {tanh[left]:.2f}; ReLU's up by the "
    "weights and down by the slopes, to {relu[left]:.2f}."
)
NOTES = Notes(
    look="Follow one stair backwards. A dashed piece is what the weights do, an arrow what the "
    "slopes do. In which network do the two cancel, and in which does nothing help?",
    point="Sigmoid's slopes multiply by {sigmoid[slope]:.2f} at every layer and its weights by "
    "{sigmoid[weight]:.2f}: after four layers {sigmoid[left]:.1e} is left. ReLU's "
    "{relu[slope]:.2f} and {relu[weight]:.2f} make 1.",
    misconception="So would four times larger weights save sigmoid? They undo the quarter as long "
    "as units stay in the middle. But large weights also push z to where the slopes are smaller "
    "still, so the gain is less than it looks.",
)
CLAIMS = (
    Claim("sigmoid.slopes", "within", (0.2, 0.25), "each slope of sigmoid: {low} to {high}"),
    Claim("sigmoid.weights", "within", (0.8, 1.25), "its weights pass on {low} to {high}"),
    Claim("sigmoid.left", "<", 0.01, "after four layers under {percent:g} % of the delta is left"),
    Claim("tanh.left", ">", 0.3, "with tanh over {percent:g} %"),
    Claim("relu.left", "within", (0.5, 2), "with ReLU between {low} and {high} times as much"),
    Claim("relu.slope", "near", (0.71, 0.04), "ReLU's slopes: × √½, {value} ± {tolerance}"),
)
CONTROL = Control(sigma=5.0, refutes="sigmoid.left", words="five times Glorot's weights")
QUIZ = Quiz("Which activations are (1), (2), (3)?", (SIGMOID, TANH, RELU), caption="Three stairs.")


def measure(lab: Lab, seed: int, sigma: float = 1.0) -> tuple[Any, Facts]:
    sizes = {"sigmoid": sigma, "tanh": 1.0, "relu": 2**0.5}
    data = {n: lab.run(steps_back, activation=n, sigma_w=s, seed=seed) for n, s in sizes.items()}
    return data, factor_facts(data) | {"sigma_w": sizes}


def draw(data: Any, facts: Facts) -> Any:
    return draw_factors(data, facts)
