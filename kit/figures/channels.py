"""Channels, filters and depth: what one filter is, what it gives, and what it costs."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.sliding import by_rows, whole

__all__ = ["FIGURES"]

CHANNELS = ("red", "green", "blue")
RED = ((2, 1, 0, 1, 2), (0, 2, 1, 0, 1), (1, 0, 3, 1, 0), (2, 1, 0, 2, 1), (0, 1, 2, 0, 3))
GREEN = ((1, 0, 2, 0, 1), (3, 1, 0, 2, 0), (0, 2, 1, 1, 2), (1, 0, 0, 3, 1), (2, 1, 1, 0, 0))
BLUE = ((0, 3, 1, 2, 0), (1, 0, 2, 1, 1), (2, 1, 0, 0, 3), (0, 2, 1, 1, 0), (1, 0, 3, 0, 2))
RED_KERNEL = ((1, 0, -1), (2, 0, -2), (1, 0, -1))
GREEN_KERNEL = ((0, 1, 0), (1, 2, 1), (0, 1, 0))
BLUE_KERNEL = ((0, -1, 0), (0, 1, 0), (1, 0, 0))
BIAS = -3


def _measure_channels(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras
    import numpy as np

    from kit.models import convolve

    image = np.stack([RED, GREEN, BLUE], axis=-1)  # (height, width, channels)
    kernels = np.stack([RED_KERNEL, GREEN_KERNEL, BLUE_KERNEL], axis=-1)
    each = [whole(convolve(image[..., k], kernels[..., k])) for k in range(len(CHANNELS))]
    layer = keras.layers.Conv2D(1, kernels.shape[:2])
    layer.build((None, *image.shape))
    layer.set_weights([kernels[..., None], np.array([BIAS])])
    own = np.asarray(layer(image[None].astype(np.float32)))[0, :, :, 0]
    total = np.sum(each, axis=0)
    facts = {
        "channels": len(CHANNELS),
        "width": len(image),
        "kernel_width": len(kernels),
        "each": each,
        "sum": whole(total),
        "bias": BIAS,
        "result": whole(convolve(image, kernels, bias=BIAS)),
        "each_by_rows": "; ".join(by_rows(one) for one in each),
        "of_layer": whole(own),
        "parameters": int(layer.count_params()),
        "first": [one[0][0] for one in each],
    }
    facts["first_sum"], facts["first_result"] = facts["sum"][0][0], facts["result"][0][0]
    facts["sum_by_rows"], facts["result_by_rows"] = by_rows(facts["sum"]), by_rows(facts["result"])
    facts["maps"] = int(layer.compute_output_shape((None, *image.shape))[-1])
    return None, facts


def _signed(numbers: list[int]) -> str:
    """Numbers as a sum, "7 + 9 − 1"."""
    first, *others = numbers
    words = "".join(f" {'−' if one < 0 else '+'} {abs(one)}" for one in others)
    return f"{first}{words}".replace("-", "−")


def _draw_channels(data: Any, facts: Facts) -> Any:
    from kit.board.stage import frame, new_stage, place, say

    figure, stage = new_stage(33.6, 18.4)
    high = facts["kernel_width"]

    def number(value: float) -> str:
        return f"{value:g}".replace("-", "−")

    rows = zip(
        CHANNELS, (RED, GREEN, BLUE), (RED_KERNEL, GREEN_KERNEL, BLUE_KERNEL), facts["each"],
        (0, 2, 1), strict=True,
    )  # fmt: skip
    for k, (name, image, kernel, output, look) in enumerate(rows):
        top = 1.1 + 6.1 * k
        heads = (f"input, {name}", f"kernel, {name}", "its output")
        say(stage, top + 2.5, 6.65, "∗", 1.5)
        say(stage, top + 2.5, 12.1, "=", 1.5)
        inner = place(stage, image, top, 0.7, size=0.9, title=heads[0] if k == 0 else name)
        frame(inner, 0, 0, high, high, look)
        shape: dict[str, Any] = {"size": 0.9, "number": number}
        inner = place(
            stage, kernel, top + 0.75, 7.6, cell=7 / 6, title=heads[1] if k == 0 else name, **shape
        )
        frame(inner, 0, 0, high, high, look)
        inner = place(
            stage, output, top + 0.75, 13.1, cell=7 / 6, title=heads[2] if k == 0 else None, **shape
        )
        frame(inner, 0, 0, 1, 1, look)
        if k:
            say(stage, top - 0.3, 14.85, "+", 1.5)
    big: dict[str, Any] = {"cell": 1.6, "size": 1.1, "number": number, "title_size": 1.1}
    say(stage, 9.5, 17.9, "=", 1.8)
    total = place(stage, facts["sum"], 7.1, 19.0, title="their sum", **big)
    frame(total, 0, 0, 1, 1, 3)
    say(stage, 9.5, 26.1, f"{_signed([0, facts['bias']])[2:]}  =", 1.5)
    say(stage, 10.8, 25.7, "bias", 1.1)
    result = place(stage, facts["result"], 7.1, 28.4, title="one map", **big)
    frame(result, 0, 0, 1, 1, 3)
    say(
        stage, 3.2, 26.1,
        f"First stop (framed): {_signed(facts['first'])} = {facts['first_sum']},\n"
        f"with the bias {_signed([facts['bias']])} it is {_signed([facts['first_result']])}.",
        linespacing=1.5,
    )  # fmt: skip
    weights = facts["parameters"] - 1
    say(
        stage, 15.2, 26.1,
        f"{facts['channels']} kernels of {high}×{high} = {weights} weights,\nand one bias: "
        f"{facts['parameters']} parameters,\none map out.",
        linespacing=1.5,
    )  # fmt: skip
    figure.suptitle(CHANNELS_TITLE)
    return figure


CHANNELS_TITLE = "A filter has one kernel per channel; their outputs add up to one map"

CHANNELS_FIGURE = LectureFigure(
    id="conv-channels",
    topic="convolution",
    title=CHANNELS_TITLE,
    lectures=("Makhmutova", "Sridharan"),
    measure=_measure_channels,
    draw=_draw_channels,
    caption="A filter on {channels} channels: each of its {channels} kernels slides over its own "
    "channel, the outputs are added, then the bias {bias}: {maps} map. At the first stop "
    "{first[0]}, {first[1]} and {first[2]} add up to {first_sum}, and the bias makes it "
    "{first_result}. {parameters} parameters in all.",
    alt="Three rows, red, green and blue: a {width}×{width} input, a {kernel_width}×{kernel_width} "
    "kernel, and the outputs {each_by_rows}. Their sum {sum_by_rows}; with the bias {bias}: "
    "{result_by_rows}.",
    claims=(
        Claim(
            "the 3 outputs and the bias add up to what Keras's layer with that filter gives",
            lambda f: (
                f["of_layer"]
                == f["result"]
                == [[one + f["bias"] for one in row] for row in f["sum"]]
            ),
        ),
        Claim(
            "3 channels go in and 1 map comes out", lambda f: (f["channels"], f["maps"]) == (3, 1)
        ),
        Claim("3·3·3 + 1 = 28 parameters", lambda f: f["parameters"] == 28),
    ),
)

FIELD = 5
VOLUMES = (((32, 32, 3), 12), ((16, 16, 20), 5))  # input, filters
LARGE = (200, 200, 3)


def _measure_depth(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras

    def size_of(layer: Any, shape: tuple[int, ...]) -> dict[str, Any]:
        layer.build((None, *shape))
        return {
            "out": list(layer.compute_output_shape((None, *shape))[1:]),
            "kernel": [int(side) for side in layer.kernel.shape],
            "weights": int(keras.ops.size(layer.kernel)),
            "parameters": int(layer.count_params()),
        }

    def convolution(filters: int, shape: tuple[int, ...], padding: str = "same") -> dict[str, Any]:
        return size_of(keras.layers.Conv2D(filters, FIELD, padding=padding), shape)

    def dense(shape: tuple[int, ...]) -> int:
        height, width, channels = shape
        return size_of(keras.layers.Dense(1), (height * width * channels,))["weights"]

    examples = []
    for shape, filters in VOLUMES:
        one, many = convolution(1, shape), convolution(filters, shape)
        examples.append(
            {
                "input": list(shape),
                "filter": one["kernel"][:3],
                "weights": one["weights"],
                "parameters": one["parameters"],
                "map": one["out"],
                "filters": filters,
                "volume": many["out"],
                "all_parameters": many["parameters"],
                "in_words": {
                    name: _shape(sides)
                    for name, sides in (
                        ("input", list(shape)),
                        ("filter", one["kernel"][:3]),
                        ("map", one["out"]),
                        ("volume", many["out"]),
                    )
                },
                "of_a_portion": convolution(1, (FIELD, FIELD, shape[2]), "valid")["out"],
            }
        )
    facts = {
        "examples": examples,
        "small": examples[0],
        "deep": examples[1],
        "large": list(LARGE),
        "weights_on_large": convolution(1, LARGE)["weights"],
        "dense": dense(VOLUMES[0][0]),
        "dense_on_large": dense(LARGE),
    }
    return None, facts


def _shape(sides: list[int]) -> str:
    return "×".join(map(str, sides))


def _draw_depth(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.board.stage import say, set_stage
    from kit.board.volumes import plot_volume
    from kit.plots.styling import SERIES

    figure, (left, right) = plt.subplots(1, 2, width_ratios=[2.7, 1])
    stage = set_stage(left, 152, 108)
    blue, orange, green = (look[0] for look in SERIES[:3])
    ink, thin = plt.rcParams["text.color"], plt.rcParams["lines.linewidth"] / 2
    for row, example in zip((16, 81), facts["examples"], strict=True):
        side, depth = example["input"][0], example["input"][2]
        middle = row + side / 2
        plot_volume(stage, example["input"], 6, row, color=blue)
        plot_volume(stage, example["filter"], 6, row, color=orange, slices=True)
        plot_volume(stage, example["map"], 66, row, color=green)
        plot_volume(stage, example["volume"], 112, row, color=green, slices=True)
        stage.plot([68.5], [row + 2.5], "s", color=orange, markersize=plt.rcParams["font.size"] / 3)
        for corner in (0, FIELD):  # from the filter to its one number
            stage.plot([6 + FIELD, 68.5], [row + corner, row + 2.5], color=orange, linewidth=thin)
        say(stage, row + 10, 54, "one number\nat each place", 0.75)
        stage.annotate(
            "", (109, middle), (70 + side, middle),
            arrowprops={"arrowstyle": "-|>", "color": ink},
        )  # fmt: skip
        words = (
            f"Each filter is {_shape(example['filter'])}: {example['weights']} weights + 1 bias "
            f"= {example['parameters']}"
        )
        say(stage, row - 5 - 0.5 * max(depth, 4), 4, words, ha="left", fontweight="bold")
        for at, name, shape in (
            (6, "input", example["input"]),
            (66, "one filter, one map", example["map"]),
            (112, f"{example['filters']} filters", example["volume"]),
        ):
            say(stage, row + side + 2, at, f"{name}\n{_shape(shape)}", 0.9, ha="left", va="top")
    small, large = _shape(facts["small"]["input"]), _shape(facts["large"])
    bars = (
        (f"a filter on {small}", facts["small"]["weights"], orange, ""),
        (f"a filter on {large}", facts["weights_on_large"], orange, ""),
        (f"a dense unit on {small}", facts["dense"], blue, "//"),
        (f"a dense unit on {large}", facts["dense_on_large"], blue, "//"),
    )
    for k, (name, weights, color, hatch) in enumerate(bars):
        right.barh(
            k, weights, 0.4, color=color, hatch=hatch, edgecolor=plt.rcParams["axes.facecolor"]
        )
        right.annotate(
            f"{name}:\n{weights:,}", (10, k - 0.24), ha="left", va="bottom", xytext=(2, 0),
            textcoords="offset points", fontsize=plt.rcParams["font.size"] * 0.9,
        )  # fmt: skip
    right.set(
        xscale="log", xlim=(10, 300_000), ylim=(3.4, -0.9), yticks=[], title="Weights (log scale)"
    )
    right.grid(visible=False)
    figure.suptitle(DEPTH_TITLE)
    return figure


DEPTH_TITLE = "Filter depth = depth of the input; output depth = number of filters"

DEPTH = LectureFigure(
    id="conv-filter-depth",
    topic="convolution",
    title=DEPTH_TITLE,
    lectures=("Sridharan",),
    measure=_measure_depth,
    draw=_draw_depth,
    caption="On {small[in_words][input]} a filter has {small[weights]} weights and a bias, "
    "{small[parameters]} parameters; on {deep[in_words][input]} it has {deep[parameters]}. Each "
    "gives one number at a place and one map; {small[filters]} filters give a depth of "
    "{small[volume][2]}. A larger image takes no more weights ({weights_on_large}), where one "
    "dense unit takes {dense:,} or {dense_on_large:,}.",
    alt="Blocks. Above, an input {small[in_words][input]}, a filter {small[in_words][filter]} on "
    "it, its one map {small[in_words][map]}, and the volume {small[in_words][volume]} of "
    "{small[filters]} filters. Below, the same with {deep[in_words][input]}, "
    "{deep[in_words][filter]}, {deep[in_words][map]} and {deep[in_words][volume]}. Bars: "
    "{small[weights]} weights of a filter on either image, {dense:,} and {dense_on_large:,} of a "
    "dense unit.",
    claims=(
        Claim(
            "a filter is as deep as its input: 5x5x3 and 5x5x20",
            lambda f: [one["filter"] for one in f["examples"]] == [[5, 5, 3], [5, 5, 20]],
        ),
        Claim(
            "on a portion as large as itself a filter gives 1 number",
            lambda f: all(one["of_a_portion"] == [1, 1, 1] for one in f["examples"]),
        ),
        Claim("5·5·3 + 1 = 76 parameters a filter", lambda f: f["small"]["parameters"] == 76),
        Claim(
            "12 filters give a depth of 12, and 5 one of 5",
            lambda f: (
                [one["volume"] for one in f["examples"]] == [[32, 32, 12], [16, 16, 5]]
                and all(one["map"][2] == 1 for one in f["examples"])
            ),
        ),
        Claim(
            "a dense unit takes 3,072 weights on 32x32x3 and 120,000 on 200x200x3",
            lambda f: (f["dense"], f["dense_on_large"]) == (3072, 120_000),
        ),
        Claim(
            "the filter takes 75 weights on either image",
            lambda f: f["small"]["weights"] == f["weights_on_large"] == 75,
        ),
    ),
)

FIGURES = (CHANNELS_FIGURE, DEPTH)
