"""BLOCK networks while they train: which are shown epoch by epoch, and curves that grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Control, Lab, LectureAnimation, Quiz
from kit.catalogue.block_experiments import EPOCHS, EVERY, FOLLOWED, HIDDEN, layer_facts
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import network_name
from kit.catalogue.over_seeds import medians
from kit.films import Animation, animate_growth
from kit.plots import plot_epochs
from kit.plots.styling import LABELS

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


def draw_pairs(recordings: Any, quantity: str) -> Any:
    """Four rows of five panels: the distribution of a quantity in each layer, over the epochs."""
    figure, axes = plt.subplots(len(FOLLOWED), len(HIDDEN), sharex=True, sharey="row")
    for k, ((activation, initializer), recording) in enumerate(recordings.items()):
        plot_epochs(recording, quantity, axes=axes[k])
        log = axes[k, 0].get_yscale() == "log"
        for ax in axes[k]:
            ax.set_title(ax.get_title() if k == 0 else "")
            ax.set_xlabel("epoch" if k == len(FOLLOWED) - 1 else "")
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
        for row, column in FOLLOWED
    )
    return (
        f"Twenty panels: four networks by five layers, each the {quantity}'s distribution over "
        f"{EPOCHS} epochs. Standard deviation in h1, median of {{networks}}: {cells}."
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
