"""What a function reaches inside the kit, read from the source: so that keys follow functions.

A result depends on the functions, classes and constants that compute it, wherever they stand, and
not on their neighbours in a file. From a function on, every name that it uses is followed: within
its module, through imports at the top and inside of functions, through attributes of modules, and
through modules that are named in a string, as late imports do. Comments, docstrings, annotations,
what only shows an object (``__repr__``, ``_repr_html_``, ``explore``), what only tells of a
training (``_tell_findings``), what is kept beside it (`network_facts`) and old names
(``kit.moved``) are left out; and the hash of the same code is the same for every Python, since it
is kept with what was measured. A module that is compiled from C is its source as a whole; whether
it was compiled changes no key, as it changes no result but by rounding.

Not seen: what is called through an object whose class no reached function names, and names that
are computed. By agreement an argument called ``lab`` is a `kit.catalogue.lab.Lab`.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from kit.checks import shown

__all__ = ["Name", "digest", "forget", "reached", "those_of", "where"]

_Holder = TypeVar("_Holder", ast.FunctionDef, ast.ClassDef, ast.Module)
Name = tuple[str, str]
"""A module and a name at its top level, or ``Class.method`` of the lab."""

_ROOT = Path(__file__).resolve().parent.parent.parent
_LAB = "kit.catalogue.lab"
_MACHINERY = {"run", "measured", "forget", "cache"}  # of the lab: they keep, they compute nothing
_SHOWS = {"__repr__", "__str__", "_repr_html_", "_tell_findings", "explore"}
_BESIDE = {("kit.callbacks.network_facts", "network_facts"), ("kit.moved", "NAMES")}
_WHOLE = "*"
_SOURCE = "source"  # what a module that is compiled from C has for a name


@dataclass
class _Module:
    """A module's source: what stands under which name, and what stands under none."""

    named: dict[str, list[ast.stmt]] = field(default_factory=dict)
    loose: list[ast.stmt] = field(default_factory=list)


def where(function: Callable[..., Any]) -> Name:
    """The module and name of a function or class.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it does not stand at the top level of a module.
    """
    if not callable(function):
        raise TypeError(f"`experiment` must be a function; got {shown(function)}")
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "?")
    if not module or "." in name or "<" in name or not _path(module):
        raise ValueError(
            f"`experiment` must be a function at the top level of a module; got {function!r}"
        )
    return module, name


def reached(names: Iterable[Name]) -> frozenset[Name]:
    """All that names reach, themselves included."""
    seen: set[Name] = set()
    todo = list(names)
    while todo:
        one = todo.pop()
        if one not in seen and one not in _BESIDE:
            seen.add(one)
            todo += _uses(one)[1]
    return frozenset(seen)


def digest(names: Iterable[Name]) -> str:
    """A hash of the code of all that names reach."""
    found = hashlib.sha256()
    for module, name in sorted(reached(names)):
        found.update(f"{module}\n{name}\n{_uses((module, name))[0]}\n".encode())
    return found.hexdigest()


def those_of(module: str, names: Iterable[str]) -> list[Name]:
    """Of some names, those that stand in a module."""
    there = _read(module).named if _path(module) is not None else {}
    return [(module, name) for name in names if name in there]


@cache
def _path(module: str) -> Path | None:
    """The file of a module of the kit, or of one that is loaded from elsewhere; else None."""
    first, *rest = module.split(".")
    if first != "kit":
        file = getattr(sys.modules.get(module), "__file__", None)
        return Path(file) if file else None
    paths = [_ROOT.joinpath(first, *rest)]
    if rest[:1] == ["figures"]:  # figures may stand in other folders too
        folders = getattr(sys.modules.get("kit.figures"), "__path__", ())
        paths += [Path(folder, *rest[1:]) for folder in folders]
    for path in paths:
        for one in (path.parent / f"{path.name}.py", path / "__init__.py", path.with_suffix(".c")):
            if one.is_file():
                return one
    return None


def _is_compiled(module: str) -> bool:
    path = _path(module)
    return path is not None and path.suffix == ".c"


def _c_code(module: str) -> str:
    """A C source and the files beside it that it includes, without comments and spacing."""
    path = _path(module)
    assert path is not None
    text = path.read_text("utf-8")
    for name in sorted(set(re.findall(r'^#include "(\w+\.h)"', text, re.M))):
        text += path.with_name(name).read_text("utf-8")
    return " ".join(re.sub(r"/\*.*?\*/", " ", text, flags=re.S).split())


