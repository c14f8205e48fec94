"""kit.datasets.network: pooch's own code against servers that serve, lie, break off and hang."""

import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import filelock
import pooch
import pytest
from image_files import arrays, assert_loaded, contents, fails, fresh_home, trust, usual_mode, write

from kit.datasets import DataError, fashion_mnist, mnist, network
from kit.datasets.handwritten import EMBEDDED, handwritten_digits
from kit.datasets.sources import MissingDataError

BOTH = pytest.mark.parametrize("module", [mnist, fashion_mnist])
WAYS_OUT = r"Three ways out: set KIT_DATA to a folder .*; or .* Keras's cache, .*\.keras/datasets"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    return fresh_home(tmp_path, monkeypatch)


class Handler(BaseHTTPRequestHandler):
    """Answers as its server's `manner` says."""

    def do_HEAD(self):
        if self.server.manner == "silent":
            self.server.wake.wait(60)
        self.begin()

    def do_GET(self):
        self.server.got.append(self.path[1:])
        self.server.timeouts.add(socket.getdefaulttimeout())
        content, manner = self.begin(), self.server.manner
        if manner == "other bytes":
            content = bytes(len(content))
        if manner == "slow":
            time.sleep(0.5)
        if manner in ("truncated", "stalled"):
            content = content[: len(content) // 2]
        self.wfile.write(content)
        self.wfile.flush()
        if manner == "stalled":
            self.server.wake.wait(60)

    def begin(self):
        """Send the headers, and return what is to follow."""
        self.server.asked += 1
        content = self.server.contents.get(self.path[1:], b"")
        self.send_response(200 if content and self.server.manner != "forbidden" else 403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return content

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """Serves what is in `contents`; counts requests, and notes the files that were got."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        found.daemon_threads, found.block_on_close = True, False
        found.manner, found.contents = "well", {}
        found.asked, found.got, found.timeouts = 0, [], set()
        found.wake = threading.Event()
        found.url = f"http://127.0.0.1:{found.server_port}/"
        for module in (mnist, fashion_mnist):
            files = contents(module)
            trust(module, monkeypatch, files)
            found.contents.update({name.rpartition("/")[2]: files[name] for name in files})
        monkeypatch.setattr(network, "MIRROR", found.url)
        thread = threading.Thread(target=found.serve_forever, args=(0.02,))
        thread.start()
        yield found
        found.wake.set()
        found.shutdown()
        thread.join(10)


def left(home):
    """All files below a folder."""
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


# a download that works


@BOTH
def test_a_download_is_whole_kept_and_quiet(module, home, server, monkeypatch):
    logger, said = pooch.get_logger(), []
    level = logger.level
    monkeypatch.setattr(logger, "handlers", [logging.NullHandler()])
    monkeypatch.setattr(logger.handlers[0], "handle", said.append)
    assert_loaded(module.load_data(), arrays())
    assert left(home) == sorted(module.SHA256)
    assert {(home / name).stat().st_mode for name in module.SHA256} == {usual_mode(home)}
    assert_loaded(module.load_data(), arrays())
    assert_loaded(module.load_data(download=False), arrays())
    assert sorted(server.got) == sorted(name.rpartition("/")[2] for name in module.SHA256)
    assert server.timeouts == {None}  # no time limit is set for the sockets of others
    assert not said and logger.level == level  # which stays as the user has it


def test_keras_finds_what_was_downloaded(home, server):
    fashion_mnist.load_data()
    script = (
        "import keras; (x, y), _ = keras.datasets.fashion_mnist.load_data();"
        "print(x.shape, y.tolist())"
    )
    out = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert out.stdout.strip() == f"(20, 28, 28) {arrays()['y_train'].tolist()}"


def test_a_download_that_was_broken_off_is_completed(home, server):
    paths = write(fashion_mnist, home)
    paths[1].unlink()
    assert fashion_mnist.find() is None
    assert_loaded(fashion_mnist.load_data(), arrays())
    assert server.got == [paths[1].name]


@BOTH
@pytest.mark.parametrize("damage", [b"", b"damaged", None])
def test_a_damaged_cached_file_is_replaced(module, damage, home, server):
    path = write(module, home)[-1]
    path.unlink()
    if damage is None:
        path.symlink_to(home / "gone")
    else:
        path.write_bytes(damage)
    assert_loaded(module.load_data(), arrays())
    assert server.got == [path.name] and left(home) == sorted(module.SHA256)


LOAD = """
import sys
from kit.datasets import mnist, network
network.MIRROR = sys.argv[1]
mnist.SHA256["mnist.npz"] = sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
print(len(mnist.load_data()[0][0]))
"""


def test_two_processes_download_once(home, server):
    server.manner = "slow"
    command = [sys.executable, "-c", LOAD, server.url, mnist.SHA256["mnist.npz"]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 2
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["20\n", "20\n"]
    assert server.got == ["mnist.npz"] and left(home) == ["mnist.npz"]


def test_threads_download_once(server):
    server.manner = "slow"
    done = []
    threads = [threading.Thread(target=lambda: done.append(mnist.load_data())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 4 and server.got == ["mnist.npz"]


# one that does not


FAILURES = {
    "truncated": "(IncompleteRead|SHA256 hash of downloaded file)",
    "other bytes": r"SHA256 hash of downloaded file \(mnist.npz\) does not match the known hash",
    "stalled": "timed out",
    "forbidden": "403 Client Error: Forbidden",
}


@pytest.mark.parametrize("manner", FAILURES)
def test_a_download_that_fails_is_told_remembered_and_leaves_nothing(
    manner, home, server, monkeypatch
):
    monkeypatch.setattr(network, "STALL", 0.3)
    server.manner, start = manner, time.monotonic()
    reason = f"mnist.npz could not be downloaded: {FAILURES[manner]}"
    fails(mnist.load_data, f"MNIST is not at hand: {reason}.*{WAYS_OUT}", MissingDataError)
    assert time.monotonic() - start < 10
    for _ in range(20):
        fails(mnist.load_data, rf"{reason}.*\(tried \d s ago\)", MissingDataError)
    assert handwritten_digits().source == EMBEDDED
    assert server.got == ["mnist.npz"] and not left(home)
    # and after a while it is tried again
    server.manner = "well"
    monkeypatch.setattr(network, "RETRY_AFTER", 0.0)
    assert_loaded(mnist.load_data(), arrays())
    assert not network._failed


@BOTH
@pytest.mark.parametrize("manner", ["truncated", "other bytes", "forbidden"])
def test_a_damaged_file_that_cannot_be_replaced_is_named(module, manner, home, server):
    server.manner = manner
    path = write(module, home)[-1]
    path.write_bytes(b"damaged")
    message = (
        f"^{re.escape(str(path))} is damaged: its SHA-256 must be [0-9a-f]+; got [0-9a-f]+; "
        f"no new one could be downloaded: {path.name} could not be downloaded: "
    )
    assert type(fails(module.load_data, message)) is DataError  # it is not missing
    assert path.read_bytes() == b"damaged" and left(home) == sorted(module.SHA256)
    if module is mnist:
        fails(handwritten_digits, message)  # never silently the others


def test_a_damaged_file_in_kit_data_is_never_replaced(tmp_path, monkeypatch, server):
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    (tmp_path / "mnist.npz").write_bytes(b"damaged")
    fails(mnist.load_data, "mnist.npz is damaged: it must be an .npz file")
    assert not server.asked


@BOTH
def test_offline_asks_no_server(module, home, server, monkeypatch):
    monkeypatch.setenv("KIT_OFFLINE", "1")
    fails(module.load_data, "is not at hand: KIT_OFFLINE is '1', so no", MissingDataError)
    write(module, home)[0].write_bytes(b"damaged")
    fails(module.load_data, "is damaged: .*; no new one could be downloaded: KIT_OFFLINE is '1'")
    fails(lambda: module.load_data(download=False), "is damaged: .*: `download` is False, so no")
    assert not server.asked


def test_a_cache_that_cannot_be_written_is_told(tmp_path, monkeypatch, server):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    reason = rf"could not be downloaded: .*{re.escape(str(tmp_path / 'file'))}.*Three ways out"
    fails(mnist.load_data, reason, MissingDataError)


def test_another_process_is_not_waited_for_for_ever(tmp_path, server, monkeypatch):
    monkeypatch.setattr(network, "WAIT", 0.2)
    path = tmp_path / "kit" / "locks" / "datasets.lock"
    path.parent.mkdir(parents=True)
    with filelock.FileLock(path):
        message = f"MNIST is not at hand: .*{re.escape(str(path))}.*could not be acquired"
        fails(mnist.load_data, message, MissingDataError)
    assert not server.got
    monkeypatch.setattr(network, "RETRY_AFTER", 0.0)
    assert_loaded(mnist.load_data(), arrays())


# a closed network


@pytest.fixture
def listening():
    """A port that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=20)) as silent:
        yield silent.getsockname()[1]


