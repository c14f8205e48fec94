"""A panel: what BLOCK looks like inside before training, Z-values to gradients, h1 to h5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from kit.catalogue import Answer, Claim, Control, Hidden, Lab, LectureAnimation, Quiz
from kit.catalogue.block_experiments import EPOCHS, HIDDEN, layer_facts, saturated
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.films import Animation, animate_panel
from kit.plots import layer_panel, plot_violins
from kit.plots.distributions import PANEL
from kit.plots.styling import COLORS, SERIES

GRADIENT_LIMITS = (1e-14, 1e1)
"""Of the gradients' axis in all panels: they hold the violins of every one."""

_ARROW = 0.25  # of the axis's width: how far the arrow reaches, beside the heading
_MUCH = 10  # by so much gradients grow or fall, at least, for an arrow in colour
RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
_ASKED = {"sigmoid": SIGMOID, "tanh": TANH, "relu": RELU}

FALLS_BACK = Claim(
    "g_std", "rises", words="the gradient's std falls at every layer on the way back from h5 to h1"
)
TOO_WIDE = Claim("z_later", ">", 3, "Z-values in too wide a range: std over {limit} in h2 to h5")
BINARY = Claim(
    "saturated_later",
    ">",
    0.5,
    "binary mode: over half of the activations of h2 to h5 are within 5 % of an end",
)
NOT_BINARY = Claim(
    "saturated",
    "<",
    0.01,
    "not in binary mode: under {percent:g} % of the activations are within 5 % of an end",
)
SIMILAR_GRADIENTS = Claim(
    "g_spread",
    "<",
    10,
    "gradients similar along all layers: largest std under {limit} times the smallest",
)
SIMILAR_Z = Claim(
    "z_spread",
    "<",
    2,
    "Z-values similar along all layers: largest std under {limit} times the smallest",
)
SHRINKING = Claim(
    "last_over_first",
    "<",
    1,
    "some shrinkage: Z-values and activations have a smaller std in h5 than in h1",
)
HALF_ZERO = Claim(
    "zeros",
    "within",
    (0.3, 0.7),
    "about half of the activations are exactly 0: {low_percent:g} % to {high_percent:g} % in "
    "every layer",
)
STABLE = (
    SIMILAR_Z,
    Claim(
        "z_last_over_first",
        ">",
        0.5,
        "the signal reaches h5: its Z-values have over half the std of h1's",
    ),
    SIMILAR_GRADIENTS,
    HALF_ZERO,
)
FROM_POINT_TO_POINT = (
    " is how the units differ from each other: from point to point a unit's z changes "
    "by {z_across[h1]:.2g} in h1 and by {z_across[h5]:.1g} in h5."
)
GLOROT_TANH = (SIMILAR_Z, SIMILAR_GRADIENTS, NOT_BINARY, SHRINKING)
NOT_GLOROT_TANH = (
    Control(
        initializer=1.0,
        refutes=("z_spread", "g_spread", "saturated", "last_over_first"),
        words="weights of σ = 1",
    ),
    Control(activation="relu", refutes="z_spread", words="ReLU in place of tanh"),
)

SIMILAR_CAPTION = (
    "Z-values, activations and gradients are similar along all layers: the std of z goes from "
    "{z_std[h1]:.2f} to {z_std[h5]:.2f}, that of the gradients stays within a factor of "
    "{g_spread:.1f}."
)
STABLE_CAPTION = (
    "ReLU sets about half of the values to zero ({zeros[h1]:.0%} of h1, {zeros[h5]:.0%} of h5) and "
    "so halves their mean square. Where a layer has as many outputs as inputs, He's variance is "
    "twice Glorot's and makes up for it: the std of z is {z_std[h1]:.2f} in h1 and {z_std[h5]:.2f} "
    "in h5. The gradients are not all alike: their std is {g_std[h1]:.4f} in h1 and "
    "{g_std[h5]:.4f} in h5."
)


def measurement(activation: str, initializer: float | str) -> Callable[..., tuple[Any, Facts]]:
    """What measures a panel: by default this activation and initializer, before training."""

    def measure(
        lab: Lab, seed: int, activation: str = activation, initializer: float | str = initializer
    ) -> tuple[Any, Facts]:
        snapshot = lab.probe_block(activation, initializer, seed)
        return snapshot, panel_facts(snapshot, activation)

    return measure


def panel_facts(snapshot: Any, activation: str) -> Facts:
    """Standard deviations by layer, and how they compare."""
    facts: Facts = dict(layer_facts(snapshot))
    facts["loss"] = snapshot.loss
    if activation in RANGES:
        facts["saturated"] = saturated(snapshot, *RANGES[activation])
    facts["z_across"] = {name: snapshot.units("z", name).std_samples for name in HIDDEN}
    # Glorot's rule for as many inputs as outputs, as in h2 to h5: the variance is 1 / their number
    facts["w_over_glorot"] = {
        name: facts["w_std"][name] * len(snapshot[name].weight) ** 0.5 for name in HIDDEN[1:]
    }
    z, a, w, g = (list(facts[name].values()) for name in ("z_std", "a_std", "w_std", "g_std"))
    facts["g_last_over_first"] = g[-1] / g[0]
    facts["g_first_over_last"] = g[0] / g[-1]
    facts["g_spread"] = max(g) / min(g)
    facts["z_spread"] = max(z) / min(z)
    facts["z_last_over_first"] = z[-1] / z[0]
    facts["a_last_over_first"] = a[-1] / a[0]
    facts["w_over_g"] = {n: ws / gs for n, ws, gs in zip(HIDDEN, w, g, strict=True)}
    facts["w_over_g_later"] = sum(list(facts["w_over_g"].values())[1:]) / 4
    facts["last_over_first"] = {"z": z[-1] / z[0], "a": a[-1] / a[0]}
    for name in ("z_std", "saturated"):
        if name in facts:
            later = {layer: facts[name][layer] for layer in HIDDEN[1:]}
            facts[f"{name.removesuffix('_std')}_later"] = later
    return facts


