"""The layers of a network as volumes, above them what they do, below what they have to learn.

Height and slanted depth of a block are the pixels of what leaves the layer, its thickness the maps;
so it can be seen how a network trades pixels for maps. Dense layers are columns of dots.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from kit import models
from kit.board.stage import say, set_stage
from kit.board.volumes import plot_volume
from kit.catalogue import Claim
from kit.catalogue.claims import Facts
from kit.plots.styling import SERIES
from kit.plots.texts import ems

ARCHITECTURE_ALT = (
    "The outputs of the layers as blocks, thin and large first, thick and small later, then dots "
    "for units: {order}. Below each its parameters, as a number and a bar: in all "
    "{parameters:,}, of them {most_parameters:,} in {most}."
)

WIDE, HIGH = 160.0, 78.0  # of the stage
_LEFT = 14.0  # of it, for the names of the rows
_TALLEST = 27.0  # a volume's front
_MIDDLE = 21.0  # of the volumes, from above
_FORESHORTENED = 0.3  # a pixel of depth, in pixels of height
_LINE = 10  # characters of what a layer does
_MOST_COLUMNS = 9  # with more, a pool stands beside its convolution
_TO_SCALE = 16  # a range up to which sides are drawn to scale
_NAMES, _DETAILS, _SHAPES, _COUNTS, _GROUND = 39.0, 41.2, 51.6, 59.5, 77.5


def measure_architecture(model: keras.Model) -> tuple[Any, Facts]:
    """Descriptions of the layers, and their parameters."""
    layers = models.describe(model)
    by_layer = {one.name: one.parameters for one in layers}
    learning = {name: count for name, count in by_layer.items() if count}
    most = max(learning, key=lambda name: learning[name])
    facts: Facts = {
        "layers": by_layer,
        "parameters": sum(by_layer.values()),
        "most": most,
        "most_parameters": learning[most],
        "most_share": learning[most] / sum(by_layer.values()),
        "flat": next(one.shape[0] for one in layers if one.kind == "Flatten" and one.shape),
        "order": ", ".join(f"{one.name} ({_size(one)})" for one in layers),
    }
    return layers, facts


def narrowing(layers: Sequence[Any], first: str, last: str) -> Facts:
    """By how much a network's images shrink and its maps multiply from one layer to another."""
    convolutions = [one for one in layers if one.kind == "Conv2D"]
    sides = {one.name: one.shape[0] for one in convolutions}
    maps = {one.name: one.shape[-1] for one in convolutions}
    learned = sum(one.parameters for one in convolutions)
    return {
        "sides": sides,
        "maps": maps,
        "narrower": sides[first] / sides[last],
        "more_maps": maps[last] / maps[first],
        "conv_share": learned / sum(one.parameters for one in layers),
    }


def _size(layer: Any) -> str:
    return "×".join(str(side) for side in layer.shape or ())


@dataclass
class _Column:
    """Layers that stand side by side under one name, and what is told of them."""

    name: str
    layers: list[Any]
    before: list[str]  # what is done to what comes in

    @property
    def detail(self) -> list[str]:
        """What the layers do."""
        return _words(self)

    @property
    def last(self) -> Any:
        """The last layer of them that is no pool, or the pool alone."""
        return next((one for one in reversed(self.layers) if not _pools(one)), self.layers[-1])

    @property
    def parameters(self) -> int:
        return sum(one.parameters for one in self.layers)

    @property
    def color(self) -> str:
        """Blue where filters are learned, orange where dense weights are, else grey."""
        if not self.parameters:
            return "#8A8A8A"
        return SERIES[1][0] if len(self.last.shape) == 1 else SERIES[0][0]


def _pools(layer: Any) -> bool:
    return "Pool" in layer.kind


