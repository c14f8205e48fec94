"""What filters see: edges in a photograph and in a digit, drawn patterns, and a curve."""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = ["FIGURES"]

SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
KERNELS = {
    "nothing": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "sobel": SOBEL,
    "transposed": [list(row) for row in zip(*SOBEL, strict=True)],
}
SHOWN = {
    "nothing": "Original",
    "edge": "Edge detection",
    "sharpen": "Sharpen",
    "sobel": "Sobel:\nvertical edges",
    "transposed": "transposed:\nhorizontal edges",
}
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601


def _responses(image: Any, padding: str = "valid") -> dict[str, Any]:
    from kit.models import convolve

    return {name: convolve(image, kernel, padding=padding) for name, kernel in KERNELS.items()}


def _flat(grey: float) -> dict[str, float]:
    """What each kernel makes of a patch that is `grey` all over."""
    import numpy as np

    return {name: float(out[0, 0]) for name, out in _responses(np.full((3, 3), grey)).items()}


def _draw_kernels(figure: Any, pictures: Any, height: float) -> Any:
    """Five pictures, so high, under each the kernel that made it."""
    import matplotlib.pyplot as plt
    import numpy as np

    from kit.board import plot_matrix

    axes = figure.subplots(2, len(KERNELS), height_ratios=[height, 1])
    for (name, kernel), ax, below in zip(KERNELS.items(), *axes, strict=True):
        picture, look = pictures[name]
        ax.imshow(picture, **look)
        ax.set_title(SHOWN[name])
        ax.set_axis_off()
        ax.set_xticks([])
        ax.set_yticks([])
        total = int(np.sum(kernel))
        plot_matrix(kernel, size=0.9, shades=True, ax=below)
        below.set_title(
            f"sum {total}: flat {'stays' if total else 'gives 0'}",
            fontweight="normal", fontsize=plt.rcParams["font.size"] * 0.95,
        )  # fmt: skip
    return axes


# Source: scikit-learn's china.jpg, by danielbuechele (flickr.com/photos/danielbuechele/6061409035),
# CC BY 2.0, which asks to name the author and the changes: the figure and its caption do.
# The parts of the cropped photograph that the claims compare, as rows and columns:
SKY = (slice(0, 60), slice(180, 290))
POSTS = (slice(176, 198), slice(60, 250))
BEAM = (slice(206, 238), slice(60, 250))


