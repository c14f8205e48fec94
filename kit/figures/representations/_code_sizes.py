"""Digits told again from 2, 8 and 32 numbers: principal components, a linear network, a bent one.

Bent: 100-64-k-64-100 with tanh around a linear code of k units and a sigmoid at the end; linear:
100-k-100, trained on the covariance alone, which is all that its error depends on. Adam as Keras
has it; in NumPy, where networks of three seeds take a third of the time.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_limits

from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of, medians
from kit.figures.overfitting._dropping import few_digits
from kit.figures.vanishing._bands import draw_bands
from kit.plots.images import bare
from kit.plots.margins import write_note
from kit.plots.styling import series_styles
from kit.plots.tiles import mosaic

__all__ = ["CODE_SIZES", "AdamSteps", "components", "draw_codes", "facts_of_codes"]
__all__ += ["linear_code", "start_of_code", "train_codes", "train_of_code"]

CODE_SIZES = (2, 8, 32)

_PIXELS, _AROUND, _CODE_BATCH, _CODE_EPOCHS, _CODE_RATE = 100, 64, 100, 15, 0.01
_LINEAR_STEPS, _BETAS = 500, (0.9, 0.99)


def components(x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (pixels,) and the k first principal components, (k, pixels)."""
    mean = x.mean(axis=0)
    return mean, np.linalg.eigh((x - mean).T @ (x - mean))[1][:, : -k - 1 : -1].T


class AdamSteps:
    """Adam with β = 0.9 and 0.99, as Keras has it: each call changes the weights in place."""

    def __init__(self, weights: Sequence[np.ndarray]) -> None:
        self._weights, self._t = weights, 0
        self._means = [[np.zeros_like(one) for one in weights] for _ in range(2)]

    def __call__(self, slopes: Sequence[np.ndarray], rate: float) -> None:
        """One update."""
        self._t += 1
        first, second = _BETAS
        rate *= (1 - second**self._t) ** 0.5 / (1 - first**self._t)
        for weight, m, v, slope in zip(self._weights, *self._means, slopes, strict=True):
            m += (1 - first) * (slope - m)
            v += (1 - second) * (slope * slope - v)
            weight -= rate * m / (np.sqrt(v) + 1e-7)


def start_of_code(seed: int, k: int) -> list[np.ndarray]:
    """Glorot's uniform kernels of 100-64-k-64-100 and biases of 0, in turn."""
    rng = np.random.default_rng([seed, k])
    found: list[np.ndarray] = []
    sizes = (_PIXELS, _AROUND, k, _AROUND, _PIXELS)
    for a, b in itertools.pairwise(sizes):
        found += [rng.uniform(-1, 1, size=(a, b)) * (6 / (a + b)) ** 0.5, np.zeros((1, b))]
    return [one.astype(np.float32) for one in found]


def train_of_code(
    x: np.ndarray, start: Sequence[np.ndarray], orders: np.ndarray, rate: float = _CODE_RATE
) -> list[np.ndarray]:
    """Train the networks of a stack, with a rate that falls to 0 in equal steps.

    Parameters
    ----------
    x
        (n, 100), in [0, 1].
    start
        Kernels (networks, inputs, units) and biases (networks, 1, units), in turn.
    orders
        (networks, epochs, n), taken in batches of 100.
    rate
        The first learning rate.
    """
    weights = [one.copy() for one in start]
    update, batches = AdamSteps(weights), orders.shape[2] // _CODE_BATCH
    steps = orders.shape[1] * batches
    for step in range(steps):
        epoch, at = divmod(step, batches)
        some = x[orders[:, epoch, at * _CODE_BATCH : (at + 1) * _CODE_BATCH]]
        update(_slopes_of_code(some, weights), rate * (1 - step / steps))
    return weights


