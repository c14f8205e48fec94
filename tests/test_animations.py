"""Animations: what moves and what stays, the files read back, and the register of the command."""

import io
import json
import re
import string
import subprocess
import sys
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from kit.board.matrices import WINDOW
from kit.catalogue.block_experiments import EPOCHS, EVERY, HIDDEN
from kit.catalogue.lab import Lab
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS
from kit.catalogue.register import ANIMATIONS, find_animation
from kit.cli import main
from kit.figures import catalogue
from kit.figures.cnn._changed_digits import READ_TURNED, TURNED_BY, Reader, train_readers
from kit.figures.representations._bent import train_bent
from kit.figures.theory._two_inputs import foretold_pairs, measured_pairs
from kit.figures.vanishing._relus import (
    BIASES_OF_RELUS,
    LEAK,
    RATES_OF_RELUS,
    key_of,
    train_relus,
)
from kit.figures.vanishing._saturating import train_four_layers
from kit.films import animate_epochs, animate_growth, animate_history, animate_kernel, animate_panel
from kit.films import film as film_module
from kit.films import motion as animation_module
from kit.films.film import MOST_BYTES, Animation, check_path, encode
from kit.films.kernel import Slide, sliding
from kit.films.scenes import MOST_FRAMES, chosen_epochs, growing, panel, thinned
from kit.plots import plot_epochs, plot_history, style
from kit.recordings import LayerSketches, Recording, Runs
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

QUANTITIES = ("z", "weight", "activation", "gradient")


def as_number(printed):
    """The value of a number as it is printed: 1.6×10⁻¹¹."""
    digits, _, power = printed.replace("−", "-").partition("×10")
    power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(digits) * 10.0 ** int(power or 0)


def make_recording(epochs=3, layers=("h1", "h2"), quantities=QUANTITIES, count=300):
    """Values that spread with the epochs, and gradients that shrink a hundredfold in each."""
    recording = Recording.create()
    for epoch, capture in captures(range(epochs), layers, quantities, count):
        recording.add(**capture)
        if epoch:
            recording.add_history(epoch, {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch})
    return recording


def captures(epochs, layers, quantities, count, shrink=100.0):
    """The captures of `make_recording`, by epoch."""
    rng = np.random.default_rng(1)
    for place, epoch in enumerate(epochs):
        measured = []
        for k, name in enumerate(layers):
            values = rng.normal(scale=1 + k + epoch, size=count)
            arrays = {"z": values, "weight": values, "activation": np.maximum(values, 0)}
            arrays["gradient"] = values * shrink**-place
            sketches = {q: Sketch.of(arrays[q]) for q in quantities}
            units = {"activation": UnitEvidence.of(arrays["activation"].reshape(-1, 2))}
            measured.append(LayerSketches(name, k, sketches=sketches, units=units))
        yield epoch, dict(epoch=epoch, step=epoch, loss=0.7, samples=count, layers=measured)


def read(film):
    """The pictures of a GIF as RGB arrays, and what it says of itself."""
    image = Image.open(io.BytesIO(film.data))
    pictures, durations = [], []
    for k in range(image.n_frames):
        image.seek(k)
        pictures.append(np.asarray(image.convert("RGB")))
        durations.append(image.info["duration"])
    return pictures, durations, image.info


def noise(count, size=(64, 48)):
    rng = np.random.default_rng(0)
    shape = (count, size[1], size[0], 3)
    return [Image.fromarray(one) for one in rng.integers(0, 256, shape, dtype=np.uint8)]


# what moves, and what stays


def test_the_panels_axes_stay_and_hold_the_violins_of_all_epochs():
    recording = make_recording()
    scene = panel(recording, [0, 1, 2])
    scene.lay_out(640)
    seen, places = [], []
    for step in range(3):
        scene.show(step)
        axes = scene.figure.axes
        seen.append([(ax.get_xlim(), ax.get_ylim(), ax.get_yscale()) for ax in axes])
        places.append([ax.get_position().bounds for ax in axes])
        for ax in axes:
            low, high = ax.get_ylim()
            for body in ax.collections:
                for path in body.get_paths():
                    y = path.vertices[:, 1]
                    assert low < y.min() and y.max() < high
    assert seen[0] == seen[1] == seen[2] and places[0] == places[1] == places[2]
    # of all epochs together: the gradients fall by 10,000, so their axis is logarithmic
    assert [scale for _, _, scale in seen[0]] == ["linear", "linear", "linear", "log"]


