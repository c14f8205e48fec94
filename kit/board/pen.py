"""The pen that draws a network's parts: edges, nodes, the words around them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from kit.board.columns import ALWAYS_ONE, Columns, Paths, Unit
from kit.board.matrices import NEGATIVE, WINDOW
from kit.plots.texts import ems, room_of

__all__ = ["Pen", "Room", "room_for"]

THICKEST = 3.2
"""Width of the edge of the largest weight, relative to the style's lines."""

_FAINT = 0.3  # of what is beside the paths
_TINT = 0.5  # of a quantity's colour in the node of its largest value


@dataclass(frozen=True)
class Room:
    """Sizes in units of the pitch, and the pitch in points."""

    pitch: float
    radius: float
    spacing: float
    side: float  # left and right of the outer nodes
    over: float  # from the middle of the uppermost unit to the upper edge
    under: float


def room_for(
    ax: Axes, columns: Columns, *, labels: bool, names: bool, told: bool, key: bool
) -> Room:
    """How large all can be on these Axes, with room for the texts around, and at edges if told."""
    font = plt.rcParams["font.size"]
    wide, high = room_of(ax)
    gaps = len(columns.sizes) - 1
    counts = any(columns.elided(k) for k in range(gaps + 1))
    over, under = (1.5 * labels + 1.7 * names + 0.3) * font, (1.5 * counts + 0.3) * font
    rows = columns.above - columns.below
    high = max(high - over - under - 1.8 * key * font, font)
    pitch = min(high / (rows + 0.8), wide / gaps, 11 * font)
    radius = min((0.31 if labels else 0.43) * pitch, 0.17 * wide / gaps, 2.3 * font)
    if told:  # the numbers stand beside the nodes, not on them
        nearest = min(_share(columns, k) for k in range(gaps)) * wide / (gaps + 0.3)
        radius = max(min(radius, nearest - 1.15 * font), min(radius, 1.1 * font))
    side = 0.4 * font
    spacing = min((wide - 2 * radius - 2 * side) / gaps, 17 * font)
    over, under = over + radius, under + radius
    scaled = (one / pitch for one in (radius, spacing, side, over, under))
    return Room(pitch, *scaled)


def _share(columns: Columns, k: int) -> float:
    """How far along its edge a number stands: those of all edges then stand one below the other."""
    return 1 / (columns.rows(k + 1) + 1)


