"""What a page of runs says: the numbers of the recording, and nothing that is not in it."""

import base64
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from own_runs import HOSTILE, captured, layer_of, run_of, runs_of

from kit import load_runs
from kit.datasets.example import example_recording
from kit.explorer import run_pages
from kit.explorer.run_densities import SHAPE_POINTS, shapes, spans
from kit.explorer.run_pages import explore_file
from kit.explorer.run_payload import ROW_NUMBERS, kept_captures, most_captures
from kit.plots.scales import Scale
from kit.recordings import Recording, Runs
from kit.recordings.gathered import captures_in, sketches_at
from kit.stats.sketch import Sketch

FROM_FRAME = ["mean", "std", "rms", "min", "q05", "q25", "median", "q75", "q95", "max"]
FROM_FRAME += ["zero_fraction", "std_samples", "std_units", "saturated", "update", "nonfinite"]


def data_of(page):
    text = re.search(r'id="kit-data">(.*?)</script>', page.html, re.DOTALL)[1]
    data = json.loads(text)
    numbers = np.frombuffer(base64.b64decode(data["numbers"]), "<f4").reshape(-1, len(ROW_NUMBERS))
    drawn = np.frombuffer(base64.b64decode(data["shapes"]), "u1").reshape(-1, 2, data["points"])
    return data, numbers, drawn


def rows_of(data):
    """(run, layer, quantity, capture) in the order of the rows."""
    return [
        (run["name"], layer["name"], quantity, k)
        for run in data["runs"]
        for layer in run["layers"]
        for quantity in layer["quantities"]
        for k in range(len(run["captures"]))
    ]


def column(numbers, name):
    return numbers[:, ROW_NUMBERS.index(name)]


def test_a_page_has_the_numbers_of_the_tidy_table():
    recording = example_recording()
    data, numbers, _ = data_of(recording.explore(findings=False))
    captures = data["runs"][0]["captures"]
    at = recording.to_frame().set_index(["layer", "quantity", "epoch"])
    rows = rows_of(data)
    assert len(rows) == len(numbers) == len(at)
    wanted = at.loc[[(layer, quantity, captures[k]["epoch"]) for _, layer, quantity, k in rows]]
    for name in FROM_FRAME:
        np.testing.assert_allclose(column(numbers, name), wanted[name], rtol=1e-6, err_msg=name)


@pytest.mark.parametrize("log", [False, True])
def test_violins_begin_and_end_where_the_pictures_do(log):
    values = np.random.default_rng(1).normal(0.3, 1, 500)
    some = [values, np.maximum(values, 0), -np.abs(values), np.zeros(9), [3.0], [np.nan], []]
    sketches = [Sketch.of(one) for one in some]
    scale = Scale("log" if log else "linear")
    for found, sketch in zip(spans(sketches, log=log), sketches, strict=True):
        wanted = scale.span(sketch)
        if wanted is None:
            assert np.isnan(found).all()
        else:
            np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("log", [False, True])
def test_a_shape_is_that_of_the_sketch(log):
    random = np.random.default_rng(2)
    some = [
        random.normal(size=4000),
        np.maximum(random.normal(size=4000), 0),
        random.gamma(2, 1, 4000),
    ]
    sketches = [Sketch.of(one) for one in some]
    scale = Scale("log" if log else "linear")
    ends = spans(sketches, log=log)[:, [0, -1]]
    for found, sketch, (low, high) in zip(
        shapes(sketches, ends, log=log), sketches, ends, strict=True
    ):
        _, wanted = sketch.density(
            low, high, zeros=sketch.zero_fraction <= 0.01, magnitude=log,
            forward=scale.forward, inverse=scale.inverse,
        )  # fmt: skip
        at = (np.arange(SHAPE_POINTS) + 0.5) / SHAPE_POINTS
        wanted = np.interp(at, np.linspace(0, 1, len(wanted)), wanted / wanted.max())
        assert found.max() == 255
        np.testing.assert_allclose(found / 255, wanted, atol=0.06)


def test_what_has_no_width_has_no_shape():
    sketches = [Sketch.of([2.0, 2.0]), Sketch.of([]), Sketch.of([np.inf]), Sketch.of([0.0])]
    for log in (False, True):
        ends = spans(sketches, log=log)[:, [0, -1]]
        assert not shapes(sketches, ends, log=log).any()
    assert spans([], log=True).shape == (0, 5)


