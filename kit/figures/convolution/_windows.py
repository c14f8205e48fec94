"""Where TensorFlow sets the windows of a filter along a row of inputs."""

from __future__ import annotations

import keras
import numpy as np

from kit.catalogue import Hidden, Quiz
from kit.catalogue.quiz import answers_in_words

WIDTH, FILTER, STEP = 13, 6, 5


def windows_of_tensorflow(padding: str) -> list[tuple[int, int]]:
    """First and last place of each window, as TensorFlow's own padding sets them.

    A row with a single 1, at each place in turn, meets a filter of the weights 1 to 6: the
    output that sees it is the weight on it, which tells where the window begins. Places are
    counted from 1; those under 1 or over 13 are padding.
    """
    ones = np.eye(WIDTH)[:, :, None]  # (examples, width, channels)
    weights = np.arange(1.0, FILTER + 1)[:, None, None]
    seen = np.asarray(keras.ops.conv(ones, weights, strides=STEP, padding=padding))[..., 0]
    windows = []
    for output in seen.T:  # (outputs, place of the 1)
        place = int(np.flatnonzero(output)[0])
        first = place + 1 - (int(output[place]) - 1)
        windows.append((first, first + FILTER - 1))
    return windows


WIDTH_QUIZ = Quiz(
    "Which padding is (1), which (2)?",
    answers_in_words("VALID", "SAME"),
    (Hidden(r": \d+ outputs?, .*"), Hidden(r"^dropped$")),
    caption="A filter of {filter} in steps of {stride} over {width} inputs.",
    alt="Two rows of {width} numbered cells with brackets beneath. (1): outputs over the inputs "
    "{valid[meets_in_words]}. (2): outputs over the inputs {same[meets_in_words]} and over zeros.",
    level=4,
)
