"""The lines of an Excel workbook as text, with the digits that the workbook stores.

Needs the extra ``excel``. A workbook is an archive, so its unpacked size is checked before it is
read.
"""

from __future__ import annotations

import datetime
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
from chipdb.errors import DataError, UsageError
from chipdb.units import KINDS

ENDINGS = (".xlsx", ".xlsm")

_MOST_MARKS = {b"<row": MOST_SHEET_ROWS, b"<c": MOST_SHEET_CELLS, b"<si": MOST_SHEET_CELLS}
"""How many rows, cells or shared texts may begin in a part."""
_LONGEST_MARK = max(map(len, _MOST_MARKS)) - 1
_PIECE = 1 << 16
_LONGEST_TEXT = 2 * MOST_CELL_BYTES

NO_VALUE = "#FORMULA"
"""What stands for a formula whose value the workbook does not store: no reader takes it for one."""


def workbook_lines(path: Path) -> tuple[str, list[list[str]]]:
    """The name of the first sheet with a table, and its lines of cells as text.

    A sheet with a single line, such as a cover, holds no table. Raises :class:`DataError` for a
    file that is not a workbook, has no table, or is too large, :class:`UsageError` without the
    extra ``excel``.
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
        for name in values.sheetnames:
            lines = _lines(values[name], formulas[name], path)
            if len(lines) > 1:
                return name, _with_units_in_names(lines)
    finally:
        values.close()
        formulas.close()
    raise DataError.of_file(str(path), "no sheet has a line of column names and a line below it")


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


def _lines(values: Any, formulas: Any, path: Path) -> list[list[str]]:
    """The lines of a sheet that are not empty; raises :class:`DataError` for too many."""
    lines: list[list[str]] = []
    rows = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for with_values, with_formulas in rows:
        if len(with_values) > MOST_COLUMNS:
            raise DataError.of_file(str(path), f"more than {MOST_COLUMNS} columns")
        line = [
            _text(value.value, formula.data_type == "f")
            for value, formula in zip(with_values, with_formulas, strict=True)
        ]
        if any(line):
            lines.append(line)
        if len(lines) > MOST_SHEET_ROWS:
            raise DataError.of_file(str(path), f"more than {MOST_SHEET_ROWS:,} lines")
    return lines


def _with_units_in_names(lines: list[list[str]]) -> list[list[str]]:
    """The lines with a line of units below the names joined to these: ``tdp [W]``.

    chipdb writes such workbooks, and a unit that is lost would be a wrong figure.
    """
    for place, line in enumerate(lines[1:3], 1):
        filled = [text for text in line if text]
        if not filled or not all(text in KINDS for text in filled):
            continue
        names = []
        for name, unit in zip(lines[place - 1], line, strict=False):
            names.append(f"{name} [{unit}]" if unit else name)
        return [*lines[: place - 1], names, *lines[place + 1 :]]
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
