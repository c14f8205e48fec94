"""The plane of σ_w and σ_b: deep tanh networks on both sides of the line χ = 1.

W of a layer has the variance σ_w²/units, b has σ_b². Measured are, between two layers deep inside a
network, by how much each layer multiplies delta on its way back, and the distance of two close
inputs on their way forwards; the line is theory's (`kit.stats.theory`).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE
from kit.figures.theory._two_inputs import SIGMA_B, SIGMA_W
from kit.figures.vanishing._deep import SLOPED
from kit.plots.margins import write_note
from kit.plots.styling import series_styles
from kit.stats import second_moment, slope_moment

__all__ = ["BIAS_WIDTHS", "LECTURED", "WEIGHT_WIDTHS", "draw_phases", "line_of_phases"]
__all__ += ["measure_phases", "measured_growth"]

WEIGHT_WIDTHS = np.geomspace(0.1, 10, 16)  # none of them on the line
BIAS_WIDTHS = np.array([0.0, 0.3, 0.6, 1.0, 1.5, 2.0])

LECTURED = {"narrow": 0.1, "glorot": 1.0, "wide": 10.0}
"""σ_w of N(0.01), N(0.1) and Glorot, and N(1) for layers of 100 units; all biases 0."""

_UNITS, _FROM, _TO, _INPUTS, _NEAR = 200, 10, 30, 4, 1e-6


def measured_growth(seed: int, activation: str, units: int = _UNITS) -> dict[str, np.ndarray]:
    """Factors a layer, from layer 10 to 30: of delta backwards, of a small distance forwards.

    Parameters
    ----------
    seed
        Of inputs, weights and biases; all networks have the same draws, times their σ.
    activation
        A key of `SLOPED`, or ``"linear"``.
    units
        Of each layer.

    Returns
    -------
    dict
        ``delta``, ``distance``: (widths of biases, widths of weights); ``lectured``: delta for the
        lectures' three, which have no biases.
    """
    rng = np.random.default_rng(seed)
    linear = activation == "linear"
    f, slope = (lambda z: z, np.ones_like) if linear else SLOPED[activation]
    pairs = [(b, w) for b in BIAS_WIDTHS for w in WEIGHT_WIDTHS]
    sigma_b, sigma_w = np.array([*pairs, *((0.0, w) for w in LECTURED.values())]).T[..., None, None]
    draws = [(rng.normal(0, units**-0.5, (units, units)), rng.normal(size=units))
             for _ in range(_TO)]  # fmt: skip
    x = rng.normal(size=(_INPUTS, units))
    near = x + _NEAR * rng.normal(size=x.shape)
    a = np.broadcast_to(np.concatenate([x, near]), (len(sigma_w), 2 * _INPUTS, units))
    slopes, distance = [], []
    for w, b in draws:
        z = sigma_w * (a @ w) + sigma_b * b
        distance.append(_size(z[:, :_INPUTS] - z[:, _INPUTS:]))
        slopes.append(slope(z[:, :_INPUTS]))
        a = f(z)
    delta = rng.normal(size=(_INPUTS, units)) * slopes[-1]
    first = _size(delta)
    for layer in range(_TO - 1, _FROM - 1, -1):
        delta = sigma_w * (delta @ draws[layer][0].T) * slopes[layer - 1]
    layers = _TO - _FROM
    grown = (_size(delta) / first) ** (1 / layers)
    apart = (distance[_TO - 1] / distance[_FROM - 1]) ** (1 / layers)
    shape = (len(BIAS_WIDTHS), len(WEIGHT_WIDTHS))
    return {
        "delta": grown[: len(pairs)].reshape(shape),
        "distance": apart[: len(pairs)].reshape(shape),
        "lectured": grown[len(pairs) :],
    }


def _size(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((values**2).mean(axis=(1, 2))))


def line_of_phases() -> tuple[np.ndarray, np.ndarray]:
    """Widths of biases, and the width of weights for which χ = 1, one for each q that z can keep.

    σ_w² = 1/∫Dz f′², by χ = 1, and σ_b² = q - σ_w² ∫Dz f², by which q stays.
    """
    q = np.concatenate([[0.0], np.geomspace(1e-7, 14, 400)])
    gain = 1 / slope_moment("tanh", q)
    return np.sqrt(np.maximum(q - gain * second_moment("tanh", q), 0.0)), np.sqrt(gain)


def _crossing(growth: np.ndarray) -> float:
    """The width at which delta stops to vanish: where a straight line in logarithms is 1."""
    above = int(np.argmax(growth > 1))
    x, y = np.log(WEIGHT_WIDTHS[above - 1 : above + 1]), np.log(growth[above - 1 : above + 1])
    return float(np.exp(x[0] - y[0] * (x[1] - x[0]) / (y[1] - y[0])))


def measure_phases(lab: Lab, seed: int, activation: str) -> tuple[Any, Facts]:
    """Networks and the line; the shares on the side that theory says, and where delta turns."""
    seeds = lab.seeds(seed, of=DENSE)
    each = [lab.run(measured_growth, seed=one, activation=activation) for one in seeds]
    median = {name: np.median([one[name] for one in each], axis=0) for name in each[0]}
    sigma_b, sigma_w = line_of_phases()
    line = np.interp(BIAS_WIDTHS, sigma_b, sigma_w)
    keys = [f"b{b:g}" for b in BIAS_WIDTHS]
    chaotic = line[:, None] < WEIGHT_WIDTHS
    at = [_crossing(row) for row in median["delta"]]
    with_biases = list(zip(keys, at, line, strict=True))[1:]  # without, χ stays at 1 for a while
    facts: Facts = {
        "networks": len(seeds),
        "units": _UNITS,
        "points": chaotic.size,
        "layers": [_FROM, _TO],
        "right": float((chaotic == (median["delta"] > 1)).mean()),
        "apart_right": float((chaotic == (median["distance"] > 1)).mean()),
        "line": dict(zip(keys, map(float, line), strict=True)),
        "turns": {k: one for k, one, _ in with_biases},
        "over_line": {k: one / float(way) for k, one, way in with_biases},
        "lectured": dict(zip(LECTURED, map(float, median["lectured"]), strict=True)),
    }
    return {"line": (sigma_b, sigma_w), "delta": median["delta"]}, facts


def draw_phases(data: Any, facts: Any) -> Any:
    """The line, the two sides of it, networks as triangles, the lectures' initializations."""
    figure, ax = plt.subplots()
    (blue, orange), ink = series_styles(2), plt.rcParams["text.color"]
    sigma_b, sigma_w = data["line"]
    ax.set(xscale="log", xlim=(0.075, 14), ylim=(-0.42, 2.3))
    ax.plot(sigma_w, sigma_b, color=ink, lw=4)
    ax.fill_betweenx(sigma_b, 0.01, sigma_w, color=blue["color"], alpha=0.13, lw=0)
    ax.fill_betweenx(sigma_b, sigma_w, 100, color=orange["color"], alpha=0.13, lw=0)
    b, w = np.meshgrid(BIAS_WIDTHS, WEIGHT_WIDTHS, indexing="ij")
    grows = data["delta"] > 1
    for some, look, mark in ((~grows, blue, "v"), (grows, orange, "^")):
        ax.plot(w[some], b[some], mark, color=look["color"], ms=10, ls="", zorder=3)
    ax.plot(list(LECTURED.values()), [0] * 3, "*", color=ink, ms=26, zorder=4, clip_on=False)
    names = ("N(0.01)", "N(0.1), Glorot", "N(1)")
    for at, name in zip(LECTURED.values(), names, strict=True):
        ax.text(at, -0.13, name, ha="center", va="top", fontweight="bold")
    told: Any = {"ha": "center", "va": "center", "linespacing": 1.3}
    ax.text(0.36, 1.25, "ordered: inputs become alike,\ngradients vanish ▼", **told,
            color=blue["color"], fontweight="bold")  # fmt: skip
    ax.text(5.2, 1.25, "chaotic: they part,\ngradients explode ▲", **told, color=orange["color"],
            fontweight="bold")  # fmt: skip
    ax.text(2.6, 2.13, "χ = 1", va="center")
    ax.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
    ax.xaxis.minorticks_off()
    ax.set_xlabel(f"weights: {SIGMA_W} = σ·√units (log scale)")
    ax.set_ylabel(f"biases: {SIGMA_B}")
    ax.set_yticks([0, 0.5, 1, 1.5, 2])
    write_note(figure, f"Triangles: delta grows or falls, median of {facts['networks']} networks.")
    return figure
