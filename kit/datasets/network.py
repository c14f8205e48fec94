"""Downloads: each file whole and with the hash that it must have, or none; nothing that hangs.

pooch writes beside the target, compares the hash and moves the file into its place. Added to it
here: no connection where ``KIT_OFFLINE`` forbids one, a closed network told in seconds, one process
at a time, and a failure remembered, so that many calls wait once. pooch and requests are imported
for a download only.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kit.files import cache_folder, usual_mode, writable_folder

__all__ = ["fetch", "is_offline"]

MIRROR = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
"""Where Keras's own loaders take their files from."""

CONNECT = 3.0  # seconds for a connection to one address of the host, and for its first word
ANSWER = 6.0  # seconds for the host to answer at all, by whichever of its addresses
STALL = 15.0  # seconds without a byte after which a download is given up
WAIT = 300.0  # seconds for another process of the user's that downloads
RETRY_AFTER = 60.0  # seconds for which a failed attempt is remembered

_failed: dict[Path, tuple[float, str]] = {}  # the first file: when, and why
_one_thread = threading.Lock()


def is_offline() -> bool:
    """Whether the environment variable ``KIT_OFFLINE`` forbids every connection.

    It does with every value but ``""`` and ``"0"``; where it is not set, connections are allowed.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, KIT_OFFLINE="1"):
    ...     is_offline()
    True
    """
    return os.environ.get("KIT_OFFLINE", "") not in ("", "0")


def fetch(folder: Path, hashes: Mapping[str, str]) -> None:
    """Bring files from `MIRROR` into a folder; those that are there and right stay as they are.

    Parameters
    ----------
    folder
        Made where it is missing.
    hashes
        Path of each file below `folder`, and the file's SHA-256.

    Raises
    ------
    ConnectionError
        With the reason: offline, not reachable, failed, or failed less than a minute ago. The
        files that came before stay; none is ever there in part.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, KIT_OFFLINE="1"):
    ...     fetch(Path("datasets"), {"mnist.npz": "731c..."})
    Traceback (most recent call last):
    ConnectionError: KIT_OFFLINE is '1', so no connection is opened (only '' and '0' allow one)
    """
    if is_offline():
        value = os.environ["KIT_OFFLINE"]
        raise ConnectionError(
            f"KIT_OFFLINE is {value!r}, so no connection is opened (only '' and '0' allow one)"
        )
    import filelock

    first = folder / next(iter(hashes))
    with _one_thread:  # the others find the files, or the failure, when it is their turn
        when, why = _failed.get(first, (0.0, ""))
        ago = time.monotonic() - when
        if why and ago < RETRY_AFTER:
            raise ConnectionError(f"{why} (tried {ago:.0f} s ago)")
        try:
            _ask(MIRROR + first.name)
            locks = writable_folder(cache_folder() / "locks", "KIT_CACHE")
            # one process at a time: the next one finds what this one left
            with filelock.FileLock(locks / "datasets.lock", timeout=WAIT):
                for path, sha256 in hashes.items():
                    _retrieve(folder / path, sha256)
        except (OSError, ValueError) as error:
            _failed[first] = (time.monotonic(), str(error))
            raise ConnectionError(str(error)) from error
        _failed.pop(first, None)


def _ask(url: str) -> None:
    """Raise ConnectionError unless the host of `url` answers in time, whatever it answers.

    requests' time limit is for each address of the host, and there is none for the name service;
    so the question is put in a thread, and not waited for. It may outlive us: a daemon.
    """
    import requests  # noqa: F401  # which pooch imports in the thread, where time is short
    from pooch import HTTPDownloader

    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        try:
            HTTPDownloader(timeout=CONNECT)(url, None, None, check_only=True)
        except Exception as error:  # whatever it is, the other thread is waiting for it
            answers.put(_root(error))
        else:
            answers.put("")

    threading.Thread(target=ask, daemon=True).start()
    try:
        problem = answers.get(timeout=ANSWER)
    except queue.Empty:
        problem = f"no answer within {ANSWER:g} s"
    if problem:
        raise ConnectionError(f"{urlsplit(url).hostname} cannot be reached: {problem}")


def _retrieve(path: Path, sha256: str) -> None:
    """Download one file, unless it is there and right."""
    import pooch

    whole = pooch.HTTPDownloader(
        timeout=(CONNECT, STALL),
        chunk_size=2**16,
        headers={"Accept-Encoding": "identity"},  # the file's own bytes, of which the hash is
    )

    def download(url: str, part: str, source: pooch.Pooch | None) -> None:
        whole(url, part, source)
        usual_mode(Path(part))

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")  # it writes each step to the standard error stream
    try:
        pooch.retrieve(MIRROR + path.name, sha256, path.name, path.parent, downloader=download)
    except (OSError, ValueError) as error:
        answer = getattr(error, "response", None)
        if answer is not None:
            answer.close()  # pooch leaves the connection open where the answer is a refusal
        raise ConnectionError(f"{path.name} could not be downloaded: {_root(error)}") from error
    finally:
        logger.setLevel(level)  # as the user has it


def _root(error: BaseException) -> str:
    """What went wrong at the bottom: requests packs errors into errors, with objects' addresses."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        packed = (getattr(error, "reason", None), *error.args)
        inner = error.__cause__ or next((e for e in packed if isinstance(e, BaseException)), None)
    return str(error) or type(error).__name__
