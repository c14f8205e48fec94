"""Many runs drawn: profiles over the layers and learning curves, by artists, against NumPy."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from kit.checks import UnknownNameError
from kit.plots import plot_history, plot_profile, style
from kit.plots.ends import spread
from kit.recordings import (
    LayerSketches,
    LayerSnapshot,
    Prediction,
    Recording,
    Runs,
    Snapshot,
)
from kit.recordings.profiles import values_of
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

LAYERS = ("h1", "h2", "h3")
FADING = {"small": 0.01, "glorot": 0.5, "he": 1.0}
GRID = [
    {"activation": activation, "initializer": initializer, "rate": 10.0**-seed, "seed": seed}
    for activation in ("tanh", "relu")
    for initializer in FADING
    for seed in range(4)
]
NAMES = [f"{one['activation']} {one['initializer']} {one['seed']}" for one in GRID]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def sketched(values, *, output=False, place=0, name=None):
    values = np.asarray(values, float)
    units = {"z": UnitEvidence.of(values.reshape(-1, 2), beyond=1.0)}
    sketches = {"z": Sketch.of(values), "gradient": Sketch.of(values)}
    return LayerSketches(name or LAYERS[place], place, output, sketches, units=units, update=0.5)


def spread_at(one, place, epoch):
    """The std that a network of these parameters is given."""
    return FADING[one["initializer"]] ** (2 - place + epoch / 10) * (1 + one["seed"] / 8)


def make_runs(grid=GRID, names=NAMES, epochs=(0, 10)):
    runs = Runs.create(names=names, parameters=grid)
    ends = np.array([-1.0, 1.0])
    for epoch in epochs:
        captures = {}
        for name, one in zip(names, grid, strict=True):
            layers = [
                sketched(np.repeat(ends, 4) * spread_at(one, place, epoch), place=place)
                for place in range(3)
            ]
            layers.append(sketched(ends, output=True, place=3, name="o"))
            captures[name] = {
                "epoch": epoch, "step": epoch, "loss": 1.0, "samples": 4, "layers": layers,
            }  # fmt: skip
        runs.add(captures)
    return runs


def loss_at(one, epoch):
    return (1 + one["seed"]) * np.exp(-epoch / 20) + (one["activation"] == "relu")


@pytest.fixture
def runs():
    made = make_runs()
    for epoch in range(1, 21):
        logs = {
            name: {"accuracy": epoch / 40, "loss": loss_at(one, epoch)}
            for name, one in zip(NAMES, GRID, strict=True)
        }
        made.add_history(epoch, logs)
    return made


def band_of(collection):
    """Lower and upper edge of a band, by x."""
    points = collection.get_paths()[0].vertices
    edges = {}
    for x, y in points:
        edges.setdefault(round(float(x), 6), []).append(y)
    xs = sorted(edges)
    return (
        np.array(xs),
        np.array([min(edges[x]) for x in xs]),
        np.array([max(edges[x]) for x in xs]),
    )


def names_at_ends(ax):
    return {text.get_text(): text for text in ax.texts}


# profiles


def test_a_profile_draws_the_median_and_the_range_of_each_group(runs):
    ax = plot_profile(runs, "gradient", color="initializer")
    assert ax.get_yscale() == "log" and len(ax.lines) == len(ax.collections) == 3
    for line, band, name in zip(ax.lines, ax.collections, FADING, strict=True):
        found = np.array(
            [
                [spread_at(one, place, 0) for place in range(3)]
                for one in GRID
                if one["initializer"] == name
            ]
        )
        np.testing.assert_array_equal(line.get_xdata(), [0, 1, 2])
        np.testing.assert_allclose(line.get_ydata(), np.median(found, axis=0), rtol=1e-6)
        xs, low, high = band_of(band)
        np.testing.assert_array_equal(xs, [0, 1, 2])
        np.testing.assert_allclose(low, found.min(axis=0), rtol=1e-6)
        np.testing.assert_allclose(high, found.max(axis=0), rtol=1e-6)
        assert names_at_ends(ax)[name].get_color() == line.get_color()
    assert [label.get_text() for label in ax.get_xticklabels()] == list(LAYERS)  # no output
    assert ax.get_ylabel() == "σ of gradient ∂loss/∂W (log scale)"
    assert ax.get_xlabel() == "layer, at epoch 0\nmedian and range of 8 runs"


STATISTICS = {
    "rms": lambda x: np.sqrt(np.mean(x**2)),
    "mean": np.mean,
    "median": np.median,
    "zero_fraction": lambda x: np.mean(x == 0),
    "saturated": lambda x: np.mean(np.abs(x) > 1),
    "std_samples": lambda x: np.sqrt(x.reshape(-1, 2).var(axis=0).mean()),
    "std_units": lambda x: x.reshape(-1, 2).mean(axis=0).std(),
}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("kind", ["snapshot", "recording", "runs"])
def test_every_statistic_is_that_of_the_arrays(rng, statistic, kind):
    arrays = [np.where(rng.random(60) < 0.2, 0, rng.normal(0.5, 1 + k, 60)) for k in range(3)]
    if kind == "snapshot":
        data = Snapshot(
            [
                LayerSnapshot(name, k, z=x.reshape(-1, 2), saturates_beyond=1.0)
                for k, (name, x) in enumerate(zip(LAYERS, arrays, strict=True))
            ],
            loss=1.0,
            samples=30,
        )
    else:
        recording = Recording.create()
        layers = [sketched(x, place=k) for k, x in enumerate(arrays)]
        recording.add(epoch=0, step=0, loss=1.0, samples=30, layers=layers)
        data = recording
    if kind == "runs":
        data = Runs.create(names=["a"])
        data.add({"a": {"epoch": 0, "step": 0, "loss": 1.0, "samples": 30, "layers": layers}})
    ax = plot_profile(data, "z", statistic=statistic, scale="linear")
    wanted = [STATISTICS[statistic](x) for x in arrays]
    # quantiles are known to a bin
    tolerance = 0.04 if statistic == "median" else 1e-3
    np.testing.assert_allclose(ax.lines[0].get_ydata(), wanted, rtol=tolerance, atol=1e-3)
    assert not ax.collections and not ax.texts
    assert ax.get_xlabel() == "layer, at epoch 0" and "log" not in ax.get_ylabel()
    if statistic not in ("mean", "median"):
        assert ax.get_ylim()[0] == 0


def test_an_update_is_of_weights():
    recording = Recording.create()
    for epoch, update in ((0, np.nan), (1, 0.25)):
        layer = LayerSketches("h1", 0, sketches={"weight": Sketch.of([1.0])}, update=update)
        recording.add(epoch=epoch, step=epoch, loss=1.0, samples=1, layers=[layer])
    ax = plot_profile(recording, "weight", statistic="update", epoch=1)
    assert ax.lines[0].get_ydata().tolist() == [0.25]
    with pytest.raises(ValueError, match=r"`statistic` must be one that was measured .*'update'"):
        plot_profile(recording, "weight", statistic="update", epoch=0)


def test_an_epoch_without_a_finite_value_is_named():
    recording = Recording.create()
    for epoch, values in ((0, [1.0, 2.0]), (3, [np.nan, np.inf])):
        layer = LayerSketches("h1", 0, sketches={"delta": Sketch.of(values)})
        recording.add(epoch=epoch, step=epoch, loss=1.0, samples=1, layers=[layer])
    assert len(plot_profile(recording, "delta", epoch=[0, 3]).lines)
    with pytest.raises(ValueError, match=r"`epoch` must be one at which .* finite.*; got 3, where"):
        plot_profile(recording, "delta", epoch=3)


def test_several_epochs_are_several_lines(runs):
    ax = plot_profile(runs["tanh he 0"], "z", epoch=[0, 10])
    assert list(names_at_ends(ax)) == ["epoch 0", "epoch 10"] and ax.get_xlabel() == "layer"
    one = GRID[NAMES.index("tanh glorot 2")]
    ax = plot_profile(runs["tanh glorot 2"], "z", epoch=range(0, 11, 10))
    for line, epoch in zip(ax.lines, (0, 10), strict=True):
        wanted = [spread_at(one, place, epoch) for place in range(3)]
        np.testing.assert_allclose(line.get_ydata(), wanted, rtol=1e-6)
    ax = plot_profile(runs, "z", color="activation", epoch=[0, 10])
    assert set(names_at_ends(ax)) == {f"{a}, epoch {e}" for a in ("tanh", "relu") for e in (0, 10)}


def test_a_capture_within_an_epoch_is_not_its_end():
    runs = Runs.create(names=["a"])
    for step, within, value in ((10, False, 1.0), (15, True, 5.0), (20, False, 9.0)):
        epoch = 2 if step == 20 else 1
        layers = [sketched([-value, value])]
        runs["a"].add(epoch=epoch, step=step, loss=1.0, samples=1, layers=layers, within=within)
    for data in (runs, runs["a"]):
        assert data.epochs == [1, 2]
        ax = plot_profile(data, "z", epoch=[1, 2])
        assert [line.get_ydata()[0] for line in ax.lines] == [1.0, 9.0]
    runs["a"].add(
        epoch=3, step=31, loss=1.0, samples=1, layers=[sketched([-1.0, 1.0])], within=True
    )
    with pytest.raises(ValueError, match="`epoch` must be one of 1, 2; got 3"):
        plot_profile(runs, "z", epoch=3)


def test_what_is_exactly_0_stands_on_the_lower_edge():
    grid = [{"initializer": name} for name in ("zeros", "he")]
    runs = Runs.create(names=["zeros", "he"], parameters=grid)
    for name, values in (("zeros", (0.0, 0.0, 1e-3)), ("he", (1e-3, 0.1, 1.0))):
        layers = [sketched([-value, value], place=k) for k, value in enumerate(values)]
        runs[name].add(epoch=0, step=0, loss=1.0, samples=1, layers=layers)
    ax = plot_profile(runs, "gradient", color="initializer")
    bottom = ax.get_ylim()[0]
    assert ax.get_yscale() == "log" and 0 < bottom < 1e-3
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [bottom, bottom, 1e-3], rtol=1e-6)
    assert ax.get_xlabel().endswith("on the lower edge: 0")
    all_zero = plot_profile(runs["zeros"], "gradient", layers=["h1", "h2"])
    assert all_zero.get_yscale() == "linear"  # 0 has no logarithm
    assert all_zero.lines[0].get_ydata().tolist() == [0, 0]


def test_a_run_without_the_number_is_counted():
    runs = Runs.create(names=["relu", "tanh"])
    for name, beyond in (("relu", None), ("tanh", 0.5)):
        values = np.array([[-1.0, 0.0], [1.0, 0.0]])
        units = {"z": UnitEvidence.of(values, beyond=beyond)}
        layer = LayerSketches("h1", 0, sketches={"z": Sketch.of(values)}, units=units)
        runs[name].add(epoch=0, step=0, loss=1.0, samples=2, layers=[layer])
    ax = plot_profile(runs, "z", statistic="saturated")
    assert list(names_at_ends(ax)) == ["1 of 2 without a number"]
    assert ax.lines[0].get_ydata().tolist() == [0.5]


def test_networks_of_other_depths_share_their_layers():
    runs = Runs.create(names=["deep", "flat"], parameters=[{"depth": 3}, {"depth": 1}])
    for name, depth in (("deep", 3), ("flat", 1)):
        layers = [sketched([-1.0, 1.0], place=k) for k in range(depth)]
        layers.append(sketched([-1.0, 1.0], output=True, place=depth, name="o"))
        runs[name].add(epoch=0, step=0, loss=1.0, samples=1, layers=layers)
    assert runs.layers == ["h1", "h2", "h3", "o"]
    assert runs.layers_with("z", outputs=False) == ["h1", "h2", "h3"]
    ax = plot_profile(runs, "z", color="depth", layers=["h1", "h2", "h3", "o"])
    flat, deep = ax.lines
    assert flat.get_xdata().tolist() == [0, 3] and deep.get_xdata().tolist() == [0, 1, 2, 3]
    assert list(names_at_ends(ax)) == ["1", "3"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda r: plot_profile(r, "zz"), ValueError, "`quantity` must be one of z, .*; got 'zz'"),
        (
            lambda r: plot_profile(r, "z", statistic="skew"),
            ValueError,
            "`statistic` must be one of std, .*; got 'skew'",
        ),
        (
            lambda r: plot_profile(r, "z", color="speed"),
            UnknownNameError,
            "`color` must be one of activation, .* among the parameters; got 'speed'",
        ),
        (
            lambda r: plot_profile(r, "z", epoch=3),
            ValueError,
            "`epoch` must be one of 0, 10; g",
        ),
        (lambda r: plot_profile(r, "z", epoch=[]), ValueError, "`epoch` must be an epoch, or "),
        (
            lambda r: plot_profile(r, "z", epoch="0"),
            ValueError,
            "`epoch` must be an epoch, or ",
        ),
        (lambda r: plot_profile(r, "z", scale="lin"), ValueError, "`scale` must be one of auto, "),
        (
            lambda r: plot_profile(r, "z", layers=["h9"]),
            UnknownNameError,
            "`layers` must be one of h1, h2, h3, o; got 'h9'",
        ),
        (lambda r: plot_profile(r, "weight"), ValueError, "`data` must have a layer with weight"),
        (lambda r: plot_profile(None, "z"), TypeError, "`data` must be a Snapshot or a Recording"),
        (
            lambda r: plot_profile(r[NAMES[0]], "z", color="rate"),
            TypeError,
            "`color` needs Runs, whose parameters it names; got a Recording",
        ),
        (
            lambda r: plot_profile(Runs.create(names=["a"]), "z"),
            ValueError,
            "`data` must hold a capture at least; got none: train first",
        ),
    ],
)
def test_a_profile_says_what_to_give(runs, call, error, words):
    with pytest.raises(error, match=words):
        call(runs)


# learning curves


def test_curves_are_medians_with_the_range_of_the_runs(runs):
    ax = plot_history(runs, color="activation")
    epochs = np.arange(1, 21)
    assert ax.get_ylabel() == "loss" and ax.get_yscale() == "linear"
    assert ax.get_xlabel() == "epoch\nmedian and range of 12 runs"
    for line, band, name in zip(ax.lines, ax.collections, ("tanh", "relu"), strict=True):
        found = np.array(
            [[loss_at(one, e) for e in epochs] for one in GRID if one["activation"] == name]
        )
        np.testing.assert_array_equal(line.get_xdata(), epochs)
        np.testing.assert_allclose(line.get_ydata(), np.median(found, axis=0))
        xs, low, high = band_of(band)
        np.testing.assert_array_equal(xs, epochs)
        np.testing.assert_allclose(low, found.min(axis=0))
        np.testing.assert_allclose(high, found.max(axis=0))
        assert names_at_ends(ax)[name].get_color() == line.get_color()


def test_panels_share_their_axis_and_a_line_of_guessing(runs):
    axes = plot_history(runs, color="initializer", columns="activation", guessing=0.75)
    assert [ax.get_title() for ax in axes] == ["tanh", "relu"]
    assert axes[0].get_ylim() == axes[1].get_ylim()
    for ax, activation in zip(axes, ("tanh", "relu"), strict=True):
        guess, *lines = ax.lines
        assert guess.get_ydata() == [0.75, 0.75] and "guessing" in names_at_ends(ax)
        for line, initializer in zip(lines, FADING, strict=True):
            some = [
                loss_at(one, 20)
                for one in GRID
                if (one["activation"], one["initializer"]) == (activation, initializer)
            ]
            assert line.get_ydata()[-1] == pytest.approx(np.median(some))
    looks = [[(line.get_color(), line.get_marker()) for line in ax.lines[1:]] for ax in axes]
    assert looks[0] == looks[1]  # a colour means one thing
    assert axes[0].figure.get_supxlabel() == "median and range of 4 runs"
    numbers = plot_history(runs, columns="seed")
    assert [ax.get_title() for ax in numbers] == ["seed 0", "seed 1", "seed 2", "seed 3"]


def test_names_stand_in_the_last_panel_where_others_have_no_room(runs):
    def named(**more):
        axes = plot_history(runs, metrics="accuracy", columns="rate", **more)
        return [bool(ax.texts) for ax in axes]

    assert named(color="seed") == [True] * 4
    grid = [one | {"initializer": f"{one['initializer']}, truncated"} for one in GRID]
    runs.extend(Runs.create(names=NAMES, parameters=grid), overwrite=True)
    runs.add_history(1, {name: {"accuracy": 0.5} for name in NAMES})
    with style():
        assert named(color="initializer") == [False, False, False, True]


def test_any_metric_can_be_drawn_and_one_at_a_time(runs):
    ax = plot_history(runs, metrics="accuracy")
    assert ax.get_ylabel() == "accuracy" and len(ax.lines) == 1 and not ax.texts
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.arange(1, 21) / 40)
    runs.add_history(21, {NAMES[0]: {"val_loss": 2.0}})
    ax = plot_history(runs, metrics=["val_loss"], color="seed")
    # what was not reported is no loss that is not finite
    assert list(names_at_ends(ax)) == ["0"] and ax.lines[0].get_xydata().tolist() == [[21, 2]]


def test_a_run_that_diverges_is_counted_and_the_others_are_drawn():
    grid = [{"rate": rate, "seed": seed} for rate in (0.1, 10.0, 100.0) for seed in range(3)]
    names = [f"{one['rate']} {one['seed']}" for one in grid]
    runs = Runs.create(names=names, parameters=grid)
    for epoch in (1, 2, 3):
        logs = {}
        for name, one in zip(names, grid, strict=True):
            lost = one["rate"] > 50 or (one["rate"] > 5 and one["seed"] == 1 and epoch > 1)
            bad = np.inf if epoch == 2 else np.nan
            logs[name] = {"loss": bad if lost else one["seed"] + 1.0}
        runs.add_history(epoch, logs)
    ax = plot_history(runs, color="rate")
    assert list(names_at_ends(ax)) == ["0.1", "10: 1 of 3 not finite", "100: no number"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [2.0, 2.0, 2.0])
    _, low, high = band_of(ax.collections[1])
    assert low.tolist() == [1.0] * 3 and high.tolist() == [3.0] * 3
    assert np.isnan(ax.lines[2].get_ydata()).all()


def test_curves_over_decades_go_on_a_log_axis():
    runs = Runs.create(names=["a", "b"], parameters=[{"seed": 1}, {"seed": 2}])
    for epoch in range(1, 6):
        runs.add_history(epoch, {name: {"loss": 10.0**-epoch} for name in runs})
    ax = plot_history(runs, color="seed")
    assert ax.get_yscale() == "log" and ax.get_ylabel() == "loss (log scale)"
    assert plot_history(runs, scale="linear").get_yscale() == "linear"
    runs.add_history(6, {name: {"loss": 0.0} for name in runs})
    ax = plot_history(runs)
    assert ax.lines[0].get_ydata()[-1] == ax.get_ylim()[0] > 0
    assert ax.get_xlabel() == "epoch\nmedian and range of 2 runs; on the lower edge: 0"


def test_more_than_five_lines_have_no_bands_and_colours_of_their_own():
    grid = [{"k": k, "seed": seed} for k in range(9) for seed in range(2)]
    runs = Runs.create(names=map(str, range(18)), parameters=grid)
    for epoch in (1, 2):
        runs.add_history(epoch, {str(k): {"loss": k + 0.0} for k in range(18)})
    for theme in ("light", "dark"):
        with style(theme=theme):
            ax = plot_history(runs, color="k")
            back = ax.get_facecolor()
        colors = [line.get_color() for line in ax.lines]
        assert len(set(colors)) == 9 and not ax.collections
        assert ax.get_xlabel() == "epoch\nmedian of 2 runs"
        for color in colors:  # WCAG 2: 3 to 1 for large letters
            assert contrast(color, back) >= 3


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color):
    parts = np.array(plt.matplotlib.colors.to_rgb(color))
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"color": "speed"}, UnknownNameError, "`color` must be one of .*parameters; got 'speed'"),
        ({"columns": "speed"}, UnknownNameError, "`columns` must be one of .*; got 'speed'"),
        ({"metrics": "f1"}, UnknownNameError, "`metrics` must be one of accuracy, loss; got 'f1'"),
        (
            {"metrics": ["loss", "accuracy"]},
            ValueError,
            "`metrics` must be one name where there are runs; got",
        ),
        ({"scale": "lin"}, ValueError, "`scale` must be one of auto, linear, log; got 'lin'"),
        ({"guessing": "low"}, TypeError, "`guessing` must be a finite number; got 'low'"),
    ],
)
def test_curves_say_what_to_give(runs, more, error, words):
    with pytest.raises(error, match=words):
        plot_history(runs, **more)


def test_what_only_runs_have_is_refused_elsewhere(runs):
    recording = runs[NAMES[0]]
    for more in ({"color": "rate"}, {"columns": "rate"}, {"guessing": 1.0}, {"scale": "log"}):
        (name,) = more
        with pytest.raises(TypeError, match=f"`{name}` needs Runs; got .* with a Recording"):
            plot_history(recording, **more)
    with pytest.raises(ValueError, match="`ax` must be left out where `columns` makes panels"):
        plot_history(runs, columns="rate", ax=plt.subplots()[1])
    with pytest.raises(ValueError, match="`data` must hold the history of an epoch at least"):
        plot_history(Runs.create(names=["a"]))


def test_plots_draw_on_the_axes_they_are_given(runs):
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_profile(runs, "z", ax=left) is left and plot_history(runs, ax=right) is right
    assert len(figure.axes) == 2 and left.lines and right.lines


# names at the ends


places = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(places, st.floats(0.001, 0.08))
def test_names_are_moved_apart_in_their_order_and_no_further_than_needed(wanted, apart):
    found = spread(wanted, apart)
    order = np.argsort(wanted, kind="stable")
    ascending = np.array(found)[order]
    assert (np.diff(ascending) >= apart - 1e-9).all()
    assert ascending[0] >= -1e-9 and ascending[-1] <= 1 + 1e-9
    if (np.diff(np.sort(wanted)) >= apart).all():
        np.testing.assert_allclose(found, np.clip(wanted, 0, 1), atol=1e-9)


@pytest.mark.parametrize("wanted", [[0.5, 0.5, 0.5], [0.2, 0.25, 0.9], [0.3, 0.31, 0.32, 0.5]])
def test_no_other_places_are_nearer(wanted):
    apart, grid = 0.1, np.linspace(0, 1, 41)
    found = np.array(spread(wanted, apart))
    cost = np.sum((found - wanted) ** 2)
    others = (
        np.sum((np.array(one) - wanted) ** 2)
        for one in itertools.combinations(grid, len(wanted))
        if (np.diff(one) >= apart - 1e-9).all()
    )
    assert cost <= min(others) + 1e-12


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("draw", ["profile", "history", "panels"])
def test_no_name_lies_on_another_or_outside_the_figure(runs, theme, draw):
    with style(theme=theme):
        if draw == "profile":
            axes = [plot_profile(runs, "z", color="rate", epoch=[0, 10], scale="log")]
        elif draw == "history":
            axes = [plot_history(runs, color="initializer", metrics="accuracy")]
        else:
            axes = plot_history(runs, color="initializer", columns="activation")
        figure = axes[0].figure
        figure.canvas.draw()
        for ax in axes:
            boxes = [Text.get_window_extent(text) for text in ax.texts]  # without leading lines
            assert len(boxes) >= 3
            for one, other in itertools.combinations(boxes, 2):
                assert not one.overlaps(other)
            for box in boxes:
                assert box.x0 >= ax.get_window_extent().x1
                assert 0 <= box.x0 < box.x1 <= figure.bbox.x1 and box.y0 >= 0


def test_groups_are_in_the_order_of_their_values():
    grid = [{"rate": rate, "name": name} for rate, name in ((10, "b"), (0.5, "a"), (2.0, "b"))]
    runs = Runs.create(names=list("xyz"), parameters=grid)
    runs.extend(Runs.create(names=["w"]))
    assert values_of(runs, "rate") == {"0.5": ["y"], "2": ["z"], "10": ["x"], "no rate": ["w"]}
    assert values_of(runs, "name") == {"b": ["x", "z"], "a": ["y"], "no name": ["w"]}
    close = Runs.create(names=["a", "b"], parameters=[{"rate": 0.1}, {"rate": 0.1 + 1e-9}])
    assert list(values_of(close, "rate").values()) == [["a"], ["b"]]


def predicted(factor=1.0, **how):
    rows = [
        {"layer": layer, "quantity": "z", "std": factor * 0.5**place, "std_samples": 0.25**place,
         "spread": 1.5, "holds": place < 2 or not how.get("doubts")}
        for place, layer in enumerate(LAYERS)
    ]  # fmt: skip
    return Prediction.of(rows, **how)


def test_a_prediction_is_a_line_with_a_band_and_measured_are_points(runs):
    small = runs.select(activation="tanh", initializer="glorot")
    ax = plot_profile(small, "z", prediction=predicted())
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["predicted"].get_ydata() == pytest.approx([1, 0.5, 0.25])
    assert lines["predicted"].get_linestyle() == "-"
    assert lines["measured"].get_linestyle() == "None" and lines["measured"].get_marker() != "None"
    middle = np.median([spread_at(one, 1, 0) for one in GRID if one["initializer"] == "glorot"])
    assert lines["measured"].get_ydata()[1] == pytest.approx(middle, rel=0.02)
    (band,) = (one for one in ax.collections if one.get_label() == "range of draws")
    corners = band.get_paths()[0].vertices[:, 1]
    assert corners.min() == pytest.approx(0.25 / 1.5) and corners.max() == pytest.approx(1.5)
    assert "points: measured" in ax.get_xlabel() and "95 of 100 draws" in ax.get_xlabel()
    assert [text.get_text() for text in ax.texts] == ["predicted"]


def test_a_prediction_for_each_group_and_where_theory_stops(runs):
    tanh = runs.select(activation="tanh")
    given = {
        "glorot": predicted(stops={"h9": "attention"}),
        "he": predicted(2.0, doubts={"h3": "trained"}),
    }
    ax = plot_profile(tanh, "z", color="initializer", prediction=given)
    drawn = {line.get_label(): line for line in ax.lines if line.get_linestyle() != "None"}
    assert set(drawn) == {"glorot", "he"} and drawn["he"].get_linestyle() == "--"
    assert len([line for line in ax.lines if line.get_linestyle() == "None"]) == 3
    assert "theory stops at h9; dashed: theory need not hold" in ax.get_xlabel()


def test_a_prediction_across_samples():
    z = np.random.default_rng(1).normal(size=(50, 2))
    layers = [LayerSnapshot(name, k, z=z * 0.25**k + 3) for k, name in enumerate(LAYERS)]
    snapshot = Snapshot(layers, loss=0.7, samples=50)
    ax = plot_profile(snapshot, "z", statistic="std_samples", prediction=predicted())
    line = next(line for line in ax.lines if line.get_label() == "predicted")
    assert line.get_ydata() == pytest.approx([1, 0.25, 0.0625])
    points = next(line for line in ax.lines if line.get_label() == "measured")
    assert points.get_ydata()[0] == pytest.approx(np.sqrt(z.var(axis=0).mean()), rel=0.03)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"prediction": 3}, "`prediction` must be a Prediction, as kit.predict"),
        ({"prediction": {}}, "`prediction` must have a Prediction for one of"),
        ({"prediction": {"she": None}, "color": "initializer"}, "got NoneType"),
        (
            {"prediction": {"she": predicted()}, "color": "initializer"},
            "`prediction` must be one of",
        ),
        ({"prediction": predicted(), "statistic": "mean"}, "`statistic` must be one of std, rms"),
    ],
)
def test_predictions_that_are_refused(runs, how, message):
    with pytest.raises((TypeError, ValueError), match=message):
        plot_profile(runs, "z", **how)
