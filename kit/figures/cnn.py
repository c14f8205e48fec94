"""The CNN for digits: how it learns, what its filters see, where it is wrong."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

SEEDS = (1, 2)
LAYERS = ("conv1", "conv2", "o")
SHOWN_MISTAKES = 12
ON_DIGITS = "{train:,} {source} for training, {test:,} for testing, {epochs} epochs"


def _measure_curves(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    history = trained.recording.history
    facts: Facts = {
        **trained.facts,
        "parameters": trained.parameters,
        **{str(name): float(history[name].iloc[-1]) for name in history},
        "first_val_accuracy": float(history["val_accuracy"].iloc[0]),
        "first_loss": float(history["loss"].iloc[0]),
    }
    return history, facts


def _draw_curves(history: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 2)
    names = (("loss", "cross-entropy"), ("accuracy", "share of digits recognised"))
    for ax, (name, label) in zip(axes, names, strict=True):
        for column, words, look in zip(
            (name, f"val_{name}"), ("training", "test"), series_styles(2), strict=True
        ):
            ax.plot(history.index, history[column], **look, label=words)
        ax.set(title=name.capitalize(), xlabel="epoch", ylabel=label)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(top=1)
    axes[0].legend(loc="upper right", title="digits", alignment="left")
    axes[1].axhline(0.97, color=plt.rcParams["text.color"], linewidth=1, linestyle=":")
    figure.suptitle(CURVES_TITLE)
    figure.supxlabel(
        f"{facts['source']}. Training with dropout, test without; dotted: 97 %.",
        fontsize=plt.rcParams["font.size"] * 0.7,
    )
    return figure


CURVES_TITLE = "The CNN for digits learns nearly all there is in a few epochs"

CURVES = LectureFigure(
    id="cnn-training-curves",
    topic="cnn",
    title=CURVES_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_curves,
    draw=_draw_curves,
    caption=f"Two 5x5 convolutions with pooling, {{parameters:,}} parameters, Adam; {ON_DIGITS}. "
    "Test accuracy is {first_val_accuracy:.1%} after the first epoch and {val_accuracy:.1%} after "
    "the last, where the training loss is {loss:.3f}.",
    alt="Left, the cross-entropy of training and test digits ({source}) falling over {epochs} "
    "epochs, from {first_loss:.2f} to {loss:.3f} in training; right, the share recognised, at the "
    "end {accuracy:.1%} in training and {val_accuracy:.1%} in the test.",
    claims=(
        Claim("at least 97 % of the test digits are right", lambda f: f["val_accuracy"] >= 0.97),
        Claim(
            "the loss falls to under a third of the first epoch's",
            lambda f: f["loss"] < f["first_loss"] / 3,
        ),
    ),
    seeds=SEEDS,
    digits=True,
)


def _measure_filters(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    trained = lab.train_on_digits("cnn", seed)
    kernels = {when: found[:, :, 0, :] for when, found in trained.kernels.items()}  # (5, 5, 32)
    smooth = {when: _smoothness(found) for when, found in kernels.items()}
    flat = {when: found.reshape(25, -1) for when, found in kernels.items()}
    alike = [
        float(np.corrcoef(flat["before"][:, k], flat["after"][:, k])[0, 1])
        for k in range(flat["before"].shape[1])
    ]
    facts: Facts = {
        **trained.facts,
        "filters": kernels["before"].shape[-1],
        "std_before": float(kernels["before"].std()),
        "std_after": float(kernels["after"].std()),
        "glorot_std": (2 / (25 + 25 * 32)) ** 0.5,
        "moved": float((kernels["after"] - kernels["before"]).std()),
        "alike": float(np.median(alike)),
        "neighbours_before": smooth["before"],
        "neighbours_after": smooth["after"],
    }
    return trained.kernels, facts


def _smoothness(kernels: Any) -> float:
    """Correlation of weights with their neighbours below and to the right: 0 for noise."""
    import numpy as np

    pairs = [(kernels[:-1], kernels[1:]), (kernels[:, :-1], kernels[:, 1:])]
    one = np.concatenate([a.ravel() for a, _ in pairs])
    other = np.concatenate([b.ravel() for _, b in pairs])
    return float(np.corrcoef(one, other)[0, 1])


def _draw_filters(kernels: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots import plot_filters

    figure, axes = plt.subplots(1, 2)
    limit = max(float(np.abs(found).max()) for found in kernels.values())
    for ax, (when, found) in zip(axes, kernels.items(), strict=True):
        plot_filters(found, limit=limit, columns=6, ax=ax)
        correlation = facts[f"neighbours_{when}"]
        ax.set_title(f"{when.capitalize()} training")
        ax.set_xlabel(f"correlation of neighbouring weights: {correlation:.2f}")
    figure.suptitle(FILTERS_TITLE)
    return figure


FILTERS_TITLE = "The 32 filters of the first layer: noise becomes strokes and edges"

FILTERS = LectureFigure(
    id="cnn-filters",
    topic="cnn",
    title=FILTERS_TITLE,
    lectures=("Olteanu", "Sridharan"),
    measure=_measure_filters,
    draw=_draw_filters,
    caption="The {filters} kernels of conv1, 5x5, drawn by Glorot's rule (σ {std_before:.3f}) and "
    f"after training on digits ({ON_DIGITS}). Neighbouring weights are correlated by "
    "{neighbours_before:.2f} before and {neighbours_after:.2f} after: patches of one sign, as "
    "strokes and edges are. A filter still resembles its first self (median correlation "
    "{alike:.2f}).",
    alt="Two sets of {filters} small 5x5 kernels in two colours for the sign. Left, before "
    "training, noise; right, after training on {source}, the same kernels with smoother patches. "
    "Correlation of neighbouring weights {neighbours_before:.2f} and {neighbours_after:.2f}.",
    claims=(
        Claim(
            "before training neighbouring weights are not correlated: within 0.1 of 0",
            lambda f: abs(f["neighbours_before"]) < 0.1,
        ),
        Claim(
            "training raises their correlation by 0.1 at least",
            lambda f: f["neighbours_after"] - f["neighbours_before"] > 0.1,
        ),
        Claim(
            "the kernels' std begins within 10 % of Glorot's √(2/(25 + 25·32))",
            lambda f: abs(f["std_before"] / f["glorot_std"] - 1) < 0.1,
        ),
    ),
    seeds=SEEDS,
    digits=True,
)


def _measure_maps(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    layers = ("conv1", "pool1", "conv2", "pool2", "o")
    maps = {name: trained.maps[name] for name in layers}
    facts: Facts = {
        **trained.facts,
        "label": trained.label,
        "taken_for": int(maps["o"].argmax()),
        "probability": float(maps["o"].max()),
        "sizes": {name: "×".join(str(side) for side in maps[name].shape) for name in layers},
        "zeros": {name: float((maps[name] == 0).mean()) for name in layers},
        "silent_conv2": int((maps["conv2"].max(axis=(0, 1)) == 0).sum()),
    }
    return {"image": trained.image, "maps": maps}, facts


def _draw_maps(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots import plot_feature_maps, plot_images

    names = list(data["maps"])
    figure, axes = plt.subplot_mosaic(
        [["digit", name] for name in names], width_ratios=[1, 4.4], height_ratios=[1, 1, 1, 1, 0.8]
    )
    plot_images(data["image"][None], axes=[axes["digit"]])
    axes["digit"].set_title("The digit")
    drawn = plot_feature_maps(data["maps"], axes=[axes[name] for name in names])
    small = plt.rcParams["font.size"]
    for ax in drawn:
        ax.set_title(ax.get_title(), fontsize=small)
    drawn[-1].set_title("o: probability of each class", fontsize=small)
    drawn[-1].set_ylim(0, 1)
    figure.suptitle(MAPS_TITLE)
    return figure


MAPS_TITLE = "One digit on its way through the CNN: ever more maps, ever smaller"

MAPS = LectureFigure(
    id="cnn-feature-maps",
    topic="cnn",
    title=MAPS_TITLE,
    lectures=("Olteanu", "Makhmutova"),
    measure=_measure_maps,
    draw=_draw_maps,
    caption="A {label} (one of the {source} it was not trained on) in every layer of the trained "
    "CNN: {sizes[conv1]}, pooled to {sizes[pool1]}, then {sizes[conv2]} and {sizes[pool2]}; the "
    "output takes it for a {taken_for} with probability {probability:.3f}. ReLU leaves "
    "{zeros[conv2]:.0%} of conv2's values at zero; {silent_conv2} of its maps are silent.",
    alt="A handwritten {label} and, layer by layer, the tiles of its feature maps: conv1 "
    "{sizes[conv1]}, pool1 {sizes[pool1]}, conv2 {sizes[conv2]}, pool2 {sizes[pool2]}; at the end "
    "a bar for each class, the highest {probability:.3f} for {taken_for}. Data: {source}.",
    claims=(
        Claim("the digit is recognised", lambda f: f["taken_for"] == f["label"]),
        Claim(
            "sizes go 28, 14, 14, 7 while maps go 32, 32, 64, 64",
            lambda f: (
                [f["sizes"][name] for name in ("conv1", "pool1", "conv2", "pool2")]
                == ["28×28×32", "14×14×32", "14×14×64", "7×7×64"]
            ),
        ),
        Claim(
            "max-pooling leaves fewer zeros than it gets, in both layers",
            lambda f: (
                f["zeros"]["pool1"] < f["zeros"]["conv1"]
                and f["zeros"]["pool2"] < f["zeros"]["conv2"]
            ),
        ),
    ),
    seeds=SEEDS,
    digits=True,
)


def _panel_facts(recording: Any, epoch: int) -> Facts:
    short = {"z": "z", "a": "activation", "w": "weight", "g": "gradient"}
    facts: Facts = {
        f"{key}_std": {layer: recording.sketch(name, layer, epoch).std for layer in LAYERS}
        for key, name in short.items()
    }
    facts["zeros"] = {
        layer: recording.sketch("activation", layer, epoch).zero_fraction for layer in LAYERS
    }
    facts["probe"] = recording.sketch("activation", "o", epoch).count // 10
    return facts


def _panel(when: str, title: str, caption: str, claims: tuple[Claim, ...]) -> LectureFigure:
    def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
        trained = lab.train_on_digits("cnn", seed)
        epochs = {"before": 0, "after": trained.facts["epochs"]}
        found = {name: _panel_facts(trained.recording, epoch) for name, epoch in epochs.items()}
        facts: Facts = {**trained.facts, **found[when], "other": found["before"]}
        facts["epoch"] = epochs[when]
        return trained.recording, facts

    def draw(recording: Any, facts: Facts) -> Any:
        from kit.plots import layer_panel

        return layer_panel(recording, epoch=facts["epoch"], layers=list(LAYERS), title=title)

    def each(fact: str) -> str:
        return ", ".join(f"{{{fact}[{layer}]:.2g}}" for layer in LAYERS)

    return LectureFigure(
        id=f"cnn-panel-{when}",
        topic="cnn",
        title=title,
        lectures=("Makhmutova",),
        measure=measure,
        draw=draw,
        caption=f"{caption} {{probe:,}} test digits ({{source}}) through the CNN.",
        alt=f"Four groups of violins for conv1, conv2 and the output o, {when} training on "
        f"{{source}}. Standard deviations: Z-values {each('z_std')}; weights {each('w_std')}; "
        f"activations {each('a_std')}; gradients {each('g_std')}.",
        claims=claims,
        seeds=SEEDS,
        digits=True,
    )


BEFORE = _panel(
    "before",
    "The CNN before training: Glorot's weights let the signal through",
    "Glorot's weights: the std of z is {z_std[conv1]:.2g} in conv1, {z_std[conv2]:.2g} in conv2, "
    "{z_std[o]:.2g} in the output; {zeros[conv1]:.0%} of conv1's activations are zero, since most "
    "of a digit is empty paper, and the gradients have a std of {g_std[conv1]:.1g} to "
    "{g_std[o]:.1g}.",
    (
        Claim(
            "the signal gets through: the std of z in the output is over a tenth of conv1's",
            lambda f: f["z_std"]["o"] > 0.1 * f["z_std"]["conv1"],
        ),
        Claim(
            "no layer's gradient vanishes: largest std under 30 times the smallest",
            lambda f: max(f["g_std"].values()) < 30 * min(f["g_std"].values()),
        ),
        Claim(
            "a third of conv1's activations at least are exactly 0",
            lambda f: f["zeros"]["conv1"] > 1 / 3,
        ),
    ),
)
AFTER = _panel(
    "after",
    "The CNN after training: its outputs have become sure",
    "After {epochs} epochs the output's Z-values have spread from a std of {other[z_std][o]:.2g} "
    "to {z_std[o]:.2g}: the softmax is sure. The gradient's std in conv2 went from "
    "{other[g_std][conv2]:.2g} to {g_std[conv2]:.2g}. Spikes in conv1: on empty paper a filter's z "
    "is its bias.",
    (
        Claim(
            "the output's Z-values spread: their std at least doubles",
            lambda f: f["z_std"]["o"] > 2 * f["other"]["z_std"]["o"],
        ),
        Claim(
            "conv2's gradient shrinks to under three quarters",
            lambda f: f["g_std"]["conv2"] < 0.75 * f["other"]["g_std"]["conv2"],
        ),
    ),
)


def _measure_confusion(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    trained = lab.train_on_digits("cnn", seed)
    labels, predicted = lab.digits().y_test, trained.outputs.argmax(axis=1)
    wrong = labels != predicted
    by_class = [float((predicted[labels == k] == k).mean()) for k in range(10)]
    pairs: dict[tuple[int, int], int] = {}
    for true, taken in zip(labels[wrong].tolist(), predicted[wrong].tolist(), strict=True):
        pairs[true, taken] = pairs.get((true, taken), 0) + 1
    worst = max(pairs, key=lambda pair: (pairs[pair], -pair[0], -pair[1]), default=(0, 0))
    facts: Facts = {
        **trained.facts,
        "wrong": int(wrong.sum()),
        "accuracy": float(1 - wrong.mean()),
        "worst_true": worst[0],
        "worst_taken": worst[1],
        "worst_times": pairs.get(worst, 0),
        "recall": {str(k): share for k, share in enumerate(by_class)},
        "lowest": int(np.argmin(by_class)),
        "lowest_recall": min(by_class),
    }
    return (labels, predicted), facts


def _draw_confusion(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots import plot_confusion

    figure, axes = plt.subplots(1, 2, width_ratios=[1.5, 1])
    plot_confusion(*data, ax=axes[0])
    axes[0].set_title(f"{facts['test']:,} test digits, {facts['wrong']} wrong")
    recall = list(facts["recall"].values())
    bars = axes[1].barh(range(10), recall, color=plt.rcParams["text.color"], alpha=0.7)
    axes[1].bar_label(bars, [f"{share:.0%}" for share in recall], padding=3)
    axes[1].set(title="Right, by digit", xlabel="share of its digits that are right")
    axes[1].set_yticks(range(10))
    axes[1].invert_yaxis()
    axes[1].set_xlim(0, 1.15)
    axes[1].set_xticks([0, 0.5, 1])
    axes[1].grid(False, axis="y")
    figure.suptitle(CONFUSION_TITLE)
    return figure


CONFUSION_TITLE = "Confusion matrix: the diagonal is right, the rest are the mistakes"

CONFUSION = LectureFigure(
    id="cnn-confusion",
    topic="cnn",
    title=CONFUSION_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_confusion,
    draw=_draw_confusion,
    caption=f"The trained CNN ({ON_DIGITS}) is right for {{accuracy:.1%}} of the test digits and "
    "wrong for {wrong}. The {lowest} is the hardest ({lowest_recall:.1%} right); the commonest "
    "mistake reads {worst_true} as {worst_taken}, {worst_times} times.",
    alt="A 10 by 10 table of true digits against predicted ones, nearly all of {test:,} test "
    "digits ({source}) on the diagonal; {wrong} beside it. Bars on the right: the share right by "
    "digit, lowest {lowest_recall:.1%} for {lowest}.",
    claims=(
        Claim("at least 97 % are on the diagonal", lambda f: f["accuracy"] >= 0.97),
        Claim("every digit is right in 85 % at least", lambda f: f["lowest_recall"] >= 0.85),
    ),
    seeds=SEEDS,
    digits=True,
)


def _measure_mistakes(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    trained = lab.train_on_digits("cnn", seed)
    digits = lab.digits()
    predicted = trained.outputs.argmax(axis=1)
    wrong = np.flatnonzero(predicted != digits.y_test)
    right = np.flatnonzero(predicted == digits.y_test)
    surest = wrong[np.argsort(-trained.outputs[wrong].max(axis=1), kind="stable")]
    shown = surest[:SHOWN_MISTAKES]
    facts: Facts = {
        **trained.facts,
        "wrong": len(wrong),
        "shown": len(shown),
        "sure_wrong": float(trained.outputs[wrong].max(axis=1).mean()) if len(wrong) else 0.0,
        "sure_right": float(trained.outputs[right].max(axis=1).mean()),
        "surest": float(trained.outputs[surest[:1]].max()) if len(wrong) else 0.0,
    }
    data = {
        "images": digits.x_test[shown, ..., 0],
        "labels": digits.y_test[shown],
        "predicted": predicted[shown],
        "sure": trained.outputs[shown].max(axis=1),
    }
    return data, facts


def _draw_mistakes(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots import plot_images

    rows = 1 if facts["shown"] <= SHOWN_MISTAKES // 2 else 2
    columns = max(1, -(-facts["shown"] // rows))
    figure, grid = plt.subplots(rows, columns, squeeze=False)
    for ax in grid.ravel()[facts["shown"] :]:
        ax.set_axis_off()
    axes = list(grid.ravel()[: facts["shown"]])
    if facts["shown"]:
        plot_images(data["images"], labels=data["labels"], predicted=data["predicted"], axes=axes)
    for ax, sure in zip(axes, data["sure"], strict=True):
        ax.set_xlabel(f"{sure:.0%} sure")
    figure.suptitle(MISTAKES_TITLE)
    return figure


MISTAKES_TITLE = "The mistakes the CNN is surest of: would you have read them right?"

MISTAKES = LectureFigure(
    id="cnn-mistakes",
    topic="cnn",
    title=MISTAKES_TITLE,
    lectures=("Makhmutova", "Guillot"),
    measure=_measure_mistakes,
    draw=_draw_mistakes,
    caption="{shown} of the {wrong} test digits ({source}) that the trained CNN takes for another, "
    "the surest first, at {surest:.0%}. It is {sure_wrong:.0%} sure on average where it is wrong "
    "and {sure_right:.0%} where it is right.",
    alt="{shown} handwritten digits ({source}), each with what the network took it for and what it "
    "is, and how sure it was: {surest:.0%} for the first.",
    claims=(
        Claim(
            "it is less sure where it is wrong: on average by 10 points at least",
            lambda f: f["sure_right"] - f["sure_wrong"] > 0.1,
        ),
        Claim("at most 3 % of the test digits", lambda f: f["wrong"] <= 0.03 * f["test"]),
    ),
    seeds=SEEDS,
    digits=True,
)

FIGURES = (CURVES, FILTERS, MAPS, BEFORE, AFTER, CONFUSION, MISTAKES)
