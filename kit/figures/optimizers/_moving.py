"""A bowl whose minimum moves, and the rates that weights have on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.figures.optimizers._rules import Rule, Slope, walk


def follow(
    rule: Rule, rate: float, steep: float, moves: float, moves_at: int, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Walk from (1, 1) in a bowl of the curvatures 1 and `steep`, whose minimum moves once.

    Returns
    -------
    tuple
        The flat weight's distance to the minimum of that moment, (steps,); and, (steps, 2), the
        rates that both weights have: what a step is, over the gradient that it was made of. Where
        a gradient is 0 the rate is that of the step before.
    """
    slopes: list[np.ndarray] = []

    def slope(off: np.ndarray) -> np.ndarray:
        slopes.append(np.array([1.0, steep]) * off)
        return slopes[-1]

    def moved(slope: Slope, off: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        # what is walked is the distance, so that small ones are as exact here as there
        return rule(slope, off - (moves if kept["t"] == moves_at + 1 else 0.0), kept)

    walk(moved, slope, [1.0, 1.0], steps + 1)
    off = np.array(slopes) / [1.0, steep]
    made = off[:-1] - off[1:]
    if moves_at:
        made[moves_at - 1] -= moves
    gradients = np.array(slopes)[:-1]
    rates = np.empty_like(made)
    for k in range(steps):
        some = np.abs(gradients[k]) > 1e-300
        last = rates[k - 1] if k else np.full(2, rate)
        rates[k] = np.where(some, made[k] / np.where(some, gradients[k], 1.0), last)
    return np.abs(off[:-1, 0]), rates
