"""The register of the animations, by id: the lecture figure that each one sets in motion.

An animation has the id of its figure, so that `kit list` shows where to look; it runs the same
experiments, kept in the same cache. Its words are filled from facts, like a figure's.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue.lab import EPOCHS, HIDDEN, Lab, layer_facts
from kit.catalogue.lecture_figure import Facts, LectureFigure
from kit.catalogue.register import catalogue
from kit.figures.filters import SOBEL
from kit.figures.sliding import SECOND_INPUT, SECOND_KERNEL, SLIDING_INPUT, SLIDING_KERNEL

if TYPE_CHECKING:
    from kit.films.film import Animation

__all__ = ["ANIMATIONS", "LectureAnimation", "find_animation"]


@dataclass(frozen=True)
class LectureAnimation:
    """A lecture figure in motion.

    Attributes
    ----------
    id
        That of the lecture figure; as in ``kit animate ID``.
    title
        What stands above it, before the epoch or the stop.
    measure
        From (lab, seed) to (data, facts): the experiment.
    animate
        From (data, facts), and what `kit.films.animate_panel` takes by keyword (path, title, fps,
        alt, progress), to the Animation.
    alt
        Template that `str.format` fills from the facts.
    fps
        Epochs or stops a second.
    seed
        Seed of the experiment.
    """

    id: str
    title: str
    measure: Callable[[Lab, int], tuple[Any, Facts]]
    animate: Callable[..., Animation]
    alt: str
    fps: float
    seed: int = 1

    def make(
        self,
        lab: Lab | None = None,
        path: str | Path | None = None,
        *,
        fps: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Animation:
        """Run the experiment and animate it.

        Parameters
        ----------
        lab
            Where experiments run and are kept; None runs them anew.
        path
            Where to write it, ending in ``.gif`` or ``.mp4``; None writes nothing.
        fps
            Epochs or stops a second; None takes the animation's own.
        progress
            Called after each picture with how many are done, and of how many.

        Returns
        -------
        Animation

        Raises
        ------
        ValueError, ImportError
            As `kit.films.animate_panel`, before the experiment runs.

        Examples
        --------
        >>> ANIMATIONS["conv-sliding-kernel"].make().frames
        9
        """
        from kit.films.motion import check_film

        fps = self.fps if fps is None else fps
        check_film(path, fps)
        data, facts = self.measure(lab or Lab(), self.seed)
        return self.animate(
            data,
            facts,
            path=path,
            title=self.title,
            fps=fps,
            alt=self.alt.format(**facts),
            progress=progress,
        )


def find_animation(name: str) -> LectureAnimation:
    """The animation of this id.

    Raises
    ------
    ValueError
        For an unknown id; the message lists near ones.

    Examples
    --------
    >>> find_animation("training-curves").fps
    4.0
    """
    if name in ANIMATIONS:
        return ANIMATIONS[name]
    near = difflib.get_close_matches(name, ANIMATIONS, n=4, cutoff=0.4)
    hint = f"near: {', '.join(near)}" if near else "`kit animate` lists them all"
    why = "that lecture figure stands still" if name in catalogue else "there is no such animation"
    raise ValueError(f"`ID` must name an animation; got {name!r}: {why}; {hint}")


def _panel(activation: str, initializer: Any, name: str) -> LectureAnimation:
    figure = catalogue[f"init-{activation}-{name}"]

    def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
        recording = lab.train_block(activation, initializer, seed)
        before, after = (layer_facts(recording, epoch) for epoch in (0, EPOCHS))
        loss = recording.history["loss"]
        return recording, {
            "before": before["g_std"],
            "after": after["g_std"],
            "first_loss": float(loss.iloc[0]),
            "last_loss": float(loss.iloc[-1]),
        }

    def animate(recording: Any, facts: Facts, **how: Any) -> Animation:
        from kit.films import animate_panel

        return animate_panel(recording, **how)

    title = " · ".join(figure.title.split(" · ")[:2])  # without the epoch and what it shows
    stds = "; ".join(
        f"{when} " + ", ".join(f"{{{fact}[{layer}]:.1e}}" for layer in HIDDEN)
        for when, fact in (("before training", "before"), ("after it", "after"))
    )
    return LectureAnimation(
        id=figure.id,
        title=title,
        measure=measure,
        animate=animate,
        alt=f"Four groups of violins, Z-values, weights, activations and gradients of the layers "
        f"h1 to h5, over {EPOCHS} epochs of training: {title}. Standard deviation of the "
        f"gradients of h1 to h5: {stds}. Training loss {{first_loss:.3f}} in the first epoch, "
        "{last_loss:.3f} in the last.",
        fps=2.0,
    )


def _grown(name: str, title: str, first: int) -> LectureAnimation:
    """A lecture figure of curves over the epochs, which grow."""
    figure = catalogue[name]

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        from kit.films import animate_growth

        return animate_growth(figure.draw(data, facts), range(first, EPOCHS + 1), **how)

    return LectureAnimation(
        id=name,
        title=title,
        measure=figure.measure,
        animate=animate,
        alt=f"Growing epoch by epoch: {figure.alt}",
        fps=4.0,
        seed=figure.seed,
    )


def _kernel(figure: LectureFigure, image: Any, kernel: Any, title: str) -> LectureAnimation:
    """A worked example, stop by stop."""

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        from kit.films import animate_kernel

        return animate_kernel(image, kernel, **how)

    return LectureAnimation(
        id=figure.id,
        title=title,
        measure=figure.measure,
        animate=animate,
        alt="A {kernel_width}×{kernel_width} kernel moves over a {width}×{width} input from the "
        "upper left to the lower right. At each stop the sum of the products is written in full "
        "and fills a cell of the output, which in the end is {output_by_rows}.",
        fps=0.5,
    )


def _measure_digit(lab: Lab, seed: int) -> tuple[Any, Facts]:
    digits = lab.digits()
    label = 0
    image = digits.x_test[digits.y_test == label][0, ..., 0]  # (28, 28)
    facts = {"label": label, "source": digits.source, "width": image.shape[1]}
    return image, facts | {"output_width": image.shape[1] - len(SOBEL) + 1}


def _animate_digit(image: Any, facts: Facts, **how: Any) -> Animation:
    from kit.films import animate_kernel

    # two pictures a row
    return animate_kernel(image, SOBEL, stops=2 * facts["output_width"], **how)


PANELS: tuple[tuple[str, Any, str], ...] = (
    ("sigmoid", 0.01, "normal-0.01"),
    ("sigmoid", 0.1, "normal-0.1"),
    ("sigmoid", 1.0, "normal-1"),
    ("tanh", 0.01, "normal-0.01"),
    ("tanh", 0.1, "normal-0.1"),
    ("tanh", 1.0, "normal-1"),
    ("tanh", "glorot_normal", "glorot-normal"),
    ("tanh", "glorot_uniform", "glorot-uniform"),
    ("relu", "glorot_normal", "glorot-normal"),
    ("relu", "he_normal", "he-normal"),
    ("relu", "he_uniform", "he-uniform"),
)
"""Activation, initializer and the name that the figure's id gives it."""

DIGIT = LectureAnimation(
    id="filters-digit",
    title="Sobel's filter on a digit",
    measure=_measure_digit,
    animate=_animate_digit,
    alt="Sobel's filter moves row by row over a handwritten {label} of {width}×{width} pixels "
    "({source}), and the output of {output_width}×{output_width} pixels fills: below 0 where the "
    "ink begins, above 0 where it ends, from left to right.",
    fps=8.0,
)

ANIMATIONS: dict[str, LectureAnimation] = {
    one.id: one
    for one in (
        *(_panel(*panel) for panel in PANELS),
        _grown("training-curves", "The initialization decides whether it learns", 1),
        _grown("training-gradients", "Gradients that have vanished stay away", 0),
        _grown("training-activations", "Collapsed activations stay small", 0),
        _kernel(
            catalogue["conv-sliding-kernel"],
            SLIDING_INPUT,
            SLIDING_KERNEL,
            "A kernel slides over its input",
        ),
        _kernel(
            catalogue["conv-second-example"], SECOND_INPUT, SECOND_KERNEL, "Multiply, add, move on"
        ),
        DIGIT,
    )
}
"""The animations by id, in the order of the lectures."""
