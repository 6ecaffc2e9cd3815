"""The report: what every command returns, and how it is written in each format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.views.safe_text import printable, printable_cell
from chipdb.views.tables import render


class Standing(StrEnum):
    """How an answer stands, as its exit status says it."""

    CONTROLLED = "controlled"
    IN_DOUBT = "in-doubt"
    NOT_CONTROLLED = "not-controlled"


STANDING_OF_STATUS = {
    1: Standing.CONTROLLED,
    3: Standing.IN_DOUBT,
    0: Standing.NOT_CONTROLLED,
}


class MarkedText(str):
    """A text that a terminal marks: by the status of the answer, or with a link to an address.

    In a text of several lines, the first ``marked_lines`` are marked. Everywhere else it is
    only the text.
    """

    __slots__ = ("address", "marked_lines", "standing")
    standing: Standing | None
    address: str | None
    marked_lines: int

    def __new__(
        cls,
        text: str,
        *,
        standing: Standing | None = None,
        address: str | None = None,
        marked_lines: int = 1,
    ) -> MarkedText:
        """Store the marks with the text."""
        marked = super().__new__(cls, text)
        marked.standing = standing
        marked.address = address
        marked.marked_lines = marked_lines
        return marked


# Reports are never compared or printed as Python values, so they need neither == nor a repr:
# making these would slow every start.
@dataclass(frozen=True, eq=False, repr=False)
class ReportTable:
    """Rows under headers, with a line above them where they have a title.

    ``folds`` are the columns that a narrow terminal moves below their rows first, before those at
    the right. ``units`` are those of the columns, which a workbook has below their names.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    folds: Sequence[str] = ()
    units: Sequence[str] = ()


Part = str | ReportTable
"""A paragraph or a table."""

Item = TypeVar("Item")


def table_of(
    headers: Sequence[str],
    items: Iterable[Item],
    row: Callable[[Item], Sequence[Any]],
    title: str = "",
) -> ReportTable:
    """Return a table with a row for each item, in the order of the items."""
    return ReportTable(headers, [row(item) for item in items], title)


def records_of(answers: Iterable[Any]) -> list[Any]:
    """Return the JSON record of each answer, as its own ``to_dict`` has it.

    So the command line and the library print the same JSON.
    """
    return [answer.to_dict() for answer in answers]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Report:
    """An answer in each form in which it can be written.

    Each form is a function, since the JSON of an answer may compute what its text does not need.

    * ``records``: the JSON value
    * ``tables``: tables and lines for people, for Markdown and the other formats of tabulate
    * ``text``: paragraphs and tables for a terminal; ``tables`` if left out
    * ``rows``: one flat table of plain values for CSV; the first of ``tables`` if left out
    * ``sheets``: tables that a workbook has before that one, titled by their sheets
    * ``about``: facts about the question, for the last sheet of a workbook
    * ``notes``: sentences that go with the answer and are not part of its data
    * ``notes_of_data``: notes that only JSON and CSV need, since the text says the same
    * ``status``: the exit status of the command
    * ``wrote_output``: whether the command has written the file that ``-o`` names, so that the
      report goes to standard output
    """

    records: Callable[[], Any]
    tables: Callable[[], Sequence[Part]]
    text: Callable[[], Sequence[Part]] | None = None
    rows: Callable[[], ReportTable] | None = None
    sheets: Callable[[], Sequence[ReportTable]] | None = None
    about: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    notes_of_data: Sequence[str] = ()
    status: int = 0
    wrote_output: bool = False

    def written(self, style: str) -> str:
        """Return the report in a format: ``json``, ``csv``, ``table``, or a format of tabulate.

        Only the form that the format needs is computed.
        """
        if style == "json":
            # json escapes only the controls below U+0020; the others matter to terminals too
            return printable(json.dumps(self.records(), ensure_ascii=False, indent=2))
        # CSV is read by programs, so it has one table and none of the sentences
        if style == "csv":
            return _written(self.flat(), style)
        return "\n\n".join(_written(part, style) for part in self.parts(style))

    def parts(self, style: str) -> Sequence[Part]:
        """Return the paragraphs and tables of a format for people."""
        # "table" is for a terminal, where headings and indents read better than many tables.
        if style == "table" and self.text is not None:
            return self.text()
        return self.tables()

    def noting(self, notes: Iterable[str]) -> Report:
        """Return the report with further notes, which the command line prints to standard error."""
        return replace(self, notes=[*self.notes, *notes])

    def saying(self, sentences: Sequence[str]) -> Report:
        """Return the report with sentences below it: what nobody may miss beside the answer."""
        if not sentences:
            return self
        text = self.text
        return replace(
            self,
            tables=lambda: [*self.tables(), *sentences],
            text=None if text is None else lambda: [*text(), *sentences],
            about=[*self.about, *(("law", sentence) for sentence in sentences)],
        )

    def flat(self) -> ReportTable:
        """Return the one table that becomes the CSV file; a CSV file can hold no more."""
        if self.rows is not None:
            return self.rows()
        for part in self.tables():
            if isinstance(part, ReportTable):
                return part
        raise AssertionError("a report has a table")


def _written(part: Part, style: str) -> str:
    """Return a paragraph as it is, or a table under its title."""
    if isinstance(part, str):
        return printable(part)

    table = render(part.rows, part.headers, style)
    if part.title:
        return f"{printable_cell(part.title)}\n{table}"
    return table
