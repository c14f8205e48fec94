"""The ball data: positive where the sum of the coordinates is far from 0"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.datasets.ball import load_data
from kit.figures.initialization._ball import BALL_CLASSES, draw_ball

LECTURES = ("Makhmutova",)
SEED = 13
CAPTION = (
    "{points:,} points of a {dims}-dimensional ball with standard deviation {std:.2f} and "
    "radius {radius:.2f}. A point is positive where the sum of its coordinates is further from 0 "
    "than half of the radius: {positive_sum:.0%} are. Judged by the distance from the centre, "
    "only {negative_norm} would be negative, since a ball of half the radius has 0.5^{dims} of the "
    "volume ({expected_negative:.2f} points): there would be nothing to learn."
)
ALT = (
    "Left, the ball from the side: {points:,} points in a circle of radius {radius:.2f}, most near "
    "its edge, {within_half} in the dashed circle of half of it; those in an upright band through "
    "the middle are negative, those on either side of it positive. Right, two histograms, stacked "
    "by class. Distances from the centre pile up below the radius, {within_half} below half of "
    "it. Sums of coordinates fall off from 0; beyond {half:.2f}, {positive_sum:.0%} of the points "
    "are positive."
)
NOTES = Notes(
    look="Ask first what decides the class of a point: how far it lies from the centre, or what "
    "its coordinates add up to? Then compare where the two classes lie by the one and by the "
    "other.",
    point="A point is positive if its coordinates add up to more than {half:.2f}, which is half of "
    "the radius, or to less than minus {half:.2f}. {positive_sum:.0%} of the {points:,} points "
    "are. By that sum the two classes part cleanly.",
    misconception="A ball in {dims} dimensions is not filled like one that you hold in your hand: "
    "half of its radius holds 0.5 to the power of {dims} of its volume. Were the distance the "
    "rule, whoever always says positive would be wrong for {negative_norm} of the {points:,} "
    "points.",
)
CLAIMS = (
    Claim(
        "gap", ">", 0, "every positive point's sum is further from 0 than every negative point's"
    ),
    Claim("std", "near", (1, 1e-3), "standard deviation {value}, within {tolerance}"),
    Claim("mean", "near", (0, 0.05), "mean {value}, within {tolerance}"),
    Claim("negative_norm", "<=", 5, "by the distance at most {limit} of 1,000 points are negative"),
    Claim(
        "positive_sum",
        "within",
        (0.55, 0.65),
        "by |Σx| {low_percent:g} % to {high_percent:g} % are positive",
    ),
)
QUIZ = Quiz(
    "Same points: which quantity is (1), which (2)?",
    (
        Answer("the distance from the centre ‖x‖", r"Distances? from the centre( ‖x‖)?|‖x‖"),
        Answer("the sum |Σx|", r"Sums? of (the )?coordinates( \|Σx\|)?|\|?Σx\|?"),
    ),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    X, y = load_data(seed=seed)
    _, by_norm = load_data(seed=seed, rule="norm")
    norms = np.linalg.norm(X, axis=1)
    sums = np.abs(X.sum(axis=1))
    # the classes meet at half of the radius, between the last negative and the first positive
    positive = y.ravel() == 1
    half = float(sums[~positive].max() + sums[positive].min()) / 2
    facts = {
        "points": len(X),
        "dims": X.shape[1],
        "mean": float(X.mean()),
        "std": float(X.std()),
        "radius": 2 * half,
        "half": half,
        "gap": float(sums[positive].min() - sums[~positive].max()),
        "positive_sum": float(y.mean()),
        "negative_norm": int((by_norm == 0).sum()),
        "expected_negative": len(X) * 0.5 ** X.shape[1],
        "within_half": int((norms < half).sum()),
    }
    # along the diagonal (1, ..., 1) and away from it, to the side on which x1 - x2 is
    along = X.sum(axis=1) / np.sqrt(X.shape[1])
    away = np.sqrt(np.maximum(norms**2 - along**2, 0)) * np.where(X[:, 0] < X[:, 1], -1, 1)
    data = {"‖x‖": norms, "|Σx|": sums, "y": y.ravel(), "along": along, "away": away}
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    """The ball from the side with both rules, and the two distances that they cut."""
    axes: dict[str, Any]
    figure, axes = plt.subplot_mosaic([["ball", "‖x‖"], ["ball", "|Σx|"]], width_ratios=[1.12, 1])
    draw_ball(axes["ball"], data, facts)
    titles = {"‖x‖": "Distance from the centre", "|Σx|": "Sum of the coordinates"}
    for name, title in titles.items():
        ax: Any = axes[name]
        width = facts["half"] / 8  # a bin ends where the class changes
        bins = np.arange(0, data["|Σx|"].max() + width, width)
        groups = [data[name][data["y"] == label] for label in (0, 1)]
        colors = [color for _, color, _ in BALL_CLASSES]
        drawn = ax.hist(
            groups, bins=bins, stacked=True, color=colors, edgecolor=plt.rcParams["axes.facecolor"]
        )
        for bar in drawn[2][1]:
            bar.set_hatch("//")
        ax.axvline(facts["half"], color=plt.rcParams["text.color"], linewidth=2, linestyle="--")
        ax.set(title=title, xlim=(0, bins[-1]), xlabel=name, ylabel="points")
        ax.locator_params(axis="y", nbins=4)
    axes["‖x‖"].annotate(
        f"half of the\nradius: {facts['half']:.2f}", (facts["half"], 0.95), ha="right", va="top",
        xycoords=("data", "axes fraction"), xytext=(-8, 0), textcoords="offset points",
        fontsize=0.85 * plt.rcParams["font.size"],
    )  # fmt: skip
    return figure
