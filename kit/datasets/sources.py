"""Image data sets in files: where they are looked for, how they are checked, who downloads them.

The places, in order: the folder that the environment variable ``KIT_DATA`` names; the folder
``datasets`` in Keras's home (``KERAS_HOME``, else ``~/.keras``); a download into the latter, where
Keras finds the files too. Keras itself is not imported.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kit.checks import check_flag
from kit.datasets.network import fetch

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
    hashes
        Path of each file, relative to ``KIT_DATA`` and to Keras's cache, and the SHA-256 that it
        must have in the latter.
    read
        Reads and checks the files below a folder: uint8 images (n, 28, 28) and labels (n,).
    """

    name: str
    hashes: Mapping[str, str]
    read: Callable[[Path], Data]

    def locate(self) -> Found | None:
        """The first place that holds all files, without a look into them.

        Raises
        ------
        DataError
            If ``KIT_DATA`` names no folder, or one with some of the files only.
        """
        folder = kit_data()
        if folder is not None:
            missing = [file for file in self.hashes if not os.path.lexists(folder / file)]
            if not missing:
                return Found(folder, cached=False)
            if len(missing) < len(self.hashes):
                raise DataError(
                    f"`KIT_DATA` must hold all files of {self.name} or none; "
                    f"{folder} lacks {', '.join(missing)}"
                )
        folder = keras_folder()
        # fewer files here are a download that was broken off: the next one completes them
        if all(os.path.lexists(folder / file) for file in self.hashes):
            return Found(folder, cached=True)
        return None

    def identity(self) -> str | None:
        """SHA-256 of the local file, of the digests where there are several; None without any."""
        found = self.locate()
        if found is None:
            return None
        digests = [_digest(found.folder / file) for file in self.hashes]
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
        TypeError
            If `download` is neither True nor False.
        """
        check_flag("download", download)
        found = self.locate()
        if found is not None and not found.cached:  # of whatever size, and never replaced
            return _scaled(self.read(found.folder))
        folder = keras_folder()
        damage = "" if found is None else self._damage(folder)
        if found is None or damage:
            self._download(folder, damage, download)
        return _scaled(self.read(folder))

    def _damage(self, folder: Path) -> str:
        """What is wrong with the files in Keras's cache; empty where nothing is."""
        for file, expected in self.hashes.items():
            path = folder / file
            try:
                digest = _digest(path)
            except DataError as error:
                return str(error)
            if digest != expected:
                return f"{path} is damaged: its SHA-256 must be {expected}; got {digest}"
        return ""

    def _download(self, folder: Path, damage: str, allowed: bool) -> None:
        """Complete the files in Keras's cache, or say why not; a damaged file is the news."""
        try:
            if not allowed:
                raise ConnectionError("`download` is False, so no connection is opened")
            fetch(folder, self.hashes)
        except ConnectionError as error:
            if damage:
                raise DataError(f"{damage}; no new one could be downloaded: {error}") from error
            raise self._missing(str(error)) from error

    def _missing(self, reason: str) -> MissingDataError:
        files = " and ".join(self.hashes) if len(self.hashes) < 3 else ", ".join(self.hashes)
        return MissingDataError(
            f"{self.name} is not at hand: {reason}. Three ways out: set KIT_DATA to a folder that "
            f"holds {files}; or put that into Keras's cache, {keras_folder()}, or allow the "
            "network; or take 5,000 digits of MNIST, kit.datasets.mnist_sample"
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


def keras_folder() -> Path:
    """The folder ``datasets`` of Keras's home."""
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return Path(os.path.expanduser(home), "datasets")


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
