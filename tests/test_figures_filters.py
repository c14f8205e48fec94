"""Figures of filters, pooling and derivatives: facts against plain loops, and what is drawn."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.signal import correlate2d

from kit.board import plot_matrix
from kit.figures import catalogue
from kit.figures.convolution import (
    _backpropagation,
    _shifts,
    filter_curve_detector,
    pool_same_padding,
)
from kit.figures.convolution._kernels import KERNELS
from kit.figures.convolution._pooled import POOLED_INPUT


def texts(ax):
    return [text.get_text() for text in ax.texts]


def windows_of(values, size, stride):
    """(row, column, window) in order, as nested loops give them."""
    values = np.asarray(values, dtype=float)
    for i in range(0, values.shape[0] - size + 1, stride):
        for j in range(0, values.shape[1] - size + 1, stride):
            yield i // stride, j // stride, values[i : i + size, j : j + size]


def pooled(values, function, stride):
    places = list(windows_of(values, 2, stride))
    out = np.empty((places[-1][0] + 1, places[-1][1] + 1))
    for i, j, window in places:
        out[i, j] = function(window)
    return out


IDS = [
    figure.id
    for figure in catalogue.values()
    if figure.topic == "convolution" and figure.id.startswith(("filter", "pool", "conv-deriv"))
]


@pytest.mark.parametrize("name", IDS)
def test_a_figure_of_the_topic_says_its_message_above_it(name, drawn):
    assert drawn(name).get_suptitle() == catalogue[name].title


@pytest.mark.parametrize("name", ["filters-digit", "pool-translation"])
def test_a_figure_with_digits_says_whose_they_are(name, measured):
    _, facts = measured(name)
    assert catalogue[name].digits and facts["source"] in catalogue[name].caption_of(facts)


# filters


def test_the_photograph_is_grey_by_luminance_and_correlated_with_each_kernel(measured):
    from sklearn.datasets import load_sample_image

    pictures, facts = measured("filters-photo")
    red, green, blue = np.moveaxis(load_sample_image("china.jpg")[20:420, 60:360] / 255.0, -1, 0)
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    np.testing.assert_allclose(pictures["nothing"], grey[1:-1, 1:-1], atol=1e-12)
    for name in ("edge", "sobel", "transposed"):
        strength = np.abs(correlate2d(grey, np.array(KERNELS[name]), mode="valid"))
        white = np.quantile(strength, 0.99)
        np.testing.assert_allclose(pictures[name], np.minimum(strength / white, 1), atol=1e-9)
    sharp = correlate2d(grey, np.array(KERNELS["sharpen"]), mode="valid")
    np.testing.assert_allclose(pictures["sharpen"], np.clip(sharp, 0, 1), atol=1e-9)
    steps = [np.abs(image[:, 1:] - image[:, :-1]).mean() for image in (sharp, grey[1:-1, 1:-1])]
    assert facts["sharper"] == pytest.approx(steps[0] / steps[1])


def test_the_kernels_are_those_of_the_lectures():
    assert KERNELS["edge"] == [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]
    assert KERNELS["sharpen"] == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert KERNELS["sobel"] == [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    assert KERNELS["transposed"] == [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]


@pytest.mark.parametrize("name", ["filters-photo", "filters-digit"])
def test_every_picture_stands_over_the_kernel_that_made_it(name, measured, drawn):
    pictures, _ = measured(name)
    axes = drawn(name).axes
    for k, (kernel, numbers) in enumerate(KERNELS.items()):
        np.testing.assert_array_equal(axes[k].images[0].get_array(), pictures[kernel])
        assert texts(axes[5 + k]) == [
            f"{number:g}".replace("-", "−") for row in numbers for number in row
        ]
        assert f"sum {np.sum(numbers)}" in axes[5 + k].get_title()


def test_responses_to_the_digit_are_sums_of_products(lab, measured):
    seen, facts = measured("filters-digit")
    digits = lab.digits()
    digit = digits.x_test[digits.y_test == 0][0, ..., 0].astype(float)
    for name, kernel in KERNELS.items():
        whole = correlate2d(digit, np.array(kernel), mode="full")
        np.testing.assert_allclose(seen[name], whole[2:-2, 2:-2], atol=1e-6)
        assert facts["totals"][name] == pytest.approx(whole.sum(), abs=1e-6)
    assert facts["ink"] == pytest.approx(digit.sum())


def test_signed_responses_have_white_at_0(drawn):
    for ax in drawn("filters-digit").axes[1:5]:
        low, high = ax.images[0].get_clim()
        assert low == -high < 0


# patterns


def edge_formula(a, b, c, d):
    return -a + b - c + d - 1


def l_formula(a, b, c, d):
    return -a + b - c - d


@pytest.mark.parametrize(
    ("name", "formula", "pattern"),
    [
        ("filter-vertical-edges", edge_formula, (0, 1, 0, 1)),
        ("filter-l-shape", l_formula, (0, 1, 0, 0)),
    ],
)
def test_a_detector_is_its_formula_on_all_patches_and_all_windows(name, formula, pattern, measured):
    data, facts = measured(name)
    patches = list(itertools.product((0, 1), repeat=4))
    np.testing.assert_array_equal(data["patches"].reshape(16, 4), patches)
    assert facts["z"] == [formula(*patch) for patch in patches]
    assert facts["outputs"] == [max(0, z) for z in facts["z"]]
    assert [patch for patch in patches if formula(*patch) > 0] == [pattern]
    found = [[i, j] for i, j, w in windows_of(data["letter"], 2, 1) if tuple(w.ravel()) == pattern]
    assert facts["places"] == found and facts["fired"] == len(found) == data["map"].sum()


@pytest.mark.parametrize("name", ["filter-vertical-edges", "filter-l-shape"])
def test_what_fires_has_a_dot_and_one_window_is_framed(name, measured, drawn):
    _, facts = measured(name)
    drawing = drawn(name)
    _, letter, found, *patches = drawing.axes
    (dots,) = letter.get_lines()
    corners = dots.get_xydata()[:, ::-1] - 0.5  # a dot where the four pixels of a window meet
    assert corners.tolist() == facts["places"]
    (window,) = letter.patches
    assert [window.get_y() + 0.5, window.get_x() + 0.5] == facts["places"][-1]
    # a pixel of the map lies where the window's dot does, in pixels as large
    assert (letter.get_xlim(), letter.get_ylim()) == (found.get_xlim(), found.get_ylim())
    left, _, _, top = found.images[0].get_extent()
    white = np.argwhere(found.images[0].get_array() > 0)  # (fired, 2)
    np.testing.assert_allclose(
        white + np.array([top + 0.5, left + 0.5]), dots.get_xydata()[:, ::-1]
    )
    assert len(patches) == 16
    assert [len(ax.patches) for ax in patches] == [int(out > 0) for out in facts["outputs"]]
    for ax, z, out in zip(patches, facts["z"], facts["outputs"], strict=True):
        assert ax.get_title() == f"{z:g} → {out:g}".replace("-", "−")


def test_the_curve_filter_is_the_lectures_and_its_map_a_dot_product_everywhere(measured):
    data, facts = measured("filter-curve-detector")
    ones = [(0, 5), (1, 4), (2, 3), (3, 3), (4, 3), (5, 3)]
    curve = np.zeros((7, 7))
    curve[tuple(zip(*ones, strict=True))] = 30
    np.testing.assert_array_equal(filter_curve_detector.CURVE, curve)
    for i, j, window in windows_of(data["ink"], 7, 1):
        assert data["map"][i, j] == (window * curve).sum()
    for name, (i, j) in (("A", facts["at"]), ("B", facts["other"])):
        assert facts["dot"][name] == data["map"][i, j]
        assert facts["shared"][name] == sum(data["patches"][name][at] for at in ones)
    assert data["map"].max() == facts["largest"] == facts["dot"]["A"] == 6 * 30


def test_the_place_of_the_maximum_is_framed(measured, drawn):
    _, facts = measured("filter-curve-detector")
    axes = drawn("filter-curve-detector").axes
    image, result = axes[3], axes[4]
    (frame,) = result.patches
    assert [frame.get_y() + 0.5, frame.get_x() + 0.5] == facts["at"]
    assert [[p.get_y() + 0.5, p.get_x() + 0.5] for p in image.patches] == [
        facts["at"],
        facts["other"],
    ]
    assert [ax.get_title() for ax in axes[1:3]] == ["A: 6 × 30 = 180", "B: 2 × 30 = 60"]
    assert sum(bar.get_height() for bar in axes[5].patches) == facts["places"]


# pooling


def test_maxima_and_averages_are_those_of_loops(measured):
    example = [[0, 1, 2, 1], [4, 1, 0, 1], [2, 0, 1, 1], [1, 2, 3, 1]]
    assert example == POOLED_INPUT
    _, facts = measured("pool-max-average")
    for stride in (1, 2):
        assert facts["max"][f"stride_{stride}"] == pooled(example, np.max, stride).tolist()
        assert facts["average"][f"stride_{stride}"] == pooled(example, np.mean, stride).tolist()


def test_steps_and_outputs_of_pooling_are_drawn(drawn):
    axes = drawn("pool-max-average").axes
    assert [ax.get_title() for ax in axes[:4]] == [
        "Step 1\nmax 4, average 1.5",
        "Step 2\nmax 2, average 1",
        "Step 3\nmax 2, average 1.25",
        "Step 4\nmax 3, average 1.5",
    ]
    assert [texts(ax) for ax in axes[4:6]] == [["4", "2", "2", "3"], ["1.5", "1", "1.25", "1.5"]]


def test_windows_at_the_end_pool_what_is_there(measured, drawn):
    _, facts = measured("pool-same-padding")
    values = np.array(pool_same_padding.PADDED)
    assert values[0].tolist() == [2, 3, 0, 5, 2.5] and values.shape == (5, 5)
    expected = [[values[i : i + 2, j : j + 2].max() for j in (0, 2, 4)] for i in (0, 2, 4)]
    assert facts["outputs"] == expected and expected[0] == [3, 5, 7]
    zeros = np.pad(values - 8, ((0, 1), (0, 1)))
    assert facts["counted"] == pooled(zeros, np.max, 2).tolist()
    (stage,) = drawn("pool-same-padding").axes
    source, *windows, found, lowered, one, right, other, counted = stage.child_axes
    first = [f"{value:g}" for value in values[0]]
    assert texts(source)[:5] == first and texts(source).count("–") == 6 + 5
    assert [texts(ax)[-2:] for ax in windows] == [["2", "1.5"], ["0.5", "0"], ["–", "–"]]
    assert texts(found)[:3] == ["3", "5", "7"] and texts(right)[:3] == ["−5", "−3", "−1"]
    assert texts(lowered)[:5] == [f"{value - 8:g}".replace("-", "−") for value in values[0]]
    assert texts(one) == ["−5.5", "−1", "–", "–"] and texts(other) == ["−5.5", "0", "−1", "0"]
    assert sum(text.get_fontweight() == "bold" for text in counted.texts) == facts["wrong"] == 5


def test_the_change_under_a_shift_is_that_of_loops(lab, measured, drawn):
    data, facts = measured("pool-translation")
    images = lab.digits().x_train
    digits = images[np.random.default_rng(1).choice(len(images), 100, replace=False), ..., 0]
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    for shift in (0, 1, 3):
        changes = {"none": [], "2x2": [], "4x4": [], "image": []}
        for digit in digits.astype(float):
            before, after = np.zeros((40, 40)), np.zeros((40, 40))
            before[6:34, 6:34] = digit
            after[6:34, 6 + shift : 34 + shift] = digit
            pair = [np.maximum(correlate2d(one, sobel, mode="same"), 0) for one in (before, after)]
            small = {
                name: [one.reshape(40 // k, k, 40 // k, k).max((1, 3)) for one in pair]
                for name, k in (("none", 1), ("2x2", 2), ("4x4", 4))
            }
            for name, (a, b) in {**small, "image": (before, after)}.items():
                changes[name].append(np.linalg.norm(b - a) / np.linalg.norm(a))
        for name, values in changes.items():
            assert facts["median"][name][shift] == pytest.approx(np.median(values), abs=1e-5)
    lines = drawn("pool-translation").axes[-1].get_lines()
    for line, name in zip(lines, ("none", "2x2", "4x4"), strict=True):
        np.testing.assert_allclose(line.get_ydata(), facts["median"][name])
        np.testing.assert_array_equal(line.get_ydata(), data["quartiles"][name][1])


def test_no_ink_leaves_the_paper_when_digits_are_shifted():
    assert max(_shifts.SHIFTS) < _shifts.EMPTY_EDGE  # and Sobel's filter reaches one pixel further


# derivatives


@pytest.mark.parametrize("stride", [1, 2])
def test_gradients_of_pooling_are_those_of_loops(stride, measured):
    data, _ = measured("pool-gradient")
    above = data["max"][stride][0]
    assert above.ravel().tolist() == list(range(1, above.size + 1))
    maximum, average = np.zeros((4, 4)), np.zeros((4, 4))
    for i, j, window in windows_of(POOLED_INPUT, 2, stride):
        row, column = np.unravel_index(window.argmax(), (2, 2))  # the first of tied maxima
        maximum[stride * i + row, stride * j + column] += above[i, j]
        average[stride * i : stride * i + 2, stride * j : stride * j + 2] += above[i, j] / 4
    np.testing.assert_array_equal(data["max"][stride][1], maximum)
    np.testing.assert_array_equal(data["average"][stride][1], average)


def test_inputs_that_a_gradient_reaches_are_framed_and_the_tie_is_named(measured, drawn):
    _, facts = measured("pool-gradient")
    axes = drawn("pool-gradient").axes
    bold = [text.get_text() for text in axes[2].texts if text.get_fontweight() == "bold"]
    assert bold == ["2", "1", "3", "4"] and facts["reached"] == 4
    assert facts["tie_at"] == [[2, 0], [3, 1]] and facts["tie"] == [3, 0]
    assert [text.get_text() for text in axes[0].texts][-1] == "tie"


def numpy_loss(values):
    """The net of the figure by NumPy alone; complex numbers pass."""
    a = values["x"]
    for layer in (1, 2):
        w = values[f"w{layer}"]
        windows = np.lib.stride_tricks.sliding_window_view(a, w.shape[:2], axis=(0, 1))
        a = np.tanh(np.einsum("rcfij,ijfg->rcg", windows, w) + values[f"b{layer}"])
    return (a**2).sum() / 2


def test_the_equations_of_a_convolution_agree_with_complex_steps():
    # f'(x) = Im f(x + ih) / h, to the last digits (Squire and Trapp, SIAM Review 40, 1998)
    values = _backpropagation.network_values(seed=5)
    found, tape = _backpropagation.by_the_tape(values)
    equations = _backpropagation.by_the_equations(values, found)
    assert found["loss"] == pytest.approx(numpy_loss(values), rel=1e-13)
    for name, value in values.items():
        exact = np.empty(value.shape)
        for place in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[place] += 1e-30j
            exact[place] = numpy_loss({**values, name: moved}).imag / 1e-30
        np.testing.assert_allclose(equations[name], exact, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(tape[name], exact, rtol=1e-10, atol=1e-13)


def test_all_derivatives_are_those_of_the_tape(measured):
    data, facts = measured("conv-derivatives")
    for short in ("w", "b", "a", "z"):
        equations, tape, _ = data[short]
        assert facts["counts"][short] == len(equations)
        np.testing.assert_allclose(equations, tape, rtol=0, atol=1e-12)
    assert facts["counts"]["w"] == 3 * 2 * 3 * 4 + 2 * 3 * 4 * 2
    assert facts["counts"]["b"] == 4 + 2


def test_the_gradient_of_the_small_kernel_is_that_of_loops(measured, drawn):
    a = np.array(_backpropagation.EXAMPLE_INPUT)
    target = np.array(_backpropagation.EXAMPLE_TARGET)

    def loss(w):
        z = [[(window * w).sum()] for _, _, window in windows_of(a, 2, 1)]
        return ((np.reshape(z, (3, 3)) - target) ** 2).sum() / 2

    kernel = np.array(_backpropagation.EXAMPLE_KERNEL, float)
    slopes = np.zeros((2, 2))
    for place in np.ndindex(2, 2):  # the loss is a parabola: central differences are exact
        up, down = kernel.copy(), kernel.copy()
        up[place], down[place] = up[place] + 1, down[place] - 1
        slopes[place] = (loss(up) - loss(down)) / 2
    example = measured("conv-derivatives")[0]["example"]
    np.testing.assert_array_equal(example["gradient"], slopes)
    words = [f"{slope:g}".replace("-", "−") for slope in slopes.ravel()]
    (stage,) = drawn("conv-derivatives").axes
    assert words == texts(stage.child_axes[-1])
    said = measured("conv-derivatives")[1]["sums"]
    assert [one.rpartition("= ")[2] for one in said] == words
    for window, ax in zip(np.ndindex(2, 2), stage.child_axes[4:8], strict=True):
        small = [text for text in texts(ax) if text.startswith("×")]
        assert [float(one[1:].replace("−", "-")) for one in small] == example[
            "delta"
        ].ravel().tolist()
        frames = [p.get_xy() for p in ax.patches if p.get_width() == 3]
        assert frames == [window[::-1]]


def test_a_sum_over_the_filters_too_is_the_sum_of_their_derivatives():
    values = _backpropagation.network_values(seed=2)
    equations = _backpropagation.by_the_equations(values, _backpropagation.by_the_tape(values)[0])
    for layer in ("w1", "w2"):
        over_all = equations[layer].sum(axis=-1, keepdims=True)
        np.testing.assert_allclose(
            equations[f"printed {layer}"], np.broadcast_to(over_all, equations[layer].shape)
        )


def test_shades_go_by_the_limit():
    _, (own, common) = plt.subplots(1, 2)
    plot_matrix([[1, 2]], shades=True, ax=own)
    plot_matrix([[1, 8, np.nan]], shades=True, limit=4, ax=common)
    shades = [[p.get_alpha() for p in ax.patches if p.get_alpha()] for ax in (own, common)]
    assert shades == [pytest.approx([0.225, 0.45]), pytest.approx([0.1125, 0.45])]
