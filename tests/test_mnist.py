"""kit.datasets.mnist and its kin: found in order, checked, downloaded, or a clear error in time."""

import gzip
import hashlib
import io
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kit.datasets
from kit.datasets import DataError, digits, fashion_mnist, mnist, network
from kit.datasets import sources as files
from kit.datasets.handwritten import EMBEDDED, MNIST, handwritten_digits
from kit.datasets.sources import MissingDataError

REAL = os.environ.get("KIT_DATA", "")
PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
CLASSES = np.arange(10, dtype=np.uint8)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own, no variable set, no failure remembered; the folder of Keras's cache."""
    for name in ("KIT_DATA", "KIT_OFFLINE", "KERAS_HOME", *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(network, "_failed", {})
    cache = tmp_path / "home" / ".keras" / "datasets"
    cache.mkdir(parents=True)
    return cache


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


@pytest.fixture
def reachable(monkeypatch):
    """A host that answers; returns the addresses that were asked."""
    asked = []

    def answer(url):
        asked.append(url)
        return ""

    monkeypatch.setattr(network, "_ask", answer)
    return asked


def arrays(train=20, test=10, seed=0):
    """Arrays like those of Keras's loaders."""
    rng = np.random.default_rng(seed)
    return {
        "x_train": rng.integers(0, 256, (train, 28, 28), np.uint8),
        "y_train": np.resize(CLASSES, train),
        "x_test": rng.integers(0, 256, (test, 28, 28), np.uint8),
        "y_test": np.resize(CLASSES[::-1], test),
    }


def pairs(a):
    return (a["x_train"], a["y_train"]), (a["x_test"], a["y_test"])


def npz(a, compressed=True):
    content = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(content, **a)
    return content.getvalue()


def idx(values):
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.tobytes())


def write_fashion(parent, a=None):
    folder = parent / "fashion-mnist"
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (a or arrays()).items():
        (folder / fashion_mnist.FILES[files.NAMES.index(name)]).write_bytes(idx(values))
    return folder


def write_cached_mnist(home, monkeypatch):
    """A file in Keras's cache, taken for the right one."""
    content = npz(arrays())
    (home / "mnist.npz").write_bytes(content)
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(content).hexdigest())
    return home / "mnist.npz"


def assert_loaded(loaded, a):
    """Images in [0, 1] with a channel, labels int64, the values of the file."""
    for (x, y), (raw, labels) in zip(loaded, pairs(a), strict=True):
        assert (x.dtype, y.dtype) == (np.float32, np.int64)
        assert x.shape == (len(raw), 28, 28, 1) and y.shape == (len(raw),)
        np.testing.assert_allclose(x[..., 0], raw.astype(np.float64) / 255, rtol=1e-7)
        np.testing.assert_array_equal(y, labels)
        assert x.min() >= 0 and x.max() <= 1
        x += 1  # neither is read-only
        y += 1


def fails(load, message, error=DataError):
    with pytest.raises(error, match=message):
        load()


# where it is found


@pytest.mark.parametrize("compressed", [True, False])
def test_a_file_in_kit_data_is_read(data, compressed, connections):
    (data / "mnist.npz").write_bytes(npz(arrays(), compressed))
    assert_loaded(mnist.load_data(), arrays())
    assert mnist.find() == data / "mnist.npz" and not connections


def test_fashion_in_kit_data_is_read(data, connections):
    write_fashion(data)
    assert_loaded(fashion_mnist.load_data(), arrays())
    assert fashion_mnist.find() == data / "fashion-mnist" and not connections


