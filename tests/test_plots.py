"""Plots by their artists, labels and limits, from hand-made data: no model is built here."""

import contextlib
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.text import Text

from kit.checks import UnknownNameError
from kit.plots import (
    compare,
    layer_panel,
    plot_epochs,
    plot_history,
    plot_profile,
    plot_violins,
    style,
)
from kit.plots.distributions import short_number
from kit.plots.layer_names import told_apart
from kit.plots.ranges import draw_range
from kit.plots.scales import Scale, choose_scale
from kit.plots.styling import COLORS, SIZES
from kit.recordings import LayerSketches, LayerSnapshot, Recording, Snapshot
from kit.stats.sketch import Sketch


def make_snapshot(rng, spreads=(1.0, 0.5, 0.25), **changes):
    """Layers h1, h2, ... with normal values of these spreads, and an output layer o."""
    entries = []
    for k, spread in enumerate(spreads):
        z = rng.normal(scale=spread, size=(200, 10)).astype("f4")
        entry = LayerSnapshot(f"h{k + 1}", k, z=z, activation=np.tanh(z), weight=z[:10])
        entry.delta = entry.gradient = z[:10] / 100
        entries.append(entry)
    z = rng.normal(size=(200, 1)).astype("f4")
    entries.append(LayerSnapshot("o", len(spreads), output=True, z=z, activation=z, weight=z))
    for name, value in changes.items():
        setattr(entries[0], name, value)
    return Snapshot(entries, loss=0.7, samples=200)


def make_recording(rng, epochs=4):
    recording = Recording.create()
    for epoch in range(epochs):
        layers = [
            LayerSketches(
                name,
                k,
                sketches={
                    q: Sketch.of(rng.normal(scale=10.0**-k * (epoch + 1), size=500))
                    for q in ("z", "activation", "weight", "gradient")
                },
            )
            for k, name in enumerate(("h1", "h2"))
        ]
        recording.add(epoch=epoch, step=epoch, loss=0.7, samples=500, layers=layers)
        if epoch:
            recording.add_history(
                epoch, {"loss": 1 / epoch, "accuracy": 0.5, "val_loss": 2 / epoch}
            )
    return recording


def violins(ax):
    return [one for one in ax.collections if isinstance(one, PolyCollection)]


def extent(violin):
    """Lowest and highest y of a violin's outline."""
    y = violin.get_paths()[0].vertices[:, 1]
    return y.min(), y.max()


def test_a_violin_for_each_hidden_layer_named_with_its_std(rng):
    snapshot = make_snapshot(rng)
    ax = plot_violins(snapshot, "z")
    assert len(violins(ax)) == 3
    for label, layer in zip(ax.get_xticklabels(), ("h1", "h2", "h3"), strict=True):
        name, sigma = label.get_text().split("\nσ ")
        assert name == layer
        assert float(sigma) == pytest.approx(snapshot[layer].z.std(), rel=0.05)


def layer_of_constants(rng):
    """h1: units that differ by 3, and hardly answer to a sample."""
    z = 3 * rng.normal(size=(1, 10)) + 1e-6 * rng.normal(size=(200, 10))
    return make_snapshot(rng, z=z)


@pytest.mark.parametrize(
    ("statistic", "sign", "axis"),
    [("std_samples", "σₛ", 0), ("std_units", "σᵤ", None)],
)
def test_a_violin_can_be_named_with_a_part_of_its_std(rng, statistic, sign, axis):
    snapshot = layer_of_constants(rng)
    label = plot_violins(snapshot, "z", statistic=statistic).get_xticklabels()[0].get_text()
    name, told = label.split(f"\n{sign} ")
    z = snapshot["h1"].z  # (samples, units)
    part = z.mean(axis=0).std() if axis is None else np.sqrt(z.var(axis=axis).mean())
    number = told.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).replace("×10", "e")
    assert name == "h1" and float(number) == pytest.approx(part, rel=0.06)


def test_the_axis_says_which_std_stands_under_the_names(rng):
    snapshot = layer_of_constants(rng)
    assert plot_violins(snapshot, "z").get_xlabel() == ""
    assert plot_violins(snapshot, "z", statistic="std_samples").get_xlabel() == "σₛ: across samples"
    figure = layer_panel(snapshot, statistic="std_units")
    z, weights, activations, _ = figure.axes
    assert [ax.get_xlabel() for ax in (z, weights, activations)] == [
        "σᵤ: between units", "", "σᵤ: between units",
    ]  # fmt: skip
    assert "σ " in weights.get_xticklabels()[0].get_text()


@pytest.mark.parametrize("draw", [lambda *a, **k: plot_violins(a[0], "z", **k), layer_panel])
def test_an_unknown_std_is_refused(rng, draw):
    with pytest.raises(ValueError, match="`statistic` must be one of std, std_samples, std_units"):
        draw(make_snapshot(rng), statistic="median")
    assert not plt.get_fignums()


def test_weights_have_no_part_across_samples(rng):
    with pytest.raises(ValueError, match="weight"):
        plot_violins(make_snapshot(rng), "weight", statistic="std_samples")


def test_the_output_layer_is_drawn_where_it_is_named(rng):
    ax = plot_violins(make_snapshot(rng), "z", layers=["h3", "o"])
    assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == ["h3", "o"]


