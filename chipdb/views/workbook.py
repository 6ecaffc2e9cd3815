"""A table of an answer as an Excel workbook, with a sheet that says what it was made from.

Needs the extra ``excel``. The first line stays in view, numbers are numbers, addresses are links,
and no text of the data becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.errors import UsageError
from chipdb.views.report import ReportTable
from chipdb.views.safe_text import printable_cell

FIRST_DAY = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
"""The date of the file: the day on which it was made is not part of the answer."""
NARROWEST, WIDEST = 8, 60
"""The widths of columns, in characters."""
LONGEST_CELL = 32_767
"""What a cell of Excel can hold."""


def workbook(table: ReportTable, notes: Iterable[str]) -> bytes:
    """The workbook of a table; raises :class:`UsageError` without the extra ``excel``."""
    try:
        from openpyxl import Workbook
    except ModuleNotFoundError:
        raise UsageError(
            "writing a workbook needs the extra excel: pip install 'chipdb[excel]'; "
            "or name a .csv file"
        ) from None

    book = Workbook()
    book.properties.created = book.properties.modified = FIRST_DAY
    book.properties.creator = f"chipdb {chipdb.__version__}"
    sheet = book.active
    assert sheet is not None
    sheet.title = "answers"
    _write_table(sheet, table.headers, table.rows)
    about = book.create_sheet("about")
    _write_table(about, ("fact", "value"), [*_about().items(), *(("note", text) for text in notes)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _about() -> Mapping[str, str]:
    """What the answers were made from."""
    return {
        "made by": f"chipdb {chipdb.__version__}",
        "data": data_files.data_hash(),
        "rules": data_files.rules_hash(),
        "license of the data": "CC BY 4.0",
    }


def _write_table(sheet: Any, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows below a line of bold names that stays in view and can be filtered."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = [len(header) for header in headers]
    for number, header in enumerate(headers, 1):
        _write(sheet.cell(1, number), header)
        sheet.cell(1, number).font = Font(bold=True)
    for line, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(line, number)
            _write(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[number - 1] = max(widths[number - 1], len(str(value or "")))
    for number, width in enumerate(widths, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = min(max(width + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _write(cell: Any, value: Any) -> None:
    """Write a value: a number as a number, every text as a text."""
    if value is None:
        return
    if isinstance(value, bool | int | float):
        cell.value = value
        return
    text = printable_cell(str(value))[:LONGEST_CELL]
    cell.value = text
    # a text that begins with "=" would be a formula otherwise
    cell.data_type = "s"
    if text.startswith(("https://", "http://")):
        cell.hyperlink = text
        cell.style = "Hyperlink"