def _told_again(x: np.ndarray, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What leaves each layer, the input first."""
    found = [x]
    for layer in range(4):
        z = found[-1] @ weights[2 * layer] + weights[2 * layer + 1]
        found.append(np.tanh(z) if layer in (0, 2) else z)
    found[-1] = 1 / (1 + np.exp(-found[-1]))
    return found


def _slopes_of_code(x: np.ndarray, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Gradients of the mean squared error."""
    a = _told_again(x, weights)
    delta = (a[4] - x) * a[4] * (1 - a[4]) * (2 / x[0].size)
    found: list[np.ndarray] = []
    for layer in (3, 2, 1, 0):
        found[:0] = [a[layer].swapaxes(1, 2) @ delta, delta.sum(axis=1, keepdims=True)]
        if layer:
            delta = delta @ weights[2 * layer].swapaxes(1, 2)
            if layer != 2:  # the code is linear
                delta = delta * (1 - a[layer] ** 2)
    return found


def linear_code(square: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Product of both kernels of a linear network, trained on a covariance: (pixels, pixels)."""
    rng = np.random.default_rng([seed, k, 1])
    size = (6 / (len(square) + k)) ** 0.5
    weights = [rng.uniform(-size, size, shape) for shape in ((len(square), k), (k, len(square)))]
    update = AdamSteps(weights)
    for step in range(_LINEAR_STEPS):
        encoder, decoder = weights
        off = square @ (encoder @ decoder) - square
        update([off @ decoder.T, encoder.T @ off], _CODE_RATE * (1 - step / _LINEAR_STEPS))
    return np.asarray(weights[0] @ weights[1])


@threadpool_limits.wrap(limits=1)  # of products as small as these the second thread spins
def train_codes(first: int) -> dict[str, Any]:
    """Errors on test digits of all codes, for each seed of a block of three, and some digits.

    Returns
    -------
    dict
        ``errors``: mean squared errors of a pixel, ``pca`` (sizes,), ``linear`` and ``bent``
        (sizes,) of each seed; ``linear_train`` and ``pca_train`` on the training digits;
        ``shown``: rows of ten digits, by name; ``facts`` of the data.
    """
    x, _, x_test, y_test, facts = few_digits()
    x, x_test, seeds = (
        x.astype(np.float32),
        x_test.astype(np.float32),
        block_of(first, CONVOLUTIONAL),
    )
    ten = [int(np.flatnonzero(y_test == digit)[0]) for digit in range(10)]
    shown, pca, errors = {"digits": x_test[ten]}, {}, {one: {} for one in seeds}  # type: ignore[var-annotated]
    orders = np.stack([_order(seed, len(x)) for seed in seeds])
    for k in CODE_SIZES:
        mean, parts = components(x, k)
        again = mean + (x_test - mean) @ parts.T @ parts
        pca[k] = [float(np.mean((again - x_test) ** 2)), _linear_error(x - mean, parts.T @ parts)]
        start = [
            np.stack(one) for one in zip(*(start_of_code(seed, k) for seed in seeds), strict=True)
        ]
        bent = _told_again(x_test, train_of_code(x, start, orders))[-1]
        shown |= {f"{k}, PCA": again[ten], f"{k}, network": bent[0, ten]}
        square = (x - mean).T @ (x - mean) / x.size
        for seed, some in zip(seeds, bent, strict=True):
            both = linear_code(square, k, seed)
            errors[seed][k] = {
                "bent": float(np.mean((some - x_test) ** 2)),
                "linear": _linear_error(x_test - mean, both),
                "linear_train": _linear_error(x - mean, both),
            }
    facts |= {"train": len(x), "around": _AROUND, "epochs": _CODE_EPOCHS}
    return {"errors": errors, "pca": pca, "shown": shown, "facts": facts}


def _order(seed: int, n: int) -> np.ndarray:
    rng = np.random.default_rng([seed, 3])
    return np.stack([rng.permutation(n) for _ in range(_CODE_EPOCHS)])


def _linear_error(x: np.ndarray, both: np.ndarray) -> float:
    return float(np.mean((x - x @ both) ** 2))


def facts_of_codes(found: Any, seeds: Sequence[int], kind: str) -> tuple[Any, Facts]:
    """What is drawn, and by size the errors and what they are beside PCA's.

    Parameters
    ----------
    found
        What `train_codes` gives.
    seeds
        Those that are shown.
    kind
        ``"bent"``, or ``"linear"``, whose errors take the place of the bent ones in ``beside``.
    """
    pca, each = found["pca"], []
    for seed in seeds:
        of = {name: {f"n{k}": found["errors"][seed][k][name] for k in CODE_SIZES}
              for name in ("bent", "linear")}  # fmt: skip
        of["beside"] = {f"n{k}": of[kind][f"n{k}"] / pca[k][0] for k in CODE_SIZES}
        train = {k: found["errors"][seed][k]["linear_train"] / pca[k][1] for k in CODE_SIZES}
        of["linear_off"] = max(train.values()) - 1
        of["linear_least"] = min(train.values()) - 1
        each.append(of)
    facts: Facts = {**found["facts"], "networks": len(seeds), **medians(each)}
    facts["pca"] = {f"n{k}": pca[k][0] for k in CODE_SIZES}
    lines = {
        name: np.array([[found["errors"][seed][k][key] for k in CODE_SIZES] for seed in seeds])
        for name, key in (("linear", "linear"), ("network", "bent"))
    }
    lines["PCA"] = np.array([[pca[k][0] for k in CODE_SIZES]])
    return {"lines": lines, "shown": found["shown"]}, facts


def draw_codes(data: Any, facts: Any) -> Any:
    """Left ten digits, told again; right the error over the size of the code."""
    figure, (left, right) = plt.subplots(1, 2, width_ratios=(2, 1))
    rows = data["shown"]
    tiles = np.concatenate(list(rows.values())).reshape(-1, 10, 10)
    left.imshow(mosaic(tiles, 10), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    bare(left)
    left.set_yticks(11 * np.arange(len(rows)) + 4.5, list(rows))
    right.set(xscale="log", xlabel="units of the code (log scale)")
    right.set_ylabel("mean squared error of a pixel")
    right.set_xticks(CODE_SIZES, [str(k) for k in CODE_SIZES])
    right.xaxis.minorticks_off()
    draw_bands(right, CODE_SIZES, data["lines"], ends=dict.fromkeys(data["lines"], ""))
    _, red, green = series_styles(3)
    right.text(4.2, 0.068, "PCA, and a\nlinear network", color=green["color"], fontweight="bold")
    right.text(2, 0.029, "network\nwith tanh", color=red["color"], fontweight="bold")
    right.set_ylim(bottom=0)
    write_note(
        figure,
        f"Right: test digits; medians and ranges of {facts['networks']} networks. "
        "Triangles: PCA; dots under them: the linear network.",
    )
    return figure
