"""Networks trained with digits that are shifted, turned or made brighter anew for each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator
from scipy import ndimage

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import block_of
from kit.figures.overfitting._halved import INPUTS_HALVED, halved, hot_of, own_digits
from kit.figures.overfitting._little import costs_of, drawn_weights, move, slopes_of
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

FEW_SEEDS, FROM, READ = 5, (50, 200, 1_000, 4_000), 1_000
"""Networks of each kind; digits to train with; test digits."""

AUGMENTED_UNITS, AUGMENTED_STEPS = 40, 500
_BATCH, _RATE, _SHARE = 50, 0.1, 0.9

WAYS_TO_FAKE = ("as they are", "shifted", "turned", "brighter")
SHIFTS_OF_DIGITS, DEGREES, BRIGHTNESS = (-1, 0, 1), (-20, -10, 0, 10, 20), (0.5, 0.7, 1.0, 1.4, 2.0)
DARKER = 0.5
"""Brightness of the test digits that none of the training digits has by itself."""


def views_of(images: np.ndarray, kind: str) -> np.ndarray:
    """What each image is seen as, (views, n, 196), from images (n, 28, 28)."""
    if kind == "shifted":
        return np.stack(
            [
                halved(shifted(images, up, along))
                for up in SHIFTS_OF_DIGITS
                for along in SHIFTS_OF_DIGITS
            ]
        )
    if kind == "turned":
        flat = images.reshape(-1, images[0].size)
        return np.stack([flat @ turned_and_halved(degrees) for degrees in DEGREES])
    small = halved(images)
    factors = BRIGHTNESS if kind == "brighter" else (1.0,)
    return np.stack([np.clip(np.float32(one) * small, 0, 1) for one in factors])


def shifted(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Images (n, height, width) moved by whole pixels; what comes in is black."""
    moved = np.zeros_like(images)
    high, wide = images.shape[1:]
    to, of = _parts(down, high), _parts(-down, high)
    moved[:, to, _parts(right, wide)] = images[:, of, _parts(-right, wide)]
    return moved


def _parts(by: int, size: int) -> slice:
    return slice(max(by, 0), size + min(by, 0))


def turned_and_halved(degrees: float) -> np.ndarray:
    """The matrix (784, 196) that turns a flat image about its middle, and takes means of four."""
    each = np.eye(784, dtype=np.float32).reshape(784, 28, 28)
    if degrees:
        each = ndimage.rotate(each, degrees, axes=(2, 1), reshape=False, order=1)
    return halved(each)


def train_augmented(first: int) -> dict[str, Any]:
    """Train with each kind of digits, of so many, with each seed of a block.

    All take as many steps. Returns the share of test digits misread, (seeds, numbers of digits),
    by which test digits ("same", "darker") and by kind; and the ``source`` of the digits.
    """
    digits, seeds = load_digits(), block_of(first, FEW_SEEDS)
    tests = {"same": halved(digits.x_test[:READ])}
    tests["darker"] = np.float32(DARKER) * tests["same"]
    labels = digits.y_test[:READ]
    found: dict[str, Any] = {name: {kind: [] for kind in WAYS_TO_FAKE} for name in tests}
    for kind in WAYS_TO_FAKE:
        views = views_of(digits.x_train[..., 0], kind)
        for many in FROM:
            weights = _trained(views, hot_of(digits.y_train), seeds, many)
            for name, x in tests.items():
                found[name][kind].append(costs_of(weights, x, labels)[1])
    wrong = {
        name: {kind: np.array(some).T for kind, some in by.items()} for name, by in found.items()
    }
    return {**wrong, "source": digits.source}


def _trained(views: np.ndarray, hot: np.ndarray, seeds: tuple[int, ...], many: int) -> Any:
    """Each network has digits of its own, and draws digits and views of them for each step."""
    weights = drawn_weights(seeds, INPUTS_HALVED, AUGMENTED_UNITS)
    kept = [np.zeros_like(one) for one in weights]
    places = own_digits(seeds, len(hot), many)
    draws = [np.random.default_rng([seed, 5]) for seed in seeds]
    each = np.arange(len(seeds))[:, None]
    for _ in range(AUGMENTED_STEPS):
        some = places[each, np.array([rng.integers(0, many, _BATCH) for rng in draws])]
        seen = np.array([rng.integers(0, len(views), _BATCH) for rng in draws])
        move(weights, kept, slopes_of(weights, views[seen, some], hot[some]), _RATE, _SHARE)
    return weights


def draw_augmented(wrong: Mapping[str, Any], facts: Any) -> Any:
    """The share misread over the number of training digits, a panel for either test digits."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    titles = {"same": "Test digits as they are", "darker": "Test digits half as bright"}
    looks = series_styles(len(WAYS_TO_FAKE))
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        for kind, look in zip(WAYS_TO_FAKE, looks, strict=True):
            draw_range(ax, FROM, wrong[name][kind], {**look, "label": kind}, alpha=0.1)
        ax.set(xscale="log", yscale="log", title=title, xlabel="training digits")
        ax.xaxis.set_major_locator(FixedLocator(FROM))
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_locator(FixedLocator([0.05, 0.1, 0.2, 0.4]))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("share misread (log scale)")
    axes[0].legend(title="trained with digits", loc="lower left")
    write_note(figure, f"Line: median; band: range of {facts['networks']} networks.")
    return figure
