"""Six optimizers, each at the best of nine rates: BLOCK on the ball, a small network on digits.

BLOCK has five hidden layers of 100 ReLU units with He's weights. The network for digits has 16
units and sees 14 x 14 pixels, each the mean of four. Which rate is best is found with three other
seeds; the seeds that are shown are trained at that rate and at Adam's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.optimizers._trained import Task, train
from kit.figures.optimizers._tuned import (
    BATCH_OF_SIX,
    EPOCHS_OF_SIX,
    NINE_RATES,
    SIX_DIGITS,
    SIX_RULES,
    digits_task,
)

OTHER_SEEDS = (1001, 1002, 1003)
RATES_OF_BLOCK = np.geomspace(1e-4, 1, 9)  # deeper, so lower ones: no best may stand at an end

Ends: TypeAlias = "dict[str, dict[str, np.ndarray]]"
"""At the "own" rate and at "Adam's", by optimizer: the final losses, (seeds,)."""


def block_task() -> Task:
    """The ball data, for BLOCK."""
    from kit.datasets.ball import load_data

    x, y = load_data()
    return Task(x.astype("float32"), y.astype("float32"), (10, *[100] * 5, 1))


def tune_block() -> dict[str, float]:
    """By optimizer the best of the rates for BLOCK, with other seeds."""
    return _best_rates(block_task(), RATES_OF_BLOCK)


def tune_digits() -> dict[str, float]:
    """By optimizer the best of the rates on digits, with other seeds."""
    return _best_rates(digits_task(SIX_DIGITS, 16)[0], NINE_RATES)


def compare_block(first: int, rates: Mapping[str, float]) -> Ends:
    """Train BLOCK with each seed of a block, at rates by optimizer."""
    return _compared(block_task(), block_of(first, DENSE), rates)


def compare_digits(first: int, rates: Mapping[str, float]) -> tuple[Ends, dict[str, Any]]:
    """The same on digits; and what captions say of these."""
    task, facts = digits_task(SIX_DIGITS, 16)
    return _compared(task, block_of(first, DENSE), rates), facts


def lowest_rate(rates: np.ndarray, ends: np.ndarray) -> float:
    """The rate whose losses, (rates, seeds), have the lowest mean; NaN is the worst."""
    return float(rates[np.where(np.isnan(ends), np.inf, ends).mean(axis=1).argmin()])


def _best_rates(task: Task, rates: np.ndarray) -> dict[str, float]:
    return {
        name: lowest_rate(rates, np.array([_final(task, name, k, OTHER_SEEDS) for k in rates]))
        for name in SIX_RULES
    }


def _compared(task: Task, seeds: Sequence[int], rates: Mapping[str, float]) -> Ends:
    own = {name: _final(task, name, rates[name], seeds) for name in SIX_RULES}
    adams = rates["Adam"]
    common = {
        name: own[name] if rates[name] == adams else _final(task, name, adams, seeds)
        for name in SIX_RULES
    }
    return {"own": own, "Adam's": common}


def _final(task: Task, name: str, rate: float, seeds: Sequence[int]) -> np.ndarray:
    """The losses of the last epoch, (seeds,); three at once, which fit into a core's cache."""
    rule = SIX_RULES[name](float(rate))
    groups = [seeds[at : at + 3] for at in range(0, len(seeds), 3)]
    found = [train(task, rule, group, 1, BATCH_OF_SIX, EPOCHS_OF_SIX).losses for group in groups]
    return np.concatenate([losses[-1, :, 0] for losses in found])
