"""One network, dropout, and many networks: whose answers are averaged, and what that brings.

Bagging trains each network on as many digits as there are, drawn with replacement (Breiman 1996).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._dropping import (
    FEW_DIGITS,
    HIDDEN,
    DropNet,
    digits_of,
    few_digits,
    mean_loss,
    train_nets,
)
from kit.figures.overfitting._little import Weights, outputs_of

__all__ = ["BAGGED", "HALF", "MASKS", "STARTS_BAGGED", "average_few"]

BAGGED, STARTS_BAGGED = (1, 2, 3, 5, 7, 10, 15, 20, 25), (1, 2, 3, 5, 7, 10)
"""Networks that are averaged: of bootstrap samples, and of other starts on the same digits."""

HALF, MASKS = 0.5, (1, 50)
"""Share of units that is dropped, and masks that are averaged."""

_EPOCHS = {0.0: 12, HALF: 40}
_RATES = (0.02, 0.05, 0.1)
_OTHER_SEEDS = (1001, 1002, 1003)
_ORDERS = 4  # in which networks come together


def average_few(first: int) -> dict[str, Any]:
    """Train networks on few digits, with each seed of a block, and average their answers.

    Returns
    -------
    dict
        ``facts`` of the data, and the ``rates`` of learning that were best on other digits, by
        "plain" and "dropped"; and ``found``, by seed: ``scores`` by who answers, "one" of the
        networks on all its digits, "scaled" and "mask1", "mask50" of a network trained with
        dropout, "bagged": each ``wrong``, ``loss``, and ``surer``, the mean probability of what is
        answered less the share that is right. ``curves``, by "mean", "majority", "starts":
        ``wrong`` and ``loss`` over their number. ``fit``, share of the training digits that the
        single networks have right; ``distinct``, of them that are in a bootstrap sample.
    """
    x, y, x_test, y_test, facts = few_digits()
    rates = {drop: _best_rate(x, y, drop) for drop in _EPOCHS}
    found = {}
    for seed in block_of(first, DENSE):
        own = digits_of(seed, len(x))
        draw = np.random.default_rng([seed, 3])
        starts = [DropNet(int(one), own) for one in draw.integers(2**31, size=STARTS_BAGGED[-1])]
        bags = [
            DropNet(int(one), draw.choice(own, FEW_DIGITS))
            for one in draw.integers(2**31, size=BAGGED[-1])
        ]
        weights, _ = train_nets(x, y, starts + bags, epochs=_EPOCHS[0.0], rate=rates[0.0])
        single, bagged = np.split(outputs_of(weights, x_test)[1], [len(starts)])
        dropped, _ = train_nets(
            x, y, [DropNet(seed, own, drop=HALF)], epochs=_EPOCHS[HALF], rate=rates[HALF]
        )
        scores = {
            "one": _mean_of([_score(one, y_test) for one in single]),
            "bagged": _score(bagged.mean(axis=0), y_test),
            "scaled": _score(outputs_of(dropped, x_test)[1][0], y_test),
        }
        for masks, p in _over_masks(dropped, x_test, draw).items():
            scores[f"mask{masks}"] = _score(p, y_test)
        own_answers = outputs_of([one[: len(starts)] for one in weights], x[own])[1]
        fit = own_answers.argmax(axis=2) == y[own]
        curves = {
            "mean": _curve(bagged, y_test, BAGGED, seed),
            "majority": _curve(bagged, y_test, BAGGED, seed, votes=True),
            "starts": _curve(single, y_test, STARTS_BAGGED, seed),
        }
        found[seed] = {"scores": scores, "curves": curves, "fit": float(fit.mean())}
        distinct = [len(np.unique(one.digits)) / FEW_DIGITS for one in bags]
        found[seed]["distinct"] = float(np.mean(distinct))
    facts |= {"rates": {"plain": rates[0.0], "dropped": rates[HALF]}, "tried": len(_RATES)}
    return {"facts": facts, "found": found}


def _best_rate(x: np.ndarray, y: np.ndarray, drop: float) -> float:
    """Of three rates that with the least loss, on other digits and with other seeds."""
    nets = [DropNet(seed, digits_of(seed, len(x)), drop=drop) for seed in _OTHER_SEEDS]
    kept_aside = np.setdiff1d(np.arange(len(x)), np.concatenate([one.digits for one in nets]))[:500]
    losses = []
    for rate in _RATES:
        weights, _ = train_nets(x, y, nets, epochs=_EPOCHS[drop], rate=rate)
        losses.append(mean_loss(outputs_of(weights, x[kept_aside])[1], y[kept_aside]).mean())
    return _RATES[int(np.argmin(losses))]


def _over_masks(
    weights: Weights, x: np.ndarray, draw: np.random.Generator
) -> dict[int, np.ndarray]:
    """Mean answers of so many masks, each digit with masks of its own."""
    total, found = np.zeros((len(x), 10)), {}
    for masks in range(1, MASKS[-1] + 1):
        kept = draw.random((len(x), HIDDEN), np.float32) >= HALF
        total += outputs_of(weights, x, kept / np.float32(1 - HALF))[1][0]
        if masks in MASKS:
            found[masks] = total / masks
    return found


def _score(p: np.ndarray, y: np.ndarray) -> dict[str, float]:
    right = float((p.argmax(axis=1) == y).mean())
    surer = float(p.max(axis=1).mean()) - right
    return {"wrong": 1 - right, "loss": float(mean_loss(p, y)), "surer": surer}


def _mean_of(scores: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in scores])) for name in scores[0]}


def _curve(
    p: np.ndarray, y: np.ndarray, counts: tuple[int, ...], seed: int, votes: bool = False
) -> dict[str, np.ndarray]:  # fmt: skip
    """Wrong answers and loss of the first so many networks.

    The mean over some orders, which are the same for the mean and the majority; of one, over all.
    Of a majority the answers count; among digits of as many votes one is taken at random, of which
    this is the expected share of wrong ones, and there is no loss.
    """
    each = np.eye(10, dtype=np.float32)[p.argmax(axis=2)] if votes else p
    draw = np.random.default_rng([seed, 4])
    wrong, loss = [], []
    for _ in range(_ORDERS):
        sums = each[draw.permutation(len(p))].cumsum(axis=0)[np.array(counts) - 1]
        best = sums >= sums.max(axis=2, keepdims=True)  # (counts, digits, 10)
        hit = best[:, np.arange(len(y)), y] / best.sum(axis=2)
        wrong.append(1 - hit.mean(axis=1))
        loss.append(mean_loss(sums / np.array(counts)[:, None, None], y))
    found = {"wrong": np.mean(wrong, axis=0), "loss": np.mean(loss, axis=0)}
    found["wrong"][0] = (p.argmax(axis=2) != y).mean()  # of one, over all of them
    found["loss"][0] = mean_loss(p, y).mean()
    return {"wrong": found["wrong"]} if votes else found
