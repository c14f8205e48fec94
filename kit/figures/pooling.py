"""What pooling keeps: maxima and averages, padding, and how much a shift of the input changes."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

EXAMPLE = [[0, 1, 2, 1], [4, 1, 0, 1], [2, 0, 1, 1], [1, 2, 3, 1]]


def _measure_kinds(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import pool

    outputs = {
        kind: {stride: pool(EXAMPLE, 2, stride=stride, kind=kind) for stride in (1, 2)}
        for kind in ("max", "average")
    }
    facts = {
        "input": EXAMPLE,
        "numbers": int(np.size(EXAMPLE)),
        "max": {f"stride_{s}": out.tolist() for s, out in outputs["max"].items()},
        "average": {f"stride_{s}": out.tolist() for s, out in outputs["average"].items()},
        "places": {f"stride_{s}": int(out.size) for s, out in outputs["max"].items()},
        "largest": {kind: float(by[2].max()) for kind, by in outputs.items()},
        "spelled": {
            kind: ", ".join(f"{number:g}" for number in by[2].ravel())
            for kind, by in outputs.items()
        },
        "least_gap": float(min((outputs["max"][s] - outputs["average"][s]).min() for s in (1, 2))),
        "mean": float(np.mean(EXAMPLE)),
        "mean_of_averages": float(outputs["average"][2].mean()),
    }
    return outputs, facts


def _draw_kinds(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.board import plot_matrix

    figure: Any = plt.figure()
    axes = figure.subplots(2, 4)
    maxima, averages = (np.ravel(facts[kind]["stride_2"]) for kind in ("max", "average"))
    look: Any = {"size": 1.1, "shades": True, "limit": facts["largest"]["max"]}
    for step, ax in enumerate(axes[0]):
        i, j = divmod(step, 2)
        plot_matrix(EXAMPLE, window=(2 * i, 2 * j, 2, 2), **look, ax=ax)
        ax.set_title(f"Step {step + 1}\nmax {maxima[step]:g}, average {averages[step]:g}")
    shown = [("max", 2), ("average", 2), ("max", 1), ("average", 1)]
    for ax, (kind, stride) in zip(axes[1], shown, strict=True):
        plot_matrix(data[kind][stride], **look, ax=ax)
        ax.set_title(f"{kind.capitalize()}, stride {stride}")
        middle = data[kind][stride].shape[1] / 2
        ax.set_xlim(middle - 1.55, middle + 1.55)  # cells of one size
        ax.set_ylim(3.05, -0.05)
    figure.suptitle(KINDS_TITLE)
    return figure


KINDS_TITLE = "Max pooling keeps the strongest value, average pooling blends it"

KINDS = LectureFigure(
    id="pool-max-average",
    topic="convolution",
    title=KINDS_TITLE,
    lectures=("Makhmutova", "Sridharan", "Olteanu", "Guillot"),
    measure=_measure_kinds,
    draw=_draw_kinds,
    caption="Windows of 2×2 over {numbers} numbers. With stride 2 they do not overlap and leave "
    "{places[stride_2]} numbers, with stride 1 {places[stride_1]}. The largest input comes through "
    "max pooling as {largest[max]:g} and through average pooling, blended with its neighbours, as "
    "{largest[average]:g} at most; the mean of the input, {mean:g}, stays that of the averages of "
    "stride 2, {mean_of_averages:g}.",
    alt="Above, a 4×4 matrix four times, with the window of each of four steps and its maximum and "
    "average. Below, the outputs: maxima {spelled[max]} and averages {spelled[average]} of "
    "stride 2, then those of stride 1, 3×3.",
    claims=(
        Claim(
            "stride 2: the maxima are 4, 2, 2 and 3",
            lambda f: f["max"]["stride_2"] == [[4, 2], [2, 3]],
        ),
        Claim(
            "stride 2: the averages are 1.5, 1, 1.25 and 1.5",
            lambda f: f["average"]["stride_2"] == [[1.5, 1], [1.25, 1.5]],
        ),
        Claim(
            "16 numbers become 4 with stride 2, 9 with stride 1",
            lambda f: f["places"] == {"stride_1": 9, "stride_2": 4},
        ),
        Claim(
            "a maximum is at least its window's average: 0 or more above it",
            lambda f: f["least_gap"] >= 0,
        ),
    ),
)

PADDED = [
    [2, 3, 0, 5, 2.5],
    [2, 1.5, 0.5, 0, 7],
    [1.5, 5, 5, 3, 2],
    [3, 5, 7, 1.5, 0],
    [2, 5, 2, 1.5, 2],
]
LOWERED = 8  # taken from every number: then all are below the 0 of a padding that would count


def _measure_same(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import keras
    import numpy as np

    from kit.models import output_size, padding_of

    def same(image: Any) -> Any:
        layer = keras.layers.MaxPooling2D(2, padding="same")
        return np.asarray(layer(np.asarray(image, np.float32)[None, ..., None]))[0, ..., 0]

    lowered = np.array(PADDED) - LOWERED
    found, below = same(PADDED), same(lowered)
    counted = same(np.pad(lowered, ((0, 1), (0, 1))))
    facts = {
        "size": len(PADDED),
        "padding": list(padding_of(len(PADDED), 2, 2, "same")),
        "places": output_size(len(PADDED), 2, 2, "same"),
        "valid_places": output_size(len(PADDED), 2, 2, "valid"),
        "outputs": found.tolist(),
        "first_row": ", ".join(f"{number:g}" for number in found[0]),
        "lowered_by": LOWERED,
        "lowered": below.tolist(),
        "lowered_largest": float(below.max()),
        "counted": counted.tolist(),
        "wrong": int((counted != below).sum()),
    }
    return {"lowered": np.pad(lowered, ((0, 1), (0, 1)), constant_values=np.nan)}, facts


def _draw_same(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.board import plot_matrix

    figure: Any = plt.figure()
    axes = figure.subplots(2, 4)
    with_padding = np.pad(np.array(PADDED), ((0, 1), (0, 1)), constant_values=np.nan)
    look: Any = {"padding": ((0, 1), (0, 1)), "size": 0.75}
    so_far = np.full_like(facts["outputs"], np.nan, dtype=float)
    for step in range(3):
        plot_matrix(with_padding, window=(0, 2 * step, 2, 2), **look, ax=axes[0, step])
        axes[0, step].set_title(f"Step {step + 1}: {facts['outputs'][0][step]:g}")
    so_far[0] = facts["outputs"][0]
    plot_matrix(so_far, title="After 3 steps", ax=axes[0, 3])
    plot_matrix(facts["outputs"], title="All 9 outputs", ax=axes[1, 0])
    plot_matrix(
        data["lowered"], **look, title=f"The input less {facts['lowered_by']}", ax=axes[1, 1]
    )
    plot_matrix(facts["lowered"], title=f"Outputs, also less {facts['lowered_by']}", ax=axes[1, 2])
    wrong = np.argwhere(np.array(facts["counted"]) != np.array(facts["lowered"])).tolist()
    plot_matrix(
        facts["counted"],
        marked=[(i, j) for i, j in wrong],
        title="If zeros counted",
        ax=axes[1, 3],
    )
    figure.get_layout_engine().set(h_pad=plt.rcParams["font.size"] / 200)
    figure.suptitle(SAME_TITLE)
    return figure


SAME_TITLE = "SAME padding completes the last windows and is never their maximum"

SAME = LectureFigure(
    id="pool-same-padding",
    topic="convolution",
    title=SAME_TITLE,
    lectures=("Makhmutova",),
    measure=_measure_same,
    draw=_draw_same,
    caption="Max pooling 2×2 with stride 2 of {size}×{size} numbers. SAME adds {padding[0]} "
    "columns before and {padding[1]} after (rows alike), so that there are {places}×{places} "
    "outputs instead of VALID's {valid_places}×{valid_places}; the first row is {first_row}. The "
    "padding never counts: with {lowered_by} taken from every number all outputs are below 0 "
    "({lowered_largest:g} at most); if zeros were padded and counted, {wrong} of them would be 0.",
    alt="A {size}×{size} matrix with a dashed column and row of padding, three times, with the "
    "windows of the first row of outputs, {first_row}. Below, all outputs; the same matrix less "
    "{lowered_by}; its outputs, all negative; and, framed, the {wrong} that would be 0 if padded "
    "zeros counted.",
    claims=(
        Claim("the first row of outputs is 3, 5, 7", lambda f: f["outputs"][0] == [3, 5, 7]),
        Claim("1 row and column of padding, at the end", lambda f: f["padding"] == [0, 1]),
        Claim(
            "padding never counts: less 8, the outputs are those less 8",
            lambda f: all(
                b == a - 8
                for x, y in zip(f["outputs"], f["lowered"], strict=True)
                for a, b in zip(x, y, strict=True)
            ),
        ),
        Claim("padded zeros would be the maximum in 5 of 9 windows", lambda f: f["wrong"] == 5),
    ),
)

SHIFTS = (0, 1, 2, 3, 4)
SIZES = {"none": 1, "2x2": 2, "4x4": 4}
N_DIGITS = 100
MARGIN = 6  # of empty paper around each digit, so that no ink leaves: 40x40


def _measure_translation(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np
    from keras import ops

    data = lab.digits()
    chosen = np.random.default_rng(seed).choice(len(data.x_train), N_DIGITS, replace=False)
    digits = data.x_train[chosen, ..., 0]  # (n, 28, 28)
    paper = np.pad(digits, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))[..., None]
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], np.float32)[..., None, None]

    def maps(images: Any) -> dict[str, Any]:
        feature = ops.relu(ops.conv(images, sobel, padding="same"))
        pooled = {name: np.asarray(ops.max_pool(feature, k, k)) for name, k in SIZES.items()}
        return {"image": images, **pooled}

    def change(before: Any, after: Any) -> Any:
        return np.linalg.norm(after - before, axis=(1, 2)) / np.linalg.norm(before, axis=(1, 2))

    by_shift = [maps(np.roll(paper, shift, axis=2)) for shift in SHIFTS]
    changes = {
        name: np.array([change(by_shift[0][name], one[name])[:, 0] for one in by_shift])
        for name in by_shift[0]
    }  # (shifts, digits) each
    facts = {
        "source": data.source,
        "n": len(digits),
        "shifts": list(SHIFTS),
        "median": {name: np.median(c, axis=1).tolist() for name, c in changes.items()},
        "gains": {
            name: float((changes[name][1] < changes["none"][1]).mean()) for name in ("2x2", "4x4")
        },
    }
    quartiles = {name: np.quantile(changes[name], (0.25, 0.5, 0.75), axis=1) for name in SIZES}
    examples = {
        name: [one[name][0, ..., 0] for one in (by_shift[0], by_shift[1])] for name in by_shift[0]
    }
    shown = {name: float(changes[name][1][0]) for name in changes}
    return {"quartiles": quartiles, "examples": examples, "shown": shown}, facts


def _draw_translation(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots import plot_images
    from kit.plots.styling import series_styles

    figure: Any = plt.figure()
    left, right = figure.subfigures(1, 2, width_ratios=[1.1, 1.2])
    axes = left.subplots(4, 3)
    words = {"image": "digit", "none": "feature map", "2x2": "max 2×2", "4x4": "max 4×4"}
    for row, (name, pair) in zip(axes, data["examples"].items(), strict=True):
        largest = float(np.max(pair))
        three = [*pair, np.abs(pair[1] - pair[0])]
        plot_images(three, limits=(0, largest), axes=row)
        row[0].set_ylabel(
            f"{words[name]}\n{data['shown'][name]:.0%}", rotation=0, ha="right", va="center"
        )
    for ax, title in zip(axes[0], ("before", "1 px on", "change"), strict=True):
        ax.set_title(title)
    ax = right.subplots()
    for (name, (low, middle, high)), look in zip(
        data["quartiles"].items(), series_styles(3), strict=True
    ):
        label = "not pooled" if name == "none" else f"max pooled {name.replace('x', '×')}"
        ax.plot(facts["shifts"], middle, **look, label=label)
        ax.fill_between(facts["shifts"], low, high, color=look["color"], alpha=0.2, linewidth=0)
    ax.set(
        title=f"Median of {facts['n']} digits, and the middle half", xlabel="shift in pixels",
        ylabel="relative change of the map", ylim=(0, None),
    )  # fmt: skip
    ax.set_xticks(facts["shifts"])
    ax.legend(loc="upper left")
    figure.suptitle(TRANSLATION_TITLE)
    return figure


TRANSLATION_TITLE = "Pooling softens a shift of the input, and does not undo it"

TRANSLATION = LectureFigure(
    id="pool-translation",
    topic="convolution",
    title=TRANSLATION_TITLE,
    lectures=("Guillot", "Olteanu"),
    measure=_measure_translation,
    draw=_draw_translation,
    caption="{n} digits ({source}) moved to the right, and how far their feature maps (Sobel's "
    "filter and ReLU) move with them: ‖after - before‖ / ‖before‖. By 1 pixel the map changes by "
    "{median[none][1]:.0%}, max pooled 2×2 by {median[2x2][1]:.0%} and 4×4 by "
    "{median[4x4][1]:.0%} (medians); pooled 4×4, {gains[4x4]:.0%} of the digits change less. By "
    "{shifts[4]} pixels it is {median[none][4]:.0%}, {median[2x2][4]:.0%} and "
    "{median[4x4][4]:.0%}: softened, not invariant. The digits themselves change by "
    "{median[image][1]:.0%} and {median[image][4]:.0%}.",
    alt="Left, a digit, its feature map and that map pooled 2×2 and 4×4, before and after a shift "
    "by 1 pixel, and the difference. Right, relative change against the shift in pixels, three "
    "rising lines: not pooled, up to {median[none][4]:.0%}; max pooled 2×2, {median[2x2][4]:.0%}; "
    "4×4, {median[4x4][4]:.0%}.",
    claims=(
        Claim(
            "at each of 4 shifts: 4×4 changes less than 2×2, and that less than not pooled",
            lambda f: all(
                a < b < c
                for a, b, c in zip(
                    *(f["median"][n][1:] for n in ("4x4", "2x2", "none")), strict=True
                )
            ),
        ),
        Claim(
            "1 pixel: pooled 4×4, the median changes at most 3/4 as much",
            lambda f: f["median"]["4x4"][1] <= 0.75 * f["median"]["none"][1],
        ),
        Claim(
            "1 pixel: 95 % of the digits change less pooled 4×4",
            lambda f: f["gains"]["4x4"] >= 0.95,
        ),
        Claim("but by over 1/10: not invariant", lambda f: f["median"]["4x4"][1] > 0.1),
    ),
    seeds=(1, 2, 3),
    digits=True,
)

FIGURES: tuple[LectureFigure, ...] = (KINDS, SAME, TRANSLATION)
