"""The command, as a person calls it."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from trial import added, write_figure

from kit.cli import main
from kit.figures import catalogue


def test_list_shows_every_figure(capsys):
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown and figure.title in shown for name, figure in catalogue.items())
    assert main(["list", "--topic", "initialization"]) == 0


def test_list_shows_what_is_asked_for(capsys):
    assert main(["list", "cnn", "init-relu-he-*"]) == 0
    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    cnn = [name for name, figure in catalogue.items() if figure.topic == "cnn"]
    he = ["init-relu-he-normal", "init-relu-he-uniform"]
    assert shown == ["initialization", *he, "cnn", *cnn]
    assert main(["list", "bal-data"]) == 2
    assert "`pattern` must name figures of the catalogue; got 'bal-data'" in capsys.readouterr().err
    assert main(["list", "convolution", "--topic", "cnn"]) == 2
    assert "`pattern` must name figures of the topic cnn" in capsys.readouterr().err


def test_list_refuses_an_unknown_topic(capsys):
    assert main(["list", "--topic", "poetry"]) == 2
    known = ", ".join(sorted({figure.topic for figure in catalogue.values()}))
    assert f"`topic` must be one of {known}; got 'poetry'" in capsys.readouterr().err


def test_without_a_command_it_says_what_there_is(capsys):
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("list", "figures", "probe"))


def test_figures_are_drawn_then_left_alone(tmp_path, capsys):
    arguments = ["figures", "ball-data", "--out", str(tmp_path), "--format", "png", "svg"]
    assert main([*arguments, "--dpi", "50", "--offline"]) == 0
    assert "5/5 claims hold" in capsys.readouterr().out
    assert (tmp_path / "initialization" / "ball-data.svg").exists()
    assert main([*arguments, "--dpi", "50"]) == 0
    assert "1 unchanged" in capsys.readouterr().out


def test_a_second_run_loads_neither_tensorflow_nor_matplotlib(tmp_path):
    assert main(["figures", "ball-data", "--out", str(tmp_path)]) == 0
    code = (
        "import sys; from kit.cli import main\n"
        f"assert main(['figures', 'ball-data', '--out', {str(tmp_path)!r}]) == 0\n"
        "assert not {'tensorflow', 'matplotlib', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_a_wrong_pattern_lists_near_matches(tmp_path, capsys):
    assert main(["figures", "bal-data", "--out", str(tmp_path)]) == 2
    assert "near: ball-data" in capsys.readouterr().err


def test_the_exit_status_tells_of_failures_and_broken_claims(tmp_path, capsys):
    claim = 'Claim("value", "<", 1, "it is under {limit}"),'
    write_figure(tmp_path / "own", "trial-a", claims=claim)
    arguments = ["figures", "trial-a", "--out", str(tmp_path / "out")]
    with added(tmp_path / "own", "trial"):
        assert main(arguments) == 1
        shown = capsys.readouterr().out
        assert "0/1 claims hold (on seed 1 alone)" in shown
        assert "does not hold: trial-a: it is under 1 (seeds 1)" in shown
        assert main(["claims", "trial-a", "--seeds", "1-2", "--jobs", "1"]) == 1
        capsys.readouterr()
        assert main(arguments) == 1
        shown = capsys.readouterr().out
        assert "0/1 claims hold (on 0 of 2 seeds)" in shown
        assert "does not hold: trial-a: it is under 1 (seeds 1, 2)" in shown
        write_figure(tmp_path / "own", "trial-a", measure='raise RuntimeError("no data")')
        assert main([*arguments, "--force"]) == 1
        assert "failed   trial-a" in capsys.readouterr().out


@pytest.fixture
def saved(tmp_path):
    import keras

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu", name="first"),
            keras.layers.Dense(3, activation="softmax", name="last"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save(tmp_path / "mine.keras")
    x = np.random.default_rng(0).normal(size=(50, 4)).astype("f4")
    y = np.arange(50) % 3
    np.savez(tmp_path / "data.npz", x=x, y=y)
    return tmp_path, model, x, y


def probe_arguments(folder, model="mine.keras", data="data.npz"):
    return ["probe", str(folder / model), "--data", str(folder / data), "--out", str(folder / "o")]


def test_probe_measures_a_saved_model(saved, capsys):
    import pandas as pd

    folder, model, x, y = saved
    assert main(probe_arguments(folder)) == 0
    shown = capsys.readouterr().out.split("loss ")[1].split()[0]
    assert float(shown) == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)
    assert (folder / "o" / "mine-panel.png").read_bytes()[:4] == b"\x89PNG"
    table = pd.read_csv(folder / "o" / "mine-layers.csv").set_index(["layer", "quantity"])
    w = model.get_layer("first").kernel.numpy()
    assert table.loc[("first", "weight"), "std"] == pytest.approx(w.std(), rel=1e-5)


def test_probe_of_a_deep_model_draws_several_panels(saved, capsys):
    import keras

    folder = saved[0]
    deep = [keras.layers.Dense(4, activation="tanh", name=f"d{k}") for k in range(10)]
    model = keras.Sequential([keras.Input((4,)), *deep, keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.save(folder / "deep.keras")
    assert main(probe_arguments(folder, "deep.keras")) == 0
    assert sorted(path.name for path in (folder / "o").glob("*.png")) == [
        "deep-panel-1.png",
        "deep-panel-2.png",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "none.keras"}, "MODEL must be a model saved as .keras; there is no"),
        ({"model": "data.npz"}, "data.npz: Keras reads it only where its name ends in .keras"),
        ({"model": "text.keras"}, "which is no such file, or is cut off: save it again"),
        ({"model": "cut.keras"}, "cut.keras, which is no such file, or is cut off: save it again"),
        ({"model": "notes.keras"}, "which is no model, or damaged: save it again, with model.save"),
        ({"model": "broken.keras"}, "load it in Python, where its code is, and call kit.probe("),
        ({"model": "folder"}, "folder: save the model with model.save"),
        ({"model": "raw.keras"}, "saved without a loss: load it in Python, compile it, and call"),
        ({"data": "none.npz"}, "`--data` must be an .npz file of arrays; there is no"),
        ({"data": "folder"}, "`--data` must be an .npz file of arrays; got the folder"),
        ({"data": "x.npy"}, "x.npy, an .npy file, which has one array: write it with numpy.savez("),
        ({"data": "text.keras"}, "which is no such file, or is cut off: write it with numpy.savez"),
        ({"data": "torn.npz"}, "torn.npz, which is damaged ("),
        ({"data": "mine.keras"}, "`--data` must hold the arrays x and y, and sample_weight if"),
        ({"data": "bad.npz"}, "if there is one; got a in"),
        ({"data": "objects.npz"}, "in which x holds Python objects: rows of unequal length"),
        ({"data": "words.npz"}, "`x` must be numbers, as the model takes float32; got an array of"),
        ({"data": "wide.npz"}, "`x` must have the shape (n, 4) of the model's input; got (n, 5)"),
    ],
)
def test_probe_refuses_what_it_cannot_read(saved, capsys, change, words):
    folder = saved[0]
    spoil(folder)
    assert main(probe_arguments(folder, **change)) == 2
    told = capsys.readouterr().err
    assert words in told and told.startswith("kit probe: ")
    assert told.count("\n") == 1 and "\x1b" not in told and "pickle" not in told
    assert not (folder / "o").exists()


def spoil(folder):
    """Files of which each is wrong in its own way."""
    import keras

    np.savez(folder / "bad.npz", a=np.zeros(3))
    np.savez(folder / "objects.npz", x=np.array([{}], object), y=np.zeros(1))
    np.savez(folder / "wide.npz", x=np.zeros((3, 5)), y=np.zeros(3, int))
    np.savez(folder / "words.npz", x=np.full((3, 4), "a"), y=np.zeros(3, int))
    np.save(folder / "x.npy", np.zeros((3, 4)))
    (folder / "folder").mkdir()
    (folder / "text.keras").write_text("a,b\n1,2\n")
    whole = (folder / "mine.keras").read_bytes()
    (folder / "cut.keras").write_bytes(whole[: len(whole) // 2])
    whole = bytearray((folder / "data.npz").read_bytes())
    whole[200:260] = bytes(60)  # within x, whose checksum is then another
    (folder / "torn.npz").write_bytes(whole)
    with zipfile.ZipFile(folder / "notes.keras", "w") as file:
        file.writestr("notes.txt", "no model")
    config = zipfile.ZipFile(folder / "mine.keras").read("config.json")
    with zipfile.ZipFile(folder / "broken.keras", "w") as file:
        file.writestr("config.json", config)  # and no weights
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).save(folder / "raw.keras")


def with_code(layer):
    import keras

    model = keras.Sequential([keras.Input((4,)), layer, keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def cases():
    """What models of one's own have that no file can say: its makers, and what defines it."""
    import keras

    class Twice(keras.layers.Layer):
        def call(self, x):
            return 2 * x

    def twice(x):
        return 2 * x

    owned = keras.saving.register_keras_serializable("own", "Registered")
    registered = owned(type("Registered", (Twice,), {}))
    return {
        "layer": (Twice(), {"Twice": Twice}, "which needs code of its own, Twice: in Python"),
        "package": (registered(), {"Registered": registered}, "code of its own, Registered: in"),
        "function": (keras.layers.Dense(3, twice), {"twice": twice}, "of its own, twice: in"),
        "lambda": (
            keras.layers.Lambda(lambda x: 2 * x),
            {},
            "in a Lambda layer: if you trust",
        ),
    }


