"""The register of the lecture figures: found by folder, in the order that each topic.md gives.

A topic is a folder of ``kit/figures`` with a ``topic.md``; a figure is a module in it whose name
does not begin with an underscore. Ids and titles are read without importing what they are read
from, so that listing them needs neither TensorFlow nor matplotlib.
"""

from __future__ import annotations

import ast
import fnmatch
import importlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kit.catalogue import digit_experiments, reach
from kit.catalogue.animations import LectureAnimation
from kit.catalogue.claims import Facts, controls_in
from kit.catalogue.lecture_figure import LectureFigure
from kit.checks import UnknownNameError, check_name, named, near_names, shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "ANIMATIONS",
    "CATALOGUE",
    "FigureFile",
    "Topic",
    "add_folder",
    "added_folders",
    "figure_of",
    "files",
    "find",
    "find_animation",
    "find_files",
    "forget",
    "is_known",
    "topics",
]

_FOLDERS = [Path(__file__).resolve().parent.parent / "figures"]
_NO_PLACE = 1_000_000  # topics and figures without a place come last
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Topic:
    """A folder of figures, as its topic.md tells.

    Attributes
    ----------
    name
        The folder's; as in ``kit list --topic NAME``.
    title
        The first heading.
    text
        What stands below it, in Markdown.
    folder
        Where the topic.md and the figures are.
    place
        The number by which topics are ordered.
    figures
        Ids in their order; figures that are not among them come after, by name.
    """

    name: str
    title: str
    text: str
    folder: Path
    place: int = _NO_PLACE
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureFile:
    """What can be told of a figure without importing its file.

    Attributes
    ----------
    id, title, topic
        As of the figure.
    path
        The file.
    animation
        Title of its animation; empty where it has none.
    has_quiz
        Whether it asks something.
    play
        Settings with which the page to play with (`kit.explore`) shows its network, or the
        ``page`` of the explorer that does; None where none can.
    """

    id: str
    title: str
    topic: str
    path: Path
    animation: str
    has_quiz: bool
    play: Mapping[str, str | int | float] | None = field(default=None, hash=False)

    @property
    def module(self) -> str:
        """Name of its module, as ``kit.figures.cnn.lenet_training``."""
        return f"kit.figures.{self.topic}.{self.path.stem}"


@cache
def topics() -> dict[str, Topic]:
    """The topics by name, in their order."""
    found = [_topic(path) for folder in _FOLDERS for path in sorted(folder.glob("*/topic.md"))]
    return {one.name: one for one in sorted(found, key=lambda one: (one.place, one.name))}


def add_folder(folder: str | Path) -> None:
    """Let figures of one's own be found: those in the topics of another folder.

    Parameters
    ----------
    folder
        It has topics as ``kit/figures`` has. A topic, and a figure, must have a name of its own.

    Raises
    ------
    ValueError
        For a folder without a topic.md in any of its folders.
    """
    path = Path(folder).resolve()
    if not any(path.glob("*/topic.md")):
        raise ValueError(f"`folder` must have a topic: a folder with a topic.md; got {folder}")
    if path not in _FOLDERS:
        _FOLDERS.append(path)
        importlib.import_module("kit.figures").__path__.append(str(path))
    forget()


def added_folders() -> list[Path]:
    """The folders of one's own, for another process to add them too."""
    return _FOLDERS[1:]


def forget() -> None:
    """Read folders and files anew, as after an edit in a running process."""
    importlib.invalidate_caches()
    for one in (topics, files, figure_of):
        one.cache_clear()
    reach.forget()


def _topic(path: Path) -> Topic:
    """Read a topic.md: between two lines of ``---`` its place and figures, then title and text."""
    match = re.fullmatch(
        r"(?:---\n(?P<head>.*?)\n---\n)?\s*# (?P<title>[^\n]+)\n?(?P<text>.*)",
        path.read_text("utf-8"),
        re.DOTALL,
    )
    if match is None:
        raise ValueError(f"`topic.md` must begin with a heading, as '# Pooling'; got {path}")
    head = match["head"] or ""
    place = re.search(r"^place: *(\d+)$", head, re.MULTILINE)
    listed = re.findall(r"^ *- +(\S+)$", head, re.MULTILINE)
    return Topic(
        path.parent.name,
        match["title"].strip(),
        match["text"].strip(),
        path.parent,
        int(place[1]) if place else _NO_PLACE,
        tuple(listed),
    )


