"""Tasks in which a student guesses before seeing: their kinds and their numbers.

A set of tasks is a text in a link, as ``bars,which-initializer,tune``. What a task asks of a
student follows from the set, its place in it and the student's number: words of NumPy's
SeedSequence choose a variant and the seed of the weights. The page reads the table from here, draws
the same and scores by the rules of `kit.explorer.guess_scores`; `kit.explorer.truths` computes with
Keras what is true.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.checks import check_seed, shown

__all__ = [
    "GUESSING_ENGINE",
    "GUESSING_SCRIPTS",
    "GUESSING_STYLES",
    "GUESS_DEAD",
    "GUESS_MENU",
    "GUESS_MOVED",
    "GUESS_OPTIONS",
    "GUESS_RULES",
    "GUESS_SAMPLES",
    "GUESS_SATURATED",
    "GUESS_SIGMA",
    "GUESS_TABLE",
    "GUESS_TRAINING",
    "GuessTask",
    "make_guess_tasks",
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
GUESS_MENU = {
    "activation": {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"},
    "weights": {"zeros": "zeros", **_WEIGHTS},
    "bias": {"-2": "−2", "0": "0"},
    "rate": {"0.0003": "0.0003", "0.03": "0.03", "3": "3"},
    "input": {"as_is": "as it is, mean 5", "centred": "centred"},
}

GUESS_RULES: dict[str, dict[str, float]] = {
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

_VARIANTS: dict[str, list[dict[str, Parameter]]] = {
    "bars": _BARS,
    "which-initializer": _WHICH_INITIALIZER,
    "which-activation": _WHICH_ACTIVATION,
    "which-layer": _which_layer(),
    "tune": _TUNE,
    "mend": _MEND,
}
GUESS_OPTIONS = {"which-initializer": _WEIGHTS, "which-activation": _ACTIVATIONS}
_MOST, _LONGEST = 20, 400
GUESS_SIGMA = (0.01, 1.0)

GUESS_SAMPLES = 250
"""Points of the ball that are measured."""

GUESS_MOVED = 5.0
"""What ``mend`` adds to each feature; its input is centred again, or is not."""

GUESS_DEAD = 0.5
"""Share of dead units from which on a layer is dead."""

GUESS_SATURATED = (0.9, 1 / 3)
"""Beyond which activation a value is saturated; the share from which on a layer is."""

GUESS_TRAINING: dict[str, float] = {"epochs": 20, "batch": 25, "momentum": 0.9}
"""How ``mend`` trains."""

GUESS_TABLE: dict[str, object] = {
    "samples": GUESS_SAMPLES,
    "moved": GUESS_MOVED,
    "most": _MOST,
    "longest": _LONGEST,
    "dead": GUESS_DEAD,
    "saturated": dict(zip(("beyond", "share"), GUESS_SATURATED, strict=True)),
    "training": GUESS_TRAINING,
    "axis": {"forwards": [1e-6, 10], "backwards": [1e-10, 10]},
    "sigma": list(GUESS_SIGMA),
    "menu": GUESS_MENU,
    "options": GUESS_OPTIONS,
    "titles": _TITLES,
    "rules": GUESS_RULES,
    "variants": _VARIANTS,
}
"""All that the page knows of tasks; it reads them as JSON, under ``guesses`` in its data."""


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
    variants = _VARIANTS[kind]
    chosen = variants[int(words[1]) % len(variants)]
    return GuessTask(number, kind, {**chosen, "seed": int(words[0]) % 1_000_000})