def _columns(layers: Sequence[Any]) -> list[_Column]:
    """The columns of a picture; what neither learns nor pools is told above the next one."""
    shown = [one for one in layers if one.parameters or _pools(one) or one.kind == "Input"]
    apart = len(shown) <= _MOST_COLUMNS
    columns: list[_Column] = []
    told: list[str] = []
    for layer in layers:
        if layer not in shown:
            if layer.kind == "Flatten":
                told += ["flatten:", f"{layer.shape[0]:,}"]
            elif layer.kind == "Dropout":
                told.append(f"dropout {layer.detail.removeprefix('rate ')}")
            continue
        block = re.match(r"block\d+", layer.name)
        name = block[0] if block else layer.name
        with_last = _pools(layer) and not apart
        if columns and (with_last or columns[-1].name == name):
            columns[-1].layers.append(layer)
        else:
            columns.append(_Column(name, [layer], told))
        told = []
    return columns


def _words(column: _Column) -> list[str]:
    """What the layers of a column do."""
    last = column.last
    if last.kind == "Input":
        return []
    kind = {"Conv2D": "conv", "Dense": "dense"}.get(last.kind, "pool")
    if "Average" in last.kind:
        kind = "average pool"
    elif "Max" in last.kind:
        kind = "max-pool"
    count = sum(not _pools(one) for one in column.layers)
    field, _, activation = last.detail.partition(", ")
    words = [f"{f'{count} × ' if count > 1 else ''}{kind}", f"{field} {activation}".strip()]
    if len("".join(words)) < _LINE:
        words = [" ".join(words)]
    if not _pools(last):
        words += ["then pooled"] * (column.layers[-1] is not last)
    return [word for word in words if word]


def _shape_words(column: _Column) -> list[str]:
    """The output's size, and what pooling leaves of it."""
    size = _size(column.last)
    if len(column.last.shape) == 1:
        return [f"{column.last.shape[0]:,}"]
    pooled = column.layers[-1]
    return [size] if pooled is column.last else [size, f"→ {pooled.shape[0]}×{pooled.shape[1]}"]


def draw_architecture(layers: Any, facts: Facts) -> Any:
    """The volumes, from input to output, with their shapes and parameters."""
    figure, ax = plt.subplots()
    set_stage(ax, WIDE, HIGH)
    columns = _columns(layers)
    room = (WIDE - _LEFT) / len(columns)
    scale = _Scale.of(columns, room)
    reach = [
        _draw_column(ax, column, _LEFT + (k + 0.5) * room, scale)
        for k, column in enumerate(columns)
    ]
    for (_, end), (start, _) in itertools.pairwise(reach):
        _arrow(ax, end, start)
    _write_rows(ax, columns, room, facts)
    if scale.power < 1:
        say(ax, 0.6, 0, "sides of the blocks drawn as square roots", 0.72, ha="left")
    return figure


@dataclass(frozen=True)
class _Scale:
    """Units of the stage for pixels and for maps."""

    side: float
    power: float
    thick: float

    @classmethod
    def of(cls, columns: Sequence[_Column], room: float) -> _Scale:
        volumes = [one for column in columns for one in column.layers if len(one.shape) == 3]
        sides = [one.shape[0] for one in volumes]
        power = 1.0 if max(sides) <= _TO_SCALE * min(sides) else 0.5
        side = _TALLEST / max(sides) ** power
        maps = max(
            sum(one.shape[2] for one in column.layers if len(one.shape) == 3) for column in columns
        )
        return cls(side, power, min(0.62 * room, 13.0) / maps)

    def block(self, layer: Any) -> tuple[float, float, float]:
        """(height, thickness, depth) of a layer's block."""
        high, wide, maps = layer.shape
        return (
            self.side * high**self.power,
            max(0.25, self.thick * maps),
            _FORESHORTENED * self.side * wide**self.power,
        )


def _draw_column(ax: Axes, column: _Column, middle: float, scale: _Scale) -> tuple[float, float]:
    """Draw the blocks or dots of a column; where they begin and end."""
    if len(column.last.shape) == 1:
        return _draw_units(ax, column.last.shape[0], middle, column.color)
    blocks = [scale.block(one) for one in column.layers]
    gap = 0.35
    total = sum(thick for _, thick, _ in blocks) + gap * (len(blocks) - 1) + 0.5 * blocks[-1][2]
    at = start = middle - total / 2
    for layer, (high, thick, depth) in zip(column.layers, blocks, strict=True):
        color = "#8A8A8A" if _pools(layer) else column.color
        plot_volume(ax, (high, thick, depth), at, _MIDDLE - high / 2 + depth / 4, color=color)
        at += thick + gap
    return start, middle + total / 2