def test_losses_and_history_are_all_there():
    recording = run_of(5)
    data, _, _ = data_of(recording.explore(findings=False))
    (run,) = data["runs"]
    losses = np.frombuffer(base64.b64decode(run["losses"]["values"]), "<f4")
    np.testing.assert_allclose(losses, recording.losses["loss"], rtol=1e-6)
    for name, packed in run["history"]["metrics"].items():
        found = np.frombuffer(base64.b64decode(packed), "<f4")
        np.testing.assert_allclose(found, recording.history[name], rtol=1e-6)
    assert set(run["history"]["metrics"]) == {"loss", "val_loss", "accuracy"}


def test_findings_are_those_of_diagnose_with_the_epoch_at_which_they_began():
    from kit.diagnosis import diagnose

    recording = run_of(4, layers=4)
    wanted = diagnose(recording)
    (run,) = data_of(recording.explore())[0]["runs"]
    assert [one["name"] for one in run["findings"]] == [one.name for one in wanted]
    assert {one["name"]: one["at"] for one in run["findings"]}["vanishing"] == 0
    assert run["notAsked"].keys() == wanted.not_asked.keys()
    for shown, one in zip(run["findings"], wanted, strict=True):
        assert shown["remedy"] == one.remedy and shown["severity"] == one.severity


def test_what_cannot_be_diagnosed_is_said():
    recording = Recording.create()
    layer = layer_of("h1", 0, {"z": np.ones((4, 2))})
    recording.add(epoch=0, step=8, within=True, loss=1.0, samples=4, layers=[layer])
    (run,) = data_of(recording.explore())[0]["runs"]
    assert run["findings"] == [] and "at least one capture" in run["asked"]
    unasked = data_of(run_of(1).explore(findings=False))[0]["runs"][0]
    assert "not asked" in unasked["asked"]


def test_values_that_are_no_numbers_and_layers_that_come_late_are_told():
    recording = Recording.create()
    recording.add(epoch=0, step=0, **captured(0))
    later = captured(1, explodes_at=1)
    later["layers"].append(layer_of("late", 3, {"activation": np.full((4, 2), np.inf)}))
    recording.add(epoch=1, step=8, not_heard={"lstm": "a loop"}, **later)
    data, numbers, _ = data_of(recording.explore(findings=False))
    rows = {row[1:]: k for k, row in enumerate(rows_of(data))}
    assert np.isnan(numbers[rows["late", "activation", 0]]).all()
    late = numbers[rows["late", "activation", 1]]
    assert late[ROW_NUMBERS.index("nonfinite")] == 8 and late[ROW_NUMBERS.index("count")] == 0
    assert column(numbers, "nonfinite")[rows["h2", "z", 1]] == 2
    assert data["runs"][0]["unheard"] == {"lstm": "a loop"}
    assert data["runs"][0]["finished"] is False


def test_captures_within_an_epoch_stand_between_its_ends():
    recording = Recording.create()
    for epoch in range(3):
        recording.add(epoch=epoch, step=10 * epoch, **captured(epoch))
        recording.add(epoch=epoch, step=10 * epoch + 4, within=True, **captured(epoch))
    captures = data_of(recording.explore(findings=False))[0]["runs"][0]["captures"]
    assert [one["at"] for one in captures] == [0, 0.4, 1, 1.4, 2, 2.4]
    assert [one["end"] for one in captures] == [True, False] * 3


def test_names_and_reasons_of_strangers_are_data_and_nothing_else():
    recording = Recording.create(None, HOSTILE, info={"model": HOSTILE})
    layer = layer_of(HOSTILE, 0, {"z": np.ones((4, 2))})
    recording.add(epoch=0, step=0, loss=1, samples=4, layers=[layer], not_heard={HOSTILE: HOSTILE})
    page = recording.explore()
    assert "<img" not in page.html and "</script><img" not in page.html
    assert data_of(page)[0]["runs"][0]["layers"][0]["name"].startswith("</script><img src=x")


def test_a_hundred_epochs_of_block_take_a_megabyte():
    layers, epochs = 6, 101  # a row takes as much however large its layer is
    assert layers * 5 * epochs * run_pages.ROW_CHARACTERS < 1_000_000
    page = run_of(3).explore(findings=False)
    rows = 4 * 3 * 5
    assert page.size - rows * run_pages.ROW_CHARACTERS < 120_000  # all that is not rows


def test_captures_are_left_out_where_a_page_would_become_too_large(monkeypatch):
    monkeypatch.setattr(run_pages, "PAGE_ROWS", 2 * 15 * 5)
    runs = runs_of([{"rate": 0.1}, {"rate": 0.2}], epochs=20)
    data, numbers, _ = data_of(runs.explore(findings=False))
    for run in data["runs"]:
        epochs = [one["epoch"] for one in run["captures"]]
        assert epochs == [0, 5, 10, 15, 20] and run["of"] == 21
    assert len(numbers) == 2 * 15 * 5
    monkeypatch.setattr(run_pages, "PAGE_ROWS", 40)
    with pytest.raises(
        ValueError, match="`runs` must have fewer layers or runs for one page; got 30"
    ):
        runs.explore(findings=False)


