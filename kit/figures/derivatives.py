"""Backpropagation through a convolution and through pooling: the lecture's equations, checked."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.pooling import EXAMPLE

__all__ = ["FIGURES"]


def _backwards(kind: str, stride: int) -> tuple[Any, Any]:
    """Gradients handed to the outputs, 1, 2, 3, ..., and what arrives at the inputs."""
    import numpy as np
    import tensorflow as tf
    from keras import ops

    image = tf.constant(EXAMPLE, tf.float64)[None, ..., None]
    apply = ops.max_pool if kind == "max" else ops.average_pool
    with tf.GradientTape() as tape:
        tape.watch(image)
        out = apply(image, 2, stride)
    above = np.arange(1.0, int(tf.size(out)) + 1).reshape(out.shape)
    arrived = tape.gradient(out, image, output_gradients=tf.constant(above))
    return above[0, ..., 0], np.asarray(arrived)[0, ..., 0]


def _measure_pooling(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    data: Any = {
        kind: {stride: _backwards(kind, stride) for stride in (2, 1)} for kind in ("max", "average")
    }
    above, maximum = data["max"][2]
    windows = np.array(EXAMPLE).reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    arrived = maximum.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    tied = np.argwhere((windows == windows.max(2, keepdims=True)).sum(2) > 1).tolist()
    assert len(tied) == 1, "the example has one window with a tie"
    (row, column), window = tied[0], windows[tuple(tied[0])]
    places = np.flatnonzero(window == window.max())  # in the window, row by row
    tie_at = [[int(2 * row + k // 2), int(2 * column + k % 2)] for k in places]
    facts = {
        "above": above.tolist(),
        "handed": ", ".join(f"{number:g}" for number in above.ravel()),
        "max": maximum.tolist(),
        "average": data["average"][2][1].tolist(),
        "reached": int((maximum != 0).sum()),
        "not_at_a_maximum": float(np.abs(arrived[windows < windows.max(2, keepdims=True)]).sum()),
        "inputs": maximum.size,
        "tie": [float(maximum[i, j]) for i, j in tie_at],
        "tie_at": tie_at,
        "tie_value": int(window.max()),
        "overlapping": data["max"][1][1].tolist(),
        "at_largest": float(data["max"][1][1].ravel()[np.argmax(EXAMPLE)]),
        "sums": {
            f"{kind}_{stride}": [float(a.sum()), float(b.sum())]
            for kind, by in data.items()
            for stride, (a, b) in by.items()
        },
    }
    return data, facts


def _draw_pooling(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.board import plot_matrix

    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1)
    for part, stride in ((upper, 2), (lower, 1)):
        axes = part.subplots(1, 4)
        above, maximum = data["max"][stride]
        reached = [(i, j) for i, j in np.argwhere(maximum != 0).tolist()]
        plot_matrix(EXAMPLE, marked=reached, title=f"Input, stride {stride}", ax=axes[0])
        plot_matrix(above, title="∂loss/∂output", ax=axes[1])
        plot_matrix(maximum, marked=reached, title="Max: ∂loss/∂input", ax=axes[2])
        plot_matrix(data["average"][stride][1], size=0.8, title="Average: ∂loss/∂input", ax=axes[3])
        middle = above.shape[1] / 2
        axes[1].set_xlim(middle - 2.05, middle + 2.05)  # cells as large as the input's
        axes[1].set_ylim(middle + 2.05, middle - 2.05)
        for ax in (axes[0], axes[2], axes[3]) if stride == 2 else ():
            wide = 2 * plt.rcParams["lines.linewidth"]
            for line in (([0, 4], [2, 2]), ([2, 2], [0, 4])):  # between the windows
                ax.plot(*line, color=plt.rcParams["text.color"], linewidth=wide)
        if stride == 2:
            i, j = facts["tie_at"][-1]
            small = plt.rcParams["font.size"] * 0.75
            axes[0].text(j + 0.5, i + 0.97, "tie", fontsize=small, ha="center", va="bottom")
    figure.get_layout_engine().set(h_pad=plt.rcParams["font.size"] / 200)
    figure.suptitle(POOLING_TITLE)
    return figure


POOLING_TITLE = "Max pooling sends the gradient to the maximum, average pooling to all"

POOLING = LectureFigure(
    id="pool-gradient",
    topic="convolution",
    title=POOLING_TITLE,
    lectures=("Olteanu", "Makhmutova"),
    measure=_measure_pooling,
    draw=_draw_pooling,
    caption="Gradients {handed} at the outputs of 2×2 pooling with stride 2, and what TensorFlow's "
    "tape hands to the inputs. Max pooling: all of it to the maximum of each window, {reached} of "
    "{inputs} inputs; average pooling: a quarter to each. One window has its maximum, "
    "{tie_value}, twice: they got {tie[0]:g} and {tie[1]:g}, so the first takes it (measured on a "
    "CPU; the equation leaves it open). Where windows overlap (stride 1) gradients add up: "
    "{at_largest:g} at the largest input, the maximum of two windows.",
    alt="Two rows, stride 2 and 1: the 4×4 input with the maxima framed that a gradient reaches; "
    "the gradients at the outputs, {handed} for stride 2; at the inputs under max pooling, zero "
    "but at those {reached} maxima; and under average pooling, spread evenly over each window.",
    claims=(
        Claim(
            "max, stride 2: 4 of 16 inputs get a gradient, each at a maximum",
            lambda f: f["reached"] == 4 and f["not_at_a_maximum"] == 0,
        ),
        Claim(
            "average, stride 2: each input gets 1/4 of its window's",
            lambda f: all(
                f["average"][i][j] == f["above"][i // 2][j // 2] / 4
                for i in range(4)
                for j in range(4)
            ),
        ),
        Claim("of 2 tied maxima one gets all, 3 and 0", lambda f: sorted(f["tie"]) == [0, 3]),
        Claim(
            "no gradient is lost: the sums differ by less than 1e-12",
            lambda f: all(abs(a - b) < 1e-12 for a, b in f["sums"].values()),
        ),
        Claim("stride 1: the 4 gets 1 + 4 = 5", lambda f: f["at_largest"] == 5),
    ),
)

HEIGHT, WIDTH, CHANNELS = 8, 7, 3
KERNELS = ((3, 2, 3, 4), (2, 3, 4, 2))  # height, width, filters below, filters: both layers
STEP = 1e-5  # of the central differences: error about STEP² + 1e-16 / STEP
SHOWN = {
    "w": (r"$\partial\ell/\partial w=\Sigma\,\delta\,a$", "weights"),
    "b": (r"$\partial\ell/\partial b=\Sigma\,\delta$", "biases"),
    "a": (r"$\partial\ell/\partial a=\Sigma\,\delta\,w$", "activations"),
    "z": (r"$\partial\ell/\partial z=f'(z)\,\partial\ell/\partial a$", "Z-values"),
}


def _network(seed: int) -> dict[str, Any]:
    """Values of a net of two convolutions with tanh, and of its input, by name."""
    import numpy as np

    rng = np.random.default_rng(seed)
    values = {"x": rng.normal(size=(HEIGHT, WIDTH, CHANNELS))}
    for layer, shape in enumerate(KERNELS, start=1):
        values[f"w{layer}"] = rng.normal(size=shape) / np.sqrt(np.prod(shape[:3]))
        values[f"b{layer}"] = rng.normal(size=shape[3]) / 2
    return values


def _forward(values: dict[str, Any]) -> dict[str, Any]:
    """Every Z-value and activation, and the loss, half the sum of squares; tensors, float64."""
    from keras import ops

    found, a = {}, values["x"][None]
    for layer in (1, 2):
        z = ops.conv(a, values[f"w{layer}"], padding="valid") + values[f"b{layer}"]
        # added so that the differences, too, can move a Z-value or an activation by itself
        found[f"z{layer}"] = z = z + values.get(f"dz{layer}", 0.0)
        found[f"a{layer}"] = a = ops.tanh(z) + values.get(f"da{layer}", 0.0)
    found["loss"] = ops.sum(a**2) / 2
    return found


def _by_the_tape(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Forward values, and the gradients by automatic differentiation."""
    import numpy as np
    import tensorflow as tf

    at = {name: tf.constant(value) for name, value in values.items()}
    with tf.GradientTape() as tape:
        tape.watch(list(at.values()))
        found = _forward(at)
    at |= {name: found[name] for name in ("z1", "a1", "z2", "a2")}
    gradients = tape.gradient(found["loss"], at)
    kept = {name: np.asarray(value) for name, value in found.items()}
    return {n: v[0] if v.ndim else v for n, v in kept.items()}, {
        n: np.asarray(g)[0] if n in found else np.asarray(g) for n, g in gradients.items()
    }


