"""The worked examples of sizes and parameters, against formulas, NumPy and their artists."""

import itertools

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest


def test_pooling_saves_parameters_of_the_softmax_layer_alone(measured):
    facts = measured("pool-parameters")[1]
    for way, side in (("pooled", 28 // 2 // 2), ("unpooled", 28)):
        expected = {"conv1": (25 * 1 + 1) * 32, "conv2": (25 * 32 + 1) * 64, "pools": 0}
        expected["o"] = (side**2 * 64 + 1) * 10
        assert facts["layers"][way] == expected
        assert facts["read"][way] == side**2 * 64
        assert facts["total"][way] == sum(expected.values())
    assert facts["times"] == facts["total"]["unpooled"] / facts["total"]["pooled"]


def test_pooling_in_steps_of_one_saves_nothing(lab):
    from kit.figures import catalogue

    facts = lab.measured(catalogue["pool-parameters"], 1, stride=1)[1]
    assert facts["layers"]["pooled"] == facts["layers"]["unpooled"]


def test_the_bars_are_as_long_as_their_parameters(drawn):
    ax = drawn("pool-parameters").axes[0]
    widths = [round(1e3 * bar.get_width()) for bar in ax.patches]
    said = [int(text.get_text().split(" ")[0].replace(",", "")) for text in ax.texts]
    assert widths == said and len(said) == 8


def test_block_has_a_weight_for_each_pair_and_a_bias_for_each_unit(measured, drawn):
    weights, facts = measured("block-architecture")
    sizes = [10, *[100] * 5, 1]
    expected = [a * b + b for a, b in itertools.pairwise(sizes)]
    assert list(facts["layers"].values()) == expected and facts["parameters"] == sum(expected)
    assert [one.shape for one in weights] == list(itertools.pairwise(sizes))
    between = expected[1:-1]
    assert facts["between_share"] == pytest.approx(sum(between) / sum(expected), rel=1e-12)
    bars = drawn("block-architecture").axes[1]
    assert [bar.get_height() for bar in bars.patches] == expected
    said = [text.get_text() for text in bars.texts]
    assert [int(one.split("\n")[0].replace(",", "")) for one in said] == expected
    assert said[0].endswith("= 10·100 + 100")


def test_the_shapes_of_tensors_are_those_of_the_lecture(measured, drawn):
    facts = measured("conv-tensor-shapes")[1]
    assert facts["input"] == [32, 28, 28, 3] and facts["kernel"] == [5, 5, 3, 8]
    assert facts["output"] == [32, 28, 28, 8]  # padded, so that the images keep their size
    assert facts["numbers"] == {"input": 75_264, "kernel": 600, "output": 32 * 28 * 28 * 8}
    assert (facts["an_image"], facts["a_filter"]) == (2_352, 75)
    said = [text.get_text() for text in drawn("conv-tensor-shapes").axes[0].texts]
    numbers = [int(one) for one in said if one.isdigit()]
    assert numbers == facts["input"] + facts["kernel"] + facts["output"]


def test_a_kernel_s_third_place_reads_and_its_fourth_writes(rng):
    from kit.figures.convolution._tensors import places_that_meet

    assert places_that_meet(2, 3, 2) == [[c, f] for c in range(2) for f in range(3)]
    image, kernel = rng.normal(size=(4, 5, 2)), rng.normal(size=(2, 3, 2, 4))
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 3), axis=(0, 1))
    by_numpy = np.einsum("rckhw,hwkf->rcf", windows, kernel)
    by_keras = np.asarray(keras.ops.conv(image[None], kernel, padding="valid"))[0]
    np.testing.assert_allclose(by_keras, by_numpy, rtol=1e-10)


def test_six_stops_against_numbers_in_place_of_the_letters(measured, drawn, rng):
    facts = measured("conv-six-stops")[1]
    image, kernel = rng.integers(1, 100, (3, 4)), rng.integers(1, 100, (2, 2))
    values = dict(zip("abcdefghijkl", image.ravel(), strict=True))
    values |= dict(zip("wxyz", kernel.ravel(), strict=True))
    sums = [
        sum(int(values[a]) * int(values[w]) for a, w in words.split(" + "))
        for words in facts["sums"]
    ]
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2))
    assert sums == (windows * kernel).sum(axis=(2, 3)).ravel().tolist()
    assert facts["covered"] == [[1, 2, 2, 1], [2, 4, 4, 2], [1, 2, 2, 1]]
    titles = [ax.get_title() for ax in drawn("conv-six-stops").findobj(plt.Axes)]
    assert [one.split(":  ")[1] for one in titles if ":" in one] == facts["sums"]


def test_the_poolings_of_a_bar_against_keras_and_numpy(measured, drawn):
    data, facts = measured("pool-average-edges")
    blocks = data["image"].reshape(2, 2, 4, 2).swapaxes(1, 2)  # (rows, columns, 2, 2)
    tensor = data["image"][None, ..., None]
    for kind, by_numpy, pool in (
        ("average", blocks.mean(axis=(2, 3)), keras.ops.average_pool),
        ("max", blocks.max(axis=(2, 3)), keras.ops.max_pool),
    ):
        np.testing.assert_array_equal(data[kind], by_numpy)
        np.testing.assert_array_equal(data[kind], np.asarray(pool(tensor, 2, 2))[0, ..., 0])
        assert facts["row"][kind] == by_numpy[0].tolist()
    assert facts["in_words"] == {"average": "½, 1, 1, ½", "max": "1, 1, 1, 1"}
    assert data["image"][0].tolist() == [0, 1, 1, 1, 1, 1, 1, 0]
    titles = [ax.get_title() for ax in drawn("pool-average-edges").findobj(plt.Axes)]
    assert "Average pooling: ½, 1, 1, ½" in titles and "Max pooling: 1, 1, 1, 1" in titles


def test_the_cost_of_sharing_by_formula(measured, drawn):
    facts = measured("sharing-cost")[1]
    places = (28 - 5 + 1) ** 2
    assert facts["weights"] == {"shared": 25, "unshared": places * 25, "dense": places * 784}
    assert facts["products"] == {
        "shared": places * 25,
        "unshared": places * 25,
        "dense": places * 784,
    }
    assert facts["apart"] == 0
    panels = drawn("sharing-cost").axes
    for ax, name in zip(panels, ("weights", "products"), strict=True):
        assert [bar.get_width() for bar in ax.patches] == list(facts[name].values())
        assert [text.get_text() for text in ax.texts] == [f"{n:,}" for n in facts[name].values()]


def test_unshared_filters_and_their_dense_layer_against_numpy(rng):
    from kit.figures.convolution._unshared import dense_matrix, slide

    image, own = rng.normal(size=(5, 6)), rng.normal(size=(4, 4, 2, 3))
    outputs, count = slide(image, own)
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 3))
    np.testing.assert_allclose(outputs, np.einsum("rchw,rchw->rc", windows, own), rtol=1e-12)
    assert count == own.size
    kernel = own[0, 0]
    shared, count = slide(image, kernel)
    by_keras = keras.ops.conv(image[None, ..., None], kernel[..., None, None], padding="valid")
    np.testing.assert_allclose(shared, np.asarray(by_keras)[0, ..., 0], rtol=1e-10)
    matrix = dense_matrix(kernel, image.shape)
    np.testing.assert_allclose((image.ravel() @ matrix).reshape(4, 4), shared, rtol=1e-10)
    assert count == 4 * 4 * 6 and (matrix != 0).sum() == count
