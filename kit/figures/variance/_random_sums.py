"""Sums of random numbers times random weights, forwards and backwards, and their variances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COUNTS = (1, 2, 3, 5, 10, 30, 100, 300, 1000)
VAR_W = 0.25
INPUTS, ROWS = 100, 400


def forward_sums(seed: int, centred: bool) -> dict[str, Any]:
    """Variances of sums over normal inputs, and over sigmoid's outputs, for each n."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[float]] = {"normal": [], "sigmoid": []}
    z = rng.normal(size=200_000)
    mean, var = float((1 / (1 + np.exp(-z))).mean()), float((1 / (1 + np.exp(-z))).var())
    for n in COUNTS:
        rows = max(4000, 300_000 // n)
        x, w = rng.normal(size=(rows, n)), rng.normal(0, VAR_W**0.5, (rows, n))
        a = 1 / (1 + np.exp(-x)) - mean * centred
        found["normal"].append(float((x * w).sum(axis=1).var()))
        found["sigmoid"].append(float((a * w).sum(axis=1).var()))
    rule = np.array(COUNTS) * VAR_W
    square = 0.0 if centred else mean**2
    return {
        "mean 0": {"measured": np.array(found["normal"]), "predicted": rule},
        "sigmoid's outputs,\nmean 0.5": {
            "measured": np.array(found["sigmoid"]),
            "predicted": rule * (var + square),
            "rule": rule * var,
        },
        "mean": mean,
    }


def backward_sums(seed: int, own: bool) -> dict[str, dict[str, np.ndarray]]:
    """Variances of Δx for each number of outputs, of a Δy that is drawn, and of Δy = y."""
    rng = np.random.default_rng(seed)
    found: list[np.ndarray] = []
    for m in COUNTS:
        some: list[tuple[float, float, float]] = []
        for _ in range(max(2, 200 // m)):
            w = rng.normal(0, VAR_W**0.5, (INPUTS, m))
            delta, y = rng.normal(size=(ROWS, m)), rng.normal(size=(ROWS, INPUTS)) @ w
            mine = y if own else rng.normal(0, y.std(), y.shape)
            some.append(((delta @ w.T).var(), (mine @ w.T).var(), (mine**2).mean()))
        found.append(np.mean(some, axis=0))
    drawn, made, sizes = np.array(found).T
    n = np.array(COUNTS)
    rule = n * sizes * VAR_W
    more = 1 + (n + 1) / INPUTS if own else 1.0
    return {
        "Δy drawn": {"measured": drawn, "predicted": n * VAR_W},
        "Δy = y": {"measured": made, "predicted": rule * more, "rule": rule},
    }


def worst(found: Mapping[str, np.ndarray], against: str = "predicted") -> float:
    """The largest factor between measured and what is said, up or down."""
    ratio = np.asarray(found["measured"]) / np.asarray(found[against])
    return float(np.maximum(ratio, 1 / ratio).max())
