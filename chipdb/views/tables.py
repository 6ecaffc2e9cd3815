"""Tables: aligned text, Markdown, CSV, and every other format of tabulate."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from chipdb.errors import UsageError

_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+( %)?( \([\d,.-]+\))?")
OWN = ("table", "markdown", "csv", "json")
_TABULATE = {"markdown": "pipe"}


def check_format(name: str) -> str:
    """The format's name; raises :class:`UsageError` with the choices for one that there is not."""
    if name in OWN:
        return name
    from tabulate import tabulate_formats

    if name not in tabulate_formats:
        raise UsageError(
            f"--format {name}: one of {', '.join(OWN)}, or of tabulate's: {', '.join(tabulate_formats)}"
        )
    return name


def barred(text: str) -> str:
    """A cell of Markdown whose bars do not end it; read in a terminal, so that nothing else of it is escaped."""
    return text.replace("|", "\\|")


def render(
    rows: Sequence[Sequence[Any]],
    headers: Sequence[str],
    style: str,
    shielded: Callable[[str], str] = barred,
) -> str:
    """Rows as text in a style; JSON is no table and is written elsewhere. ``shielded`` is done to a cell of Markdown."""
    if style == "csv":
        return csv_text(rows, headers)
    if style == "table":
        return aligned([[_text(cell) for cell in row] for row in rows], list(headers))
    from tabulate import tabulate

    cells = [[_text(cell) for cell in row] for row in (headers, *rows)]
    if style == "markdown":
        cells = [[shielded(cell) for cell in row] for row in cells]
    return tabulate(
        cells[1:], headers=cells[0], tablefmt=_TABULATE.get(style, style), disable_numparse=True
    )


def csv_text(rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> str:
    """Rows as CSV, missing cells empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return buffer.getvalue().rstrip("\n")


def aligned(rows: list[list[str]], headers: list[str] | None = None, indent: str = "") -> str:
    """Columns two spaces apart, numbers to the right, wide characters counted as two.

    >>> print(aligned([["A100", "4,992"], ["昇腾910B", "6,016"]], ["chip", "TPP"]))
    chip        TPP
    --------  -----
    A100      4,992
    昇腾910B  6,016
    """
    lines = [headers, *rows] if headers else rows
    if not lines:
        return ""
    columns = list(zip(*lines, strict=True))
    widths = [max(width(cell) for cell in column) for column in columns]
    rights = [_numeric(column[1:] if headers else column) for column in columns]
    shown = [_line(line, widths, rights, indent) for line in lines]
    if headers:
        shown.insert(1, _line(["-" * each for each in widths], widths, rights, indent))
    return "\n".join(shown)


def _line(cells: list[str], widths: list[int], rights: list[bool], indent: str) -> str:
    padded = []
    for cell, wanted, right in zip(cells, widths, rights, strict=True):
        space = " " * (wanted - width(cell))
        padded.append(space + cell if right else cell + space)
    return (indent + "  ".join(padded)).rstrip()


def _numeric(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell not in ("", "–")]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)


def width(text: str) -> int:
    """The width of a text on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _text(cell: Any) -> str:
    if cell is None:
        return "–"
    return (
        cell if isinstance(cell, str) else f"{cell:,.6g}" if isinstance(cell, float) else str(cell)
    )
