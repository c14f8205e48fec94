"""What the initialization does to training: nine learning curves, four networks epoch by epoch."""

from __future__ import annotations

import math
from typing import Any

from kit.catalogue.lab import EPOCHS, HIDDEN, Lab, layer_facts
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.grids import ACTIVATIONS, INITIALIZERS, SHORT

__all__ = ["FIGURES"]

PAIRS = (
    ("sigmoid", "Normal σ = 0.01"),
    ("tanh", "Glorot normal"),
    ("ReLU", "Normal σ = 0.01"),
    ("ReLU", "He normal"),
)
SEEDS = (1, 2)


def _measure_curves(lab: Lab, seed: int) -> tuple[Any, Facts]:
    _, y = lab.ball()
    share = float(y.mean())
    # the loss of always answering with the share of the positive class
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    facts: Facts = {"entropy": entropy, "positive": share, "loss": {}, "accuracy": {}}
    curves: dict[str, dict[str, Any]] = {}
    for row, activation in ACTIVATIONS.items():
        curves[row] = {}
        for column, initializer in INITIALIZERS.items():
            # of the others no epoch between is drawn
            every = 1 if (row, column) in PAIRS else EPOCHS
            history = lab.train_block(activation, initializer, seed, every=every).history
            curves[row][column] = history["loss"]
            name = f"{row.lower()}_{SHORT[column]}"
            facts["loss"][name] = float(history["loss"].iloc[-1])
            facts["accuracy"][name] = float(history["accuracy"].iloc[-1])
    return curves, facts