def test_the_panel_shows_the_epoch_of_each_step():
    recording = make_recording()
    scene = panel(recording, [0, 1, 2], title="BLOCK")
    for step in range(3):
        scene.show(step)
        label = scene.figure.axes[0].get_xticklabels()[0].get_text()
        std = recording.sketch("z", "h1", step).std
        assert as_number(label.split("σ ")[1]) == pytest.approx(std, rel=0.06)
    assert [scene.heading(k) for k in (0, 2)] == ["BLOCK · epoch 0 of 2", "BLOCK · epoch 2 of 2"]
    assert panel(recording, [0, 1, 2]).heading(1) == "Epoch 1 of 2"


def test_the_title_says_the_epoch_and_the_line_how_much_is_over():
    scene = panel(make_recording(), [0, 1, 2])
    scene.lay_out(640)
    ends, words = [], []
    for step in range(3):
        scene.picture(step)
        assert scene.figure.get_suptitle() == f"Epoch {step} of 2"
        _, line, head = scene.figure.artists
        assert head.get_xdata()[0] == line.get_xdata()[1]
        ends.append(line.get_xdata()[1])
        words += [text.get_text() for text in scene.figure.texts if "↻" in text.get_text()]
    track = scene.figure.artists[0].get_xdata()
    np.testing.assert_allclose(ends, [track[0], np.mean(track), track[1]])
    assert words == ["↻", "↻", "↻ again"]  # the end is told in a word, not by colour alone


def test_a_long_title_is_made_to_fit():
    with style():
        scene = panel(make_recording(), [0, 1, 2], title="a title far too long " * 6)
        scene.lay_out(640)
        scene.picture(2)
        box = scene.figure._suptitle.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= scene.figure.bbox.width


def test_nothing_of_the_panel_lies_on_the_line_under_it():
    with style():
        scene = panel(make_recording(), [0, 1, 2])
        scene.lay_out(1280)
        scene.picture(2)
    figure = scene.figure
    line = figure.artists[0].get_window_extent()
    note = figure._supxlabel.get_window_extent()
    assert note.y0 > line.y1
    assert min(ax.get_tightbbox().y0 for ax in figure.axes) >= note.y1


def test_a_layer_without_values_and_one_that_diverged_are_drawn():
    recording = Recording.create()
    for epoch, value in enumerate((1.0, 1e30, np.nan)):
        sketches = {"z": Sketch.of(value * np.arange(-5.0, 6.0))}
        layer = LayerSketches("h1", 0, sketches=sketches)
        recording.add(epoch=epoch, step=epoch, loss=1.0, samples=11, layers=[layer])
    scene = panel(recording, [0, 1, 2])
    scene.lay_out(320)
    scene.picture(2)
    assert any("not finite" in text.get_text() for text in scene.figure.axes[0].texts)
    assert "no weight here" in {t.get_text() for ax in scene.figure.axes for t in ax.texts}


def test_curves_grow_up_to_the_epoch_on_axes_that_stay():
    table = pd.DataFrame({"loss": [0.9, 0.5, 0.1], "accuracy": [0.1, 0.6, 0.9]}, index=[1, 2, 3])
    figure = plot_history(table).figure
    ends = [(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes]
    scene = growing(figure, [1, 2, 3])
    assert not any(ax.get_autoscale_on() for ax in figure.axes)
    for step in range(3):
        scene.show(step)
        for ax, name in zip(figure.axes, table, strict=True):
            curve, head = ax.lines
            np.testing.assert_array_equal(curve.get_xdata(), [1, 2, 3][: step + 1])
            np.testing.assert_array_equal(curve.get_ydata(), table[name][: step + 1])
            assert (head.get_xdata()[0], head.get_ydata()[0]) == (step + 1, table[name].iloc[step])
        assert [(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes] == ends


def test_areas_are_cut_off_at_the_epoch_and_what_is_no_curve_stands():
    recording = make_recording()
    axes = plot_epochs(recording, "z")
    base = axes[0].axhline(0.5)
    scene = growing(axes[0].figure, [0, 1, 2])
    scene.lay_out(640)
    scene.show(1)
    for area in axes[0].collections:
        right = area.get_clip_box().x1
        assert right == pytest.approx(axes[0].transData.transform((1, 0))[0])
    assert list(base.get_xdata()) == [0, 1]
    scene.show(2)
    assert len(axes[0].lines[0].get_xdata()) == 3


def test_the_end_of_a_growing_figure_is_the_figure():
    table = pd.DataFrame({"loss": [0.9, 0.5, 0.1]}, index=[1, 2, 3])
    whole = plot_history(table).lines[0].get_xydata()
    figure = plot_history(table).figure
    scene = growing(figure, [1, 2, 3])
    scene.show(0)
    scene.show(2)
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_xydata(), whole)


def test_a_figure_without_curves_does_not_grow():
    with pytest.raises(ValueError, match="`figure` must have lines or areas over the epochs"):
        animate_growth(plt.figure(), [1, 2])
    figure, ax = plt.subplots()
    ax.plot([1, 2])
    with pytest.raises(ValueError, match=r"`epochs` must be two at least, ascending; got \[2, 1\]"):
        animate_growth(figure, [2, 1])


# a kernel on its way


def slide_of(rng, shape=(5, 6), kernel=(3, 2), stride=1, pad=0):
    image = np.pad(rng.integers(0, 9, shape).astype(float), pad)
    weights = rng.integers(-3, 4, kernel).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel)[::stride, ::stride]
    output = (windows * weights).sum(axis=(2, 3))
    return Slide(image, weights, output, stride, ((pad, pad), (pad, pad))), windows


