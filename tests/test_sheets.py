"""Spreadsheets that compute a network: their formulas against Keras, here and in LibreOffice."""

import re
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("xlsxwriter", reason="pip install '.[spreadsheet]'")

import worksheets
from worksheets import Workbook

from kit.callbacks import feature_maps
from kit.checks import UnknownNameError
from kit.cli import main
from kit.files import cache_folder
from kit.models import build_toy_convnet
from kit.sheets import SPREADSHEETS, toy_convnet, write_spreadsheet
from kit.sheets.shelf import check_spreadsheet


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The path, and how many formulas are in it."""
    path = tmp_path_factory.mktemp("sheets") / "toy-convnet.xlsx"
    return path, write_spreadsheet(path, cache=cache_folder())


@pytest.fixture
def book(written):
    return Workbook(written[0])


@pytest.fixture(scope="module")
def network(written):
    """Keras's model with the numbers that stand in the sheet's cells."""
    book, model = Workbook(written[0]), build_toy_convnet(seed=2)
    first = np.stack([book.kept(f"conv1_kernel_{k}") for k in (1, 2)], axis=-1)[:, :, None]
    second = [[book.kept(f"conv2_kernel_{k}_{c}") for c in (1, 2)] for k in (1, 2)]
    dense = [[book.kept(f"dense_{k}_{c}") for c in (1, 2)] for k in range(10)]
    model.get_layer("conv1").set_weights([first, biases(book, "conv1_bias_{}", (1, 2))])
    second = np.transpose(second, (2, 3, 1, 0))  # (filter, channel, 3, 3): Keras has filters last
    model.get_layer("conv2").set_weights([second, biases(book, "conv2_bias_{}", (1, 2))])
    dense = np.transpose(dense, (2, 3, 1, 0)).reshape(288, 10)  # of (class, channel, 12, 12)
    model.get_layer("o").set_weights([dense, biases(book, "dense_bias_{}", range(10))])
    return model


def biases(book, name, numbers):
    return np.array([book.kept(name.format(k))[0, 0] for k in numbers])


def check_against_keras(book, network, image):
    """All maps, sums and probabilities of the formulas, against Keras on that image."""
    maps = feature_maps(network, np.asarray(image, "float32"))
    for layer in ("conv1", "conv2"):
        for k in range(2):
            found = book.computed(f"{layer}_map_{k + 1}")
            assert found == pytest.approx(maps[layer][:, :, k], abs=1e-5)
    for k in range(2):
        assert book.computed(f"pool_map_{k + 1}") == pytest.approx(maps["pool"][:, :, k], abs=1e-5)
    said = np.asarray(network(np.asarray(image, "float32")[None, ..., None]))[0]
    assert book.computed("probabilities").ravel() == pytest.approx(said, abs=1e-6)
    assert book.computed("answer") == said.argmax()
    assert book.computed("probability") == pytest.approx(said.max(), abs=1e-6)


def test_the_formulas_compute_what_keras_computes(book, network, written):
    assert len(book.formulas) == written[1] == 2 * (26**2 + 24**2 + 12**2) + 30 + 2
    check_against_keras(book, network, book.kept("image"))
    assert book.computed("probabilities") == pytest.approx(book.kept("keras_said"), abs=1e-6)


@pytest.mark.parametrize("digit", [1, 4])
def test_another_digit_pasted_over_the_image_is_read_as_keras_reads_it(book, network, digit):
    image = book.kept(f"digit_{digit}")
    assert (image != book.kept("image")).any()
    book.change("image", image)
    check_against_keras(book, network, image)


def test_a_pixel_a_weight_and_a_bias_can_be_changed(book, network):
    before = book.computed("probabilities").copy()
    image = book.kept("image")
    image[13, 10:18] = 1.0  # a bar across the seven
    book.change("image", image)
    assert np.abs(book.computed("probabilities") - before).max() > 1e-3
    check_against_keras(book, network, image)
    kernel, bias = network.get_layer("conv1").get_weights()
    try:
        kernel[:, :, 0, 0], bias[1] = [[1, 0, -1], [2, 0, -2], [1, 0, -1]], 0.25
        network.get_layer("conv1").set_weights([kernel, bias])
        book.change("conv1_kernel_1", kernel[:, :, 0, 0])
        book.change("conv1_bias_2", [[0.25]])
        check_against_keras(book, network, image)
    finally:
        restored = Workbook(book.path)
        kernel[:, :, 0, 0] = restored.kept("conv1_kernel_1")
        bias[1] = restored.kept("conv1_bias_2")[0, 0]
        network.get_layer("conv1").set_weights([kernel, bias])


def test_what_is_kept_beside_each_formula_is_what_it_gives(book):
    for place in book.formulas:
        assert book.value(place) == pytest.approx(book.values[place], abs=1e-9), place


@pytest.mark.slow
def test_it_is_the_network_of_the_figure(measured, book):
    _, facts = measured("toy-convnet-seven")
    assert book.computed("answer") == facts["taken_for"] == facts["label"] == 7
    assert book.computed("probability") == pytest.approx(facts["probability"], abs=1e-4)
    words = " ".join(book.texts)
    assert f"{facts['parameters']:,} parameters" in words
    assert f"{facts['train']:,} handwritten digits ({facts['source']})" in words


def test_its_digits_are_one_of_each_class_and_told_as_keras_reads_them(book, network):
    for digit in range(10):
        image = book.kept(f"digit_{digit}")
        assert image.shape == (28, 28)
        assert image.min() == 0 and 0.9 < image.max() <= 1
        said = np.asarray(network(image.astype("float32")[None, ..., None]))[0]
        (note,) = [words for words in book.texts if words == f"a {digit}"]
        assert f"Keras: {said.argmax()}, {said.max():.1%}" in book.texts, note
    assert (book.kept("digit_7") == book.kept("image")).all()


def test_names_stand_for_cells_and_the_words_use_them(book):
    assert set(book.files) == {"Start here", "Network", "Dense weights", "Digits"}
    for name in re.findall(r"\b(?:conv[12]|dense|pool)_[a-z\d_]+", " ".join(book.texts)):
        assert name in book.names, name
    used = set(re.findall(r"[a-z][a-z_\d]+", " ".join(book.formulas.values())))
    assert used <= set(book.names)
    assert len(set(book.names) - used) == len({"image", "answer", "probability", "keras_said"}) + (
        len([name for name in book.names if re.match(r"digit_|conv\d_map|pool_map", name)])
        - len({"pool_map_1", "pool_map_2"})
    )


def test_layers_are_told_with_their_parameters(book, network):
    for layer in ("conv1", "conv2", "o"):
        counted = f"= {network.get_layer(layer).count_params():,}"
        assert any(words.endswith(counted) for words in book.texts), layer


@pytest.fixture(scope="module")
def calc(tmp_path_factory):
    """A function that has LibreOffice compute a file, and gives what it wrote."""
    program = worksheets.office()
    if program is None:
        pytest.skip("LibreOffice is not on this machine: no other program computes the formulas")
    folder = tmp_path_factory.mktemp("calc")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(worksheets.ALWAYS_COMPUTE)

    def convert(path):
        out = folder / "out"
        subprocess.run(
            [
                program, f"-env:UserInstallation=file://{folder}/profile", "--headless",
                "--convert-to", "xlsx", "--outdir", str(out), str(path),
            ],
            check=False, capture_output=True, timeout=240,  # without Calc it fails
        )  # fmt: skip
        return out / f"{path.stem}.xlsx"

    (folder / "trial.csv").write_text("1,2\n")
    if not convert(folder / "trial.csv").exists():
        pytest.skip("LibreOffice has no Calc here: no other program computes the formulas")
    return convert


@pytest.mark.slow
def test_libreoffice_computes_what_keras_computes(book, network, calc, tmp_path):
    image = book.kept("digit_3")
    image[5, 5] = 0.5
    book.change("image", image)
    book.change("conv2_bias_1", [[0.5]])
    changed = tmp_path / "changed.xlsx"
    book.save_changed(changed, ["image", "conv2_bias_1"])
    layer = network.get_layer("conv2")
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, np.array([0.5, bias[1]])])
    try:
        said = np.asarray(network(image.astype("float32")[None, ..., None]))[0]
    finally:
        layer.set_weights([kernel, bias])
    there = Workbook(calc(changed))
    assert there.kept("probabilities").ravel() == pytest.approx(said, abs=1e-6)
    assert there.kept("answer")[0, 0] == said.argmax()
    for name in ("conv1_map_2", "conv2_map_1", "pool_map_2", "sums"):
        assert there.kept(name) == pytest.approx(book.computed(name), abs=1e-9)
    assert (
        np.abs(there.kept("probabilities") - Workbook(book.path).kept("probabilities")).max() > 0.1
    )


def test_the_same_content_makes_the_same_file(written, tmp_path):
    again = tmp_path / "deep" / "toy-convnet.xlsx"  # folders are made
    write_spreadsheet(again, cache=cache_folder())
    assert again.read_bytes() == written[0].read_bytes()


def test_forward_is_the_formula_of_softmax(network):
    image = np.zeros((28, 28))
    weights = {name: network.get_layer(name).get_weights() for name in ("conv1", "conv2", "o")}
    found = toy_convnet.forward(weights, image)
    said = np.asarray(network(image.astype("float32")[None, ..., None]))[0]
    assert found["softmax"] == pytest.approx(said, abs=1e-6)
    assert found["exponentials"].max() == 1


# what is refused, and how


@pytest.mark.parametrize("name", ["mine.xlsx", "toy-convnet", "toy-convnet.csv", "folder/toy.xlsx"])
def test_an_unknown_name_is_told_with_the_known_ones(name, tmp_path):
    with pytest.raises(UnknownNameError, match=r"`path` must be one of toy-convnet\.xlsx; got"):
        write_spreadsheet(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_kept_unless_forced(written, tmp_path):
    path = tmp_path / "toy-convnet.xlsx"
    path.write_text("mine")
    with pytest.raises(
        ValueError, match=r"`path` must be free, unless forced; there is a .* already"
    ):
        write_spreadsheet(path)
    assert path.read_text() == "mine"
    write_spreadsheet(path, force=True, cache=cache_folder())
    assert path.read_bytes() == written[0].read_bytes()


def test_a_path_where_no_file_can_be(tmp_path):
    (tmp_path / "toy-convnet.xlsx").mkdir()
    with pytest.raises(
        ValueError, match="`path` must be a file that can be written; got the folder"
    ):
        check_spreadsheet(tmp_path / "toy-convnet.xlsx")
    (tmp_path / "file").write_text("")
    with pytest.raises(
        ValueError, match=r"`path` must be in a folder; got .*, and .*file is a file"
    ):
        check_spreadsheet(tmp_path / "file" / "toy-convnet.xlsx")
    with pytest.raises(TypeError, match="`force` must be True or False; got 'yes'"):
        check_spreadsheet(tmp_path / "a" / "toy-convnet.xlsx", force="yes")


def test_without_the_library_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    path = tmp_path / "toy-convnet.xlsx"
    with pytest.raises(
        ImportError, match="a spreadsheet needs XlsxWriter, which is not there: pip"
    ):
        write_spreadsheet(path)
    assert main(["export", str(path)]) == 2
    assert "pip install XlsxWriter" in capsys.readouterr().err
    assert not path.exists()


# the command


def test_the_command_lists_and_writes(written, tmp_path, capsys):
    assert main(["export"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(SPREADSHEETS)
    path = tmp_path / "toy-convnet.xlsx"
    assert main(["export", str(path), "--offline", "--cache", str(cache_folder())]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{path}: {written[1]:,} formulas, ") and "change a pixel" in told
    assert main(["export", str(path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("kit export: `FILE` must be free") and "--force" in told


def test_importing_it_needs_neither_the_library_nor_tensorflow():
    code = (
        "import kit.sheets, kit.sheets.shelf, sys\n"
        "from kit.cli import main\n"
        "assert main(['export']) == 0 and main(['export', 'mine.xlsx']) == 2\n"
        "assert not {'xlsxwriter', 'matplotlib', 'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
