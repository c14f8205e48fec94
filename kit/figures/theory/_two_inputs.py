"""Two inputs on their way through random layers: how like each other they are in each.

The z of both have the second moment 1 in the first layer, and a given correlation, exactly; W of
each further layer has the variance σ_w²/units, b has σ_b². Theory: `kit.stats.theory` and
`kit.stats.kernels`.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.films import Animation, animate_steps
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles
from kit.stats import correlation_map, critical_line, mean_field, nonlinearity
from kit.stats.kernels import Kernel, through_activation, through_weights

__all__ = [
    "LIKE_AT_FIRST",
    "SIGMA_B",
    "SIGMA_W",
    "UNITS_OF_PAIR",
    "animate_pairs",
    "draw_pairs",
    "foretold_pairs",
]
__all__ += ["measure_two_inputs", "measured_pairs", "settings_of_pairs"]

LIKE_AT_FIRST = {"c1": 0.1, "c5": 0.5, "c9": 0.9}
"""Correlations of z in the first layer."""

UNITS_OF_PAIR = 1000

SIGMA_W, SIGMA_B = r"$\mathregular{σ_w}$", r"$\mathregular{σ_b}$"
"""As pictures have them; texts have σ_w and σ_b."""

_PAIR_LAYERS, _PAIR_BIAS, _PAIR_NETWORKS, _ORDERED = 20, 0.3, 5, 0.9


def settings_of_pairs(chaotic: float) -> dict[str, tuple[str, float, float]]:
    """By name: activation, σ_w and σ_b."""
    return {
        "ordered": ("tanh", _ORDERED, _PAIR_BIAS),
        "critical": ("tanh", critical_line("tanh", _PAIR_BIAS)[0], _PAIR_BIAS),
        "chaotic": ("tanh", chaotic, _PAIR_BIAS),
        "He": ("relu", 2**0.5, 0.0),
    }


def measured_pairs(seed: int, units: int, chaotic: float) -> dict[str, np.ndarray]:
    """Correlations of z in networks that were drawn, (pairs, layers) by setting.

    All settings have the same draws, times their σ.
    """
    rng = np.random.default_rng(seed)
    settings = settings_of_pairs(chaotic)
    both = np.linalg.qr(rng.normal(size=(units, 2)))[0].T * units**0.5
    c = np.array([1.0, *LIKE_AT_FIRST.values()])[:, None]
    start = c * both[0] + np.sqrt(1 - c**2) * both[1]  # (pairs + 1, units)
    z = dict.fromkeys(settings, start.astype(np.float32))
    found = {name: [_to_first(start)] for name in settings}
    for _ in range(1, _PAIR_LAYERS):
        w = rng.standard_normal((units, units), np.float32)
        b = rng.standard_normal(units, np.float32)
        a = [np.tanh(z[k]) if how[0] == "tanh" else np.maximum(z[k], 0)
             for k, how in settings.items()]  # fmt: skip
        sums = np.split(np.concatenate(a) @ w / np.float32(units**0.5), len(a))
        for one, (name, (_, sigma_w, sigma_b)) in zip(sums, settings.items(), strict=True):
            z[name] = np.float32(sigma_w) * one + np.float32(sigma_b) * b
            found[name].append(_to_first(z[name]))
    return {name: np.array(rows).T for name, rows in found.items()}


def _to_first(z: np.ndarray) -> np.ndarray:
    """Correlations of all other rows with the first one, about 0: as theory has them."""
    size = np.linalg.norm(z, axis=1)
    return np.asarray(z[1:] @ z[0] / (size[1:] * size[0]), np.float64)


def foretold_pairs(chaotic: float) -> dict[str, np.ndarray]:
    """The same of networks of endless width, and ``stays``: to which the chaotic one comes."""
    found = {"stays": np.array(mean_field("tanh", chaotic, _PAIR_BIAS).c)}
    c = np.array([1.0, *LIKE_AT_FIRST.values()])
    angles = np.arccos(c)
    start = Kernel(np.ones(len(c)), 1 - np.cos(angles[:, None] - angles), np.zeros(len(c)))
    for name, (activation, sigma_w, sigma_b) in settings_of_pairs(chaotic).items():
        kernel, rows = start, []
        for _ in range(_PAIR_LAYERS):
            rows.append(1 - kernel.away[0, 1:])
            passed = through_activation(kernel, nonlinearity(activation)).kernel
            kernel = through_weights(passed, sigma_w**2, sigma_b**2)
        found[name] = np.array(rows).T
    return found


def measure_two_inputs(lab: Lab, seed: int, units: int, chaotic: float) -> tuple[Any, Facts]:
    """Lines of theory and of networks, by setting; where they are at last, and how far apart."""
    seeds = lab.seeds(seed, of=_PAIR_NETWORKS)
    each = [lab.run(measured_pairs, seed=one, units=units, chaotic=chaotic) for one in seeds]
    theory = dict(lab.run(foretold_pairs, chaotic=chaotic))
    stays = float(theory.pop("stays"))
    lines = {name: np.array([one[name] for one in each]) for name in theory}
    middle = {name: np.median(values, axis=0) for name, values in lines.items()}
    facts: Facts = {"networks": len(seeds), "units": units, "layers": _PAIR_LAYERS}
    facts |= {"sigma_b": _PAIR_BIAS, "stays": stays}
    facts["sigma"] = {name: one[1] for name, one in settings_of_pairs(chaotic).items()}
    facts["off"] = max(float(np.abs(middle[name] - theory[name]).max()) for name in theory)
    facts["last"] = {
        name: dict(zip(LIKE_AT_FIRST, map(float, values[:, -1]), strict=True))
        for name, values in middle.items()
    }
    facts["apart"] = {name: float(np.ptp(values[:, -1])) for name, values in middle.items()}
    facts["he"] = {f"l{k + 1}": float(middle["He"][1, k]) for k in range(6)}
    facts["he_off"] = float(np.abs(middle["He"][1, :6] - _he_map(5)).max())
    return {"lines": lines, "theory": theory}, facts


def _he_map(steps: int) -> np.ndarray:
    """From 0.5, layer after layer of ReLU."""
    found = [0.5]
    for _ in range(steps):
        found.append(correlation_map("relu", found[-1]))
    return np.array(found)


def _titles(facts: Any) -> dict[str, str]:
    return {
        name: f"{name.capitalize()}: {SIGMA_W} = {facts['sigma'][name]:.2g}"
        for name in ("ordered", "critical", "chaotic")
    } | {"He": f"ReLU, He: {SIGMA_W} = √2, no biases"}


def draw_pairs(data: Any, facts: Any) -> Any:
    """A panel for each setting: correlation over the layers, theory's lines, measured points."""
    figure, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    layers = np.arange(1, _PAIR_LAYERS + 1)
    for ax, (name, title) in zip(axes.flat, _titles(facts).items(), strict=True):
        for k, look in enumerate(series_styles(len(LIKE_AT_FIRST))):
            values = data["lines"][name][:, k]
            ax.plot(layers, data["theory"][name][k], color=look["color"])
            draw_range(ax, layers, values, dict(look) | {"linestyle": ""})
        ax.set(title=title, ylim=(-0.05, 1.05), xlim=(0.5, _PAIR_LAYERS + 0.5))
    axes[0, 0].set(xticks=[1, 5, 10, 15, 20], yticks=[0, 0.5, 1])
    for ax in axes[:, 0]:
        ax.set_ylabel("correlation of z")
    for ax in axes[1]:
        ax.set_xlabel("layer")
    write_note(
        figure,
        f"Lines: theory. Points, bands: median, range of {facts['networks']} networks of "
        f"{facts['units']:,} units a layer. tanh has {SIGMA_B} = {facts['sigma_b']}.",
    )
    return figure


