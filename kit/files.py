"""Files: written whole or not at all, hashed, kept in the user's cache folder; a quiet start.

Nothing here knows what is in a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

__all__ = [
    "cache_folder",
    "check_folder",
    "file_hash",
    "quiet_start",
    "trim",
    "usual_mode",
    "writable_folder",
    "written_whole",
]

CACHE_VARIABLE = "KIT_CACHE"


def cache_folder() -> Path:
    """The kit's folder for what can be computed again: ``KIT_CACHE``, else the user's own.

    Returns
    -------
    Path
        It need not exist yet.
    """
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else platformdirs.user_cache_path("keras-teaching-kit", False)


def check_folder(path: str | Path, name: str = "out") -> Path:
    """The path, if it is a folder that can be written, or free to become one; makes nothing.

    Parameters
    ----------
    path
        Where it is to be.
    name
        What a message calls the argument.

    Raises
    ------
    ValueError
        For a file, a folder that cannot be written, and an empty name.
    """
    if not str(path):
        raise ValueError(f"`{name}` must be a folder; got '', and the current folder is '.'")
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise ValueError(f"`{name}` must be a folder or free to become one; got the file {path}")
    if path.exists() and not os.access(path, os.W_OK):
        raise ValueError(f"`{name}` must be a folder that can be written; got {path}")
    return path


def writable_folder(path: str | Path, name: str = "out") -> Path:
    """The folder at a path, made where it is missing.

    Parameters
    ----------
    path, name
        As for `check_folder`.

    Raises
    ------
    ValueError
        As `check_folder`; also if it cannot be made.
    """
    path = check_folder(path, name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"`{name}` must be a folder or free to become one; got {path}: {error}"
        ) from error
    return path


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to, in the same folder; what is there in the end takes the place of `path`.

    Where the writing fails, `path` stays as it was and nothing is left beside it.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> with written_whole(path) as part:
    ...     _ = part.write_text("whole")
    >>> path.read_text()
    'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.part-")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        usual_mode(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def usual_mode(path: Path) -> None:
    """Let others read a file as any other of the user's; temporary files are private at first."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def trim(folder: Path, limit: int, pattern: str = "*") -> None:
    """Remove the files that were longest not used, until the rest has at most `limit` bytes."""
    found = []
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):  # another process removed it
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= limit:
            return
        path.unlink(missing_ok=True)
        total -= size


@contextlib.contextmanager
def quiet_start() -> Iterator[None]:
    """Keep what TensorFlow's C++ side says while it loads off the standard error stream.

    It writes to the descriptor, before any of its log levels are in force; so the descriptor is
    led elsewhere for as long as the import takes. Python's own errors are raised, not printed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
