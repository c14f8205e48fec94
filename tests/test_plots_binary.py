"""Plots of a binary classifier, by their artists."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection

from kit.films.learning import moving
from kit.plots import (
    plot_decision_boundary,
    plot_feature_space,
    plot_losses,
    plot_probabilities,
    style,
)
from kit.recordings import Representation

PLOTS = (plot_decision_boundary, plot_feature_space, plot_probabilities, plot_losses)
AXIS = np.linspace(-1, 1, 21)
GRID = np.stack(np.meshgrid(AXIS, AXIS), axis=-1)


def by_hand(slope=4.0):
    """p = σ(slope · x1), hidden units (x1, 2 x2), and five samples."""
    inputs = np.array([[-0.5, 0.0], [-0.2, 0.4], [0.1, -0.4], [0.5, 0.5], [0.7, 0.1]])
    twice = np.array([1.0, 2.0])
    return Representation(
        labels=[0, 0, 0, 1, 1],
        probabilities=1 / (1 + np.exp(-slope * inputs[:, 0])),
        inputs=inputs,
        hidden=inputs * twice,
        line=[slope, 0.0, 0.0],
        grid=GRID,
        grid_probabilities=1 / (1 + np.exp(-slope * GRID[..., 0])),
        grid_hidden=GRID * twice,
    )


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def marks(ax):
    return [line.get_xydata() for line in ax.lines if line.get_linestyle() == "None"]


def test_the_boundary_is_where_the_probability_is_one_half():
    ax = plot_decision_boundary(by_hand())
    lines = [path.vertices for one in ax.collections for path in one.get_paths()]
    straight = [v for v in lines if len(v) and np.abs(v[:, 0]).max() < 1e-6]
    assert len(straight) == 1 and straight[0][:, 1].min() == -1 and straight[0][:, 1].max() == 1
    np.testing.assert_array_equal(marks(ax)[0], by_hand().inputs[:3])
    np.testing.assert_array_equal(marks(ax)[1], by_hand().inputs[3:])
    assert {line.get_marker() for line in ax.lines} == {"o", "s"}  # not by colour alone
    assert ax.get_xlim() == (-1, 1) and ax.get_ylim() == (-1, 1)
    (scale,) = [one for one in ax.figure.axes if one is not ax]
    assert scale.get_ylabel() == "probability of class 1"


def test_where_all_is_one_class_there_is_no_boundary():
    data = by_hand()
    sure = Representation(data.labels, data.probabilities, grid=GRID,
                          grid_probabilities=np.full((21, 21), 0.9))  # fmt: skip
    assert len(plot_decision_boundary(sure, ax=plt.subplots()[1]).collections) == 1


def test_the_net_is_the_one_of_the_inputs_as_the_units_have_it():
    ax = plot_feature_space(by_hand(), lines=5, names=["off", "on"])
    (net,) = [one for one in ax.collections if isinstance(one, LineCollection)]
    strands = net.get_segments()
    assert len(strands) == 10
    assert sorted({float(s[0, 1]) for s in strands[:5]}) == [-2, -1, 0, 1, 2]
    (cut,) = [line for line in ax.lines if line.get_linestyle() == "-"]
    np.testing.assert_allclose(cut.get_xdata(), 0, atol=1e-9)
    low, high = ax.get_ylim()
    assert cut.get_ydata()[0] < low and cut.get_ydata()[1] > high
    np.testing.assert_array_equal(marks(ax)[1], by_hand().hidden[3:])
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["off", "on", "probability 0.5"]
    assert plot_feature_space(by_hand(), legend=False).get_legend() is None


@pytest.mark.parametrize("line", [(1.0, 2.0, -0.5), (3.0, -1.0, 0.2), (0.0, 1.0, 0.3)])
def test_the_line_is_where_its_equation_is_zero(line):
    ax = plot_feature_space(Representation([0, 1], [0.2, 0.7], hidden=np.eye(2), line=line))
    (cut,) = [one for one in ax.lines if one.get_linestyle() == "-"]
    np.testing.assert_allclose(cut.get_xydata() @ line[:2] + line[2], 0, atol=1e-12)


def test_bars_are_the_shares_of_each_class():
    ax = plot_probabilities(Representation([0, 0, 0, 1, 1], [0.12, 0.15, 0.62, 0.9, 1.0]), bins=10)
    heights = np.array([bar.get_height() for bar in ax.patches]).reshape(2, 10)  # class, bin
    assert heights[0].sum() == pytest.approx(-1) and heights[1].sum() == pytest.approx(1)
    assert heights[0, 1] == pytest.approx(-2 / 3) and heights[0, 6] == pytest.approx(-1 / 3)
    assert heights[1, 9] == 1
    words = [text.get_text() for text in ax.texts]
    assert words == ["class 1: 100% right", "class 0: 67% right"]
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"] == [0.5]
    one_class = plot_probabilities(Representation([1, 1], [0.9, 0.2]))
    assert [t.get_text() for t in one_class.texts] == [
        "class 1: 50% right",
        "class 0: no sample right",
    ]


def test_losses_stand_on_a_logarithmic_axis_with_their_means():
    data = Representation([0, 1, 1, 1], [0.5, 0.9, 1.0, 0.0])  # the last two at the ends
    ax = plot_losses(data)
    assert ax.get_xscale() == "log"
    np.testing.assert_allclose(sum(abs(bar.get_height()) for bar in ax.patches), 2)
    means = {line.get_xdata()[0]: line.get_ydata() for line in ax.lines if line.get_ls() == "-"}
    mine = -np.log([0.9, 1 - 1e-7, 1e-7])
    assert mine.mean() == pytest.approx(max(means)) and means[max(means)] == [0.5, 1]
    dashed = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed == [pytest.approx(np.log(2))]
    low, high = ax.get_xlim()
    assert low < 1e-7 and high > 16.1


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_draws_on_the_axes_it_is_given(plot, theme):
    before = dict(mpl.rcParams)
    with style(theme):
        figure, ax = plt.subplots()
        assert plot(by_hand(), ax=ax) is ax and figure.axes == [ax]
        assert ax.get_xlabel() and ax.get_ylabel()
        figure.canvas.draw()
    assert dict(mpl.rcParams) == before
    assert plot(by_hand()).figure is not figure


@pytest.mark.parametrize("plot", PLOTS)
def test_bad_arguments_are_refused_by_name(plot):
    with pytest.raises(TypeError, match=r"`data` must be a Representation, as kit.callbacks.repr"):
        plot(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="`names` must be two, of class 0 and class 1; got"):
        plot(by_hand(), names="ab")
    with pytest.raises(ValueError, match="`names` must be two"):
        plot(by_hand(), names=["one"])


def test_other_arguments_are_refused_by_name():
    with pytest.raises(TypeError, match="`legend` must be"):
        plot_decision_boundary(by_hand(), legend="no")
    with pytest.raises(ValueError, match="`lines` must be"):
        plot_feature_space(by_hand(), lines=1)
    with pytest.raises(ValueError, match="`bins` must be"):
        plot_probabilities(by_hand(), bins=0)


def test_a_film_has_the_limits_of_all_its_pictures():
    views = [by_hand(0.1), by_hand(9.0)]
    figure, axes = plt.subplots(1, 2)
    show = moving(figure, list(axes), views, [plot_probabilities, plot_losses])
    limits = []
    for step in (0, 1):
        show(step)
        limits.append([(ax.get_xlim(), ax.get_ylim()) for ax in axes])
    assert limits[0] == limits[1]
    for ax, plot in zip(axes, (plot_probabilities, plot_losses), strict=True):
        for view in views:
            other = plot(view, ax=plt.subplots()[1])
            for mine, its in ((ax.get_xlim(), other.get_xlim()), (ax.get_ylim(), other.get_ylim())):
                assert mine[0] <= its[0] and mine[1] >= its[1]
