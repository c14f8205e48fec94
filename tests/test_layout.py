"""Every figure of the catalogue can be read in a hall; and what says so can say no."""

import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from kit.figures import catalogue
from kit.plots import style
from kit.plots.legible import air_around, faults_of, overlapping, words_of
from kit.plots.margins import HouseLayout, write_note
from kit.plots.typeface import FAMILY, families


@pytest.mark.parametrize("name", catalogue)
def test_a_figure_has_air_and_large_type_and_no_text_on_another(name, drawn):
    assert not faults_of(drawn(name))


# the measuring, with figures that are wrong


def page(inches=(16, 9)):
    """An empty figure of 1,080 pixels in height, 120 an inch."""
    return plt.figure(figsize=inches, dpi=120, facecolor="white")


def test_an_empty_figure_has_nothing_but_air():
    assert set(air_around(page()).values()) == {np.inf} and not faults_of(page())


@pytest.mark.parametrize("dpi", [60, 120, 240])
def test_air_is_measured_to_the_pixel_whatever_the_resolution(dpi):
    figure = page()
    figure.set_dpi(dpi)
    corner, size = (192 / 1920, 108 / 1080), (960 / 1920, 540 / 1080)
    where = figure.transFigure
    figure.add_artist(plt.Rectangle(corner, *size, facecolor="black", lw=0, transform=where))
    found = air_around(figure)
    expected = {"left": 192, "right": 768, "above": 432, "below": 108}
    for side, pixels in expected.items():
        assert found[side] == pytest.approx(pixels, abs=1.5 * 120 / dpi), side
    assert not faults_of(figure)


@pytest.mark.parametrize(
    ("at", "side"),
    [((0.01, 0.5), "left"), ((0.98, 0.5), "right"), ((0.5, 0.98), "above"), ((0.5, 0.01), "below")],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_comes_near_an_edge_is_told_with_its_side(at, side, theme):
    with style(theme):
        figure = plt.figure(layout="none")
        figure.add_artist(
            plt.Circle(at, 0.002, color=mpl.rcParams["text.color"], transform=figure.transFigure)
        )
        (fault,) = faults_of(figure)
    assert f"pixels of air {side}, under 40" in fault


def test_small_type_is_told_and_18_pixels_are_enough():
    figure = page()
    figure.text(0.3, 0.5, "small", fontsize=17.5 * 72 / 120)
    figure.text(0.6, 0.5, "large", fontsize=18 * 72 / 120)
    assert faults_of(figure) == ["type of 18 pixels, under 18: 'small'"]


def test_small_letters_under_a_tick_are_told():
    figure = page()
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    ax.set_xticks([0.5], ["tiny"], fontsize=6)
    ax.set_yticks([0.5], ["fine"], fontsize=16)
    assert faults_of(figure) == ["type of 10 pixels, under 18: 'tiny'"]


def test_a_text_on_another_is_told_and_one_beside_it_is_not():
    figure = page()
    figure.text(0.5, 0.5, "first", fontsize=20)
    figure.text(0.51, 0.505, "second", fontsize=20)
    figure.text(0.5, 0.56, "above", fontsize=20)
    assert faults_of(figure) == ["'first' lies on 'second'"]


def test_ticks_that_merge_are_told():
    figure = page()
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    ax.tick_params(labelsize=16)
    ax.set(xlim=(0, 1), yticks=[])
    ax.set_xticks([0.5, 0.51], ["20", "0"])
    assert faults_of(figure) == ["'20' lies on '0'"]


@pytest.mark.parametrize("angle", [0, 30, 60, 90, -30])
def test_turned_texts_meet_only_where_their_letters_do(angle):
    figure = page()
    turn = np.deg2rad(angle)
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-np.sin(turn), np.cos(turn)])
    for step, far in ((0.0, 60.0), (1.0, 60.0), (0.0, 200.0)):
        x, y = np.array([960, 540]) + 30 * step * along + far * across  # pixels
        figure.text(
            x / 1920, y / 1080, f"a text of some length {far:g}", rotation=angle, fontsize=16,
            ha="center", va="center", rotation_mode="anchor",
        )  # fmt: skip
    pairs = overlapping(list(words_of(figure)))
    assert [(a.text, b.text) for a, b in pairs] == [("a text of some length 60",) * 2]


def test_an_arrow_belongs_to_no_text():
    figure = page()
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    ax.tick_params(labelsize=16)
    look = {"fontsize": 16, "arrowprops": {"arrowstyle": "->"}}
    ax.annotate("over there", (0.9, 0.9), (0.1, 0.1), **look)
    ax.text(0.5, 0.45, "between", fontsize=16)
    assert not faults_of(figure)


