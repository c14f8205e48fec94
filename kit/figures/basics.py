"""What the initialization lecture stands on: data, activation functions, and why not all zero."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import EPOCHS, HIDDEN, Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]


def _measure_ball(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.datasets.ball import load_data

    X, y = load_data(seed=seed)
    _, by_norm = load_data(seed=seed, rule="norm")
    norms = np.linalg.norm(X, axis=1)
    sums = np.abs(X.sum(axis=1))
    # the classes meet at half of the radius, between the last negative and the first positive
    positive = y.ravel() == 1
    half = float(sums[~positive].max() + sums[positive].min()) / 2
    facts = {
        "points": len(X),
        "dims": X.shape[1],
        "mean": float(X.mean()),
        "std": float(X.std()),
        "radius": 2 * half,
        "half": half,
        "positive_sum": float(y.mean()),
        "negative_norm": int((by_norm == 0).sum()),
        "expected_negative": len(X) * 0.5 ** X.shape[1],
        "within_half": int((norms < half).sum()),
    }
    return {"‖x‖": norms, "|Σx|": sums, "y": y.ravel()}, facts


def _draw_ball(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots.styling import SERIES

    figure, axes = plt.subplots(1, 2, sharey=True)
    looks = ((0, "negative", SERIES[0][0], None), (1, "positive", SERIES[1][0], "//"))
    width = facts["half"] / 8  # a bin ends where the class changes
    for ax, name in zip(axes, ("‖x‖", "|Σx|"), strict=True):
        values = data[name]
        bins = np.arange(0, values.max() + width, width)
        groups = [values[data["y"] == label] for label, *_ in looks]
        drawn = ax.hist(
            groups,
            bins=bins,
            stacked=True,
            color=[look[2] for look in looks],
            edgecolor=plt.rcParams["axes.facecolor"],
            label=[f"{word} ({len(g):,})" for (_, word, *_), g in zip(looks, groups, strict=True)],
        )
        for bar in drawn[2][1]:
            bar.set_hatch("//")
        ax.axvline(facts["half"], color=plt.rcParams["text.color"], linewidth=2, linestyle="--")
        ax.annotate(
            "half of\nthe radius", (facts["half"], 0.97), xycoords=("data", "axes fraction"),
            xytext=(-8, 0), textcoords="offset points", ha="right", va="top",
        )  # fmt: skip
    axes[0].set(title="Distance from the centre ‖x‖", xlabel="‖x‖", ylabel="points")
    axes[1].set(title="Sum of the coordinates |Σx|", xlabel="|Σx|")
    axes[1].legend(title="class by |Σx|", loc="upper right", alignment="left")
    figure.suptitle(BALL_TITLE)
    return figure


BALL_TITLE = "The ball data: half of the radius parts |Σx|, not the distance"

BALL = LectureFigure(
    id="ball-data",
    topic="initialization",
    title=BALL_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_ball,
    draw=_draw_ball,
    caption="{points:,} points of a {dims}-dimensional ball with standard deviation {std:.2f} and "
    "radius {radius:.2f}. By distance {negative_norm} of them lies within half of the radius, as "
    "0.5^{dims} of the volume lets expect ({expected_negative:.2f}): nothing to learn. By |Σx| "
    "{positive_sum:.0%} are positive.",
    alt="Two histograms of {points:,} points, stacked by class. Distances from the centre pile up "
    "below the radius {radius:.2f}, {within_half} below half of it. Sums of coordinates fall off "
    "from 0; beyond {half:.2f}, {positive_sum:.0%} of the points are positive.",
    claims=(
        Claim("standard deviation 1, within 1e-3", lambda f: abs(f["std"] - 1) < 1e-3),
        Claim("mean 0, within 0.05", lambda f: abs(f["mean"]) < 0.05),
        Claim(
            "by the distance at most 5 of 1,000 points are negative",
            lambda f: f["negative_norm"] <= 5,
        ),
        Claim("by |Σx| 55 % to 65 % are positive", lambda f: 0.55 < f["positive_sum"] < 0.65),
    ),
    seed=13,
    seeds=(13, 1, 2, 3, 4),
)

FUNCTIONS = ("sigmoid", "tanh", "relu")


def _measure_functions(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras
    import numpy as np
    import tensorflow as tf

    x = np.linspace(-5, 5, 2001, dtype=np.float32)  # step 0.005, with 0 and ±1 on it
    curves = {}
    for name in FUNCTIONS:
        with tf.GradientTape() as tape:
            at = tf.constant(x)
            tape.watch(at)
            value = keras.activations.get(name)(at)
        curves[name] = (np.asarray(value), np.asarray(tape.gradient(value, at)))
    inside = np.abs(x) <= 1
    line = float(x[inside] @ curves["tanh"][0][inside] / (x[inside] @ x[inside]))
    residual = np.abs(curves["tanh"][0] - line * x)[inside]
    facts = {
        "sigmoid_slope": float(curves["sigmoid"][1].max()),
        "sigmoid_slope_at": float(x[curves["sigmoid"][1].argmax()]),
        "tanh_slope": float(curves["tanh"][1].max()),
        "tanh_line": line,
        "tanh_off_line": float(residual.max()),
        "relu_slopes": sorted({float(v) for v in curves["relu"][1]}),
        "five_layers": float(curves["sigmoid"][1].max()) ** 5,
    }
    return {"x": x, "curves": curves}, facts


def _draw_functions(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 2)
    shown = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
    for ax, which in zip(axes, (0, 1), strict=True):
        for (name, curve), look in zip(data["curves"].items(), series_styles(3), strict=True):
            ax.plot(data["x"], curve[which], **look, markevery=200, label=shown[name])
        ax.set_xlabel("Z-value z")
        ax.axvspan(-1, 1, color=plt.rcParams["grid.color"], alpha=0.5, linewidth=0)
    axes[0].set(title="Activation f(z)", ylabel="f(z)", ylim=(-1.3, 3))
    axes[1].set(title="Derivative f′(z)", ylabel="f′(z)", ylim=(-0.05, 1.15))
    axes[1].axhline(0.25, color=plt.rcParams["text.color"], linewidth=1, linestyle="--")
    axes[1].annotate("1/4", (-5, 0.25), xytext=(0, 5), textcoords="offset points")
    axes[0].legend(loc="upper left")
    figure.supxlabel(
        "Shaded: z in [-1, 1], where tanh is roughly linear.",
        fontsize=plt.rcParams["font.size"] * 0.7,
    )
    figure.suptitle(FUNCTIONS_TITLE)
    return figure


FUNCTIONS_TITLE = "Activation functions and their slopes: sigmoid's never exceeds 1/4"

ACTIVATION_FUNCTIONS = LectureFigure(
    id="activation-functions",
    topic="initialization",
    title=FUNCTIONS_TITLE,
    lectures=("Makhmutova", "Olteanu", "Sridharan", "Das"),
    measure=_measure_functions,
    draw=_draw_functions,
    caption="Sigmoid's slope is at most {sigmoid_slope:.2f}, at z = {sigmoid_slope_at:.0f}; five "
    "layers in a row pass on at most {five_layers:.1e} of a gradient. In [-1, 1] tanh is within "
    "{tanh_off_line:.2f} of the line {tanh_line:.2f} z. ReLU's slope is 0 or 1.",
    alt="Left, sigmoid rising from 0 to 1, tanh from -1 to 1, and ReLU, 0 below 0 and z above. "
    "Right, their derivatives: sigmoid's bell of height {sigmoid_slope:.2f}, tanh's of height "
    "{tanh_slope:.0f}, ReLU's step from 0 to 1.",
    claims=(
        Claim("sigmoid's slope is at most 1/4", lambda f: f["sigmoid_slope"] <= 0.25 + 1e-6),
        Claim("and reaches it at 0", lambda f: abs(f["sigmoid_slope"] - 0.25) < 1e-5),
        Claim(
            "tanh is roughly linear in [-1, 1]: within 0.1 of a line",
            lambda f: f["tanh_off_line"] < 0.1,
        ),
        Claim("ReLU's slope is 0 or 1", lambda f: f["relu_slopes"] == [0.0, 1.0]),
    ),
)


def _measure_zero(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    recordings = {
        "all zero": lab.train_block("sigmoid", "zeros", seed, every=EPOCHS, raw=True),
        "Glorot normal": lab.train_block("sigmoid", "glorot_normal", seed, every=EPOCHS, raw=True),
    }
    layers = (*HIDDEN, "o")
    # how far the units of a layer are apart: over units, of their incoming weights; for the
    # output, whose one unit has no neighbour, over its weights from h5's units
    apart = {
        name: {
            layer: float(np.ptp(w, axis=1).max() if w.shape[1] > 1 else np.ptp(w))
            for layer in layers
            for w in [recording.values("weight", layer, EPOCHS)]
        }
        for name, recording in recordings.items()
    }
    output = {
        name: recording.values("weight", "o", EPOCHS).ravel()
        for name, recording in recordings.items()
    }
    activation = recordings["all zero"].values("activation", "h5", EPOCHS)
    facts = {
        "apart_zero": apart["all zero"],
        "apart_glorot": apart["Glorot normal"],
        "most_apart_zero": max(apart["all zero"].values()),
        "activation_apart": float(np.ptp(activation, axis=1).max()),
        "output_zero": float(output["all zero"][0]),
        "distinct_zero": len(np.unique(output["all zero"])),
        "distinct_glorot": len(np.unique(output["Glorot normal"])),
        "loss_zero": float(recordings["all zero"].history["loss"].iloc[-1]),
    }
    return output, facts


def _draw_zero(output: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 2, width_ratios=[3, 2])
    looks = series_styles(2)
    for (name, weights), look in zip(output.items(), looks, strict=True):
        axes[0].plot(
            np.arange(1, len(weights) + 1), weights, look["marker"], color=look["color"], label=name
        )
    axes[0].set(title="Weights from h5's units to the output", xlabel="unit of h5", ylabel="weight")
    axes[0].set_xticks([1, 25, 50, 75, 100])
    axes[0].set_ylim(top=1.45 * max(weights.max() for weights in output.values()))
    axes[0].legend(loc="upper left", ncols=2, title="initialization", alignment="left")
    places = np.arange(len(facts["apart_zero"]))
    for shift, fact, look in ((-0.2, "apart_zero", looks[0]), (0.2, "apart_glorot", looks[1])):
        values = list(facts[fact].values())
        bars = axes[1].bar(places + shift, values, 0.4, color=look["color"])
        axes[1].bar_label(
            bars, [f"{v:.2g}" for v in values], fontsize=plt.rcParams["font.size"] * 0.7
        )
        if shift > 0:
            for bar in bars:
                bar.set_hatch("//")
                bar.set_edgecolor(plt.rcParams["axes.facecolor"])
    axes[1].set_xticks(places, list(facts["apart_zero"]))
    axes[1].set(
        title="How far units are apart", ylabel="largest difference of weights", xlabel="layer"
    )
    figure.suptitle(ZERO_TITLE)
    return figure


ZERO_TITLE = f"All-zero weights: after {EPOCHS} epochs all units of a layer are still the same"

ZERO = LectureFigure(
    id="init-zeros",
    topic="initialization",
    title=ZERO_TITLE,
    lectures=("Guillot", "Das", "Sridharan", "Makhmutova"),
    measure=_measure_zero,
    draw=_draw_zero,
    caption=f"BLOCK with sigmoid after {EPOCHS} epochs. Started at zero, the weights of any two "
    "units of a layer differ by {most_apart_zero:.0g} and the 100 units of h5 send "
    "{distinct_zero} distinct weight to the output ({output_zero:.3f}): they do the work of one "
    "unit. Started with Glorot, there are {distinct_glorot}.",
    alt="Left, the 100 weights from h5 to the output after training: on one level at "
    "{output_zero:.3f} for all-zero initialization, scattered for Glorot. Right, the largest "
    "difference between units of each layer: {most_apart_zero:.0g} for all-zero, "
    "{apart_glorot[h1]:.2g} in h1 for Glorot.",
    claims=(
        Claim(
            "all-zero: units of a layer have the same weights, to the last bit",
            lambda f: f["most_apart_zero"] == 0,
        ),
        Claim(
            "all-zero: units of h5 have the same activation for every sample",
            lambda f: f["activation_apart"] == 0,
        ),
        Claim("all-zero: the output's weights did move", lambda f: f["output_zero"] != 0),
        Claim("Glorot: all 100 output weights differ", lambda f: f["distinct_glorot"] == 100),
    ),
    seeds=(1, 2),
)

FIGURES = (BALL, ACTIVATION_FUNCTIONS, ZERO)
