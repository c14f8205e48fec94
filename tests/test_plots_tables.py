"""Tables of a statistic as colours: numbers, colours and limits against NumPy."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import LogNorm

from kit.plots import plot_table, style
from kit.recordings import LayerSketches, LayerSnapshot, Recording, Snapshot
from kit.stats.sketch import Sketch

LAYERS = ("h1", "h2", "h3")
SUPERSCRIPTS = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


def network(rng, spreads, names=LAYERS):
    """A snapshot and its arrays of z, by layer."""
    arrays = {
        name: np.where(rng.random(400) < 0.25, 0, rng.normal(0.5, spread, 400) * spread)
        for name, spread in zip(names, spreads, strict=True)
    }
    entries = [LayerSnapshot(name, k, z=z) for k, (name, z) in enumerate(arrays.items())]
    return Snapshot(entries, loss=0.7, samples=400), arrays


@pytest.fixture
def two(rng):
    """Two networks of widths that span decades, and their arrays."""
    made = {
        "narrow": network(rng, (1e-5, 1e-3, 0.1)),
        "wide": network(rng, (0.5, 2.0, 90.0)),
    }
    return {name: one[0] for name, one in made.items()}, {n: one[1] for n, one in made.items()}


def number(text):
    """What a cell says, as a number."""
    mantissa, _, power = text.rstrip(" %*").partition("×10")
    power = "".join(SUPERSCRIPTS[sign] for sign in power)
    return float(mantissa) * 10.0 ** int(power or 0)


def table(ax):
    """Texts and colours' values by (row, column)."""
    mesh = ax.collections[0]
    values = np.ma.filled(mesh.get_array().astype(float), np.nan)
    texts = np.full(values.shape, "", dtype=object)
    for text in ax.texts:
        column, row = text.get_position()
        texts[int(row), int(column)] = text.get_text()
    return texts, values, mesh


def names_of(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


ORACLE = {
    "std": np.std,
    "rms": lambda z: np.sqrt(np.mean(z**2)),
    "zero_fraction": lambda z: np.mean(z == 0),
    "median_magnitude": lambda z: np.median(np.abs(z)),
}


@pytest.mark.parametrize("statistic", ORACLE)
def test_the_numbers_and_colours_are_those_of_the_arrays(two, statistic):
    snapshots, arrays = two
    ax = plot_table(snapshots, "z", statistic=statistic)
    want = np.array([[ORACLE[statistic](z) for z in row.values()] for row in arrays.values()])
    texts, values, mesh = table(ax)
    # a median is read from a sketch, whose bins are at most 3.1 % wide
    np.testing.assert_allclose(values, want, rtol=0.04 if "median" in statistic else 1e-6)
    percent = 100 if statistic == "zero_fraction" else 1
    told = np.array([[number(text) for text in row] for row in texts])
    np.testing.assert_allclose(told, percent * want, rtol=0.09 if percent == 1 else 0.03)
    assert names_of(ax.xaxis) == list(LAYERS) and names_of(ax.yaxis) == ["narrow", "wide"]
    assert ax.yaxis_inverted()  # the first row is above
    limits = (0, 1) if percent == 100 else (values.min(), values.max())
    np.testing.assert_allclose((mesh.norm.vmin, mesh.norm.vmax), limits)
    assert isinstance(mesh.norm, LogNorm) == (percent == 1)


def test_small_numbers_are_written_as_powers_of_ten(rng):
    z = np.array([-1.0, 1.0])
    rows = {
        str(spread): Snapshot([LayerSnapshot("h1", 0, z=spread * z)], loss=1, samples=2)
        for spread in (1.6e-11, 0.032, 3.2, 0.0, 4.5e6)
    }
    texts = table(plot_table(rows, "z"))[0].ravel().tolist()
    assert texts == ["1.6×10⁻¹¹", "0.032", "3.2", "0", "4.5×10⁶"]


def test_colours_are_in_the_order_of_the_values(two):
    ax = plot_table(two[0], "z")
    ax.figure.canvas.draw()
    _, values, mesh = table(ax)
    places = mesh.norm(values).ravel()  # along the colours
    assert (np.diff(places[np.argsort(values.ravel())]) > 0).all()
    assert places.min() == 0 and places.max() == 1
    # decades are evenly spread on it
    tenfold = mesh.norm([1e-3, 1e-2, 1e-1])
    np.testing.assert_allclose(np.diff(tenfold), np.diff(tenfold)[0])


def test_values_within_two_decades_have_a_linear_scale_from_zero(rng):
    rows = {"a": network(rng, (0.5, 1.0, 2.0))[0]}
    _, values, mesh = table(plot_table(rows, "z"))
    assert not isinstance(mesh.norm, LogNorm)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, values.max())
    assert isinstance(table(plot_table(rows, "z", scale="log"))[2].norm, LogNorm)


