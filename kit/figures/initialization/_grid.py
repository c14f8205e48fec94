"""Nine BLOCK networks before training, activations against initializers at one glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Lab
from kit.catalogue.block_experiments import HIDDEN, layer_facts
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name
from kit.figures.initialization._lines import about, name_lines, tidy_decades
from kit.plots.styling import COLORS, series_styles

NINE_BLOCKS = (
    "Nine times BLOCK, our network of five hidden layers of 100 units, before training, on the "
    "ball data. "
)
_WORDS = {"z": "Z-value", "activation": "activation", "gradient": "gradient"}
_TOLD = 2  # by so much a line falls, at least, for a number to stand at its end
_NAMES = 2.6  # layers' places beside the lines, for names


def measure_grid(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Snapshots by activation and initializer; standard deviations by network and layer."""
    grid = {
        row: {
            column: lab.probe_block(activation, initializer, seed)
            for column, initializer in INITIALIZERS.items()
        }
        for row, activation in ACTIVATIONS.items()
    }
    facts: Facts = {}
    for row, cells in grid.items():
        for column, snapshot in cells.items():
            by_layer = layer_facts(snapshot)
            for name in ("z_std", "a_std", "g_std"):
                first, last = by_layer[name]["h1"], by_layer[name]["h5"]
                facts[f"{network_name(row, column)}_{name}"] = {
                    **by_layer[name],
                    "last_over_first": last / first,
                }
    stds = {name: {layer: one[layer] for layer in HIDDEN} for name, one in facts.items()}
    facts["spread"] = {name: max(one.values()) / min(one.values()) for name, one in stds.items()}
    facts["largest"] = {name: max(one.values()) for name, one in stds.items()}
    few = grid["sigmoid"]["Normal σ = 0.01"]
    for short, quantity in (("z_std", "z"), ("a_std", "activation")):
        across = {layer: few.units(quantity, layer).std_samples for layer in HIDDEN}
        facts[f"sigmoid_across_{short}"] = {
            **across,
            "last_over_first": across["h5"] / across["h1"],
        }
    wide = layer_facts(lab.probe_block("sigmoid", 1.0, seed))["g_std"]
    facts["sigmoid_wide_g"] = wide["h5"] / wide["h1"]
    return grid, facts


def draw_grid(facts: Facts, short: str, quantity: str) -> Any:
    """A panel for each activation, in it σ by layer as a line for each initialization.

    Of what goes forwards, a thin line more in sigmoid's panel: how far a unit's values with
    σ = 0.01 differ from point to point.
    """
    names = [network_name(row, column) for row in ACTIVATIONS for column in INITIALIZERS]
    stds = {name: facts[f"{name}_{short}"] for name in names}
    return draw_nine_lines(stds, HIDDEN, quantity, facts.get(f"sigmoid_across_{short}"))


