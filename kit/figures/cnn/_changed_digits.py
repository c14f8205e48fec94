"""Small networks trained with digits as they are, with their pixels shuffled, or turned."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.ticker import MultipleLocator, PercentFormatter
from scipy import ndimage

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of
from kit.figures.cnn._small_cnn import read_by_small_cnn, train_small_cnn
from kit.figures.overfitting._halved import hot_of
from kit.figures.overfitting._little import drawn_weights, move, outputs_of, slopes_of
from kit.films import Animation, animate_steps
from kit.plots import plot_images
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

__all__ = ["DENSE_UNITS", "EPOCHS_AS_LONG", "EPOCHS_TURNED", "READERS", "READ_TURNED", "Reader"]
__all__ += [
    "TRAINED_WITH",
    "TURNED_BY",
    "animate_turning",
    "draw_both_orders",
    "draw_turning",
    "pixel_order",
]
__all__ += ["read_by", "shuffled_pixels", "train_readers", "turned_by"]

DENSE_UNITS, TRAINED_WITH, EPOCHS_AS_LONG, EPOCHS_TURNED = 100, 4_000, 2, 4
TURNED_BY = tuple(range(0, 181, 15))
"""Degrees, against the clock."""

READERS = {"cnn": "CNN", "dense": "dense\nnetwork", "turned": "CNN, trained\nwith turned\ndigits"}
READ_TURNED = 500
"""Test digits that are turned."""

_BATCH, _DENSE_RATE, _DENSE_SHARE = 32, 0.04, 0.9


class Reader(NamedTuple):
    """A trained network: its weights, and what it takes turned test digits for.

    ``taken`` is (angles, digits); it is empty where the network was trained with shuffled digits.
    """

    weights: list[np.ndarray]
    taken: np.ndarray


def pixel_order(first: int) -> np.ndarray:
    """The order of the 784 pixels that all digits of a block are given, (784,)."""
    return np.random.default_rng([first, 13]).permutation(784)


def shuffled_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Images (n, 28, 28) whose pixels stand in another order, the same for all."""
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


def turned_by(images: np.ndarray, degrees: float) -> np.ndarray:
    """Images (n, 28, 28) turned about their middle, against the clock."""
    if not degrees:
        return images
    turned = ndimage.rotate(images, degrees, axes=(1, 2), reshape=False, order=1)
    return np.asarray(np.clip(turned, 0, 1), np.float32)


def train_readers(network: str, kind: str, first: int) -> dict[int, Reader]:
    """Train a small network with each seed of a block.

    Parameters
    ----------
    network
        ``"cnn"`` or ``"dense"``.
    kind
        Of digits: ``"plain"``, ``"shuffled"``, or ``"turned"``, each by any angle, anew in each
        epoch.
    first
        Seed of the block.

    Returns
    -------
    dict
        By seed.
    """
    digits, seeds = load_digits(), block_of(first, CONVOLUTIONAL)
    images, labels, epochs = digits.x_train[:TRAINED_WITH, ..., 0], digits.y_train, EPOCHS_AS_LONG
    labels = labels[:TRAINED_WITH]
    if kind == "shuffled":
        images = shuffled_pixels(images, pixel_order(first))
    if kind == "turned":
        images = np.tile(images, (EPOCHS_TURNED, 1, 1))
        drawn = np.random.default_rng([first, 14]).uniform(-180, 180, len(images))
        images = np.concatenate(
            [turned_by(one[None], a) for one, a in zip(images, drawn, strict=True)]
        )
        labels, epochs = np.tile(labels, EPOCHS_TURNED), 1
    if network == "dense":
        found = _dense(seeds, images.reshape(len(images), -1), labels, epochs)
    else:
        found = {seed: train_small_cnn(seed, images, labels, epochs, _BATCH) for seed in seeds}
    angles = () if kind == "shuffled" else TURNED_BY
    views = [turned_by(digits.x_test[:READ_TURNED, ..., 0], degrees) for degrees in angles]
    return {
        seed: Reader(one, np.array([read_by(one, view).argmax(axis=1) for view in views]))
        for seed, one in found.items()
    }


