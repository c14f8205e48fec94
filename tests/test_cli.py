"""The command, as a person calls it."""

import json
import subprocess
import sys

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


def test_list_refuses_an_unknown_topic(capsys):
    assert main(["list", "--topic", "poetry"]) == 2
    assert (
        "`topic` must be one of cnn, convolution, initialization; got 'poetry'"
        in capsys.readouterr().err
    )


def test_without_a_command_it_says_what_there_is(capsys):
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("list", "figures", "probe"))


def test_figures_are_drawn_then_left_alone(tmp_path, capsys):
    arguments = ["figures", "ball-data", "--out", str(tmp_path), "--format", "png", "svg"]
    assert main([*arguments, "--dpi", "50", "--offline"]) == 0
    assert "4/4 claims hold" in capsys.readouterr().out
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
        ({"model": "data.npz"}, "MODEL must be a model saved as .keras; got"),
        ({"data": "none.npz"}, "`--data` must be an .npz file; there is no"),
        ({"data": "mine.keras"}, "`--data` must"),
        ({"data": "bad.npz"}, "`--data` must hold the arrays x and y"),
        ({"data": "pickled.npz"}, "`--data` must be an .npz file of arrays; got"),
        ({"data": "wide.npz"}, "`x` must have the shape (n, 4) of the model's input; got (n, 5)"),
    ],
)
def test_probe_refuses_what_it_cannot_read(saved, capsys, change, words):
    folder = saved[0]
    np.savez(folder / "bad.npz", a=np.zeros(3))
    np.savez(folder / "pickled.npz", x=np.array([{}], object), y=np.zeros(1))
    np.savez(folder / "wide.npz", x=np.zeros((3, 5)), y=np.zeros(3, int))
    assert main(probe_arguments(folder, **change)) == 2
    assert words in capsys.readouterr().err


def test_probe_refuses_code_in_a_model(saved, capsys):
    import keras

    folder = saved[0]
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x)])
    model.compile("sgd", "mse")
    model.save(folder / "lambda.keras")
    assert main(probe_arguments(folder, "lambda.keras")) == 2
    assert "lambda" in capsys.readouterr().err.lower()


def test_python_m_kit_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "kit", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("kit ")


def test_the_manifest_is_json_that_others_can_read(tmp_path):
    main(["figures", "ball-data", "--out", str(tmp_path)])
    text = (tmp_path / "figures.json").read_text("utf-8")
    assert json.loads(text)["figures"][0]["id"] == "ball-data"
