"""Animations: the layer panel, distributions, learning curves, a kernel, a pass on its way.

Each function draws its pictures with the kit's own plots, on axes that stay the same in all of
them, and returns an `Animation`: a notebook shows it, `save` or `path` writes it. GIF needs
nothing more; MP4 needs imageio-ffmpeg (``pip install imageio-ffmpeg``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from kit.checks import as_matrix, as_numbers, check_count, check_number, shown
from kit.films.film import Animation, check_path, encode
from kit.films.passes import NetworkStep, check_steps, passing
from kit.films.scenes import Kept, Scene, chosen_epochs, growing, panel, thinned
from kit.plots.epochs import plot_epochs
from kit.plots.history import plot_history
from kit.plots.measured import MOST_LAYERS, Measured, chosen_layers
from kit.plots.scales import check_scale
from kit.stats import convolve, padding_of

__all__ = [
    "Animation",
    "animate_epochs",
    "animate_growth",
    "animate_history",
    "animate_kernel",
    "animate_network",
    "animate_panel",
    "animate_steps",
    "check_film",
]

Progress = Callable[[int, int], None]

FIRST, LAST = 1.0, 2.5
"""Seconds for which the first and the last picture stay at least: that is where eyes rest."""


def animate_panel(
    recording: Measured,
    path: str | Path | None = None,
    *,
    epochs: Sequence[int] | None = None,
    layers: Sequence[str] | None = None,
    scale: str = "auto",
    title: str = "",
    fps: float = 2.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate the 2x2 layer panel over the epochs.

    Each of the four has one scale and one pair of limits, which hold the violins of all epochs.
    The title says the epoch. A line under the picture shows how much is over; at its end the last
    picture stays, says "again", and the film begins again.

    Parameters
    ----------
    recording
        A Recording of at least two epochs.
    path
        Where to write it, ending in ``.gif`` or ``.mp4``; None writes nothing and makes a GIF.
    epochs
        Epochs to show; None takes all, or 100 of them, evenly spread.
    layers, scale
        As for `layer_panel`, for all epochs together.
    title
        Stands before the epoch.
    fps
        Epochs a second, 0.1 to 50.
    width
        Of the picture, 160 to 3,840 pixels; the height follows from the style's.
    alt
        What is to be seen, in words, for who cannot see it; None writes the title and the epochs.
    progress
        Called after each picture with how many are done, and of how many.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError
        For fewer than two epochs, epochs, layers or a scale that are not there, an `fps` or
        `width` of another kind or beyond its range, or a path that cannot be written.
    ImportError
        For ``.mp4`` without imageio-ffmpeg.

    Examples
    --------
    >>> from kit.recordings import LayerSketches, Recording
    >>> from kit.stats.sketch import Sketch
    >>> recording = Recording.create()
    >>> for epoch in (0, 1):
    ...     layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([0.5, 1.0, 2.0 + epoch])})
    ...     recording.add(epoch=epoch, step=epoch, loss=0.7, samples=3, layers=[layer])
    >>> film = animate_panel(recording, width=320)
    >>> film.format, film.frames, film.size[0]
    ('gif', 2, 320)
    """
    check_film(path, fps, width)
    chosen = chosen_epochs(recording, epochs)
    scene = panel(recording, chosen, title=title, layers=layers, scale=scale)
    return _film(scene, path, fps, width, alt, progress)


