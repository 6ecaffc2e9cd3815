"""Tables: aligned text, Markdown, CSV, and every other format of tabulate."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from chipdb.errors import ParameterError
from chipdb.views.safe_text import printable_cell
from chipdb.views.words import first_few

if TYPE_CHECKING:
    from chipdb.catalog.catalog import Entry

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins with one of these is a formula to spreadsheets."""
OWN_FORMATS = ("table", "markdown", "csv", "json")
"""The formats that chipdb writes itself."""
NONE = "–"
"""What a cell without a value shows."""
SOME = 8
"""How many columns a note lists by name."""

_TABULATE = {"markdown": "pipe"}
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+( %)?( \([\d,.-]+\))?")


def or_dash(text: str | None) -> str:
    """Return the text of a cell for people, or the dash of a cell without a value."""
    return text or NONE


def or_blank(value: Any) -> Any:
    """Return the value of a cell, or an empty one where nothing is known or nothing applies.

    An empty cell is for the columns of programs, and for columns that are seldom filled, where a
    dash in every row would be noise. A zero counts as nothing: nothing was ordered.
    """
    return value or ""


def check_format(name: str) -> str:
    """Return a format's name.

    Raises :class:`~chipdb.errors.ParameterError` with the choices for an unknown one.

    tabulate is imported only for a format that is not chipdb's own: most runs never need it.
    """
    if name in OWN_FORMATS:
        return name
    from tabulate import tabulate_formats

    if name not in tabulate_formats:
        own, others = ", ".join(OWN_FORMATS), ", ".join(tabulate_formats)
        raise ParameterError(
            "format", f"must be one of {own}, or of those of tabulate ({others}), not {name!r}"
        )
    return name


def barred(text: str) -> str:
    """Escape the bars of a Markdown cell, and nothing else, since it is read in a terminal."""
    return text.replace("|", "\\|")


def render(
    rows: Sequence[Sequence[Any]],
    headers: Sequence[str],
    style: str,
    escape: Callable[[str], str] = barred,
) -> str:
    """Write rows as a table in any format but JSON; ``escape`` is applied to cells of Markdown.

    A missing cell is a dash for people and empty in CSV.
    """
    if style == "csv":
        return csv_text(rows, headers)
    cells = [list(map(cell_text, row)) for row in rows]
    if style == "table":
        return aligned(cells, list(headers))
    from tabulate import tabulate

    titles = list(map(printable_cell, headers))
    if style == "markdown":
        titles = list(map(escape, titles))
        cells = [list(map(escape, row)) for row in cells]
    # The cells are text already: tabulate would read "4,992" or "1e5" as numbers and rewrite them.
    tablefmt = _TABULATE.get(style, style)
    return tabulate(cells, headers=titles, tablefmt=tablefmt, disable_numparse=True)


def csv_text(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> str:
    """Write rows as CSV, missing cells empty; the last line has no line end.

    A text that a spreadsheet would run as a formula is marked as text.

    >>> print(csv_text([["H20", None], ["A, B", 2], ["=1+1", -3]], ["chip", "TPP"]))
    chip,TPP
    H20,
    "A, B",2
    '=1+1,-3
    """
    buffer = io.StringIO()
    # Imported here because most answers are not CSV.
    import csv

    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(headers)
    # The writer leaves a cell of None empty by itself.
    for row in rows:
        writer.writerow([_no_formula(cell) for cell in row])
    return buffer.getvalue().rstrip("\n")


def _no_formula(cell: Any) -> Any:
    """A cell of CSV that no spreadsheet runs: names and notes come from other people's files.

    >>> _no_formula("+HYPERLINK(1)"), _no_formula("-12.5%"), _no_formula("H20")
    ("'+HYPERLINK(1)", '-12.5%', 'H20')
    """
    if not isinstance(cell, str) or not cell.startswith(FORMULA_BEGINS):
        return cell
    # a number with its sign is what it looks like
    if cell[0] in "+-" and cell[1:].rstrip("%").replace(".", "").replace(",", "").isdigit():
        return cell
    return f"'{cell}"


def aligned(rows: list[list[str]], headers: list[str] | None = None, indent: str = "") -> str:
    """Write columns two spaces apart, numbers to the right, wide characters counted as two.

    >>> print(aligned([["A100", "4,992"], ["昇腾910B", "6,016"]], ["chip", "TPP"]))
    chip        TPP
    --------  -----
    A100      4,992
    昇腾910B  6,016
    """
    lines = rows
    if headers:
        lines = [headers, *rows]
    if not lines:
        return ""

    # Escaped before the widths are measured, since an escape is wider than its character.
    lines = [list(map(printable_cell, line)) for line in lines]

    widths = []
    to_the_right = []
    for column in zip(*lines, strict=True):
        widths.append(max(map(width, column)))
        # The header of a column of numbers is not a number.
        cells = column
        if headers:
            cells = column[1:]
        to_the_right.append(is_numeric(cells))

    written = [_line(line, widths, to_the_right, indent) for line in lines]
    if headers:
        rule = ["-" * columns for columns in widths]
        written.insert(1, _line(rule, widths, to_the_right, indent))
    return "\n".join(written)


def _line(cells: list[str], widths: list[int], to_the_right: list[bool], indent: str) -> str:
    """One line of aligned columns without spaces at its end, which editors and diffs mark."""
    return (indent + "  ".join(map(padded, cells, widths, to_the_right))).rstrip()


def padded(text: str, columns: int, right: bool) -> str:
    """A text at the width of its column, at its right or its left end.

    A text that is wider stays as it is.

    >>> padded("昇腾", 6, False), padded("2,368", 6, True)
    ('昇腾  ', ' 2,368')
    """
    space = " " * (columns - width(text))
    if right:
        return space + text
    return text + space


def is_numeric(cells: Sequence[str]) -> bool:
    """Return whether a column is one of numbers, with or without a percent sign or a range."""
    # Empty cells and dashes occur among numbers and among words; on their own they are not numbers.
    filled = set(cells) - {"", NONE}
    return bool(filled) and all(map(_NUMBER.fullmatch, filled))


def width(text: str) -> int:
    """Return the width of a text on a terminal, where East Asian characters take two columns.

    >>> width("910B"), width("昇腾")
    (4, 4)
    """
    columns = 0
    for letter in text:
        columns += 1
        # W and F are the wide and full-width characters of Unicode's Annex 11.
        if unicodedata.east_asian_width(letter) in "WF":
            columns += 1
    return columns


def cell_text(cell: Any) -> str:
    """Return a cell as text: a dash if it is missing, a float with six significant digits."""
    if cell is None:
        return NONE
    # sums and ratios have more digits than the figures behind them justify
    if isinstance(cell, float):
        return f"{cell:,.6g}"
    return printable_cell(str(cell))


def resolved_names(entries: Iterable[Entry]) -> list[str]:
    """Return a note for each generic name, which says the chip that it was resolved to.

    A name that means only one chip needs no note.
    """
    return [entry.understood for entry in entries if entry.understood]


def columns_read(table: str, how_read: str | None) -> list[str]:
    """Return a note of how the columns of a table were read, if they are not named as figures."""
    if how_read is None:
        return []
    hint = (
        "to change this, edit the mapping of `chipdb audit --format json` and pass it as --mapping"
    )
    return [f"{table}: columns read as: {how_read}; {hint}"]


def ignored_columns(table: str, columns: Sequence[str]) -> list[str]:
    """Return a note of the columns of a table that were not read; empty if all were.

    A misspelled column would otherwise be a figure that is silently unknown.
    """
    if not columns:
        return []
    return [f"{table}: columns not read: {first_few(columns, SOME)}"]