def draw_nine_lines(
    stds: Mapping[str, Mapping[str, float]],
    layers: Sequence[str],
    quantity: str,
    across: Mapping[str, float] | None = None,
) -> Any:
    """A panel for each activation, in it σ by layer as a line for each initialization.

    Names, and by what a line falls, stand where it ends: at the last layer, or for gradients,
    which go backwards, at the first.

    Parameters
    ----------
    stds
        By network and layer.
    layers
        From the first to the last.
    quantity
        Whose σ it is.
    across
        By layer, how far a unit's values differ from point to point, with sigmoid and σ = 0.01.
    """
    backwards, last = quantity == "gradient", len(layers) - 1
    figure, axes = plt.subplots(1, len(ACTIVATIONS), sharey=True)
    every = [one[layer] for one in [*stds.values(), across or {}] for layer in layers if one]
    places, looks = range(len(layers)), series_styles(len(INITIALIZERS))
    for ax, activation in zip(axes, ACTIVATIONS, strict=True):
        tidy_decades(ax, min(every) / 2, max(every))
        ax.set_xlim(*((-_NAMES, last + 0.3) if backwards else (-0.3, last + _NAMES)))
        colors, ends = [look["color"] for look in looks], {}
        for initializer, look in zip(INITIALIZERS, looks, strict=True):
            std = stds[network_name(activation, initializer)]
            values = [std[layer] for layer in layers]
            ax.plot(places, values, **look)
            fall = values[-1] / values[0] if backwards else values[0] / values[-1]
            told = f"\n÷ {about(fall)}" if fall >= _TOLD else ""
            end = (0, values[0]) if backwards else (last, values[-1])
            ends[initializer.removeprefix("Normal ").removesuffix(" normal") + told] = end
        if across and activation == "sigmoid":
            values = [across[layer] for layer in layers]
            ax.plot(places, values, color=colors[0], linestyle=":")
            ends["σ = 0.01,\nfrom point\nto point"] = (last, values[-1])
            colors.append(colors[0])
        name_lines(ax, ends, colors, left=backwards)
        ax.set_title(activation)
        ax.set_xticks(places, layers)
        low, high = ax.get_xlim()
        ends_of_arrow = [(place - low) / (high - low) for place in (0, last)]
        _arrow_below(ax, ends_of_arrow, backwards, quantity)
    axes[0].set_ylabel(f"σ of the {_WORDS[quantity]}s (log scale)")
    return figure


def _arrow_below(ax: Any, ends: Sequence[float], backwards: bool, quantity: str) -> None:
    """Under the names of the layers, which way the signal goes."""
    font, color = plt.rcParams["font.size"], COLORS[quantity]
    start, end = reversed(ends) if backwards else ends
    ax.annotate(
        "", (end, -0.1), (start, -0.1), xycoords="axes fraction", annotation_clip=False,
        arrowprops={"arrowstyle": "-|>", "color": color, "lw": 0.13 * font, "shrinkA": 0,
                    "shrinkB": 0, "mutation_scale": 1.3 * font},
    )  # fmt: skip
    word = "backwards" if backwards else "forwards"
    ax.annotate(
        word, ((start + end) / 2, -0.115), xycoords="axes fraction", ha="center", va="top",
        color=color, fontsize=0.9 * font,
    )  # fmt: skip


def grid_alt(name: str, short: str) -> str:
    """The text for who cannot see the grid of a quantity."""
    cells = "; ".join(
        f"{row} with {column} {{{network_name(row, column)}_{short}[h1]:.1e}} to "
        f"{{{network_name(row, column)}_{short}[h5]:.1e}}"
        for row in ACTIVATIONS
        for column in INITIALIZERS
    )
    return (
        "Three panels, one for each activation, on one logarithmic axis: a line for each "
        f"initialization, the standard deviation of the {name} by layer. From h1 to h5: {cells}."
    )


def across_alt(short: str) -> str:
    """The same of the dotted line in sigmoid's panel."""
    return (
        f" A dotted line for sigmoid with Normal σ = 0.01, from point to point: "
        f"{{sigmoid_across_{short}[h1]:.1e}} to {{sigmoid_across_{short}[h5]:.0e}}."
    )


def same_for_every_point(short: str) -> Claim:
    """Sigmoid's line that looks kept is no signal."""
    return Claim(
        f"sigmoid_across_{short}.last_over_first",
        "<",
        1e-3,
        "sigmoid with Normal σ = 0.01: from point to point a unit changes in h5 by under "
        "{percent:g} % of what it does in h1",
    )


def collapses(cell: str, words: str) -> Claim:
    """With weights that are too small nothing is left in h5."""
    return Claim(
        f"{cell}.last_over_first",
        "<",
        1e-3,
        f"{words} with Normal σ = 0.01 collapse: std in h5 under {{percent:g}} % of h1's",
    )


def is_kept(cell: str, words: str) -> Claim:
    """Where activation and initializer fit, h5 is as wide as h1."""
    return Claim(
        f"{cell}.last_over_first",
        "within",
        (0.5, 2),
        f"{words} are kept: std in h5 between half and twice h1's",
    )
