"""Violins of one quantity in every layer, and the 2x2 layer panel.

The curves come from sketches, computed before anything is drawn; `Axes.violin` only draws them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.checks import check_choice, check_flag
from kit.plots.layer_names import every_words, name_layers, room_of_layer
from kit.plots.margins import write_note
from kit.plots.measured import (
    MOST_LAYERS,
    Measured,
    Moment,
    chosen_layers,
    layers_of_panel,
    layers_words,
    panel_layers,
)
from kit.plots.scales import Scale, check_scale, choose_scale, set_scale
from kit.plots.styling import color_of, subplots
from kit.plots.texts import ems
from kit.quantities import BY_NAME, IN_PANEL, OF_SAMPLES
from kit.recordings.display import printable, short_number, shortened
from kit.stats.sketch import Sketch

__all__ = ["Measured", "layer_panel", "plot_violins", "short_number"]

PANEL = {name: BY_NAME[name].plural for name in IN_PANEL}
"""What stands above each of the four, row by row."""

FOOTNOTE = (
    "Violins span the middle 99.8% of the values; bar: quartiles, dot: median, on a log axis of "
    "magnitudes above 0."
)

SPREADS = {
    "std": ("σ", ""),
    "std_samples": ("σₛ", "σₛ: across samples"),
    "std_units": ("σᵤ", "σᵤ: between units"),
}
"""What can stand under a layer's name: its sign, and what the axis says of it."""

_LONGEST = 18  # characters of a name in a reason
_NAMED, _LINE = 3, 130  # layers that a reason names, and characters of a line under a panel
_SMALL = 0.82  # font sizes of names with numbers
_WIDTH = 0.86  # of a violin, where layers stand 1 apart
_MANY_ZEROS = 0.01  # from this share on, exact zeros are told in words and left out of the curve


def plot_violins(
    data: Measured,
    quantity: str,
    *,
    epoch: int | None = None,
    step: int | None = None,
    layers: str | Sequence[str] | None = None,
    scale: str | Scale = "auto",
    numbers: bool = True,
    statistic: str = "std",
    ax: Axes | None = None,
) -> Axes:
    r"""Draw one quantity's distribution in every layer, a violin each.

    All violins have the same greatest width and span the middle 99.8 % of the values; the bar
    inside spans their quartiles, the dot is their median, exact zeros included; on a log scale
    they are those of the magnitudes that are not 0. Where over 1 % of the values are exactly 0,
    the curve is that of the others and the share is written above. A layer without spread is a
    line. Non-finite values are counted above.

    Parameters
    ----------
    data
        A Snapshot or a Recording.
    quantity
        One of z, activation, delta, weight, gradient.
    epoch, step
        Which capture: that at the end of an epoch, or that at a step, which may lie within an
        epoch. Epoch 0 where neither is given.
    layers
        Names of the layers, or one name, in the order in which they are drawn; None takes all
        that have the quantity, but not the model's outputs. Of more than 12 it takes 12, evenly
        spread, the first and the last among them, and the axis says so.
    scale
        ``"linear"``; ``"symlog"``, logarithmic on both sides of zero; ``"log"``, the
        magnitudes alone; or ``"auto"``: log where the layers differ so much that a
        ruler would not show all of them, else linear. The axis says which.
    numbers
        Whether to write each layer's standard deviation σ under its name, and its share of
        zeros above it, where there is room; else the shares of all layers are written together.
    statistic
        Which standard deviation that is: ``"std"``, of all values; of z, activation and delta
        also ``"std_samples"`` or ``"std_units"``, its parts across samples and between units
        (std² = std_samples² + std_units²). A layer whose units differ, but answer alike to every
        sample, has a std and tells nothing; across samples it is 0. The axis says which.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        For what is no Snapshot or Recording; the message says what to give.
    UnknownNameError
        For an unknown layer; a KeyError and a ValueError.
    ValueError
        For an unknown quantity, epoch, step, scale or statistic, a layer without the quantity, a
        recording that holds nothing yet, and parts of a std where no units were recorded, as of
        weights.

    Examples
    --------
    >>> import numpy as np
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> z = np.repeat([[-1.0], [1.0]], 50, axis=0)
    >>> ax = plot_violins(Snapshot([LayerSnapshot("h1", 0, z=z)], loss=0.7, samples=100), "z")
    >>> ax.get_xticklabels()[0].get_text()
    'h1\nσ 1.0'
    """
    if not isinstance(scale, Scale):
        check_scale(scale)
    check_flag("numbers", numbers)
    check_choice("statistic", statistic, SPREADS)
    moment = Moment(epoch, step)
    names = chosen_layers(data, quantity, layers, MOST_LAYERS)
    sketches = [moment.sketch(data, quantity, name) for name in names]
    chosen = scale if isinstance(scale, Scale) else choose_scale(sketches, scale)
    if ax is None:
        ax = subplots()[1]
    set_scale(ax, chosen)
    color = color_of(quantity)
    for place, sketch in enumerate(sketches):
        _draw_violin(ax, place, sketch, chosen, color)
    set_limits(ax, sketches, chosen)
    size = (_SMALL if numbers else 0.9) * plt.rcParams["font.size"]
    spreads, words = None, ""
    if numbers:
        sign, words = SPREADS[statistic]
        of_layers = [moment.spread(data, quantity, name, statistic) for name in names]
        spreads = [f"{sign} {short_number(one)}" for one in of_layers]
    every = name_layers(ax, names, spreads=spreads, size=size)
    is_level = ax.get_xticklabels()[0].get_rotation() == 0
    _write_above(ax, sketches, numbers and is_level)
    of = "" if layers is not None else layers_words(names, chosen_layers(data, quantity, None))
    said = "; ".join(filter(None, (of, every_words(every, len(names)), words)))
    ax.set_xlabel(said, fontsize=_SMALL * plt.rcParams["font.size"])
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.grid(False, axis="x")
    ax.set_ylabel(axis_label(quantity, chosen))
    return ax


