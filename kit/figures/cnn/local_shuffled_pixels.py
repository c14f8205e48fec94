"""Shuffle the pixels: to a dense network nothing has happened, the CNN loses"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of, medians
from kit.figures.cnn._changed_digits import (
    DENSE_UNITS,
    EPOCHS_AS_LONG,
    TRAINED_WITH,
    draw_both_orders,
    pixel_order,
    read_by,
    shuffled_pixels,
    train_readers,
)

LECTURES = ("Sridharan", "Guillot", "Olteanu", "Das")
CAPTION = (
    "All digits ({source}) with their pixels in another order, one for all of them. Trained "
    "with {train:,} of them for {epochs} epochs, a dense network of {units} units misreads "
    "{dense[shuffled]:.1%} of {test:,} test digits, and {dense[plain]:.1%} of the digits as they "
    "are. A small CNN misreads {cnn[shuffled]:.1%} instead of {cnn[plain]:.1%}. It has "
    "{times:.1f} times as many mistakes, because neighbours are no longer neighbours (medians of "
    "{networks} networks)."
)
ALT = (
    "Left, three digits, and below them the same pixels in another order, which look like noise. "
    "Right, the share misread: CNN {cnn[plain]:.1%} as they are and {cnn[shuffled]:.1%} shuffled, "
    "dense network {dense[plain]:.1%} and {dense[shuffled]:.1%}. Data: {source}."
)
NOTES = Notes(
    look="The same digits twice. You cannot read the shuffled ones. Which of the two networks can: "
    "the CNN, the dense one, both, neither? Take a vote.",
    point="The dense network does not notice: {dense[plain]:.1%} and {dense[shuffled]:.1%} "
    "misread. The CNN goes from {cnn[plain]:.1%} to {cnn[shuffled]:.1%}, as its windows no "
    "longer show parts of strokes.",
    misconception="It is not that the CNN saw the picture and the dense network did not learn. No "
    "information is lost, both still read most digits. What is lost is what was built into the "
    "CNN before it saw a digit: near pixels belong together, and a stroke may be anywhere.",
)
CLAIMS = (
    Claim("lost", ">", 0.02, "shuffled, the CNN misreads over {percent:g} % more of all digits"),
    Claim("unmoved", "within", (-0.02, 0.02), "the dense network's share changes by at most "
          "{high_percent:g} %"),
    Claim("ahead", ">", 0, "as they are, the CNN misreads fewer digits than it"),
    Claim("moved", "<", 1e-5, "with its first weights shuffled likewise, the dense network gives "
          "the same numbers: within {limit}"),
)  # fmt: skip
CONTROL = Control(network="dense", refutes="lost", words="a dense network in place of the CNN")
QUIZ = Quiz(
    "Trained and tested with digits as they are, or with all pixels in another order. Which "
    "network is (1), which (2)?",
    (Answer("the CNN", r"\bCNN\b"), Answer("the dense network", r"\bdense\s+network\b")),
    caption="Two networks, digits ({source}) as they are and with their pixels in another order.",
    alt="The share misread by two networks, as the digits are and shuffled.",
)


def measure(lab: Lab, seed: int, network: str = "cnn") -> tuple[Any, Facts]:
    first, seeds = block_of(seed, CONVOLUTIONAL)[0], lab.seeds(seed, of=CONVOLUTIONAL)
    digits, order = lab.digits(), pixel_order(first)
    plain, labels = digits.x_test[..., 0], digits.y_test
    tests = {"plain": plain, "shuffled": shuffled_pixels(plain, order)}
    trained = {
        (how, kind): lab.run(train_readers, network=how, kind=kind, first=first)
        for how in ("cnn", "dense")
        for kind in tests
    }
    each: list[Facts] = []
    for one in seeds:
        read = {key: read_by(by[one].weights, tests[key[1]]) for key, by in trained.items()}
        wrong = {
            how: {kind: float((read[how, kind].argmax(1) != labels).mean()) for kind in tests}
            for how in ("cnn", "dense")
        }
        w, *others = trained["dense", "plain"][one].weights
        same = read_by([w[:, order], *others], tests["shuffled"]) - read["dense", "plain"]
        found = {f"{how}_more": by["shuffled"] - by["plain"] for how, by in wrong.items()}
        facts: Facts = {**wrong, "lost": found[f"{network}_more"], "unmoved": found["dense_more"]}
        facts |= {"ahead": wrong["dense"]["plain"] - wrong["cnn"]["plain"]}
        each.append(facts | {"moved": float(np.abs(same).max())})
    facts = {"source": digits.source, "train": min(TRAINED_WITH, len(digits.x_train))}
    facts |= {"test": len(labels), "networks": len(seeds), "units": DENSE_UNITS, **medians(each)}
    facts |= {"epochs": EPOCHS_AS_LONG, "times": facts["cnn"]["shuffled"] / facts["cnn"]["plain"]}
    words = {"plain": "as they are", "shuffled": "shuffled"}
    misread = {
        how: {words[kind]: [one[how][kind] for one in each] for kind in words}
        for how in ("cnn", "dense")
    }
    return {"images": [one[:3] for one in tests.values()], "misread": misread}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_both_orders(data, facts["networks"])