def draw_panel(snapshot: Any, facts: Facts) -> Any:
    """Four groups of violins; the gradients on the axis of all panels, with what became of them."""
    figure = layer_panel(snapshot)
    ax = figure.axes[-1]
    ax.clear()
    ax.set_title(PANEL["gradient"])
    plot_violins(snapshot, "gradient", scale="log", ax=ax)
    ax.set_ylim(GRADIENT_LIMITS)
    ax.set_yticks([10.0**power for power in range(-12, 1, 4)])
    _tell_the_way_back(ax, facts["g_first_over_last"])
    return figure


def _tell_the_way_back(ax: Axes, factor: float) -> None:
    """Beside the heading: an arrow, and what became of the gradients; in grey if it is little."""
    much = max(factor, 1 / factor) >= _MUCH
    color, font = SERIES[1][0] if much else COLORS["weight"], float(plt.rcParams["font.size"])
    figure: Any = ax.figure
    beside = offset_copy(ax.transAxes, figure, y=0.75 * font, units="points")
    ax.annotate(
        backwards_in_words(factor), (_ARROW, 1), (1, 1), xycoords=beside, textcoords=beside,
        color=color, fontweight="bold", ha="right", va="center", annotation_clip=False,
        arrowprops={"arrowstyle": "-|>", "color": color, "relpos": (0, 0.5), "shrinkA": 6,
                    "lw": 1.2 * plt.rcParams["lines.linewidth"], "mutation_scale": 1.2 * font},
    )  # fmt: skip


def backwards_in_words(factor: float) -> str:
    """What becomes of the gradient's σ from h5 to h1, in two digits.

    Examples
    --------
    >>> backwards_in_words(1.3e-7), backwards_in_words(49.6), backwards_in_words(0.91)
    ('backwards: ÷ 7,700,000', 'backwards: × 50', 'backwards: ÷ 1.1')
    """
    sign, by = ("×", factor) if factor >= 1 else ("÷", 1 / factor)
    digits = f"{by:.1f}" if by < 9.5 else f"{float(format(by, '.2g')):,.0f}"
    return f"backwards: {sign} {digits}"


def _each(fact: str) -> str:
    return ", ".join(f"{{{fact}[{layer}]:.2g}}" for layer in HIDDEN)


def panel_caption(activation: str, weights: str, more: str) -> str:
    """What the panel says of itself, beginning with what was measured."""
    return (
        f"BLOCK, our network of five hidden layers of 100 units, with {activation} and {weights} "
        f"weights, before training, on 1,000 points of the 10-dimensional ball. {more}"
    )


def panel_alt(activation: str, weights: str) -> str:
    """The text for who cannot see it."""
    return (
        f"Four groups of violins for the layers h1 to h5 of a network with {activation} and "
        f"{weights} weights. Standard deviation from h1 to h5: Z-values {_each('z_std')}; "
        f"weights {_each('w_std')}; activations {_each('a_std')}; gradients {_each('g_std')}."
    )


def panel_quiz(activation: str, weights: str) -> Quiz:
    """What the panel asks; the spread of the weights would give it away."""
    words = {"Glorot uniform": "Glorot uniform", "He uniform": "He uniform"}.get(weights, weights)
    return Quiz(
        "Which activation is (1), which initialization (2)?",
        (_ASKED[activation.lower()], Answer(words, rf"\b{words}\b")),
        (
            Hidden(r"\nσ \S+", within="Weights"),
            Hidden(r"weights [\d., ×⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+; ", ""),  # in the alt text
        ),
    )


def panel_film(activation: str, initializer: Any, weights: str) -> LectureAnimation:
    """The panel, epoch by epoch."""

    def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
        recording = lab.train_block(activation.lower(), initializer, seed)
        before, after = (layer_facts(recording, epoch) for epoch in (0, EPOCHS))
        loss = recording.history["loss"]
        return recording, {
            "before": before["g_std"],
            "after": after["g_std"],
            "first_loss": float(loss.iloc[0]),
            "last_loss": float(loss.iloc[-1]),
        }

    def animate(recording: Any, facts: Facts, **how: Any) -> Animation:
        return animate_panel(recording, **how)

    stds = "; ".join(
        f"{when} " + ", ".join(f"{{{fact}[{layer}]:.1e}}" for layer in HIDDEN)
        for when, fact in (("before training", "before"), ("after it", "after"))
    )
    return LectureAnimation(
        animate=animate,
        measure=measure,
        alt=f"Four groups of violins, Z-values, weights, activations and gradients of the layers "
        f"h1 to h5, over {EPOCHS} epochs of training: {activation} · {weights}. Standard "
        f"deviation of the gradients of h1 to h5: {stds}. Training loss {{first_loss:.3f}} in the "
        "first epoch, {last_loss:.3f} in the last.",
        fps=2.0,
    )