def layer_panel(
    data: Measured,
    *,
    epoch: int | None = None,
    step: int | None = None,
    title: str | None = None,
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
    statistic: str = "std",
) -> Figure:
    """Draw the lecture's 2x2 panel: Z-values, weights, activations and gradients by layer.

    Z-values upper left, weights upper right, activations lower left, gradients lower right. Each
    has an axis of its own, which says how it is scaled.

    Parameters
    ----------
    data
        A Snapshot or a Recording.
    epoch, step
        Which capture, as for `plot_violins`.
    title
        Above the whole; None writes the epoch or the step.
    layers
        Names of the layers, or one name, for each of the four as far as it has the quantity;
        None takes all but the model's outputs, and these too where fewer than two layers would
        be left. Of more than 12 it takes 12, evenly spread, the first and the last among them.
        What it leaves out is told below the panel.
    scale
        As for `plot_violins`, for each of the four.
    statistic
        As for `plot_violins`, for Z-values and activations; of weights and gradients, which are
        not by sample, it is the standard deviation of all values.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, UnknownNameError, ValueError
        As `plot_violins`.

    Examples
    --------
    >>> import numpy as np
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> z = np.random.default_rng(0).normal(size=(100, 5))
    >>> one = LayerSnapshot("h1", 0, z=z, activation=z, weight=z, gradient=z)
    >>> figure = layer_panel(Snapshot([one], loss=0.7, samples=100), title="One layer")
    >>> [ax.get_title() for ax in figure.axes]
    ['Z-values', 'Weights', 'Activations', 'Gradients']
    """
    check_scale(scale)
    check_choice("statistic", statistic, SPREADS)
    moment = Moment(epoch, step)
    drawn = layers_of_panel(data, layers)
    figure, axes = subplots(2, 2)
    try:
        for ax, (quantity, heading) in zip(axes.flat, PANEL.items(), strict=True):
            ax.set_title(heading)
            if names := drawn[quantity]:
                plot_violins(
                    data, quantity, epoch=epoch, step=step, layers=names, scale=scale, ax=ax,
                    statistic=statistic if quantity in OF_SAMPLES else "std",
                )  # fmt: skip
            else:
                ax.text(0.5, 0.5, f"no {quantity} here", ha="center", transform=ax.transAxes)
                ax.set_axis_off()
    except Exception:
        plt.close(figure)  # nothing half drawn stays with pyplot
        raise
    figure.suptitle(title if title is not None else moment.words)
    write_panel_note(figure, data, {} if layers is not None else drawn)
    return figure


def write_panel_note(figure: Figure, data: Measured, drawn: Mapping[str, Sequence[str]]) -> None:
    """Say below a panel how it is to be read, how many layers it shows, and what was not heard.

    Parameters
    ----------
    figure
        The panel.
    data
        What it is drawn from.
    drawn
        The layers that it shows, by quantity; empty where these were asked for.
    """
    told = _left_out(data, drawn) if drawn else ""
    note = "\n".join([f"{told} {FOOTNOTE}".lstrip(), *_unheard(data)])
    # names are drawn as they are, a $ in them too
    write_note(figure, note, parse_math=False)


def _left_out(data: Measured, drawn: Mapping[str, Sequence[str]]) -> str:
    """How many layers of how many a panel shows, and that outputs are not among them."""
    there = panel_layers(data)
    shown = {name for names in drawn.values() for name in names}
    if len(shown) == len(there):
        return ""
    outputs = set(there) - set(panel_layers(data, outputs=False))
    without = ", without the output" + "s" * (len(outputs) > 1)
    return f"{layers_words(shown, there)}{without if outputs and not outputs & shown else ''}."


