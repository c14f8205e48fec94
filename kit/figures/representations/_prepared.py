"""tanh networks on wines whose measurements were prepared in four ways, trained all at once.

13 inputs, two hidden layers of 20 tanh units with Glorot's uniform weights, softmax, cross-entropy,
plain gradient steps. In NumPy, since each network has inputs, a learning rate and batches of its
own; the steps are Keras's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.datasets.preprocess import center, normalize
from kit.figures.representations._clouds import TRAINING_WINES, wines
from kit.figures.vanishing._bands import draw_bands
from kit.plots.margins import write_note

__all__ = ["draw_prepared", "facts_of_ways", "glorot_start", "train_prepared", "train_tanh"]

PREPARED = {
    "raw": "as they are",
    "centred": "centred",
    "divided": "÷ std",
    "both": "centred\nand ÷ std",
}

RATES_PREPARED = (0.001, 0.003, 0.01, 0.03, 0.1)
SHOWN_RATE = 3
"""Place of that whose curves are drawn."""

WINE_EPOCHS, _BATCH, _HIDDEN, _INPUTS, _GROWERS = 60, 20, 20, 13, 3


def glorot_start(seed: int) -> list[np.ndarray]:
    """Kernels of the three layers, (inputs, units)."""
    rng = np.random.default_rng([seed, 1])
    shapes = list(itertools.pairwise((_INPUTS, _HIDDEN, _HIDDEN, _GROWERS)))
    return [rng.uniform(-1, 1, size=shape) * (6 / sum(shape)) ** 0.5 for shape in shapes]


def train_prepared(first: int) -> dict[int, Any]:
    """Of each seed of a block, by how the inputs were prepared; each with wines of its own.

    Returns
    -------
    dict
        By seed ``loss`` (ways, epochs + 1), at 0.03; ``end`` (ways, rates), the training loss
        after 60 epochs; ``wrong`` (ways, rates), share of the wines kept aside; ``flat`` (ways,),
        share of h1's activations before training whose slope is under 5 % of the largest;
        ``guess``, the loss of guessing by the growers' shares; ``alcohol``, its mean once divided,
        and ``mean``, that of the largest and of the smallest measurement as they are.
    """
    seeds, found = block_of(first, DENSE), {}
    inputs: list[Any] = []
    for seed in seeds:
        x, y, x_test, y_test = wines(seed)
        ways = ((x, x_test), center(x, x_test), normalize(x, x_test), normalize(*center(x, x_test)))
        inputs.append(
            [np.stack(one).astype(np.float32) for one in zip(*ways, strict=True)] + [y, y_test]
        )
    x, x_test, y, y_test = (np.stack(one) for one in zip(*inputs, strict=True))
    start = [np.stack(one) for one in zip(*map(glorot_start, seeds), strict=True)]
    orders = np.stack([_orders(seed, x.shape[2]) for seed in seeds])
    weights, losses = train_tanh(x, y, start, orders, RATES_PREPARED)
    z = x @ start[0][:, None]  # (seeds, ways, wines, units)
    flat = (1 - np.tanh(z) ** 2 < 0.05).mean(axis=(2, 3))
    p = _forwards(x_test[:, :, None], weights)[-1]
    wrong = (p.argmax(axis=-1) != y_test[:, None, None]).mean(axis=-1)
    for k, seed in enumerate(seeds):
        share = np.bincount(y[k]) / len(y[k])
        found[seed] = {"loss": losses[k, :, SHOWN_RATE], "end": losses[k, :, :, -1],
                       "wrong": wrong[k], "flat": flat[k],
                       "guess": float(-(share * np.log(share)).sum()),
                       "alcohol": float(x[k, 2, :, 0].mean()),
                       "mean": {"most": float(x[k, 0].mean(axis=0).max()),
                                "least": float(x[k, 0].mean(axis=0).min())}}  # fmt: skip
    return found


def _orders(seed: int, n: int) -> np.ndarray:
    """Order of the wines in each epoch, (epochs, wines)."""
    rng = np.random.default_rng([seed, 2])
    return np.stack([rng.permutation(n) for _ in range(WINE_EPOCHS)])


def train_tanh(
    x: np.ndarray, y: np.ndarray, start: Sequence[np.ndarray], orders: np.ndarray, rates: Any
) -> tuple[list[np.ndarray], np.ndarray]:
    """Train a network of each seed, way and rate.

    Parameters
    ----------
    x, y
        (seeds, ways, n, inputs), (seeds, n).
    start
        Kernels (seeds, inputs, units).
    orders
        (seeds, epochs, n), of what is taken in batches of 20.
    rates
        Learning rates.

    Returns
    -------
    weights
        Kernel and bias of each layer, (seeds, ways, rates, inputs or 1, units).
    losses
        Of the training data before training and after each epoch, (seeds, ways, rates, epochs + 1).
    """
    shape = (*x.shape[:2], len(rates))
    weights: list[np.ndarray] = []
    for kernel in start:
        kernels = np.broadcast_to(kernel[:, None, None], (*shape, *kernel.shape[1:]))
        weights.append(kernels.astype(np.float32))
        weights.append(np.zeros((*shape, 1, kernel.shape[2]), np.float32))
    rate = np.array(rates, np.float32)[:, None, None]
    losses = [_loss(x, y, weights)]
    rows = np.arange(len(x))[:, None]
    for epoch in range(orders.shape[1]):
        for at in range(0, x.shape[2], _BATCH):
            some = orders[:, epoch, at : at + _BATCH]  # (seeds, batch)
            batch = np.take_along_axis(x, some[:, None, :, None], axis=2)
            for weight, slope in zip(weights, _slopes(batch, y[rows, some], weights), strict=True):
                weight -= rate * slope
        losses.append(_loss(x, y, weights))
    return weights, np.stack(losses, axis=-1)


def _forwards(x: np.ndarray, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What leaves each layer, the inputs first; probabilities last."""
    found = [x]
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        found.append(found[-1] @ kernel + bias)
        if len(found) < 4:
            np.tanh(found[-1], out=found[-1])
    p = np.exp(found[-1] - found[-1].max(axis=-1, keepdims=True))
    found[-1] = p / p.sum(axis=-1, keepdims=True)
    return found