def _draw_units(ax: Axes, units: int, middle: float, color: str) -> tuple[float, float]:
    """Ten dots one above the other, or the first and last few of more."""
    places = list(range(10)) if units <= 10 else [0, 1, 2, 3, 6, 7, 8, 9]
    ink = plt.rcParams["text.color"]
    for place in places:
        at = (middle, _MIDDLE + 2.4 * (place - 4.5))
        ax.add_patch(Circle(at, 0.95, facecolor=color, edgecolor=ink, linewidth=0.8))
    for k in (-1, 0, 1) if units > 10 else ():
        ax.add_patch(Circle((middle, _MIDDLE + 1.1 * k), 0.28, facecolor=ink))
    return middle - 1, middle + 1


def _arrow(ax: Axes, start: float, end: float) -> None:
    look = {"arrowstyle": "-|>", "color": plt.rcParams["text.color"], "shrinkA": 0, "shrinkB": 0}
    gap = 1.0
    if end - start > 3 * gap:
        ax.annotate("", (end - gap, _MIDDLE), (start + gap, _MIDDLE), arrowprops=look)


def _write_rows(ax: Axes, columns: Sequence[_Column], room: float, facts: Facts) -> None:
    """Beneath the volumes: names and what they do, shapes, parameters as numbers and bars."""
    font = float(plt.rcParams["font.size"])
    figure: Any = ax.figure
    points = 0.94 * room * figure.get_size_inches()[0] * 72 / (WIDE + 6)  # of a column's width

    def fitted(texts: Sequence[str], size: float, weight: str = "normal") -> float:
        return min(size, points / max(ems(text, weight) for text in texts) / font)

    details = ["\n".join(one.detail) for one in columns]
    shapes = ["\n".join(_shape_words(one)) for one in columns]
    counts = [f"{one.parameters:,}" if one.parameters else "0" for one in columns]
    names = [one.name for one in columns]
    size = {
        "names": fitted(names, 1.0, "bold"),
        "details": fitted([*details, *("\n".join(one.before) for one in columns)], 0.74),
        "shapes": fitted(shapes, 0.9),
        "counts": fitted(counts, 0.92, "bold"),
    }
    most = max(one.parameters for one in columns)
    for k, column in enumerate(columns):
        at = _LEFT + (k + 0.5) * room
        say(ax, _NAMES, at, names[k], size["names"], fontweight="bold")
        say(ax, _DETAILS, at, details[k], size["details"], va="top", linespacing=1.1)
        say(ax, _SHAPES, at, shapes[k], size["shapes"], va="top", linespacing=1.1)
        if column.before:
            words, top = "\n".join(column.before), _MIDDLE - 12.6
            say(ax, top, at, words, size["details"], va="bottom", linespacing=1.1)
        high = (_GROUND - _COUNTS - 2.6) * column.parameters / most
        bar: dict[str, Any] = {"facecolor": column.color, "linewidth": 0}
        ax.add_patch(Rectangle((at - 0.3 * room, _GROUND - high), 0.6 * room, high, **bar))
        say(ax, _GROUND - high - 0.5, at, counts[k], size["counts"], fontweight="bold",
            va="bottom")  # fmt: skip
    ink = plt.rcParams["text.color"]
    ax.plot([_LEFT, WIDE], [_GROUND] * 2, color=ink, linewidth=plt.rcParams["axes.linewidth"])
    say(ax, _SHAPES, 0, "shape", 0.85, ha="left", va="top")
    say(ax, _COUNTS, 0, f"parameters\n{facts['parameters']:,}\nin all", 0.85, ha="left", va="top")


def architecture_claims(total: int) -> tuple[Claim, ...]:
    """The claims of a network with so many parameters."""
    return (
        Claim("parameters", "==", total, "{limit:,} parameters"),
        Claim("most_share", ">", 0.5, "over half of them are in one layer"),
    )
