"""Which units of a ReLU network answer to which digit, before training and after."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians, trained
from kit.figures.vanishing._saturating import centred_digits

EPOCHS_OF_SPARSE = 10
HELD_OUT = 400  # digits on which answers are counted; the others train


def train_sparse(first: int) -> dict[int, dict[str, Any]]:
    """Two hidden layers of 50 ReLU units on some digits, with each seed of a block.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    dict
        By seed: "before" and "after", (units of h2, 10): the share of each digit's images for
        which a unit's z is above 0; ``accuracy`` on the digits that were held out; ``source``,
        which digits they are.
    """
    import keras

    from kit.models import build_mlp

    x, labels, source = centred_digits()
    x, (test, named) = x[HELD_OUT:], (x[:HELD_OUT], labels[:HELD_OUT])
    seeds = block_of(first, DENSE)
    how: Any = {"input_shape": 784, "optimizer": keras.optimizers.SGD(0.05)}
    models = [build_mlp([50, 50], "relu", "he_normal", seed=seed, **how) for seed in seeds]
    before = [_answers(model, test, named)[0] for model in models]
    trained(
        models, x, labels[HELD_OUT:], [{"seed": seed} for seed in seeds], epochs=EPOCHS_OF_SPARSE
    )
    found = {}
    for seed, model, was in zip(seeds, models, before, strict=True):
        now, accuracy = _answers(model, test, named)
        found[seed] = {"before": was, "after": now, "accuracy": accuracy, "source": source}
    return found


def _answers(model: Any, x: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """(units of h2, 10) shares, and the accuracy."""
    a = x
    for layer in model.layers:
        z = a @ layer.kernel.numpy() + layer.bias.numpy()
        if layer.name == "h2":
            shares = [(z[labels == digit] > 0).mean(axis=0) for digit in range(10)]
        a = np.maximum(z, 0)
    return np.transpose(shares), float((z.argmax(axis=1) == labels).mean())


def measure_sparse(lab: Lab, seed: int, when: str = "after") -> tuple[Any, Facts]:
    """Shares "before" and "after" of the first network that is shown, (units, 10), and facts."""
    every = lab.run(train_sparse, first=block_of(seed, DENSE)[0])
    some = [every[one] for one in lab.seeds(seed, of=DENSE)]
    facts: Facts = {
        "networks": len(some),
        "digits": HELD_OUT,
        "seed": lab.seeds(seed, of=DENSE)[0],
        "source": some[0]["source"],
    }
    facts |= medians([_facts_of_shares(one["before"], one[when], one["accuracy"]) for one in some])
    return {name: some[0][name] for name in ("before", "after")}, facts


def _facts_of_shares(before: np.ndarray, after: np.ndarray, accuracy: float) -> Facts:
    active = {"before": float(before.mean()), "after": float(after.mean())}
    by_digit = after.mean(axis=0)
    apart = {
        "before": float(np.median(np.ptp(before, axis=1))),
        "after": float(np.median(np.ptp(after, axis=1))),
    }
    return {
        "accuracy": accuracy,
        "active": active,
        "active_ratio": active["after"] / active["before"],
        "fewest": float(by_digit.min()),
        "most": float(by_digit.max()),
        "apart": apart,
        "farther": apart["after"] - apart["before"],
    }


def draw_sparse(shares: Any, facts: Facts) -> Any:
    """A row for each digit, a column for each unit, in both panels in the same order."""
    figure, axes = plt.subplots(2, 1, sharex=True)
    trained_shares = shares["after"]
    order = np.lexsort((-trained_shares.max(axis=1), trained_shares.argmax(axis=1)))
    for ax, (when, values) in zip(axes, shares.items(), strict=True):
        image = ax.imshow(
            values[order].T, aspect="auto", cmap="cividis", vmin=0, vmax=1, interpolation="none"
        )
        ax.set(title=f"{when.capitalize()} training: on average {values.mean():.0%}")
        ax.set(yticks=range(10), ylabel="digit")
        ax.grid(visible=False)
        ax.tick_params(axis="y", labelsize=0.78 * plt.rcParams["font.size"], length=0)
        ax.set_xticks([])
    axes[1].set_xlabel(
        "50 units of h2, in both panels by the digit they answer to most after training"
    )
    bar = figure.colorbar(image, ax=axes, pad=0.02, ticks=[0, 0.5, 1])
    bar.set_label("share of the digit's images\nfor which the unit is active")
    return figure