@cache
def files() -> dict[str, FigureFile]:
    """The figures' files by id, in the order of the lectures."""
    found: dict[str, FigureFile] = {}
    for topic in topics().values():
        ids = {}
        for path in sorted(topic.folder.glob("*.py")):
            if not path.name.startswith("_"):
                one = _figure_file(path, topic.name)
                if one.id in found or one.id in ids:
                    raise ValueError(f"`ID` must be one figure's own; got {one.id!r} in {path} too")
                ids[one.id] = one
        unknown = [name for name in topic.figures if name not in ids]
        if unknown:
            raise ValueError(
                f"`figures` of {topic.name}/topic.md must name figures of its folder; got "
                f"{', '.join(unknown)}"
            )
        found |= {name: ids.pop(name) for name in topic.figures} | ids
    return found


def _figure_file(path: Path, topic: str) -> FigureFile:
    tree = ast.parse(path.read_text("utf-8"))
    doc = ast.get_docstring(tree)
    if not doc:
        raise ValueError(f"a figure's file must begin with its title as docstring; got {path}")
    title = doc.splitlines()[0]
    values = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
        if isinstance(target, ast.Name)
    }
    name = path.stem.replace("_", "-")
    if "ID" in values:
        name = ast.literal_eval(values["ID"] or ast.Constant(name))
    play = values.get("PLAY")
    return FigureFile(
        name, title, topic, path, _animation_title(values.get("ANIMATION"), title),
        "QUIZ" in values, None if play is None else ast.literal_eval(play),
    )  # fmt: skip


def _animation_title(value: ast.expr | None, title: str) -> str:
    """The title that an ANIMATION is given, else the figure's; "" where there is none."""
    if value is None:
        return ""
    for keyword in getattr(value, "keywords", ()):
        if keyword.arg == "title":
            return ast.literal_eval(keyword.value)
    return _short(title)


def _short(title: str) -> str:
    return " · ".join(title.split(" · ")[:2])


@cache
def figure_of(file: FigureFile) -> LectureFigure:
    """The figure whose file this is; imports it.

    Raises
    ------
    AttributeError
        If something that a figure needs does not stand in the file; the message names it.
    """
    module = importlib.import_module(file.module)
    needed = ("LECTURES", "CAPTION", "ALT", "measure", "draw")
    missing = [name for name in needed if not hasattr(module, name)]
    if missing:
        raise AttributeError(f"{file.path} must have {', '.join(missing)}")
    if hasattr(module, "SEEDS"):
        warnings.warn(
            f"{file.path.name}: `SEEDS` is no longer read; `kit claims {file.id} --seeds 1-10` "
            "tries the claims with seeds",
            DeprecationWarning,
            stacklevel=2,
        )
    seed = getattr(module, "SEED", 1)

    def draw(data: Any, facts: Facts) -> Figure:
        figure: Figure = module.draw(data, facts)
        figure.suptitle(file.title)
        return figure

    animation: LectureAnimation | None = getattr(module, "ANIMATION", None)
    if animation is not None:
        animation = replace(
            animation,
            id=file.id,
            title=file.animation,
            measure=animation.measure or module.measure,
            seed=seed,
        )
    return LectureFigure(
        id=file.id,
        topic=file.topic,
        title=file.title,
        lectures=tuple(module.LECTURES),
        measure=module.measure,
        draw=draw,
        caption=module.CAPTION,
        alt=module.ALT,
        claims=tuple(getattr(module, "CLAIMS", ())),
        controls=controls_in(module, file.id),
        seed=seed,
        digits=(digit_experiments.LOADING in reach.reached([(file.module, "measure")])),
        notes=getattr(module, "NOTES", None),
        quiz=getattr(module, "QUIZ", None),
        animation=animation,
        module=file.module,
    )


