"""Tasks in which a student guesses before seeing: kinds, numbers, and the rules of their scores.

A set of tasks is a text in a link, as ``bars,which-initializer,tune``. What a task asks of a
student follows from the set, its place in it and the student's number: words of NumPy's
SeedSequence choose a variant and the seed of the weights. The page reads the table from here, draws
the same and scores by the same rules; `kit.explorer.truths` computes with Keras what is true.

Scores, from 0 to 100:

* ``bars``: a bar within a factor of 2 has all its points, from a factor of 100 on none, and between
  as the logarithm of the factor; the score is the mean over the bars.
* ``which-initializer``, ``which-activation``: 100 or 0.
* ``which-layer``: 100, for a neighbour 50, else 0; "none" is the place after the last layer.
* ``tune``: 100 where the largest delta is at most twice the smallest; then less as the logarithm of
  the ratio, none from 100 on; 5 less for each try after the first.
* ``mend``: where it is mended 100, 20 less for each change after the first and 5 for each try after
  the first, at least 40; else 20 for each of the two conditions that holds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.checks import check_count, check_seed, shown

__all__ = [
    "GUESSING_ENGINE",
    "GUESSING_SCRIPTS",
    "GUESSING_STYLES",
    "GUESS_TABLE",
    "GuessTask",
    "make_guess_tasks",
    "score_guess",
]

Parameter = str | float | int

GUESSING_ENGINE = ("tasks.js", "truths.js", "scores.js", "results_file.js")
"""Scripts without a document, after the engine's."""

GUESSING_SCRIPTS = ("guess_pictures.js", "guess_bars.js", "guess_kinds.js", "guessing.js")
"""Scripts of the page, after draw.js and state.js."""

GUESSING_STYLES = ("guessing.css",)
"""Their style sheet."""


def _variants(**choices: Sequence[Parameter]) -> list[dict[str, Parameter]]:
    """Each choice with each other."""
    return [
        dict(zip(choices, chosen, strict=True)) for chosen in itertools.product(*choices.values())
    ]


_WEIGHTS = {
    "normal:0.01": "Normal, σ = 0.01",
    "glorot_normal": "Glorot normal",
    "he_normal": "He normal",
    "normal:1": "Normal, σ = 1",
}
_ACTIVATIONS = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU",
}  # fmt: skip

_BARS = _variants(
    quantity=("activation", "z", "delta", "gradient"),
    activation=("sigmoid", "tanh", "relu"),
    weights=("normal:0.02", "normal:0.05", "normal:0.1", "normal:0.2"),
    bias=(0,),
    depth=(5,),
    width=(100,),
)
_WHICH_INITIALIZER = _variants(
    activation=("tanh", "sigmoid", "relu"),
    weights=tuple(_WEIGHTS), bias=(0,), depth=(5,), width=(100,),
)  # fmt: skip
_WHICH_ACTIVATION = _variants(
    activation=tuple(_ACTIVATIONS), weights=("glorot_normal", "he_normal", "normal:0.1"),
    bias=(0,), depth=(5,), width=(100,),
)  # fmt: skip


def _which_layer() -> list[dict[str, Parameter]]:
    smallest = [("tanh", 0.05), ("tanh", 0.3), ("sigmoid", 0.05), ("relu", 0.05), ("relu", 0.3)]
    dying = [(0.05, -0.1), (0.1, -0.2), (0.15, -0.5), (0.2, -0.5), (0.15, -0.2), (0.3, -1.0)]
    saturating = [0.15, 0.25, 0.3, 0.4, 0.7]
    rows = [
        *(("smallest", activation, std, 0.0, 100) for activation, std in smallest),
        *(("dies", "relu", std, bias, 50) for std, bias in dying),
        *(("saturates", "tanh", std, 0.0, 100) for std in saturating),
    ]
    return [
        {
            "asks": asks, "activation": activation, "weights": f"normal:{std:g}", "bias": bias,
            "depth": 6, "width": width,
        }
        for asks, activation, std, bias, width in rows
    ]  # fmt: skip


_TUNE: list[dict[str, Parameter]] = [
    {"activation": activation, "bias": 0, "depth": depth, "width": width}
    for activation, depth, width in (
        *(("tanh", 10, 100), ("tanh", 10, 64), ("tanh", 8, 64)),
        *(("relu", 10, 100), ("relu", 8, 64)),
    )
]

