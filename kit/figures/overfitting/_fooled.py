"""Networks for digits, and digits changed by the signs of the gradient or by a coin's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._halved import hot_of, own_digits
from kit.figures.overfitting._little import drawn_weights, move, outputs_of, slopes_of
from kit.models import build_mlp
from kit.plots.images import WEIGHTS, bare
from kit.training.adversarial_inputs import adversarial

TAUGHT, ATTACKED, UNITS_FOOLED, EPOCHS_FOOLED = 1_000, 500, 30, 10
TAUGHT_WITH = 0.1
"""ε of the changed digits that are trained with."""

EPSILONS = (0.0, 0.007, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
SHOWN_EPSILONS = (0.0, 0.007, 0.05, 0.1, 0.2)
_BATCH, _RATE, _SHARE = 20, 0.05, 0.9


def teach(first: int, signs: str) -> dict[str, Any]:
    """Train on 1,000 digits, with each seed of a block.

    Parameters
    ----------
    first
        Seed of the block.
    signs
        "none", or what moves the copy of each digit that is trained with beside it: "gradient",
        of the network as it is at that step, or "coin".

    Returns
    -------
    dict
        ``weights`` of all networks, and the ``source`` of the digits.
    """
    digits, seeds = load_digits(), block_of(first, DENSE)
    places = own_digits(seeds, len(digits.x_train), TAUGHT)
    x, hot = digits.x_train.reshape(-1, 784)[places], hot_of(digits.y_train[places])
    weights = drawn_weights(seeds, 784, UNITS_FOOLED)
    kept = [np.zeros_like(one) for one in weights]
    draws = [np.random.default_rng([seed, 2]) for seed in seeds]
    each = np.arange(len(seeds))[:, None]
    for _ in range(EPOCHS_FOOLED):
        order = np.array([rng.permutation(TAUGHT) for rng in draws])
        for some in np.split(order, TAUGHT // _BATCH, axis=1):
            batch, right = x[each, some], hot[each, some]
            if signs != "none":
                moved = moved_by(signs, weights, batch, right, draws, TAUGHT_WITH)
                batch, right = np.concatenate([batch, moved], 1), np.concatenate([right, right], 1)
            move(weights, kept, slopes_of(weights, batch, right), _RATE, _SHARE)
    return {"weights": weights, "source": digits.source}


def moved_by(
    signs: str, weights: Any, x: np.ndarray, hot: np.ndarray, draws: Sequence[Any], size: float
) -> np.ndarray:
    """Digits (networks, samples, 784) whose pixels have gone by `size`, within [0, 1]."""
    return np.clip(x + np.float32(size) * signs_of(signs, weights, x, hot, draws), 0, 1)


def signs_of(
    signs: str, weights: Any, x: np.ndarray, hot: np.ndarray, draws: Sequence[Any]
) -> np.ndarray:
    """Of the gradient, or of a coin that each network has for itself: like x."""
    if signs == "gradient":
        return np.sign(slopes_of(weights, x, hot, by_x=True))
    drawn = [rng.integers(0, 2, size=x.shape[1:], dtype=np.int8) for rng in draws]
    return 2 * np.array(drawn, np.float32) - 1


def attacked(weights: Any, signs: str, seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Of 500 test digits what is read right; what is lost of those read at ε = 0: (networks, ε)."""
    digits = load_digits()
    x, labels = digits.x_test[:ATTACKED].reshape(-1, 784), digits.y_test[:ATTACKED]
    every = np.broadcast_to(x, (len(weights[0]), *x.shape))
    draws = [np.random.default_rng([seed, 3]) for seed in seeds]
    along = signs_of(signs, weights, every, hot_of(labels), draws)
    read = []
    for size in EPSILONS:
        p = outputs_of(weights, np.clip(every + np.float32(size) * along, 0, 1))[1]
        read.append(p.argmax(axis=2) == labels)
    before = read[0]  # (networks, samples)
    right = np.array([one.mean(axis=1) for one in read]).T
    lost = np.array([(before & ~one).sum(axis=1) / before.sum(axis=1) for one in read]).T
    return right, lost


