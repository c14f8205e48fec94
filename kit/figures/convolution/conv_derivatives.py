"""Backpropagation through convolutions: equations and tape agree"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._backpropagation import (
    CHANNELS,
    DIFFERENCE_STEP,
    EQUATIONS,
    KERNEL_SHAPES,
    by_differences,
    by_the_equations,
    by_the_tape,
    network_values,
)
from kit.plots.styling import SERIES

LECTURES = ("Olteanu",)
CAPTION = (
    "Two convolutions with tanh, {channels} channels, then {filters[0]} and {filters[1]} "
    "filters, in float64: {total} derivatives by the equations, place by place; δ is ∂ℓ/∂z of the "
    "layer above, and the sums run over its places, for an activation over its filters too. From "
    "TensorFlow's tape they differ by {worst_tape:.0e} of the largest, from central differences "
    "of the loss (step {step:g}) by {worst_differences:.0e}. Summed over the filters too, as one "
    "lecture prints it, a weight's derivative is off by {printed_apart:.0%}: a weight belongs to "
    "one filter only."
)
ALT = (
    "Four scatter plots, equation against tape, of {counts[w]} weights, {counts[b]} biases, "
    "{counts[a]} activations and {counts[z]} Z-values, all on the diagonal; crosses off it where "
    "the weights' sum runs over the filters too. Below, the largest differences on a logarithmic "
    "axis: up to {worst_tape:.0e} from the tape, {worst_differences:.0e} from central differences."
)
NOTES = Notes(
    look="Three ways to the same derivatives: by the equations, by automatic differentiation, and "
    "by nudging each number a little. Ask how closely they will agree: to a percent, to a "
    "millionth?",
    point="All {total} agree with TensorFlow's to {worst_tape:.0e} of the largest, and that is "
    "rounding. Nudges of {step:g} come to within {worst_differences:.0e}.",
    misconception="It is easy to add up over one index too many. Summed over the filters as well, "
    "the derivatives of the weights are off by up to {printed_apart:.0%}, since each weight "
    "belongs to one filter only. A check like this one finds such a slip at once.",
)
CLAIMS = (
    Claim("worst_tape", "<", 1e-14, "equations and tape: within {limit}"),
    Claim("worst_differences", "<", 1e-8, "equations and central differences: within {limit}"),
    Claim(
        "printed_apart",
        ">",
        0.5,
        "summed over the filters too, weights' derivatives are over {percent:g} % off",
    ),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    values = network_values(seed)
    found, tape = by_the_tape(values)
    equations, differences = by_the_equations(values, found), by_differences(values, found)
    groups = {"w": ("w1", "w2"), "b": ("b1", "b2"), "a": ("x", "a1", "a2"), "z": ("z1", "z2")}

    def joined(gradients: dict[str, Any], names: tuple[str, ...]) -> Any:
        return np.concatenate([gradients[name].ravel() for name in names])

    def apart(a: Any, b: Any) -> float:
        return float(np.abs(a - b).max() / np.abs(b).max())

    data = {
        short: tuple(joined(g, names) for g in (equations, tape, differences))
        for short, names in groups.items()
    }
    printed = joined(equations, ("printed w1", "printed w2"))
    facts: Facts = {
        "counts": {short: len(three[0]) for short, three in data.items()},
        "total": sum(len(three[0]) for three in data.values()),
        "from_tape": {short: apart(e, t) for short, (e, t, _) in data.items()},
        "from_differences": {short: apart(e, d) for short, (e, _, d) in data.items()},
        "step": DIFFERENCE_STEP,
        "filters": [shape[3] for shape in KERNEL_SHAPES],
        "channels": CHANNELS,
        "printed_apart": apart(printed, data["w"][1]),
    }
    for name in ("tape", "differences"):
        facts[f"worst_{name}"] = max(facts[f"from_{name}"].values())
    return {**data, "printed": printed}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.25, 1])
    small, axes = plt.rcParams["lines.markersize"] * 0.8, upper.subplots(1, 4)
    for ax, (short, (equation, words)) in zip(axes, EQUATIONS.items(), strict=True):
        equations, tape, _ = data[short]
        ax.axline((0, 0), slope=1, color=plt.rcParams["text.color"], linewidth=1)
        ax.plot(tape, equations, "o", color=SERIES[0][0], markersize=small)
        ax.set_title(f"{equation}\n{facts['counts'][short]} {words}")
        ax.set_xlabel("tape")
        ax.set_box_aspect(1)
        ax.locator_params(nbins=3)
    axes[0].plot(data["w"][1], data["printed"], "x", color=SERIES[1][0], markersize=small, zorder=1)
    axes[0].set_ylabel("equation")
    ax = lower.subplots()
    rows = range(len(EQUATIONS))
    for name, words, (color, _, mark) in (
        ("from_tape", "equation and tape", SERIES[0]),
        ("from_differences", "equation and central differences", SERIES[2]),
    ):
        apart = [facts[name][short] for short in EQUATIONS]
        ax.plot(apart, rows, mark, color=color, label=words, markersize=2 * small)
    ax.plot(
        facts["printed_apart"], 0, "x", color=SERIES[1][0], markersize=2 * small,
        markeredgewidth=plt.rcParams["lines.linewidth"], label="× above: summed over filters too",
    )  # fmt: skip
    ax.set_xscale("symlog", linthresh=1e-17, linscale=0.3)
    ax.set_xticks(10.0 ** np.arange(-16, 1, 4))
    ax.set_xlim(1e-17, 60)
    ax.set_yticks(rows, [words for _, words in EQUATIONS.values()])
    ax.set(
        ylim=(len(EQUATIONS) - 0.5, -0.5),
        xlabel="largest difference, relative to the largest derivative",
    )
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.0))
    return figure
