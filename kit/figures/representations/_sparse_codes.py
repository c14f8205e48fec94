"""Sparse autoencoders of 10×10 patches of photographs, and what excites their units most.

100 sigmoid units and a linear output; the cost of `kit.models.autoencoders`, a sum over the pixels,
by L-BFGS. Photographs made grey (ITU-R BT.601) and whitened by f·exp(−(f/f₀)⁴): B. Olshausen and
D. Field, "Sparse coding with an overcomplete basis set" (1997). How oriented a filter is: coherence
of its structure tensor, 0 to 1 (J. Bigün and G. Granlund, "Optimal orientation detection of linear
symmetry", 1987).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_sample_image
from threadpoolctl import threadpool_limits

from kit.plots.images import bare
from kit.plots.margins import write_note
from kit.plots.tiles import mosaic

__all__ = ["SPARSE_TARGET", "ascended", "coherence", "draw_filters", "exciting", "facts_of_filters"]
__all__ += ["photo_patches", "sparse_cost", "train_sparse", "whitened"]

SPARSE_TARGET, SPARSE_WEIGHT, SPARSE_DECAY = 0.03, 1.0, 0.005

_SIDE, _UNITS, _PATCHES, _SEARCHED = 10, 100, 1_500, 70
_GREY, _CUTOFF = (0.299, 0.587, 0.114), 0.25  # of red, green, blue; cycles a pixel
_PHOTOS = ("china.jpg", "flower.jpg")
# by danielbuechele and vultilion (Flickr), CC BY 2.0; scikit-learn ships them


def whitened(photo: np.ndarray) -> np.ndarray:
    """A photograph (rows, columns, 3), whose frequencies have about the same power, std 1."""
    grey = photo @ np.array(_GREY)
    f = np.hypot(np.fft.fftfreq(grey.shape[0])[:, None], np.fft.fftfreq(grey.shape[1]))
    found = np.fft.ifft2(np.fft.fft2(grey) * f * np.exp(-((f / _CUTOFF) ** 4))).real
    return np.asarray(found / found.std())


def photo_patches(seed: int, n: int = _PATCHES) -> np.ndarray:
    """Patches (n, 100) of mean 0 each, cut at 3 std, in [-1, 1]."""
    rng, found = np.random.default_rng(seed), []
    photos = [whitened(load_sample_image(name)) for name in _PHOTOS]
    for k in range(n):
        photo = photos[k % len(photos)]
        i, j = (rng.integers(5, size - _SIDE - 5) for size in photo.shape)  # no seam of the FFT
        found.append(photo[i : i + _SIDE, j : j + _SIDE].ravel())
    x = np.array(found)
    x -= x.mean(axis=1, keepdims=True)
    most = 3 * x.std()
    return np.clip(x / most, -1, 1).astype(np.float32)


def sparse_cost(
    theta: np.ndarray, x: np.ndarray, weight: float, target: float, decay: float
) -> tuple[float, np.ndarray]:
    """Cost and gradient of an autoencoder whose weights stand one after the other in theta."""
    w1, b1, w2, b2 = parts_of(theta.astype(x.dtype), x.shape[1])
    a = 1 / (1 + np.exp(-(x @ w1 + b1)))
    off, mean = (a @ w2 + b2 - x) / len(x), a.mean(axis=0)
    kl = target * np.log(target / mean) + (1 - target) * np.log((1 - target) / (1 - mean))
    squares = float((w1**2).sum() + (w2**2).sum())
    cost = 0.5 * len(x) * float((off**2).sum()) + 0.5 * decay * squares + weight * float(kl.sum())
    pull = weight / len(x) * ((1 - target) / (1 - mean) - target / mean)
    delta = (off @ w2.T + pull) * a * (1 - a)
    slopes = (x.T @ delta + decay * w1, delta.sum(axis=0), a.T @ off + decay * w2, off.sum(axis=0))
    return cost, np.concatenate([one.ravel() for one in slopes]).astype(float)


def parts_of(theta: np.ndarray, pixels: int) -> list[np.ndarray]:
    """Kernel and bias of both layers."""
    units = (len(theta) - pixels) // (2 * pixels + 1)
    shapes = ((pixels, units), (units,), (units, pixels), (pixels,))
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    return [one.reshape(s) for one, s in zip(np.split(theta, ends), shapes, strict=True)]


@threadpool_limits.wrap(limits=1)
def train_sparse(seed: int, weight: float, target: float) -> dict[str, np.ndarray]:
    """An autoencoder after 70 iterations of L-BFGS, from weights near 0.

    Returns
    -------
    dict
        ``tiles``: the inputs that excite the units most, (units, 10, 10); ``ascended``: the cosine
        of each with what gradient ascent finds; ``mean``: mean activation of each unit;
        ``error``: of the patches, as a share of their power.
    """
    x, rng = photo_patches(seed), np.random.default_rng([seed, 1])
    size = 0.05 * (6 / (_SIDE**2 + _UNITS)) ** 0.5
    start = rng.uniform(-size, size, size=2 * _SIDE**2 * _UNITS + _UNITS + _SIDE**2)
    found = minimize(sparse_cost, start, (x, weight, target, SPARSE_DECAY), jac=True,
                     method="L-BFGS-B", options={"maxiter": _SEARCHED})  # fmt: skip
    w1, b1, w2, b2 = parts_of(found.x, _SIDE**2)
    a = 1 / (1 + np.exp(-(x @ w1 + b1)))
    best = exciting(w1)
    cosines = (best * ascended(w1, b1, seed)).sum(axis=1)
    error = np.mean((a @ w2 + b2 - x) ** 2) / np.mean(x**2)
    return {"tiles": best.reshape(-1, _SIDE, _SIDE), "ascended": cosines,
            "mean": a.mean(axis=0), "error": error}  # fmt: skip


def exciting(w1: np.ndarray) -> np.ndarray:
    """The input of norm 1 that excites each unit most: w over |w|, (units, inputs).

    By Cauchy and Schwarz w·x ≤ |w| |x|, and sigmoid and bias do not change which x is best.
    """
    return np.asarray((w1 / np.linalg.norm(w1, axis=0)).T)


def ascended(w1: np.ndarray, b1: np.ndarray, seed: int, steps: int = 100) -> np.ndarray:
    """What gradient ascent finds in the unit ball, from anywhere, (units, inputs)."""
    x = np.random.default_rng([seed, 2]).normal(size=w1.T.shape)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    for _ in range(steps):
        a = 1 / (1 + np.exp(-((x * w1.T).sum(axis=1) + b1)))
        slope = (a * (1 - a))[:, None] * w1.T
        x = x + 0.3 * slope / np.linalg.norm(slope, axis=1, keepdims=True)
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1)
    return np.asarray(x)


def coherence(tiles: np.ndarray) -> np.ndarray:
    """How much one direction prevails in each tile: 0 for none, 1 for straight bars, (tiles,)."""
    gy, gx = np.gradient(tiles, axis=(1, 2))
    xx, yy, xy = ((a * b).sum(axis=(1, 2)) for a, b in ((gx, gx), (gy, gy), (gx, gy)))
    return np.asarray(np.hypot(xx - yy, 2 * xy) / (xx + yy))


def facts_of_filters(found: Any) -> Any:
    """How oriented the tiles are, how active the units, by name of the network."""
    facts: Any = {"target": SPARSE_TARGET, "patches": _PATCHES}
    for name, one in found.items():
        facts[name] = {
            "coherent": float(np.median(coherence(one["tiles"]))),
            "straight": float((coherence(one["tiles"]) > 0.5).mean()),
            "mean": float(np.median(one["mean"])),
            "error": float(one["error"]),
        }
    facts["ascended"] = float(min(one["ascended"].min() for one in found.values()))
    facts["dearer"] = facts["sparse"]["error"] / facts["free"]["error"]
    facts["oriented"] = facts["sparse"]["coherent"] / facts["free"]["coherent"]
    return facts


def draw_filters(found: Any, facts: Any) -> Any:
    """100 tiles of each network, each on its own scale of grey."""
    figure, axes = plt.subplots(1, 2)
    titles = {"free": "No penalty", "sparse": f"Penalty on activity, ρ = {facts['target']:g}"}
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        tiles = found[name]["tiles"]
        most = np.abs(tiles).max(axis=(1, 2), keepdims=True)
        ax.imshow(mosaic(tiles / most, 10), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
        bare(ax)
        ax.set_title(title)
        mean, coherent = (facts[name][one] for one in ("mean", "coherent"))
        ax.set_xlabel(f"mean activation {mean:.2f}, coherence {coherent:.2f}")
    write_note(
        figure, "Each tile: the 10×10 input that excites one hidden unit most; grey is 0. "
        "Photographs: danielbuechele and vultilion, CC BY 2.0, made grey and whitened.",
    )  # fmt: skip
    return figure
