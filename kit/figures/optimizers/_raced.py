"""Nine optimizers on three surfaces, each with the rate that did best from other starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kit.figures.optimizers._rules import (
    Rule,
    adadelta,
    adagrad,
    adam,
    descent,
    momentum,
    nesterov,
    rmsprop,
    rmsprop_nesterov,
    rprop,
    walk,
)
from kit.figures.optimizers._surfaces import Surface, bowl, curved_valley, saddle, steps_to

RACERS: dict[str, Callable[[Any], Rule]] = {
    "descent": descent,
    "momentum": lambda rate: momentum(rate, 0.9),
    "Nesterov": lambda rate: nesterov(rate, 0.9),
    "Rprop": rprop,
    "AdaGrad": adagrad,
    "Adadelta": adadelta,
    "RMSProp": rmsprop,
    "RMSProp with\nNesterov": rmsprop_nesterov,
    "Adam": adam,
}
FIRST_ROW = 4
"""So many of them have one rate, or look at signs; the others divide by a mean of gradients."""

RATES_TRIED = np.geomspace(1e-4, 10, 21)
RACE = 400  # steps


def race_courses(off: float) -> dict[str, Surface]:
    """The three surfaces; at the saddle the start is `off` the ridge."""
    return {"bowl": bowl(30.0), "valley": curved_valley(), "saddle": saddle(off)}


def race(off: float) -> tuple[list[dict[str, np.ndarray]], dict[str, Any]]:
    """By surface the walks from its start, (steps + 1, 2), and how long each took.

    Of 21 rates, four a decade, that is taken with which four walks from other starts need the
    fewest steps to under 1 % of their first height, together.
    """
    walks: list[dict[str, np.ndarray]] = []
    took: dict[str, Any] = {}
    for name, surface in race_courses(off).items():
        found = {}
        for racer, rule in RACERS.items():
            with np.errstate(all="ignore"):  # rates that are too high diverge
                rate = _best(rule, surface)
                found[racer] = walk(rule(rate), surface.slope, surface.start, RACE)
        walks.append(found)
        heights = {racer: surface.height(one) for racer, one in found.items()}
        took[name] = {racer: int(steps_to(one)) for racer, one in heights.items()}
    return walks, took


def _best(rule: Callable[[Any], Rule], surface: Surface) -> float:
    starts = np.array(surface.others)[:, None, :] * np.ones((1, len(RATES_TRIED), 1))
    path = walk(rule(RATES_TRIED[:, None]), surface.slope, starts, RACE)  # (steps, 4, rates, 2)
    steps = steps_to(surface.height(path)).sum(axis=0)  # (rates,)
    return float(RATES_TRIED[steps.argmin()])
