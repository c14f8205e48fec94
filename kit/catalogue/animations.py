"""Lecture figures in motion: what an animation is, and finding one by its figure's id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue.claims import Facts
from kit.numerals import filled

if TYPE_CHECKING:
    from kit.catalogue.lab import Lab
    from kit.films import Animation

__all__ = ["LectureAnimation"]


@dataclass(frozen=True)
class LectureAnimation:
    """A lecture figure in motion.

    In a figure's file it stands as ``ANIMATION``; what is left out there, the figure gives.

    Attributes
    ----------
    animate
        From (data, facts), and what `kit.films.animate_panel` takes by keyword (path, title, fps,
        alt, progress), to the Animation.
    alt
        Template that `str.format` fills from the facts.
    fps
        Epochs or stops a second.
    title
        What stands above it, before the epoch or the stop; left out, the figure's title up to its
        second " · ".
    measure
        From (lab, seed) to (data, facts): the experiment; left out, the figure's.
    seed
        Seed of the experiment; the figure's.
    id
        That of the lecture figure; as in ``kit animate ID``.
    """

    animate: Callable[..., Animation]
    alt: str
    fps: float
    title: str = ""
    measure: Callable[[Lab, int], tuple[Any, Facts]] | None = None
    seed: int = 1
    id: str = ""

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
        >>> from kit.catalogue.register import find_animation
        >>> find_animation("conv-sliding-kernel").make().frames
        9
        """
        from kit.catalogue.lab import Lab
        from kit.films.motion import check_film

        fps = self.fps if fps is None else fps
        check_film(path, fps)
        assert self.measure is not None  # given by the figure
        data, facts = self.measure(lab or Lab(), self.seed)
        return self.animate(
            data,
            facts,
            path=path,
            title=self.title,
            fps=fps,
            alt=filled(self.alt, facts),
            progress=progress,
        )