def test_violins_span_the_middle_of_the_data_and_lie_within_the_limits(rng):
    snapshot = make_snapshot(rng)
    ax = plot_violins(snapshot, "z", scale="linear")
    for violin, layer in zip(violins(ax), ("h1", "h2", "h3"), strict=True):
        low, high = extent(violin)
        expected = np.quantile(snapshot[layer].z, [0.001, 0.999], method="inverted_cdf")
        np.testing.assert_allclose([low, high], expected, rtol=0.02)
        assert ax.get_ylim()[0] < low and high < ax.get_ylim()[1]


def test_the_widest_place_of_a_violin_is_at_the_mode(rng):
    values = np.concatenate([rng.normal(3, 0.1, 9000), rng.uniform(-5, 5, 1000)])
    ax = plot_violins(make_snapshot(rng, spreads=(1.0,), z=values.reshape(-1, 10)), "z")
    (violin,) = violins(ax)
    outline = violin.get_paths()[0].vertices
    assert outline[outline[:, 0].argmax(), 1] == pytest.approx(3, abs=0.1)
    assert np.ptp(outline[:, 0]) == pytest.approx(0.86, rel=0.01)


def test_distributions_far_apart_go_on_a_log_axis_that_says_so(rng):
    snapshot = make_snapshot(rng, spreads=(1.0, 1e-6, 1e-11))
    ax = plot_violins(snapshot, "z")
    assert ax.get_yscale() == "log" and "|z|" in ax.get_ylabel() and "log" in ax.get_ylabel()
    # none is a line on the screen: each violin is over 5 % of the axis high
    bottom, top = np.log10(ax.get_ylim())
    for violin in violins(ax):
        low, high = np.log10(extent(violin))
        assert bottom < low < high < top
        assert (high - low) / (top - bottom) > 0.05


@pytest.mark.parametrize(("scale", "name"), [("linear", "linear"), ("symlog", "symlog")])
def test_a_scale_can_be_asked_for(rng, scale, name):
    ax = plot_violins(make_snapshot(rng, spreads=(1.0, 1e-6)), "z", scale=scale)
    assert ax.get_yscale() == name
    assert ("symlog" in ax.get_ylabel()) == (name == "symlog")


def test_symlog_keeps_every_violin_within_the_axis(rng):
    ax = plot_violins(make_snapshot(rng, spreads=(1.0, 1e-11)), "z", scale="symlog")
    bottom, top = ax.get_ylim()
    for violin in violins(ax):
        low, high = extent(violin)
        assert bottom <= low < 0 < high <= top


def test_values_close_together_stay_on_a_ruler():
    sketches = [Sketch.of(0.5 + scale * np.linspace(-1, 1, 99)) for scale in (1e-5, 1e-1)]
    assert choose_scale(sketches).name == "linear"


def test_heavy_tails_go_on_a_log_axis(rng):
    values = rng.standard_t(1.2, size=20000)
    assert choose_scale([Sketch.of(values)]).name == "log"


def test_scale_and_matplotlibs_axis_agree(rng):
    ax = plot_violins(make_snapshot(rng, spreads=(1.0, 1e-6)), "z", scale="symlog")
    sketches = [Sketch.of(v) for v in (np.array([-1.0, 1.0]), np.array([-1e-6, 1e-6]))]
    scale = choose_scale(sketches, "symlog")
    values = np.array([-1, -1e-5, 0, 1e-7, 0.5])
    there = ax.yaxis.get_transform().transform(values)
    # the same up to the threshold that each has chosen
    assert scale.threshold == ax.yaxis.get_transform().linthresh
    np.testing.assert_allclose(scale.forward(values), there)
    np.testing.assert_allclose(scale.inverse(there), values, atol=1e-12)


@pytest.mark.parametrize("shift", [-0.5, 0, 0.5])
def test_zeros_are_told_in_words_and_left_out_of_the_curve_alone(rng, shift):
    relu = np.maximum(rng.normal(size=(200, 10)) + shift, 0)
    ax = plot_violins(make_snapshot(rng, activation=relu), "activation", layers=["h1"])
    assert [text.get_text() for text in ax.texts] == [f"{np.mean(relu == 0):.0%} zeros"]
    dot = ax.lines[-1].get_ydata()[0]
    assert dot == pytest.approx(np.median(relu), rel=0.03)  # of all values, zeros among them
    (bar,) = [one for one in ax.collections if isinstance(one, LineCollection)]
    np.testing.assert_allclose(
        bar.get_segments()[0][:, 1], np.quantile(relu, [0.25, 0.75]), rtol=0.03, atol=1e-12
    )


def test_on_a_log_scale_zeros_are_left_out_of_the_dot(rng):
    relu = np.maximum(rng.normal(size=(200, 10)), 0)
    snapshot = make_snapshot(rng, activation=relu)
    ax = plot_violins(snapshot, "activation", layers=["h1"], scale="log")
    dot = ax.lines[-1].get_ydata()[0]
    assert dot == pytest.approx(np.median(relu[relu > 0]), rel=0.03)


