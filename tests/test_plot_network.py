"""Networks drawn as networks: by their artists, and what is refused."""

import itertools
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from kit.board import place_of, plot_network
from kit.board.matrices import NEGATIVE, WINDOW
from kit.models import build_block, build_lenet5
from kit.plots import style
from kit.plots.legible import faults_of
from kit.plots.styling import COLORS

TWO = [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[4.0], [-1.0]])]
BIASES = [np.array([0.25, -0.75]), np.array([0.1])]


def edges_of(ax):
    """Width, colour and style by the gid that names the ends."""
    return {
        line.get_gid(): (line.get_linewidth(), line.get_color(), line.get_linestyle())
        for line in ax.lines
        if (line.get_gid() or "").startswith("edge-")
    }


def nodes_of(ax):
    return {p.get_gid(): p for p in ax.patches if (p.get_gid() or "").startswith("unit-")}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def dense(*units, seed=1):
    layers = [keras.layers.Dense(n, "tanh") for n in units[1:]]
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((units[0],)), *layers])


def drawn(*sizes):
    rng = np.random.default_rng(1)
    network = [rng.normal(size=pair) for pair in itertools.pairwise(sizes)]
    return network, [rng.normal(size=n) for n in sizes]


def test_an_edge_is_as_thick_as_its_weight_and_tells_its_sign_twice():
    edges = edges_of(plot_network(TWO))
    assert set(edges) == {f"edge-{e}" for e in ("0-0-0", "0-0-1", "0-1-0", "1-0-0", "1-1-0")}
    widths = {name: width for name, (width, _, _) in edges.items()}
    assert widths["edge-1-0-0"] == pytest.approx(2 * widths["edge-0-0-1"])
    assert widths["edge-0-0-1"] == pytest.approx(2 * widths["edge-0-0-0"])
    for name, (_, color, line) in edges.items():
        negative = name in ("edge-0-0-1", "edge-1-1-0")
        assert (color == NEGATIVE) == negative and (line == "--") == negative


def test_no_weight_no_edge_and_a_limit_is_the_thickest():
    ax = plot_network(TWO, limit=8.0)
    assert "edge-0-1-1" not in edges_of(ax)
    half, full = (edges_of(plot_network(TWO, limit=one))["edge-1-0-0"][0] for one in (8.0, 4.0))
    assert half == pytest.approx(full / 2)
    assert edges_of(plot_network([[[0.0]]])) == {}


def test_values_stand_in_the_nodes_and_colour_is_their_quantitys():
    values = [[1, np.nan], [0.731, -0.0031], None]
    ax = plot_network(TWO, values=values, quantity="delta")
    assert texts(ax) == ["1", "0.73", "−0.003"]
    white, strong = (nodes_of(ax)[f"unit-{one}"].get_facecolor() for one in ("2-0", "0-0"))
    back, pink = to_rgba(plt.rcParams["axes.facecolor"]), to_rgba(COLORS["delta"])
    assert white == back
    np.testing.assert_allclose(strong, (np.array(back) + pink) / 2)


def test_a_number_can_be_written_in_another_way():
    assert texts(plot_network([[[1.0]]], values=[[0.5], None], number="{:.1e}".format)) == [
        "5.0e-01"
    ]


def test_bias_units_are_one_and_stand_above():
    ax = plot_network(TWO, biases=BIASES, edge_numbers=True)
    nodes = nodes_of(ax)
    assert {"unit-0-bias", "unit-1-bias"} <= set(nodes) and "unit-2-bias" not in nodes
    assert texts(ax).count("1") == 3  # two bias units, and a weight
    assert place_of(ax, 0, "bias")[1] == place_of(ax, 0, 0)[1] + 1
    assert {"0.25", "−0.75", "0.1"} <= set(texts(ax))
    assert nodes["unit-0-bias"].get_linestyle() == ":" and nodes["unit-0-0"].get_linestyle() == "-"
    only = nodes_of(plot_network(TWO, biases=[None, [0.1]]))
    assert "unit-1-bias" in only and "unit-0-bias" not in only


def test_every_edge_number_stands_on_its_edge_and_apart_from_the_others():
    network, _ = drawn(4, 4, 3)
    ax = plot_network(network, edge_numbers=True)
    for k, kernel in enumerate(network):
        heights = []
        for (i, j), weight in np.ndenumerate(kernel):
            (text,) = [t for t in ax.texts if t.get_gid() == f"weight-{k}-{i}-{j}"]
            assert float(text.get_text().replace("−", "-")) == pytest.approx(weight, abs=0.006)
            (x0, y0), (x1, y1) = place_of(ax, k, i), place_of(ax, k + 1, j)
            x, y = text.get_position()
            assert (y - y0) * (x1 - x0) == pytest.approx((x - x0) * (y1 - y0))
            heights.append(y)
        apart = np.diff(np.sort(heights))
        np.testing.assert_allclose(apart, 1 / (kernel.shape[1] + 1))


