"""Images, filters, feature maps, confusions, architectures and matrices, by their artists."""

import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import FancyArrowPatch, Rectangle
from sklearn.metrics import confusion_matrix

import kit
from kit.board import plot_architecture, plot_matrix
from kit.callbacks import feature_maps
from kit.models import (
    LayerDescription,
    build_lenet5,
    build_mnist_cnn,
    build_toy_convnet,
    describe,
)
from kit.plots import compare, plot_confusion, plot_feature_maps, plot_filters, plot_images, style
from kit.plots.styling import SIZES, THEMES
from kit.recordings import LayerSnapshot, Recording, Snapshot

CLOTHES = [
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker"),
    *("Bag", "Ankle boot"),
]


def gradient_image(n=1, height=6, width=5):
    """Images whose every pixel is another, in [0, 1]."""
    return np.linspace(0, 1, n * height * width).reshape(n, height, width)


def shown(ax):
    """The array of the one picture on Axes."""
    (image,) = ax.images
    return image.get_array()


def tiles_of(ax, n, height, width, columns):
    """The tiles of a mosaic, cut out of the picture drawn."""
    whole = shown(ax).filled(np.nan)
    rows = -(-n // columns)
    assert whole.shape == (rows * (height + 1) - 1, columns * (width + 1) - 1)
    found = []
    for k in range(n):
        top, left = k // columns * (height + 1), k % columns * (width + 1)
        found.append(whole[top : top + height, left : left + width])
    rest = whole.copy()
    for k in range(n):
        top, left = k // columns * (height + 1), k % columns * (width + 1)
        rest[top : top + height, left : left + width] = np.nan
    assert np.isnan(rest).all()  # nothing is drawn between the tiles
    return np.array(found)


@pytest.fixture(scope="module")
def toy():
    return build_toy_convnet("tanh", "glorot_normal", seed=1)


@pytest.fixture(scope="module")
def snapshot(toy):
    rng = np.random.default_rng(5)
    return kit.probe(toy, rng.random((6, 28, 28, 1)).astype("f4"), np.arange(6))


@pytest.fixture
def digit(rng):
    return rng.random((28, 28))


# images


@pytest.mark.parametrize("shape", [(3, 6, 5), (3, 6, 5, 1), (3, 6, 5, 3)], ids=str)
def test_images_are_shown_as_they_are(shape):
    images = np.linspace(0, 1, np.prod(shape)).reshape(shape)
    axes = plot_images(images)
    assert len(axes) == 3
    for ax, image in zip(axes, images, strict=True):
        np.testing.assert_allclose(shown(ax), image[..., 0] if shape[3:] == (1,) else image)
        assert ax.images[0].get_clim() == (0, 1) and ax.images[0].get_interpolation() == "nearest"
        assert not ax.get_title() and not list(ax.get_xticks()) + list(ax.get_yticks())
        assert not any(spine.get_visible() for spine in ax.spines.values())


def test_dark_is_the_low_limit():
    (ax,) = plot_images(gradient_image() * 4 - 2, limits=(-2, 2))
    image = ax.images[0]
    assert image.get_clim() == (-2, 2)
    assert to_hex(image.cmap(image.norm(-2))) == "#000000"
    assert to_hex(image.cmap(image.norm(2))) == "#ffffff"


def test_bytes_and_truth_values_are_images():
    (ax,) = plot_images(np.array([[[0, 255]]], dtype="uint8"), limits=(0, 255))
    np.testing.assert_array_equal(shown(ax), [[0, 255]])
    (ax,) = plot_images([[[True, False]]])
    np.testing.assert_array_equal(shown(ax), [[1, 0]])


@pytest.mark.parametrize(
    ("labels", "predicted", "titles"),
    [
        (None, None, ["", "", ""]),
        ([3, 8, 1], None, ["3", "8", "1"]),
        (None, [3, 8, 1], ["3", "8", "1"]),
        ([3, 8, 1], [3, 3, 1], ["3", "✗ 3, is 8", "1"]),
        ([3, 8, 1], [3.0, 3.0, 1.0], ["3.0", "✗ 3.0, is 8", "1.0"]),  # 3.0 is 3
        (["a", "b", "c"], ["a", "c", "c"], ["a", "✗ c, is b", "c"]),
    ],
)
def test_labels_are_told(labels, predicted, titles):
    axes = plot_images(gradient_image(3), labels=labels, predicted=predicted)
    assert [ax.get_title() for ax in axes] == titles


def test_names_of_the_classes():
    given = {"labels": np.array([0, 1, 2]), "predicted": np.array([0, 2, 2])}
    axes = plot_images(gradient_image(3), **given, names=["cat", "dog", "cow"])
    assert [ax.get_title() for ax in axes] == ["cat", "✗ cow, is dog", "cow"]
    # two classes of one name are two classes
    axes = plot_images(gradient_image(3), **given, names=["cat", "dog", "dog"])
    assert [ax.get_title() for ax in axes] == ["cat", "✗ dog, is dog", "dog"]


def test_a_wrong_one_is_marked_by_more_than_a_colour():
    right, wrong = plot_images(gradient_image(2), labels=[1, 2], predicted=[1, 1])
    assert wrong.get_title().startswith("✗") and not right.get_title().startswith("✗")
    assert wrong.title.get_fontweight() == "bold" and right.title.get_fontweight() == "normal"
    for spine in wrong.spines.values():
        assert spine.get_visible() and spine.get_linestyle() == "--"
        assert spine.get_linewidth() >= 1.5 * plt.rcParams["lines.linewidth"]
    assert not any(spine.get_visible() for spine in right.spines.values())


def test_images_stand_in_a_grid():
    axes = plot_images(gradient_image(5), columns=2)
    grid = axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (3, 2)
    rest = [ax for ax in axes[0].figure.axes if ax not in list(axes)]
    assert len(rest) == 1 and not rest[0].axison
    grid = plot_images(gradient_image(18))[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (3, 6)


def test_images_on_axes_that_are_given():
    figure, grid = plt.subplots(2, 2)
    axes = plot_images(gradient_image(4), axes=grid)
    assert list(axes) == list(grid.ravel()) and plt.get_fignums() == [figure.number]
    (ax,) = plot_images(gradient_image(1), axes=grid[0, 0])
    assert ax is grid[0, 0] and len(ax.images) == 2  # nothing was cleared


@pytest.mark.parametrize("size", ["slide", "paper"])
def test_long_names_take_two_lines_and_do_not_touch(size):
    labels, predicted = np.arange(18) % 10, (np.arange(18) + 9) % 10
    with style(size=size):
        axes = plot_images(gradient_image(18), labels=labels, predicted=predicted, names=CLOTHES)
        assert axes[0].get_title() == "✗ Ankle boot,\nis T-shirt/top"
        assert_texts_are_inside(axes[0].figure)
        boxes = [ax.title.get_window_extent() for ax in axes]
        assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]
        short = plot_images(gradient_image(8), labels=range(8), predicted=[1] * 8)
        assert short[0].get_title() == "✗ 1, is 0"
        assert short[0].title.get_fontsize() == plt.rcParams["axes.titlesize"]


@pytest.mark.parametrize(
    ("images", "arguments", "error", "message"),
    [
        (np.zeros((5, 5)), {}, ValueError, r"`images` must have the shape .*; got \(5, 5\)"),
        (np.zeros((2, 5, 5, 2)), {}, ValueError, r"`images` must have .*; got \(2, 5, 5, 2\)"),
        (np.zeros((0, 5, 5)), {}, ValueError, r"`images` must have .*; got \(0, 5, 5\)"),
        ("abc", {}, TypeError, "`images` must be an array of numbers; got 'abc' of dtype <U3"),
        ([np.zeros((2, 2)), np.zeros((3, 3))], {}, ValueError, "`images` must be an array of num"),
        (np.full((1, 2, 2), np.nan), {}, ValueError, "`images` must be finite; got 4 NaN or"),
        (
            *(np.full((1, 2, 2), 200), {}, ValueError),
            r"`images` must lie in \[0, 1\]; got 200 to 200: divide bytes by 255",
        ),
        (np.zeros((1, 2, 2)), {"limits": (1, 2)}, ValueError, r"must lie in \[1, 2\]; got 0 to 0"),
        *(
            (
                np.zeros((1, 2, 2)),
                {"limits": bad},
                ValueError,
                "`limits` must be two numbers, the .*",
            )
            for bad in ((1, 0), (0, 0), 3, (0, np.nan), ("a", "b"), (0, 1, 2))
        ),
        (
            *(np.full((1, 2, 2, 3), 9), {"limits": (0, 255)}, ValueError),
            r"`limits` must be \(0, 1\) for images of three channels; got \(0, 255\)",
        ),
        (
            *(np.zeros((3, 2, 2)), {"labels": [1, 2]}, ValueError),
            r"`labels` must be one for each of 3 images; got shape \(2,\)",
        ),
        (
            *(np.zeros((3, 2, 2)), {"predicted": np.zeros((3, 10))}, ValueError),
            r"`predicted` must be one for each of 3 images; got shape \(3, 10\)",
        ),
        (
            *(np.zeros((2, 2, 2)), {"labels": [0, 2], "names": ["a", "b"]}, ValueError),
            "`labels` must be integers from 0 to 1, as there are 2 names; got 0 to 2",
        ),
        (
            *(np.zeros((1, 2, 2)), {"predicted": [-1], "names": ["a"]}, ValueError),
            "`predicted` must be integers from 0 to 0, as there are 1 names; got -1 to -1",
        ),
        (
            *(np.zeros((1, 2, 2)), {"labels": ["a"], "names": ["a"]}, ValueError),
            "`labels` must be integers from 0 to 0, as there are 1 names; got dtype <U1",
        ),
        (
            *(np.zeros((3, 2, 2)), {"columns": 0}, ValueError),
            "`columns` must be a positive integer; got 0",
        ),
        (
            *(np.zeros((3, 2, 2)), {"axes": []}, ValueError),
            "`axes` must be one for each of 3 images; got 0",
        ),
    ],
)
def test_images_that_are_refused(images, arguments, error, message):
    with pytest.raises(error, match=message):
        plot_images(images, **arguments)


# filters


def test_filters_are_tiles_of_one_channel(rng):
    kernels = rng.normal(size=(3, 2, 4, 7))
    ax = plot_filters(kernels, channel=2, columns=3)
    tiles = tiles_of(ax, 7, height=3, width=2, columns=3)
    np.testing.assert_allclose(tiles, np.moveaxis(kernels[:, :, 2], -1, 0))
    assert ax.get_title() == "7 filters, 3×2, channel 2 of 4"
    assert plot_filters(kernels[..., :1, :1]).get_title() == "1 filter, 3×2"


def test_colours_of_filters_are_symmetric_about_0(rng):
    kernels = rng.normal(size=(5, 5, 1, 8)) + 0.5
    ax = plot_filters(kernels)
    (image,) = ax.images
    largest = np.abs(kernels).max()
    assert image.get_clim() == pytest.approx((-largest, largest))
    # white at 0; the signs are told by the bar beside it
    assert min(to_rgb(to_hex(image.cmap(image.norm(0.0))))) > 0.95
    assert ax.figure.axes[1].get_ylabel() == "weight"
    assert plot_filters(kernels, limit=0.2).images[0].get_clim() == (-0.2, 0.2)


def test_filters_of_a_snapshot(snapshot, toy):
    for name, arguments in (
        ("conv1", {}),
        ("conv1", {"layer": "conv1"}),
        ("conv2", {"layer": "conv2"}),
    ):
        ax = plot_filters(snapshot, columns=2, **arguments)
        want = toy.get_layer(name).get_weights()[0][:, :, 0]
        np.testing.assert_allclose(tiles_of(ax, 2, 3, 3, columns=2), np.moveaxis(want, -1, 0))


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_filters_without_a_largest_weight(value):
    kernels = np.full((3, 3, 1, 4), float(value))
    ax = plot_filters(kernels)
    assert ax.images[0].get_clim() == (-1, 1)
    ax.figure.canvas.draw()
    kernels[0, 0, 0, 0] = -0.5  # one finite weight sets the colours
    if value:
        assert plot_filters(kernels).images[0].get_clim() == (-0.5, 0.5)


class NoModel:
    pass


OUT_OF_RANGE = {ValueError: (0, -1, float("nan"), float("inf")), TypeError: ("a", True)}
"""What is no positive number, by the error that tells it."""


@pytest.mark.parametrize(
    ("data", "arguments", "error", "message"),
    [
        (
            np.zeros((3, 3)),
            {},
            ValueError,
            r"`data` must be kernels of shape .*; got shape \(3, 3\)",
        ),
        (np.zeros((3, 3, 0, 2)), {}, ValueError, r"`data` must be .*; got shape \(3, 3, 0, 2\)"),
        ("abc", {}, TypeError, "`data` must be an array of numbers; got 'abc' of dtype <U3"),
        (NoModel(), {}, TypeError, "`data` must be a Snapshot or kernels; got NoModel"),
        (
            np.zeros((3, 3, 1, 2)),
            {"layer": "conv1"},
            TypeError,
            "`layer` must be left out .*'conv1'",
        ),
        *(
            (
                *(np.zeros((3, 3, 2, 2)), {"channel": bad}, error),
                f"`channel` must be a non-negative integer; got {bad!r}",
            )
            for bad, error in ((-1, ValueError), (0.5, TypeError), ("a", TypeError))
        ),
        (
            *(np.zeros((3, 3, 2, 2)), {"channel": 2}, ValueError),
            r"`channel` must be from 0 to 1, as the kernels have 2 channel\(s\); got 2",
        ),
        *(
            (
                *(np.zeros((3, 3, 1, 2)), {"limit": bad}, error),
                f"`limit` must be a positive number or None; got {bad!r}",
            )
            for error, values in OUT_OF_RANGE.items()
            for bad in values
        ),
        (
            np.zeros((3, 3, 1, 2)),
            {"columns": 0},
            ValueError,
            "`columns` must be a positive integer",
        ),
    ],
)
def test_filters_that_are_refused(data, arguments, error, message):
    with pytest.raises(error, match=message):
        plot_filters(data, **arguments)


def test_snapshots_without_such_filters(snapshot, rng):
    with pytest.raises(KeyError, match="`layer` must be one of conv1, conv2, o; got 'x'"):
        plot_filters(snapshot, "x")
    with pytest.raises(ValueError, match=r"`data` must be kernels .*; got shape \(288, 10\)"):
        plot_filters(snapshot, "o")
    dense = Snapshot([LayerSnapshot("h1", 0, weight=rng.normal(size=(4, 4)))], loss=1, samples=1)
    with pytest.raises(ValueError, match=r"`data` must have a layer with kernels .*; got none"):
        plot_filters(dense)
    bare = Snapshot([LayerSnapshot("relu", 0, z=rng.normal(size=(4, 4)))], loss=1, samples=4)
    with pytest.raises(ValueError, match=r"`data` must be kernels of shape .*; got none"):
        plot_filters(bare, "relu")


# feature maps


def check_maps(axes, maps):
    """Titles, tiles and bars against the arrays of one image."""
    assert len(axes) == len(maps)
    for ax, (name, values) in zip(axes, maps.items(), strict=True):
        if values.ndim == 3:
            high, wide, n = values.shape
            assert ax.get_title() == f"{name}: {n} map{'s' if n > 1 else ''}, {high}×{wide}"
            tiles = tiles_of(ax, n, high, wide, columns=n)
            np.testing.assert_allclose(tiles, np.moveaxis(values, -1, 0), rtol=1e-5, atol=1e-6)
            assert ax.images[0].get_clim() == pytest.approx((values.min(), values.max()), rel=1e-5)
        elif values.size > 20:
            assert ax.get_title() == f"{name}: {values.size:,} values"
            drawn = ax.patches[0].get_data().values
            np.testing.assert_allclose(drawn, values, rtol=1e-5, atol=1e-6)
        else:
            assert ax.get_title() == f"{name}: {values.size} values"
            heights = [bar.get_height() for bar in ax.patches]
            np.testing.assert_allclose(heights, values, rtol=1e-5, atol=1e-6)


def test_feature_maps_of_a_model_and_an_image(toy, digit):
    maps = feature_maps(toy, digit)
    telling = {name: values for name, values in maps.items() if "flat" not in name}
    assert len(telling) == len(maps) - 1
    check_maps(plot_feature_maps(toy, digit), telling)
    chosen = ["pool", "o"]
    check_maps(plot_feature_maps(toy, digit, layers=chosen), {name: maps[name] for name in chosen})
    check_maps(plot_feature_maps(maps), maps)  # what feature_maps returned
    check_maps(plot_feature_maps(maps, layers=["o", "conv1"]), {k: maps[k] for k in ("o", "conv1")})


def test_feature_maps_of_a_snapshot_and_a_sample(snapshot):
    maps = {name: snapshot[name].activation[4] for name in ("conv1", "conv2", "o")}
    check_maps(plot_feature_maps(snapshot, 4), maps)
    (ax,) = plot_feature_maps(snapshot, np.int64(4), layers=["conv2"])
    assert ax.get_title().startswith("conv2:")


def test_feature_maps_of_a_batch_of_one(digit):
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = keras.layers.Conv2D(2, 3, name="conv")
            self.flat = keras.layers.Flatten(name="flat")

        def build(self, shape):
            self.conv.build(shape)

        def call(self, x):
            return self.flat(self.conv(x))

    model, batch = Model(), digit[None, ..., None].astype("float32")
    model(batch)
    maps = {name: values[0] for name, values in feature_maps(model, batch).items()}
    check_maps(plot_feature_maps(model, batch), {"conv": maps["conv"]})


def test_layers_that_pass_on_what_they_get_are_left_out(digit):
    layers = [
        keras.layers.Dropout(0.5, name="first"),
        keras.layers.Conv2D(4, 3, activation="relu", name="conv"),
        keras.layers.Dropout(0.5, name="dropout"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(100, "relu", name="dense"),
        keras.layers.Dense(100, "relu", name="other"),
        keras.layers.Dropout(0.5, name="last"),
    ]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    titles = [ax.get_title().split(":")[0] for ax in plot_feature_maps(model, digit)]
    assert titles == ["conv", "dense", "other"]
    (ax,) = plot_feature_maps(model, digit, layers="flatten")
    assert ax.get_title() == "flatten: 2,704 values"
    nothing = keras.Sequential([keras.Input((28, 28, 1)), layers[0]])
    assert len(plot_feature_maps(nothing, digit)) == 1


def test_feature_maps_fill_a_figure_of_a_sensible_size(digit):
    axes = plot_feature_maps(build_mnist_cnn("relu", "glorot_uniform", seed=1), digit)
    figure = axes[0].figure
    figure.canvas.draw()
    width, height = figure.get_size_inches()
    assert 0.5 < height / width < 1.5 and len(axes) == 5
    drawn = [ax.images[0].get_window_extent() for ax in axes[:4]]
    covered = sum(box.width * box.height for box in drawn)
    assert covered > 0.5 * sum(ax.get_tightbbox().height for ax in axes[:4]) * figure.bbox.width
    with style():
        assert (
            tuple(plot_feature_maps({"a": np.zeros((9, 9, 2))})[0].figure.get_size_inches())
            == (SIZES["slide"])
        )


def test_of_many_layers_some_maps_are_drawn():
    maps = {f"conv{k}": np.full((3, 3, 2), k) for k in range(30)}
    axes = plot_feature_maps(maps)
    assert [axes[0].get_title()[:6], axes[-1].get_title()[:7]] == ["conv0:", "conv29:"]
    assert len(axes) == 12 and axes[0].figure.get_supxlabel() == "12 of 30 layers"
    assert len(plot_feature_maps(maps, layers=list(maps))) == 30


def test_feature_maps_of_a_shared_layer(rng):
    shared = keras.layers.Conv2D(2, 3, padding="same", name="shared")
    inputs = keras.Input((8, 8, 2))
    model = keras.Model(inputs, shared(shared(inputs)))
    image = rng.random((8, 8, 2))
    maps = feature_maps(model, image)
    check_maps(plot_feature_maps(model, image, layers=["shared"]), maps)
    (ax,) = plot_feature_maps(model, image, layers=["shared[2]"])
    assert ax.get_title() == "shared[2]: 2 maps, 8×8"


def test_only_the_first_channels_are_drawn(rng):
    values = rng.random((3, 4, 40))
    (ax,) = plot_feature_maps({"conv": values})
    assert ax.get_title() == "conv: 32 of 40 maps, 3×4"
    tiles = tiles_of(ax, 32, 3, 4, columns=16)
    np.testing.assert_allclose(tiles, np.moveaxis(values, -1, 0)[:32])
    assert ax.images[0].get_clim() == (values[..., :32].min(), values[..., :32].max())
    (ax,) = plot_feature_maps({"conv": values}, most=5)
    assert ax.get_title() == "conv: 5 of 40 maps, 3×4"


@pytest.mark.parametrize("value", [0.3, np.nan, np.inf])
def test_feature_maps_without_a_range(value):
    maps = {"conv": np.full((3, 4, 2), value), "flat": np.full(300, value), "o": np.full(3, value)}
    axes = plot_feature_maps(maps)
    low, high = axes[0].images[0].get_clim()
    assert low == (0.3 if value == 0.3 else 0) and high == low + 1
    axes[0].figure.canvas.draw()


def test_feature_maps_on_axes_that_are_given(toy, digit):
    figure, grid = plt.subplots(1, 5)
    axes = plot_feature_maps(toy, digit, axes=grid)
    assert list(axes) == list(grid) and plt.get_fignums() == [figure.number]
    with pytest.raises(ValueError, match="`axes` must be one for each of 5 layers; got 3"):
        plot_feature_maps(toy, digit, axes=grid[:3])


@pytest.mark.parametrize(
    ("data", "arguments", "error", "message"),
    [
        (5, {}, TypeError, "`data` must be a Keras model, a Snapshot, or what .*; got int"),
        ({}, {}, ValueError, "`data` must hold what one layer gives at least; got none"),
        (
            *({"conv": np.zeros((2, 3, 3, 1))}, {}, ValueError),
            r"`data` must hold, for one image, .*; got \(2, 3, 3, 1\) for 'conv'",
        ),
        ({"d": np.zeros((2, 10))}, {}, ValueError, r"for one image, .*; got \(2, 10\) for 'd'"),
        ({"d": np.zeros(0)}, {}, ValueError, r"for one image, .*; got \(0,\) for 'd'"),
        ({"d": "abc"}, {}, TypeError, "`data` must be an array of numbers; got 'abc' of dtype"),
        ({"d": np.zeros(3)}, {"most": 0}, ValueError, "`most` must be a positive integer; got 0"),
        ({"d": np.zeros(3)}, {"layers": ["x"]}, KeyError, "be one of d of the data; got 'x'"),
        ({"d": np.zeros(3)}, {"layers": []}, ValueError, "`layers` must have at least one name"),
    ],
)
def test_feature_maps_that_are_refused(data, arguments, error, message):
    with pytest.raises(error, match=message):
        plot_feature_maps(data, **arguments)


def test_one_layer_can_be_named_by_its_name_alone():
    (ax,) = plot_feature_maps({"d": np.zeros(3), "e": np.zeros(4)}, layers="d")
    assert ax.get_title() == "d: 3 values"


def test_several_images_are_refused(toy, digit):
    with pytest.raises(ValueError, match="`image` must be one image, or a batch of one; got 5 of"):
        plot_feature_maps(toy, np.stack([digit[..., None]] * 5))


def test_filters_of_a_recording_are_refused():
    with pytest.raises(TypeError, match="`data` must be a Snapshot or kernels; got Recording"):
        plot_filters(Recording.create())


def test_images_and_samples_that_are_refused(toy, snapshot, digit):
    with pytest.raises(TypeError, match=r"`image` must be the image to show, .* model; got None"):
        plot_feature_maps(toy)
    with pytest.raises(ValueError, match=r"`images` must be of the model's size, .*\(9, 9\)"):
        plot_feature_maps(toy, np.zeros((9, 9)))
    with pytest.raises(ValueError, match="`image` must be one image, or a batch of one; got 2 of"):
        plot_feature_maps(toy, np.zeros((2, 28, 28, 1)))
    with pytest.raises(ValueError, match=r"`layers` must be one of .* of the model; got .x."):
        plot_feature_maps(toy, digit, layers=["x"])
    with pytest.raises(
        TypeError, match=r"`image` must be the number of a probe sample, .* an array of shape"
    ):
        plot_feature_maps(snapshot, digit)
    with pytest.raises(ValueError, match="`image` must be from 0 to 5; got 6"):
        plot_feature_maps(snapshot, 6)
    with pytest.raises(KeyError, match="be one of conv1, conv2, o of the data; got 'pool'"):
        plot_feature_maps(snapshot, 0, layers="pool")  # has no activation
    with pytest.raises(TypeError, match=r"or what `feature_maps` returned .*; got Recording"):
        plot_feature_maps(Recording.create(), 0)


# confusions


def counts_of(ax, n):
    """The numbers that are written in the cells."""
    found = np.zeros((n, n), dtype=int)
    for text in ax.texts:
        column, row = text.get_position()
        found[int(row), int(column)] = int(text.get_text().replace(",", ""))
    return found


def cells(ax):
    """The mesh of colours, and its values (rows, columns)."""
    mesh = ax.collections[0]
    return mesh, np.ma.filled(mesh.get_array(), np.nan)


def names_of(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


@pytest.mark.parametrize("n", [2, 10, 13])
def test_confusions_are_counted(rng, n):
    true, taken = rng.integers(0, n, 4000), rng.integers(0, n, 4000)
    true[:2000] = taken[:2000] = 1  # over a thousand in one cell
    true[2000:2200], taken[2000:2200] = 0, 1
    ax = plot_confusion(true, taken)
    want = confusion_matrix(true, taken)
    np.testing.assert_array_equal(counts_of(ax, n), want)
    np.testing.assert_allclose(cells(ax)[1], want / want.sum(axis=1, keepdims=True))
    assert names_of(ax.xaxis) == names_of(ax.yaxis) == [str(k) for k in range(n)]
    assert "2," in ax.texts[[t.get_position() for t in ax.texts].index((1.5, 1.5))].get_text()


def test_right_answers_are_bold_and_empty_cells_empty():
    ax = plot_confusion([0, 0, 1, 2], [0, 1, 1, 1])
    weights = {text.get_position(): text.get_fontweight() for text in ax.texts}
    assert weights == {
        (0.5, 0.5): "bold",
        (1.5, 0.5): "normal",
        (1.5, 1.5): "bold",
        (1.5, 2.5): "normal",
    }
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert cells(ax)[1][2].tolist() == [0, 1, 0]
    low, high = sorted(ax.get_ylim())
    assert (low, high) == (0, 3) and ax.yaxis_inverted()  # the first class above


def luminance(color):
    r, g, b = to_rgb(color)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", THEMES)
def test_counts_can_be_read_on_their_cells(theme):
    taken = np.repeat(np.arange(8), [1, 2, 4, 8, 16, 32, 64, 128])
    with style(theme):
        ax = plot_confusion(np.zeros(len(taken), int), taken)
    mesh, values = cells(ax)
    for text in ax.texts:
        column, row = map(int, text.get_position())
        cell = luminance(to_hex(mesh.cmap(mesh.norm(values[row, column]))))
        assert abs(cell - luminance(text.get_color())) > 0.4, text.get_text()
    # no count is the page itself
    assert to_hex(mesh.cmap(mesh.norm(0.0))) == THEMES[theme]["back"].lower()


def test_confusions_of_outputs():
    outputs = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.0, 0.9, 0.1]])
    ax = plot_confusion([1, 1, 0], outputs)
    np.testing.assert_array_equal(counts_of(ax, 3), [[0, 1, 0], [1, 1, 0], [0, 0, 0]])