def test_a_layer_without_spread_is_a_line_that_can_be_seen(rng):
    ax = plot_violins(make_snapshot(rng, z=np.full((200, 10), 0.25)), "z", layers=["h1"])
    assert not violins(ax)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 0.25)
    assert ax.get_ylim()[0] < 0.25 < ax.get_ylim()[1]


@pytest.mark.parametrize("scale", ["auto", "linear", "symlog", "log"])
def test_an_all_zero_layer_is_drawn_on_every_scale(rng, scale):
    ax = plot_violins(make_snapshot(rng, z=np.zeros((200, 10))), "z", scale=scale)
    assert "all zero" in [text.get_text() for text in ax.texts]
    ax.figure.canvas.draw()


def test_values_that_are_not_finite_are_counted_in_words(rng):
    bad = np.full((200, 10), np.nan)
    ax = plot_violins(make_snapshot(rng, z=bad), "z")
    assert "2,000" in ax.texts[0].get_text() and len(violins(ax)) == 2
    ax.figure.canvas.draw()


def test_the_panel_has_the_lectures_order_and_leaves_the_output_out(rng):
    figure = layer_panel(make_snapshot(rng), title="A title")
    headings = [ax.get_title() for ax in figure.axes]
    assert headings == ["Z-values", "Weights", "Activations", "Gradients"]
    assert all("o" not in label.get_text() for ax in figure.axes for label in ax.get_xticklabels())
    assert figure.get_suptitle() == "A title"


def test_the_panel_of_a_recording_says_which_epoch(rng):
    figure = layer_panel(make_recording(rng), epoch=2)
    assert figure.get_suptitle() == "Epoch 2"


def test_the_panel_says_where_there_is_nothing(rng):
    snapshot = make_snapshot(rng, spreads=(1.0,), gradient=None)
    assert "no gradient here" in [text.get_text() for text in layer_panel(snapshot).axes[3].texts]


def test_epochs_draw_the_quantiles_of_every_layer(rng):
    recording = make_recording(rng)
    axes = plot_epochs(recording, "z", scale="linear")
    assert [ax.get_title() for ax in axes] == ["h1", "h2"]
    medians = [recording.sketch("z", "h1", epoch).quantile(0.5) for epoch in range(4)]
    np.testing.assert_allclose(axes[0].lines[0].get_ydata(), medians)
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_epochs_take_axes_one_for_each_layer(rng):
    with pytest.raises(ValueError, match="`axes` must be one for each of 2 layers; got 1"):
        plot_epochs(make_recording(rng), "z", axes=[plt.subplots()[1]])


def test_history_draws_loss_and_metric_named_at_their_ends(rng):
    ax = plot_history(make_recording(rng))
    assert ax.get_ylabel() == "loss" and ax.get_xlabel() == "epoch"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 1 / 2, 1 / 3])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [2, 1, 2 / 3])
    assert {text.get_text() for text in ax.texts} == {"loss", "val_loss"}
    assert ax.figure.axes[1].get_ylabel() == "accuracy"


@pytest.mark.parametrize("styled", [True, False], ids=["slide", "plain"])
@pytest.mark.parametrize("epochs", [1, 5, 40])
@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_names_of_curves_are_never_struck_through(styled, epochs, gap):
    at = np.arange(1, epochs + 1)
    table = pd.DataFrame({"loss": np.exp(-at / 9), "accuracy": 1 - np.exp(-at / 9)}, index=at)
    table["val_loss"], table["val_accuracy"] = table["loss"] + gap, table["accuracy"] - gap
    with style() if styled else contextlib.nullcontext():
        ax = plot_history(table)
        ax.figure.canvas.draw()
    sides = ax.figure.axes
    texts = [text for side in sides for text in side.texts]
    boxes = [Text.get_window_extent(text) for text in texts]  # without the thin line
    assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]
    lines = [line for side in sides for line in side.lines]
    ends = [line.axes.transData.transform(line.get_xydata()[-1])[0] for line in lines]
    assert len(boxes) == len(lines) == 4
    for box in boxes:
        assert max(ends) < box.x0 and box.x1 < ax.bbox.x1
        assert ax.bbox.y0 < box.y0 and box.y1 < ax.bbox.y1
    assert all(1 <= tick <= epochs for tick in ax.get_xticks())


@pytest.mark.parametrize(("epochs", "marked"), [(12, True), (13, False)])
def test_marks_stand_at_every_epoch_or_at_none(epochs, marked):
    ax = plot_history(pd.DataFrame({"loss": np.arange(epochs) + 1.0}))
    (line,) = ax.lines
    assert (line.get_marker() not in ("", "None")) is marked and line.get_markevery() is None


def test_history_takes_keras_own_and_a_table():
    class History:
        epoch = [0, 1]
        history = {"loss": [0.9, 0.5]}

    np.testing.assert_array_equal(plot_history(History()).lines[0].get_xdata(), [1, 2])
    assert plot_history(pd.DataFrame({"loss": [1.0]}), metrics=["loss"]).get_ylabel() == "loss"
    np.testing.assert_array_equal(plot_history(History.history).lines[0].get_xdata(), [1, 2])

    class Trained:
        history = History()

    np.testing.assert_array_equal(plot_history(Trained()).lines[0].get_ydata(), [0.9, 0.5])


