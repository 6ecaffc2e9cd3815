"""Tables of an answer as an Excel workbook, with a sheet that says what it was made from.

Needs the extra ``excel``. The names of columns and their units stay in view, numbers are numbers,
addresses are links, and no text of the data becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.views.fitted_table import wrap
from chipdb.views.report import MarkedText, Standing
from chipdb.views.safe_text import printable_cell
from chipdb.views.tables import width

FIRST_DAY = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
"""The date of the file: the day on which it was made is not part of the answer."""
NARROWEST, WIDEST = 8, 60
"""The widths of columns, in characters."""
WIDEST_NAME = 22
"""How wide a column is made for its name, in characters."""
MARGIN = 4
"""What a column is wider than its text: the indent, and the button of the filter."""
LINE_HEIGHT = 15
"""The height of a line of text, in points."""
MOST_LINES = 27
"""A row of Excel can be 409 points high."""
LONGEST_CELL = 32_767
"""What a cell of Excel can hold."""
FILLS = {
    Standing.CONTROLLED: "F8D7D7",
    Standing.IN_DOUBT: "FBE5CF",
    Standing.NOT_CONTROLLED: "D7E8F3",
}
"""The fill of answers, in the colors of the terminal; no green: "no" is not approval."""


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
    widths = _widths(sheet)
    for number, columns in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = columns
    page.row_dimensions[1].height = _lines_of(sheet.headers, widths) * LINE_HEIGHT
    for line, row in enumerate(sheet.rows, heads + 1):
        for number, value in enumerate(row, 1):
            _write_value(page.cell(line, number), value)
        # without a height, some programs show only one line of a text that wraps
        page.row_dimensions[line].height = _lines_of(row, widths) * LINE_HEIGHT
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"1:{heads}"
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
            cell = page.cell(line, number)
            _write(cell, text or None)
            cell.font = Font(bold=line == 1, italic=line > 1)
            # a name is aligned with its numbers, not with the other side of a wide column
            side = "left"
            if _holds_numbers(sheet, number - 1):
                side = "right"
            cell.alignment = _alignment(side)
    return len(heads)


def _holds_numbers(sheet: Sheet, place: int) -> bool:
    """Whether the values of a column that are known are numbers."""
    values = [row[place] for row in sheet.rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _widths(sheet: Sheet) -> list[int]:
    """The width of each column, in characters: that of its longest text, within bounds.

    A long name of a column is wrapped, so that numbers are close enough to be compared.
    """
    widths: list[int] = []
    for place, header in enumerate(sheet.headers):
        longest = min(width(header), WIDEST_NAME)
        if sheet.has_units:
            longest = max(longest, width(sheet.units[place]))
        for row in sheet.rows:
            longest = max(longest, width(_shown(row[place])))
        widths.append(min(max(longest + MARGIN, NARROWEST), WIDEST))
    return widths


def _lines_of(row: Sequence[Any], widths: Sequence[int]) -> int:
    """The lines that the longest text of a row takes in its column."""
    lines = 1
    for value, columns in zip(row, widths, strict=True):
        # to wrap a text is slow, and most are far shorter than their columns
        if isinstance(value, str) and len(value) > (columns - MARGIN) // 2:
            lines = max(lines, len(wrap(value, columns - MARGIN)))
    return min(lines, MOST_LINES)


def _shown(value: Any) -> str:
    """A value as its cell shows it, as far as its width matters."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return str(value)


@cache
def _alignment(side: str) -> Any:
    """How values are aligned in their cells, made once for all cells of a side."""
    from openpyxl.styles import Alignment

    return Alignment(horizontal=side, wrap_text=True, vertical="top", indent=1)


def _write_value(cell: Any, value: Any) -> None:
    """Write a value that wraps in its cell, on the color of its standing if it has one."""
    from openpyxl.styles import PatternFill

    _write(cell, value)
    side = "left"
    if isinstance(value, int | float):
        side = "right"
    cell.alignment = _alignment(side)
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