def test_two_tables_of_one_story_have_the_same_limits(two):
    for rows in ({"narrow": two[0]["narrow"]}, {"wide": two[0]["wide"]}):
        _, _, mesh = table(plot_table(rows, "z", scale="log", limits=(1e-6, 1e3)))
        assert (mesh.norm.vmin, mesh.norm.vmax) == (1e-6, 1e3)


def test_a_layer_without_spread_is_0_in_the_lowest_colour(two):
    dead = Snapshot([LayerSnapshot("h1", 0, z=np.ones(9))], loss=1, samples=9)
    texts, values, mesh = table(plot_table({**two[0], "dead": dead}, "z"))
    assert texts[2].tolist() == ["0", "–", "–"]
    assert mesh.norm(values[2, 0]) == 0 and np.isnan(values[2, 1:]).all()


def test_what_is_not_finite_is_told_by_a_star_and_a_dash():
    half = Snapshot([LayerSnapshot("h1", 0, z=np.array([1.0, -1, np.nan]))], loss=1, samples=3)
    none = Snapshot([LayerSnapshot("h1", 0, z=np.full(3, np.inf))], loss=1, samples=3)
    ax = plot_table({"half": half, "none": none}, "z")
    assert table(ax)[0].ravel().tolist() == ["1.0*", "–"]
    assert "* beside values that are not finite" in ax.figure.axes[-1].get_ylabel()
    assert table(plot_table({"none": none}, "z"))[0].tolist() == [["–"]]


def test_networks_of_other_layers_leave_cells_empty(rng):
    rows = {"a": network(rng, (1, 2), ("h1", "h2"))[0], "b": network(rng, (1, 2), ("h2", "x"))[0]}
    ax = plot_table(rows, "z")
    assert names_of(ax.xaxis) == ["h1", "h2", "x"]
    assert (table(ax)[0] == "–").tolist() == [[False, False, True], [True, False, False]]
    assert names_of(plot_table(rows, "z", layers=["h2"]).xaxis) == ["h2"]


def recording(epochs):
    made = Recording.create()
    for epoch in range(epochs):
        values = np.arange(-5.0, 6.0) * 10.0**-epoch
        layer = LayerSketches("h1", 0, sketches={"gradient": Sketch.of(values)})
        made.add(epoch=epoch, step=epoch, loss=0.7, samples=11, layers=[layer])
    return made


def test_the_rows_of_a_recording_are_its_epochs():
    ax = plot_table(recording(4), "gradient")
    assert names_of(ax.yaxis) == ["0", "1", "2", "3"] and ax.get_ylabel() == "epoch"
    want = np.sqrt(10) * 10.0 ** -np.arange(4)
    np.testing.assert_allclose(table(ax)[1][:, 0], want, rtol=1e-6)
    assert names_of(plot_table(recording(4), "gradient", epochs=[3, 1]).yaxis) == ["3", "1"]
    many = names_of(plot_table(recording(30), "gradient").yaxis)
    assert len(many) == 12 and (many[0], many[-1]) == ("0", "29")
    ax = plot_table({"run": recording(4)}, "gradient", epoch=2, title="At epoch 2")
    np.testing.assert_allclose(table(ax)[1], [[want[2]]], rtol=1e-6)
    assert ax.get_title() == "At epoch 2" and names_of(ax.yaxis) == ["run"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_fit_their_cells_and_can_be_read(two, theme):
    with style(theme):
        ax = plot_table(two[0], "z")
        ax.figure.canvas.draw()
        mesh = ax.collections[0]
        faces = mesh.get_facecolors().reshape(*mesh.get_array().shape, 4)
        for text in ax.texts:
            column, row = map(int, text.get_position())
            low, high = ax.transData.transform([(column, row + 1), (column + 1, row)])
            box = text.get_window_extent()
            assert low[0] <= box.x0 and box.x1 <= high[0]
            assert low[1] <= box.y0 and box.y1 <= high[1]
            assert text.get_fontsize() >= 12
            assert contrast(faces[row, column], text.get_color()) >= 4.5  # WCAG 2, level AA


def contrast(one, other):
    """Of two colours, by the relative luminance of WCAG 2."""
    from matplotlib.colors import to_rgb

    def luminance(color):
        r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in color)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one[:3]), luminance(to_rgb(other))))
    return (high + 0.05) / (low + 0.05)