def test_history_of_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match=r"`data\['loss'\]` must be an array of numbers; got"):
        plot_history(pd.DataFrame({"loss": ["a", "b"]}))
    with pytest.raises(TypeError, match="`data` must be an array of numbers; got"):
        plot_history(pd.DataFrame({"loss": [1.0]}, index=["first"]))
    with pytest.raises(ValueError, match="whose name does not begin with val_; got val_loss"):
        plot_history(pd.DataFrame({"val_loss": [1.0]}))


def test_history_refuses_what_has_none():
    with pytest.raises(TypeError, match="`data` must be a Recording, a Keras History or a table"):
        plot_history(3)
    with pytest.raises(ValueError, match="`data` must hold the history of an epoch"):
        plot_history(Recording.create())
    with pytest.raises(ValueError, match="`metrics` must be one of loss; got 'f1'"):
        plot_history(pd.DataFrame({"loss": [1.0]}), metrics=["f1"])


def test_compare_shares_one_axis_and_says_so(rng):
    grid = {
        "tanh": {"A": make_snapshot(rng), "B": make_snapshot(rng, spreads=(9.0,) * 3)},
        "ReLU": {"A": make_snapshot(rng), "B": make_snapshot(rng)},
    }
    figure = compare(grid, "z", title="T")
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    assert "One axis for all panels" in figure.get_supxlabel()
    for ax in figure.axes:
        for violin in violins(ax):
            assert ax.get_ylim()[0] < extent(violin)[0] < extent(violin)[1] < ax.get_ylim()[1]
    by_row = compare(grid, "z", share="row")
    assert len({ax.get_ylim() for ax in by_row.axes}) == 2
    assert "One axis for each row" in by_row.get_supxlabel()


def test_compare_refuses_what_is_no_grid(rng):
    one = make_snapshot(rng)
    with pytest.raises(ValueError, match="`grid` must have rows of the same columns"):
        compare({"a": {"x": one}, "b": {"y": one}}, "z")
    with pytest.raises(ValueError, match="`grid` must have rows of the same columns"):
        compare({}, "z")
    with pytest.raises(ValueError, match="`share` must be one of all, row, none; got 'col'"):
        compare({"a": {"x": one}}, "z", share="col")


def test_unknown_names_are_refused_with_the_known_ones(rng):
    snapshot = make_snapshot(rng)
    with pytest.raises(KeyError, match="`layers` must be one of h1, h2, h3, o; got 'h9'"):
        plot_violins(snapshot, "z", layers=["h9"])
    with pytest.raises(KeyError, match="`layers` must be one of h1, h2, h3, o; got 'h9'"):
        layer_panel(snapshot, layers=["h9"])
    with pytest.raises(ValueError, match="`quantity` must be one of z, activation"):
        plot_violins(snapshot, "zz")
    with pytest.raises(ValueError, match="`scale` must be one of auto, linear, symlog, log"):
        plot_violins(snapshot, "z", scale="cubic")
    with pytest.raises(ValueError, match="`epoch` must be one of 0; got 3"):
        plot_violins(snapshot, "z", epoch=3)
    with pytest.raises(ValueError, match="has no gradient"):
        plot_violins(snapshot, "gradient", layers=["o"])
    with pytest.raises(ValueError, match="`layers` must have at least one name; got"):
        plot_violins(snapshot, "z", layers=[])


def test_a_plot_draws_on_the_axes_it_is_given_and_touches_no_other(rng):
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_violins(make_snapshot(rng), "weight", ax=right) is right
    assert not left.collections and plt.get_fignums() == [figure.number]


def test_style_is_a_context():
    before = dict(plt.rcParams)
    with style(theme="dark", size="paper"):
        assert plt.rcParams["figure.figsize"] == list(SIZES["paper"])
        assert plt.rcParams["axes.facecolor"] == "#14181D"
    assert dict(plt.rcParams) == before
    with (
        pytest.raises(ValueError, match="`theme` must be one of light, dark; got 'pink'"),
        style("pink"),
    ):
        pass
    with (
        pytest.raises(ValueError, match="`size` must be one of slide, paper; got 'A4'"),
        style(size="A4"),
    ):
        pass


def test_colours_can_be_told_apart_in_grey():
    def luminance(color):
        r, g, b = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    shades = [luminance(COLORS[name]) for name in ("z", "activation")]
    assert abs(shades[0] - shades[1]) > 0.2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.032, "0.032"),
        (1.4e-11, "1.4×10⁻¹¹"),
        (3.2, "3.2"),
        (0, "0"),
        (1234.5, "1234"),
        (1e6, "1.0×10⁶"),
    ],
)
def test_short_numbers_have_two_digits(value, text):
    assert short_number(value) == text


def test_a_scale_knows_its_own_inverse():
    for scale in (Scale("linear"), Scale("log"), Scale("symlog", 1e-4)):
        values = np.array([1e-9, 1e-4, 0.3, 70])
        np.testing.assert_allclose(scale.inverse(scale.forward(values)), values)


@pytest.mark.parametrize("tiny", [1e-41, 1e-50])
def test_values_too_small_for_float32_are_drawn_on_a_log_axis(rng, tiny):
    z = tiny * rng.normal(size=(200, 10))
    ax = plot_violins(make_snapshot(rng, z=z), "z")
    assert ax.get_yscale() == "log" and np.isfinite(ax.get_ylim()).all()
    ax.figure.canvas.draw()


