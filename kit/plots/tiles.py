"""What a convolution has learnt and what it makes of an image: tiles side by side."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.checks import as_numbers, check_count, check_number, chosen_names, shown
from kit.plots.images import WEIGHTS, bare
from kit.plots.measured import evenly, layers_words
from kit.plots.styling import SERIES, subplots
from kit.recordings.snapshot import Snapshot

__all__ = ["mosaic", "plot_feature_maps", "plot_filters"]

_BARS = 20  # up to so many values of a layer without height and width have a bar and a tick each
_WIDE, _HIGH, _TITLE = 10.0, 1.3, 0.4  # inches: of new Axes, of one layer, of what is above it


def plot_filters(
    data: Any,
    layer: str | None = None,
    *,
    channel: int = 0,
    limit: float | None = None,
    columns: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the kernels of a convolution, one tile for each filter.

    White is 0, the two colours are the signs, the bar says how large.

    Parameters
    ----------
    data
        A Snapshot, or kernels of shape (height, width, channels, filters).
    layer
        Name of the layer in the Snapshot; None takes its first with such kernels.
    channel
        Input channel whose kernels are drawn.
    limit
        Magnitude of the strongest colour; None takes the largest of the finite weights drawn.
    columns
        Tiles side by side; None takes about twice as many as rows.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    KeyError, TypeError, ValueError
        For an unknown layer, one whose weights are no kernels of a convolution, or a channel
        that it has not.

    Examples
    --------
    >>> plot_filters(np.ones((3, 3, 1, 4))).get_title()
    '4 filters, 3×3'
    """
    kernels = _kernels(data, layer)  # (height, width, channels, filters)
    if check_count("channel", channel, 0) >= kernels.shape[2]:
        raise ValueError(
            f"`channel` must be from 0 to {kernels.shape[2] - 1}, as the kernels have "
            f"{kernels.shape[2]} channel(s); got {channel}"
        )
    if limit is not None:
        check_number("limit", limit, 0, expected="a positive number or None", open_ends=True)
    if columns is not None:
        check_count("columns", columns)
    tiles = np.moveaxis(kernels[:, :, channel], -1, 0)  # (filters, height, width)
    if ax is None:
        ax = subplots()[1]
    strongest = max(map(abs, _range(tiles))) if limit is None else limit
    drawn = ax.imshow(
        mosaic(tiles, columns), cmap=WEIGHTS, vmin=-strongest or -1, vmax=strongest or 1,
        interpolation="nearest",
    )  # fmt: skip
    bare(ax)
    ax.figure.colorbar(drawn, ax=ax, label="weight", shrink=0.8)
    of = "" if kernels.shape[2] == 1 else f", channel {channel} of {kernels.shape[2]}"
    word = "filters" if len(tiles) > 1 else "filter"
    ax.set_title(f"{len(tiles)} {word}, {tiles.shape[1]}×{tiles.shape[2]}{of}")
    return ax


