"""The register of the lecture figures, by id."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Sequence

from kit.catalogue.lecture_figure import Claim, LectureFigure
from kit.figures import (
    architectures,
    basics,
    channels,
    cnn,
    cnn_comparison,
    derivatives,
    filters,
    grids,
    padding,
    panels,
    patterns,
    pooling,
    sizes,
    sliding,
    training,
)

__all__ = ["Claim", "LectureFigure", "catalogue", "find"]


def _registered(*groups: Sequence[LectureFigure]) -> dict[str, LectureFigure]:
    figures = [figure for group in groups for figure in group]
    by_id = {figure.id: figure for figure in figures}
    if len(by_id) != len(figures):
        raise ValueError("every figure of the catalogue must have an id of its own")
    return by_id


catalogue: dict[str, LectureFigure] = _registered(
    basics.FIGURES,
    panels.FIGURES,
    grids.FIGURES,
    training.FIGURES,
    sliding.FIGURES,
    padding.FIGURES,
    sizes.FIGURES,
    channels.FIGURES,
    filters.FIGURES,
    patterns.FIGURES,
    pooling.FIGURES,
    derivatives.FIGURES,
    cnn.FIGURES,
    cnn_comparison.FIGURES,
    architectures.FIGURES,
)
"""The lecture figures by id, in the order of the lectures."""


def find(patterns: Sequence[str] = (), topic: str | None = None) -> list[LectureFigure]:
    """The figures that patterns name.

    Parameters
    ----------
    patterns
        Ids, shell patterns of ids (``init-tanh-*``), or topics; none takes all.
    topic
        Only figures of this topic.

    Raises
    ------
    ValueError
        For a pattern or topic that names no figure; the message lists near matches.

    Examples
    --------
    >>> [figure.id for figure in find(["init-relu-he-*"])]
    ['init-relu-he-normal', 'init-relu-he-uniform']
    """
    topics = sorted({figure.topic for figure in catalogue.values()})
    if topic is not None and topic not in topics:
        raise ValueError(f"`topic` must be one of {', '.join(topics)}; got {topic!r}")
    chosen: set[str] = set()
    for pattern in patterns or ["*"]:
        found = {
            figure.id
            for figure in catalogue.values()
            if fnmatch.fnmatchcase(figure.id, pattern) or figure.topic == pattern
        }
        if not found:
            raise ValueError(
                f"`pattern` must name figures of the catalogue; got {pattern!r}{_near(pattern)}"
            )
        chosen |= found
    return [
        figure
        for figure in catalogue.values()
        if figure.id in chosen and topic in (None, figure.topic)
    ]


def _near(pattern: str) -> str:
    near = difflib.get_close_matches(pattern, catalogue, n=4, cutoff=0.4)
    near = near or [name for name in catalogue if pattern.strip("*") in name][:4]
    return f"; near: {', '.join(near)}" if near else "; `kit list` shows them all"