def test_kit_data_comes_before_the_cache_and_the_cache_is_next(data, home, monkeypatch):
    write_cached_mnist(home, monkeypatch)
    write_fashion(home)
    assert mnist.find() == home / "mnist.npz"  # KIT_DATA has none: on to the next place
    assert fashion_mnist.find() == home / "fashion-mnist"
    assert_loaded(mnist.load_data(), arrays())
    assert_loaded(fashion_mnist.load_data(), arrays())
    (data / "mnist.npz").write_bytes(npz(arrays(seed=1)))
    write_fashion(data, arrays(seed=1))
    assert mnist.find() == data / "mnist.npz"
    assert fashion_mnist.find() == data / "fashion-mnist"
    assert_loaded(mnist.load_data(), arrays(seed=1))
    assert_loaded(fashion_mnist.load_data(), arrays(seed=1))


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


def test_the_identity_is_the_files_hash_and_changes_with_it(data, home, monkeypatch):
    path = data / "mnist.npz"
    for seed in (0, 1):
        path.write_bytes(npz(arrays(seed=seed)))
        os.utime(path, ns=(seed, seed))
        assert mnist.identity() == hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(files, "content_of", None)  # not read again
    assert mnist.identity() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_identity_of_fashion_is_that_of_all_its_files(data):
    folder = write_fashion(data)
    first = fashion_mnist.identity()
    assert re.fullmatch("[0-9a-f]{64}", first)
    for name in fashion_mnist.FILES:
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(before + b"\0")
        assert fashion_mnist.identity() != first
        (folder / name).write_bytes(before)
    assert fashion_mnist.identity() == first


def test_the_cache_is_keras_own(tmp_path):
    script = """
import importlib, os, pathlib, sys
import keras.src.backend.config as config
from kit.datasets.sources import keras_folders
root = pathlib.Path(sys.argv[1])
for k, (name, value) in enumerate([("HOME", root / "a"), ("KERAS_HOME", root / "b" / "c"),
                                   ("KERAS_HOME", "relative")]):
    os.environ.pop("KERAS_HOME", None)
    os.environ["HOME"] = str(root)
    os.environ[name] = str(value)
    if name == "HOME":
        value.mkdir()
    ours = keras_folders()
    importlib.reload(config)
    assert ours == keras_folders() == [pathlib.Path(config.keras_home(), "datasets")], ours
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, check=True, timeout=120, cwd=tmp_path, env=environment)


def test_a_keras_home_that_cannot_be_written_has_a_stand_in(home, monkeypatch):
    assert files.keras_folders() == [home]
    monkeypatch.setattr(os, "access", lambda path, _: "home" not in str(path))
    # an unwritable ~ makes Keras take /tmp; an unwritable KERAS_HOME is read, and /tmp written
    assert [str(each) for each in files.keras_folders()] == ["/tmp/.keras/datasets"]
    monkeypatch.setenv("KERAS_HOME", str(home))
    assert files.keras_folders() == [home / "datasets", files.Path("/tmp/.keras/datasets")]
    monkeypatch.setenv("KERAS_HOME", "")
    assert files.keras_folders() == [files.Path("/tmp/.keras/datasets")]


def test_address_and_hash_are_those_of_keras():
    from keras.src.datasets import fashion_mnist as keras_fashion
    from keras.src.datasets import mnist as keras_mnist

    text = files.Path(keras_mnist.__file__).read_text("utf-8")
    assert mnist.SHA256 in text and mnist.URL.rpartition("/")[0] in text
    text = files.Path(keras_fashion.__file__).read_text("utf-8")
    assert fashion_mnist.URL.rpartition("/")[0] in text
    assert all(name in text for name in fashion_mnist.FILES)


@pytest.mark.parametrize("load", ["mnist", "fashion_mnist"])
def test_a_local_file_is_read_without_keras_and_urllib(load, data):
    (data / "mnist.npz").write_bytes(npz(arrays()))
    write_fashion(data)
    script = (
        f"import sys; from kit.datasets import {load}; {load}.load_data(); {load}.identity();"
        "heavy = {'keras', 'tensorflow', 'sklearn', 'urllib.request'} & set(sys.modules);"
        "assert not heavy, heavy"
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
        folder = write_fashion(data, arrays(2, 1))
        path = folder / draw.draw(st.sampled_from(fashion_mnist.FILES))
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


IMAGES, LABELS = fashion_mnist.FILES[:2]
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
def test_a_damaged_file_of_fashion_is_told_and_named(damage, data, home, connections, monkeypatch):
    name, harm, message = FASHION_DAMAGE[damage]
    monkeypatch.setenv("KIT_OFFLINE", "1")
    for parent in (data, home):
        path = write_fashion(parent) / name
        path.write_bytes(harm(path.read_bytes()))
        fails(fashion_mnist.load_data, f"{re.escape(str(path))} is damaged: {message}")
        monkeypatch.delenv("KIT_DATA", raising=False)
    assert not connections


def test_a_fashion_folder_with_some_files_only_is_told(data):
    (write_fashion(data) / LABELS).unlink()
    message = f"`KIT_DATA` must hold all files of Fashion-MNIST or none; .* lacks .*{LABELS}"
    fails(fashion_mnist.load_data, message)
    fails(fashion_mnist.find, message)


def test_the_cached_files_hash_is_checked(home, monkeypatch, connections):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    (home / "mnist.npz").write_bytes(npz(arrays()))  # whole, yet not MNIST
    named = re.escape(str(home / "mnist.npz"))
    fails(
        mnist.load_data, f"{named} is damaged: its SHA-256 must be {mnist.SHA256}; got [0-9a-f]+$"
    )
    fails(handwritten_digits, f"{named} is damaged: its SHA-256 must be")
    monkeypatch.delenv("KIT_OFFLINE")
    fails(lambda: mnist.load_data(download=False), f"{named} is damaged: its SHA-256 must be")
    assert not connections


# offline, and closed networks

WAYS_OUT = (
    r"Three ways out: set KIT_DATA to a folder that holds mnist.npz; or put that into Keras's cache"
    r", .*\.keras/datasets, or allow the network; or take the embedded digits, kit.datasets.digits"
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
    fails(lambda: load(download=download), "`download` must be True or False; got", ValueError)


@pytest.fixture
def listening():
    """A port that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=20)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("kind", ["refused", "silent"])
