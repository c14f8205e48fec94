"""BLOCK networks while they train: which are shown epoch by epoch, and curves that grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Lab, LectureAnimation, Quiz
from kit.catalogue.block_experiments import EPOCHS, HIDDEN, layer_facts
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name
from kit.films import Animation, animate_growth
from kit.plots import plot_epochs
from kit.plots.styling import LABELS

PAIRS = (
    ("sigmoid", "Normal σ = 0.01"),
    ("tanh", "Glorot normal"),
    ("ReLU", "Normal σ = 0.01"),
    ("ReLU", "He normal"),
)
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


def measure_pairs(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Recordings of the four networks; standard deviations before and after training."""
    recordings = {}
    facts: Facts = {}
    for row, column in PAIRS:
        recording = lab.train_block(ACTIVATIONS[row], INITIALIZERS[column], seed)
        recordings[row, column] = recording
        first, last = (layer_facts(recording, epoch) for epoch in (0, EPOCHS))
        name = network_name(row, column)
        facts[name] = {
            f"{short}_{layer}_{when}": found[f"{short}_std"][layer]
            for when, found in (("before", first), ("after", last))
            for short in ("a", "g")
            for layer in HIDDEN
        }
        facts[name]["loss"] = float(recording.history["loss"].iloc[-1])
        facts["epochs"] = len(recording.history)
    facts["relu_he_g_h1"] = {when: facts["relu_he"][f"g_h1_{when}"] for when in ("before", "after")}
    facts["tanh_glorot_a_h5"] = {
        when: facts["tanh_glorot"][f"a_h5_{when}"] for when in ("before", "after")
    }
    facts["a_h5_normal_over_he"] = (
        facts["relu_normal"]["a_h5_after"] / facts["relu_he"]["a_h5_after"]
    )
    return recordings, facts


def draw_pairs(recordings: Any, quantity: str) -> Any:
    """Four rows of five panels: the distribution of a quantity in each layer, over the epochs."""
    figure, axes = plt.subplots(len(PAIRS), len(HIDDEN), sharex=True, sharey="row")
    for k, ((activation, initializer), recording) in enumerate(recordings.items()):
        plot_epochs(recording, quantity, axes=axes[k])
        log = axes[k, 0].get_yscale() == "log"
        for ax in axes[k]:
            ax.set_title(ax.get_title() if k == 0 else "")
            ax.set_xlabel("epoch" if k == len(PAIRS) - 1 else "")
        words = initializer.replace("Normal σ", "σ").removesuffix(" normal")
        axes[k, 0].set_ylabel(f"{activation}\n{words}" + ("\n(log |·|)" if log else ""))
    figure.supylabel(f"{LABELS[quantity]}, an axis for each network")
    figure.suptitle(" ")  # room for the title, before the note takes its own
    note = "Line: median. Dark: middle half of the values. Light: middle 90 %. Zeros left out."
    figure.supxlabel(note, fontsize=plt.rcParams["font.size"] * 0.7)
    return figure


def pairs_alt(quantity: str, short: str) -> str:
    """The text for who cannot see them."""
    cells = "; ".join(
        f"{row} with {column} {{{network_name(row, column)}[{short}_h1_before]:.1e}} before and "
        f"{{{network_name(row, column)}[{short}_h1_after]:.1e}} after"
        for row, column in PAIRS
    )
    return (
        f"Twenty panels: four networks by five layers, each the {quantity}'s distribution over "
        f"{EPOCHS} epochs. Standard deviation in h1: {cells}."
    )


def growing_curves(
    draw: Callable[[Any, Facts], Any], alt: str, first: int, title: str
) -> LectureAnimation:
    """A figure of curves over the epochs, from the first one on, which grow."""

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        return animate_growth(draw(data, facts), range(first, EPOCHS + 1), **how)

    alt = f"Growing epoch by epoch: {alt}"
    return LectureAnimation(animate=animate, alt=alt, fps=4.0, title=title)
