"""The toy convnet as a spreadsheet: maps, sums and probabilities are formulas of the image's cells.

What the deck's own spreadsheet (J. Howard, fast.ai) is for, with this kit's network and digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kit.catalogue import digit_experiments, over_seeds
from kit.catalogue.lab import Lab
from kit.sheets.toy_words import write_words
from kit.sheets.workbook import (
    BLUE,
    INK,
    LIGHT_BLUE,
    ORANGE,
    PAPER,
    PURPLE,
    Book,
    Sheet,
    area,
    cell,
)

if TYPE_CHECKING:
    from kit.catalogue.claims import Facts

__all__ = ["TrainedToy", "fill", "forward", "train_toy", "trained_toy"]

SEED = 1
NETWORK_SHEET, DENSE_SHEET, DIGITS_SHEET = "Network", "Dense weights", "Digits"
TOP, BAND = 6, 33  # the first row of the upper maps, and from there to the lower ones
IMAGE_AT, KERNEL1_AT, MAP1_AT, KERNEL2_AT, MAP2_AT, POOL_AT, DENSE_AT = 1, 31, 36, 64, 69, 95, 109
SIDE, SIDE1, SIDE2, SIDE_POOLED, FILTERS, CLASSES = 28, 26, 24, 12, 2, 10


@dataclass(frozen=True)
class TrainedToy:
    """The trained toy convnet, and what Keras says of some digits.

    Attributes
    ----------
    weights
        By layer (conv1, conv2, o) its kernel and its bias, float32 as Keras has them.
    images, labels
        The first test digit of each class (10, 28, 28), in [0, 1], and what it is; the first 7
        is the one of the figure.
    probabilities
        Keras's softmax for each (10, 10).
    facts
        Of the data and the training.
    """

    weights: dict[str, tuple[np.ndarray, np.ndarray]]
    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    facts: Facts

    @property
    def shown(self) -> int:
        """Place of the digit that the image begins with."""
        return int(np.flatnonzero(self.labels == digit_experiments.SHOWN_DIGIT)[0])


def train_toy(seed: int) -> TrainedToy:
    """Train the toy convnet as the lecture figures do, and keep all its weights.

    Parameters
    ----------
    seed
        Of its weights and batches.
    """
    from kit.models import build_toy_convnet

    digits = digit_experiments.load_digits()
    model = build_toy_convnet(initializer="he_normal", seed=seed)
    epochs = 3 if len(digits.x_train) > 5_000 else 6  # as the figures have it
    how = {"epochs": epochs, "batch_size": digit_experiments.BATCH}
    over_seeds.trained([model], digits.x_train, digits.y_train, [{"seed": seed}], **how)
    places = [int(np.flatnonzero(digits.y_test == k)[0]) for k in range(CLASSES)]
    images = digits.x_test[places]
    outputs = np.asarray(model(digits.x_test, training=False))
    layers = {name: model.get_layer(name) for name in ("conv1", "conv2", "o")}
    return TrainedToy(
        {name: (one.kernel.numpy(), one.bias.numpy()) for name, one in layers.items()},
        images[..., 0],
        digits.y_test[places],
        np.asarray(model(images, training=False)),
        {
            **digits.facts,
            "epochs": epochs,
            "parameters": int(model.count_params()),
            "accuracy": float(np.mean(outputs.argmax(axis=1) == digits.y_test)),
        },
    )


def trained_toy(lab: Lab) -> TrainedToy:
    """The same, of the spreadsheet's seed, from the lab's cache where it is there."""
    found: TrainedToy = lab.run(train_toy, seed=SEED)
    return found


def forward(
    weights: dict[str, tuple[np.ndarray, np.ndarray]], image: np.ndarray
) -> dict[str, np.ndarray]:
    """What the formulas compute, in NumPy and float64.

    Parameters
    ----------
    weights
        As `TrainedToy` has them.
    image
        (28, 28).

    Returns
    -------
    dict
        ``conv1`` (26, 26, 2), ``conv2`` (24, 24, 2), ``pool`` (12, 12, 2), ``z``,
        ``exponentials`` and ``softmax`` (10,).
    """
    maps, found = np.asarray(image, float)[..., None], {}
    for name in ("conv1", "conv2"):
        kernel, bias = (one.astype(float) for one in weights[name])
        windows = np.lib.stride_tricks.sliding_window_view(maps, (3, 3), axis=(0, 1))
        # (rows, columns, channels, 3, 3) with (3, 3, channels, filters)
        maps = np.maximum(np.einsum("ijcmn,mncf->ijf", windows, kernel) + bias, 0)
        found[name] = maps
    pooled = maps.reshape(SIDE_POOLED, 2, SIDE_POOLED, 2, FILTERS).max(axis=(1, 3))
    kernel, bias = weights["o"]
    z = pooled.ravel() @ kernel.astype(float) + bias
    exponentials = np.exp(z - z.max())
    last = {"z": z, "exponentials": exponentials, "softmax": exponentials / exponentials.sum()}
    return found | {"pool": pooled} | last


def fill(book: Book, toy: TrainedToy) -> None:
    """Write the sheets: words, the network, its dense weights, and ten digits to try.

    Parameters
    ----------
    book
        A new one.
    toy
        As from `trained_toy`.
    """
    found = forward(toy.weights, toy.images[toy.shown])
    book.tell(
        "A toy convnet in a spreadsheet",
        "Change a pixel, a weight or a bias on the sheet Network, and all is computed again.",
    )
    start = book.sheet("Start here", width=13, height=18)
    network = book.sheet(NETWORK_SHEET, zoom=55)
    write_words(start, toy.facts, NETWORK_SHEET)
    _write_image(network, toy, found["softmax"])
    _write_convolutions(network, toy, found)
    _write_pool(network, found)
    _write_output(network, toy, found)
    _write_dense_weights(book.sheet(DENSE_SHEET, zoom=70), toy)
    _write_digits(book.sheet(DIGITS_SHEET, zoom=60), toy)
    start.start_here()


def _band(filter_: int) -> int:
    """The first row of the maps of a filter, 0 or 1."""
    return TOP + BAND * filter_


def _write_image(sheet: Sheet, toy: TrainedToy, softmax: np.ndarray) -> None:
    """Title, the image's cells, and the answer under them."""
    sheet.say(0, IMAGE_AT, "A toy convnet reads a digit", "title")
    words = "Change cells of the image, a kernel or a bias: all to the right is computed again."
    sheet.say(1, IMAGE_AT, words, "note")
    sheet.height(0, 28)
    _heading(
        sheet, TOP, IMAGE_AT, "Image", f"{SIDE}×{SIDE} pixels, 0 (paper) to 1 (ink): type here"
    )
    sheet.numbers(TOP, IMAGE_AT, toy.images[toy.shown], "pixel")
    sheet.name_cells("image", TOP, IMAGE_AT, SIDE, SIDE)
    where = area(TOP, IMAGE_AT, SIDE, SIDE)
    sheet.white_above(where, 0.5)
    sheet.colour(where, 0, 1, (PAPER, INK))
    sheet.warn_outside(where, 0, 1, "The network has only seen pixels from 0 to 1.")
    row = _band(1)
    _heading(sheet, row, IMAGE_AT, "The answer", "the class with the largest probability")
    sheet.join(row, IMAGE_AT, 8, 10, "answer")
    label, share = softmax.argmax(), softmax.max()
    largest = "MATCH(MAX(probabilities),probabilities,0)"
    sheet.formulas(row, IMAGE_AT, [[f"INDEX(classes,{largest})"]], np.array([[label]]), "answer")
    sheet.name_cells("answer", row, IMAGE_AT)
    sheet.say(row + 2, IMAGE_AT + 12, "probability", "label")
    sheet.join(row + 3, IMAGE_AT + 12, 3, 8, "share")
    sheet.formulas(row + 3, IMAGE_AT + 12, [["MAX(probabilities)"]], np.array([[share]]), "share")
    sheet.name_cells("probability", row + 3, IMAGE_AT + 12)
    sheet.say(
        row + 10, IMAGE_AT, f"Other digits to paste here are on the sheet {DIGITS_SHEET}.", "note"
    )
    sheet.keep_rows(3)
    sheet.print_on_one_page()