@pytest.fixture
def unregistered():
    """A function that makes Keras forget one's own classes; after the test it knows them again."""
    import keras

    known = keras.saving.get_custom_objects()
    before = dict(known)
    yield known.clear
    known.update(before)


@pytest.mark.parametrize("name", ["layer", "package", "function", "lambda"])
def test_code_in_a_model_is_told_with_a_line_that_measures_it(saved, capsys, name, unregistered):
    import keras

    import kit

    folder, _, x, y = saved
    layer, known, words = cases()[name]
    model = with_code(layer)
    model.save(folder / "own.keras")
    unregistered()
    assert main(probe_arguments(folder, "own.keras")) == 2
    told = capsys.readouterr().err
    assert words in told and len(told) < 600
    line = told[told.index("kit.probe(") :]
    snapshot = eval(line, {"kit": kit, "keras": keras, "x": x, "y": y, **known})
    assert snapshot.loss == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "broken"])
def test_an_old_file_is_measured_or_told_with_what_to_do(saved, capsys, whole):
    folder, model, *_ = saved
    if whole:
        model.compile("adam", "mse")  # a name that Keras 3 writes there and does not find again
        model.save(folder / "old.h5")
    else:
        (folder / "old.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(900))
    status = main(probe_arguments(folder, "old.h5"))
    told = capsys.readouterr().err
    assert status == 0 or "an HDF5 file of an older Keras (" in told
    assert status == 0 or "compile=False), model.compile(optimizer, loss), and kit.probe(" in told
    assert whole or status == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["figures", "--jobs", "0"], "`--jobs` must be a positive integer; got 0"),
        (["slides", "--jobs", "two"], "`--jobs` must be a positive integer; got 'two'"),
        (["figures", "--dpi", "0"], "`--dpi` must be an integer from 1 to 1200; got 0"),
        (["figures", "--dpi", "1.5"], "`--dpi` must be an integer from 1 to 1200; got '1.5'"),
        (["animate", "x", "--fps", "0"], "`--fps` must be a number from 0.1 to 50; got 0"),
        (["animate", "x", "--fps", "fast"], "`--fps` must be a number from 0.1 to 50; got 'fast'"),
        (["animate", "x", "--fps", "nan"], "`--fps` must be a number from 0.1 to 50; got nan"),
        (["slides", "--template", "none.pptx"], "(.pptx, .potx); there is no none.pptx"),
        (["slides", "--template", "."], "(.pptx, .potx); got the folder ."),
        (["slides", "--template", "FILE"], "which is no such file, or is cut off"),
        (["slides", "--template", "ZIP"], "which cannot be read as one: open it in PowerPoint"),
        (["figures", "--out", ""], "`--out` must be a folder; got ''"),
        (["figures", "--cache", ""], "`--cache` must be a folder; got ''"),
        (["figures", "--out", "FILE/a/b"], "/file/a/b, and "),
        (["figures", "--out", "/proc/none"], "`--out` must be a folder or free to become one; got"),
        (["slides", "--out", "/proc/none"], "`--out` must be a folder or free to become one; got"),
        (["animate", "x", "--out", "FILE"], "`--out` must be a folder or free to become one; got"),
        (["probe", "m", "--data", "d", "--out", "FILE"], "`--out` must be a folder or free to"),
        (["sweep", "--epochs", "0"], "`--epochs` must be a positive integer; got 0"),
        (["sweep", "--per-task", "few"], "`--per-task` must be a positive integer; got 'few'"),
        (["sweep", "--depth", "2.5"], "`--depth` must be a positive integer; got '2.5'"),
        (["sweep", "--learning-rate", "fast"], "`--learning-rate` must be numbers; got 'fast'"),
        (["sweep", "--data", "digits", "--width", "9"], "`--width` must go with --data ball; got"),
        (["sweep", "--seeds", "a-b"], "`--seeds` must be integers, or from-to as 1-10; got 'a-b'"),
        (["sweep", "--seeds", "5-3"], "`--seeds` must ascend; got '5-3'"),
        (["sweep", "--out", "."], "`--out` must be a file; got the folder ."),
        (["export", "mine.xlsx"], "`FILE` must be one of toy-convnet.xlsx; got 'mine.xlsx'"),
        (["sweep", "--engine", "dusk"], "`engine` must be together, processes, dask, or a back"),
    ],
)
def test_bad_options_are_told_before_anything_is_done(
    tmp_path, capsys, monkeypatch, arguments, words
):
    monkeypatch.setattr("kit.cli.shared.progress_bar", lambda: pytest.fail("a bar was shown"))
    (tmp_path / "file").write_text("")
    with zipfile.ZipFile(tmp_path / "zip", "w") as file:
        file.writestr("a.txt", "a")
    paths = {"FILE": str(tmp_path / "file"), "ZIP": str(tmp_path / "zip")}
    for short, path in paths.items():
        arguments = [one.replace(short, path) for one in arguments]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert words in told and told.startswith(f"kit {arguments[0]}: ") and told.count("\n") == 1


