"""The lab: runs an experiment once and keeps what it gave.

What an experiment gave is kept in the user's cache folder, under a key of the experiment's
arguments, its data and the functions that it reaches inside the kit (`kit.catalogue.reach`), with
the versions of what computes. So no figure shows what an older kit computed, and editing a plot
trains nothing. A lock lets one process run what several ask for; the others wait for it.

Results are pickled, and loading a pickle runs what is in it. So the folder is the user's alone, and
a file that is another's, or that another may have written, is not read.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import inspect
import json
import os
import pickle
import platform
import stat
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from kit import files
from kit.catalogue import block_experiments, digit_experiments, over_seeds, reach
from kit.checks import check_count, check_flag, check_seed, shown

if TYPE_CHECKING:
    import numpy as np

    from kit.catalogue.claims import Facts
    from kit.catalogue.digit_experiments import Digits, Trained
    from kit.catalogue.lecture_figure import LectureFigure
    from kit.recordings import Recording, Runs, Snapshot

__all__ = ["Lab", "identity_of", "versions"]

_SEEDS = ("kit.catalogue.lab", "Lab.seeds")  # who reaches it shows several
FORMAT = 1  # of what is kept; a new number leaves all of it behind
LIMIT = 2 * 1024**3  # bytes of experiments that are kept
_DAY = 24 * 60 * 60  # seconds


class Lab:
    """Runs experiments on the lecture's ball data and on digits, and keeps what they gave.

    Parameters
    ----------
    cache
        Folder to keep results in, as ``kit.files.cache_folder()``; None keeps none. The
        ``experiments`` in it is for the user alone; where others can write to it, a warning says
        so, and what is kept there is not read.
    limit
        Bytes that are kept at most; what was longest not used goes first.
    single
        Whether each seed stands for itself, as evidence asks; if not, figures of trained networks
        show a block of seeds (`seeds`).

    Raises
    ------
    TypeError, ValueError
        For a `limit` that is no non-negative integer.

    Attributes
    ----------
    ran
        Names of the experiments that ran here, in order; what was kept is not among them.
    """

    def __init__(
        self, cache: str | Path | None = None, *, limit: int = LIMIT, single: bool = False
    ) -> None:
        self.cache = None if cache is None else Path(cache) / "experiments"
        self.limit = check_count("limit", limit, least=0)
        self.single = check_flag("single", single)
        self.ran: list[str] = []
        self._digits: Digits | None = None

    def forget(self) -> None:
        """Drop what was kept; nothing else that may lie in the folder."""
        if self.cache is not None:
            files.trim(self.cache, 0, "*.pickle")

    def ball(self) -> tuple[np.ndarray, np.ndarray]:
        """The lecture's data: X (1000, 10), y (1000, 1)."""
        from kit.datasets.ball import load_data

        return load_data()

    def probe_block(self, activation: str, initializer: float | str, seed: int) -> Snapshot:
        """The BLOCK network before training, measured on the ball data."""
        return self.run(
            block_experiments.probe_block, activation=activation, initializer=initializer, seed=seed
        )

    def seeds(self, seed: int, *, of: int) -> tuple[int, ...]:
        """The seeds that a figure shows: the block that `seed` is in, or `seed` alone.

        Parameters
        ----------
        seed
            As ``measure`` is given it.
        of
            How many a block has: 10 for dense networks, 3 for convolutional ones.

        Examples
        --------
        >>> Lab().seeds(2, of=10)
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
        >>> Lab(single=True).seeds(2, of=10)
        (2,)
        """
        block = over_seeds.block_of(seed, of)
        return (check_seed(seed),) if self.single else block

    def train_nine(self, seed: int) -> Runs:
        """Nine BLOCK networks over 100 epochs on the ball data, of each seed that is shown.

        All of a block are trained at once, whichever are shown. They have the parameters
        activation and initializer, by their names in figures, and seed.
        """
        first = over_seeds.block_of(seed, over_seeds.DENSE)[0]
        runs = self.run(block_experiments.train_nine, first=first)
        return runs.select(seed=self.seeds(seed, of=over_seeds.DENSE))

    def train_block(
        self,
        activation: str,
        initializer: float | str,
        seed: int,
        *,
        every: int = block_experiments.EVERY,
        raw: bool = False,
    ) -> Recording:
        """A BLOCK network over 100 epochs on the ball data, recorded every so many of them."""
        return self.run(
            block_experiments.train_block,
            activation=activation,
            initializer=initializer,
            seed=seed,
            every=every,
            raw=raw,
        )

    def digits(self) -> Digits:
        """MNIST where it can be had, else its embedded sample; the same ones at every call."""
        if self._digits is None:
            self._digits = digit_experiments.load_digits(download=True)
        return self._digits

    def train_on_digits(self, network: str, seed: int) -> Trained:
        """One of "cnn", "lenet5" and "toy", trained on the digits that can be had.

        Of the seeds that a figure shows it is the first.
        """
        return self.train_each_on_digits(network, seed)[0]

    def train_each_on_digits(self, network: str, seed: int) -> list[Trained]:
        """The same, of each seed that is shown: three, trained at once, or `seed` alone."""
        first = over_seeds.block_of(seed, over_seeds.CONVOLUTIONAL)[0]
        found = self.run(digit_experiments.train, network=network, first=first)
        return [found[one] for one in self.seeds(seed, of=over_seeds.CONVOLUTIONAL)]

    def compare_nine_on_digits(self, seed: int) -> tuple[Runs, Facts]:
        """Nine small CNNs on few digits, of each seed that is shown, and the facts of the data.

        They have the parameters activation and initializer, by their names in figures, and seed.
        """
        first = over_seeds.block_of(seed, over_seeds.CONVOLUTIONAL)[0]
        runs, facts = self.run(digit_experiments.compare_nine, first=first)
        return runs.select(seed=self.seeds(seed, of=over_seeds.CONVOLUTIONAL)), facts

    def run(self, experiment: Callable[..., Any], **arguments: Any) -> Any:
        """What an experiment gives; from the cache where it ran before with the same code.

        Parameters
        ----------
        experiment
            A function at the top level of a module; what it gives can be pickled.
        arguments
            Numbers, texts, truth values, None, and lists of them.

        Raises
        ------
        TypeError, ValueError
            For an experiment that is no function of a module, or an argument of another kind,
            where a cache is to know them again.
        """
        if self.cache is None:
            return self._ran(experiment.__name__, lambda: experiment(**arguments))
        name = reach.where(experiment)
        bound = inspect.signature(experiment).bind(**arguments)
        bound.apply_defaults()
        key = [*name, _plain(bound.arguments)]
        return self._kept(name[1], [name], key, lambda: experiment(**arguments))

    def measured(self, figure: LectureFigure, seed: int, /, **changed: Any) -> tuple[Any, Facts]:
        """Data and facts of a figure; from the cache where it was measured with the same code.

        Of a seed that is not the figure's own the facts alone are kept, and of a control, which
        changes a keyword of ``measure``: their data are None. So are those of a lab in which each
        seed stands for itself, where the figure shows several.
        """
        own = seed == figure.seed and not changed

        def measure(whole: bool) -> tuple[Any, Facts]:
            data, facts = figure.measure(self, seed, **changed)
            return data if whole else None, facts

        home = sys.modules.get(figure.module or "")
        if self.cache is None or getattr(home, "measure", None) is not figure.measure:
            return measure(own)  # not as it stands in a file: nothing tells when it changes
        name = (figure.module or "", "measure")
        alone = self.single and _SEEDS in reach.reached([name])
        whole = own and not alone
        key = [*name, seed, whole, alone, _plain(changed)]
        return self._kept(figure.id, [name], key, lambda: measure(whole))

    def _kept(
        self, name: str, code: Sequence[reach.Name], key: list[Any], run: Callable[[], Any]
    ) -> Any:
        assert self.cache is not None
        if _shows_digits(code) and not digit_experiments.mnist_identity():
            self.digits()  # which may bring them here
        parts = [FORMAT, key, reach.digest(code), identity_of(code), sorted(versions().items())]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
        path = self.cache / f"{name}-{digest}.pickle"
        found = _unpickled(path)
        if found is None:
            _make_private(self.cache)
            # its file stays: who took it away would let two processes in, one of which waited for
            # the file that was there and one of which finds none
            with filelock.FileLock(self.cache / f"{digest}.lock"):
                found = _unpickled(path)  # another process may have run it meanwhile
                if found is None:
                    found = (self._ran(name, run),)
                    with files.written_whole(path) as part, part.open("wb") as file:
                        pickle.dump(found, file, protocol=5)
                    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
                    files.trim(self.cache, self.limit, "*.pickle")
                    _sweep(self.cache)
        return found[0]

    def _ran(self, name: str, run: Callable[[], Any]) -> Any:
        from threadpoolctl import threadpool_limits

        self.ran.append(name)
        # two processes with two threads each wait for one another at every small product
        with threadpool_limits(1, "blas"):
            return run()