class Pen:
    """Draws the parts of one network."""

    def __init__(
        self, ax: Axes, columns: Columns, room: Room, paths: Paths, number: Callable[[float], str]
    ) -> None:
        self.ax, self.columns, self.room, self.number = ax, columns, room, number
        self.lit_nodes = {node for path in paths for node in path}
        pairs = (itertools.pairwise(path) for path in paths)
        self.lit_edges = {pair for some in pairs for pair in some}
        self.some_lit = bool(self.lit_nodes)
        self.font = plt.rcParams["font.size"]
        self.ink, self.back = plt.rcParams["text.color"], plt.rcParams["axes.facecolor"]

    def edges(self, into: Callable[[int, Unit], np.ndarray], largest: float, told: bool) -> None:
        """Lines from each unit to each of the next column."""
        columns = self.columns
        for k in range(len(columns.sizes) - 1):
            ends = [unit for unit in columns.units(k + 1) if unit != ALWAYS_ONE]
            size = self._edge_size(k) if told else 0.0
            for unit in columns.units(k):
                weights = into(k, unit)
                for end in ends:
                    weight = float(weights[int(end)])
                    lit = ((k, unit), (k + 1, end)) in self.lit_edges
                    self._edge(k, unit, end, weight / largest, lit)
                    if told:
                        self._edge_number(k, unit, end, weight, lit, size)

    def _edge(self, k: int, unit: Unit, end: Unit, share: float, lit: bool) -> None:
        x, y = zip(self.columns.place(k, unit), self.columns.place(k + 1, end), strict=True)
        line = plt.rcParams["lines.linewidth"]
        width = max(0.5, THICKEST * min(1.0, abs(share))) * line
        look: dict[str, Any] = (
            {"color": NEGATIVE, "linestyle": "--"} if share < 0 else {"color": self.ink}
        )
        if lit:
            halo: dict[str, Any] = {
                "color": WINDOW,
                "alpha": 0.45,
                "solid_capstyle": "butt",
                "zorder": 1.2,
            }
            self.ax.add_line(Line2D(x, y, linewidth=width + 3 * line, **halo))
        if share:
            faint = _FAINT if self.some_lit and not lit else 1.0
            edge = Line2D(x, y, linewidth=width, alpha=faint, zorder=1.4 if lit else 1, **look)
            edge.set_gid(f"edge-{k}-{unit}-{end}")
            self.ax.add_line(edge)

    def _edge_size(self, k: int) -> float:
        """Letters of the numbers at edges: a line for each between one unit and the next."""
        return min(0.75 * self.font, 0.8 * self.room.pitch * _share(self.columns, k))

    def _edge_number(
        self, k: int, unit: Unit, end: Unit, weight: float, lit: bool, size: float
    ) -> None:
        share = _share(self.columns, k)
        (x, y), (x_end, y_end) = self.columns.place(k, unit), self.columns.place(k + 1, end)
        box = {"facecolor": self.back, "edgecolor": "none", "pad": 0.6}
        self.ax.text(
            x + share * (x_end - x), y + share * (y_end - y), self.number(weight), fontsize=size,
            ha="center", va="center", zorder=3, bbox=box, gid=f"weight-{k}-{unit}-{end}",
            alpha=0.55 if self.some_lit and not lit else 1.0,
            fontweight="bold" if lit else "normal",
        )  # fmt: skip

    def nodes(self, values: Sequence[Sequence[float] | None], color: str | None) -> None:
        """Circles with their numbers, and ⋮ for those that are left out."""
        known = [abs(one) for some in values if some is not None for one in some]
        largest = max((one for one in known if np.isfinite(one)), default=0.0) or 1.0
        written = {
            (k, unit): self._text(values[k], unit)
            for k in range(len(self.columns.sizes))
            for unit in self.columns.units(k)
        }
        across = 1.76 * self.room.radius * self.room.pitch
        widest = max(ems(text, self._weight(node)) for node, text in written.items())
        size = min(0.95 * self.font, across / widest)
        for (k, unit), text in written.items():
            value = values[k]
            share = 0.0 if value is None or unit == ALWAYS_ONE else abs(float(value[int(unit)]))
            share = share / largest if color and np.isfinite(share) else 0.0
            self._node(k, unit, text, size, color, share)
        for k in range(len(self.columns.sizes)):
            if self.columns.elided(k):
                x, y = self.columns.gap(k)
                look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": self.font}
                self.ax.text(x, y, "⋮", fontweight="bold", **look)

    def _text(self, values: Sequence[float] | None, unit: Unit) -> str:
        if unit == ALWAYS_ONE:
            return "1"
        value = np.nan if values is None else float(values[int(unit)])
        return "" if np.isnan(value) else self.number(value)

    def _weight(self, node: tuple[int, Unit]) -> str:
        return "bold" if node in self.lit_nodes else "normal"

    def _node(
        self, k: int, unit: Unit, text: str, size: float, color: str | None, share: float
    ) -> None:
        lit = (k, unit) in self.lit_nodes
        line = plt.rcParams["axes.linewidth"]
        fill = self.back if not color else _mixed(color, self.back, _TINT * share)
        edge = WINDOW if lit else self.ink
        circle = Circle(
            self.columns.place(k, unit), self.room.radius, facecolor=fill, zorder=2,
            linestyle=":" if unit == ALWAYS_ONE else "-", gid=f"unit-{k}-{unit}", edgecolor=edge,
            linewidth=line * (3.2 if lit else 1.3),
        )  # fmt: skip
        self.ax.add_patch(circle)
        if text:
            self.ax.text(
                *self.columns.place(k, unit), text, ha="center", va="center", fontsize=size,
                zorder=4, fontweight=self._weight((k, unit)),
            )  # fmt: skip

    def words(self, labels: Sequence[Sequence[str] | None], names: Sequence[str] | None) -> None:
        """Labels above the units, names above the columns, counts below."""
        columns, line = self.columns, 0.25 * self.font / self.room.pitch
        top = columns.above + self.room.over
        box = {"facecolor": self.back, "edgecolor": "none", "pad": 0.4}
        for k, some in enumerate(labels):
            for unit in columns.units(k) if some is not None else ():
                if unit != ALWAYS_ONE and some is not None and some[int(unit)]:
                    x, y = columns.place(k, unit)
                    self.ax.text(
                        x, y + self.room.radius + line, some[int(unit)], ha="center", va="bottom",
                        fontsize=0.85 * self.font, zorder=3, bbox=box,
                    )  # fmt: skip
        for k, name in enumerate(names or ()):
            x = columns.place(k, 0)[0]
            self.ax.text(x, top, name, ha="center", va="top", fontweight="bold",
                         fontsize=0.95 * self.font)  # fmt: skip
        for k, size in enumerate(columns.sizes):
            if columns.elided(k):
                x, y = columns.place(k, size - 1)
                self.ax.text(x, y - self.room.radius - line, f"{size:,} units", ha="center",
                             va="top", fontsize=0.8 * self.font)  # fmt: skip

    def key(self, negative: bool) -> None:
        """What the lines of the edges mean, below."""
        wide = plt.rcParams["lines.linewidth"] * 1.6
        handles = [Line2D([], [], color=self.ink, linewidth=wide, label="weight over 0")]
        if negative:
            look: dict[str, Any] = {"color": NEGATIVE, "linestyle": "--"}
            handles.append(Line2D([], [], linewidth=wide, label="weight under 0", **look))
        self.ax.legend(
            handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2,
            fontsize=0.8 * self.font, borderaxespad=0.2,
        )  # fmt: skip


def _mixed(color: str, back: str, strength: float) -> tuple[float, ...]:
    """Of a colour so much, the rest of the background's: opaque, so that no edge shines through."""
    pairs = zip(to_rgb(color), to_rgb(back), strict=True)
    return tuple(strength * one + (1 - strength) * other for one, other in pairs)
