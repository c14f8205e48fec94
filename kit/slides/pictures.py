"""Draw figures for a place of its own size: on a slide without their title, as a quiz, on a page.

What is drawn is kept beside the experiments, under a key that changes with the code, the data and
the place, so that a second run draws nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue import reach
from kit.catalogue.claims import Facts
from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.register import CATALOGUE, files
from kit.catalogue.rendering import Options, drawing, fingerprint, run_tasks
from kit.files import quiet_start, written_whole
from kit.slides.masking import mask_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["View", "draw_views", "drawn_bare", "scale_of", "settle"]

LEAST = (13.6, 6.4)
"""Inches that every figure can be drawn on at the style's own letters, without its title."""

PIXELS = 1920
_SIZES = (
    *("axes.titlesize", "axes.labelsize", "axes.linewidth", "figure.titlesize", "font.size"),
    *("grid.linewidth", "legend.fontsize", "lines.linewidth", "lines.markersize"),
    *("xtick.labelsize", "ytick.labelsize"),
)


@dataclass(frozen=True)
class View:
    """A figure as it is drawn for one place.

    Attributes
    ----------
    id
        The figure.
    width, height
        Of the place, in inches.
    theme
        ``"light"`` or ``"dark"``.
    quiz
        Whether the answers are numbers.
    page
        What stands around it on a page of a handout; None on a slide.
    """

    id: str
    width: float
    height: float
    theme: str = "light"
    quiz: bool = False
    page: tuple[tuple[str, str], ...] | None = None

    def path(self, folder: Path) -> Path:
        """Where it is kept."""
        kind = ("quiz-" if self.quiz else "") + ("page" if self.page is not None else "slide")
        file = files()[self.id]
        code = [(__name__, "save_view"), *([(file.module, "QUIZ")] if self.quiz else [])]
        known = fingerprint(file, Options(theme=self.theme)) + reach.digest(code)
        parts = [known, self.width, self.height, self.page]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
        return folder / f"{self.id}.{kind}.{key}.{'png' if self.page is None else 'pdf'}"


def scale_of(width: float, height: float) -> float:
    """How much smaller letters and lines are in a place of so many inches, 1 at most.

    Examples
    --------
    >>> scale_of(13.6, 7.0), round(scale_of(6.8, 6.0), 2)
    (1, 0.5)
    """
    return min(1, width / LEAST[0], height / LEAST[1])


@contextmanager
def drawn_bare(
    figure: LectureFigure, data: Any, facts: Facts, width: float, height: float, theme: str
) -> Iterator[Figure]:
    """A figure without its title, in a place of so many inches, open as long as the context.

    Parameters
    ----------
    figure, data, facts
        A figure of the catalogue, and what it measured.
    width, height
        Inches.
    theme
        ``"light"`` or ``"dark"``.
    """
    scale = scale_of(width, height)

    def changed(now: Mapping[str, Any]) -> dict[str, Any]:
        return {name: now[name] * scale for name in _SIZES} | {"figure.figsize": (width, height)}

    with drawing(figure, data, facts, theme, changed=changed) as drawn:
        drawn.suptitle(drawn.get_suptitle()).set(visible=False, in_layout=False)
        engine: Any = drawn.get_layout_engine()
        if engine is not None:  # where the title stood, letters may reach beyond the edge
            engine.set(rect=(0.003, 0.006, 0.994, 0.988))
        yield drawn


def settle(drawing: Figure) -> None:
    """Lay a drawing out until nothing moves: pictures of a fixed shape need several passes."""
    for _ in range(2):
        drawing.draw_without_rendering()


def draw_views(
    views: Sequence[View],
    folder: Path,
    cache: Path,
    *,
    jobs: int = 1,
    deterministic: bool = False,
    progress: Callable[[str], None] = lambda name: None,
) -> tuple[dict[View, Any], dict[str, str]]:
    """Draw what is not there yet.

    Parameters
    ----------
    views
        What to draw.
    folder
        Where it is kept; made where it is missing.
    cache
        Folder of the experiments.
    jobs
        Processes at a time.
    deterministic
        Whether to switch TensorFlow's deterministic operations on, for the rest of the process.
    progress
        Called with the id of a figure when its views are there.

    Returns
    -------
    dict, dict
        By view, the answers of a quiz and else nothing; by id, why a figure could not be drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_figure: dict[str, list[View]] = {}
    for view in views:
        by_figure.setdefault(view.id, []).append(view)
    todo = {}
    for name, wanted in by_figure.items():
        missing = [view for view in wanted if not _is_there(view, folder)]
        if missing:
            todo[name] = missing
        else:
            progress(name)
    errors = {}
    tasks = {name: (name, wanted, folder, cache) for name, wanted in todo.items()}
    for name, told, died in run_tasks(_draw, tasks, jobs, deterministic):
        if told or died:
            errors[name] = told or died
        progress(name)
    answers = {
        view: json.loads(view.path(folder).with_suffix(".json").read_text("utf-8"))
        for view in views
        if view.id not in errors
    }
    return answers, errors


def _is_there(view: View, folder: Path) -> bool:
    path = view.path(folder)
    return path.is_file() and path.with_suffix(".json").is_file()


def _draw(name: str, views: Sequence[View], folder: Path, cache: Path) -> str:
    try:
        with quiet_start():
            import tensorflow  # noqa: F401
        figure = CATALOGUE[name]
        data, facts = Lab(cache).measured(figure, figure.seed)
        for view in views:
            save_view(view, figure, data, facts, folder)
    except Exception as error:
        if os.environ.get("KIT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        return f"{type(error).__name__}: {error}"
    return ""


def save_view(view: View, figure: LectureFigure, data: Any, facts: Facts, folder: Path) -> None:
    """Draw a view and write it, with its answers beside it; what was drawn before it goes."""
    from kit.slides.handout import save_page

    path = view.path(folder)
    with drawn_bare(figure, data, facts, view.width, view.height, view.theme) as drawn:
        answers = mask_figure(drawn, figure.quiz, facts) if view.quiz and figure.quiz else []
        settle(drawn)
        with written_whole(path) as part:
            if view.page is None:
                look: Any = {"format": "png", "metadata": {"Software": None}}
                # a little more: older matplotlib cuts off what rounding leaves of a pixel
                drawn.savefig(part, dpi=(PIXELS + 0.001) / view.width, **look)
            else:
                save_page(drawn, dict(view.page), part)
    with written_whole(path.with_suffix(".json")) as part:
        part.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    for old in folder.glob(f"{'.'.join(path.name.split('.')[:-2])}.*"):
        if old.stem != path.stem:  # of other code, or for another place
            old.unlink(missing_ok=True)
