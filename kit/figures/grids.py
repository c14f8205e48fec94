"""Activations against initializers at one glance: nine BLOCK networks before training."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import HIDDEN, Lab, layer_facts
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["ACTIVATIONS", "FIGURES", "INITIALIZERS"]

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
INITIALIZERS: dict[str, Any] = {
    "Normal σ = 0.01": 0.01,
    "Glorot normal": "glorot_normal",
    "He normal": "he_normal",
}
SHORT = {"Normal σ = 0.01": "normal", "Glorot normal": "glorot", "He normal": "he"}


def _measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
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
                facts[f"{row.lower()}_{SHORT[column]}_{name}"] = {
                    **by_layer[name],
                    "last_over_first": last / first,
                }
    return grid, facts


def _grid(
    quantity: str,
    name: str,
    title: str,
    share: str,
    short: str,
    caption: str,
    claims: tuple[Claim, ...],
) -> LectureFigure:
    def draw(grid: Any, facts: Facts) -> Any:
        from kit.plots import compare

        return compare(grid, quantity, share=share, title=title)

    cells = "; ".join(
        f"{row} with {column} {{{row.lower()}_{SHORT[column]}_{short}[h1]:.1e}} to "
        f"{{{row.lower()}_{SHORT[column]}_{short}[h5]:.1e}}"
        for row in ACTIVATIONS
        for column in INITIALIZERS
    )
    return LectureFigure(
        id=f"init-grid-{name}",
        topic="initialization",
        title=title,
        lectures=("Makhmutova", "Olteanu"),
        measure=_measure,
        draw=draw,
        caption=f"BLOCK before training, 1,000 points of the ball. {caption}",
        alt=f"Nine panels of violins by layer. Standard deviation of the {name} from h1 to h5: "
        f"{cells}.",
        claims=claims,
        seeds=(1, 2, 3, 4, 5),
    )


def _ratio(cell: str) -> Any:
    return lambda facts: facts[cell]["last_over_first"]


def _collapses(cell: str, words: str) -> Claim:
    return Claim(
        f"{words} with Normal σ = 0.01 collapse: std in h5 under 0.1 % of h1's",
        lambda f: _ratio(cell)(f) < 1e-3,
    )


def _kept(cell: str, words: str) -> Claim:
    return Claim(
        f"{words} are kept: std in h5 between half and twice h1's",
        lambda f: 0.5 < _ratio(cell)(f) < 2,
    )


def _vanishes(initializer: str, times: float, words: str) -> Claim:
    return Claim(
        f"sigmoid's gradient vanishes with {initializer}: std in h1 under {words} of h5's",
        lambda f: _ratio(f"sigmoid_{SHORT[initializer]}_g_std")(f) > times,
    )


def _flat(cell: str, words: str) -> Claim:
    return Claim(
        f"{words}: gradients within a factor of 10 over the layers",
        lambda f: max(f[cell][n] for n in HIDDEN) < 10 * min(f[cell][n] for n in HIDDEN),
    )


FIGURES = (
    _grid(
        "z",
        "z",
        "Z-values: the initialization has to fit the activation",
        "all",
        "z_std",
        "With Normal σ = 0.01 the std of z falls to {tanh_normal_z_std[h5]:.0e} (tanh) and "
        "{relu_normal_z_std[h5]:.0e} (ReLU) in h5. Glorot keeps them for tanh "
        "({tanh_glorot_z_std[h1]:.2f} to {tanh_glorot_z_std[h5]:.2f}), He for ReLU "
        "({relu_he_z_std[h1]:.2f} to {relu_he_z_std[h5]:.2f}).",
        (
            _collapses("tanh_normal_z_std", "tanh's Z-values"),
            _collapses("relu_normal_z_std", "ReLU's Z-values"),
            _kept("tanh_glorot_z_std", "tanh's Z-values with Glorot"),
            _kept("relu_he_z_std", "ReLU's Z-values with He"),
            Claim(
                "ReLU's Z-values with Glorot shrink: std in h5 under half of h1's",
                lambda f: _ratio("relu_glorot_z_std")(f) < 0.5,
            ),
        ),
    ),
    _grid(
        "activation",
        "activations",
        "Activations: collapsed with σ = 0.01, kept where the two fit",
        "row",
        "a_std",
        "With Normal σ = 0.01 sigmoid's activations stay near 0.5 (std "
        "{sigmoid_normal_a_std[h5]:.2g} in h5), and those of tanh and ReLU fall to "
        "{tanh_normal_a_std[h5]:.0e} and {relu_normal_a_std[h5]:.0e}. Glorot keeps tanh's at "
        "{tanh_glorot_a_std[h5]:.2f}, He ReLU's at {relu_he_a_std[h5]:.2f}.",
        (
            Claim(
                "sigmoid's activations with Normal σ = 0.01 stay near 0.5: std under 0.02",
                lambda f: max(f["sigmoid_normal_a_std"][n] for n in HIDDEN) < 0.02,
            ),
            _collapses("tanh_normal_a_std", "tanh's activations"),
            _collapses("relu_normal_a_std", "ReLU's activations"),
            _kept("tanh_glorot_a_std", "tanh's activations with Glorot"),
            _kept("relu_he_a_std", "ReLU's activations with He"),
        ),
    ),
    _grid(
        "gradient",
        "gradients",
        "Gradients: with sigmoid they vanish, whatever the initialization",
        "all",
        "g_std",
        "With sigmoid the gradient's std in h5 is {sigmoid_normal_g_std[last_over_first]:.0e} "
        "(Normal), {sigmoid_glorot_g_std[last_over_first]:.0e} (Glorot) and "
        "{sigmoid_he_g_std[last_over_first]:.0e} (He) times that in h1. With tanh and Glorot it is "
        "{tanh_glorot_g_std[h1]:.1e} in h1 and {tanh_glorot_g_std[h5]:.1e} in h5, with ReLU and He "
        "{relu_he_g_std[h1]:.1e} and {relu_he_g_std[h5]:.1e}.",
        (
            _vanishes("Normal σ = 0.01", 1e6, "1e-6"),
            _vanishes("Glorot normal", 10, "a tenth"),
            _vanishes("He normal", 10, "a tenth"),
            _flat("tanh_glorot_g_std", "tanh with Glorot"),
            _flat("relu_he_g_std", "ReLU with He"),
        ),
    ),
)
