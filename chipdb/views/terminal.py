"""A report as a terminal shows it: tables that fit, colors and symbols for status, links.

Color is never the only sign: each has its symbol. No green is used, because "not required" is not a
permission to ship.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.lazy_dataclasses import dataclass
from chipdb.views.fitted_table import (
    FOLDED,
    GAP,
    NARROWEST_PROSE,
    FittedRow,
    FittedTable,
    FoldedLine,
    fitted_table,
    wrap,
)
from chipdb.views.report import MarkedText, Part, ReportTable, Standing
from chipdb.views.safe_text import printable, printable_cell
from chipdb.views.tables import cell_text, width
from chipdb.views.wrapped_text import WIDTH, wrapped

# Shades of the 256 colors that keep a contrast of about four to white and to black.
_RED, _ORANGE, _BLUE = 160, 166, 31
COLORS = {
    Standing.CONTROLLED: _RED,
    Standing.IN_DOUBT: _ORANGE,
    Standing.NOT_CONTROLLED: _BLUE,
}
SYMBOLS = {
    Standing.CONTROLLED: "■",
    Standing.IN_DOUBT: "▲",
    Standing.NOT_CONTROLLED: "□",
}
CAUTION_MARK = "  ! "
"""How a line begins that has a caution which changes the exit status."""
HANGING = "  "
"""The indent of the further lines of a note."""
_WIDEST = 10**6
_LABEL = re.compile(r"\s*(\S+( \S+)*  +)?")
"""The blanks, and the label with those behind it, at the beginning of a line."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What is written to: ``columns`` is None where tables are not fitted."""

    columns: int | None
    has_color: bool
    has_links: bool
    has_symbols: bool = True

    def bold(self, text: str) -> str:
        """A text in bold."""
        return self._styled(text, "1")

    def faint(self, text: str) -> str:
        """A text in faint type."""
        return self._styled(text, "2")

    def colored(self, text: str, standing: Standing | None, *, is_bold: bool = False) -> str:
        """A text in the color of a standing."""
        if standing is None:
            return text
        color = f"38;5;{COLORS[standing]}"
        if is_bold:
            color = f"1;{color}"
        return self._styled(text, color)

    def linked(self, text: str, address: str | None) -> str:
        """A text that opens an address, where the terminal can (OSC 8)."""
        # blanks that only fill a column are not a link
        is_link = self.has_links and _is_safe(address)
        if not is_link or not text.strip():
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def _styled(self, text: str, codes: str) -> str:
        """A text between the codes of a style and those that end it."""
        if not self.has_color or not text:
            return text
        return f"\x1b[{codes}m{text}\x1b[0m"


def _is_safe(address: str | None) -> bool:
    """Whether an address may be written into an escape: a web address without control codes."""
    if address is None or not address.startswith(("https://", "http://")):
        return False
    return address.isascii() and address.isprintable() and " " not in address


def terminal_text(parts: Sequence[Part], screen: Screen) -> str:
    """The parts of a report as a terminal shows them."""
    return "\n\n".join(_shown(part, screen) for part in parts)


