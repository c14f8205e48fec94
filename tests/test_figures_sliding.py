"""The figures on sliding, padding and channels: facts against a double loop, artists against facts.

The oracle is a plain loop in Python; where a lecture prints the numbers, they stand here.
"""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from kit.board.stage import new_stage, place
from kit.board.volumes import plot_volume
from kit.figures.convolution._worked import whole
from kit.plots import style

IDS = [
    *("conv-sliding-kernel", "conv-second-example", "conv-padding-stride", "conv-width-13"),
    *("conv-full-padding", "conv-output-size", "conv-channels", "conv-filter-depth"),
    "conv-receptive-field",
]
FIRST = np.array(
    [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
)
FIRST_KERNEL = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
SECOND = np.array(
    [[0, 1, 2, 1, 0], [4, 1, 0, 1, 0], [2, 0, 1, 1, 1], [1, 2, 3, 1, 0], [0, 4, 3, 2, 0]]
)
SECOND_KERNEL = np.array([[0, 1, 0], [1, 0, 1], [2, 1, 0]])


def slide(image, kernel, stride=1, zeros=(0, 0)):
    """Cross-correlation by loops."""
    padded = np.pad(image, zeros)
    high, wide = kernel.shape
    rows = range(0, padded.shape[0] - high + 1, stride)
    columns = range(0, padded.shape[1] - wide + 1, stride)
    return [
        [
            int(sum(padded[i + m, j + n] * kernel[m, n] for m in range(high) for n in range(wide)))
            for j in columns
        ]
        for i in rows
    ]


def all_axes(drawing):
    return drawing.findobj(plt.Axes)


def cells_of(ax):
    """The numbers that stand in the cells of a matrix, as they are drawn: {(row, column): text}."""
    return {
        (int(text.get_position()[1]), int(text.get_position()[0])): text.get_text()
        for text in ax.texts
        if not text.get_text().startswith("×")
    }


def matrices_of(drawing):
    """Every matrix drawn whose cells are all numbers, as nested lists of int."""
    found = []
    for ax in all_axes(drawing):
        cells = cells_of(ax)
        words = [one.replace("−", "-") for one in cells.values()]
        if not cells or not all(re.fullmatch(r"-?\d+", one) for one in words):
            continue
        numbers = dict(zip(cells, map(int, words), strict=True))
        rows, columns = (max(place[k] for place in numbers) + 1 for k in (0, 1))
        assert len(numbers) == rows * columns
        found.append([[numbers[i, j] for j in range(columns)] for i in range(rows)])
    return found


def words_of(drawing):
    return "\n".join(text.get_text() for text in drawing.findobj(plt.Text))


# the worked examples


def test_the_sliding_example_has_the_numbers_of_the_lecture(measured):
    facts = measured("conv-sliding-kernel")[1]
    assert facts["output"] == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    assert facts["output"] == slide(FIRST, FIRST_KERNEL)
    assert facts["spelled"] == "0·0 + 1·1 + 3·2 + 1·2 + 2·2 + 2·0 + 0·0 + 0·1 + 2·2"
    terms = [eval(one.replace("·", "*")) for one in facts["spelled"].split(" + ")]
    assert sum(terms) == facts["middle"] == 17


def test_each_of_the_nine_stops_shows_its_products(measured, drawn):
    data, facts = measured("conv-sliding-kernel")
    drawing = drawn("conv-sliding-kernel")
    titles = [ax.get_title() for ax in all_axes(drawing) if "=" in ax.get_title()]
    assert len(titles) == facts["stops"] == 9
    for (i, j), title in zip(itertools.product(range(3), repeat=2), titles, strict=True):
        terms, total = title.split(" = ")
        products = FIRST[i : i + 3, j : j + 3] * FIRST_KERNEL
        assert terms == "+".join(str(one) for one in products.ravel())
        assert int(total) == products.sum() == facts["output"][i][j]
    assert matrices_of(drawing).count(FIRST.tolist()) == 9
    assert facts["output"] in matrices_of(drawing)
    assert data["products"][1][1] == [0, 1, 6, 2, 4, 0, 0, 0, 4]


def test_each_stop_frames_its_own_window(drawn):
    windows = []
    for ax in all_axes(drawn("conv-sliding-kernel")):
        weights = [text.get_text() for text in ax.texts if text.get_text().startswith("×")]
        if weights:
            assert weights == [f"×{one}" for one in FIRST_KERNEL.ravel()]
            frame = ax.patches[-1]
            windows.append((frame.get_y(), frame.get_x(), frame.get_height(), frame.get_width()))
    assert windows == [(i, j, 3, 3) for i in range(3) for j in range(3)]


def test_the_second_example_has_the_numbers_of_the_lecture(measured, drawn):
    data, facts = measured("conv-second-example")
    assert facts["output"] == [[9, 5, 4], [8, 8, 10], [8, 15, 12]]
    assert facts["output"] == slide(SECOND, SECOND_KERNEL)
    assert facts["flipped"] == slide(SECOND, SECOND_KERNEL[::-1, ::-1])
    assert facts["differ"] == (np.array(facts["output"]) != np.array(facts["flipped"])).sum() == 8
    assert data["products"] == [
        (SECOND[:3, :3] * SECOND_KERNEL).tolist(),
        (SECOND[2:, 1:4] * SECOND_KERNEL).tolist(),
    ]
    drawing = drawn("conv-second-example")
    shown = matrices_of(drawing)
    for matrix in (SECOND.tolist(), SECOND_KERNEL.tolist(), facts["output"], facts["flipped"]):
        assert matrix in shown
    assert all(products in shown for products in data["products"])
    assert "sum 9" in words_of(drawing) and "sum 15" in words_of(drawing)


def test_flipping_is_true_convolution(measured):
    from scipy.signal import convolve2d

    flipped = convolve2d(SECOND, SECOND_KERNEL, mode="valid")
    assert measured("conv-second-example")[1]["flipped"] == flipped.tolist()


@pytest.mark.parametrize(
    ("way", "stride", "zeros"),
    [("valid_1", 1, 0), ("same_1", 1, 1), ("valid_2", 2, 0), ("same_2", 2, 1)],
)
def test_padding_and_stride_against_the_loop(way, stride, zeros, measured, drawn):
    data, facts = measured("conv-padding-stride")
    assert facts["output"][way] == slide(SECOND, SECOND_KERNEL, stride, (zeros, zeros))
    assert data[way] == np.pad(SECOND, zeros).tolist()
    shown = matrices_of(drawn("conv-padding-stride"))
    assert facts["output"][way] in shown and data[way] in shown


def test_a_dot_for_every_stop(measured, drawn):
    dots = [
        len([line for line in ax.lines if line.get_marker() == "o"])
        for ax in all_axes(drawn("conv-padding-stride"))
    ]
    widths = measured("conv-padding-stride")[1]["out_width"].values()
    assert [n for n in dots if n] == [width**2 for width in widths] == [9, 25, 4, 9]


def test_width_13_is_the_lecture_s(measured, drawn):
    facts = measured("conv-width-13")[1]
    assert facts["valid"]["windows"] == [[1, 6], [6, 11]]
    assert facts["valid"]["dropped"] == [12, 13]
    assert facts["same"]["windows"] == [[0, 5], [5, 10], [10, 15]]
    assert facts["same"]["zeros"] == [1, 2]
    drawing = drawn("conv-width-13")
    words = words_of(drawing)
    assert words.count("zero\n") + words.endswith("zero") == 3
    for part in ("output 2 meets 6 to 11", "output 3 meets 10 to 13", "inputs 12 and 13"):
        assert part in words
    hatched = [p for ax in all_axes(drawing) for p in ax.patches if p.get_hatch()]
    assert [patch.get_x() + 1 for patch in hatched] == [12, 13]


def test_brackets_lie_under_the_inputs_that_they_name(measured, drawn):
    facts = measured("conv-width-13")[1]
    stage = drawn("conv-width-13").axes[0]
    ends = [(line.get_xdata()[0], line.get_xdata()[-1]) for line in stage.lines]
    windows = facts["valid"]["windows"] + facts["same"]["windows"]
    cells = [inner for inner in stage.child_axes]
    origin = cells[0].get_window_extent().x0
    for (first, last), (left, right) in zip(windows, ends, strict=True):
        pixels = [
            cells[0].transData.transform((place, 0))[0] for place in (first - 1, last)
        ]  # input k stands from k - 1 to k in the upper row
        drawn_at = [stage.transData.transform((x, 0))[0] for x in (left, right)]
        cell = cells[0].transData.transform((1, 0))[0] - origin
        assert pixels[0] < drawn_at[0] < pixels[0] + 0.3 * cell
        assert pixels[1] - 0.3 * cell < drawn_at[1] < pixels[1]


def test_full_padding_against_the_loop(measured, drawn):
    data, facts = measured("conv-full-padding")
    assert facts["output"] == slide(FIRST, FIRST_KERNEL, 1, (2, 2))
    ones = slide(np.ones((5, 5), int), np.ones((3, 3), int), 1, (2, 2))
    assert facts["met"] == ones and facts["out_width"] == 7 and facts["zeros_per_axis"] == 4
    assert facts["corners"] == [6, 0, 4, 0] and facts["first"] == "3·2 = 6"
    shown = matrices_of(drawn("conv-full-padding"))
    assert all(matrix in shown for matrix in (data, facts["output"], facts["met"]))


def test_output_sizes_against_counting_the_stops(measured):
    facts = measured("conv-output-size")[1]
    fit = refused = 0
    for stride, padding in itertools.product((1, 2, 3), (0, 1, 2)):
        row = facts["sizes"][str(stride)][str(padding)]
        for width, size in zip(facts["widths"], row, strict=True):
            wide = width + 2 * padding
            stops = [at for at in range(wide) if at % stride == 0 and at + 3 <= wide]
            ends_at_the_edge = stops[-1] + 3 == wide
            assert size == (len(stops) if ends_at_the_edge else None)
            fit, refused = fit + ends_at_the_edge, refused + (not ends_at_the_edge)
    assert (facts["fit"], facts["refused"]) == (fit, refused) == (77, 49)


def test_crosses_stand_where_sizes_do_not_fit(measured, drawn):
    facts = measured("conv-output-size")[1]
    crosses, marks = 0, 0
    for ax, stride in zip(drawn("conv-output-size").axes, (1, 2, 3), strict=True):
        for line in ax.lines:
            if line.get_marker() == "x":
                crosses += len(line.get_xdata())
                assert all(value != round(value) for value in line.get_ydata())
            elif line.get_marker() in "os^" and line.get_fillstyle() != "none":
                padding = str("os^".index(line.get_marker()))
                sizes = facts["sizes"][str(stride)][padding]
                known = dict(zip(facts["widths"], sizes, strict=True))
                assert [known[w] for w in line.get_xdata()] == list(line.get_ydata())
                marks += len(line.get_xdata())
    assert (marks, crosses) == (facts["fit"], facts["refused"])


# channels, depth, receptive fields


def test_channels_against_the_loop(measured, drawn):
    from kit.figures.convolution import conv_channels as channels

    facts = measured("conv-channels")[1]
    each = [
        slide(np.array(image), np.array(kernel))
        for image, kernel in (
            (channels.RED, channels.RED_KERNEL),
            (channels.GREEN, channels.GREEN_KERNEL),
            (channels.BLUE, channels.BLUE_KERNEL),
        )
    ]
    total = np.sum(each, axis=0)
    assert facts["each"] == each and facts["sum"] == total.tolist()
    assert facts["result"] == facts["of_layer"] == (total - 3).tolist()
    drawing = drawn("conv-channels")
    shown = matrices_of(drawing)
    assert all(matrix in shown for matrix in (*each, facts["sum"], facts["result"]))
    assert "−2 + 7 − 1 = 4" in words_of(drawing) and "28 parameters" in words_of(drawing)


def test_depths_and_parameters_are_those_of_the_lecture(measured, drawn):
    facts = measured("conv-filter-depth")[1]
    small, deep = facts["examples"]
    assert small["filter"] == [5, 5, 3] and deep["filter"] == [5, 5, 20]
    assert (small["parameters"], deep["parameters"]) == (5 * 5 * 3 + 1, 5 * 5 * 20 + 1)
    assert (small["all_parameters"], deep["all_parameters"]) == (12 * 76, 5 * 501)
    assert small["volume"] == [32, 32, 12] and deep["volume"] == [16, 16, 5]
    assert (facts["dense"], facts["dense_on_large"]) == (3072, 120_000)
    drawing = drawn("conv-filter-depth")
    words = words_of(drawing)
    for part in ("75 weights + 1 bias = 76", "32×32×12", "16×16×5", "3,072", "120,000"):
        assert part in words
    assert [bar.get_width() for bar in drawing.axes[1].patches] == [75, 75, 3072, 120_000]


@pytest.mark.parametrize("kernel", [3, 5])
def test_fields_against_perturbation(kernel):
    """Change one pixel after the other, see whether the middle output of two layers changes."""
    from kit.figures.convolution import _fields

    model = _fields.plain_stack(kernel, 2)
    seen = _fields.seen_pixels(model, ["layer2"])["layer2"]
    image = np.zeros((28, 28))
    ones = np.ones((kernel, kernel))
    edge = (kernel // 2, kernel // 2)

    def middle(pixels):
        for _ in range(2):
            pixels = np.array(slide(pixels, ones, 1, edge))
        return pixels[14, 14]

    for pixel in [
        (14, 14),
        (14 - kernel + 1, 14),
        (14 - kernel, 14),
        (14, 14 + kernel - 1),
        (0, 0),
    ]:
        image[pixel] = 1
        assert (middle(image) != 0) == seen[pixel], pixel
        image[pixel] = 0


def test_receptive_fields_follow_the_recursion(measured, drawn):
    # r_out = r_in + (k - 1) j, j the product of the strides before (Dumoulin and Visin, 2016)
    _, facts = measured("conv-receptive-field")
    for layers, names in (
        ([(3, 1)] * 4, ["layer1", "layer2", "layer3", "layer4"]),
        ([(5, 1), (2, 2), (5, 1), (2, 2)], ["conv1", "pool1", "conv2", "pool2"]),
    ):
        width, jump = 1, 1
        for (kernel, stride), name in zip(layers, names, strict=True):
            width, jump = width + (kernel - 1) * jump, jump * stride
            field = facts["fields"][name]
            assert field["width"] == field["height"] == width
            assert field["pixels"] == width**2
    frames = [ax.patches[0] for ax in drawn("conv-receptive-field").axes]
    assert [frame.get_width() for frame in frames] == [3, 5, 7, 9, 5, 6, 14, 16]


def test_frames_hold_the_pixels_that_are_drawn_opaque(measured, drawn):
    data, facts = measured("conv-receptive-field")
    axes = drawn("conv-receptive-field").axes
    for ax, (name, field) in zip(axes, facts["fields"].items(), strict=True):
        opaque = np.asarray(ax.images[0].get_alpha()) == 1
        np.testing.assert_array_equal(opaque, data["seen"][name])
        frame = ax.patches[0]
        assert (frame.get_y(), frame.get_x()) == (field["row"] - 0.5, field["column"] - 0.5)


# all of them


@pytest.mark.parametrize("size", ["slide", "paper"])
@pytest.mark.parametrize("name", IDS)
def test_no_text_lies_over_another(name, size, drawn):
    drawing = drawn(name, size)
    ticks = {
        label
        for ax in all_axes(drawing)
        for axis in (ax.xaxis, ax.yaxis)
        for label in axis.get_ticklabels(which="both")
    }
    boxes = [
        (text.get_text(), text.get_window_extent().padded(-1))
        for text in drawing.findobj(plt.Text)
        if text.get_visible() and text.get_text().strip() and text not in ticks
    ]
    for (one, box), (other, beside) in itertools.combinations(boxes, 2):
        if one.startswith("×") or other.startswith("×"):
            continue  # a weight beside its number: their boxes are taller than their digits
        assert not box.overlaps(beside), (one, other)


def test_matrices_of_a_stage_stand_where_they_are_put():
    with style():
        drawing, stage = new_stage(10, 5)
        inner = place(stage, [[1, 2, 3]], 2, 4, cell=1.5, title="three")
        drawing.canvas.draw()
        for corner, there in (((0, 0), (4, 2)), ((3, 1), (8.5, 3.5))):
            np.testing.assert_allclose(
                inner.transData.transform(corner), stage.transData.transform(there), atol=0.01
            )
    assert inner.get_title() == "three"


def test_a_volume_is_as_deep_as_its_channels():
    _, ax = new_stage(20, 20)
    plot_volume(ax, (8, 6, 4), 2, 10, color="#0072B2", slices=True)
    corners = np.concatenate([patch.get_xy() for patch in ax.patches])
    assert corners.min(axis=0).tolist() == [2, 8] and corners.max(axis=0).tolist() == [10, 18]
    assert len(ax.patches) == 3 and len(ax.lines) == 3


def test_whole_numbers_only():
    assert whole(np.array([[1.0, -2.0]])) == [[1, -2]]
    with pytest.raises(ValueError, match="`array` must hold whole numbers; got"):
        whole([0.5])
