"""Which spreadsheets there are, and writing one of them where a path says."""

from __future__ import annotations

import importlib
from pathlib import Path

from kit.catalogue.lab import Lab
from kit.checks import check_flag, check_name
from kit.files import cache_folder, written_whole

__all__ = ["SPREADSHEETS", "check_spreadsheet", "write_spreadsheet"]

SPREADSHEETS = {
    "toy-convnet.xlsx": "a toy convnet that reads a digit, every number a formula; change a pixel",
}
"""What each is, by the name of its file."""


def write_spreadsheet(
    path: str | Path, *, force: bool = False, cache: str | Path | None = None
) -> int:
    """Write one of the `SPREADSHEETS`; the name of the file says which.

    Parameters
    ----------
    path
        Where it goes, in whichever folder, as ``"mine/toy-convnet.xlsx"``.
    force
        Whether to write over a file that is there.
    cache
        Folder in which the training is kept; None takes ``KIT_CACHE``, else the user's own.

    Returns
    -------
    int
        Formulas that are in it.

    Raises
    ------
    UnknownNameError
        For a name that is none of them.
    ValueError
        For a path where no file can be, or where one is already.
    ImportError
        Without XlsxWriter.

    Examples
    --------
    >>> write_spreadsheet("toy-konvnet.xlsx")
    Traceback (most recent call last):
    kit.checks.UnknownNameError: `path` must be one of toy-convnet.xlsx; got 'toy-konvnet.xlsx'
    """
    path = check_spreadsheet(path, force=force)
    from kit.sheets import toy_convnet
    from kit.sheets.workbook import Book

    lab = Lab(cache_folder() if cache is None else cache)
    with written_whole(path) as part, Book(part) as book:
        toy_convnet.fill(book, toy_convnet.trained_toy(lab))
    return book.formulas


def check_spreadsheet(path: str | Path, *, force: bool = False, name: str = "path") -> Path:
    """Refuse what cannot be written, before anything is trained for it.

    Parameters
    ----------
    path, force
        As for `write_spreadsheet`.
    name
        What a message calls the path.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    UnknownNameError, ValueError, ImportError
        As `write_spreadsheet`.
    """
    path = Path(path)
    check_name(name, path.name, list(SPREADSHEETS))
    check_flag("force", force)
    if path.is_dir():
        raise ValueError(f"`{name}` must be a file that can be written; got the folder {path}")
    above = next(one for one in path.absolute().parents if one.exists())
    if not above.is_dir():
        raise ValueError(f"`{name}` must be in a folder; got {path}, and {above} is a file")
    if path.exists() and not force:
        raise ValueError(
            f"`{name}` must be free, unless forced; there is a {path} already, perhaps with "
            "changes of your own: name another folder, or write over it with --force (force=True)"
        )
    try:
        importlib.import_module("xlsxwriter")
    except ImportError as error:
        raise ImportError(
            "a spreadsheet needs XlsxWriter, which is not there: pip install XlsxWriter"
        ) from error
    return path
