"""BLOCK networks while they train: which are shown epoch by epoch, and curves that grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Control, Lab, LectureAnimation, Quiz
from kit.catalogue.block_experiments import EPOCHS, EVERY, FOLLOWED, HIDDEN, layer_facts
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import network_name
from kit.catalogue.over_seeds import medians
from kit.figures.initialization._lines import name_lines, tidy_decades
from kit.films import Animation, animate_growth
from kit.plots.styling import THEMES

_NORMAL = r"(Normal )?σ = 0\.01\b"
_JOINED = r"(\n| with | and )"
QUIZ_OF_FOUR = Quiz(
    "Four networks: which activations and initializations are (1), (2), (3), (4)?",
    (
        Answer("sigmoid, Normal σ = 0.01", rf"\bsigmoid{_JOINED}{_NORMAL}"),
        Answer("tanh, Glorot normal", rf"\btanh{_JOINED}Glorot( normal)?\b"),
        Answer("ReLU, Normal σ = 0.01", rf"\bReLU{_JOINED}{_NORMAL}"),
        Answer("ReLU, He normal", rf"\bReLU{_JOINED}He( normal)?\b"),
    ),
)
FOUR_BLOCKS = (
    "Four times BLOCK, our network of five hidden layers of 100 units, over {epochs} epochs on the "
    "ball data. The picture shows seed {seed}; the numbers are medians of {networks} seeds. "
)


def he_for_normal(*refutes: str) -> Control:
    """The control in which the networks of σ = 0.01 begin as He would have them."""
    return Control(normal="He normal", refutes=refutes, words="He in place of σ = 0.01")


def measure_pairs(
    lab: Lab, seed: int, normal: str = "Normal σ = 0.01"
) -> tuple[dict[tuple[str, str], Any], Facts]:
    """Recordings of the four networks; standard deviations before and after training."""
    runs = lab.train_nine(seed)
    recordings: dict[tuple[str, str], Any] = {}
    facts: Facts = {}
    for row, column in FOLLOWED:
        weights = normal if column == "Normal σ = 0.01" else column
        some = runs.select(activation=row, initializer=weights)
        recordings[row, column] = some[some.names[0]]
        facts[network_name(row, column)] = medians([_facts_of(some[name]) for name in some])
    facts["epochs"], facts["networks"] = EPOCHS, len(some)
    facts["seed"] = int(some.parameters["seed"].iloc[0])
    normal_, he = facts["relu_normal"], facts["relu_he"]
    for name in ("tanh_glorot", "relu_he"):
        facts[f"{name}_a_h5"] = {when: facts[name][f"a_h5_{when}"] for when in ("before", "after")}
    facts["a_h5_normal_over_he"] = normal_["a_h5_after"] / he["a_h5_after"]
    facts["g_h1_he_over_normal"] = he["g_h1_after"] / normal_["g_h1_after"]
    facts["g_h1_normal"] = {
        name: facts[name]["g_h1_after"] for name in ("sigmoid_normal", "relu_normal")
    }
    facts["g_h1_he_left"] = he["g_h1_after"] / he["g_h1_before"]
    return recordings, facts


def _facts_of(recording: Any) -> Facts:
    """Of one network, before and after training."""
    facts: Facts = {"loss": float(recording.history["loss"].iloc[-1])}
    for when, epoch in (("before", 0), ("after", EPOCHS)):
        stds = layer_facts(recording, epoch)
        for short in ("a", "g"):
            for layer in HIDDEN:
                facts[f"{short}_{layer}_{when}"] = stds[f"{short}_std"][layer]
        facts[f"a_h5_across_{when}"] = recording.units("activation", "h5", epoch).std_samples
    return facts


def draw_pairs(
    recordings: Any, statistic: Callable[[Any, str, int], float], words: str, every: int = 2
) -> Any:
    """A panel for each network, in it a line for each layer over the epochs, on one axis.

    Parameters
    ----------
    recordings
        By activation and initializer.
    statistic
        From (recording, layer, epoch) to the number that is drawn.
    words
        What it is, for the axis.
    every
        Decades from tick to tick.
    """
    figure, axes = plt.subplots(1, len(FOLLOWED), sharey=True)
    lines = {
        pair: [[statistic(one, layer, epoch) for epoch in one.epochs] for layer in HIDDEN]
        for pair, one in recordings.items()
    }
    values = [value for some in lines.values() for line in some for value in line]
    dark = plt.rcParams["axes.facecolor"] == THEMES["dark"]["back"]
    shades = plt.get_cmap("viridis")(
        np.linspace(*((0.4, 1.0) if dark else (0.0, 0.72)), len(HIDDEN))
    )
    for ax, ((activation, initializer), recording) in zip(axes, recordings.items(), strict=True):
        tidy_decades(ax, min(values), max(values), every)
        last = recording.epochs[-1]
        ax.set_xlim(0, 1.42 * last)
        ends = {}
        for layer, line, shade in zip(HIDDEN, lines[activation, initializer], shades, strict=True):
            ax.plot(recording.epochs, line, color=shade)
            ends[layer] = last, line[-1]
        name_lines(ax, ends, list(shades), together=f"{HIDDEN[0]} to\n{HIDDEN[-1]}", size=0.9)
        ax.set_title(f"{activation}\n{initializer.removeprefix('Normal ').removesuffix(' normal')}")
        ax.set_xticks([0, last // 2, last])
        ax.set_xlabel("epoch")
    axes[0].set_ylabel(f"{words} (log scale)")
    return figure


def gradient_std(recording: Any, layer: str, epoch: int) -> float:
    """The standard deviation of a layer's gradient."""
    return float(recording.sketch("gradient", layer, epoch).std)


def from_point_to_point(recording: Any, layer: str, epoch: int) -> float:
    """By how much a unit's activation differs between points.

    Not the std of all values: biases that move, the same for every point, would raise it.
    """
    return float(recording.units("activation", layer, epoch).std_samples)


def pairs_alt(words: str, short: str) -> str:
    """The text for who cannot see them."""
    cells = "; ".join(
        f"{row} with {column} {{{network_name(row, column)}[{short}_before]:.1e}} before and "
        f"{{{network_name(row, column)}[{short}_after]:.1e}} after"
        for row, column in FOLLOWED
    )
    return (
        "Four panels, one for each network, on one logarithmic axis: a line for each layer h1 to "
        f"h5, over {EPOCHS} epochs, {words}. Median of {{networks}} networks: {cells}."
    )


def growing_curves(
    draw: Callable[[Any, Facts], Any], alt: str, epochs: Sequence[int], title: str
) -> LectureAnimation:
    """A figure of curves over the epochs, which grow through some of them."""

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        return animate_growth(draw(data, facts), epochs, **how)

    alt = f"Growing epoch by epoch: {alt}"
    # ten seconds, or half as many where they are few
    return LectureAnimation(animate, alt, fps=10.0 if len(epochs) > 50 else 4.0, title=title)


def growing_pairs(draw: Callable[[Any, Facts], Any], alt: str, title: str) -> LectureAnimation:
    """The four networks from epoch 0 on, capture by capture."""
    return growing_curves(draw, alt, range(0, EPOCHS + 1, EVERY), title)