def _by_the_equations(values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The lecture's sums, place by place, from the output back to the input."""
    import numpy as np

    gradients = {"a2": found["a2"]}  # of half the sum of squares
    for layer, below in ((2, "a1"), (1, "x")):
        a = values["x"] if below == "x" else found[below]  # (rows, columns, filters below)
        w = values[f"w{layer}"]
        delta = (1 - np.tanh(found[f"z{layer}"]) ** 2) * gradients[f"a{layer}"]
        for_w, for_a, all_filters = np.zeros_like(w), np.zeros_like(a), np.zeros_like(w)
        for (row, column, filter_), d in np.ndenumerate(delta):
            window = slice(row, row + w.shape[0]), slice(column, column + w.shape[1])
            for_w[..., filter_] += d * a[window]
            all_filters += d * a[window][..., None]
            for_a[window] += d * w[..., filter_]
        gradients |= {f"z{layer}": delta, f"w{layer}": for_w, below: for_a}
        gradients |= {f"b{layer}": delta.sum(axis=(0, 1)), f"printed w{layer}": all_filters}
    return gradients


def _by_differences(values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Central differences of the loss, one number at a time."""
    import numpy as np

    moved = dict(values)
    moved |= {f"d{name}": np.zeros_like(found[name]) for name in ("z1", "a1", "z2", "a2")}
    gradients = {}
    for name, value in moved.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            losses = []
            for step in (STEP, -STEP):
                one = value.copy()
                one[place] += step
                losses.append(float(_forward(moved | {name: one})["loss"]))
            slopes[place] = (losses[0] - losses[1]) / (2 * STEP)
        gradients[name.removeprefix("d")] = slopes
    return gradients


def _measure_convolution(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    values = _network(seed)
    found, tape = _by_the_tape(values)
    equations, differences = _by_the_equations(values, found), _by_differences(values, found)
    groups = {"w": ("w1", "w2"), "b": ("b1", "b2"), "a": ("x", "a1", "a2"), "z": ("z1", "z2")}

    def joined(gradients: dict[str, Any], names: tuple[str, ...]) -> Any:
        return np.concatenate([gradients[name].ravel() for name in names])

    def apart(a: Any, b: Any) -> float:
        return float(np.abs(a - b).max() / np.abs(b).max())

    data = {
        short: tuple(joined(g, names) for g in (equations, tape, differences))
        for short, names in groups.items()
    }
    printed = joined(equations, ("printed w1", "printed w2"))
    facts: Facts = {
        "counts": {short: len(three[0]) for short, three in data.items()},
        "total": sum(len(three[0]) for three in data.values()),
        "from_tape": {short: apart(e, t) for short, (e, t, _) in data.items()},
        "from_differences": {short: apart(e, d) for short, (e, _, d) in data.items()},
        "step": STEP,
        "filters": [shape[3] for shape in KERNELS],
        "channels": CHANNELS,
        "printed_apart": apart(printed, data["w"][1]),
    }
    facts["worst_tape"] = max(facts["from_tape"].values())
    facts["worst_differences"] = max(facts["from_differences"].values())
    return {**data, "printed": printed}, facts


def _draw_convolution(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.plots.styling import SERIES

    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.25, 1])
    small = plt.rcParams["lines.markersize"] * 0.8
    axes = upper.subplots(1, 4)
    for ax, (short, (equation, words)) in zip(axes, SHOWN.items(), strict=True):
        equations, tape, _ = data[short]
        ax.axline((0, 0), slope=1, color=plt.rcParams["text.color"], linewidth=1)
        ax.plot(tape, equations, "o", color=SERIES[0][0], markersize=small)
        ax.set_title(f"{equation}\n{facts['counts'][short]} {words}")
        ax.set_xlabel("tape")
        ax.set_box_aspect(1)
        ax.locator_params(nbins=3)
    axes[0].plot(data["w"][1], data["printed"], "x", color=SERIES[1][0], markersize=small, zorder=1)
    axes[0].set_ylabel("equation")
    ax = lower.subplots()
    rows = np.arange(len(SHOWN))
    for name, words, (color, _, mark) in (
        ("from_tape", "equation and tape", SERIES[0]),
        ("from_differences", "equation and central differences", SERIES[2]),
    ):
        apart = [facts[name][short] for short in SHOWN]
        ax.plot(apart, rows, mark, color=color, label=words, markersize=2 * small)
    ax.plot(
        facts["printed_apart"], 0, "x", color=SERIES[1][0], markersize=2 * small,
        markeredgewidth=plt.rcParams["lines.linewidth"], label="× above: summed over filters too",
    )  # fmt: skip
    ax.set_xscale("symlog", linthresh=1e-17, linscale=0.3)
    ax.set_xticks(10.0 ** np.arange(-16, 1, 4))
    ax.set_xlim(1e-17, 60)
    ax.set_yticks(rows, [words for _, words in SHOWN.values()])
    ax.set(
        ylim=(len(SHOWN) - 0.5, -0.5),
        xlabel="largest difference, relative to the largest derivative",
    )
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.0))
    figure.suptitle(CONVOLUTION_TITLE)
    return figure


CONVOLUTION_TITLE = "Backpropagation through convolutions: equations and tape agree"

CONVOLUTION = LectureFigure(
    id="conv-derivatives",
    topic="convolution",
    title=CONVOLUTION_TITLE,
    lectures=("Olteanu",),
    measure=_measure_convolution,
    draw=_draw_convolution,
    caption="Two convolutions with tanh, {channels} channels, then {filters[0]} and {filters[1]} "
    "filters, in float64: {total} derivatives by the equations, place by place; δ is ∂ℓ/∂z of the "
    "layer above, and the sums run over its places, for an activation over its filters too. From "
    "TensorFlow's tape they differ by {worst_tape:.0e} of the largest, from central differences "
    "of the loss (step {step:g}) by {worst_differences:.0e}. In the lecture's text at hand the sum "
    "for a weight runs over the filters too, and stands as a derivative of z: a weight belongs to "
    "one filter only, and so summed the result is off by {printed_apart:.0%}.",
    alt="Four scatter plots, equation against tape, of {counts[w]} weights, {counts[b]} biases, "
    "{counts[a]} activations and {counts[z]} Z-values, all on the diagonal; crosses off it where "
    "the weights' sum runs over the filters too. Below, the largest differences on a logarithmic "
    "axis: up to {worst_tape:.0e} from the tape, {worst_differences:.0e} from central differences.",
    claims=(
        Claim("equations and tape: within 1e-14", lambda f: f["worst_tape"] < 1e-14),
        Claim(
            "equations and central differences: within 1e-8",
            lambda f: f["worst_differences"] < 1e-8,
        ),
        Claim(
            "summed over the filters too, weights' derivatives are over 50 % off",
            lambda f: f["printed_apart"] > 0.5,
        ),
    ),
    seeds=(1, 2, 3),
)

FIGURES = (POOLING, CONVOLUTION)