def animate_epochs(
    recording: Measured,
    quantity: str,
    path: str | Path | None = None,
    *,
    epochs: Sequence[int] | None = None,
    layers: Sequence[str] | None = None,
    scale: str = "auto",
    title: str = "",
    fps: float = 4.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate how a quantity's distribution moves, layer by layer: `plot_epochs`, growing.

    Parameters
    ----------
    recording
        A Recording of at least two epochs.
    quantity
        One of z, activation, delta, weight, gradient.
    path, epochs, layers, scale, title, fps, width, alt, progress
        As for `animate_panel`.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel` and `plot_epochs`.

    Examples
    --------
    >>> from kit.recordings import LayerSketches, Recording
    >>> from kit.stats.sketch import Sketch
    >>> recording = Recording.create()
    >>> for epoch in (0, 1):
    ...     layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([0.5, 1.0, 2.0 + epoch])})
    ...     recording.add(epoch=epoch, step=epoch, loss=0.7, samples=3, layers=[layer])
    >>> animate_epochs(recording, "z", width=320).frames
    2
    """
    check_film(path, fps, width)
    chosen = chosen_epochs(recording, epochs)
    check_scale(scale)
    names = chosen_layers(recording, quantity, layers, MOST_LAYERS)
    kept = Kept(recording, {quantity: names}, chosen)
    figure = _figure_of(plot_epochs(kept, quantity, layers=names, scale=scale)[0])
    return _film(growing(figure, chosen, title=title), path, fps, width, alt, progress)


def animate_history(
    data: Any,
    path: str | Path | None = None,
    *,
    metrics: Sequence[str] | None = None,
    title: str = "",
    fps: float = 4.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate the learning curves: `plot_history`, growing epoch by epoch.

    Parameters
    ----------
    data
        A Recording, a Keras History, or a table with a row for each epoch; two epochs at least.
    path, title, fps, width, alt, progress
        As for `animate_panel`.
    metrics
        As for `plot_history`.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel` and `plot_history`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"loss": [0.7, 0.5], "accuracy": [0.5, 0.8]}, index=[1, 2])
    >>> animate_history(table, width=320).frames
    2
    """
    check_film(path, fps, width)
    ax = plot_history(data, metrics=metrics)
    figure = _figure_of(ax)
    for text in [text for side in figure.axes for text in side.texts]:
        text.remove()  # names at the curves' ends, where there is nothing yet
    ax.autoscale(axis="x")  # and the room for them
    curves = [line for side in figure.axes for line in side.lines]
    epochs = thinned(sorted({int(x) for line in curves for x in np.asarray(line.get_xdata())}))
    if len(epochs) < 2:
        plt.close(figure)
        raise ValueError(f"`data` must hold the history of two epochs at least; got {epochs}")
    ax.legend(handles=curves, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(curves))
    return _film(growing(figure, epochs, title=title), path, fps, width, alt, progress)


def animate_growth(
    figure: Figure,
    epochs: Sequence[int],
    path: str | Path | None = None,
    *,
    title: str = "",
    word: str = "epoch",
    fps: float = 4.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate a figure of curves over the epochs, of any number of axes: they grow.

    Parameters
    ----------
    figure
        What it looks like in the end. Lines and areas over the x axis's values grow, all else
        stands from the beginning. The figure is used up.
    epochs
        Two at least, ascending.
    word
        What is counted along the x axis, as the title calls it: "epoch", or "update".
    path, title, fps, width, alt, progress
        As for `animate_panel`.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel`; also for a figure without lines or areas.

    Examples
    --------
    >>> figure, ax = plt.subplots(layout="constrained")
    >>> _ = ax.plot([1, 2, 3], [0.9, 0.5, 0.4])
    >>> animate_growth(figure, [1, 2, 3], width=320).frames
    3
    """
    check_film(path, fps, width)
    chosen = thinned(as_numbers("epochs", list(epochs)).tolist())
    if len(chosen) < 2 or chosen != sorted(set(chosen)):
        raise ValueError(f"`epochs` must be two at least, ascending; got {shown(chosen)}")
    scene = growing(figure, chosen, title=title, word=word)
    return _film(scene, path, fps, width, alt, progress)


