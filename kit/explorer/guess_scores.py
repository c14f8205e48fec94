"""Answers to tasks, and the rules of their scores.

Scores, from 0 to 100:

* ``bars``: a bar within a factor of 2 has all its points, from a factor of 100 on none, and between
  as the logarithm of the factor; the score is the mean over the bars.
* ``which-initializer``, ``which-activation``: 100 or 0.
* ``which-layer``: 100, for a neighbour 50, else 0; "none" is the place after the last layer.
* ``tune``: 100 where the largest delta is at most twice the smallest; then less as the logarithm of
  the ratio, none from 100 on; 5 less for each try after the first.
* ``mend``: where it is mended 100, 20 less for each change after the first and 5 for each try after
  the first, at least 40; else 20 for each of the two conditions that holds.

The page scores by the same rules (``scores.js``), with the numbers of the same table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from kit.checks import check_count, shown
from kit.explorer.guesses import (
    GUESS_MENU,
    GUESS_OPTIONS,
    GUESS_RULES,
    GUESS_SIGMA,
    GuessTask,
)

__all__ = ["check_answer", "choices_of", "numbers_in", "score_guess", "settings_in"]


def _rounded(points: float) -> int:
    return math.floor(points + 0.5)


def _share_of_points(ratio: float, whole: float, none: float) -> float:
    """1 up to the ratio `whole`, 0 from `none` on, and between as the logarithm of the ratio."""
    if not ratio > whole:
        return 1.0 if ratio > 0 else 0.0
    if not ratio < none:
        return 0.0
    return (math.log10(none) - math.log10(ratio)) / (math.log10(none) - math.log10(whole))


def score_guess(task: GuessTask, answer: str, truth: str, tries: int = 1) -> int:
    """The points of an answer, by the rules of this module.

    Parameters
    ----------
    task
        What was asked.
    answer
        As it stands in a file of results.
    truth
        Likewise.
    tries
        How often it was tried: of ``tune`` and ``mend``.

    Returns
    -------
    int
        From 0 to 100.

    Raises
    ------
    ValueError
        For an answer, or a truth, that is none of this task.

    Examples
    --------
    >>> from kit.explorer.guesses import make_guess_tasks
    >>> task = make_guess_tasks("which-activation", student=17)[0]
    >>> score_guess(task, "relu", "relu"), score_guess(task, "tanh", "relu")
    (100, 0)
    """
    check_count("tries", tries)
    check_answer(task, answer)
    rule = GUESS_RULES[task.kind]
    return _SCORES[task.kind](task, answer, truth, tries, rule)


def numbers_in(text: str, count: int, name: str) -> list[float]:
    """So many numbers with a space between them; ``inf`` is one."""
    expected = f"`{name}` must be {count} numbers" if count > 1 else f"`{name}` must be a number"
    try:
        found = [float(one) for one in text.split(" ")]
    except ValueError:
        found = []
    if len(found) != count or any(math.isnan(one) or one < 0 for one in found):
        raise ValueError(f"{expected} of at least 0; got {shown(text[:80])}")
    return found


def settings_in(text: str) -> dict[str, str]:
    """The settings of an answer to ``mend``: each of the menu once, in its order."""
    pairs = [one.partition("=") for one in text.split(";")]
    found = {name: value for name, _, value in pairs}
    right = [name for name, _, _ in pairs] == list(GUESS_MENU)
    if not right or any(found[name] not in choices for name, choices in GUESS_MENU.items()):
        names = "; ".join(f"{name}={' or '.join(choices)}" for name, choices in GUESS_MENU.items())
        raise ValueError(f"`answer` must be {names}; got {shown(text[:80])}")
    return found


def choices_of(task: GuessTask) -> list[str]:
    """Among what a student chooses; empty where it is no choice."""
    if task.kind == "which-layer":
        return [*(f"h{k + 1}" for k in range(int(task.parameters["depth"]))), "none"]
    return list(GUESS_OPTIONS.get(task.kind, ()))


def check_answer(task: GuessTask, answer: str) -> None:
    """Raise ValueError where this can be no answer to the task."""
    choices = choices_of(task)
    if task.kind == "mend":
        settings_in(answer)
    elif choices and answer not in choices:
        raise ValueError(f"`answer` must be one of {', '.join(choices)}; got {shown(answer[:80])}")
    elif task.kind == "bars":
        numbers_in(answer, int(task.parameters["depth"]), "answer")
    elif task.kind == "tune":
        low, high = GUESS_SIGMA
        std = numbers_in(answer, 1, "answer")[0]
        if not low <= std <= high:
            raise ValueError(
                f"`answer` must be a σ from {low:g} to {high:g}; got {shown(answer[:80])}"
            )


Rule = Mapping[str, float]


def _score_bars(task: GuessTask, answer: str, truth: str, tries: int, rule: Rule) -> int:
    count = int(task.parameters["depth"])
    guesses, bars = numbers_in(answer, count, "answer"), numbers_in(truth, count, "truth")
    points = [
        _share_of_points(max(g / t, t / g), rule["whole"], rule["none"])
        if g and t
        else float(g == t)
        for g, t in zip(guesses, bars, strict=True)
    ]
    return _rounded(100 * (sum(points) / count))


def _score_choice(task: GuessTask, answer: str, truth: str, tries: int, rule: Rule) -> int:
    return int(rule["right"]) if answer == truth else 0


def _score_layer(task: GuessTask, answer: str, truth: str, tries: int, rule: Rule) -> int:
    places = choices_of(task)
    if truth not in places:
        raise ValueError(f"`truth` must be one of {', '.join(places)}; got {shown(truth[:80])}")
    apart = abs(places.index(answer) - places.index(truth))
    return int([rule["right"], rule["near"], 0][min(apart, 2)])


def _score_tune(task: GuessTask, answer: str, truth: str, tries: int, rule: Rule) -> int:
    ratio = numbers_in(truth, 1, "truth")[0]
    points = _rounded(100 * _share_of_points(ratio, rule["whole"], rule["none"]))
    return max(0, points - int(rule["try"]) * (tries - 1))


def _score_mend(task: GuessTask, answer: str, truth: str, tries: int, rule: Rule) -> int:
    ratio, loss = numbers_in(truth, 2, "truth")
    held = [ratio <= rule["ratio"], loss <= rule["loss"]]
    if not all(held):
        return int(rule["half"]) * sum(held)
    before = dict(one.split("=") for one in task.text.split(";"))
    changes = sum(before[name] != value for name, value in settings_in(answer).items())
    points = 100 - rule["change"] * max(0, changes - 1) - rule["try"] * (tries - 1)
    return int(max(rule["least"], points))


_SCORES = {
    "bars": _score_bars,
    "which-initializer": _score_choice,
    "which-activation": _score_choice,
    "which-layer": _score_layer,
    "tune": _score_tune,
    "mend": _score_mend,
}