def test_bad_options_are_told_without_tensorflow_and_matplotlib():
    code = (
        "import sys; from kit.cli import main\n"
        "for bad in (['slides', '--jobs', '0'], ['animate', 'x', '--fps', '0'],\n"
        "            ['slides', '--template', 'none'], ['probe', 'm', '--data', 'none'],\n"
        "            ['sweep', '--depth', 'deep'], ['sweep', '--seeds', '1-']):\n"
        "    assert main(bad) == 2\n"
        "assert not {'tensorflow', 'keras', 'matplotlib', 'pandas', 'pptx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_an_error_is_one_line_and_a_traceback_on_demand(monkeypatch, capsys):
    def fail(*_):
        raise KeyError("\x1b[1mfirst\x1b[0m\n\n  second" + " and more" * 200)

    monkeypatch.setattr("kit.cli.list_figures.find_files", fail)
    assert main(["list"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("kit list: first second and more") and told.endswith("...\n")
    assert told.count("\n") == 1 and len(told) < 850
    monkeypatch.setenv("KIT_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["list"])


SWEEP = ["--depth", "2", "--width", "4", "--samples", "100", "--epochs", "2", "--seeds", "1-3"]


def test_sweep_trains_a_grid_once_and_prints_what_came_of_it(tmp_path, capsys):
    from kit import load_runs

    path = tmp_path / "runs.db"
    arguments = ["sweep", *SWEEP, "--activation", "tanh", "relu", "--initializer", "0.3"]
    arguments += ["--learning-rate", "0.1", "1e9", "--every", "2", "--out", str(path)]
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert "12/12" in told.err
    runs = load_runs(path)
    assert runs.names[:2] == ["tanh 0.3 0.1 2 4 1", "tanh 0.3 0.1 2 4 2"] and len(runs) == 12
    assert runs.epochs == [0, 2]
    lines = told.out.splitlines()
    assert lines[0].split()[:6] == [*runs.parameters.columns.drop("seed"), "runs"]
    assert len(lines) == 6 and lines[-1] == f"12 runs in {path}"
    some = runs.select(activation="tanh", learning_rate=0.1).history.query("epoch == 2")["loss"]
    assert f"{some.median():.4g} ({some.min():.4g} to {some.max():.4g})" in lines[1]
    assert main(arguments) == 0
    again = capsys.readouterr()
    assert again.out == told.out and f"12 of 12 networks are in {path} already." in again.err
    assert main([*arguments, "--batch-size", "50"]) == 2
    assert "another `batch_size`: 32, now 50" in capsys.readouterr().err
    assert main([*arguments, "--batch-size", "50", "--overwrite"]) == 0


def test_sweep_trains_digits_with_a_test_set(tmp_path, capsys):
    arguments = ["sweep", "--data", "digits", "--samples", "40", "--epochs", "1", "--seeds", "3"]
    assert main([*arguments, "--offline", "--out", str(tmp_path / "runs.db")]) == 0
    told = capsys.readouterr()
    assert "val_accuracy" in told.out.splitlines()[0] and "1 runs in" in told.out
    assert "digits: " in told.err


def test_the_status_of_a_sweep_tells_of_networks_that_failed(tmp_path, capsys):
    path = tmp_path / "runs.db"
    arguments = ["sweep", *SWEEP, "--optimizer", "sgd", "adam", "--momentum", "0.9"]
    assert main([*arguments, "--out", str(path)]) == 1
    told = capsys.readouterr()
    assert "kit sweep: 3 networks failed, 3 trained: " in told.err
    assert "its optimizer Adam, which has no 'momentum'" in told.err
    assert told.out.splitlines()[-1] == f"3 runs in {path}"


def test_a_sweep_that_is_interrupted_prints_what_there_is(tmp_path, capsys, monkeypatch):
    from kit.training import tasks

    done = tasks.run_task

    def once(*arguments):
        monkeypatch.setattr("kit.training.engines.run_task", interrupt)
        return done(*arguments)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("kit.training.engines.run_task", once)
    path = tmp_path / "runs.db"
    assert main(["sweep", *SWEEP, "--per-task", "1", "--out", str(path)]) == 130
    told = capsys.readouterr()
    assert "kit sweep: interrupted: 1 of 3 networks are trained; the same call goes" in told.err
    assert told.out.splitlines()[-1] == f"1 runs in {path}"


def test_python_m_kit_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "kit", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("kit ")


def test_the_manifest_is_json_that_others_can_read(tmp_path):
    main(["figures", "ball-data", "--out", str(tmp_path)])
    text = (tmp_path / "figures.json").read_text("utf-8")
    assert json.loads(text)["figures"][0]["id"] == "ball-data"