def test_a_keras_history_has_its_own_epochs():
    class History:
        epoch = [10, 11, 12, 13]
        history = {"loss": [4.0, 3.0, 2.0, 1.0], "val_loss": [5.0, 6.0]}

    ax = plot_history(History())
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [11, 12, 13, 14])
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [12, 14])  # validation_freq=2


def overlapping(labels):
    boxes = [label.get_window_extent() for label in labels if label.get_text()]
    return [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]


def test_without_a_style_nothing_lies_on_anything_else(rng):
    figure = layer_panel(make_snapshot(rng, spreads=(1.0,) * 5), title="T")
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    boxes = [ax.get_tightbbox(renderer) for ax in figure.axes]
    assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]
    for ax in figure.axes:
        assert not overlapping(ax.get_xticklabels())


def test_long_names_are_turned_and_zeros_told_once(rng):
    relu = np.maximum(rng.normal(size=(200, 10)), 0)
    entries = [LayerSnapshot(f"encoder/dense_{k}", k, activation=relu) for k in range(12)]
    with style():
        ax = plot_violins(Snapshot(entries, loss=0.7, samples=200), "activation")
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {30.0}
        assert len(ax.texts) == 1


# many layers, and long names


def make_deep(names):
    """A recording of two epochs, of layers of these names and an output."""
    recording, values = Recording.create(), np.linspace(-1, 1, 21)
    for epoch in (0, 1):
        layers = [
            LayerSketches(
                name, k, output=name == "out", sketches=dict.fromkeys(
                    ("z", "weight", "activation", "gradient"), Sketch.of(values / (k + 1))
                ),
            )
            for k, name in enumerate([*names, "out"])
        ]  # fmt: skip
        recording.add(epoch=epoch, step=epoch, loss=0.7, samples=21, layers=layers)
    return recording


def labels_touch(ax):
    """Whether names below Axes lie on each other, level ones by their boxes, others by lines."""
    labels = [label for label in ax.get_xticklabels() if label.get_text()]
    angle = np.deg2rad(labels[0].get_rotation())
    if not angle:
        return bool(overlapping(labels))
    places = [ax.transData.transform((tick, 0))[0] for tick in ax.get_xticks()]
    high = labels[0].get_fontsize() * ax.figure.dpi / 72
    return min(np.diff(places)) * np.sin(angle) < 1.1 * high


NAMES = {
    "short": [f"h{k}" for k in range(8)],
    "keras": [f"dense_{k}" for k in range(20)],
    "alike": [f"block_{k}_separable_convolution_bn_relu" for k in range(5)],
    "paths": [f"model/encoder/block_{k}/attention/dense" for k in range(10)],
    "deep": [f"block_{k}_expand" for k in range(60)],
}


@pytest.mark.parametrize(
    ("kind", "styled"), [*((kind, True) for kind in NAMES), ("alike", False), ("deep", False)]
)
def test_names_of_layers_never_touch(kind, styled):
    names = NAMES[kind]
    recording = make_deep(names)
    with style() if styled else contextlib.nullcontext():
        figures = [
            layer_panel(recording),
            compare({"a": dict.fromkeys("ABC", recording)}, "z"),
            plot_violins(recording, "z", layers=names).figure,
            plot_profile(recording, "z", epoch=[0, 1]).figure,
        ]
        for figure in figures:
            figure.canvas.draw()
            for ax in figure.axes:
                assert not labels_touch(ax)
                words = [label.get_text().split("\n")[0] for label in ax.get_xticklabels()]
                assert len({word.split("  ")[0] for word in words}) == len(words)
                assert all(re.search(r"[a-z]\d|\d", word) for word in words)
        epochs = plot_epochs(recording, "z")
        epochs[0].figure.canvas.draw()
        titles = [ax.title for ax in epochs]
        assert not overlapping(titles) and len({one.get_text() for one in titles}) == len(titles)


def test_of_many_layers_some_are_shown_and_the_picture_says_so():
    names = NAMES["deep"]
    recording = make_deep(names)
    panel = layer_panel(recording)
    assert panel.get_supxlabel().startswith("12 of 61 layers, without the output. Violins")
    for ax in panel.axes:
        assert len(violins(ax)) == 12
    ax = plot_violins(recording, "z")
    words = [label.get_text().split("  ")[0] for label in ax.get_xticklabels()]
    assert "0_expand" in words[0] and "59_expand" in words[-1]
    assert len(words) == 12 and ax.get_xlabel() == "12 of 60 layers"
    compared = compare({"a": {"b": recording, "c": make_deep(["h1"])}}, "z")
    assert compared.get_supxlabel().startswith("At most 12 layers each. One axis for all")
    compared = compare({"a": {"b": recording}}, "z")
    assert "12 of 60 layers. One axis for all panels." in compared.get_supxlabel()
    axes = plot_epochs(recording, "z")
    assert len(axes) == 12 and axes[0].figure.get_supxlabel() == "12 of 60 layers"
    profile = plot_profile(recording, "z")
    assert len(profile.lines[0].get_xdata()) == 60
    assert re.search(r"every \d+(st|nd|rd|th) of 60 layers named", profile.get_xlabel())


