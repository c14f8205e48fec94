"""A thread that captures while training goes on.

Work is done in the order in which it was asked for, so that a recording is written as if there
were no thread. Whoever asks for more than two captures ahead waits for the first of them. What was
asked for is done, whatever becomes of training: after an exception or an interruption, and before
Python ends.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["Beside"]

WAITING = 2
"""Captures that wait, at most; each keeps a copy of the model's state."""


class Beside:
    """Does one thing after the other, in a thread of its own or at once.

    Parameters
    ----------
    at_once
        Whether there is no thread: each thing is done when it is asked for.

    Attributes
    ----------
    failures
        What went wrong, in order; whoever reads them takes them out.
    """

    def __init__(self, at_once: bool = False) -> None:
        self.failures: deque[Exception] = deque()
        self._asked: deque[Future[None]] = deque()
        self._heavy: deque[Future[None]] = deque()
        self._worker: int | None = None
        self._process = os.getpid()
        self._pool = None if at_once else ThreadPoolExecutor(1, "kit-recorder")

    def do(self, what: Callable[[], object], *, heavy: bool = False) -> None:
        """Ask for something to be done; an exception is kept in `failures`.

        Of what is `heavy`, no more than `WAITING` wait beside the one that is being done.
        """
        if self._pool is None:
            self._tried(what)
            return
        while self._asked and self._asked[0].done():
            self._asked.popleft()
        self._heavy = deque(one for one in self._heavy if not one.done())
        if heavy:
            self.make_room()
        try:
            asked = self._pool.submit(self._tried, what)
        except RuntimeError:  # the thread was let go, or Python ends
            self.settle()
            self._tried(what)
            return
        self._asked.append(asked)
        if heavy:
            self._heavy.append(asked)

    def make_room(self) -> None:
        """Wait until another heavy thing may wait."""
        while len(self._heavy) > WAITING:
            self._heavy.popleft().result()

    def settle(self) -> None:
        """Wait until all is done that was asked for."""
        # in the thread itself nothing is waited for, nor in a fork, which has no such thread
        if threading.get_ident() != self._worker and os.getpid() == self._process:
            for one in list(self._asked):
                one.result()

    def end(self) -> None:
        """Wait, and let the thread go."""
        self.settle()
        if self._pool is not None:
            self._pool.shutdown()

    def _tried(self, what: Callable[[], object]) -> None:
        self._worker = threading.get_ident()
        try:
            what()
        except Exception as error:
            self.failures.append(error)
