"""A pass through a network in motion: what each step shows, and what is refused."""

import matplotlib.pyplot as plt
import pytest

from kit.films import animate_network, animate_steps
from kit.films.passes import passing
from kit.plots import style

NETWORK = [[[1.0, -2.0]], [[0.5], [1.0]]]
STEPS = [
    ("inputs", {"values": [[1], None, None]}),
    ("hidden", {"values": [[1], [1, -2], None], "paths": [[(0, 0), (1, 0)]]}),
    ("output", {"values": [[1], [1, -2], [-1.5]]}),
]


def test_each_step_shows_its_values_on_a_network_that_stays():
    with style():
        scene = passing(NETWORK, STEPS, {"names": ["in", "hidden", "out"]}, "Forwards")
        scene.lay_out(640)
        (ax,) = scene.figure.axes
        pictures, limits = [], []
        for step in (1, 2, 1):
            pictures.append(scene.picture(step).tobytes())
            limits.append((*ax.get_xlim(), *ax.get_ylim(), *ax.get_position().bounds))
            shown = [text.get_text() for text in ax.texts]
            assert shown[:3] == ["1", "1", "−2"] and shown[-3:] == ["in", "hidden", "out"]
            assert ("−1.5" in shown) == (step == 2)
    assert pictures[0] == pictures[2] != pictures[1]
    assert limits[0] == pytest.approx(limits[1]) and limits[1] == pytest.approx(limits[2])
    assert scene.heading(2) == "Forwards · output"


def test_the_film_has_a_picture_a_step():
    film = animate_network(NETWORK, STEPS, width=320, quantity="activation", title="Forwards")
    assert film.frames == 3 and film.alt == "Forwards: 3 pictures, from inputs to output"


@pytest.mark.parametrize(
    ("steps", "options", "error", "words"),
    [
        (STEPS[:1], {}, ValueError, "`steps` must be 2 to 100; got 1"),
        (STEPS * 40, {}, ValueError, "`steps` must be 2 to 100; got 120"),
        (["inputs", "output"], {}, TypeError, "`steps` must be pairs of words and keywords"),
        ([(1, {}), (2, {})], {}, TypeError, "`steps` must be pairs of words and keywords"),
        (STEPS, {"quantity": "size"}, ValueError, "`quantity` must be one of"),
        (STEPS, {"fps": 0}, ValueError, "`fps` must be a number from 0.1 to 50"),
    ],
)
def test_a_pass_that_cannot_be_shown_is_refused(steps, options, error, words):
    with pytest.raises(error, match=words):
        animate_network(NETWORK, steps, width=320, **options)


def test_a_figure_of_ones_own_moves_step_by_step():
    figure, ax = plt.subplots(layout="constrained")
    bar = ax.bar([0], [1])[0]
    ax.set_ylim(0, 3)
    shown = []

    def show(step):
        shown.append(step)
        bar.set_height(step + 1)

    film = animate_steps(figure, show, ("one", "two", "three"), title="Bars", width=320)
    assert film.frames == 3 and film.alt == "Bars: 3 pictures, from one to three"
    assert shown == [2, 0, 1, 2] and not plt.get_fignums()  # laid out for the last


@pytest.mark.parametrize(
    ("steps", "error", "words"),
    [
        (["one"], ValueError, "`steps` must be 2 to 100; got 1"),
        ("one", ValueError, "`steps` must be 2 to 100; got 1"),
        ([1, 2], TypeError, "`steps` must be a name or a list of names"),
    ],
)
def test_steps_that_are_none_are_refused(steps, error, words):
    with pytest.raises(error, match=words):
        animate_steps(plt.figure(), lambda step: None, steps)