def animate_pairs(data: Any, facts: Any, **how: Any) -> Animation:
    """The film: inputs as arrows, whose angle to the first is that of their z, layer by layer."""
    figure, axes = plt.subplots(2, 2)
    looks, arrows = series_styles(len(LIKE_AT_FIRST)), []
    ink = plt.rcParams["text.color"]
    around = np.linspace(0, np.pi / 2, 91)
    for ax, (name, title) in zip(axes.flat, _titles(facts).items(), strict=True):
        ax.plot(np.cos(around), np.sin(around), color=plt.rcParams["grid.color"], lw=3)
        ax.plot([0, 1], [0, 0], color=ink, lw=5)
        middle = np.median(data["lines"][name], axis=0)
        lines = [
            ax.plot([], [], color=look["color"], marker=look["marker"], markevery=[1], ms=14, lw=4,
                    clip_on=False)[0]
            for look in looks
        ]  # fmt: skip
        arrows.append((middle, lines))
        ax.set(title=title, xlim=(-0.2, 1.1), ylim=(-0.08, 1.08), aspect="equal")
        ax.axis("off")

    def show(layer: int) -> None:
        for middle, lines in arrows:
            for c, line in zip(middle[:, layer], lines, strict=True):
                line.set_data([0, c], [0, max(1 - c * c, 0.0) ** 0.5])

    words = [f"layer {layer} of {_PAIR_LAYERS}" for layer in range(1, _PAIR_LAYERS + 1)]
    return animate_steps(figure, show, words, **how)