def _is_inside(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == "kit" and _path(module) is not None


@cache
def _read(module: str) -> _Module:
    path = _path(module)
    assert path is not None
    found = _Module()
    for statement in _Bare().visit(ast.parse(path.read_text("utf-8"))).body:
        names = list(_bound(statement))
        for name in names:
            found.named.setdefault(name, []).append(statement)
        if not names and not _is_for_types(statement):
            found.loose.append(statement)
    return found


class _Bare(ast.NodeTransformer):
    """Takes docstrings, annotations of functions, and what only shows an object, out of a tree."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for one in ast.walk(node.args):
            if isinstance(one, ast.arg):
                one.annotation = None
        return self._without_doc(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [one for one in node.body if getattr(one, "name", "") not in _SHOWS]
        return self._without_doc(node)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        return self._without_doc(node)

    def _without_doc(self, node: _Holder) -> ast.AST:
        # docstrings of attributes too: a text that stands alone does nothing
        node.body = [
            one
            for one in node.body
            if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        ]
        return self.generic_visit(node)


def _text_of(node: Any) -> str:
    """A tree as text; without fields that are empty, of which newer Pythons have more."""
    if isinstance(node, list):
        return f"[{','.join(map(_text_of, node))}]"
    if not isinstance(node, ast.AST):
        return ascii(node)
    fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
    held = ",".join(f"{name}={_text_of(value)}" for name, value in fields)
    return f"{type(node).__name__}({held})"


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield (alias.asname or alias.name).split(".")[0]
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _is_for_types(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test)


@cache
def _uses(one: Name) -> tuple[str, tuple[Name, ...]]:
    """The code of a name, as text, and the names that it uses."""
    module, name = one
    if not _is_inside(module) and _path(module) is None:
        return "", ()
    if _is_compiled(module):
        return _c_code(module), ()
    source = _read(module)
    if name == _WHOLE:
        return "", tuple((module, other) for other in source.named)
    if "." in name:
        return _method(module, *name.split(".", 1))
    statements = source.named.get(name)
    if statements is None:
        if _path(f"{module}.{name}") is not None:
            return "", ((f"{module}.{name}", _WHOLE),)
        # made when it is asked for: whatever the module does could be part of it
        return "", ((module, _WHOLE),) if source.named else ()
    uses: list[Name] = []
    text = ""
    for statement in (*statements, *source.loose):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            uses += [target for alias, target in _imports(statement) if alias == name]
        else:
            text += _text_of(statement)
            uses += _names_in(statement, module, source)
    return text, tuple(dict.fromkeys(uses))


def _method(module: str, owner: str, name: str) -> tuple[str, tuple[Name, ...]]:
    source = _read(module)
    for statement in source.named.get(owner, ()):
        for node in getattr(statement, "body", ()):
            if getattr(node, "name", None) == name:
                uses = _names_in(node, module, source)
                mine = [
                    (module, f"{owner}.{one.attr}")
                    for one in ast.walk(node)
                    if isinstance(one, ast.Attribute)
                    and isinstance(one.value, ast.Name)
                    and one.value.id == "self"
                    and one.attr not in _MACHINERY
                ]
                return _text_of(node), (*uses, *mine)
    return "", ()


def _imports(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Name]]:
    """The names that an import binds, and what they stand for; `kit` only."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if _is_inside(alias.name):
                full = alias.name if alias.asname else alias.name.split(".")[0]
                yield (alias.asname or full), (full, "")
                if full != alias.name:
                    yield full, (alias.name, _WHOLE)
    elif statement.module and statement.level == 0 and _is_inside(statement.module):
        for alias in statement.names:
            full = f"{statement.module}.{alias.name}"
            if _path(full) is not None:  # no function hides a module in this house
                yield alias.asname or alias.name, (full, "")
            else:
                yield alias.asname or alias.name, (statement.module, alias.name)


def _names_in(statement: ast.stmt, module: str, source: _Module) -> list[Name]:
    """What a statement uses: names of its module, imported ones, attributes of modules."""
    imports = [
        node
        for top in source.named.values()
        for node in top
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    imports += [n for n in ast.walk(statement) if isinstance(n, (ast.Import, ast.ImportFrom))]
    bound: dict[str, set[Name]] = {}
    for node in imports:
        for alias, target in _imports(node):
            bound.setdefault(alias, set()).add(target)
    users = _Users(module, source, bound)
    users.visit(statement)
    return users.uses


class _Users(ast.NodeVisitor):
    """Collects what names, attributes and texts of a tree stand for."""

    def __init__(self, module: str, source: _Module, bound: dict[str, set[Name]]) -> None:
        self.module, self.source, self.bound = module, source, bound
        self.uses: list[Name] = []

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.value, ast.Name):
            self.generic_visit(node)
            return
        owner = node.value.id
        if owner == "lab" and node.attr not in _MACHINERY:
            self.uses.append((_LAB, f"Lab.{node.attr}"))
        found = self.bound.get(owner, ())
        self.uses += [(target, what or node.attr) for target, what in found]
        if not found:
            self.visit_Name(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        found = self.bound.get(node.id, ())
        # a module that does not stand before a dot may be used in any way
        self.uses += [(target, what or _WHOLE) for target, what in found]
        if not found and node.id in self.source.named:
            self.uses.append((self.module, node.id))

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, str) and value.startswith("kit.") and _path(value) is not None:
            self.uses.append((value, _SOURCE if _is_compiled(value) else _WHOLE))


def forget() -> None:
    """Read the sources anew, as after an edit in a running process."""
    for one in (_path, _read, _uses):
        one.cache_clear()