def _heading(sheet: Sheet, row: int, column: int, title: str, note: str) -> None:
    """Two lines above a block whose first row is `row`."""
    sheet.say(row - 2, column, title, "heading")
    sheet.say(row - 1, column, note, "note")


def _write_convolutions(sheet: Sheet, toy: TrainedToy, found: dict[str, np.ndarray]) -> None:
    """For each filter its kernels, its bias and its map: the maximum of 0 and z."""
    places = {"conv1": (KERNEL1_AT, MAP1_AT, SIDE1), "conv2": (KERNEL2_AT, MAP2_AT, SIDE2)}
    for name, (kernel_at, map_at, side) in places.items():
        kernel, bias = toy.weights[name]
        limit = float(np.abs(kernel).max())
        channels = kernel.shape[2]
        for k in range(FILTERS):
            row = _band(k)
            # what a window is taken from: the image, or both maps of the layer before
            sources = (
                [(TOP, IMAGE_AT)]
                if name == "conv1"
                else [(_band(channel), MAP1_AT) for channel in range(channels)]
            )
            kernels = [_name(name, "kernel", k, channel, channels) for channel in range(channels)]
            _heading(sheet, row, kernel_at, f"filter {k + 1}", name)
            for channel in range(channels):
                top = row + 1 + 6 * channel
                read = "reads the image" if channels == 1 else f"reads map {channel + 1}"
                sheet.say(top - 1, kernel_at, read, "note")
                sheet.numbers(top, kernel_at, kernel[:, :, channel, k], "edited")
                sheet.name_cells(kernels[channel], top, kernel_at, 3, 3)
                _signed(sheet, area(top, kernel_at, 3, 3), limit)
            under = row + 1 + 6 * channels
            sheet.say(under - 1, kernel_at, "bias", "note")
            sheet.numbers(under, kernel_at, bias[k].reshape(1, 1), "edited")
            sheet.name_cells(_name(name, "bias", k), under, kernel_at)
            formulas = [
                [
                    f"MAX(0,{_products(sources, kernels, i, j)}+{_name(name, 'bias', k)})"
                    for j in range(side)
                ]
                for i in range(side)
            ]
            note = f"{side}×{side}: MAX(0, z), which is ReLU"
            _heading(sheet, row, map_at, f"{name}, map {k + 1}", note)
            values = found[name][:, :, k]
            sheet.formulas(row, map_at, formulas, values, "map")
            sheet.name_cells(_name(name, "map", k), row, map_at, side, side)
            _active(sheet, area(row, map_at, side, side), float(found[name].max()))


