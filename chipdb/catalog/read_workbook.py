"""The lines of an Excel workbook as text, with the digits that the workbook stores.

Needs the extra ``excel``. A workbook is an archive, so its unpacked size is checked before it is
read.
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

from chipdb.bounds import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, MOST_UNFOLDED
from chipdb.errors import DataError, UsageError

ENDINGS = (".xlsx", ".xlsm")

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
                return name, lines
    finally:
        values.close()
        formulas.close()
    raise DataError.of_file(str(path), "no sheet has a line of column names and a line below it")


def _check_size(path: Path) -> None:
    """Raise :class:`DataError` for a file that is not an archive, or that unpacks to too much."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError.of_file(str(path), f"too large; the most are {MOST_BYTES:,} bytes")
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except OSError as error:
        raise DataError.of_file(str(path), error.strerror or "cannot be read") from None
    except zipfile.BadZipFile:
        raise DataError.of_file(str(path), "not a workbook: it is not a ZIP archive") from None
    if size > MOST_UNFOLDED:
        raise DataError.of_file(
            str(path), f"unfolds to {size:,} bytes; the most are {MOST_UNFOLDED:,}"
        )


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
        if len(lines) > MOST_ROWS:
            raise DataError.of_file(str(path), f"more than {MOST_ROWS:,} lines")
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
