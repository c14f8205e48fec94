"""How large it is: the output of a convolution, and the part of the input that one output sees.

The output of an input of width W has (W - F + 2 P) / S + 1 places; what one output sees grows by
(F - 1) times the product of the strides before with every layer (V. Dumoulin and F. Visin, "A
guide to convolution arithmetic for deep learning", 2016).
"""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

SIDE, STRIDES, PADDINGS = 3, (1, 2, 3), (0, 1, 2)
EXAMPLE = 7  # a width, without padding
WIDTHS = range(3, 17)


def _measure_size(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras
    import numpy as np

    from kit.models import output_size

    def of_keras(width: int, stride: int, padding: int) -> int:
        zeros = np.zeros((1, width + 2 * padding, 1))
        return keras.ops.conv(zeros, np.zeros((SIDE, 1, 1)), strides=stride).shape[1]

    sizes: dict[str, dict[str, list[int | None]]] = {}
    found: dict[bool, list[bool]] = {True: [], False: []}
    formula: dict[str, dict[str, list[float]]] = {}
    for stride in STRIDES:
        sizes[str(stride)], formula[str(stride)] = {}, {}
        for padding in PADDINGS:
            row: list[int | None] = []
            for width in WIDTHS:
                try:
                    size = output_size(width, SIDE, stride, padding)
                except ValueError:
                    size = None
                keras_size = of_keras(width, stride, padding)
                floor = (width - SIDE + 2 * padding) // stride + 1
                found[size is not None].append(keras_size == (floor if size is None else size))
                row.append(size)
            sizes[str(stride)][str(padding)] = row
            exact = (np.array(WIDTHS) - SIDE + 2 * padding) / stride + 1
            formula[str(stride)][str(padding)] = exact.tolist()
    facts = {
        "filter": SIDE,
        "widths": list(WIDTHS),
        "sizes": sizes,
        "example": {
            "width": EXAMPLE,
            "exact": {s: rows["0"][EXAMPLE - WIDTHS[0]] for s, rows in formula.items()},
        },
        "fit": len(found[True]),
        "refused": len(found[False]),
        "fit_as_keras": sum(found[True]),
        "refused_rounded_down": sum(found[False]),
        "same_width": sizes["1"]["1"] == list(WIDTHS),
        "refused_at_stride_1": sum(size is None for row in sizes["1"].values() for size in row),
    }
    return formula, facts


def _draw_size(formula: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, len(STRIDES), sharey=True)
    looks = series_styles(len(PADDINGS))
    widths = facts["widths"]
    thin, ink = plt.rcParams["lines.linewidth"] / 2, plt.rcParams["text.color"]
    for ax, stride in zip(axes, STRIDES, strict=True):
        for padding, look in zip(PADDINGS, looks, strict=True):
            sizes = facts["sizes"][str(stride)][str(padding)]
            exact = formula[str(stride)][str(padding)]
            ax.plot(widths, exact, color=look["color"], linestyle=look["linestyle"], linewidth=thin)
            fits = [k for k, size in enumerate(sizes) if size is not None]
            others = [k for k, size in enumerate(sizes) if size is None]
            ax.plot(
                [widths[k] for k in fits], [sizes[k] for k in fits], look["marker"],
                color=look["color"], label=f"P = {padding}",
            )  # fmt: skip
            ax.plot(
                [widths[k] for k in others], [exact[k] for k in others], "x",
                color=ink, markeredgewidth=1.4 * thin,
                label="does not fit" if stride > 1 and padding == PADDINGS[-1] else None,
            )  # fmt: skip
        width, exact_size = facts["example"]["width"], facts["example"]["exact"][str(stride)]
        fits = exact_size == int(exact_size)
        ax.plot(
            width, exact_size, "o", markersize=plt.rcParams["font.size"], fillstyle="none",
            color=ink, markeredgewidth=1.4 * thin,
        )  # fmt: skip
        ax.annotate(
            f"Ringed: W = {width}, P = 0\n({width} − {facts['filter']}) / {stride} + 1 "
            f"{'=' if fits else '≈'} {exact_size:.3g}{'' if fits else ' ✗'}",
            (0.04, 0.98), xycoords="axes fraction", va="top", linespacing=1.4,
        )  # fmt: skip
        ax.set(title=f"Stride S = {stride}", xlabel="width of the input, W")
        ax.set_xticks(range(4, 17, 4))
    axes[0].set_ylabel(f"width of the output, F = {facts['filter']}")
    axes[0].set_yticks(range(0, 19, 3))
    axes[0].set_ylim(0, 21)
    axes[1].legend(loc="upper right", bbox_to_anchor=(1, 0.84))
    axes[2].annotate(
        "✗ The last stop would hang\nover the edge: Keras drops\nwhat is left over, and says\n"
        "nothing.",
        (0.04, 0.8), xycoords="axes fraction", va="top", linespacing=1.3,
    )  # fmt: skip
    for ax in axes:
        ax.grid(visible=False)
    figure.suptitle(SIZE_TITLE)
    return figure


SIZE_TITLE = "Width of the output: (W − F + 2P) / S + 1, if that is a whole number"

SIZE = LectureFigure(
    id="conv-output-size",
    topic="convolution",
    title=SIZE_TITLE,
    lectures=("Sridharan", "Makhmutova"),
    measure=_measure_size,
    draw=_draw_size,
    caption="Filter width F = {filter}. With stride 1 every width fits, and P = 1 keeps it. With "
    "longer strides {refused} of the cases shown leave something over (crosses): the kit refuses "
    "them, Keras drops the rest and rounds down. The {fit} that fit come out of Keras at the size "
    "that the formula says.",
    alt="Width of the output against width of the input, for strides 1, 2 and 3 and padding 0, 1 "
    "and 2: straight lines of slope 1, 1/2 and 1/3. Of the points {fit} fit and {refused} are "
    "crossed out.",
    claims=(
        Claim(
            "all sizes that fit, 100 % of them, are those of Keras's convolution",
            lambda f: f["fit_as_keras"] == f["fit"] > 0,
        ),
        Claim(
            "where sizes do not fit, Keras rounds down in 100 % of the cases",
            lambda f: f["refused_rounded_down"] == f["refused"] > 0,
        ),
        Claim("with stride 1 all sizes fit: 0 refused", lambda f: f["refused_at_stride_1"] == 0),
        Claim("F = 3, P = 1 and S = 1 keep the width", lambda f: f["same_width"]),
    ),
)

PIXELS = 28
SHOWN = 8  # the first such digit of those for testing
STACK = 4  # 3x3 convolutions, one upon the other


def _plain(kernel: int, layers: int) -> Any:
    """Convolutions one upon the other, without bias or activation, all weights 1."""
    import keras

    model = keras.Sequential([keras.Input((PIXELS, PIXELS, 1))])
    for k in range(1, layers + 1):
        model.add(
            keras.layers.Conv2D(
                1, kernel, padding="same", use_bias=False, kernel_initializer="ones",
                name=f"layer{k}",
            )
        )  # fmt: skip
    return model


def _fields(model: Any, names: list[str]) -> dict[str, Any]:
    """Which pixels the middle output of each layer sees: (28, 28) bool.

    One image for each pixel, lit at it alone: with positive kernels everything that sees the
    pixel is above 0, and the maximum of a window is one that sees it, so that its gradient by
    the pixel is not 0.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    inner = keras.Model(model.inputs, {name: model.get_layer(name).output for name in names})
    lit = tf.reshape(tf.eye(PIXELS * PIXELS), (-1, PIXELS, PIXELS, 1))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(lit)
        middles = {
            name: out[:, out.shape[1] // 2, out.shape[2] // 2, 0]  # (images,)
            for name, out in inner(lit).items()
        }
    seen = {}
    for name in names:
        slopes = np.asarray(tape.gradient(middles[name], lit))
        slopes = slopes.reshape(len(lit), -1)  # (images, pixels)
        seen[name] = (np.diag(slopes) != 0).reshape(PIXELS, PIXELS)
    return seen


def _extent(seen: Any) -> dict[str, int]:
    """Place and size of the rectangle around what is seen, and whether that is all of it."""
    import numpy as np

    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return {
        "row": int(rows[0]),
        "column": int(columns[0]),
        "height": int(np.ptp(rows)) + 1,
        "width": int(np.ptp(columns)) + 1,
        "pixels": int(seen.sum()),
    }


def _measure_field(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import build_mnist_cnn

    stack = _plain(3, STACK)
    # neither the number of filters nor the weights, if they are positive, make a difference
    cnn = build_mnist_cnn("relu", "ones", filters=(1, 1))
    seen = _fields(stack, [layer.name for layer in stack.layers])
    seen |= _fields(cnn, ["conv1", "pool1", "conv2", "pool2"])
    unpooled = _fields(_plain(5, 2), ["layer2"])["layer2"]
    digits = lab.digits()
    digit = digits.x_test[np.flatnonzero(digits.y_test == SHOWN)[0], :, :, 0]
    fields = {name: _extent(one) for name, one in seen.items()}
    facts = {
        "fields": fields,
        "widths": {name: field["width"] for name, field in fields.items()},
        "solid": all(
            one["pixels"] == one["height"] * one["width"] == one["width"] ** 2
            for one in fields.values()
        ),
        "unpooled": _extent(unpooled)["width"],
        "pixels": PIXELS,
        "source": digits.source,
        "share": fields["conv2"]["pixels"] / PIXELS**2,
    }
    return {"digit": digit, "seen": seen}, facts


def _draw_field(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    from kit.board.stage import frame

    figure, axes = plt.subplots(2, STACK)
    colors = [plt.rcParams["axes.facecolor"], plt.rcParams["text.color"]]
    ink = LinearSegmentedColormap.from_list("ink", colors)
    words = {
        "layer1": "1 layer",
        **{f"layer{k}": f"{k} layers" for k in range(2, STACK + 1)},
        "conv1": "conv1", "pool1": "+ pool1", "conv2": "+ conv2", "pool2": "+ pool2",
    }  # fmt: skip
    for ax, (name, field) in zip(axes.ravel(), facts["fields"].items(), strict=True):
        shown = np.where(data["seen"][name], 1.0, 0.3)  # opaque where it is seen
        ax.imshow(data["digit"], cmap=ink, vmin=0, vmax=1, alpha=shown)
        frame(ax, field["row"] - 0.5, field["column"] - 0.5, field["height"], field["width"])
        ax.set_title(f"{words[name]}: {field['height']}×{field['width']}", fontweight="normal")
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set(visible=True, linewidth=plt.rcParams["axes.linewidth"] * 0.6)
    figure.supxlabel(
        "Framed: the pixels that the middle output depends on. Without pool1, conv2 would see "
        f"{facts['unpooled']}×{facts['unpooled']}.",
        fontsize=plt.rcParams["font.size"] * 0.85,
    )
    axes[0, 0].set_ylabel("3×3 convolutions", fontweight="bold")
    axes[1, 0].set_ylabel("CNN for digits", fontweight="bold")
    figure.suptitle(FIELD_TITLE)
    return figure


FIELD_TITLE = "What one output sees grows with every layer, and faster with pooling"

RECEPTIVE_FIELD = LectureFigure(
    id="conv-receptive-field",
    topic="convolution",
    title=FIELD_TITLE,
    lectures=("Sridharan", "Makhmutova"),
    measure=_measure_field,
    draw=_draw_field,
    caption="Pixels that the middle output depends on, found by its gradient. After one, two and "
    "three 3×3 convolutions they are {widths[layer1]}, {widths[layer2]} and {widths[layer3]} wide. "
    "In the CNN for digits an output of conv1 sees {widths[conv1]}×{widths[conv1]}; with pooling "
    "between, one of conv2 sees {widths[conv2]}×{widths[conv2]} instead of {unpooled}×{unpooled}: "
    "{share:.0%} of the {pixels}×{pixels} image. Digit: {source}.",
    alt="Eight copies of a handwritten digit of {pixels}×{pixels} pixels, pale but for what one "
    "output sees. After 3×3 convolutions squares of {widths[layer1]}, {widths[layer2]}, "
    "{widths[layer3]} and {widths[layer4]} pixels; in the CNN for digits after conv1 "
    "{widths[conv1]}, pool1 {widths[pool1]}, conv2 {widths[conv2]}, pool2 {widths[pool2]}.",
    claims=(
        Claim(
            "after 1, 2 and 3 layers of 3x3 an output sees 3, 5 and 7 pixels",
            lambda f: [f["widths"][f"layer{k}"] for k in (1, 2, 3)] == [3, 5, 7],
        ),
        Claim(
            "after 5x5, 2x2 pooling and 5x5 it sees 14 pixels",
            lambda f: [f["widths"][name] for name in ("conv1", "pool1", "conv2")] == [5, 6, 14],
        ),
        Claim("without the pooling it would see 9", lambda f: f["unpooled"] == 9),
        Claim("what is seen is a full square, in 8 of 8 cases", lambda f: f["solid"]),
    ),
    digits=True,
)

FIGURES = (SIZE, RECEPTIVE_FIELD)