def test_a_capture_within_an_epoch_is_shown_by_its_step():
    made = Recording.create()
    for step, spread in ((0, 1.0), (5, 3.0), (10, 7.0)):
        layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([-spread, spread])})
        made.add(epoch=step // 10, step=step, loss=0.7, samples=2, layers=[layer], within=step == 5)
    for moment, spread in (({"step": 5}, 3.0), ({"epoch": 1}, 7.0), ({}, 1.0)):
        shown = table(plot_table({"one": made}, "z", layers="h1", **moment))[1]
        np.testing.assert_allclose(shown, [[spread]])


def test_a_table_is_drawn_on_axes_that_are_given(two):
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_table(two[0], "z", ax=right) is right
    assert plt.get_fignums() == [figure.number] and not left.collections


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"statistic": "mean"}, ValueError, "`statistic` must be one of std, rms, zero_fraction, "),
        ({"scale": "symlog"}, ValueError, "`scale` must be one of auto, linear, log; got 'symlog'"),
        ({"limits": (1, 1)}, ValueError, r"`limits` must be two .*numbers, .*; got \(1, 1\)"),
        ({"limits": (0, 1)}, ValueError, "`limits` must be two positive numbers, the first smal"),
        ({"data": {}}, ValueError, "`data` must have a row at least; got none"),
        ({"data": {"a": 3}}, TypeError, "`data` must be a Recording, or hold .*; got 3"),
        ({"data": None}, TypeError, "must be a Recording, or hold .*; got None: .*train first"),
        ({"epochs": [0]}, ValueError, "`epochs` must be left out where the rows are networks"),
        ({"data": recording(2), "epochs": []}, ValueError, "`epochs` must have a row at least"),
        ({"quantity": "loss"}, ValueError, "`quantity` must be one of"),
        ({"epoch": 7}, ValueError, "`epoch` must be one of"),
        ({"epoch": 0, "step": 0}, ValueError, "only one of `epoch` and `step` may be given"),
        ({"data": recording(2), "epoch": 1}, ValueError, "`epoch` must be left out where the rows"),
        ({"data": recording(2), "step": 1}, ValueError, "`step` must be left out where the rows"),
        ({"data": recording(0)}, ValueError, "`data` must hold a capture of a layer at least"),
        ({"layers": ["h9"]}, KeyError, "`layers` must be one of h1, h2, h3; got 'h9'"),
    ],
)
def test_tables_that_are_refused(two, change, error, message):
    arguments = {"data": two[0], "quantity": "z"} | change
    with pytest.raises(error, match=message):
        plot_table(arguments.pop("data"), arguments.pop("quantity"), **arguments)
    assert not plt.get_fignums()  # before anything is drawn


def test_seaborn_is_loaded_by_a_table_alone_and_changes_no_style():
    code = (
        "import sys, matplotlib as mpl; mpl.use('Agg'); before = dict(mpl.rcParams)\n"
        "import kit.plots\nassert 'seaborn' not in sys.modules\n"
        "kit.plots.plot_confusion([0, 1], [0, 1])\n"
        "assert 'seaborn' in sys.modules and dict(mpl.rcParams) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_the_parts_of_a_std_across_samples_and_between_units(rng):
    z = rng.normal(size=(50, 8)) * 0.01 + rng.normal(size=8)  # units differ more than samples
    rows = {"one": Snapshot([LayerSnapshot("h1", 0, z=z)], loss=0.7, samples=50)}
    expected = {"std_samples": np.sqrt(z.var(axis=0).mean()), "std_units": z.mean(axis=0).std()}
    for statistic, value in expected.items():
        ax = plot_table(rows, "z", statistic=statistic)
        assert number(table(ax)[0][0, 0]) == pytest.approx(value, rel=0.05)
    with pytest.raises(ValueError, match="weight"):
        plot_table(
            {"one": Snapshot([LayerSnapshot("h1", 0, weight=z)], loss=0.7, samples=50)},
            "weight",
            statistic="std_samples",
        )


class WithoutUnits:
    """What knows sketches alone."""

    layers, epochs = ["h1"], [0]

    def layers_with(self, quantity, *, outputs=True):
        return ["h1"]

    def sketch(self, quantity, layer, epoch=0):
        return Sketch.of(np.arange(3.0))


def test_data_without_units_have_no_parts():
    with pytest.raises(TypeError, match="`data` must know its units, as a Snapshot or a Recording"):
        plot_table({"one": WithoutUnits()}, "z", statistic="std_samples")