def test_confusions_have_the_names_of_the_classes():
    ax = plot_confusion([0, 2], [0, 1], names=["cat", "dog", "elephant", "cow"])
    assert names_of(ax.xaxis) == names_of(ax.yaxis) == ["cat", "dog", "elephant", "cow"]
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {40.0}
    ax = plot_confusion([0, 2], [0, 1], names=range(7, 10))
    assert names_of(ax.xaxis) == ["7", "8", "9"]
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {0.0}


def test_a_single_class_is_drawn():
    assert counts_of(plot_confusion([0, 0], [0, 0]), 1).tolist() == [[2]]


@pytest.mark.parametrize(
    ("labels", "predicted", "arguments", "message"),
    [
        ([], [], {}, r"`labels` must have the shape \(n,\), n at least 1; got \(0,\)"),
        ([[0], [1]], [0, 1], {}, r"`labels` must have the shape .*; got \(2, 1\)"),
        ([0, 1], np.zeros((2, 2, 2)), {}, r"`predicted` must have the shape .*; got \(2, 2, 2\)"),
        ([0, 1], [0, 1, 1], {}, "`predicted` must have as many entries as `labels`, 2; got 3"),
        ([-1, 1], [0, 1], {}, "`labels` must be non-negative integers; got -1 in it"),
        (
            [0, 1],
            [[0.9], [0.2]],
            {},
            r"`predicted` must be .* two classes at least; got shape \(2, 1\)",
        ),
        ([0, 1], np.full((2, 2), np.nan), {}, "`predicted` must be finite; got 4 NaN or infinite"),
        ([0, 2], np.eye(2), {}, "`labels` must be from 0 to 1, as there are 2 classes; got 2"),
        (
            *([0, 1], [0, 2], {"names": ["a", "b"]}),
            "`predicted` must be from 0 to 1, as there are 2 classes; got 2",
        ),
    ],
)
def test_confusions_that_are_refused(labels, predicted, arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_confusion(labels, predicted, **arguments)


@pytest.mark.parametrize(
    ("labels", "predicted", "message"),
    [
        ([0.0, 1.0], [0, 1], "`labels` must be non-negative integers; got dtype float64"),
        ([True], [0], "`labels` must be non-negative integers; got dtype bool"),
        (["a"], [0], "`labels` must be an array of numbers; got .* of dtype <U1"),
        ([0], ["a"], "`predicted` must be an array of numbers; got .* of dtype <U1"),
        ([0, 1], [["a", "b"], ["c", "d"]], "`predicted` must be an array of numbers; got"),
    ],
)
def test_confusions_of_no_labels_are_refused(labels, predicted, message):
    with pytest.raises(TypeError, match=message):
        plot_confusion(labels, predicted)


# architectures


KINDS = {"Conv2D": "Conv", "MaxPooling2D": "Max pool", "AveragePooling2D": "Avg pool"}


def blocks_of(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


@pytest.mark.parametrize("build", [build_mnist_cnn, build_lenet5, build_toy_convnet])
def test_architecture_says_shapes_and_parameters(build):
    model = build()
    ax = plot_architecture(model)
    entries = describe(model)
    assert ax.get_title() == f"{model.count_params():,} parameters"
    assert len(blocks_of(ax)) == len(entries)
    assert sum(isinstance(p, FancyArrowPatch) for p in ax.patches) == len(entries) - 1
    names, rest = ax.texts[::2], ax.texts[1::2]
    assert [text.get_text() for text in names] == [one.name for one in entries]
    for text, one in zip(rest, entries, strict=True):
        kind, detail, shape, parameters = text.get_text().split("\n")
        assert (kind, detail) == (KINDS.get(one.kind, one.kind), one.detail)
        assert shape == "×".join(f"{side:,}" for side in one.shape)
        assert parameters == (f"{one.parameters:,}" if one.parameters else "–")
    # all in a row, from left to right
    assert [text.get_position()[0] for text in names] == list(range(len(entries)))


def test_architecture_tells_kinds_apart_without_colour():
    ax = plot_architecture(build_lenet5())
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["learns", "pools", "reshapes or passes on"]
    legend = dict(zip(labels, ax.get_legend().get_patches(), strict=True))
    assert len({patch.get_hatch() for patch in legend.values()}) == 3
    kinds = ["reshapes or passes on", *["learns", "pools"] * 2, "reshapes or passes on"]
    kinds += ["learns"] * 3
    for block, kind in zip(blocks_of(ax), kinds, strict=True):
        assert block.get_hatch() == legend[kind].get_hatch()
        assert block.get_facecolor() == legend[kind].get_facecolor()
        assert block.get_edgecolor() == legend[kind].get_edgecolor()
    legend = plot_architecture([LayerDescription("a", "Dense", (3,), 4)]).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["learns"]


def test_blocks_grow_with_pixels_and_channels():
    shapes = [(8, 8, 4), (16, 16, 4), (16, 16, 64), (224, 224, 512), (999, 999, 9999)]
    layers = [LayerDescription(f"c{k}", "Conv2D", shape, 1) for k, shape in enumerate(shapes)]
    sizes = [(b.get_height(), b.get_width()) for b in blocks_of(plot_architecture(layers))]
    assert sizes[0][0] < sizes[1][0] == sizes[2][0] < sizes[3][0] == sizes[4][0]
    assert sizes[0][1] == sizes[1][1] < sizes[2][1] < sizes[3][1] == sizes[4][1]
    assert sizes[4][0] < 1 and sizes[4][1] < 1  # of a row's height and a column's width


def test_architecture_takes_a_title_and_several_rows():
    ax = plot_architecture(describe(build_lenet5()), in_a_row=np.int64(4), title="LeNet-5")
    assert ax.get_title() == "LeNet-5"
    places = [text.get_position() for text in ax.texts[::2]]
    assert [x for x, _ in places] == [0, 1, 2, 3, 0, 1, 2, 3, 0]
    rows = [y for _, y in places]
    assert rows[0] == rows[3] > rows[4] == rows[7] > rows[8]
    assert sum(isinstance(p, FancyArrowPatch) for p in ax.patches) == 3 + 3


def test_shapes_that_are_not_known():
    layers = [
        LayerDescription("any", "Conv2D", (None, None, 3), 5),
        LayerDescription("own", "Mine", None, 0),
        LayerDescription("one", "Mine", (), 0),
    ]
    texts = [text.get_text().split("\n")[2] for text in plot_architecture(layers).texts[1::2]]
    assert texts == ["?×?×3", "?", "?"]


def deep(n):
    """A network with long names and many layers."""
    return [
        LayerDescription(
            f"conv2_block{k}_1_conv", "SeparableConv2D", (224, 224, 512), 2_359_808, "3×3, ReLU"
        )
        for k in range(n)
    ]


@pytest.mark.parametrize(
    ("size", "n", "in_a_row"),
    [("slide", 9, 10), ("slide", 60, 10), ("paper", 24, 10), ("paper", 12, 3)],
)
def test_layers_lie_on_nothing_else(size, n, in_a_row):
    with style(size=size):
        ax = plot_architecture(deep(n), in_a_row=in_a_row)
        assert_texts_are_inside(ax.figure)
        drawn = [*ax.texts, *blocks_of(ax), ax.get_legend()]
        boxes = np.array([one.get_window_extent().extents for one in drawn])
        low, high = boxes[:, :2], boxes[:, 2:]  # (n, 2) each
        overlap = (low[:, None] < high).all(axis=2) & (low < high[:, None]).all(axis=2)
        np.testing.assert_array_equal(overlap, np.eye(len(drawn), dtype=bool))


@pytest.mark.parametrize("build", [build_mnist_cnn, build_lenet5, build_toy_convnet])
def test_architectures_of_the_lecture_can_be_read_from_the_last_row(build):
    with style():
        for text in plot_architecture(build()).texts:
            assert text.get_fontsize() >= 11.5


@pytest.mark.parametrize(
    ("model", "arguments", "error", "message"),
    [
        (3, {}, TypeError, "`model` must be a Keras 3 model; got int"),
        ([1], {}, TypeError, "`model` must be a Keras model, or the list that .*; got int in it"),
        ([], {}, ValueError, "`model` must have 1 to 60 layers to be drawn; got 0"),
        (deep(61), {}, ValueError, "`model` must have 1 to 60 layers to be drawn; got 61"),
        *(
            (deep(2), {"in_a_row": bad}, error, "`in_a_row` must be a positive integer; got")
            for bad, error in ((0, ValueError), (1.5, TypeError), (True, TypeError))
        ),
    ],
)
def test_architectures_that_are_refused(model, arguments, error, message):
    with pytest.raises(error, match=message):
        plot_architecture(model, **arguments)


def test_a_model_without_weights_is_not_drawn():
    with pytest.raises(ValueError, match="`model` must be built; got 'bare' without weights"):
        plot_architecture(keras.Sequential([keras.layers.Dense(2)], name="bare"))


# matrices


def cells_of(ax):
    """Rectangles of one cell that are no frame: by (row, column)."""
    found = {}
    for patch in ax.patches:
        if patch.get_zorder() < 3 and patch.get_linewidth() > 0:
            found[int(patch.get_y()), int(patch.get_x())] = patch
    return found


def shades_of(ax):
    """Darkness of each cell that has one."""
    shades = {}
    for patch in ax.patches:
        if patch.get_linewidth() == 0:
            shades[int(patch.get_y()), int(patch.get_x())] = patch.get_alpha()
    return shades


def frames_of(ax):
    """(row, column, height, width) of what is framed."""
    return [
        (patch.get_y(), patch.get_x(), patch.get_height(), patch.get_width())
        for patch in ax.patches
        if patch.get_zorder() >= 3
    ]


def test_a_matrix_shows_its_numbers():
    values = np.array([[1, -2.5, np.nan], [0, 1e6, np.inf]])
    ax = plot_matrix(values, title="Input")
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    assert texts == {
        (0.5, 0.5): "1",
        (1.5, 0.5): "−2.5",
        (0.5, 1.5): "0",
        (1.5, 1.5): "10⁶",
        (2.5, 1.5): "inf",
    }
    assert set(cells_of(ax)) == set(np.ndindex(2, 3)) and not shades_of(ax) and not frames_of(ax)
    assert ax.get_title() == "Input" and not ax.axison
    # rows downwards, all cells within the limits
    assert ax.get_xlim()[0] < 0 and ax.get_xlim()[1] > 3
    assert ax.get_ylim()[0] > 2 and ax.get_ylim()[1] < 0


def test_numbers_and_letters_can_be_chosen():
    ax = plot_matrix([[0.123, 2]], number="{:.1f}".format, size=0.5)
    assert [text.get_text() for text in ax.texts] == ["0.1", "2.0"]
    assert {text.get_fontsize() for text in ax.texts} == {plt.rcParams["font.size"] / 2}


def test_a_window_is_framed_and_has_its_weights():
    values, weights = np.arange(12).reshape(3, 4), [[1, 0], [-2, 0.5]]
    ax = plot_matrix(values, window=(1, 2, 2, 2), weights=weights)
    assert frames_of(ax) == [(1, 2, 2, 2)]
    small = [text for text in ax.texts if text.get_text().startswith("×")]
    cells = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in small}
    assert cells == {(1, 2): "×1", (1, 3): "×0", (2, 2): "×−2", (2, 3): "×0.5"}
    numbers = [text for text in ax.texts if text not in small]
    assert [int(text.get_text()) for text in numbers] == list(range(12))
    ax.figure.canvas.draw()
    for one in small:  # beside the number of the cell, not on it
        box = one.get_window_extent()
        assert not [text for text in numbers if text.get_window_extent().overlaps(box)]
    plain = plot_matrix(values, window=(1, 2, 2, 2))
    assert frames_of(plain) == [(1, 2, 2, 2)] and len(plain.texts) == 12


def test_padding_has_a_look_of_its_own():
    ax = plot_matrix(np.zeros((4, 5)), padding=((1, 0), (2, 1)))
    dashed = {place for place, cell in cells_of(ax).items() if cell.get_linestyle() == "--"}
    inside = {(i, j) for i in range(1, 4) for j in range(2, 4)}
    assert dashed == set(np.ndindex(4, 5)) - inside


def test_marked_cells_are_framed_and_bold():
    ax = plot_matrix([[1, 2], [3, 4]], marked=[(0, 1), [1, 0]])
    assert frames_of(ax) == [(0, 1, 1, 1), (1, 0, 1, 1)]
    weights = {text.get_text(): text.get_fontweight() for text in ax.texts}
    assert weights == {"1": "normal", "2": "bold", "3": "bold", "4": "normal"}


def test_shades_are_by_the_magnitude():
    shades = shades_of(plot_matrix([[0, -2, 4], [np.nan, 1, 3]], shades=True))
    assert set(shades) == {(0, 1), (0, 2), (1, 1), (1, 2)}  # 0 is white, NaN is empty
    assert shades[0, 1] == pytest.approx(shades[0, 2] / 2)
    assert shades[1, 1] == pytest.approx(shades[0, 2] / 4)
    assert shades[0, 2] < 0.6  # so that a number on it can be read
    wider = shades_of(plot_matrix([[2, 8]], shades=True, limit=4))
    assert wider[0, 0] == pytest.approx(wider[0, 1] / 2)  # what is beyond has the darkest
    for empty in ([[0.0]], [[np.nan]]):
        assert not shades_of(plot_matrix(empty, shades=True))


@pytest.mark.parametrize(
    ("values", "arguments", "message"),
    [
        ([1, 2], {}, r"`values` must be a matrix \(rows, columns\); got shape \(2,\)"),
        (np.zeros((0, 2)), {}, r"`values` must be a matrix .*; got shape \(0, 2\)"),
        ([[1], [1, 2]], {}, "`values` must be an array of numbers; got setting an array"),
        *(
            (
                [[1, 2]],
                {"window": bad},
                r"`window` must be \(row, column, height, width\) within 1x2",
            )
            for bad in ((0, 0, 2, 1), (0, 1, 1, 2), (-1, 0, 1, 1), (0, 0, 0, 1), (0, 0, 1), 3)
        ),
        ([[1, 2]], {"window": (0, 0, 1, 1.5)}, r"`window` must be .*; got \(0, 0, 1, 1.5\)"),
        (
            *([[1, 2]], {"window": (0, 0, 1, 1), "weights": [[1, 2]]}),
            r"`weights` must have the window's shape \(1, 1\); got \(1, 2\)",
        ),
        ([[1, 2]], {"weights": [[1]]}, "`weights` must come with the `window` whose cells"),
        *(
            ([[1, 2]], {"padding": bad}, r"`padding` must be \(\(above, below\), \(left, right\)\)")
            for bad in (1, ((1, 1), (0, 0)), ((0, 0), (2, 1)), ((-1, 0), (0, 0)), ((0, 0),), (0, 0))
        ),
        *(
            ([[1, 2]], {"marked": [bad]}, r"`marked` must hold \(row, column\) within 1x2; got")
            for bad in ((1, 0), (0, 2), (-1, 0), 0, (0, 0, 0), (0, 0.5))
        ),
        *(
            ([[1, 2]], {"limit": bad}, f"`limit` must be a positive number or None; got {bad!r}")
            for bad in (0, -1, float("nan"))
        ),
    ],
)
def test_matrices_that_are_refused(values, arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_matrix(values, **arguments)


@pytest.mark.parametrize(
    ("values", "arguments", "message"),
    [
        ([["a"]], {}, "`values` must be an array of numbers; got .* of dtype <U1"),
        (
            *([[1, 2]], {"window": (0, 0, 1, 1), "weights": [["a"]]}),
            "`weights` must be an array of numbers",
        ),
        ([[1, 2]], {"limit": "a"}, "`limit` must be a positive number or None; got 'a'"),
    ],
)
def test_matrices_of_something_else_are_refused(values, arguments, message):
    with pytest.raises(TypeError, match=message):
        plot_matrix(values, **arguments)


# grids of some layers


def test_compare_draws_the_layers_asked_for(rng):
    def snapshot(scale):
        entries = [
            LayerSnapshot(f"h{k}", k, z=rng.normal(scale=scale * 10.0**-k, size=(200, 5)))
            for k in range(1, 5)
        ]
        return Snapshot(entries, loss=0.7, samples=200)

    grid = {row: {"A": snapshot(1.0), "B": snapshot(2.0)} for row in ("tanh", "ReLU")}
    every = compare(grid, "z", scale="linear")
    some = compare(grid, "z", layers=["h3", "h2"], scale="linear")
    for figure, names in ((every, ["h1", "h2", "h3", "h4"]), (some, ["h3", "h2"])):
        for ax in figure.axes:
            assert [label.get_text() for label in ax.get_xticklabels()] == names
    # the axis is that of the layers that are drawn
    assert np.ptp(some.axes[0].get_ylim()) < np.ptp(every.axes[0].get_ylim()) / 5
    with pytest.raises(KeyError, match="`layers` must be one of h1, h2, h3, h4; got 'h9'"):
        compare(grid, "z", layers=["h9"])
    with pytest.raises(ValueError, match="`layers` must have at least one name; got"):
        compare(grid, "z", layers=[])


# what all of them have in common


def tick_labels(axis):
    low, high = sorted(axis.get_view_interval())
    return [
        tick.label1
        for tick in axis.get_major_ticks()
        if tick.label1.get_visible() and tick.label1.get_text() and low <= tick.get_loc() <= high
    ]


def assert_texts_are_inside(figure):
    """No text is cut, and no label of an axis lies on its neighbour."""
    figure.canvas.draw()
    whole = figure.bbox.padded(2)
    drawn = [ax for ax in figure.axes if ax.axison]
    ticks = [tick_labels(axis) for ax in drawn for axis in (ax.xaxis, ax.yaxis)]
    texts = [text for ax in figure.axes for text in (*ax.texts, ax.title)]
    texts += [text for ax in drawn for text in (ax.xaxis.label, ax.yaxis.label)]
    texts += [text for labels in ticks for text in labels]
    texts += [text for ax in figure.axes if ax.get_legend() for text in ax.get_legend().get_texts()]
    for text in texts:
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            inside = whole.x0 <= box.x0 and box.x1 <= whole.x1
            assert inside and whole.y0 <= box.y0 and box.y1 <= whole.y1, text.get_text()
    for labels in ticks:
        boxes = [label.get_window_extent() for label in labels if not label.get_rotation()]
        assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]


def draw_images(snapshot, ax=None):
    axes = None if ax is None else [ax]
    n = 1 if ax else 12
    return plot_images(gradient_image(n), labels=[3] * n, predicted=[5] * n, axes=axes)[0]


def draw_filters(snapshot, ax=None):
    return plot_filters(snapshot, "conv2", channel=1, ax=ax)


def draw_feature_maps(snapshot, ax=None):
    if ax is not None:
        return plot_feature_maps(snapshot, 0, layers=["conv1"], axes=[ax])[0]
    return plot_feature_maps(snapshot, 0)[0]


def draw_confusion(snapshot, ax=None):
    return plot_confusion(np.arange(40) % 10, np.arange(40) // 4, names=CLOTHES, ax=ax)


def draw_architecture(snapshot, ax=None):
    return plot_architecture(describe(build_lenet5()), ax=ax)


def draw_matrix(snapshot, ax=None):
    return plot_matrix(
        *([[1.5, -2], [0, 12]],),
        **{"window": (0, 0, 1, 2), "weights": [[3, -1]], "marked": [(1, 1)], "shades": True},
        **{"padding": ((0, 1), (0, 0)), "title": "Input", "ax": ax},
    )


def draw_grid(snapshot):
    cells = {"A": snapshot, "B": snapshot}
    return compare({"x": cells, "y": cells}, "z", layers=["conv1", "o"]).axes[0]


ONE = [draw_images, draw_filters, draw_feature_maps, draw_confusion, draw_architecture, draw_matrix]
ALL = [*ONE, draw_grid]


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(("theme", "size"), [("light", "slide"), ("dark", "paper")])
def test_every_text_is_inside_the_picture(draw, size, theme, snapshot):
    with style(theme=theme, size=size):
        assert_texts_are_inside(draw(snapshot).figure)


@pytest.mark.parametrize("draw", ALL)
def test_texts_are_inside_without_a_style(draw, snapshot):
    assert_texts_are_inside(draw(snapshot).figure)


@pytest.mark.parametrize("draw", ALL)
def test_no_global_setting_is_changed_and_nothing_is_shown(draw, snapshot, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("shown"))
    before = dict(plt.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(snapshot)
    assert dict(plt.rcParams) == before and len(plt.get_fignums()) == 1


@pytest.mark.parametrize("draw", ONE)
def test_nothing_is_cleared_and_no_other_axes_are_touched(draw, snapshot):
    figure, (left, right) = plt.subplots(1, 2)
    right.plot([0, 1], [0, 1], gid="mine")
    assert draw(snapshot, right) is right
    assert "mine" in [line.get_gid() for line in right.lines]
    assert not left.images and not left.patches and not left.texts and not left.get_title()
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize("draw", ALL)
def test_texts_can_be_read_on_a_dark_page(draw, snapshot):
    with style(theme="dark"):
        ax = draw(snapshot)
        back = luminance(THEMES["dark"]["back"])
        outside = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels()]
        if draw in (draw_architecture,):
            outside += ax.texts
        for text in outside:
            assert luminance(text.get_color()) - back > 0.6
