"""Nine numbers decide which edges a filter sees"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._kernels import KERNELS, KERNELS_QUIZ, draw_kernels, responses
from kit.plots.margins import write_note

LECTURES = ("Guillot", "Makhmutova", "Olteanu")
CAPTION = (
    "A photograph ({rows}×{columns} pixels of china.jpg, which scikit-learn ships; by "
    "danielbuechele, CC BY 2.0; grey as {luminance[0]} R + {luminance[1]} G + {luminance[2]} B, "
    "after ITU-R BT.601) under four filters. A flat patch of grey 0.5 gives {flat[edge]:.1f} with "
    "the edge filter, {flat[sobel]:.1f} with Sobel's and {flat[sharpen]:.1f} with sharpen, as the "
    "kernels' sums {sums[edge]}, {sums[sobel]} and {sums[sharpen]} say. The sky answers the edge "
    "filter with {sky:.0%} of what the tower does; sharpening makes neighbouring pixels "
    "{sharper:.1f} times as different. Among the posts Sobel's filter answers {posts:.1f} times as"
    " strongly as its transpose, along the beam below them {beam:.1f} times."
)
ALT = (
    "Five grey pictures of a tower with curved roofs over a lake, above the kernels that made "
    "them. Original; edge detection, white outlines on black, {weak:.0%} of it darker than a "
    "quarter; sharpen, the same picture with crisp detail; Sobel, where posts and the tower's "
    "sides are white; its transpose, where roofs and beams are."
)
NOTES = Notes(
    look="Cover the kernels and point at the posts, then at the beam below them. Which of the "
    "filters sees the ones, which the other? Let them match pictures and kernels.",
    point="At the posts Sobel's filter answers {posts:.1f} times as strongly as its transpose, "
    "along the beam {beam:.1f} times. The sky, which is nearly flat, gives the edge filter "
    "{sky:.0%} of what the tower gives.",
    misconception="A filter does not know what a post is. It answers to a change of brightness in "
    "one direction, wherever that comes from. And nobody draws such kernels for a network: it "
    "learns its own, and they need not look like these.",
)
CLAIMS = (
    Claim(
        "flat_apart",
        "<",
        1e-12,
        "a flat patch of 0.5 gives 0.5 times the kernel's sum, within {limit}",
    ),
    Claim(
        "sums",
        "==",
        {"nothing": 1, "edge": 0, "sharpen": 1, "sobel": 0, "transposed": 0},
        "which is {limit[edge]} for edge and Sobel, {limit[sharpen]} for sharpen",
    ),
    Claim("sky", "<", 0.1, "the sky's edges are under {percent:g} % of the tower's"),
    Claim("sharper", ">", 2, "sharpening makes neighbours over {limit} times as different"),
    Claim(
        "posts",
        ">",
        2,
        "Sobel answers the posts over {limit} times as strongly as its transpose does",
    ),
    Claim("beam", "<", 0.5, "and the beam under {limit} times"),
)
QUIZ = KERNELS_QUIZ

LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601
# Source: scikit-learn's china.jpg, by danielbuechele (flickr.com/photos/danielbuechele/6061409035),
# CC BY 2.0, which asks to name the author and the changes: the figure and its caption do.
# The parts of the cropped photograph that the claims compare, as rows and columns:
SKY = (slice(0, 60), slice(180, 290))
POSTS = (slice(176, 198), slice(60, 250))
BEAM = (slice(206, 238), slice(60, 250))


def _flat(grey: float) -> dict[str, float]:
    """What each kernel makes of a patch that is `grey` all over."""
    return {name: float(out[0, 0]) for name, out in responses(np.full((3, 3), grey)).items()}


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    photo = load_sample_image("china.jpg")[20:420, 60:360] / 255  # (400, 300, 3)
    grey = photo @ np.array(LUMINANCE)
    found = responses(grey)
    strength = {name: np.abs(out) for name, out in found.items()}
    white = {n: float(np.quantile(strength[n], 0.99)) for n in ("edge", "sobel", "transposed")}
    pictures = {n: (np.clip(strength[n] / most, 0, 1)) for n, most in white.items()}
    pictures |= {n: np.clip(found[n], 0, 1) for n in ("nothing", "sharpen")}
    tower = strength["edge"][100:300, 70:270]

    def steps(image: Any) -> float:
        return float(np.abs(np.diff(image, axis=1)).mean())

    def along(part: Any) -> float:
        return float(strength["sobel"][part].mean() / strength["transposed"][part].mean())

    flat = _flat(0.5)
    facts = {
        "rows": grey.shape[0],
        "columns": grey.shape[1],
        "luminance": list(LUMINANCE),
        "sums": {name: int(np.sum(kernel)) for name, kernel in KERNELS.items()},
        "flat": flat,
        "flat_apart": {n: abs(flat[n] - 0.5 * float(np.sum(k))) for n, k in KERNELS.items()},
        "white": white,
        "weak": float((strength["edge"] < white["edge"] / 4).mean()),
        "sky": float(strength["edge"][SKY].mean() / tower.mean()),
        "sharper": steps(found["sharpen"]) / steps(found["nothing"]),
        "beyond": float(((found["sharpen"] < 0) | (found["sharpen"] > 1)).mean()),
        "posts": along(POSTS),
        "beam": along(BEAM),
    }
    return pictures, facts


def draw(data: Any, facts: Facts) -> Any:
    figure = plt.figure()
    look = {"cmap": "gray", "vmin": 0, "vmax": 1}
    draw_kernels(figure, {name: (picture, look) for name, picture in data.items()}, 2.2)
    write_note(
        figure,
        "Edge and Sobel: strength |response|, white for the strongest 1%. Sharpen: cut to "
        "black and white.\nPhotograph: danielbuechele, CC BY 2.0, cropped and made grey.",
    )
    return figure