@pytest.mark.parametrize("kind", ["refused", "silent"])
def test_a_closed_network_fails_in_seconds_and_once(kind, listening):
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
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
assert handwritten_digits().source == "MNIST sample"
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


@pytest.mark.parametrize(("connect", "answer"), [(0.3, 6.0), (6.0, 0.3)])
def test_a_server_that_says_nothing_is_given_up(connect, answer, server, monkeypatch):
    monkeypatch.setattr(network, "CONNECT", connect)
    monkeypatch.setattr(network, "ANSWER", answer)
    server.manner = "silent"
    start = time.monotonic()
    reason = "timed out" if connect < answer else "no answer within 0.3 s"
    fails(mnist.load_data, f"127.0.0.1 cannot be reached: {reason}.*{WAYS_OUT}", MissingDataError)
    assert time.monotonic() - start < 4 and not server.got


def test_a_closed_port_is_told_in_plain_words(monkeypatch):
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        monkeypatch.setattr(network, "MIRROR", f"http://127.0.0.1:{closed.getsockname()[1]}/")
    fails(mnist.load_data, r"127.0.0.1 cannot be reached: \[Errno \d+\] Connection refused\. Three")


def test_the_reason_is_the_downloads_and_not_an_error_that_the_caller_handles(server):
    server.manner = "forbidden"
    try:
        raise OSError("of the caller")
    except OSError:
        told = fails(mnist.load_data, "could not be downloaded: 403 Client Error: Forbidden")
    assert "of the caller" not in str(told)


def test_a_name_service_that_hangs_is_not_waited_for(monkeypatch):
    wake = threading.Event()

    def hang(*_, **__):
        wake.wait(60)
        raise OSError("woken")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(network, "ANSWER", 0.3)
    try:
        fails(mnist.load_data, r"cannot be reached: no answer within 0.3 s\. Three ways out")
    finally:
        wake.set()


def test_threads_that_find_the_network_closed_ask_once(server, monkeypatch):
    monkeypatch.setattr(network, "CONNECT", 0.3)
    server.manner = "silent"
    told = []

    def load():
        told.append(fails(mnist.load_data, "127.0.0.1 cannot be reached", MissingDataError))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 4 and sum("s ago)" in str(error) for error in told) == 3