def _measure_photo(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np
    from sklearn.datasets import load_sample_image

    photo = load_sample_image("china.jpg")[20:420, 60:360] / 255  # (400, 300, 3)
    grey = photo @ np.array(LUMINANCE)
    found = _responses(grey)
    strength = {name: np.abs(out) for name, out in found.items()}
    white = {n: float(np.quantile(strength[n], 0.99)) for n in ("edge", "sobel", "transposed")}
    pictures = {n: (np.clip(strength[n] / most, 0, 1)) for n, most in white.items()}
    pictures |= {n: np.clip(found[n], 0, 1) for n in ("nothing", "sharpen")}
    tower = strength["edge"][100:300, 70:270]

    def steps(image: Any) -> float:
        return float(np.abs(np.diff(image, axis=1)).mean())

    def along(part: Any) -> float:
        return float(strength["sobel"][part].mean() / strength["transposed"][part].mean())

    facts = {
        "rows": grey.shape[0],
        "columns": grey.shape[1],
        "luminance": list(LUMINANCE),
        "sums": {name: int(np.sum(kernel)) for name, kernel in KERNELS.items()},
        "flat": _flat(0.5),
        "white": white,
        "weak": float((strength["edge"] < white["edge"] / 4).mean()),
        "sky": float(strength["edge"][SKY].mean() / tower.mean()),
        "sharper": steps(found["sharpen"]) / steps(found["nothing"]),
        "beyond": float(((found["sharpen"] < 0) | (found["sharpen"] > 1)).mean()),
        "posts": along(POSTS),
        "beam": along(BEAM),
    }
    return pictures, facts


def _draw_photo(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    look = {"cmap": "gray", "vmin": 0, "vmax": 1}
    _draw_kernels(figure, {name: (picture, look) for name, picture in data.items()}, 2.2)
    figure.suptitle(PHOTO_TITLE)
    figure.supxlabel(
        "Edge and Sobel: strength |response|, white for the strongest 1 %. Sharpen: cut to "
        "black and white.\nPhotograph: danielbuechele, CC BY 2.0, cropped and made grey.",
        fontsize=plt.rcParams["font.size"] * 0.8,
    )
    return figure


PHOTO_TITLE = "Nine numbers decide which edges a filter sees"

PHOTO = LectureFigure(
    id="filters-photo",
    topic="convolution",
    title=PHOTO_TITLE,
    lectures=("Guillot", "Makhmutova", "Olteanu"),
    measure=_measure_photo,
    draw=_draw_photo,
    caption="A photograph ({rows}×{columns} pixels of china.jpg, which scikit-learn ships; by "
    "danielbuechele, CC BY 2.0; grey as {luminance[0]} R + {luminance[1]} G + {luminance[2]} B, "
    "after ITU-R BT.601) under four filters. A flat patch of grey 0.5 gives {flat[edge]:.1f} with "
    "the edge filter, {flat[sobel]:.1f} with Sobel's and {flat[sharpen]:.1f} with sharpen, as the "
    "kernels' sums {sums[edge]}, {sums[sobel]} and {sums[sharpen]} say. The sky answers the edge "
    "filter with {sky:.0%} of what the tower does; sharpening makes neighbouring pixels "
    "{sharper:.1f} times as different. Among the posts Sobel's filter answers {posts:.1f} times as"
    " strongly as its transpose, along the beam below them {beam:.1f} times.",
    alt="Five grey pictures of a tower with curved roofs over a lake, above the kernels that made "
    "them. Original; edge detection, white outlines on black, {weak:.0%} of it darker than a "
    "quarter; sharpen, the same picture with crisp detail; Sobel, where posts and the tower's "
    "sides are white; its transpose, where roofs and beams are.",
    claims=(
        Claim(
            "a flat patch of 0.5 gives 0 with edge and Sobel, 0.5 with sharpen, within 1e-12",
            lambda f: all(
                abs(f["flat"][n] - 0.5 * f["sums"][n]) < 1e-12 and f["sums"][n] == s
                for n, s in (("edge", 0), ("sobel", 0), ("transposed", 0), ("sharpen", 1))
            ),
        ),
        Claim("the sky's edges are under 1/10 of the tower's", lambda f: f["sky"] < 0.1),
        Claim("sharpening makes neighbours over 2 times as different", lambda f: f["sharper"] > 2),
        Claim(
            "Sobel answers the posts over 2 times as strongly as its transpose does",
            lambda f: f["posts"] > 2,
        ),
        Claim("and the beam under 1/2 times", lambda f: f["beam"] < 1 / 2),
    ),
)


def _measure_digit(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import convolve

    digits = lab.digits()
    image = digits.x_test[digits.y_test == 0][0, ..., 0]  # (28, 28)
    found = _responses(image, "full")  # (30, 30): the digit with its surroundings
    seen = {name: out[2:-2, 2:-2] for name, out in found.items()}  # as with "valid": (26, 26)
    empty = convolve(image > 0, np.ones((3, 3)), padding="full") == 0
    ink = float(image.astype(float).sum())
    rows = [row[row != 0] for row in found["sobel"] if (np.abs(row) > 1e-9).any()]
    facts = {
        "label": 0,
        "source": digits.source,
        "ink": ink,
        "sums": {name: int(np.sum(kernel)) for name, kernel in KERNELS.items()},
        "totals": {name: round(float(out.sum()), 9) + 0.0 for name, out in found.items()},
        "strong": {name: float(np.quantile(np.abs(out), 0.98)) for name, out in seen.items()},
        "empty": float(empty.mean()),
        "most_empty": float(max(np.abs(out[empty]).max(initial=0) for out in found.values())),
        "rows": len(rows),
        "left_to_right": sum(bool(row[0] < 0 < row[-1]) for row in rows),
    }
    return seen, facts


def _draw_digit(data: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.images import WEIGHTS

    figure = plt.figure()
    pictures = {}
    for name, out in data.items():
        most = facts["strong"][name]
        look = {"cmap": WEIGHTS, "vmin": -most, "vmax": most, "interpolation": "nearest"}
        if name == "nothing":
            look |= {"cmap": "gray", "vmin": 0}
        pictures[name] = out, look
    axes = _draw_kernels(figure, pictures, 1.5)
    last = axes[0][-1].images[0]
    bar = figure.colorbar(last, ax=axes, location="bottom", shrink=0.5, aspect=40)
    most = facts["strong"]["transposed"]
    bar.set_ticks([-most, 0, most], labels=["below 0", "0", "above 0"])
    bar.set_label("response, each picture on its own scale")
    figure.suptitle(DIGIT_TITLE)
    return figure


DIGIT_TITLE = "On a digit: Sobel's sign tells a stroke's left side from its right"

DIGIT = LectureFigure(
    id="filters-digit",
    topic="convolution",
    title=DIGIT_TITLE,
    lectures=("Guillot", "Makhmutova", "Olteanu"),
    measure=_measure_digit,
    draw=_draw_digit,
    caption="A handwritten {label} ({source}) under the four filters. Over empty paper "
    "({empty:.0%} of the places) every response is {most_empty:.0f}. Added up, the responses are "
    "the kernel's sum times the ink of {ink:.1f}: {totals[edge]:.1f} for edge detection, "
    "{totals[sharpen]:.1f} for sharpen. Sobel's sign tells the side: in {left_to_right} of {rows} "
    "rows the stroke begins below 0 and ends above.",
    alt="A handwritten {label} in white on black, and what four filters make of it, white where "
    "the response is 0. Edge detection: outlines. Sharpen: the digit, crisper. Sobel: left sides "
    "of strokes below 0, right sides above, in {left_to_right} of {rows} rows. Its transpose: "
    "upper and lower sides.",
    claims=(
        Claim("over empty paper every response is 0, exactly", lambda f: f["most_empty"] == 0),
        Claim(
            "responses add up to the kernel's sum, 0 or 1, times the ink, within 1e-9",
            lambda f: all(
                abs(total - f["sums"][name] * f["ink"]) < 1e-9 * f["ink"]
                for name, total in f["totals"].items()
            ),
        ),
        Claim(
            "Sobel: 100 % of the rows begin below 0 and end above it",
            lambda f: f["left_to_right"] == f["rows"] > 0,
        ),
    ),
    digits=True,
)

FIGURES: tuple[LectureFigure, ...] = (PHOTO, DIGIT)