@pytest.mark.parametrize(("stride", "pad"), [(1, 0), (2, 0), (2, 1)])
def test_each_stop_of_a_kernel_is_the_sum_of_the_products_under_it(rng, stride, pad):
    slide, windows = slide_of(rng, stride=stride, pad=pad)
    for stop in range(slide.output.size):
        row, column, height, width = slide.window(stop)
        under = slide.image[row : row + height, column : column + width]
        np.testing.assert_array_equal(under, windows[slide.place(stop)])
        sum_of_products, result = slide.spelled(stop).replace("\n", " ").split(" = ")
        # the words, read as arithmetic
        assert eval(sum_of_products.translate(str.maketrans("·−", "*-"))) == as_number(result)
        assert as_number(result) == (under * slide.kernel).sum()
        filled = slide.filled(stop)
        assert np.isfinite(filled).sum() == stop + 1
        assert filled[slide.place(stop)] == slide.output[slide.place(stop)]


def test_a_rounded_sum_does_not_say_that_it_is_equal():
    slide = Slide(np.full((1, 2), 1 / 3), np.ones((1, 1)), np.full((1, 2), 1 / 3), 1, ((0, 0),) * 2)
    assert slide.spelled(0) == "0.333·1 ≈ 0.333"


def numbers_on(ax):
    return [text.get_text() for text in ax.texts]


def test_small_inputs_are_numbers_and_the_output_fills(rng):
    slide, _ = slide_of(rng)
    scene = sliding(slide, title="Slide")
    for step in (0, 7, slide.output.size - 1):
        scene.show(step)
        stage = scene.figure.axes[0]
        image, kernel, output = stage.child_axes
        inputs = numbers_on(image)[: slide.image.size]
        assert [as_number(one) for one in inputs] == slide.image.ravel().tolist()
        assert [as_number(one) for one in numbers_on(kernel)] == slide.kernel.ravel().tolist()
        reached = [as_number(one) for one in numbers_on(output)]
        assert reached == slide.output.ravel()[: step + 1].tolist()
        assert numbers_on(stage)[-1] == slide.spelled(step)
    assert scene.heading(0) == f"Slide · stop 1 of {slide.output.size}"
    assert len(scene.steps) == slide.output.size


def test_large_inputs_are_pictures_whose_colours_stay(rng):
    slide, _ = slide_of(rng, shape=(20, 21), kernel=(3, 3))
    scene = sliding(slide, frames=10)
    assert len(scene.steps) == 10 and scene.steps[-1] == "stop 342 of 342"
    limits = set()
    for step in range(10):
        scene.show(step)
        left, _, right = scene.figure.axes[:3]
        shown = right.images[0]
        stop = int(scene.steps[step].split()[1]) - 1
        np.testing.assert_array_equal(shown.get_array().filled(np.nan), slide.filled(stop))
        row, column, *_ = slide.window(stop)
        assert left.patches[0].get_xy() == (column - 0.5, row - 0.5)
        limits.add((shown.get_clim(), left.get_xlim(), right.get_xlim()))
    assert limits == {
        ((-most, most), (-0.5, 20.5), (-0.5, 18.5)) for most in [abs(slide.output).max()]
    }