def _products(sources: list[tuple[int, int]], kernels: list[str], i: int, j: int) -> str:
    """The sum of the products of a window, or of one in each map, with its kernel."""
    return "+".join(
        f"SUMPRODUCT({area(top + i, left + j, 3, 3)},{kernel})"
        for (top, left), kernel in zip(sources, kernels, strict=True)
    )


def _name(layer: str, what: str, filter_: int, channel: int = 0, channels: int = 1) -> str:
    """What a block of cells is called in formulas."""
    of = f"_{channel + 1}" if channels > 1 else ""
    return f"{layer}_{what}_{filter_ + 1}{of}"


def _signed(sheet: Sheet, where: str, limit: float) -> None:
    sheet.colour(where, -limit, limit, (ORANGE, PAPER, PURPLE))


def _active(sheet: Sheet, where: str, largest: float) -> None:
    sheet.white_above(where, 0.6 * largest)
    sheet.colour(where, 0, largest, (PAPER, BLUE))


def _write_pool(sheet: Sheet, found: dict[str, np.ndarray]) -> None:
    """The maximum of each 2x2 window, which do not overlap."""
    for k in range(FILTERS):
        row = _band(k)
        formulas = [
            [f"MAX({area(row + 2 * i, MAP2_AT + 2 * j, 2, 2)})" for j in range(SIDE_POOLED)]
            for i in range(SIDE_POOLED)
        ]
        note = f"{SIDE_POOLED}×{SIDE_POOLED}: the largest of 2×2"
        _heading(sheet, row, POOL_AT, f"pool, map {k + 1}", note)
        sheet.formulas(row, POOL_AT, formulas, found["pool"][:, :, k], "map")
        sheet.name_cells(f"pool_map_{k + 1}", row, POOL_AT, SIDE_POOLED, SIDE_POOLED)
        where = area(row, POOL_AT, SIDE_POOLED, SIDE_POOLED)
        _active(sheet, where, float(found["conv2"].max()))


