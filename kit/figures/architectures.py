"""Architectures: the CNN for digits, LeNet-5, the toy convnet, AlexNet, and the popular ones.

Parameters and depth are counted on models that are built, without their weights. Published
accuracies are quoted from the lecture's table, which has them from Keras's documentation.
"""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.cnn import ON_DIGITS

__all__ = ["FIGURES"]

SEEDS = (1, 2)

# name in the lecture: parameters, published top-1 and top-5 accuracy on ImageNet's validation
# set, topological depth; None where the table has none
POPULAR = {
    "VGG16": (138_357_544, 0.713, 0.901, 23),
    "InceptionV3": (23_851_784, 0.779, 0.937, 159),
    "ResNet50": (25_636_712, 0.749, 0.921, None),
    "Xception": (22_910_480, 0.790, 0.945, 126),
    "InceptionResNetV2": (55_873_736, 0.803, 0.953, 572),
    "ResNeXt50": (25_097_128, 0.777, 0.938, None),
}


def _architecture(
    name: str, title: str, build: str, lectures: tuple[str, ...], caption: str, total: int
) -> LectureFigure:
    def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
        from kit import models

        layers = models.describe(getattr(models, build)(seed=seed))
        by_layer = {one.name: one.parameters for one in layers}
        learning = {name: count for name, count in by_layer.items() if count}
        most = max(learning, key=lambda name: learning[name])
        facts: Facts = {
            "layers": by_layer,
            "parameters": sum(by_layer.values()),
            "most": most,
            "most_parameters": learning[most],
            "most_share": learning[most] / sum(by_layer.values()),
            "flat": next(one.shape[0] for one in layers if one.kind == "Flatten" and one.shape),
            "order": ", ".join(f"{one.name} ({_size(one)})" for one in layers),
        }
        return layers, facts

    def draw(layers: Any, facts: Facts) -> Any:
        from kit.board import plot_architecture

        figure = plot_architecture(layers).figure
        figure.suptitle(title)
        return figure

    return LectureFigure(
        id=f"{name}-architecture",
        topic="cnn",
        title=title,
        lectures=lectures,
        measure=measure,
        draw=draw,
        caption=caption,
        alt="A row of blocks with the layers and the sizes of their outputs: {order}. In all "
        "{parameters:,} parameters, of them {most_parameters:,} in {most}.",
        claims=(
            Claim(f"{total:,} parameters", lambda f: f["parameters"] == total),
            Claim(
                "over half of them are in one layer",
                lambda f: f["most_share"] > 0.5,
            ),
        ),
    )


def _size(layer: Any) -> str:
    return "×".join(str(side) for side in layer.shape or ())


CNN = _architecture(
    "cnn",
    "The CNN for digits: from 28×28 pixels to 7×7×64 features",
    "build_mnist_cnn",
    ("Makhmutova",),
    "Two 5x5 convolutions, each followed by ReLU and 2x2 pooling, leave {flat:,} values for the "
    "softmax layer. Of {parameters:,} parameters {most_parameters:,} ({most_share:.0%}) are in "
    "{most}, each of whose filters has a kernel for every map of conv1.",
    83_466,
)
LENET = _architecture(
    "lenet",
    "LeNet-5 (1998): two convolutions, average pooling, three dense layers",
    "build_lenet5",
    ("Olteanu", "Makhmutova"),
    "The digits are padded, so that 28x28 pixels act as the paper's 32x32. tanh throughout, "
    "softmax at the end. Of {parameters:,} parameters {most_parameters:,} ({most_share:.0%}) are "
    "in the dense layer {most}; the first convolution has {layers[conv1]}.",
    61_706,
)


def _measure_lenet(lab: Lab, seed: int) -> tuple[Any, Facts]:
    runs = {name: lab.train_on_digits(name, seed) for name in ("lenet5", "cnn", "toy")}
    facts: Facts = {**runs["lenet5"].facts}
    for name, trained in runs.items():
        history = trained.recording.history
        facts[name] = {
            "parameters": trained.parameters,
            "accuracy": float(history["val_accuracy"].iloc[-1]),
            "first": float(history["val_accuracy"].iloc[0]),
            "loss": float(history["loss"].iloc[-1]),
        }
    return {name: trained.recording.history for name, trained in runs.items()}, facts


WORDS = {"lenet5": "LeNet-5", "cnn": "CNN for digits", "toy": "toy convnet"}


