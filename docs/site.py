"""Gather the sources of the site in one folder, and let Sphinx make pages of them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from docs import api, examples, gallery, pictures

__all__ = ["DOCS", "build", "gather"]

DOCS = Path(__file__).resolve().parent


def build(figures: Path, out: Path, ids: Sequence[str]) -> Path:
    """Make the site.

    Parameters
    ----------
    figures
        Folder that ``kit figures`` wrote.
    out
        Folder for ``source``, ``html`` and what is kept between two runs.
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
    from kit.files import quiet_start

    with quiet_start():
        import tensorflow  # noqa: F401
    from sphinx.cmd.build import build_main

    figures, out = figures.resolve(), out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "examples").is_dir():
        raise ValueError(f"`--out` must be new, empty or the folder of an earlier site; got {out}")
    gather(figures, out / "source", ids, out / "examples")
    html = out / "html"
    shutil.rmtree(html, ignore_errors=True)  # no page of a figure that is gone
    places = [str(out / "source"), str(html)]
    # quiet, warnings are errors, nothing from the last time
    options = ["-q", "-W", "-E", "-b", "html", "-d", str(out / "doctrees")]
    if build_main([*options, *places]):
        raise RuntimeError("Sphinx must have nothing to warn of; what it says stands above")
    return html


def gather(figures: Path, source: Path, ids: Sequence[str], kept: Path) -> None:
    """Write everything that Sphinx reads into a new folder `source`."""
    entries = gallery.read_entries(figures, ids)
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    shutil.copyfile(DOCS / "conf.py", source / "conf.py")
    shutil.copytree(DOCS / "_static", source / "_static")
    for picture in DOCS.glob("*.png"):
        shutil.copyfile(picture, source / picture.name)
    shutil.copytree(DOCS.parent / "notebooks", source / "notebooks")
    (source / "examples").mkdir()
    for page in sorted(DOCS.glob("*.md")):
        ran = examples.run(page, kept)
        text = examples.with_outputs(page.read_text("utf-8"), ran.outputs)
        (source / page.name).write_text(text, "utf-8")
        for name in ran.pictures:
            shutil.copyfile(kept / name, source / "examples" / name)
    gallery.write(source, figures, entries)
    api.write(source)
    pictures.draw(source / "pictures")
    (source / "schema.sql").write_text(schema(), "utf-8")


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