def test_all_layers_are_shown_where_they_are_named():
    names = NAMES["deep"]
    recording = make_deep(names)
    ax = plot_violins(recording, "z", layers=[*names, "out"])
    assert len(violins(ax)) == 61
    step = -(-61 // len(ax.get_xticks()))
    assert ax.get_xlabel().startswith(f"every {step}") and "of 61 layers named" in ax.get_xlabel()
    assert len(plot_epochs(recording, "z", layers=names[:20])) == 20
    assert len(violins(compare({"a": {"b": recording}}, "z", layers=names).axes[0])) == 60


def test_a_panel_without_the_output_says_so(rng):
    assert layer_panel(make_snapshot(rng)).get_supxlabel().startswith(
        "3 of 4 layers, without the output. Violins"
    )  # fmt: skip
    named = layer_panel(make_snapshot(rng), layers=["h1", "h2"])
    assert named.get_supxlabel().startswith("Violins")


def test_epochs_of_many_layers_stand_in_rows():
    names = [f"h{k}" for k in range(8)]
    axes = plot_epochs(make_deep(names), "z")
    rows = [ax.get_subplotspec().rowspan.start for ax in axes]
    assert rows == [0] * 4 + [1] * 4
    assert [ax.get_xlabel() for ax in axes] == [""] * 4 + ["epoch"] * 4
    axes = plot_epochs(make_deep(names[:7]), "z")  # the last row has a gap, under which words stand
    assert [bool(ax.get_xlabel()) for ax in axes] == [False] * 3 + [True] * 4


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        (["a", "b"], 1, ["a", "b"]),
        (["encoder/dense_1", "encoder/dense_2"], 8, ["…dense_1", "…dense_2"]),
        (["block_1_conv_relu", "block_2_conv_relu"], 10, ["block_1_c…", "block_2_c…"]),
        (["deep/in/a/net/1/conv_bn_relu", "deep/in/a/net/2/conv_bn_relu"], 6, ["…1/co…", "…2/co…"]),
        (["one_end_a_long_way", "two_end_a_long_way"], 8, ["one_end…", "two_end…"]),
        (["abcXYZabcdefgh", "abcXYZ1bcdefgh", "9bcXYZabcdefgh"], 5, None),
    ],
)
def test_long_names_are_told_apart(names, most, expected):
    found = told_apart(names, most)
    assert len(set(found)) == len(names) and all(len(one) <= most for one in found)
    assert expected is None or found == expected


# captures within an epoch


def make_fine_recording():
    """Captures at steps 0 to 4, of which 0, 2 and 4 end epochs; z has its step as its values."""
    recording = Recording.create()
    for step in range(5):
        values = step + np.linspace(0, 1, 101)
        layers = [LayerSketches("h1", 0, sketches={"z": Sketch.of(values)})]
        recording.add(
            epoch=step // 2, step=step, loss=0.7, samples=101, layers=layers, within=step % 2 == 1
        )
    return recording


def drawn_median(ax):
    return ax.lines[-1].get_ydata()[0]


def test_a_capture_within_an_epoch_is_drawn_by_its_step():
    recording = make_fine_recording()
    assert drawn_median(plot_violins(recording, "z", step=3)) == pytest.approx(3.5, rel=0.02)
    assert drawn_median(plot_violins(recording, "z", epoch=1)) == pytest.approx(2.5, rel=0.02)
    panel = layer_panel(recording, step=3)
    assert panel.get_suptitle() == "Step 3"
    assert drawn_median(panel.axes[0]) == pytest.approx(3.5, rel=0.02)
    grid = compare({"run": {"z": recording}}, "z", step=3)
    assert drawn_median(grid.axes[0]) == pytest.approx(3.5, rel=0.02)


def test_all_captures_are_drawn_against_their_steps():
    recording = make_fine_recording()
    for by, at in (("epoch", [0, 1, 2]), ("step", [0, 1, 2, 3, 4])):
        (ax,) = plot_epochs(recording, "z", by=by, scale="linear")
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), at)
        middles = [recording.sketch("z", "h1", **{by: one}).quantile(0.5) for one in at]
        np.testing.assert_allclose(ax.lines[0].get_ydata(), middles)
        assert ax.get_xlabel() == by


def test_a_snapshot_is_at_step_0(rng):
    snapshot = make_snapshot(rng)
    assert layer_panel(snapshot, step=0).get_suptitle() == "Step 0"
    for by in ("epoch", "step"):
        assert len(plot_epochs(snapshot, "z", by=by)) == 3


def test_which_capture_must_be_one_that_there_is():
    recording = make_fine_recording()
    for draw in (
        lambda **when: plot_violins(recording, "z", **when),
        lambda **when: layer_panel(recording, **when),
        lambda **when: compare({"a": {"b": recording}}, "z", **when),
    ):
        with pytest.raises(ValueError, match="only one of `epoch` and `step` may be given; got 1 "):
            draw(epoch=1, step=3)
        with pytest.raises(ValueError, match="`step` must be one of 0 to 4; got 7"):
            draw(step=7)
        with pytest.raises(ValueError, match="`epoch` must be one of 0 to 2; got 7"):
            draw(epoch=7)
    assert not plt.get_fignums()  # nothing half drawn is left
    with pytest.raises(ValueError, match="`by` must be one of epoch, step; got 'batch'"):
        plot_epochs(recording, "z", by="batch")