def test_a_sweep_of_ninety_runs_fits():
    most = most_captures([30] * 90, [101] * 90, run_pages.PAGE_ROWS)
    assert most >= 20 and 90 * 30 * most * run_pages.ROW_CHARACTERS < 19_000_000
    assert most_captures([30], [1], 30) == 1 and most_captures([30], [5], 30) == 0


def test_captures_of_findings_are_kept():
    ends = [(epoch, True) for epoch in range(101)]
    assert kept_captures(ends, 3, [7]) == [0, 7, 100]
    assert kept_captures(ends, 200, [7]) == list(range(101))
    within = [(k // 2, k % 2 == 0) for k in range(40)]
    assert all(within[k][1] for k in kept_captures(within, 10))


def test_sketches_of_some_captures_are_those_that_are_asked_for_one_by_one():
    recording = example_recording()
    steps = [one.step for one in captures_in(recording)][::4]
    found = list(sketches_at(recording, steps))
    assert len(found) == len(steps) * 20
    for one in found[::7]:
        wanted = recording.sketch(one.quantity, one.layer, step=one.step)
        assert one.sketch.mean == wanted.mean and (one.sketch.counts == wanted.counts).all()


def test_sketches_come_as_they_were_written_whatever_sqlite_reads_them_by():
    recording = example_recording()
    steps = [one.step for one in captures_in(recording)]
    apart = [one for step in steps for one in sketches_at(recording, [step])]
    together = list(sketches_at(recording, steps))
    assert [one[:3] for one in together] == [one[:3] for one in apart]
    assert [one.quantity for one in apart if one[:2] == (0, "h1")][:2] == ["z", "activation"]


def test_runs_come_with_their_parameters():
    grid = [
        {"activation": a, "rate": r, "kind": "mlp"} for a in ("relu", "tanh") for r in (0.1, 1e-3)
    ]
    data, _, _ = data_of(runs_of(grid).explore(findings=False))
    assert [one["name"] for one in data["runs"]] == ["a", "b", "c", "d"]
    values = {one["name"]: one["values"] for one in data["parameters"]}
    assert values == {"activation": ["relu", "tanh"], "rate": ["0.001", "0.1"], "kind": ["mlp"]}
    assert data["runs"][3]["parameters"] == {"activation": "tanh", "rate": "0.001", "kind": "mlp"}


def test_a_page_is_written_where_it_is_asked_for(tmp_path):
    page = run_of(1).explore(tmp_path / "new" / "run.html", findings=False)
    assert (tmp_path / "new" / "run.html").read_text("utf-8") == page.html
    assert page._repr_html_().startswith("<iframe")
    for data in (run_of(1), runs_of([{}, {}])):
        with pytest.raises(
            ValueError, match=r"`path` must be the name of a file that ends in \.html"
        ):
            data.explore("run.pdf")
        with pytest.raises(TypeError, match="`path` must be the name of a file"):
            data.explore(3)


def test_what_has_nothing_to_show_says_so():
    with pytest.raises(ValueError, match="`recording` must have at least one capture of a layer"):
        Recording.create().explore()
    with pytest.raises(
        ValueError, match="`runs` must have at least one capture of a layer; got none in"
    ):
        Runs.create(names=["a"]).explore()
    with pytest.raises(ValueError, match="`runs` must hold a run at least"):
        Runs.create().explore()


def test_a_file_becomes_a_page_of_one_run_or_of_all(tmp_path):
    path = tmp_path / "runs.db"
    runs_of([{"rate": 0.1}, {"rate": 0.2}], path=path).close()
    assert (
        explore_file(path, out=tmp_path / "all.html", findings=False).title == "2 runs of runs.db"
    )
    assert (tmp_path / "all.html").is_file()
    assert explore_file(path, "b", findings=False).title == "b"
    with load_runs(path) as runs:
        assert len(data_of(runs.select(rate=0.2).explore(findings=False))[0]["runs"]) == 1
    with pytest.raises(ValueError, match=r"`out` must be the name of a file that ends in \.html"):
        explore_file(path, out="all.txt")
    with pytest.raises(FileNotFoundError):
        explore_file(tmp_path / "none.db")


def test_importing_the_kit_or_its_recordings_loads_no_page():
    code = "import kit.recordings, sys; print([one for one in sys.modules if 'explorer' in one])"
    run = [sys.executable, "-c", code]
    found = subprocess.run(run, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