def _draw_lenet(histories: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 2)
    for (name, history), look in zip(histories.items(), series_styles(3), strict=True):
        label = f"{WORDS[name]} ({facts[name]['parameters']:,})"
        axes[0].plot(history.index, history["loss"], **look, label=label)
        axes[1].plot(history.index, history["val_accuracy"], **look)
    axes[0].set(title="Training loss", xlabel="epoch", ylabel="cross-entropy")
    axes[1].set(title="Test digits", xlabel="epoch", ylabel="share recognised")
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(top=1)
    axes[0].legend(title="network (parameters)", alignment="left", loc="upper right")
    for ax in axes:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(LENET_TITLE)
    figure.supxlabel(facts["source"], fontsize=plt.rcParams["font.size"] * 0.7)
    return figure


LENET_TITLE = "The CNN, LeNet-5 and a toy convnet: more filters, more digits right"

LENET_TRAINING = LectureFigure(
    id="lenet-training",
    topic="cnn",
    title=LENET_TITLE,
    lectures=("Olteanu",),
    measure=_measure_lenet,
    draw=_draw_lenet,
    caption=f"{ON_DIGITS}. LeNet-5, {{lenet5[parameters]:,}} parameters, gets "
    "{lenet5[accuracy]:.1%} of the test digits right, the CNN with ReLU and max-pooling "
    "{cnn[accuracy]:.1%}, the toy convnet, with {toy[parameters]:,} parameters, "
    "{toy[accuracy]:.1%}.",
    alt="Left, the training loss of three networks over {epochs} epochs on {source}, at the end "
    "{lenet5[loss]:.2f} for LeNet-5, {cnn[loss]:.2f} for the CNN, {toy[loss]:.2f} for the toy "
    "convnet; right, the share of test digits recognised, at the end {lenet5[accuracy]:.1%}, "
    "{cnn[accuracy]:.1%} and {toy[accuracy]:.1%}.",
    claims=(
        Claim(
            "LeNet-5 gets at least 90 % of the test digits right",
            lambda f: f["lenet5"]["accuracy"] >= 0.9,
        ),
        Claim(
            "the CNN gets more right than LeNet-5, and LeNet-5 more than the toy convnet",
            lambda f: f["cnn"]["accuracy"] > f["lenet5"]["accuracy"] > f["toy"]["accuracy"],
        ),
        Claim(
            "the toy convnet gets over 80 % right, with under 3,000 parameters",
            lambda f: f["toy"]["accuracy"] > 0.8 and f["toy"]["parameters"] < 3_000,
        ),
    ),
    seeds=SEEDS,
    digits=True,
)


