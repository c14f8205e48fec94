"""AdaGrad's rates only fall: when the surface changes, it is late"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._moving import follow
from kit.figures.optimizers._rules import Rule, adagrad, rmsprop
from kit.figures.optimizers._steps import draw_steps

LECTURES = ("Das", "Makhmutova")
CAPTION = (
    "A bowl of two weights, one {steep:g} times as steep; after {moves_at} steps its minimum "
    "moves, from 0 to {moves:g} for both. Left the rate that each weight really has, α/√r: "
    "AdaGrad's can only fall, and after {steps} steps is {fallen:.1%} of its first. RMSProp's "
    "comes back as slopes get small. Right the distance of the flat weight: RMSProp is half-way "
    "there {half[rmsprop]} steps after the move, AdaGrad {half[adagrad]}. Before it AdaGrad is "
    "within {before[adagrad]:.0e}, and RMSProp bounces at {before[rmsprop]:.2f}."
)
ALT = (
    "Left, effective rates over {steps} steps on a logarithmic axis: both of AdaGrad's fall, with "
    "a drop at step {moves_at}; both of RMSProp's rise, drop there, and rise again. Right, the "
    "flat weight's distance: both fall to about 0 and jump with the move; then AdaGrad's comes "
    "down slowly and RMSProp's fast."
)
NOTES = Notes(
    look="After {moves_at} steps the minimum is moved. Whose rate is still large enough to follow?",
    point="AdaGrad remembers every slope that it has met. RMSProp forgets, and is half-way there "
    "after {half[rmsprop]} steps instead of {half[adagrad]}.",
    misconception="That RMSProp converges rapidly on convex functions is half the truth. In this "
    "bowl it never comes to rest: small slopes make its rate large again, and it bounces, "
    "{before[rmsprop]:.2f} off, while AdaGrad comes within {before[adagrad]:.0e}.",
)
CLAIMS = (
    Claim("risen.adagrad", "==", 0, "AdaGrad's rates rise in {limit} steps"),
    Claim("risen.rmsprop", ">", 50, "RMSProp's in over {limit}"),
    Claim("sooner", ">", 5, "after the move RMSProp is half-way over {limit} times as soon"),
    Claim("ends.adagrad", ">", 1, "in the end AdaGrad is still over {limit} off"),
    Claim("before.adagrad", "<", 1e-3, "before it AdaGrad is within {limit} of the minimum"),
    Claim("before.rmsprop", ">", 1e-2, "and RMSProp still bounces over {limit} off"),
)
CONTROL = Control(
    moves_at=0, refutes="ends.adagrad", words="the minimum moved before the first step"
)
QUIZ = Quiz(
    "Two optimizers, two weights each. Which is (1), which (2)?",
    (Answer("AdaGrad", r"\bAdaGrad\b"), Answer("RMSProp", r"\bRMSProp\b")),
    caption="A bowl of two weights; after {moves_at} steps its minimum moves.",
    alt="Left, effective rates over {steps} steps on a logarithmic axis; right, the distance of "
    "a weight.",
)
FOLLOWERS: dict[str, Callable[[float], Rule]] = {"adagrad": adagrad, "rmsprop": rmsprop}


def measure(lab: Lab, seed: int, moves_at: int = 300) -> tuple[Any, Facts]:
    steep, moves, steps, rate = 20.0, 4.7, 600, 0.1
    paths, rates = {}, {}
    for name, rule in FOLLOWERS.items():
        paths[name], rates[name] = follow(rule(rate), rate, steep, moves, moves_at, steps)
    facts: Facts = {"steep": steep, "moves": moves, "moves_at": moves_at, "steps": steps}
    facts["half"] = {name: int((one[moves_at:] > moves / 2).sum()) for name, one in paths.items()}
    late = slice(max(moves_at - 20, 0), max(moves_at, 1))
    facts["before"] = {name: float(one[late].max()) for name, one in paths.items()}
    facts["ends"] = {name: float(one[-20:].max()) for name, one in paths.items()}
    grown = {name: one[1:, 0] / one[:-1, 0] - 1 for name, one in rates.items()}
    facts["risen"] = {name: int((one > 1e-9).sum()) for name, one in grown.items()}
    facts["fallen"] = float(rates["adagrad"][-1, 0] / rates["adagrad"][0, 0])
    facts["sooner"] = facts["half"]["adagrad"] / facts["half"]["rmsprop"]
    return (paths, rates), facts


def draw(data: Any, facts: Facts) -> Any:
    paths, rates = data
    words = {"adagrad": "AdaGrad", "rmsprop": "RMSProp"}
    left = {
        f"{words[name]},\n{which}": rates[name][:, k]
        for name in words
        for k, which in enumerate(("flat", "steep"))
    }
    right = {words[name]: paths[name] for name in words}
    titles = ("Each weight's rate α/√r", "Distance of the flat weight")
    labels = ("rate (log scale)", "distance")
    return draw_steps([left, right], titles, labels, log=[True, False])