def test_a_path_is_lit_up_and_the_rest_is_faint():
    path = [(0, "bias"), (1, 1), (2, 0)]
    ax = plot_network(TWO, biases=BIASES, paths=[path], values=[None, [3, 4], None])
    faint = {l.get_gid() for l in ax.lines if l.get_gid() and l.get_alpha() < 1}  # noqa: E741
    assert set(edges_of(ax)) - faint == {"edge-0-bias-1", "edge-1-1-0"}
    assert sum(line.get_color() == WINDOW for line in ax.lines) == 2
    lit = {name for name, p in nodes_of(ax).items() if p.get_edgecolor() == to_rgba(WINDOW)}
    assert lit == {"unit-0-bias", "unit-1-1", "unit-2-0"}
    assert {t.get_text() for t in ax.texts if t.get_fontweight() == "bold"} == {"1", "4"}
    alone = plot_network(TWO, paths=[[(1, 0)]])
    assert nodes_of(alone)["unit-1-0"].get_edgecolor() == to_rgba(WINDOW)


def test_labels_and_names_stand_above():
    labels, names = [["x₁", "x₂"], None, ["ŷ"]], ["in", "hidden", "out"]
    ax = plot_network(TWO, labels=labels, names=names, title="A network")
    assert texts(ax) == ["x₁", "x₂", "ŷ", *names] and ax.get_title() == "A network"
    for text, unit in zip(ax.texts[:3], [(0, 0), (0, 1), (2, 0)], strict=True):
        x, y = place_of(ax, *unit)
        assert text.get_position()[0] == x and text.get_position()[1] > y


def test_many_units_are_left_out_and_counted():
    network, values = drawn(3, 30, 1200)
    ax = plot_network(network, values=values)
    rows = [[k for k in range(1200) if f"unit-{c}-{k}" in nodes_of(ax)] for c in range(3)]
    assert rows == [[0, 1, 2], [*range(8), 29], [*range(8), 1199]]
    assert texts(ax).count("⋮") == 2 and {"30 units", "1,200 units"} <= set(texts(ax))
    ends = {name.split("-")[3] for name in edges_of(ax) if name.startswith("edge-1-")}
    assert ends == {*map(str, range(8)), "1199"}
    few = plot_network(network[:1], most=3)
    assert {name for name in nodes_of(few) if name[:6] == "unit-1"} == {"unit-1-0", "unit-1-29"}
    whole = plot_network(network[:1], most=30)
    assert "⋮" not in texts(whole) and "unit-1-17" in nodes_of(whole)


def test_columns_have_one_middle_and_stand_one_beside_the_other():
    ax = plot_network(drawn(3, 6, 1)[0])
    ys = [[place_of(ax, c, k)[1] for k in range(n)] for c, n in enumerate((3, 6, 1))]
    assert all(np.mean(one) == pytest.approx(0) for one in ys)
    assert all((np.diff(one) == -1).all() for one in ys)
    xs = [place_of(ax, c, 0)[0] for c in range(3)]
    assert xs[0] == 0 and xs[2] == pytest.approx(2 * xs[1])


def test_a_model_is_drawn_with_its_own_numbers():
    model = dense(2, 3, 1)
    kernels, biases = model.get_weights()[::2], model.get_weights()[1::2]
    biases = [np.array([1.0, -2.0, 3.0]), np.array([0.5])]
    model.set_weights([kernels[0], biases[0], kernels[1], biases[1]])
    for own, by_hand in ((None, None), (True, biases)):
        one, other = plot_network(model, biases=own), plot_network(kernels, biases=by_hand)
        assert edges_of(one) == edges_of(other)
    bare = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, use_bias=False), keras.layers.Dropout(0.1)]
    )
    assert len(nodes_of(plot_network(bare, biases=True))) == 4
    block = plot_network(build_block("tanh", seed=1))
    assert texts(block).count("100 units") == 5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sizes", [(10, 10, 10, 10), (3, 3, 1), (1, 1), (10, 400, 400, 1)])
def test_it_can_be_read_from_the_last_row(sizes, theme):
    network, values = drawn(*sizes)
    last = [(0, sizes[0] - 1), (1, 0)]
    with style(theme):
        ax = plot_network(
            network, values=values, names=["input", *["hidden"] * (len(sizes) - 2), "output"],
            paths=[last], quantity="z",
        )  # fmt: skip
        assert not faults_of(ax.figure)


