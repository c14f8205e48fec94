"""What happens at the edge: padding, and the stops that a stride leaves out."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.sliding import (
    SECOND_INPUT,
    SECOND_KERNEL,
    SLIDING_INPUT,
    SLIDING_KERNEL,
    by_rows,
    whole,
)

__all__ = ["FIGURES"]

WAYS = (("valid", 1), ("same", 1), ("valid", 2), ("same", 2))


def _way(padding: str, stride: int) -> str:
    return f"{padding}_{stride}"


def _measure_stride(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras
    import numpy as np

    from kit.models import convolve, padding_of

    image, kernel = (np.array(values, dtype=float) for values in (SECOND_INPUT, SECOND_KERNEL))
    outputs, apart, padded, around = {}, [], {}, {}
    for padding, stride in WAYS:
        name = _way(padding, stride)
        found = convolve(image, kernel, stride=stride, padding=padding)
        own = keras.ops.conv(
            image[None, :, :, None], kernel[:, :, None, None], strides=stride, padding=padding
        )
        apart.append(float(np.abs(found - np.asarray(own)[0, :, :, 0]).max()))
        outputs[name] = whole(found)
        around[name] = padding_of(len(image), len(kernel), stride, padding)
        padded[name] = whole(np.pad(image, around[name]))
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": outputs,
        "by_rows": {name: by_rows(output) for name, output in outputs.items()},
        "out_width": {name: len(output) for name, output in outputs.items()},
        "zeros": {name: list(pair) for name, pair in around.items()},
        "apart": max(apart),
        "every_other": {
            padding: outputs[_way(padding, 2)]
            == [row[::2] for row in outputs[_way(padding, 1)][::2]]
            for padding in ("valid", "same")
        },
        "inside_same": [row[1:-1] for row in outputs["same_1"][1:-1]],
    }
    return padded, facts


def _draw_stride(padded: Any, facts: Facts) -> Any:
    from kit.board.stage import dot, frame, new_stage, place, say

    figure, stage = new_stage(33.2, 17.6)
    high = facts["kernel_width"]
    for k, (padding, stride) in enumerate(WAYS):
        name = _way(padding, stride)
        zeros, output = facts["zeros"][name], facts["output"][name]
        top, left = 1.0 + 8.2 * (k // 2), 0.2 + 17.2 * (k % 2)
        inset = 1 - zeros[0]  # the input's own cells stand at one place in every panel
        inner = place(
            stage, padded[name], top + inset, left + inset, size=0.8, padding=(zeros, zeros)
        )
        place(stage, SECOND_KERNEL, top + 1.2, left + 7.6, cell=0.8, size=0.7)
        say(stage, top + 4.4, left + 8.8, "→", 1.8)
        out_left = left + 13.1 - len(output) / 2
        result = place(stage, output, top + 3.5 - len(output) / 2, out_left, size=0.9)
        for stop in (0, 1):
            frame(inner, 0, stop * stride, high, high, stop)
            frame(result, 0, stop, 1, 1, stop)
        for i in range(len(output)):
            for j in range(len(output)):
                dot(inner, i * stride + high / 2 + 0.33, j * stride + high / 2 + 0.33)
        words = f"{padding.upper()}, stride {stride}: {len(output)}×{len(output)}"
        say(stage, top - 0.5, left + 8.2, words, 1.05, fontweight="bold")
    say(
        stage, 17.25, 16.6,
        "solid frame: first stop · dashed frame: second · dots: the kernel's middle at every stop "
        "· grey: zeros",
        0.8,
    )  # fmt: skip
    figure.suptitle(STRIDE_TITLE)
    return figure


STRIDE_TITLE = "SAME keeps 5×5, VALID leaves 3×3, stride 2 takes every other stop"

STRIDE = LectureFigure(
    id="conv-padding-stride",
    topic="convolution",
    title=STRIDE_TITLE,
    lectures=("Makhmutova", "Sridharan", "Olteanu"),
    measure=_measure_stride,
    draw=_draw_stride,
    caption="A {kernel_width}×{kernel_width} kernel on a {width}×{width} input. VALID stops only "
    "where the whole kernel lies on the input: {out_width[valid_1]}×{out_width[valid_1]} outputs, "
    "or {out_width[valid_2]}×{out_width[valid_2]} with stride 2. SAME surrounds the input with "
    "{zeros[same_1][0]} row and column of zeros: {out_width[same_1]}×{out_width[same_1]}, or "
    "{out_width[same_2]}×{out_width[same_2]} with stride 2.",
    alt="Four panels, each with the input, its padding, the kernel's stops and the output. VALID, "
    "stride 1: {by_rows[valid_1]}. SAME, stride 1: {by_rows[same_1]}. VALID, stride 2: "
    "{by_rows[valid_2]}. SAME, stride 2: {by_rows[same_2]}.",
    claims=(
        Claim(
            "5x5 becomes 3x3 (VALID), 5x5 (SAME), with stride 2 2x2 and 3x3",
            lambda f: list(f["out_width"].values()) == [3, 5, 2, 3],
        ),
        Claim(
            "SAME and VALID of TensorFlow itself give the same numbers: 0 apart",
            lambda f: f["apart"] == 0,
        ),
        Claim(
            "stride 2 gives every 2nd output of stride 1 in both directions",
            lambda f: f["every_other"] == {"valid": True, "same": True},
        ),
        Claim(
            "within SAME's 5x5 the inner 3x3 are VALID's",
            lambda f: f["inside_same"] == f["output"]["valid_1"],
        ),
    ),
)

WIDTH, FILTER, STEP = 13, 6, 5


def _windows_of_tensorflow(padding: str) -> list[tuple[int, int]]:
    """First and last place of each window, as TensorFlow's own padding sets them.

    A row with a single 1, at each place in turn, meets a filter of the weights 1 to 6: the
    output that sees it is the weight on it, which tells where the window begins. Places are
    counted from 1; those under 1 or over 13 are padding.
    """
    import keras
    import numpy as np

    ones = np.eye(WIDTH)[:, :, None]  # (examples, width, channels)
    weights = np.arange(1.0, FILTER + 1)[:, None, None]
    seen = np.asarray(keras.ops.conv(ones, weights, strides=STEP, padding=padding))[..., 0]
    windows = []
    for output in seen.T:  # (outputs, place of the 1)
        place = int(np.flatnonzero(output)[0])
        first = place + 1 - (int(output[place]) - 1)
        windows.append((first, first + FILTER - 1))
    return windows


def _measure_width(lab: Lab, seed: int) -> tuple[Any, Facts]:
    from kit.models import output_size, padding_of

    facts: Facts = {"width": WIDTH, "filter": FILTER, "stride": STEP}
    inputs = range(1, WIDTH + 1)
    for padding in ("valid", "same"):
        windows = _windows_of_tensorflow(padding)
        met = {k for first, last in windows for k in range(first, last + 1)}
        facts[padding] = {
            "windows": [list(window) for window in windows],
            "meets": [[max(first, 1), min(last, WIDTH)] for first, last in windows],
            "outputs": len(windows),
            "meets_in_words": ", ".join(
                f"{max(first, 1)} to {min(last, WIDTH)}" for first, last in windows
            ),
            "dropped": [k for k in inputs if k not in met],
            "zeros": [sum(k < 1 for k in met), sum(k > WIDTH for k in met)],
            "by_formula": [
                output_size(WIDTH, FILTER, STEP, padding),
                *padding_of(WIDTH, FILTER, STEP, padding),
            ],
        }
    return None, facts


def _draw_width(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    from kit.board.stage import bracket, new_stage, place, say

    figure, stage = new_stage(16.4, 8.0)
    width = facts["width"]
    for top, padding in ((0.95, "valid"), (4.8, "same")):
        found = facts[padding]
        before, after = found["zeros"]
        cells = np.full((1, before + width + after), np.nan)
        cells[0, before : before + width] = range(1, width + 1)
        left = 1.2 - before  # so that an input stands at one place in both rows
        inner = place(stage, cells, top, left, padding=((0, 0), (before, after)), size=1.15)
        for k in [*range(before), *range(before + width, before + width + after)]:
            say(inner, 0.5, k + 0.5, "zero", 0.8)
        for k in found["dropped"]:
            inner.add_patch(
                Rectangle(
                    (k - 1, 0), 1, 1, fill=False, hatch="//", linewidth=0, zorder=2,
                    edgecolor=to_rgba(plt.rcParams["text.color"], 0.35),
                )
            )  # fmt: skip
        for k, (first, last) in enumerate(found["windows"]):
            low, high = found["meets"][k]
            words = f"output {k + 1} meets {low} to {high}"
            bracket(stage, top + 1.4 + 0.8 * (k % 2), first + 0.3, last + 1.1, words, look=k)
        words = f"{padding.upper()}: {found['outputs']} outputs, "
        if found["dropped"]:
            words += f"inputs {' and '.join(map(str, found['dropped']))} are dropped"
            say(stage, top + 1.35, width + 0.2, "dropped")
        else:
            words += f"{before} zero before the input, {after} after it"
        say(stage, top - 0.4, 1.2, words, 1.1, ha="left", fontweight="bold")
    figure.suptitle(WIDTH_TITLE)
    return figure


WIDTH_TITLE = "Width 13, filter 6, stride 5: VALID drops 2 inputs, SAME adds 3 zeros"

WIDTH_13 = LectureFigure(
    id="conv-width-13",
    topic="convolution",
    title=WIDTH_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_width,
    draw=_draw_width,
    caption="A filter of {filter} in steps of {stride} over {width} inputs. VALID has "
    "{valid[outputs]} outputs and never meets the inputs {valid[dropped][0]} and "
    "{valid[dropped][1]}. SAME has {same[outputs]} and adds {same[zeros][0]} zero before and "
    "{same[zeros][1]} after. Which inputs an output meets was found with TensorFlow's own padding.",
    alt="Two rows of {width} numbered cells with brackets beneath. VALID: outputs over the inputs "
    "{valid[meets_in_words]}; {valid[dropped][0]} and {valid[dropped][1]} are hatched as dropped. "
    "SAME: {same[zeros][0]} cell of padding before, {same[zeros][1]} after, outputs over the "
    "inputs {same[meets_in_words]} and the padding.",
    claims=(
        Claim(
            "VALID drops the inputs 12 and 13 and pads 0",
            lambda f: f["valid"]["dropped"] == [12, 13] and f["valid"]["zeros"] == [0, 0],
        ),
        Claim(
            "SAME pads 1 before and 2 after, and drops 0",
            lambda f: f["same"]["zeros"] == [1, 2] and f["same"]["dropped"] == [],
        ),
        Claim(
            "2 outputs with VALID, 3 with SAME",
            lambda f: (f["valid"]["outputs"], f["same"]["outputs"]) == (2, 3),
        ),
        Claim(
            "the 2 formulas, for outputs and for zeros, say what TensorFlow does",
            lambda f: all(
                f[p]["by_formula"] == [f[p]["outputs"], *f[p]["zeros"]] for p in ("valid", "same")
            ),
        ),
    ),
)


def _measure_full(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import convolve, padding_of

    image, kernel = np.array(SLIDING_INPUT), np.array(SLIDING_KERNEL)
    before, after = padding_of(len(image), len(kernel), padding="full")
    output = whole(convolve(image, kernel, padding="full"))
    met = whole(convolve(np.ones_like(image), np.ones_like(kernel), padding="full"))
    ends = (0, -1)
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": output,
        "output_by_rows": by_rows(output),
        "met_by_rows": by_rows(met),
        "out_width": len(output),
        "zeros": [before, after],
        "zeros_per_axis": before + after,
        "met": met,
        "corners_meet": [met[i][j] for i in ends for j in ends],
        "middle_meets": met[len(met) // 2][len(met) // 2],
        "valid": whole(convolve(image, kernel)),
        "corners": [output[i][j] for i in ends for j in ends],
        "first": f"{image[0, 0]}·{kernel[-1, -1]} = {output[0][0]}",
        "first_product": int(image[0, 0] * kernel[-1, -1]),
    }
    return whole(np.pad(image, (before, after))), facts


def _draw_full(padded: Any, facts: Facts) -> Any:
    from kit.board.stage import frame, new_stage, place, say

    figure, stage = new_stage(26.4, 13.0)
    zeros, high, wide = facts["zeros"], facts["kernel_width"], facts["out_width"]
    words = {"title_size": 1.1}
    inner = place(
        stage, padded, 1.3, 0.2, padding=(zeros, zeros), window=(0, 0, high, high),
        weights=SLIDING_KERNEL, title="input and its zeros", **words,
    )  # fmt: skip
    output = place(stage, facts["output"], 2.3, 11.1, title="output", **words)
    met = place(stage, facts["met"], 2.3, 19.2, shades=True, title="inputs that it meets", **words)
    say(stage, 5.8, 10.15, "→", 1.8)
    last = wide - 1
    for k, (i, j) in enumerate(((0, 0), (0, last), (last, 0), (last, last))):
        frame(inner, i, j, high, high, k)
        frame(output, i, j, 1, 1, k)
        frame(met, i, j, 1, 1, k)
    say(
        stage, 11.7, 13.2,
        f"In the corners the kernel meets one input and zeros else: {facts['first']} at the upper "
        f"left.\n{zeros[0]} zeros on each side are {facts['zeros_per_axis']} = 2(k − 1) along an "
        f"axis, and the output is {facts['width']} + {high} − 1 = {wide} wide.",
        linespacing=1.6,
    )  # fmt: skip
    figure.suptitle(FULL_TITLE)
    return figure


FULL_TITLE = "Full padding: 5×5 becomes 7×7, and a corner meets one input only"

FULL = LectureFigure(
    id="conv-full-padding",
    topic="convolution",
    title=FULL_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_full,
    draw=_draw_full,
    caption="With {zeros[0]} zeros on every side, {zeros_per_axis} along each axis, a "
    "{kernel_width}×{kernel_width} kernel stops wherever it meets any input: a {width}×{width} "
    "input gives {out_width}×{out_width} outputs. In the corners it meets {corners_meet[0]} "
    "input ({first} at the upper left), in the middle {middle_meets}.",
    alt="A {width}×{width} input within {zeros[0]} rows and columns of zeros; frames show the "
    "kernel in the four corners. The {out_width}×{out_width} output {output_by_rows}, and how many "
    "inputs each output meets: {met_by_rows}.",
    claims=(
        Claim("5x5 becomes 7x7", lambda f: (f["width"], f["out_width"]) == (5, 7)),
        Claim(
            "2(k - 1) = 4 zeros along each axis",
            lambda f: f["zeros_per_axis"] == 2 * (f["kernel_width"] - 1) == 4,
        ),
        Claim(
            "each of the 4 corners meets 1 input, and the first is its product: 6",
            lambda f: f["corners_meet"] == [1] * 4 and f["corners"][0] == f["first_product"] == 6,
        ),
        Claim(
            "the inner 3x3 outputs are VALID's",
            lambda f: [row[2:-2] for row in f["output"][2:-2]] == f["valid"],
        ),
    ),
)

FIGURES = (STRIDE, WIDTH_13, FULL)
