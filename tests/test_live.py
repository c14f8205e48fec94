"""kit.live: the panel in a notebook, played by a stand-in; test_notebooks.py has a real one."""

import base64
import io
import sys
from types import ModuleType, SimpleNamespace

import keras
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from seeding import set_seed

import kit
from kit import live
from kit.callbacks import LivePanel, Recorder
from kit.models import build_block
from kit.recordings import LayerSketches
from kit.stats.sketch import Sketch


class Notebook:
    """Takes display messages as a notebook does; each display is the list of what it showed."""

    def __init__(self):
        self.displays = []
        self.broken = False

    def display(self, data, *, raw, display_id):
        assert raw is True and display_id is True
        self.check(data)
        shown = [data]
        self.displays.append(shown)
        return SimpleNamespace(update=lambda data, *, raw: self.check(data) or shown.append(data))

    def check(self, data):
        if self.broken:
            raise OSError("the notebook is gone")
        assert all(isinstance(value, str) for value in data.values())

    def titles(self, which=-1):
        """What the panels of a display have as title."""
        return [one["text/plain"] for one in self.displays[which] if "image/png" in one]


@pytest.fixture
def notebook(monkeypatch):
    plt.close(plt.figure())  # the backend is loaded, before it would ask the stand-in
    found = Notebook()
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    events = SimpleNamespace(register=lambda *_: None, unregister=lambda *_: None)
    shell = SimpleNamespace(kernel=object(), events=events)  # the events are for pyplot
    ipython.get_ipython, ipython.version_info = lambda: shell, (9, 0)
    display.display = found.display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return found


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still but for what a test adds, and panels that take `panel`."""
    found = SimpleNamespace(now=0.0, panel=0.5, seconds=[])
    monkeypatch.setattr(live, "time", SimpleNamespace(perf_counter=lambda: found.now))

    def draw(self, epoch, title):
        found.now += found.panel
        found.seconds.append(found.now)
        return "cGFuZWw="

    monkeypatch.setattr(LivePanel, "_draw", draw)
    return found


@pytest.fixture(scope="module")
def data():
    x, y = kit.datasets.ball.load_data(n_points=60)
    return x, y.astype("float32")


def block(**arguments):
    return build_block("tanh", "glorot_normal", n_layers=2, units=4, seed=3, **arguments)


def fit(data, *callbacks, epochs=3, **arguments):
    model = block()
    model.fit(*data, epochs=epochs, batch_size=30, verbose=0, callbacks=callbacks, **arguments)
    return model


def passing(clock, seconds):
    """A callback under which every epoch takes so long."""

    def wait(*_):
        clock.now += seconds

    return keras.callbacks.LambdaCallback(on_epoch_end=wait)


def train(panel, clock, epochs, seconds, capture=0.0):
    """What Keras calls in a training, without the training; an epoch takes `seconds`."""

    def add(epoch, within=False):
        with panel._counted():
            clock.now += capture
            panel._captured = panel._step
            layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
            panel.recording.add(epoch=epoch, step=panel._step, loss=0.5, samples=2, layers=[layer])

    panel._capture = add
    panel.set_model(block())
    panel.set_params({"epochs": epochs, "steps": 1})
    panel.on_train_begin()
    for epoch in range(epochs):
        panel.on_epoch_begin(epoch)
        clock.now += seconds
        panel.on_train_batch_end(0)
        panel.on_epoch_end(epoch, {"loss": 0.5})
    panel.on_train_end()


def test_it_is_reached_from_the_callbacks():
    assert kit.callbacks.LivePanel is live.LivePanel and "LivePanel" in kit.callbacks.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kit.callbacks.nothing


# where it may be


def test_outside_a_notebook_it_says_what_it_needs(monkeypatch, data):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    message = (
        r"`LivePanel` must run in a notebook \(Colab, Jupyter, VS Code\).*pip install ipykernel"
        r".*got plain Python.*kit\.callbacks\.Recorder"
    )
    with pytest.raises(RuntimeError, match=message):
        LivePanel(*data)


def test_ipython_in_a_terminal_is_no_notebook(notebook, data):
    sys.modules["IPython"].get_ipython = SimpleNamespace  # a shell without a kernel
    with pytest.raises(RuntimeError, match="got IPython without a notebook"):
        LivePanel(*data)


def test_ipython_that_is_only_imported_is_no_notebook(notebook, data):
    sys.modules["IPython"].get_ipython = lambda: None
    with pytest.raises(RuntimeError, match="got plain Python"):
        LivePanel(*data)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"title": 3}, TypeError, "`title` must be a text or None; got 3"),
        ({"theme": "blue"}, ValueError, "`theme` must be one of light, dark; got 'blue'"),
        ({"every": 0}, ValueError, "`every` must be a positive integer; got 0"),
        ({"nothing": 0}, TypeError, "nothing"),
    ],
)
def test_bad_arguments_are_told_at_once(notebook, data, arguments, error, message):
    with pytest.raises(error, match=message):
        LivePanel(*data, **arguments)


def test_unknown_layers_are_told_before_training(notebook, data):
    with pytest.raises((KeyError, ValueError), match="h9"):
        fit(data, LivePanel(*data, layers=["h9"]))
    assert notebook.displays == []


# what it shows


def test_a_table_first_then_the_panel_of_the_last_epoch_in_one_display(notebook, data):
    panel = LivePanel(*data, title="Mine")
    model = fit(data, panel)
    (shown,) = notebook.displays
    assert "Recording 'run-1'" in shown[0]["text/plain"]
    assert "<table" in shown[0]["text/html"] and "epoch 0" in shown[0]["text/html"]
    last = panel.recording.history.loc[3]
    words = f"Mine\nEpoch 3 of 3, loss {last.loss:.3g}, accuracy {last.accuracy:.3g}"
    assert shown[-1]["text/plain"] == words
    image = Image.open(io.BytesIO(base64.b64decode(shown[-1]["image/png"])))
    assert image.format == "PNG" and image.size == (759, 506)
    assert panel.recording.epochs == [0, 1, 2, 3] and model.history.epoch == [0, 1, 2]


def test_the_panel_is_that_of_the_recording(notebook, data, monkeypatch):
    asked = {}

    def draw(recording, **arguments):
        asked.update(arguments, recording=recording, back=mpl.rcParams["figure.facecolor"])
        asked["interactive"] = mpl.is_interactive()
        return plt.figure()

    monkeypatch.setattr(live, "layer_panel", draw)
    panel = LivePanel(*data, layers=["o", "h1"], theme="dark")
    fit(data, panel, epochs=1)
    assert asked["recording"] is panel.recording and asked["epoch"] == 1
    assert asked["layers"] == ["h1", "o"]  # as recorded, the output too, as it was asked for
    assert asked["back"] == "#14181D" and asked["interactive"] is False
    fit(data, LivePanel(*data), epochs=1)
    assert asked["layers"] is None and asked["back"] == "#FFFFFF"


def test_one_layer_is_asked_for_by_its_name_alone(notebook, data):
    panel = LivePanel(*data, layers="h1")
    fit(data, panel, epochs=1)
    assert panel.recording.layers == ["h1"] and notebook.titles()[-1].startswith("Epoch 1 of 1")


def test_pyplot_is_left_as_it_was(notebook, data):
    mine = plt.figure()
    before = dict(mpl.rcParams)
    with plt.ion():
        fit(data, LivePanel(*data))
        assert mpl.is_interactive()
    assert plt.get_fignums() == [mine.number] and plt.gcf() is mine
    assert dict(mpl.rcParams) == before


def test_training_again_begins_a_new_display(notebook, data, clock):
    panel = LivePanel(*data)
    model = fit(data, panel, epochs=2)
    assert len(notebook.displays) == 1
    model.fit(*data, initial_epoch=2, epochs=3, verbose=0, callbacks=[panel])
    assert len(notebook.displays) == 2
    assert notebook.titles()[-1].startswith("Epoch 3 of 3")
    assert panel.recording.epochs == [0, 1, 2, 3]
    model.fit(*data, epochs=0, verbose=0, callbacks=[panel])
    assert len(notebook.displays) == 2


def test_with_every_k_epochs_the_title_is_of_the_epoch_shown(notebook, data, clock):
    panel = LivePanel(*data, every=2)
    fit(data, panel, epochs=5)
    loss = panel.recording.history["loss"][4]
    assert panel.recording.epochs == [0, 2, 4]
    assert notebook.titles()[-1].startswith(f"Epoch 4 of 5, loss {loss:.3g}")


def test_training_that_stops_early_ends_with_its_last_epoch(notebook, data, clock):
    stop = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: setattr(stop.model, "stop_training", epoch == 1)
    )
    fit(data, LivePanel(*data), stop, epochs=9)
    assert notebook.titles()[-1].startswith("Epoch 2 of 9")


def test_a_loss_that_is_no_number_is_shown_as_such(notebook, data):
    x, y = data
    model = block()
    model.get_layer("h1").kernel.assign(np.full((10, 4), np.nan))
    model.fit(x, y, epochs=1, verbose=0, callbacks=[LivePanel(x, y)])
    assert "loss nan" in notebook.titles()[-1]


# what it costs


def test_where_epochs_are_slow_every_one_is_drawn(notebook, data, clock):
    fit(data, passing(clock, 10.0), LivePanel(*data), epochs=5)
    assert [title.split()[1] for title in notebook.titles()] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.4])
def test_where_epochs_are_quick_panels_are_left_out(notebook, data, clock, seconds):
    train(LivePanel(*data), clock, 150, seconds)
    without = 150 * seconds
    assert clock.now <= (1 + live.SHARE) * without + clock.panel
    if without * live.SHARE > 2 * clock.panel:
        assert clock.now <= (1 + live.SHARE) * without
        assert len(clock.seconds) >= 0.7 * live.SHARE * without / clock.panel
    assert notebook.titles()[-1].startswith("Epoch 150 of 150")


def test_a_panel_that_turns_out_slow_is_drawn_less_often(notebook, data, clock):
    clock.panel = 3.0
    train(LivePanel(*data), clock, 60, seconds=1.0)
    assert 3 <= len(clock.seconds) <= 8
    assert clock.now <= 60 * (1 + live.SHARE)


def test_captures_count_too(notebook, data, clock):
    train(LivePanel(*data), clock, 40, seconds=0.7, capture=0.3)
    # they take 43 % of the training's time: nothing is left but the last panel
    assert len(clock.seconds) == 1


def test_its_own_captures_are_counted(notebook, data, clock, monkeypatch):
    def capture(self, epoch, within=False):
        clock.now += 5.0
        genuine(self, epoch, within)

    genuine = Recorder._capture
    monkeypatch.setattr(Recorder, "_capture", capture)
    panel = LivePanel(*data)
    fit(data, panel, epochs=3)
    assert panel._spent == 4 * 5.0 + clock.panel


# what it must not do


@pytest.mark.parametrize("shown", ["all", "none"])
def test_it_changes_nothing(notebook, data, shown, monkeypatch):
    """Weights, optimizer, history and the next random numbers, with dropout, to the last bit."""

    def trained(make):
        set_seed(5)
        model = keras.Sequential(
            [
                keras.Input((10,)),
                keras.layers.Dense(6, "relu", name="h"),
                keras.layers.Dropout(0.5),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(1, "sigmoid", name="o"),
            ]
        )
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        history = model.fit(*data, epochs=4, batch_size=20, verbose=0, callbacks=make()).history
        values = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
        return [*values, np.array(keras.random.normal((3,)))], history

    monkeypatch.setattr(live, "SHARE", np.inf)
    notebook.broken = shown == "none"
    without, history = trained(list)
    if shown == "none":
        with pytest.warns(RuntimeWarning, match="shows no more panels"):
            with_panel, shown_history = trained(lambda: [LivePanel(*data)])
    else:
        with_panel, shown_history = trained(lambda: [LivePanel(*data)])
        assert len(notebook.titles()) >= 4
    assert history == shown_history
    for one, other in zip(without, with_panel, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_display_that_fails_ends_the_showing_and_not_the_training(notebook, data, clock):
    panel = LivePanel(*data)
    breaking = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: setattr(notebook, "broken", epoch >= 1)
    )
    message = "shows no more panels: OSError: the notebook is gone.*recording go on"
    with pytest.warns(RuntimeWarning, match=message) as warned:
        fit(data, passing(clock, 10.0), breaking, panel, epochs=5)
    assert len(warned) == 1
    assert panel.recording.epochs == [0, 1, 2, 3, 4, 5]
    assert len(notebook.titles()) == 1
    notebook.broken = False
    fit(data, panel, epochs=1)  # the next training tries again
    assert notebook.titles()[-1].startswith("Epoch 1 of 1")


def test_a_drawing_that_fails_is_told_and_leaves_no_figure(notebook, data, monkeypatch):
    def fail(figure):
        raise MemoryError("no room")

    monkeypatch.setattr(live, "_as_png", fail)
    panel = LivePanel(*data)
    with pytest.warns(RuntimeWarning, match="MemoryError: no room"):
        fit(data, panel)
    assert plt.get_fignums() == []
    assert panel.recording.epochs == [0, 1, 2, 3]


def test_who_interrupts_training_is_heard(notebook, data, monkeypatch):
    def interrupt(figure):
        raise KeyboardInterrupt

    monkeypatch.setattr(live, "_as_png", interrupt)
    panel = LivePanel(*data)
    with pytest.raises(KeyboardInterrupt):
        fit(data, panel)
    assert panel.recording.epochs == [0, 1, 2, 3]  # and what was recorded stays
