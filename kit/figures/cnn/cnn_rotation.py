"""Digits on their side: a CNN reads them only if trained with turned ones"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of, medians
from kit.figures.cnn._changed_digits import (
    EPOCHS_AS_LONG,
    EPOCHS_TURNED,
    READ_TURNED,
    READERS,
    TRAINED_WITH,
    TURNED_BY,
    animate_turning,
    draw_turning,
    train_readers,
    turned_by,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "Convnets are said to exploit invariance to rotation. Small networks trained with {train:,} "
    "digits ({source}), medians of {networks} each: turned by 15° the CNN reads {cnn[d15]:.0%} of "
    "{test} test digits, by 45° {cnn[d45]:.0%}, by 90° {cnn[d90]:.0%}; a dense network "
    "{dense[d15]:.0%}, {dense[d45]:.0%} and {dense[d90]:.0%}. Only training does it: with digits "
    "turned at random, a CNN reads {turned[d0]:.0%} to {turned[d90]:.0%} of them at 0° and 90°, "
    "where the other reads {cnn[d0]:.0%} and {cnn[d90]:.0%}."
)
ALT = (
    "The share recognised over the angle of the test digits, 0 to 180 degrees. CNN and dense "
    "network fall alike, from {cnn[d0]:.0%} and {dense[d0]:.0%} to {cnn[d90]:.0%} and "
    "{dense[d90]:.0%} at 90 degrees; the CNN trained with turned digits stays near "
    "{turned[d90]:.0%}. Data: {source}."
)
NOTES = Notes(
    look="Turn the page by a quarter, and read: you still can. How many of a hundred will the CNN "
    "read? And how many the dense network?",
    point="At 90° the CNN is left with {cnn[d90]:.0%}, the dense network with {dense[d90]:.0%}. "
    "The same CNN, trained with turned digits, reads {turned[d90]:.0%}, and pays with "
    "{price:.0%} of the upright ones.",
    misconception="A convolution is carried along by a shift, not by a turn: a filter for "
    "upright strokes is none for lying ones. What a network is to withstand it has to see in "
    "its training. Nor should it withstand everything: upside down, a 6 is a 9, and of the "
    "sixes the CNN takes {nines:.0%} for that.",
)
CLAIMS = (
    Claim("cnn.d0", ">", 0.9, "upright, the CNN reads over {percent:g} %"),
    Claim("lost", ">", 0.5, "turned by 90°, it reads fewer by over {percent:g} % of all digits"),
    Claim("ahead.d15", ">", 0, "by 15°, it is ahead of the dense network"),
    Claim("turned", ">", 0.5, "trained with turned digits, a CNN reads over {percent:g} % at each "
          "angle"),
    Claim("uneven", "<", 0.15, "with {share} seeds no two of its angles are {percent:g} % apart"),
    Claim("price", ">", 0.03, "but it reads over {percent:g} % fewer upright digits than the CNN"),
    Claim("nines", ">", 0.3, "upside down, over {percent:g} % of the sixes are read as 9"),
)  # fmt: skip
CONTROL = Control(network="turned", refutes="lost", words="a CNN trained with turned digits")
QUIZ = Quiz(
    "Two networks were trained with upright digits, one with turned ones. Which is (1), which (2), "
    "which (3)?",
    (
        Answer("the CNN, upright digits", r"\bCNN\b(?!,? trained)"),
        Answer("the dense network, upright digits", r"\bdense(\s+network)?\b"),
        Answer("the CNN, turned digits", r"\bCNN,? trained\s+with turned\s+digits\b"),
    ),
    caption="{test} test digits ({source}), turned by 0 to 180 degrees, read by three networks.",
    alt="Three curves over the angle from 0 to 180 degrees: two fall, one stays level.",
)

SHOWN_TURNING = 6


def measure(lab: Lab, seed: int, network: str = "cnn") -> tuple[Any, Facts]:
    first, seeds = block_of(seed, CONVOLUTIONAL)[0], lab.seeds(seed, of=CONVOLUTIONAL)
    kinds = {"cnn": ("cnn", "plain"), "dense": ("dense", "plain"), "turned": ("cnn", "turned")}
    trained = {
        name: lab.run(train_readers, network=how, kind=kind, first=first)
        for name, (how, kind) in kinds.items()
    }
    digits = lab.digits()
    images, labels = digits.x_test[:READ_TURNED, ..., 0], digits.y_test[:READ_TURNED]
    shown = int(np.flatnonzero(labels == SHOWN_TURNING)[0])
    taken = {name: np.array([by[one].taken for one in seeds]) for name, by in trained.items()}
    shares = {name: (one == labels).mean(axis=2) for name, one in taken.items()}  # (seeds, angles)
    each = []
    for k in range(len(seeds)):
        by = {
            name: {f"d{d}": float(one) for d, one in zip(TURNED_BY, shares[name][k], strict=True)}
            for name in READERS
        }
        ahead = {d: by["cnn"][d] - by["dense"][d] for d in by["cnn"]}
        lost, uneven = by[network]["d0"] - by[network]["d90"], float(np.ptp(shares["turned"][k]))
        sixes = taken["cnn"][k, -1][labels == SHOWN_TURNING]
        found = {
            "lost": lost,
            "ahead": ahead,
            "uneven": uneven,
            "nines": float((sixes == 9).mean()),
        }
        each.append(by | found | {"price": by["cnn"]["d0"] - by["turned"]["d0"]})
    facts: Facts = {"source": digits.source, "train": min(TRAINED_WITH, len(digits.x_train))}
    facts |= {"test": len(images), "networks": len(seeds), "epochs": EPOCHS_AS_LONG}
    facts |= {"epochs_turned": EPOCHS_TURNED, "label": SHOWN_TURNING, **medians(each)}
    views = {d: turned_by(images[shown : shown + 1], d)[0] for d in TURNED_BY}
    data = {"accuracy": shares, "images": views}
    answers = {name: one[0, :, shown].tolist() for name, one in taken.items()}
    return data | {"answers": answers}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_turning(data, facts["networks"])


ANIMATION = LectureAnimation(
    animate_turning,
    "A {label} turns by 180 degrees, and three networks say what it is; beside it a line moves "
    "along their curves of the share recognised.",
    fps=1.5,
)