def _plain(value: Any) -> Any:
    """A value as JSON tells it apart from others."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        f"`arguments` of what is kept must be numbers, texts, truth values or lists of them; "
        f"got {shown(value)}"
    )


def _make_private(folder: Path) -> None:
    """Make the folder, for the user alone; warn where it is another's and cannot be made so."""
    files.writable_folder(folder.parent, "cache")
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=stat.S_IRWXU)
    files.writable_folder(folder, "cache")
    if not _is_private(folder.stat()):
        with contextlib.suppress(OSError):  # another's, or on a disk that knows no permissions
            folder.chmod(stat.S_IRWXU)
    if not _is_private(folder.stat()):
        warnings.warn(
            f"`cache` must be a folder that only you can write to, for experiments to be kept; got "
            f"{folder}: what is in it is not read",
            RuntimeWarning,
            stacklevel=2,
        )


def _is_private(state: os.stat_result) -> bool:
    """Whether a file or folder is the user's, and nobody else may write to it; Windows apart."""
    if sys.platform == "win32":
        return True
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sweep(folder: Path) -> None:
    """Remove locks that nobody took for a day."""
    for path in folder.glob("*.lock"):
        with contextlib.suppress(OSError):  # another process removed it, or holds it
            if path.stat().st_mtime < time.time() - _DAY:
                path.unlink()


def _unpickled(path: Path) -> tuple[Any] | None:
    """What is kept, in a tuple; None where there is nothing, or nothing that may be read."""
    try:
        with path.open("rb") as file:
            if not _is_private(path.parent.stat()) or not _is_private(os.fstat(file.fileno())):
                return None
            found = pickle.load(file)
        os.utime(path)  # used last
    except Exception:  # damaged, or of classes that are no more: it is only a cache
        return None
    return found if isinstance(found, tuple) and len(found) == 1 else None


def identity_of(code: Sequence[reach.Name]) -> str:
    """Which data the code finds on this machine, where that is not always the same; else ""."""
    return digit_experiments.source_identity() if _shows_digits(code) else ""


def _shows_digits(code: Sequence[reach.Name]) -> bool:
    return digit_experiments.LOADING in reach.reached(code)


@once
def versions() -> dict[str, str]:
    """Versions of what an experiment's numbers and a figure's bytes depend on."""
    packages = ("tensorflow", "keras", "numpy", "matplotlib", "scikit-learn", "seaborn")
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), **found}
