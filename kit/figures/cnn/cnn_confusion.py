"""Confusion matrix: the diagonal is right, the rest are the mistakes"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Claim, Lab
from kit.catalogue.claims import Facts
from kit.figures.cnn._digits_cnn import ON_DIGITS
from kit.plots import plot_confusion

LECTURES = ("Makhmutova",)
SEEDS = (1, 2)
CAPTION = (
    f"The trained CNN ({ON_DIGITS}) is right for {{accuracy:.1%}} of the test digits and "
    "wrong for {wrong}. The {lowest} is the hardest ({lowest_recall:.1%} right); the commonest "
    "mistake reads {worst_true} as {worst_taken}, {worst_times} times."
)
ALT = (
    "A 10 by 10 table of true digits against predicted ones, nearly all of {test:,} test "
    "digits ({source}) on the diagonal; {wrong} beside it. Bars on the right: the share right by "
    "digit, lowest {lowest_recall:.1%} for {lowest}."
)
CLAIMS = (
    Claim("accuracy", ">=", 0.97, "at least {percent:g} % are on the diagonal"),
    Claim("lowest_recall", ">=", 0.85, "every digit is right in {percent:g} % at least"),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    labels, predicted = lab.digits().y_test, trained.outputs.argmax(axis=1)
    wrong = labels != predicted
    by_class = [float((predicted[labels == k] == k).mean()) for k in range(10)]
    pairs: dict[tuple[int, int], int] = {}
    for true, taken in zip(labels[wrong].tolist(), predicted[wrong].tolist(), strict=True):
        pairs[true, taken] = pairs.get((true, taken), 0) + 1
    worst = max(pairs, key=lambda pair: (pairs[pair], -pair[0], -pair[1]), default=(0, 0))
    facts: Facts = {
        **trained.facts,
        "wrong": int(wrong.sum()),
        "accuracy": float(1 - wrong.mean()),
        "worst_true": worst[0],
        "worst_taken": worst[1],
        "worst_times": pairs.get(worst, 0),
        "recall": {str(k): share for k, share in enumerate(by_class)},
        "lowest": int(np.argmin(by_class)),
        "lowest_recall": min(by_class),
    }
    return (labels, predicted), facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2, width_ratios=[1.5, 1])
    plot_confusion(*data, ax=axes[0])
    axes[0].set_title(f"{facts['test']:,} test digits, {facts['wrong']} wrong")
    recall = list(facts["recall"].values())
    bars = axes[1].barh(range(10), recall, color=plt.rcParams["text.color"], alpha=0.7)
    axes[1].bar_label(bars, [f"{share:.0%}" for share in recall], padding=3)
    axes[1].set(title="Right, by digit", xlabel="share of its digits that are right")
    axes[1].set_yticks(range(10))
    axes[1].invert_yaxis()
    axes[1].set_xlim(0, 1.15)
    axes[1].set_xticks([0, 0.5, 1])
    axes[1].grid(False, axis="y")
    return figure