def attack_all(first: int) -> dict[str, Any]:
    """The share read right with each seed of a block, by what moves digits and who was taught what.

    Returns
    -------
    dict
        "gradient, plain", "coin, plain", "gradient, hardened" and "gradient, noisy" (trained with
        digits changed by a coin), (networks, ε); "ten steps, hardened" at the ε trained with,
        (networks,); ``source``.
    """
    seeds = block_of(first, DENSE)
    plain, hardened, noisy = (teach(first, name) for name in ("none", "gradient", "coin"))
    found = {
        "gradient, plain": attacked(plain["weights"], "gradient", seeds)[0],
        "coin, plain": attacked(plain["weights"], "coin", seeds)[0],
        "gradient, hardened": attacked(hardened["weights"], "gradient", seeds)[0],
        "gradient, noisy": attacked(noisy["weights"], "gradient", seeds)[0],
        "ten steps, hardened": in_ten_steps(hardened["weights"]),
    }
    return {**found, "source": plain["source"]}


def in_ten_steps(weights: Any) -> np.ndarray:
    """The share read right, (networks,), after ten steps of a tenth of the ε trained with."""
    digits = load_digits()
    x, labels = digits.x_test[:ATTACKED].reshape(-1, 784), digits.y_test[:ATTACKED]
    moved = np.broadcast_to(x, (len(weights[0]), *x.shape))
    for _ in range(10):
        moved = moved_by("gradient", weights, moved, hot_of(labels), (), TAUGHT_WITH / 10)
    return np.asarray((outputs_of(weights, moved)[1].argmax(axis=2) == labels).mean(axis=1))


def of_network(weights: Any, place: int) -> Any:
    """One of the networks, as weights of one."""
    return [one[[place]] for one in weights]


def as_model(weights: Any, place: int) -> keras.Sequential:
    """One of the networks in Keras."""
    model = build_mlp(UNITS_FOOLED)
    w1, b1, w2, b2 = (one[place] for one in weights)
    model.set_weights([w1, b1[0], w2, b2[0]])
    return model


def fool_one(weights: Any, place: int, seed: int) -> dict[str, Any]:
    """The first test digit that a network reads right, moved by the gradient's signs and a coin's.

    Returns
    -------
    dict
        ``images``: by kind of signs and ε, (28, 28); ``answers`` likewise: digit and how sure;
        ``label``.
    """
    digits, model = load_digits(), as_model(weights, place)
    read = model.predict(digits.x_test[:50], verbose=0).argmax(axis=1)
    at = int(np.flatnonzero(read == digits.y_test[:50])[0])
    x, label = digits.x_test[at : at + 1], digits.y_test[at : at + 1]
    along = np.random.default_rng([seed, 4]).choice(np.array([-1, 1], np.float32), size=x.shape)
    found: dict[str, Any] = {"label": int(label[0]), "images": {}, "answers": {}, "signs": {}}
    found["signs"]["gradient"] = np.sign(adversarial(model, x, label, 1.0) - x).reshape(28, 28)
    found["signs"]["coin"] = along.reshape(28, 28)
    for kind in ("gradient", "coin"):
        images = [
            adversarial(model, x, label, size, clip=(0, 1))
            if kind == "gradient"
            else np.clip(x + np.float32(size) * along, 0, 1)
            for size in SHOWN_EPSILONS
        ]
        p = model.predict(np.concatenate(images), verbose=0)
        found["images"][kind] = [one.reshape(28, 28) for one in images]
        found["answers"][kind] = [(int(one.argmax()), float(one.max())) for one in p]
    return found


def draw_fooled(found: Any, _facts: Any) -> Any:
    """A row for each kind of signs: the signs, and the digit with ever larger ε, and its answer."""
    figure, axes = plt.subplots(2, len(SHOWN_EPSILONS) + 1)
    rows = {"gradient": "signs of the\ngradient", "coin": "signs by\na coin"}
    for row, (kind, words) in zip(axes, rows.items(), strict=True):
        row[0].imshow(found["signs"][kind], cmap=WEIGHTS, vmin=-1.6, vmax=1.6)
        row[0].set_title(words)
        answers = found["answers"][kind]
        for ax, size, image, (digit, sure) in zip(
            row[1:], SHOWN_EPSILONS, found["images"][kind], answers, strict=True
        ):
            ax.imshow(image, cmap="gray", vmin=0, vmax=1)
            ax.set_title(f"ε = {size:g}")
            right = digit == found["label"]
            ax.set_xlabel(
                f"{'✓' if right else '✗'} {digit}, {sure:.0%}",
                fontweight="normal" if right else "bold",
                color=plt.rcParams["text.color"] if right else "#D55E00",
            )
        for ax in row:
            bare(ax)
    return figure


def keyed_by_epsilon(values: Any) -> dict[str, float]:
    """Values by ε, as facts: e0_007."""
    names = (f"e{size:g}".replace(".", "_") for size in EPSILONS)
    return {name: float(one) for name, one in zip(names, values, strict=True)}
