"""The code of one figure, cut out of its module: its entry and all that it reaches there."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import kit.figures
from kit.figures import LectureFigure

__all__ = ["code_of", "module_of"]

_KIT = Path(kit.figures.__file__).resolve().parent.parent


def module_of(figure: LectureFigure) -> ModuleType:
    """The module whose FIGURES have this figure.

    Raises
    ------
    ValueError
        If none has.
    """
    for found in pkgutil.iter_modules(kit.figures.__path__, "kit.figures."):
        module = importlib.import_module(found.name)
        if any(one is figure for one in getattr(module, "FIGURES", ())):
            return module
    raise ValueError(f"`figure` must be in the FIGURES of a module of kit.figures; got {figure.id}")


def code_of(figure: LectureFigure) -> tuple[str, str]:
    """Where a figure's code stands, and the code.

    Everything at the top level of the module that the figure's entry, its experiment and its
    drawing use, in the order of the module; other figures' entries are left out.

    Returns
    -------
    path, code
        As ``kit/figures/panels.py``, and Python source.
    """
    module = module_of(figure)
    file = Path(inspect.getfile(module))
    lines, named, entries = _parsed(file)
    entry = _entry(figure, module, entries)
    reached: dict[int, ast.stmt] = {}
    todo: list[ast.AST] = [entry]
    while todo:
        for node in ast.walk(todo.pop()):
            statement = named.get(node.id) if isinstance(node, ast.Name) else None
            if statement is not None and statement.lineno not in reached:
                reached[statement.lineno] = statement
                todo.append(statement)
    code = _joined(lines, [reached[line] for line in sorted(reached)])
    if not isinstance(entry, ast.Name):  # a call that stands within FIGURES, or all of FIGURES
        code += "\n\n\n" + inspect.cleandoc(" " * entry.col_offset + _exactly(lines, entry))
    return file.resolve().relative_to(_KIT.parent).as_posix(), code + "\n"


@lru_cache
def _parsed(file: Path) -> tuple[list[str], dict[str, ast.stmt], ast.expr]:
    """Lines, statements by the names they bind, and the value of FIGURES."""
    text = file.read_text("utf-8")
    named: dict[str, ast.stmt] = {}
    figures: ast.expr | None = None
    for statement in ast.parse(text).body:
        for name in _bound(statement):
            named[name] = statement
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and "FIGURES" in _bound(statement):
            figures = statement.value
    assert figures is not None  # module_of has seen it
    named.pop("FIGURES")
    return text.splitlines(), named, figures


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [node.id for one in targets for node in ast.walk(one) if isinstance(node, ast.Name)]


def _entry(figure: LectureFigure, module: ModuleType, figures: ast.expr) -> ast.expr:
    """What stands in FIGURES for the figure; all of it where that is no plain tuple."""
    written = figures.elts if isinstance(figures, ast.Tuple) else []
    plain = not any(isinstance(one, ast.Starred) for one in written)
    if plain and len(written) == len(module.FIGURES):
        return next(
            node for node, one in zip(written, module.FIGURES, strict=True) if one is figure
        )
    return figures


def _joined(lines: list[str], statements: list[ast.stmt]) -> str:
    """Statements one below the other, as far apart as they are written in a module."""
    code = ""
    for before, statement in zip([None, *statements], statements, strict=False):
        text = _text(lines, statement)
        if before is not None:
            simple = not any(
                isinstance(s, (ast.FunctionDef, ast.ClassDef)) for s in (before, statement)
            )
            imports = all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in (before, statement))
            touching = before.end_lineno == statement.lineno - 1
            code += "\n" if touching or imports else "\n\n" if simple else "\n\n\n"
        code += text
    return code


def _text(lines: list[str], statement: ast.stmt) -> str:
    """The lines of a statement, with the comment above it."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    last = statement.end_lineno
    return "\n".join(lines[first:last])


def _exactly(lines: list[str], node: ast.expr) -> str:
    last = node.end_lineno or node.lineno
    cut = [*lines[node.lineno - 1 : last - 1], lines[last - 1][: node.end_col_offset]]
    if node.lineno == last:
        return cut[-1][node.col_offset :]
    return "\n".join([cut[0][node.col_offset :], *cut[1:]])
