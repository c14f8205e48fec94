"""The CNN for digits at one moment of its training: what it measured, and its panel."""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Hidden, Lab, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._digits_cnn import CNN_LAYERS
from kit.plots import layer_panel, plot_violins
from kit.plots.distributions import PANEL, set_limits
from kit.plots.scales import choose_scale


def _facts_at(recording: Any, epoch: int) -> Facts:
    short = {"z": "z", "a": "activation", "w": "weight", "g": "gradient"}
    facts: Facts = {
        f"{key}_std": {layer: recording.sketch(name, layer, epoch).std for layer in CNN_LAYERS}
        for key, name in short.items()
    }
    facts["zeros"] = {
        layer: recording.sketch("activation", layer, epoch).zero_fraction for layer in CNN_LAYERS
    }
    facts["probe"] = recording.sketch("activation", "o", epoch).count // 10
    return facts


def measure_moment(lab: Lab, seed: int, when: str) -> tuple[Any, Facts]:
    """The recording of the training, and facts of one moment, "before" or "after" it."""
    trained = lab.train_on_digits("cnn", seed)
    epochs = {"before": 0, "after": trained.facts["epochs"]}
    found = {name: _facts_at(trained.recording, epoch) for name, epoch in epochs.items()}
    facts: Facts = {**trained.facts, **found[when], "other": found["before"]}
    facts["epoch"] = epochs[when]
    g, z = facts["g_std"], facts["z_std"]
    facts["g_spread"] = max(g.values()) / min(g.values())
    facts["z_output_over_conv1"] = z["o"] / z["conv1"]
    facts["z_output_growth"] = z["o"] / found["before"]["z_std"]["o"]
    facts["g_conv2_growth"] = g["conv2"] / found["before"]["g_std"]["conv2"]
    return trained.recording, facts


def draw_moment(recording: Any, facts: Facts) -> Any:
    """Violins of all four quantities, layer by layer, on axes that hold both moments."""
    names, moments = list(CNN_LAYERS), recording.epochs
    figure = layer_panel(recording, epoch=facts["epoch"], layers=names)
    for ax, quantity in zip(figure.axes, PANEL, strict=True):
        both = [
            recording.sketch(quantity, name, epoch)
            for name in names
            for epoch in (moments[0], moments[-1])
        ]
        # softmax's outputs are between 0 and 1: a logarithm would show how small the small are
        chosen = choose_scale(both, "linear" if quantity == "activation" else "auto")
        ax.clear()
        ax.set_title(PANEL[quantity])
        plot_violins(recording, quantity, epoch=facts["epoch"], layers=names, scale=chosen, ax=ax)
        set_limits(ax, both, chosen)
    return figure


def moment_alt(when: str) -> str:
    """The text for who cannot see the panel."""

    def each(fact: str) -> str:
        return ", ".join(f"{{{fact}[{layer}]:.2g}}" for layer in CNN_LAYERS)

    return (
        f"Four groups of violins for conv1, conv2 and the output o, {when} training on "
        f"{{source}}. Standard deviations: Z-values {each('z_std')}; weights {each('w_std')}; "
        f"activations {each('a_std')}; gradients {each('g_std')}."
    )


def moment_quiz(when: str, *hidden: Hidden) -> Quiz:
    """What the panel asks, and what would tell."""
    return Quiz(
        "At which moment of the training was this measured: (1)?",
        (Answer(f"{when} training", rf"\b{when} training\b"),),
        hidden,
        caption="{probe:,} test digits ({source}) through the CNN.",
    )


SEEN_BY = " Measured on {probe:,} test digits ({source})."