def _loss(x: np.ndarray, y: np.ndarray, weights: Sequence[np.ndarray]) -> np.ndarray:
    p = _forwards(x[:, :, None], weights)[-1]
    right = np.take_along_axis(
        p, np.broadcast_to(y[:, None, None, :, None], (*p.shape[:-1], 1)), -1
    )
    return np.asarray(-np.log(np.maximum(right[..., 0], 1e-12)).mean(axis=-1))


def _slopes(x: np.ndarray, y: np.ndarray, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Gradients of the mean cross-entropy, in the order of the weights."""
    *a, p = _forwards(x[:, :, None], weights)
    delta = (p - np.eye(_GROWERS, dtype=np.float32)[y][:, None, None]) / y.shape[1]
    found: list[np.ndarray] = []
    for k in (2, 1, 0):
        found[:0] = [a[k].swapaxes(-1, -2) @ delta, delta.sum(axis=-2, keepdims=True)]
        if k:
            delta = (delta @ weights[2 * k].swapaxes(-1, -2)) * (1 - a[k] ** 2)
    return found


def facts_of_ways(found: Any, plain: str, best: str) -> Facts:
    """Medians over seeds, by way: what is left of the loss of guessing, at 0.03 and at any rate.

    Parameters
    ----------
    found
        What `train_prepared` gives.
    plain, best
        Ways that take the place of inputs as they are, and of those that were prepared.
    """
    each = []
    for one in found.values():
        ends = one["end"] / one["guess"]
        ways: Any = {"left": ends[:, SHOWN_RATE], "least": ends.min(axis=1), "flat": one["flat"]}
        ways["wrong"] = one["wrong"][:, SHOWN_RATE]
        of: Any = {
            name: dict(zip(PREPARED, map(float, some), strict=True)) for name, some in ways.items()
        }
        of |= {"untouched": of["least"][plain], "centred_alone": of["least"]["centred"]}
        of |= {"ready": of["left"][best], "saved": of["wrong"]["raw"] - of["wrong"]["both"]}
        each.append(of | {name: one[name] for name in ("guess", "alcohol", "mean")})
    facts: Facts = {"wines": TRAINING_WINES, "networks": len(found), "epochs": WINE_EPOCHS}
    return facts | {"rate": RATES_PREPARED[SHOWN_RATE], **medians(each)}


def draw_prepared(found: Any, facts: Facts) -> Any:
    """Left the loss over the epochs, right what is left of it over the learning rate."""
    figure, (left, right) = plt.subplots(1, 2, sharey=True)
    curves, ends = (
        {
            words: np.stack([one[name][k] for one in found.values()])
            for k, words in enumerate(PREPARED.values())
        }
        for name in ("loss", "end")
    )
    ink = plt.rcParams["text.color"]
    for ax in (left, right):
        ax.axhline(facts["guess"], color=ink, ls=":", lw=1.5)
    left.set(xlabel="epoch", ylabel="cross-entropy, training wines", ylim=(0, 1.5))
    draw_bands(left, range(WINE_EPOCHS + 1), curves, marks=False)
    right.set(xlabel="learning rate (log scale)", xscale="log")
    right.set_xticks(RATES_PREPARED, [f"{one:g}" for one in RATES_PREPARED])
    right.xaxis.minorticks_off()
    draw_bands(right, RATES_PREPARED, ends, ends=dict.fromkeys(ends, ""))
    left.set_title(f"Learning rate {facts['rate']:g}")
    right.set_title(f"After {facts['epochs']} epochs, by rate")
    write_note(
        figure, f"Line: median; band: range of {facts['networks']} networks. Dotted: guessing by "
        "the shares of the three growers.",
    )  # fmt: skip
    return figure