def test_animate_kernel_computes_with_the_kits_convolution(rng):
    image = rng.integers(0, 9, (5, 5))
    kernel = [[0, 1], [2, 0]]
    film = animate_kernel(image, kernel, stride=2, padding="same", width=320)
    padded = np.pad(image, ((0, 1), (0, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2, 2))[::2, ::2]
    expected = (windows * np.array(kernel)).sum(axis=(2, 3))
    words = " / ".join(" ".join(map(str, row)) for row in expected)
    assert film.alt == f"A 2×2 kernel slides over a 5×5 input, 9 stops; the output is {words}"
    assert film.frames == 9
    assert animate_kernel(image, kernel, stops=4, width=320).frames == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"image": [1, 2]}, "`image` must be a matrix (rows, columns); got shape (2,)"),
        ({"image": [[np.nan]]}, "`image` must be finite; got 1 NaN or infinite value of 1"),
        ({"kernel": np.ones((9, 9))}, "`kernel` must"),
        ({"image": [[1.0]], "kernel": [[1.0]]}, "`stops` must be two at least; got 1"),
        ({"stops": 0}, "`stops` must be a positive integer; got 0"),
        ({"stops": 1}, "`stops` must be two at least; got 1"),
        ({"stride": 0}, "`stride` must be a positive integer; got 0"),
    ],
)
def test_animate_kernel_refuses_what_cannot_slide(change, words):
    options = {"image": np.ones((4, 4)), "kernel": [[1.0]]} | change
    with pytest.raises(ValueError, match=re.escape(words)):
        animate_kernel(options.pop("image"), options.pop("kernel"), **options)


# the films


def test_a_gif_has_a_picture_an_epoch_and_begins_again(tmp_path):
    path = tmp_path / "panel.gif"
    done = []
    film = animate_panel(
        make_recording(), path, fps=4, width=640, progress=lambda *how: done.append(how)
    )
    assert path.read_bytes() == film.data and list(tmp_path.iterdir()) == [path]
    pictures, durations, info = read(film)
    assert len(pictures) == film.frames == 3
    assert durations == [1000, 250, 2500]  # the first and the last stay
    assert info["loop"] == 0  # for ever
    assert film.size == pictures[0].shape[1::-1] and film.size[0] == 640
    assert film.seconds == 3.75 and not film.reduced and len(film.data) <= MOST_BYTES
    assert info["comment"].decode() == film.alt == "Animation: 3 pictures, from epoch 0 to epoch 2"
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert not plt.get_fignums()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_gif_shows_what_was_drawn(theme):
    with style(theme):
        scene = panel(make_recording(2), [0, 1])
        scene.lay_out(640)
        drawn = [scene.picture(k) for k in range(2)]
    shown, _, _ = read(encode(drawn, [1, 1]))
    for before, after in zip(drawn, shown, strict=True):
        before = np.asarray(before).astype(int)
        apart = np.abs(before - after).max(axis=2)
        assert (apart[0] == 0).all()  # the page keeps its exact colour
        assert (apart > 16).mean() < 0.01
    again = np.all(np.asarray(drawn[-1]) == np.round(np.multiply(255, to_rgb(WINDOW))), axis=2)
    assert again.any() and (shown[-1][again] == np.round(np.multiply(255, to_rgb(WINDOW)))).all()


def test_all_four_make_films():
    recording = make_recording()
    with style(size="paper"):
        films = [
            animate_epochs(recording, "gradient", width=320),
            animate_history(recording, width=320),
            animate_growth(plot_history(recording).figure, [1, 2], width=320),
        ]
    assert [film.frames for film in films] == [3, 2, 2]
    for film in films:
        assert read(film)[0][0].shape[1] == 320


def test_the_same_data_give_the_same_bytes():
    first, second = (animate_panel(make_recording(2), width=320).data for _ in range(2))
    assert first == second


def test_epochs_can_be_chosen_and_many_are_thinned():
    recording = make_recording(5)
    assert chosen_epochs(recording, None) == [0, 1, 2, 3, 4]
    assert chosen_epochs(recording, [4, 0, 2]) == [0, 2, 4]
    many = thinned(range(1001))
    assert len(many) == MOST_FRAMES and (many[0], many[-1]) == (0, 1000)
    assert {10, 11} >= set(np.diff(many))


def test_a_notebook_shows_the_film_with_its_words():
    film = animate_panel(make_recording(), width=320, alt='gradients "vanish" <here>')
    shown = film._repr_html_()
    assert shown.startswith('<img alt="gradients &quot;vanish&quot; &lt;here&gt;"')
    assert 'src="data:image/gif;base64,R0lGOD' in shown
    assert "<video" in Animation(b"x", "mp4", 2, (2, 2), 1.0, "words")._repr_html_()


