"""A reader of Excel's files, and a small evaluator of the formulas that the kit writes."""

import re
import shutil
import xml.etree.ElementTree as ET
import zipfile

import numpy as np

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FUNCTIONS = {
    "SUMPRODUCT": lambda a, b: float((np.asarray(a) * np.asarray(b)).sum()),
    "SUM": lambda a: float(np.sum(a)),
    "MAX": lambda *values: float(max(np.max(value) for value in values)),
    "EXP": np.exp,
    "INDEX": lambda values, place: np.ravel(values)[int(place) - 1],
    "MATCH": lambda value, values, kind: int(np.flatnonzero(np.ravel(values) == value)[0]) + 1,
}
CELL = r"\$?([A-Z]{1,3})\$?(\d+)"
RANGE = rf"{CELL}(?::{CELL})?"


def column_of(letters):
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def letters_of(column):
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Workbook:
    """The sheets of a file: formulas, and values as they are kept there."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as file:
            book = ET.fromstring(file.read("xl/workbook.xml"))
            relations = ET.fromstring(file.read("xl/_rels/workbook.xml.rels"))
            targets = {one.get("Id"): one.get("Target").lstrip("/") for one in relations}
            key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
            self.files = {
                sheet.get("name"): f"xl/{targets[sheet.get(key)].removeprefix('xl/')}"
                for sheet in book.iter(f"{MAIN}sheet")
            }
            self.names = {}
            for one in book.iter(f"{MAIN}definedName"):
                sheet, _, where = one.text.rpartition("!")
                self.names[one.get("name")] = sheet.strip("'$"), where
            self.texts = []
            if "xl/sharedStrings.xml" in file.namelist():
                strings = ET.fromstring(file.read("xl/sharedStrings.xml"))
                self.texts = ["".join(one.itertext()) for one in strings.iter(f"{MAIN}si")]
            self.values, self.formulas = {}, {}
            for sheet, name in self.files.items():
                for one in ET.fromstring(file.read(name)).iter(f"{MAIN}c"):
                    letters, row = re.fullmatch(CELL, one.get("r")).groups()
                    place = sheet, int(row), column_of(letters)
                    formula, value = one.find(f"{MAIN}f"), one.find(f"{MAIN}v")
                    if formula is not None and formula.text:
                        self.formulas[place] = formula.text
                    if value is not None and one.get("t") == "s":
                        self.values[place] = self.texts[int(value.text)]
                    elif value is not None:
                        self.values[place] = float(value.text)
        self.path, self._computed, self._blocks = path, {}, {}

    def places(self, where, sheet=""):
        """The cells of a name, or of a range on a sheet: rows of them."""
        if where in self.names:
            sheet, where = self.names[where]
        left, top, right, bottom = re.fullmatch(RANGE, where).groups()
        columns = range(column_of(left), column_of(right or left) + 1)
        rows = range(int(top), int(bottom or top) + 1)
        return [[(sheet, row, column) for column in columns] for row in rows]

    def kept(self, name):
        """The values of a name, as the file has them."""
        return np.array([[self.values[place] for place in row] for row in self.places(name)])

    def computed(self, where, sheet=""):
        """The values of a name or range, each formula computed; a cell by itself as a number."""
        key = (where, "" if where in self.names else sheet)
        if key not in self._blocks:
            rows = self.places(where, sheet)
            values = np.array([[self.value(place) for place in row] for row in rows])
            self._blocks[key] = float(values[0, 0]) if values.size == 1 else values
        return self._blocks[key]

    def value(self, place):
        if place not in self.formulas:
            return self.values.get(place, 0.0)
        if place not in self._computed:
            sheet = place[0]

            def translated(match):
                words = match[0]
                if words.isupper() and words in FUNCTIONS:
                    return words
                return f"at({words!r})"

            code = re.sub(rf"{RANGE}|[A-Za-z_]\w*", translated, self.formulas[place])
            scope = FUNCTIONS | {"at": lambda where: self.computed(where, sheet)}
            self._computed[place] = float(eval(code, {"__builtins__": {}}, scope))
        return self._computed[place]

    def change(self, name, values):
        """Other numbers in the cells of a name."""
        for row, line in zip(self.places(name), np.atleast_2d(values), strict=True):
            for place, value in zip(row, line, strict=True):
                assert place not in self.formulas
                self.values[place] = float(value)
        self._computed, self._blocks = {}, {}

    def save_changed(self, path, names):
        """A copy of the file, in which the cells of some names hold what they hold here."""
        wanted = {place for name in names for row in self.places(name) for place in row}
        ET.register_namespace("", MAIN.strip("{}"))
        with zipfile.ZipFile(self.path) as old, zipfile.ZipFile(path, "w") as new:
            sheets = {file: sheet for sheet, file in self.files.items()}
            for item in old.namelist():
                data = old.read(item)
                if item in sheets:
                    text = data.decode("utf-8")
                    for sheet, row, column in wanted:
                        if sheet == sheets[item]:
                            cell = f'<c r="{letters_of(column)}{row}"'
                            pattern = rf"({re.escape(cell)}[^>]*><v>)[^<]*"
                            value = self.values[sheet, row, column]
                            text, number = re.subn(pattern, rf"\g<1>{value!r}", text)
                            assert number == 1, (sheet, row, column)
                    data = text.encode("utf-8")
                new.writestr(item, data)


def office():
    """LibreOffice; None where it is not on this machine."""
    return shutil.which("soffice") or shutil.which("libreoffice")


ALWAYS_COMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
