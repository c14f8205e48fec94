"""Nine BLOCK networks before training, activations against initializers at one glance."""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Lab
from kit.catalogue.block_experiments import HIDDEN, layer_facts
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name

NINE_BLOCKS = (
    "Nine times BLOCK, our network of five hidden layers of 100 units, before training, on the "
    "ball data. "
)


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
    wide = layer_facts(lab.probe_block("sigmoid", 1.0, seed))["g_std"]
    facts["sigmoid_wide_g"] = wide["h5"] / wide["h1"]
    return grid, facts


def grid_alt(name: str, short: str) -> str:
    """The text for who cannot see the grid of a quantity."""
    cells = "; ".join(
        f"{row} with {column} {{{network_name(row, column)}_{short}[h1]:.1e}} to "
        f"{{{network_name(row, column)}_{short}[h5]:.1e}}"
        for row in ACTIVATIONS
        for column in INITIALIZERS
    )
    return (
        f"Nine panels of violins by layer. Standard deviation of the {name} from h1 to h5: {cells}."
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
