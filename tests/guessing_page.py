"""A page with nothing but tasks, and what its scripts need, for tests."""

from functools import cache

from kit.explorer.assembling import Parts, assemble
from kit.explorer.guesses import (
    GUESS_TABLE,
    GUESSING_ENGINE,
    GUESSING_SCRIPTS,
    GUESSING_STYLES,
)
from kit.explorer.page_data import data_for_pages
from kit.explorer.settings import settings_as_json

NEEDED = (
    *("kit.js", "numbers.js", "random.js", "activations.js", "initializers.js", "datasets.js"),
    *("products.js", "losses.js", "engine.js", "optimizers.js", "training.js", "tallies.js"),
    *("spreads.js", "violins.js", *GUESSING_ENGINE),
)
"""The engine's scripts that tasks need, and their own."""


@cache
def given():
    """What the page's scripts read."""
    return {
        "settings": settings_as_json(),
        "datasets": {"ball": data_for_pages()["ball"]},
        "guesses": GUESS_TABLE,
        "version": "0.2.0",
    }


def guessing_page():
    """The page, without what begins."""
    parts = Parts("frame.html", NEEDED, ("draw.js", "state.js", *GUESSING_SCRIPTS), GUESSING_STYLES)
    return assemble(parts, given(), title="Guess first")
