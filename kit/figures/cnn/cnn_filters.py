"""The 32 filters of the first layer: training makes neighbouring weights alike"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._digits_cnn import ON_DIGITS
from kit.plots.images import WEIGHTS, bare
from kit.plots.tiles import mosaic

LECTURES = ("Olteanu", "Sridharan")
PLAY = {"page": "cnn"}
CAPTION = (
    "The {filters} kernels of conv1, 5x5, drawn by Glorot's rule (σ {std_before:.3f}) and "
    f"after training on digits ({ON_DIGITS}). The correlation of neighbouring "
    "weights is {neighbours_before:.2f} before and {neighbours_after:.2f} after: patches of one "
    "sign grow. There is not much more to see: a filter still resembles its first self (median "
    "correlation {alike:.2f}), and hardly any is a clean stroke or edge."
)
ALT = (
    "Two sets of {filters} 5x5 kernels in two colours for the sign. Left, before training, noise; "
    "right, after training on {source}, the same kernels in the same order, with smoother patches. "
    "Correlation of neighbouring weights {neighbours_before:.2f} and {neighbours_after:.2f}."
)
NOTES = Notes(
    look="{filters} filters before training and after it. What do you expect to see: strokes, "
    "edges, corners? Let them say so first, then look for neighbouring cells of one colour.",
    point="The correlation of neighbouring weights goes from {neighbours_before:.2f} to "
    "{neighbours_after:.2f}: specks have grown into patches. That is nearly all there is to see.",
    misconception="Tidy edge detectors, as in the famous pictures, are not what every network "
    "learns. Half of these filters have a correlation of {alike:.2f} or more with the noise that "
    "they began as. And yet it reads digits: what looks like nothing to us may still be of use to "
    "the next layer.",
)
CLAIMS = (
    Claim(
        "neighbours_before",
        "near",
        (0, 0.1),
        "before training neighbouring weights are not correlated: within {tolerance} of {value}",
    ),
    Claim("neighbours_gain", ">", 0.1, "training raises their correlation by at least {limit}"),
    Claim(
        "std_over_glorot",
        "near",
        (1, 0.1),
        "the kernels' std begins within {tolerance:.0%} of Glorot's √(2/(25 + 25·32))",
    ),
)
QUIZ = Quiz(
    "At which moment of the training do the filters look like (1), when like (2)?",
    (
        Answer("before training", r"\b[Bb]efore training\b"),
        Answer("after training", r"\b[Aa]fter training\b"),
    ),
    caption="The 32 kernels of conv1, 5x5, at two moments. Digits: {source}.",
)

IN_A_ROW = 7


def _smoothness(kernels: Any) -> float:
    """Correlation of weights with their neighbours below and to the right: 0 for noise."""
    pairs = [(kernels[:-1], kernels[1:]), (kernels[:, :-1], kernels[:, 1:])]
    one = np.concatenate([a.ravel() for a, _ in pairs])
    other = np.concatenate([b.ravel() for _, b in pairs])
    return float(np.corrcoef(one, other)[0, 1])


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    kernels = {when: found[:, :, 0, :] for when, found in trained.kernels.items()}  # (5, 5, 32)
    smooth = {when: _smoothness(found) for when, found in kernels.items()}
    flat = {when: found.reshape(25, -1) for when, found in kernels.items()}
    alike = [
        float(np.corrcoef(flat["before"][:, k], flat["after"][:, k])[0, 1])
        for k in range(flat["before"].shape[1])
    ]
    facts: Facts = {
        **trained.facts,
        "filters": kernels["before"].shape[-1],
        "std_before": float(kernels["before"].std()),
        "std_after": float(kernels["after"].std()),
        "glorot_std": (2 / (25 + 25 * 32)) ** 0.5,
        "moved": float((kernels["after"] - kernels["before"]).std()),
        "alike": float(np.median(alike)),
        "neighbours_before": smooth["before"],
        "neighbours_after": smooth["after"],
    }
    facts["neighbours_gain"] = facts["neighbours_after"] - facts["neighbours_before"]
    facts["std_over_glorot"] = facts["std_before"] / facts["glorot_std"]
    return trained.kernels, facts


def draw(kernels: Any, facts: Facts) -> Any:
    """The same kernels before and after, side by side, in the same order."""
    figure, axes = plt.subplots(1, 2)
    layout: Any = figure.get_layout_engine()
    layout.set(wspace=0.09)  # or the two would look like one
    limit = max(float(np.quantile(np.abs(found), 0.995)) for found in kernels.values())
    for ax, (when, found) in zip(axes, kernels.items(), strict=True):
        tiles = np.moveaxis(found[:, :, 0, :], -1, 0)  # (filters, 5, 5)
        picture = ax.imshow(
            mosaic(tiles, IN_A_ROW, gap=1), cmap=WEIGHTS, vmin=-limit, vmax=limit,
            interpolation="nearest",
        )  # fmt: skip
        _frame_tiles(ax, len(tiles), tiles.shape[1])
        bare(ax)
        ax.set_title(f"{when.capitalize()} training")
        correlation = f"{facts[f'neighbours_{when}']:.2f}".replace("-", "−")
        ax.set_xlabel(f"neighbouring weights correlate by {correlation}")
    bar = figure.colorbar(picture, ax=axes, location="bottom", shrink=0.35, aspect=30, pad=0.03)
    bar.set_ticks([-limit, 0, limit], labels=[f"−{limit:.2f}", "weight 0", f"+{limit:.2f}"])
    return figure


def _frame_tiles(ax: Axes, tiles: int, side: int) -> None:
    """A thin line around each kernel, as white weights end nowhere else."""
    look = {"fill": False, "edgecolor": plt.rcParams["text.color"], "linewidth": 0.8}
    for k in range(tiles):
        row, column = divmod(k, IN_A_ROW)
        corner = column * (side + 1) - 0.5, row * (side + 1) - 0.5
        ax.add_patch(Rectangle(corner, side, side, clip_on=False, **look))