def test_a_closed_network_fails_in_seconds_and_once(kind, listening):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    script = """
import sys, time
from kit.datasets import DataError, handwritten_digits, mnist
start = time.monotonic()
for k in range(20):
    try:
        mnist.load_data()
    except DataError as error:
        assert "storage.googleapis.com cannot be reached: " in str(error), error
        assert ("s ago)" in str(error)) == (k > 0), error
    else:
        raise SystemExit("loaded")
assert handwritten_digits().source == "embedded digits"
assert not {"keras", "tensorflow"} & set(sys.modules)
print(time.monotonic() - start)
"""
    proxy = f"http://127.0.0.1:{port if kind == 'refused' else listening}"
    out = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "HTTPS_PROXY": proxy},
        check=True, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert float(out.stdout) < 30 and not out.stderr


def test_a_name_service_that_hangs_is_not_waited_for(monkeypatch):
    wake = threading.Event()

    def hang(*_, **__):
        wake.wait(60)
        raise OSError("woken")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(network, "DEADLINE", 0.3)
    try:
        fails(mnist.load_data, r"cannot be reached: no answer within 0.3 s\. Three ways out")
    finally:
        wake.set()


def test_a_failure_is_remembered_for_a_while_and_then_tried_again(monkeypatch, reachable):
    asked = []
    monkeypatch.setattr(network, "_ask", lambda url: asked.append(url) or "closed")
    for _ in range(20):
        fails(mnist.load_data, "storage.googleapis.com cannot be reached: closed")
    assert asked == [mnist.URL]
    monkeypatch.setattr(network, "RETRY_AFTER", 0.0)
    fails(mnist.load_data, "cannot be reached: closed")
    assert len(asked) == 2