def _unheard(data: Measured) -> list[str]:
    """A line that names the layers that have no Z-values, and why; none where all have."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in getattr(data, "not_heard", {}).items():
        by_reason.setdefault(reason, []).append(shortened(printable(name), _LONGEST))
    if not by_reason:
        return []
    told = []
    for reason, names in by_reason.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told.append(f"{', '.join(names[:_NAMED])}{more} ({printable(reason)})")
    line = f"Not heard, so without Z-values: {'; '.join(told)}"
    return [line if len(line) <= _LINE else line[: _LINE - 1] + "…"]


def axis_label(quantity: str, scale: Scale) -> str:
    """What the axis of a quantity says, the scale where it is not linear."""
    if scale.name == "log":
        return f"{BY_NAME[quantity].magnitude}\n(log scale)"
    return BY_NAME[quantity].label + ("\n(symlog scale)" if scale.name == "symlog" else "")


def set_limits(ax: Axes, sketches: Sequence[Sketch], scale: Scale) -> None:
    """Limits that hold all violins with some air; more above where something is written."""
    spans = [span for sketch in sketches if (span := scale.span(sketch)) is not None]
    if not spans:
        return
    low, high = scale.forward([min(span[0] for span in spans), max(span[-1] for span in spans)])
    if low == high:
        low, high = low - (abs(low) or 1.0), high + (abs(high) or 1.0)
    air = 0.05 * (high - low)
    above = 3.5 if any(_told(sketch) for sketch in sketches) else 1
    bottom, top = scale.inverse([low - air, high + above * air])
    ax.set_ylim(float(bottom), float(top))


def _draw_violin(ax: Axes, place: int, sketch: Sketch, scale: Scale, color: str) -> None:
    span = scale.span(sketch)
    if span is None:
        return
    low, first, middle, third, high = span
    if low == high:
        ax.plot([place - 0.35, place + 0.35], [middle] * 2, color=color, solid_capstyle="butt")
        return
    coords, density = sketch.density(
        low,
        high,
        zeros=sketch.zero_fraction <= _MANY_ZEROS,
        magnitude=scale.name == "log",
        forward=scale.forward,
        inverse=scale.inverse,
    )
    stats: dict[str, Any] = {"coords": coords, "vals": density}
    stats |= {"mean": sketch.mean, "median": middle, "min": low, "max": high}
    drawn = ax.violin([stats], [place], widths=_WIDTH, showextrema=False)
    for body in drawn["bodies"]:  # type: ignore[attr-defined]
        body.set(facecolor=color, edgecolor=color, alpha=0.85, linewidth=1.2)
    ink, back = plt.rcParams["text.color"], plt.rcParams["axes.facecolor"]
    ax.vlines(place, first, third, color=ink, linewidth=4)
    ax.plot(place, middle, "o", ms=6, mfc=back, mec=ink, mew=1.5)


def _told(sketch: Sketch) -> str:
    """What has to be said of a distribution in words."""
    words = []
    if sketch.nonfinite:
        words.append(f"✕ {sketch.nonfinite:,}\nnot finite")
    if _MANY_ZEROS < sketch.zero_fraction < 1:
        words.append(f"{sketch.zero_fraction:.0%} zeros")
    if sketch.count and sketch.zero_fraction == 1:
        words.append("all zero")
    return "\n".join(words)


def _write_above(ax: Axes, sketches: Sequence[Sketch], each: bool) -> None:
    """Shares of zeros and non-finite values, over each violin or, without room, in one line."""
    size = plt.rcParams["font.size"] * 0.75
    told = [_told(sketch) for sketch in sketches]
    if each and max((ems(words) for words in told if words), default=0.0) + 0.5 <= (
        room_of_layer(ax, len(sketches)) / size
    ):
        for place, words in enumerate(told):
            ax.text(
                place, 0.99, words, ha="center", va="top", fontsize=size,
                transform=ax.get_xaxis_transform(),
            )  # fmt: skip
        return
    lines = []
    if bad := sum(sketch.nonfinite > 0 for sketch in sketches):
        lines.append(f"✕ not finite: values of {bad} layer{'s' if bad > 1 else ''}")
    shares = [sketch.zero_fraction for sketch in sketches if sketch.count]
    if shares and max(shares) > _MANY_ZEROS:
        lines.append(f"{min(shares):.0%} to {max(shares):.0%} zeros")
    if lines:
        ax.text(
            0.5, 0.99, "\n".join(lines), ha="center", va="top", fontsize=size,
            transform=ax.transAxes,
        )  # fmt: skip
