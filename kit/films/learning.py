"""A binary classifier as it learns: its representations, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.checks import shown
from kit.films.film import Animation
from kit.films.motion import Progress, animate_steps
from kit.films.scenes import thinned
from kit.plots.styling import subplots
from kit.recordings.representation import Representation

__all__ = ["animate_representations"]

Plot = Callable[..., Axes]
"""A function as `plot_decision_boundary`: from a Representation and ``ax=`` to these Axes."""


def animate_representations(
    views: Mapping[int, Representation],
    plots: Plot | Sequence[Plot],
    path: str | Path | None = None,
    *,
    title: str = "",
    fps: float = 4.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate what a binary classifier makes of samples and of its plane, as it learns.

    The axes keep the limits that hold all epochs.

    Parameters
    ----------
    views
        By epoch, each a Representation: ``views`` of a `kit.callbacks.RepresentationRecorder`.
        Two epochs at least; of more than 100 it shows 100.
    plots
        `plot_decision_boundary`, `plot_feature_space`, `plot_probabilities` or `plot_losses` of
        `kit.plots`, or several of them, side by side.
    path, title, fps, width, alt, progress
        As for `animate_panel`.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel`, and as the plots; also for fewer than two epochs.

    Examples
    --------
    >>> from kit.plots import plot_probabilities
    >>> ends = ([0.5, 0.5], [0.2, 0.9])
    >>> views = {k: Representation([0, 1], ends[k]) for k in (0, 1)}
    >>> animate_representations(views, plot_probabilities, width=320).frames
    2
    """
    if not isinstance(views, Mapping) or len(views) < 2:
        raise ValueError(
            "`views` must have two epochs at least, each with a Representation; got "
            f"{shown(sorted(views) if isinstance(views, Mapping) else views)}"
        )
    several = [plots] if callable(plots) else list(plots)
    epochs = thinned(sorted(views))
    figure, grid = subplots(1, len(several), squeeze=False)
    show = moving(figure, list(grid[0]), [views[epoch] for epoch in epochs], several)
    steps = [f"epoch {epoch} of {epochs[-1]}" for epoch in epochs]
    return animate_steps(
        figure, show, steps, path, title=title, fps=fps, width=width, alt=alt, progress=progress
    )


def moving(
    figure: Figure, axes: Sequence[Axes], views: Sequence[Representation], plots: Sequence[Plot]
) -> Callable[[int], None]:
    """A function that draws the step of a number, within limits that hold all of them."""
    limits = [_limits(ax, views, plot) for ax, plot in zip(axes, plots, strict=True)]

    def show(step: int) -> None:
        for ax, plot, (x, y) in zip(axes, plots, limits, strict=True):
            ax.clear()
            plot(views[step], ax=ax)
            ax.set_xlim(*x)
            ax.set_ylim(*y)

    return show


def _limits(ax: Axes, views: Sequence[Representation], plot: Plot) -> np.ndarray:
    """(2, 2): the lowest and the highest of x and of y that any of the pictures has."""
    found = []
    for view in views:
        ax.clear()
        plot(view, ax=ax)
        found.append((ax.get_xlim(), ax.get_ylim()))
    both = np.array(found)  # (views, x and y, low and high)
    return np.stack([both[..., 0].min(axis=0), both[..., 1].max(axis=0)], axis=-1)