def plot_feature_maps(
    data: Any,
    image: Any = None,
    *,
    layers: Sequence[str] | None = None,
    most: int = 32,
    axes: Sequence[Axes] | None = None,
) -> np.ndarray:
    """Draw what each layer makes of one image, one tile for each channel.

    Each layer has its own scale from its smallest value (black) to its largest (white). What
    has no height and width any more is drawn as bars.

    Parameters
    ----------
    data
        A built Keras model; a Snapshot, for its activations; or what `feature_maps` returned
        for one image.
    image
        For a model the image, of its size, or a batch of one, as a subclassed model wants; for
        a Snapshot the number of the probe sample.
    layers
        Names of the layers; None takes all, those of a Snapshot that have activations. Where
        the Axes are new, it leaves out layers of a model or a Snapshot that pass on what they
        get, as flatten and dropout do, and of more than 12 it takes 12, evenly spread, the first
        and the last among them, as the figure says.
    most
        Channels drawn of each layer, the first ones; the title says of how many.
    axes
        One for each layer; None takes new ones, one above the other, as high as they need.

    Returns
    -------
    ndarray of Axes
        One for each layer.

    Raises
    ------
    KeyError, TypeError, ValueError
        For data of another kind, an image of another size than the model's, a sample or a layer
        that is not there, `most` or `axes` that do not fit.

    Examples
    --------
    >>> axes = plot_feature_maps({"conv1": np.zeros((26, 26, 2)), "o": np.zeros(10)})
    >>> [ax.get_title() for ax in axes]
    ['conv1: 2 maps, 26×26', 'o: 10 values']
    """
    check_count("most", most)
    found = _maps(data, image, layers)
    if axes is None:
        there = found
        if layers is None:
            there = found if isinstance(data, Mapping) else _that_change(found, image)
            found = {name: there[name] for name in evenly(list(there))}
        shares = [_share(maps, most) for maps in found.values()]
        axes = list(_stacked(shares, layers_words(found, there)))
    drawn = np.ravel(np.asarray(axes, dtype=object))
    if len(drawn) != len(found):
        raise ValueError(f"`axes` must be one for each of {len(found)} layers; got {len(drawn)}")
    for ax, (name, values) in zip(drawn, found.items(), strict=True):
        if values.ndim == 3:
            tiles = np.moveaxis(values, -1, 0)  # (channels, height, width)
            _draw_tiles(ax, tiles[:most])
            of = f"{most} of {len(tiles)}" if len(tiles) > most else f"{len(tiles)}"
            size = f"{tiles.shape[1]}×{tiles.shape[2]}"
            ax.set_title(f"{name}: {of} map{'s' if len(tiles) > 1 else ''}, {size}")
        else:
            _draw_values(ax, values.ravel())
            ax.set_title(f"{name}: {values.size:,} value{'s' if values.size > 1 else ''}")
    return drawn


def _that_change(found: dict[str, np.ndarray], image: Any) -> dict[str, np.ndarray]:
    """Without the layers that give what stood before them, in another shape at most."""
    before = np.ravel(image) if np.ndim(image) else np.empty(0)  # a number is that of a sample
    telling = {}
    for name, values in found.items():
        now = values.ravel()
        # an image may be of another dtype than the model's
        same = now.size == before.size and np.array_equal(now, before.astype(now.dtype))
        if not same:
            telling[name] = values
        before = now
    return telling or found


