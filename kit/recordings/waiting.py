"""Recordings that are still written to by another thread of this process; readers wait for them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path

__all__ = ["settle", "wait_no_more", "wait_with"]

_WRITERS: weakref.WeakKeyDictionary[object, tuple[Path, weakref.WeakMethod]] = (
    weakref.WeakKeyDictionary()
)


def wait_with(writer: object, path: Path, wait: Callable[[], None]) -> None:
    """Let whoever opens a file wait, for as long as its writer lives.

    Parameters
    ----------
    writer
        Who has it written to.
    path
        The file.
    wait
        A method, which is not kept alive; returns when all is written that was asked for.
    """
    _WRITERS[writer] = path, weakref.WeakMethod(wait)


def wait_no_more(writer: object) -> None:
    """Nothing is written any more."""
    _WRITERS.pop(writer, None)


def settle(path: str | os.PathLike[str]) -> None:
    """Wait for what this process is still to write into a file."""
    for written, wait in list(_WRITERS.values()):
        try:
            same = written.samefile(path)
        except OSError:  # one of them is gone
            continue
        method = wait() if same else None
        if method is not None:
            method()
