"""A cloud of wines in two measurements, before and after its mean and its std are taken out.

Source: M. Forina and others, "PARVUS" (1988), by the UCI Machine Learning Repository as "Wine",
licence CC BY 4.0; scikit-learn ships it: 178 wines, 13 measurements, 3 growers.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine

from kit.datasets.preprocess import center, normalize
from kit.films import Animation, animate_steps
from kit.plots.images import bare
from kit.plots.margins import HouseLayout, write_note
from kit.plots.styling import series_styles

__all__ = ["CLOUD_STEPS", "TRAINING_WINES", "animate_cloud", "as_listed", "draw_cloud"]
__all__ += ["facts_of_cloud", "prepared", "wine_cloud", "wines"]

TRAINING_WINES = 120
"""Of 178; the others are kept aside."""

CLOUD_STEPS = {"raw": "As it is", "centred": "Mean subtracted", "scaled": "And divided by std"}

_IN_CLOUD = ("malic_acid", "hue")
_LIMITS = {"xlim": (-4, 13), "ylim": (-3, 3), "yticks": [-2, 0, 2], "xticks": [-2, 0, 2, 4, 6]}
_BETWEEN, _AT_REST = 12, 5  # pictures from one step of the film to the next, and more between


def wines(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Measurements (n, 13) float64 and growers (n,), to train on and kept aside."""
    data = load_wine()
    order = np.random.default_rng(seed).permutation(len(data.data))
    train, test = order[:TRAINING_WINES], order[TRAINING_WINES:]
    return data.data[train], data.target[train], data.data[test], data.target[test]


