"""The lines of an Excel workbook as text, with the digits that the workbook stores.

Needs the extra ``excel``. A workbook is an archive, so its unpacked size is checked before it is
read.
"""

from __future__ import annotations

import datetime
import itertools
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from chipdb.bounds import (
    MOST_BYTES,
    MOST_CELL_BYTES,
    MOST_COLUMNS,
    MOST_SHEET_CELLS,
    MOST_SHEET_ROWS,
    MOST_UNFOLDED,
)
from chipdb.catalog.header_words import heads_a_table
from chipdb.errors import DataError, UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.units import KINDS

ENDINGS = (".xlsx", ".xlsm")

_MOST_MARKS = {b"<row": MOST_SHEET_ROWS, b"<c": MOST_SHEET_CELLS, b"<si": MOST_SHEET_CELLS}
"""How many rows, cells or shared texts may begin in a part."""
MOST_TITLE_LINES = 10
"""Names of columns are looked for in this many lines, since a title may be above them."""
_MOST_EMPTY_ROWS = 1000
"""How far down a table is looked for in a sheet that is not read."""
_LONGEST_MARK = max(map(len, _MOST_MARKS)) - 1
_PIECE = 1 << 16
_LONGEST_TEXT = 2 * MOST_CELL_BYTES

NO_VALUE = "#FORMULA"
"""What stands for a formula whose value the workbook does not store: no reader takes it for one."""


_WITH_SHEET = re.compile(r"(.+\.xls[xm])#(.+)", re.IGNORECASE | re.DOTALL)


def file_and_sheet(path: str) -> tuple[str, str | None]:
    """The file that a path names, and the sheet behind its name, if it has one.

    >>> file_and_sheet("plan.xlsx#Orders"), file_and_sheet("plan.xlsx")
    (('plan.xlsx', 'Orders'), ('plan.xlsx', None))
    """
    match = _WITH_SHEET.fullmatch(path)
    if match is None:
        return path, None
    return match[1], match[2]


ANSWERS = "answers"
"""The sheet of a workbook that chipdb writes with the rules asked about each product."""


@dataclass(frozen=True)
class SheetLines:
    """The lines of a sheet, cells as text, and the names of the sheets that were not read.

    ``with_products`` are those of the ``others`` that have a heading of products.
    Lines are keyed by the number that a spreadsheet shows before them.
    """

    sheet: str
    lines: dict[int, list[str]]
    others: tuple[str, ...] = ()
    with_products: tuple[str, ...] = ()

    def remarks(self, path: Path) -> tuple[str, ...]:
        """Which sheets of a workbook were not read, and how to name one."""
        if not self.others:
            return ()
        unread = ", ".join(self.others)
        remark = f"only the sheet {self.sheet} was read, not {unread}; "
        return (f"{remark}name one as {path}#{self.others[0]}",)

    def unread(self, path: Path) -> dict[str, str]:
        """Why products of a workbook were not read, by the address of their sheet."""
        reasons = {}
        for sheet in self.with_products:
            why = f"the sheet {sheet} was not read, and it has products, too; name the one to read"
            reasons[f"{path}#{sheet}"] = f"{why}: {path}#{self.sheet} or {path}#{sheet}"
        return reasons


def workbook_lines(path: Path, sheet: str | None = None) -> SheetLines:
    """The lines of a sheet by its name, or of the first one with a table.

    A sheet with a single line, such as a cover, holds no table; one with a heading of product names
    comes before any other. Raises :class:`DataError` for a file that is not a workbook, has no
    table, or is too large, :class:`UsageError` without the extra ``excel`` or for an unknown sheet.
    """
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise UsageError(
            f"{path}: reading a workbook needs the extra excel: pip install 'chipdb[excel]'; "
            "or save the sheet as CSV (.csv)"
        ) from None

    _check_size(path)
    try:
        values = load_workbook(path, read_only=True, data_only=True)
        formulas = load_workbook(path, read_only=True, data_only=False)
    except Exception as error:  # noqa: BLE001 - openpyxl raises errors of many kinds
        raise DataError.of_file(str(path), f"not a workbook that can be read: {error}") from None

    try:
        if sheet is not None:
            name = _sheet_named(sheet, _names(values), path)
            return SheetLines(name, _table_lines(values, formulas, name, path))
        return _first_table(values, formulas, path)
    finally:
        values.close()
        formulas.close()


def _names(book: Any) -> list[str]:
    """The names of the sheets that have cells; a chart may be a sheet of its own."""
    return [sheet.title for sheet in book.worksheets]


def _first_table(values: Any, formulas: Any, path: Path) -> SheetLines:
    """The first sheet with a heading of products, or else the first with two lines."""
    found: SheetLines | None = None
    for name in _names(values):
        lines = _table_lines(values, formulas, name, path)
        if _has_heading(list(lines.values())):
            found = SheetLines(name, lines)
            break
        if found is None and len(lines) > 1:
            found = SheetLines(name, lines)
    if found is None:
        message = "no sheet has a line of column names and a line below it"
        raise DataError.of_file(str(path), message)
    return _with_others(found, values)


def _with_others(found: SheetLines, values: Any) -> SheetLines:
    """The lines of a sheet, with the names of the other ones that have lines or products."""
    others = [name for name in _names(values) if name != found.sheet]
    beginnings = {name: _first_lines(values[name]) for name in others}
    products = [name for name, lines in beginnings.items() if _has_heading(lines)]
    if _is_written_by_chipdb(values):
        # it has the products of the sheet before it once more
        products = [name for name in products if name != ANSWERS]
    return replace(
        found,
        # new workbooks have empty sheets
        others=tuple(name for name, lines in beginnings.items() if lines),
        with_products=tuple(products),
    )


