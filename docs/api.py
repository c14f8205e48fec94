"""The API pages: every public name, found through ``__all__``, so that none can be forgotten."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kit

__all__ = ["Page", "Public", "pages", "write"]

FOR_AUTHORS = {
    "kit.catalogue": (
        "kit.catalogue.register",
        "kit.catalogue.block_experiments",
        "kit.catalogue.rendering",
    )
}
"""Modules that are no public names of their room, but what one needs to add a figure."""


@dataclass(frozen=True)
class Public:
    """A public name.

    Attributes
    ----------
    name
        As ``kit.models.pool``.
    kind
        ``"class"``, ``"exception"``, ``"function"`` or ``"data"``.
    documented
        The name under which it is documented: where it came first.
    """

    name: str
    kind: str
    documented: str


@dataclass(frozen=True)
class Page:
    """A page: a room of the kit, with its modules where those are public names too."""

    module: str
    parts: tuple[tuple[str, tuple[Public, ...]], ...]


def pages() -> list[Page]:
    """A page for the kit itself and for each of its rooms, in the order of ``kit.__all__``."""
    first: dict[int, str] = {}
    rooms = [name for name in kit.__all__ if inspect.ismodule(getattr(kit, name))]
    found = []
    for module in ("kit", *(f"kit.{room}" for room in rooms)):
        parts = []
        for name in (module, *_submodules(module)):
            parts.append((name, tuple(_public(name, first))))
        found.append(Page(module, tuple(parts)))
    return found


def _submodules(module: str) -> list[str]:
    if module == "kit":
        return []  # its rooms have pages of their own
    loaded = importlib.import_module(module)
    public = [f"{module}.{n}" for n in loaded.__all__ if inspect.ismodule(getattr(loaded, n))]
    return [*public, *FOR_AUTHORS.get(module, ())]


def _public(module: str, first: dict[int, str]) -> Iterator[Public]:
    loaded = importlib.import_module(module)
    for name in loaded.__all__:
        thing = getattr(loaded, name)
        if inspect.ismodule(thing):
            continue
        full = f"{module}.{name}"
        # small values (a number, a tuple) may be one object under two names
        documented = first.setdefault(id(thing), full) if callable(thing) else full
        yield Public(full, _kind(thing), documented)


def _kind(thing: Any) -> str:
    if inspect.isclass(thing):
        return "exception" if issubclass(thing, BaseException) else "class"
    return "function" if callable(thing) else "data"


def write(source: Path) -> None:
    """Write the pages, as reStructuredText, into ``api/`` of the folder of Sphinx's sources."""
    target = source / "api"
    target.mkdir(parents=True)
    found = pages()
    for page in found:
        (target / f"{page.module}.rst").write_text(_text(page), "utf-8")
    listed = "\n".join(f"   {page.module}" for page in found)
    (target / "index.rst").write_text(
        _title("API", "=")
        + "Every public name, from its docstring. What is in several rooms is documented in the "
        "first.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{listed}\n\n"
        ":ref:`All names, from A to Z <genindex>`.\n",
        "utf-8",
    )


def _text(page: Page) -> str:
    sections = []
    for module, names in page.parts:
        sections.append(_title(module, "=" if module == page.module else "-"))
        sections.append(f".. automodule:: {module}\n\n.. py:currentmodule:: {module}\n")
        sections += [_entry(one) for one in names]
    return "\n".join(sections)


def _title(words: str, line: str) -> str:
    return f"{words}\n{line * len(words)}\n\n"


def _entry(one: Public) -> str:
    if one.documented != one.name:
        return f"``{one.name.rsplit('.', 1)[1]}`` is :py:obj:`{one.documented}`.\n"
    if one.kind == "data":
        words = _words_of_data(*one.name.rsplit(".", 1))
        return f".. py:data:: {one.name.rsplit('.', 1)[1]}\n\n   {words}\n"
    members = "   :members:\n" if one.kind == "class" else ""
    return f".. auto{one.kind}:: {one.name}\n{members}"


def _words_of_data(module: str, name: str) -> str:
    """The string below an assignment, in whichever module of the kit it stands."""
    thing = getattr(importlib.import_module(module), name)
    for other in [one for key, one in sorted(sys.modules.items()) if key.startswith("kit.")]:
        if getattr(other, name, None) is not thing:
            continue
        body = ast.parse(inspect.getsource(other)).body
        for statement, below in itertools.pairwise(body):
            targets = getattr(statement, "targets", [getattr(statement, "target", None)])
            named = any(isinstance(one, ast.Name) and one.id == name for one in targets)
            words = below.value if named and isinstance(below, ast.Expr) else None
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                return " ".join(words.value.split())
    return f"``{thing!r}``"