def fitted_lines(text: str, columns: int) -> str:
    """A text whose lines go on, indented, where they are too long for a number of columns.

    >>> print(fitted_lines("note: TPP decides the classification", 24))
    note: TPP decides the
      classification
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if width(line) <= columns:
            lines.append(line)
            continue
        first, *more = wrap(line, max(columns - len(HANGING), NARROWEST_PROSE))
        lines += [first, *(HANGING + rest for rest in more)]
    return "\n".join(lines)


def _shown(part: Part, screen: Screen) -> str:
    """A paragraph, or a table under its title."""
    if isinstance(part, ReportTable):
        return _table(part, screen)
    if isinstance(part, MarkedText) and part.standing is not None:
        return _answer(part, part.standing, screen)
    return "\n".join(_fitted_lines(printable(part), screen))


def _fitted_lines(text: str, screen: Screen) -> Iterator[str]:
    """Yield the lines of a paragraph; one that is too long continues below its own text."""
    for line in text.split("\n"):
        if screen.columns is None or width(line) <= screen.columns:
            yield line
            continue
        # after a label, the text continues in its column
        label = ""
        if match := _LABEL.match(line):
            label = match.group()
        room = screen.columns - len(label)
        first, *more = wrap(line[len(label) :], max(room, NARROWEST_PROSE))
        yield label + first
        for rest in more:
            yield " " * len(label) + rest


def _answer(text: MarkedText, standing: Standing, screen: Screen) -> str:
    """An answer: its verdict behind the symbol, and the cautions that matter in color."""
    lines = printable(text).split("\n")
    # the verdict ends at its lines and not at an empty one, which a full screen does without
    verdict = " ".join(lines[: text.marked_lines])
    mark = ""
    if screen.has_symbols:
        mark = f"{SYMBOLS[standing]} "
    room = min(screen.columns or WIDTH, WIDTH)
    marked = wrapped(verdict, indent=mark, hanging=" " * len(mark), columns=room)
    shown = [screen.colored(line, standing, is_bold=True) for line in marked]
    color: Standing | None = None
    for line in lines[text.marked_lines :]:
        if line.startswith(CAUTION_MARK):
            color = Standing.IN_DOUBT
        # a caution continues in the lines that are indented further than its mark
        elif not line.startswith("    "):
            color = None
        shown += [screen.colored(part, color) for part in _fitted_lines(line, screen)]
    return "\n".join(shown)


def _table(table: ReportTable, screen: Screen) -> str:
    """A table, fitted to the screen, under its title in bold."""
    lines = [screen.bold(line) for line in _title_lines(table, screen)]
    if not table.headers:
        return "\n".join(lines)

    rows = []
    for row in table.rows:
        rows.append([_cell_text(cell, screen) for cell in row])
    headers = list(map(printable_cell, table.headers))
    shown = fitted_table(headers, rows, screen.columns or _WIDEST, table.folds)
    rule = ["-" * columns for columns in shown.widths]
    for line in shown.above:
        lines.append(_labeled_line(line, table.rows[0], screen))
    lines += [screen.bold(_joined(cells, shown)) for cells in shown.header]
    lines.append(screen.faint(_joined(rule, shown)))
    for fitted, cells in zip(shown.rows, table.rows, strict=True):
        lines += _row_lines(fitted, cells, shown, screen)
        # what is below a row must not look as if it belonged to the next
        if fitted.folded:
            lines.append("")
    return "\n".join(lines).rstrip("\n")


def _title_lines(table: ReportTable, screen: Screen) -> list[str]:
    """The title of a table in lines that fit; none without a title."""
    if not table.title:
        return []
    title = printable_cell(table.title)
    if screen.columns is not None and width(title) > screen.columns:
        return wrapped(title, columns=screen.columns)
    return [title]


def _row_lines(
    row: FittedRow, cells: Sequence[Any], table: FittedTable, screen: Screen
) -> Iterator[str]:
    """The lines of one row, and its folded cells below them."""
    marks = [cells[place] for place in table.columns]
    for line in row.lines:
        yield _line(line, marks, table, screen)
    for folded in row.folded:
        yield FOLDED + _labeled_line(folded, cells, screen)


def _labeled_line(line: FoldedLine, row: Sequence[Any], screen: Screen) -> str:
    """A line next to the table, in the color of its cell and with the link to its address."""
    # a line of several cells has no single address
    if len(line.places) > 1:
        return line.text
    return _marked(line.text, row[line.places[0]], screen)


def _cell_text(cell: Any, screen: Screen) -> str:
    """The text of a cell, behind the symbol of its standing."""
    text = cell_text(cell)
    if isinstance(cell, MarkedText) and cell.standing is not None and screen.has_symbols:
        return f"{SYMBOLS[cell.standing]} {text}"
    return text


def _joined(cells: Sequence[str], table: FittedTable) -> str:
    """Cells without marks as one line."""
    return _line(cells, [None] * len(cells), table, None)


def _line(
    cells: Sequence[str], marks: Sequence[Any], table: FittedTable, screen: Screen | None
) -> str:
    """Cells as one line, padded to their columns; marks are drawn around the text only."""
    parts = []
    for cell, mark, columns, right in zip(cells, marks, table.widths, table.right, strict=True):
        # the codes of a mark take no room, so the text without them is measured
        space = " " * (columns - width(cell))
        shown = cell
        if screen is not None:
            shown = _marked(cell, mark, screen)
        if right:
            parts.append(space + shown)
        else:
            parts.append(shown + space)
    return GAP.join(parts).rstrip()


def _marked(text: str, mark: Any, screen: Screen) -> str:
    """A text of a cell with the color of its standing and the link to its address."""
    if isinstance(mark, MarkedText):
        return screen.linked(screen.colored(text, mark.standing), mark.address)
    # an address links to itself, also where it is divided over lines
    if isinstance(mark, str):
        return screen.linked(text, mark)
    return text