def _write_output(sheet: Sheet, toy: TrainedToy, found: dict[str, np.ndarray]) -> None:
    """The dense sums, softmax step by step, and what Keras said of the digit at the beginning."""
    at, keras_at = DENSE_AT, DENSE_AT + 5
    note = f"10 sums of 288 products: weights on the sheet {DENSE_SHEET}"
    _heading(sheet, TOP - 1, at, "Dense layer and softmax", note)
    sheet.columns(at, at + 4, 11)
    sheet.columns(keras_at, keras_at, 26)
    began = f"Keras, for the {toy.labels[toy.shown]} of the beginning"
    for j, words in enumerate(("class", "z", "e^(z − max)", "softmax", "", began)):
        sheet.say(TOP - 1, at + j, words, "column")
    rows = [TOP + k for k in range(CLASSES)]
    sheet.numbers(TOP, at, np.arange(CLASSES).reshape(-1, 1), "label")
    products = [
        f"SUMPRODUCT(pool_map_1,dense_{k}_1)+SUMPRODUCT(pool_map_2,dense_{k}_2)+dense_bias_{k}"
        for k in range(CLASSES)
    ]
    exponentials = [f"EXP({cell(row, at + 1)}-MAX(sums))" for row in rows]
    shares = [f"{cell(row, at + 2)}/SUM(exponentials)" for row in rows]
    columns = (
        ("sums", products, "z", "sum"),
        ("exponentials", exponentials, "exponentials", "sum"),
        ("probabilities", shares, "softmax", "percent"),
    )
    sheet.name_cells("classes", TOP, at, CLASSES)
    for j, (name, formulas, key, look) in enumerate(columns, 1):
        values = found[key].reshape(-1, 1)
        sheet.formulas(TOP, at + j, [[formula] for formula in formulas], values, look)
        sheet.name_cells(name, TOP, at + j, CLASSES)
    sheet.bars(area(TOP, at + 3, CLASSES, 1), LIGHT_BLUE)
    said = toy.probabilities[toy.shown].reshape(-1, 1)
    sheet.numbers(TOP, keras_at, said, "percent")
    sheet.name_cells("keras_said", TOP, keras_at, CLASSES)


def _write_dense_weights(sheet: Sheet, toy: TrainedToy) -> None:
    """For each class a weight for every pixel of both pooled maps, and a bias."""
    kernel, bias = toy.weights["o"]
    # flattened row by row, the maps of a place beside each other
    weights = kernel.reshape(SIDE_POOLED, SIDE_POOLED, FILTERS, CLASSES)
    limit = float(np.abs(kernel).max())
    sheet.say(0, 1, "Dense weights: one for every pooled pixel and class", "title")
    words = "Each class has a picture of what speaks for it (purple) and against it (orange)."
    sheet.say(1, 1, words, "note")
    sheet.height(0, 28)
    for k in range(CLASSES):
        row, left = 5 + 17 * (k % 5), 1 + 33 * (k // 5)
        for j in range(FILTERS):
            at = left + 13 * j
            _heading(sheet, row, at, f"class {k}" if j == 0 else "", f"for pool, map {j + 1}")
            sheet.numbers(row, at, weights[:, :, j, k], "edited")
            sheet.name_cells(f"dense_{k}_{j + 1}", row, at, SIDE_POOLED, SIDE_POOLED)
            _signed(sheet, area(row, at, SIDE_POOLED, SIDE_POOLED), limit)
        sheet.say(row, left + 26, "bias", "note")
        sheet.numbers(row + 1, left + 26, bias[k].reshape(1, 1), "edited")
        sheet.name_cells(f"dense_bias_{k}", row + 1, left + 26)
    sheet.print_on_one_page()


def _write_digits(sheet: Sheet, toy: TrainedToy) -> None:
    """Ten digits, to be copied onto the image."""
    sheet.say(0, 1, "Digits to try", "title")
    place = f"{cell(TOP, IMAGE_AT)} of the sheet {NETWORK_SHEET}"
    sheet.say(1, 1, f"Copy the 28×28 cells of one, and paste their values at {place}.", "note")
    sheet.height(0, 28)
    for k, image in enumerate(toy.images):
        row, left = 5 + 32 * (k // 5), 1 + 30 * (k % 5)
        taken, share = toy.probabilities[k].argmax(), toy.probabilities[k].max()
        note = f"Keras: {taken}, {share:.1%}"
        _heading(sheet, row, left, f"a {toy.labels[k]}", note)
        sheet.numbers(row, left, image, "pixel")
        sheet.name_cells(f"digit_{toy.labels[k]}", row, left, SIDE, SIDE)
        where = area(row, left, SIDE, SIDE)
        sheet.white_above(where, 0.5)
        sheet.colour(where, 0, 1, (PAPER, INK))
    sheet.print_on_one_page()
