"""The loss of a network between its own weights and the same ones with its units permuted."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

from kit.catalogue.over_seeds import DENSE, block_of, trained
from kit.plots.margins import write_note
from kit.plots.styling import SERIES

__all__ = ["ALONG", "PLANE", "draw_ridge", "surfaces", "units_permuted"]

ALONG = np.linspace(-0.25, 1.25, 61)
"""Places on the straight line: 0 the network, 1 the permuted one."""

PLANE = np.linspace(-0.4, 1.4, 37)
_UNITS, _EPOCHS, _RATE = 12, 200, 0.5


def units_permuted(weights: Any, order: Any) -> list[np.ndarray]:
    """The weights of one hidden layer's network, its units in another order."""
    w, b, v, c = weights
    return [w[:, order], b[order], v[order], c]


def surfaces(first: int, permuted: bool) -> dict[int, Any]:
    """Train networks of 12 tanh units to tell a disk from its surroundings; look around them.

    Parameters
    ----------
    first
        Seed of the block.
    permuted
        Whether the units of the other networks stand in another order.

    Returns
    -------
    dict
        By seed of the block: ``line``, the loss (61,) on the way to the permuted network;
        ``ends``, the losses of both; ``plane``, (37, 37), the loss in the plane through the
        network, and two permuted ones, at 0 and 1 of both axes.
    """
    import keras

    from kit.models import build_block

    X, y = _data()
    seeds = block_of(first, DENSE)
    models = [
        build_block(
            "tanh", "glorot_normal", n_layers=1, units=_UNITS, input_dim=2, seed=seed,
            optimizer=keras.optimizers.SGD(_RATE),
        )
        for seed in seeds
    ]  # fmt: skip
    trained(models, X, y, [{"seed": seed} for seed in seeds], epochs=_EPOCHS, batch_size=50)
    found = {}
    for seed, model in zip(seeds, models, strict=True):
        here = [np.float64(one) for one in model.get_weights()]
        rng = np.random.default_rng(seed)
        # every unit in another place: a cycle
        cycle = rng.permutation(_UNITS)
        order = np.arange(_UNITS)
        if permuted:
            order[cycle] = np.roll(cycle, 1)
        there, other = units_permuted(here, order), units_permuted(here, order[order])
        ends = [_between(here, (there, other), at)[()] for at in ((0, 0), (1, 0))]
        one: dict[str, Any] = {"ends": [float(end) for end in ends]}
        one["line"] = np.array([_between(here, (there, other), (t, 0)) for t in ALONG])
        if seed == first:
            one["plane"] = np.array(
                [[_between(here, (there, other), (s, t)) for s in PLANE] for t in PLANE]
            )
        found[seed] = one
    return found


def _data() -> Any:
    """500 points of a square, positive within a disk: no single line parts them."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-2, 2, (500, 2)).astype(np.float32)
    return X, (np.hypot(*X.T) < 1.2).astype(np.float32)


def _between(here: Any, others: Any, shares: Any) -> Any:
    """The loss at a place of the plane: the network, and so much of the way to each other one."""
    X, y = _data()
    w, b, v, c = (
        h + sum(s * (o - h) for s, o in zip(shares, each, strict=True))
        for h, *each in zip(here, *others, strict=True)
    )
    z = (np.tanh(X @ w + b) @ v + c)[:, 0]
    return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean()


def draw_ridge(data: Any, networks: int) -> Any:
    """The plane as a map, valleys dark, with three equal minima; the loss on the way between two.

    data: ``plane`` and ``lines``; networks: how many lines, for the key.
    """
    figure, (left, right) = plt.subplots(1, 2)
    ink = plt.rcParams["text.color"]
    levels = np.geomspace(max(data["plane"].min(), 1e-3), data["plane"].max(), 16)
    shown = left.contourf(PLANE, PLANE, data["plane"], levels=levels, norm=LogNorm())
    shown.set_edgecolor("face")
    ticks = [one for one in (0.05, 0.1, 0.2, 0.5, 1, 2, 5) if levels[0] <= one <= levels[-1]]
    bar = figure.colorbar(shown, ax=left, ticks=ticks, format="%g", label="loss (log scale)")
    bar.minorticks_off()
    left.plot([0, 1], [0, 0], color="white", lw=3)
    for x, y, name in ((0, 0, "A"), (1, 0, "B"), (0, 1, "C")):
        left.plot(x, y, "o", color="white", mec="black", ms=26)
        left.text(x, y, name, color="black", ha="center", va="center_baseline", fontweight="bold")
    left.set(aspect="equal", xticks=[], yticks=[], title="Loss in the plane of three networks")
    left.grid(False)
    lines = np.array(data["lines"])
    middle = np.median(lines, axis=0)
    right.plot(ALONG, middle, color=SERIES[0][0])
    band = {"color": SERIES[0][0], "alpha": 0.18, "linewidth": 0}
    right.fill_between(ALONG, lines.min(axis=0), lines.max(axis=0), **band)
    for at in (0, 1):
        right.axvline(at, color=ink, lw=1, ls=":")
    right.set(xticks=[0, 0.5, 1], xticklabels=["A", "half way", "B"], ylabel="loss")
    right.set(ylim=(0, None), title="On the straight way from A to B")
    write_note(
        figure,
        "A: a trained network. B and C: the same one, its hidden units in another order. "
        f"On the right, line: median; band: range of {networks} networks.",
    )
    return figure
