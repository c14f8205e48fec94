"""Pooling has no parameters, but it saves most of them"""

from __future__ import annotations

from typing import Any

import keras
import matplotlib.pyplot as plt

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.models import build_mnist_cnn
from kit.plots.styling import SERIES

LECTURES = ("Sridharan", "Olteanu")
CAPTION = (
    "The CNN for digits as it is, {total[pooled]:,} parameters, and without its two poolings, "
    "{total[unpooled]:,}: {times:.1f} times as many. Both convolutions are unchanged. What grows "
    "is the dense softmax layer, which reads {read[unpooled]:,} values instead of {read[pooled]:,}."
)
ALT = (
    "Bars of parameters, with pooling and without. conv1: {layers[pooled][conv1]:,} both times; "
    "conv2: {layers[pooled][conv2]:,} both times; the softmax layer {layers[pooled][o]:,} with "
    "pooling, {layers[unpooled][o]:,} without."
)
NOTES = Notes(
    look="Take both poolings out of the network. Which of its three layers with weights need more "
    "of them then: the first convolution, the second, or the softmax layer?",
    point="The softmax layer alone: {layers[unpooled][o]:,} parameters instead of "
    "{layers[pooled][o]:,}. In all there are {total[unpooled]:,}, {times:.1f} times as many.",
    misconception="A smaller image does not make a convolution smaller: its kernels have the same "
    "size everywhere. It only has fewer places to stop at, so that there is less to compute. And "
    "it is the stride that saves: pooling in steps of one would save nothing at all.",
)
CLAIMS = (
    Claim("total.pooled", "==", 83_466, "{limit:,} parameters with pooling"),
    Claim("times", ">", 6, "more than {limit} times as many without pooling"),
    Claim("total.unpooled", "==", 553_866, "{limit:,} parameters without pooling"),
    Claim(
        "convolutions.pooled",
        "==",
        words="the two convolutions have the same parameters either way",
        than="convolutions.unpooled",
    ),
    Claim("layers.unpooled.pools", "==", 0, "pooling itself has {limit} parameters"),
)
CONTROL = Control(stride=1, refutes="times", words="pooling in steps of 1")
QUIZ = Quiz(
    "How many parameters has the softmax layer: with pooling (1), without (2)?",
    (
        Answer("31,370 = (7·7·64 + 1)·10", r"\b31,370\b"),
        Answer("501,770 = (28·28·64 + 1)·10", r"\b501,770\b"),
    ),
)

WITH_AND_WITHOUT = {"pooled": "with pooling", "unpooled": "without pooling"}


def _layers(stride: int | None) -> tuple[dict[str, int], int]:
    """Parameters by layer of the CNN with pooling in such steps, or none; what the last reads."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    pools = 0
    for layer in build_mnist_cnn(seed=1).layers:
        how = layer.get_config()
        if isinstance(layer, keras.layers.MaxPooling2D):
            if stride is None:
                continue
            how |= {"strides": stride, "padding": "same"}
        model.add(type(layer).from_config(how))
        pools += model.layers[-1].count_params() if "pool" in layer.name else 0
    found = {name: int(model.get_layer(name).count_params()) for name in ("conv1", "conv2", "o")}
    return found | {"pools": int(pools)}, int(model.get_layer("o").kernel.shape[0])


def measure(lab: Lab, seed: int, stride: int = 2) -> tuple[Any, Facts]:
    """Parameters with pooling in steps of `stride`, and without; weights make no difference."""
    layers, read = {}, {}
    for way, step in (("pooled", stride), ("unpooled", None)):
        layers[way], read[way] = _layers(step)
    total = {way: sum(by_layer.values()) for way, by_layer in layers.items()}
    convolutions = {way: [one["conv1"], one["conv2"]] for way, one in layers.items()}
    times = total["unpooled"] / total["pooled"]
    facts = {"layers": layers, "read": read, "total": total, "times": times}
    return None, facts | {"convolutions": convolutions}


def draw(data: Any, facts: Facts) -> Any:
    """Two bars for each layer with weights, and two for all of them."""
    figure, ax = plt.subplots()
    names = {"conv1": "conv1", "conv2": "conv2", "o": "softmax\nlayer", "total": "in all"}
    for row, name in enumerate(names):
        for k, (way, words) in enumerate(WITH_AND_WITHOUT.items()):
            count = facts["total"][way] if name == "total" else facts["layers"][way][name]
            at = row + 0.42 * (k - 0.5)
            look: dict[str, Any] = {"color": SERIES[k][0], "height": 0.38}
            bar = ax.barh(at, count / 1e3, **look)[0]
            bar.set(hatch="//" if k else None, edgecolor=plt.rcParams["axes.facecolor"])
            ax.annotate(
                f"{count:,} {words}", (count / 1e3, at), xytext=(6, 0),
                textcoords="offset points", va="center",
            )  # fmt: skip
    ax.set_yticks(range(len(names)), list(names.values()))
    ax.invert_yaxis()
    ax.set(xlabel="parameters (thousands)", xlim=(0, 800))
    ax.grid(True, axis="x")
    ax.grid(False, axis="y")
    return figure
