"""The page of a network of one's choice: `explore`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import kit
from kit.explorer.assembling import ENGINE, Page, Parts, assemble, check_page_path
from kit.explorer.guesses import (
    GUESS_TABLE,
    GUESSING_ENGINE,
    GUESSING_SCRIPTS,
    GUESSING_STYLES,
)
from kit.explorer.page_data import data_for_pages
from kit.explorer.playing import figure_settings
from kit.explorer.settings import Value, check_settings, settings_as_json

if TYPE_CHECKING:
    import keras
    import numpy.typing as npt

__all__ = ["PLAYGROUND", "explore", "playground"]

PLAYGROUND = Parts(
    body="explorer.html",
    engine=(
        *(*ENGINE, "recipe.js", "glimpses.js", "trainer.js", "thinker.js", "worker.js"),
        *GUESSING_ENGINE,
    ),
    scripts=(
        *("draw.js", "state.js", "words.js", "labour.js", "session.js"),
        *("violin_plot.js", "view_panel.js", "view_profile.js", "view_curves.js"),
        *("view_parts.js", "plane.js", "plane_picture.js", "unit.js", "unit_drawings.js"),
        *("unit_formula.js", "unit_maps.js", "view_plane.js", "view_unit.js"),
        *GUESSING_SCRIPTS,
        *("controls.js", "transport.js", "findings_strip.js", "tabs.js", "help.js", "link.js"),
        "theme.js",
        "app.js",
    ),
    styles=("explorer.css", "views.css", *GUESSING_STYLES),
)
"""Of what the page of a network of one's choice is made."""


def explore(
    model: keras.Model | None = None,
    images: npt.ArrayLike | None = None,
    *,
    labels: npt.ArrayLike | None = None,
    names: Sequence[str] | None = None,
    figure: str | None = None,
    path: str | os.PathLike[str] | None = None,
    **settings: Value,
) -> Page:
    """Make the page in which a class plays with a network: one file, which opens offline.

    Without a model it is the network of one's choice: depth, width, activation, initialization,
    data and training are set on the page, and what happens in each layer is drawn as it happens.
    With a model of one's own, it is that model, layer by layer.

    Parameters
    ----------
    model
        A trained network of images; None makes the page of a network of one's choice.
    images
        For `model`: its inputs, (samples, height, width) or (samples, height, width, channels).
    labels
        For `model`: (samples,) integers, what the images are; None where that is not known.
    names
        For `model`: what its classes are called; None numbers them.
    figure
        Id of a lecture figure whose network the page opens with; ``kit list --play`` has them all.
        Settings beside it change that network.
    path
        Where to write the page; ends in ``.html``. None writes nothing: a notebook shows the page,
        and `Page.save` writes it.
    **settings
        With what the page of a network of one's choice opens, by the names of
        `kit.explorer.PAGE_SETTINGS`: ``activation="tanh", std=0.1, depth=10``. A link to the page
        says the same; see `kit.explorer.fragment`.

    Returns
    -------
    Page

    Raises
    ------
    TypeError, ValueError
        For a setting that is none, or cannot be so; for `images`, `labels` or `names` without a
        model; for a model together with settings or a figure, or without images; for a figure that
        the page cannot show; for a path that cannot be one.

    Examples
    --------
    >>> page = explore(activation="tanh", depth=10, std=0.1)
    >>> page.title, page.size < 1_000_000
    ('Play with a network', True)
    >>> page = explore(figure="init-relu-he-normal", std=0.1)
    """
    if model is not None:
        beside = ", ".join(["figure"] * (figure is not None) + list(settings))
        if beside:
            raise ValueError(f"`settings` must be empty beside a model of one's own; got {beside}")
        if images is None:
            raise ValueError("`images` must come with the model that sees them; got a model alone")
        from kit.explorer.network_pages import explore_network  # which loads Keras

        return explore_network(model, images, labels=labels, names=names, path=path)
    for name, given in (("images", images), ("labels", labels), ("names", names)):
        if given is not None:
            raise ValueError(f"`{name}` must come with the model that sees them; got {name} alone")
    if path is not None:
        check_page_path(path)
    page = playground({**(figure_settings(figure) if figure is not None else {}), **settings})
    if path is not None:
        page.save(path)
    return page


def playground(settings: Mapping[str, Value]) -> Page:
    """The page of a network of one's choice; see `explore`.

    Parameters
    ----------
    settings
        By the names of `kit.explorer.PAGE_SETTINGS`.

    Raises
    ------
    TypeError, ValueError
        For a setting that is none, or cannot be so.

    Examples
    --------
    >>> playground({"activation": "tanh"}).title
    'Play with a network'
    """
    start = check_settings(settings)
    from kit.explorer.rule_texts import rule_texts  # which loads Keras

    data = {
        "settings": settings_as_json(),
        "datasets": data_for_pages(),
        "rules": rule_texts(),
        "guesses": GUESS_TABLE,
        "start": start,
        "version": kit.__version__,
    }
    return assemble(PLAYGROUND, data, title="Play with a network")