def test_a_film_that_is_too_large_is_reduced_and_says_so():
    pictures = noise(4)
    whole = encode(pictures, [1] * 4)
    assert not whole.reduced
    fewer = encode(pictures, [1] * 4, most=len(whole.data) - 1)
    assert fewer.reduced.endswith("colours, 64×48 pixels") and fewer.size == (64, 48)
    assert len(fewer.data) < len(whole.data) and len(read(fewer)[0]) == 4
    smaller = encode(pictures, [1] * 4, most=len(whole.data) // 3)
    assert smaller.size < (64, 48) and f"{smaller.size[0]}×" in smaller.reduced
    assert read(smaller)[0][0].shape[1::-1] == smaller.size
    with pytest.raises(ValueError, match=r"`pictures` must fit into 0.001 MB; got 4, which need"):
        encode(pictures, [1] * 4, most=1000)


def waves(count, size=(96, 64)):
    """Photograph-like pictures: many colours, grain, and a slow move."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: size[1], : size[0]]
    pictures = []
    for k in range(count):
        parts = np.sin(x / 9 + k / 5), np.cos(y / 7 - k / 6), np.sin((x + y) / 11)
        grain = rng.normal(0, 12, (size[1], size[0], 3))
        colors = np.clip(128 + 90 * np.stack(parts, axis=-1) + grain, 0, 255)
        pictures.append(Image.fromarray(colors.astype(np.uint8)))
    return pictures


@pytest.mark.parametrize("share", [0.8, 0.55, 0.15])
def test_a_film_is_written_twice_at_most_and_no_worse_than_it_must_be(share, monkeypatch):
    pictures = waves(20)
    limit, smaller = 0, {}
    for colors, width in ((255, 96), (127, 96), (63, 96), (31, 96), (63, 72), (63, 48), (31, 34)):
        size = (width, round(width * 64 / 96 / 2) * 2)
        scaled = [one.resize(size, Image.Resampling.LANCZOS) for one in pictures]
        weight = len(film_module._gif(scaled, [1] * 20, colors, ""))
        limit = limit or share * weight
        smaller[f"{colors} colours, {size[0]}×{size[1]} pixels"] = weight
    best = next(words for words, weight in smaller.items() if weight <= limit)
    written = []

    def counted(frames, *rest):
        written.append(len(frames))
        return gif(frames, *rest)

    gif = film_module._gif
    monkeypatch.setattr(film_module, "_gif", counted)
    film = encode(pictures, [1] * 20, most=int(limit))
    assert film.reduced == best and len(film.data) <= limit
    assert written.count(20) == 2 and max(n for n in written if n != 20) <= 5


def test_where_a_sample_misleads_the_limit_still_holds(monkeypatch):
    pictures = waves(6)
    whole = len(encode(pictures, [1] * 6).data)
    monkeypatch.setattr(film_module, "_first_within", lambda *_: 1)  # which is not enough
    film = encode(pictures, [1] * 6, most=whole // 3)
    assert len(film.data) <= whole // 3 and film.reduced


def test_each_colour_becomes_the_nearest_one_of_the_palette():
    pictures = waves(3, (24, 16))
    shown, _, _ = read(encode(pictures, [1] * 3))
    palette = np.unique(np.concatenate(shown).reshape(-1, 3), axis=0).astype(int)
    for before, after in zip(pictures, shown, strict=True):
        drawn = np.asarray(before).astype(int)
        apart = ((drawn[..., None, :] - palette) ** 2).sum(axis=-1)
        np.testing.assert_array_equal(((drawn - after) ** 2).sum(axis=-1), apart.min(axis=-1))


def test_few_colours_are_all_kept():
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (200, 3), dtype=np.uint8)
    pictures = [few[rng.integers(0, 200, (30, 40))] for _ in range(3)]
    shown, _, _ = read(encode([Image.fromarray(one) for one in pictures], [1, 1, 1]))
    np.testing.assert_array_equal(shown, pictures)


def test_an_mp4_is_read_back(tmp_path):
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / "panel.mp4"
    film = animate_panel(make_recording(), path, width=322, fps=4)
    command = [ffmpeg.get_ffmpeg_exe(), "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    told = done.stderr.decode().split("Output #0")[0]
    size = f"{film.size[0]}x{film.size[1]}"
    assert all(word in told for word in ("Video: h264", "yuv420p(tv, bt709", size, "12 fps"))
    assert film.frames == 3 and film.size[0] == 322 and film.size[1] % 2 == 0
    shown = np.frombuffer(done.stdout, np.uint8).reshape(-1, *film.size[::-1], 3)
    assert len(shown) == 12 + 3 + 30  # 1 s, 1/4 s and 2.5 s
    assert np.abs(shown[-1][0].astype(int) - 255).max() <= 2  # white stays white
    # the last picture is another than the first
    assert np.abs(shown[-1].astype(int) - shown[0]).max() > 50
    assert list(tmp_path.iterdir()) == [path]


def test_without_imageio_ffmpeg_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    words = "MP4 needs imageio-ffmpeg, which is not there: pip install imageio-ffmpeg; GIF"
    with pytest.raises(ImportError, match=words):
        animate_panel(make_recording(), tmp_path / "panel.mp4")
    assert main(["animate", "ball-data", "--format", "mp4", "--out", str(tmp_path)]) == 2
    capsys.readouterr()
    arguments = ["animate", "conv-sliding-kernel", "--format", "mp4", "--out", str(tmp_path)]
    assert main(arguments) == 2
    assert "pip install imageio-ffmpeg" in capsys.readouterr().err
    assert animate_panel(make_recording(), tmp_path / "panel.gif", width=320).frames == 3


def test_an_animation_of_nothing_is_refused_with_what_to_do():
    for animate in (animate_panel, lambda data: animate_epochs(data, "z")):
        with pytest.raises(TypeError, match=r"`recording` must be a .*; got None: .*train first"):
            animate(None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"path": "panel.webm"}, "`path` must end in .gif or .mp4; got panel.webm"),
        ({"path": "nowhere/panel.gif"}, "`path` must be a file in a folder that can be written"),
        ({"epochs": [0]}, "`recording` must hold two epochs at least; got [0]"),
        ({"epochs": [0, 9]}, "`epochs` must be among those captured, 0, 1, 2; got 9"),
        ({"scale": "cubic"}, "`scale` must be one of"),
        ({"fps": 0}, "`fps` must be a number from 0.1 to 50; got 0"),
        ({"fps": float("nan")}, "`fps` must be a number from 0.1 to 50; got nan"),
        ({"width": 10}, "`width` must be 160 to 3840 pixels; got 10"),
    ],
)
def test_a_film_that_cannot_be_is_refused(change, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        animate_panel(make_recording(), **change)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": ["a"]}, "`epochs` must be a non-negative integer; got"),
        ({"fps": "fast"}, "`fps` must be a number from 0.1 to 50; got 'fast'"),
        ({"width": 3.5}, "`width` must be a positive integer; got 3.5"),
        ({"layers": 3}, "`layers` must be a name or a list of names; got 3"),
    ],
)
def test_a_film_of_something_else_is_refused(change, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        animate_panel(make_recording(), **change)
    with pytest.raises(TypeError, match="`kernel` must be an array of numbers"):
        animate_kernel(np.ones((4, 4)), [["a"]])
    assert not plt.get_fignums()


def test_what_is_not_there_is_refused():
    recording = make_recording()
    with pytest.raises(KeyError, match="`layers` must be one of h1, h2; got 'h9'"):
        animate_panel(recording, layers="h9")
    with pytest.raises(
        ValueError, match="`recording` must hold a capture of a layer at least; got none"
    ):
        animate_panel(Recording.create())
    with pytest.raises(KeyError, match="`layers` must be one of h1, h2; got 'h9'"):
        animate_epochs(recording, "z", layers=["h9"])
    with pytest.raises(ValueError, match="layer 'h1' has no delta; it has z, activation"):
        animate_epochs(recording, "delta", layers=["h1"])
    with pytest.raises(ValueError, match="`quantity` must be one of"):
        animate_epochs(recording, "loss")
    one = pd.DataFrame({"loss": [0.5]}, index=[1])
    with pytest.raises(ValueError, match=r"`data` must hold the history of two epochs at least"):
        animate_history(one)
    assert not plt.get_fignums()
    with pytest.raises(ValueError, match="`format` must be one of gif, mp4; got 'webp'"):
        encode(noise(2), [1, 1], "webp")


def test_a_network_of_two_layers_is_seen_whole_in_motion_too():
    made = Recording.create()
    for epoch in (0, 1):
        layers = [
            LayerSketches(name, k, output=name == "o", sketches={"z": Sketch.of([-1.0, epoch])})
            for k, name in enumerate(("h1", "o"))
        ]
        made.add(epoch=epoch, step=epoch, loss=0.7, samples=2, layers=layers)
    figure = panel(made, [0, 1]).figure
    shown = [label.get_text().split("\n")[0] for label in figure.axes[0].get_xticklabels()]
    assert shown == ["h1", "o"]


def test_layers_of_the_panel_can_be_chosen():
    for chosen in (["h2"], "h2"):
        scene = panel(make_recording(), [0, 1, 2], layers=chosen)
        labels = [ax.get_xticklabels() for ax in scene.figure.axes]
        shown = [[one.get_text().split("\n")[0] for one in names] for names in labels]
        assert shown == [["h2"]] * 4


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "panel.gif"
    path.write_bytes(b"the one before")
    film = encode(noise(2), [1, 1])
    with pytest.raises(ValueError, match=r"`path` must end in \.gif; got"):
        film.save(tmp_path / "panel.mp4")

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(
        ValueError, match="`path` must be a file that can be written; got disk full"
    ):
        film.save(path)
    assert path.read_bytes() == b"the one before" and list(tmp_path.iterdir()) == [path]
    (tmp_path / "folder.gif").mkdir()
    with pytest.raises(ValueError, match="`path` must be a file in a folder that can be written"):
        check_path(tmp_path / "folder.gif")


# the register and the command


class HandMade(Lab):
    """Recordings as they would be after training, without any."""

    def train_block(self, activation, initializer, seed, *, every=1, raw=False):
        assert isinstance(activation, str) and (isinstance(initializer, (str, float)))
        return made_by_hand()[next(iter(made_by_hand()))]

    def train_nine(self, seed):
        return made_by_hand()

    def run(self, experiment, **arguments):
        if experiment is train_relus:
            return relus_by_hand()
        if experiment is train_readers:  # who take every digit for a 6
            taken = np.full((len(TURNED_BY), READ_TURNED), 6)
            return {seed: Reader([], taken) for seed in (1, 2, 3)}
        if experiment is train_bent:  # a fifth of a second
            return experiment(**arguments)
        if experiment is measured_pairs:
            return experiment(**arguments | {"units": 20})
        if experiment is foretold_pairs:
            return experiment(**arguments)
        assert experiment is train_four_layers
        return {seed: course_by_hand() for seed in self.seeds(arguments["first"], of=10)}


def relus_by_hand():
    """Units of which half die in the first epoch, with every rate and every bias."""
    run = {"dead": np.array([0.0] + [0.5] * 8), "loss": np.linspace(0.7, 0.3, 8)}
    pairs = [(rate, 0.0) for rate in RATES_OF_RELUS] + [(0.1, bias) for bias in BIASES_OF_RELUS]
    keys = [key_of(leak, *pair) for leak in (0, LEAK) for pair in pairs]
    return {key: dict.fromkeys(range(1, 11), run) for key in keys}


def course_by_hand():
    """A last layer that falls, and comes back."""
    low = {
        "mean": [0.5, 0.1, 0.04, 0.2],
        "low": [0.4, 0.1, 0.03, 0.0],
        "high": [0.6, 0.1, 0.05, 0.9],
    }
    course = {name: np.array(values) for name, values in low.items()}
    return {
        "source": "MNIST sample",
        "updates": np.array([0, 171, 342, 513]),
        "loss": np.linspace(2.3, 1, 9),
        **dict.fromkeys(("h1", "h2", "h3", "h4"), course),
    }


@lru_cache
def made_by_hand():
    """Nine networks with two seeds each, captured as those of the lab."""
    made = [
        {"activation": row, "initializer": column, "seed": seed}
        for row in ACTIVATIONS
        for column in INITIALIZERS
        for seed in (1, 2)
    ]
    names = [" ".join(map(str, one.values())) for one in made]
    runs = Runs.create(names=names, parameters=made)
    for _, capture in captures(range(0, EPOCHS + 1, EVERY), HIDDEN, QUANTITIES, 60, 10.0):
        runs.add(dict.fromkeys(names, capture))
    for epoch in range(1, EPOCHS + 1):
        logs = {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch}
        runs.add_history(epoch, dict.fromkeys(names, logs))
    return runs


def test_every_animation_is_of_a_lecture_figure():
    assert set(ANIMATIONS) <= set(catalogue)
    assert {f.id for f in catalogue.values() if f.id.startswith("init-relu")} <= set(ANIMATIONS)
    asked = {"init-sigmoid-normal-0.01", "training-curves", "training-gradients"}
    assert asked | {"conv-sliding-kernel", "filters-digit"} <= set(ANIMATIONS)
    for one in ANIMATIONS.values():
        assert one.seed == catalogue[one.id].seed and 0 < one.fps <= 50


@pytest.mark.parametrize("name", ANIMATIONS)
def test_the_words_of_an_animation_are_filled_from_its_facts(name):
    one = ANIMATIONS[name]
    _, facts = one.measure(HandMade(), one.seed)
    fields = [field for _, field, _, _ in string.Formatter().parse(one.alt) if field]
    assert fields, "words without a fact"
    assert "{" not in one.alt.format(**facts)
    assert json.loads(json.dumps(facts)) == facts


def test_a_panel_of_the_register_is_that_of_its_figure(monkeypatch):
    """The same network: activation and initializer, epoch 0 before training."""
    asked = []

    class Asked(HandMade):
        def train_block(self, activation, initializer, seed, **how):
            asked.append((activation, initializer, seed))
            return super().train_block(activation, initializer, seed)

        def probe_block(self, activation, initializer, seed):
            asked.append((activation, initializer, seed))
            raise StopIteration

    for name in [name for name in ANIMATIONS if name.startswith("init-")]:
        one = ANIMATIONS[name]
        one.measure(Asked(), one.seed)
        with pytest.raises(StopIteration):
            catalogue[name].measure(Asked(), one.seed)
        animated, drawn = asked[-2:]
        assert animated == drawn
        assert catalogue[name].title.startswith(f"{one.title} · ")


def test_a_figure_over_updates_says_so(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        animation_module, "_film", lambda scene, *rest: kept.update(scene=scene) or "film"
    )
    with style():
        assert ANIMATIONS["top-layer-saturates"].make(HandMade()) == "film"
    assert kept["scene"].steps == [f"update {k} of 513" for k in (0, 171, 342, 513)]


def test_a_figure_of_curves_grows_in_the_register(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        animation_module, "_film", lambda scene, *rest: kept.update(scene=scene) or "film"
    )
    with style():
        assert ANIMATIONS["training-curves"].make(HandMade()) == "film"
    scene = kept["scene"]
    assert scene.steps == [f"epoch {k} of {EPOCHS}" for k in range(1, EPOCHS + 1)]
    scene.show(4)
    curves = [line for ax in scene.figure.axes for line in ax.lines if line.get_label()[0] != "_"]
    assert len(curves) == 9 and {len(line.get_xdata()) for line in curves} == {5}


def test_the_digits_output_is_sobels(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        animation_module, "_film", lambda scene, *rest: kept.update(scene=scene) or "film"
    )
    ANIMATIONS["filters-digit"].make()
    scene = kept["scene"]
    scene.show(len(scene.steps) - 1)
    left, _, right = scene.figure.axes[:3]
    digit = left.images[0].get_array().astype(float)
    # by differences: rows weighted 1 2 1, two pixels apart
    blurred = digit[:-2] + 2 * digit[1:-1] + digit[2:]
    expected = blurred[:, :-2] - blurred[:, 2:]
    np.testing.assert_allclose(right.images[0].get_array(), expected, atol=1e-6)
    assert len(scene.steps) == 2 * len(expected)


def test_the_command_makes_a_gif_and_shows_how_far_it_is(tmp_path, capsys):
    arguments = ["animate", "conv-sliding-kernel", "--out", str(tmp_path), "--fps", "2"]
    assert main([*arguments, "--theme", "dark", "--offline"]) == 0
    shown = capsys.readouterr()
    path = tmp_path / "animations" / "conv-sliding-kernel.gif"
    assert f"{path}: 9 pictures, 7 s, 1280×720 pixels" in shown.out
    assert "12 12 17 / 10 17 19 / 9 6 14" in shown.out
    assert "9/9" in shown.err
    with Image.open(path) as image:
        assert image.n_frames == 9 and image.size == (1280, 720)
        image.seek(1)
        assert image.info["duration"] == 500
        assert max(image.convert("RGB").getpixel((0, 0))) < 50  # dark


def test_the_command_lists_the_animations(capsys):
    assert main(["animate"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown and one.title in shown for name, one in ANIMATIONS.items())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("conv-sliding-kernal", "there is no such animation; near: conv-sliding-kernel"),
        ("ball-data", "that lecture figure stands still"),
        ("xyz", "there is no such animation; `kit animate` lists them all"),
    ],
)
def test_an_unknown_animation_is_told_with_near_ones(name, words, tmp_path, capsys):
    with pytest.raises(ValueError, match=f"`ID` must name an animation; got '{name}'"):
        find_animation(name)
    assert main(["animate", name, "--out", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_command_refuses_before_the_experiment_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Lab, "train_block", lambda *_: pytest.fail("the experiment ran"))
    arguments = ["animate", "init-relu-he-normal", "--out", str(tmp_path)]
    assert main([*arguments, "--fps", "500"]) == 2
    assert "`--fps` must be a number from 0.1 to 50; got 500.0" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main([*arguments[:2], "--out", str(tmp_path / "file")]) == 2
    assert "`--out` must be a folder or free to become one" in capsys.readouterr().err


def test_listing_the_animations_loads_neither_tensorflow_nor_matplotlib():
    code = (
        "import sys; from kit.cli import main; assert main(['animate']) == 0\n"
        "assert not {'tensorflow', 'keras', 'matplotlib', 'pandas', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
