"""Hidden units that must be mostly silent answer to bars and edges"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._sparse_codes import (
    SPARSE_TARGET,
    SPARSE_WEIGHT,
    draw_filters,
    facts_of_filters,
    train_sparse,
)

LECTURES = ("Guillot",)
CAPTION = (
    "Two autoencoders of 100 hidden units on {patches:,} whitened patches of two photographs. A "
    "tile is the input of norm 1 that excites a unit most, its weights over their norm. Without a "
    "penalty units are active at {free[mean]:.2f} in the mean, and few tiles have a direction "
    "(median coherence {free[coherent]:.2f}). With a penalty that wants {target}, it is "
    "{sparse[mean]:.3f}, many are bars and edges ({sparse[coherent]:.2f}), and the error has "
    "grown from {free[error]:.0%} of the patches' power to {sparse[error]:.0%}."
)
ALT = (
    "Two fields of 100 grey tiles of 10×10 pixels. Left, without a penalty, blotches without a "
    "direction; {free[straight]:.0%} of them have a coherence over one half. Right, with it, edges "
    "and bars at several angles and places; there it is {sparse[straight]:.0%}."
)
NOTES = Notes(
    look="Both networks have the same photographs and the same number of units. In which field do "
    "you find edges? Point at a vertical one, a horizontal one, one aslant.",
    point="Kept silent, a unit has to answer to something that is rare and then strong: an edge at "
    "its place. The median coherence is {oriented:.1f} times that without the penalty. Nobody told "
    "the network of edges.",
    misconception="The tile is no average of what a unit has seen. It is the best of all inputs of "
    "norm 1, by Cauchy and Schwarz; a climb along the gradient from anywhere ends there too. The "
    "bias plays no part in it. And not each tile is an edge: for that it takes more photographs "
    "and a longer search.",
)
CLAIMS = (
    Claim(
        "oriented", ">", 1.2, "the penalty makes the median coherence over {limit} times as high"
    ),
    Claim("ascended", ">", 0.9999, "gradient ascent finds the same inputs, cosine over {limit}"),
    Claim("sparse.mean", "<", 0.06, "with it the median unit has a mean activation under {limit}"),
    Claim("free.mean", ">", 0.4, "without it, over {limit}"),
    Claim("dearer", ">", 1.2, "silence costs: the error is over {limit} times as large"),
)
CONTROL = Control(weight=0.0, refutes=("oriented", "sparse.mean", "dearer"), words="no penalty")
QUIZ = Quiz(
    "What was asked of the units of (1), (2)?",
    (Answer("nothing", r"No penalty"), Answer("to be mostly silent", r"Penalty on activity.*")),
    caption="Two autoencoders of 100 hidden units on patches of photographs.",
    alt="Two fields of 100 grey tiles of 10×10 pixels.",
)


def measure(lab: Lab, seed: int, weight: float = SPARSE_WEIGHT) -> tuple[Any, Facts]:
    found = {
        name: lab.run(train_sparse, seed=seed, weight=beta, target=SPARSE_TARGET)
        for name, beta in (("free", 0.0), ("sparse", weight))
    }
    return found, facts_of_filters(found)


def draw(found: Any, facts: Facts) -> Any:
    return draw_filters(found, facts)
