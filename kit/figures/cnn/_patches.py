"""The patches of digits that excite a unit of a small CNN most, and what they have in common."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.images import bare
from kit.plots.margins import write_note
from kit.plots.styling import SERIES
from kit.plots.tiles import mosaic

__all__ = ["BEST", "FIELDS", "Patches", "alike", "best_patches", "draw_patches", "one_class"]

BEST = 9
"""Patches of each unit, one a digit."""

FIELDS = {"conv1": (5, 1, 2), "conv2": (14, 2, 6)}
"""Side of what a unit sees; how far apart two neighbours look; pixels seen before its own."""

_PAPER = 8  # empty pixels around a digit: a unit at the edge sees them too


class Patches(NamedTuple):
    """Of each unit its patches (units, 9, side, side), and which digits they are of, (units, 9)."""

    pictures: np.ndarray
    digits: np.ndarray


def best_patches(maps: np.ndarray, images: np.ndarray, layer: str) -> Patches:
    """Where each unit's Z-value is highest, of each digit its best place, and of those nine.

    Parameters
    ----------
    maps
        (units, n, height, width).
    images
        (n, 28, 28).
    layer
        ``"conv1"`` or ``"conv2"``.
    """
    side, step, before = FIELDS[layer]
    units, n, _, wide = maps.shape
    flat = maps.reshape(units, n, -1)
    places = flat.argmax(axis=2)  # (units, n)
    digits = np.argsort(-flat.max(axis=2), axis=1, kind="stable")[:, :BEST]
    paper = np.pad(images, ((0, 0), (_PAPER, _PAPER), (_PAPER, _PAPER)))
    pictures = np.empty((units, BEST, side, side), np.float32)
    for unit, rank in np.ndindex(units, BEST):
        digit = digits[unit, rank]
        row, column = (step * at + _PAPER - before for at in divmod(int(places[unit, digit]), wide))
        pictures[unit, rank] = paper[digit, row : row + side, column : column + side]
    return Patches(pictures, digits)


def one_class(labels: np.ndarray) -> float:
    """Share of the commonest class among a unit's patches, labels (units, 9), mean of the units."""
    counts = (labels[:, :, None] == np.arange(10)).sum(axis=1)
    return float(counts.max(axis=1).mean() / labels.shape[1])


def alike(pictures: np.ndarray) -> float:
    """Mean cosine of a unit's patches with each other, mean of the units that saw any ink."""
    flat = pictures.reshape(*pictures.shape[:2], -1)
    length = np.linalg.norm(flat, axis=2, keepdims=True)
    flat = flat / np.maximum(length, 1e-9)
    n = flat.shape[1]
    sums = np.linalg.norm(flat.sum(axis=1), axis=1) ** 2  # of the cosines of all pairs
    return float(((sums - n) / (n * (n - 1)))[length.min(axis=(1, 2)) > 0].mean())


def draw_patches(found: dict[str, Patches], labels: np.ndarray, units: int, note: str) -> Any:
    """A row for each layer, of its first units: nine patches each, and their commonest class.

    labels: (n,) of all digits.
    """
    figure, grid = plt.subplots(len(found), units, squeeze=False)
    framed = plt.get_cmap("gray").with_extremes(bad=SERIES[0][0])  # white ink ends at no white page
    for row, (layer, patches) in zip(grid, found.items(), strict=True):
        for ax, pictures, digits in zip(row, patches.pictures, patches.digits, strict=False):
            tiles = np.pad(mosaic(pictures, 3, gap=1), 1, constant_values=np.nan)
            ax.imshow(tiles, cmap=framed, vmin=0, vmax=1, interpolation="nearest")
            bare(ax)
            counts = np.bincount(labels[digits], minlength=10)
            ax.set_xlabel(f"{counts.max()} of {BEST}: {counts.argmax()}s")
        side = patches.pictures.shape[-1]
        row[0].set_ylabel(f"{layer}\n{side}×{side} pixels")
    write_note(figure, note)
    return figure
