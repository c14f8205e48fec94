"""Which page of the explorer shows the network of a lecture figure, or one as near as it has.

A figure's file says it, as ``PLAY``: settings of the page with a network of one's choice, or
``{"page": "cnn"}`` for a page with a trained convolutional network.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from kit.catalogue.register import FigureFile, figure_of, files
from kit.checks import UnknownNameError, near_names
from kit.explorer.settings import Value, check_settings, fragment

__all__ = ["PLAY_PAGES", "figure_settings", "pages_at_hand", "play_link", "write_play_pages"]

PLAY_PAGES = {
    "network": "explorer.html",
    "cnn": "explorer-cnn.html",
    "lenet": "explorer-lenet.html",
}
"""The files of the pages, where several stand beside a deck or in a site."""


def figure_settings(name: str) -> dict[str, Value]:
    """The settings with which the page shows a figure's network.

    Parameters
    ----------
    name
        The figure's id.

    Raises
    ------
    UnknownNameError
        For an id that is none.
    ValueError
        For a figure that this page cannot show.

    Examples
    --------
    >>> figure_settings("init-tanh-normal-0.1")
    {'activation': 'tanh', 'std': 0.1}
    """
    found = files().get(name)
    if found is None:
        near = near_names(name, [one.id for one in files().values() if one.play is not None])
        hint = f"; near: {', '.join(near)}" if near else ""
        raise UnknownNameError(f"`figure` must be the id of a figure; got {name!r}{hint}")
    play = found.play
    if play is None or "page" in play:
        instead = (
            "`kit list --play` has them all"
            if play is None
            else f"`kit explore --example {play['page']}` shows its network"
        )
        raise ValueError(
            f"`figure` must be one whose network the page can show; got {name}; {instead}"
        )
    return check_settings(play)


def play_link(file: FigureFile, pages: Iterable[str] = ("network",)) -> str | None:
    """The link from a figure to the page that shows its network; None where there is none.

    Parameters
    ----------
    file
        Of the figure.
    pages
        Those of `PLAY_PAGES` that are there.

    Examples
    --------
    >>> from kit.catalogue.register import files
    >>> play_link(files()["init-tanh-normal-0.1"])
    'explorer.html#activation=tanh&std=0.1'
    """
    if file.play is None:
        return None
    page = str(file.play.get("page", "network"))
    if page not in pages:
        return None
    settings = {} if "page" in file.play else dict(file.play)
    inside = fragment(**settings)
    return f"{PLAY_PAGES[page]}#{inside}" if inside else PLAY_PAGES[page]


def pages_at_hand(files: Iterable[FigureFile]) -> list[str]:
    """Of `PLAY_PAGES` those that are there for figures, in order.

    A page with a trained network is there where one of the figures trains that network anyway.

    Examples
    --------
    >>> from kit.catalogue.register import find_files
    >>> pages_at_hand(find_files("convolution"))
    ['network']
    """
    trained = {
        str(one.play["page"])
        for one in files
        if one.play is not None and "page" in one.play and figure_of(one).digits
    }
    return [name for name in PLAY_PAGES if name == "network" or name in trained]


def write_play_pages(
    folder: str | os.PathLike[str], names: Collection[str], cache: str | os.PathLike[str] | None
) -> list[str]:
    """Write pages to play with into a folder.

    Parameters
    ----------
    folder
        Is there.
    names
        Of files, of those in `PLAY_PAGES`.
    cache
        Where trained networks are kept; None takes the user's own folder.

    Returns
    -------
    list of str
        Their names, in order.
    """
    from kit.explorer.exploring import explore
    from kit.explorer.network_pages import example_page

    written = []
    for page, file in PLAY_PAGES.items():
        if file in names:
            made = explore() if page == "network" else example_page(page, cache=cache)
            made.save(Path(folder) / file)
            written.append(file)
    return written
