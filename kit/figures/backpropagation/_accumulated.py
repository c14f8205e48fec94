"""Four samples: what each adds to the gradient, the sum, and the penalty of two formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.board.stage import new_stage, place, say, set_stage
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import backwards, by_the_tape_of, forwards, furthest
from kit.figures.backpropagation._two_hidden import TWO_BIASES, TWO_WEIGHTS
from kit.films import animate_steps
from kit.numerals import typeset

SAMPLES_OF_FOUR = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
TARGETS_OF_FOUR = (0.0, 1.0, 1.0, 0.0)
PENALTY = 0.1


def accumulated(penalised: str) -> tuple[Any, Facts]:
    """Δ sample by sample, D with either penalty, and the tape; penalised: "weights" or "all"."""
    x, y = np.array(SAMPLES_OF_FOUR), np.array(TARGETS_OF_FOUR)
    n, each = len(x), []
    for sample, target in zip(x, y, strict=True):
        _, a = forwards(TWO_WEIGHTS, TWO_BIASES, sample)
        deltas = backwards(TWO_WEIGHTS, a, a[-1] - target)
        # a row for the bias, whose unit is always 1, then one for each input
        each.append([np.outer(np.r_[1, one], d) for one, d in zip(a[:-1], deltas, strict=True)])
    thetas = [
        np.vstack([np.asarray(b) * (penalised == "all"), w])
        for b, w in zip(TWO_BIASES, TWO_WEIGHTS, strict=True)
    ]
    sums = [sum(layer) for layer in zip(*each, strict=True)]
    means = [one / n for one in sums]
    strengths = {"whole": PENALTY, "over_n": PENALTY / n}
    hand = {
        name: [mean + strength * theta for mean, theta in zip(means, thetas, strict=True)]
        for name, strength in strengths.items()
    }
    tape = {name: _tape(x, y, strength) for name, strength in strengths.items()}
    pulls = [
        np.concatenate([(tape[k][i] - means[i])[1:].ravel() for i in (0, 1)]) for k in strengths
    ]
    facts = {
        "samples": n,
        "penalty": PENALTY,
        "apart": {name: furthest(hand[name], tape[name]) for name in strengths},
        "mixed": furthest(hand["whole"], tape["over_n"]),
        "times": float(np.median(pulls[0] / pulls[1])),
        "biases": max(float(np.abs(tape["whole"][i][0] - means[i][0]).max()) for i in (0, 1)),
        "first": sums[0][1].tolist(),
    }
    return {"each": [one[0] for one in each], "sum": sums[0], "hand": hand, "tape": tape}, facts


def _tape(x: Any, y: Any, strength: float) -> list[Any]:
    """Gradients of the mean cross-entropy plus strength / 2 times the weights' squares."""

    def loss(out: Any, kernels: Any) -> Any:
        cost = -tf.math.log(tf.where(y[:, None] == 1, out, 1 - out))
        return tf.reduce_mean(cost) + strength / 2 * sum(tf.reduce_sum(w**2) for w in kernels)

    found = by_the_tape_of(TWO_WEIGHTS, TWO_BIASES, x, loss)
    return [np.vstack(pair) for pair in zip(found["b"], found["w"], strict=True)]


def draw_accumulated(data: Any, facts: Facts) -> Figure:
    """Above what each sample adds, and Δ; below D with either penalty, beside the tape."""
    figure, ax = new_stage(26.6, 14.2)
    _draw_sum(ax, data["each"], data["sum"])
    heading: dict[str, Any] = {"ha": "left", "fontweight": "bold"}
    words = f"With the penalty, except on the biases: n = {len(SAMPLES_OF_FOUR)}, λ = {PENALTY:g}"
    say(ax, 7.6, 0.0, words, 0.95, **heading)
    say(ax, 11.6, 11.3, "≠", 1.6, fontweight="bold")
    titles = (
        ("whole", "D = Δ/n + λ Θ", "tape: J with λ/2 · ΣΘ²"),
        ("over_n", "D = Δ/n + λ/n · Θ", "tape: J with λ/(2n) · ΣΘ²"),
    )
    for k, (name, hand, tape) in enumerate(titles):
        left = 2.2 + 10.3 * k
        place(ax, data["hand"][name][0], 9.6, left, title=hand, **LOOK)
        say(ax, 11.6, left + 4.0, "=", 1.3)
        place(ax, data["tape"][name][0], 9.6, left + 5.2, title=tape, title_size=0.8, **LOOK)
    place(ax, TWO_WEIGHTS[0], 10.95, 23.4, title="Θ, the weights", title_size=0.8, **LOOK)
    _rows(ax, 9.6)
    return figure


def animate_accumulated(data: Any, facts: Facts, **how: Any) -> Any:
    """Δ sample by sample, with what each one adds."""
    figure, ax = new_stage(26.6, 9.0)
    empty = np.full_like(data["sum"], np.nan)
    steps = ["Δ begins with 0", *(f"sample {k} of 4 is added" for k in range(1, 5))]

    def show(step: int) -> None:
        ax.clear()
        set_stage(ax, 26.6, 9.0)
        each = [one if k < step else empty for k, one in enumerate(data["each"])]
        _draw_sum(ax, each, sum(data["each"][:step], np.zeros_like(empty)))

    return animate_steps(figure, show, steps, **how)


def _draw_sum(ax: Axes, each: Sequence[Any], total: Any) -> None:
    say(ax, 0.4, 0.0, "Hidden layer: what each sample adds, a δ", 0.95, ha="left",
        fontweight="bold")  # fmt: skip
    for k, one in enumerate(each):
        left = 2.2 + 4.9 * k
        x = SAMPLES_OF_FOUR[k]
        words = f"x = ({x[0]:g}, {x[1]:g}), y = {TARGETS_OF_FOUR[k]:g}"
        place(ax, one, 2.4, left, title=words, title_size=0.8, **LOOK)
        say(ax, 4.4, left + 3.8, "+" if k < 3 else "=", 1.3)
    marked = list(np.ndindex(3, 2))
    place(ax, total, 2.4, 2.2 + 4.9 * 4, title="Δ, their sum", marked=marked, **LOOK)
    _rows(ax, 2.4)


def _rows(ax: Any, top: float) -> None:
    for k, name in enumerate(("bias", "x₁", "x₂")):
        say(ax, top + 1.35 * k + 0.68, 2.0, name, 0.8, ha="right")


def _three(value: float) -> str:
    return typeset(f"{value + 0.0:.3f}")


LOOK: dict[str, Any] = {"size": 0.72, "number": _three, "cell": 1.35}
"""Of all matrices."""