def _is_written_by_chipdb(book: Any) -> bool:
    """Whether a workbook says that chipdb made it."""
    return (book.properties.creator or "").startswith("chipdb ")


def _table_lines(values: Any, formulas: Any, name: str, path: Path) -> dict[int, list[str]]:
    """The lines of a sheet, with its units in the names of the columns."""
    lines = _lines(values[name], formulas[name], path)
    if len(lines) > 1:
        return _with_units_in_names(lines)
    return lines


def _first_lines(sheet: Any) -> list[list[str]]:
    """The first lines of a sheet that are not empty: a title, a heading and a line below it."""
    lines: list[list[str]] = []
    rows = sheet.iter_rows(max_row=_MOST_EMPTY_ROWS, max_col=MOST_COLUMNS, values_only=True)
    for row in rows:
        line = [_text(cell, is_formula=False) for cell in row]
        if any(line):
            lines.append(line)
        if len(lines) > MOST_TITLE_LINES:
            break
    return lines


def _has_heading(lines: list[list[str]]) -> bool:
    """Whether a line of a sheet heads a table of products; the last line heads nothing.

    >>> _has_heading([["Orders"], ["Model", "Quantity"], ["H20", "4"]])
    True
    """
    return any(map(heads_a_table, lines[:-1][:MOST_TITLE_LINES]))


def _sheet_named(sheet: str, names: list[str], path: Path) -> str:
    """The sheet of a name in any case, as in a spreadsheet; raises :class:`UsageError` for none."""
    for name in names:
        if name.casefold() == sheet.casefold():
            return name
    raise UsageError(f"{path} has no sheet {sheet!r}; its sheets are {', '.join(names)}")


def _check_size(path: Path) -> None:
    """Raise :class:`DataError` for a file that is not an archive, or that unfolds to too much.

    An archive may state a wrong size, so the parts are unfolded here, too: piece by piece, keeping
    only the numbers of rows, cells and texts. The reader of workbooks would take minutes to find
    out.
    """
    name = str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError.of_file(name, f"too large; the limit is {MOST_BYTES:,} bytes")
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > MOST_UNFOLDED:
                message = f"unfolds to {size:,} bytes; the limit is {MOST_UNFOLDED:,}"
                raise DataError.of_file(name, message)
            for member in archive.infolist():
                if member.filename.lower().endswith(".xml"):
                    _check_marks(archive, member, name)
    except OSError as error:
        raise DataError.of_file(name, error.strerror or "cannot be read") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
        raise DataError.of_file(name, "not a workbook: it is not a zip archive") from None


def _check_marks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Raise :class:`DataError` for a part with too many rows, cells or texts, or a long text."""
    marks = dict.fromkeys(_MOST_MARKS, 0)
    since_mark = 0
    ending = b""
    with archive.open(member) as part:
        while read := part.read(_PIECE):
            # in UTF-16, every other byte is null
            piece = read.replace(b"\0", b"")
            # a mark may lie across two pieces
            text = ending + piece
            for mark, most in _MOST_MARKS.items():
                marks[mark] += text.count(mark) - ending.count(mark)
                if marks[mark] > most:
                    message = (
                        f"has more than {most:,} of <{mark[1:].decode()}> in {member.filename}"
                    )
                    raise DataError.of_file(name, message)
            since_mark = 0 if b"<" in piece else since_mark + len(piece)
            if since_mark > _LONGEST_TEXT:
                message = f"has a text of more than {_LONGEST_TEXT:,} bytes"
                raise DataError.of_file(name, message)
            ending = piece[-_LONGEST_MARK:]


def _lines(values: Any, formulas: Any, path: Path) -> dict[int, list[str]]:
    """The lines of a sheet that are not empty, by number.

    Raises :class:`DataError` for too many.
    """
    lines: dict[int, list[str]] = {}
    rows = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (with_values, with_formulas) in enumerate(rows, 1):
        if len(with_values) > MOST_COLUMNS:
            raise DataError.of_file(str(path), f"more than {MOST_COLUMNS} columns")
        line = [
            _text(value.value, formula.data_type == "f")
            for value, formula in zip(with_values, with_formulas, strict=True)
        ]
        if any(line):
            lines[number] = line
        if len(lines) > MOST_SHEET_ROWS:
            raise DataError.of_file(str(path), f"more than {MOST_SHEET_ROWS:,} lines")
    return lines


def _with_units_in_names(lines: dict[int, list[str]]) -> dict[int, list[str]]:
    """The lines with a line of units below the names joined to these: ``tdp [W]``.

    chipdb writes such workbooks, and a unit that is lost would be a wrong figure.
    """
    for heading, below in itertools.pairwise(list(lines)[:3]):
        units = lines[below]
        filled = [text for text in units if text]
        if not filled or not all(text in KINDS for text in filled):
            continue
        names = []
        for name, unit in zip(lines[heading], units, strict=False):
            names.append(f"{name} [{unit}]" if unit else name)
        joined = {**lines, heading: names}
        del joined[below]
        return joined
    return lines


def _text(value: Any, is_formula: bool) -> str:
    """A cell as text.

    >>> _text(1979.0, False), _text(0.1, False), _text(None, False), _text(None, True)
    ('1979', '0.1', '', '#FORMULA')
    """
    if value is None:
        return NO_VALUE if is_formula else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        # a spreadsheet has no whole numbers of its own
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