_HEALTHY: dict[str, Parameter] = {
    "activation": "tanh", "weights": "glorot_normal", "bias": 0, "rate": 0.03, "input": "centred",
    "depth": 5, "width": 50,
}  # fmt: skip
_BROKEN: dict[str, dict[str, Parameter]] = {
    "small": {"weights": "normal:0.01"},
    "large": {"weights": "normal:1"},
    "zeros": {"activation": "relu", "weights": "zeros"},
    "fast": {"rate": 3},
    "slow": {"rate": 0.0003},
    "sigmoid": {"activation": "sigmoid"},
    "dead": {"activation": "relu", "weights": "he_normal", "bias": -2},
    "shifted": {"input": "as_is"},
}
_MEND: list[dict[str, Parameter]] = [
    {"fault": fault, **_HEALTHY, **change} for fault, change in _BROKEN.items()
]
_MENU = {
    "activation": {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"},
    "weights": {"zeros": "zeros", **_WEIGHTS},
    "bias": {"-2": "−2", "0": "0"},
    "rate": {"0.0003": "0.0003", "0.03": "0.03", "3": "3"},
    "input": {"as_is": "as it is, mean 5", "centred": "centred"},
}

_RULES: dict[str, dict[str, float]] = {
    "bars": {"whole": 2, "none": 100},
    "which-initializer": {"right": 100},
    "which-activation": {"right": 100},
    "which-layer": {"right": 100, "near": 50},
    "tune": {"whole": 2, "none": 100, "try": 5},
    "mend": {"ratio": 10, "loss": 0.5, "change": 20, "try": 5, "least": 40, "half": 20},
}
_TITLES = {
    "bars": "Draw the bars",
    "which-initializer": "Which weights?",
    "which-activation": "Which activation?",
    "which-layer": "Which layer?",
    "tune": "Find σ",
    "mend": "Mend it",
}

GUESS_TABLE: dict[str, object] = {
    "samples": 250,
    "moved": 5,
    "most": 20,
    "longest": 400,
    "dead": 0.5,
    "saturated": {"beyond": 0.9, "share": 1 / 3},
    "training": {"epochs": 20, "batch": 25, "momentum": 0.9},
    "axis": {"forwards": [1e-6, 10], "backwards": [1e-10, 10]},
    "sigma": [0.01, 1],
    "menu": _MENU,
    "options": {"which-initializer": _WEIGHTS, "which-activation": _ACTIVATIONS},
    "titles": _TITLES,
    "rules": _RULES,
    "variants": {
        "bars": _BARS,
        "which-initializer": _WHICH_INITIALIZER,
        "which-activation": _WHICH_ACTIVATION,
        "which-layer": _which_layer(),
        "tune": _TUNE,
        "mend": _MEND,
    },
}
"""All that the page knows of tasks; it reads them as JSON, under ``guesses`` in its data."""

_SAMPLES, _MOST, _LONGEST = 250, 20, 400


@dataclass(frozen=True)
class GuessTask:
    """One task of one student.

    Attributes
    ----------
    number
        Its place in the set, from 1.
    kind
        As in the set: ``bars``, ``tune``.
    parameters
        What is asked of which network: names and values, in the order in which they are written.
    """

    number: int
    kind: str
    parameters: Mapping[str, Parameter]

    @property
    def text(self) -> str:
        """The parameters as they stand in a file of results."""
        return parameters_as_text(self.parameters)


def parameters_as_text(parameters: Mapping[str, Parameter]) -> str:
    """``name=value;name=value``, numbers as short as they can be."""
    return ";".join(
        f"{name}={value if isinstance(value, str | int) else f'{value:g}'}"
        for name, value in parameters.items()
    )


def make_guess_tasks(tasks: str, student: int = 0) -> list[GuessTask]:
    """The tasks of a set for one student.

    Parameters
    ----------
    tasks
        Kinds with commas between them, at most 20: ``bars``, ``which-initializer``,
        ``which-activation``, ``which-layer``, ``tune``, ``mend``.
    student
        The student's number, from 0 to 2³¹ - 1. Each has other numbers.

    Returns
    -------
    list of GuessTask

    Raises
    ------
    TypeError, ValueError
        For what is no such set, and no such number.

    Examples
    --------
    >>> [task.kind for task in make_guess_tasks("bars,tune", student=17)]
    ['bars', 'tune']
    """
    kinds = _kinds_of(tasks)
    check_seed(student, "student")
    if student >= 2**31:
        raise ValueError(f"`student` must be a number below 2³¹; got {student}")
    return [_task(tasks, number, kind, student) for number, kind in enumerate(kinds, 1)]


def _kinds_of(tasks: str) -> list[str]:
    expected = f"`tasks` must be at most {_MOST} of {', '.join(_TITLES)}, with commas between them"
    if not isinstance(tasks, str):
        raise TypeError(f"{expected}; got {shown(tasks)}")
    kinds = tasks.split(",")
    if len(tasks) > _LONGEST or len(kinds) > _MOST or any(one not in _TITLES for one in kinds):
        raise ValueError(f"{expected}; got {shown(tasks[:80])}")
    return kinds


def _task(tasks: str, number: int, kind: str, student: int) -> GuessTask:
    entropy = [student, number, *tasks.encode("ascii")]
    words = np.random.SeedSequence(entropy).generate_state(2, np.uint32) >> 1
    variants = GUESS_TABLE["variants"][kind]  # type: ignore[index]
    chosen = variants[int(words[1]) % len(variants)]
    return GuessTask(number, kind, {**chosen, "seed": int(words[0]) % 1_000_000})


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
    >>> task = make_guess_tasks("which-activation", student=17)[0]
    >>> score_guess(task, "relu", "relu"), score_guess(task, "tanh", "relu")
    (100, 0)
    """
    check_count("tries", tries)
    check_answer(task, answer)
    rule = _RULES[task.kind]
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
    right = [name for name, _, _ in pairs] == list(_MENU)
    if not right or any(found[name] not in choices for name, choices in _MENU.items()):
        names = "; ".join(f"{name}={' or '.join(choices)}" for name, choices in _MENU.items())
        raise ValueError(f"`answer` must be {names}; got {shown(text[:80])}")
    return found


def choices_of(task: GuessTask) -> list[str]:
    """Among what a student chooses; empty where it is no choice."""
    if task.kind == "which-layer":
        return [*(f"h{k + 1}" for k in range(int(task.parameters["depth"]))), "none"]
    options: Mapping[str, Mapping[str, str]] = GUESS_TABLE["options"]  # type: ignore[assignment]
    return list(options.get(task.kind, ()))


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
        low, high = GUESS_TABLE["sigma"]  # type: ignore[misc]
        std = numbers_in(answer, 1, "answer")[0]
        if not low <= std <= high:
            raise ValueError(f"`answer` must be a σ from {low} to {high}; got {shown(answer[:80])}")


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