def _measure_toy(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("toy", seed)
    snapshot = trained.snapshot
    output = snapshot["o"]
    assert output.z is not None and output.activation is not None
    z, a = output.z[0], output.activation[0]
    data = {
        "image": trained.image,
        "maps": trained.maps,
        "kernels": {name: snapshot[name].weight for name in ("conv1", "conv2")},
        "z": z,
        "probabilities": a,
    }
    facts: Facts = {
        **trained.facts,
        "label": trained.label,
        "parameters": trained.parameters,
        "taken_for": int(a.argmax()),
        "probability": float(a.max()),
        "second": int(a.argsort()[-2]),
        "second_probability": float(sorted(a)[-2]),
        "largest_z": float(z.max()),
        "sum": float(a.astype(float).sum()),
        "sizes": {
            name: "×".join(map(str, trained.maps[name].shape))
            for name in ("conv1", "conv2", "pool")
        },
    }
    return data, facts


def _draw_toy(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots import plot_images
    from kit.plots.images import WEIGHTS
    from kit.plots.styling import SERIES

    figure = plt.figure()
    grid = figure.add_gridspec(2, 6, width_ratios=[1, 0.5, 1, 1, 1, 1.9])
    plot_images(data["image"][None], axes=[ax := figure.add_subplot(grid[:, 0])])
    ax.set_title(f"a {facts['label']}")
    limit = float(np.abs(data["kernels"]["conv1"]).max())
    for k in range(2):
        ax = figure.add_subplot(grid[k, 1])
        ax.imshow(data["kernels"]["conv1"][:, :, 0, k], cmap=WEIGHTS, vmin=-limit, vmax=limit)
        ax.set_title("3×3" if k == 0 else "")
        ax.set_axis_off()
        for column, name in ((2, "conv1"), (3, "conv2"), (4, "pool")):
            ax = figure.add_subplot(grid[k, column])
            ax.imshow(data["maps"][name][:, :, k], cmap="gray")
            ax.set_axis_off()
            size = "×".join(map(str, data["maps"][name].shape[:2]))
            ax.set_title(f"{name}\n{size}" if k == 0 else "")
    for k, (values, title) in enumerate(
        ((data["z"], "dense sums z"), (data["probabilities"], "softmax"))
    ):
        ax = figure.add_subplot(grid[k, 5])
        bars = ax.bar(range(10), values, color=SERIES[0][0])
        bars[facts["taken_for"]].set(color=SERIES[1][0], hatch="//")
        ax.set_title(title)
        ax.set_xticks(range(10))
        ax.set_ylabel("z" if k == 0 else "probability")
    ax.set_ylim(0, 1)
    ax.set_xlabel("class")
    figure.suptitle(TOY_TITLE)
    return figure


TOY_TITLE = "A toy convnet reads a 7: two filters, two more, pooling, softmax"

TOY = LectureFigure(
    id="toy-convnet-seven",
    topic="cnn",
    title=TOY_TITLE,
    lectures=("Olteanu",),
    measure=_measure_toy,
    draw=_draw_toy,
    caption="{parameters:,} parameters, trained on {train:,} {source}. Two 3x3 filters make two "
    "maps of the {label} ({sizes[conv1]}), two more read both ({sizes[conv2]}), max-pooling halves "
    "them ({sizes[pool]}). The dense sums are highest for {taken_for} ({largest_z:.1f}), which "
    "softmax gives {probability:.1%}; {second} comes second with {second_probability:.1%}.",
    alt="From left to right: a handwritten {label} ({source}), two small kernels, two maps after "
    "conv1, two after conv2, two after pooling, and two bar charts over the ten classes, sums and "
    "probabilities, both highest for {taken_for} with {probability:.1%}.",
    claims=(
        Claim("the 7 is taken for a 7", lambda f: f["taken_for"] == f["label"] == 7),
        Claim("the probabilities add up to 1, within 1e-5", lambda f: abs(f["sum"] - 1) < 1e-5),
        Claim("2,948 parameters", lambda f: f["parameters"] == 2_948),
    ),
    seeds=SEEDS,
    digits=True,
)


def count_popular(code: str) -> dict[str, dict[str, Any]]:
    """Parameters and depth of the lecture's CNNs that Keras has; `code` is there for the key."""
    del code
    import keras

    found = {}
    for name in POPULAR:
        build = getattr(keras.applications, name, None)
        if build is None:
            continue
        with keras.StatelessScope():  # variables without values: shapes are enough to count
            model = build(weights=None)
        found[name] = {"parameters": model.count_params(), "depth": longest_path(model)}
    return found


def longest_path(model: Any) -> int:
    """Layers on the longest way from input to output, the input among them."""
    depth: dict[str, int] = {}
    for layer in model.layers:  # in an order in which inputs come first
        before = [
            depth[tensor._keras_history.operation.name]
            for node in layer._inbound_nodes
            for tensor in node.input_tensors
            if tensor._keras_history.operation.name in depth
        ]
        depth[layer.name] = 1 + max(before, default=0)
    return max(depth.values())


def _measure_popular(lab: Lab, seed: int) -> tuple[Any, Facts]:
    counted = lab.kept(count_popular)
    facts: Facts = {
        "counted": counted,
        "published": {
            name: {"parameters": row[0], "top1": row[1], "top5": row[2], "depth": row[3]}
            for name, row in POPULAR.items()
        },
        "missing": [name for name in POPULAR if name not in counted],
        "megabytes": {name: 4 * one["parameters"] / 2**20 for name, one in counted.items()},
    }
    return None, facts


def _draw_popular(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import SERIES

    figure, axes = plt.subplots(1, 2, width_ratios=[1.45, 1], sharey=True)
    names = list(facts["published"])
    places = range(len(names))
    ink = plt.rcParams["text.color"]
    for place, name in zip(places, names, strict=True):
        counted = facts["counted"].get(name)
        number = (counted or facts["published"][name])["parameters"]
        look = {"color": SERIES[0][0]} if counted else {"fill": False, "edgecolor": ink, "ls": "--"}
        axes[0].barh(place, number / 1e6, **look)
        words = f"{number:,}" + (f" · depth {counted['depth']}" if counted else " (quoted)")
        axes[0].annotate(
            words, (number / 1e6, place), xytext=(6, 0), textcoords="offset points", va="center"
        )
        row = facts["published"][name]
        axes[1].plot([row["top1"], row["top5"]], [place] * 2, color=ink, linewidth=1)
        axes[1].plot(row["top1"], place, "o", color=SERIES[1][0], label="top-1")
        axes[1].plot(row["top5"], place, "s", color=SERIES[2][0], label="top-5")
        for value in (row["top1"], row["top5"]):
            axes[1].annotate(
                f"{value:.1%}", (value, place), xytext=(0, 8), textcoords="offset points",
                ha="center", fontsize=plt.rcParams["font.size"] * 0.8,
            )  # fmt: skip
    labels = [name if name in facts["counted"] else f"{name}\n(not in Keras)" for name in names]
    axes[0].set_yticks(places, labels)
    axes[0].set(title="Counted: parameters, depth", xlabel="parameters (millions)")
    axes[0].set_xlim(0, 245)
    axes[0].grid(True, axis="x")
    axes[0].grid(False, axis="y")
    axes[1].set(title="Quoted: ImageNet accuracy", xlabel="share right (validation set)")
    axes[1].set_xlim(0.66, 1.0)
    axes[1].set_ylim(len(names) - 0.4, -1.1)
    handles, words = axes[1].get_legend_handles_labels()
    axes[1].legend(handles[:2], words[:2], loc="upper left", ncols=2)
    figure.suptitle(POPULAR_TITLE)
    return figure


POPULAR_TITLE = "Popular CNNs: deeper than VGG16, better, with fewer parameters"

POPULAR_CNNS = LectureFigure(
    id="popular-cnns",
    topic="cnn",
    title=POPULAR_TITLE,
    lectures=("Olteanu",),
    measure=_measure_popular,
    draw=_draw_popular,
    caption="Parameters and depth (layers on the longest way through) counted on Keras's models, "
    "built without weights: VGG16 {counted[VGG16][parameters]:,} at depth {counted[VGG16][depth]}, "
    "InceptionResNetV2 {counted[InceptionResNetV2][parameters]:,} at depth "
    "{counted[InceptionResNetV2][depth]}. ResNet50, for which the lecture's table has no depth, "
    "has {counted[ResNet50][depth]}. ResNeXt50 is not in Keras; its number and all accuracies are "
    "quoted from the table, not measured here.",
    alt="Left, bars of parameters: VGG16 {counted[VGG16][parameters]:,}, InceptionV3 "
    "{counted[InceptionV3][parameters]:,}, ResNet50 {counted[ResNet50][parameters]:,}, Xception "
    "{counted[Xception][parameters]:,}, InceptionResNetV2 "
    "{counted[InceptionResNetV2][parameters]:,}, and, quoted, ResNeXt50 "
    "{published[ResNeXt50][parameters]:,}. Right, published accuracies: top-1 from "
    "{published[VGG16][top1]:.1%} (VGG16) to {published[InceptionResNetV2][top1]:.1%} "
    "(InceptionResNetV2).",
    claims=(
        Claim(
            "Keras's five models have the parameters of the lecture's table, to the last one",
            lambda f: all(
                one["parameters"] == f["published"][name]["parameters"]
                for name, one in f["counted"].items()
            ),
        ),
        Claim(
            "and its depths, where it has them: 23, 159, 126, 572",
            lambda f: all(
                f["published"][name]["depth"] in (None, one["depth"])
                for name, one in f["counted"].items()
            ),
        ),
        Claim(
            "the other four counted are deeper than VGG16, quoted as more accurate, with under "
            "half of its parameters",
            lambda f: all(
                one["depth"] > f["counted"]["VGG16"]["depth"]
                and one["parameters"] < 0.5 * f["counted"]["VGG16"]["parameters"]
                and f["published"][name]["top1"] > f["published"]["VGG16"]["top1"]
                for name, one in f["counted"].items()
                if name != "VGG16"
            ),
        ),
        Claim("only ResNeXt50 is missing in Keras", lambda f: f["missing"] == ["ResNeXt50"]),
    ),
)


def build_alexnet(groups: int = 2) -> Any:
    """AlexNet (Krizhevsky, Sutskever and Hinton, 2012), on 227x227x3; not compiled.

    With two groups, as on the paper's two GPUs, the second, fourth and fifth convolution see
    half of the maps before them.
    """
    import keras

    layers = keras.layers
    conv = [
        (96, 11, 4, "valid", 1, True),
        (256, 5, 1, "same", groups, True),
        (384, 3, 1, "same", 1, False),
        (384, 3, 1, "same", groups, False),
        (256, 3, 1, "same", groups, True),
    ]  # filters, kernel, stride, padding, groups, pooled after
    model = keras.Sequential([keras.Input((227, 227, 3))], name="alexnet")
    for k, (filters, kernel, stride, padding, parts, pooled) in enumerate(conv, 1):
        model.add(
            layers.Conv2D(
                filters, kernel, stride, padding, groups=parts, activation="relu", name=f"conv{k}"
            )
        )
        if pooled:
            model.add(layers.MaxPooling2D(3, 2, name=f"pool{k}"))
    model.add(layers.Flatten(name="flatten"))
    for k, (units, activation) in enumerate(((4096, "relu"), (4096, "relu"), (1000, "softmax")), 1):
        model.add(layers.Dense(units, activation=activation, name=f"dense{k}"))
    return model


def count_alexnet(code: str) -> dict[str, Any]:
    """Parameters of AlexNet by layer, and in all without groups; `code` is there for the key."""
    del code
    import keras

    from kit.models import describe

    with keras.StatelessScope():  # variables without values: shapes are enough to count
        layers = describe(build_alexnet())
        whole = build_alexnet(groups=1).count_params()
    return {
        "layers": {one.name: one.parameters for one in layers if one.parameters},
        "whole": whole,
    }


def _measure_alexnet(lab: Lab, seed: int) -> tuple[Any, Facts]:
    from kit.models import build_lenet5

    counted = lab.kept(count_alexnet)
    by_layer = counted["layers"]
    dense = sum(count for name, count in by_layer.items() if name.startswith("dense"))
    total = sum(by_layer.values())
    lenet = build_lenet5(seed=seed).count_params()
    facts: Facts = {
        "layers": by_layer,
        "parameters": total,
        "without_groups": counted["whole"],
        "dense_share": dense / total,
        "lenet": lenet,
        "times_lenet": total / lenet,
    }
    return None, facts


def _draw_alexnet(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import SERIES

    figure, ax = plt.subplots()
    names = list(facts["layers"])
    for place, name in enumerate(names):
        count = facts["layers"][name]
        color, _, _ = SERIES[1] if name.startswith("dense") else SERIES[0]
        bar = ax.barh(place, count / 1e6, color=color)
        if name.startswith("dense"):
            bar[0].set(hatch="//", edgecolor=plt.rcParams["axes.facecolor"])
        ax.annotate(
            f"{count:,}", (count / 1e6, place), xytext=(6, 0), textcoords="offset points",
            va="center",
        )  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel("parameters (millions)")
    ax.set_title(f"{facts['parameters']:,} in all, {facts['dense_share']:.0%} in dense layers")
    ax.set_xlim(0, 43)
    ax.grid(True, axis="x")
    ax.grid(False, axis="y")
    figure.suptitle(ALEXNET_TITLE)
    return figure


ALEXNET_TITLE = "AlexNet (2012): nearly all parameters are in its dense layers"

ALEXNET = LectureFigure(
    id="alexnet-parameters",
    topic="cnn",
    title=ALEXNET_TITLE,
    lectures=("Olteanu",),
    measure=_measure_alexnet,
    draw=_draw_alexnet,
    caption="Built to be counted: five convolutions, three of them in the two groups of the paper, "
    "and three dense layers. {parameters:,} parameters, "
    "{dense_share:.0%} of them dense, {times_lenet:,.0f} times LeNet-5's {lenet:,}; without the "
    "groups {without_groups:,}.",
    alt="A bar for each layer of AlexNet. conv1 {layers[conv1]:,} to conv5 {layers[conv5]:,} are "
    "short; dense1 has {layers[dense1]:,}, dense2 {layers[dense2]:,}, dense3 {layers[dense3]:,} "
    "parameters. In all {parameters:,}.",
    claims=(
        Claim(
            "about 60 million parameters, within 5 %",
            lambda f: abs(f["parameters"] / 60e6 - 1) < 0.05,
        ),
        Claim("over 90 % of them are in the dense layers", lambda f: f["dense_share"] > 0.9),
        Claim(
            "the three dense layers and five convolutions of the paper",
            lambda f: [name[:4] for name in f["layers"]] == ["conv"] * 5 + ["dens"] * 3,
        ),
    ),
)

FIGURES = (CNN, LENET, LENET_TRAINING, TOY, POPULAR_CNNS, ALEXNET)
