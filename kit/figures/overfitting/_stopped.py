"""Networks whose validation loss is taken after each step, and rules that stop them."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._halved import INPUTS_HALVED, hot_of, load_halved, own_digits
from kit.figures.overfitting._little import costs_of, drawn_weights, move, slopes_of
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

TRAINED, WATCHED, BY_CHANCE, WATCHED_STEPS = 200, 300, 0.2, 400
"""Digits to train and to validate with; the share of labels drawn by chance; steps."""

PER_EPOCH, PATIENCE = 10, 100
"""Steps in an epoch; steps without a new least loss after which a patient rule stops."""

INTERVALS = (1, 10, 50, 100)
"""Steps from one validation to the next."""

_UNITS, _RATE = 30, 0.3


def watch(first: int, batch: int) -> dict[int | str, Any]:
    """Train on 200 digits, a fifth of whose labels are drawn by chance, with each seed of a block.

    Returns
    -------
    dict
        By seed, arrays (steps,): `train` and `loss`, of the training digits and of 300 validation
        digits; `wrong`, the share of these that is misread; `test`, the loss of 300 others. Under
        "source", which digits they are.
    """
    digits, seeds = load_halved(), block_of(first, DENSE)
    places = own_digits(seeds, len(digits.x), TRAINED)
    draws = [np.random.default_rng([seed, 2]) for seed in seeds]
    labels = digits.labels[places]
    for rng, one in zip(draws, labels, strict=True):
        by_chance = rng.random(TRAINED) < BY_CHANCE
        one[by_chance] = rng.integers(0, 10, size=by_chance.sum())
    x, hot = digits.x[places], hot_of(labels)
    parts = {
        "loss": (digits.x_apart[:WATCHED], digits.labels_apart[:WATCHED]),
        "test": (digits.x_apart[WATCHED : 2 * WATCHED], digits.labels_apart[WATCHED : 2 * WATCHED]),
        "train": (x, labels),
    }
    weights = drawn_weights(seeds, INPUTS_HALVED, _UNITS)
    kept = [np.zeros_like(one) for one in weights]
    each = np.arange(len(seeds))[:, None]
    curves: dict[str, list[Any]] = {name: [] for name in (*parts, "wrong")}
    for step in range(WATCHED_STEPS):
        at = step * batch % TRAINED
        if at == 0:
            order = np.array([rng.permutation(TRAINED) for rng in draws])
        some = order[:, at : at + batch]
        move(weights, kept, slopes_of(weights, x[each, some], hot[each, some]), _RATE, 0.0)
        for name, part in parts.items():
            loss, wrong = costs_of(weights, *part)
            curves[name].append(loss)
            if name == "loss":
                curves["wrong"].append(wrong)
    found: dict[int | str, Any] = {"source": digits.source}
    for k, seed in enumerate(seeds):
        found[seed] = {name: np.array(some)[:, k] for name, some in curves.items()}
    return found


def stop(loss: np.ndarray, every: int, patience: int) -> tuple[int, int]:
    """Where a rule stops and which step it keeps, counted from 0.

    Parameters
    ----------
    loss
        After each step, (steps,).
    every
        Steps from one validation to the next.
    patience
        Validations in a row without a new least loss after which it stops; if it never does, it
        stops at the last one.

    Examples
    --------
    >>> stop(np.array([5.0, 4.0, 4.5, 3.0, 3.5, 3.6]), every=1, patience=1)
    (2, 1)
    >>> stop(np.array([5.0, 4.0, 4.5, 3.0, 3.5, 3.6]), every=1, patience=2)
    (5, 3)
    >>> stop(np.array([5.0, 4.0, 4.5, 3.0, 3.5, 3.6]), every=2, patience=1)
    (5, 3)
    """
    looks = np.arange(every - 1, len(loss), every)
    best = looks[0]
    for look in looks:
        if loss[look] < loss[best]:
            best = look
        if look - best >= patience * every:
            return int(look), int(best)
    return int(looks[-1]), int(best)


def stopped(curves: dict[str, np.ndarray]) -> dict[str, Any]:
    """What each rule keeps of a network: by rule and interval, the loss on the test digits."""
    found: dict[str, Any] = {"first": {}, "patient": {}}
    for every in INTERVALS:
        for rule, patience in (("first", 1), ("patient", -(-PATIENCE // every))):
            _, kept = stop(curves["loss"], every, patience)
            found[rule][f"e{every}"] = float(curves["test"][kept])
    return found


def draw_stopped(data: Any, facts: Any) -> Any:
    """Left one network's curves, with where rules stop; right what is kept, by the interval."""
    figure, (left, right) = plt.subplots(1, 2, width_ratios=(1.25, 1))
    looks, ink = series_styles(2), plt.rcParams["text.color"]
    steps = np.arange(1, WATCHED_STEPS + 1)
    one = data["one"]
    ends = []
    for name, words, look in zip(("train", "loss"), ("training", "validation"), looks, strict=True):
        left.plot(steps, one[name], color=look["color"], linestyle=look["linestyle"])
        ends.append(End(float(steps[-1]), float(one[name][-1]), words, str(look["color"])))
    left.set(xlabel="step", ylabel="loss", ylim=(0, 2.5), title="One network")
    marks = {
        "first rise": (stop(one["loss"], 1, 1)[1], (35, 6), "s"),
        "least: keep\nthese weights": (stop(one["loss"], 1, PATIENCE)[1], (-10, 85), "o"),
        "patience\nis over": (stop(one["loss"], 1, PATIENCE)[0], (15, 85), "X"),
    }
    for words, (step, away, mark) in marks.items():
        point = (step + 1, one["loss"][step])
        left.plot(*point, mark, color=ink, ms=11, zorder=5)
        left.annotate(
            words, point, xytext=away, textcoords="offset points", va="center",
            arrowprops={"arrowstyle": "-", "color": ink},
        )  # fmt: skip
    name_ends(left, ends)
    across = np.arange(len(INTERVALS))
    for rule, words, look in zip(
        ("first", "patient"),
        ("stop at the\nfirst rise", "patience, and\nthe best weights kept"),
        looks[::-1],
        strict=True,
    ):
        lines = np.array([list(some[rule].values()) for some in data["kept"]])
        draw_range(right, across, lines, look)
        at, up, va = (0.45, 0.0, "bottom") if rule == "first" else (0, -0.15, "top")
        height = float(np.interp(at, across, lines.max(0) if va == "bottom" else lines.min(0)))
        right.text(
            at, height + up, words, color=look["color"], fontweight="bold", va=va,
        )  # fmt: skip
    names = ("each\nstep", "each\nepoch", "5\nepochs", "10\nepochs")
    right.set(ylim=(0, 2.5), xlabel="from one validation to the next", title="What is kept")
    right.set_ylabel("loss on test digits")
    right.set_xticks(across, names)
    write_note(figure, f"Right: medians and ranges of {facts['networks']} networks.")
    return figure