def _dense(
    seeds: tuple[int, ...], x: np.ndarray, labels: np.ndarray, epochs: int
) -> dict[int, list[np.ndarray]]:
    """Of one hidden layer; as many steps as the CNNs take, of as many digits."""
    weights, hot = drawn_weights(seeds, x.shape[1], DENSE_UNITS), hot_of(labels)
    kept = [np.zeros_like(one) for one in weights]
    for epoch in range(epochs):
        orders = [np.random.default_rng([seed, 12, epoch]).permutation(len(x)) for seed in seeds]
        for some in np.array_split(np.array(orders), len(x) // _BATCH, axis=1):
            move(weights, kept, slopes_of(weights, x[some], hot[some]), _DENSE_RATE, _DENSE_SHARE)
    return {seed: [one[k : k + 1] for one in weights] for k, seed in enumerate(seeds)}


def read_by(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
    """Probabilities (n, 10) that a network of either kind gives images (n, 28, 28)."""
    if len(weights) == 4:
        return outputs_of(weights, images.reshape(len(images), -1))[1][0]
    return read_by_small_cnn(weights, images)


def draw_both_orders(data: Any, networks: int) -> Any:
    """Digits as they are above, shuffled below; the share misread, a pair of points a network.

    data: ``images`` (2, 3, 28, 28), and ``misread`` (seeds,) by network and by order.
    """
    figure: Any = plt.figure()
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.35])
    axes = left.subplots(2, 3)
    for row, images, words in zip(axes, data["images"], ("as they are", "shuffled"), strict=True):
        plot_images(images, axes=row)
        row[1].set_title(words)
    ax, looks = right.subplots(), series_styles(2)
    for place, by_order in enumerate(data["misread"].values()):
        middles = [float(np.median(one)) for one in by_order.values()]
        ax.plot(middles, [place] * 2, color=plt.rcParams["grid.color"], lw=10, zorder=1)
        for (words, values), middle, look in zip(by_order.items(), middles, looks, strict=True):
            dots: Any = {"marker": look["marker"], "ls": "", "color": look["color"]}
            ax.plot(values, [place] * len(values), ms=15, alpha=0.6, label=words, **dots)
            up = -1 if words == "shuffled" else 1
            ax.annotate(
                f"{middle:.1%}\n{words}" if up < 0 else f"{words}\n{middle:.1%}", (middle, place),
                xytext=(0, 20 * up), textcoords="offset points", ha="center",
                va="bottom" if up > 0 else "top", color=look["color"], fontweight="bold",
            )  # fmt: skip
    ax.set_yticks(range(2), [READERS[name] for name in data["misread"]])
    most = max(max(values) for one in data["misread"].values() for values in one.values())
    ax.set(xlim=(0, 1.12 * most), ylim=(1.6, -0.6), xlabel="share of test digits misread")
    ax.xaxis.set_major_formatter(PercentFormatter(1, 0))
    ax.grid(False, axis="y")
    write_note(figure, f"Each point a network, {networks} of each kind; numbers: medians.")
    return figure


def draw_turning(data: Any, networks: int) -> Any:
    """Above, a digit at some angles; below, the share recognised over the angle.

    data: ``accuracy``, (seeds, angles) by reader; ``images`` of a digit by angle.
    """
    figure, (top, ax) = plt.subplots(2, 1, height_ratios=[1, 3.4], sharex=True)
    for degrees in TURNED_BY[::3]:
        picture = OffsetImage(data["images"][degrees], zoom=4, cmap="gray")
        top.add_artist(AnnotationBbox(picture, (degrees, 0.5), frameon=False, pad=0))
    top.set(ylim=(0, 1), xlim=(-8, 188))
    top.set_axis_off()
    _curves(ax, data)
    write_note(figure, f"Line: median; band: range of {networks} networks.")
    return figure


def _curves(ax: Any, data: Any) -> None:
    ends = []
    looks = series_styles(len(READERS))
    for (name, words), look in zip(READERS.items(), looks, strict=True):
        middle = draw_range(ax, TURNED_BY, data["accuracy"][name], {**look, "lw": 3})
        ends.append(End(TURNED_BY[-1], middle[-1], words, look["color"]))
    ax.set(xlabel="test digits turned by (degrees)", ylabel="share recognised", ylim=(0, 1))
    ax.xaxis.set_major_locator(MultipleLocator(45))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0))
    name_ends(ax, ends)


def animate_turning(data: Any, facts: Any, **how: Any) -> Animation:
    """The digit turns; what each network takes it for; where on the curves this is."""
    figure, (left, ax) = plt.subplots(1, 2, width_ratios=[1, 1.5])
    picture = left.imshow(data["images"][0], cmap="gray", vmin=0, vmax=1)
    left.set(xticks=[], yticks=[])
    left.grid(False)
    _curves(ax, data)
    line = ax.axvline(0, color=plt.rcParams["text.color"], lw=2, ls=":")
    names = {name: words.replace("\n", " ") for name, words in READERS.items()}
    said = left.set_xlabel("\n".join(f"{words}: 0" for words in names.values()), loc="left")

    def show(step: int) -> None:
        degrees = TURNED_BY[step]
        picture.set_data(data["images"][degrees])
        line.set_xdata([degrees] * 2)
        answers = data["answers"]
        said.set_text("\n".join(f"{names[name]}: {answers[name][step]}" for name in names))

    return animate_steps(figure, show, [f"turned by {one}°" for one in TURNED_BY], **how)
