"""A binary classifier over the plane of its inputs, and over that of two hidden units."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.lines import Line2D

from kit.checks import check_count, check_flag, shown
from kit.plots.styling import series_styles, subplots
from kit.recordings.representation import Representation

__all__ = ["check_names", "check_representation", "marks_of_classes", "plot_decision_boundary",
           "plot_feature_space"]  # fmt: skip

_LEVELS = np.linspace(0, 1, 11)
_RIM = "white"  # on a dark page too, where the shades are dark
_BEYOND = 0.06  # of the range of what is drawn, that is left free on each side


def plot_decision_boundary(
    data: Representation,
    *,
    names: Sequence[str] = ("class 0", "class 1"),
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw what a binary classifier says at every point of the plane of its two inputs.

    The shade is the probability of class 1, in steps of a tenth; the line is where it is 0.5. The
    samples stand where their inputs are, discs and squares by their class.

    Parameters
    ----------
    data
        As `kit.callbacks.represent` makes it of a model with two inputs.
    names
        Of the classes 0 and 1.
    legend
        Whether to say above the Axes what marks and line are; False leaves room for a title.
    ax
        Axes to draw on; None takes new ones, with a scale of the shades beside them.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For what is no Representation, or has no grid; for another number of names than two.

    Examples
    --------
    >>> from kit.callbacks import represent
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_dims=2, n_points=100)
    >>> model = build_block("tanh", n_layers=1, input_dim=2, seed=1)
    >>> ax = plot_decision_boundary(represent(model, X, y))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('input 1', 'input 2')
    """
    check_representation(data)
    words = check_names(names)
    check_flag("legend", legend)
    if data.grid is None or data.grid_probabilities is None:
        raise ValueError(
            "`data` must have a grid of two inputs; got "
            + ("none" if data.inputs is None else f"{data.inputs.shape[1]} inputs")
        )
    alone = ax is None
    if ax is None:
        ax = subplots()[1]
    x1, x2 = data.grid[..., 0], data.grid[..., 1]  # (rows, columns) each
    shades = ax.contourf(x1, x2, data.grid_probabilities, levels=_LEVELS, cmap=_shades())
    low, high = data.grid_probabilities.min(), data.grid_probabilities.max()
    if low < 0.5 < high:
        ink = plt.rcParams["text.color"]
        ax.contour(x1, x2, data.grid_probabilities, levels=[0.5], colors=[ink], linewidths=_wide())
    if data.inputs is not None:
        _samples(ax, data.inputs, data.labels)
    ax.set_xlim(float(x1.min()), float(x1.max()))
    ax.set_ylim(float(x2.min()), float(x2.max()))
    ax.set_xlabel("input 1")
    ax.set_ylabel("input 2")
    ax.grid(False)
    if legend:
        _tell(ax, words, "probability 0.5")
    if alone:
        scale = ax.figure.colorbar(shades, ax=ax, ticks=[0, 0.25, 0.5, 0.75, 1])
        scale.set_label(f"probability of {words[1]}")
    return ax


