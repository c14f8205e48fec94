"""A steep weight near its minimum and a flat one far from it, with one rate or one for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.figures.optimizers._rules import descent, rprop, walk

RATES_FOR_BOTH = np.geomspace(1e-4, 10, 41)
NEAR_AND_FAR = np.array([0.1, 10.0])


def walk_both(
    steep: float, turn: float, steps: int
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """From (0.1, 10) in a bowl of the curvatures `steep` and 1, turned by so many degrees.

    Returns
    -------
    tuple
        Walks, (steps + 1, 2): with the best of 41 rates for both weights, with half of 1 over its
        curvature for each, and Rprop with the best of 41 first steps; and after how many steps
        both weights stay within 1 % of where they started.
    """
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    axes = np.array([[cos, -sin], [sin, cos]])  # rows: the bowl's own axes
    hessian = axes.T @ np.diag([steep, 1.0]) @ axes
    start = NEAR_AND_FAR @ axes

    def slope(theta: np.ndarray) -> np.ndarray:
        return theta @ hessian

    def settled(path: np.ndarray) -> np.ndarray:
        off = (np.abs(path) / np.abs(start)).max(axis=-1)
        return np.asarray((~(np.maximum.accumulate(off[::-1]) < 0.01)).sum(axis=0))

    found = {"own": walk(descent(0.5 / np.diag(hessian)), slope, start, steps)}
    with np.errstate(all="ignore"):  # rates that are too high diverge
        for name, rule in {"one": descent, "rprop": rprop}.items():
            many = np.tile(start, (len(RATES_FOR_BOTH), 1))
            tried = walk(rule(RATES_FOR_BOTH[:, None]), slope, many, steps)
            found[name] = tried[:, settled(tried).argmin()]
    return found, {name: int(settled(path)) for name, path in found.items()}