def _draw_curves(curves: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 3, sharey=True)
    for ax, (row, columns) in zip(axes, curves.items(), strict=True):
        for (column, loss), look in zip(columns.items(), series_styles(3), strict=True):
            ax.plot(loss.index, loss, **look, markevery=4, label=column)
        ax.axhline(facts["entropy"], color=plt.rcParams["text.color"], linewidth=1)
        ax.set_title(row)
        ax.set_xlabel("epoch")
        ax.set_xticks([1, 5, 10, 15, 20])
    axes[0].set_ylabel("training loss (binary cross-entropy)")
    axes[0].set_ylim(bottom=0)
    axes[0].annotate(
        "nothing learned:\nalways the class shares", (1, facts["entropy"]), xytext=(0, -8),
        textcoords="offset points", va="top", fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    axes[0].legend(loc="lower left", title="initialization", alignment="left")
    figure.suptitle(CURVES_TITLE)
    return figure


def _measure_pairs(lab: Lab, seed: int) -> tuple[Any, Facts]:
    recordings = {}
    facts: Facts = {}
    for row, column in PAIRS:
        recording = lab.train_block(ACTIVATIONS[row], INITIALIZERS[column], seed)
        recordings[row, column] = recording
        first, last = (layer_facts(recording, epoch) for epoch in (0, EPOCHS))
        name = f"{row.lower()}_{SHORT[column]}"
        facts[name] = {
            f"{short}_{layer}_{when}": found[f"{short}_std"][layer]
            for when, found in (("before", first), ("after", last))
            for short in ("a", "g")
            for layer in HIDDEN
        }
        facts[name]["loss"] = float(recording.history["loss"].iloc[-1])
    return recordings, facts


def _pairs(
    quantity: str, title: str, caption: str, short: str, claims: tuple[Claim, ...]
) -> LectureFigure:
    def draw(recordings: Any, facts: Facts) -> Any:
        import matplotlib.pyplot as plt

        from kit.plots import plot_epochs

        figure, axes = plt.subplots(len(PAIRS), len(HIDDEN), sharex=True, sharey="row")
        for k, ((activation, initializer), recording) in enumerate(recordings.items()):
            plot_epochs(recording, quantity, axes=axes[k])
            log = axes[k, 0].get_yscale() == "log"
            for ax in axes[k]:
                ax.set_title(ax.get_title() if k == 0 else "")
                ax.set_xlabel("epoch" if k == len(PAIRS) - 1 else "")
            words = initializer.replace("Normal σ", "σ").removesuffix(" normal")
            axes[k, 0].set_ylabel(f"{activation}\n{words}" + ("\n(log |·|)" if log else ""))
        from kit.plots.styling import LABELS

        figure.supylabel(f"{LABELS[quantity]}, an axis for each network")
        figure.suptitle(title)
        note = "Line: median. Dark: middle half of the values. Light: middle 90 %. Zeros left out."
        figure.supxlabel(note, fontsize=plt.rcParams["font.size"] * 0.7)
        return figure

    cells = "; ".join(
        f"{row} with {column} {{{row.lower()}_{SHORT[column]}[{short}_h1_before]:.1e}} before and "
        f"{{{row.lower()}_{SHORT[column]}[{short}_h1_after]:.1e}} after"
        for row, column in PAIRS
    )
    return LectureFigure(
        id=f"training-{quantity}s",
        topic="initialization",
        title=title,
        lectures=("Makhmutova", "Olteanu"),
        measure=_measure_pairs,
        draw=draw,
        caption=f"Four BLOCK networks over {EPOCHS} epochs on the ball data. {caption}",
        alt=f"Twenty panels: four networks by five layers, each the {quantity}'s distribution over "
        f"{EPOCHS} epochs. Standard deviation in h1: {cells}.",
        claims=claims,
        seeds=SEEDS,
    )


CURVES_TITLE = "Same network, same data: the initialization decides whether it learns"

CURVES = LectureFigure(
    id="training-curves",
    topic="initialization",
    title=CURVES_TITLE,
    lectures=("Makhmutova", "Guillot"),
    measure=_measure_curves,
    draw=_draw_curves,
    caption=f"BLOCK, SGD, {EPOCHS} epochs on the ball data. With sigmoid none of the three learns: "
    "the loss ends at {loss[sigmoid_he]:.3f} with He, where always answering with the share of the "
    "positive class ({positive:.0%}) gives {entropy:.3f}. ReLU with He ends at "
    "{loss[relu_he]:.2f} and {accuracy[relu_he]:.0%} accuracy, with Glorot at "
    "{loss[relu_glorot]:.2f}, with Normal σ = 0.01 at {loss[relu_normal]:.3f}.",
    alt="Three panels of learning curves. Loss after the last epoch: sigmoid "
    "{loss[sigmoid_normal]:.3f} (Normal), {loss[sigmoid_glorot]:.3f} (Glorot), "
    "{loss[sigmoid_he]:.3f} (He); tanh {loss[tanh_normal]:.3f}, {loss[tanh_glorot]:.3f}, "
    "{loss[tanh_he]:.3f}; ReLU {loss[relu_normal]:.3f}, {loss[relu_glorot]:.3f}, "
    "{loss[relu_he]:.3f}.",
    claims=(
        Claim(
            "sigmoid learns nothing: its loss ends within 0.01 of the class shares' entropy",
            lambda f: all(
                abs(f["loss"][f"sigmoid_{name}"] - f["entropy"]) < 0.01
                for name in ("normal", "glorot", "he")
            ),
        ),
        Claim(
            "Normal σ = 0.01 learns nothing with any activation: loss within 0.01 of that entropy",
            lambda f: all(
                abs(f["loss"][f"{name}_normal"] - f["entropy"]) < 0.01
                for name in ("sigmoid", "tanh", "relu")
            ),
        ),
        Claim(
            "ReLU with He learns best of the nine",
            lambda f: min(f["loss"], key=f["loss"].get) == "relu_he",
        ),
        Claim(
            "ReLU with He ends under half the loss of ReLU with Glorot",
            lambda f: f["loss"]["relu_he"] < 0.5 * f["loss"]["relu_glorot"],
        ),
    ),
    seeds=SEEDS,
)


def _under(cell: str, name: str, limit: float) -> Any:
    return lambda facts: facts[cell][name] < limit


FIGURES = (
    CURVES,
    _pairs(
        "gradient",
        "Gradients over training: where they have vanished, they stay away",
        "In h1 the gradient's std with sigmoid and Normal σ = 0.01 is "
        "{sigmoid_normal[g_h1_before]:.0e} before training and {sigmoid_normal[g_h1_after]:.0e} "
        "after, with ReLU and He {relu_he[g_h1_before]:.1e} and {relu_he[g_h1_after]:.1e}. Their "
        "losses end at {sigmoid_normal[loss]:.3f} and {relu_he[loss]:.3f}.",
        "g",
        (
            Claim(
                "sigmoid with Normal σ = 0.01: after training h1's gradient is still under 1e-9",
                _under("sigmoid_normal", "g_h1_after", 1e-9),
            ),
            Claim(
                "ReLU with Normal σ = 0.01: after training h1's gradient is still under 1e-6",
                _under("relu_normal", "g_h1_after", 1e-6),
            ),
            Claim(
                "ReLU with He: h1's gradient is above 1e-3 before and after training",
                lambda f: min(f["relu_he"]["g_h1_before"], f["relu_he"]["g_h1_after"]) > 1e-3,
            ),
        ),
    ),
    _pairs(
        "activation",
        "Activations over training: collapsed ones stay small",
        "The std of h5's activations goes from {relu_normal[a_h5_before]:.0e} to "
        "{relu_normal[a_h5_after]:.0e} with ReLU and Normal σ = 0.01, and from "
        "{relu_he[a_h5_before]:.2f} to {relu_he[a_h5_after]:.2f} with ReLU and He.",
        "a",
        (
            Claim(
                "ReLU with Normal σ = 0.01: h5's std after training is under 1 % of that with He",
                lambda f: f["relu_normal"]["a_h5_after"] < 0.01 * f["relu_he"]["a_h5_after"],
            ),
            Claim(
                "ReLU with He: h5's activations spread, their std grows in training",
                lambda f: f["relu_he"]["a_h5_after"] > f["relu_he"]["a_h5_before"],
            ),
            Claim(
                "tanh with Glorot: h5's activations keep a std above 0.1",
                lambda f: (
                    min(f["tanh_glorot"]["a_h5_before"], f["tanh_glorot"]["a_h5_after"]) > 0.1
                ),
            ),
        ),
    ),
)