@pytest.mark.parametrize("size", ["slide", "paper"])
def test_ten_units_with_bias_and_labels_stay_apart(size):
    network, values = drawn(9, 9, 2)
    biases = [np.ones(9), np.ones(2)]
    labels = [[f"x{k}" for k in range(9)], None, ["a", "b"]]
    with style(size=size):
        ax = plot_network(network, values=values, biases=biases, labels=labels)
        assert not [one for one in faults_of(ax.figure) if "lies on" in one or "air" in one]


def test_it_draws_where_it_is_told_to_and_changes_nothing_else():
    figure, (left, right) = plt.subplots(1, 2)
    before = dict(plt.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plot_network(TWO, values=[[1, 2], None, None], key=False, ax=right) is right
    assert dict(plt.rcParams) == before and plt.get_fignums() == [figure.number]
    assert not left.patches and right.get_legend() is None
    words = [t.get_text() for t in plot_network(TWO).get_legend().get_texts()]
    assert words == ["weight over 0", "weight under 0"]
    positive = plot_network([[[1.0]]]).get_legend()
    assert [t.get_text() for t in positive.get_texts()] == ["weight over 0"]


def joined():
    one = keras.Input((2,))
    parts = [keras.layers.Dense(2)(one), keras.layers.Dense(2)(one)]
    return keras.Model(one, keras.layers.Add()(parts))


@pytest.mark.parametrize(
    ("network", "options", "error", "words"),
    [
        (3, {}, TypeError, "must be a Keras 3 model; got int"),
        ([], {}, ValueError, "`network` must have one layer of weights at least; got none"),
        ([[1, 2]], {}, ValueError, r"`network\[0\]` must be "),
        ([TWO[0], [[1.0]]], {}, ValueError, r"`network\[1\]` must have 2 rows.*; got \(1, 1\)"),
        (build_lenet5(), {}, ValueError, "`network` must be a chain of dense layers; got Conv2D"),
        (joined(), {}, ValueError, "`network` must be a chain of dense layers; got Add"),
        (TWO, {"biases": True}, ValueError, "`biases` must be a list of arrays where `network`"),
        (TWO, {"biases": [[1, 2]]}, ValueError, "`biases` must be a list of 2 arrays, or of None"),
        (TWO, {"biases": [[1], [1]]}, ValueError, r"`biases\[0\]` must have the shape \(2,\)"),
        (TWO, {"values": [[1, 2]]}, ValueError, "`values` must be a list of 3 lists, or of None"),
        (TWO, {"values": "abc"}, ValueError, "`values` must be a list of 3 lists, or of None"),
        (TWO, {"values": [[1], None, None]}, ValueError, r"`values\[0\]` must have 2 entries"),
        (TWO, {"values": [["a", "b"], None, None]}, TypeError, r"`values\[0\]` must "),
        (TWO, {"labels": [None, ["a"], None]}, ValueError, r"`labels\[1\]` must have 2 entries"),
        (TWO, {"names": ["a"]}, ValueError, "`names` must be 3 texts, one a column"),
        (TWO, {"names": "abc"}, ValueError, "`names` must be 3 texts, one a column"),
        (TWO, {"quantity": "size"}, ValueError, "`quantity` must be one of z, activation"),
        (TWO, {"edge_numbers": 1}, TypeError, "`edge_numbers` must be True or False"),
        (TWO, {"most": 2}, ValueError, "`most` must be an integer of at least 3; got 2"),
        (TWO, {"limit": 0}, ValueError, "`limit` must be a positive number or None; got 0"),
        (TWO, {"paths": 3}, ValueError, r"`paths` must be lists of \(column, unit\)"),
        (TWO, {"paths": [[(0, 2)]]}, ValueError, r"units that are drawn; got \(0, 2\)"),
        (TWO, {"paths": [[(3, 0)]]}, ValueError, r"units that are drawn; got \(3, 0\)"),
        (TWO, {"paths": [[(0, "bias")]]}, ValueError, r"units that are drawn; got \(0, 'bias'\)"),
        (TWO, {"paths": [[(0, 0), (2, 0)]]}, ValueError, "`paths` must go from each column to"),
        (
            TWO,
            {"biases": BIASES, "paths": [[(0, 0), (1, "bias")]]},
            ValueError,
            "and begin at a bias unit",
        ),
    ],
)
def test_what_is_no_network_is_refused(network, options, error, words):
    with pytest.raises(error, match=words):
        plot_network(network, **options)
    assert not plt.get_fignums()


def test_an_unbuilt_model_and_a_unit_that_is_not_there_are_told():
    with pytest.raises(ValueError, match="must be built; got 'bare' without weights"):
        plot_network(keras.Sequential([keras.layers.Dense(2)], name="bare"))
    with pytest.raises(ValueError, match=r"`unit` must be one that is drawn; got \(0, 2\)"):
        place_of(plot_network(TWO), 0, 2)
