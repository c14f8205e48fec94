"""kit.recordings.display: what recordings, snapshots and lecture figures say of themselves."""

from html.parser import HTMLParser

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from kit.figures import catalogue
from kit.plots import distributions as plots
from kit.recordings import QUANTITIES, LayerSketches, LayerSnapshot, Recording, Snapshot, display
from kit.stats.sketch import Sketch


def make_recording(rng, epochs=3, names=("h1", "h2", "o"), path=None, run=None):
    """A recording whose spreads grow with the epoch, and the arrays of its first layer."""
    recording = Recording.create(path, run)
    arrays = []
    for epoch in range(epochs):
        z = rng.normal(scale=1 + epoch, size=(50, 4))
        arrays.append(z)
        layers = [
            LayerSketches(name, k, sketches={q: Sketch.of(z * 10.0**-k) for q in QUANTITIES})
            for k, name in enumerate(names)
        ]
        recording.add(epoch=epoch, step=8 * epoch, loss=2 / (1 + epoch), samples=50, layers=layers)
        if epoch:
            recording.add_history(epoch, {"accuracy": 0.75, "loss": 1.5 / epoch})
    return recording, arrays


def make_snapshot(rng, name="h1"):
    z = rng.normal(size=(50, 4)).astype("f4")
    entries = [
        LayerSnapshot(name, 0, z=z, activation=np.tanh(z), weight=z[:3], gradient=z[:3] / 100),
        LayerSnapshot("lstm", 1, weight=z[:7], gradient=z[:7]),
    ]
    return Snapshot(entries, loss=0.6931, samples=50)


NOT_HEARD = {
    "loop/dense": "called in a <b>loop</b> & its tensors do not get out",
    "old\nname": "x" * 500,
    "cell": "recurrent",
    "more": "a reason",
    "still more": "a reason",
}


def test_what_was_not_heard_stands_below_the_table():
    z = np.ones((4, 2))
    snapshot = Snapshot([LayerSnapshot("h1", 0, z=z)], 0.7, 4, not_heard=NOT_HEARD)
    recording = Recording.create()
    layer = LayerSketches("h1", 0, sketches={"z": Sketch.of(z)})
    recording.add(epoch=0, step=0, loss=0.7, samples=4, layers=[layer], not_heard=NOT_HEARD)
    for data in (snapshot, recording):
        last = repr(data).splitlines()[-1]
        assert last == (
            "not heard: loop/dense (called in a <b>loop</b> & its tensors do not get out); "
            rf"old\nname ({'x' * 119}…); cell (recurrent); and 2 more"
        )
        html = data._repr_html_()
        assert "&lt;b&gt;loop&lt;/b&gt; &amp; its tensors" in html and "<b>loop" not in html
        assert Reader(html).texts[-1] == last
    silent = Snapshot([LayerSnapshot("h1", 0, z=z)], 0.7, 4)
    assert "not heard" not in repr(silent)


