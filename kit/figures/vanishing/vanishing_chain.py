"""A chain of sigmoids: each factor w σ′ is at most |w|/4"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.vanishing._bands import draw_bands, keyed, ratio_words
from kit.figures.vanishing._chain import draw_chain, run_chain
from kit.figures.vanishing._deep import logistic

LECTURES = ("Olteanu",)
START, UNITS_OF_LINE, WIDE = 1.0, 10, 8.0
CAPTION = (
    "One sigmoid unit a layer, all weights {w}, x = {x:g}, y = 0. Going back, delta is multiplied "
    "by w σ′(z) at each unit: {delta[d4]:.3f}, {delta[d3]:.3f}, {delta[d2]:.3f}. The lecture's "
    "product for the first unit lacks σ′(z³) and so comes out {lacks:.1f} times too large. Below, "
    "chains of {units} units: with w = {w} the delta of the first is {left[w]:.0e} of the last's. "
    "A weight of {wide:g} alone makes it worse, {left[wide]:.0e}: the units saturate. Only with a "
    "bias that holds z near 0 does it explode, {left[held]:.0f}-fold."
)
ALT = (
    "Above, a chain of three sigmoid units after the input, activations {a[d2]:.2f}, {a[d3]:.2f}, "
    "{a[d4]:.2f} in them; below it delta comes back, {delta[d4]:.3f}, {delta[d3]:.3f}, "
    "{delta[d2]:.3f}, with the factor of each step. Below, delta over the layers on a logarithmic "
    "axis for three chains: falling to {left[w]:.0e} with weight {w}, to {left[wide]:.0e} with "
    "{wide:g}, and growing {left[held]:.0f}-fold with {wide:g} and a bias."
)
NOTES = Notes(
    look="The simplest deep network there is: one unit a layer. Go forwards along the circles, "
    "then come back below and multiply. What will be left after ten units? And would larger "
    "weights help?",
    point="Each step back multiplies by w times the slope, and the slope is a quarter at most, so "
    "ten units leave less than (w/4) to the ninth. A weight over four can make delta explode, "
    "{left[held]:.0f}-fold here, but only where z stays near 0.",
    misconception="Large weights do not make gradients explode by themselves. Without the bias a "
    "weight of {wide:g} drives every unit to its end, where the slope is next to nothing, and "
    "delta vanishes all the faster.",
)
CLAIMS = (
    Claim("tape_apart", "<", 1e-6, "delta as by finite differences, to {limit}"),
    Claim("lacks", "near", (5.7, 0.05), "without σ′(z³) it is {value} times too large"),
    Claim("over_bound", "<=", 1, "w = 1.5: l units back delta is at most (w/4)^l"),
    Claim("left.wide", "<", 1e-5, "w = 8 alone: delta vanishes, under {limit}"),
    Claim("left.held", ">", 100, "w = 8 with z held near 0: it explodes, over {limit}-fold"),
)  # fmt: skip
CONTROL = Control(bias=0.0, refutes="left.held", words="no bias")
QUIZ = Quiz(
    "By what is delta multiplied at (1) and (2)?",
    (Answer("{factor[d3]:.2f}", r"(?<=× )0\.1\d"), Answer("{factor[d2]:.2f}", r"(?<=× )0\.2\d")),
    caption="One sigmoid unit a layer, all weights {w}, x = {x:g}, y = 0.",
    alt="A chain of three sigmoid units; delta comes back through it, multiplied at (1) and (2).",
)


def measure(lab: Lab, seed: int, bias: float = -WIDE / 2) -> tuple[Any, Facts]:
    w = 1.5
    shown = run_chain(START, w, 0.0, 3)
    chains = {
        f"w = {w:g}": run_chain(START, w, 0.0, UNITS_OF_LINE),
        f"w = {WIDE:g}": run_chain(START, WIDE, 0.0, UNITS_OF_LINE),
        f"w = {WIDE:g},\nz held near 0": run_chain(0.5, WIDE, bias, UNITS_OF_LINE),
    }
    # delta over that of the last unit, by how many units it is before it
    back = {name: (one.delta / one.delta[-1])[::-1] for name, one in chains.items()}
    left = dict(zip(("w", "wide", "held"), (float(one[-1]) for one in back.values()), strict=True))
    numbers, factor = range(2, 5), w * shown.slope
    step = 1e-5
    around = [_cost(START * w + sign * step, w) for sign in (1, -1)]
    bound = (w / 4) ** np.arange(UNITS_OF_LINE)
    facts: Facts = {
        "w": w,
        "x": START,
        "units": UNITS_OF_LINE,
        "wide": WIDE,
        "a": keyed(numbers, shown.activation),
        "delta": keyed(numbers, shown.delta),
        "factor": keyed(numbers, factor),
        "lacks": float(shown.delta[2] * w * factor[0] / shown.delta[0]),
        "tape_apart": abs((around[0] - around[1]) / (2 * step) - float(shown.delta[0])),
        "over_bound": (back[f"w = {w:g}"] / bound).tolist(),
        "left": left,
    }
    return {"shown": shown, "back": back, "bound": bound}, facts


def _cost(z: float, w: float) -> float:
    """Cross-entropy for y = 0 of three units, from z of the first."""
    for _ in range(2):
        z = w * float(logistic(np.float64(z)))
    return float(np.log1p(np.exp(z)))


def draw(data: Any, facts: Facts) -> Any:
    figure, (stage, ax) = plt.subplots(2, 1, height_ratios=[1, 1.1])
    draw_chain(stage, facts["x"], facts["w"], data["shown"])
    places = range(UNITS_OF_LINE)
    ax.set(yscale="log", ylim=(1e-8, 1e4), yticks=[1e-8, 1e-4, 1, 1e4], xticks=places)
    ax.set_xlabel("units before the last one, in a chain of ten")
    ax.set_ylabel("delta ÷ the last's\n(log scale)")
    # what leaves the panel is named at its foot
    lines = {n: np.where(v > 1e-9, v, np.nan)[None] for n, v in data["back"].items()}
    ends = {f"w = {WIDE:g}": f"w = {WIDE:g}:\nin the end\n{ratio_words(facts['left']['wide'])}"}
    ax.text(0.97, 0.06, "dashed: × w/4 for each, w = 1.5", transform=ax.transAxes, ha="right")
    bounds = {next(iter(lines)): data["bound"]}
    draw_bands(ax, places, lines, predicted=bounds, ends=ends)
    return figure
