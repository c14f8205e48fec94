"""A linear neuron with twenty inputs that matter and twenty of noise: which weights become 0.

The least of ½ |Xw − y|²/n + penalty, ½λΣw² or λΣ|w|, by full gradient steps, all seeds and
strengths at once. With |w| in two ways: its slope λ sign(w) added to the gradient, as in Keras; and
proximal steps, in which a weight moves towards 0 by rate · λ and stops there (iterative soft
thresholding: I. Daubechies et al., 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["PENALIZED", "draw_penalized", "penalized_weights", "walk_to_rest"]

PENALIZED = ("none", "l2", "slope", "proximal")
USEFUL, USELESS, SAMPLES_PENALIZED = 20, 20, 100
SIGMA_PENALIZED, RATE_PENALIZED, STEPS_PENALIZED = 2.0, 0.1, 2_000
TRIED = np.geomspace(1e-3, 1, 13)
"""Strengths of which each penalty has the one that is best on other data."""

OTHERS = 1_000
"""Added to the seeds of the data on which that is decided."""


def penalized_weights(first: int) -> dict[str, Any]:
    """For each penalty the weights of each seed of a block, with the strength that was best.

    Returns
    -------
    dict
        ``best``: by penalty its λ, that with the least median error on the data of ten other seeds;
        ``runs``: by penalty and seed ``w`` (inputs,), the useful ones first, ``error``, Σ(w −
        truth)², which is what the squared error of new points has in excess, and ``moved``, the
        longest way of a weight in one step more; ``more``: the same for proximal steps with three
        times that λ.
    """
    seeds = block_of(first, DENSE)
    shown, others = ([_regression_of(seed + far) for seed in seeds] for far in (0, OTHERS))
    best: dict[str, float] = {"none": 0.0}
    runs: dict[str, Any] = {}
    for how in PENALIZED:
        if how != "none":
            w = _walked_to(others, TRIED[:, None, None], how)  # (strengths, seeds, inputs)
            best[how] = float(TRIED[np.median(_errors(w, others), axis=1).argmin()])
        runs[how] = _runs_of(shown, seeds, best[how], how)
    more = _runs_of(shown, seeds, 3 * best["proximal"], "proximal")
    return {"best": best, "runs": runs, "more": more}


def walk_to_rest(square: Any, pull: Any, strength: Any, how: str, steps: int) -> np.ndarray:
    """Weights after so many steps from 0.

    Parameters
    ----------
    square, pull
        XᵀX/n, (..., inputs, inputs), and Xᵀy/n, (..., inputs).
    strength
        λ, of a shape that broadcasts against the weights.
    how
        One of "none", "l2", "slope", "proximal".
    steps
        Of gradient descent, rate 0.1.
    """
    w = np.zeros(np.broadcast_shapes(pull.shape, np.shape(strength)))
    for _ in range(steps):
        slope = (square @ w[..., None])[..., 0] - pull
        if how == "l2":
            slope += strength * w
        elif how == "slope":
            slope += strength * np.sign(w)
        w = w - RATE_PENALIZED * slope
        if how == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - RATE_PENALIZED * strength, 0)
    return np.asarray(w)


def _regression_of(seed: int) -> dict[str, np.ndarray]:
    """Normal inputs, of which the first half matters, and noise on what is to be found."""
    rng = np.random.default_rng(seed)
    truth = rng.choice([-1, 1], size=USEFUL) * rng.uniform(0.2, 1, size=USEFUL)
    truth = np.concatenate([truth, np.zeros(USELESS)])
    x = rng.normal(size=(SAMPLES_PENALIZED, USEFUL + USELESS))
    y = x @ truth + rng.normal(0, SIGMA_PENALIZED, size=SAMPLES_PENALIZED)
    return {"square": x.T @ x / len(x), "pull": x.T @ y / len(x), "truth": truth}


def _walked_to(data: Sequence[Any], strength: Any, how: str, more: int = 0) -> np.ndarray:
    square, pull = (np.stack([one[name] for one in data]) for name in ("square", "pull"))
    return walk_to_rest(square, pull, strength, how, STEPS_PENALIZED + more)


def _errors(w: np.ndarray, data: Sequence[Any]) -> np.ndarray:
    return np.asarray(((w - np.stack([one["truth"] for one in data])) ** 2).sum(axis=-1))


def _runs_of(data: Sequence[Any], seeds: Sequence[int], strength: float, how: str) -> Any:
    w = _walked_to(data, strength, how)
    moved = np.abs(_walked_to(data, strength, how, 1) - w).max(axis=1)
    error = _errors(w, data)
    return {
        seed: {"w": w[k], "error": float(error[k]), "moved": float(moved[k])}
        for k, seed in enumerate(seeds)
    }


def draw_penalized(runs: Any, facts: Any) -> Any:
    """Histograms of |w| for each penalty, useful inputs and noise, with the exact zeros apart."""
    figure, axes = plt.subplots(1, 4, sharey=True)
    edges = np.linspace(-3, 0.5, 15)  # log10
    zero, wide = -3.9, edges[1] - edges[0]
    titles = {"none": "No penalty", "l2": "L2", "slope": "L1, added slope"}
    titles["proximal"] = "L1, stops at 0"
    looks = dict(zip(("useful", "noise"), series_styles(2), strict=True))
    for ax, how in zip(axes, PENALIZED, strict=True):
        w = np.abs([one["w"] for one in runs[how].values()])  # (seeds, inputs)
        for k, (kind, look) in enumerate(looks.items()):
            some = w[:, :USEFUL] if kind == "useful" else w[:, USEFUL:]
            logs = np.log10(np.maximum(some[some > 0], 1.01e-3))  # what is smaller: in the first
            heights = np.histogram(logs, edges)[0] / some.size
            paint: dict[str, Any] = {"color": look["color"], "align": "edge", "width": wide / 2}
            if k:
                paint |= {"hatch": "//", "edgecolor": plt.rcParams["axes.facecolor"], "lw": 0}
            words = {"useful": "inputs that matter", "noise": "inputs of noise"}[kind]
            ax.bar(edges[:-1] + k * wide / 2, heights, label=words, **paint)
            share = float((some == 0).mean())
            ax.bar(zero + (k - 1) * 1.4 * wide, share, **(paint | {"width": 1.4 * wide}))
        ax.set(title=titles[how], xlabel="size |w| (log scale)", xlim=(-4.6, 0.6), ylim=(0, 0.7))
        ax.set_xticks([zero, -3, -2, -1, 0], ["0", "", "0.01", "", "1"])
        ax.axvline(-3.25, ymax=0.7, color=plt.rcParams["text.color"], lw=1, ls=":")
        ax.text(
            -4.4, 0.51, f"exactly 0: {facts['exact'][how]['noise']:.0%} of noise",
            fontsize=0.8 * plt.rcParams["font.size"], va="bottom",
        )  # fmt: skip
    axes[0].set_ylabel("share of the weights of its kind")
    small = {"fontsize": 0.85 * plt.rcParams["font.size"], "handlelength": 1.2}
    axes[0].legend(loc="upper left", borderaxespad=0.2, **small)
    write_note(
        figure, f"All weights of {len(runs['none'])} regressions with 20 inputs of each kind; "
        "under 0.001, but not 0, in the first bar right of the line.",
    )  # fmt: skip
    return figure
