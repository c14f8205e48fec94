"""How deep a tanh network trains, by the width of its weights, beside how far an input gets.

Weights have the variance σ_w²/inputs, biases 0.05; a softmax at the end, plain gradient descent
with one rate for all. Some steps later it is counted how many of its own digits a network reads.
Theory has ξ, the layers over which the difference of two inputs fades 2.7-fold, and the experiment
is that of S. Schoenholz et al., "Deep information propagation" (2017), figure 5, who found that
networks deeper than 6 ξ did not train. In NumPy, where this takes a seventh of the time of
`train_together`, which traces every layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke
from scipy.interpolate import PchipInterpolator
from scipy.stats import rankdata

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import block_of
from kit.figures.overfitting._dropping import few_digits
from kit.figures.theory._two_inputs import SIGMA_B, SIGMA_W
from kit.plots.margins import write_note
from kit.stats import mean_field

__all__ = ["BIAS_STD", "CRITICAL_STD", "DEPTHS_TRAINED", "WEIGHT_STDS", "deep_start"]
__all__ += ["deepest_trained", "depth_scales", "draw_trained", "measure_trained"]
__all__ += ["rank_correlation", "train_at_depths", "train_deep_nets"]

BIAS_STD = 0.05**0.5

CRITICAL_STD = 1.327
"""σ_w on the critical line; a test holds it against `critical_line`."""

WEIGHT_STDS = (1.0, 1.15, CRITICAL_STD, 1.5, 1.75, 2.0, 2.5, 3.0)
"""σ_w of the networks."""

DEPTHS_TRAINED = (4, 8, 14, 22, 32, 48)

_WIDE, _DIGITS, _BATCH, _EPOCHS, _RATE, _SEEDS, _ENOUGH = 64, 200, 20, 15, 0.02, 3, 0.5


def deep_start(seed: int, depth: int, inputs: int) -> list[np.ndarray]:
    """Kernels (σ, inputs, units) and biases (σ, 1, units) in turn, of a network for each σ_w.

    All have the same draws, times their σ; the output, of 10 units, has σ_w = 1 and no biases.
    """
    rng = np.random.default_rng([seed, depth])
    sigma = np.array(WEIGHT_STDS)[:, None, None]
    found = []
    for layer in range(depth):
        a = inputs if layer == 0 else _WIDE
        found.append(sigma * rng.normal(0, a**-0.5, size=(a, _WIDE)))
        found.append(np.repeat(rng.normal(0, BIAS_STD, size=(1, 1, _WIDE)), len(sigma), axis=0))
    out = rng.normal(0, _WIDE**-0.5, size=(1, _WIDE, 10))
    found += [np.repeat(out, len(sigma), axis=0), np.zeros((len(sigma), 1, 10))]
    return [one.astype(np.float32) for one in found]


def _forward(
    x: np.ndarray, weights: Sequence[np.ndarray], shortcut: bool
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What each layer is given, the output's z last; and each layer's tanh."""
    given, bent = [x], []
    for layer in range(len(weights) // 2 - 1):
        z = given[-1] @ weights[2 * layer]
        z += weights[2 * layer + 1]
        bent.append(np.tanh(z, out=z))
        given.append(z + given[-1] if shortcut and layer else z)
    return [*given, given[-1] @ weights[-2] + weights[-1]], bent


def train_deep_nets(
    x: np.ndarray,
    y: np.ndarray,
    weights: Sequence[np.ndarray],
    orders: np.ndarray,
    *,
    rate: float = _RATE,
    batch: int = _BATCH,
    shortcut: bool = False,
) -> np.ndarray:
    """Train a stack of networks, whose weights are changed in place; how many digits each reads.

    Parameters
    ----------
    x, y
        Digits (networks, n, inputs) and labels (networks, n).
    weights
        Kernels (networks, inputs, units) and biases (networks, 1, units) in turn.
    orders
        (epochs, n): which digits are taken, batch after batch.
    rate, batch
        Of plain gradient descent on the mean cross-entropy.
    shortcut
        Whether what a hidden layer was given is added to its tanh, but in the first.

    Returns
    -------
    ndarray
        Shares of the digits that are read rightly, (networks,).
    """
    targets = np.eye(10, dtype=np.float32)[y]
    for order in orders:
        for at in range(0, len(order), batch):
            some = order[at : at + batch]
            given, bent = _forward(x[:, some], weights, shortcut)
            out = given.pop()
            p = np.exp(out - out.max(axis=2, keepdims=True))
            delta = (p / p.sum(axis=2, keepdims=True) - targets[:, some]) / len(some)
            back = delta @ weights[-2].swapaxes(1, 2)
            _step(weights, -2, given[-1], delta, rate)
            for layer in reversed(range(len(bent))):
                delta = back * (1 - bent[layer] ** 2)
                if layer:
                    through = delta @ weights[2 * layer].swapaxes(1, 2)
                    back = through + back if shortcut else through
                _step(weights, 2 * layer, given[layer], delta, rate)
    answers = _forward(x, weights, shortcut)[0][-1].argmax(axis=2)
    return np.asarray((answers == y).mean(axis=1))


def _step(
    weights: Sequence[np.ndarray], at: int, a: np.ndarray, delta: np.ndarray, rate: float
) -> None:
    slope = a.swapaxes(1, 2) @ delta
    slope *= rate
    weights[at][...] -= slope
    weights[at + 1][...] -= rate * delta.sum(axis=1, keepdims=True)


def train_at_depths(first: int, shortcut: bool) -> dict[str, Any]:
    """Shares of digits read, (σ_w, depths), for each seed of a block of three; facts of the data.

    Each seed has digits and starts of its own. Pixels are taken less their mean, and divided by one
    number, so that their mean square is 1.
    """
    images, labels, _, _, facts = few_digits()
    seeds, found = block_of(first, _SEEDS), []
    rngs = [np.random.default_rng([seed, 5]) for seed in seeds]
    places = [rng.choice(len(images), _DIGITS, replace=False) for rng in rngs]
    x, y = np.stack([images[one] for one in places]), np.stack([labels[one] for one in places])
    x = x - x.mean(axis=1, keepdims=True)
    x /= np.sqrt((x**2).mean(axis=(1, 2), keepdims=True))
    x, y = (np.repeat(one, len(WEIGHT_STDS), axis=0) for one in (x, y))
    orders = np.stack([rngs[0].permutation(_DIGITS) for _ in range(_EPOCHS)])
    for depth in DEPTHS_TRAINED:
        starts = [deep_start(seed, depth, x.shape[2]) for seed in seeds]
        weights = [np.concatenate(one) for one in zip(*starts, strict=True)]
        read = train_deep_nets(x, y, weights, orders, shortcut=shortcut)
        found.append(read.reshape(len(seeds), -1))
    each = np.stack(found, axis=2)
    return {"read": dict(zip(seeds, each, strict=True)), "source": facts["source"]}


def depth_scales() -> dict[str, np.ndarray]:
    """ξ for each σ_w, infinite for the critical one; and many σ_w, with ξ as a curve."""
    between = (1.08, 1.24)  # on the other side the curve leaves the picture
    known = {
        s: 0.0 if s == CRITICAL_STD else 1 / mean_field("tanh", s, BIAS_STD).xi_c
        for s in sorted(WEIGHT_STDS + between)
    }
    curve = np.linspace(WEIGHT_STDS[0], WEIGHT_STDS[-1], 201)
    inverse = PchipInterpolator(list(known), list(known.values()))(curve)
    with np.errstate(divide="ignore"):
        xi = 1 / np.array([known[s] for s in WEIGHT_STDS])
        return {"xi": xi, "curve": curve, "xi_curve": 1 / np.maximum(inverse, 1e-9)}


def deepest_trained(read: np.ndarray) -> np.ndarray:
    """For each σ_w the depth at which half of the digits are read, (σ_w,).

    Between two depths by a straight line over the logarithm of the depth; where it is beyond the
    depths that were tried, the last of them.
    """
    logs, found = np.log(DEPTHS_TRAINED), []
    for row in read:
        good = np.flatnonzero(row >= _ENOUGH)
        k = int(good[-1]) if len(good) else 0
        share = 0.0
        if len(good) and k + 1 < len(row):
            share = float((row[k] - _ENOUGH) / (row[k] - row[k + 1]))
        found.append(float(np.exp(logs[k] + share * (logs[min(k + 1, len(row) - 1)] - logs[k]))))
    return np.array(found)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's; 0 where all of one are equal."""
    ranks = [rankdata(one) - (len(a) + 1) / 2 for one in (a, b)]
    sizes = [float(one @ one) for one in ranks]
    return float(ranks[0] @ ranks[1] / np.sqrt(sizes[0] * sizes[1])) if min(sizes) else 0.0


def measure_trained(lab: Lab, seed: int, shortcut: bool) -> tuple[Any, Facts]:
    """What was read in each cell, and by σ_w the deepest that trains, beside ξ."""
    found = lab.run(train_at_depths, first=block_of(seed, _SEEDS)[0], shortcut=shortcut)
    scales = lab.run(depth_scales)
    seeds, xi = lab.seeds(seed, of=_SEEDS), scales["xi"]
    read = np.median([found["read"][one] for one in seeds], axis=0)
    deepest = np.median([deepest_trained(found["read"][one]) for one in seeds], axis=0)
    factors = deepest / xi  # 0 for the critical one
    wide = np.array(WEIGHT_STDS)
    sides = {"ordered": wide < CRITICAL_STD, "chaotic": wide > CRITICAL_STD}
    beyond = np.array(DEPTHS_TRAINED) > 6 * xi[:, None]
    facts: Facts = {
        "source": found["source"],
        "networks": len(seeds),
        "units": _WIDE,
        "digits": _DIGITS,
        "steps": _EPOCHS * (_DIGITS // _BATCH),
        "rate": _RATE,
        "sigma": CRITICAL_STD,
        "most": DEPTHS_TRAINED[-1],
        "deepest": {f"w{s:g}": float(one) for s, one in zip(wide, deepest, strict=True)},
        "xi": {f"w{s:g}": float(one) for s, one in zip(wide, xi, strict=True)
               if np.isfinite(one)},
        "rank": rank_correlation(deepest, xi),
        "off_line": abs(float(wide[deepest.argmax()]) - CRITICAL_STD),
        "factor": float(np.median(factors[wide != CRITICAL_STD])),
        "beyond": float((read[beyond] >= _ENOUGH).mean()),
    }  # fmt: skip
    facts |= {name: float(np.median(factors[side])) for name, side in sides.items()}
    data = {"read": read, "deepest": deepest, "curve": scales["curve"]}
    data["curves"] = {
        "6 ξ": 6 * scales["xi_curve"],
        f"{facts['factor']:.1f} ξ": facts["factor"] * scales["xi_curve"],
    }
    return data, facts


def draw_trained(data: Any, facts: Any) -> Any:
    """How much is read in each cell, the depth at which it is half, and multiples of ξ."""
    figure, ax = plt.subplots()
    x, y = _edges(np.array(WEIGHT_STDS)), np.exp(_edges(np.log(DEPTHS_TRAINED)))
    mesh = ax.pcolormesh(x, y, data["read"].T, cmap="cividis", vmin=0, vmax=1)
    bar = figure.colorbar(mesh, ax=ax, pad=0.08, ticks=[0, 0.5, 1])
    bar.set_label(f"{facts['digits']} digits read right")
    bar.ax.set_yticklabels(["0%", "50%", "100%"])
    outline = [withStroke(linewidth=7, foreground="black")]
    for (name, curve), dash in zip(data["curves"].items(), ((0, (1, 1)), "-"), strict=True):
        ax.plot(data["curve"], curve, color="white", ls=dash, lw=3.5, path_effects=outline)
        ax.text(x[-1] + 0.04, curve[-1], name, va="center", fontweight="bold")
    ax.plot(WEIGHT_STDS, data["deepest"], "o", color="white", mec="black", mew=2.5, ms=14,
            clip_on=False, zorder=5)  # fmt: skip
    for at, side in ((1.09, "ordered"), (1.4, "critical"), (2.3, "chaotic")):
        ax.text(at, 1.02 * y[-1], side, ha="center", va="bottom", fontweight="bold")
    ax.set(yscale="log", xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    ax.set_yticks(DEPTHS_TRAINED, [str(depth) for depth in DEPTHS_TRAINED])
    ax.set_xticks(WEIGHT_STDS, [f"{s:.3g}" for s in WEIGHT_STDS])
    ax.minorticks_off()
    ax.grid(visible=False)
    ax.set_xlabel(f"weights: {SIGMA_W} = σ·√units")
    ax.set_ylabel("hidden layers (log scale)")
    write_note(
        figure,
        f"After {facts['steps']} steps; medians of {facts['networks']} networks. Circles: half of "
        f"the digits. Lines: multiples of theory's ξ. {SIGMA_B} = √0.05.",
    )
    return figure


def _edges(middles: np.ndarray) -> np.ndarray:
    """Where cells about places begin and end."""
    half = np.diff(middles) / 2
    inner = middles[:-1] + half
    return np.concatenate([[middles[0] - half[0]], inner, [middles[-1] + half[-1]]])
