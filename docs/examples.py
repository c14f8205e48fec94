"""Run the Python of a page from top to bottom, and keep what it prints and draws."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import kit
from kit.catalogue.lab import versions

__all__ = ["Ran", "blocks_of", "run", "with_outputs"]

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\(examples/([\w.-]+\.(?:png|gif))\)", re.DOTALL)
DPI = 120


@dataclass
class Ran:
    """What the blocks of a page printed, one text each, and the pictures that it shows."""

    outputs: list[str]
    pictures: list[str]


def blocks_of(text: str) -> list[tuple[str, list[str]]]:
    """The Python blocks of a page, each with the pictures that the page shows below it."""
    found = list(BLOCK.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    return [
        (match.group(1), PICTURE.findall(text, match.end(), end))
        for match, end in zip(found, ends, strict=True)
    ]


def run(page: Path, folder: Path) -> Ran:
    """Run a page, unless the same page ran here with the same kit before.

    Parameters
    ----------
    page
        Markdown. A picture ``examples/NAME`` is the file of that name that the block above it
        wrote, else one of the figures that it made, in their order.
    folder
        Where pictures are written, and what was printed, as ``PAGE.json``.

    Raises
    ------
    ValueError
        For a block that makes fewer figures than the page shows.
    RuntimeError
        For a block that raises; with its number.
    """
    folder = folder.resolve()
    text = page.read_text("utf-8")
    key = hashlib.sha256(f"{_code_hash()}{text}".encode()).hexdigest()
    kept = folder / f"{page.stem}.json"
    if kept.is_file():
        old = json.loads(kept.read_text("utf-8"))
        if old["key"] == key and all((folder / name).is_file() for name in old["pictures"]):
            return Ran(old["outputs"], old["pictures"])
    blocks = blocks_of(text)
    folder.mkdir(parents=True, exist_ok=True)
    ran = Ran([], [name for _, pictures in blocks for name in pictures])
    if blocks:
        with _workplace():
            names: dict[str, Any] = {"__name__": "__main__"}
            for number, (code, pictures) in enumerate(blocks, 1):
                where = f"{page.name}, block {number}"
                ran.outputs.append(_printed(code, names, where))
                _save(pictures, folder, where)
    kept.write_text(json.dumps({"key": key, **vars(ran)}), "utf-8")
    return ran


@contextlib.contextmanager
def _workplace() -> Iterator[None]:
    """An empty folder, seeds, and no figure left over from before."""
    from kit.catalogue.rendering import quiet_start

    with quiet_start():
        import keras
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            plt.close("all")
            keras.utils.set_random_seed(1)
            yield
        finally:
            os.chdir(before)
            plt.close("all")


def _printed(code: str, names: dict[str, Any], where: str) -> str:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, where, "exec"), names)
    except Exception as error:
        raise RuntimeError(f"{where}: {type(error).__name__}: {error}") from error
    return printed.getvalue()


def _save(pictures: list[str], folder: Path, where: str) -> None:
    import matplotlib.pyplot as plt

    written = [name for name in pictures if Path(name).is_file()]
    for name in written:
        shutil.copyfile(name, folder / name)
    figures = [plt.figure(number) for number in plt.get_fignums()]
    drawn = [name for name in pictures if name not in written]
    if len(drawn) > len(figures):
        raise ValueError(
            f"{where} must make a figure for each picture below it; got {len(figures)} for "
            f"{', '.join(drawn)}"
        )
    for name, figure in zip(drawn, figures, strict=False):
        figure.savefig(folder / name, dpi=DPI, metadata={"Software": None})
    plt.close("all")


def with_outputs(text: str, outputs: list[str]) -> str:
    """The page, with what each block printed below it."""
    printed = iter(outputs)

    def followed(match: re.Match[str]) -> str:
        output = next(printed).rstrip()
        below = f"\n\n```{{code-block}} text\n:class: printed\n\n{output}\n```" if output else ""
        return match.group(0) + below

    return BLOCK.sub(followed, text)


@cache
def _code_hash() -> str:
    """A hash of all of the kit and of the versions: any of it may change what is printed."""
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    folder = Path(kit.__file__).resolve().parent
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()
