"""The lecture's 11 panels: what BLOCK looks like inside before training.

Activation and initializer against Z-values, weights, activations and gradients of h1 to h5. The
claims hold what the lecture says of each panel.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from kit.catalogue.lab import HIDDEN, Lab, layer_facts, saturated
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
SEEDS = (1, 2, 3, 4, 5)


def _panel(
    activation: str,
    initializer: Any,
    name: str,
    words: str,
    message: str,
    caption: str,
    claims: tuple[Claim, ...],
) -> LectureFigure:
    def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
        snapshot = lab.probe_block(activation, initializer, seed)
        return snapshot, _facts(snapshot, activation)

    def draw(snapshot: Any, facts: Facts) -> Any:
        from kit.plots import layer_panel

        return layer_panel(snapshot, title=title)

    shown = {"relu": "ReLU"}.get(activation, activation)
    title = f"{shown} · {words} · epoch 0: {message}"
    return LectureFigure(
        id=f"init-{activation}-{name}",
        topic="initialization",
        title=title,
        lectures=("Makhmutova",),
        measure=measure,
        draw=draw,
        caption=f"BLOCK with {shown} and {words} weights before training, 1,000 points of the "
        f"10-dimensional ball. {caption}",
        alt=f"Four groups of violins for the layers h1 to h5 of a network with {shown} and "
        f"{words} weights. Standard deviation from h1 to h5: Z-values {_each('z_std')}; "
        f"weights {_each('w_std')}; activations {_each('a_std')}; gradients {_each('g_std')}.",
        claims=claims,
        seeds=SEEDS,
    )


def _each(fact: str) -> str:
    return ", ".join(f"{{{fact}[{layer}]:.2g}}" for layer in HIDDEN)


def _facts(snapshot: Any, activation: str) -> Facts:
    facts: Facts = dict(layer_facts(snapshot))
    facts["loss"] = snapshot.loss
    if activation in RANGES:
        facts["saturated"] = saturated(snapshot, *RANGES[activation])
    z, a, w, g = (list(facts[name].values()) for name in ("z_std", "a_std", "w_std", "g_std"))
    facts["g_last_over_first"] = g[-1] / g[0]
    facts["g_first_over_last"] = g[0] / g[-1]
    facts["g_spread"] = max(g) / min(g)
    facts["z_spread"] = max(z) / min(z)
    facts["z_last_over_first"] = z[-1] / z[0]
    facts["a_last_over_first"] = a[-1] / a[0]
    facts["w_over_g"] = {n: ws / gs for n, ws, gs in zip(HIDDEN, w, g, strict=True)}
    facts["w_over_g_later"] = sum(list(facts["w_over_g"].values())[1:]) / 4
    return facts


def _ascending(values: dict[str, float]) -> bool:
    return all(before < after for before, after in itertools.pairwise(values.values()))


def _descending(values: dict[str, float]) -> bool:
    return _ascending(dict(reversed(values.items())))


def _later(values: dict[str, float]) -> list[float]:
    return list(values.values())[1:]


def _all(fact: str, test: Callable[[float], bool]) -> Callable[[Facts], bool]:
    return lambda facts: all(test(value) for value in facts[fact].values())


VANISHING_STEPS = Claim(
    "the gradient's std falls at every layer on the way back from h5 to h1",
    lambda f: _ascending(f["g_std"]),
)
BINARY = Claim(
    "binary mode: over half of the activations of h2 to h5 are within 5 % of an end",
    lambda f: min(_later(f["saturated"])) > 0.5,
)
NOT_BINARY = Claim(
    "not in binary mode: under 1 % of the activations are within 5 % of an end",
    _all("saturated", lambda share: share < 0.01),
)
SIMILAR_GRADIENTS = Claim(
    "gradients similar along all layers: largest std under 10 times the smallest",
    lambda f: f["g_spread"] < 10,
)
SIMILAR_Z = Claim(
    "Z-values similar along all layers: largest std under 2 times the smallest",
    lambda f: f["z_spread"] < 2,
)
SHRINKING = Claim(
    "some shrinkage: Z-values and activations have a smaller std in h5 than in h1",
    lambda f: f["z_last_over_first"] < 1 and f["a_last_over_first"] < 1,
)
WITHIN_ONE = Claim(
    "Z-values mostly in (-1, 1): at most 5 % beyond, in every layer",
    _all("beyond_1", lambda share: share <= 0.05),
)
HALF_ZERO = Claim(
    "about half of the activations are exactly 0: 30 % to 70 % in every layer",
    _all("zeros", lambda share: 0.3 <= share <= 0.7),
)
STABLE = (
    SIMILAR_Z,
    Claim(
        "the signal reaches h5: its Z-values have over half the std of h1's",
        lambda f: f["z_last_over_first"] > 0.5,
    ),
    SIMILAR_GRADIENTS,
    HALF_ZERO,
)
GLOROT_TANH = (SIMILAR_Z, SIMILAR_GRADIENTS, NOT_BINARY, SHRINKING)

SIMILAR_CAPTION = (
    "Z-values, activations and gradients are similar along all layers: the std of z goes from "
    "{z_std[h1]:.2f} to {z_std[h5]:.2f}, that of the gradients stays within a factor of "
    "{g_spread:.1f}."
)
STABLE_CAPTION = (
    "Twice Glorot's variance makes up for the half that ReLU sets to zero ({zeros[h1]:.0%} of "
    "h1, {zeros[h5]:.0%} of h5): the std of z is {z_std[h1]:.2f} in h1 and {z_std[h5]:.2f} in h5."
)

FIGURES = (
    _panel(
        "sigmoid",
        0.01,
        "normal-0.01",
        "Normal σ = 0.01",
        "gradients vanish",
        "Z-values and activations lie in a narrow range (std of z {z_std[h1]:.2g} to "
        "{z_std[h5]:.2g}, activations around {a_mean[h5]:.2f}). The gradient's std falls from "
        "{g_std[h5]:.1e} in h5 to {g_std[h1]:.1e} in h1: the first layers cannot learn.",
        (
            Claim(
                "Z-values in a narrow range: std at most 0.1 in every layer",
                _all("z_std", lambda std: std <= 0.1),
            ),
            Claim(
                "activations in a narrow range: std at most 0.02 in every layer",
                _all("a_std", lambda std: std <= 0.02),
            ),
            Claim(
                "vanishing: the gradient's std in h1 is under 1e-6 of h5's",
                lambda f: f["g_std"]["h1"] < 1e-6 * f["g_std"]["h5"],
            ),
            VANISHING_STEPS,
        ),
    ),
    _panel(
        "sigmoid",
        0.1,
        "normal-0.1",
        "Normal σ = 0.1",
        "gradients still vanish",
        "Ten times wider weights widen the Z-values (std {z_std[h1]:.2g} to {z_std[h5]:.2g}), but "
        "the gradient's std in h5 is still {g_last_over_first:,.0f} times that in h1.",
        (
            Claim(
                "vanishing: the gradient's std in h1 is under 1 % of h5's",
                lambda f: f["g_std"]["h1"] < 0.01 * f["g_std"]["h5"],
            ),
            VANISHING_STEPS,
            NOT_BINARY,
        ),
    ),
    _panel(
        "sigmoid",
        1.0,
        "normal-1",
        "Normal σ = 1",
        "binary mode",
        "Z-values have too wide a range (std {z_std[h1]:.2g} in h1, {z_std[h5]:.2g} in h5) and "
        "push the activations to the ends: {saturated[h5]:.0%} of h5's are within 0.05 of 0 or 1. "
        "Their mean is {a_mean[h5]:.2f}, not 0.",
        (
            Claim(
                "Z-values in too wide a range: std over 3 in h2 to h5",
                lambda f: min(_later(f["z_std"])) > 3,
            ),
            BINARY,
            Claim(
                "activations centred around 0.5: mean between 0.35 and 0.65 in every layer",
                _all("a_mean", lambda mean: 0.35 <= mean <= 0.65),
            ),
        ),
    ),
    _panel(
        "tanh",
        0.01,
        "normal-0.01",
        "Normal σ = 0.01",
        "everything shrinks",
        "Each layer makes the signal about ten times smaller: the std of z falls from "
        "{z_std[h1]:.1e} in h1 to {z_std[h5]:.1e} in h5, and no gradient's std is above "
        "{g_std[h1]:.1e}.",
        (
            Claim(
                "Z-values shrink at every layer",
                lambda f: _descending(f["z_std"]),
            ),
            Claim(
                "the signal collapses: the std of z in h5 is under 0.1 % of h1's",
                lambda f: f["z_last_over_first"] < 1e-3,
            ),
            Claim(
                "gradients are close to zero: std under 1e-6 in every layer",
                _all("g_std", lambda std: std < 1e-6),
            ),
        ),
    ),
    _panel(
        "tanh",
        0.1,
        "normal-0.1",
        "Normal σ = 0.1",
        "similar along all layers",
        "Z-values stay mostly in (-1, 1) and shrink a little (std {z_std[h1]:.2f} to "
        "{z_std[h5]:.2f}); gradients are similar along all layers. The weights' std is "
        "{w_over_g[h1]:.0f} times the gradients' in h1 and about {w_over_g_later:.0f} times in h2 "
        "to h5.",
        (
            SIMILAR_GRADIENTS,
            SIMILAR_Z,
            WITHIN_ONE,
            NOT_BINARY,
            SHRINKING,
        ),
    ),
    _panel(
        "tanh",
        1.0,
        "normal-1",
        "Normal σ = 1",
        "gradients explode",
        "On the way back the gradient's std grows from {g_std[h5]:.2g} in h5 to {g_std[h1]:.2g} in "
        "h1, {g_first_over_last:.0f} times. Z-values are too wide (std {z_std[h5]:.2g} in h5), and "
        "{saturated[h5]:.0%} of h5's activations are within 0.1 of -1 or 1.",
        (
            Claim(
                "exploding: the gradient's std grows at every layer on the way back",
                lambda f: _descending(f["g_std"]),
            ),
            Claim(
                "exploding: the gradient's std in h1 is over 10 times h5's",
                lambda f: f["g_first_over_last"] > 10,
            ),
            Claim(
                "Z-values in too wide a range: std over 3 in h2 to h5",
                lambda f: min(_later(f["z_std"])) > 3,
            ),
            BINARY,
        ),
    ),
    _panel(
        "tanh",
        "glorot_normal",
        "glorot-normal",
        "Glorot normal",
        "similar along all layers",
        SIMILAR_CAPTION,
        GLOROT_TANH,
    ),
    _panel(
        "tanh",
        "glorot_uniform",
        "glorot-uniform",
        "Glorot uniform",
        "similar along all layers",
        SIMILAR_CAPTION,
        GLOROT_TANH,
    ),
    _panel(
        "relu",
        "glorot_normal",
        "glorot-normal",
        "Glorot normal",
        "the signal shrinks",
        "ReLU sets half of the activations to zero ({zeros[h1]:.0%} of h1), and with them half of "
        "the variance: the std of z falls from {z_std[h1]:.2f} in h1 to {z_std[h5]:.2f} in h5.",
        (
            Claim(
                "shrinking: the std of z in h5 is under half of h1's",
                lambda f: f["z_last_over_first"] < 0.5,
            ),
            Claim(
                "shrinking: the std of z falls at every layer",
                lambda f: _descending(f["z_std"]),
            ),
            HALF_ZERO,
        ),
    ),
    _panel(
        "relu",
        "he_normal",
        "he-normal",
        "He normal",
        "stable",
        STABLE_CAPTION,
        STABLE,
    ),
    _panel(
        "relu",
        "he_uniform",
        "he-uniform",
        "He uniform",
        "stable",
        STABLE_CAPTION,
        STABLE,
    ),
)