class Reader(HTMLParser):
    """Reads HTML, refuses what does not close, and keeps tags, attributes, texts and rows."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.values, self.texts, self.rows = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += [value for _, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data


def everything(rng):
    empty = Recording.create()
    closed, _ = make_recording(rng)
    closed.close()
    return {
        "recording": make_recording(rng)[0],
        "one epoch": make_recording(rng, epochs=1)[0],
        "empty": empty,
        "closed": closed,
        "snapshot": make_snapshot(rng),
        "no layers": Snapshot([], loss=float("inf"), samples=0),
        "figure": catalogue["init-zeros"],
        "digits": next(figure for figure in catalogue.values() if figure.digits),
    }


def test_all_are_html_in_a_notebook_and_short_text_elsewhere(rng):
    formatter = DisplayFormatter()
    for name, thing in everything(rng).items():
        found, _ = formatter.format(thing)
        assert set(found) == {"text/plain", "text/html"}, name
        text = found["text/plain"]
        assert text == repr(thing)
        assert 1 <= len(text.splitlines()) <= 12
        assert max(map(len, text.splitlines())) <= 200
        assert "array(" not in text and "object at" not in text and "<function" not in text
        Reader(found["text/html"])


def test_the_html_reads_on_light_and_dark_and_needs_nothing_from_elsewhere(rng):
    for thing in everything(rng).values():
        read = Reader(thing._repr_html_())
        assert not {"img", "script", "link", "style", "iframe"} & set(read.tags)
        for value in read.values:
            assert "http" not in value and "url(" not in value
            # no colour but that of the page's text
            for rule in value.split(";"):
                if "color" in rule:
                    assert rule.endswith(("color:inherit", "solid currentColor")), rule
                assert "background" not in rule


def test_a_recording_tells_run_file_epochs_samples_losses_and_spreads(rng, tmp_path):
    path = tmp_path / "runs.db"
    recording, arrays = make_recording(rng, path=path, run="he")
    lines = repr(recording).splitlines()
    assert lines[0] == f"Recording 'he' in {path}"
    assert lines[1] == "epochs 0 to 2, 3 captures of 50 samples, probe loss 2 → 0.667"
    assert lines[2] == "reported for epoch 2: accuracy 0.75, loss 0.75"
    assert lines[3] == "standard deviation σ at epoch 0 → 2"
    assert lines[4].split() == ["layer", *QUANTITIES]
    first, last = arrays[0].std(), arrays[-1].std()
    for k, line in enumerate(lines[5:]):
        name, *cells = line.split()
        assert name == recording.layers[k]
        assert cells[1::3] == ["→"] * 5
        assert [float(cell) for cell in cells[::3]] == pytest.approx([first / 10**k] * 5, rel=0.05)
        assert [float(cell) for cell in cells[2::3]] == pytest.approx([last / 10**k] * 5, rel=0.05)


def test_the_html_says_what_the_text_says(rng):
    for thing in (make_recording(rng)[0], make_snapshot(rng)):
        read, text = Reader(thing._repr_html_()), repr(thing)
        assert text.splitlines()[0] in read.texts
        for row in read.rows:
            assert " ".join(row).split() in [line.split() for line in text.splitlines()]


def test_a_recording_of_one_capture_has_no_arrows(rng):
    text = repr(make_recording(rng, epochs=1)[0])
    assert "epoch 0, 1 capture of 50 samples, probe loss 2\n" in text
    assert "→" not in text and "reported" not in text


def test_an_empty_and_a_closed_recording_say_so(rng):
    recording, _ = make_recording(rng, run="mine")
    assert repr(Recording.create()) == "Recording 'run-1' in memory: no capture yet"
    recording.close()
    title, why = repr(recording).splitlines()
    assert title == "Recording 'mine' in memory: cannot be read"
    assert "closed" in why
    assert "cannot be read" in recording._repr_html_()


def test_a_replaced_recording_says_so(rng, tmp_path):
    recording, _ = make_recording(rng, path=tmp_path / "runs.db", run="mine")
    Recording.create(tmp_path / "runs.db", "mine", overwrite=True)
    assert "was replaced by a newer one" in repr(recording)


def test_values_that_are_not_finite_are_marked_and_told(rng):
    z = np.array([[1.0, -1.0], [np.nan, np.inf]])
    nothing = np.full((2, 2), np.nan)
    entries = [LayerSnapshot("h1", 0, z=z, activation=nothing)]
    text = repr(Snapshot(entries, loss=float("nan"), samples=2))
    assert text.splitlines()[0] == "Snapshot of 2 samples, loss nan"
    assert text.splitlines()[3].split()[-4:] == ["1.0", "✕", "–", "✕"]
    assert "✕: some values are not finite" in text
    recording = Recording.create()
    layer = LayerSketches("h1", 0, sketches={"z": Sketch.of(z)})
    recording.add(epoch=0, step=0, loss=float("nan"), samples=2, layers=[layer])
    recording.add_history(0, {"loss": float("nan")})
    assert "probe loss nan" in repr(recording) and "1.0 ✕" in repr(recording)
    assert "1.0 ✕" not in repr(make_recording(rng)[0])


def test_a_quantity_that_is_missing_at_one_epoch_is_a_dash():
    recording = Recording.create()
    for epoch, quantities in ((0, ("z",)), (1, ("z", "weight"))):
        sketches = {quantity: Sketch.of([-1.0, 1.0]) for quantity in quantities}
        layers = [LayerSketches("h1", 0, sketches=sketches)]
        recording.add(epoch=epoch, step=epoch, loss=1.0, samples=2, layers=layers)
    assert repr(recording).splitlines()[-1].split() == ["h1", "1.0", "→", "1.0", "–", "→", "1.0"]


def test_a_snapshot_tells_loss_samples_shapes_and_spreads(rng):
    snapshot = make_snapshot(rng)
    title, _, head, dense, lstm = repr(snapshot).splitlines()
    assert title == "Snapshot of 50 samples, loss 0.693"
    assert head.replace(" σ", "").split() == [
        *("layer", "output", "kernel", "z", "activation", "weight", "gradient"),
    ]
    for shape in ("(50, 4)", "(3, 4)"):
        assert shape in dense
    spreads = [getattr(snapshot["h1"], q).std() for q in ("z", "activation", "weight", "gradient")]
    assert [float(one) for one in dense.split()[-4:]] == pytest.approx(spreads, rel=0.06)
    assert lstm.split()[:2] == ["lstm", "–"] and lstm.split()[-4:-2] == ["–", "–"]


def test_of_many_layers_the_first_are_shown_and_the_others_counted(rng):
    names = [f"layer_{k}" for k in range(50)]
    recording, _ = make_recording(rng, epochs=2, names=names)
    text = repr(recording)
    assert "layer_5 " in text and "layer_6 " not in text
    assert text.endswith(f"and {50 - display.TEXT_ROWS} more layers")
    read = Reader(recording._repr_html_())
    assert len(read.rows) == 1 + display.HTML_ROWS
    assert f"and {50 - display.HTML_ROWS} more layers" in read.texts


def test_names_are_escaped_and_long_ones_keep_their_end_in_text(rng):
    name = "<script>alert(1)</script>/" + "inner/" * 10 + "dense_1"
    snapshot = make_snapshot(rng, name)
    read = Reader(snapshot._repr_html_())
    assert "script" not in read.tags and read.rows[1][0] == name
    assert name not in repr(snapshot) and "…" in repr(snapshot) and "/dense_1 " in repr(snapshot)
    recording, _ = make_recording(rng, run="<b>&'\"")
    assert "Recording " + repr("<b>&'\"") + " in memory" in Reader(recording._repr_html_()).texts


def test_the_numbers_are_as_short_as_can_be_read():
    values = (0.0, 1.0, 0.03162, 1.44, 31.6, 314.2, 12345.0, 1.44e-11, 9.99e-4, -2.5, np.nan)
    assert [display.short_number(value) for value in values] == [
        *("0", "1.0", "0.032", "1.4", "32", "314", "1.2×10⁴", "1.4×10⁻¹¹", "1.0×10⁻³", "−2.5", "–"),
    ]
    assert plots.short_number is display.short_number  # one form in texts and plots


def test_a_recording_that_is_still_to_begin():
    assert display.of_recording(None).text() == (
        "Recording: not begun; it is there once training begins"
    )


@pytest.mark.parametrize("name", ["a[b]", "a/b[2]", "<b>&amp;'\"", "a$b$", "dense_1", "日本"])
def test_names_stand_as_they_are_in_text_and_html(rng, name):
    for thing in (make_snapshot(rng, name), make_recording(rng, names=(name, "h2"))[0]):
        assert Reader(thing._repr_html_()).rows[1][0] == name
        assert any(line.startswith(f"{name} ") for line in repr(thing).splitlines())


def test_what_cannot_be_seen_of_a_name_is_written_out(rng):
    name = "two\nlines\tand\x1b[31mred"
    for thing in (make_snapshot(rng, name), make_recording(rng, names=(name, "h2"))[0]):
        shown = "two\\nlines\\tand\\x1b[31mred"
        assert Reader(thing._repr_html_()).rows[1][0] == shown
        assert any(line.startswith(f"{shown} ") for line in repr(thing).splitlines())


def test_a_lecture_figure_has_one_line_and_more_when_it_is_printed():
    figure = catalogue["init-zeros"]
    assert repr(figure) == f"<LectureFigure 'init-zeros' of initialization: {figure.title}>"
    lines = str(figure).splitlines()
    assert lines[0] == f"{figure.title} (init-zeros)"
    assert lines[1] == f"topic initialization; in the lectures of {', '.join(figure.lectures)}"
    assert lines[-1] == "kit figures init-zeros"
    read = Reader(figure._repr_html_())
    for claim in figure.claims:
        assert f"- {claim.name}" in lines and claim.name in read.texts
    assert read.tags.count("li") == len(figure.claims)
    assert "kit figures init-zeros" in read.texts


@pytest.mark.parametrize("figure", catalogue.values(), ids=catalogue)
def test_every_lecture_figure_is_short(figure):
    assert len(repr(figure)) < 180 and "\n" not in repr(figure)
    assert len(str(figure).splitlines()) <= 16
    assert ("MNIST" in str(figure).splitlines()[2]) == figure.digits
    Reader(figure._repr_html_())