def _share(values: np.ndarray, most: int) -> float:
    """Height of what is drawn of a layer, as a share of its width."""
    if values.ndim == 1:
        return 1.0
    high, wide, count = values.shape
    columns = _columns_of_tiles(min(count, most))
    return -(-min(count, most) // columns) * high / (columns * wide)


def _stacked(shares: Sequence[float], note: str) -> np.ndarray:
    """New Axes one above the other, each as high as it needs; a note below all of them."""
    heights = [_TITLE + min(_HIGH, _WIDE * share) for share in shares]
    figure, axes = subplots(len(shares), 1, squeeze=False, height_ratios=heights)
    if not plt.rcParams["figure.constrained_layout.use"]:  # no style, whose size is kept
        figure.set_size_inches(_WIDE, sum(heights))
    if note:
        figure.supxlabel(note, fontsize=0.8 * plt.rcParams["font.size"])
    return axes[:, 0]


def _columns_of_tiles(count: int) -> int:
    return count if count <= 16 else -(-count // 2)


def mosaic(tiles: np.ndarray, columns: int | None = None, gap: int = 1) -> np.ndarray:
    """Tiles (n, height, width) in one picture, row by row; NaN between them."""
    n, height, width = tiles.shape
    columns = columns or min(n, max(1, round(math.sqrt(2 * n * height / width))))
    rows = -(-n // columns)
    whole = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for k, tile in enumerate(tiles):
        i, j = divmod(k, columns)
        top, left = i * (height + gap), j * (width + gap)
        whole[top : top + height, left : left + width] = tile
    return whole


def _kernels(data: Any, layer: str | None) -> np.ndarray:
    if isinstance(data, Snapshot):
        names = [n for n in data.layers_with("weight") if data.values("weight", n).ndim == 4]
        if layer is None and not names:
            raise ValueError("`data` must have a layer with kernels of a convolution; got none")
        kernels = data[names[0] if layer is None else layer].weight
    elif hasattr(data, "layers") or np.asarray(data).dtype == object:  # a Recording, a model
        raise TypeError(f"`data` must be a Snapshot or kernels; got {type(data).__name__}")
    elif layer is None:
        kernels = as_numbers("data", data, finite=False).astype(float)
    else:
        raise TypeError(f"`layer` must be left out where `data` is an array; got {layer!r}")
    if kernels is None or kernels.ndim != 4 or 0 in kernels.shape:
        shape = "none" if kernels is None else f"shape {kernels.shape}"
        raise ValueError(
            "`data` must be kernels of shape (height, width, channels, filters), or a Snapshot "
            f"and the name of a convolution; got {shape}"
        )
    return kernels


def _maps(data: Any, image: Any, layers: Sequence[str] | None) -> dict[str, np.ndarray]:
    """By layer, (height, width, channels) or (units,)."""
    if isinstance(data, (Mapping, Snapshot)):
        found = dict(data) if isinstance(data, Mapping) else _of_sample(data, image)
        if layers is not None:
            names = chosen_names("layers", layers, list(found), " of the data")
            found = {name: found[name] for name in names}
    else:
        found = _of_model(data, image, layers)
    if not found:
        raise ValueError("`data` must hold what one layer gives at least; got none")
    for name, values in found.items():
        array = found[name] = as_numbers("data", values, finite=False)
        if array.ndim not in (1, 3) or 0 in array.shape:
            raise ValueError(
                "`data` must hold, for one image, (height, width, channels) or (units,) for "
                f"each layer; got {array.shape} for {name!r}"
            )
    return found


def _of_model(model: Any, image: Any, layers: Sequence[str] | None) -> dict[str, np.ndarray]:
    if not callable(model):
        raise TypeError(
            "`data` must be a Keras model, a Snapshot, or what `feature_maps` returned for one "
            f"image; got {type(model).__name__}"
        )
    if image is None:
        raise TypeError("`image` must be the image to show, where `data` is a model; got None")
    from kit.callbacks import feature_maps

    wanted = getattr(model, "inputs", None)
    if wanted and np.ndim(image) == len(wanted[0].shape) and len(image) != 1:
        raise ValueError(f"`image` must be one image, or a batch of one; got {len(image)} of them")
    found = feature_maps(model, image, layers=layers)
    is_batch_of_one = np.ndim(image) == 4 and len(image) == 1
    return {name: maps[0] for name, maps in found.items()} if is_batch_of_one else found


def _of_sample(snapshot: Snapshot, image: Any) -> dict[str, np.ndarray]:
    if isinstance(image, bool) or not isinstance(image, numbers.Integral):
        raise TypeError(
            "`image` must be the number of a probe sample, where `data` is a Snapshot; "
            f"got {shown(image)}"
        )
    if not 0 <= int(image) < snapshot.samples:
        raise ValueError(f"`image` must be from 0 to {snapshot.samples - 1}; got {image}")
    names = snapshot.layers_with("activation")
    return {name: snapshot.values("activation", name)[image] for name in names}


def _range(values: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest finite value; 0 and 0 where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _draw_tiles(ax: Axes, tiles: np.ndarray) -> None:
    low, high = _range(tiles)
    whole = mosaic(tiles, _columns_of_tiles(len(tiles)))
    ax.imshow(
        whole, cmap="gray", vmin=low, vmax=high if high > low else low + 1, interpolation="nearest"
    )  # fmt: skip
    bare(ax)


def _draw_values(ax: Axes, values: np.ndarray) -> None:
    finite = np.where(np.isfinite(values), values, np.nan)  # no bar is infinitely high
    if len(values) <= _BARS:
        ax.bar(range(len(values)), finite, color=SERIES[0][0])
        ax.set_xticks(range(len(values)))
        return
    places = np.arange(len(values) + 1) - 0.5
    ax.stairs(finite, places, fill=True, color=SERIES[0][0])
    ax.set_xlim(places[0], places[-1])
