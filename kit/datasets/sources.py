"""Image data sets in files: where they are looked for, how they are checked, who downloads them.

The places, in order: the folder that the environment variable ``KIT_DATA`` names; the folder
``datasets`` in Keras's home (``KERAS_HOME``, else ``~/.keras``); a download by Keras's own loader.
Keras is imported for a download only.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kit.checks import check_flag
from kit.datasets.network import guarded, is_offline

__all__ = ["Data", "DataError", "Found", "MissingDataError", "Source", "checked", "content_of"]

Data = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
NAMES = ("x_train", "y_train", "x_test", "y_test")
SIDE = 28
CLASSES = 10


class DataError(RuntimeError):
    """A data set is missing, or a file of it is damaged."""


class MissingDataError(DataError):
    """A data set is in no place and cannot be downloaded; no file of it is damaged."""


class Found(NamedTuple):
    """The folder that holds all files of a data set, and whether it is Keras's cache."""

    folder: Path
    cached: bool


@dataclass(frozen=True)
class Source:
    """A data set of 28x28 images in ten classes.

    Attributes
    ----------
    name
        As people call it.
    files
        Paths of its files, relative to ``KIT_DATA`` and to the folder ``datasets`` of Keras.
    url
        The address from which Keras's loader takes the first file.
    read
        Reads and checks the files of a `Found`: uint8 images (n, 28, 28) and labels (n,).
    fetch
        Keras's loader, which downloads into its cache and returns the same arrays.
    """

    name: str
    files: tuple[str, ...]
    url: str
    read: Callable[[Found], Data]
    fetch: Callable[[], Data]

    def locate(self) -> Found | None:
        """The first place that holds all files, without a look into them.

        Raises
        ------
        DataError
            If ``KIT_DATA`` names no folder, or one with some of the files only.
        """
        folder = kit_data()
        if folder is not None:
            missing = [file for file in self.files if not os.path.lexists(folder / file)]
            if not missing:
                return Found(folder, cached=False)
            if len(missing) < len(self.files):
                raise DataError(
                    f"`KIT_DATA` must hold all files of {self.name} or none; "
                    f"{folder} lacks {', '.join(missing)}"
                )
        for folder in keras_folders():
            # fewer files here are a download that was broken off: the next one completes them
            if all(os.path.lexists(folder / file) for file in self.files):
                return Found(folder, cached=True)
        return None

    def identity(self) -> str | None:
        """SHA-256 of the local file, of the digests where there are several; None without any."""
        found = self.locate()
        if found is None:
            return None
        digests = [_digest(found.folder / file) for file in self.files]
        if len(digests) == 1:
            return digests[0]
        return hashlib.sha256("".join(digests).encode()).hexdigest()

    def load(self, download: bool) -> Data:
        """Images (n, 28, 28, 1) float32 in [0, 1] and labels (n,) int64.

        Raises
        ------
        MissingDataError
            If no place has the data.
        DataError
            If a file is damaged, or ``KIT_DATA`` names no folder.
        ValueError
            If `download` is neither True nor False.
        """
        check_flag("download", download)
        found = self.locate()
        if found is not None:
            try:
                return _scaled(self.read(found))
            except DataError:
                if not found.cached or not download or is_offline():
                    raise
        elif not download:
            raise self._missing("`download` is False, so no connection is opened")
        return _scaled(self._downloaded())

    def _downloaded(self) -> Data:
        """What Keras's loader returns, checked."""
        where = [f"What Keras's loader returned for {self.name}"] * len(NAMES)
        try:
            return guarded(self.url, lambda: checked(self.fetch(), where))
        except ConnectionError as error:
            found = self.locate()  # a damaged file is the news; another process may have mended it
            if found is None:
                raise self._missing(str(error)) from error
            try:
                return self.read(found)
            except DataError as damage:
                raise DataError(f"{damage}; no new one could be downloaded: {error}") from error

    def _missing(self, reason: str) -> MissingDataError:
        files = " and ".join(self.files) if len(self.files) < 3 else ", ".join(self.files)
        return MissingDataError(
            f"{self.name} is not at hand: {reason}. Three ways out: set KIT_DATA to a folder that "
            f"holds {files}; or put that into Keras's cache, {keras_folders()[0]}, or allow the "
            "network; or take the embedded digits, kit.datasets.digits"
        )