def animate_kernel(
    image: ArrayLike,
    kernel: ArrayLike,
    path: str | Path | None = None,
    *,
    stride: int = 1,
    padding: int | str = "valid",
    stops: int | None = None,
    title: str = "",
    fps: float = 1.0,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate a kernel that slides over an image, and the output that fills.

    Up to 12 rows and columns the numbers are shown, with the sum of each stop in full; else
    pictures. "Convolution" is cross-correlation, computed by `kit.stats.convolve`.

    Parameters
    ----------
    image
        (height, width), finite numbers.
    kernel
        (kernel height, kernel width), finite numbers.
    stride, padding
        As for `kit.stats.convolve`.
    stops
        How many of the kernel's stops are shown, evenly spread, the output filling up to each;
        None takes all, at most 100.
    path, title, fps, width, alt, progress
        As for `animate_panel`; `fps` in stops a second.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel` and `kit.stats.convolve`; also for fewer than two stops.

    Examples
    --------
    >>> film = animate_kernel([[0, 1, 2], [3, 4, 5]], [[1, 0], [0, 1]], width=320)
    >>> film.frames, film.alt
    (2, 'A 2×2 kernel slides over a 2×3 input, 2 stops; the output is 4 6')
    """
    from kit.films.kernel import Slide, sliding

    check_film(path, fps, width)
    if stops is not None:
        check_count("stops", stops)
    pixels, weights = as_matrix("image", image), as_matrix("kernel", kernel)
    output = convolve(pixels, weights, stride=stride, padding=padding)
    if output.size < 2 or stops == 1:
        raise ValueError(f"`stops` must be two at least; got {min(output.size, stops or 2)}")
    high, wide = (
        padding_of(size, side, stride, padding)
        for size, side in zip(pixels.shape, weights.shape, strict=True)
    )
    slide = Slide(np.pad(pixels, (high, wide)), weights, output, stride, (high, wide))
    scene = sliding(slide, title=title, frames=stops)
    return _film(scene, path, fps, width, slide.words() if alt is None else alt, progress)


def animate_network(
    network: Any,
    steps: Sequence[NetworkStep],
    path: str | Path | None = None,
    *,
    title: str = "",
    fps: float = 0.5,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Animation:
    """Animate a pass through a network: `plot_network`, with other values at each step.

    Parameters
    ----------
    network
        As for `plot_network`.
    steps
        For each step what is said of it, and the keywords of `plot_network` that are its own:
        values, quantity, paths, labels.
    path, title, fps, width, alt, progress
        As for `animate_panel`; `fps` in steps a second.
    options
        Keywords of `plot_network` for all steps. Where one step has labels all need them, as they
        take room.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel` and `plot_network`; also for fewer than two steps.

    Examples
    --------
    >>> steps = [("inputs", {"values": [[1.0], None]}), ("output", {"values": [[1.0], [0.5]]})]
    >>> animate_network([[[0.5]]], steps, width=320).frames
    2
    """
    check_film(path, fps, width)
    return _film(passing(network, steps, options, title), path, fps, width, alt, progress)


def animate_steps(
    figure: Figure,
    show: Callable[[int], None],
    steps: Sequence[str],
    path: str | Path | None = None,
    *,
    title: str = "",
    fps: float = 0.5,
    width: int = 1280,
    alt: str | None = None,
    progress: Progress | None = None,
) -> Animation:
    """Animate a figure of your own, step by step.

    Parameters
    ----------
    figure
        It is laid out for the last step, and used up.
    show
        From the number of a step, counted from 0, to nothing: puts the figure into that state. It
        changes data and texts, and leaves the Axes where they are.
    steps
        What is said of each step, after the title; two at least, 100 at most.
    path, title, fps, width, alt, progress
        As for `animate_panel`; `fps` in steps a second.

    Returns
    -------
    Animation

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel`; also for steps that are no texts.

    Examples
    --------
    >>> figure, ax = plt.subplots(layout="constrained")
    >>> words = ax.text(0.5, 0.5, "")
    >>> steps = ["one", "two"]
    >>> animate_steps(figure, lambda step: words.set_text(steps[step]), steps, width=320).frames
    2
    """
    check_film(path, fps, width)
    words = check_steps(steps)
    return _film(Scene(figure, show, words, title, len(words) - 1), path, fps, width, alt, progress)


def check_film(path: str | Path | None, fps: float, width: int = 1280) -> None:
    """Refuse a film that cannot be, before an experiment runs for it.

    Parameters
    ----------
    path, fps, width
        As for `animate_panel`.

    Raises
    ------
    TypeError, ValueError, ImportError
        As `animate_panel`.

    Examples
    --------
    >>> check_film("panel.gif", 2.0)
    """
    if path is not None:
        check_path(path)
    check_number("fps", fps, 0.1, 50, expected="a number from 0.1 to 50")
    if not 160 <= check_count("width", width) <= 3840:
        raise ValueError(f"`width` must be 160 to 3840 pixels; got {width}")


def _figure_of(ax: Axes) -> Figure:
    assert isinstance(ax.figure, Figure)  # it has just been drawn
    return ax.figure


def _film(
    scene: Scene,
    path: str | Path | None,
    fps: float,
    width: int,
    alt: str | None,
    progress: Progress | None,
) -> Animation:
    """Draw the pictures of a scene, and write them."""
    steps = len(scene.steps)
    seconds = [1 / fps] * steps
    seconds[0], seconds[-1] = max(FIRST, 1 / fps), max(LAST, 1 / fps)
    pictures = []
    try:
        scene.lay_out(width)
        for step in range(steps):
            pictures.append(scene.picture(step))
            if progress is not None:
                progress(step + 1, steps)
    finally:
        plt.close(scene.figure)
    if alt is None:
        first, last = (scene.steps[k].split(" of ")[0] for k in (0, -1))
        alt = f"{scene.title or 'Animation'}: {steps} pictures, from {first} to {last}"
    film = encode(pictures, seconds, "gif" if path is None else check_path(path), alt=alt)
    if path is not None:
        film.save(path)
    return film
