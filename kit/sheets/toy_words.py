"""What the first sheet of the toy convnet's spreadsheet says: its layers, and what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.sheets.workbook import Sheet

if TYPE_CHECKING:
    from kit.catalogue.claims import Facts

__all__ = ["write_words"]

LAYERS = (
    ("layer", "shape", "parameters", "a cell, as a formula", "in words"),
    ("image", "28×28", "none", "a number", "0 is paper, 1 is ink"),
    (
        "conv1", "26×26×2", "2·(3·3 + 1) = 20",
        "MAX(0, SUMPRODUCT(window, conv1_kernel_1) + conv1_bias_1)",
        "multiply nine pixels by nine weights, add up, add the bias; what is negative becomes 0",
    ),
    (
        "conv2", "24×24×2", "2·(2·3·3 + 1) = 38",
        "MAX(0, SUMPRODUCT(window, conv2_kernel_1_1) + "
        "SUMPRODUCT(window, conv2_kernel_1_2) + conv2_bias_1)",
        "each filter has a kernel for either map, and one bias",
    ),
    ("pool", "12×12×2", "none", "MAX(window of 2×2)", "the largest of four, whichever it is"),
    (
        "dense", "10", "10·(288 + 1) = 2,890",
        "SUMPRODUCT(pool_map_1, dense_7_1) + SUMPRODUCT(pool_map_2, dense_7_2) + dense_bias_7",
        "one sum of 288 products for each class",
    ),
    (
        "softmax", "10", "none", "EXP(z − MAX(sums)) / SUM(exponentials)",
        "positive, and together 1; the maximum is taken off so that no number gets too large",
    ),
)  # fmt: skip
TRIALS = (
    "Erase the bar of the 7, cell by cell. When does the answer change, and to what?",
    "Move the digit by two columns: copy it, empty the image, paste it beside. Which maps move "
    "with it? Does the answer stay?",
    "Set all nine weights of conv1_kernel_1 to 0. What is left of map 1, and can the network "
    "do without it?",
    "Type a Sobel kernel (1 0 -1, 2 0 -2, 1 0 -1) into conv1_kernel_1. Which edges are on map 1?",
    "Set conv1_bias_1 to -1, then to 1. What does ReLU let through?",
    "Empty the image. Which digit does the network see on empty paper, and how sure is it?",
    "Paste another digit over the image. Does the sheet agree with Keras?",
)


def write_words(sheet: Sheet, facts: Facts, network_sheet: str) -> None:
    """What this is, what each layer does, and what to try.

    Parameters
    ----------
    sheet
        An empty one.
    facts
        Of the data and the training.
    network_sheet
        What the sheet of the network is called.
    """
    sheet.say(0, 0, "A toy convnet in a spreadsheet", "title")
    sheet.height(0, 28)
    lines = (
        f"A network with {facts['parameters']:,} parameters, trained with Keras on "
        f"{facts['train']:,} handwritten digits ({facts['source']}), and computed here by "
        f"formulas alone. It reads {facts['accuracy']:.0%} of {facts['test']:,} other digits.",
        f"On the sheet {network_sheet} change a pixel, a weight or a bias: all that depends on it "
        "is computed again. Click on any cell to see how it is computed; Trace Precedents (in "
        "LibreOffice: Detective) draws what it reads.",
        "White is 0. Pixels are grey, activations blue, weights purple above 0 and orange below.",
    )
    row = 2
    for line in lines:
        sheet.join(row, 0, 2, 12, "text")
        sheet.say(row, 0, line)
        row += 2
    row += 1
    sheet.say(row, 0, "The layers", "heading")
    at = (0, 1, 2, 4, 12)
    for words in LAYERS:
        row += 1
        for column, text in zip(at, words, strict=True):
            sheet.say(row, column, text, "head" if words is LAYERS[0] else "left")
    row += 2
    sheet.say(row, 0, "What to try", "heading")
    for number, trial in enumerate(TRIALS, 1):
        row += 1
        sheet.say(row, 0, f"{number}. {trial}", "left")
    row += 2
    sheet.say(
        row,
        0,
        "The idea is Jeremy Howard's (fast.ai): a convnet that one can click through.",
        "note",
    )
    sheet.print_on_one_page()
