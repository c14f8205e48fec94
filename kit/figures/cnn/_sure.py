"""How sure the CNN for digits is after training, beside its panel."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.figures.cnn._moment import draw_moment, measure_moment
from kit.plots.styling import COLORS

SURE = 0.9  # the largest output of a digit, from which on it counts as sure


def measure_sure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The CNN after training, and for each test digit the largest of its ten outputs."""
    recording, facts = measure_moment(lab, seed, "after")
    largest = lab.train_on_digits("cnn", seed).outputs.max(axis=1)
    facts["sure"] = float((largest > SURE).mean())
    facts["most_before"] = recording.sketch("activation", "o", 0).max
    return (recording, largest), facts


def draw_sure(found: Any, facts: Facts) -> Any:
    """The panel, with a histogram of the largest outputs, and words on what is to be seen."""
    recording, largest = found
    figure = draw_moment(recording, facts)
    z, _, activations, _ = figure.axes
    font = 0.75 * plt.rcParams["font.size"]
    across, spikes = z.get_xaxis_transform(), "spikes: a filter's bias,\non empty paper"
    growth = f"σ {facts['other']['z_std']['o']:.2g} → {facts['z_std']['o']:.2g}"
    told = f"{growth} (× {facts['z_output_growth']:.0f})"
    look: Any = {"transform": across, "ha": "center", "fontweight": "bold"}
    z.text(2, 0.34, told, va="top", fontsize=1.15 * font, **look)
    z.text(0, 0.02, spikes, va="bottom", fontsize=font, linespacing=1.0, **look)
    inset = activations.inset_axes((0.66, 0.5, 0.32, 0.48))
    inset.hist(largest, bins=20, range=(0, 1), color=COLORS["activation"])
    inset.set_xlim(0, 1)
    inset.set_xticks([0, 1])
    inset.set_yticks([])
    inset.tick_params(labelsize=font, pad=2)
    inset.spines["left"].set_visible(False)
    inset.text(
        0.86, 0.98, f"a digit's\nlargest output:\n{facts['sure']:.0%} over {SURE}", ha="right",
        va="top", fontsize=font, transform=inset.transAxes, linespacing=1.05,
    )  # fmt: skip
    return figure
