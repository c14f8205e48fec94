"""How figures look: colours, sizes and fonts, all through one context.

The colours are those of M. Okabe and K. Ito, "Color Universal Design" (2008), which colour-blind
readers tell apart; every meaning that a colour has, a position, a mark or a word has too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from kit.checks import check_choice
from kit.plots.margins import keep_air
from kit.plots.typeface import families
from kit.quantities import BY_NAME

__all__ = ["COLORS", "LABELS", "SIZES", "THEMES", "color_of", "series_styles", "style"]

COLORS = {name: quantity.color for name, quantity in BY_NAME.items()}
"""The colour of each quantity, in every figure."""

LABELS = {name: quantity.label for name, quantity in BY_NAME.items()}
"""What an axis says of each quantity."""

SERIES = (
    ("#0072B2", "-", "o"),
    ("#D55E00", "--", "s"),
    ("#009E73", "-.", "^"),
    ("#CC79A7", ":", "D"),
    ("#56B4E9", (0, (5, 1, 1, 1)), "v"),
)

SIZES = {"slide": (13.3334, 7.5), "paper": (6.9, 4.6)}
"""Width and height in inches: a 16:9 slide, the text width of a page."""

_FONTS = {"slide": 17.0, "paper": 8.5}

THEMES = {
    "light": {"back": "#FFFFFF", "ink": "#1A1A1A", "grid": "#DDDDDD"},
    "dark": {"back": "#14181D", "ink": "#F2F2F2", "grid": "#3A424B"},
}


@contextmanager
def style(theme: str = "light", size: str = "slide") -> Iterator[None]:
    """Draw in the kit's style within this context; afterwards all is as before.

    Parameters
    ----------
    theme
        ``"light"`` or ``"dark"``.
    size
        ``"slide"`` (13.3 x 7.5 in, read from the last row) or ``"paper"`` (6.9 x 4.6 in).

    Raises
    ------
    ValueError
        For another theme or size.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> with style(theme="dark"):
    ...     figure, ax = plt.subplots()
    """
    check_choice("theme", theme, THEMES)
    check_choice("size", size, SIZES)
    _choose_backend()
    with mpl.rc_context(_settings(THEMES[theme], SIZES[size], _FONTS[size])):
        yield


def _choose_backend() -> None:
    """Let pyplot load its backend now, as it does with the first figure.

    A notebook's backend sets rcParams when it is loaded. Within a context these would be put back
    at its end, and no later figure would be shown (matplotlib's issue 24351).
    """
    if not plt.get_fignums():  # where there are figures, it is loaded
        plt.draw_if_interactive()


def _settings(colors: dict[str, str], inches: tuple[float, float], font: float) -> Any:
    ink, line = colors["ink"], font / 14
    return {
        "figure.figsize": inches,
        "figure.facecolor": colors["back"],
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": font * 0.004,  # inches
        "savefig.facecolor": colors["back"],
        "axes.facecolor": colors["back"],
        "axes.edgecolor": ink,
        "axes.labelcolor": ink,
        "axes.titlesize": font * 1.1,
        "axes.titleweight": "bold",
        "axes.titlecolor": ink,
        "axes.labelsize": font,
        "axes.linewidth": line,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.formatter.use_mathtext": True,
        "axes.formatter.limits": (-3, 4),
        "figure.titlesize": font * 1.35,
        "figure.titleweight": "bold",
        "figure.hooks": [f"{keep_air.__module__}:{keep_air.__name__}"],
        "font.family": families(),
        "font.size": font,
        "grid.color": colors["grid"],
        "grid.linewidth": line * 0.8,
        "legend.frameon": False,
        "legend.fontsize": font,
        "lines.linewidth": line * 2,
        "lines.markersize": font * 0.45,
        "text.color": ink,
        "xtick.color": ink,
        "ytick.color": ink,
        "xtick.labelsize": font * 0.9,
        "ytick.labelsize": font * 0.9,
        "svg.fonttype": "none",
        "svg.hashsalt": "keras-teaching-kit",
        "pdf.fonttype": 42,
    }


def subplots(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """`plt.subplots` with room for its labels, in the kit's style or without it."""
    if not mpl.rcParams["figure.constrained_layout.use"]:  # no style context
        wide = 6.4 if columns == 1 else 5.0 * columns if columns == 2 else 3.6 * columns
        options.setdefault("figsize", (wide, 4.8 if rows == 1 else 3.6 * rows))
    return plt.subplots(rows, columns, layout="constrained", **options)


def color_of(quantity: str) -> str:
    """The colour of a quantity."""
    return COLORS[quantity]


def series_styles(n: int) -> list[dict[str, Any]]:
    """Colour, line and mark of each of `n` series, no two alike up to five."""
    return [
        {"color": color, "linestyle": line, "marker": mark}
        for color, line, mark in (SERIES[k % len(SERIES)] for k in range(n))
    ]
