"""A network as a row of blocks: what comes out of each layer, and what it has to learn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from kit.checks import check_count
from kit.plots.styling import SERIES, subplots
from kit.plots.texts import ems, room_of

if TYPE_CHECKING:
    from kit.models import LayerDescription

__all__ = ["plot_architecture"]

KINDS = (
    ("learns", SERIES[0][0], ""),
    ("pools", SERIES[1][0], "//"),
    ("reshapes or passes on", "#7A7A7A", ".."),
)
MOST = 60
"""Layers that can still be drawn so that they can be told apart."""


def plot_architecture(
    model: Any, *, in_a_row: int = 10, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the layers of a model as blocks, in order.

    A block is as high as its output has pixels and as wide as it has channels, both on a
    logarithmic scale; beneath it stand name, kind, output shape and parameters. Colour and
    hatching say whether a layer learns, pools, or does neither. Letters become smaller where they
    would lie on others: fewer blocks in a row leave them more room.

    Parameters
    ----------
    model
        A built Keras model, or the list that `kit.models.describe` makes of one.
    in_a_row
        Blocks side by side before the next row begins.
    title
        Above it; None writes the number of parameters.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For what is no model, one that is not built, or one of more than 60 layers.

    Examples
    --------
    >>> from kit.models import build_toy_convnet
    >>> plot_architecture(build_toy_convnet()).get_title()
    '2,948 parameters'
    """
    if not isinstance(model, (list, tuple)):
        from kit.models import describe

        model = describe(model)
    if not 1 <= len(model) <= MOST:
        raise ValueError(f"`model` must have 1 to {MOST} layers to be drawn; got {len(model)}")
    for layer in model:
        if not all(hasattr(layer, name) for name in ("name", "shape", "detail", "parameters")):
            raise TypeError(
                "`model` must be a Keras model, or the list that `describe` makes of one; "
                f"got {type(layer).__name__} in it"
            )
    check_count("in_a_row", in_a_row)
    if ax is None:
        ax = subplots()[1]
    columns = min(int(in_a_row), len(model))
    rows = -(-len(model) // columns)
    room = _room(ax, model, columns, rows)
    for k, layer in enumerate(model):
        row, column = divmod(k, columns)
        _draw_block(ax, layer, column, rows - 1 - row, room)
    back = plt.rcParams["axes.facecolor"]
    used = {_kind(layer) for layer in model}
    handles = [
        Rectangle((0, 0), 1, 1, facecolor=color, hatch=hatch, edgecolor=back, label=word)
        for word, color, hatch in KINDS
        if word in used
    ]
    ax.legend(handles=handles, loc="upper right", ncols=3)
    ax.set_xlim(-0.55, columns - 0.45)
    ax.set_ylim(0, rows + room.above)
    ax.set_axis_off()
    total = sum(layer.parameters for layer in model)
    ax.set_title(f"{total:,} parameters" if title is None else title)
    return ax


@dataclass(frozen=True)
class _Room:
    """How a row is shared: beneath the texts, above them the block."""

    name: float  # points, of the names
    rest: float  # points, of the other lines
    texts: float  # share of the row's height
    line: float  # share of the row's height, from the top of a name to the lines beneath
    above: float  # for the legend, in rows


def _room(ax: Axes, layers: Sequence[LayerDescription], columns: int, rows: int) -> _Room:
    font = plt.rcParams["font.size"]
    width, height = room_of(ax)
    wide = 0.92 * width / (columns + 0.1)
    high = max(height - 5 * font, font) / rows  # without title and legend
    names = max(ems(layer.name, "bold") for layer in layers)
    others = max(ems("\n".join(_lines(layer))) for layer in layers)
    name, rest = min(0.8 * font, wide / names), min(0.7 * font, wide / others)
    lines = 1.5 * name + 5.8 * rest
    smaller = min(1.0, 0.62 * high / lines)
    texts = max(0.34 if rows == 1 else 0.0, smaller * lines / high)
    line = 1.5 * smaller * name / high
    return _Room(name * smaller, rest * smaller, texts, line, 2.5 * font / high)


def _lines(layer: LayerDescription) -> list[str]:
    """What stands beneath the name."""
    size = "×".join("?" if side is None else f"{side:,}" for side in layer.shape or (None,))
    kind = layer.kind.replace("2D", "").replace("Pooling", " pool").replace("Average", "Avg")
    return [kind, layer.detail, size, f"{layer.parameters:,}" if layer.parameters else "–"]


def _draw_block(ax: Axes, layer: LayerDescription, column: int, row: int, room: _Room) -> None:
    shape = [size or 1 for size in layer.shape or (1,)]
    flat = len(shape) < 3
    # a block of 1 pixel and 1 channel is a thin line, one of 224 pixels or 512 channels full size
    share = 0.16 + 0.8 * _log_share(shape[0], 224 if not flat else 4096)
    height = share * (1 - room.texts) * 0.96
    width = 0.08 if flat else 0.12 + 0.6 * _log_share(shape[-1], 512)
    middle = row + (1 + room.texts) / 2
    _, color, hatch = next(kind for kind in KINDS if kind[0] == _kind(layer))
    ax.add_patch(
        Rectangle(
            (column - width / 2, middle - height / 2), width, height, facecolor=color,
            hatch=hatch, edgecolor=plt.rcParams["axes.facecolor"], linewidth=1,
        )
    )  # fmt: skip
    if column:
        arrow = FancyArrowPatch(
            (column - 0.64, middle), (column - 0.36, middle), arrowstyle="-|>",
            mutation_scale=plt.rcParams["font.size"] * 0.8, color=plt.rcParams["text.color"],
        )  # fmt: skip
        ax.add_patch(arrow)
    top = row + room.texts * 0.97
    ax.text(column, top, layer.name, ha="center", va="top", fontweight="bold",
            fontsize=room.name)  # fmt: skip
    ax.text(column, top - room.line, "\n".join(_lines(layer)), ha="center", va="top",
            fontsize=room.rest, linespacing=1.2)  # fmt: skip


def _kind(layer: LayerDescription) -> str:
    if layer.parameters:
        return "learns"
    return "pools" if "Pool" in layer.kind else "reshapes or passes on"


def _log_share(size: int, largest: int) -> float:
    return min(1.0, math.log(size + 1) / math.log(largest + 1))
