"""kit.datasets.mnist and its kin: found in order, read, checked; never a connection unasked."""

import gzip
import hashlib
import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from image_files import (
    CLASSES,
    FASHION,
    arrays,
    assert_loaded,
    fails,
    fresh_home,
    idx,
    npz,
    trust,
    write,
)

import kit.datasets
from kit.datasets import DataError, digits, fashion_mnist, mnist, mnist_sample, network
from kit.datasets import sources as files
from kit.datasets.handwritten import EMBEDDED, MNIST, SMALL, handwritten_digits
from kit.datasets.sources import MissingDataError

REAL = os.environ.get("KIT_DATA", "")
BOTH = pytest.mark.parametrize("module", [mnist, fashion_mnist])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return fresh_home(tmp_path, monkeypatch)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The folder that KIT_DATA names."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("KIT_DATA", str(folder))
    return folder


@pytest.fixture
def connections(monkeypatch):
    """Every attempt to open a connection, each of which fails."""
    attempts = []

    def attempt(*arguments, **_):
        attempts.append(arguments)
        raise OSError("no connection in this test")

    monkeypatch.setattr(socket.socket, "connect", attempt)
    monkeypatch.setattr(socket, "create_connection", attempt)
    monkeypatch.setattr(socket, "getaddrinfo", attempt)
    return attempts


# where it is found


@pytest.mark.parametrize("compressed", [True, False])
def test_a_file_in_kit_data_is_read(data, compressed, connections):
    (data / "mnist.npz").write_bytes(npz(arrays(), compressed))
    assert_loaded(mnist.load_data(), arrays())
    assert mnist.find() == data / "mnist.npz" and not connections


def test_fashion_in_kit_data_is_read(data, connections):
    write(fashion_mnist, data)
    assert_loaded(fashion_mnist.load_data(), arrays())
    assert fashion_mnist.find() == data / "fashion-mnist" and not connections


@BOTH
def test_kit_data_comes_before_the_cache_and_the_cache_is_next(module, data, home, monkeypatch):
    name = "mnist.npz" if module is mnist else "fashion-mnist"
    write(module, home)
    trust(module, monkeypatch)
    assert module.find() == home / name  # KIT_DATA has none: on to the next place
    assert_loaded(module.load_data(), arrays())
    write(module, data, arrays(seed=1))
    assert module.find() == data / name
    assert_loaded(module.load_data(), arrays(seed=1))


@pytest.mark.parametrize("variable", ["~/elsewhere", "{}/home/elsewhere", "", None])
def test_the_cache_is_in_the_home_of_keras(variable, tmp_path, monkeypatch):
    if variable is not None:
        monkeypatch.setenv("KERAS_HOME", variable.format(tmp_path))
    folder = tmp_path / "home" / ("elsewhere" if variable else ".keras") / "datasets"
    paths = write(fashion_mnist, folder) + write(mnist, folder)
    assert fashion_mnist.find() == paths[0].parent and mnist.find() == paths[-1]


def test_nothing_is_found_where_nothing_is(home, data):
    assert mnist.find() is None and mnist.identity() is None
    assert fashion_mnist.find() is None and fashion_mnist.identity() is None


def test_an_empty_kit_data_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("KIT_DATA", "")
    assert mnist.find() is None


def test_a_tilde_in_kit_data_is_the_home(home, monkeypatch):
    monkeypatch.setenv("KIT_DATA", "~/.keras/datasets")
    (home / "mnist.npz").write_bytes(npz(arrays()))
    assert_loaded(mnist.load_data(), arrays())


@pytest.mark.parametrize("call", [mnist.load_data, mnist.find, mnist.identity,
                                  fashion_mnist.load_data, fashion_mnist.find,
                                  handwritten_digits])  # fmt: skip
def test_a_kit_data_that_is_no_folder_is_told(call, tmp_path, monkeypatch, connections):
    (tmp_path / "file").write_text("")
    for name in ("missing", "file"):
        monkeypatch.setenv("KIT_DATA", str(tmp_path / name))
        named = re.escape(repr(str(tmp_path / name)))
        fails(call, f"`KIT_DATA` must name a folder that can be read; got {named}")
    assert not connections