class _Lazy(Mapping[str, _Value]):
    """Values by the ids of figures, in the order of the lectures; each made when asked for."""

    def __init__(
        self,
        value: Callable[[FigureFile], _Value],
        having: Callable[[FigureFile], bool] = lambda file: True,
    ) -> None:
        self._value, self._having = value, having

    def _files(self) -> dict[str, FigureFile]:
        return {name: file for name, file in files().items() if self._having(file)}

    def __getitem__(self, name: str) -> _Value:
        known = self._files()
        if name not in known:
            raise UnknownNameError(
                f"`ID` must be one of {len(known)} in the catalogue; got {shown(name)}"
                f"{_near(name) if isinstance(name, str) else ': not a text'}"
            )
        return self._value(known[name])

    def __contains__(self, name: object) -> bool:
        return name in self._files()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files())

    def __len__(self) -> int:
        return len(self._files())

    def __repr__(self) -> str:
        return f"<{len(self)} by id: {', '.join(self)}>"


CATALOGUE: Mapping[str, LectureFigure] = _Lazy(figure_of)
"""The lecture figures by id, in the order of the lectures."""


def is_known(figure: LectureFigure | FigureFile) -> bool:
    """Whether it is an entry of the catalogue as it stands in its file, and not one's own."""
    return isinstance(figure, FigureFile) or CATALOGUE.get(figure.id) is figure


def _animation_of(file: FigureFile) -> LectureAnimation:
    animation = figure_of(file).animation
    assert animation is not None  # the file has one
    return animation


ANIMATIONS: Mapping[str, LectureAnimation] = _Lazy(_animation_of, lambda file: bool(file.animation))
"""The animations by id, in the order of the lectures."""


def find(patterns: str | Sequence[str] = (), topic: str | None = None) -> list[LectureFigure]:
    """The figures that patterns name.

    Parameters
    ----------
    patterns
        Ids, shell patterns of ids (``init-tanh-*``), or topics, one or several; none takes all.
    topic
        Only figures of this topic.

    Raises
    ------
    UnknownNameError
        For a pattern or topic that names no figure; the message lists near matches.
    TypeError
        For what is no text.

    Examples
    --------
    >>> [figure.id for figure in find(["init-relu-he-*"])]
    ['init-relu-he-normal', 'init-relu-he-uniform']
    """
    return [figure_of(file) for file in find_files(patterns, topic)]


def find_files(patterns: str | Sequence[str] = (), topic: str | None = None) -> list[FigureFile]:
    """As `find`: the figures' files, none of which is imported."""
    if topic is not None:
        check_name("topic", topic, sorted(topics()))
    chosen: set[str] = set()
    for pattern in named("patterns", patterns or "*"):
        found = {
            file.id
            for file in files().values()
            if fnmatch.fnmatchcase(file.id, pattern) or file.topic == pattern
        }
        if not found:
            raise UnknownNameError(
                f"`pattern` must name figures of the catalogue; got {pattern!r}{_near(pattern)}"
            )
        chosen |= found
    return [f for f in files().values() if f.id in chosen and topic in (None, f.topic)]


def _near(pattern: str) -> str:
    near = near_names(pattern, [*topics(), *files()])
    return f"; near: {', '.join(near)}" if near else "; `kit list` shows them all"


def find_animation(name: str) -> LectureAnimation:
    """The animation of this id.

    Raises
    ------
    UnknownNameError
        For an unknown id; the message lists near ones.

    Examples
    --------
    >>> find_animation("training-curves").fps
    10.0
    """
    if name in ANIMATIONS:
        return ANIMATIONS[name]
    near = near_names(name, ANIMATIONS)
    hint = f"near: {', '.join(near)}" if near else "`kit animate` lists them all"
    why = "that lecture figure stands still" if name in files() else "there is no such animation"
    raise UnknownNameError(f"`ID` must name an animation; got {name!r}: {why}; {hint}")