def test_what_a_layer_has_at_some_captures_only_is_told():
    recording = make_fine_recording()
    layers = [LayerSketches("h1", 0, sketches={"weight": Sketch.of([1.0])})]
    recording.add(epoch=3, step=6, loss=0.7, samples=1, layers=layers)
    with pytest.raises(ValueError, match="layer 'h1' has no z at epoch 3"):
        plot_epochs(recording, "z")


# names


def label_of(ax):
    return ax.get_xticklabels()[0].get_text().split("\n")[0].split("  ")[0]


@pytest.mark.parametrize(
    "name", ["dense_1", "a[b]", "a/b", "<b>&amp;", "a$b$", "$x_1$", r"a\$b", "50%", "{x}^2"]
)
def test_names_are_drawn_as_they_are(rng, name):
    z = rng.normal(size=(50, 4))
    snapshot = Snapshot([LayerSnapshot(name, 0, z=z, weight=z)], loss=0.7, samples=50)
    ax = plot_violins(snapshot, "z", layers=name)
    (title,) = (ax.title for ax in plot_epochs(snapshot, "z"))
    panel = layer_panel(snapshot).axes[0]
    for text in (ax.get_xticklabels()[0], panel.get_xticklabels()[0], title):
        words, math = text._preprocess_math(text.get_text())
        assert words.split("\n")[0] == name and not math
    ax.figure.canvas.draw()
    assert label_of(ax) == name


def test_a_line_break_in_a_name_is_written_out(rng):
    snapshot = Snapshot([LayerSnapshot("a\nb", 0, z=rng.normal(size=99))], loss=0.7, samples=99)
    assert label_of(plot_violins(snapshot, "z")) == r"a\nb"
    assert plot_epochs(snapshot, "z")[0].get_title() == r"a\nb"


def test_one_layer_may_be_named_by_a_text(rng):
    snapshot, recording = make_snapshot(rng), make_recording(rng)
    assert label_of(plot_violins(snapshot, "z", layers="h2")) == "h2"
    assert [label_of(ax) for ax in layer_panel(snapshot, layers="h2").axes] == ["h2"] * 4
    assert [ax.get_title() for ax in plot_epochs(recording, "z", layers="h2")] == ["h2"]
    assert label_of(compare({"a": {"b": snapshot}}, "z", layers="h2").axes[0]) == "h2"
    assert plot_history(recording, metrics="accuracy").get_ylabel() == "accuracy"
    for draw in (
        lambda layers: plot_violins(snapshot, "z", layers=layers),
        lambda layers: layer_panel(snapshot, layers=layers),
        lambda layers: plot_epochs(recording, "z", layers=layers),
        lambda layers: compare({"a": {"b": snapshot}}, "z", layers=layers),
    ):
        with pytest.raises(UnknownNameError, match=r"`layers` must be one of h1, h2.*; got 'h9'"):
            draw("h9")
        with pytest.raises(TypeError, match="`layers` must be a name or a list of names; got 3"):
            draw(3)


def test_axes_may_be_one_for_one_layer(rng):
    ax = plt.subplots()[1]
    assert plot_epochs(make_recording(rng), "z", layers="h1", axes=ax)[0] is ax


def test_names_of_keras_do_not_collide(rng):
    names = ["dense", "dense_1", "conv2d_3", "batch_normalization_12", "a/long/path/to/dense_6"]
    z = rng.normal(size=(200, 10))
    entries = [
        LayerSnapshot(name, k, z=z, activation=z, weight=z, gradient=z * 1e-9)
        for k, name in enumerate([*names, "dense_7", "dense_8", "dense_9"])
    ]
    with style():
        figure = layer_panel(Snapshot(entries, loss=0.7, samples=200), title="T")
        figure.canvas.draw()
        for ax in figure.axes:
            labels = ax.get_xticklabels()
            # turned lines do not touch where they are further apart, square to them, than high
            angle = np.deg2rad(labels[0].get_rotation())
            places = [ax.transData.transform((k, 0))[0] for k in range(len(labels))]
            high = labels[0].get_fontsize() * figure.dpi / 72
            assert min(np.diff(places)) * np.sin(angle) > 1.2 * high
            assert not any("\n" in label.get_text() for label in labels)
            assert all(len(label.get_text().split("  ")[0]) <= 18 for label in labels)


# what cannot be drawn


class Holder:
    recording = None


class Model:
    layers = ()
    predict = None


WRONG = [
    (None, "got None: a recorder has its recording once training begins, so train first"),
    (Holder(), "got Holder: pass its `recording`, which it has once training begins"),
    (Model(), r"got Model: measure a model with kit\.probe\(model, x, y\)"),
    ({"a": 1}, "got dict"),
    (np.zeros(3), "got ndarray"),
]


