"""A pass through a network, forwards or back, as a scene: the same network, drawn at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kit.board.wiring import plot_network
from kit.checks import named
from kit.films.scenes import MOST_FRAMES, Scene
from kit.plots.styling import subplots

__all__ = ["NetworkStep", "check_steps", "passing"]

NetworkStep = tuple[str, Mapping[str, Any]]
"""What is said of a step, and what `plot_network` takes by keyword that is new at it."""


def passing(
    network: Any, steps: Sequence[NetworkStep], options: Mapping[str, Any], title: str
) -> Scene:
    """A network at each step.

    Parameters
    ----------
    network
        As for `plot_network`.
    steps
        Words and keywords; what a step leaves out is as in `options`.
    options
        Keywords for all steps.
    title
        Stands before the words.

    Raises
    ------
    TypeError, ValueError
        For fewer than two steps or more than 100, or what `plot_network` refuses.

    Examples
    --------
    >>> steps = [("inputs", {"values": [[1.0], None]}), ("output", {"values": [[1.0], [0.5]]})]
    >>> passing([[[0.5]]], steps, {}, "Forwards").heading(1)
    'Forwards · output'
    """
    pairs = [step for step in steps if isinstance(step, (tuple, list)) and len(step) == 2]
    if len(pairs) != len(steps) or not all(isinstance(words, str) for words, _ in pairs):
        raise TypeError("`steps` must be pairs of words and keywords of `plot_network`")
    said = check_steps([words for words, _ in steps])
    figure, ax = subplots()

    def show(step: int) -> None:
        ax.clear()
        plot_network(network, ax=ax, **{**options, **steps[step][1]})

    return Scene(figure, show, said, title)


def check_steps(steps: Sequence[str]) -> list[str]:
    """What is said of each step, if there are two at least and not too many.

    Raises
    ------
    TypeError, ValueError
        For what are no texts; for too few or too many.

    Examples
    --------
    >>> check_steps(("inputs", "output"))
    ['inputs', 'output']
    """
    words = named("steps", steps)
    if not 2 <= len(words) <= MOST_FRAMES:
        raise ValueError(f"`steps` must be 2 to {MOST_FRAMES}; got {len(words)}")
    return words
