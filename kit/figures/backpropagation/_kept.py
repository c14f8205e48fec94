"""What of a network is other after its training than before, and what on other points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from kit.catalogue.over_seeds import DENSE, block_of, trained
from kit.plots.margins import write_note
from kit.plots.styling import SERIES

__all__ = ["CHOSEN_ONES", "FOLLOWING", "LEARNED_ONES", "changes_in_training", "changed_share"]
__all__ += ["draw_changes"]

LEARNED_ONES = ("weights", "biases")
FOLLOWING = ("activations",)
CHOSEN_ONES = ("layers", "units", "activation function", "learning rate", "steps planned")
_BATCH = 50


def changed_share(before: Any, after: Any) -> float:
    """‖after - before‖ / ‖after‖; for what is no number 0 if it is the same, else 1."""
    try:
        old, new = np.asarray(before, float).ravel(), np.asarray(after, float).ravel()
    except ValueError:
        return float(before != after)
    return float(np.linalg.norm(new - old) / (np.linalg.norm(new) or 1.0))


def changes_in_training(first: int, epochs: int) -> dict[int, dict[str, dict[str, float]]]:
    """Train networks of two hidden layers on the ball data; look at each thing before and after.

    Parameters
    ----------
    first
        Seed of the block.
    epochs
        0 trains nothing.

    Returns
    -------
    dict
        By seed: ``training``, the share by which each thing changed in the training, and
        ``points``, by which it is other where the trained network gets other points.
    """
    import keras

    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    models = [
        build_block(
            "tanh", "glorot_normal", n_layers=2, units=10, seed=seed,
            optimizer=keras.optimizers.SGD(0.1),
        )
        for seed in seeds
    ]  # fmt: skip
    plan = {"epochs": epochs, "batch_size": _BATCH}
    before = [_things(model, X[:100], plan) for model in models]
    if epochs:
        trained(models, X, y, [{"seed": seed} for seed in seeds], **plan)
    found = {}
    for seed, model, old in zip(seeds, models, before, strict=True):
        new, elsewhere = (_things(model, some, plan) for some in (X[:100], X[100:200]))
        found[seed] = {
            "training": {name: changed_share(old[name], new[name]) for name in old},
            "points": {name: changed_share(elsewhere[name], new[name]) for name in new},
        }
    return found


def _things(model: Any, x: np.ndarray, plan: Mapping[str, int]) -> dict[str, Any]:
    """What there is of a network and its plan; the activations are those of points x."""
    layers = model.layers
    weights = [layer.get_weights() for layer in layers]
    a, activations = x, []
    for layer in layers:
        a = layer(a)
        activations.append(np.asarray(a).ravel())
    return {
        "weights": np.concatenate([one[0].ravel() for one in weights]),
        "biases": np.concatenate([one[1] for one in weights]),
        "activations": np.concatenate(activations),
        "layers": len(layers),
        "units": [layer.units for layer in layers],
        "activation function": [layer.activation.__name__ for layer in layers],
        "learning rate": float(model.optimizer.learning_rate),
        "steps planned": plan["epochs"] * -(-1000 // plan["batch_size"]),
    }


def draw_changes(data: Mapping[str, Mapping[str, Sequence[float]]], networks: int) -> Any:
    """Two panels of bars, a row for each thing: changed by training, and by other points.

    data: of ``training`` and ``points``, the shares (seeds,) by thing.
    """
    figure, axes = plt.subplots(1, 2, sharey=True)
    titles = {"training": "After the training", "points": "On other points"}
    names = list(data["training"])
    for ax, (cause, title) in zip(axes, titles.items(), strict=True):
        for row, name in enumerate(names):
            values = np.array(data[cause][name])
            middle = float(np.median(values))
            ax.barh(row, middle, 0.6, color=SERIES[0][0])
            if len(values) > 1 and np.ptp(values):
                ends = [[middle - values.min()], [values.max() - middle]]
                ax.errorbar(middle, row, xerr=ends, color=plt.rcParams["text.color"], capsize=6)
            words = "0" if middle == 0 else f"{middle:.0%}"
            ax.annotate(words, (max(values.max(), 0), row), xytext=(9, 0),
                        textcoords="offset points", va="center")  # fmt: skip
        most = max(max(one) for by in data.values() for one in by.values())
        ax.set(title=title, xlim=(0, 1.25 * most), xlabel="changed by (share of its size)")
        ax.xaxis.set_major_formatter(PercentFormatter(1, 0))
        ax.grid(False, axis="y")
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    write_note(figure, f"Bar: median of {networks} networks; line: their range.")
    return figure
