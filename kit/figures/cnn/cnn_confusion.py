"""Confusion matrix: the diagonal is right, the rest are the mistakes"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.cnn._digits_cnn import ON_DIGITS
from kit.figures.cnn._readings import read_digits
from kit.plots import plot_confusion

LECTURES = ("Makhmutova",)
CAPTION = (
    f"The trained CNN ({ON_DIGITS}) is right for {{accuracy:.1%}} of the test digits and "
    "wrong for {wrong}. The {lowest} is the hardest ({lowest_recall:.1%} right); the commonest "
    "mistake takes a true {worst_true} for {worst_taken} ({worst_times} times)."
)
ALT = (
    "A 10 by 10 table of true digits against predicted ones, nearly all of {test:,} test "
    "digits ({source}) on the diagonal; {wrong} beside it. Bars on the right: the share right by "
    "digit, lowest {lowest_recall:.1%} for {lowest}."
)
NOTES = Notes(
    look="Which two digits would you mix up yourself? Take some guesses. Then leave the diagonal "
    "alone and find the darkest square beside it.",
    point="{wrong} of {test:,} test digits are wrong. The commonest mistake takes a true "
    "{worst_true} for {worst_taken}, {worst_times} times; the hardest digit is {lowest}, with "
    "{lowest_recall:.1%} right.",
    misconception="Do not make up a story for every square. Trained from another seed, the network "
    "makes other mistakes, and the commonest may be a different one. And one accuracy for all "
    "digits hides the worst of them: that is what the bars are for.",
)
CLAIMS = (
    Claim("accuracy", ">=", 0.96, "at least {percent:g} % of the digits are on the diagonal"),
    Claim("lowest_recall", ">=", 0.85, "of every digit at least {percent:g} % are right"),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    read = read_digits(lab, seed)
    true, taken, times = read.commonest_mistake()
    by_class = [float((read.predicted[read.labels == k] == k).mean()) for k in range(10)]
    facts: Facts = {
        **read.facts,
        "accuracy": float(1 - read.wrong.mean()),
        **{"worst_true": true, "worst_taken": taken, "worst_times": times},
        "recall": {str(k): share for k, share in enumerate(by_class)},
        "lowest": int(np.argmin(by_class)),
        "lowest_recall": min(by_class),
    }
    return (read.labels, read.predicted), facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2, width_ratios=[1.5, 1])
    plot_confusion(*data, ax=axes[0])
    axes[0].set_title(f"{facts['test']:,} test digits, {facts['wrong']} wrong")
    recall = list(facts["recall"].values())
    bars = axes[1].barh(range(10), recall, color=plt.rcParams["text.color"], alpha=0.7)
    axes[1].bar_label(bars, [f"{share:.0%}" for share in recall], padding=3)
    axes[1].set(title="Right, by digit", xlabel="share of its digits that are right")
    axes[1].set(yticks=range(10), xlim=(0, 1.15), xticks=[0, 0.5, 1])
    axes[1].invert_yaxis()
    axes[1].grid(False, axis="y")
    return figure