def test_hidden_texts_are_not_measured():
    figure = page()
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    ax.set(xlabel="no axis", title="a title")
    ax.title.set_fontsize(16)
    ax.set_axis_off()
    figure.text(0.5, 0.5, "unseen", fontsize=4, visible=False)
    assert [one.text for one in words_of(figure)] == ["a title"]


def test_measuring_leaves_a_figure_its_canvas():
    figure = page()
    canvas = figure.canvas
    faults_of(figure)
    assert figure.canvas is canvas


# what the style does about it


@pytest.mark.parametrize("size", ["slide", "paper"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_of_ones_own_have_air_and_their_title_on_the_left(size, theme):
    with style(theme, size):
        figure, axes = plt.subplots(1, 2, layout="constrained")
        for ax in axes:
            ax.plot([0, 1], [1e4, 2e4])
            ax.set(xlabel="epoch", ylabel="loss", title="A panel")
        figure.suptitle("A title")
        figure.supylabel("both")
        write_note(figure, "A note.")
        found = air_around(figure)
        assert all(pixels >= 40 for pixels in found.values()), found
        high = figure.bbox.height
        lefts = {one.text: one.corners[:, 0].min() * high / 1080 for one in words_of(figure)}
    assert lefts["A title"] == pytest.approx(lefts["A note."], abs=2)
    assert lefts["A title"] * 1080 / high == pytest.approx(44, abs=3)
    for ax in axes:
        assert ax.title.get_window_extent().x0 == pytest.approx(ax.bbox.x0, abs=2)


def test_a_long_title_is_broken_into_lines_within_the_margins():
    with style():
        figure, _ = plt.subplots()
        figure.suptitle(" ".join(["A title that goes on"] * 8))
        assert not [fault for fault in faults_of(figure) if "air" in fault]
        title = next(one for one in words_of(figure) if one.text.startswith("A title"))
        assert np.ptp(title.corners[:, 1]) > 2 * title.size


def test_a_rect_of_ones_own_takes_the_place_of_the_margins():
    with style():
        figure, ax = plt.subplots()
        engine = figure.get_layout_engine()
        assert isinstance(engine, HouseLayout)
        engine.set(rect=(0.25, 0.25, 0.5, 0.5))
        ax.set_axis_off()
        figure.draw_without_rendering()
        box = ax.get_position()
        assert min(box.x0, box.y0) > 0.25 and max(box.x1, box.y1) < 0.75
        assert engine.get()["rect"] == (0.25, 0.25, 0.5, 0.5)


def test_outside_of_the_style_figures_are_as_matplotlib_makes_them():
    with style():
        pass
    figure, ax = plt.subplots(layout="constrained")
    ax.set_title("centred")
    figure.draw_without_rendering()
    assert not isinstance(figure.get_layout_engine(), HouseLayout)
    assert ax.title.get_ha() == "center"


SIGNS = "σ∂∇∗∈∞Δδθμπ²³⁻¹⁰⁵⁺×÷·−→←√≤≥≈≠½ŷ′‖…–↻✕✓°"


def test_every_sign_of_the_figures_is_in_one_of_the_typefaces():
    from fontTools.ttLib import TTFont
    from matplotlib.font_manager import FontProperties, findfont

    found = [findfont(FontProperties(family=[name])) for name in families()]
    known = [set(TTFont(file).getBestCmap()) for file in found]
    assert families() == [FAMILY, "DejaVu Sans"] and "FiraSans-Regular" in found[0]
    assert not [sign for sign in SIGNS if not any(ord(sign) in one for one in known)]
    with style():  # warnings are errors: a sign that neither has would be one
        plt.figure().text(0.5, 0.5, SIGNS)
        plt.gcf().draw_without_rendering()


def test_without_the_package_figures_are_written_in_matplotlibs_own():
    code = (
        "import sys; sys.modules['fontpkg_fira_sans'] = None\n"
        "import matplotlib.pyplot as plt\nfrom kit.plots import style\n"
        "with style():\n"
        "    assert plt.rcParams['font.family'] == ['DejaVu Sans']\n"
        "    plt.figure().text(0, 0, 'σ 1.6×10⁻¹¹')\n    plt.gcf().draw_without_rendering()"
    )
    command = [sys.executable, "-W", "error::UserWarning", "-c", code]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
