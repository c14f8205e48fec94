"""Five ways to the weights of a small network, four of which never ask for a gradient.

Nelder-Mead, simulated annealing (`dual_annealing` without its local search) and differential
evolution are SciPy's, the particle swarm is pyswarm's. An evaluation is the loss on 100 points.
A gradient counts as three: its way forwards is one, and its way back costs two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kit.catalogue.over_seeds import block_of
from kit.figures.optimizers._trained import forward, layers_of, started

HIDDEN_OF = {21: 5, 101: 25, 1001: 250}
"""Weights of networks with two inputs and one output, and the units of their hidden layer."""

CAP, CROWD, OF_GRADIENT, SEEDS_OF_SEARCH, TUNED_ON = 1_500, 30, 3, 3, (1001, 1002, 1003)

SCALES_TRIED: dict[str, tuple[float, ...]] = {
    "gradient descent": (0.01, 0.03, 0.1, 0.3, 1),  # the learning rate
    "Nelder-Mead": (0.3, 1, 3, 10, 30),  # the edge of the first simplex
    "annealing": (0.25, 0.5, 1, 2, 4),  # from here on half of the box in which it searches
    "evolution": (0.25, 0.5, 1, 2, 4),
    "swarm": (0.25, 0.5, 1, 2, 4),
}
"""What is tried of each."""

CHOSEN_SCALES: dict[int, tuple[float, ...]] = {
    21: (0.1, 10, 2, 1, 2),
    101: (0.1, 1, 1, 1, 2),
    1001: (0.03, 3, 0.5, 0.5, 1),
}
"""By weights the best of them with other seeds, as `losses_by_scale` finds them in a minute."""


class Budget:
    """The loss of a network with two inputs and one output, with a count of its evaluations.

    The mean squared error over the variance of the targets, sin πx₁ cos πx₂ on a grid of 10 x 10.
    """

    def __init__(self, hidden: int) -> None:
        self.sizes = (2, hidden, 1)
        x1, x2 = np.meshgrid(np.linspace(-1, 1, 10), np.linspace(-1, 1, 10))
        self.x = np.stack([x1.ravel(), x2.ravel()], axis=1)
        y = np.sin(np.pi * self.x[:, 0]) * np.cos(np.pi * self.x[:, 1])
        self.y = (y / y.std())[:, None]
        self.least: list[float] = []

    def __call__(self, theta: np.ndarray) -> Any:
        """Of one network, (weights,), or of a crowd as SciPy hands it over, (weights, networks)."""
        z = forward(layers_of(theta.T, self.sizes), self.x)[-1]
        cost = ((z - self.y) ** 2).mean(axis=(-2, -1))
        self.count(np.atleast_1d(cost))
        return cost if np.ndim(cost) else float(cost)

    def slope(self, theta: np.ndarray) -> np.ndarray:
        """The gradient, (weights,); it counts as three evaluations."""
        layers, gradient = layers_of(theta, self.sizes), np.empty_like(theta)
        x, active, z = forward(layers, self.x)
        self.count(np.full(OF_GRADIENT, ((z - self.y) ** 2).mean()))
        delta = 2 * (z - self.y) / len(x)
        (kernel, bias), (last, last_bias) = layers_of(gradient, self.sizes)
        last[:], last_bias[:] = active.T @ delta, delta.sum(axis=0)
        delta = delta @ layers[1][0].T * (active > 0)
        kernel[:], bias[:] = x.T @ delta, delta.sum(axis=0)
        return gradient

    def count(self, costs: np.ndarray) -> None:
        """Remember some evaluations, those of a crowd one after the other."""
        so_far = self.least[-1] if self.least else np.inf
        self.least += np.fmin(np.fmin.accumulate(costs), so_far).tolist()


def search(name: str, hidden: int, seed: int, scale: float) -> np.ndarray:
    """The least loss so far after each of 1,500 evaluations, (1500,)."""
    budget = Budget(hidden)
    SEARCHES[name](budget, started(budget.sizes, [seed])[0], scale, seed)
    return np.array(budget.least[:CAP])


def _descend(budget: Budget, start: np.ndarray, rate: float, seed: int) -> None:
    theta = start.astype("float64")
    with np.errstate(all="ignore"):  # rates that are too high diverge
        for _ in range(CAP // OF_GRADIENT):
            theta = theta - rate * budget.slope(theta)


def _simplex(budget: Budget, start: np.ndarray, edge: float, seed: int) -> None:
    from scipy.optimize import minimize

    corners = np.vstack([start, start + edge * np.eye(len(start), dtype="float32")])
    how = {"maxfev": CAP, "adaptive": True, "initial_simplex": corners, "xatol": 0, "fatol": 0}
    minimize(budget, start, method="Nelder-Mead", options=how)


def _anneal(budget: Budget, start: np.ndarray, half: float, seed: int) -> None:
    from scipy.optimize import dual_annealing

    x0 = np.clip(start.astype("float64"), -half, half)
    how: Any = {"maxfun": CAP, "maxiter": CAP, "no_local_search": True, "x0": x0}
    dual_annealing(budget, _box(start, half), seed=np.random.default_rng(seed), **how)


def _evolve(budget: Budget, start: np.ndarray, half: float, seed: int) -> None:
    from scipy.optimize import differential_evolution

    rng = np.random.default_rng(seed)
    crowd = rng.uniform(-half, half, size=(CROWD, len(start)))
    how: Any = {"maxiter": CAP // CROWD - 1, "polish": False, "tol": 0, "updating": "deferred"}
    differential_evolution(budget, _box(start, half), init=crowd, seed=rng, vectorized=True, **how)


def _swarm(budget: Budget, start: np.ndarray, half: float, seed: int) -> None:
    from pyswarm import pso

    low = np.full(len(start), -half)
    how = {"swarmsize": CROWD, "maxiter": CAP // CROWD - 1, "minstep": -1, "minfunc": -1}
    pso(budget, low, -low, seed=seed, **how)


def _box(start: np.ndarray, half: float) -> list[tuple[float, float]]:
    return [(-half, half)] * len(start)


SEARCHES: dict[str, Callable[[Budget, np.ndarray, float, int], None]] = dict(
    zip(SCALES_TRIED, (_descend, _simplex, _anneal, _evolve, _swarm), strict=True)
)


def search_all(first: int, weights: int) -> dict[str, np.ndarray]:
    """By method the least loss so far, (seeds of the block, evaluations)."""
    scales = dict(zip(SCALES_TRIED, CHOSEN_SCALES[weights], strict=True))
    seeds = block_of(first, SEEDS_OF_SEARCH)
    return {name: _searched(name, weights, seeds, scale) for name, scale in scales.items()}


def losses_by_scale(name: str, weights: int) -> list[float]:
    """The geometric mean of the last loss over other seeds, for each scale that is tried."""
    return [
        float(np.exp(np.log(_searched(name, weights, TUNED_ON, scale)[:, -1]).mean()))
        for scale in SCALES_TRIED[name]
    ]


def _searched(name: str, weights: int, seeds: Sequence[int], scale: float) -> np.ndarray:
    return np.array([search(name, HIDDEN_OF[weights], seed, scale) for seed in seeds])
