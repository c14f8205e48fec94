"""Gather the sources of the site in one folder, and let Sphinx make pages of them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import kit
from docs import films, finished, gallery
from kit.catalogue.lab import Lab, versions
from kit.catalogue.processes import default_jobs
from kit.catalogue.register import CATALOGUE, files
from kit.explorer.playing import PLAY_PAGES, pages_at_hand, write_play_pages
from kit.files import cache_folder, quiet_start

__all__ = ["DOCS", "build", "code_hash", "gather", "make_pages", "schema"]

DOCS = Path(__file__).resolve().parent
RUNS = ("diagrams.py", "forking.py", "preloaded.py", "kernel.json")
"""Beside the kit, what the examples of pages run in or take something from."""


def build(figures: Path, out: Path, ids: Sequence[str]) -> Path:
    """Make the site.

    Parameters
    ----------
    figures
        Folder that ``kit figures`` wrote.
    out
        Folder for ``source``, ``html`` and what is kept between two runs: examples, films.
    ids
        The figures to show.

    Returns
    -------
    Path
        The folder with the site; its first page is ``index.html``.

    Raises
    ------
    ValueError
        For figures that are not drawn, or a folder with something else in it.
    RuntimeError
        Where an example of a page fails, or Sphinx has something to warn of.
    """
    figures, out = figures.resolve(), out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "examples").is_dir():
        raise ValueError(f"`--out` must be new, empty or the folder of an earlier site; got {out}")
    gallery.read_entries(figures, ids)  # refused before a film is made
    with quiet_start():
        import tensorflow  # noqa: F401
    lab, kept = Lab(cache_folder()), out / "films"
    made = films.make(ids, kept, jobs=default_jobs())

    def data_of(name: str) -> Any:
        figure = CATALOGUE[name]
        return lab.measured(figure, figure.seed)[0]

    gather(figures, out / "source", ids, gallery.Extras(made, kept, data_of))
    html = make_pages(out / "source", out)
    pages = pages_at_hand([files()[name] for name in ids])
    (html / "play").mkdir()
    write_play_pages(html / "play", [PLAY_PAGES[name] for name in pages], cache_folder())
    return html


def gather(
    figures: Path, source: Path, ids: Sequence[str], extras: gallery.Extras | None = None
) -> None:
    """Write everything that Sphinx reads into a new folder `source`."""
    entries = gallery.read_entries(figures, ids)
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for file in [*DOCS.glob("*.md"), *DOCS.glob("*.png")]:
        shutil.copyfile(file, source / file.name)
    shutil.copytree(DOCS / "api", source / "api")
    shutil.copytree(DOCS.parent / "notebooks", source / "notebooks")
    gallery.write(source, figures, entries, extras)
    (source / "schema.sql").write_text(schema(), "utf-8")


def make_pages(source: Path, out: Path) -> Path:
    """Let Sphinx make pages in ``html`` of `out`; an example that ran before does not run again.

    jupyter-cache knows an example by its code alone. So its folder has a name of its own for each
    state of the kit's code and versions, and those of other states go.
    """
    html, examples = out / "html", out / "examples" / code_hash()
    shutil.rmtree(html, ignore_errors=True)  # no page of a figure that is gone
    examples.mkdir(parents=True, exist_ok=True)
    for other in examples.parent.iterdir():
        if other != examples:
            shutil.rmtree(other)
    # quiet, warnings are errors, told all together; nothing from the last time
    options = ["-q", "-W", "--keep-going", "-E", "-b", "html", "-c", DOCS, "-d", out / "doctrees"]
    options += ["-D", f"nb_execution_cache_path={examples}"]
    paths = [str(DOCS.parent), os.environ.get("PYTHONPATH")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_PATH": str(DOCS / "_jupyter"),  # the kernel of the examples
    }
    command = [sys.executable, "-m", "sphinx", *options, source, html]
    if subprocess.run(command, env=environment, check=False).returncode:
        raise RuntimeError("Sphinx must have nothing to warn of; what it says stands above")
    moving = [*source.glob("gallery/files/*.mp4")]  # Sphinx copies no video
    for film in moving:
        target = html / "gallery" / "films"
        target.mkdir(exist_ok=True)
        shutil.copyfile(film, target / film.name)
    finished.amend(html)
    return html


def code_hash(package: Path = Path(kit.__file__).parent) -> str:
    """A hash of all that may change what an example prints or draws, but the example itself."""
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for folder, pattern in ((package, "*.py"), *((DOCS, name) for name in RUNS)):
        for file in sorted(folder.rglob(pattern)):
            digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def schema() -> str:
    """The schema of a recording file, as SQLite tells it."""
    from kit.recordings import Recording

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.db"
        Recording.create(path).close()
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                " ORDER BY rowid"
            ).fetchall()
    return ";\n\n".join(sql for (sql,) in rows) + ";\n"
