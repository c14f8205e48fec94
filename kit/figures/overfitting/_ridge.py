"""Ridge regression of ten outputs on the pixels of a few digits, for every strength at once.

The least of ½ |XW − Y|²/n + ½ λ ΣW² is found exactly: in the directions of the data (singular
vectors of X) each weight is s/(s + λ) of what it would be without the penalty, where s is the
singular value² / n. X and Y are centred on the training digits: so there is a bias, not punished.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

__all__ = ["STRENGTHS", "draw_strengths", "solve_strengths"]

STRENGTHS = np.geomspace(1e-4, 1e2, 25)
RIDGE_DIGITS, RIDGE_TEST, RIDGE_STEPS = 200, 500, 300
CHOSEN_ON = 1_000
"""Added to the seeds on which the best strength is chosen."""


def solve_strengths(first: int, rate: float) -> dict[str, Any]:
    """For each seed of a block the losses over the strengths; and which was best with others.

    Parameters
    ----------
    first
        Seed of the block.
    rate
        Of gradient descent.

    Returns
    -------
    dict
        ``source``; ``best``: place of the strength with the least median test loss with ten other
        seeds; ``runs``: by seed, over the strengths, ``train`` and ``test`` losses, the share of
        test digits ``read``, the ``length`` of the weights, and ``descent``, that after steps of
        gradient descent from 0; and the test losses ``free``, without a penalty, and ``guess``,
        without weights.
    """
    data = load_digits()
    seeds = block_of(first, DENSE)
    runs = {seed: _solved(data, seed, rate) for seed in seeds}
    others = [_solved(data, seed + CHOSEN_ON, rate)["test"] for seed in seeds]
    best = int(np.median(others, axis=0).argmin())
    return {"source": data.source, "best": best, "runs": runs}


def _solved(data: Any, seed: int, rate: float) -> dict[str, Any]:
    rng, digits = np.random.default_rng(seed), RIDGE_DIGITS
    places = rng.choice(len(data.x_train), digits, replace=False)
    asked = rng.choice(len(data.x_test), RIDGE_TEST, replace=False)
    x, x_test = (
        np.float64(some).reshape(len(some), -1)
        for some in (data.x_train[places], data.x_test[asked])
    )
    y, y_test = np.eye(10)[data.y_train[places]], np.eye(10)[data.y_test[asked]]
    middle, mean = x.mean(axis=0), y.mean(axis=0)
    x, x_test, y = x - middle, x_test - middle, y - mean
    squares, left = np.linalg.eigh(x @ x.T / digits)  # (directions,), (digits, directions)
    kept = squares > 1e-10 * squares.max()
    s, left = squares[kept], left[:, kept]
    right = x.T @ left / np.sqrt(digits * s)  # (pixels, directions)
    pulls = np.sqrt(s)[:, None] * (left.T @ y) / np.sqrt(digits)  # XᵀY/n, (directions, 10)
    seen, new = x @ right, x_test @ right  # in the directions
    free = 0.5 * ((new @ (pulls / s[:, None]) + mean - y_test) ** 2).sum(axis=1).mean()
    found: dict[str, list[float]] = {name: [] for name in ("train", "test", "read", "length")}
    for strength in STRENGTHS:
        w = pulls / (s + strength)[:, None]
        outputs = new @ w + mean
        found["train"].append(0.5 * ((seen @ w - y) ** 2).sum(axis=1).mean())
        found["test"].append(0.5 * ((outputs - y_test) ** 2).sum(axis=1).mean())
        found["read"].append((outputs.argmax(axis=1) == y_test.argmax(axis=1)).mean())
        found["length"].append(float(np.linalg.norm(w)))
    guess = 0.5 * ((y_test - mean) ** 2).sum(axis=1).mean()
    arrays: dict[str, Any] = {name: np.array(values) for name, values in found.items()}
    arrays |= {"free": float(free), "guess": float(guess)}
    return arrays | {"descent": _descended(s, pulls, rate)}


def _descended(s: np.ndarray, pulls: np.ndarray, rate: float) -> np.ndarray:
    """Length of the weights after steps of gradient descent, for each strength: (strengths,).

    In the directions of the data each step is W ← W − rate ((s + λ) W − XᵀY/n), so that from 0 on
    what lacks shrinks, or grows, by 1 − rate (s + λ).
    """
    curved = s + STRENGTHS[:, None]  # (strengths, directions)
    reached = (1 - (1 - rate * curved) ** RIDGE_STEPS) / curved
    most = np.abs(reached).max(axis=1, keepdims=True)  # whose square may be too large
    return np.asarray(most[:, 0] * np.sqrt((reached / most) ** 2 @ (pulls**2).sum(axis=1)))


def draw_strengths(data: Any, facts: Any) -> Any:
    """Losses over the strength, and the length of the weights, exact and by gradient descent."""
    figure, axes = plt.subplots(1, 2)
    small = 0.85 * plt.rcParams["font.size"]
    panels = (
        (axes[0], ("test", "train")),
        (axes[1], ("descent", "length")),
    )
    for ax, names in panels:
        for name, look in zip(names, series_styles(2)[::-1], strict=True):
            lines = np.array([run[name] for run in data["runs"].values()])  # (seeds, strengths)
            lines = np.minimum(lines, 1e6)  # far beyond the picture; no axis holds 1e292
            draw_range(ax, STRENGTHS, lines, look | {"marker": "", "linewidth": 3.5})
        ax.axvline(facts["best"], color=plt.rcParams["text.color"], ls=":", lw=2)
        ax.set(xscale="log", xlabel="strength λ (log scale)")
        ax.set_xticks([1e-4, 1e-2, 1, 100], ["10⁻⁴", "10⁻²", "1", "100"])
        ax.minorticks_off()
    left, right = axes
    left.set(title="Loss", ylabel="½ squared error of a digit", ylim=(0, 0.62))
    left.axhline(facts["guess"], color=plt.rcParams["text.color"], ls=":", lw=1.5)
    left.text(1.2, facts["guess"] + 0.012, "no weights", va="bottom", fontsize=small)
    left.text(1.25 * facts["best"], 0.05, "best on\nother digits", va="center", fontsize=small)
    colors = [look["color"] for look in series_styles(2)]
    told = {"fontweight": "bold", "ha": "left"}
    left.text(2e-4, 0.56, "test digits", color=colors[1], **told)
    left.text(1.3e-4, 0.03, "training digits", color=colors[0], **told)
    right.set(title="Length of the weights", yscale="log", ylim=(5e-3, 50))
    right.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    right.minorticks_off()
    right.text(1.3e-4, 6.5, "where the loss is least", color=colors[0], va="bottom", **told)
    right.text(1.3e-4, 1.4, f"after {RIDGE_STEPS} steps\nof descent", color=colors[1], va="top",
               **told)  # fmt: skip
    right.text(0.45 * facts["diverges"], 20, "diverges", color=colors[1], fontweight="bold",
               ha="right", va="center")  # fmt: skip
    write_note(figure, f"Lines: medians; bands: ranges of {len(data['runs'])} draws of digits.")
    return figure
