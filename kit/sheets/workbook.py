"""Numbers and formulas in the cells of a workbook, with looks and names: Excel's format.

Rows and columns count from 0. A formula is written with the number that it has, so that a program
which computes nothing shows it too; Excel and LibreOffice compute it again when a cell is changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

__all__ = ["Book", "Sheet", "area", "cell"]

INK, PAPER, BLUE, ORANGE, PURPLE = "#1b1b1b", "#ffffff", "#2171b5", "#f1a340", "#998ec3"
LIGHT_BLUE = "#9ecae1"
CELL_LOOKS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 20},
    "heading": {"bold": True, "font_size": 14},
    "label": {"bold": True, "font_size": 10},
    "text": {"font_size": 11, "text_wrap": True, "valign": "top"},
    "left": {"font_size": 11},
    "note": {"font_size": 10, "font_color": "#555555"},
    "answer": {"bold": True, "font_size": 48, "align": "center", "valign": "vcenter"},
    "share": {"bold": True, "font_size": 20, "num_format": "0.0%", "align": "left"},
    "pixel": {"num_format": "0.0;-0.0;;", "border": 1, "border_color": "#d9d9d9"},
    "edited": {"num_format": "0.00", "border": 1, "border_color": "#999999"},
    "map": {"num_format": "0.0;-0.0;;"},
    "sum": {"num_format": "0.000"},
    "percent": {"num_format": "0.00%"},
    "head": {"bold": True, "bottom": 1},
    "column": {"bold": True, "bottom": 1, "font_size": 9},
}
"""How a cell looks; what `Book` is asked for."""
BASE = {"font_name": "Arial", "font_size": 8, "align": "center", "valign": "vcenter"}
LEFT = ("title", "heading", "label", "text", "left", "note", "share", "head")


def cell(row: int, column: int) -> str:
    """The name of a cell.

    Examples
    --------
    >>> cell(0, 0), cell(4, 27)
    ('A1', 'AB5')
    """
    return str(xl_rowcol_to_cell(row, column))


def area(row: int, column: int, height: int, width: int) -> str:
    """The name of a rectangle of cells.

    Examples
    --------
    >>> area(0, 0, 3, 3)
    'A1:C3'
    """
    return str(xl_range(row, column, row + height - 1, column + width - 1))


class Book:
    """A workbook that is written when its ``with`` ends.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    formulas
        How many have been written.
    """

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(str(path))
        # the same content makes the same file
        self._book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        self._formats = {
            name: self._book.add_format(
                {**BASE, **({"align": "left"} if name in LEFT else {}), **how}
            )
            for name, how in CELL_LOOKS.items()
        }
        self._on_dark = self._book.add_format({"font_color": PAPER})
        self.formulas = 0

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._book.close()

    def sheet(self, name: str, *, width: float = 3.4, height: float = 21, zoom: int = 100) -> Sheet:
        """A new sheet at the end, with columns (in letters) and rows (in points) of one size."""
        made = self._book.add_worksheet(name)
        made.hide_gridlines(2)
        made.set_zoom(zoom)
        made.set_column(0, 200, width)
        made.set_default_row(height)
        return Sheet(self, made, name)

    def tell(self, title: str, comments: str) -> None:
        """What a program shows as the file's properties."""
        created = datetime.datetime(2000, 1, 1)
        self._book.set_properties({"title": title, "comments": comments, "created": created})


class Sheet:
    """A sheet of a `Book`; made by `Book.sheet`."""

    def __init__(self, book: Book, made: xlsxwriter.worksheet.Worksheet, name: str) -> None:
        self._book, self._made, self.name = book, made, name

    def say(self, row: int, column: int, words: str, look: str = "text") -> None:
        """Write a text."""
        self._made.write_string(row, column, words, self._book._formats[look])

    def numbers(self, row: int, column: int, values: np.ndarray, look: str) -> None:
        """Write an array (height, width) as numbers."""
        for i, j in np.ndindex(*values.shape):
            self._made.write_number(
                row + i, column + j, float(values[i, j]), self._book._formats[look]
            )

    def formulas(
        self,
        row: int,
        column: int,
        formulas: Sequence[Sequence[str]],
        values: np.ndarray,
        look: str,
    ) -> None:
        """Write formulas, rows of them, with the numbers (height, width) that they have."""
        for i, line in enumerate(formulas):
            for j, formula in enumerate(line):
                self._made.write_formula(
                    row + i, column + j, f"={formula}", self._book._formats[look], values[i, j]
                )
                self._book.formulas += 1

    def name_cells(self, name: str, row: int, column: int, height: int = 1, width: int = 1) -> None:
        """Give cells a name, by which formulas and the reader call them."""
        last = row + height - 1, column + width - 1
        where = xl_range_abs(row, column, *last)
        self._book._book.define_name(name, f"='{self.name}'!{where}")

    def colour(self, where: str, low: float, high: float, colours: Sequence[str]) -> None:
        """A scale of two or three colours, from `low` to `high`."""
        scale: dict[str, object] = {"type": f"{len(colours)}_color_scale"}
        for end, value, one in zip(
            ("min", "max"), (low, high), (colours[0], colours[-1]), strict=True
        ):
            scale |= {f"{end}_type": "num", f"{end}_value": value, f"{end}_color": one}
        if len(colours) == 3:
            middle = (low + high) / 2
            scale |= {"mid_type": "num", "mid_value": middle, "mid_color": colours[1]}
        self._made.conditional_format(where, scale)

    def white_above(self, where: str, limit: float) -> None:
        """Numbers above a limit in white, where their cells are dark."""
        rule = {"type": "cell", "criteria": ">", "value": limit, "format": self._book._on_dark}
        self._made.conditional_format(where, rule)

    def bars(self, where: str, colour: str) -> None:
        """A bar in each cell, from 0 to 1."""
        ends = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
        self._made.conditional_format(
            where, {"type": "data_bar", "bar_color": colour, "bar_solid": True, **ends}
        )

    def warn_outside(self, where: str, low: float, high: float, words: str) -> None:
        """Warn who types a number that is not between two others."""
        self._made.data_validation(
            where,
            {
                "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
                "error_type": "warning", "error_title": "Between 0 and 1", "error_message": words,
            },
        )  # fmt: skip

    def join(self, row: int, column: int, height: int, width: int, look: str) -> None:
        """Make one cell of a rectangle; what it holds is written afterwards."""
        last = row + height - 1, column + width - 1
        self._made.merge_range(row, column, *last, "", self._book._formats[look])

    def columns(self, first: int, last: int, width: float) -> None:
        """Set the width of columns, in letters."""
        self._made.set_column(first, last, width)

    def height(self, row: int, points: float) -> None:
        """Set the height of a row."""
        self._made.set_row(row, points)

    def keep_rows(self, rows: int) -> None:
        """Let the first rows stay in sight."""
        self._made.freeze_panes(rows, 0)

    def print_on_one_page(self) -> None:
        """Landscape, on one page."""
        self._made.set_landscape()
        self._made.set_paper(9)
        self._made.fit_to_pages(1, 1)

    def start_here(self) -> None:
        """Show this sheet when the file is opened."""
        self._made.activate()