def kit_data() -> Path | None:
    """The folder that ``KIT_DATA`` names; None where it is not set or empty."""
    named = os.environ.get("KIT_DATA")
    if not named:
        return None
    folder = os.path.expanduser(named)
    if not os.path.isdir(folder) or not os.access(folder, os.R_OK | os.X_OK):
        raise DataError(f"`KIT_DATA` must name a folder that can be read; got {named!r}")
    return Path(folder)


def keras_folders() -> list[Path]:
    """The folders ``datasets`` of Keras's home, and of its stand-in where that is not writable.

    After `keras.src.backend.config` and `keras.utils.get_file` (3.15). Keras reads the variables
    once, when it is imported; this reads them at each call.
    """
    home = os.environ.get("KERAS_HOME")
    if home is None:
        user = os.path.expanduser("~")
        home = os.path.join(user if os.access(user, os.W_OK) else "/tmp", ".keras")
    home = os.path.expanduser(home)
    homes = [home] if home else []
    if not home or not _is_writable(home):
        temporary = "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()
        homes.append(os.path.join(temporary, ".keras"))
    return [Path(each, "datasets") for each in homes]


def _is_writable(folder: str) -> bool:
    """Whether `folder` can be written, or made where there is none: Keras makes its home."""
    folder = os.path.abspath(folder)
    while not os.path.exists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return os.access(folder, os.W_OK)


def content_of(path: Path) -> bytes:
    """All bytes of a file; DataError with its name where they cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def checked(data: Data, where: Sequence[object]) -> Data:
    """The arrays, if they are what Keras's loaders return.

    Parameters
    ----------
    data
        (x_train, y_train), (x_test, y_test).
    where
        For each of the four the file it is from.

    Raises
    ------
    DataError
        With the file, the array, what was expected and what came.
    """
    for part, (x, y) in enumerate(data):
        x_name, y_name = NAMES[2 * part : 2 * part + 2]
        x_file, y_file = where[2 * part : 2 * part + 2]
        if x.dtype != np.uint8 or x.shape[1:] != (SIDE, SIDE) or not len(x):
            raise DataError(
                f"{x_file} is damaged: `{x_name}` must be uint8 of shape (n, {SIDE}, {SIDE}) with "
                f"n > 0; got {x.dtype} of shape {x.shape}"
            )
        if y.dtype != np.uint8 or y.shape != x.shape[:1]:
            raise DataError(
                f"{y_file} is damaged: `{y_name}` must be uint8 of shape ({len(x)},), a label for "
                f"each image; got {y.dtype} of shape {y.shape}"
            )
        if y.max() >= CLASSES:
            raise DataError(
                f"{y_file} is damaged: `{y_name}` must hold labels from 0 to {CLASSES - 1}; "
                f"got {y.max()}"
            )
    return data


def _scaled(data: Data) -> Data:
    """Images as float32 in [0, 1] with a channel, labels as int64."""
    (x_train, y_train), (x_test, y_test) = data
    return (_unit(x_train), y_train.astype(np.int64)), (_unit(x_test), y_test.astype(np.int64))


def _unit(images: np.ndarray) -> np.ndarray:
    unit = images[..., None].astype(np.float32)  # (n, 28, 28) -> (n, 28, 28, 1)
    unit /= 255
    return unit


def _digest(path: Path) -> str:
    try:
        state = path.stat()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return _digest_of_state(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=32)
def _digest_of_state(path: Path, modified: int, size: int) -> str:
    """SHA-256 of a file, computed anew when its time or size has changed."""
    return hashlib.sha256(content_of(path)).hexdigest()
