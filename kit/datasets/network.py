"""A download that never hangs: offline is offline, and a closed network fails in seconds.

Keras's loaders open their connections without a timeout. So a short question goes to the host
first, along the way that the loader will take (urllib, with its proxies), and while the loader
runs, a connection that stalls is given up.
"""

from __future__ import annotations

import os
import queue
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["guarded", "is_offline"]

TIMEOUT = 3.0  # seconds for each step of the question: connect, handshake, answer
DEADLINE = 6.0  # seconds for the question as a whole
STALL = 15.0  # seconds without a byte after which a download is given up
RETRY_AFTER = 60.0  # seconds for which a failed attempt is remembered

T = TypeVar("T")

_failed: dict[str, tuple[float, str]] = {}  # URL: when, and why


def is_offline() -> bool:
    """Whether the environment variable ``KIT_OFFLINE`` forbids every connection.

    It does with every value but ``""`` and ``"0"``; where it is not set, connections are allowed.

    Examples
    --------
    >>> is_offline() in (True, False)
    True
    """
    return os.environ.get("KIT_OFFLINE", "") not in ("", "0")


def guarded(url: str, download: Callable[[], T]) -> T:
    """What `download` returns, where `url` can be reached.

    A failure is remembered for a minute, so that many calls wait once. While the download runs,
    the default timeout of new sockets is 15 s, in all threads; one process of a user downloads
    at a time, as Keras's loaders write straight into the file that others would read.

    Parameters
    ----------
    url
        An address on the host that `download` will ask.
    download
        Opens the connection; any exception of it counts as a failure.

    Returns
    -------
    object
        What `download` returns.

    Raises
    ------
    ConnectionError
        With the reason: offline, not reachable, failed, or failed less than a minute ago.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, KIT_OFFLINE="1"):
    ...     guarded("https://example.org", dict)
    Traceback (most recent call last):
    ConnectionError: KIT_OFFLINE is '1', so no connection is opened (only '' and '0' allow one)
    """
    if is_offline():
        value = os.environ["KIT_OFFLINE"]
        raise ConnectionError(
            f"KIT_OFFLINE is {value!r}, so no connection is opened (only '' and '0' allow one)"
        )
    when, why = _failed.get(url, (0.0, ""))
    ago = time.monotonic() - when
    if why and ago < RETRY_AFTER:
        raise ConnectionError(f"{why} (tried {ago:.0f} s ago)")
    try:
        _ask_within_deadline(url)
        with _one_at_a_time(), _stalls_limited():
            result = download()
    except Exception as error:
        why = str(error) or type(error).__name__
        _failed[url] = (time.monotonic(), why)
        raise ConnectionError(why) from error
    _failed.pop(url, None)
    return result


def _ask_within_deadline(url: str) -> None:
    """Raise ConnectionError unless the host of `url` answers before the deadline."""
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()
    # in a thread, as no timeout reaches the look-up of a name; it may outlive us, so a daemon
    threading.Thread(target=lambda: answers.put(_ask(url)), daemon=True).start()
    try:
        problem = answers.get(timeout=DEADLINE)
    except queue.Empty:
        problem = f"no answer within {DEADLINE:g} s"
    if problem:
        raise ConnectionError(f"{host} cannot be reached: {problem}")


def _ask(url: str) -> str:
    """What is wrong with the way to `url`; empty if nothing is."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, method="HEAD"), timeout=TIMEOUT):
            return ""
    except Exception as error:
        if isinstance(error, HTTPError):
            error.close()
        return str(error) or type(error).__name__


@contextmanager
def _stalls_limited() -> Iterator[None]:
    """Let sockets made meanwhile give up after `STALL` seconds without a byte."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL if before is None else min(before, STALL))
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold a lock over threads and processes of this user; none where there is no fcntl."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    name = os.path.join(tempfile.gettempdir(), f"kit-download-{os.getuid()}.lock")
    with open(name, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
        yield