def test_a_host_that_refuses_is_told(monkeypatch):
    import urllib.error
    import urllib.request

    def refuse(request, timeout):
        assert request.get_method() == "HEAD" and 0 < timeout <= network.DEADLINE
        raise urllib.error.HTTPError(request.full_url, 403, "Forbidden", None, io.BytesIO())

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    fails(mnist.load_data, "storage.googleapis.com cannot be reached: HTTP Error 403: Forbidden")


# the download


@pytest.fixture
def loaders(monkeypatch):
    """Keras's loaders, replaced; returns what to set: an array dict or an exception."""
    import keras

    gives = {"gives": arrays(), "calls": 0, "timeouts": []}

    def load_data():
        gives["calls"] += 1
        gives["timeouts"].append(socket.getdefaulttimeout())
        if isinstance(gives["gives"], Exception):
            raise gives["gives"]
        return pairs(gives["gives"])

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", load_data)
    return gives


@pytest.mark.parametrize("module", [mnist, fashion_mnist])
def test_a_download_that_works(module, reachable, loaders):
    assert_loaded(module.load_data(), arrays())
    assert reachable == [module.URL] and loaders["calls"] == 1
    assert loaders["timeouts"] == [network.STALL]
    assert socket.getdefaulttimeout() is None  # put back


@pytest.mark.parametrize("gives", [OSError("reset by peer"), ValueError("wrong hash")])
def test_a_download_that_fails(gives, reachable, loaders):
    loaders["gives"] = gives
    for _ in range(3):
        fails(mnist.load_data, f"MNIST is not at hand: {gives}.*{WAYS_OUT}", MissingDataError)
    assert loaders["calls"] == 1 and socket.getdefaulttimeout() is None
    assert handwritten_digits().source == EMBEDDED


def test_after_a_failure_a_later_try_may_succeed(reachable, loaders, monkeypatch):
    loaders["gives"] = OSError("reset")
    fails(mnist.load_data, "reset")
    loaders["gives"] = arrays()
    monkeypatch.setattr(network, "RETRY_AFTER", 0.0)
    assert_loaded(mnist.load_data(), arrays())
    assert not network._failed


def test_what_comes_from_the_loader_is_checked_too(reachable, loaders):
    loaders["gives"] = {**arrays(), "y_test": np.full(10, 10, np.uint8)}
    fails(
        mnist.load_data, "Keras's loader returned for MNIST is damaged: `y_test` must hold labels"
    )


def test_a_timeout_of_the_user_stays(reachable, loaders):
    socket.setdefaulttimeout(5)
    try:
        mnist.load_data()
        assert loaders["timeouts"] == [5] and socket.getdefaulttimeout() == 5
    finally:
        socket.setdefaulttimeout(None)


def test_a_download_that_stalls_is_given_up(reachable, loaders, listening, monkeypatch):
    import keras

    def stall():
        with socket.create_connection(("127.0.0.1", listening)) as connection:
            connection.recv(1)

    monkeypatch.setattr(keras.datasets.mnist, "load_data", stall)
    monkeypatch.setattr(network, "STALL", 0.3)
    fails(mnist.load_data, "MNIST is not at hand: timed out")


def test_a_damaged_cached_file_is_replaced(home, reachable, loaders):
    (home / "mnist.npz").write_bytes(b"damaged")
    assert_loaded(mnist.load_data(), arrays())
    assert loaders["calls"] == 1


def test_a_damaged_cached_file_that_cannot_be_replaced_is_named(home, reachable, loaders):
    (home / "mnist.npz").write_bytes(b"damaged")
    loaders["gives"] = OSError("reset by peer")
    message = (
        f"{re.escape(str(home / 'mnist.npz'))} is damaged: its SHA-256 must be .*"
        "; no new one could be downloaded: reset by peer"
    )
    fails(mnist.load_data, message)
    fails(handwritten_digits, message)


def test_a_damaged_file_in_kit_data_is_never_replaced(data, reachable, loaders):
    (data / "mnist.npz").write_bytes(b"damaged")
    fails(mnist.load_data, "mnist.npz is damaged")
    assert not reachable and not loaders["calls"]