def test_a_kit_data_that_cannot_be_read_is_told(data, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    fails(mnist.find, "`KIT_DATA` must name a folder that can be read; got")


def test_the_identity_is_the_files_hash_and_changes_with_it(data):
    path = data / "mnist.npz"
    for seed in (0, 1):
        path.write_bytes(npz(arrays(seed=seed)))
        os.utime(path, ns=(seed, seed))
        assert mnist.identity() == hashlib.sha256(path.read_bytes()).hexdigest()
    digest, size = mnist.identity(), path.stat().st_size
    path.write_bytes(bytes(size))  # as nobody does: same size, same time
    os.utime(path, ns=(1, 1))
    assert mnist.identity() == digest  # not read again


def test_the_identity_of_fashion_is_that_of_all_its_files(data):
    paths = write(fashion_mnist, data)
    first = fashion_mnist.identity()
    assert re.fullmatch("[0-9a-f]{64}", first)
    for path in paths:
        before = path.read_bytes()
        path.write_bytes(before + b"\0")
        assert fashion_mnist.identity() != first
        path.write_bytes(before)
    assert fashion_mnist.identity() == first


def test_address_names_and_hash_are_those_of_keras():
    folder = Path(importlib.util.find_spec("keras").origin).parent / "src" / "datasets"
    text = (folder / "mnist.py").read_text("utf-8")
    assert mnist.SHA256["mnist.npz"] in text and network.MIRROR in text
    text = (folder / "fashion_mnist.py").read_text("utf-8")
    assert network.MIRROR in text and all(name in text for name in FASHION)


@pytest.mark.parametrize("load", ["mnist", "fashion_mnist"])
def test_a_local_file_is_read_without_what_a_download_needs(load, data):
    write(mnist, data)
    write(fashion_mnist, data)
    script = (
        f"import sys; from kit.datasets import {load}; {load}.load_data(); {load}.identity();"
        "heavy = {'keras', 'tensorflow', 'sklearn', 'pooch', 'requests', 'filelock'};"
        "heavy &= set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


# damaged files


def without(name):
    return {key: value for key, value in arrays().items() if key != name}


DAMAGED = {
    "missing": (without("y_test"), "it must hold x_train, .*, y_test; got x_train,"),
    "dtype": ({**arrays(), "x_train": np.zeros((20, 28, 28), np.float32)},
              r"`x_train` must be uint8 of shape \(n, 28, 28\) .*got float32 of shape \(20, 28"),
    "label dtype": ({**arrays(), "y_test": np.zeros(10, np.int64)},
                    r"`y_test` must be uint8 of shape \(10,\).*got int64 of shape \(10,\)"),
    "size": ({**arrays(), "x_test": np.zeros((10, 27, 28), np.uint8)},
             r"`x_test` must be uint8 of shape \(n, 28, 28\) .*got uint8 of shape \(10, 27, 28\)"),
    "flat": ({**arrays(), "x_train": np.zeros((20, 784), np.uint8)},
             r"`x_train` must be uint8 of shape .*got uint8 of shape \(20, 784\)"),
    "scalar": ({**arrays(), "x_train": np.uint8(3)},
               r"`x_train` must be .*got uint8 of shape \(\)"),
    "empty": ({**arrays(), "x_test": np.zeros((0, 28, 28), np.uint8)},
              r"`x_test` must be .*with n > 0; got uint8 of shape \(0, 28, 28\)"),
    "lengths": ({**arrays(), "y_train": np.zeros(19, np.uint8)},
                r"`y_train` must be uint8 of shape \(20,\), a label for each image; .*\(19,\)"),
    "columns": ({**arrays(), "y_train": np.zeros((20, 1), np.uint8)},
                r"`y_train` must be uint8 of shape \(20,\), .*\(20, 1\)"),
    "labels": ({**arrays(), "y_train": np.full(20, 10, np.uint8)},
               "`y_train` must hold labels from 0 to 9; got 10"),
    "objects": ({**arrays(), "y_train": np.array([1, None])},
                "`y_train` cannot be read: Object arrays cannot be loaded"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_with_wrong_arrays_is_told_and_named(damage, data, connections):
    a, message = DAMAGED[damage]
    (data / "mnist.npz").write_bytes(npz(a))
    named = re.escape(str(data / "mnist.npz"))
    fails(mnist.load_data, f"{named} is damaged: {message}")
    fails(handwritten_digits, f"{named} is damaged: {message}")  # never silently the others
    assert not connections


@pytest.mark.parametrize("keep", [0, 10, 0.5, -1])
def test_a_truncated_file_is_told_and_named(keep, data):
    content = npz(arrays())
    keep = int(keep * len(content)) if isinstance(keep, float) else keep
    (data / "mnist.npz").write_bytes(content[:keep])
    fails(mnist.load_data, "mnist.npz is damaged: it must be an .npz file; got File is not a zip")


def test_a_flipped_byte_is_told_and_named(data):
    content = bytearray(npz(arrays(), compressed=False))
    content[len(content) // 2] ^= 1
    (data / "mnist.npz").write_bytes(content)
    fails(mnist.load_data, r"mnist.npz is damaged: `x_train` cannot be read: Bad CRC-32")


def test_a_shape_that_hides_samples_is_told(data):
    # np.load reads what the shape asks for, and never gets to the end where the CRC is compared
    content = npz(arrays(), compressed=False)
    assert content.count(b"(20, 28, 28)") == 1
    (data / "mnist.npz").write_bytes(content.replace(b"(20, 28, 28)", b"(10, 28, 28)"))
    fails(mnist.load_data, r"mnist.npz is damaged: `x_train` cannot be read: Bad CRC-32")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
@pytest.mark.parametrize("kind", ["npz", "gz"])
def test_whatever_byte_is_wrong_no_other_data_come_out(kind, draw, data):
    if kind == "npz":
        path, load, content = data / "mnist.npz", mnist.load_data, npz(arrays(2, 1))
    else:
        path = draw.draw(st.sampled_from(write(fashion_mnist, data, arrays(2, 1))))
        load, content = fashion_mnist.load_data, path.read_bytes()
    content = bytearray(content)
    place = draw.draw(st.integers(0, len(content) - 1))
    content[place] ^= draw.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        loaded = load()
    except DataError as error:
        assert str(path) in str(error) or path.name in str(error)  # noqa: PT017
    else:  # a time of change, a name: nothing that counts
        assert_loaded(loaded, arrays(2, 1))


def test_a_file_that_cannot_be_read_is_told(data):
    (data / "mnist.npz").mkdir()
    fails(mnist.load_data, "mnist.npz cannot be read: .*Is a directory")
    (data / "mnist.npz").rmdir()
    (data / "mnist.npz").symlink_to(data / "gone")
    fails(mnist.load_data, "mnist.npz cannot be read: .*No such file")
    fails(mnist.identity, "mnist.npz cannot be read: .*No such file")


def test_a_member_that_is_no_array_is_told(data):
    with zipfile.ZipFile(data / "mnist.npz", "w") as archive:
        for name in files.NAMES:
            archive.writestr(f"{name}.npy", "nothing")
    fails(mnist.load_data, "mnist.npz is damaged: `x_train` cannot be read: ")


IMAGES, LABELS = FASHION[:2]
FASHION_DAMAGE = {
    "truncated": (IMAGES, lambda content: content[:-20], "it must be a gzip file; got "),
    "empty": (IMAGES, lambda content: b"", r"it must begin with the IDX header .*got nothing"),
    "no gzip": (LABELS, lambda content: b"plain text", "it must be a gzip file; got Not a gzipped"),
    "crc": (LABELS, lambda content: content[:-8] + bytes(4) + content[-4:],
            "it must be a gzip file; got CRC check failed"),
    "labels for images": (IMAGES, lambda content: idx(CLASSES),
                          r"it must begin with the IDX header of uint8 of shape \(n, 28, 28\); got "
                          "000008010000000a"),
    "small": (IMAGES, lambda content: idx(np.zeros((20, 14, 14), np.uint8)),
              r"it must begin with the IDX header of uint8 of shape \(n, 28, 28\); got "),
    "float": (LABELS, lambda content: gzip.compress(bytes([0, 0, 13, 1, 0, 0, 0, 1]) + bytes(4)),
              r"it must begin with the IDX header of uint8 of shape \(n\); got 00000d01"),
    "header": (LABELS, lambda content: gzip.compress(gzip.decompress(content)[:5]),
               r"it must begin with the IDX header of uint8 of shape \(n\); got 0000080100$"),
    "short": (LABELS, lambda content: gzip.compress(gzip.decompress(content)[:-1]),
              "its header says 20 bytes; got 19"),
    "long": (LABELS, lambda content: gzip.compress(gzip.decompress(content) + b"!"),
             "its header says 20 bytes; got 21"),
    "lengths": (LABELS, lambda content: idx(CLASSES), r"`y_train` must be uint8 of shape \(20,\)"),
    "no image": (IMAGES, lambda content: idx(np.zeros((0, 28, 28), np.uint8)),
                 "`x_train` must be uint8 of shape .*with n > 0"),
    "bad labels": (LABELS, lambda content: idx(np.full(20, 11, np.uint8)),
                   "`y_train` must hold labels from 0 to 9; got 11"),
}  # fmt: skip


@pytest.mark.parametrize("damage", FASHION_DAMAGE)
def test_a_damaged_file_of_fashion_is_told_and_named(damage, data, connections):
    name, harm, message = FASHION_DAMAGE[damage]
    write(fashion_mnist, data)
    path = data / "fashion-mnist" / name
    path.write_bytes(harm(path.read_bytes()))
    fails(fashion_mnist.load_data, f"{re.escape(str(path))} is damaged: {message}")
    assert not connections


def test_a_fashion_folder_with_some_files_only_is_told(data):
    write(fashion_mnist, data)[1].unlink()
    message = f"`KIT_DATA` must hold all files of Fashion-MNIST or none; .* lacks .*{LABELS}"
    fails(fashion_mnist.load_data, message)
    fails(fashion_mnist.find, message)


@BOTH
def test_the_hash_of_each_cached_file_is_checked(module, home, monkeypatch, connections):
    paths = write(module, home)
    trust(module, monkeypatch)
    for path in paths:  # whole, yet another one's
        name = path.relative_to(home).as_posix()
        with monkeypatch.context() as patch:
            patch.setitem(module.SHA256, name, "0" * 64)
            message = f"^{re.escape(str(path))} is damaged: its SHA-256 must be 0+; got [0-9a-f]+; "
            fails(lambda: module.load_data(download=False), f"{message}.*`download` is False")
            patch.setenv("KIT_OFFLINE", "1")
            fails(module.load_data, f"{message}no new one could be downloaded: KIT_OFFLINE is '1'")
            if module is mnist:
                fails(handwritten_digits, message)
    assert_loaded(module.load_data(), arrays())
    assert not connections


# offline

WAYS_OUT = (
    r"Three ways out: set KIT_DATA to a folder that holds mnist.npz; or put that into Keras's cache"
    r", .*\.keras/datasets, or allow the network; or take 5,000 digits of MNIST, "
    r"kit.datasets.mnist_sample"
)


@pytest.mark.parametrize("value", ["1", "true", "false", " "])
def test_offline_opens_no_connection(value, monkeypatch, connections):
    monkeypatch.setenv("KIT_OFFLINE", value)
    start = time.monotonic()
    message = f"MNIST is not at hand: KIT_OFFLINE is '{value}', so no connection is .*{WAYS_OUT}"
    fails(mnist.load_data, message, MissingDataError)
    fails(fashion_mnist.load_data, "Fashion-MNIST is not at hand: KIT_OFFLINE is", MissingDataError)
    assert handwritten_digits().source == EMBEDDED
    assert not connections and time.monotonic() - start < 5


@pytest.mark.parametrize("value", ["0", "", None])
def test_these_values_are_not_offline(value, monkeypatch, connections):
    if value is not None:
        monkeypatch.setenv("KIT_OFFLINE", value)
    assert not network.is_offline()
    fails(mnist.load_data, f"storage.googleapis.com cannot be reached: .*{WAYS_OUT}")
    assert connections


def test_without_a_download_no_connection_is_opened(connections):
    fails(lambda: mnist.load_data(download=False), f"`download` is False.*{WAYS_OUT}")
    fails(lambda: fashion_mnist.load_data(download=False), "`download` is False")
    assert handwritten_digits(download=False).source == EMBEDDED
    assert not connections


@pytest.mark.parametrize("load", [mnist.load_data, fashion_mnist.load_data, handwritten_digits])
@pytest.mark.parametrize("download", [1, None, "no"])
def test_a_bad_download_is_told(load, download):
    fails(lambda: load(download=download), "`download` must be True or False; got", TypeError)


# handwritten digits


def test_auto_takes_mnist_where_it_is(data, connections):
    (data / "mnist.npz").write_bytes(npz(arrays()))
    for source in ("auto", "mnist"):
        loaded = handwritten_digits(source)
        assert loaded.source == MNIST == "MNIST"
        assert_loaded((loaded.train, loaded.test), arrays())
    assert not connections


@pytest.mark.parametrize(
    ("source", "module", "told"),
    [
        ("auto", mnist_sample, EMBEDDED),
        ("sample", mnist_sample, EMBEDDED),
        ("digits", digits, SMALL),
    ],
)
def test_where_mnist_is_not_at_hand(source, module, told, connections, monkeypatch):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    (x_train, y_train), (x_test, y_test), name = handwritten_digits(source)
    assert name == told and {EMBEDDED, SMALL} == {"MNIST sample", "scikit-learn's digits"}
    (x, y), (x_other, y_other) = module.load_data()
    for a, b in [(x_train, x), (y_train, y), (x_test, x_other), (y_test, y_other)]:
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("source", ["sample", "digits"])
def test_digits_look_at_no_file(source, tmp_path, monkeypatch, connections):
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "missing"))
    assert len(handwritten_digits(source).train[0]) and not connections


def test_mnist_or_an_error(monkeypatch):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    fails(lambda: handwritten_digits("mnist"), WAYS_OUT)


@pytest.mark.parametrize("source", ["MNIST", "", None, 3])
def test_a_bad_source_is_told(source):
    message = f"`source` must be one of auto, mnist, sample, digits; got {source!r}"
    fails(lambda: handwritten_digits(source), message, ValueError)


def test_the_names_of_the_package():
    for name in kit.datasets.__all__:
        assert getattr(kit.datasets, name) is not None
    assert issubclass(DataError, RuntimeError) and issubclass(MissingDataError, DataError)
    assert len(set(fashion_mnist.CLASS_NAMES)) == 10
    assert fashion_mnist.CLASS_NAMES[0] == "T-shirt/top"
    assert fashion_mnist.CLASS_NAMES[9] == "Ankle boot"


# the real data


@pytest.fixture
def real(monkeypatch):
    if not REAL or not os.path.isfile(os.path.join(REAL, "mnist.npz")):
        pytest.skip("KIT_DATA names no folder with the real MNIST")
    monkeypatch.setenv("KIT_DATA", REAL)


def test_the_real_mnist(real, connections):
    (x_train, y_train), (x_test, y_test), source = handwritten_digits("mnist")
    assert x_train.shape == (60_000, 28, 28, 1) and y_train.shape == (60_000,)
    assert x_test.shape == (10_000, 28, 28, 1) and y_test.shape == (10_000,)
    # the mean and deviation that every MNIST example normalizes with
    assert x_train.mean(dtype=np.float64) == pytest.approx(0.1307, abs=5e-5)
    assert x_train.std(dtype=np.float64) == pytest.approx(0.3081, abs=5e-5)
    assert (x_train.min(), x_train.max(), x_test.min(), x_test.max()) == (0, 1, 0, 1)
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(y_train).tolist() == counts
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9] and y_test[:3].tolist() == [7, 2, 1]
    assert source == MNIST and not connections


def test_the_sample_is_of_the_training_set_alone(real):
    (x_train, y_train), (x_test, _) = mnist.load_data(download=False)
    known = {image.tobytes(): label for image, label in zip(x_train, y_train, strict=True)}
    (x, y), (x_other, y_other) = mnist_sample.load_data()
    labels = [known[image.tobytes()] for image in (*x, *x_other)]
    np.testing.assert_array_equal(labels, [*y, *y_other])
    assert not {image.tobytes() for image in x_test} & {image.tobytes() for image in (*x, *x_other)}