def plot_feature_space(
    data: Representation,
    *,
    names: Sequence[str] = ("class 0", "class 1"),
    lines: int = 13,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw samples, and the plane of the inputs, as a hidden layer of two units sees them.

    Each sample stands at the activations of the two units. The net is the straight and even one
    of the inputs' plane, as the layer bends it. The line is the one at which the output unit parts
    the classes; in this plane it is straight.

    Parameters
    ----------
    data
        As `kit.callbacks.represent` makes it with ``layer=``.
    names
        Of the classes 0 and 1.
    lines
        Of the net, in each direction; at most as many as the grid has points.
    legend
        As for `plot_decision_boundary`.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For what is no Representation, or has no activations of two hidden units; for another
        number of names than two, and of lines than 2 or more.

    Examples
    --------
    >>> hidden = np.array([[-0.5, 0.2], [0.6, 0.3]])
    >>> data = Representation([0, 1], [0.2, 0.7], hidden=hidden, line=[1, 0, 0])
    >>> plot_feature_space(data).get_xlabel()
    'activation of unit 1'
    """
    check_representation(data)
    words = check_names(names)
    check_flag("legend", legend)
    check_count("lines", lines, least=2)
    if data.hidden is None:
        raise ValueError(
            "`data` must have the activations of two hidden units, as represent(..., layer=) "
            "keeps them; got none"
        )
    if ax is None:
        ax = subplots()[1]
    drawn = [data.hidden]
    if data.grid_hidden is not None:
        drawn.append(data.grid_hidden.reshape(-1, 2))
        ax.add_collection(_net(data.grid_hidden, lines))
    _samples(ax, data.hidden, data.labels)
    points = np.concatenate(drawn)
    low, high = points.min(axis=0), points.max(axis=0)
    room = _BEYOND * np.where(high > low, high - low, 1)
    (left, below), (right, above) = low - room, high + room
    if data.line is not None and np.any(data.line[:2]):
        _straight(ax, data.line, (left, right), (below, above))
    ax.set_xlim(float(left), float(right))
    ax.set_ylim(float(below), float(above))
    ax.set_xlabel("activation of unit 1")
    ax.set_ylabel("activation of unit 2")
    ax.grid(False)
    if legend:
        _tell(ax, words, None if data.line is None else "probability 0.5")
    return ax


def check_representation(data: Representation) -> None:
    """Refuse what is no Representation."""
    if not isinstance(data, Representation):
        raise TypeError(
            "`data` must be a Representation, as kit.callbacks.represent(model, X, y) gives it; "
            f"got {shown(data)}"
        )


def check_names(names: Sequence[str]) -> tuple[str, str]:
    """The names of two classes."""
    if isinstance(names, str) or len(names) != 2:
        raise ValueError(f"`names` must be two, of class 0 and class 1; got {shown(names)}")
    return str(names[0]), str(names[1])


def _shades() -> LinearSegmentedColormap:
    """From the colour of class 0 over the page to that of class 1."""
    page = plt.rcParams["axes.facecolor"]
    zero, one = (_mixed(look["color"], page, 0.55) for look in series_styles(2))
    return LinearSegmentedColormap.from_list("classes", [zero, page, one])


def _mixed(color: str, page: str, share: float) -> tuple[float, float, float]:
    """So much of a colour, and the rest of the page's."""
    red, green, blue = share * np.array(to_rgb(color)) + (1 - share) * np.array(to_rgb(page))
    return float(red), float(green), float(blue)


def _wide() -> float:
    return 1.4 * float(plt.rcParams["lines.linewidth"])


def _samples(ax: Axes, places: np.ndarray, labels: np.ndarray) -> None:
    """Discs and squares, by class, with a rim that parts them from what lies below."""
    size = 0.8 * float(plt.rcParams["lines.markersize"])
    for label, look in enumerate(series_styles(2)):
        mine = places[labels == label]
        ax.plot(
            mine[:, 0], mine[:, 1], look["marker"], color=look["color"], ms=size,
            mec=_RIM, mew=0.1 * size, zorder=3,
        )  # fmt: skip


def _net(places: np.ndarray, lines: int) -> LineCollection:
    """Lines of a grid, (rows, columns, 2), evenly taken, in both directions."""
    rows, columns = (
        np.unique(np.linspace(0, side - 1, lines).round().astype(int)) for side in places.shape[:2]
    )
    strands = [places[row] for row in rows] + [places[:, column] for column in columns]
    width = 0.45 * float(plt.rcParams["lines.linewidth"])
    grey = _mixed(plt.rcParams["text.color"], plt.rcParams["axes.facecolor"], 0.45)
    return LineCollection(strands, colors=[grey], linewidths=width)


def _straight(
    ax: Axes, line: np.ndarray, across: tuple[float, float], up: tuple[float, float]
) -> None:
    """Where w1 h1 + w2 h2 + b = 0, beyond the edges: a film may have wider ones."""
    first, second, bias = line
    if abs(second) >= abs(first):
        x = _far(across)
        y = -(first * x + bias) / second
    else:
        y = _far(up)
        x = -(second * y + bias) / first
    ax.plot(x, y, color=plt.rcParams["text.color"], lw=_wide(), zorder=4)


def _far(ends: tuple[float, float]) -> np.ndarray:
    """Ends that are ten times as far apart."""
    middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
    return np.array([middle - 10 * half, middle + 10 * half])


def marks_of_classes(names: Sequence[str], line: str | None) -> list[Line2D]:
    """What a legend shows: the marks of class 0 and class 1, and the line, where there is one."""
    looks = series_styles(2)
    known = [
        Line2D([], [], color=look["color"], marker=look["marker"], ls="", label=name)
        for look, name in zip(looks, names, strict=True)
    ]
    if line is not None:
        known.append(Line2D([], [], color=plt.rcParams["text.color"], lw=_wide(), label=line))
    return known


def _tell(ax: Axes, names: Sequence[str], line: str | None) -> None:
    """Above the Axes, what marks and line are."""
    known = marks_of_classes(names, line)
    ax.legend(
        handles=known, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(known), borderpad=0.1,
        handletextpad=0.4, columnspacing=1.2, handlelength=1.2,
    )  # fmt: skip