def test_what_another_process_has_mended_is_taken(home, reachable, loaders, monkeypatch):
    import keras

    def load_data():
        write_cached_mnist(home, monkeypatch)
        raise OSError("reset")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    assert_loaded(mnist.load_data(), arrays())


def test_one_download_at_a_time(reachable, loaders, monkeypatch):
    pytest.importorskip("fcntl")
    import keras

    inside, most, done = [], [], []

    def load_data():
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()
        return pairs(arrays())

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    threads = [threading.Thread(target=lambda: done.append(mnist.load_data())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 4 and len(done) == 4


@pytest.fixture
def served(home, monkeypatch):
    """Keras's real loaders, in the home of this test; what is downloaded is taken from a dict."""
    from keras.src.backend import config
    from keras.src.utils import file_utils, io_utils

    contents = {}

    def urlretrieve(url, target, *_):
        files.Path(target).write_bytes(contents[url.rpartition("/")[2]])

    monkeypatch.setattr(config, "_KERAS_DIR", str(home.parent))
    monkeypatch.setattr(file_utils, "urlretrieve", urlretrieve)
    monkeypatch.setattr(io_utils, "print_msg", lambda *_, **__: None)
    return contents


def test_kerass_loader_downloads_fashion_into_the_cache(home, served, reachable):
    for name, values in arrays().items():
        served[fashion_mnist.FILES[files.NAMES.index(name)]] = idx(values)
    assert_loaded(fashion_mnist.load_data(), arrays())
    assert fashion_mnist.find() == home / "fashion-mnist"
    assert_loaded(fashion_mnist.load_data(download=False), arrays())
    # a download that was broken off is completed
    (home / "fashion-mnist" / LABELS).unlink()
    assert fashion_mnist.find() is None
    assert_loaded(fashion_mnist.load_data(), arrays())
    # a file that Keras does not replace is named
    path = home / "fashion-mnist" / IMAGES
    path.write_bytes(path.read_bytes()[:-20])
    (home / "fashion-mnist" / LABELS).unlink()
    fails(fashion_mnist.load_data, f"{re.escape(str(path))} is damaged: it must be a gzip file")


def test_kerass_loader_refuses_what_has_another_hash(home, served, reachable):
    served["mnist.npz"] = b"<html>please log in</html>"
    fails(mnist.load_data, r"mnist.npz is damaged: its SHA-256 must be .*Incomplete or corrupted")
    fails(mnist.load_data, r"mnist.npz is damaged: its SHA-256 must be .*s ago\)")


# handwritten digits


def test_auto_takes_mnist_where_it_is(data, connections):
    (data / "mnist.npz").write_bytes(npz(arrays()))
    for source in ("auto", "mnist"):
        loaded = handwritten_digits(source)
        assert loaded.source == MNIST == "MNIST"
        assert_loaded((loaded.train, loaded.test), arrays())
    assert not connections


@pytest.mark.parametrize("source", ["auto", "digits"])
def test_the_embedded_digits_are_those_of_digits(source, connections, monkeypatch):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    (x_train, y_train), (x_test, y_test), name = handwritten_digits(source)
    assert name == EMBEDDED == "embedded digits"
    (x, y), (x_other, y_other) = digits.load_data()
    for a, b in [(x_train, x), (y_train, y), (x_test, x_other), (y_test, y_other)]:
        np.testing.assert_array_equal(a, b)


def test_digits_look_at_no_file(tmp_path, monkeypatch, connections):
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "missing"))
    assert handwritten_digits("digits").source == EMBEDDED and not connections


def test_mnist_or_an_error(monkeypatch):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    fails(lambda: handwritten_digits("mnist"), WAYS_OUT)


@pytest.mark.parametrize("source", ["MNIST", "", None, 3])
def test_a_bad_source_is_told(source):
    message = f"`source` must be one of 'auto', 'mnist', 'digits'; got {source!r}"
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
