"""Tables of an answer as an Excel workbook, with a sheet that says what it was made from.

Needs the extra ``excel``. The names of columns and their units stay in view, numbers are numbers,
addresses are links, and no text of the data becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.views.report import MarkedText, Standing
from chipdb.views.safe_text import printable_cell

FIRST_DAY = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
"""The date of the file: the day on which it was made is no part of the answer."""
NARROWEST, WIDEST = 8, 60
"""The widths of columns, in characters."""
LONGEST_CELL = 32_767
"""What a cell of Excel can hold."""
FILLS = {
    Standing.CONTROLLED: "F8D7D7",
    Standing.IN_DOUBT: "FBE5CF",
    Standing.NOT_CONTROLLED: "D7E8F3",
}
"""The ground of answers, in the colors of the terminal; no green, since "no" is no permission."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of a workbook; ``units`` are those of the columns, empty where none has one."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    units: Sequence[str] = ()

    @property
    def has_units(self) -> bool:
        """Whether some column has a unit, so that the units have a line."""
        return any(self.units)


def workbook(
    sheets: Iterable[Sheet], about: Iterable[tuple[str, str]], data: str | None = None
) -> bytes:
    """The workbook of some tables; raises :class:`UsageError` without the extra ``excel``.

    ``about`` are facts for the last sheet, ``data`` the hash of the data where it is not that of
    this installation.
    """
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
    assert book.active is not None
    book.remove(book.active)
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.title), sheet)
    facts = [*_made_from(data), *about]
    last = Sheet(title="about", headers=("fact", "value"), rows=facts)
    _write_sheet(book.create_sheet(last.title), last)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _made_from(data: str | None) -> Iterable[tuple[str, str]]:
    """What the answers were made from."""
    from chipdb.views.citation import cite

    yield "made by", f"chipdb {chipdb.__version__}"
    yield "data", data or data_files.data_hash()
    yield "rules", data_files.rules_hash()
    citation = cite()
    if citation.vintage is not None and data is None:
        vintage = citation.vintage
        if not citation.exact:
            vintage += ", changed afterwards"
        yield "vintage of the data", vintage
    yield "license of the data", "CC BY 4.0"


def _write_sheet(page: Any, sheet: Sheet) -> None:
    """Write rows below the names, and units if there are any, which stay in view."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    heads = _write_heads(page, sheet)
    widths = [len(header) for header in sheet.headers]
    for line, row in enumerate(sheet.rows, heads + 1):
        for number, value in enumerate(row, 1):
            _write_value(page.cell(line, number), value)
            widths[number - 1] = max(widths[number - 1], len(str(value or "")))
    for number, width in enumerate(widths, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = min(max(width + 2, NARROWEST), WIDEST)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.freeze_panes = f"B{heads + 1}"
    # a filter over the units would sort them among the values
    last = get_column_letter(max(len(sheet.headers), 1))
    page.auto_filter.ref = f"A{heads}:{last}{max(page.max_row, heads)}"


def _write_heads(page: Any, sheet: Sheet) -> int:
    """Write the names of the columns, and their units if some have one; the number of lines."""
    from openpyxl.styles import Font

    heads = [sheet.headers]
    if sheet.has_units:
        heads.append(sheet.units)
    for line, cells in enumerate(heads, 1):
        for number, text in enumerate(cells, 1):
            _write(page.cell(line, number), text or None)
            page.cell(line, number).font = Font(bold=line == 1, italic=line > 1)
    return len(heads)


def _write_value(cell: Any, value: Any) -> None:
    """Write a value that wraps in its cell, on the color of its standing if it has one."""
    from openpyxl.styles import Alignment, PatternFill

    _write(cell, value)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, MarkedText) and value.standing is not None:
        cell.fill = PatternFill("solid", start_color=FILLS[value.standing])


def _write(cell: Any, value: Any) -> None:
    """Write a value: a number as a number, every text as a text."""
    if value is None:
        return
    if isinstance(value, bool):
        cell.value = value
        return
    if isinstance(value, int | float):
        cell.value = value
        # the digits stay; only fewer are shown
        cell.number_format = "#,##0.00##"
        if value == int(value):
            cell.number_format = "#,##0"
        return
    text = printable_cell(str(value))[:LONGEST_CELL]
    cell.value = text
    # a text that begins with "=" would be a formula otherwise
    cell.data_type = "s"
    address: str | None = text
    if isinstance(value, MarkedText):
        address = value.address
    if address is not None and address.startswith(("https://", "http://")):
        cell.hyperlink = address
        cell.style = "Hyperlink"
