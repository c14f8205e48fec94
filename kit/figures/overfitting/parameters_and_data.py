"""Enough weights learn labels by heart, even labels drawn by lot"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.cnn._alexnet import count_alexnet
from kit.figures.overfitting._by_heart import (
    ASKED,
    LEARNED,
    UNITS_BY_HEART,
    dense_weights,
    draw_by_heart,
    learn_by_heart,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "Left, weights for each training image: n₁n₂ + n₂n₃ + … makes {each[mlp][weights]:,} of "
    "784-1000-1000-10, an architecture near the lecture's two million, which names none; AlexNet "
    "has {each[alexnet][weights]:,}, a small network {each[ours][weights]:,}. Right, that one on "
    "{digits} digits ({source}), medians and ranges of {networks} networks: with labels drawn by "
    "lot it has learned all of them after {epochs[drawn]:.0f} epochs, with the right ones after "
    "{epochs[right]:.0f}. Of {asked:,} test digits it then reads {test[drawn]:.0%} and "
    "{test[right]:.0%}."
)
ALT = (
    "Left, bars of weights for each training image: {each[lecture][ratio]:.0f}, "
    "{each[mlp][ratio]:.0f}, {each[alexnet][ratio]:.0f} and {each[ours][ratio]:.0f}. Right, the "
    "share of labels learned rises to 1 with right and with drawn labels, later with these. On "
    "test digits {test[right]:.0%} and {test[drawn]:.0%}."
)
NOTES = Notes(
    look="Take the digits, and draw each label by lot: there is nothing to be learned. What share "
    "of these labels can the network give after training? And of new digits?",
    point="All of them, after {epochs[drawn]:.0f} epochs, and of new digits {test[drawn]:.0%}, as "
    "by guessing. The error on the training data does not tell the two networks apart.",
    misconception="So a network with more weights than images must learn by heart? No: with the "
    "right labels the same one, as large, reads {test[right]:.0%} of new digits, and is done in "
    "{epochs[right]:.0f} epochs. It can learn by heart, and does where there is nothing else.",
)
CLAIMS = (
    Claim("learned", "==", 1, "it learns all labels that were drawn by lot"),
    Claim("guesses", "<", 0.2, "of test digits it then reads under {percent:g} %"),
    Claim("test.right", ">", 0.75, "with the right labels over {percent:g} %"),
    Claim("later", ">", 1.5, "drawn labels take over {limit} times the epochs"),
    Claim("each.mlp.weights", "==", 1_794_000, "784-1000-1000-10 has {limit:,} weights"),
    Claim("each.alexnet.ratio", ">", 10, "AlexNet has over {limit} weights an image"),
)
CONTROLS = (
    Control(units=1, refutes="learned", words="one hidden unit"),
    Control(labels="right", refutes="guesses", words="the right labels"),
)
QUIZ = Quiz(
    "Drawn by lot, or the right ones: which labels were learned at (1), which at (2)?",
    (Answer("the right ones", r"\bright labels\b"), Answer("drawn ones", r"\bdrawn labels\b")),
    caption="A network 784-32-10 on {digits} digits ({source}), with two kinds of labels.",
    alt="Left, bars of weights for each training image. Right, the share of labels learned.",
)


def measure(
    lab: Lab, seed: int, units: int = UNITS_BY_HEART, labels: str = "drawn"
) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(learn_by_heart, first=block_of(seed, DENSE)[0], units=units)
    runs = {kind: {one: by[one] for one in seeds} for kind, by in found["runs"].items()}
    each = []
    for one in seeds:
        of = {kind: by[one] for kind, by in runs.items()}
        epochs = {kind: run["epochs"] or len(run["train"]) for kind, run in of.items()}
        facts: Facts = {"test": {kind: run["test"] for kind, run in of.items()}, "epochs": epochs}
        facts["guesses"] = of[labels]["test"]
        facts["later"] = epochs["drawn"] / epochs["right"]
        each.append(facts | {"learned": float(of["drawn"]["train"].max())})
    return runs, {
        **medians(each),
        **{"networks": len(seeds), "units": units, "digits": LEARNED, "asked": ASKED},
        **{"source": found["source"], "each": _counted(lab, found["weights"])},
    }


def _counted(lab: Lab, ours: int) -> dict[str, Any]:
    """Networks, their weights, and how many there are for each training image."""
    alexnet = sum(lab.run(count_alexnet)["layers"].values())
    rows = {
        "lecture": ("784-512-512-10", dense_weights(784, 512, 512, 10), 60_000, "digits"),
        "mlp": ("784-1000-1000-10", dense_weights(784, 1000, 1000, 10), 60_000, "digits"),
        "alexnet": ("AlexNet", alexnet, 1_200_000, "images"),
        "ours": ("784-32-10", ours, LEARNED, "digits"),
    }
    return {
        key: {"name": name, "weights": weights, "ratio": weights / data, "data": f"{data:,} {what}"}
        for key, (name, weights, data, what) in rows.items()
    }


def draw(runs: Any, facts: Facts) -> Any:
    return draw_by_heart(runs, facts)