@pytest.mark.parametrize(("data", "words"), WRONG)
def test_what_is_not_measured_is_refused_with_what_to_do(data, words):
    for draw in (
        lambda: plot_violins(data, "z"),
        lambda: layer_panel(data),
        lambda: plot_epochs(data, "z"),
    ):
        with pytest.raises(TypeError, match=f"`data` must be a Snapshot or a Recording; {words}"):
            draw()
    with pytest.raises(TypeError, match=rf"`grid\['a'\]\['b'\]` must be a Snapshot or .*{words}"):
        compare({"a": {"b": data}}, "z")
    assert not plt.get_fignums()


def test_a_recording_that_holds_nothing_yet_is_refused():
    empty = Recording.create()
    for draw in (
        lambda: plot_violins(empty, "z"),
        lambda: layer_panel(empty),
        lambda: plot_epochs(empty, "z"),
        lambda: compare({"a": {"b": empty}}, "z"),
    ):
        with pytest.raises(
            ValueError, match=r"must hold a capture of a layer at least; .*train fi"
        ):
            draw()


def test_compare_says_what_a_grid_is(rng):
    one = make_snapshot(rng)
    with pytest.raises(TypeError, match=r"`grid` must have a dict for each row, .* as row 'a'"):
        compare({"a": one}, "z")
    with pytest.raises(TypeError, match=r"`grid` must be a dict of rows, by name; got list$"):
        compare([one], "z")
    with pytest.raises(TypeError, match=r"`grid` must be a dict of rows, by name; got Snapshot$"):
        compare(one, "z")
    with pytest.raises(ValueError, match="`data` must have a layer with delta; got none"):
        compare({"a": {"b": make_recording(rng)}}, "delta")


def test_history_says_what_to_give():
    with pytest.raises(TypeError, match="got None: a recorder has its recording once training beg"):
        plot_history(None)
    with pytest.raises(TypeError, match="got Holder: pass its `recording`"):
        plot_history(Holder())
    with pytest.raises(ValueError, match="`metrics` must be one or two names; got"):
        plot_history(pd.DataFrame({"a": [1.0], "b": [1.0], "c": [1.0]}), metrics=["a", "b", "c"])


# the model's outputs


def test_a_network_of_two_layers_is_seen_whole(rng):
    two = make_snapshot(rng, spreads=(1.0,))
    panel = layer_panel(two)
    for ax in panel.axes[:3]:
        names = [label.get_text().split("\n")[0] for label in ax.get_xticklabels()]
        assert names == ["h1", "o"]
    z = rng.normal(size=(50, 1))
    alone = Snapshot([LayerSnapshot("o", 0, output=True, z=z)], loss=0.7, samples=50)
    assert label_of(layer_panel(alone).axes[0]) == "o"
    assert "no weight here" in [text.get_text() for text in layer_panel(alone).axes[1].texts]


def test_data_that_know_no_steps_are_told_so(rng):
    snapshot = make_snapshot(rng)

    class ByEpoch:
        layers, epochs = snapshot.layers, [0]
        layers_with, sketch = snapshot.layers_with, snapshot.sketch

    assert plot_violins(ByEpoch(), "z", epoch=0)
    with pytest.raises(TypeError, match="`step` needs a Snapshot or a Recording; got ByEpoch"):
        plot_violins(ByEpoch(), "z", step=0)


def test_the_panels_of_the_command_show_every_layer(rng, tmp_path, monkeypatch):
    from kit import plots
    from kit.cli.probe_model import _save_panels

    drawn = []

    def noted(snapshot, layers, title):
        drawn.append((layers, title))
        return layer_panel(snapshot, layers=layers, title=title)

    monkeypatch.setattr(plots, "layer_panel", noted)
    for spreads, expected in (((1.0,), ["h1", "o"]), ((1.0, 1.0), ["h1", "h2", "o"])):
        _save_panels(make_snapshot(rng, spreads=spreads), "mine", tmp_path)
        assert drawn.pop() == (expected, "mine")
    drawn.clear()
    _save_panels(make_snapshot(rng, spreads=(1.0,) * 9), "mine", tmp_path)
    assert [len(layers) for layers, _ in drawn] == [8, 2] and drawn[1][0][-1] == "o"
    assert [title for _, title in drawn] == [
        "mine, layers 1 to 8 of 10", "mine, layers 9 to 10 of 10"
    ]  # fmt: skip


@pytest.mark.parametrize("seeds", [1, 4])
def test_a_range_is_the_median_with_a_band_from_the_lowest_to_the_highest(rng, seeds):
    values = rng.normal(size=(seeds, 6))
    _, ax = plt.subplots()
    middle = draw_range(ax, range(6), values, {"color": "#0072B2", "marker": "s"}, alpha=0.3)
    (line,) = ax.lines
    expected = [sorted(column)[seeds // 2 - 1 : seeds // 2 + 1] for column in values.T.tolist()]
    if seeds == 1:
        assert middle.tolist() == values[0].tolist() and not ax.collections
        return
    np.testing.assert_allclose(middle, [(low + high) / 2 for low, high in expected], rtol=1e-12)
    assert line.get_ydata().tolist() == middle.tolist() and line.get_marker() == "s"
    (band,) = ax.collections
    corners = band.get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (values.min(), values.max())
    assert band.get_alpha() == 0.3 and band.get_facecolor()[0][:3] == pytest.approx(
        (0, 0x72 / 255, 0xB2 / 255)
    )
