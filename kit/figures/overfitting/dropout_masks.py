"""Each sample of a batch has its own mask, and no weight sits out"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.overfitting._masked import MASK_BATCHES, masks_of, shares_with_gradient
from kit.figures.overfitting._masks_drawn import animate_masks, draw_masks
from kit.figures.vanishing._bands import keyed

LECTURES = ("Guillot", "Makhmutova", "Olteanu", "Das")
CAPTION = (
    "Keras's dropout with half of the hidden units dropped. Above, the network that each of the "
    "first three samples of a batch goes through. Below, the share of the weights between two "
    "layers of 50 units that get a gradient, a mean of five batches: with one sample "
    "{share[m1]:.0%}, those whose two ends are both there; with a batch of 4 {share[m4]:.0%}, of "
    "32 {share[m32]:.0%}. Were a mask drawn for the whole batch, it would be {whole[m32]:.0%}."
)
ALT = (
    "Three copies of a small network, each with other hidden units crossed out, {kept[0]}, "
    "{kept[1]} and {kept[2]} of 10 left. Below, the share of weights with a gradient over the size "
    "of the batch: with a mask for each sample it rises from {share[m1]:.0%} to {share[m32]:.0%}; "
    "with one mask for all it stays near {whole[m32]:.0%}."
)
NOTES = Notes(
    look="Three samples of the same batch. Which units are out, and are they the same ones? How "
    "many are out each time, exactly half?",
    point="A mask for each sample, not for each step. One sample reaches {share[m1]:.0%} of the "
    "weights between two layers, a half times a half. A batch of 32 reaches {share[m32]:.0%}: "
    "a weight is left out only if all 32 leave it out.",
    misconception="It is said that in each step a share of the units is ignored, and the weights "
    "of the others are updated. With batches of one sample that is so. With usual batches "
    "everything is updated, each weight by the samples that kept both its ends. Nor is a half "
    "exactly a half: each unit throws its own coin, and here {kept[0]}, {kept[1]} and {kept[2]} of "
    "10 hidden units are left.",
)
CLAIMS = (
    Claim("share.m1", "near", (0.25, 0.1), "one sample reaches a quarter of the weights, within "
    "{tolerance}"),
    Claim("share.m32", ">", 0.995, "a batch of 32 reaches over {percent:g} % of them"),
    Claim("off_formula", "<", 0.1, "as 1 − (1 − ¼)ᵐ says, within {limit}"),
    Claim("whole.m32", "<", 0.35, "one mask for the batch: under {percent:g} %, even with 32"),
)  # fmt: skip
CONTROL = Control(a_batch="whole", refutes="share.m32", words="one mask for all samples")
QUIZ = Quiz(
    "A mask for each sample, or one for the batch: which is (1), which (2)?",
    (
        Answer("a mask for each sample", r"a mask for each sample"),
        Answer("one mask for the batch", r"one mask for the batch"),
    ),
    caption="Dropout of half of the units: the share of the weights between two layers that get a "
    "gradient, over the size of the batch.",
    alt="Three small networks with units crossed out, and two curves over the size of the batch.",
)
_RATE = 0.5


def measure(lab: Lab, seed: int, a_batch: str = "each") -> tuple[Any, Facts]:
    masks = masks_of(seed, _RATE, 12, a_batch == "whole")
    own = shares_with_gradient(seed, _RATE, a_batch == "whole")
    whole = shares_with_gradient(seed, _RATE, whole=True)
    predicted = 1 - (1 - (1 - _RATE) ** 2) ** np.array(MASK_BATCHES)
    facts: Facts = {
        "share": keyed(MASK_BATCHES, own, "m"),
        "whole": keyed(MASK_BATCHES, whole, "m"),
        "off_formula": float(np.abs(own - predicted).max()),
        "kept": [int(sum(one[k].sum() for one in masks)) for k in range(12)],
    }
    return {"masks": masks, "own": own, "whole": whole, "predicted": predicted}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_masks(data)


ANIMATION = LectureAnimation(
    animate=animate_masks,
    alt="A small network of 4, 5, 5 and 1 units; at each step other hidden units are out, "
    "of 10 are left {kept[0]}, {kept[1]}, {kept[2]} and so on, and in the last all.",
    fps=1,
    title="A mask for each sample",
)