def wine_cloud(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Malic acid in g/l and hue, which has no unit: (n, 2), to train on and kept aside."""
    places = [load_wine().feature_names.index(name) for name in _IN_CLOUD]
    train, _, test, _ = wines(seed)
    return train[:, places], test[:, places]


def prepared(
    train: np.ndarray, test: np.ndarray, axis: int | None = 0
) -> dict[str, list[np.ndarray]]:
    """Both parts at each step, by the statistics of the first; `axis` of the std."""
    centred = center(train, test)
    scaled = normalize(*centred, axis=axis)
    return {"raw": [train, test], "centred": list(centred), "scaled": list(scaled)}


def as_listed(x: np.ndarray) -> tuple[np.ndarray, bool]:
    """What the two lines of a lecture make of x, and whether they run on bytes at all.

    ``X -= np.mean(X, axis=0)``, ``X /= np.std(X, axis=0)``, on a copy.
    """
    found = x.astype(np.float32)
    found -= np.mean(found, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found /= np.std(found, axis=0)
    runs = True
    try:
        pixels = (255 * x[:2]).astype(np.uint8)
        pixels -= np.mean(pixels, axis=0)  # type: ignore[misc]
    except TypeError:  # of NumPy: it does not cast the result back to bytes
        runs = False
    return found, runs


def facts_of_cloud(digits: Any, seed: int, by: str) -> tuple[Any, Any]:
    """The cloud at each step and a digit after the listing; means, std, and what was lost.

    Parameters
    ----------
    digits
        Of the lab.
    seed
        Of the wines that are kept aside.
    by
        Whether ``"each"`` measurement has a std of its own, or ``"all"`` have one.
    """
    steps: Any = prepared(*wine_cloud(seed), axis={"each": 0, "all": None}[by])
    facts: Any = {"wines": TRAINING_WINES, "mean": {}, "std": {}}
    for step, (train, _) in steps.items():
        for of, each in (("mean", np.mean(train, axis=0)), ("std", np.std(train, axis=0))):
            facts[of][step] = dict(zip(("acid", "hue"), map(float, each), strict=True))
    correlations = [float(np.corrcoef(train.T)[0, 1]) for train, _ in steps.values()]
    facts |= {"correlation": correlations[0], "tilt": float(np.ptp(correlations))}
    facts["off_centre"] = max(abs(one) for one in facts["mean"]["centred"].values())
    flat, _, own = (one["acid"] / one["hue"] for one in facts["std"].values())
    facts |= {"flat": flat, "own": abs(own - 1)}
    facts["aside"] = float(np.abs(steps["scaled"][1].mean(axis=0)).max())
    x = digits.x_train[..., 0]
    listed, runs = as_listed(x)
    facts |= {**digits.facts, "pixels": x[0].size, "runs_on_bytes": runs}
    facts["lost"] = int(np.isnan(listed).any(axis=0).sum())
    facts["lost_here"] = int(np.isnan(normalize(center(x))).sum())
    return steps | {"digit": listed[seed % len(listed)]}, facts


def draw_cloud(data: Any, facts: Any) -> Any:
    """A panel for each step, on one scale; the pixels that the listing divides by 0."""
    # else a title meets the label above it
    figure, axes = plt.subplots(2, 2, layout=HouseLayout(h_pad=0.12))  # type: ignore[arg-type]
    for ax, (step, title) in zip(axes.flat, CLOUD_STEPS.items(), strict=False):
        _draw_frame(ax)
        _scatter(ax, data[step])
        mean, std = facts["mean"][step], facts["std"][step]
        ax.set_title(title)
        told = "\n".join(
            f"{word} {round(mean[name], 2) + 0.0:.2f} ± {std[name]:.2f}"
            for name, word in (("acid", "malic acid"), ("hue", "hue"))
        )
        ax.text(5.9, 2.9, told, va="top")
        if step == "scaled":
            ax.set(xlabel="malic acid (in its std)", ylabel="hue (its std)")
    axes[0, 0].legend(loc="lower right", handletextpad=0.1, borderaxespad=0.1)
    ax = axes[1, 1]
    lost = np.isnan(data["digit"])
    ax.imshow(np.where(lost, np.nan, data["digit"]), cmap="gray_r", vmin=-1, vmax=3)
    ax.plot(*np.nonzero(lost)[::-1], "x", color=series_styles(2)[1]["color"], ms=4, mew=1.5)
    bare(ax)
    ax.set_title("A digit, after the same")
    ax.set_xlabel(f"×: {facts['lost']} pixels that are no number any more")
    write_note(
        figure, "Numbers: mean ± std of the wines to train on, by which those kept aside are "
        "treated too. One scale for the three clouds.",
    )  # fmt: skip
    return figure


def _draw_frame(ax: Any) -> None:
    ink = plt.rcParams["text.color"]
    ax.axhline(0, color=ink, lw=1)
    ax.axvline(0, color=ink, lw=1)
    ax.set(xlabel="malic acid (g/l)", ylabel="hue", aspect="equal", **_LIMITS)


def _scatter(ax: Any, parts: Any) -> list[Any]:
    looks = series_styles(2)
    drawn = []
    for part, look, word in zip(parts, looks, ("to train on", "kept aside"), strict=True):
        face = look["color"] if word == "to train on" else "none"
        drawn += ax.plot(*part.T, look["marker"], ms=6, mfc=face, mec=look["color"], label=word)
    return drawn


def animate_cloud(data: Any, facts: Any, **how: Any) -> Animation:
    """The film: the cloud on its way, and a second at rest where it is centred."""
    figure, ax = plt.subplots()
    _draw_frame(ax)
    ax.set(xlim=(-4, 7), xlabel="malic acid", ylabel="hue")
    drawn = _scatter(ax, data["scaled"])
    ax.legend(loc="lower right")
    steps = [data[name] for name in CLOUD_STEPS]
    way = [*range(_BETWEEN), *[_BETWEEN] * _AT_REST, *range(_BETWEEN, 2 * _BETWEEN + 1)]

    def show(picture: int) -> None:
        step, done = divmod(way[picture], _BETWEEN)
        for k, line in enumerate(drawn):
            old, new = steps[step][k], steps[min(step + 1, 2)][k]
            line.set_data(*(old + (new - old) * done / _BETWEEN).T)

    words = list(CLOUD_STEPS.values())
    said = [words[-(-k // _BETWEEN)] for k in way]
    return animate_steps(figure, show, said, **how)
